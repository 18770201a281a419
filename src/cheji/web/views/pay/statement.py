"""One person's pay of a month, line by line."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from cheji.engine.pay import COEFFICIENT
from cheji.engine.periods import from_key
from cheji.reads import next_car
from cheji.reads import pay as reads
from cheji.reads.kpis import Of
from cheji.reads.pay import PayLineSeen, StatementSeen
from cheji.records.refusals import NotFound
from cheji.web import pay_reasons as words
from cheji.web import runs
from cheji.web.labels import RUN_STATES, badge
from cheji.web.pay_reasons import PAYABLE, Plan, components, reason_url, score_url, total
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import viewer
from cheji.web.wording import month_text, named

from .frame import as_of, closing_day, steps


@require_GET
def statement(request: HttpRequest, number: str, month: int) -> HttpResponse:
    """One person's pay of a month, line by line."""
    who = viewer(request)
    outlet = request.GET.get("outlet", "")
    if request.GET.get("period"):
        chosen = runs.month_asked(request, who.on)
        return redirect(runs.address("pay-statement", number, chosen, outlet=outlet))
    found = reads.statement(who, number, runs.checked_month(month), outlet=outlet)
    tree = Tree(who)
    of = Of("person", found.person.id, number, found.person.name, found.outlet.id)
    plan = Plan(found, closing_day(tree, found))
    context = {
        "name": _("Pay statement of {name}").format(name=found.person.name),
        "steps": steps(tree, of, month, found.outlet),
        "choice": runs.months(who.on, month),
        "found": found,
        "plan": named(found),
        "month": month_text(month),
        "state": badge(RUN_STATES, found.state),
        "payable_url": reason_url(found, PAYABLE),
        "score_url": score_url(found),
        "worth": _worth(tree, found),
        "table": _summary(plan),
        "parts": _parts(plan),
        "panel": runs.panel(tree, "pay", found.outlet, month, found.plan),
        "as_of": as_of(found),
    }
    return render(request, "pay/statement.html", context)


def _worth(tree: Tree, found: StatementSeen) -> dict[str, Any] | None:
    """What one more car would bring in the month that is running."""
    period = from_key("month", found.month, closing_day(tree, found))
    if found.state != "estimate" or not period.start <= tree.viewer.on < period.until:
        return None
    try:
        worth = next_car.next_car(tree.viewer, found.person.number, found.month)
    except NotFound:
        return None
    gap = worth.next_from - worth.units if worth.next_from is not None else None
    return {"next": worth, "gap": gap}


def _summary(plan: Plan) -> Table:
    """The sum of each component, the coefficient, and what is payable."""
    columns = [
        Column("component", _("Component")),
        Column("how", _("Made of"), phone=False),
        Column("amount", _("Amount"), kind="money"),
    ]
    rows = [_sum(plan, code, lines) for code, lines in components(plan.found).items()]
    payable = Cell(plan.found.payable, reason=reason_url(plan.found, PAYABLE))
    return Table(
        columns=columns,
        rows=rows,
        totals=Row([Cell(_("Payable")), Cell(""), payable]) if rows else None,
        caption=named(plan.found),
        phone="cards",
        free=True,
        empty=Empty(
            _("Nothing earned in this month yet"),
            _("A delivery of this month stands here as soon as it is entered."),
            icon="receipt-yuan",
        ),
    )


def _sum(plan: Plan, code: str, lines: Sequence[PayLineSeen]) -> Row:
    amount = Cell(total(lines), reason=reason_url(plan.found, code))
    if code == COEFFICIENT:
        how = f"{words.base_text(plan, lines[0])} {plan.rate(lines[0])}"
        href = score_url(plan.found)
        return Row([Cell(named(lines[0]), href=href), Cell(how), amount])
    how = ngettext("{count} line", "{count} lines", len(lines)).format(count=len(lines))
    unpriced = sum(line.unpriced for line in lines)
    if unpriced:
        left = ngettext("{count} of unknown cost", "{count} of unknown cost", unpriced)
        how = f"{how} · {left.format(count=unpriced)}"
    return Row([Cell(named(lines[0])), Cell(how), amount])


def _parts(plan: Plan) -> list[tuple[str, Table]]:
    """The lines of each component under its name."""
    return [
        (named(lines[0]), _lines(plan, code, lines))
        for code, lines in components(plan.found).items()
        if code != COEFFICIENT
    ]


def _lines(plan: Plan, code: str, lines: Sequence[PayLineSeen]) -> Table:
    """The record that earned each amount, base, rate, and the amount as a door to its reason."""
    columns = [
        Column("record", _("Earned by")),
        Column("on", _("Date"), kind="date"),
        Column("base", plan.counts(code) or _("Base"), kind="number"),
        Column("rate", _("Rate"), kind="told"),
        Column("amount", _("Amount"), kind="money"),
    ]
    rows = [
        Row(
            [
                Cell(words.record_text(line), href=words.record_href(line)),
                Cell(line.on),
                plan.base(line),
                Cell(plan.rate(line)),
                Cell(line.fen, reason=reason_url(plan.found, f"{code}:{place}")),
            ]
        )
        for place, line in enumerate(lines, start=1)
    ]
    return Table(columns=columns, rows=rows, caption=named(lines[0]), phone="cards", free=True)


urlpatterns = [path("pay/of/<str:number>/<int:month>", statement, name="pay-statement")]
