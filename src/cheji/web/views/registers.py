"""Registers (台账): all of them on a page, the list of one, its entries, and their forms."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import registers as actions
from cheji.engine.kinds import KINDS
from cheji.reads import registers as reads
from cheji.reads.registers import EntryRow
from cheji.records.refusals import NotFound
from cheji.records.registers import REGISTERS, Field, Register
from cheji.records.visibility import Viewer
from cheji.web import labels
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.entering import outlet_given, outlet_links, say_saved, with_query
from cheji.web.forms import words
from cheji.web.lists import Filter, Listed, Shown, page_of, place_filters
from cheji.web.records import about, customer_cell, customer_url, name_of, page_frame
from cheji.web.register_forms import Named, RegisterForm, number_text
from cheji.web.templatetags.figures import money
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import now, viewer, viewer_at
from cheji.web.wording import chinese, named

FAMILIES: dict[str, Any] = {
    "leads": pgettext_lazy("family", "Leads"),
    "prospects": pgettext_lazy("family", "Prospects"),
    "vehicles": pgettext_lazy("family", "Vehicles"),
    "orders": pgettext_lazy("family", "Orders"),
    "aftersales": pgettext_lazy("family", "Aftersales"),
    "surveys": pgettext_lazy("family", "Satisfaction"),
    "people": pgettext_lazy("family", "People"),
    "manual": pgettext_lazy("family", "Typed values"),
}
FACTS = {kind.code: kind for kind in KINDS}
FRONT = 5  # fields in front of a list; the rest is shown when asked for
VOID = {"void": gettext_lazy("Taken back")}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All registers that this viewer sees, by family, with what each feeds."""
    who = viewer(request)
    families: dict[str, list[dict[str, Any]]] = {}
    for kept in reads.counts(who):
        families.setdefault(kept.register.family, []).append(_card(who, kept))
    found = [(str(FAMILIES[family]), cards) for family, cards in families.items()]
    return render(request, "registers/index.html", {"families": found, "title": _("Registers")})


def _card(who: Viewer, kept: reads.Kept) -> dict[str, Any]:
    register = kept.register
    kinds = dict.fromkeys(says.kind for says in register.says)
    return {
        "url": reverse(register.plural),
        "name": named(register),
        "icon": register.icon,
        "about": register.about_zh if chinese() else register.about_en,
        "feeds": "、".join(named(FACTS[kind]) for kind in kinds),
        "count": kept.count,
        "enter": reverse(f"enter-{register.code}") if who.can(register.right) else "",
    }


# -- the list ----------------------------------------------------------------------------------


@require_GET
def entries(request: HttpRequest, code: str) -> HttpResponse:
    """The entries of one register in scope; totals without those that were taken back."""
    who, register = viewer(request), REGISTERS[code]
    if not who.sees(register.family):
        raise NotFound(noun="list", key=register.plural)
    mine, enter_url = who.can(register.right), reverse(f"enter-{code}")
    enter_label = _("Enter one")
    return page_of(
        request,
        Listed(
            title=named(register),
            find=lambda viewer_, asked: reads.entries(viewer_, code, asked),
            shown=_columns(register),
            filters=_filters(request, register),
            sort="-on",
            href=lambda row: reverse(code, args=[row.id]),
            totals={field.code: field.code for field in register.fields if field.adds_up},
            empty=Empty(
                _("Nothing here"),
                _("Nothing fits the filters, or nothing is entered yet."),
                enter_url if mine else "",
                enter_label if mine else "",
                register.icon,
            ),
            more={
                "buttons": [(enter_url, "plus", enter_label)] if mine else [],
                "totals_label": _("Total"),
            },
        ),
    )


def _filters(request: HttpRequest, register: Register) -> list[Filter]:
    places = place_filters(request, "person")
    found = places if register.person != "none" else places[:1]
    found = [*found, Filter("since", _("From")), Filter("until", _("Until"))]
    for field in register.fields:
        if field.type == "choice":
            pairs = [(choice.code, named(choice)) for choice in field.choices]
            found.append(Filter(field.code, named(field), pairs))
        elif field.type == "bool":
            found.append(Filter(field.code, named(field), _yes_no(), hidden=True))
    if register.model != "none":
        found.append(Filter("model", _("Model"), hidden=True))
    return [*found, Filter("void", _("Taken back"), _yes_no(), hidden=True)]


