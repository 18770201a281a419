"""Pay runs in words: states, steps, and what stands in a run's way with the address to mend it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from cheji.engine.pay import OWN_LINES
from cheji.engine.pay.order import ENTRIES
from cheji.reads.pay.by_hand import Choices
from cheji.reads.pay.closers import closers_beside
from cheji.reads.pay.months import NONE, Block, Elsewhere, MonthSeen, StepAhead, oversees
from cheji.reads.pay.run_pages import RunPage
from cheji.reads.runs import RunSeen
from cheji.records.booking import AccountMissing
from cheji.records.pay_states import BY_CODE, BY_VERB, FIXED, ORDER, barred, onward
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web import runs
from cheji.web.labels import sentence
from cheji.web.templatetags.parts import Card, Cell
from cheji.web.viewers import viewer
from cheji.web.wording import chinese, month_text, named

FEW: Final = 5
#: All states that a run of the month can have, the one before it is kept first.
WAY: Final = (NONE, *ORDER)
#: What a button says; in the order of a run's way.
VERBS: Final[dict[str, Any]] = {
    "calculate": pgettext_lazy("pay run", "Calculate"),
    "review": gettext_lazy("Mark as reviewed"),
    "approve": gettext_lazy("Approve"),
    "close": gettext_lazy("Close and seal"),
    "pay": gettext_lazy("Mark as paid"),
    "export": gettext_lazy("Mark as exported"),
    "send_back": pgettext_lazy("pay run", "Send back"),
}
ICONS: Final = {
    "calculate": "refresh",
    "review": "eye",
    "approve": "check",
    "close": "lock",
    "pay": "cash",
    "export": "file-export",
    "send_back": "arrow-back-up",
}
#: What a step does, said before it is done to many.
DOES: Final[dict[str, Any]] = {
    "calculate": gettext_lazy(
        "Pay is worked out from the records as they stand now and kept; a calculation that was"
        " kept before is replaced, and may come to another sum."
    ),
    "review": gettext_lazy("The figures are marked as looked through and wait for approval."),
    "approve": gettext_lazy(
        "The figures are approved and may be closed. A run with open exceptions is refused."
    ),
    "close": gettext_lazy(
        "The figures are sealed and shown to everybody paid. What comes later is put right by"
        " corrections in the next run."
    ),
    "pay": gettext_lazy("The money is marked as paid out; nothing is transferred by this."),
    "export": gettext_lazy("The vouchers are marked as booked; no file is made by this."),
    "send_back": gettext_lazy(
        "The runs are open again with your reason: calculated, reviewed and approved anew."
    ),
}
#: Whether and how it is taken back.
UNDONE: Final[dict[str, Any]] = {
    "calculate": gettext_lazy("It can be calculated again until it is reviewed."),
    "review": gettext_lazy("It can be sent back until it is closed."),
    "approve": gettext_lazy("It can be sent back until it is closed."),
    "close": gettext_lazy("A closed run never changes any more."),
    "pay": gettext_lazy("This mark is not taken back."),
    "export": gettext_lazy("This mark is not taken back."),
    "send_back": gettext_lazy("No figure changes before it is calculated again."),
}
STATES: Final[dict[str, tuple[Any, str]]] = {
    "none": (pgettext_lazy("run", "Not calculated"), ""),
    "estimate": (pgettext_lazy("run", "Not kept yet"), ""),
    "open": (pgettext_lazy("run", "Sent back"), "warn"),
    "calculated": (pgettext_lazy("run", "Calculated"), "note"),
    "reviewed": (pgettext_lazy("run", "Reviewed"), "note"),
    "approved": (pgettext_lazy("run", "Approved"), "note"),
    "closed": (pgettext_lazy("run", "Closed"), "good"),
    "paid": (pgettext_lazy("run", "Paid"), "good"),
    "exported": (pgettext_lazy("run", "Exported"), "good"),
}


def typed_names(found: Choices) -> dict[str, str]:
    """What the components and plans that a typed line may have are called, by code."""
    both = {"dispute": OWN_LINES["dispute"], **found.names}
    names = {code: pair[0 if chinese() else 1] for code, pair in both.items()}
    return {**names, "manual": _("By hand")}


def overseer(request: HttpRequest) -> Viewer:
    """The viewer, where the pay of whole outlets is his to see.

    Raises:
        NotFound: for everybody else; there is nothing here for him.
    """
    who = viewer(request)
    if not oversees(who):
        raise NotFound(noun="run", key="")
    return who


def state_cell(state: str) -> Cell:
    label, tone = STATES[state]
    return Cell(str(label), kind="badge", state=tone)


def state_text(state: str) -> str:
    return str(STATES[state][0])


def under_run(page: RunPage) -> dict[str, object]:
    """What a page under a run's own says of it, and the way back."""
    return {
        "run": page.run,
        "run_name": f"{page.outlet.name} · {named(page)} · {month_text(page.run.month)}",
        "back": reverse("pay-run", args=[page.run.id]),
    }


