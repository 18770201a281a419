"""The payroll list: a row for each person, a column for each component, sums as live formulas."""

import io
from collections.abc import Sequence
from dataclasses import replace
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
    """Everybody of the runs by outlet, in one worksheet; the last row adds each column up."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet("工资表")
    head = book.add_format({"bold": True, "text_wrap": True})
    money = book.add_format({"num_format": "#,##0.00"})
    components = _components(runs)
    names = [guarded_xlsx(name) for _, name in components]
    sheet.write_row(0, 0, [*FIRST, *names, "应发合计"], head)
    rows = _people(runs)
    for at, (outlet, payee) in enumerate(rows, start=TOP):
        for column, text in enumerate((outlet, payee.number, payee.name)):
            sheet.write_string(at, column, guarded_xlsx(text))
        _amounts(sheet, at, payee, components, money)
    _sums(book, sheet, rows, components)
    sheet.freeze_panes(TOP, len(FIRST))
    sheet.set_column(0, len(FIRST) + len(components), 14)
    prints_wide(sheet, head=0)
    book.close()
    return target.getvalue()


def _people(runs: Sequence[PaidRun]) -> list[tuple[str, Payee]]:
    """Each person once with the name of his outlet, though runs of several plans pay him there."""
    found: dict[tuple[str, str], tuple[str, Payee]] = {}
    for run in runs:
        for payee in run.payees:
            key = run.outlet, payee.number
            before = found[key][1].amounts if key in found else ()
            found[key] = run.name, replace(payee, amounts=(*before, *payee.amounts))
    return list(found.values())


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


def _sums(
    book: Any, sheet: Any, rows: Sequence[tuple[str, Payee]], components: Sequence[Column]
) -> None:
    bold = book.add_format({"bold": True, "num_format": "#,##0.00", "top": 1})
    at = TOP + len(rows)
    sheet.write_string(at, 0, "合计", bold)
    if not rows:  # a sum of nothing would be of its own cell
        sheet.write_number(at, len(FIRST), 0, bold)
        return
    for column, fen in enumerate(_each_sum(rows, components), start=len(FIRST)):
        cells = xl_range(TOP, column, at - 1, column)
        sheet.write_formula(at, column, f"=SUM({cells})", bold, fen / FEN_PER_YUAN)


def _each_sum(rows: Sequence[tuple[str, Payee]], components: Sequence[Column]) -> list[int]:
    """What each column comes to, fen, for readers that do not recalculate; all of it last."""
    fen = dict.fromkeys(components, 0)
    for _, payee in rows:
        for amount in payee.amounts:
            fen[_column(amount)] += amount.fen
    return [*fen.values(), sum(fen.values())]
