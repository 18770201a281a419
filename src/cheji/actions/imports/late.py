"""Rows for months that are closed: these stay, and what the rows change is paid by later runs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from cheji.engine.periods import month_key
from cheji.records.closed_months import closed_months
from cheji.records.models import Delivery
from cheji.records.registers import REGISTERS

from .lookups import Lookups
from .plan import Planned
from .simple import Resolved

#: The column of each kind that says when a thing happened.
DAYS: Final[Mapping[str, str]] = {
    "leads": "received_on",
    "visits": "on_date",
    "prospects": "opened_on",
    "losses": "on_date",
    "orders": "signed_on",
    "cancellations": "on_date",
    "deliveries": "on_date",
    "ad_spend": "on_date",
    "daily_totals": "on_date",
    **{register.plural: register.date for register in REGISTERS.values()},
}


class Late:
    """What of a file's rows lies in closed months; it writes nothing."""

    def __init__(self, kind: str, look: Lookups) -> None:
        self._kind, self._look = kind, look
        self._closed = closed_months([u.pk for u in look.outlets]) if kind in DAYS else {}

    def months(self, planned: Sequence[Planned]) -> Iterator[set[int]]:
        """The closed months of each row that changes any; asked before the rows are written."""
        rows = [row for row in planned if row.doing != "same"] if self._closed else []
        handed = _handed(rows) if self._kind == "orders" else {}
        for row in rows:
            outlet = self._look.outlet(row.entry.values["outlet_code"])
            days = [*self._days(row), *handed.get(getattr(row.record, "pk", 0), ())]
            found = {month_key(day, outlet.closing_day) for day in days}
            if found := found & self._closed.get(outlet.pk, set()):
                yield found

    def _days(self, row: Planned) -> Iterable[date]:
        """The day that a row says, as it stands or as it is told by a time, and its record's."""
        column = DAYS[self._kind]
        told = row.payload.values if isinstance(row.payload, Resolved) else {}
        said = row.entry.values.get(column), told.get(column), getattr(row.record, column, None)
        return [day for day in said if day is not None]


def _handed(rows: Sequence[Planned]) -> dict[int, list[date]]:
    """The days on which the orders of these rows were delivered."""
    orders = [row.record.pk for row in rows if row.record is not None]
    found: dict[int, list[date]] = defaultdict(list)
    for order, on in Delivery.objects.filter(order__among=orders, void=False).values_list(
        "order", "on_date"
    ):
        found[order].append(on)
    return found
