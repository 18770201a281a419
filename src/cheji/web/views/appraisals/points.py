"""The score on an appraisal's page: its items, its pace, and why each has its points."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from cheji.reads.appraisals import ScoreSeen
from cheji.reads.appraisals.pages import PageSeen, score_of
from cheji.records.refusals import NotFound
from cheji.web import appraisal_words as words
from cheji.web import score_tables
from cheji.web.score_words import why
from cheji.web.templatetags.parts import AsOf, Cell, Column, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import named, shaped, unit_text


def _link_of(appraisal: int) -> score_tables.Link:
    """Where points of this appraisal are explained."""
    return partial(_item_url, appraisal)


def _item_url(appraisal: int, code: str) -> str:
    return reverse("appraisal-item", args=[appraisal, code])


def score_of_page(found: PageSeen) -> dict[str, Any]:
    """The score with its items and bands; how far behind, as long as it is an estimate."""
    score, link = found.score, _link_of(found.head.id)
    return {
        "score": score,
        "tone": score_tables.grade_tone(score),
        "live": score.state == "estimate",
        "total_url": link("total"),
        "items": score_tables.items_table(score, link),
        "pace": _pace(found) if score.state == "estimate" else None,
        "grades": score_tables.grades(score),
        "coefficients": score_tables.coefficients(score),
        "scheme": named(score),
        "scheme_url": reverse("definition", args=["scheme", score.scheme]),
        "as_of": _as_of(score),
    }


def _as_of(score: ScoreSeen) -> AsOf:
    return AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{score.mark:,}"))


def _pace(found: PageSeen) -> Table | None:
    """The mid-term sheet: what is done against the days gone, and what each day left needs."""
    if not found.pace:
        return None
    rows = []
    for item in found.score.items:
        so_far = found.pace.get(item.code)
        if so_far is None:
            continue
        behind = so_far.gap is not None and so_far.gap < 0
        needed, kind, decimals = shaped(item.kpi.unit, item.kpi.decimals, so_far.needed)
        rows.append(
            Row(
                [
                    Cell(named(item.kpi), note=unit_text(item.kpi.unit)),
                    Cell(so_far.done_share),
                    Cell(so_far.time_share),
                    Cell(so_far.gap, state="bad" if behind else "good"),
                    Cell(needed, kind=kind, decimals=decimals if kind == "money" else 2),
                ]
            )
        )
    columns = [
        Column("item", _("Item")),
        Column("done", pgettext("pace", "Done"), kind="percent", decimals=1),
        Column("time", _("Days gone"), kind="percent", decimals=1),
        Column("gap", pgettext("pace", "Ahead"), kind="points", decimals=1),
        Column("needed", pgettext("pace", "Needed a day"), kind="number"),
    ]
    return Table(columns, rows, caption=_("Progress so far"), phone="cards", free=True)


@require_GET
def item(request: HttpRequest, record_id: int, code: str) -> HttpResponse:
    """Why an item has its points, or how the total leads to grade and coefficient."""
    head, found = score_of(viewer(request), record_id)
    chosen = next((one for one in found.items if one.code == code), None)
    if chosen is None and code != "total":
        raise NotFound(noun="figure", key=code)
    context = {
        "name": named(chosen.kpi) if chosen else _("Score"),
        "whose": head.person.name,
        "when": words.cycle_text(head.cycle),
        "back": reverse("appraisal", args=[head.id]),
        "as_of": _as_of(found),
    }
    if chosen is None:
        whole = score_tables.total_context(found, _link_of(head.id))
        return render(request, "appraisals/total.html", context | whole)
    return render(request, "appraisals/item.html", context | why(chosen))


urlpatterns = [
    path("appraisals/<int:record_id>/item/<str:code>", item, name="appraisal-item"),
]
