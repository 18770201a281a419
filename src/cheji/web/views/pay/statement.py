"""One person's pay of a month, line by line, and his signature under it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import pay as verbs
from cheji.reads import pay as reads
from cheji.reads.kpis import Of
from cheji.reads.pay import Around, StatementSeen
from cheji.reads.pay.months import oversees
from cheji.records.pay_states import FIXED
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer
from cheji.web import pay_steps as shown
from cheji.web import runs
from cheji.web.labels import RUN_STATES, badge, sentence
from cheji.web.navigation import address
from cheji.web.pay_reasons import PAYABLE, Plan, coefficient_text, score_url
from cheji.web.pay_unpaid import missing, unpaid_text
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Empty
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, listed, month_text, named

from .frame import as_of, disputes_of, files, kept_run, statement_url, steps


@require_GET
def statement(request: HttpRequest, number: str, month: int) -> HttpResponse:
    """One person's pay of a month, from what is payable down to the car that earned it."""
    who = viewer(request)
    outlet, asked = request.GET.get("outlet", ""), request.GET.get("plan", "")
    if request.GET.get("period"):
        chosen = runs.month_asked(request, who.on)
        return redirect(runs.address("pay-statement", number, chosen, outlet=outlet))
    found = reads.statement(who, number, runs.checked_month(month), outlet=outlet, plan=asked)
    return render(request, "pay/statement.html", _context(who, found, asked))


def _context(who: Viewer, found: StatementSeen, asked: str) -> dict[str, Any]:
    tree, about = Tree(who, "pay_runs"), reads.around(who, found)
    plan = Plan(found, asked)
    of = Of("person", found.person.id, found.person.number, found.person.name, found.outlet.id)
    by_steps = shown.Steps(plan, about)
    return {
        "name": _("Pay statement of {name}").format(name=found.person.name),
        "steps": steps(tree, of, found.month, found.outlet),
        "choice": runs.months(who.on, found.month),
        "found": found,
        "plan": named(found),
        "plans": _plans(found, about),
        "month": month_text(found.month),
        "running": runs.running(tree, found.outlet.id, found.month),
        "state": badge(RUN_STATES, _state(who, found)),
        "before": listed(month_text(month) for month in found.before),
        "payable_url": plan.url(PAYABLE),
        "score_url": score_url(found),
        "coefficient_why": coefficient_text(found),
        "what_if_url": _what_if(found),
        "table": shown.summary(plan, by_steps) if found.lines else None,
        "empty": _nothing(),
        "stood": by_steps.stood if found.lines else [],
        "blocks": by_steps.blocks if found.lines else [],
        "unused": by_steps.unused if found.lines else [],
        "idle": by_steps.idle,
        "rejected": shown.rejected(plan, _disputing(who, found)) if found.rejected else None,
        "unpaid_text": unpaid_text(plan),
        "missing": missing(who, plan),
        "waiting": _waiting(who, found),
        "balances": shown.left_over(plan) if found.balances else None,
        "balances_text": shown.left_text(plan),
        "later": shown.later(about, found.person.number, found.outlet.code),
        "around": about,
        "signing": _signing(who, found, about),
        "disputing": _disputing(who, found),
        "disputes": disputes_of(about),
        "files": files(who, found, asked),
        "run": kept_run(who, found),
        "run_url": reverse("pay-run", args=[found.run]) if found.run and oversees(who) else "",
        "as_of": as_of(found),
    }


def _nothing() -> Empty:
    return Empty(
        _("Nothing earned in this month yet"),
        _("A delivery of this month stands here as soon as it is entered."),
        icon="receipt-yuan",
    )


def _waiting(who: Viewer, found: StatementSeen) -> tuple[str, str] | None:
    """The newest closed statement that the viewer has not signed: its month and address."""
    if who.person != found.person.id or not who.can("pay.join"):
        return None
    unsigned = reads.unsigned(who)
    if unsigned is None or unsigned.run == found.run:
        return None
    url = runs.address(
        "pay-statement", found.person.number, unsigned.month,
        outlet=unsigned.outlet, plan=unsigned.plan,
    )  # fmt: skip
    return month_text(unsigned.month), url


def _plans(found: StatementSeen, about: Around) -> list[tuple[str, str, bool]]:
    """The other plans that pay the person in this month: name, address, whether it is this."""
    if len(about.plans) < 2:
        return []
    return [
        (
            zh if chinese() else en,
            runs.address(
                "pay-statement", found.person.number, found.month,
                outlet=found.outlet.code, plan=code,
            ),
            code == found.plan,
        )
        for code, zh, en in about.plans
    ]  # fmt: skip


def _what_if(found: StatementSeen) -> str:
    """What one more car would bring, as long as the month is not settled."""
    if found.state not in ("estimate", "open", "calculated") or not address("pay-what-if"):
        return ""
    return runs.address(
        "pay-what-if", person=found.person.number, period=found.month, outlet=found.outlet.code
    )


def _state(who: Viewer, found: StatementSeen) -> str:
    """The run's state; of one's own pay what went to the books is what was paid."""
    return "paid" if found.state == "exported" and _own(who, found) else found.state


def _own(who: Viewer, found: StatementSeen) -> bool:
    return who.person == found.person.id and who.can("pay.join")


def _signing(who: Viewer, found: StatementSeen, about: Around) -> bool:
    """Whether the viewer may sign now: his own, of a closed run, not signed yet."""
    return _own(who, found) and found.state in FIXED and about.signed is None and bool(found.run)


def _disputing(who: Viewer, found: StatementSeen) -> str:
    """Where the viewer says that his own pay is wrong."""
    if not _own(who, found):
        return ""
    return runs.address("pay-dispute", outlet=found.outlet.code, period=found.month)


@require_POST
def acknowledge(request: HttpRequest, number: str, month: int) -> HttpResponse:
    """Sign one's own statement of a closed run."""
    who = viewer(request)
    outlet, asked = request.POST.get("outlet", ""), request.POST.get("plan", "")
    found = reads.statement(who, number, runs.checked_month(month), outlet=outlet, plan=asked)
    try:
        verbs.acknowledge(
            by=who, at=now(), run=found.run or 0, outcome=request.POST.get("outcome", ""),
            note=request.POST.get("note", ""),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("Signed. Finance sees that you have read it."))
    return redirect(statement_url(found))


@require_GET
def line(request: HttpRequest, line: int) -> HttpResponse:
    """A kept line by its number: to its explanation on the statement in which it stands."""
    at = reads.place_of(viewer(request), line)
    part = f"{at.component}:{at.place}"
    return redirect(
        runs.address("pay-reason", at.number, at.month, part, outlet=at.outlet, plan=at.plan)
    )


urlpatterns = [
    path("pay/of/<str:number>/<int:month>", statement, name="pay-statement"),
    path("pay/acknowledge/<str:number>/<int:month>", acknowledge, name="pay-acknowledge"),
    path("pay/lines/<int:line>", line, name="pay-line"),
]
