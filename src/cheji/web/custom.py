"""Fields of the house's own on the pages of records: shown among the facts, filled in by a form."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from cheji.actions import fields as actions
from cheji.reads import fields as reads
from cheji.reads.fields import FieldSeen, Filled
from cheji.records.visibility import Viewer
from cheji.web.deeds import Deed, DeedForm
from cheji.web.forms import DayField, words
from cheji.web.records import Fact
from cheji.web.wording import chinese, named

OWN = "own_"  # before the code of a field in a form


def shown(who: Viewer, noun: str, record: int) -> list[Fact]:
    """What a record has in its own fields, as rows of its facts."""
    found = reads.filled(who, noun, record)
    at = 0 if chinese() else 1
    return [(named(one.field), one.label[at], "") for one in found if one.value]


def deed(noun: str, record_id: Any) -> Deed:
    """The form that fills in the fields of a noun; not offered where there are none."""

    class FieldsForm(DeedForm):
        """One field of the form for each of the house's own."""

        def set_up(self) -> None:
            for one in reads.filled(self.who, noun, record_id(self.record)):
                self.fields[f"{OWN}{one.field.code}"] = _field(one)

    def act(by: Viewer, at: datetime, record: Any, given: dict[str, Any], _form: Any) -> object:
        values = {
            name.removeprefix(OWN): _text(value)
            for name, value in given.items()
            if name.startswith(OWN)
        }
        return actions.fill(
            by=by,
            at=at,
            noun=noun,
            record=record_id(record),
            version=given["version"],
            values=values,
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


def _field(one: Filled) -> forms.Field:
    field = one.field
    more: dict[str, Any] = {
        "label": named(field), "required": field.required, "initial": one.value,
    }  # fmt: skip
    if field.type == "choice":
        return forms.ChoiceField(choices=[("", "—"), *_choices(field)], **more)
    if field.type == "date":
        return DayField(**more)
    if field.type == "number":
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **more)
    return words(more.pop("label"), actions.LONGEST, **more)


def _choices(field: FieldSeen) -> list[tuple[str, str]]:
    return [(code, zh if chinese() else en) for code, zh, en in field.choices]


def _text(value: Any) -> str:
    """A value as it is kept; a day in its one form."""
    return "" if value is None else str(value)
