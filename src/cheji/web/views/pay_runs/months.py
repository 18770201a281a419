"""A month of pay at all outlets in reach: states, sums, what blocks, and steps for many at once."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django import app as queue

from cheji.actions.fitting import TextTooLong
from cheji.actions.pay import batches as actions
from cheji.engine.periods import period_of, preceding
from cheji.reads import people
from cheji.reads.asking import DIGITS
from cheji.reads.pay import batches as asked_for
from cheji.reads.pay import months as reads
from cheji.reads.pay.months import MonthAsked, MonthSeen, RunRow, StepAhead, oversees
from cheji.records.pay_states import BY_VERB, before
from cheji.records.refusals import BadValue, NotFound, NotYours, Refused
from cheji.records.visibility import Viewer
from cheji.web import pay_run_words as words
from cheji.web import runs
from cheji.web.asked import posted
from cheji.web.labels import sentence
from cheji.web.pay_run_words import overseer
from cheji.web.templatetags.cells import day_text
from cheji.web.templatetags.parts import Cell, Column, Empty, Page, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, month_text, named

from . import outlet

MOST_PAGES = 10_000
KEPT = ("outlet", "period")
#: Steps that nothing takes back.
FINAL = frozenset({"close", "pay", "export"})


@require_GET
def pay(request: HttpRequest) -> HttpResponse:
    """To the month of the outlets that one oversees, else to one's own statement."""
    who = viewer(request)
    given = {name: request.GET.get(name, "") for name in KEPT}
    if oversees(who):
        return redirect(runs.address("pay-runs", **given))
    if who.person is None or not (who.sees("pay_runs") or who.can("pay.join")):
        raise NotFound(noun="pay statement", key="")
    own, chosen = people.own_number(who), runs.month_asked(request, who.on)
    return redirect(runs.address("pay-statement", own, chosen, outlet=given["outlet"]))


@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """Every outlet with every plan of a month; one outlet with its statements."""
    who = overseer(request)
    place = runs.outlet_named(who, request.GET.get("outlet", ""))
    if place is None:
        return _page(request, request.GET)
    return outlet.page(request, who, place, runs.month_asked(request, who.on))


def _page(request: HttpRequest, given: QueryDict, fault: str = "") -> HttpResponse:
    who = overseer(request)
    asked = _asked(given, who.on)
    found, verbs = reads.month(who, asked), words.verbs_of(who)
    context = {
        "name": _("Pay of the month"),
        "choice": runs.months(who.on, asked.month),
        "fault": fault,
        "given": given if fault else {},
        "asked": asked,
        "cards": words.month_cards(found),
        "sums": _sums(found, asked),
        "states": [(one, words.state_text(one)) for one in words.STATES if one != "estimate"],
        "plans": [(code, zh if chinese() else en) for code, zh, en in found.plans],
        "table": _table(who, found, asked, given.getlist("select")),
        "page": _pages(found, asked),
        "verbs": verbs,
        "verb": given.get("verb") or words.next_verb(verbs, found),
        "count": found.count,
        "batch": asked_for.latest(who, asked.month),
    }
    return render(request, "pay/runs/month.html", context, status=422 if fault else 200)


def _asked(given: Mapping[str, str], today: date) -> MonthAsked:
    """What the address asks for; without a month the one that ended last."""
    usual = preceding(period_of(today, "month")).key
    state = given.get("state", "")
    return MonthAsked(
        runs.checked_month(posted(given, "period", usual)),
        state if state in words.STATES else "",
        given.get("plan", "")[:80],
        given.get("q", "").strip()[:80],
        min(max(1, posted(given, "page", 1)), MOST_PAGES),
        min(max(1, posted(given, "size", 50)), 100),
    )


def _sums(found: MonthSeen, asked: MonthAsked) -> list[tuple[Cell, int, int, str]]:
    """Each state with how many runs and how much money, and the list of them."""
    return [
        (
            words.state_cell(one.state),
            one.count,
            one.fen,
            runs.address("pay-runs", period=asked.month, plan=asked.plan, state=one.state),
        )
        for one in found.sums
    ]


