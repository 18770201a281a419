"""Facts of vehicles: into stock and out of it."""

from collections.abc import Iterator, Sequence

from cheji.facts.book import Book
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import Vehicle

from .chosen import chosen


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    for vehicle in chosen(Vehicle.objects.all(), ids).iterator(5000):
        outlet = vehicle.outlet_id
        source = Source(
            "vehicle", vehicle.pk, outlet, book.closing_days[outlet], model=vehicle.model
        )
        came = vehicle.stocked_on
        yield source.row("stock_in", came, since=came, quantity=WHOLE, fen=vehicle.cost)
        if vehicle.left_on:
            left = vehicle.left_on
            yield source.row("stock_out", left, since=came, quantity=WHOLE, fen=vehicle.cost)
