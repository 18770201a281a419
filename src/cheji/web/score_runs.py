"""The kept run of score cards: what a page says of it, keeping and closing it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cheji.actions import runs as actions
from cheji.reads import runs as reads
from cheji.reads.kept import Kept
from cheji.reads.runs import OutletRuns, RunSeen
from cheji.reads.seen import Where
from cheji.records.refusals import BadValue, NotFound, NotYours, Refused
from cheji.records.visibility import Viewer
from cheji.web.labels import sentence
from cheji.web.runs import address, checked_month, running
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer

STATES: dict[str, tuple[Any, str]] = {
    "estimate": (pgettext_lazy("run", "Not kept yet"), ""),
    "open": (pgettext_lazy("run", "Kept, not closed"), "warn"),
    "closed": (pgettext_lazy("run", "Closed"), "good"),
}


@dataclass(frozen=True)
class Panel:
    """What the page says of the run behind it, and what this viewer may do with it."""

    run: RunSeen | None
    state: str
    tone: str
    running: bool
    keeps: bool
    closes: bool
    hint: str
    outlet: str
    month: int


def panel(tree: Tree, outlet: Where, month: int, scheme: str) -> Panel:
    """The run of an outlet's month under a scheme."""
    who = tree.viewer
    found = reads.of_month(who, "score", outlet.id, month)
    run = next((one for one in found if one.definition == scheme), None)
    going = running(tree, outlet.id, month)
    state = run.state if run else "estimate"
    label, tone = STATES[state]
    mine = tree.units.get(outlet.id)
    inside = mine is not None and tree.opens(mine)
    return Panel(
        run, str(label), tone, going,
        keeps=inside and state != "closed" and who.can("runs.make"),
        closes=inside and not going and _closable(who, run),
        hint=_hint(who, run, going=going), outlet=outlet.code, month=month,
    )  # fmt: skip


def _closable(who: Viewer, run: RunSeen | None) -> bool:
    return run is not None and not run.fixed and not run.mine and who.can("runs.close")


def _hint(who: Viewer, run: RunSeen | None, *, going: bool) -> str:
    """The next step, for who has one to do."""
    if run is None:
        told = _("Keep the calculation, so that a second person can close it.")
        return told if who.can("runs.make") else ""
    if run.fixed:
        return _("Closed: it never changes any more. What comes later is adjusted next month.")
    if going:
        return _("It can be closed when the month is over.")
    return _("You kept this; a second person from finance closes it.") if run.mine else ""


def keep(request: HttpRequest, find: Callable[..., Kept]) -> HttpResponse:
    """Keep the calculation of an outlet's month, and go back to it."""
    who = viewer(request)
    who.must("runs.make")
    outlet, month = _posted(request)
    found = find(who, outlet, month)
    done = actions.keep(
        by=who, at=now(), kind=found.kind, outlet=found.outlet, period=found.period,
        definition=found.definition, digest=found.digest, mark=found.mark,
        lines=[actions.KeptLine(**asdict(line)) for line in found.lines], total=found.total,
        grain=found.grain,
    )  # fmt: skip
    messages.success(request, _("Kept as run {number}.").format(number=done.id))
    return redirect(address("scores", outlet=outlet, period=month))


def close(request: HttpRequest) -> HttpResponse:
    """Close a run that somebody else kept, and go back to it."""
    who = viewer(request)
    outlet, month = _posted(request)
    done = actions.close(by=who, at=now(), run=_run_posted(request))
    messages.success(request, _("Run {number} is closed and sealed.").format(number=done.id))
    return redirect(address("scores", outlet=outlet, period=month))


def _run_posted(request: HttpRequest) -> int:
    text = request.POST.get("run", "")
    if not text.isdecimal() or len(text) > 18:
        raise NotFound(noun="run", key=text[:20])
    return int(text)


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


def overview(who: Viewer, month: int) -> Table:
    """The outlets whose cards the viewer sees, and how far each is in a month."""
    columns = [
        Column("outlet", _("Outlet")),
        Column("state", _("State"), kind="badge"),
        Column("people", _("People"), kind="number"),
        Column("kept", _("Kept by")),
        Column("closed", _("Closed by")),
    ]
    return Table(
        columns=columns,
        rows=[_outlet_row(one, month) for one in reads.by_outlet(who, "score", month)],
        caption=_("Outlets"),
        phone="cards",
        free=True,
        empty=Empty(_("No outlet whose figures you may see")),
    )


def _outlet_row(one: OutletRuns, month: int) -> Row:
    url = address("scores", outlet=one.outlet.code, period=month)
    run = one.runs[0] if one.runs else None
    label, tone = STATES[run.state if run else "estimate"]
    return Row(
        [
            Cell(one.outlet.name, href=url, note=one.outlet.code),
            Cell(str(label), state=tone),
            Cell(run.people if run else None),
            Cell(run.made_by if run else None),
            Cell((run.closed_by or None) if run else None),
        ],
        href=url,
    )