def entry_text(entry: str) -> str:
    """The type of a line."""
    zh, en = ENTRIES[entry]
    return zh if chinese() else en


def month_cards(found: MonthSeen, outlet: str = "") -> list[Card]:
    """What the runs of a month come to, and what waits."""
    fixed = sum(one.count for one in found.sums if one.state in FIXED)
    return [
        Card(_("Total of the runs"), found.total, "money"),
        Card(_("People paid"), found.people),
        Card(pgettext("run", "Closed"), fixed, unit=_("of {count}").format(count=found.count)),
        Card(
            _("Open exceptions"),
            found.waiting,
            state="bad" if found.waiting else "",
            href=runs.address("pay-exceptions", outlet=outlet),
        ),
    ]


def ahead_cards(found: StepAhead, verb: str) -> list[Card]:
    """How many outlets and runs a step is for, and what the runs come to.

    Of paying also what settlements of leavers took up, and what is left to be paid.
    """
    cards = [Card(_("Outlets"), len(found.outlets)), Card(_("Pay runs"), found.runs + found.fresh)]
    cards.append(Card(_("Total of the runs"), found.total if found.runs else None, "money"))
    if verb != "pay" or not found.settled:
        return cards
    rest = Card(_("To be paid by the runs"), found.total - found.settled, "money")
    return [*cards, Card(_("Paid by settlements of leavers"), found.settled, "money"), rest]


def uncalculated_text(missing: int, count: int) -> str:
    """That a month is not calculated yet, or how many of its runs are not; empty where all are."""
    if not missing:
        return ""
    if missing == count:
        return _("This month is not calculated yet.")
    text = ngettext(
        "{missing} of {count} run of this month is not calculated yet.",
        "{missing} of {count} runs of this month are not calculated yet.", count,
    )  # fmt: skip
    return text.format(missing=missing, count=count)


def elsewhere(verb: str, found: Iterable[Elsewhere]) -> list[str]:
    """Of runs that cannot take a step: how far which are, and what comes first."""
    told = []
    for one in found:
        places = list(dict.fromkeys(one.outlets))
        named = _(", ").join(places[:FEW]) + ("…" if len(places) > FEW else "")
        who = _("{state} ({count}): {outlets}.").format(
            state=state_text(one.state), count=len(one.outlets), outlets=named
        )
        told.append(_joined(who, _first(verb, one.state)))
    return told


def _first(verb: str, state: str) -> str:
    """What has to be done before the verb to a run of the state; why it cannot be done at all."""
    if state in FIXED and verb in ("calculate", "send_back"):
        return _("What is closed never changes.")
    if verb == "send_back":
        return _("There is nothing to send back.")
    if verb == "calculate":
        return _("First: {verb}.").format(verb=VERBS["send_back"])
    if state in ORDER and ORDER.index(state) >= ORDER.index(BY_VERB[verb].code):
        return _("This is done already.")
    ahead = onward(state) if state in ORDER else BY_CODE["calculated"]
    return _("First: {verb}.").format(verb=VERBS[ahead.verb]) if ahead else ""


