"""待决事项: records that pay cannot rest on, each with its mend, and what somebody decides."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cheji.actions import pay as actions
from cheji.reads import people
from cheji.reads.asking import Asked
from cheji.reads.asking import Page as Found
from cheji.reads.pay import ExceptionSeen
from cheji.reads.pay import exception_lists as reads
from cheji.records.refusals import NotFound, NotYours, Refused
from cheji.records.visibility import Viewer
from cheji.web import runs
from cheji.web.asked import posted
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import lines
from cheji.web.labels import sentence
from cheji.web.navigation import record_url
from cheji.web.pay_run_words import overseer
from cheji.web.templatetags.parts import Cell, Column, Empty, Page, Row, Table
from cheji.web.viewers import now
from cheji.web.wording import month_text

SIZE: Final = 50
RIGHT: Final = "pay.decide"
#: What is wrong, what mends it, and what "accept" means of it.
KINDS: Final[dict[str, tuple[Any, Any]]] = {
    "missing_cost": (
        gettext_lazy("The cost is not known"),
        gettext_lazy("Enter the cost of the order; shares of its gross are paid then."),
    ),
    "missing_floor": (
        gettext_lazy("There is no floor price"),
        gettext_lazy("Enter the floor price of the model; shares of the excess are paid then."),
    ),
    "below_floor": (
        gettext_lazy("Sold below the floor price"),
        gettext_lazy("Approve the sale here, or correct the order or the floor price."),
    ),
    "unknown_model": (
        gettext_lazy("The model is not known"),
        gettext_lazy("Correct the model of the order, or add it to the models."),
    ),
    "negative_price": (
        gettext_lazy("The price is below zero"),
        gettext_lazy("Correct the amounts of the order."),
    ),
    "no_post": (
        gettext_lazy("Nobody in post sold it"),
        gettext_lazy("Give the person a post on that day, or share the order out anew."),
    ),
    "no_plan": (
        gettext_lazy("No pay plan is for it"),
        gettext_lazy("Publish a pay plan for the post, or decide here."),
    ),
    "no_score": (
        gettext_lazy("There is no score"),
        gettext_lazy("Publish the score of the month; without one the coefficient is 1."),
    ),
}
HOWS: Final[dict[str, Any]] = {
    "accept": pgettext_lazy("exception", "Right as it stands"),
    "leave_out": pgettext_lazy("exception", "Leave out for now"),
}
STATES: Final[dict[str, Any]] = {
    "open": pgettext_lazy("exception", "Open"),
    "decided": pgettext_lazy("exception", "Decided"),
}


@require_GET
def exceptions(request: HttpRequest) -> HttpResponse:
    """What waits for a decision; the open ones unless others are asked for."""
    return _page(request, request.GET)


def _page(request: HttpRequest, given: QueryDict, fault: str = "") -> HttpResponse:
    who = overseer(request)
    asked = _asked(given)
    found = reads.exception_list(who, asked)
    chosen = dict(asked.filters)
    context = {
        "name": _("Exceptions"),
        "fault": fault,
        "given": given if fault else {},
        "chosen": chosen,
        "months": runs.months(who.on, posted(given, "period") or _this_month(who)).options,
        "outlets": [(one.code, one.name) for one in people.outlets(who)],
        "kinds": [(code, label) for code, (label, _mend) in KINDS.items()],
        "states": list(STATES.items()),
        "hows": list(HOWS.items()),
        "decides": who.can(RIGHT) and chosen["state"] == "open",
        "table": _table(
            who, found, decides=chosen["state"] == "open", ticked=given.getlist("select")
        ),
        "page": Page(found.page, found.pages, found.count, found.size),
        "count": found.count,
    }
    return render(request, "pay/runs/exceptions.html", context, status=422 if fault else 200)


def _this_month(who: Viewer) -> int:
    return who.on.year * 100 + who.on.month


def _asked(given: Mapping[str, str]) -> Asked:
    period = posted(given, "period")
    state, kind = given.get("state", "open"), given.get("kind", "")
    filters = (
        ("outlet", given.get("outlet", "")[:20]),
        ("period", str(runs.checked_month(period)) if period else ""),
        ("kind", kind if kind in KINDS else ""),
        ("state", state if state in STATES else "open"),
    )
    size = min(max(1, posted(given, "size", SIZE)), 100)
    return Asked(filters=filters, page=max(1, posted(given, "page", 1)), size=size)


def _table(
    who: Viewer, found: Found[ExceptionSeen], *, decides: bool, ticked: Collection[str]
) -> Table:
    columns = [
        Column("kind", pgettext("exception", "What is wrong")),
        Column("record", _("Record")),
        Column("outlet", _("Outlet")),
        Column("period", _("Month")),
        Column("person", _("Person")),
        Column("state", _("State"), kind="badge"),
        Column("how", _("Decision")),
    ]
    return Table(
        columns=columns,
        rows=[
            replace(row, ticked=row.key in ticked)
            for row in (_row(one, link=who.can(RIGHT)) for one in found.rows)
        ],
        caption=_("Exceptions"),
        phone="cards",
        free=True,
        select=decides and who.can(RIGHT),
        empty=Empty(
            _("Nothing waits"),
            _("Calculating a run looks at every record again and lists here what is not right."),
            icon="circle-check",
        ),
    )


def _row(one: ExceptionSeen, *, link: bool) -> Row:
    label, mend = KINDS[one.kind]
    url = reverse("pay-exception", args=[one.id])
    record = record_url(one.source.noun, one.source.id) if one.source.id else ""
    if one.source.noun == "person" and one.source.id:
        record = reverse("person", args=[one.source.text])
    return Row(
        [
            Cell(str(label), href=url, title=str(mend)),
            Cell(one.source.text or "—", href=record),
            Cell(one.outlet.name, note=one.outlet.code),
            month_text(one.period),
            one.person.name if one.person else None,
            Cell(str(STATES[one.state]), state="warn" if one.state == "open" else "good"),
            Cell(str(HOWS.get(one.how, "")) or None, title=one.decision, note=one.decided_by),
        ],
        href=url,
        key=f"{one.id}:{one.version}" if link else "",
    )


@require_GET
def exception(request: HttpRequest, record_id: int) -> HttpResponse:
    """One exception: what is wrong with which record, what mends it, what was decided."""
    who = overseer(request)
    one = reads.exception(who, record_id)
    label, mend = KINDS[one.kind]
    row = _row(one, link=False)
    context = {
        "name": f"{label} · {one.source.text or '—'}",
        "found": one,
        "mend": mend,
        "record": row.cells[1],
        "month": month_text(one.period),
        "state": row.cells[5],
        "how": HOWS.get(one.how, ""),
        "back": runs.address("pay-exceptions", outlet=one.outlet.code, period=one.period),
        "deeds": BOOK.buttons(who, one),
    }
    return render(request, "pay/runs/exception.html", context)


# -- deciding ----------------------------------------------------------------------------------


class DecideForm(DeedForm):
    """Whether it is right as it stands, and why."""

    how = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=list(HOWS.items()), widget=forms.RadioSelect
    )
    decision = lines(gettext_lazy("Reason of the decision"), required=True)
    segments = ("how",)
    wide = ("decision",)


def _decide(
    by: Viewer, at: datetime, row: ExceptionSeen, given: Mapping[str, Any], _form: Any
) -> object:
    return actions.decide_exception(by=by, at=at, exception=row.id, **given)


BOOK = Book(
    noun="pay-exception",
    read=reads.exception,
    title=lambda row: f"{KINDS[row.kind][0]} · {row.source.text}",
    version=lambda row: row.version,
    deeds={
        "decide": Deed(
            gettext_lazy("Decide"), "check", RIGHT, DecideForm, _decide,
            gettext_lazy("The decision is written down."), lambda row: row.state == "open",
            intro=gettext_lazy(
                "Right as it stands: it is paid as the record says. Leave out for now: it is not"
                " paid, and comes as a correction once the record is put right. Calculate the run"
                " again afterwards."
            ),
        )
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """Decide one exception."""
    overseer(request)
    return BOOK.view(request, record_id, slug)


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """The same decision for those that are ticked; each that is refused is told."""
    who, given = overseer(request), request.POST
    who.must(RIGHT)
    chosen = [found for found in map(_chosen, given.getlist("select")) if found is not None]
    if not chosen:
        return _page(request, given, _("Tick something first."))
    done, refused = 0, []
    for number, version in chosen[: 2 * SIZE]:
        try:
            actions.decide_exception(
                by=who, at=now(), exception=number, how=given.get("how", ""),
                decision=given.get("decision", ""), version=version,
            )  # fmt: skip
            done += 1
        except (NotFound, NotYours):
            raise
        except Refused as refusal:
            refused.append(sentence(refusal))
    if done:
        text = ngettext("{count} decided.", "{count} decided.", done)
        messages.success(request, text.format(count=done))
    if refused:
        return _page(request, given, " · ".join(dict.fromkeys(refused)))
    outlet, period = given.get("outlet", ""), given.get("period", "")
    return redirect(runs.address("pay-exceptions", outlet=outlet, period=period))


def _chosen(key: str) -> tuple[int, int] | None:
    """Number and version of a ticked row."""
    number, _colon, version = key.partition(":")
    whole = all(one.isascii() and one.isdecimal() and len(one) < 10 for one in (number, version))
    return (int(number), int(version)) if whole else None


urlpatterns = [
    path("pay/exceptions", exceptions, name="pay-exceptions"),
    path("pay/exceptions/many", many, name="pay-exceptions-many"),
    path("pay/exceptions/<int:record_id>", exception, name="pay-exception"),
    path("pay/exceptions/<int:record_id>/<slug:slug>", deed, name="pay-exception-deed"),
]
