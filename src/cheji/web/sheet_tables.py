"""A sheet as tables of the page: its lines with trend and changes, and its checks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cheji.reads.kpis import Column as SheetColumn
from cheji.reads.kpis import IdentitySide, Line, Sheet
from cheji.web.templatetags.figures import digits
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.wording import (
    change_cell,
    formula,
    named,
    note,
    of_text,
    past_text,
    sheet_cell,
    short_month,
    term_url,
    unit_text,
    whose_text,
)

Beside = tuple[Column, Callable[[Line], Cell]]
"""A column beside those of the sheet, and what a line has in it."""


def source(column: SheetColumn) -> str:
    """Who published a column's figures, and whether somebody typed them."""
    told = _("Imported: {source}") if column.how == "imported" else _("Typed: {source}")
    return f"{of_text(column.of)} · {told.format(source=column.source)}"


def chosen_by(found: Sheet) -> str:
    """By which KPI the best outlets were chosen."""
    kpi = next((column.by for column in found.columns if column.by), None)
    return _("The best outlets are those by {kpi}.").format(kpi=named(kpi)) if kpi else ""


def table(found: Sheet) -> Table:
    """The lines of a sheet, with what its kind of breakdown adds beside them."""
    before, after = {"month": _along, "benchmark": _across}.get(found.by, _nothing)(found)
    begun = _begun(found)
    columns = [_column(found, at) for at in begun]
    extra = [column for column, _cell in before], [column for column, _cell in after]
    return Table(
        columns=[Column("line", _("KPI")), *extra[0], *columns, *extra[1]],
        rows=[
            Row(
                [
                    _term(line),
                    *(cell(line) for _column, cell in before),
                    *_figures(line, begun),
                    *(cell(line) for _column, cell in after),
                ]
            )
            for line in found.lines
        ],
        caption=named(found),
        compact=True,
        free=True,
        late=found.by == "month",
        empty=Empty(_("This sheet has no lines"), _("Publish the definition of the sheet first.")),
    )


def _term(line: Line) -> Cell:
    """The line's name, which opens its page of the dictionary."""
    return Cell(
        f"{line.number} {named(line.kpi)}",
        kind="term",
        href=term_url(line.kpi.code),
        note=unit_text(line.kpi.unit) or "%",
        title="\n".join(filter(None, (formula(line.kpi), note(line.kpi)))),
    )


def _begun(found: Sheet) -> list[int]:
    """The columns without months to come, where some have begun."""
    last = _latest(found) if found.by == "month" else None
    places = range(len(found.columns))
    if last is None:
        return list(places)
    return [at for at in places if at <= last or found.columns[at].grain != "month"]


def _figures(line: Line, begun: Sequence[int]) -> list[Cell]:
    cells, last = [], len(line.cells) - 1
    for at in begun:
        cell = line.cells[at]
        state = "bad" if line.adds_up is False and at == last else cell.light
        url = reverse("reason", args=[cell.key]) if cell.key else ""
        shown = sheet_cell(line.kpi, cell.value, reason=url, state=state)
        cells.append(replace(shown, title=cell.name) if cell.name else shown)
    return cells


def _nothing(_found: Sheet) -> tuple[list[Beside], list[Beside]]:
    return [], []


# -- month by month: trend and changes ---------------------------------------------------------


def _along(found: Sheet) -> tuple[list[Beside], list[Beside]]:
    """Behind the months what changed in the year and in the latest month, and how it went."""
    after = [] if found.columns[-1].grain == "month" else _year(found)
    latest = _latest(found)
    if latest is not None:
        after += _month(found, latest)
    trend = Column(
        "trend", _("Trend"), kind="spark", phone=False, help=_("The last thirteen months")
    )
    return [], [*after, (trend, lambda line: Cell(line.trend))]


def _year(found: Sheet) -> list[Beside]:
    """The year against as many days of the last one."""
    at = len(found.columns) - 1
    last = found.columns[at].period - 1
    help_ = _("As many days of {year}").format(year=last)
    return [
        (
            Column("last_year", _("Last year"), kind="number", phone=False, help=help_),
            lambda line: sheet_cell(line.kpi, line.cells[at].last_year),
        ),
        (
            Column(
                "year_on_year", pgettext("figure", "Change"), kind="number", phone=False, help=help_
            ),
            lambda line: change_cell(line.kpi, line.cells[at].yoy),
        ),
    ]