def _pages(found: MonthSeen, asked: MonthAsked) -> Page:
    """Beside the table, not in it: the table stands in a form, and the pages are one."""
    pages = max(1, -(-found.count // asked.size))
    return Page(asked.page, pages, found.count, asked.size)


def _table(who: Viewer, found: MonthSeen, asked: MonthAsked, ticked: Collection[str]) -> Table:
    columns = [
        Column("outlet", _("Outlet")),
        Column("plan", _("Pay plan")),
        Column("state", _("State"), kind="badge"),
        Column("people", _("People"), kind="number"),
        Column("total", _("Total"), kind="money"),
        Column("blocks", pgettext("pay run", "In the way")),
        Column("by", _("Last step by"), phone=False),
    ]
    return Table(
        columns=columns,
        rows=[
            replace(row, ticked=row.key in ticked)
            for row in (_row(who, one, asked.month) for one in found.rows)
        ],
        caption=_("Pay runs"),
        phone="cards",
        free=True,
        select=bool(words.verbs_of(who)),
        empty=Empty(
            _("No run fits"), _("Choose another month or take a filter off."), icon="receipt-yuan"
        ),
    )


def _row(who: Viewer, one: RunRow, month_: int) -> Row:
    run = one.run
    if run is None:
        url = runs.address("pay-runs", outlet=one.outlet.code, period=month_)
    else:
        url = reverse("pay-run", args=[run.id])
    last = run.steps[-1] if run and run.steps else None
    return Row(
        [
            Cell(one.outlet.name, href=url, note=one.outlet.code),
            named(one),
            words.state_cell(one.state),
            run.people if run else None,
            run.total if run else None,
            _blocks(who, one),
            Cell(last.by or _("Command line"), note=day_text(last.at)) if last else None,
        ],
        href=url,
        key=run_key(one.outlet.id, one.plan, run.id if run else 0),
    )


def _blocks(who: Viewer, one: RunRow) -> Cell:
    """What stands in the way; where nothing does, whose turn it is when it is not the viewer's."""
    run = one.run
    if run and one.blocks:
        href = words.block_url(one.blocks[0], run, one.outlet.code)
        hard = any(block.code == "exceptions" for block in one.blocks)
        state = "bad" if hard else "warn"
        return Cell(words.blocks_text(one.blocks), href=href, state=state)
    return Cell(words.turn_text(who, run) if run else "")


# -- many at once ------------------------------------------------------------------------------


def run_key(outlet: int, plan: str, run: int = 0) -> str:
    """What a form posts for a row; without a run 0."""
    return f"{outlet}:{run}:{plan}"


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Queue a step for the rows that are ticked, or for all that are listed."""
    who, given = overseer(request), request.POST
    verb, note = given.get("verb", ""), given.get("note", "")
    asked = _asked(given, who.on)
    try:
        wanted = _wanted(who, given, asked, verb)
        if _asks_first(who, given, wanted):
            ahead = reads.step_ahead(who, wanted, _takes(verb))
            if not ahead.runs + ahead.fresh:
                return _page(request, given, words.nothing_fits(verb, ahead))
            return _confirm(request, asked, ahead)
        with transaction.atomic():
            made = actions.ask_batch(
                by=who, at=now(), verb=verb, period=asked.month, wanted=wanted, note=note
            )
            job = queue.configure_task(
                "pay.batch", queue="pay", queueing_lock=f"pay.batch {made.id}"
            )
            job.defer(number=made.id, user=who.user)
    except TextTooLong as refusal:
        return _page(request, given, sentence(refusal))
    except (NotFound, NotYours, BadValue):
        raise
    except Refused as refusal:
        return _page(request, given, sentence(refusal))
    return redirect("pay-batch", made.id)


def _asks_first(who: Viewer, given: QueryDict, wanted: Collection[object]) -> bool:
    """Whether to say what a step will do before it is queued; what is refused anyhow is not."""
    verb = given.get("verb", "")
    if given.get("sure") or not wanted or verb not in BY_VERB:
        return False
    return who.can(BY_VERB[verb].right) and (verb != "send_back" or bool(given.get("note")))


def _takes(verb: str) -> tuple[str, ...]:
    """The states from which the step is done."""
    return (*before(verb), reads.NONE) if verb == "calculate" else before(verb)


def _confirm(request: HttpRequest, asked: MonthAsked, ahead: StepAhead) -> HttpResponse:
    """What the step does to how many outlets and how much money, and whether it can be undone."""
    given, verb, who = request.POST, request.POST["verb"], overseer(request)
    every = bool(given.get("every"))
    context = {
        "name": str(words.VERBS[verb]),
        "verb": verb,
        "month": month_text(asked.month),
        "asked": asked,
        "note": given.get("note", ""),
        "every": every,
        "keys": [] if every else given.getlist("select"),
        "cards": words.ahead_cards(ahead, verb),
        "refused": words.elsewhere(verb, ahead.refused),
        "does": words.DOES[verb],
        "undone": words.UNDONE[verb],
        "final": verb in FINAL,
        "closers": words.closers_text(who, ahead.outlets) if verb == "calculate" else "",
        "back": runs.address("pay-runs", period=asked.month, state=asked.state, plan=asked.plan,
                             q=asked.search, page=asked.page),
    }  # fmt: skip
    return render(request, "pay/runs/confirm.html", context)


def _wanted(
    who: Viewer, given: QueryDict, asked: MonthAsked, verb: str
) -> list[tuple[int, str, int | None]]:
    """Outlet, plan and run; of all that are listed those that can take the step, if there are."""
    if given.get("every"):
        takes = _takes(verb) if verb in BY_VERB else ()
        return reads.steppable(who, asked, takes) or reads.steppable(who, asked, words.WAY)
    found = []
    for key in dict.fromkeys(given.getlist("select")):
        outlet, run, plan = ([*key.split(":", 2), "", ""])[:3]
        if not (_is_id(outlet) and _is_id(run)):
            raise NotFound(noun="run", key=key[:40])
        found.append((int(outlet), plan[:80], int(run) or None))
    return found


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= DIGITS


urlpatterns = [
    path("pay", pay, name="pay"),
    path("pay/runs", month, name="pay-runs"),
    path("pay/runs/many", many, name="pay-runs-many"),
]
