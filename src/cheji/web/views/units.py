"""The organisation as a tree; opening a unit, and changing what it is called and where it lies."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import people as actions
from cheji.reads import people as reads
from cheji.reads.people import Counted, UnitSeen
from cheji.records.visibility import Viewer
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import ActionForm, words
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.views.people import buttons, form_page, tabs
from cheji.web.views.person_deeds import unit_choices, unit_field
from cheji.web.wording import UNIT_KINDS


@require_GET
def organisation(request: HttpRequest) -> HttpResponse:
    """The tree of the viewer's part of the group."""
    who = viewer(request)
    tree, counts = Tree(who), reads.counted(who)
    columns = [
        Column("name", _("Unit")),
        Column("kind", _("Kind")),
        Column("code", _("Code"), phone=False),
        Column("outlets", _("Outlets"), kind="number"),
        Column("people", _("People"), kind="number"),
        Column("city", _("City"), phone=False),
        Column("closing", _("Closing day"), phone=False),
        Column("zone", _("Time zone"), phone=False),
        *([Column("change", "")] if who.can("units.write") else []),
    ]
    table = Table(
        columns=columns,
        rows=[_unit_row(unit, counts[unit.id], tree, who) for unit in tree.units.values()],
        caption=_("Organisation"),
        free=True,
        empty=Empty(_("No units yet"), _("Open the group first, then regions, outlets and teams.")),
    )
    context = {"table": table, "tabs": tabs("organisation"), "buttons": buttons(who)}
    return render(request, "people/organisation.html", context)


def _unit_row(unit: UnitSeen, count: Counted, tree: Tree, who: Viewer) -> Row:
    url = f"{reverse('cockpit')}?unit={tree.code(unit)}" if tree.opens(unit) else ""
    closing = _("Day {day}").format(day=unit.closing_day) if unit.closing_day else _("Month's end")
    return Row(
        [
            Cell(unit.name, href=url),
            Cell(str(UNIT_KINDS[unit.kind])),
            unit.code,
            Cell(count.outlets if unit.kind in ("group", "region") else None),
            Cell(count.people),
            Cell(" ".join(part for part in (unit.city, unit.brand) if part) or None),
            closing if unit.kind == "outlet" else Cell(None),
            unit.timezone if unit.kind == "outlet" else Cell(None),
            *([_change_cell(unit)] if who.can("units.write") else []),
        ],
        href=url,
        level=unit.depth,
    )


def _change_cell(unit: UnitSeen) -> Cell:
    return Cell(_("Change"), href=reverse("unit-deed", args=[unit.id, "edit"]))


# -- opening one ---------------------------------------------------------------------------------


class OpenForm(ActionForm):
    """A region, outlet or team below a unit."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(kind, UNIT_KINDS[kind]) for kind in ("region", "outlet", "team")],
        initial="outlet",
    )
    parent = unit_field(gettext_lazy("Under"))
    code = words(gettext_lazy("Code"), 40, required=True)
    name = words(pgettext_lazy("of a thing", "Name"), 120, required=True)
    city = words(gettext_lazy("City"), 60)
    brand = words(gettext_lazy("Brand"), 60)
    closing_day = forms.IntegerField(
        label=gettext_lazy("Closing day"),
        min_value=0,
        max_value=28,
        initial=0,
        help_text=gettext_lazy("0 closes at the month's end; 25 closes after the 25th."),
    )

    def set_up(self) -> None:
        self.fields["parent"].choices = unit_choices(self.who)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    """Open a region, outlet or team."""
    who = viewer(request)
    who.must("units.write")
    form = OpenForm(request.POST or None, who=who)

    def open_unit(given: dict[str, Any]) -> actions.Done:
        return actions.open_unit(by=who, at=now(), **{**given, "parent": int(given["parent"])})

    done = form.submit(open_unit) if request.method == "POST" else None
    if done:
        messages.success(request, _("{name} is open.").format(name=form.cleaned_data["name"]))
        return redirect("organisation")
    return form_page(request, form, _("Open a unit"), "building-store")


# -- changing one --------------------------------------------------------------------------------


class UnitForm(DeedForm):
    """What stands of the unit, to be changed."""

    name = words(pgettext_lazy("of a thing", "Name"), 120, required=True)
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
    path("people/organisation", organisation, name="organisation"),
    path("people/new-unit", new_unit, name="unit-new"),
    path("people/units/<int:record_id>", unit, name="unit"),
    path("people/units/<int:record_id>/<slug:slug>", unit_deed, name="unit-deed"),
]
