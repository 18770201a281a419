"""Results of a cycle: the list, a person's result as a letter, and late appeals."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import appraisals as act
from cheji.engine.periods import DAY
from cheji.engine.scores.cycles import BY_VERB
from cheji.reads.appraisals import results as reads
from cheji.reads.appraisals.cycles import oversees
from cheji.reads.appraisals.heads import appraisal_head
from cheji.reads.appraisals.items import effect_of
from cheji.reads.appraisals.results import PartSeen, ResultDetail, ResultSeen
from cheji.reads.appraisals.shapes import AdjustmentSeen
from cheji.reads.asking import Page
from cheji.reads.definitions import catalogue
from cheji.records.visibility import Viewer
from cheji.web import bands
from cheji.web.asked import pager_of, question
from cheji.web.cycle_words import cycle_tabs, overseer, step_text
from cheji.web.forms import ActionForm, lines, words
from cheji.web.navigation import ROLES
from cheji.web.outcome_words import KINDS, told
from cheji.web.score_words import EFFECTS
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.views.appraisals.mine import appeal_clock
from cheji.web.wording import chinese, kpi_cell, named, period_text

UNPUBLISHED = gettext_lazy("Results stand here once the cycle is published.")


@require_GET
def results(request: HttpRequest, number: int) -> HttpResponse:
    """Everybody's result, best first, and the suggestions that wait."""
    return listed(request, number)


def listed(request: HttpRequest, number: int, fault: str = "") -> HttpResponse:
    """The list; with why the answer to a suggestion was refused, and what was typed."""
    who = overseer(request)
    kind, kpis = request.GET.get("kind", ""), catalogue(who.on).all.kpi
    found = reads.results(who, number, question(request, ()), kind)
    context = {
        "cycle": found,
        "name": found.name,
        "step": step_text(found.state),
        "period": period_text(found.grain, found.period),
        "tabs": cycle_tabs(number, "results"),
        "table": _table(number, found.page, pager=not fault),
        "waiting": [told(one, kpis) for one in found.waiting.first],
        "kinds": [(code, str(KINDS[code][0])) for code in found.waiting.kinds],
        "kind": kind,
        "ticked": request.POST.getlist("select"),
        "grades": [(grade or "—", count) for grade, count in found.grades],
        "files": who.can("export"),
        "fault": fault,
        "typed": request.POST,
    }
    status = 422 if fault else 200
    return render(request, "appraisals/results/list.html", context, status=status)


def _table(cycle: int, found: Page[ResultSeen], *, pager: bool) -> Table:
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
    rows = [_row(cycle, one) for one in found.rows]
    empty = Empty(_("No results yet"), str(UNPUBLISHED), icon="trophy")
    return Table(
        columns, rows, caption=_("Results"), free=True, phone="cards", empty=empty,
        page=pager_of(found) if pager else None,
    )  # fmt: skip


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


# -- one result --------------------------------------------------------------------------------


@require_GET
def result(request: HttpRequest, number: int, person: str) -> HttpResponse:
    """One person's result as a letter: grade, coefficient, every item, what follows."""
    who = viewer(request)
    cycle, found = reads.result(who, number, person)
    context = {
        "cycle": cycle,
        "detail": found,
        "result": found.seen,
        "name": _("Result of {name}").format(name=found.seen.person.name),
        "period": period_text(cycle.grain, cycle.period),
        "scheme": found.seen.scheme[0 if chinese() else 1],
        "parts": [_part(one, several=len(found.parts) > 1) for one in found.parts],
        "limits": [_adjustment(one) for one in found.adjustments],
        "grades": _banded(found),
        "outcomes": _follows(who, found),
        "late_url": reverse("result-late", args=[number, person]) if found.may_take_late else "",
        "calibrated": found.reason["detail"].get("calibrated", ""),
        "mine": found.seen.person.id == who.person,
        "proves": oversees(who),
        **_appealing(who, found),
    }
    return render(request, "appraisals/results/result.html", context)


