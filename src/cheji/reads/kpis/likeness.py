"""A month that runs beside earlier ones: what they had after as many days."""

from collections.abc import Mapping
from dataclasses import replace

from cheji.engine.kpis import Inputs
from cheji.engine.periods import DAY, from_key
from cheji.reads.kpis.gathering import Columns, Gathering, Scope, gather_days
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
