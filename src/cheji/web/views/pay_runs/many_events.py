"""Release events of many deals at once: a line for each, entered one by one, each with its result.

A line that is there already stays as it is, so the same list can be sent again.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from time import monotonic

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from cheji.actions import pay as actions
from cheji.actions.deeds import TakenMeanwhile
from cheji.files.kinds import Column as FileColumn
from cheji.files.values import dates
from cheji.files.values.faults import Fault, Spelling
from cheji.reads.pay import by_hand as reads
from cheji.records.refusals import NotFound, Refused
from cheji.web.entering import outlet_given, outlet_links
from cheji.web.labels import sentence
from cheji.web.pay_run_words import overseer
from cheji.web.templatetags.parts import Cell, Column, Row, Table
from cheji.web.viewers import now
from cheji.web.views.pay_runs.asking import EventForm
from cheji.web.views.pay_runs.by_hand import RELEASE

MOST = 500
#: After so many seconds the page answers; the lines that were not reached stay in the form.
PATIENCE = 5
LENGTH = 120
DAY = FileColumn("on", "日期", "Date", "date")  # days are read as imports read them
BLANKS = str.maketrans("\t,，;；", "     ")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was typed: an order number or VIN and its own day, if it has one."""

    order: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a line: `entered` now, `there` before, or `refused` and why; the event.

    A line that was not reached in time is `left`.
    """

    line: Line
    state: str
    on: date | None = None
    why: str = ""
    event: int | None = None


def read(text: str) -> list[Line]:
    """In each line an order number or VIN, and after a tab, comma or blank its day."""
    rows = (row.translate(BLANKS).split(maxsplit=1) for row in text.splitlines())
    return list(dict.fromkeys(Line(row[0], "".join(row[1:]).strip()) for row in rows if row))


class EventsForm(EventForm):
    """What happened to which deals; one day for all lines that have none of their own."""

    order = None  # type: ignore[assignment]
    orders = forms.CharField(
        label=gettext_lazy("Order numbers or VINs, one in each line"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        max_length=MOST * LENGTH,
        help_text=gettext_lazy(
            "Paste a column from Excel. After a tab, comma or blank a line may have a day of its"
            " own; of the others it is the one below. An order number is all cars of the order, a"
            " VIN is that car alone."
        ),
    )
    wide = ("orders", *EventForm.wide)
    field_order = ("kind", "orders", "on", "evidence")

    def clean_orders(self) -> list[Line]:
        found = read(self.cleaned_data["orders"])
        if len(found) > MOST:
            raise forms.ValidationError(
                _("{count} lines; {most} at most at once.").format(count=len(found), most=MOST)
            )
        return found


def _result(form: EventsForm, line: Line) -> Result:
    """Enter the event of one line, by itself."""
    given = form.cleaned_data
    try:
        source = reads.deal_named(form.who, form.outlet.id, line.order)
    except NotFound:
        text = _("{outlet} has no order of this number and no car of this VIN.")
        return Result(line, "refused", why=text.format(outlet=form.outlet.name))
    if there := reads.event_there(form.who, given["kind"], source):
        return Result(line, "there", there.on, event=there.id)
    try:
        on = _day(line, given["on"])
        made = actions.release_event(
            by=form.who, at=now(), kind=given["kind"], source=source, on=on,
            evidence=given["evidence"],
        )  # fmt: skip
    except Fault:
        return Result(line, "refused", why=_("Not a day: {text}").format(text=line.day[:40]))
    except TakenMeanwhile:
        return Result(line, "there")
    except Refused as refusal:
        return Result(line, "refused", why=_said(form, refusal))
    return Result(line, "entered", on, event=made.id)


def _entered(form: EventsForm) -> list[Result]:
    """What became of the lines, until patience ends."""
    found: list[Result] = []
    end = monotonic() + PATIENCE
    for line in form.cleaned_data["orders"]:
        late = found and monotonic() >= end
        found.append(Result(line, "left") if late else _result(form, line))
    return found


def _said(form: EventsForm, refusal: Refused) -> str:
    """A rule's no, with the field as the form calls it."""
    field = form.fields.get(str(refusal.place.get("field", "")))
    if field is not None:
        refusal.place["field"] = field.label
    return sentence(refusal)


