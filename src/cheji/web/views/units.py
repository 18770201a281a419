"""A unit of the organisation: what it is called, where it lies, its time zone."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import people as actions
from cheji.reads import people as reads
from cheji.reads.people import UnitSeen
from cheji.records.visibility import Viewer
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import words


class UnitForm(DeedForm):
    """What stands of the unit, to be changed."""

    name = words(gettext_lazy("Name"), 120, required=True)
    city = words(gettext_lazy("City"), 60)
    brand = words(gettext_lazy("Brand"), 60)
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Days of its records are those of this zone."),
    )

    def set_up(self) -> None:
        zones = sorted({self.record.timezone, *available_timezones()})
        self.fields["timezone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
        for name in ("name", "city", "brand", "timezone"):
            self.fields[name].initial = getattr(self.record, name)


def _change(by: Viewer, at: datetime, found: UnitSeen, given: dict[str, Any], _f: Any) -> object:
    return actions.rename_unit(by=by, at=at, unit=found.id, **given)


BOOK = Book(
    noun="unit",
    read=reads.unit,
    title=lambda found: found.name,
    version=lambda found: found.version,
    deeds={
        "edit": Deed(
            gettext_lazy("Change"), "edit", "units.write", UnitForm, _change,
            gettext_lazy("The unit is changed."),
        ),
    },
)  # fmt: skip


@require_GET
def unit(request: HttpRequest, record_id: int) -> HttpResponse:  # noqa: ARG001  every record has one
    """A unit has no page of its own: it stands in the organisation."""
    return redirect("organisation")


@require_http_methods(["GET", "POST"])
def unit_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one unit."""
    return BOOK.view(request, record_id, slug)


urlpatterns = [
    path("people/units/<int:record_id>", unit, name="unit"),
    path("people/units/<int:record_id>/<slug:slug>", unit_deed, name="unit-deed"),
]
