"""The forms of registers, made from their declarations: to enter and to correct an entry."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _

from cheji.actions.registers import About
from cheji.files.kinds import Column
from cheji.files.values import numbers
from cheji.files.values.faults import Fault, Spelling
from cheji.reads import people
from cheji.reads.asking import Asked
from cheji.reads.registers import EntryRow
from cheji.records.registers import Field, Register
from cheji.web.entry_forms import EntryForm
from cheji.web.forms import (
    MoneyField,
    PhoneField,
    closed_notice,
    day_field,
    lines,
    person_choice,
    why,
    words,
)
from cheji.web.wording import chinese, named

FEW = 6  # choices that are shown as buttons
EVERYBODY = 500
SALES = frozenset({"leads", "prospects", "orders", "vehicles"})
NUMBER = Column("number", "数", "Number", "quantity")  # numbers are read as imports read them


class NumberField(forms.CharField):
    """A number with up to four decimals; its value is in 1/10,000."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return numbers.quantity(text, NUMBER, Spelling())
        except Fault:
            raise forms.ValidationError(_("Not a number: type one such as 92.5.")) from None

    def prepare_value(self, value: Any) -> Any:
        """A whole number is in 1/10,000; a text is what the person typed."""
        return number_text(value) if isinstance(value, int) else value


