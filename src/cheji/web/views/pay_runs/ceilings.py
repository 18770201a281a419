"""提成预算上限: what the pay of outlets' months may cost, looked at and set."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions import pay as actions
from cheji.actions.pay.ceilings import RIGHT
from cheji.engine.periods import month_key
from cheji.reads.pay import ceilings as reads
from cheji.reads.pay import months
from cheji.reads.pay.ceilings import WHOLE, Ceiling
from cheji.reads.seen import Where
from cheji.web import runs
from cheji.web.asked import number
from cheji.web.forms import ActionForm, MoneyField, choice
from cheji.web.pay_run_words import FEW, overseer
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell, Column, Row, Table
from cheji.web.viewers import now
from cheji.web.wording import month_text

KINDS: Final[dict[str, Any]] = {
    "share": gettext_lazy("Percent of its gross"),
    "month": gettext_lazy("Yuan for an outlet's month"),
    "unit": gettext_lazy("Yuan for each car"),
    "": pgettext_lazy("ceiling", "None"),
}

#: Months to come for which a ceiling can be set: a budget is made before its year.
AHEAD: Final = 12


class CeilingForm(ActionForm):
    """For which outlets, from which month on, how much."""

    kind = choice(gettext_lazy("Ceiling"), KINDS, required=False)
    amount = MoneyField(label=gettext_lazy("Ceiling: yuan or percent"), required=False)
    outlets = forms.MultipleChoiceField(
        label=gettext_lazy("Outlets"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all of them."),
    )
    segments = ("kind",)
    wide = ("outlets",)

    def set_up(self) -> None:
        self.everywhere = {str(one.pk): one.name for one in months.outlets_of(self.who)}
        self.fields["outlets"].choices = list(self.everywhere.items())  # type: ignore[attr-defined]
        self.fields["amount"].required = bool(self.data.get("kind"))


@require_http_methods(["GET", "POST"])
def ceilings(request: HttpRequest) -> HttpResponse:
    """What holds in a month at each outlet; who approves pay sets what holds from it on."""
    who = overseer(request)
    month = runs.checked_month(number(request, "period", month_key(who.on)))
    form = CeilingForm(request.POST or None, who=who)

    def act(given: dict[str, Any]) -> actions.Done:
        return actions.set_ceiling(
            by=who, at=now(), outlets=[int(one) for one in given["outlets"] or form.everywhere],
            since=month, kind=given["kind"], amount=given["amount"] or 0,
        )  # fmt: skip

    if request.method == "POST":
        who.must(RIGHT)
        if form.submit(act):
            messages.success(request, _("Saved. It holds from this month on."))
            return redirect(runs.address("pay-ceilings", period=month))
    context = {
        "name": _("Ceilings of pay"),
        "choice": runs.months(who.on, month, ahead=AHEAD),
        "month": month_text(month),
        "table": _table(reads.ceilings(who, month)),
        "form": form if who.can(RIGHT) else None,
        "back": runs.address("pay-overview", period=month),
    }
    return render(request, "pay/runs/ceilings.html", context, status=form.status)


def _table(found: Iterable[tuple[Where, Ceiling | None]]) -> Table:
    columns = [
        Column("outlet", _("Outlet")),
        Column("ceiling", _("Ceiling")),
        Column("since", _("Holds from")),
    ]
    rows = [
        Row([
            Cell(place.name, note=place.code),
            ceiling_text(one) if one else None,
            month_text(one.since) if one else None,
        ])
        for place, one in found
    ]  # fmt: skip
    return Table(columns, rows, caption=_("Ceilings of pay"), phone="cards", free=True)


def ceiling_text(one: Ceiling) -> str:
    """Such as “30 % of the gross of an outlet's month”."""
    if one.kind == "share":
        share = figures.percent(Fraction(one.amount, WHOLE))
        return _("{share} of the gross of an outlet's month").format(share=share)
    amount = figures.money(one.amount)
    if one.kind == "unit":
        return _("{amount} for each car").format(amount=amount)
    return _("{amount} for an outlet's month").format(amount=amount)


def over_text(found: list[tuple[Where, int]]) -> str:
    """Which outlets cost more than they may, and by how much; empty where none does."""
    if not found:
        return ""
    named = [
        _("{outlet} by {amount}").format(outlet=place.name, amount=figures.money(fen))
        for place, fen in sorted(found, key=lambda one: -one[1])
    ]
    text = _(", ").join(named[:FEW]) + ("…" if len(named) > FEW else "")
    return _("Over the ceiling ({count}): {outlets}").format(count=len(named), outlets=text)


urlpatterns = [path("pay/ceilings", ceilings, name="pay-ceilings")]
