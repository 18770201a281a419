"""Facts of leads: received, tried, reached, and what became of them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cheji.facts.book import Book
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import Lead, Order, Prospect, Visit

from .chosen import chosen

COLUMNS = (
    "id", "outlet", "received_on", "person", "state", "received_at", "first_attempt_at",
    "contacted_on", "outlet__timezone", "customer", "model", "channel",
)  # fmt: skip
BECAME: dict[str, tuple[Any, str]] = {
    "lead_arrived": (
        Visit.objects.filter(purpose=Visit.Purpose.BUY).exclude(excluded=Visit.Excluded.VOID),
        "on_date",
    ),
    "lead_carded": (Prospect.objects.filter(by_order=False), "opened_on"),
    "lead_ordered": (Order.objects.all(), "signed_on"),
}
"""What a lead became: the customer's records, and the day of each."""
Days = dict[str, dict[int, list[date]]]


class Tried(NamedTuple):
    """When a lead came, was first tried and was reached; moments in the outlet's zone."""

    received_at: Any
    first_attempt_at: Any
    contacted_on: date | None
    zone: str

    @property
    def minutes(self) -> int:
        """Whole minutes until the first attempt."""
        return max(0, int((self.first_attempt_at - self.received_at).total_seconds()) // 60)

    @property
    def tried_on(self) -> date | None:
        if self.first_attempt_at is None:
            return None
        found: date = self.first_attempt_at.astimezone(ZoneInfo(self.zone)).date()
        return found


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    """Each with the lead's state as tag, so that measures can leave out invalid and double ones."""
    became = _became(ids)
    leads = chosen(Lead.objects.all(), ids).values_list(*COLUMNS)
    for pk, outlet, on, person, state, *found in leads.iterator(5000):
        tried, more = Tried(*found[:4]), found[4:]
        source = Source("lead", pk, outlet, book.closing_days[outlet], *more)
        whose = book.whose(person, outlet, on)
        yield source.row("lead", on, whose=whose, quantity=WHOLE, tags=state)
        for kind, day, value in _later(tried, source.customer, on, became):
            whose = book.whose(person, outlet, day)
            yield source.row(
                kind, day, whose=whose, since=on, quantity=WHOLE, value=value, tags=state
            )


def _later(
    tried: Tried, customer: int | None, on: date, became: Days
) -> Iterator[tuple[str, date, int]]:
    """(kind, day, value) of what happened to a lead received on a day."""
    if tried.tried_on is not None and tried.received_at is not None:
        yield "lead_response", tried.tried_on, tried.minutes
    if tried.contacted_on is not None:
        yield "lead_contacted", tried.contacted_on, 0
    for kind, days in became.items():
        day = min((day for day in days.get(customer or 0, ()) if day >= on), default=None)
        if day is not None:
            yield kind, day, (day - on).days if kind == "lead_ordered" else 0


def _became(ids: Sequence[int] | None) -> Days:
    """The days of the records of the leads' customers."""
    leads = chosen(Lead.objects.filter(customer__isnull=False), ids).order_by()
    customers = list(leads.values_list("customer", flat=True).distinct())
    return {kind: _days(rows_, column, customers) for kind, (rows_, column) in BECAME.items()}


def _days(rows_: Any, column: str, customers: Sequence[int]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    theirs = rows_.filter(customer__among=customers).order_by()
    for customer, on in theirs.values_list("customer", column):
        found[customer].append(on)
    return found
