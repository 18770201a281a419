"""Targets: a grid of outlets or consultants by period, and a consultant's own year."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import target_locks as locking
from cheji.engine.periods import from_key, months_of
from cheji.reads import targets as reads
from cheji.reads.kpis import KpiSeen
from cheji.reads.targets import TargetGrid, TargetRow
from cheji.reads.targets.splits import WAYS as WAYS_OVER
from cheji.reads.targets.splits import Over, key_of
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web import target_locks
from cheji.web.scopes import Tree
from cheji.web.table_files import downloads, sent
from cheji.web.target_cells import (
    column_of,
    column_text,
    place_of,
    versions_of,
    writing,
)
from cheji.web.target_proposing import AIMS, form, kpi_groups
from cheji.web.target_question import Question, asked, ways
from cheji.web.target_tables import team_table, written
from cheji.web.templatetags.parts import (
    Cell,
    Column,
    Empty,
    Grid,
    PeriodChoice,
    Row,
    Step,
    Tab,
    Table,
)
from cheji.web.viewers import viewer
from cheji.web.wording import (
    UNIT_KINDS,
    kpi_cell,
    month_text,
    named,
    of_text,
    period_text,
    short_month,
    unit_text,
)

YEARS_BACK = 3
ACROSS = {
    "month": gettext_lazy("By month"),
    "quarter": gettext_lazy("By quarter"),
    "half": gettext_lazy("By half-year"),
    "year": gettext_lazy("The year"),
    "week": gettext_lazy("Weeks of a month"),
}
WAYS = {
    "even": gettext_lazy("Evenly"),
    "weights": gettext_lazy("By weights"),
    "last_year": gettext_lazy("By last year's figures"),
    "season": gettext_lazy("By the season of three years"),
    "stock": gettext_lazy("By vehicles in stock"),
    "working_days": gettext_lazy("By days worked"),
}


@require_GET
def targets(request: HttpRequest) -> HttpResponse:
    """The grid of a unit; for who has no unit's figures, his own targets."""
    who = viewer(request)
    if not who.sees("targets"):
        raise NotFound(noun="target", key="")
    tree = Tree(who)
    question = asked(request, who, tree)
    if not question.unit:
        return _personal(request, who, question)
    found = question.grid(who)
    if "file" in request.GET:
        return sent(request, "targets", _title(question, found), written(question, found))
    context = {
        "ways": ways("targets", question.unit, who),
        "choices": _choices(question, who),
        "split": _split(question, found),
        "locks": target_locks.shown(who, question.unit, found),
        "lock_url": question.url("targets-lock"),
        "unlock_url": question.url("targets-unlock"),
        "name": _("Targets"),
        "steps": _steps(question, found, tree),
        "teams": _teams(question, found, tree),
        "downloads": downloads(request),
        "choice": _years(question, who.on.year),
        "kpis": kpi_groups(who),
        "question": question,
        "found": found,
        "kpi_name": named(found.kpi),
        "unit": _unit(found.kpi),
        "tabs": _tabs(question, found),
        "grid": _grid(question, found, proposing=_proposing(question, who)),
        "empty": _empty(question, found),
    }
    return render(request, "targets/targets.html", context)


def _choices(question: Question, who: Viewer) -> list[dict[str, Any]]:
    """The lists above the grid: what across, which aim, which model, what a change does."""
    months = [(str(key), month_text(key)) for key in months_of(from_key("year", question.year))]
    models = [("", _("All models")), *((one, one) for one in reads.models(who))]
    balance = [
        ("", _("A change leaves the difference unassigned")),
        ("siblings", _("Siblings share what a change leaves")),
    ]
    proposing = _proposing(question, who)
    sets = [("", _("Set targets"))] if who.can("targets.write") else []
    proposes = [("propose", _("Propose targets"))] if who.can("targets.propose") else []
    modes = [*sets, *proposes] if sets and proposes else []
    found = [
        ("across", _("Periods"), list(ACROSS.items()), question.across),
        ("month", _("Month"), months if question.across == "week" else [], str(question.month)),
        ("aim", _("Aim"), list(AIMS.items()), question.aim),
        ("model", _("Model"), models if len(models) > 1 else [], question.model),
        ("balance", _("When a cell changes"), [] if question.own or proposing else balance,
         "siblings" if question.balance else ""),
        ("mode", _("What a change does"), modes, "propose" if proposing else ""),
    ]  # fmt: skip
    return [
        {"name": name, "label": label, "options": options, "chosen": chosen}
        for name, label, options, chosen in found
        if options
    ]


