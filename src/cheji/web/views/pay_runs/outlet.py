"""An outlet's month of pay: by plan its statements component by component, and the run of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cheji.actions import pay as actions
from cheji.engine.pay import COEFFICIENT
from cheji.engine.periods import from_key
from cheji.reads import orders
from cheji.reads import pay as pay_reads
from cheji.reads.asking import Asked
from cheji.reads.kpis import Of
from cheji.reads.pay import StatementSeen
from cheji.reads.pay import months as reads
from cheji.reads.pay.months import MonthAsked, RunRow
from cheji.reads.seen import Where
from cheji.records.pay_states import BY_VERB
from cheji.records.refusals import BadValue, NotFound, NotYours, Refused
from cheji.records.visibility import Viewer
from cheji.web import pay_run_words as words
from cheji.web import runs
from cheji.web.labels import RUN_STATES, badge, sentence
from cheji.web.pay_reasons import PAYABLE, components, reason_url, score_url, total
from cheji.web.pay_run_words import overseer
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now
from cheji.web.views.pay.frame import as_of, statement_url, steps
from cheji.web.wording import chinese, named

FORMS = ("xlsx", "csv")


@dataclass(frozen=True)
class Part:
    """What the outlet pays by one plan: the run, or that there is none, and the statements."""

    row: RunRow
    title: str
    state: Cell
    table: Table
    digest: str
    blocks: list[tuple[str, str]]
    makes: bool


def page(
    request: HttpRequest, who: Viewer, outlet: Where, month: int, fault: str = ""
) -> HttpResponse:
    """The month of one outlet; a rule's no stands on it."""
    tree = Tree(who, "pay_runs")
    found = reads.month(who, MonthAsked(month, outlet=outlet.code))
    statements = {one[0].plan: one for one in _by_plan(who, outlet, month)}
    shown = next(iter(statements.values()), ())
    context: dict[str, Any] = {
        "name": _("Pay of the month"),
        "choice": runs.months(who.on, month),
        "month": month,
        "outlet": outlet,
        "fault": fault,
        "files": _files(who, outlet, month),
        "steps": steps(tree, Of("outlet", outlet.id, outlet.code, outlet.name), month, outlet),
        "cards": words.month_cards(found, outlet.code) if found.people else [],
        "running": runs.running(tree, outlet.id, month),
        "parts": [_part(who, row, statements.get(row.plan, ())) for row in found.rows],
        "nobody": _table(()),
        "closers": words.closers_text(who, [outlet.id]),
        "unpriced": _unpriced(tree, outlet, month),
        "as_of": as_of(shown[0]) if shown else None,
    }
    return render(request, "pay/runs/outlet.html", context, status=422 if fault else 200)


def _by_plan(who: Viewer, outlet: Where, month: int) -> list[tuple[StatementSeen, ...]]:
    return pay_reads.by_plan(pay_reads.statements(who, outlet.code, month))


def _part(who: Viewer, row: RunRow, found: Sequence[StatementSeen]) -> Part:
    run = row.run
    blocks = [
        (words.block_text(one), words.block_url(one, run, row.outlet.code))
        for one in row.blocks
        if run is not None
    ]
    return Part(
        row, named(row), words.state_cell(row.state), _table(found),
        found[0].digest if found else "", blocks,
        makes=run is None and who.can(BY_VERB["calculate"].right),
    )  # fmt: skip


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Work the outlet's month out by a plan and keep it; a rule's no stands on its page."""
    who, at = overseer(request), now()
    who.must(BY_VERB["calculate"].right)
    text = request.POST.get("period", "")
    month = runs.checked_month(int(text) if text.isdecimal() and len(text) < 8 else 0)
    outlet = runs.outlet_named(who, request.POST.get("outlet", ""))
    if outlet is None:
        raise NotFound(noun="outlet", key="")
    try:
        made = pay_reads.calculation(who, outlet.code, month, plan=request.POST.get("plan", ""))
        done = actions.calculate(by=who, at=at, made=made)
    except (NotFound, NotYours, BadValue):
        raise
    except Refused as refusal:
        return page(request, who, outlet, month, sentence(refusal))
    return redirect("pay-run", done.id)


def _files(who: Viewer, outlet: Where, month: int) -> list[tuple[str, str]]:
    """The month's list as files, for whom a post allows files."""
    if not who.can("export"):
        return []
    return [(form, runs.address(f"pay_{form}", outlet=outlet.code, period=month)) for form in FORMS]


def _unpriced(tree: Tree, outlet: Where, month: int) -> tuple[int, str]:
    """How many orders delivered in the month have no cost, and the list of them."""
    unit = tree.units.get(outlet.id)
    period = from_key("month", month, unit.closing_day if unit else 0)
    last = period.until - timedelta(days=1)
    filters = {
        "outlet": outlet.code,
        "delivered": f"{period.start.isoformat()}..{last.isoformat()}",
        "cost": "unknown",
    }
    count = orders.count(tree.viewer, Asked(filters=tuple(filters.items())))
    return count, f"{reverse('orders')}?{urlencode(filters)}"


def _table(found: Sequence[StatementSeen]) -> Table:
    """A row for each person: components, score and coefficient, what is payable, state."""
    names = {
        code: zh if chinese() else en for code, (zh, en) in pay_reads.component_names(found).items()
    }
    columns = [
        Column("person", _("Person")),
        *(Column(code, name, kind="money") for code, name in names.items() if code != COEFFICIENT),
        Column("score", _("Score"), kind="number", decimals=2, phone=False),
        Column("coefficient", _("Coefficient"), kind="number", decimals=2),
        *([Column("effect", _("By coefficient"), kind="money")] if COEFFICIENT in names else []),
        Column("payable", _("Payable"), kind="money"),
        Column("state", _("State"), kind="badge"),
    ]
    return Table(
        columns=columns,
        rows=[_row(one, names) for one in found],
        totals=_totals(found, names) if found else None,
        caption=_("Pay statements"),
        phone="cards",
        free=True,
        empty=Empty(
            _("Nobody to pay in this month"),
            _("Choose another month, or give a consultant a post in this outlet."),
            icon="receipt-yuan",
        ),
    )


def _row(found: StatementSeen, names: dict[str, str]) -> Row:
    url = statement_url(found)
    own = components(found)
    amounts = {
        code: Cell(total(own[code]), reason=reason_url(found, code)) if code in own else Cell(0)
        for code in names
    }
    effect = [amounts.pop(COEFFICIENT)] if COEFFICIENT in names else []
    return Row(
        [
            Cell(found.person.name, href=url, note=found.person.number),
            *amounts.values(),
            Cell(found.score, href=score_url(found)),
            Cell(found.coefficient, href=score_url(found)),
            *effect,
            Cell(found.payable, reason=reason_url(found, PAYABLE)),
            badge(RUN_STATES, found.state),
        ],
        href=url,
    )


def _totals(found: Sequence[StatementSeen], names: dict[str, str]) -> Row:
    sums = {
        code: Cell(sum(total(components(one).get(code, ())) for one in found)) for code in names
    }
    effect = [sums.pop(COEFFICIENT)] if COEFFICIENT in names else []
    payable = Cell(sum(one.payable for one in found))
    nothing = Cell("")
    return Row([Cell(_("Total")), *sums.values(), nothing, nothing, *effect, payable, nothing])


urlpatterns = [path("pay/runs/new", new, name="pay-run-new")]
