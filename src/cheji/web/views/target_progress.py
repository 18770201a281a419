"""How far one has come with the targets of a period, and the versions behind each of them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import target_warnings
from cheji.engine.periods import Grain, from_key, period_of
from cheji.reads.asking import MAX_SIZE
from cheji.reads.targets import Standing, Standings, papers, progress
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web.asked import number, question
from cheji.web.labels import sentence
from cheji.web.periods import keys_back
from cheji.web.scopes import Tree
from cheji.web.table_files import downloads, sent
from cheji.web.target_cells import writing
from cheji.web.target_proposing import form
from cheji.web.target_question import ways, widest
from cheji.web.templatetags.figures import digits
from cheji.web.templatetags.parts import (
    AsOf,
    Cell,
    Column,
    Empty,
    Page,
    PeriodChoice,
    Row,
    Table,
)
from cheji.web.viewers import now, viewer
from cheji.web.wording import aimed_text, kpi_cell, named, of_text

PERIODS: dict[Grain, int] = {"month": 24, "quarter": 8, "half": 4, "year": 3, "week": 26}
GRAINS: dict[Grain, Any] = {
    "month": pgettext_lazy("period", "Month"),
    "quarter": pgettext_lazy("period", "Quarter"),
    "half": pgettext_lazy("period", "Half-year"),
    "year": pgettext_lazy("period", "Year"),
    "week": pgettext_lazy("period", "Week"),
}


@require_GET
def target_progress(request: HttpRequest) -> HttpResponse:
    """Done against time, pace and landing of every KPI with a target in the period."""
    who = viewer(request)
    if not who.sees("targets"):
        raise NotFound(noun="target", key="")
    tree = Tree(who)
    person = request.GET.get("person", "")
    unit = request.GET.get("unit", "") or ("" if person else widest(tree))
    grain = _grain(request)
    period = _period(request, who, grain)
    found = progress.standings(who, unit=unit, person=person, grain=grain, period=period)
    start = from_key(grain, period).start

    table = _table(found, _kpi_links(unit, found))
    below = _below(request, who, unit, found) if unit else None
    if "file" in request.GET:
        title = f"{_('Progress of targets')} · {of_text(found.of)} · {aimed_text(grain, period)}"
        return sent(request, "target-progress", title, *([table, below] if below else [table]))

    def to(unit_: str, person_: str) -> str:
        parts = {"unit": unit_, "person": person_, **_over(grain, period)}
        return f"{reverse('target-progress')}?{urlencode({k: v for k, v in parts.items() if v})}"

    context = {
        "name": _("Progress of targets"),
        "ways": ways("target-progress", unit, who),
        "steps": tree.path(found.of, to),
        "choice": _periods(who, grain, period),
        "grains": [(one, label, one == grain) for one, label in GRAINS.items()],
        "query": {"unit": unit, "person": person},
        "found": found,
        "gone": _("{gone} of {days} days worked").format(gone=found.days_gone, days=found.days),
        "table": table,
        "below": below,
        "downloads": downloads(request),
        "propose": form(
            who, year=start.year, month=start.year * 100 + start.month, unit=unit, person=person
        )
        if who.can("targets.propose")
        else None,
        "limit": digits(found.limit * 100, 2, trim=True),
        "sets_limit": who.can("targets.unlock") and found.of.kind == "nation",
        "as_of": AsOf(now()),
    }
    return render(request, "targets/progress.html", context)


def _grain(request: HttpRequest) -> Grain:
    wanted = request.GET.get("by") or "month"
    found = next((grain for grain in GRAINS if grain == wanted), None)
    if found is None:
        raise BadValue(field="by", value=wanted[:40], why=" / ".join(GRAINS))
    return found


def _period(request: HttpRequest, who: Viewer, grain: Grain) -> int:
    """The key of the period asked for; without one that of the viewer's day."""
    key = number(request, "period", period_of(who.on, grain).key)
    try:
        return from_key(grain, key).key
    except (ValueError, OverflowError):
        raise BadValue(field="period", value=key, why=str(period_of(who.on, grain).key)) from None


