"""Sheets, tables and lists as CSV or as a plain workbook; text is never taken as a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import xlsxwriter

from cheji.engine.money import FEN_PER_YUAN, yuan_text
from cheji.files.guards import LIVE, guarded_csv, guarded_xlsx
from cheji.files.printing import prints_wide
from cheji.files.sheets.changes import change_title, changes_of
from cheji.files.sheets.figures import exact_text, unit_name
from cheji.files.sheets.labels import column_title, of_title, period_title, said, state_title
from cheji.files.sheets.sharing import shared_words
from cheji.reads.appraisals import ScoreSeen
from cheji.reads.kpis import Cell, KpiSeen, Sheet, Table
from cheji.reads.pay import PayLineSeen, StatementSeen, component_names

BOM = "\ufeff"
HEADS = {
    "sheet": (("序号", "#"), ("代码", "code"), ("项目", "line"), ("单位", "unit")),
    "score": (
        *(("门店", "outlet"), ("月份", "month"), ("工号", "number"), ("姓名", "name")),
        *(("指标", "kpi"), ("权重", "weight"), ("实际", "value"), ("目标", "target")),
        *(("得分", "points"), ("等级", "grade"), ("系数", "coefficient"), ("状态", "state")),
    ),
    "pay": (
        *(("门店", "outlet"), ("月份", "month"), ("工号", "number"), ("姓名", "name")),
        *(("项目", "component"), ("单据", "deal"), ("日期", "date"), ("基数", "base")),
        *(("基数单位", "unit of base"), ("本人计入", "of it counted")),
        *(("标准", "rate"), ("金额", "amount"), ("状态", "state"), ("共享", "shared")),
    ),
    "payable": (
        *(("门店", "outlet"), ("月份", "month"), ("工号", "number"), ("姓名", "name")),
        *(("得分", "score"), ("系数", "coefficient"), ("应发", "payable"), ("状态", "state")),
    ),
    "table": (
        *(("对象", "of"), ("代码", "code"), ("名称", "name"), ("门店", "outlet")),
        ("期间", "period"),
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number already written out, such as `-5`: it needs no guard; empty for no value."""

    text: str


@dataclass(frozen=True, slots=True)
class Yuan:
    """An amount, kept in fen; written in yuan with two decimals."""

    fen: int


Value = str | int | date | Figure | Yuan | None


def figure(value: Fraction | None, unit: str, decimals: int) -> Figure:
    return Figure(exact_text(value, unit, decimals))


