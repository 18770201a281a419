"""Fields of the house's own on screens: in forms, in lists, and among the facts of a record."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cheji.actions import fields as actions
from cheji.actions.filling import LONGEST
from cheji.reads import fields as reads
from cheji.reads.fields import FieldSeen
from cheji.records.own import OWN
from cheji.records.visibility import Viewer
from cheji.web.deeds import Deed, DeedForm
from cheji.web.forms import ActionForm, DayField, words
from cheji.web.lists import Filter, Shown
from cheji.web.records import Fact
from cheji.web.templatetags.parts import Cell, Column
from cheji.web.wording import chinese, named


def shown(who: Viewer, noun: str, record: int) -> list[Fact]:
    """What a record has in its own fields, as rows of its facts."""
    found = reads.filled(who, noun, record)
    return [(named(one.field), _said(one.field, one.value), "") for one in found if one.value]


# -- in forms ----------------------------------------------------------------------------------


def ask(form: ActionForm, fields: Iterable[FieldSeen], *, required: bool = True) -> None:
    """Give a form these fields, to be filled in anew; what must be filled in stands in front."""
    for field in fields:
        name = f"{OWN}{field.code}"
        form.fields[name] = asked(field, required=required and field.required)
        if not field.required:
            form.own_behind.add(name)


def ask_again(form: ActionForm, noun: str, record: int) -> None:
    """Give a form the fields of a record with what stands in them, as far as it may be read."""
    for one in reads.filled(form.who, noun, record):
        if not one.hidden:
            given = asked(one.field, required=one.field.required, initial=one.value)
            form.fields[f"{OWN}{one.field.code}"] = given


def given(form: ActionForm, fields: Iterable[str] | None = None) -> dict[str, str]:
    """What was typed into own fields, by code, as texts; of these codes when they are named."""
    found = {
        name.removeprefix(OWN): _text(value)
        for name, value in form.cleaned_data.items()
        if name.startswith(OWN)
    }
    return found if fields is None else {code: found[code] for code in fields if code in found}


def asked(field: FieldSeen, **more: Any) -> forms.Field:
    """The form's field for one of the house's own."""
    more = {"label": named(field), **more}
    if field.type == "choice":
        return forms.ChoiceField(choices=[("", "—"), *_choices(field)], **more)
    if field.type == "date":
        return DayField(**more)
    if field.type == "number":
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **more)
    return words(more.pop("label"), LONGEST, **more)


def deed(noun: str, record_id: Callable[[Any], int]) -> Deed:
    """The form that fills in the fields of a noun; not offered where there are none."""

    class FieldsForm(DeedForm):
        """One field of the form for each of the house's own."""

        def set_up(self) -> None:
            ask_again(self, noun, record_id(self.record))

    def act(by: Viewer, at: datetime, record: Any, values: dict[str, Any], form: Any) -> object:
        return actions.fill(
            by=by,
            at=at,
            noun=noun,
            record=record_id(record),
            version=values["version"],
            values=given(form),
        )

    return Deed(
        gettext_lazy("Own fields"),
        "edit",
        actions.RIGHTS[noun],
        FieldsForm,
        act,
        gettext_lazy("The fields are saved."),
        lambda _record: bool(reads.fields(noun)),
        tone="plain",
    )


# -- in lists ----------------------------------------------------------------------------------


def columns(fields: Iterable[FieldSeen]) -> list[Shown[Any]]:
    """A column for each field, shown when it is asked for."""
    return [Shown(_column(field), _cell(field), extra=True) for field in fields]


def filters(fields: Iterable[FieldSeen]) -> list[Filter]:
    """A filter for each field: by choice, or whether it is filled in at all."""
    filled = [("+", _("filled in")), ("-", _("empty"))]
    return [Filter(f"{OWN}{one.code}", named(one), [*_choices(one), *filled]) for one in fields]


def _column(field: FieldSeen) -> Column:
    kind = {"date": "date", "number": "number"}.get(field.type, "text")
    return Column(f"{OWN}{field.code}", named(field), kind=kind)


def _cell(field: FieldSeen) -> Callable[[Any], Cell | object]:
    def cell(row: Any) -> Cell | object:
        value = row.own.get(field.code, "")
        if not value:
            return None
        if field.type == "date":
            return Cell(date.fromisoformat(value))
        if field.type == "number":
            return Cell(Fraction(value), decimals=len(value.partition(".")[2]))
        return _said(field, value)

    return cell


def _said(field: FieldSeen, value: str) -> str:
    return field.said(value)[0 if chinese() else 1]


def _choices(field: FieldSeen) -> list[tuple[str, str]]:
    return [(code, zh if chinese() else en) for code, zh, en in field.choices]


def _text(value: Any) -> str:
    """A value as it is kept; a day in its one form."""
    return "" if value is None else str(value)
