"""Targets: a grid of outlets or consultants by month, and a consultant's own year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import target_locks as locking
from cheji.actions import targets as actions
from cheji.reads import targets as reads
from cheji.reads.definitions import catalogue
from cheji.reads.kpis import KpiSeen
from cheji.reads.targets import TargetGrid, TargetRow
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web import target_locks
from cheji.web.asked import number
from cheji.web.labels import sentence
from cheji.web.scopes import Tree
from cheji.web.target_cells import (
    Change,
    cell_at,
    cells_of,
    changes_of,
    column_of,
    key_of,
    versions_of,
    writing,
)
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
from cheji.web.viewers import now, viewer
from cheji.web.wording import (
    UNIT_KINDS,
    kpi_cell,
    named,
    of_text,
    period_text,
    short_month,
    unit_text,
)

USUAL = "deliveries"
YEARS_BACK = 3


@dataclass(frozen=True)
class Question:
    """What the address asks for: below which unit or for it itself, which KPI, which year."""

    unit: str
    kpi: str
    year: int
    own: bool

    def url(self, name: str = "targets", **changes: Any) -> str:
        parts = {
            "unit": self.unit,
            "kpi": self.kpi,
            "year": self.year,
            "level": "own" if self.own else "",
            **changes,
        }
        kept = {key: value for key, value in parts.items() if value}
        return f"{reverse(name)}?{urlencode(kept)}"

    def grid(self, who: Viewer) -> TargetGrid:
        return reads.grid(who, kpi=self.kpi, unit=self.unit, year=self.year)

    def rows(self, found: TargetGrid) -> Sequence[TargetRow]:
        """The rows to fill in: those below the unit, or its own."""
        return [found.parent] if self.own else found.rows


def asked(request: HttpRequest, who: Viewer, tree: Tree) -> Question:
    """Read the address; without a unit it is the widest one that the viewer's posts open."""
    year = number(request, "year", who.on.year)
    if not who.on.year - 20 <= year <= who.on.year + 5:
        raise BadValue(field="year", value=year, why=f"{who.on.year - 20}–{who.on.year + 5}")
    return Question(
        unit=request.GET.get("unit") or _widest(tree),
        kpi=request.GET.get("kpi") or USUAL,
        year=year,
        own=request.GET.get("level") == "own",
    )


def _widest(tree: Tree) -> str:
    opened = (unit for unit in tree.units.values() if tree.opens(unit))
    unit = next(opened, None)
    return tree.code(unit) if unit else ""


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
    context = {
        "locks": target_locks.shown(who, question.unit, found),
        "lock_url": question.url("targets-lock"),
        "unlock_url": question.url("targets-unlock"),
        "name": _("Targets"),
        "steps": _steps(question, found, tree),
        "choice": _years(question, who.on.year),
        "kpis": _kpis(who),
        "question": question,
        "found": found,
        "kpi_name": named(found.kpi),
        "unit": _unit(found.kpi),
        "tabs": _tabs(question, found),
        "grid": _grid(question, found),
        "empty": _empty(question, found),
    }
    return render(request, "targets/targets.html", context)


# -- around the grid ---------------------------------------------------------------------------


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


def _kpis(who: Viewer) -> list[tuple[str, list[tuple[str, str]]]]:
    """KPIs that can have a target: those that are scored first, then the others."""
    found = catalogue(who.on).ruling
    scored = dict.fromkeys(item.kpi for scheme in found.schemes for item in scheme.items)
    first = [(code, named(found.kpi[code])) for code in scored if code in found.kpi]
    others = [(kpi.code, named(kpi)) for kpi in found.kpis if kpi.code not in scored]
    return [(_("Scored"), first), (_("Others"), others)]


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


