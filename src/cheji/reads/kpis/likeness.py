"""A month that runs beside earlier ones: what they had after as many days."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cheji.engine.kpis import Inputs
from cheji.engine.periods import DAY, from_key
from cheji.reads.kpis.gathering import (
    Columns,
    Gathering,
    Scope,
    back,
    gather,
    gather_days,
    span_of,
)
from cheji.reads.kpis.ground import Ground, Slice


def alike(
    ground: Ground,
    whose: Slice,
    running: int,
    asked: Gathering,
    full: Mapping[Scope, Mapping[int, Inputs]],
) -> Columns:
    """The months asked for, the last of them cut short after as many days as `running` has had.

    `full` holds them whole.
    """
    closing = ground.places[whose.unit].closing_day
    days = ground.viewer.on - from_key("month", running, closing).start
    then = from_key("month", asked.span.last, closing)
    narrow = replace(asked.narrow, until=min(then.start + days + DAY, then.until))
    return gather_days(ground, replace(asked, narrow=narrow), full)


def earlier(
    ground: Ground, whose: Slice, months: Sequence[int], by: int, measures: Sequence[str]
) -> tuple[tuple[int, ...], Mapping[int, Inputs] | None]:
    """The months that lie `by` months before these, and their inputs; None where nothing happened.

    Where the last of these runs, the last of those is cut short after as many days.
    """
    then = span_of("month", back("month", months[0], by), back("month", months[-1], by))
    asked = Gathering(ground.narrow(whose), (), then, tuple(measures))
    full = gather(ground, asked)
    running = ground.running(whose, months[-1])
    found = alike(ground, whose, months[-1], asked, full) if running else full
    return then.keys, found.get(())