def _yes_no() -> list[tuple[str, str]]:
    return [("1", _("yes")), ("0", _("no"))]


def _columns(register: Register) -> list[Shown[EntryRow]]:
    """Whom, the date and the first fields in front; the rest when asked for."""
    first = register.field[register.date]
    rest = [field for field in register.fields if field is not first]
    found: list[Shown[EntryRow]] = []
    if register.customer != "none":
        found.append(Shown(Column("customer", _("Customer")), _whom))
    else:
        found.append(Shown(Column("number", _("Number"), sortable=True), lambda row: row.number))
    found.append(
        Shown(Column("on", named(first), kind="date", sortable=True), lambda row: Cell(row.on))
    )
    found += [_column(field, extra=place >= FRONT) for place, field in enumerate(rest)]
    if register.model != "none":
        found.append(Shown(Column("model", _("Model")), lambda row: row.model or None))
    if register.person != "none":
        label = named(Named(register))
        found.append(Shown(Column("person", label), lambda row: name_of(row.person)))
    found += [
        Shown(Column("outlet", _("Outlet"), phone=False), partial(_place, register)),
        Shown(Column("void", _("State"), kind="badge"), _state),
        Shown(Column("note", _("Note"), phone=False), lambda row: row.note or None, extra=True),
    ]
    if register.customer != "none":
        number = Column("number", _("Number"), sortable=True)
        found.append(Shown(number, lambda row: row.number, extra=True))
    return found


def _whom(row: EntryRow) -> Cell:
    return customer_cell(row.customer) if row.customer else Cell(row.number)


def _place(register: Register, row: EntryRow) -> str:
    """The outlet that an entry is of; of one that holds for all outlets, that it does."""
    if row.values.get(register.wide) == "group":
        return _text(register.field[register.wide], "group")
    return row.outlet.name


def _state(row: EntryRow) -> Cell:
    return labels.badge(VOID, "void" if row.void else "")


KIND_OF = {"money": "money", "date": "date", "int": "number", "minutes": "number"}
KIND_OF |= {"quantity": "quantity", "number": "quantity"}


def _column(field: Field, *, extra: bool) -> Shown[EntryRow]:
    kind = KIND_OF.get(field.type, "text")
    sortable = field.type in (*reads.TYPES_OF_NUMBERS, "date")
    column = Column(field.code, named(field), kind=kind, sortable=sortable)
    return Shown(column, partial(_cell, field), extra)


def _cell(field: Field, row: EntryRow) -> Cell:
    value = row.values[field.code]
    return Cell(value if field.type in KIND_OF else _text(field, value) or None)


def _text(field: Field, value: Any) -> str:
    """A value in the reader's words; empty where it is not known."""
    if value is None or value == "":
        return ""
    if field.type == "choice":
        return next(named(choice) for choice in field.choices if choice.code == value)
    if field.type == "bool":
        return _("yes") if value else _("no")
    if field.type == "moment":
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    write = {"money": money, "quantity": number_text, "number": number_text}.get(field.type, str)
    return str(write(value))


# -- one entry ---------------------------------------------------------------------------------


@require_GET
def entry(request: HttpRequest, record_id: int, code: str) -> HttpResponse:
    """One entry with all its fields."""
    who, register = viewer(request), REGISTERS[code]
    row = reads.entry(who, code, record_id)
    title = row.customer.name if row.customer else row.number
    context = {
        **page_frame(register.plural, named(register), f"{code}-deed", _("The entry")),
        "found": {"row": row},
        "row": row,
        "title": title,
        "state": _state(row),
        "facts": _terms(register, row),
        "deeds": book(code).buttons(who, row),
        "customer_url": customer_url(row.customer),
        "timeline": None,
    }
    return render(request, "records/lead.html", context)


def _terms(register: Register, row: EntryRow) -> list[tuple[str, object, str]]:
    values = row.values
    fields = [
        (named(field), values[field.code] if field.type == "date" else _text(
            field, values[field.code]
        ), "")
        for field in register.fields
    ]  # fmt: skip
    person = named(Named(register)) if register.person != "none" else ""
    return about(
        (_("Number"), row.number, ""),
        *fields,
        (_("Phone"), row.customer.phone if row.customer else "", ""),
        (_("Model"), row.model, ""),
        *([(person, name_of(row.person), "")] if person else []),
        (_("Outlet"), _place(register, row), ""),
        (_("Note"), row.note, ""),
    )


