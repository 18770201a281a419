"""Score cards: an outlet's month best first, one person's card, and why each point is there."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cheji.engine.periods import from_key
from cheji.reads import appraisals as reads
from cheji.reads.appraisals import ItemSeen, ScoreSeen
from cheji.reads.appraisals.heads import appraisal_in
from cheji.reads.kpis import Of
from cheji.reads.seen import Where
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web import runs, score_runs
from cheji.web.scopes import Tree
from cheji.web.score_tables import (
    coefficients,
    grade_tone,
    grades,
    items_table,
    standards,
    total_context,
)
from cheji.web.score_words import why
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import AsOf, Cell, Column, Empty, Row, Step, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import month_text, named

# -- the list ----------------------------------------------------------------------------------


@require_GET
def scores(request: HttpRequest) -> HttpResponse:
    """An outlet's score cards; several outlets first as a list, one's own card at once."""
    return _scores(request)


def _scores(request: HttpRequest, fault: str = "") -> HttpResponse:
    who = viewer(request)
    if not who.sees("score_runs"):
        raise NotFound(noun="score card", key="")
    given = request.POST if fault else request.GET
    month = runs.checked_month(int(given["period"])) if fault else runs.month_asked(request, who.on)
    outlet = runs.outlet_named(who, given.get("outlet", ""))
    context: dict[str, Any] = {
        "name": _("Score cards"),
        "choice": runs.months(who.on, month),
        "fault": fault,
    }
    if outlet is None:
        context["table"] = score_runs.overview(who, month)
        return render(request, "appraisals/scores.html", context)
    found = reads.score_cards(who, outlet.code, month)
    if len(found) == 1 and found[0].person.id == who.person:
        return redirect(card_url(found[0]))
    tree = Tree(who, "score_runs")
    context |= {
        "steps": _steps(tree, Of("outlet", outlet.id, outlet.code, outlet.name), month, outlet),
        "scheme": named(found[0]) if found else "",
        "running": runs.running(tree, outlet.id, month),
        "table": _table(found),
        "panel": score_runs.panel(tree, outlet, month, found[0].scheme) if found else None,
        "as_of": _as_of(found[0]) if found else None,
    }
    return render(request, "appraisals/scores.html", context, status=422 if fault else 200)


def card_url(card: ScoreSeen) -> str:
    return runs.address("score-card", card.person.number, card.month, outlet=card.outlet.code)


def _steps(tree: Tree, of: Of, month: int, outlet: Where) -> list[Step]:
    """Down to an outlet or a person; above outlets stands the overview."""

    def to(code: str, person: str) -> str:
        if person:
            return runs.address("score-card", person, month, outlet=outlet.code)
        places = {tree.code(unit): unit.kind for unit in tree.units.values()}
        return runs.address(
            "scores", outlet=code if places.get(code) == "outlet" else "", period=month
        )

    return tree.path(of, to)


def _as_of(card: ScoreSeen) -> AsOf:
    return AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{card.mark:,}"))


def _table(found: Sequence[ScoreSeen]) -> Table:
    """A row for each person: total, grade, coefficient, and each item's points."""
    items = found[0].items if found else ()
    columns = [
        Column("person", _("Consultant")),
        Column("total", _("Score"), kind="number", decimals=2),
        Column("grade", _("Grade"), kind="badge"),
        Column("coefficient", _("Coefficient"), kind="number", decimals=2),
    ]
    columns += [
        Column(
            item.code,
            named(item.kpi),
            kind="number",
            decimals=2,
            help=_("Points, and attainment of the target"),
            phone=False,
        )
        for item in items
    ]
    return Table(
        columns=columns,
        rows=[_row(card) for card in found],
        caption=_("Score cards"),
        phone="cards",
        free=True,
        empty=Empty(
            _("Nobody to appraise in this month"),
            _("Choose another month, or give a consultant a post in this outlet."),
            icon="trophy",
        ),
    )


def _row(card: ScoreSeen) -> Row:
    url = card_url(card)
    cells: list[Cell | object] = [
        Cell(card.person.name, href=url, note=card.person.number),
        Cell(card.total, reason=detail_url(card, "total")),
        Cell(card.grade, state=grade_tone(card)),
        Cell(card.coefficient, reason=detail_url(card, "total")),
    ]
    cells += [
        Cell(item.points, reason=detail_url(card, item.code), note=_attained(item))
        for item in card.items
    ]
    return Row(cells, href=url)


