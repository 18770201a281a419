"""What reads of orders return: orders, positions, shares, deliveries; money in fen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cheji.reads.seen import CustomerSeen, Event, Where, Who


@dataclass(frozen=True, slots=True)
class ShareSeen:
    """A consultant's part of an order from a date on, in 1/10,000."""

    person: Who
    part: int
    since: date


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One position; money in fen, None where the viewer sees no figures or a cost is not known.

    `unpriced` says the latter.
    """

    id: int
    kind: str
    title: str
    revenue: int | None
    cost: int | None
    gross: int | None
    unpriced: bool = False


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order; money in fen, None where the viewer sees no figures; `shares` now in force.

    An order of which a cost is not known is `unpriced` and has no gross.
    """

    id: int
    number: str
    outlet: Where
    customer: CustomerSeen | None
    model: str
    units: int
    delivered: int
    signed_on: date
    promised_on: date | None
    late: bool
    state: str
    channel: str
    deposit_kind: str
    deposit: int | None
    revenue: int | None
    gross: int | None
    cancelled_on: date | None
    shares: tuple[ShareSeen, ...]
    version: int
    unpriced: bool = False
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """Vehicles handed over against an order; a void one does not count."""

    id: int
    number: str
    order: int
    order_number: str
    outlet: Where
    customer: CustomerSeen | None
    model: str
    on: date
    units: int
    vin: str
    channel: str
    trade_in: bool
    void: bool
    days: int
    note: str
    version: int


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with everything on it; `prospect` and `customer` link where they may be opened.

    `floor` is its floor price and `excess` what it brings above that, in fen; None where the viewer
    sees no figures or it is not known.
    """

    row: OrderRow
    lines: tuple[LineSeen, ...]
    sharings: tuple[ShareSeen, ...]
    deliveries: tuple[DeliveryRow, ...]
    prospect: int | None
    prospect_number: str
    cancel_reason: str
    note: str
    timeline: tuple[Event, ...]
    floor: int | None = None
    excess: int | None = None
