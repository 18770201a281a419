"""A fact in the engine's shape, and the slow clear form of the one GROUP BY."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from cheji.engine.kinds import KIND_CODES, KINDS
from cheji.engine.kinds.columns import (
    ACQUISITION_CHANNELS,
    KNOWN_COST,
    LINE_TAGS,
    NO_EXCESS,
    UNKNOWN,
    UNPRICED,
    VISIT_CHANNELS,
    Kind,
)
from cheji.engine.periods import Grain, period_of

__all__ = [
    "ACQUISITION_CHANNELS",
    "ATTRIBUTES",
    "CARRIED",
    "DIMENSIONS",
    "KINDS",
    "KIND_CODES",
    "KNOWN_COST",
    "LINE_TAGS",
    "NEW",
    "NO_COHORT",
    "NO_EXCESS",
    "QUANTITY_SCALE",
    "UNKNOWN",
    "UNPRICED",
    "VISIT_CHANNELS",
    "Fact",
    "Key",
    "Kind",
    "Tally",
    "cohort_of",
    "tally",
]

Key = int | str | None
QUANTITY_SCALE: Final = 10_000
NO_COHORT, NEW, CARRIED = 0, 1, 2
DIMENSIONS: Final = ("channel", "level", "tags", "model")
ATTRIBUTES: Final = ("displacement", "segment", "key_model")
"""What a model is: a filter on one of them is a filter on the models that are it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing that happened; quantity in 1/10,000 of the kind's unit, money in fen."""

    kind: str
    on_date: date
    since: date | None = None
    outlet: Key = None
    team: Key = None
    person: Key = None
    customer: Key = None
    model: str = ""
    channel: str = ""
    level: str = ""
    tags: str = ""
    quantity: int = 0
    fen: int = 0
    value: int = 0
    source: Key = None


class Tally(NamedTuple):
    """Facts of one period, scope, kind, channel, level, tag, cohort (and model), added up."""

    period: int
    scope: tuple[Key, ...]
    kind: str
    channel: str = ""
    level: str = ""
    tags: str = ""
    cohort: int = NO_COHORT
    quantity: int = 0
    fen: int = 0
    value: int = 0
    count: int = 0  # type: ignore[assignment] # in the place of tuple.count
    model: str = ""


def cohort_of(fact: Fact, grain: Grain = "month", closing_day: int = 0) -> int:
    """New when the parent began in the fact's own period, carried when earlier."""
    if fact.since is None:
        return NO_COHORT
    period = period_of(fact.on_date, grain, closing_day)
    return CARRIED if fact.since < period.start else NEW


def tally(
    facts: Iterable[Fact],
    *,
    grain: Grain = "month",
    scope: Sequence[str] = ("outlet",),
    closing_day: int = 0,
    by_model: bool = False,
    dated: Literal["on_date", "since"] = "on_date",
    by_value: bool = False,
) -> list[Tally]:
    """Group and add: what the SQL of the facts floor does, written to be read.

    `by_value` keeps values apart, each tally's `value` being one of them; `dated` by `since`
    groups by the day on which it began and leaves out what has none.
    """
    sums: dict[Tally, list[int]] = {}
    for fact in facts:
        day = getattr(fact, dated)
        if day is None:
            continue
        group = Tally(
            period_of(day, grain, closing_day).key,
            tuple(getattr(fact, name) for name in scope),
            fact.kind,
            fact.channel,
            fact.level,
            fact.tags,
            cohort_of(fact, grain, closing_day),
            value=fact.value if by_value else 0,
            model=fact.model if by_model else "",
        )
        total = sums.setdefault(group, [0, 0, 0, 0])
        for place, amount in enumerate((fact.quantity, fact.fen, fact.value, 1)):
            total[place] += amount
    return [
        group._replace(
            quantity=quantity, fen=fen, value=group.value if by_value else value, count=count
        )
        for group, (quantity, fen, value, count) in sums.items()
    ]