def _day(line: Line, usual: date) -> date:
    return dates.day(line.day, DAY, Spelling()) if line.day else usual


def _badge(state: str) -> Cell:
    labels = {
        "entered": (_("Entered"), "good"),
        "there": (_("There before"), ""),
        "refused": (_("Not entered"), "bad"),
    }
    label, tone = labels[state]
    return Cell(label, state=tone)


def _table(results: list[Result]) -> Table:
    """What became of each line, what was refused first; those that were not reached are counted."""
    columns = [
        Column("order", _("Order number or VIN")),
        Column("on", _("Date"), kind="date"),
        Column("state", _("Result"), kind="badge"),
        Column("why", _("Why")),
    ]
    rows = [
        Row([_order(one), one.on, _badge(one.state), one.why])
        for one in sorted(results, key=lambda one: one.state != "refused")
        if one.state != "left"
    ]
    return Table(columns, rows, caption=_summary(results), phone="cards", free=True)


def _order(one: Result) -> Cell:
    href = reverse("pay-typed-event", args=[one.event]) if one.event else ""
    return Cell(one.line.order, href=href)


def _summary(results: list[Result]) -> str:
    count = Counter(one.state for one in results)
    told = [
        ngettext("{count} entered", "{count} entered", count["entered"]),
        ngettext("{count} there before", "{count} there before", count["there"]),
        ngettext("{count} not entered", "{count} not entered", count["refused"]),
    ]
    each = zip(told, ("entered", "there", "refused"), strict=True)
    said = [text.format(count=count[state]) for text, state in each]
    if count["left"]:
        told_left = ngettext("{count} still to do", "{count} still to do", count["left"])
        said.append(told_left.format(count=count["left"]))
    return " · ".join(said)


def _tell_of_rest(request: HttpRequest, left: int) -> None:
    """That a long list goes on with the next press."""
    if left:
        text = ngettext(
            "{count} line was not reached yet and stands in the form: press the button again.",
            "{count} lines were not reached yet and stand in the form: press the button again.",
            left,
        )
        messages.info(request, text.format(count=left))


def _again(form: EventsForm, results: list[Result]) -> dict[str, str]:
    """What stays in the form: the lines that were not reached, then those that were refused."""
    left = [one.line for state in ("left", "refused") for one in results if one.state == state]
    orders = "\n".join(f"{line.order} {line.day}".strip() for line in left)
    return {**{name: str(form.data.get(name, "")) for name in form.fields}, "orders": orders}


@require_http_methods(["GET", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """The form, and after it what became of each line; what was refused stays to be mended."""
    who = overseer(request)
    who.must(RELEASE)
    outlet = outlet_given(request, who)
    form = EventsForm(request.POST or None, who=who, outlet=outlet)
    results = None
    if form.is_bound and form.is_valid():
        results = _entered(form)
        _tell_of_rest(request, sum(one.state == "left" for one in results))
        form = EventsForm(initial=_again(form, results), who=who, outlet=outlet)
    title = _("Enter events of many deals")
    context = {
        "form": form, "title": title, "subject": outlet.name,
        "results": results and _table(results),
        "intro": _("Each line is entered by itself. What is there already stays as it is, so the"
                   " same list can be sent again."),
        "button": title, "icon": "plus", "back": reverse("pay-typed-events"),
        "outlets": outlet_links(who, outlet),
    }  # fmt: skip
    return render(request, "pay/runs/ask.html", context, status=form.status)


urlpatterns = [path("pay/events/many", many, name="pay-typed-events-many")]
