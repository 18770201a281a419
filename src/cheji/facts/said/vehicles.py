"""Facts of vehicles: into stock and out of it, and into and out of the stock of aged ones."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from cheji.engine.kinds.columns import AGES
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
        came, left = vehicle.stocked_on, vehicle.left_on
        held: dict[str, Any] = {"since": came, "quantity": WHOLE, "fen": vehicle.cost}
        yield source.row("stock_in", came, **held)
        if left:
            yield source.row("stock_out", left, **held, value=(left - came).days)
        for days in AGES:
            yield from _aged(source, vehicle, days, held)


def _aged(source: Source, vehicle: Vehicle, days: int, held: dict[str, Any]) -> Iterator[Row]:
    """Aged on a day that is known beforehand, unless it has left by then."""
    on, left = vehicle.stocked_on + timedelta(days=days), vehicle.left_on
    if left is None or on < left:
        yield source.row(f"stock_aged_{days}", on, **held)
        if left is not None:
            yield source.row(f"stock_aged_{days}_out", left, **held)
