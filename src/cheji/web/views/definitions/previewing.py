"""A draft on real data: old beside new for an outlet's months and people, and whose facts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.engine.findings import Refused as Unsound
from cheji.engine.periods import DAY, from_key, period_of
from cheji.reads import supposing, versions
from cheji.reads.kpis import FactSeen
from cheji.reads.supposing import PREVIEWED, Beside, Moved, Preview, Supposition
from cheji.reads.versions import VersionSeen
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer
from cheji.web.asked import number
from cheji.web.fact_words import FactWords
from cheji.web.labels import sentence
from cheji.web.navigation import record_url
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import viewer
from cheji.web.wording import NOUNS, chinese, month_text, named, of_text, shaped

from .frame import ONE, told

MONTHS_OFFERED = 24


def preview_url(who: Viewer, found: VersionSeen) -> str:
    """The preview of a draft, for whom sees the figures of an outlet."""
    if found.kind not in PREVIEWED or not supposing.outlets(who):
        return ""
    return reverse("definition-preview", args=[found.id])


@require_GET
def preview(request: HttpRequest, version: int) -> HttpResponse:
    """What a version would change, for the outlet and the months that are asked for."""
    who = viewer(request)
    found = versions.version(who, version)
    outlets = supposing.outlets(who)
    months = _offered(who.on)
    last = number(request, "last", months[0])
    first = number(request, "first", months[2])
    code = request.GET.get("outlet", "") or (outlets[0].code if outlets else "")
    context: dict[str, Any] = {
        "version": found,
        "name": found.name[0 if chinese() else 1],
        "subject": f"{ONE[found.kind]} {found.code}",
        "outlets": outlets,
        "outlet": code,
        "months": [(key, month_text(key)) for key in months],
        "first": first,
        "last": last,
    }
    supposed = Supposition(
        found.kind, found.code, found.body, found.outlet.id if found.outlet else None
    )
    context |= _looked(who, supposed, code, (first, last)) if outlets else {}
    return render(request, "definitions/preview.html", context)


def _offered(on: date) -> list[int]:
    period = period_of(on, "month")
    found = [period.key]
    while len(found) < MONTHS_OFFERED:
        found.append(period_of(from_key("month", found[-1]).start - DAY, "month").key)
    return found


def _looked(
    who: Viewer, supposed: Supposition, outlet: str, months: tuple[int, int]
) -> dict[str, Any]:
    first, last = months
    try:
        seen = supposing.preview(who, supposed, outlet=outlet, first=first, last=last)
    except Unsound as unsound:
        return {"findings": told(list(unsound.findings))}
    except Refused as refusal:
        return {"refusal": sentence(refusal)}
    return _tables(seen)


def _tables(seen: Preview) -> dict[str, Any]:
    return {
        "by_month": _beside(seen.outlet, _("By month"), people=False),
        "by_person": _beside(seen.people, _("By consultant"), people=True),
        "counted": _moved(seen.counted, _("Counted now and not before")),
        "left_out": _moved(seen.left_out, _("No longer counted")),
    }


def _beside(rows: Sequence[Beside], caption: str, *, people: bool) -> Table:
    columns = [
        Column("of", _("Consultant") if people else _("KPI")),
        Column("month", _("Month")),
        Column("old", _("As it is"), kind="number"),
        Column("new", _("As it would be"), kind="number"),
        Column("difference", _("Difference"), kind="number"),
    ]
    shown = [_row(row, people=people) for row in rows]
    empty = Empty(_("No figures"), _("Choose other months."))
    return Table(columns, shown, caption=caption, free=True, phone="cards", empty=empty)


def _row(row: Beside, *, people: bool) -> Row:
    cells: list[Any] = [of_text(row.of) if people else named(row.kpi), month_text(row.period)]
    for value in (row.old, row.new, row.difference):
        shown, kind, decimals = shaped(row.kpi.unit, row.kpi.decimals, value)
        cells.append(Cell(shown, kind=kind, decimals=decimals))
    if row.difference:
        cells[-1] = Cell(cells[-1].value, cells[-1].kind, cells[-1].decimals, state="note")
    return Row(cells)


def _moved(moved: Moved, caption: str) -> Table:
    columns = [
        Column("record", _("Record")),
        Column("on", _("Date"), kind="date"),
        Column("person", _("Consultant")),
        Column("detail", _("Particulars")),
    ]
    empty = Empty(_("No facts"), _("In these months the same facts are counted."))
    title = f"{caption} ({moved.count})"
    words = FactWords()
    rows = [_fact(words, fact) for fact in moved.rows]
    return Table(columns, rows, caption=title, free=True, phone="cards", empty=empty)


def _fact(words: FactWords, fact: FactSeen) -> Row:
    url = record_url(fact.noun, fact.id)
    return Row(
        [
            Cell(f"{NOUNS.get(fact.noun, fact.noun)} {fact.text}".strip(), href=url),
            fact.on,
            fact.person.name if fact.person else _("Unassigned"),
            " · ".join(words.detail(fact)),
        ],
        href=url,
    )
