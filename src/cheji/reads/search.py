"""One box for everything: customers, orders, vehicles and people that the viewer may see."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from cheji.reads.filters import customer_matches
from cheji.reads.seen import customer_seen
from cheji.records.visibility import Scope, Viewer, of

SHORTEST = 2
EACH = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: its record, what to show, and a second line."""

    noun: str
    id: int
    title: str
    detail: str
    outlet: str


def search(viewer: Viewer, text: str, each: int = EACH) -> tuple[Found, ...]:
    """Up to `each` hits of every noun; a text of one character finds nothing.

    Customers by name, initials, whole phone number or its last four digits; prospects and orders
    by number; deliveries and vehicles by the VIN's end; people by name or staff number.
    """
    wanted = text.strip()[:80]
    if len(wanted) < SHORTEST:
        return ()
    scope = of(viewer)
    hits = (_customers, _prospects, _orders, _vehicles, _people)
    return tuple(found for hit in hits for found in hit(scope, wanted, each))


def _customers(scope: Scope, text: str, each: int) -> Iterator[Found]:
    rows = scope.customers().filter(customer_matches(scope, text)).select_related("outlet")
    for row in rows.order_by("-created_on", "-id")[:each]:
        seen = customer_seen(scope, row, known=True)
        if seen:
            yield Found("customer", row.pk, seen.name, seen.phone, row.outlet.name)


def _prospects(scope: Scope, text: str, each: int) -> Iterator[Found]:
    rows = scope.prospects().filter(number__istartswith=text).select_related("outlet")
    for row in rows.order_by("-opened_on", "-id")[:each]:
        yield Found("prospect", row.pk, row.number, row.model, row.outlet.name)


def _orders(scope: Scope, text: str, each: int) -> Iterator[Found]:
    """Orders by number, or by the end of a delivered VIN."""
    found = Q(number__istartswith=text)
    if text.isascii():
        handed = scope.deliveries().filter(vin__iendswith=text).exclude(vin="").values("order")
        found |= Q(id__in=handed)
    rows = scope.orders().filter(found)
    for row in rows.select_related("outlet").order_by("-signed_on", "-id")[:each]:
        yield Found("order", row.pk, row.number, row.model, row.outlet.name)


def _vehicles(scope: Scope, text: str, each: int) -> Iterator[Found]:
    rows = scope.vehicles().filter(vin__iendswith=text).select_related("outlet")
    for row in rows.order_by("-stocked_on", "-id")[:each]:
        yield Found("vehicle", row.pk, row.vin, row.model, row.outlet.name)


def _people(scope: Scope, text: str, each: int) -> Iterator[Found]:
    named = Q(name__icontains=text) | Q(number__istartswith=text) | Q(initials__istartswith=text)
    for row in scope.people().filter(named).order_by("number")[:each]:
        yield Found("person", row.pk, row.name, row.number, "")
