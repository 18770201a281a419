"""Results of a cycle: the list, a person's result as a letter, and what follows by rules."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import appraisals as act
from cheji.engine.periods import DAY
from cheji.engine.scores.cycles import BY_VERB
from cheji.reads.appraisals import results as reads
from cheji.reads.appraisals.results import OutcomeSeen, PartSeen, ResultDetail, ResultSeen
from cheji.records.refusals import NotFound, Refused
from cheji.web import bands
from cheji.web.asked import version_seen
from cheji.web.cycle_words import cycle_tabs, overseer, step_text
from cheji.web.labels import sentence
from cheji.web.navigation import ROLES
from cheji.web.score_words import EFFECTS
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, kpi_cell, named, period_text

KINDS: dict[str, tuple[Any, str]] = {
    "grade": (pgettext_lazy("outcome", "Grade"), "star"),
    "coefficient": (pgettext_lazy("outcome", "Coefficient"), "coin"),
    "promotion": (pgettext_lazy("outcome", "Promotion"), "trending-up"),
    "training": (pgettext_lazy("outcome", "Training"), "target"),
    "target": (pgettext_lazy("outcome", "Next target"), "target-arrow"),
    "certificate": (pgettext_lazy("outcome", "Certificate"), "trophy"),
}
STATES: dict[str, tuple[Any, str]] = {
    "suggested": (pgettext_lazy("outcome", "Waits for an answer"), "warn"),
    "accepted": (pgettext_lazy("outcome", "Accepted"), "good"),
    "declined": (pgettext_lazy("outcome", "Declined"), ""),
}
UNPUBLISHED = gettext_lazy("Results stand here once the cycle is published.")


@require_GET
def results(request: HttpRequest, number: int) -> HttpResponse:
    """Everybody's result, best first, and the suggestions that wait."""
    who = overseer(request)
    found = reads.results(who, number)
    waiting = [
        _outcome(one, result)
        for result in found.results
        for one in result.outcomes
        if one.state == "suggested"
    ]
    context = {
        "cycle": found,
        "name": found.name,
        "step": step_text(found.state),
        "period": period_text(found.grain, found.period),
        "tabs": cycle_tabs(number, "results"),
        "table": _table(number, found.results),
        "waiting": waiting,
        "grades": _grades(found.results),
        "files": who.can("export"),
    }
    return render(request, "appraisals/results/list.html", context)


def _grades(found: tuple[ResultSeen, ...]) -> list[tuple[str, int]]:
    """How many have each grade, in the order of the list."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.grade or "—"] = counts.get(one.grade or "—", 0) + 1
    return list(counts.items())


def _table(cycle: int, found: tuple[ResultSeen, ...]) -> Table:
    columns = [
        Column("person", _("Person")),
        Column("post", _("Post")),
        Column("outlet", _("Outlet")),
        Column("total", _("Score"), kind="number", decimals=2),
        Column("grade", _("Grade"), kind="badge"),
        Column("coefficient", _("Coefficient"), kind="number", decimals=2),
        Column("rank", _("Place in the outlet")),
        Column("follows", _("What follows")),
    ]
    rows = [_row(cycle, one) for one in found]
    empty = Empty(_("No results yet"), str(UNPUBLISHED), icon="trophy")
    return Table(columns, rows, caption=_("Results"), free=True, phone="cards", empty=empty)


def _row(cycle: int, one: ResultSeen) -> Row:
    url = reverse("result", args=[cycle, one.person.number])
    moved = one.grade_scored and one.grade_scored != one.grade
    note = _("by score {grade}").format(grade=one.grade_scored) if moved else ""
    follows = [str(KINDS[kind][0]) for kind in _kinds(one)]
    return Row(
        [
            Cell(one.person.name, href=url, note=one.person.number),
            str(ROLES.get(one.role, one.role)),
            one.outlet.name,
            Cell(one.total, note=_("adjusted") if one.adjusted else ""),
            Cell(one.grade, state="note", title=note, note=note),
            one.coefficient,
            f"{one.rank} / {one.of}" if one.rank else None,
            " · ".join(follows) or None,
        ],
        href=url,
    )


def _kinds(one: ResultSeen) -> list[str]:
    """What follows besides grade and coefficient, which everybody has."""
    told = [outcome.kind for outcome in one.outcomes if outcome.state != "declined"]
    return [kind for kind in dict.fromkeys(told) if kind not in ("grade", "coefficient")]


def _outcome(one: OutcomeSeen, result: ResultSeen) -> dict[str, Any]:
    label, icon = KINDS.get(one.kind, (one.kind, "circle"))
    state, tone = STATES[one.state]
    return {
        "seen": one,
        "label": str(label),
        "icon": icon,
        "rule": one.zh if chinese() else one.en,
        "state": str(state),
        "tone": tone,
        "person": result.person,
        "figures": _figures(one.value),
    }


def _figures(value: Mapping[str, Any]) -> str:
    """What the suggestion says in figures."""
    if "coefficient" in value:
        rate = value["coefficient"]
        return "—" if rate is None else bands.plain(Fraction(rate))
    return str(value.get("grade") or value.get("target") or "")


# -- one result --------------------------------------------------------------------------------


@require_GET
def result(request: HttpRequest, number: int, person: str) -> HttpResponse:
    """One person's result as a letter: grade, coefficient, every item, what follows."""
    who = viewer(request)
    cycle, found = reads.results(who, number), reads.result(who, number, person)
    context = {
        "cycle": cycle,
        "detail": found,
        "result": found.seen,
        "name": _("Result of {name}").format(name=found.seen.person.name),
        "period": period_text(cycle.grain, cycle.period),
        "scheme": found.seen.scheme[0 if chinese() else 1],
        "parts": [_part(one, several=len(found.parts) > 1) for one in found.parts],
        "grades": _banded(found),
        "outcomes": [_outcome(one, found.seen) for one in found.seen.outcomes],
        "calibrated": found.reason["detail"].get("calibrated", ""),
        "mine": found.seen.person.id == who.person,
    }
    return render(request, "appraisals/results/result.html", context)


