"""What score cards and pay statements share: the month, the kept run, keeping and closing it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cheji.actions import pay as pay_actions
from cheji.actions import runs as actions
from cheji.engine.periods import Period, from_key, month_key, period_of, preceding
from cheji.reads import pay, people, runs
from cheji.reads.kept import Kept
from cheji.reads.runs import OutletRuns, RunSeen
from cheji.reads.seen import Where
from cheji.records.pay_states import onward
from cheji.records.refusals import BadValue, NotFound, NotYours, Refused
from cheji.records.visibility import Viewer
from cheji.web.asked import number, version_seen
from cheji.web.labels import sentence
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Cell, Column, Empty, PeriodChoice, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import month_text

MONTHS_BACK = 24
#: In which a calculation may be kept anew.
KEEPABLE = ("estimate", "open", "calculated")
#: The name of the list's address by kind of run.
LISTS = {"score": "scores", "pay": "pay"}
STATES: dict[str, tuple[Any, str]] = {
    "estimate": (pgettext_lazy("run", "Not kept yet"), ""),
    "open": (pgettext_lazy("run", "Kept, not closed"), "warn"),
    "calculated": (pgettext_lazy("run", "Calculated"), "note"),
    "reviewed": (pgettext_lazy("run", "Reviewed"), "note"),
    "approved": (pgettext_lazy("run", "Approved"), "warn"),
    "closed": (pgettext_lazy("run", "Closed"), "good"),
    "paid": (pgettext_lazy("run", "Paid"), "good"),
    "exported": (pgettext_lazy("run", "Exported"), "good"),
}
#: What the button of the next step says.
STEPS: dict[str, Any] = {
    "review": gettext_lazy("Mark as reviewed"),
    "approve": gettext_lazy("Approve"),
    "close": gettext_lazy("Close and seal"),
    "pay": gettext_lazy("Mark as paid"),
    "export": gettext_lazy("Mark as exported"),
}


def month_asked(request: HttpRequest, today: date) -> int:
    """The month of the address, else the one that is running."""
    return checked_month(number(request, "period", month_key(today)))


def checked_month(key: int) -> int:
    """A month's key.

    Raises:
        BadValue: it is none.
    """
    try:
        from_key("month", key)
    except (ValueError, OverflowError):
        raise BadValue(field="period", value=key, why="YYYYMM") from None
    return key


def months(today: date, chosen: int) -> PeriodChoice:
    """The months up to now, and the one that is shown."""
    period: Period = period_of(today, "month")
    keys = {chosen}
    for _step in range(MONTHS_BACK):
        keys.add(period.key)
        period = preceding(period)
    ordered = sorted(keys, reverse=True)
    at = ordered.index(chosen)
    return PeriodChoice(
        str(chosen),
        [(str(key), month_text(key)) for key in ordered],
        previous=str(ordered[at + 1]) if at + 1 < len(ordered) else None,
        next=str(ordered[at - 1]) if at else None,
    )


def running(tree: Tree, outlet: int, month: int) -> bool:
    """Whether the outlet's month has not ended on the viewer's day."""
    unit = tree.units.get(outlet)
    closing = unit.closing_day if unit else 0
    return tree.viewer.on < from_key("month", month, closing).until


def outlet_named(who: Viewer, wanted: str) -> Where | None:
    """The outlet of that code, or the only one; None for the overview of several.

    Raises:
        NotFound: it is not the viewer's.
    """
    found = people.outlets(who)
    for where in found:
        if wanted == where.code or (not wanted and len(found) == 1):
            return where
    if wanted or not found:
        raise NotFound(noun="outlet", key=wanted)
    return None


def address(name: str, *args: object, **query: object) -> str:
    kept = {key: value for key, value in query.items() if value not in ("", None)}
    url = reverse(name, args=args)
    return f"{url}?{urlencode(kept)}" if kept else url


# -- the kept run ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """What the page says of the run behind it, and what this viewer may do with it."""

    kind: str
    run: RunSeen | None
    state: str
    tone: str
    running: bool
    keeps: bool
    closes: bool
    hint: str
    outlet: str
    month: int
    definition: str
    verb: str = "close"

    @property
    def label(self) -> str:
        """What the button of the next step says."""
        return str(STEPS[self.verb])

    @property
    def keep_url(self) -> str:
        """Names of the addresses that take the forms."""
        return f"{LISTS[self.kind]}-keep"

    @property
    def close_url(self) -> str:
        return f"{LISTS[self.kind]}-close"


def panel(tree: Tree, kind: str, outlet: Where, month: int, definition: str) -> Panel:
    """The run of an outlet's month under a scheme or plan."""
    who = tree.viewer
    found = runs.of_month(who, kind, outlet.id, month)
    run = next((one for one in found if one.definition == definition), None)
    going = running(tree, outlet.id, month)
    state = run.state if run else "estimate"
    label, tone = STATES[state]
    mine = tree.units.get(outlet.id)
    inside = mine is not None and tree.opens(mine)
    verb = _verb(who, run, going=going)
    return Panel(
        kind,
        run,
        str(label),
        tone,
        going,
        keeps=inside and state in KEEPABLE and who.can("runs.make"),
        closes=inside and bool(verb),
        hint=_hint(who, run, going=going),
        outlet=outlet.code,
        month=month,
        definition=definition,
        verb=verb or "close",
    )


