"""Which deals an event of pay is about.

One of an order is about its deliveries, whenever made; one of the only car of an order is about
what is paid for the order itself, on signing.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db.models import F

from .calculations import any_of
from .models import Delivery, PayEvent

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Noun and id of a record.
Key = tuple[str, int | None]


def named_by(deals: Iterable[Key]) -> Mapping[Key, list[Key]]:
    """By the record that an event may name those of these deals that it is about."""
    found = {deal: [deal] for deal in deals}
    records: dict[str, list[int]] = {"delivery": [], "order": []}
    for noun, record in found:
        if record is not None:
            records.setdefault(noun, []).append(record)
    if cars := records["delivery"]:
        handed = Delivery.objects.filter(pk__in=cars).order_by("pk")
        for order, car in handed.values_list("order", "pk"):
            found.setdefault(("order", order), []).append(("delivery", car))
    if orders := records["order"]:
        only = _only_cars().filter(order__in=orders)
        for order, car in only.values_list("order", "pk"):
            found.setdefault(("delivery", car), []).append(("order", order))
    return found


def deals_of(event: PayEvent) -> list[Key]:
    """What an event is about: the record that it names, and what goes with it."""
    return about(event.source_kind, event.source)


def about(noun: str, record: int | None) -> list[Key]:
    """The record that an event names with the deliveries of an order, or the order of a car."""
    rows: QuerySet[Delivery]
    if noun == "order":
        rows, other, column = Delivery.objects.filter(order=record), "delivery", "pk"
    else:
        rows, other, column = _only_cars().filter(pk=record or 0), "order", "order"
    found = rows.order_by("pk").values_list(column, flat=True)
    return [(noun, record), *((other, one) for one in found)]


def _only_cars() -> "QuerySet[Delivery]":
    """Deliveries of all that was ordered, and those of it that are undone."""
    return Delivery.objects.filter(units=F("order__units")).order_by("pk")


def stands(kind: str, deal: Key) -> bool:
    """Whether such an event of the deal is there and was not taken back."""
    return PayEvent.objects.filter(any_of(named_by([deal])), kind=kind, void=False).exists()