class AmendForm(RegisterForm):
    """What stands in the entry, to be corrected."""

    def __init__(self, *args: Any, record: EntryRow, **kwargs: Any) -> None:
        register = REGISTERS[record.register]
        super().__init__(*args, register=register, record=record, outlet=record.outlet, **kwargs)


class VoidForm(DeedForm):
    """Why a wrong entry is taken back."""

    reason = words(pgettext_lazy("why", "Reason"), required=True)
    wide = ("reason",)


def _amend(by: Viewer, at: datetime, row: EntryRow, given: dict[str, Any], form: Any) -> object:
    return actions.amend(
        by=by, at=at, register=row.register, entry=row.id, version=given["version"],
        reason=given["reason"], values=form.values(), about=form.about(),
    )  # fmt: skip


def _void(by: Viewer, at: datetime, row: EntryRow, given: dict[str, Any], _f: Any) -> object:
    return actions.void(by=by, at=at, register=row.register, entry=row.id, **given)


@cache
def book(code: str) -> Book:
    """What may be done with an entry of a register."""
    right = REGISTERS[code].right
    standing: Callable[[EntryRow], bool] = lambda row: not row.void  # noqa: E731
    return Book(
        noun=code,
        read=lambda who, record: reads.entry(who, code, record),
        title=lambda row: row.customer.name if row.customer else row.number,
        version=lambda row: row.version,
        deeds={
            "amend": Deed(
                gettext_lazy("Correct"), "edit", right, AmendForm, _amend,  # type: ignore[arg-type]
                gettext_lazy("The entry is corrected; the figures follow."), standing,
            ),
            "void": Deed(
                gettext_lazy("Take back"), "arrow-back-up", right, VoidForm, _void,
                gettext_lazy("The entry is taken back."), standing, tone="danger",
            ),
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def entry_deed(request: HttpRequest, record_id: int, slug: str, code: str) -> HttpResponse:
    """A form about one entry."""
    return book(code).view(request, record_id, slug)


# -- entering ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a register, made for a phone as the other entries are."""
    who, register = viewer(request), REGISTERS[code]
    who.must(register.right)
    outlet = outlet_given(request, who)
    who = viewer_at(request, outlet.id)
    form = RegisterForm(
        request.POST or None, who=who, outlet=outlet, register=register,
        initial=_begun(request, register),
    )  # fmt: skip
    if request.method == "POST":
        done: Any = form.submit(lambda _given: _enter(who, form))
        if done:
            again = with_query(reverse(f"enter-{code}"), outlet=request.GET.get("outlet"))
            told = _("Entry {number} is saved.").format(number=done.number)
            say_saved(request, told, reverse(code, args=[done.id]), again)
            return redirect(register.plural)
    context = {
        "form": form,
        "title": named(register),
        "outlets": outlet_links(who, outlet),
        "outlet": outlet,
        "submit": _("Save"),
        "back": reverse(register.plural),
        "icon": register.icon,
    }
    return render(request, "entry/form.html", context, status=form.status)


def _begun(request: HttpRequest, register: Register) -> dict[str, str]:
    """What the address says already: a model, days, texts and choices of the register."""
    names = {field.code for field in register.fields if field.type in ("date", "text", "choice")}
    names |= {"model"} if register.model != "none" else set()
    return {name: request.GET[name] for name in names if name in request.GET}


def _enter(who: Viewer, form: RegisterForm) -> object:
    return actions.enter(
        by=who, at=now(), register=form.register.code, outlet=form.outlet.id,
        values=form.values(), about=form.about(),
    )  # fmt: skip


def _paths(code: str, plural: str) -> list[Any]:
    here = {"code": code}
    return [
        path(f"registers/{plural}", entries, here, name=plural),
        path(f"registers/{plural}/<int:record_id>", entry, here, name=code),
        path(f"registers/{plural}/<int:record_id>/<slug:slug>", entry_deed, here,
             name=f"{code}-deed"),
        path(f"enter/{code}", enter, here, name=f"enter-{code}"),
    ]  # fmt: skip


LISTS = {one.plural: partial(entries, code=one.code) for one in REGISTERS.values()}
"""The lists by the names of their addresses, for downloads."""

urlpatterns = [
    path("registers", index, name="registers"),
    *(found for one in REGISTERS.values() for found in _paths(one.code, one.plural)),
]
