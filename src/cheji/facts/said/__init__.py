"""What a record should say as facts: a module per noun, each `rows(ids, book)`."""

from collections.abc import Callable, Iterator, Sequence

from cheji.facts.book import Book
from cheji.facts.rows import Row

from . import (
    coaching,
    deliveries,
    leads,
    orders,
    people,
    prospects,
    registers,
    spend,
    totals,
    vehicles,
    visits,
)
from .fields import with_fields

Said = Callable[[Sequence[int] | None, Book], Iterator[Row]]

#: Noun → its facts; `ids` None means every record.
SAID: dict[str, Said] = {
    "lead": leads.rows,
    "visit": with_fields("visit", visits.rows),
    "prospect": with_fields("prospect", prospects.rows),
    "order": with_fields("order", orders.rows),
    "delivery": with_fields("delivery", deliveries.rows),
    "vehicle": vehicles.rows,
    "spend": spend.rows,
    "total": totals.rows,
    "person": people.rows,
    "coaching": coaching.rows,
    **registers.SAID,
}