def _attained(item: ItemSeen) -> str:
    return figures.percent(item.attainment)


def detail_url(card: ScoreSeen, item: str) -> str:
    """Where the points of an item, or the total, are explained."""
    return runs.address("score-item", card.person.number, card.month, item, outlet=card.outlet.code)


# -- one card ----------------------------------------------------------------------------------


@require_GET
def card(request: HttpRequest, number: str, month: int) -> HttpResponse:
    """One person's score card of a month."""
    who = viewer(request)
    outlet = request.GET.get("outlet", "")
    if request.GET.get("period"):
        chosen = runs.month_asked(request, who.on)
        return redirect(runs.address("score-card", number, chosen, outlet=outlet))
    found = reads.score_card(who, number, runs.checked_month(month), outlet=outlet)
    tree = Tree(who, "score_runs")
    of = Of("person", found.person.id, number, found.person.name, found.outlet.id)
    context = {
        "name": _("Score card of {name}").format(name=found.person.name),
        "steps": _steps(tree, of, month, found.outlet),
        "choice": runs.months(who.on, month),
        "card": found,
        "scheme": named(found),
        "month": month_text(month),
        "tone": grade_tone(found),
        "total_url": detail_url(found, "total"),
        "table": items_table(found, partial(detail_url, found)),
        "standards": standards(found),
        "grades": grades(found),
        "coefficients": coefficients(found),
        "panel": score_runs.panel(tree, found.outlet, month, found.scheme),
        "definition_url": reverse("definition", args=["scheme", found.scheme]),
        "pay_url": _pay_url(who, found),
        "appraisal_url": _appraisal_url(tree, found),
        "as_of": _as_of(found),
    }
    return render(request, "appraisals/card.html", context)


def _appraisal_url(tree: Tree, found: ScoreSeen) -> str:
    """The appraisal of a cycle over this month, where there is one."""
    unit = tree.units.get(found.outlet.id)
    days = from_key("month", found.month, unit.closing_day if unit else 0)
    held = appraisal_in(tree.viewer, found.person.id, found.outlet.id, days)
    return reverse("appraisal", args=[held]) if held else ""


def _pay_url(who: Viewer, found: ScoreSeen) -> str:
    """The pay that follows from the card, for who may see it."""
    if not who.sees("pay_runs"):
        return ""
    return runs.address("pay-statement", found.person.number, found.month, outlet=found.outlet.code)


# -- why ---------------------------------------------------------------------------------------


@require_GET
def item(request: HttpRequest, number: str, month: int, code: str) -> HttpResponse:
    """Why an item has its points, or how the total leads to grade and coefficient."""
    outlet = request.GET.get("outlet", "")
    found = reads.score_card(viewer(request), number, runs.checked_month(month), outlet=outlet)
    chosen = next((one for one in found.items if one.code == code), None)
    if chosen is None and code != "total":
        raise NotFound(noun="figure", key=code)
    context = {
        "name": named(chosen.kpi) if chosen else _("Score"),
        "whose": found.person.name,
        "when": month_text(month),
        "back": card_url(found),
        "as_of": _as_of(found),
    }
    if chosen is None:
        return render(
            request,
            "appraisals/total.html",
            context | total_context(found, partial(detail_url, found)),
        )
    return render(request, "appraisals/item.html", context | why(chosen))


# -- keeping and closing -----------------------------------------------------------------------


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the outlet's score cards of a month as a run."""
    return score_runs.attempt(request, lambda: score_runs.keep(request, reads.to_keep), _scores)


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close a kept run of score cards."""
    return score_runs.attempt(request, lambda: score_runs.close(request), _scores)


urlpatterns = [
    path("scores", scores, name="scores"),
    path("scores/keep", keep, name="scores-keep"),
    path("scores/close", close, name="scores-close"),
    path("scores/<str:number>/<int:month>", card, name="score-card"),
    path("scores/<str:number>/<int:month>/<str:code>", item, name="score-item"),
]
