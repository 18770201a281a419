"""What proves results: a run worked out again, and two runs compared item by item."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from cheji.engine.scores import CAUSE_NAMES, NAMES, Cause, Change
from cheji.reads.appraisals import proofs as reads
from cheji.reads.appraisals.proofs import RunSeen
from cheji.reads.appraisals.replays import PersonChange, replayed, run_changes
from cheji.reads.kpis.shapes import KpiSeen
from cheji.web.asked import number as asked_number
from cheji.web.cycle_words import cycle_tabs, overseer
from cheji.web.runs import MOST, differing
from cheji.web.score_words import EFFECTS
from cheji.web.templatetags.figures import digits, figure, percent
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.wording import chinese, named, period_text, shaped

#: Causes in the unit of the item.
MEASURED = ("actual", "target", "base", "stretch")


@require_GET
def runs(request: HttpRequest, number: int) -> HttpResponse:
    """The runs that a cycle's results are kept in, outlet by outlet."""
    who = overseer(request)
    name, found = reads.published_runs(who, number)
    columns = [
        Column("outlet", _("Outlet")),
        Column("run", _("Run")),
        Column("people", _("People"), kind="number", decimals=0),
        Column("mark", _("Facts up to"), kind="number", decimals=0),
        Column("by", _("Published by")),
        Column("at", pgettext("run", "At"), kind="date"),
        Column("replay", _("Replay")),
        Column("compare", _("Compare")),
    ]
    empty = Empty(_("No results yet"), _("Results stand here once the cycle is published."))
    context = {
        "name": name,
        "back": reverse("results", args=[number]),
        "tabs": cycle_tabs(number, "results"),
        "table": Table(
            columns, [_run(one) for one in found], caption=_("Kept runs"), free=True,
            phone="cards", empty=empty,
        ),
    }  # fmt: skip
    return render(request, "appraisals/results/runs.html", context)


def _run(one: RunSeen) -> Row:
    return Row(
        [
            one.outlet.name,
            str(one.id),
            one.people,
            one.mark,
            one.by or None,
            Cell(one.at),
            Cell(_("Work it out again"), href=reverse("cycle-replay", args=[one.id])),
            Cell(_("With an earlier one"), href=reverse("cycle-compare", args=[one.id])),
        ]
    )


def _frame(one: RunSeen) -> dict[str, Any]:
    return {
        "run": one,
        "run_name": _run_name(one),
        "back": reverse("cycle-runs", args=[one.cycle]),
    }


def _run_name(one: RunSeen) -> str:
    return f"{one.outlet.name} · {_when(one)}"


def _when(one: RunSeen) -> str:
    return f"{one.cycle_name} · {period_text(one.grain, one.period)}"


# -- worked out again --------------------------------------------------------------------------


@require_GET
def replay(request: HttpRequest, run: int) -> HttpResponse:
    """A run worked out again from what was frozen with it."""
    who = overseer(request)
    seen = reads.published_run(who, run)
    (found,) = replayed(who, run)
    context = {
        **_frame(seen),
        "name": _("Replay"),
        "count": found.count,
        "table": differing(found.broken),
    }
    return render(request, "appraisals/results/replay.html", context)


# -- compared ----------------------------------------------------------------------------------


@require_GET
def compare(request: HttpRequest, run: int) -> HttpResponse:
    """Why each score of a run is not what it was in an earlier one of the outlet."""
    who = overseer(request)
    seen = reads.published_run(who, run)
    others = reads.before_it(who, seen)
    chosen = asked_number(request, "with", others[0].id if others else 0)
    before = reads.published_run(who, chosen) if chosen else None
    found = run_changes(who, before.id, run) if before else ()
    headings = reads.headings(who, [before, seen]) if before else {}
    context = {
        **_frame(seen),
        "name": _("Compare two runs"),
        "before": before,
        "others": [(one.id, _when(one)) for one in others],
        "table": _changes(found[:MOST], headings),
        "more": max(0, len(found) - MOST),
    }
    return render(request, "appraisals/results/compare.html", context)


Headings = Mapping[str, KpiSeen]


def _changes(found: tuple[PersonChange, ...], headings: Headings) -> Table:
    columns = [
        Column("what", _("Person and item")),
        Column("before", pgettext("score", "Before"), kind="number", decimals=2),
        Column("after", pgettext("score", "After"), kind="number", decimals=2),
        Column("change", pgettext("score", "Change"), kind="number", decimals=2),
        Column("because", _("Because")),
    ]
    rows = [row for one in found for row in _person(one, headings)]
    empty = Empty(_("Nothing differs"), icon="circle-check")
    return Table(
        columns, rows, caption=_("Compare two runs"), free=True, phone="cards", empty=empty
    )


def _person(one: PersonChange, headings: Headings) -> Iterator[Row]:
    """A person's total, then each item; their changes are exactly that of the total."""
    whole = one.change
    yield Row(
        [Cell(one.name, note=one.number), whole.before, whole.after, whole.points,
         _because(whole.causes)],
        section=True,
    )  # fmt: skip
    for change in whole.changes:
        yield _item(change, headings)


def _item(change: Change, headings: Headings) -> Row:
    heading = headings.get(change.code)
    figures = (change.before, change.after, change.points)
    because = _because(change.causes, heading)
    return Row([named(heading) if heading else change.code, *figures, because], level=1)


def _because(causes: tuple[Cause, ...], heading: KpiSeen | None = None) -> str | None:
    return " · ".join(_cause(one, heading) for one in causes) or None


def _cause(one: Cause, heading: KpiSeen | None) -> str:
    """A figure behind points, as it was and as it is; only its name where both look the same."""
    name = CAUSE_NAMES[one.name][0 if chinese() else 1]
    before, after = (_side(one.name, value, heading) for value in (one.before, one.after))
    return name if before == after else f"{name} {before} → {after}"


def _side(name: str, value: Any, heading: KpiSeen | None) -> str:
    """A figure in the reader's words; of a list how many there are."""
    if value is None:
        return "—"
    if name == "effect":
        return str(EFFECTS[value][0])
    if name == "method":
        return NAMES[value][0 if chinese() else 1]
    if isinstance(value, list):
        return str(len(value))
    exact = _exact(value)
    return str(value)[:16] if exact is None else _figure(name, exact, heading)


def _exact(value: Any) -> Fraction | None:
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None


def _figure(name: str, exact: Fraction, heading: KpiSeen | None) -> str:
    if name == "attainment":
        return percent(exact, 1)
    if heading and name in MEASURED:
        return figure(*shaped(heading.unit, heading.decimals, exact))
    return digits(exact, 4, trim=True)


urlpatterns = [
    path("appraisals/cycles/<int:number>/runs", runs, name="cycle-runs"),
    path("appraisals/cycles/runs/<int:run>/replay", replay, name="cycle-replay"),
    path("appraisals/cycles/runs/<int:run>/compare", compare, name="cycle-compare"),
]
