"""Which deals an event of pay is about: one of an order is about its deliveries, whenever made."""

from collections.abc import Iterable, Mapping

from .calculations import any_of
from .models import Delivery, PayEvent

#: Noun and id of a record.
Key = tuple[str, int | None]


def named_by(deals: Iterable[Key]) -> Mapping[Key, list[Key]]:
    """By the record that an event may name those of these deals that it is about."""
    found = {deal: [deal] for deal in deals}
    cars = [record for noun, record in found if noun == "delivery" and record is not None]
    rows = Delivery.objects.filter(pk__in=cars).order_by("pk").values_list("order", "pk")
    for order, car in rows:
        found.setdefault(("order", order), []).append(("delivery", car))
    return found


def deals_of(event: PayEvent) -> list[Key]:
    """What an event is about: the record that it names, and of an order its deliveries."""
    named = event.source_kind, event.source
    if event.source_kind != "order":
        return [named]
    cars = Delivery.objects.filter(order=event.source).order_by("pk")
    return [named, *(("delivery", car) for car in cars.values_list("pk", flat=True))]


def stands(kind: str, deal: Key) -> bool:
    """Whether such an event of the deal is there and was not taken back."""
    return PayEvent.objects.filter(any_of(named_by([deal])), kind=kind, void=False).exists()
