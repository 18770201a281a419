"""Facts of leads."""

from collections.abc import Iterator, Sequence

from cheji.facts.book import Book
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import Lead

from .chosen import chosen

NOT_COUNTED = {Lead.State.INVALID.value, Lead.State.DUPLICATE.value}
COLUMNS = (
    "id", "outlet", "received_on", "person", "state", "customer", "model", "channel",
)  # fmt: skip


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    """One `lead` each; tags holds invalid or duplicate, so that measures can leave them out."""
    leads = chosen(Lead.objects.all(), ids).values_list(*COLUMNS)
    for pk, outlet, on, person, state, *more in leads.iterator(5000):
        source = Source("lead", pk, outlet, book.closing_days[outlet], *more)
        tags = state if state in NOT_COUNTED else ""
        whose = book.whose(person, outlet, on)
        yield source.row("lead", on, whose=whose, quantity=WHOLE, tags=tags)
