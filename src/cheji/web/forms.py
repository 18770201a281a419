"""Forms that become actions: amounts, phones, choices of outlet and person, refusals at fields."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, ClassVar, TypeVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cheji.engine.money import yuan_text
from cheji.files.kinds import Column
from cheji.files.values import numbers
from cheji.files.values.faults import Fault, Spelling
from cheji.reads import people, runs
from cheji.reads.seen import Where
from cheji.records.encryption import short_mobile
from cheji.records.refusals import ChangedMeanwhile, Refused
from cheji.records.visibility import Viewer
from cheji.web.labels import sentence
from cheji.web.wording import month_text

Done = TypeVar("Done")
MONEY = Column("amount", "金额", "Amount", "money")  # amounts are read as imports read them


class MoneyField(forms.CharField):
    """An amount in yuan as a person types it; its value is fen, `empty` without one."""

    def __init__(self, *, empty: int | None = 0, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**more)
        self.empty = empty

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return self.empty
        try:
            return numbers.money(text, MONEY, Spelling())
        except Fault:
            raise forms.ValidationError(
                _("Not an amount: type yuan such as 128,800 or 128800.50.")
            ) from None

    def prepare_value(self, value: Any) -> Any:
        """A whole number is fen from the code; a text is what the person typed."""
        return yuan_text(value).removesuffix(".00") if isinstance(value, int) else value


class DayField(forms.DateField):
    """A day, picked or typed."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"], **more)


