"""A fact about to be posted, with the period keys of its outlet's calendar."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from cheji.engine.periods import month_key, week_key

WHOLE = 10_000  # quantity of one unit


class Row(NamedTuple):
    """One fact row without id: the columns of the fact table that a record decides."""

    kind: str
    on_date: date
    since: date | None
    week: int
    month: int
    since_week: int | None
    since_month: int | None
    outlet: int
    team: int | None
    person: int | None
    customer: int | None
    model: str
    channel: str
    level: str
    tags: str
    quantity: int
    fen: int
    value: int
    source_kind: str
    source: int


COLUMNS = Row._fields
AMOUNTS = ("quantity", "fen", "value")

# Keys repeat for every fact of a day, and an import posts hundreds of thousands of facts.
_week = lru_cache(maxsize=8192)(week_key)
_month = lru_cache(maxsize=8192)(month_key)


class Source(NamedTuple):
    """What all facts of one record share."""

    kind: str
    id: int
    outlet: int
    closing_day: int
    customer: int | None = None
    model: str = ""
    channel: str = ""

    def row(  # noqa: PLR0913  a fact has that many columns of its own
        self,
        kind: str,
        on_date: date,
        *,
        whose: tuple[int | None, int | None] = (None, None),
        since: date | None = None,
        quantity: int = 0,
        fen: int = 0,
        value: int = 0,
        level: str = "",
        tags: str = "",
        channel: str | None = None,
    ) -> Row:
        """A fact of this record; `whose` is (team, person); quantity in 1/10,000, money in fen."""
        close = self.closing_day
        team, person = whose
        return Row(
            kind,
            on_date,
            since,
            _week(on_date),
            _month(on_date, close),
            _week(since) if since else None,
            _month(since, close) if since else None,
            self.outlet,
            team,
            person,
            self.customer,
            self.model,
            self.channel if channel is None else channel,
            level,
            tags,
            quantity,
            fen,
            value,
            self.kind,
            self.id,
        )