def _banded(found: ResultDetail) -> list[tuple[str, str, bool]]:
    words = bands.reached([start for start, _label in found.grades])
    return [
        (text, label, label == found.seen.grade)
        for text, (_start, label) in zip(words, found.grades, strict=True)
    ]


def _part(one: PartSeen, *, several: bool) -> dict[str, Any]:
    columns = [
        Column("item", _("Item")),
        Column("weight", _("Weight"), kind="number"),
        Column("actual", _("Actual"), kind="number"),
        Column("target", _("Target"), kind="number"),
        Column("attainment", _("Attainment"), kind="meter", decimals=1),
        Column("effect", _("How it counts"), kind="badge"),
        Column("points", _("Points"), kind="number", decimals=2),
    ]
    rows = [_item(one.appraisal, item) for item in one.items]
    rows += [
        Row([Cell(part.reason["detail"]["zh" if chinese() else "en"]), *[Cell("", kind="text")] * 5,
             Cell(part.points)])
        for part in one.adjustments
    ]  # fmt: skip
    dates = f"{one.since.isoformat()} – {(one.until - DAY).isoformat()}"
    return {
        "title": f"{one.outlet.name} · {dates}" if several else "",
        "table": Table(columns, rows, caption=_("Items"), free=True, phone="cards"),
    }


def _item(appraisal: int, item: Any) -> Row:
    short, told, tone = EFFECTS[item.reason["detail"]["effect"]]
    url = reverse("appraisal-item", args=[appraisal, item.code])
    return Row(
        [
            named(item.kpi),
            Cell(item.weight, decimals=0 if item.weight.denominator == 1 else 2),
            kpi_cell(item.kpi, item.value),
            kpi_cell(item.kpi, item.target),
            Cell(item.attainment),
            Cell(str(short), state=tone, title=str(told)),
            Cell(item.points, reason=url),
        ]
    )


# -- answers -----------------------------------------------------------------------------------


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Accept a suggestion, or decline it with a reason."""
    who, post = viewer(request), request.POST
    who.must(BY_VERB["answer_outcome"].right)
    accept = post.get("answer") == "accept"
    try:
        act.answer_outcome(
            by=who, at=now(), outcome=number, accept=accept, reason=post.get("reason", "")[:400],
            version=version_seen(post, "version", 1),
        )  # fmt: skip
    except NotFound:
        raise
    except Refused as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("Accepted.") if accept else _("Declined."))
    cycle = post.get("cycle", "")
    if not cycle.isdecimal() or len(cycle) > 9:
        raise NotFound(noun="cycle", key=cycle[:20])
    return redirect("results", int(cycle))


urlpatterns = [
    path("appraisals/cycles/<int:number>/results", results, name="results"),
    path("appraisals/cycles/<int:number>/results/<str:person>", result, name="result"),
    path("appraisals/outcomes/<int:number>", answer, name="outcome-answer"),
]