def _over(grain: Grain, period: int) -> dict[str, object]:
    """The period as an address names it."""
    return {"by": "" if grain == "month" else grain, "period": period}


def _periods(who: Viewer, grain: Grain, period: int) -> PeriodChoice:
    keys = sorted({*keys_back(who.on, grain, PERIODS[grain], None), period}, reverse=True)
    at = keys.index(period)
    return PeriodChoice(
        str(period),
        [(str(key), aimed_text(grain, key)) for key in keys],
        previous=str(keys[at + 1]) if at + 1 < len(keys) else None,
        next=str(keys[at - 1]) if at else None,
        param="period",
    )


# -- tables ------------------------------------------------------------------------------------


def _columns(first: Column) -> list[Column]:
    return [
        first,
        Column("target", _("Goal"), kind="number"),
        Column("base", pgettext("aim", "Base"), kind="number", phone=False),
        Column("stretch", pgettext("aim", "Stretch"), kind="number", phone=False),
        Column("done", _("Actual"), kind="number"),
        Column("done_share", _("Done"), kind="percent", decimals=2),
        Column("time", _("Time gone"), kind="percent", decimals=2, phone=False),
        Column("gap", _("Gap in points"), kind="points", decimals=2),
        Column("pace", _("At this pace"), kind="number", phone=False),
        Column("needed", _("Needed a day"), kind="number", phone=False),
        Column("landing", _("Landing forecast"), kind="number"),
        Column("state", _("State"), kind="badge"),
    ]


def _cells(row: Standing) -> list[Cell | object]:
    done = row.progress
    history = reverse("target-history", args=[row.target])
    landing = kpi_cell(row.kpi, row.landing.value if row.landing else None)
    return [
        _linked(kpi_cell(row.kpi, done.target), history),
        kpi_cell(row.kpi, row.base),
        kpi_cell(row.kpi, row.stretch),
        kpi_cell(row.kpi, done.done, reason=reverse("reason", args=[row.key])),
        Cell(done.done_share),
        Cell(done.time_share),
        Cell(done.gap, state="bad" if row.behind else ""),
        _exact(row, done.pace),
        _exact(row, done.needed),
        _titled(landing, _how_landed(row)),
        _state(row),
    ]


def _exact(row: Standing, value: Fraction | None) -> Cell:
    """A pace is no whole vehicle: two decimals, of money none."""
    cell = kpi_cell(row.kpi, value)
    return Cell(cell.value, kind=cell.kind, decimals=0 if cell.kind == "money" else 2)


def _linked(cell: Cell, href: str) -> Cell:
    return Cell(cell.value, kind=cell.kind, decimals=cell.decimals, href=href)


def _titled(cell: Cell, title: str) -> Cell:
    decimals = 0 if cell.kind == "money" else 1
    return Cell(cell.value, kind=cell.kind, decimals=decimals, title=title, note=title)


def _how_landed(row: Standing) -> str:
    if row.landing is None:
        return ""
    if row.landing.method == "shape":
        return _("by last year's shape")
    return _("by days worked")


def _state(row: Standing) -> Cell:
    done = row.progress
    if done.done_share is not None and done.done_share >= 1 and row.kpi.direction != "down":
        return Cell(_("Reached"), kind="badge", state="good")
    if row.behind:
        return Cell(_("Behind"), kind="badge", state="bad")
    return Cell(None)


def _kpi_links(unit: str, found: Standings) -> dict[str, str]:
    """Of a unit's KPIs the address that lists all below it by that KPI."""
    over = {key: value for key, value in _over(found.grain, found.period).items() if value}
    return {
        row.kpi.code: f"?{urlencode({'unit': unit, **over, 'kpi': row.kpi.code})}"
        for row in found.rows
        if unit
    }


