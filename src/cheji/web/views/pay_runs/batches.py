"""A step asked for of many runs: how far it is, and the result at each outlet."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from cheji.reads.pay import batches as reads
from cheji.reads.pay.batches import BatchItemSeen, PayBatchSeen
from cheji.web import pay_run_words as words
from cheji.web import runs
from cheji.web.asked import number
from cheji.web.pay_run_words import overseer
from cheji.web.templatetags.figures import number as number_text
from cheji.web.templatetags.parts import Card, Cell, Column, Page, Row, Table
from cheji.web.wording import chinese, month_text

STATES: dict[str, tuple[Any, str]] = {
    "waiting": (pgettext_lazy("task", "Waiting"), ""),
    "done": (pgettext_lazy("task", "Done"), "good"),
    "refused": (pgettext_lazy("pay run", "Refused"), "bad"),
}


_ACCRUAL = gettext_lazy("Accrual as of now")


@require_GET
def batch(request: HttpRequest, record_id: int) -> HttpResponse:
    """The page asks again every second while something waits."""
    who = overseer(request)
    found = reads.pay_batch(who, record_id)
    items = reads.items(who, record_id, max(1, number(request, "page", 1)))
    asks = bool(request.headers.get("HX-Request"))
    view = "pay-overview" if found.verb == "accrue" else "pay-runs"
    context = {
        "name": str(words.VERBS.get(found.verb, _ACCRUAL)),
        "found": found,
        "month": month_text(found.month),
        "pay_view": view,
        "back": runs.address(view, period=found.month),
        "above": _("What pay costs") if found.verb == "accrue" else _("Pay of the month"),
        "cards": _cards(found),
        "stage": _stage(found),
        "gone": found.total - found.waiting,
        "table": _table(found, items.rows),
        "page": Page(items.page, items.pages, items.count, items.size, (items.size,)),
    }
    page = "pay/runs/progress.html" if asks else "pay/runs/batch.html"
    answer = render(request, page, context)
    if asks and not found.waiting:
        answer["HX-Refresh"] = "true"
    answer["Vary"] = "HX-Request"
    return answer


def _stage(found: PayBatchSeen) -> str:
    if found.stuck:
        return _("No background worker is running.")
    gone = found.total - found.waiting
    return _("{done} of {total} are done").format(
        done=number_text(gone), total=number_text(found.total)
    )


def _cards(found: PayBatchSeen) -> list[Card]:
    return [
        Card(pgettext("task", "Done"), found.done, state="good"),
        Card(pgettext("pay run", "Refused"), found.refused, state="bad" if found.refused else ""),
        Card(pgettext("task", "Waiting"), found.waiting),
    ]


def _table(found: PayBatchSeen, items: tuple[BatchItemSeen, ...]) -> Table:
    columns = [
        Column("outlet", _("Outlet")),
        Column("plan", _("Pay plan")),
        Column("state", _("Result"), kind="badge"),
        Column("why", _("Why")),
    ]
    rows = [_row(one, found) for one in items]
    return Table(columns, rows, caption=_("Result by outlet"), phone="cards", free=True)


def _row(one: BatchItemSeen, of: PayBatchSeen) -> Row:
    label, tone = STATES[one.state]
    url = reverse("pay-run", args=[one.run]) if one.run else ""
    name = "pay-accrual" if of.verb == "accrue" else "pay-runs"
    url = url or runs.address(name, outlet=one.outlet.code, period=of.month)
    return Row(
        [
            Cell(one.outlet.name, href=url, note=one.outlet.code),
            one.called[not chinese()],
            Cell(str(label), state=tone),
            (one.zh if chinese() else one.en) or "",
        ],
        href=url,
    )


urlpatterns = [path("pay/runs/batches/<int:record_id>", batch, name="pay-batch")]