def csv_bytes(rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with a byte order mark; a text that could run as a formula gets a leading quote."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    return (BOM + target.getvalue()).encode()


def _csv_cell(value: Value) -> str:
    if isinstance(value, Figure):
        return value.text
    if isinstance(value, Yuan):
        return yuan_text(value.fen)
    if isinstance(value, str):
        return guarded_csv(value)
    return "" if value is None else str(value)


def sheet_csv(sheet: Sheet, language: str) -> bytes:
    """One row per line: number, code, name, unit, then a value per column; ratios as parts of 1."""
    titles = [column_title(sheet, place, language) for place in range(len(sheet.columns))]
    titles += [change_title(change, language) for change in changes_of(sheet)]
    rows: list[list[Value]] = [[*(said(head, language) for head in HEADS["sheet"]), *titles]]
    for line in sheet.lines:
        kpi = line.kpi
        name = said((kpi.zh, kpi.en), language)
        cells = _figures([kpi] * len(line.cells), line.cells)
        cells += [
            figure(change.value(line), change.unit(line), change.decimals(line))
            for change in changes_of(sheet)
        ]
        rows.append([line.number, kpi.code, name, unit_name(kpi.unit, language), *cells])
    return csv_bytes(rows)


def table_csv(table: Table, outlets: Mapping[int, str], language: str) -> bytes:
    """One row per scope and period, one column per KPI, headed by its name."""
    heads = [said(head, language) for head in HEADS["table"]]
    rows: list[list[Value]] = [[*heads, *(said((kpi.zh, kpi.en), language) for kpi in table.kpis)]]
    for row in table.rows:
        who: list[Value] = [row.of.kind, row.of.code, of_title(row.of, language)]
        period = period_title(table.grain, row.period)
        place = outlets.get(row.of.outlet or 0)
        rows.append([*who, place, period, *_figures(table.kpis, row.cells)])
    return csv_bytes(rows)


def _figures(kpis: Sequence[KpiSeen], cells: Sequence[Cell]) -> list[Figure]:
    return [
        figure(cell.value, kpi.unit, kpi.decimals) for kpi, cell in zip(kpis, cells, strict=True)
    ]


def score_csv(cards: Sequence[ScoreSeen], language: str) -> bytes:
    """One row per person and KPI of the scheme; the total's row has no KPI."""
    rows: list[list[Value]] = [[said(head, language) for head in HEADS["score"]]]
    for card in cards:
        who: list[Value] = [card.outlet.code, card.month, card.person.number, card.person.name]
        coefficient, state = figure(card.coefficient, "", 4), state_title(card.state, language)
        total = figure(card.total, "", 2)
        rows.append([*who, "", "", "", "", total, card.grade, coefficient, state])
        for item in card.items:
            kpi = item.kpi
            value, target = (
                figure(one, kpi.unit, kpi.decimals) for one in (item.value, item.target)
            )
            weight, points = figure(item.weight, "", 2), figure(item.points, "", 2)
            name = said((kpi.zh, kpi.en), language)
            rows.append([*who, name, weight, value, target, points, "", "", state])
    return csv_bytes(rows)


def statement_csv(found: Sequence[StatementSeen], language: str) -> bytes:
    """One row per amount, in yuan with two decimals."""
    return csv_bytes([[said(head, language) for head in HEADS["pay"]], *_amounts(found, language)])


def statement_xlsx(found: Sequence[StatementSeen], language: str) -> bytes:
    """Two sheets: a row per person with a column per component, and a row per amount."""
    names = component_names(found)
    heads = [*HEADS["payable"][:4], *names.values(), *HEADS["payable"][4:]]
    people = [_person(one, names, language) for one in found]
    return _book(
        [
            (said(("人员汇总", "People"), language), _said(heads, language), people),
            (said(("明细", "Lines"), language), _said(HEADS["pay"], language),
             _amounts(found, language)),
        ]
    )  # fmt: skip


def _said(heads: Iterable[tuple[str, str]], language: str) -> list[str]:
    return [said(head, language) for head in heads]


def _person(one: StatementSeen, names: Iterable[str], language: str) -> list[Value]:
    sums = {name: sum(line.fen for line in one.lines if line.component == name) for name in names}
    score, coefficient = figure(one.score, "", 2), figure(one.coefficient, "", 4)
    return [
        one.outlet.code, one.month, one.person.number, one.person.name,
        *(Yuan(fen) for fen in sums.values()), score, coefficient, Yuan(one.payable),
        state_title(one.state, language),
    ]  # fmt: skip


def _amounts(found: Sequence[StatementSeen], language: str) -> list[list[Value]]:
    """A row for each amount of each person."""
    rows: list[list[Value]] = []
    for one in found:
        who: list[Value] = [one.outlet.code, one.month, one.person.number, one.person.name]
        rows += [
            [
                *who,
                said((line.zh, line.en), language),
                _record(line, language),
                line.on,
                figure(base, "", 2),
                unit,
                figure(counted(line), "", 4),
                figure(line.rate, "", 4),
                Yuan(line.fen),
                state_title(one.state, language),
                said(shared_words(line), language),
            ]
            for line in one.lines
            for base, unit in (based(line, language),)
        ]
    return rows


def _record(line: PayLineSeen, language: str) -> str:
    """The deal of a line by its number, or the dispute that it pays."""
    if line.dispute is not None:
        number = line.dispute.dispute.text
        return said((f"争议 {number}", f"Dispute {number}"), language)
    return line.deal.full if line.deal else ""


def based(line: PayLineSeen, language: str) -> tuple[Fraction | None, str]:
    """The base of a line as a number of its unit: 92 % as 92 and %."""
    if line.base is None or not line.unit:
        return line.base, ""
    value = line.base * 100 if line.unit == "ratio" else line.base
    return value, unit_name(line.unit, language)


def counted(line: PayLineSeen) -> Fraction | None:
    """What of a deal's base the rate multiplies: one's share of it, or by the weight of its row."""
    if line.deal is None or not line.bands:
        return None
    return Fraction(sum(band.part for band in line.bands)) / line.scale


def rows_xlsx(title: str, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A list as a workbook: numbers as numbers, dates as dates, text as text."""
    return _book([(title, heads, rows)])


def _book(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> bytes:
    """A workbook of lists, each with its title and heads."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#EDEDED"}),
        "text": book.add_format({"num_format": "@"}),
        "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "yuan": book.add_format({"num_format": "#,##0.00"}),
    }
    for title, heads, rows in sheets:
        _list(book, styles, title, heads, rows)
    book.close()
    return target.getvalue()


def _list(
    book: Any,
    styles: dict[str, Any],
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Value]],
) -> None:
    sheet = book.add_worksheet(title[:31])
    for place, head in enumerate(heads):
        sheet.write_string(0, place, guarded_xlsx(head), styles["head"])
        sheet.set_column(place, place, max(10, min(len(head.encode()) + 4, 30)))
    for at, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _write(sheet, at, place, value, styles)
    sheet.freeze_panes(1, 0)
    prints_wide(sheet, head=0)


def _write(sheet: Any, row: int, place: int, value: Value, styles: dict[str, Any]) -> None:
    if value is None or value == "" or value == Figure(""):
        return
    if isinstance(value, Figure):
        sheet.write_number(row, place, Fraction(value.text))
    elif isinstance(value, Yuan):
        sheet.write_number(row, place, Fraction(value.fen, FEN_PER_YUAN), styles["yuan"])
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, styles["date"])
    else:
        style = styles["quoted"] if value.startswith(LIVE) else styles["text"]
        sheet.write_string(row, place, guarded_xlsx(value), style)
