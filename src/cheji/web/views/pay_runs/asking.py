"""Asking by hand: an amount, a split of an order's pay, an event that sets held money free."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions import pay as actions
from cheji.reads.pay import by_hand as reads
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer
from cheji.web.entering import outlet_given, outlet_links
from cheji.web.forms import AtOutlet, MoneyField, day_field, limit_to_today, lines
from cheji.web.forms import words as line
from cheji.web.pay_run_words import overseer, typed_names
from cheji.web.runs import months
from cheji.web.viewers import now
from cheji.web.views.pay_runs.by_hand import ASK, RELEASE, event_text

#: How many people can share a deal on the screen.
SHARERS = 4
Found = TypeVar("Found")


class TypedForm(AtOutlet):
    """An amount for somebody, with its reason."""

    person = forms.ChoiceField(label=gettext_lazy("Person"))
    period = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int)
    fen = MoneyField(label=gettext_lazy("Amount; a minus takes it off"))
    component = forms.ChoiceField(label=gettext_lazy("Component"))
    plan = forms.ChoiceField(label=gettext_lazy("Pay plan"), required=False)
    reason = lines(pgettext_lazy("why", "Reason"), required=True)
    evidence = line(gettext_lazy("Evidence: a document, a record, a witness"), 400)
    wide = ("reason", "evidence")

    def set_up(self) -> None:
        found = reads.choices(self.outlet.id)
        self._offer("person", self._people())
        self._offer("period", months(self.who.on, _this_month(self.who.on)).options)
        names = typed_names(found)
        self._offer("component", [(code, names[code]) for code in found.components])
        plans = [(code, names[code]) for code in found.plans]
        self._offer("plan", [("", _("That of the post")), *plans])
        for name, options in (("component", found.components), ("plan", found.plans)):
            if len(options) < 2:
                self.fields[name].widget = forms.HiddenInput()
                self.fields[name].initial = options[0] if name == "component" else ""

    def _people(self) -> list[tuple[str, str]]:
        people = reads.people_at(self.who, self.outlet.id)
        return [(str(one.id), f"{one.name} {one.number}") for one in people]

    def _offer(self, name: str, options: Any) -> None:
        self.fields[name].choices = list(options)  # type: ignore[attr-defined]


def _this_month(on: Any) -> int:
    return int(on.year * 100 + on.month)


class SplitForm(AtOutlet):
    """An order, and who is paid what share of it."""

    order = line(gettext_lazy("Order number"), 80, required=True)
    reason = lines(pgettext_lazy("why", "Reason"), required=True)
    wide = ("order", "reason")
    at = {"parts": "share1"}

    def set_up(self) -> None:
        people = [(str(one.id), f"{one.name} {one.number}") for one in
                  reads.people_at(self.who, self.outlet.id)]  # fmt: skip
        for place in range(1, SHARERS + 1):
            label = _("Person {number}").format(number=place)
            self.fields[f"person{place}"] = forms.ChoiceField(
                label=label, required=place <= 2, choices=[("", "—"), *people]
            )
            self.fields[f"share{place}"] = forms.DecimalField(
                label=_("Share in percent"), required=place <= 2, min_value=0, max_value=100,
                decimal_places=2, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
        self.order_fields(["order", *(f"{name}{place}" for place in range(1, SHARERS + 1)
                                      for name in ("person", "share")), "reason"])  # fmt: skip

    def parts(self) -> list[tuple[int, int]]:
        """Who and how much, in 1/10,000."""
        found = []
        for place in range(1, SHARERS + 1):
            who, share = (self.cleaned_data.get(f"{name}{place}") for name in ("person", "share"))
            if who and share:
                found.append((int(who), int(Fraction(share) * 100)))
        return found


class EventForm(AtOutlet):
    """What happened to which deal, and when."""

    kind = forms.ChoiceField(label=pgettext_lazy("pay", "Event"))
    order = line(
        gettext_lazy("Order number, or VIN of one car"), 80, required=True,
        help_text=gettext_lazy("Of an order of several cars the event is about all of them."),
    )  # fmt: skip
    on = day_field()
    evidence = line(gettext_lazy("Evidence: a document, a record, a witness"), 400)
    wide: ClassVar[Sequence[str]] = ("evidence",)

    def set_up(self) -> None:
        found = reads.choices(self.outlet.id).events
        self.fields["kind"].choices = [(code, event_text(code)) for code in found]  # type: ignore[attr-defined]
        if not found:
            self.fields["kind"].help_text = _("No pay plan of the outlet holds pay until an event.")
        limit_to_today(self.fields["on"], self.who.on)


def _asked_typed(form: Any, given: dict[str, Any]) -> Any:
    person = int(given.pop("person"))
    asked = actions.Asked(outlet=form.outlet.id, person=person, **given)
    return actions.ask_manual(by=form.who, at=now(), asked=asked)


def _asked_split(form: Any, given: dict[str, Any]) -> Any:
    order = _found(form, given["order"], reads.order_named)
    return actions.share_deal(
        by=form.who, at=now(), order=order, parts=form.parts(), reason=given["reason"]
    )


def _asked_event(form: Any, given: dict[str, Any]) -> Any:
    source = _found(form, given.pop("order"), reads.deal_named)
    return actions.release_event(by=form.who, at=now(), source=source, **given)


def _found(form: Any, named: str, find: Callable[[Viewer, int, str], Found]) -> Found:
    """What is not found is said at its field."""
    try:
        return find(form.who, form.outlet.id, named.strip())
    except NotFound:
        raise BadValue(field="order", value=named[:40], why=form.outlet.name) from None


#: What can be asked for: the right, the form, what is done, title, intro, button, where it stands.
ASKS: dict[str, tuple[str, type[AtOutlet], Any, Any, Any, str]] = {
    "typed": (
        ASK, TypedForm, _asked_typed, gettext_lazy("Ask for an amount"),
        gettext_lazy("A second person, who is not paid by it, approves it."), "pay-typed-line",
    ),
    "split": (
        ASK, SplitForm, _asked_split, gettext_lazy("Share a deal"),
        gettext_lazy("Shares of pay add up to 100 percent; a second person approves them."),
        "pay-split",
    ),
    "event": (
        RELEASE, EventForm, _asked_event, gettext_lazy("Enter an event"),
        gettext_lazy("What is held of the deal until this event is paid by the next run."),
        "pay-typed-event",
    ),
}  # fmt: skip
LISTS = {"typed": "pay-typed", "split": "pay-splits", "event": "pay-typed-events"}


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, noun: str) -> HttpResponse:
    """The form of one of them, at an outlet."""
    who = overseer(request)
    right, kind, act, title, intro, name = ASKS[noun]
    who.must(right)
    outlet = outlet_given(request, who)
    form: Any = kind(request.POST or None, who=who, outlet=outlet)
    done = form.submit(lambda given: act(form, given)) if form.is_bound else None
    if done:
        messages.success(request, _("Written down."))
        return redirect(name, done.id)
    context = {
        "form": form, "title": title, "subject": outlet.name, "intro": intro, "button": title,
        "icon": "plus", "back": reverse(LISTS[noun]), "outlets": outlet_links(who, outlet),
    }  # fmt: skip
    return render(request, "pay/runs/ask.html", context, status=form.status)


urlpatterns = [
    path("pay/typed/new", new, {"noun": "typed"}, name="pay-typed-new"),
    path("pay/splits/new", new, {"noun": "split"}, name="pay-split-new"),
    path("pay/events/new", new, {"noun": "event"}, name="pay-typed-event-new"),
]