def _grid(question: Question, found: TargetGrid) -> Grid:
    how = writing(found.kpi.unit)
    rows = question.rows(found)
    locked = not found.may_write or (bool(rows) and all(c.locked for r in rows for c in r.cells))
    compared = found.additive and not question.own
    parents = [how.text(cell.value) for cell in found.parent.cells]
    sums_up = compared and any(row.total is not None for row in (found.parent, *rows))
    return Grid(
        id="targets",
        save=question.url("targets-save"),
        head=_head(question, found),
        columns=[(column_of(c.period), short_month(c.period % 100)) for c in found.parent.cells],
        rows=[(key_of(row), _name(row)) for row in rows],
        values=[[how.text(cell.value) for cell in row.cells] for row in rows],
        version=versions_of(rows),
        decimals=how.decimals,
        total=_("Year") if _adds(found, rows) else "",
        sums=compared,
        parent=how.text(found.parent.total) if sums_up else None,
        parents=parents if not question.own else [],
        parent_label=_("To allocate") if compared else _("Target of the level above"),
        locked=locked,
        locked_note="" if found.may_write else _("Read only"),
        title=f"{named(found.kpi)} {question.year}",
    )


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
    return of_text(row.of)


# -- saving ------------------------------------------------------------------------------------


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Set the changed cells, all or none; what stands in the way is said at its cell."""
    who = viewer(request)
    question = asked(request, who, Tree(who))
    found = question.grid(who)
    changes = changes_of(request.body)
    cells, faults = cells_of(question.rows(found), question.kpi, writing(found.kpi.unit), changes)
    if faults:
        return _refused(_("Not saved: mend the cells in red."), faults)
    try:
        done = actions.set_cells(by=who, at=now(), cells=cells)
    except ChangedMeanwhile as refusal:
        return _conflict(refusal, question, question.grid(who), changes)
    except locking.TargetIsLocked as refusal:
        return _refused(sentence(refusal), _locked(question, found, changes, sentence(refusal)))
    fresh = question.grid(who)
    message = _("{count} targets saved").format(count=done.changed)
    return JsonResponse(
        {"ok": True, "message": message, "version": versions_of(question.rows(fresh)), "errors": []}
    )


def _refused(
    message: str, faults: Sequence[Mapping[str, str]], *, status: int = 422, **more: object
) -> JsonResponse:
    return JsonResponse(
        {"ok": False, "message": message, "errors": list(faults), **more}, status=status
    )


def _conflict(
    refusal: Refused, question: Question, now_there: TargetGrid, changes: Sequence[Change]
) -> JsonResponse:
    """Which cells somebody else changed, and to what; saving again puts one's own in place."""
    how, faults, versions = writing(now_there.kpi.unit), [], {}
    for change in changes:
        cell = cell_at(question.rows(now_there), change)
        versions[f"{change.row}/{change.column}"] = cell.version if cell else 0
        if cell is None or cell.version == change.version:
            continue
        other = how.text(cell.value) or "—"
        text = _("Meanwhile somebody set {value} here. Save again to put yours in its place.")
        faults.append(change.fault(text.format(value=other)))
    return _refused(
        _("Somebody changed these targets after you opened them: look at the cells in red.")
        if faults
        else sentence(refusal),
        faults,
        status=409,
        version={**versions_of(question.rows(now_there)), **versions},
    )


def _locked(
    question: Question, found: TargetGrid, changes: Sequence[Change], message: str
) -> list[dict[str, str]]:
    cells = [(change, cell_at(question.rows(found), change)) for change in changes]
    return [change.fault(message) for change, cell in cells if cell and cell.locked]


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
    context = {
        "name": _("My targets"),
        "whose": of_text(found.of),
        "choice": _years(question, who.on.year),
        "table": table,
    }
    return render(request, "targets/personal.html", context)


def _personal_row(kpi: KpiSeen, row: TargetRow) -> Row:
    name = Cell(named(kpi), note=_unit(kpi))
    return Row([name, *(kpi_cell(kpi, cell.value) for cell in row.cells), kpi_cell(kpi, row.total)])


urlpatterns = [
    path("targets", targets, name="targets"),
    path("targets/save", save, name="targets-save"),
    path("targets/lock", lock, name="targets-lock"),
    path("targets/unlock", unlock, name="targets-unlock"),
]
