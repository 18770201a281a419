"""Saying that one's own pay is wrong: which line or order, what kind, and what is wrong."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions import pay as verbs
from cheji.reads import pay as reads
from cheji.reads import people
from cheji.reads.pay import StatementSeen
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web import pay_reasons as told
from cheji.web.asked import number as asked_number
from cheji.web.forms import ActionForm, lines, words
from cheji.web.pay_case_words import DISPUTES
from cheji.web.runs import address as to
from cheji.web.runs import checked_month
from cheji.web.templatetags import figures
from cheji.web.viewers import now, viewer
from cheji.web.wording import month_text, named


class DisputeForm(ActionForm):
    """What is wrong, with which line or order, and whom it is against."""

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
    text = lines(pgettext_lazy("dispute", "What is wrong"), 2000, required=True)
    evidence = lines(gettext_lazy("Evidence"), 400)
    wide = ("kind", "text", "evidence")

    def __init__(self, *args: Any, found: StatementSeen, **kwargs: Any) -> None:
        self.found = found
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        """Offer the statement's kept lines, and the colleagues of the outlet."""
        self._offer("line", _lines(self.found))
        others = [
            (str(row.id), f"{row.name} · {row.number}")
            for row in people.consultants(self.who, self.found.outlet.code)
            if row.id != self.who.person
        ]
        self._offer("against", others)

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
        )


def _lines(found: StatementSeen) -> list[tuple[str, str]]:
    """Kept lines by their record, component and amount; of a deal also one that paid nothing."""
    return [
        (
            str(line.id),
            " · ".join((told.record_text(line), named(line), figures.money(line.fen))),
        )
        for line in found.lines
        if line.id is not None and (line.fen or line.deal is not None)
    ]


@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest) -> HttpResponse:
    """A form for one's own month; the other side and who decides are told."""
    who = viewer(request)
    found, chosen = _found(request, who)
    form = DisputeForm(
        request.POST if request.method == "POST" else None,
        who=who,
        found=found,
        initial={"line": chosen or "", "kind": "amount" if chosen else "missing_car"},
    )
    if done := form.submit(lambda given: _dispute(who, form, given)):
        messages.success(request, _("Said. It is decided within seven days."))
        return redirect("pay-case", done.id)
    context = {
        "name": _("Something is wrong with my pay"),
        "form": form,
        "month": month_text(found.month),
        "back": to("pay-statement", found.person.number, found.month, outlet=found.outlet.code),
    }
    return render(request, "pay/dispute.html", context, status=form.status)


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