def _follows(who: Viewer, found: ResultDetail) -> list[dict[str, Any]]:
    """What follows, besides the grade and coefficient that stand on top."""
    kpis = catalogue(who.on).all.kpi
    return [told(one, kpis) for one in found.seen.outcomes if one.rule != "published"]


def _appealing(who: Viewer, found: ResultDetail) -> dict[str, str]:
    """How long the person himself may still appeal, and where."""
    if found.seen.person.id != who.person:
        return {}
    head = appraisal_head(who, found.seen.appraisal)
    clock = appeal_clock(who, head)
    return {"clock": clock, "appeal_url": reverse("appraisal-deed", args=[head.id, "appeal"])}


def _banded(found: ResultDetail) -> list[tuple[str, str, bool]]:
    texts = bands.reached([start for start, _label in found.grades])
    return [
        (text, label, label == found.seen.grade)
        for text, (_start, label) in zip(texts, found.grades, strict=True)
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
        Row([Cell(told), *[Cell("", kind="text")] * 5, Cell(points)])
        for told, points in map(_adjustment, one.adjustments)
    ]
    dates = f"{one.since.isoformat()} – {(one.until - DAY).isoformat()}"
    return {
        "title": f"{one.outlet.name} · {dates}" if several else "",
        "table": Table(columns, rows, caption=_("Items"), free=True, phone="cards"),
    }


def _adjustment(one: AdjustmentSeen) -> tuple[str, Fraction]:
    """What changed a total beside the items, in its own words, and the points."""
    return one.reason["detail"]["zh" if chinese() else "en"], one.points


def _item(appraisal: int, item: Any) -> Row:
    short, told, tone = EFFECTS[effect_of(item.reason)]
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


# -- late appeals ------------------------------------------------------------------------------


class LateForm(ActionForm):
    """Which item, what is wrong with it, and why the appeal comes late."""

    item = forms.ChoiceField(label=gettext_lazy("Item"))
    text = lines(gettext_lazy("What is wrong with it"), 1500, required=True)
    why = words(gettext_lazy("Why it comes late"), 400, required=True)
    evidence = words(gettext_lazy("Evidence: a document, a record, a witness"), 400)
    wide = ("text", "why", "evidence")

    def __init__(self, *args: Any, items: list[tuple[str, str]], **kwargs: Any) -> None:
        self.items = items
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        self.fields["item"].choices = self.items  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def late(request: HttpRequest, number: int, person: str) -> HttpResponse:
    """Take in somebody's appeal after the window; another decides it."""
    who = viewer(request)
    who.must(BY_VERB["take_late"].right)
    _cycle, found = reads.result(who, number, person)
    form = LateForm(request.POST or None, who=who, items=_appealable(found))
    done = form.submit(lambda given: _taken(who, given)) if request.method == "POST" else None
    if done:
        messages.success(request, _("Taken in. A second person decides it."))
        return redirect("appeal", done.id)
    context = {
        "form": form,
        "name": _("Late appeal of {name}").format(name=found.seen.person.name),
        "person": found.seen.person.name,
        "back": reverse("result", args=[number, person]),
    }
    return render(request, "appraisals/results/late.html", context, status=form.status)


def _appealable(found: ResultDetail) -> list[tuple[str, str]]:
    """The items of every part, each with the appraisal that it belongs to."""
    several = len(found.parts) > 1
    return [
        (
            f"{part.appraisal}:{item.code}",
            f"{part.outlet.name} · {named(item.kpi)}" if several else named(item.kpi),
        )
        for part in found.parts
        for item in part.items
    ]


def _taken(who: Viewer, given: Mapping[str, Any]) -> act.Done:
    appraisal, _colon, item = given["item"].partition(":")
    told = {**given, "item": item}
    return act.take_late(by=who, at=now(), appraisal=int(appraisal), **told)


urlpatterns = [
    path("appraisals/cycles/<int:number>/results", results, name="results"),
    path("appraisals/cycles/<int:number>/results/<str:person>", result, name="result"),
    path("appraisals/cycles/<int:number>/results/<str:person>/late", late, name="result-late"),
]
