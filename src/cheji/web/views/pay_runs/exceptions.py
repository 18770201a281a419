"""待决事项: records that pay cannot rest on, each with its mend, and what somebody decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cheji.actions import pay as actions
from cheji.reads import people
from cheji.reads.asking import Asked
from cheji.reads.pay import ExceptionSeen
from cheji.reads.pay import exception_lists as reads
from cheji.reads.pay.months import MonthAsked, uncalculated
from cheji.records.refusals import NotFound, NotYours, Refused
from cheji.records.registers import REGISTERS
from cheji.records.visibility import Viewer
from cheji.web import runs
from cheji.web.asked import posted
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import lines
from cheji.web.labels import sentence
from cheji.web.pay_exceptions import (
    HOWS,
    KINDS,
    STATES,
    exception_table,
    floor_table,
    floor_url,
    nothing_waits,
    plan_name,
    record_cell,
    sale_terms,
)
from cheji.web.pay_run_words import overseer, uncalculated_text
from cheji.web.templatetags.parts import Cell, Empty, Page
from cheji.web.viewers import now
from cheji.web.wording import month_text

SIZE: Final = 50
RIGHT: Final = "pay.decide"
FLOOR: Final = REGISTERS["floor_price"]
#: How many are decided in one go.
MOST: Final = 500
#: Models without a floor price on one page.
MODELS: Final = 100


@require_GET
def exceptions(request: HttpRequest) -> HttpResponse:
    """What waits for a decision; the open ones unless others are asked for."""
    return _page(request, request.GET)


def _page(request: HttpRequest, given: QueryDict, fault: str = "") -> HttpResponse:
    who = overseer(request)
    asked = _asked(given)
    found, models = reads.exception_list(who, asked), reads.floors_wanted(who, asked)
    chosen = dict(asked.filters)
    decides = who.can(RIGHT) and chosen["state"] == "open"
    ticked = given.getlist("select") if decides else None
    enter = who.can(FLOOR.right)
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
        "decides": decides,
        "models": floor_table(models[:MODELS], chosen["period"], enter=enter, ticked=ticked),
        "more": max(0, len(models) - MODELS),
        "table": exception_table(
            found.rows, state=chosen["state"], ticked=ticked, empty=_empty(who, chosen)
        ),
        "page": Page(found.page, found.pages, found.count, found.size),
        "count": found.count + sum(len(one.keys) for one in models),
    }
    return render(request, "pay/runs/exceptions.html", context, status=422 if fault else 200)


def _empty(who: Viewer, chosen: Mapping[str, str]) -> Empty:
    """What stands in place of a list: of a month whether it was looked through at all."""
    if not chosen["period"] or chosen["state"] != "open":
        return nothing_waits("", "")
    asked = MonthAsked(int(chosen["period"]), outlet=chosen["outlet"])
    text = uncalculated_text(*uncalculated(who, asked))
    return nothing_waits(text, runs.address("pay-runs", period=asked.month, outlet=asked.outlet))


def _this_month(who: Viewer) -> int:
    return who.on.year * 100 + who.on.month


def _asked(given: Mapping[str, str]) -> Asked:
    period = posted(given, "period")
    state, kind = given.get("state", "open"), given.get("kind", "")
    filters = (
        ("outlet", given.get("outlet", "")[:20]),
        ("period", str(runs.checked_month(period)) if period else ""),
        ("kind", kind if kind in KINDS else ""),
        ("model", given.get("model", "")[:80]),
        ("state", state if state in STATES else "open"),
    )
    size = min(max(1, posted(given, "size", SIZE)), 100)
    return Asked(filters=filters, page=max(1, posted(given, "page", 1)), size=size)


@require_GET
def exception(request: HttpRequest, record_id: int) -> HttpResponse:
    """One exception: what is wrong with which record, what mends it, what was decided."""
    who = overseer(request)
    one = reads.exception(who, record_id)
    label, mend = KINDS[one.kind]
    context = {
        "name": f"{label} · {one.source.text or '—'}",
        "found": one,
        "mend": mend,
        "enter": floor_url(one) if who.can(FLOOR.right) else "",
        "models": reverse("models") if one.kind == "unknown_model" else "",
        "record": record_cell(one),
        "terms": sale_terms(one),
        "plan": plan_name(one),
        "month": month_text(one.period),
        "state": Cell(str(STATES[one.state]), state="warn" if one.state == "open" else "good"),
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
                "Right as it stands: it is paid as the record says; components that need a cost or"
                " floor price not known pay nothing of it until it is entered, all others pay."
                " Leave out for now: it is not paid, and comes as a correction once the record is"
                " put right. Calculate the run again afterwards."
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
    chosen = [key for each in given.getlist("select") for key in _chosen(each)]
    if not chosen:
        return _page(request, given, _("Tick something first."))
    if len(chosen) > MOST:
        text = _("{count} are ticked; at most {most} are decided at once. Untick some.")
        return _page(request, given, text.format(count=len(chosen), most=MOST))
    done, refused = 0, []
    for number, version in chosen:
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
        text = ngettext(
            "{count} decided. Calculate the run again once all are.",
            "{count} decided. Calculate the run again once all are.",
            done,
        )
        messages.success(request, text.format(count=done))
    if refused:
        return _page(request, given, " · ".join(dict.fromkeys(refused)))
    kept = {name: given.get(name, "") for name in ("outlet", "period", "kind")}
    return redirect(runs.address("pay-exceptions", **kept))


def _chosen(each: str) -> list[tuple[int, int]]:
    """Numbers and versions of a ticked row: of one exception, or of all cars of a model."""
    found = []
    for key in each.split():
        number, _colon, version = key.partition(":")
        if all(one.isascii() and one.isdecimal() and len(one) < 10 for one in (number, version)):
            found.append((int(number), int(version)))
    return found


urlpatterns = [
    path("pay/exceptions", exceptions, name="pay-exceptions"),
    path("pay/exceptions/many", many, name="pay-exceptions-many"),
    path("pay/exceptions/<int:record_id>", exception, name="pay-exception"),
    path("pay/exceptions/<int:record_id>/<slug:slug>", deed, name="pay-exception-deed"),
]
