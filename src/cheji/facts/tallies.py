"""The one GROUP BY: facts of a scope and time, added up by dimensions, as the engine's tallies.

The text uses no dialect function and no join, so that PostgreSQL, DuckDB and Spark read it alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cheji.engine.periods import day_key
from cheji.engine.tallies import Tally
from cheji.records.bulk import table_of
from cheji.records.models import Fact
from cheji.records.visibility import Reach

from .asking import FEW, answer
from .mirror.reading import EVERY

SCOPES = frozenset({"outlet", "team", "person", "model", "channel", "source_kind", "source"})
PERIODS = {"day": "on_date", "week": "week", "month": "month"}
SINCE = {"day": "since", "week": "since_week", "month": "since_month"}
SUMS = """CAST(SUM(quantity) AS BIGINT), CAST(SUM(fen) AS BIGINT), CAST(SUM(value) AS BIGINT),
  CAST(SUM(CASE WHEN reverses IS NULL THEN 1 ELSE -1 END) AS BIGINT)"""


@dataclass(frozen=True)
class Narrow:
    """Which facts: the viewer's reach, and what he chose inside it. None means not narrowed.

    `mark` is the highest fact id to read, for a run that must be repeatable; `until` leaves out
    what happened on that day or later.
    """

    reach: Reach
    outlets: frozenset[int] | None = None
    teams: frozenset[int] | None = None
    people: frozenset[int] | None = None
    kinds: frozenset[str] | None = None
    mark: int | None = None
    until: date | None = None

    def sql(self) -> str:
        """The condition, of whole numbers and known words only."""
        parts = [self._reach()]
        for column in ("outlets", "teams", "people"):
            chosen = getattr(self, column)
            if chosen is not None:
                parts.append(_among(COLUMN[column], chosen))
        if self.kinds is not None:
            words = ", ".join(f"'{kind}'" for kind in sorted(self.kinds) if kind.isidentifier())
            parts.append(f"kind IN ({words})" if words else "1 = 0")
        if self.mark is not None:
            parts.append(f"id <= {int(self.mark)}")
        if self.until is not None:
            parts.append(f"on_date < '{self.until.isoformat()}'")
        return " AND ".join(parts)

    @property
    def is_wide(self) -> bool:
        """Whether it takes in many outlets, so that reading by column beats reading by index."""
        chosen = [found for found in (self.outlets, self.teams, self.people) if found is not None]
        few = any(len(found) <= FEW for found in chosen)
        return not few and (self.reach.everything or len(self.reach.outlets) > FEW)

    def _reach(self) -> str:
        if self.reach.everything:
            return "1 = 1"
        parts = [
            _among(COLUMN[name], getattr(self.reach, name))
            for name in ("outlets", "teams", "people")
            if getattr(self.reach, name)
        ]
        return f"({' OR '.join(parts)})" if parts else "1 = 0"


COLUMN = {"outlets": "outlet", "teams": "team", "people": "person"}


def _among(column: str, numbers: frozenset[int]) -> str:
    listed = ", ".join(str(int(number)) for number in sorted(numbers))
    return f"{column} IN ({listed})" if listed else "1 = 0"


def statement(narrow: Narrow, scope: Sequence[str], grain: str, when: str, *, model: bool) -> str:
    """The text of the grouping; `when` is the condition on time."""
    if not SCOPES.issuperset(scope):
        raise ValueError(f"cannot group by {sorted(set(scope) - SCOPES)}")
    period, since = PERIODS[grain], SINCE[grain]
    cohort = f"CASE WHEN {since} IS NULL THEN 0 WHEN {since} >= {period} THEN 1 ELSE 2 END"
    columns = [period, *scope, "kind", "channel", "level", "tags", cohort]
    if model:
        columns.append("model")
    chosen = ", ".join(columns)
    return f"SELECT {chosen}, {SUMS} FROM {table_of(Fact)} WHERE {narrow.sql()} AND {when} GROUP BY {chosen}"  # noqa: S608, E501


def tallies(
    narrow: Narrow,
    *,
    first: int | date,
    last: int | date,
    scope: Sequence[str] = ("outlet",),
    grain: str = "month",
    model: bool = False,
) -> list[Tally]:
    """Tallies of the periods first..last, both included, given as the engine's keys.

    `grain` is day, week or month; a quarter or a year is built of months.
    """
    column = PERIODS[grain]
    when = f"{column} BETWEEN {_literal(first, grain)} AND {_literal(last, grain)}"
    text = statement(narrow, scope, grain, when, model=model)
    months = (int(first), int(last)) if grain == "month" else EVERY  # type: ignore[arg-type]
    return list(_read(answer(text, months, wide=narrow.is_wide), len(scope), model=model))


def before(
    narrow: Narrow, *, first: int | date, scope: Sequence[str] = ("outlet",), grain: str = "month"
) -> list[Tally]:
    """Tallies of everything before a period, as one sum with period 0: the opening stocks."""
    columns = ", ".join([*scope, "kind", "channel", "level", "tags"])
    when = f"{PERIODS[grain]} < {_literal(first, grain)}"
    text = f"SELECT 0, {columns}, 0, {SUMS} FROM {table_of(Fact)} WHERE {narrow.sql()} AND {when} GROUP BY {columns}"  # noqa: S608, E501
    months = (None, int(first) - 1) if grain == "month" else EVERY  # type: ignore[arg-type]
    return list(_read(answer(text, months, wide=narrow.is_wide), len(scope), model=False))


def _literal(key: int | date, grain: str) -> str:
    if grain != "day":
        return str(int(key))  # type: ignore[arg-type]
    if isinstance(key, date):
        return f"'{key.isoformat()}'"
    text = str(int(key))
    return f"'{date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()}'"


def _read(rows: Iterable[tuple[Any, ...]], scopes: int, *, model: bool) -> Iterator[Tally]:
    for period, *columns in rows:
        scope = tuple(columns[:scopes])
        kind, channel, level, tags, cohort = columns[scopes : scopes + 5]
        quantity, fen, value, count = columns[-4:]
        name = columns[scopes + 5] if model else ""
        key = day_key(period) if isinstance(period, date) else period
        yield Tally(
            key, scope, kind, channel, level, tags, cohort, quantity, fen, value, count, name
        )
