"""A sheet as a workbook in the source's layout, with live formulas for ratios and sums."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter

from cheji.files.guards import LIVE, guarded_xlsx
from cheji.files.sheets.figures import unit_name
from cheji.files.sheets.formulas import Lines, definitions_of, may_be_empty, text_of
from cheji.files.sheets.labels import by_title, column_title, said
from cheji.reads.kpis import IdentitySide, Line, Sheet

TOP: Final = 3  # rows above the first line: title, subtitle, headings
LEFT: Final = 2  # columns before the first value: number, name
_RIGHT: Final = {
    "down": ("越低越好", "lower is better"),
    "up": ("越高越好", "higher is better"),
    "band": ("区间", "a band"),
    "none": ("", ""),
}


@dataclass
class Page:
    """The workbook being written."""

    book: Any
    sheet: Sheet
    language: str

    def style(self, **more: Any) -> Any:
        return self.book.add_format(more)

    def text(self, page: Any, row: int, column: int, text: str, style: Any = None) -> None:
        """Text that came from people is never taken as a formula."""
        if text.startswith(LIVE):
            style = self.style(num_format="@", quote_prefix=True)
        page.write_string(row, column, guarded_xlsx(text), style)

    def say(self, chinese: str, english: str) -> str:
        return said((chinese, english), self.language)


def sheet_xlsx(sheet: Sheet, language: str) -> bytes:
    """The sheet, its identities and what each line means, as xlsx."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    page = Page(xlsxwriter.Workbook(target, options), sheet, language)
    _main(page)
    if sheet.identities:
        _identities(page)
    _meanings(page)
    page.book.close()
    return target.getvalue()


# -- the sheet itself --------------------------------------------------------------------------


def _main(page: Page) -> None:
    sheet = page.sheet
    out = page.book.add_worksheet(said((sheet.zh, sheet.en), page.language)[:31])
    _headings(page, out)
    lines, empty = Lines(sheet, definitions_of(sheet)), _empty_cells(sheet)
    for at, line in enumerate(sheet.lines):
        out.write_number(TOP + at, 0, line.number)
        page.text(out, TOP + at, 1, said((line.kpi.zh, line.kpi.en), page.language))
        style = page.style(num_format=number_format(line.kpi.unit, line.kpi.decimals))
        for column in range(len(sheet.columns)):
            _cell(out, lines, (at, column), style, empty)
    _notes(page, out)
    out.set_column(0, 0, 5)
    out.set_column(1, 1, 30)
    out.set_column(LEFT, LEFT + len(sheet.columns), 11)
    out.freeze_panes(TOP, LEFT)
    out.set_landscape()
    out.fit_to_pages(1, 0)


def _headings(page: Page, out: Any) -> None:
    sheet, head = page.sheet, page.style(bold=True, bg_color="#EDEDED", align="center")
    whose = " ".join(part for part in (sheet.of.code, sheet.of.name) if part)
    name = said((sheet.zh, sheet.en), page.language)
    period = str(sheet.month or sheet.year)
    page.text(out, 0, 0, f"{name}　{whose}", page.style(bold=True, font_size=14))
    shown = page.say("截至", "as of")
    page.text(
        out, 1, 0, f"{period}　{by_title(sheet.by, page.language)}　{shown} {sheet.on.isoformat()}"
    )
    out.write_string(TOP - 1, 0, "#", head)
    out.write_string(TOP - 1, 1, page.say("项目", "Line"), head)
    for column in range(len(sheet.columns)):
        title = column_title(sheet, column, page.language)
        page.text(out, TOP - 1, LEFT + column, title + _mark(sheet, column), head)


def _mark(sheet: Sheet, column: int) -> str:
    """A star where the printed KPI sheet of the source has no such column."""
    annual = sheet.by == "month" and sheet.columns[column].grain == "year"
    return "*" if annual and sheet.code == "kpi" else ""


def _empty_cells(sheet: Sheet) -> list[tuple[int, int]]:
    """Cells that may show nothing: those of rates, and what has no meaning in a column."""
    definitions = definitions_of(sheet)
    lines = Lines(sheet, definitions)
    found: list[tuple[int, int]] = []
    for at in range(len(sheet.lines)):
        for column in range(len(sheet.columns)):
            live = lines.live(at, column)
            blank = sheet.lines[at].cells[column].value is None
            if blank or (live is not None and may_be_empty(live, found)):
                found.append((at, column))
    return found


