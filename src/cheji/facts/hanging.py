"""Facts that hang on other records of the same customer: what else to post when those change.

A test drive counts since the customer's card was opened, a lead says when its customer ordered.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from cheji.records.models import Customer, Fact, Lead, Order, Prospect, entries
from cheji.records.registers import REGISTERS

TABLES: Final[dict[str, Any]] = {"lead": Lead, "prospect": Prospect, "order": Order}
HANGS: Final[dict[str, tuple[str, ...]]] = {
    "lead": (),
    "visit": ("lead", "prospect"),
    "prospect": ("lead",),
    "order": ("lead",),
    "follow_up": ("prospect",),
    "test_drive": ("order",),
    "quote": ("order",),
}
"""Noun → the nouns whose facts its records decide too; registers say the rest themselves."""


def dependents(noun: str) -> tuple[str, ...]:
    """The nouns whose facts the records of this one decide too."""
    own = (noun,) if noun in REGISTERS and REGISTERS[noun].once else ()
    dated = tuple(code for code, one in REGISTERS.items() if noun in one.beginnings)
    return (*own, *HANGS.get(noun, ()), *dated)


def every_dependent() -> tuple[str, ...]:
    """All nouns whose facts other records decide too."""
    nouns = (*HANGS, *REGISTERS)
    return tuple(sorted({other for noun in nouns for other in dependents(noun)}))


def customers_of(noun: str, ids: Sequence[int]) -> list[int]:
    """The customers whom facts of these records name or named."""
    facts = Fact.objects.filter(source_kind=noun, source__among=ids, customer__isnull=False)
    found = facts.order_by().values_list("customer", flat=True).distinct()
    return [customer for customer in found if customer is not None]


def hanging(nouns: Iterable[str], customers: Sequence[int]) -> dict[str, list[int]]:
    """The records of those nouns that are of the customers.

    The customers are locked: of two who write about one at once, the second sees what the first
    has written.
    """
    locked = Customer.objects.filter(id__among=customers).order_by("id")
    if not locked.select_for_update(no_key=True).values_list("id", flat=True):
        return {}
    found = {}
    for noun in nouns:
        rows = TABLES[noun].objects.all() if noun in TABLES else entries(noun)
        ids = rows.filter(customer__among=customers).order_by("id").values_list("id", flat=True)
        found[noun] = list(ids)
    return found
