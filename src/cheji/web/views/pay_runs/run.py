"""One pay run: its way, its people with what changed, what came late, and its next step."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import pay as actions
from cheji.actions.fitting import TextTooLong
from cheji.reads import pay as pay_reads
from cheji.reads.pay import run_pages as reads
from cheji.reads.pay.run_pages import LateLine, PersonPaid, RunPage
from cheji.reads.runs import RunSeen
from cheji.records.pay_states import BY_VERB, FIXED, ORDER, barred
from cheji.records.refusals import BadValue, NotFound, NotYours, Refused
from cheji.records.visibility import Viewer
from cheji.web import pay_run_words as words
from cheji.web import runs
from cheji.web.asked import version_seen
from cheji.web.labels import sentence
from cheji.web.pay_plans import telling
from cheji.web.pay_records import deal_href, deal_text
from cheji.web.pay_run_words import overseer
from cheji.web.templatetags.cells import day_text
from cheji.web.templatetags.parts import Card, Cell, Column, Entry, Row, Stage, Table
from cheji.web.viewers import now
from cheji.web.wording import month_text, named


@require_GET
def run(request: HttpRequest, record_id: int) -> HttpResponse:
    """One pay run."""
    return _page(request, record_id)


def _page(request: HttpRequest, record_id: int, fault: str = "", note: str = "") -> HttpResponse:
    who = overseer(request)
    page = reads.run_page(who, record_id)
    found = page.run
    context = {
        "name": f"{page.outlet.name} · {named(page)}",
        "plan": named(page),
        "page": page,
        "run": found,
        "fault": fault,
        "note": note,
        "month": month_text(found.month),
        "back": runs.address("pay-runs", period=found.month),
        "statements": runs.address("pay-runs", outlet=page.outlet.code, period=found.month),
        "state": words.state_cell(found.state),
        "stages": _stages(found),
        "refused": _refused(found),
        "blocks": [
            (words.block_text(one), words.block_url(one, found, page.outlet.code))
            for one in page.blocks
        ],
        "turn": words.turn_text(who, found),
        "verbs": _verbs(who, page),
        "closers": words.closers_text(who, [found.outlet]) if _may(who, found, "calculate") else "",
        "send_back": _may(who, found, "send_back"),
        "cards": _cards(page),
        "people": _people(page),
        "late": _late(page),
        "timeline": _timeline(found),
        "exceptions": runs.address("pay-exceptions", outlet=page.outlet.code, period=found.month),
        "others": [
            (one.id, f"{month_text(one.month)} · {words.state_text(one.state)}")
            for one in page.others
        ],
    }
    return render(request, "pay/runs/run.html", context, status=422 if fault else 200)


def _refused(found: RunSeen) -> list[tuple[str, str, str]]:
    """What the check finds in the plan: place, reason and mend."""
    told = reads.refused(found)
    return telling.at_their_places(*told) if told else []


def _stages(found: RunSeen) -> list[Stage]:
    """The way of a run up to where it is; one that was sent back begins anew."""
    way = ORDER if found.state == ORDER[0] else ORDER[1:]
    at = way.index(found.state)
    return [
        Stage(
            words.state_text(code), "done" if place < at else "current" if place == at else "todo"
        )
        for place, code in enumerate(way)
    ]


def _may(who: Viewer, found: RunSeen, verb: str) -> bool:
    """Whether the table lets the viewer do it now."""
    if not found.order or not who.can(BY_VERB[verb].right):
        return False
    return not barred(verb, found.state, found.parties)


def _verbs(who: Viewer, page: RunPage) -> list[tuple[str, str, str, bool]]:
    """The buttons: verb, icon, words, and whether it is the next step on the way."""
    found = page.run
    onward = found.verb(who) if found.order else ""
    if any(block.code == "outdated" for block in page.blocks):
        onward = "calculate"
    unbooked = any(block.code == "books" for block in page.blocks)
    listed = []
    for verb in ("calculate", "review", "approve", "close", "pay", "export"):
        if _may(who, found, verb) and not (verb == "export" and unbooked):
            label = _("Calculate again") if verb == "calculate" else str(words.VERBS[verb])
            listed.append((verb, words.ICONS[verb], label, verb == onward))
    return listed


def _cards(page: RunPage) -> list[Card]:
    total = page.run.total
    cards = [Card(_("Total"), total, "money"), Card(_("People"), page.run.people)]
    if total is None:
        return cards
    if page.replaced is not None:
        cards.append(Card(_("Against the calculation before"), total - page.replaced, "gap"))
    if page.last is not None:
        cards.append(Card(_("Against the month before"), total - page.last, "gap"))
    if page.run.state in FIXED:
        signed = sum(one.signed is not None for one in page.people)
        cards.append(Card(_("Statements signed"), signed, unit=f"/ {len(page.people)}"))
    return cards


def _people(page: RunPage) -> Table:
    again, closed = page.replaced is not None, page.run.state in FIXED
    columns = [
        Column("person", _("Person")),
        Column("payable", _("Payable"), kind="money"),
        *([Column("again", _("Against the calculation before"), kind="gap")] if again else []),
        Column("last", _("Month before"), kind="money"),
        Column("change", pgettext("pay", "Change"), kind="gap"),
        *([Column("signed", pgettext("pay", "Signed"), kind="date")] if closed else []),
    ]
    rows = [_person(page, one, again=again, closed=closed) for one in page.people]
    return Table(columns, rows, caption=_("People"), phone="cards", free=True)


def _person(page: RunPage, one: PersonPaid, *, again: bool, closed: bool) -> Row:
    url = runs.address("pay-statement", one.person.number, page.run.month, outlet=page.outlet.code)
    cells: list[Cell | object] = [
        Cell(one.person.name, href=url, note=one.person.number),
        Cell(one.payable, state="" if one.payable is not None else "warn"),
    ]
    if again:
        gap = (one.payable or 0) - (one.calculated or 0)
        cells.append(Cell(gap or None, state="warn" if gap else ""))
    change = None if one.last is None else (one.payable or 0) - one.last
    signed = [Cell(one.signed, note=one.note)] if closed else []
    return Row([*cells, one.last, change, *signed], href=url)


def _late(page: RunPage) -> Table | None:
    """Lines that put earlier runs right."""
    if not page.late:
        return None
    columns = [
        Column("person", _("Person")),
        Column("deal", _("Earned by")),
        Column("component", _("Component")),
        Column("entry", _("Type of line")),
        Column("fen", _("Amount"), kind="money"),
        Column("origin", _("Puts right")),
    ]
    rows = [_late_row(one) for one in page.late]
    caption = _("Corrections and releases of earlier months")
    return Table(columns, rows, caption=caption, phone="cards", free=True)


def _late_row(one: LateLine) -> Row:
    origin = Cell(month_text(one.month), href=reverse("pay-run", args=[one.origin]))
    return Row(
        [
            Cell(one.person.name, note=one.person.number),
            Cell(deal_text(one.deal), href=deal_href(one.deal), note=one.model),
            named(one),
            words.entry_text(one.entry),
            one.fen,
            origin,
        ]
    )


def _timeline(found: RunSeen) -> list[Entry]:
    return [
        Entry(
            day_text(one.at),
            words.state_text(one.state),
            text=one.note,
            who=one.by or _("Command line"),
            icon=words.ICONS.get(_VERB_OF[one.state], "circle"),
            state="warn" if one.state == "open" else "good" if one.state in FIXED else "note",
        )
        for one in reversed(found.steps)
    ]


_VERB_OF = {state.code: state.verb for state in BY_VERB.values()}


# -- the next step -----------------------------------------------------------------------------

VERBS: dict[str, Callable[..., actions.Done]] = {
    "review": actions.review,
    "approve": actions.approve,
    "close": actions.close,
    "pay": actions.pay,
    "export": actions.export,
}


@require_POST
def do(request: HttpRequest, record_id: int, verb: str) -> HttpResponse:
    """Do one step; a rule's no stands on the run's page with what was typed."""
    who, note = overseer(request), request.POST.get("reason", "")
    if verb not in BY_VERB:
        raise NotFound(noun="run", key=verb)
    found = reads.run_page(who, record_id)
    version = version_seen(request.POST, "version", found.run.version)
    try:
        _do(who, now(), found, verb, {"version": version, "reason": note})
    except TextTooLong as refusal:
        return _page(request, record_id, sentence(refusal), note)
    except (NotFound, NotYours, BadValue):
        raise
    except Refused as refusal:
        return _page(request, record_id, sentence(refusal), note)
    told = _("Run {number}: {state}.")
    state = words.state_text(BY_VERB[verb].code)
    messages.success(request, told.format(number=record_id, state=state))
    return redirect("pay-run", record_id)


def _do(by: Viewer, at: datetime, page: RunPage, verb: str, given: dict[str, Any]) -> None:
    terms: dict[str, Any] = {"by": by, "at": at, "version": given["version"]}
    if verb == "calculate":
        by.must(BY_VERB[verb].right)
        run_ = page.run
        code = page.outlet.code
        made = pay_reads.calculation(by, code, run_.month, plan=run_.definition)
        actions.calculate(**terms, made=made)
    elif verb == "send_back":
        actions.send_back(**terms, run=page.run.id, reason=given["reason"])
    else:
        VERBS[verb](**terms, run=page.run.id)


urlpatterns = [
    path("pay/runs/<int:record_id>", run, name="pay-run"),
    path("pay/runs/<int:record_id>/do/<slug:verb>", do, name="pay-run-do"),
]
