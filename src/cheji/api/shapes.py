"""What may be sent: each field with its limits; what is not named here is refused."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)]
Note = Annotated[str, StringConstraints(max_length=400)]
Fen = Annotated[int, Field(ge=-(10**13), le=10**13)]
Id = Annotated[int, Field(ge=1, lt=2**63)]
Own = dict[Annotated[str, StringConstraints(max_length=20)], Annotated[str, Field(max_length=200)]]
Way = Literal["walk_in", "outreach", "owner", "off_site", "other", "second_tier"]
Level = Literal["H", "A", "B", "C"]
Amount = Literal[
    "vehicle_price", "vehicle_cost", "accessory_revenue", "accessory_cost", "insurance_revenue",
    "insurance_cost", "finance_revenue", "finance_cost", "licence_revenue", "licence_cost",
    "warranty_revenue", "warranty_cost", "trade_in_revenue", "trade_in_cost", "discount",
    "gift_cost", "agent_fee",
]  # fmt: skip


class Sent(Schema):
    """A body; a name that it does not know is a fault, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class NewCustomer(Sent):
    """A customer of an outlet; name or phone must be given."""

    outlet: Code
    name: Name = ""
    phone: Phone = ""
    note: Note = ""
    own: Own = {}


class OfCustomer(Sent):
    """The customer of an entry: known by id, else found or added by name and phone."""

    outlet: Code
    on: date
    customer: Id | None = None
    name: Name = ""
    phone: Phone = ""
    model: Code = ""
    number: Code = ""
    note: Note = ""
    own: Own = {}
    customer_own: Own = {}


class NewVisit(OfCustomer):
    """A party; `person` is a staff number, empty for the caller himself."""

    first: bool = True
    purpose: Literal["buy", "aftersales", "other"] = "buy"
    channel: Literal["walk_in", "phone", "off_site", "online", "other"] = "walk_in"
    person: Code = ""
    people: Annotated[int, Field(ge=1, le=99)] = 1


class NewProspect(OfCustomer):
    """A card; `owner` is a staff number, empty for the caller himself."""

    level: Level = "A"
    channel: Way = "walk_in"
    owner: Code = ""


class NewLine(Sent):
    """A position in fen; a discount is negative revenue, a gift or an agent is cost alone."""

    kind: Literal[
        "vehicle", "accessory", "insurance", "finance", "licence", "warranty", "trade_in",
        "discount", "gift", "agent",
    ]  # fmt: skip
    revenue: Fen = 0
    cost: Fen | None = None
    title: Code = ""


class NewShare(Sent):
    """A consultant's part in 1/10,000, by staff number."""

    person: Code
    part: Annotated[int, Field(ge=1, le=10_000)]


class NewOrder(OfCustomer):
    """A signed contract; without `shares` it is the caller's own."""

    lines: Annotated[list[NewLine], Field(min_length=1, max_length=40)]
    shares: Annotated[list[NewShare], Field(max_length=10)] = []
    channel: Way = "walk_in"
    units: Annotated[int, Field(ge=1, le=999)] = 1
    promised_on: date | None = None
    deposit: Annotated[int, Field(ge=0, le=10**13)] = 0
    deposit_kind: Literal["earnest", "plain", "full"] = "earnest"


class Changed(Sent):
    """A change names the version that it was made on; what it does not name stays."""

    version: Annotated[int, Field(ge=1, lt=2**31)]
    own: Own = {}


class ChangedCustomer(Changed):
    """Of a customer: an empty phone takes the number away."""

    name: Name | None = None
    phone: Phone | None = None
    note: Note | None = None


class ChangedProspect(Changed):
    """Of a card: its level from a day on, and own fields."""

    level: Level | None = None
    on: date | None = None
    note: Note = ""


class ChangedOrder(Changed):
    """Of an order; `amounts` in fen by column, as files of orders have them."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
    signed_on: date | None = None
    channel: Way | None = None
    model: Code | None = None
    units: Annotated[int, Field(ge=1, le=999)] | None = None
    promised_on: date | None = None
    deposit: Annotated[int, Field(ge=0, le=10**13)] | None = None
    note: Note | None = None
    amounts: dict[Amount, Fen | None] = {}


class ChangedVisit(Changed):
    """Of a visit: own fields."""


class Done(Schema):
    """What was written, and its version now."""

    id: int
    number: str


class NewEntry(Sent):
    """An entry of a register; `values` by its fields: money in fen, numbers in 1/10,000.

    Days are `2026-11-22`, moments `2026-11-22T14:30` at the outlet; `person` is a staff number.
    """

    outlet: Code
    values: dict[Annotated[str, StringConstraints(max_length=40)], bool | int | Note | None]
    person: Code = ""
    customer: Id | None = None
    name: Name = ""
    phone: Phone = ""
    model: Code = ""
    number: Code = ""
    note: Note = ""


Figure = Annotated[str, StringConstraints(strip_whitespace=True, max_length=24)]


class TriedPlan(Sent):
    """A plan to try by its key, with other numbers in it by their places in its body."""

    key: Code
    changes: dict[Code, Figure] = {}


class Ceiling(Sent):
    """What an outlet's month may cost: fen (`month`), or 1/10,000 of its gross (`share`)."""

    kind: Literal["month", "share"]
    value: Annotated[int, Field(ge=1, le=10**13)]


class NewSimulation(Sent):
    """Pay plans on past months (`202610`, both included) of outlets, none for all, and people."""

    plans: Annotated[list[TriedPlan], Field(min_length=1, max_length=20)]
    first: Annotated[int, Field(ge=200001, le=999912)]
    last: Annotated[int, Field(ge=200001, le=999912)]
    outlets: Annotated[list[Code], Field(max_length=2_400)] = []
    people: Annotated[list[Code], Field(max_length=1_000)] = []
    ceiling: Ceiling | None = None


def plain(value: Any) -> Any:
    """Values as JSON has them; a fraction is exact text."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Fraction):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