def _cell(
    out: Any, lines: Lines, place: tuple[int, int], style: Any, empty: Sequence[tuple[int, int]]
) -> None:
    line, column = place
    cell = lines.sheet.lines[line].cells[column]
    live = lines.live(line, column)
    at = (TOP + line, LEFT + column)
    if live is not None:
        text = text_of(live, top=TOP, left=LEFT, empty=empty)
        shown = "" if cell.value is None else float(cell.value)
        out.write_formula(*at, text, style, shown)
    elif cell.value is not None:
        out.write_number(*at, cell.value, style)


def number_format(unit: str, decimals: int) -> str:
    places = f".{'0' * decimals}" if decimals else ""
    return f"0{places}%" if unit == "ratio" else f"#,##0{places or '.##'}"


def _notes(page: Page, out: Any) -> None:
    row = TOP + len(page.sheet.lines) + 1
    notes = [
        page.say(
            "比率与合计为公式，其余为系统统计数；没有值的比率显示为空。",
            "Ratios and sums are formulas, the rest are counted; a ratio without a value is empty.",
        )
    ]
    columns = range(len(page.sheet.columns))
    if any(_mark(page.sheet, column) for column in columns):
        notes.append(
            page.say("* 原表无年度列，此处另加。", "* The source's sheet has no such column.")
        )
    if any(column.withheld for column in page.sheet.columns):
        notes.append(
            page.say("不足三家门店的平均与标杆不显示。", "Fewer than three outlets: not shown.")
        )
    for at, note in enumerate(notes):
        out.write_string(row + at, 1, note)


# -- what proves it and what it means ----------------------------------------------------------


def _identities(page: Page) -> None:
    sheet = page.sheet
    out = page.book.add_worksheet(page.say("核对", "Checks"))
    head = page.style(bold=True, bg_color="#EDEDED")
    heads = [page.say("核对项", "Check"), ""]
    heads += [column_title(sheet, place, page.language) for place in range(len(sheet.columns))]
    for place, title in enumerate(heads):
        page.text(out, 0, place, title, head)
    for at, identity in enumerate(sheet.identities):
        row = 1 + at * 3
        out.write_string(row, 0, said((identity.zh, identity.en), page.language))
        labels = (page.say("左边", "Left"), page.say("右边", "Right"), page.say("差", "Difference"))
        for step, label in enumerate(labels):
            out.write_string(row + step, 1, label)
        for column, side in enumerate(identity.sides):
            if side is not None:
                _side(out, row, LEFT + column, side)
    out.set_column(0, 0, 30)


def _side(out: Any, row: int, column: int, side: IdentitySide) -> None:
    for step, value in enumerate((side.left, side.right, side.difference)):
        if value is not None:
            out.write_number(row + step, column, value)


def _meanings(page: Page) -> None:
    out = page.book.add_worksheet(page.say("口径", "Meanings"))
    head = page.style(bold=True, bg_color="#EDEDED")
    heads = (
        ("#", "#"),
        ("代码", "Code"),
        ("项目", "Line"),
        ("单位", "Unit"),
        ("方向", "Direction"),
    )
    for place, title in enumerate((*heads, ("公式", "Formula"), ("说明", "Note"))):
        out.write_string(0, place, said(title, page.language), head)
    for at, line in enumerate(page.sheet.lines, start=1):
        for place, text in enumerate(_meaning(line, page.language)):
            page.text(out, at, place, text)
    for place, width in enumerate((5, 20, 30, 12, 14, 50, 80)):
        out.set_column(place, place, width)


def _meaning(line: Line, language: str) -> tuple[str, ...]:
    kpi = line.kpi
    return (
        str(line.number),
        kpi.code,
        said((kpi.zh, kpi.en), language),
        unit_name(kpi.unit, language),
        said(_RIGHT[kpi.direction], language),
        said((kpi.formula_zh, kpi.formula_en), language),
        said((kpi.note_zh, kpi.note_en), language),
    )
