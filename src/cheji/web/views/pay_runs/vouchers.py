"""凭证: closed runs of a month for the books and the list to pay by, looked at before they go."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import pay as actions
from cheji.actions.pay.accruals import BOOKS, AccrualsDiffer
from cheji.engine.periods import from_key, period_of, preceding
from cheji.files.vouchers import FORMATS, Voucher
from cheji.files.vouchers.month import (
    ESTIMATES,
    LAST_NUMBER,
    WHATS,
    VoucherAsked,
    found_for,
    payroll_file,
    voucher_file,
    vouchers_of,
)
from cheji.reads.pay import accruals as accrued
from cheji.reads.pay import months
from cheji.reads.pay import vouchers as reads
from cheji.records import audit
from cheji.records.refusals import BadValue, NotFound, NotYours, Refused
from cheji.records.visibility import Viewer
from cheji.web import runs
from cheji.web.asked import number, posted
from cheji.web.labels import sentence
from cheji.web.list_files import attachment
from cheji.web.pay_run_words import overseer, uncalculated_text
from cheji.web.templatetags.parts import Card, Cell, Column, Row, Table
from cheji.web.viewers import now
from cheji.web.views.pay_runs.months import run_key
from cheji.web.wording import chinese, month_text, named

#: Vouchers that are shown; the file has all of them.
SHOWN: Final = 6


@require_GET
def vouchers(request: HttpRequest) -> HttpResponse:
    """What the file would say, and the files."""
    return _page(request)


def _page(request: HttpRequest, fault: str = "") -> HttpResponse:
    who, asked = _asked(request)
    estimated = asked.what in ESTIMATES
    found = found_for(who, asked, SHOWN)
    count, fen = (
        (len(found), sum(one.total for one in found))
        if estimated
        else reads.closed_sum(who, asked.month, asked.outlet)
    )
    booking = reads.booking(who, asked.month, asked.outlet, paying=asked.what == "payment")
    fails = booking.fault if asked.what in ("accrual", "payment") else None
    refused = sentence(fails) if fails else ""
    shown: list[Voucher] = []
    try:
        shown = [] if refused else vouchers_of(asked, found)
    except Refused as refusal:
        refused = sentence(refusal)
    missing, every = months.uncalculated(who, months.MonthAsked(asked.month, outlet=asked.outlet))
    going = reads.open_runs(who, asked.month, asked.outlet)
    query = {"period": asked.month, "outlet": asked.outlet}
    context = {
        "name": _("Vouchers"),
        "choice": runs.months(who.on, asked.month),
        "fault": fault or refused,
        "asked": asked,
        "last_number": LAST_NUMBER,
        "month": month_text(asked.month),
        "whats": [(code, zh if chinese() else en) for code, (zh, en) in WHATS.items()],
        "outlets": [(one.code, one.name) for one in months.outlets_of(who)],
        "cards": [
            Card(pgettext("pay", "Accruals") if estimated else _("Closed runs"), count),
            Card(_("Total"), fen, "money"),
            Card(_("Not closed yet"), going + missing),
        ],
        "shown": [(one, voucher_table(one)) for one in shown[:SHOWN]],
        "more": max(0, (count if asked.what in ("accrual", "payment") else len(shown)) - SHOWN)
        if shown
        else 0,
        "files": _files(who, asked) if count and not refused else [],
        "payroll": runs.address("pay-payroll", **query)
        if count and not estimated and who.can("export")
        else "",
        "estimated": estimated,
        **(_estimates(who, asked, () if refused else found) if estimated else {}),
        "overview": runs.address("pay-overview", **query),
        "accounts": runs.address("pay-accounts", unit=asked.outlet),
        "uncalculated": uncalculated_text(missing, every),
        "month_url": runs.address("pay-runs", **query),
        "count": count,
        "paid": [] if estimated else [run_key(*one) for one in booking.ready],
        "held_up": 0 if estimated else booking.held,
    }
    return render(request, "pay/runs/vouchers.html", context, status=422 if fault else 200)


def _estimates(
    who: Viewer, asked: VoucherAsked, found: Sequence[reads.PayoutSeen]
) -> dict[str, Any]:
    """Which of the accruals in the file he can mark: as booked or, of booked ones, taken back."""
    books = accrued.in_the_books(who, asked.month, asked.outlet)
    his, back = accrued.within_right(who, asked.month, BOOKS), asked.what == "reversal"
    return {
        "back": back,
        "books": books,
        "marked": [one.run for one in found if one.run in his],
        "late": [pk for pk in books.unbooked if pk in his] if back else [],
    }


@require_POST
def marked(request: HttpRequest) -> HttpResponse:
    """Say that the books have the vouchers of these accruals, or of their reversal."""
    who, given = overseer(request), request.POST
    back, month = given.get("what") == "reversal", runs.checked_month(posted(given, "period", 0))
    ids = [int(one) for one in given.getlist("accrual") if one.isdecimal()]
    url = runs.address(
        "pay-vouchers", period=month, outlet=given.get("outlet", ""), what=given.get("from", "")
    )
    try:
        done = actions.book_accruals(by=who, at=now(), accruals=ids, back=back)
    except AccrualsDiffer as refusal:
        messages.error(request, sentence(refusal))
        return redirect(url)
    text = ngettext("{count} accrual is marked.", "{count} accruals are marked.", done.id)
    messages.success(request, text.format(count=done.id))
    return redirect(url)


def _asked(request: HttpRequest) -> tuple[Viewer, VoucherAsked]:
    """What the address asks for; without a month the one that ended last, payments today.

    What takes an estimate back is booked on the first day after its month.
    """
    who, query = overseer(request), request.GET
    usual = preceding(period_of(who.on, "month")).key
    what = query.get("what", "")
    back = what == "reversal"
    outlet = query.get("outlet", "")
    if outlet and outlet not in [one.code for one in months.outlets_of(who)]:
        raise NotFound(noun="outlet", key=outlet[:40])
    month = runs.checked_month(number(request, "period", usual))
    on = _day(query.get("on", "")) or (from_key("month", month).until if back else who.on)
    first = number(request, "first", 1)
    return who, VoucherAsked(month, on, outlet, what if what in WHATS else "accrual", first)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadValue(field="on", value=text[:40], why="YYYY-MM-DD") from None


def voucher_table(one: Voucher) -> Table:
    """Its rows with debit and credit, and both sums."""
    columns = [
        Column("text", pgettext("voucher", "Text")),
        Column("account", pgettext("voucher", "Account")),
        Column("department", _("Department"), phone=False),
        Column("debit", _("Debit"), kind="money"),
        Column("credit", _("Credit"), kind="money"),
    ]
    rows = [
        Row(
            [
                row.text,
                Cell(row.account.code, note=row.account.name),
                row.department,
                row.debit or None,
                row.credit or None,
            ]
        )
        for row in one.rows
    ]
    sums = sum(row.credit for row in one.rows)
    totals = Row([Cell(_("Total")), "", "", one.total, sums])
    return Table(columns, rows, caption=_("Voucher"), totals=totals, phone="cards", free=True)


def _files(who: Viewer, asked: VoucherAsked) -> list[tuple[str, str]]:
    """A file for each program, for whom a post allows files."""
    if not who.can("export"):
        return []
    query: dict[str, Any] = {
        "period": asked.month, "outlet": asked.outlet, "what": asked.what,
        "on": "" if asked.what in ("accrual", "estimate") else asked.on.isoformat(),
        "first": asked.first if asked.first > 1 else "",
    }  # fmt: skip
    return [
        (named(form), runs.address("pay-voucher-file", form.code, **query))
        for form in FORMATS.values()
    ]


@require_GET
def voucher(request: HttpRequest, form: str) -> HttpResponse:
    """The vouchers as a file for one program."""
    who, asked = _asked(request)
    who.must("export")
    if form not in FORMATS:
        raise NotFound(noun="list", key=form)
    try:
        content, suffix = voucher_file(who, asked, form)
    except (NotFound, NotYours, BadValue):
        raise
    except Refused as refusal:
        return _page(request, sentence(refusal))
    _told(who, "export.voucher", asked, form)
    return attachment(content, f"{asked.what}-{form}-{asked.month}", suffix)


@require_GET
def payroll(request: HttpRequest) -> HttpResponse:
    """The payroll list of the closed runs."""
    who, asked = _asked(request)
    who.must("export")
    try:
        content = payroll_file(who, asked.month, asked.outlet)
    except (NotFound, NotYours, BadValue):
        raise
    except Refused as refusal:
        return _page(request, sentence(refusal))
    _told(who, "export.payroll", asked, "xlsx")
    return attachment(content, f"payroll-{asked.month}", "xlsx")


def _told(who: Viewer, verb: str, asked: VoucherAsked, form: str) -> None:
    body = {"month": asked.month, "outlet": asked.outlet, "form": form}
    with transaction.atomic():
        audit.write(by=who, at=now(), verb=verb, body=body)


urlpatterns = [
    path("pay/vouchers/marked", marked, name="pay-vouchers-marked"),
    path("pay/vouchers", vouchers, name="pay-vouchers"),
    path("pay/vouchers/<slug:form>/file", voucher, name="pay-voucher-file"),
    path("pay/payroll.xlsx", payroll, name="pay-payroll"),
]
