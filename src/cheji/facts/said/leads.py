"""Facts of leads."""

from collections.abc import Iterator, Sequence

from cheji.facts.book import Book
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import Lead

from .chosen import chosen

NOT_COUNTED = {Lead.State.INVALID, Lead.State.DUPLICATE}


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    """One `lead` each; tags holds invalid or duplicate, so that measures can leave them out."""
    for lead in chosen(Lead.objects.all(), ids).iterator(5000):
        source = Source(
            "lead",
            lead.pk,
            lead.outlet_id,
            book.closing_days[lead.outlet_id],
            lead.customer_id,
            lead.model,
            lead.channel,
        )
        whose = book.whose(lead.person_id, lead.outlet_id, lead.received_on)
        tags = lead.state if lead.state in NOT_COUNTED else ""
        yield source.row("lead", lead.received_on, whose=whose, quantity=WHOLE, tags=tags)