def nothing_fits(verb: str, found: StepAhead) -> str:
    """That none of the runs chosen can take the step now, with how far they are."""
    text = _("“{verb}” fits none of these runs now.").format(verb=VERBS[verb])
    return _joined(text, *elsewhere(verb, found.refused))


def _joined(*sentences: str) -> str:
    """Sentences one after another; Chinese puts no blank between them."""
    return ("" if chinese() else " ").join(one for one in sentences if one)


def closers_text(who: Viewer, outlets: Iterable[int]) -> str:
    """That another has to close what the viewer works out, and who may; empty where he may not."""
    found = closers_beside(who, outlets)
    if found is None:
        return ""
    names = _(", ").join(found.names) or _("nobody")
    text = _("What you calculate, another closes. Others who may here: {names}.")
    text = text.format(names=names)
    if not found.without:
        return text
    places = _(", ").join(found.without[:FEW]) + ("…" if len(found.without) > FEW else "")
    lacking = _("Nobody else may close at: {outlets}. Let another calculate there.")
    return f"{text} {lacking.format(outlets=places)}"


def verbs_of(who: Viewer) -> list[tuple[str, str]]:
    """The steps that the viewer has a right to, in order."""
    return [(verb, str(label)) for verb, label in VERBS.items() if who.can(BY_VERB[verb].right)]


def next_verb(verbs: Iterable[tuple[str, str]], found: MonthSeen) -> str:
    """The step that most runs of the month wait for, of those the viewer may do; else nothing.

    What came later than a calculation asks for a new one, not for a review of the old.
    """
    waits: Counter[str] = Counter({"calculate": found.outdated, "review": -found.outdated})
    for one in found.sums:
        after = onward("open" if one.state == "none" else one.state)
        if after is not None:
            waits[after.verb] += one.count
    allowed = [verb for verb, _label in verbs if waits[verb] > 0]
    return max(allowed, key=waits.__getitem__, default="")


def block_text(block: Block) -> str:
    """What stands in a run's way, and how it gets out of it."""
    if block.code == "exceptions":
        text = ngettext("{number} exception waits", "{number} exceptions wait", block.number)
        return text.format(number=block.number)
    if block.code == "earlier":
        return _("{month} is not closed").format(month=month_text(block.number))
    if block.why is not None:
        return sentence(block.why)
    return str(_BLOCKS[block.code])


_BLOCKS: Final[dict[str, Any]] = {
    "running": gettext_lazy("The month is not over"),
    "outdated": gettext_lazy("Facts came later: calculate again"),
    "own": gettext_lazy("Waits for another person"),
}


def block_url(block: Block, run: RunSeen, outlet: str) -> str:
    """Where it is mended; nothing where only time or a button helps."""
    if block.code == "exceptions":
        return runs.address("pay-exceptions", outlet=outlet, period=run.month)
    if block.code == "earlier":
        return runs.address("pay-runs", outlet=outlet, period=block.number)
    if isinstance(block.why, AccountMissing):
        return runs.address("pay-accounts", unit=outlet)
    return ""


def turn_text(who: Viewer, run: RunSeen) -> str:
    """That somebody else has to do the next step, where the viewer may not though he could."""
    after = onward(run.state)
    if after is None or not run.order or run.state == "open" or not who.can(after.right):
        return ""
    return str(_BLOCKS["own"]) if barred(after.verb, run.state, run.parties) == "own" else ""


def blocks_text(blocks: Iterable[Block]) -> str:
    short = _("Its voucher cannot be written yet")
    return " · ".join(short if block.why else block_text(block) for block in blocks)