class MomentField(forms.CharField):
    """A time of a day at the outlet, without a zone."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"type": "datetime-local"})
        super().__init__(widget=widget, **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            raise forms.ValidationError(_("Not a time: pick a day and a time.")) from None


def number_text(value: int) -> str:
    """A number kept in 1/10,000, as people write it."""
    whole, rest = divmod(abs(value), 10_000)
    text = f"{whole}.{rest:04d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def field_of(field: Field) -> forms.Field:
    """The form's field for one of a register's."""
    make = MAKERS.get(field.type)
    label, needed = named(field), field.required and not field.of
    if make is None:
        return words(label, field.length, required=needed)
    return make(field, label, needed)


def _yes_no(_field: Field, label: str, needed: bool) -> forms.Field:
    pairs = [("1", _("yes")), ("0", _("no"))]
    if not needed:
        pairs.insert(0, ("", _("not known")))
    return forms.TypedChoiceField(
        label=label, choices=pairs, widget=forms.RadioSelect, required=needed, initial=pairs[0][0],
        coerce=lambda text: text == "1", empty_value=None,
    )  # fmt: skip


def _choice(field: Field, label: str, needed: bool) -> forms.Field:
    pairs = [(choice.code, named(choice)) for choice in field.choices]
    if not needed:
        pairs.insert(0, ("", "—"))
    widget = forms.RadioSelect if len(pairs) <= FEW else forms.Select
    return forms.ChoiceField(
        label=label, choices=pairs, widget=widget, required=needed, initial=pairs[0][0]
    )


def _money(_field: Field, label: str, needed: bool) -> forms.Field:
    return MoneyField(label=_("{field} (yuan)").format(field=label), required=needed, empty=None)


def _whole(_field: Field, label: str, needed: bool) -> forms.Field:
    return forms.IntegerField(label=label, required=needed)


def _number(_field: Field, label: str, needed: bool) -> forms.Field:
    return NumberField(label=label, required=needed)


MAKERS: dict[str, Callable[[Field, str, bool], forms.Field]] = {
    "date": lambda _field, label, needed: day_field(label, required=needed),
    "moment": lambda _field, label, needed: MomentField(label=label, required=needed),
    "money": _money,
    "quantity": _number,
    "number": _number,
    "int": _whole,
    "minutes": _whole,
    "bool": _yes_no,
    "choice": _choice,
}


class RegisterForm(EntryForm):
    """An entry of a register; with `record` given, that entry to be corrected."""

    sellers_field = "person"
    days: ClassVar[tuple[str, ...]] = ()
    at: ClassVar[dict[str, str]] = {}

    def __init__(
        self, *args: Any, register: Register, record: EntryRow | None = None, **kwargs: Any
    ) -> None:
        self.register, self.record = register, record
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        for field in self.register.fields:
            self.fields[field.code] = field_of(field)
            self.fields[field.code].help_text = field.note_zh if chinese() else field.note_en
            if field.type == "date" and field.code not in self.register.future:
                self.fields[field.code].widget.attrs["max"] = self.who.on.isoformat()
        if self.record is None:
            self.fields[self.register.date].initial = self.who.on
        self._whom()
        self.fields["note"] = lines(_("Note"))
        if self.record is not None:
            self.fields = {"reason": why(), **self.fields}
            self._fill(self.record)

    def _whom(self) -> None:
        """Customer, person and model, as far as the register has them."""
        if self.register.customer != "none" and self.record is None and self.customer is None:
            self.fields["name"] = words(_("Customer's name"), 120)
            self.fields["phone"] = PhoneField(label=_("Phone"), required=False)
        if self.register.model != "none":
            needed = self.register.model == "required"
            self.fields["model"] = words(_("Model"), 80, required=needed)
            self.fields["model"].widget.attrs["list"] = "models"
        if self.register.person == "none":
            return
        self.fields["person"] = person_choice(
            named(Named(self.register)), required=self.register.person == "required"
        )
        if self.register.family in SALES:
            self.offer_sellers("person")
        else:
            self._offer_everybody()

    def _offer_everybody(self) -> None:
        """Whoever works at the outlet."""
        asked = Asked(
            filters=(("outlet", self.outlet.code), ("working", "1")), sort="number", size=EVERYBODY
        )
        rows = people.people(self.who, asked).rows
        pairs = [(str(row.id), f"{row.name} {row.number}") for row in rows]
        self.fields["person"].choices = [("", _("Nobody yet")), *pairs]  # type: ignore[attr-defined]

    def _fill(self, record: EntryRow) -> None:
        zone = ZoneInfo(people.zone_at(self.outlet.id))
        for field in self.register.fields:
            value = record.values[field.code]
            if isinstance(value, bool):
                value = "1" if value else "0"
            elif isinstance(value, datetime):
                value = value.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
            self.fields[field.code].initial = value
        self.fields["note"].initial = record.note
        if "model" in self.fields:
            self.fields["model"].initial = record.model
        if "person" in self.fields:
            self.fields["person"].initial = str(record.person.id) if record.person else ""

    @property
    def segments(self) -> list[str]:  # type: ignore[override]
        return [n for n, f in self.fields.items() if isinstance(f.widget, forms.RadioSelect)]

    @property
    def folded(self) -> list[str]:  # type: ignore[override]
        return ["note"] if self.record is None else []

    wide = ("note", "reason")

    def values(self) -> dict[str, Any]:
        """What was typed, by field of the register."""
        return {field.code: self.cleaned_data.get(field.code) for field in self.register.fields}

    def about(self) -> About:
        """Whom and what it is about; a corrected entry keeps its customer."""
        given = self.cleaned_data
        return About(
            person=self._person(),
            customer=self.customer.id if self.customer else None,
            name=given.get("name", ""),
            phone=given.get("phone", ""),
            model=given.get("model", ""),
            note=given["note"],
        )

    def _person(self) -> int | None:
        """The person chosen; who was not asked: the entry's own, or whoever enters it."""
        if "person" in self.fields or self.record is None:
            return self.seller() if self.register.person != "none" else None
        return self.record.person.id if self.record.person else None

    def notice(self) -> str:
        """That closed runs stay as they were."""
        if self.record is None:
            return ""
        days = [day for day in self.record.values.values() if type(day) is date]
        return closed_notice(self.who, self.record.outlet, *days)


class Named:
    """How a register calls its person."""

    def __init__(self, register: Register) -> None:
        self.zh, self.en = register.person_zh, register.person_en