class PhoneField(forms.CharField):
    """A phone number as typed; the keyboard of a phone shows digits."""

    def __init__(self, **more: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "off"}
        super().__init__(max_length=30, widget=forms.TextInput(attrs=attrs), **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and short_mobile(text):
            raise forms.ValidationError(
                _("A mobile number has 11 digits; write a landline with its area code.")
            )
        return text


def choice(label: Any, labels: dict[str, Any], **more: Any) -> forms.ChoiceField:
    """One of a few, as big buttons."""
    pairs = list(labels.items())
    more.setdefault("initial", pairs[0][0])
    return forms.ChoiceField(label=label, choices=pairs, widget=forms.RadioSelect, **more)


def words(label: Any, length: int = 200, **more: Any) -> forms.CharField:
    """A line of free text."""
    more.setdefault("required", False)
    return forms.CharField(label=label, max_length=length, **more)


class LinesField(forms.CharField):
    """Text of several lines: a browser counts the end of a line as one character, and sends two."""

    def to_python(self, value: Any) -> str:
        return one_end(super().to_python(value) or "")


def one_end(text: str) -> str:
    """A text as its writer saw it counted: the end of a line is one character."""
    return text.replace("\r\n", "\n")


def lines(label: Any, length: int = 400, **more: Any) -> forms.CharField:
    """A note of several lines."""
    more.setdefault("required", False)
    more.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
    return LinesField(label=label, max_length=length, **more)


class ActionForm(forms.Form):
    """A form whose fields are what an action takes.

    `segments` are choices shown as a row of buttons, `wide` span the form, `folded` are the rarer
    ones behind "More", and so are `own_behind` of the house's own. A refusal goes to the field
    that it names: `at` maps the names of an action's parameters to those of fields where they
    differ.
    """

    segments: ClassVar[Sequence[str]] = ()
    wide: ClassVar[Sequence[str]] = ()
    folded: ClassVar[Sequence[str]] = ()
    at: ClassVar[dict[str, str]] = {}
    conflict = False

    def __init__(self, *args: Any, who: Viewer, **kwargs: Any) -> None:
        """Keep who fills it in; defaults come from him."""
        super().__init__(*args, **kwargs)
        self.who = who
        self.own_behind: set[str] = set()
        self.use_required_attribute = True
        self.set_up()

    def set_up(self) -> None:
        """Fill the choices and defaults that depend on the viewer."""

    def shown(self) -> list[tuple[forms.BoundField, str]]:
        """The fields in front, each with its class."""
        return [
            (bound, self._css(bound.name))
            for bound in self.visible_fields()
            if not self._back(bound)
        ]

    def sections(self) -> "list[tuple[str, list[tuple[forms.BoundField, str]]]]":
        """The fields in front under their headings; a form without headings is one section."""
        return [("", self.shown())]

    def behind(self) -> list[tuple[forms.BoundField, str]]:
        """The fields behind "More"."""
        return [
            (bound, self._css(bound.name)) for bound in self.visible_fields() if self._back(bound)
        ]

    def _back(self, bound: forms.BoundField) -> bool:
        return bound.name in self.folded or bound.name in self.own_behind

    @property
    def open_behind(self) -> bool:
        """Whether something behind "More" needs to be seen."""
        return any(bound.errors for bound, _css in self.behind())

    def _css(self, name: str) -> str:
        css = ["segments"] if name in self.segments else []
        return " ".join([*css, "wide"] if name in (*self.wide, *self.segments) else css)

    def refuse(self, refusal: Refused) -> None:
        """Show a rule's no at its field, or above all of them."""
        self.conflict = isinstance(refusal, ChangedMeanwhile)
        named = str(refusal.place.get("column") or refusal.place.get("field", ""))
        name = self.at.get(named, named)
        if name in self.fields:
            refusal.place["field"] = self.fields[name].label
            self.add_error(name, sentence(refusal))
        else:
            self.add_error(None, sentence(refusal))

    def submit(self, act: Callable[[dict[str, Any]], Done]) -> Done | None:
        """Do the action when the form is right; None when it, or a rule, says no."""
        if not self.is_valid():
            return None
        try:
            return act(self.cleaned_data)
        except Refused as refusal:
            self.refuse(refusal)
            return None

    @property
    def status(self) -> int:
        """What a page with this form answers: fine, to be mended, or changed meanwhile."""
        if not self.is_bound or not self.errors:
            return 200
        return 409 if self.conflict else 422


class AtOutlet(ActionForm):
    """A form for a record of an outlet: the outlet is given, the seller is chosen where allowed."""

    def __init__(self, *args: Any, outlet: Where, **kwargs: Any) -> None:
        self.outlet = outlet
        super().__init__(*args, **kwargs)

    def sellers(self) -> list[tuple[str, str]]:
        """Who may be entered as the consultant: only oneself without a right to assign."""
        return sellers(self.who, self.outlet)

    def offer_sellers(self, name: str) -> None:
        """Fill the choice of a consultant; a consultant himself is not asked."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        if not self.who.can("prospects.assign"):
            del self.fields[name]
            return
        found = self.sellers()
        field.choices = [("", _("Nobody yet")), *found]
        mine = str(self.who.person or "")
        if mine in dict(found):
            field.initial = mine

    def seller(self, name: str = "person") -> int | None:
        """The person chosen; the viewer himself when he was not asked."""
        if name not in self.fields:
            return self.who.person
        chosen = self.cleaned_data.get(name)
        return int(chosen) if chosen else None


def sellers(who: Viewer, outlet: Where) -> list[tuple[str, str]]:
    """The people in post at the outlet, by id."""
    rows = people.consultants(who, outlet.code)
    return [(str(row.id), f"{row.name} {row.number}") for row in rows]


def person_choice(label: Any = "", **more: Any) -> forms.ChoiceField:
    more.setdefault("required", False)
    return forms.ChoiceField(label=label or gettext_lazy("Consultant"), **more)


def why() -> forms.CharField:
    """The reason that a correction is kept with."""
    return words(pgettext_lazy("why", "Reason"), required=True)


def closed_notice(who: Viewer, outlet: Where, *days: date | None) -> str:
    """That closed runs stay as they were, where a day lies in a month with one."""
    months = runs.closed_months(who, outlet.id, [day for day in days if day])
    if not months:
        return ""
    said = "、".join(month_text(month) for month in months)
    return _(
        "{months} is closed. What was closed stays as it stood then; the difference is added now"
        " and counts as a later entry of that month."
    ).format(months=said)


def day_field(label: Any = "", **more: Any) -> DayField:
    return DayField(label=label or gettext_lazy("Date"), **more)


def limit_to_today(field: forms.Field, today: date) -> None:
    """Days after today cannot be picked, and today stands there already."""
    field.widget.attrs["max"] = today.isoformat()
    field.initial = field.initial or today
