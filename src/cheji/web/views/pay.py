"""Screens of pay: an outlet's month, one person's statement to print, and why of each amount."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cheji.engine.pay import COEFFICIENT
from cheji.engine.periods import from_key
from cheji.reads import next_car, orders
from cheji.reads import pay as reads
from cheji.reads.asking import Asked
from cheji.reads.kpis import Of
from cheji.reads.pay import PayLineSeen, StatementSeen
from cheji.reads.seen import Where
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web import pay_reasons as words
from cheji.web import runs
from cheji.web.labels import RUN_STATES, badge
from cheji.web.pay_reasons import PAYABLE, Plan, components, reason_url, score_url, total
from cheji.web.scopes import Tree
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import AsOf, Cell, Column, Empty, Row, Step, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import month_text, named

FORMS = ("xlsx", "csv")

# -- the list ----------------------------------------------------------------------------------


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
    if len(found) == 1 and found[0].person.id == who.person:
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
        "steps": _steps(tree, Of("outlet", outlet.id, outlet.code, outlet.name), month, outlet),
        "first": found[0] if found else None,
        "plan": named(found[0]) if found else "",
        "running": runs.running(tree, outlet.id, month),
        "table": _table(found),
        "unpriced": _unpriced(tree, outlet, month),
        "panel": runs.panel(tree, "pay", outlet, month, found[0].plan) if found else None,
        "as_of": _as_of(found[0]) if found else None,
    }
    return render(request, "pay/statements.html", context, status=422 if fault else 200)


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


def statement_url(found: StatementSeen) -> str:
    return runs.address("pay-statement", found.person.number, found.month, outlet=found.outlet.code)


def _steps(tree: Tree, of: Of, month: int, outlet: Where) -> list[Step]:
    """Down to an outlet or a person; above outlets stands the overview."""
    outlets = {tree.code(unit) for unit in tree.units.values() if unit.kind == "outlet"}

    def to(code: str, person: str) -> str:
        if person:
            return runs.address("pay-statement", person, month, outlet=outlet.code)
        return runs.address("pay", outlet=code if code in outlets else "", period=month)

    return tree.path(of, to)


def _as_of(found: StatementSeen) -> AsOf:
    return AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{found.mark:,}"))


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


# -- one statement -----------------------------------------------------------------------------


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
    plan = Plan(found, _closing_day(tree, found))
    context = {
        "name": _("Pay statement of {name}").format(name=found.person.name),
        "steps": _steps(tree, of, month, found.outlet),
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
        "as_of": _as_of(found),
    }
    return render(request, "pay/statement.html", context)


def _closing_day(tree: Tree, found: StatementSeen) -> int:
    unit = tree.units.get(found.outlet.id)
    return unit.closing_day if unit else 0


def _worth(tree: Tree, found: StatementSeen) -> dict[str, Any] | None:
    """What one more car would bring in the month that is running."""
    period = from_key("month", found.month, _closing_day(tree, found))
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


# -- why ---------------------------------------------------------------------------------------


@require_GET
def reason(request: HttpRequest, number: str, month: int, part: str) -> HttpResponse:
    """Why an amount is what it is: the whole, a component, or one line of it."""
    who = viewer(request)
    outlet = request.GET.get("outlet", "")
    found = reads.statement(who, number, runs.checked_month(month), outlet=outlet)
    plan = Plan(found, _closing_day(Tree(who), found))
    code, _colon, place = part.partition(":")
    context = {
        "found": found,
        "whose": found.person.name,
        "when": month_text(month),
        "back": statement_url(found),
        "as_of": _as_of(found),
        **(_whole(plan) if code == PAYABLE and not place else _part(plan, code, place)),
    }
    return render(request, "pay/reason.html", context)


def _whole(plan: Plan) -> dict[str, Any]:
    grouped = components(plan.found)
    return {
        "name": _("Payable"),
        "fen": plan.found.payable,
        "formula": " + ".join(figures.money(total(lines)) for lines in grouped.values()),
        "leaves": [
            {
                "label": named(lines[0]),
                "text": figures.money(total(lines)),
                "url": reason_url(plan.found, code),
            }
            for code, lines in grouped.items()
        ],
    }


def _part(plan: Plan, code: str, place: str) -> dict[str, Any]:
    lines = components(plan.found).get(code, [])
    if code == COEFFICIENT and not place:
        place = "1"
    at = int(place) if place.isdecimal() and len(place) < 6 else 0
    if not lines or (place and not 1 <= at <= len(lines)):
        raise NotFound(noun="figure", key=f"{code}:{place}")
    chosen = lines[at - 1 : at] if place else lines
    context = {
        "name": named(lines[0]),
        "fen": total(chosen),
        "way": plan.way(code),
        "bands": plan.bands(code, chosen),
    }
    if not place:
        leaves = [words.leaf(plan, line, f"{code}:{n}") for n, line in enumerate(lines, start=1)]
        return context | {"counts": plan.counts(code), "leaves": leaves}
    return context | {
        "formula": words.formula(plan, chosen[0]),
        "way": plan.way(code) or words.without_score(plan.found, chosen[0]),
        "facts": words.facts(plan, chosen[0]),
        "leaves": words.parts_of_line(plan, chosen[0]),
    }


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
    path("pay/<str:number>/<int:month>", statement, name="pay-statement"),
    path("pay/<str:number>/<int:month>/<str:part>", reason, name="pay-reason"),
]