def _verb(who: Viewer, run: RunSeen | None, *, going: bool) -> str:
    """What the viewer may do next with the run; a month that goes on is not closed."""
    if run is None:
        return ""
    if run.order:
        verb = run.verb(who)
        return "" if verb == "close" and going else verb
    may = run.state == "open" and run.kind != "pay" and who.can("runs.close") and not run.mine
    return "close" if may and not going else ""


def _hint(who: Viewer, run: RunSeen | None, *, going: bool) -> str:
    """The next step, for who has one to do."""
    if run is None:
        return (
            _("Keep the calculation, so that a second person can close it.")
            if (who.can("runs.make"))
            else ""
        )
    if run.fixed:
        return _("Closed: it never changes any more. What comes later is adjusted next month.")
    if going:
        return _("It can be closed when the month is over.")
    if run.mine:
        return _("You kept this; a second person from finance closes it.")
    if run.order and run.state != "approved":
        return _("Who worked it out or reviewed it does not approve it.")
    return ""


def keep(request: HttpRequest, kind: str, find: Callable[..., Kept]) -> HttpResponse:
    """Keep the calculation of an outlet's month, and go back to it."""
    who = viewer(request)
    who.must("runs.make")
    outlet, month = _posted(request)
    found = find(who, outlet, month)
    done = actions.keep(
        by=who,
        at=now(),
        kind=found.kind,
        outlet=found.outlet,
        period=found.period,
        definition=found.definition,
        digest=found.digest,
        mark=found.mark,
        lines=[actions.KeptLine(**asdict(line)) for line in found.lines],
        total=found.total,
        grain=found.grain,
    )
    messages.success(request, _("Kept as run {number}.").format(number=done.id))
    return redirect(address(LISTS[kind], outlet=outlet, period=month))


def keep_pay(request: HttpRequest) -> HttpResponse:
    """Keep the pay of an outlet's month, and go back to it."""
    who = viewer(request)
    who.must("runs.make")
    outlet, month = _posted(request)
    at = now()
    made = pay.calculation(who, outlet, month, plan=request.POST.get("plan", ""))
    done = pay_actions.calculate(by=who, at=at, made=made)
    messages.success(request, _("Kept as run {number}.").format(number=done.id))
    return redirect(address(LISTS["pay"], outlet=outlet, period=month))