def _table(found: Standings, links: Mapping[str, str]) -> Table:
    rows = [
        Row([Cell(named(row.kpi), note=row.model, href=links.get(row.kpi.code, "")), *_cells(row)])
        for row in found.rows
    ]
    return Table(
        columns=_columns(Column("kpi", _("KPI"))),
        rows=rows,
        caption=_("Progress of targets"),
        free=True,
        empty=Empty(
            _("No targets are set for this period"),
            _("Set them in the grid, or split the year's."),
            reverse("targets"),
            _("Targets"),
        ),
    )


def _below(request: HttpRequest, who: Viewer, unit: str, found: Standings) -> Table | None:
    """The same of all right below the unit, for one of its KPIs, page by page."""
    asked = question(request, ())
    codes = [row.kpi.code for row in found.rows] or ["deliveries"]
    page = progress.below(
        who, unit=unit, kpi=request.GET.get("kpi") or codes[0],
        over=from_key(found.grain, found.period), page=asked.page,
        size=min(max(1, asked.size), MAX_SIZE),
    )  # fmt: skip
    if not page.rows:
        return None
    link = reverse("target-progress")
    listed = []
    for row in page.rows:
        name = "person" if row.of.kind == "person" else "unit"
        parts = {name: row.of.code, **_over(found.grain, found.period)}
        href = f"{link}?{urlencode({k: v for k, v in parts.items() if v})}"
        listed.append(Row([Cell(of_text(row.of), href=href), *_cells(row)]))
    caption = named(page.rows[0].kpi)
    return Table(
        columns=_columns(Column("of", caption)),
        rows=listed,
        caption=caption,
        page=Page(page.page, page.pages, page.count, page.size),
        free=True,
    )


# -- versions ----------------------------------------------------------------------------------


@require_GET
def history(request: HttpRequest, target: int) -> HttpResponse:
    """All versions of a target: what held, who set it and why, who approved it."""
    of, kpi, row, versions = papers.versions(viewer(request), target)
    table = Table(
        columns=[
            Column("version", _("Version"), kind="number"),
            Column("goal", _("Goal"), kind="number"),
            Column("base", pgettext("aim", "Base"), kind="number"),
            Column("stretch", pgettext("aim", "Stretch"), kind="number"),
            Column("by", _("Set by")),
            Column("approver", _("Approved by")),
            Column("at", _("When"), kind="date"),
            Column("reason", _("Reason of the change")),
        ],
        rows=[
            Row([
                Cell(one.version), kpi_cell(kpi, one.value), kpi_cell(kpi, one.base),
                kpi_cell(kpi, one.stretch), one.by or None, one.approver or None, one.at,
                one.reason or None,
            ])
            for one in versions
        ],
        caption=_("Versions of the target"),
        free=True,
    )  # fmt: skip
    name = f"{of_text(of)} · {named(kpi)} · {aimed_text(row.grain, row.period, row.within)}"  # type: ignore[arg-type]
    if "file" in request.GET:
        return sent(request, "target-versions", name, table)
    context = {"name": name, "table": table, "downloads": downloads(request)}
    return render(request, "targets/history.html", context)


# -- the limit of warnings ---------------------------------------------------------------------


@require_POST
def limit(request: HttpRequest) -> HttpResponse:
    """Set how many points behind time the group warns."""
    who = viewer(request)
    text = request.POST.get("points", "").strip()
    points = writing("ratio").kept(text)
    try:
        if points is None:
            raise BadValue(field=_("Points"), value=text[:40], why="0.01–100")
        found = progress.standings(who, unit=widest(Tree(who)), forecast=False)
        target_warnings.set_limit(by=who, at=now(), unit=found.of.id or 0, behind=points)
    except Refused as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("The limit of warnings is set."))
    return redirect("target-progress")


urlpatterns = [
    path("targets/progress", target_progress, name="target-progress"),
    path("targets/history/<int:target>", history, name="target-history"),
    path("targets/limit", limit, name="target-limit"),
]
