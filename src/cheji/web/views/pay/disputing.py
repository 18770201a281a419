"""Saying that one's own pay is wrong: which line or order, what kind, and what is wrong."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions import pay as verbs
from cheji.engine.periods import from_key
from cheji.reads import pay as reads
from cheji.reads import people
from cheji.reads.pay import StatementSeen
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.asked import number as asked_number
from cheji.web.forms import ActionForm, lines, words
from cheji.web.pay_case_words import DISPUTES
from cheji.web.pay_records import record_text
from cheji.web.runs import address as to
from cheji.web.runs import checked_month
from cheji.web.templatetags import figures
from cheji.web.viewers import now, viewer
from cheji.web.wording import month_text, named

#: What each kind of dispute asks for beside what is wrong; nothing else of the form counts.
ASKS: Final[dict[str, frozenset[str]]] = {
    "collision": frozenset({"line", "order", "against", "relative"}),
    "cross_outlet": frozenset({"line", "order", "colleague", "relative"}),
    "missing_car": frozenset({"order"}),
    "wrong_model": frozenset({"line", "order"}),
    "amount": frozenset({"line"}),
}
TYPED: Final = ("order", "colleague", "relative")
SOME: Final = frozenset[str]().union(*ASKS.values())


class DisputeForm(ActionForm):
    """What is wrong, with which line or order, and whom it is against: as its kind asks."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What kind"), choices=list(DISPUTES.items()), widget=forms.RadioSelect
    )
    line = forms.TypedChoiceField(
        label=gettext_lazy("Line of the statement"), required=False, coerce=int, empty_value=None
    )
    order = words(
        gettext_lazy("Order number"), 40, help_text=gettext_lazy("For a car that is not listed.")
    )
    against = forms.TypedChoiceField(
        label=gettext_lazy("The other who claims it"), required=False, coerce=int, empty_value=None
    )
    colleague = words(
        gettext_lazy("Staff number of a colleague at another outlet"),
        40,
        help_text=gettext_lazy("For a car that was sold across outlets."),
    )
    relative = words(
        gettext_lazy("Phone of your customer, if of the buyer's family"),
        40,
        help_text=gettext_lazy("Spouses count as one customer; who decides looks into it."),
    )
    text = lines(pgettext_lazy("dispute", "What is wrong"), 2000, required=True)
    evidence = lines(gettext_lazy("Evidence"), 400)
    wide = ("kind", "text", "evidence")

    def __init__(self, *args: Any, found: StatementSeen, **kwargs: Any) -> None:
        self.found = found
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        """Offer the statement's kept lines, and the outlet's sellers of its month."""
        self._offer("line", _lines(self.found))
        during = from_key("month", self.found.month)
        others = [
            (str(row.id), f"{row.name} · {row.number}")
            for row in people.consultants(self.who, self.found.outlet.code, during)
            if row.id != self.who.person
        ]
        self._offer("against", others)

    def clean(self) -> dict[str, Any]:
        """What the kind does not ask for is not taken along from another choice."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in SOME - ASKS.get(given.get("kind", ""), SOME):
            empty = "" if name in TYPED else None
            given[name] = empty if name in given else given.get(name)
            self.errors.pop(name, None)
        return given

    def _css(self, name: str) -> str:
        """Which kinds a field is for: the page shows it for them alone."""
        kinds = [f"for-{kind}" for kind, asks in ASKS.items() if name in asks]
        return " ".join([super()._css(name), *(["only", *kinds] if kinds else [])]).strip()

    def _offer(self, name: str, pairs: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        if not pairs:
            del self.fields[name]
            return
        field.choices = [("", "—"), *pairs]

    def about(self, given: Mapping[str, Any]) -> verbs.About:
        """What the dispute is about: the line where one is chosen, else the month."""
        return verbs.About(
            line=given.get("line"),
            outlet=self.found.outlet.id,
            period=self.found.month,
            order=given["order"].strip(),
            against=given.get("against"),
            colleague=given["colleague"],
            relative=given["relative"],
        )


def _lines(found: StatementSeen) -> list[tuple[str, str]]:
    """Kept lines by their record, component and amount; of a deal also one that paid nothing."""
    return [
        (
            str(line.id),
            " · ".join((record_text(line), named(line), figures.money(line.fen))),
        )
        for line in found.lines
        if line.id is not None and (line.fen or line.deal is not None)
    ]


@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest) -> HttpResponse:
    """A form for one's own month; the other side and who decides are told.

    Without script a button shows what the chosen kind asks for.
    """
    who = viewer(request)
    found, chosen = _found(request, who)
    choosing = "choose" in request.POST
    form = DisputeForm(
        request.POST if request.method == "POST" and not choosing else None,
        who=who,
        found=found,
        initial=request.POST.dict() if choosing else _begun(request, chosen),
    )
    if done := form.submit(lambda given: _dispute(who, form, given)):
        messages.success(request, _("Said. It is decided within seven days."))
        return redirect("pay-case", done.id)
    context = {
        "name": _("Something is wrong with my pay"),
        "form": form,
        "kind": kind if (kind := form["kind"].value()) in ASKS else "",
        "month": month_text(found.month),
        "back": to("pay-statement", found.person.number, found.month, outlet=found.outlet.code),
    }
    return render(request, "pay/dispute.html", context, status=form.status)


def _begun(request: HttpRequest, line: int) -> dict[str, object]:
    """From a paid line its amount; from elsewhere what the address says, or no kind yet."""
    if line:
        return {"line": line, "kind": "amount"}
    kind = request.GET.get("kind", "")
    order = request.GET.get("order", "")[:40]
    return {"kind": kind if kind in DISPUTES else None, "order": order}


def _found(request: HttpRequest, who: Viewer) -> tuple[StatementSeen, int]:
    """One's own statement of the month asked for, and the line from which one came."""
    if who.person is None or not who.can("pay.join"):
        raise NotFound(noun="pay statement", key="")
    line = asked_number(request, "line", 0)
    own = people.own_number(who)
    if line:
        at = reads.place_of(who, line)
        if at.number != own:
            raise NotFound(noun="pay line", key=line)
        return reads.statement(who, own, at.month, outlet=at.outlet, plan=at.plan), line
    month = checked_month(asked_number(request, "period", 0))
    return reads.statement(who, own, month, outlet=request.GET.get("outlet", "")), 0


def _dispute(who: Viewer, form: DisputeForm, given: Mapping[str, Any]) -> verbs.Done:
    return verbs.dispute(
        by=who,
        at=now(),
        kind=given["kind"],
        about=form.about(given),
        text=given["text"],
        evidence=given["evidence"],
    )


urlpatterns = [path("pay/dispute", dispute, name="pay-dispute")]
