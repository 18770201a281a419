"""Facts of visits: a batch is a first or a return visit, or it does not count and says why."""

from collections.abc import Iterator, Sequence

from cheji.facts.book import Book
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import Visit

from .chosen import chosen


def kind_of(visit: Visit) -> tuple[str, str]:
    """(kind, tags): tags names why a visit counts nowhere."""
    if visit.excluded:
        return "visit_other", visit.excluded
    if visit.purpose != Visit.Purpose.BUY:
        return "visit_other", Visit.Excluded.NOT_BUYING
    return ("visit_first" if visit.first else "visit_return"), ""


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    for visit in chosen(Visit.objects.all(), ids).iterator(5000):
        kind, tags = kind_of(visit)
        source = Source(
            "visit",
            visit.pk,
            visit.outlet_id,
            book.closing_days[visit.outlet_id],
            visit.customer_id,
            visit.model,
            visit.channel,
        )
        whose = book.whose(visit.person_id, visit.outlet_id, visit.on_date)
        yield source.row(kind, visit.on_date, whose=whose, quantity=WHOLE, tags=tags)
