"""What of a batch lies in months that are closed, said before it is undone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from cheji.engine.periods import month_key
from cheji.records.closed_months import closed_months
from cheji.records.models import Delivery, ImportBatch, ImportTouch
from cheji.records.registers import REGISTERS
from cheji.records.visibility import Viewer, of, one

from .late import DAYS
from .undoing import TABLES


class Dated(NamedTuple):
    """The record that a row of a kind is about, and the column that says on which day."""

    noun: str
    column: str


RECORDS: Final = {
    "leads": "lead",
    "visits": "visit",
    "prospects": "prospect",
    "orders": "order",
    "deliveries": "delivery",
    "ad_spend": "spend",
    "daily_totals": "total",
    **{register.plural: code for code, register in REGISTERS.items()},
}
DATED: Final = {
    **{kind: Dated(noun, DAYS[kind]) for kind, noun in RECORDS.items()},
    "losses": Dated("prospect", "closed_on"),
    "cancellations": Dated("order", "cancelled_on"),
}


def late_if_undone(by: Viewer, batch: int) -> tuple[int, list[int]]:
    """How many records of a committed batch lie in closed months, and the months, oldest first.

    A record lies there by its day now or before the batch; an order by that of a delivery too.
    """
    scope = of(by)
    row = one(scope.imports(), "import", batch, pk=batch)
    ends = {unit.pk: unit.closing_day for unit in scope.units_below()}
    closed = closed_months(ends) if row.kind in DATED else {}
    if not closed:
        return 0, []
    late, months = 0, set[int]()
    for outlet, days in _days(row, DATED[row.kind]):
        found = {month_key(day, ends.get(outlet, 0)) for day in days} & closed.get(outlet, set())
        late += bool(found)
        months |= found
    return late, sorted(months)


def _days(batch: ImportBatch, dated: Dated) -> Iterable[tuple[int, set[date]]]:
    """The outlet of each touched record, and its days."""
    table: Any = TABLES[dated.noun]
    at = "order__outlet" if table is Delivery else "outlet"
    touches = ImportTouch.objects.filter(batch=batch, noun=dated.noun)
    ids = {
        pk for first, last in touches.values_list("record", "last") for pk in range(first, last + 1)
    }
    days = _before(touches.filter(before__isnull=False), dated.column)
    if batch.kind == "orders":
        _add_deliveries(days, ids)
    rows = table.objects.filter(id__among=ids).values_list("pk", at, dated.column)
    for pk, outlet, day in rows:
        yield outlet, days.get(pk, set()) | ({day} if day else set())


def _before(touches: Any, column: str) -> Mapping[int, set[date]]:
    """The days that changed records had before the batch."""
    found: dict[int, set[date]] = defaultdict(set)
    for pk, day in touches.values_list("record", f"before__{column}"):
        if day:
            found[pk].add(date.fromisoformat(day))
    return found


def _add_deliveries(days: Mapping[int, set[date]], orders: Iterable[int]) -> None:
    rows = Delivery.objects.filter(order__among=orders, void=False)
    for order, day in rows.values_list("order", "on_date"):
        days[order].add(day)
