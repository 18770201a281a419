"""The KPI sheet and the structure sheet: month by month, by consultant, against others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.engine.periods import month_key
from cheji.reads import kpis
from cheji.reads.kpis import Column as SheetColumn
from cheji.reads.kpis import IdentitySide, Line, Sheet, SheetBy
from cheji.records.refusals import BadValue
from cheji.web.asked import number
from cheji.web.beginnings import first_step
from cheji.web.navigation import address
from cheji.web.periods import keys_back
from cheji.web.scopes import Tree
from cheji.web.templatetags.figures import digits
from cheji.web.templatetags.parts import (
    AsOf,
    Cell,
    Column,
    Empty,
    PeriodChoice,
    Row,
    Step,
    Tab,
    Table,
)
from cheji.web.viewers import now, viewer
from cheji.web.wording import (
    change_cell,
    formula,
    month_text,
    named,
    note,
    of_text,
    period_text,
    sheet_cell,
    short_month,
    unit_text,
)

YEARS_BACK = 5
WAYS: tuple[SheetBy, ...] = ("month", "consultant", "benchmark")


@dataclass(frozen=True)
class Question:
    """What the address asks for: whose, how broken down, when, against whom."""

    code: str
    outlet: str
    person: str
    by: SheetBy
    year: int
    month: int | None
    against: tuple[str, ...]

    @property
    def query(self) -> dict[str, Any]:
        """The address without its breakdown and period."""
        return {
            name: value
            for name, value in (
                ("outlet", self.outlet),
                ("person", self.person),
                ("against", self.against),
            )
            if value
        }

    def url(self, **changes: Any) -> str:
        """This sheet's address with changes; None drops a part."""
        period = self.month or self.year
        parts = {**self.query, "by": self.by, "period": period, **changes}
        kept = {name: value for name, value in parts.items() if value not in (None, "", ())}
        return f"{reverse('sheet', args=[self.code])}?{urlencode(kept, doseq=True)}"


def asked(request: HttpRequest, code: str, today: date) -> Question:
    """Read the address; without a period it is this month, and month by month this year."""
    query = request.GET
    by = query.get("by", "month")
    if by not in WAYS:
        raise BadValue(field="by", value=by, why=", ".join(WAYS))
    period = number(request, "period", month_key(today))
    month = period if period > 9999 and by != "month" else None
    year = period // 100 if period > 9999 else period
    return Question(
        code=code,
        outlet=query.get("outlet", ""),
        person=query.get("person", ""),
        by=by,
        year=year,
        month=month,
        against=tuple(query.getlist("against")),
    )


@require_GET
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """One sheet; the state is in the address."""
    who = viewer(request)
    question = asked(request, code, who.on)
    tree = Tree(who)
    if question.by != "month" and not _narrow(question, tree):
        messages.info(request, _("Choose an outlet first: this page is about one."))
        return redirect(question.url(by=None, period=question.year))
    found = kpis.sheet(
        who,
        code=code,
        year=question.year,
        outlet=question.outlet,
        person=question.person,
        by=question.by,
        month=question.month,
        against=question.against,
    )
    earliest = kpis.earliest_month(who)
    context = {
        "sheet": found,
        "beginning": first_step(who) if earliest is None else None,
        "name": named(found),
        "steps": _steps(question, found, tree),
        "tabs": _tabs(question, found),
        "choice": _periods(question, who.on, earliest),
        "table": _table(found),
        "checks": _checks(found),
        "holds": found.holds,
        "withheld": any(column.withheld for column in found.columns),
        "against": _against(question, found, tree),
        "gap_url": _gap_url(question, found),
        "sources": [_source(column) for column in found.columns if column.how != "computed"],
        "download": _download(question, found, tree) if who.can("export") else "",
        "as_of": AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{found.mark:,}")),
    }
    return render(request, "sheets/sheet.html", context)


def _narrow(question: Question, tree: Tree) -> bool:
    """Whether an outlet is named, or the viewer has but one, so that none need be."""
    outlets = [unit for unit in tree.units.values() if unit.kind == "outlet"]
    return bool(question.outlet or question.person) or len(outlets) <= 1


# -- the frame around the table ----------------------------------------------------------------


def _steps(question: Question, found: Sheet, tree: Tree) -> list[Step]:
    def to(outlet: str, person: str) -> str:
        by = question.by if outlet and question.by != "benchmark" else "month"
        return question.url(outlet=outlet, person=person, by=by, against=None)

    return tree.path(found.of, to)


def _tabs(question: Question, found: Sheet) -> list[Tab]:
    ways: list[tuple[SheetBy, str]] = [("month", _("Month by month"))]
    if found.of.kind in ("outlet", "team"):
        ways.append(("consultant", _("By consultant")))
    if found.of.kind == "outlet":
        ways.append(("benchmark", _("Against others")))
    return [
        Tab(label, question.url(by=way, against=None), way == question.by) for way, label in ways
    ]


def _periods(question: Question, today: date, earliest: int | None) -> PeriodChoice:
    """Years for the sheet by month; months and years for the others."""
    keys = sorted(
        {*keys_back(today, "year", YEARS_BACK + 1, earliest), question.year}, reverse=True
    )
    years = [(str(year), period_text("year", year)) for year in keys]
    if question.by == "month":
        options = years
    else:
        known = keys_back(today, "month", today.month + 12, earliest)
        chosen = {*known, question.month or known[0]}
        months = [(str(key), month_text(key)) for key in sorted(chosen, reverse=True)]
        options = months + years
    return _choice(options, str(question.month or question.year))