def _month(found: Sheet, at: int) -> list[Beside]:
    """The latest month against the one before and last year's; one that runs up to its day."""
    name = short_month(found.columns[at].period % 100)
    help_ = ""
    if found.columns[at].cut_short:
        help_ = _("Up to day {day}, both sides").format(day=found.on.day)
    mom, yoy = _("{month} MoM").format(month=name), _("{month} YoY").format(month=name)
    return [
        (
            Column("mom", mom, kind="number", phone=False, help=help_),
            lambda line: change_cell(line.kpi, line.cells[at].mom),
        ),
        (
            Column("yoy", yoy, kind="number", phone=False, help=help_),
            lambda line: change_cell(line.kpi, line.cells[at].yoy),
        ),
    ]


def _latest(found: Sheet) -> int | None:
    """The last month that has figures: its changes are shown."""
    months = [at for at, column in enumerate(found.columns) if column.grain == "month"]
    known = [at for at in months if any(line.cells[at].value is not None for line in found.lines)]
    return known[-1] if known else None


# -- against others: the gap -------------------------------------------------------------------


def _across(found: Sheet) -> tuple[list[Beside], list[Beside]]:
    """The own outlet against the national average; against last year where there is none."""
    if len(found.columns) < 2:
        return _nothing(found)
    first = found.columns[1]
    nation = first.of.kind == "nation_average"
    label = (
        _("Against the nation") if nation else _("Against {whom}").format(whom=_label(found, first))
    )
    return [(Column("gap", label, kind="number"), _gap)], []


def _label(found: Sheet, column: SheetColumn) -> str:
    """A column of others by its name, one of the own figures before by its period."""
    if column.period == found.columns[0].period:
        return of_text(column.of)
    return past_text(column)


def _gap(line: Line) -> Cell:
    own, nation = line.cells[0].value, line.cells[1].value
    if own is None or nation is None:
        return Cell(None)
    gap = own - nation
    if not line.kpi.in_points:
        return change_cell(line.kpi, gap / abs(nation) if nation else None)
    return change_cell(line.kpi, gap)


# -- columns and checks ------------------------------------------------------------------------


def _column(found: Sheet, at: int) -> Column:
    column = found.columns[at]
    if found.by == "month":
        label = short_month(column.period % 100) if column.grain == "month" else _whole(found)
    elif at == len(found.columns) - 1 and found.by == "consultant" and len(found.columns) > 1:
        label = _("Total")
    elif found.by == "benchmark":
        label = _label(found, column)
    else:
        label = of_text(column.of)
    note = _("Over {count} outlets").format(count=column.outlets) if column.outlets > 1 else ""
    if found.by == "benchmark":
        note = note or (source(column) if column.how != "computed" else _("Computed"))
        note = " · ".join(filter(None, (whose_text(column) if column.by else "", note)))
    return Column(f"c{at}", label, kind="number", help=note)


def _whole(found: Sheet) -> str:
    """The year that is over as a whole, the one that runs as far as it has come."""
    runs = found.on.year == found.year
    return _("Year to date") if runs else pgettext("sheet", "Whole year")


def checks(found: Sheet) -> Table | None:
    """Every identity in every column: the difference, which must be nothing.

    None where no column can tell: by consultant over a year only the months hold them.
    """
    if not any(side for identity in found.identities for side in identity.sides):
        return None
    columns = [Column("identity", _("Identity"))]
    begun = _begun(found)
    columns += [_column(found, at) for at in begun]
    rows = []
    for identity in found.identities:
        sides = [_side(identity.sides[at], identity.relation) for at in begun]
        rows.append(Row([Cell(named(identity), title=identity.code), *sides]))
    return Table(columns=columns, rows=rows, caption=_("Checks"), compact=True, free=True)


def _side(side: IdentitySide | None, relation: str) -> Cell:
    """The difference of an equation, both sides of an inequality."""
    if side is None or side.difference is None:
        return Cell(None)
    left, right = (digits(Fraction(part or 0), 2, trim=True) for part in (side.left, side.right))
    sign = {"<=": "≤", ">=": "≥"}.get(relation, "=")
    state = "good" if side.holds else "bad"
    told = f"{left} {sign} {right}"
    if sign != "=":
        return Cell(told, kind="text", state=state)
    return Cell(side.difference, kind="signed", state=state, title=told)
