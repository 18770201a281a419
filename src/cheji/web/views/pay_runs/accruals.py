"""计提: what a month that is not closed is expected to cost, asked for and person by person."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django import app as queue

from cheji.actions.pay import batches
from cheji.engine.periods import month_key
from cheji.reads.pay import accruals as reads
from cheji.reads.pay import months
from cheji.reads.pay.accruals import AccrualSeen, AccruedPerson
from cheji.records.pay_states import FIXED
from cheji.records.refusals import BadValue, NotFound
from cheji.web import pay_run_words as words
from cheji.web import runs
from cheji.web.asked import number, posted
from cheji.web.pay_run_words import overseer
from cheji.web.templatetags.parts import Card, Cell, Column, Row, Table
from cheji.web.viewers import now
from cheji.web.wording import chinese, month_text, named

#: A run on these states, or none, can still come to something else.
OPEN = tuple(state for state in words.WAY if state not in FIXED)


@require_POST
def accrue(request: HttpRequest) -> HttpResponse:
    """Queue the accrual of everything that is not closed, at one outlet or all in reach."""
    who, given = overseer(request), request.POST
    month = runs.checked_month(posted(given, "period", 0))
    if month > month_key(who.on):
        raise BadValue(
            field="period", value=month_text(month), why=f"≤ {month_text(month_key(who.on))}"
        )
    outlet = given.get("outlet", "")
    if outlet and outlet not in [one.code for one in months.outlets_of(who)]:
        raise NotFound(noun="outlet", key=outlet[:40])
    wanted = months.steppable(who, months.MonthAsked(month, outlet=outlet), OPEN)
    with transaction.atomic():
        made = batches.ask_batch(
            by=who, at=now(), verb="accrue", period=month,
            wanted=[(outlet, plan, None) for outlet, plan, _run in wanted],
        )  # fmt: skip
        job = queue.configure_task("pay.batch", queue="pay", queueing_lock=f"pay.batch {made.id}")
        job.defer(number=made.id, user=who.user)
    return redirect("pay-batch", made.id)


@require_GET
def accrual(request: HttpRequest) -> HttpResponse:
    """An outlet's accruals by plan, with everybody and each component."""
    who, query = overseer(request), request.GET
    month = runs.checked_month(number(request, "period", month_key(who.on)))
    code = query.get("outlet", "")
    found = reads.accruals(who, month, code)
    context = {
        "name": pgettext("pay", "Accrual"),
        "month": month_text(month),
        "outlet": next(iter(one.outlet.name for one in found), code),
        "parts": [(named(one), one.made_at, _table(one)) for one in found],
        "cards": [Card(_("Total"), sum(one.total for one in found), "money")] if found else [],
        "books": runs.address("pay-vouchers", period=month, outlet=code, what="estimate"),
        "back": runs.address("pay-overview", period=month, outlet=query.get("of", "")),
        "live": runs.address("pay-runs", period=month, outlet=code),
    }
    return render(request, "pay/runs/accrual.html", context)


def _table(one: AccrualSeen) -> Table:
    """A row for each person with a column for each component, and what all come to."""
    columns = [
        Column("person", _("Person")),
        *(Column(code, pair[not chinese()], kind="money") for code, pair in one.components.items()),
        Column("total", _("Total"), kind="money"),
    ]
    rows = [_person(one, person) for person in one.people]
    sums = [sum(p.amounts.get(code, 0) for p in one.people) for code in one.components]
    totals = Row([Cell(_("Total")), *sums, one.total])
    return Table(columns, rows, caption=named(one), totals=totals, phone="cards")


def _person(one: AccrualSeen, person: AccruedPerson) -> Row:
    url = runs.address("pay-statement", person.number, one.month, outlet=one.outlet.code)
    cells = [person.amounts.get(code) for code in one.components]
    return Row([Cell(person.name, href=url, note=person.number), *cells, person.total])


urlpatterns = [
    path("pay/accrue", accrue, name="pay-accrue"),
    path("pay/accrual", accrual, name="pay-accrual"),
]