def step_pay(request: HttpRequest) -> HttpResponse:
    """Bring a pay run on by the step that comes next, and go back to it.

    The form names the version that was seen: what changed since is looked at first.
    """
    who = viewer(request)
    outlet, month = _posted(request)
    number_ = _run_posted(request)
    run = next((one for one in _pay_runs(who, outlet, month) if one.id == number_), None)
    after = onward(run.state) if run else None
    if run is None or after is None:
        raise NotFound(noun="run", key=number_)
    version = version_seen(request.POST, "version", run.version)
    done = VERBS[after.verb](by=who, at=now(), run=run.id, version=version)
    told = _("Run {number}: {state}.")
    messages.success(request, told.format(number=done.id, state=STATES[after.code][0]))
    return redirect(address(LISTS["pay"], outlet=outlet, period=month))


def _pay_runs(who: Viewer, outlet: str, month: int) -> tuple[RunSeen, ...]:
    where = outlet_named(who, outlet)
    return runs.of_month(who, "pay", where.id, month) if where else ()


VERBS: dict[str, Callable[..., pay_actions.Done]] = {
    "review": pay_actions.review,
    "approve": pay_actions.approve,
    "close": pay_actions.close,
    "pay": pay_actions.pay,
    "export": pay_actions.export,
}


def _run_posted(request: HttpRequest) -> int:
    text = request.POST.get("run", "")
    if not text.isdecimal() or len(text) > 18:
        raise NotFound(noun="run", key=text[:20])
    return int(text)


def close(request: HttpRequest, kind: str) -> HttpResponse:
    """Close a run that somebody else kept, and go back to it."""
    who = viewer(request)
    outlet, month = _posted(request)
    done = actions.close(by=who, at=now(), run=_run_posted(request))
    messages.success(request, _("Run {number} is closed and sealed.").format(number=done.id))
    return redirect(address(LISTS[kind], outlet=outlet, period=month))


def _posted(request: HttpRequest) -> tuple[str, int]:
    text = request.POST.get("period", "")
    month = checked_month(int(text) if text.isdecimal() and len(text) < 8 else 0)
    return request.POST.get("outlet", ""), month


Page = Callable[[HttpRequest, str], HttpResponse]


def attempt(request: HttpRequest, act: Callable[[], HttpResponse], page: Page) -> HttpResponse:
    """Do it; a rule's no is shown on the page that was left, which answers 422."""
    try:
        return act()
    except (NotFound, NotYours, BadValue):
        raise
    except Refused as refusal:
        return page(request, sentence(refusal))


# -- many outlets ------------------------------------------------------------------------------


def overview(who: Viewer, kind: str, month: int) -> Table:
    """The outlets whose runs the viewer sees, and how far each is in a month."""
    columns = [
        Column("outlet", _("Outlet")),
        Column("state", _("State"), kind="badge"),
        Column("people", _("People"), kind="number"),
        *([Column("total", _("Total"), kind="money")] if kind == "pay" else []),
        Column("kept", _("Kept by")),
        Column("closed", _("Closed by")),
    ]
    rows = [_outlet_row(one, kind, month) for one in runs.by_outlet(who, kind, month)]
    return Table(
        columns=columns,
        rows=rows,
        caption=_("Outlets"),
        phone="cards",
        free=True,
        empty=Empty(_("No outlet whose figures you may see")),
    )


def _outlet_row(one: OutletRuns, kind: str, month: int) -> Row:
    url = address(LISTS[kind], outlet=one.outlet.code, period=month)
    run = one.runs[0] if one.runs else None
    label, tone = STATES[run.state if run else "estimate"]
    cells: list[Cell | object] = [
        Cell(one.outlet.name, href=url, note=one.outlet.code),
        Cell(str(label), state=tone),
        Cell(run.people if run else None),
    ]
    if kind == "pay":
        cells.append(Cell(run.total if run else None))
    cells.append(Cell(run.made_by if run else None))
    cells.append(Cell((run.closed_by or None) if run else None))
    return Row(cells, href=url)
