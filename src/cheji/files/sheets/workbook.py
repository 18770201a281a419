"""A sheet as a workbook in the source's layout, with live formulas for ratios and sums."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as named

from cheji.files.guards import LIVE, guarded_xlsx
from cheji.files.printing import prints_wide
from cheji.files.sheets.changes import change_title, changes_of
from cheji.files.sheets.figures import SPARE, unit_name
from cheji.files.sheets.formulas import Lines, definitions_of, may_be_empty, text_of
from cheji.files.sheets.labels import by_title, column_title, period_title, said
from cheji.reads.kpis import IdentitySide, Line, Sheet

TOP: Final = 3  # rows above the first line: title, subtitle, headings
LEFT: Final = 2  # columns before the first value: number, name
NARROWEST, WIDEST = 11, 18  # a column of values, in characters
LINE: Final = 16  # points of a row of text
BOXED: Final = {"border": 1, "border_color": "#D0D0D0"}
HEAD: Final = {"bold": True, "bg_color": "#EDEDED", "align": "center", "text_wrap": True, **BOXED}
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
        return self.book.add_format({"valign": "vcenter", **more})

    def leaf(self, title: str, *, rows: int, columns: int = 0) -> Any:
        """A worksheet whose first rows and columns stay in sight."""
        out = self.book.add_worksheet(title[:31])
        out.freeze_panes(rows, columns)
        prints_wide(out, head=rows - 1)
        return out

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
    out = page.leaf(said((sheet.zh, sheet.en), page.language), rows=TOP, columns=LEFT)
    _headings(page, out)
    lines, empty = Lines(sheet, definitions_of(sheet)), _empty_cells(sheet)
    for at, line in enumerate(sheet.lines):
        out.write_number(TOP + at, 0, line.number, page.style(align="center", **BOXED))
        name = said((line.kpi.zh, line.kpi.en), page.language)
        page.text(out, TOP + at, 1, name, page.style(**BOXED))
        for column, cell in enumerate(line.cells):
            shown = number_format(line.kpi.unit, line.kpi.decimals, cell.value)
            _cell(out, lines, (at, column), page.style(num_format=shown, **BOXED), empty)
    _changes(page, out)
    _notes(page, out)
    out.set_column(0, 0, 5)
    out.set_column(1, 1, 30)


def _changes(page: Page, out: Any) -> None:
    """Behind the columns: what changed, and the months as a small line."""
    sheet, changes = page.sheet, changes_of(page.sheet)
    first = LEFT + len(sheet.columns)
    for place, change in enumerate(changes, start=first):
        page.text(out, TOP - 1, place, change_title(change, page.language), page.style(**HEAD))
        out.set_column(place, place, NARROWEST)
        for at, line in enumerate(sheet.lines):
            value = change.value(line)
            shown = number_format(change.unit(line), change.decimals(line), value)
            if change.code != "last_year":
                shown = f"+{shown};-{shown};{shown}"
            style = page.style(num_format=shown, **BOXED)
            if value is None:
                out.write_blank(TOP + at, place, None, style)
            else:
                out.write_number(TOP + at, place, value, style)
    if changes:
        _trends(page, out, first + len(changes))


def _trends(page: Page, out: Any, place: int) -> None:
    months = [at for at, column in enumerate(page.sheet.columns) if column.grain == "month"]
    page.text(out, TOP - 1, place, page.say("趋势", "Trend"), page.style(**HEAD))
    for at in range(len(page.sheet.lines)):
        ends = [named(TOP + at, LEFT + column) for column in (months[0], months[-1])]
        title = out.get_name().replace("'", "''")
        out.add_sparkline(TOP + at, place, {"range": f"'{title}'!{ends[0]}:{ends[1]}"})


def _headings(page: Page, out: Any) -> None:
    sheet, head = page.sheet, page.style(**HEAD)
    whose = " ".join(part for part in (sheet.of.code, sheet.of.name) if part)
    name = said((sheet.zh, sheet.en), page.language)
    period = period_title("month", sheet.month) if sheet.month else str(sheet.year)
    page.text(out, 0, 0, f"{name}　{whose}", page.style(bold=True, font_size=14))
    shown = page.say("截至", "as of")
    page.text(
        out, 1, 0, f"{period}　{by_title(sheet.by, page.language)}　{shown} {sheet.on.isoformat()}"
    )
    out.write_string(TOP - 1, 0, "#", head)
    out.write_string(TOP - 1, 1, page.say("项目", "Line"), head)
    places = range(len(sheet.columns))
    titles = [column_title(sheet, place, page.language) + _mark(sheet, place) for place in places]
    out.set_row(TOP - 1, max(_height(title, _width(title)) for title in titles))
    for place, title in enumerate(titles, start=LEFT):
        page.text(out, TOP - 1, place, title, head)
        out.set_column(place, place, _width(title))


def _width(title: str) -> int:
    """Room for a heading, in characters; longer ones wrap."""
    return min(max(NARROWEST, _places(title) + 2), WIDEST)


def _places(text: str) -> int:
    """How wide a text is: a Chinese sign takes two places."""
    return sum(1 + (sign > "⺀") for sign in text)


def _height(text: str, width: int) -> int:
    """Points for a text that wraps: not every program finds the height of a row by itself."""
    return LINE * -(-_places(text) // (width - 1))


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
    elif cell.value is None:
        out.write_blank(*at, None, style)
    else:
        out.write_number(*at, cell.value, style)


def number_format(unit: str, decimals: int, value: Fraction | None) -> str:
    """As the screens show it; `0.##` would leave a lone point behind a whole number in Excel."""
    if unit != "ratio" and value is not None and value.denominator != 1:
        decimals = decimals or SPARE
    places = f".{'0' * decimals}" if decimals else ""
    return f"0{places}%" if unit == "ratio" else f"#,##0{places}"


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
    out = page.leaf(page.say("核对", "Checks"), rows=1, columns=LEFT)
    titles = [column_title(sheet, place, page.language) for place in range(len(sheet.columns))]
    for place, title in enumerate((page.say("核对项", "Check"), "", *titles)):
        page.text(out, 0, place, title, page.style(**HEAD))
        out.set_column(place, place, _width(title))
    labels = (page.say("左边", "Left"), page.say("右边", "Right"), page.say("差", "Difference"))
    for at, identity in enumerate(sheet.identities):
        row = 1 + at * len(labels)
        out.write_string(row, 0, said((identity.zh, identity.en), page.language), page.style())
        for step, label in enumerate(labels):
            out.write_string(row + step, 1, label, page.style(**BOXED))
        for column, side in enumerate(identity.sides):
            if side is not None:
                _side(page, out, (row, LEFT + column), side)
    out.set_column(0, 0, 30)


def _side(page: Page, out: Any, at: tuple[int, int], side: IdentitySide) -> None:
    """Left, right and, live, what lies between them."""
    row, column = at
    for step, value in enumerate((side.left, side.right, side.difference)):
        style = page.style(num_format=number_format("", 0, value), **BOXED)
        if value is None:
            out.write_blank(row + step, column, None, style)
        elif step < 2:
            out.write_number(row + step, column, value, style)
        else:
            text = f"={named(row, column)}-{named(row + 1, column)}"
            out.write_formula(row + step, column, text, style, float(value))


def _meanings(page: Page) -> None:
    out = page.leaf(page.say("口径", "Meanings"), rows=1)
    heads = (
        ("#", "#"),
        ("代码", "Code"),
        ("项目", "Line"),
        ("单位", "Unit"),
        ("方向", "Direction"),
    )
    for place, title in enumerate((*heads, ("公式", "Formula"), ("说明", "Note"))):
        out.write_string(0, place, said(title, page.language), page.style(**HEAD))
    wrapped = page.style(text_wrap=True, **BOXED)
    widths = (5, 18, 28, 10, 12, 42, 64)
    for at, line in enumerate(page.sheet.lines, start=1):
        texts = _meaning(line, page.language)
        out.set_row(at, max(map(_height, texts, widths)))
        for place, text in enumerate(texts):
            page.text(out, at, place, text, wrapped)
    for place, width in enumerate(widths):
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
