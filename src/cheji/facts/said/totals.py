"""Facts of daily totals: counts without single events, as facts with quantities."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cheji.engine.periods import period_of
from cheji.facts.book import Book, Whose
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import Channel, DailyTotal

from .chosen import chosen

DAY = timedelta(days=1)


class Meaning(NamedTuple):
    """What one column of counts says: the kinds it posts, and their cohort."""

    kinds: tuple[str, ...]
    cohort: str = ""  # "new": since that day; "open": since before the month
    channel: str = ""
    brought: bool = False  # an opening balance stands on the day before


def _both(step: str, cohort: str = "") -> Meaning:
    return Meaning((f"prospect_{step}", f"intent_{step}"), cohort)


def _ordered(cohort: str) -> Meaning:
    return Meaning(("order_signed", "prospect_ordered", "intent_ordered"), cohort, Channel.WALK_IN)


MEANINGS: dict[str, Meaning] = {
    "leads": Meaning(("lead",), channel="online"),
    "visits": Meaning(("visit_first",), channel="walk_in"),
    "visits_phone": Meaning(("visit_first",), channel="phone"),
    "visits_off_site": Meaning(("visit_first",), channel="off_site"),
    "intent_new": _both("opened", "new"),
    "orders_new": _ordered("new"),
    "orders_open": _ordered("open"),
    "lost": _both("lost"),
    "dormant": _both("dormant"),
    "cancelled": Meaning(("order_cancelled",), channel=Channel.WALK_IN),
    "trade_ins": Meaning(("delivery_trade_in",), channel=Channel.WALK_IN),
    "opening_prospects": Meaning(("prospect_brought", "intent_brought"), brought=True),
    "opening_orders": Meaning(("order_brought",), channel=Channel.WALK_IN, brought=True),
    **{
        f"deliveries_{channel}": Meaning(("delivery",), channel=channel)
        for channel in Channel.values
    },
}
MONEY = {"ad_spend": "ad_spend", "ad_subsidy": "ad_subsidy"}


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    for total in chosen(DailyTotal.objects.all(), ids).iterator(5000):
        source = Source("total", total.pk, total.outlet_id, book.closing_days[total.outlet_id])
        for column, count in sorted(total.counts.items()):
            if count:
                brought = column in MEANINGS and MEANINGS[column].brought
                day = total.on_date - DAY if brought else total.on_date
                whose = book.whose(total.person_id, total.outlet_id, day)
                yield from _column(column, count, day, source, whose)


def _column(column: str, count: int, day: date, source: Source, whose: Whose) -> Iterator[Row]:
    if column in MONEY:
        yield source.row(MONEY[column], day, whose=whose, fen=count)
        return
    meaning = MEANINGS[column]
    since = {"new": day, "open": period_of(day, "month", source.closing_day).start - DAY}
    for kind in meaning.kinds:
        yield source.row(
            kind,
            day,
            whose=whose,
            since=since.get(meaning.cohort),
            quantity=count * WHOLE,
            channel=meaning.channel,
        )
