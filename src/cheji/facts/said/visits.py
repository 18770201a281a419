"""Facts of visits: a batch is a first or a return visit, or it does not count and says why."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from cheji.facts.book import Book
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import Visit

from .chosen import chosen

COLUMNS = (
    "id", "outlet", "on_date", "person", "first", "purpose", "excluded", "arrived_at", "left_at",
)  # fmt: skip
MINUTE = timedelta(minutes=1)
MORE = ("customer", "model", "channel")


def kind_of(purpose: str, excluded: str, *, first: bool) -> tuple[str, str]:
    """(kind, tags): tags names why a visit counts nowhere."""
    if excluded:
        return "visit_other", excluded
    if purpose != Visit.Purpose.BUY:
        return "visit_other", Visit.Excluded.NOT_BUYING.value
    return ("visit_first" if first else "visit_return"), ""


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    visits = chosen(Visit.objects.all(), ids).values_list(*COLUMNS, *MORE)
    for pk, outlet, on, person, first, purpose, excluded, came, left, *more in visits.iterator(
        5000
    ):
        kind, tags = kind_of(purpose, excluded, first=first)
        source = Source("visit", pk, outlet, book.closing_days[outlet], *more)
        whose = book.whose(person, outlet, on)
        yield source.row(kind, on, whose=whose, quantity=WHOLE, tags=tags)
        if not tags and came and left and left >= came:
            minutes = (left - came) // MINUTE
            yield source.row("visit_stay", on, whose=whose, quantity=WHOLE, value=minutes)
