"""The list of pay statements: an outlet's month, or the outlets first; keeping and closing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cheji.engine.pay import COEFFICIENT
from cheji.engine.periods import from_key
from cheji.reads import orders
from cheji.reads import pay as reads
from cheji.reads.asking import Asked
from cheji.reads.kpis import Of
from cheji.reads.pay import StatementSeen
from cheji.reads.seen import Where
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web import runs
from cheji.web.labels import RUN_STATES, badge
from cheji.web.pay_reasons import PAYABLE, components, reason_url, score_url, total
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import viewer
from cheji.web.wording import named

from .frame import as_of, statement_url, steps

FORMS = ("xlsx", "csv")


@require_GET
def pay(request: HttpRequest) -> HttpResponse:
    """An outlet's statements; several outlets first as a list, one's own statement at once."""
    return _pay(request)


def _pay(request: HttpRequest, fault: str = "") -> HttpResponse:
    who = viewer(request)
    given = request.POST if fault else request.GET
    month = runs.checked_month(int(given["period"])) if fault else runs.month_asked(request, who.on)
    outlet = runs.outlet_named(who, given.get("outlet", ""))
    found = reads.statements(who, outlet.code, month) if outlet else ()
    if not found and not who.sees("pay_runs"):
        raise NotFound(noun="pay statement", key="")
    if found and {one.person.id for one in found} == {who.person}:
        return redirect(statement_url(found[0]))
    context: dict[str, Any] = {
        "name": _("Pay statements"),
        "choice": runs.months(who.on, month),
        "fault": fault,
        "files": _files(who, outlet, month),
    }
    if outlet is None:
        context["table"] = runs.overview(who, "pay", month)
        return render(request, "pay/statements.html", context)
    tree = Tree(who)
    context |= {
        "steps": steps(tree, Of("outlet", outlet.id, outlet.code, outlet.name), month, outlet),
        "running": runs.running(tree, outlet.id, month),
        "parts": [_part(tree, outlet, month, part) for part in reads.by_plan(found)],
        "table": None if found else _table(found),
        "unpriced": _unpriced(tree, outlet, month),
        "as_of": as_of(found[0]) if found else None,
    }
    return render(request, "pay/statements.html", context, status=422 if fault else 200)


@dataclass(frozen=True)
class Part:
    """What the outlet pays by one plan, and the run of it."""

    plan: str
    digest: str
    table: Table
    panel: runs.Panel


def _part(tree: Tree, outlet: Where, month: int, found: Sequence[StatementSeen]) -> Part:
    first = found[0]
    panel = runs.panel(tree, "pay", outlet, month, first.plan)
    return Part(named(first), first.digest, _table(found), panel)


def _files(who: Viewer, outlet: Where | None, month: int) -> list[tuple[str, str]]:
    """The month's list as files, for whom a post allows files."""
    if not (who.can("export") and who.sees("pay_runs")):
        return []
    code = outlet.code if outlet else ""
    return [(form, runs.address(f"pay_{form}", outlet=code, period=month)) for form in FORMS]


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


def _names(found: Sequence[StatementSeen]) -> dict[str, str]:
    """The components that anybody is paid by, the fullest statement's order first."""
    names: dict[str, str] = {}
    for one in sorted(found, key=lambda one: -len(components(one))):
        for code, lines in components(one).items():
            names.setdefault(code, named(lines[0]))
    return {code: names[code] for code in sorted(names, key=lambda code: code == COEFFICIENT)}


def _table(found: Sequence[StatementSeen]) -> Table:
    """A row for each person: components, score and coefficient, what is payable, state."""
    names = _names(found)
    columns = [
        Column("person", _("Consultant")),
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


# -- keeping and closing -----------------------------------------------------------------------


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the outlet's pay statements of a month as a run."""
    return runs.attempt(request, lambda: runs.keep_pay(request), _pay)


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Bring a kept run of pay statements on by a step: second persons approve and close."""
    return runs.attempt(request, lambda: runs.step_pay(request), _pay)


urlpatterns = [
    path("pay", pay, name="pay"),
    path("pay/keep", keep, name="pay-keep"),
    path("pay/close", close, name="pay-close"),
]
