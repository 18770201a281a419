"""Tallies that keep values apart: how often each value was seen, for medians and for windows.

The same GROUP BY with the value as one dimension more; the text is as plain as that of tallies.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from cheji.engine.periods import Grain, day_key, from_key
from cheji.engine.tallies import Tally
from cheji.records.bulk import table_of
from cheji.records.models import Fact

from .asking import answer
from .mirror.reading import EVERY, Months
from .tallies import PERIODS, SCOPES, SINCE, SUMS, Narrow

VALUE = "CASE WHEN reverses IS NULL THEN value ELSE -value END"


def spreads(
    narrow: Narrow,
    *,
    first: int,
    last: int,
    scope: Sequence[str] = ("outlet",),
    grain: Grain = "month",
    begun: bool = False,
) -> list[Tally]:
    """Tallies of the periods first..last, both included, whose `value` is one value seen.

    With `begun` a fact lies in the period in which it began (`since`), not in that of its own day;
    what has no beginning is left out. The tallies carry the model.
    """
    text = statement(narrow, scope, grain, (first, last), begun=begun)
    months: Months = (first, None if begun else last) if grain == "month" else EVERY
    rows = answer(text, months, wide=narrow.is_wide)
    return [_tally(row, len(scope)) for row in rows]


def statement(
    narrow: Narrow, scope: Sequence[str], grain: Grain, span: tuple[int, int], *, begun: bool
) -> str:
    """The text of the grouping; the cohort is, as always, by the fact's own day."""
    if not SCOPES.issuperset(scope):
        raise ValueError(f"cannot group by {sorted(set(scope) - SCOPES)}")
    own, since = PERIODS[grain], SINCE[grain]
    column, (first, last) = since if begun else own, (_literal(key, grain) for key in span)
    cohort = f"CASE WHEN {since} IS NULL THEN 0 WHEN {since} >= {own} THEN 1 ELSE 2 END"
    columns = [column, *scope, "kind", "channel", "level", "tags", "model", cohort, VALUE]
    named = [f"{text} AS c{place}" for place, text in enumerate(columns)]
    when = f"{narrow.sql()} AND {column} BETWEEN {first} AND {last}"
    when += f" AND on_date >= '{narrow.since.isoformat()}'" if narrow.since else ""
    return (
        f"SELECT {', '.join(named)}, {SUMS} FROM {table_of(Fact)} "  # noqa: S608
        f"WHERE {when} GROUP BY {', '.join(columns)}"
    )


def _literal(key: int, grain: Grain) -> str:
    return f"'{from_key(grain, key).start.isoformat()}'" if grain == "day" else str(int(key))


def _tally(row: tuple[Any, ...], scopes: int) -> Tally:
    period, *columns = row
    kind, channel, level, tags, model, cohort, value, quantity, fen, _, count = columns[scopes:]
    return Tally(
        day_key(period) if isinstance(period, date) else period,
        tuple(columns[:scopes]),
        kind,
        channel,
        level,
        tags,
        cohort,
        quantity,
        fen,
        value,
        count,
        model,
    )