def _proposing(question: Question, who: Viewer) -> bool:
    """Whether changes of the grid are proposed: wished so, or all that the viewer may."""
    may = who.can("targets.propose")
    return may and (question.propose or not who.can("targets.write"))


def _split(question: Question, found: TargetGrid) -> dict[str, Any] | None:
    """The form that fills the grid in; nothing where there is nothing to split."""
    over: Over = "time" if question.own else "scopes"
    if question.own:
        there = found.whole is not None and found.whole.value is not None
    else:
        there = bool(found.rows) and any(c.value is not None for c in found.parent.cells)
    if not found.may_write or question.propose or not there:
        return None
    return {
        "url": question.url("targets-split"),
        "ways": [(way, WAYS[way]) for way in WAYS_OVER[over]],
        "reserve": not question.own and found.additive,
        "count": len(found.columns.keys) if question.own else len(found.rows),
    }


# -- around the grid ---------------------------------------------------------------------------


def _teams(question: Question, found: TargetGrid, tree: Tree) -> Table | None:
    """The teams of an outlet, whose grids stand between the outlet's and its people."""
    units = {unit.id: unit for unit in tree.below(found.parent.of)}
    pairs = [(team, units[team.of.id]) for team in found.teams if team.of.id in units]
    links = [(team, question.url(unit=tree.code(unit), level="")) for team, unit in pairs]
    return team_table(found, links) if links else None


def _steps(question: Question, found: TargetGrid, tree: Tree) -> list[Step]:
    def to(unit: str, _person: str) -> str:
        return question.url(unit=unit, level="")

    return tree.path(found.parent.of, to)


def _years(question: Question, this: int) -> PeriodChoice:
    years = sorted({*range(this - YEARS_BACK, this + 2), question.year}, reverse=True)
    options = [(str(year), period_text("year", year)) for year in years]
    at = years.index(question.year)
    return PeriodChoice(
        str(question.year),
        options,
        previous=str(years[at + 1]) if at + 1 < len(years) else None,
        next=str(years[at - 1]) if at else None,
        param="year",
    )


def _tabs(question: Question, found: TargetGrid) -> list[Tab]:
    below = {
        "regions": _("By region"),
        "outlets": _("By outlet"),
        "people": _("By consultant"),
    }[found.rows_are]
    own = _("For “{name}” itself").format(name=found.parent.of.name)
    return [
        Tab(below, question.url(level=""), not question.own),
        Tab(own, question.url(level="own"), question.own),
    ]


def _empty(question: Question, found: TargetGrid) -> Empty | None:
    if question.rows(found):
        return None
    if found.rows_are == "people":
        text = _("Give a consultant a post in this outlet first; then targets can be set here.")
        return Empty(_("Nobody to set targets for"), text, reverse("people"), _("People"))
    text = _("Open a unit below this one first; then targets can be set here.")
    return Empty(_("Nothing below this unit"), text, reverse("organisation"), _("Organisation"))


# -- the grid ----------------------------------------------------------------------------------


def _unit(kpi: KpiSeen) -> str:
    return unit_text(kpi.unit) or "%"


def _grid(question: Question, found: TargetGrid, *, proposing: bool) -> Grid:
    how = writing(found.kpi.unit)
    rows = question.rows(found)
    fixed = _fixed(rows, proposing=proposing)
    locked = not (found.may_write or proposing) or len(fixed) == sum(len(r.cells) for r in rows)
    compared = found.additive and not question.own
    parents = [how.text(cell.value) for cell in found.parent.cells]
    return Grid(
        id="targets",
        save=question.url("targets-propose-cells" if proposing else "targets-save"),
        head=_head(question, found),
        columns=[(column_of(key), column_text(found, key)) for key in found.columns.keys],
        rows=[(key_of(row), _name(row)) for row in rows],
        values=[[how.text(cell.value) for cell in row.cells] for row in rows],
        version=versions_of(rows),
        decimals=how.decimals,
        total=_total(question, found, rows),
        sums=compared,
        parent=how.text(_whole(question, found)),
        parents=parents if not question.own else [],
        parent_label=_("To allocate") if compared else _("Target of the level above"),
        locked=locked,
        locked_note="" if found.may_write or proposing else _("Read only"),
        title=_title(question, found),
        fixed=fixed,
        marks={name: mark for name, mark in _marks().items() if name in fixed.values()},
        action=_("Propose") if proposing else "",
    )


