"""The payroll list: a row for each person, a column for each component, sums as live formulas."""

import io
from collections.abc import Sequence
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_range

from cheji.engine.money import FEN_PER_YUAN
from cheji.files.guards import guarded_xlsx
from cheji.files.printing import prints_wide
from cheji.files.vouchers.shapes import Amount, PaidRun, Payee

FIRST: Final = ("门店", "工号", "姓名")
TOP: Final = 1
#: Code and name of a component: two plans may call different things by one code.
Column = tuple[str, str]


def payroll_xlsx(runs: Sequence[PaidRun]) -> bytes:
    """Everybody of the runs, in one worksheet; the last row adds each column up."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet("工资表")
    head = book.add_format({"bold": True, "text_wrap": True})
    money = book.add_format({"num_format": "#,##0.00"})
    components = _components(runs)
    names = [guarded_xlsx(name) for _, name in components]
    sheet.write_row(0, 0, [*FIRST, *names, "应发合计"], head)
    rows = [(run, payee) for run in runs for payee in run.payees]
    for at, (run, payee) in enumerate(rows, start=TOP):
        for column, text in enumerate((run.name, payee.number, payee.name)):
            sheet.write_string(at, column, guarded_xlsx(text))
        _amounts(sheet, at, payee, components, money)
    _sums(book, sheet, rows, len(components))
    sheet.freeze_panes(TOP, len(FIRST))
    sheet.set_column(0, len(FIRST) + len(components), 14)
    prints_wide(sheet, head=0)
    book.close()
    return target.getvalue()


def _components(runs: Sequence[PaidRun]) -> list[Column]:
    """Those of the runs, in the order in which statements say them."""
    amounts = (amount for run in runs for payee in run.payees for amount in payee.amounts)
    return list(dict.fromkeys(map(_column, amounts)))


def _column(amount: Amount) -> Column:
    return amount.component, amount.zh


def _amounts(sheet: Any, at: int, payee: Payee, components: list[Column], money: Any) -> None:
    fen = dict.fromkeys(components, 0)
    for amount in payee.amounts:
        fen[_column(amount)] += amount.fen
    first, last = len(FIRST), len(FIRST) + len(fen)
    for column, value in enumerate(fen.values(), start=first):
        sheet.write_number(at, column, value / FEN_PER_YUAN, money)
    cells = xl_range(at, first, at, last - 1)
    sheet.write_formula(at, last, f"=SUM({cells})", money, payee.payable / FEN_PER_YUAN)


def _sums(book: Any, sheet: Any, rows: Sequence[tuple[PaidRun, Payee]], components: int) -> None:
    bold = book.add_format({"bold": True, "num_format": "#,##0.00", "top": 1})
    at = TOP + len(rows)
    sheet.write_string(at, 0, "合计", bold)
    if not rows:  # a sum of nothing would be of its own cell
        sheet.write_number(at, len(FIRST), 0, bold)
        return
    for column in range(len(FIRST), len(FIRST) + components + 1):
        cells = xl_range(TOP, column, at - 1, column)
        sheet.write_formula(at, column, f"=SUM({cells})", bold, _sum_of(rows, column, components))


def _sum_of(rows: Sequence[tuple[PaidRun, Payee]], column: int, components: int) -> float:
    """What a column comes to, in yuan, for readers that do not recalculate."""
    if column == len(FIRST) + components:
        return sum(payee.payable for _, payee in rows) / FEN_PER_YUAN
    wanted = _components([run for run, _ in rows])[column - len(FIRST)]
    fen = sum(a.fen for _, payee in rows for a in payee.amounts if _column(a) == wanted)
    return fen / FEN_PER_YUAN