def _choice(options: Sequence[tuple[str, str]], key: str) -> PeriodChoice:
    alike = [option for option, _label in options if len(option) == len(key)]
    at = alike.index(key) if key in alike else 0
    return PeriodChoice(
        key,
        options,
        previous=alike[at + 1] if at + 1 < len(alike) else None,
        next=alike[at - 1] if at else None,
    )


def _against(question: Question, found: Sheet, tree: Tree) -> list[tuple[str, str, bool]]:
    """Outlets that may stand beside the own one: code, name, chosen."""
    if question.by != "benchmark":
        return []
    return [
        (unit.code, unit.name, unit.code in question.against)
        for unit in tree.units.values()
        if unit.kind == "outlet" and unit.id != found.of.id and tree.opens(unit)
    ]


def _download(question: Question, found: Sheet, tree: Tree) -> str:
    """The same sheet as a workbook, from the files' own address."""
    url = address("sheet_xlsx") or "/export/sheet.xlsx"
    unit = tree.units.get(found.of.id or 0)
    code = tree.code(unit) if unit and found.of.kind != "person" else ""
    parts: dict[str, Any] = {
        "code": question.code,
        "outlet": code or question.outlet,
        "person": found.of.code if found.of.kind == "person" else "",
        "year": question.year,
        "by": question.by,
        "month": question.month,
        "against": question.against,
    }
    return f"{url}?{urlencode({k: v for k, v in parts.items() if v}, doseq=True)}"


def _gap_url(question: Question, found: Sheet) -> str:
    """Where the gap of this sheet's scope comes from."""
    if found.by == "consultant":
        return ""
    name = "person" if found.of.kind == "person" else "outlet"
    code = found.of.code if name == "person" else question.outlet or found.of.code
    period = question.month or question.year
    return f"{reverse('gap')}?{urlencode({name: code, 'period': period})}"


def _source(column: SheetColumn) -> str:
    """Who published a column's figures, and whether somebody typed them."""
    told = _("Imported: {source}") if column.how == "imported" else _("Typed: {source}")
    return f"{of_text(column.of)} · {told.format(source=column.source)}"


# -- the table ---------------------------------------------------------------------------------


def _table(found: Sheet) -> Table:
    columns = [Column("line", _("KPI")), Column("unit", _("Unit"), phone=False)]
    columns += [_column(found, at) for at in range(len(found.columns))]
    compared = found.by == "benchmark" and len(found.columns) > 1
    if compared:
        columns.insert(3, Column("gap", _("Against the nation"), kind="number"))
    latest = _latest(found)
    if latest is not None:
        columns += [
            Column("mom", _("Month on month"), kind="number"),
            Column("yoy", _("Year on year"), kind="number"),
        ]
    return Table(
        columns=columns,
        rows=[_row(line, compared=compared, latest=latest) for line in found.lines],
        caption=named(found),
        compact=True,
        free=True,
        empty=Empty(_("This sheet has no lines"), _("Publish the definition of the sheet first.")),
    )


def _latest(found: Sheet) -> int | None:
    """The last month of a sheet month by month that has figures: its changes are shown."""
    if found.by != "month":
        return None
    months = [at for at, column in enumerate(found.columns) if column.grain == "month"]
    known = [at for at in months if any(line.cells[at].value is not None for line in found.lines)]
    return known[-1] if known else None


def _column(found: Sheet, at: int) -> Column:
    column = found.columns[at]
    if found.by == "month":
        label = short_month(column.period % 100) if column.grain == "month" else _("Year")
    elif at == len(found.columns) - 1 and found.by == "consultant" and len(found.columns) > 1:
        label = _("Total")
    else:
        label = of_text(column.of)
    note = _("Over {count} outlets").format(count=column.outlets) if column.outlets > 1 else ""
    if found.by == "benchmark":
        note = note or (_source(column) if column.how != "computed" else _("Computed"))
    return Column(f"c{at}", label, kind="number", help=note)


def _row(line: Line, *, compared: bool, latest: int | None = None) -> Row:
    cells: list[Cell | object] = [
        Cell(f"{line.number} {named(line.kpi)}", title=_hint(line)),
        Cell(unit_text(line.kpi.unit) or "%"),
    ]
    last = len(line.cells) - 1
    for at, cell in enumerate(line.cells):
        state = "bad" if line.adds_up is False and at == last else ""
        url = reverse("reason", args=[cell.key]) if cell.key else ""
        cells.append(sheet_cell(line.kpi, cell.value, reason=url, state=state))
    if compared:
        cells.insert(3, _gap(line))
    if latest is not None:
        cell = line.cells[latest]
        cells += [change_cell(line.kpi, cell.mom), change_cell(line.kpi, cell.yoy)]
    return Row(cells)


def _hint(line: Line) -> str:
    """The formula in words, and the note of the definition."""
    return "\n".join(filter(None, (formula(line.kpi), note(line.kpi))))


def _gap(line: Line) -> Cell:
    """The own outlet against the national average."""
    own, nation = line.cells[0].value, line.cells[1].value
    if own is None or nation is None:
        return Cell(None)
    gap = own - nation
    if not line.kpi.in_points:
        return change_cell(line.kpi, gap / abs(nation) if nation else None)
    return change_cell(line.kpi, gap)


# -- the checks --------------------------------------------------------------------------------


def _checks(found: Sheet) -> Table | None:
    """Every identity in every column: the difference, which must be nothing.

    None where no column can tell: by consultant over a year only the months hold them.
    """
    if not any(side for identity in found.identities for side in identity.sides):
        return None
    columns = [Column("identity", _("Identity"))]
    columns += [_column(found, at) for at in range(len(found.columns))]
    rows = []
    for identity in found.identities:
        sides = [_side(side, identity.relation) for side in identity.sides]
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


urlpatterns = [path("sheets/<slug:code>", sheet, name="sheet")]
