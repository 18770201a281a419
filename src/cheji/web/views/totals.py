"""Daily totals of outlets that keep counts instead of single events: list, and one day's form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import visits as actions
from cheji.files.kinds import KINDS
from cheji.reads import visits as reads
from cheji.reads.asking import Asked
from cheji.reads.visits import TotalRow
from cheji.web.entering import outlet_given, outlet_links
from cheji.web.forms import AtOutlet, MoneyField, day_field, limit_to_today
from cheji.web.lists import Filter, Listed, Shown, outlet_filter, page_of
from cheji.web.records import name_of
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese

MONEY = ("ad_spend", "ad_subsidy")
NOT_COUNTS = ("outlet_code", "on_date", "person")
COUNTS = [one for one in KINDS["daily_totals"].columns if one.code not in NOT_COUNTS]
IN_FRONT = ("visits", "intent_new", "orders_new", "deliveries_walk_in", "lost", "ad_spend")


@require_GET
def totals(request: HttpRequest) -> HttpResponse:
    """One row per outlet, day and, where kept, person."""
    who = viewer(request)
    mine = who.can("totals.write")
    return page_of(
        request,
        Listed(
            title=_("Daily totals"),
            find=reads.daily_totals,
            shown=_columns(),
            filters=[
                outlet_filter(who),
                Filter("since", _("From")),
                Filter("until", _("Until")),
                Filter("person", _("Consultant"), hidden=True),
            ],
            sort="-on",
            href=_url if mine else None,
            empty=Empty(
                _("No daily totals here"),
                _("They are for outlets that keep counts per day and no single events."),
                reverse("enter-totals") if mine else "",
                _("Enter a day") if mine else "",
                "table",
            ),
            more={"buttons": [(reverse("enter-totals"), "plus", _("Enter a day"))] if mine else []},
        ),
    )


def _url(row: TotalRow) -> str:
    return f"{reverse('enter-totals')}?outlet={row.outlet.code}&on={row.on.isoformat()}"


def _columns() -> list[Shown[TotalRow]]:
    counts = [
        Shown[TotalRow](
            Column(one.code, title(one), kind="money" if one.code in MONEY else "number"),
            _count(one.code),
            extra=one.code not in IN_FRONT,
        )
        for one in COUNTS
    ]
    return [
        Shown(Column("outlet", _("Outlet")), lambda row: row.outlet.name),
        Shown(Column("on", _("Date"), kind="date", sortable=True), lambda row: Cell(row.on)),
        Shown(Column("person", _("Consultant")), lambda row: name_of(row.person), extra=True),
        *counts,
    ]


def title(column: Any) -> str:
    return str(column.zh if chinese() else column.en)


def _count(code: str) -> Any:
    return lambda row: Cell(dict(row.counts).get(code))


class TotalsForm(AtOutlet):
    """The counts of one day; what is left empty is not counted."""

    on = day_field()

    def set_up(self) -> None:
        limit_to_today(self.fields["on"], self.who.on)
        for column in COUNTS:
            field: forms.Field
            if column.code in MONEY:
                field = MoneyField(label=title(column), required=False)
            else:
                field = forms.IntegerField(
                    label=title(column), required=False, min_value=0, max_value=100_000
                )
                field.widget.attrs["inputmode"] = "numeric"
            self.fields[column.code] = field

    @property
    def folded(self) -> list[str]:  # type: ignore[override]
        return [one.code for one in COUNTS if one.code not in IN_FRONT]

    def counts(self) -> dict[str, int]:
        """What was filled in; money in fen."""
        given = self.cleaned_data
        return {
            one.code: given[one.code]
            for one in COUNTS
            if given.get(one.code) is not None and self.data.get(one.code, "").strip()
        }


@require_http_methods(["GET", "POST"])
def enter_totals(request: HttpRequest) -> HttpResponse:
    """Enter or replace the counts of one day of one outlet."""
    who = viewer(request)
    who.must("totals.write")
    outlet = outlet_given(request, who)
    initial = _kept(request, outlet.code)
    form = TotalsForm(request.POST or None, who=who, outlet=outlet, initial=initial)
    if request.method == "POST":
        done = form.submit(
            lambda given: actions.count_day(
                by=who, at=now(), outlet=outlet.id, on=given["on"], counts=form.counts()
            )
        )
        if done:
            messages.success(
                request, _("The counts of {day} are kept.").format(day=form.cleaned_data["on"])
            )
            return redirect(f"{reverse('totals')}?outlet={outlet.code}")
    context = {
        "form": form,
        "title": _("Daily totals"),
        "outlets": outlet_links(who, outlet),
        "outlet": outlet,
        "submit": _("Keep the counts"),
        "back": reverse("totals"),
    }
    return render(request, "entry/form.html", context, status=form.status)


def _kept(request: HttpRequest, outlet: str) -> dict[str, object]:
    """What stands there for the day of the address."""
    on = request.GET.get("on", "")
    if not on:
        return {}
    asked = Asked(filters=(("outlet", outlet), ("since", on), ("until", on)), size=50)
    rows = reads.daily_totals(viewer(request), asked).rows
    mine = next((row for row in rows if row.person is None), None)
    return {"on": on, **(dict(mine.counts) if mine else {})}


urlpatterns = [
    path("totals", totals, name="totals"),
    path("totals/enter", enter_totals, name="enter-totals"),
]
