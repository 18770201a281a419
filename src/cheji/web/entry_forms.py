"""The forms of quick entry: few fields in front, sensible defaults, the rest behind "More"."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cheji.actions.orders import Line
from cheji.reads import fields, vehicles
from cheji.reads.orders import OrderRow
from cheji.reads.seen import CustomerSeen
from cheji.web import custom, labels
from cheji.web.forms import (
    AtOutlet,
    MoneyField,
    PhoneField,
    choice,
    day_field,
    limit_to_today,
    lines,
    person_choice,
    words,
)
from cheji.web.wording import CHANNELS, TAGS

WAYS = {code: CHANNELS[code] for code in ("walk_in", "phone", "off_site", "online", "other")}
SOURCES = {
    code: CHANNELS[code]
    for code in ("walk_in", "outreach", "owner", "off_site", "other", "second_tier")
}
NOUNS = ("customer", "prospect", "order", "visit")
PAIRS = ("accessory", "insurance", "finance", "licence", "warranty", "trade_in")


class EntryForm(AtOutlet):
    """An entry: on a day, by a seller, about a customer who may be known already.

    `sellers_field` names the choice of the consultant; `days` are fields of days not in the
    future. With `customer` given, name, phone and the house's own fields of customers are not
    asked for. `noun` is the record's own, when it has such fields.
    """

    sellers_field: ClassVar[str] = "person"
    days: ClassVar[Sequence[str]] = ("on",)
    noun: ClassVar[str] = ""

    def __init__(self, *args: Any, customer: CustomerSeen | None = None, **kwargs: Any) -> None:
        self.customer = customer
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        for name in self.days:
            limit_to_today(self.fields[name], self.who.on)
        if self.sellers_field in self.fields:
            self.offer_sellers(self.sellers_field)
        if self.customer is not None:
            for name in ("name", "phone"):
                self.fields.pop(name, None)
        if "model" in self.fields:
            self.fields["model"].widget.attrs["list"] = "models"
        if self.noun:
            self.offer_own()

    def offer_own(self) -> None:
        """Ask for the house's own fields of the record, and of the customer who may be added.

        Of a customer only the action knows whether he is; one who is there keeps what he has.
        """
        asked = [one for one in fields.fields() if one.noun in (self.noun, self.whose)]
        self.own = {noun: [one.code for one in asked if one.noun == noun] for noun in NOUNS}
        custom.ask(self, [one for one in asked if one.noun == self.noun])
        custom.ask(self, [one for one in asked if one.noun == self.whose], required=False)

    @property
    def whose(self) -> str:
        return "customer" if self.customer is None else ""

    def own_given(self) -> dict[str, dict[str, str]]:
        """What was typed into own fields, as actions take it."""
        of_customer = custom.given(self, self.own["customer"])
        return {"own": custom.given(self, self.own[self.noun]), "customer_own": of_customer}

    def models(self) -> tuple[str, ...]:
        """Suggestions for the model."""
        return vehicles.models(self.who) if "model" in self.fields else ()

    def customer_given(self) -> dict[str, Any]:
        """The customer as an action takes him: by id, or by name and phone."""
        if self.customer is not None:
            return {"customer": self.customer.id}
        return {"name": self.cleaned_data["name"], "phone": self.cleaned_data["phone"]}


class VisitForm(EntryForm):
    """A party received on the floor."""

    noun = "visit"
    first = choice(
        gettext_lazy("Visit"),
        {"1": gettext_lazy("First visit"), "": gettext_lazy("Return visit")},
        required=False,
    )
    channel = choice(gettext_lazy("Channel"), WAYS)
    name = words(gettext_lazy("Customer's name"), 120)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    model = words(gettext_lazy("Model of interest"), 80)
    on = day_field()
    person = person_choice()
    purpose = choice(gettext_lazy("Purpose"), labels.PURPOSES)
    people = forms.IntegerField(
        label=gettext_lazy("People in the party"), min_value=1, max_value=99, initial=1
    )
    note = lines(gettext_lazy("Note"))
    segments = ("first", "channel", "purpose")
    folded = ("purpose", "people", "note")
    wide = ("note",)

    def clean(self) -> dict[str, Any]:
        """A visit of nobody, received by nobody, about nothing, is not one."""
        given = super().clean() or {}
        told = any(given.get(name) for name in ("name", "phone", "model"))
        if not (told or self.customer or self.errors or self.seller()):
            raise forms.ValidationError(
                _("Say who received the visit, or the customer or model it was about.")
            )
        return given


class ProspectForm(EntryForm):
    """A card: a wish to buy."""

    noun = "prospect"
    sellers_field = "owner"
    name = words(gettext_lazy("Customer's name"), 120)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    level = choice(gettext_lazy("Level"), labels.LEVELS, initial="A")
    channel = choice(gettext_lazy("Channel"), SOURCES)
    model = words(gettext_lazy("Model of interest"), 80)
    on = day_field()
    owner = person_choice()
    note = lines(gettext_lazy("Note"))
    segments = ("level", "channel")
    folded = ("note",)
    wide = ("note",)


COST_HINT = gettext_lazy(
    "Blank: not known yet. The order then has no gross profit and pays no share of it."
)


class OrderForm(EntryForm):
    """A signed contract with first money; positions beside the vehicle stand behind "More"."""

    noun = "order"
    name = words(gettext_lazy("Customer's name"), 120)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    model = words(gettext_lazy("Model"), 80)
    price = MoneyField(label=gettext_lazy("Price of the vehicle (yuan)"))
    cost = MoneyField(
        label=gettext_lazy("Cost of the vehicle (yuan)"),
        required=False,
        empty=None,
        help_text=COST_HINT,
    )
    deposit = MoneyField(label=gettext_lazy("First payment (yuan)"), required=False)
    deposit_kind = choice(gettext_lazy("Kind of payment"), labels.DEPOSITS)
    on = day_field(gettext_lazy("Signed on"))
    promised_on = day_field(gettext_lazy("Delivery promised for"), required=False)
    person = person_choice()
    channel = choice(gettext_lazy("Channel"), SOURCES)
    units = forms.IntegerField(label=gettext_lazy("Units"), min_value=1, max_value=999, initial=1)
    number = words(gettext_lazy("Order number"), 80)
    discount = MoneyField(label=gettext_lazy("Discount (yuan)"), required=False)
    gift = MoneyField(label=gettext_lazy("Cost of gifts (yuan)"), required=False)
    agent = MoneyField(label=gettext_lazy("Agent's fee (yuan)"), required=False)
    note = lines(gettext_lazy("Note"))
    segments = ("deposit_kind", "channel")
    wide = ("note",)

    def set_up(self) -> None:
        super().set_up()
        self.fields["number"].help_text = _("Empty: the system gives one.")
        for kind in PAIRS:
            income = _("{position}: revenue (yuan)").format(position=TAGS[kind])
            expense = _("{position}: cost (yuan)").format(position=TAGS[kind])
            self.fields[f"{kind}_revenue"] = MoneyField(label=income, required=False)
            empty = None if kind == "accessory" else 0
            self.fields[f"{kind}_cost"] = MoneyField(label=expense, required=False, empty=empty)
        self.order_fields([name for name in self.fields if name != "note"])

    @property
    def folded(self) -> list[str]:  # type: ignore[override]
        pairs = [f"{kind}_{side}" for kind in PAIRS for side in ("revenue", "cost")]
        return ["units", "number", "discount", "gift", "agent", *pairs, "note"]

    def positions(self) -> list[Line]:
        """The typed lines; a discount is negative revenue, a gift or an agent cost alone."""
        given = self.cleaned_data
        found = [Line("vehicle", given["price"], given["cost"])]
        for kind in PAIRS:
            revenue, cost = given[f"{kind}_revenue"], given[f"{kind}_cost"]
            if revenue or cost:
                found.append(Line(kind, revenue, cost))
        if given["discount"]:
            found.append(Line("discount", -abs(given["discount"])))
        found += [Line(kind, 0, given[kind]) for kind in ("gift", "agent") if given[kind]]
        return found


class DeliveryForm(EntryForm):
    """Vehicles handed over against an order."""

    vin = words(gettext_lazy("Frame number (VIN)"), 40)
    on = day_field(gettext_lazy("Delivered on"))
    units = forms.IntegerField(label=gettext_lazy("Units"), min_value=1, initial=1)
    trade_in = forms.BooleanField(
        label=gettext_lazy("The customer traded in a used vehicle"), required=False
    )
    note = lines(gettext_lazy("Note"))
    folded = ("note",)
    wide = ("trade_in", "note")

    def __init__(self, *args: Any, order: OrderRow, **kwargs: Any) -> None:
        self.order = order
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        super().set_up()
        left = self.order.units - self.order.delivered
        if left <= 1:
            del self.fields["units"]
        else:
            self.fields["units"].initial = left
        self.fields["on"].widget.attrs["min"] = self.order.signed_on.isoformat()
        self.fields["vin"].widget.attrs |= {"autocapitalize": "characters", "autocomplete": "off"}


class LeadForm(EntryForm):
    """An enquiry before anybody visits."""

    days = ("received_on",)
    name = words(gettext_lazy("Customer's name"), 120)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    provider = words(gettext_lazy("Where from (platform, medium)"), 60)
    model = words(gettext_lazy("Model of interest"), 80)
    received_on = day_field(gettext_lazy("Received on"))
    person = person_choice()
    channel = choice(gettext_lazy("Channel"), WAYS, initial="online")
    segments = ("channel",)


class VehicleForm(EntryForm):
    """A vehicle that arrives."""

    vin = words(gettext_lazy("Frame number (VIN)"), 40, required=True)
    model = words(gettext_lazy("Model"), 80, required=True)
    colour = words(gettext_lazy("Colour"), 40)
    cost = MoneyField(label=gettext_lazy("Cost (yuan)"), required=False)
    on = day_field(gettext_lazy("Stocked on"))


class SpendForm(EntryForm):
    """Advertising money by its date: the gross amount, and the maker's part in it."""

    channel = words(gettext_lazy("Medium"), 40)
    amount = MoneyField(label=gettext_lazy("Amount before subsidy (yuan)"))
    subsidy = MoneyField(label=gettext_lazy("Maker's subsidy in it (yuan)"), required=False)
    on = day_field(gettext_lazy("Date of the spend"))
    number = words(gettext_lazy("Voucher number"), 80)
    note = lines(gettext_lazy("Note"))
    wide = ("note",)