def _title(question: Question, found: TargetGrid) -> str:
    return f"{named(found.kpi)} {question.year}"


def _fixed(rows: Sequence[TargetRow], *, proposing: bool) -> dict[str, str]:
    """The cells that stay as they are, with the name of their mark; by the browser's places."""
    return {
        place_of(row, cell.period): "locked" if cell.locked else "signed"
        for row in rows
        for cell in row.cells
        if cell.locked or (cell.agreed and not proposing)
    }


def _marks() -> dict[str, tuple[str, str]]:
    return {
        "locked": (pgettext("mark", "L"), _("locked: the group's management unlocks the month")),
        "signed": (pgettext("mark", "S"), _("signed for: propose the change instead")),
    }


def _whole(question: Question, found: TargetGrid) -> Fraction | None:
    """What all cells together are to reach: the own year's or month's, or the unit's periods."""
    if question.own:
        return found.whole.value if found.whole and found.adds_over_time else None
    sums_up = found.additive and any(r.total is not None for r in (found.parent, *found.all_rows))
    return found.parent.total if sums_up else None


def _total(question: Question, found: TargetGrid, rows: Sequence[TargetRow]) -> str:
    if not _adds(found, rows) or question.across == "year":
        return ""
    return _("Month") if question.across == "week" else _("Year")


def _adds(found: TargetGrid, rows: Sequence[TargetRow]) -> bool:
    """Whether months add up to a year; unknown, and taken as so, while nothing is set."""
    known = [row for row in (found.parent, *rows) if any(c.value is not None for c in row.cells)]
    return found.additive and all(row.total is not None for row in known)


def _head(question: Question, found: TargetGrid) -> str:
    if question.own:
        return str(
            UNIT_KINDS["group" if found.parent.of.kind == "nation" else found.parent.of.kind]
        )
    return {
        "regions": str(UNIT_KINDS["region"]),
        "outlets": str(UNIT_KINDS["outlet"]),
        "people": _("Consultant"),
    }[found.rows_are]


def _name(row: TargetRow) -> str:
    return _("Reserve") if row.reserve else of_text(row.of)


# -- locking -----------------------------------------------------------------------------------


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock a month of the unit that is shown, and of all below it."""
    question = asked(request, viewer(request), Tree(viewer(request)))
    target_locks.turn(request, locking.lock, _("The targets of {month} are locked."))
    return redirect(question.url())


@require_POST
def unlock(request: HttpRequest) -> HttpResponse:
    """Take a lock away, saying why."""
    question = asked(request, viewer(request), Tree(viewer(request)))
    target_locks.turn(request, locking.unlock, _("The targets of {month} can be changed again."))
    return redirect(question.url())


# -- one's own ---------------------------------------------------------------------------------


def _personal(request: HttpRequest, who: Viewer, question: Question) -> HttpResponse:
    """What is set for a consultant: KPIs by month, to read."""
    found = reads.personal(who, year=question.year)
    columns = [Column("kpi", _("KPI"))]
    columns += [Column(f"m{month}", short_month(month), kind="number") for month in range(1, 13)]
    columns.append(Column("total", _("Year"), kind="number"))
    table = Table(
        columns=columns,
        rows=[_personal_row(kpi, row) for kpi, row in found.rows],
        caption=_("My targets"),
        compact=True,
        free=True,
        empty=Empty(
            _("No targets are set for you in this year"),
            _("Your outlet manager sets them; until then the scheme's own targets apply."),
            icon="target-arrow",
        ),
    )
    if "file" in request.GET:
        return sent(request, "targets", f"{_('My targets')} {question.year}", table)
    context = {
        "ways": ways("targets", "", who),
        "downloads": downloads(request),
        "name": _("My targets"),
        "whose": of_text(found.of),
        "choice": _years(question, who.on.year),
        "table": table,
        "propose": _own_form(who, question.year),
    }
    return render(request, "targets/personal.html", context)


def _own_form(who: Viewer, year: int) -> dict[str, Any] | None:
    if not who.can("targets.propose"):
        return None
    return form(who, year=year, month=year * 100 + who.on.month)


def _personal_row(kpi: KpiSeen, row: TargetRow) -> Row:
    name = Cell(named(kpi), note=_unit(kpi))
    return Row([name, *(kpi_cell(kpi, cell.value) for cell in row.cells), kpi_cell(kpi, row.total)])


urlpatterns = [
    path("targets", targets, name="targets"),
    path("targets/lock", lock, name="targets-lock"),
    path("targets/unlock", unlock, name="targets-unlock"),
]
