"""Facts of advertising spend: gross, and the maker's subsidy in it."""

from collections.abc import Iterator, Sequence

from cheji.facts.book import Book
from cheji.facts.rows import Row, Source
from cheji.records.models import AdSpend

from .chosen import chosen


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    for spend in chosen(AdSpend.objects.filter(void=False), ids).iterator(5000):
        outlet = spend.outlet_id
        source = Source("spend", spend.pk, outlet, book.closing_days[outlet], channel=spend.channel)
        yield source.row("ad_spend", spend.on_date, fen=spend.amount)
        if spend.subsidy:
            yield source.row("ad_subsidy", spend.on_date, fen=spend.subsidy)
