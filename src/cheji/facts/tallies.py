"""The one GROUP BY: facts of a scope and time, added up by dimensions, as the engine's tallies.

The text uses no dialect function and no join, so that PostgreSQL, DuckDB and Spark read it alike.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from cheji.engine.periods import day_key
from cheji.engine.tallies import Tally
from cheji.records.bulk import table_of
from cheji.records.models import Fact

from . import kept
from .mirror.reading import EVERY
from .narrowing import Narrow

SCOPES = frozenset({"outlet", "team", "person", "model", "channel", "source_kind", "source"})
PERIODS = {"day": "on_date", "week": "week", "month": "month"}
SINCE = {"day": "since", "week": "since_week", "month": "since_month"}
SUMS = """CAST(SUM(quantity) AS BIGINT) AS q, CAST(SUM(fen) AS BIGINT) AS f,
  CAST(SUM(value) AS BIGINT) AS v,
  CAST(SUM(CASE WHEN reverses IS NULL THEN 1 ELSE -1 END) AS BIGINT) AS n"""


def statement(
    narrow: Narrow, scope: Sequence[str], grain: str, when: str, dimensions: Mapping[str, str]
) -> str:
    """The text of the grouping; `when` is the condition on time, `dimensions` names expressions.

    Its columns: period p, scope s0, s1 …, the dimensions, cohort c, the sums q, f, v and n.
    """
    period, since = PERIODS[grain], SINCE[grain]
    cohort = f"CASE WHEN {since} IS NULL THEN 0 WHEN {since} >= {period} THEN 1 ELSE 2 END"
    return _text(narrow, scope, when, {"p": period, **dimensions, "c": cohort})


def earlier(narrow: Narrow, scope: Sequence[str], when: str, dimensions: Mapping[str, str]) -> str:
    """The same without periods and cohorts: what was before, as one sum with period 0."""
    return _text(narrow, scope, when, {"p": "0", **dimensions, "c": "0"})


def _text(narrow: Narrow, scope: Sequence[str], when: str, dimensions: Mapping[str, str]) -> str:
    if not SCOPES.issuperset(scope):
        raise ValueError(f"cannot group by {sorted(set(scope) - SCOPES)}")
    period, *others = dimensions.items()
    columns = [period, *((f"s{place}", name) for place, name in enumerate(scope)), *others]
    named = ", ".join(f"{text} AS {name}" for name, text in columns)
    grouped = ", ".join(text for _, text in columns if text != "0")
    return (
        f"SELECT {named}, {SUMS} FROM {table_of(Fact)} "  # noqa: S608
        f"WHERE {narrow.sql()} AND {when} GROUP BY {grouped}"
    )


def _dimensions(*, model: bool) -> dict[str, str]:
    names = ["kind", "channel", "level", "tags", *(["model"] if model else [])]
    return {name: name for name in names}


def tallies(
    narrow: Narrow,
    *,
    first: int | date,
    last: int | date,
    scope: Sequence[str] = ("outlet",),
    grain: str = "month",
    model: bool = False,
    ahead: Sequence[int] = (),
) -> list[Tally]:
    """Tallies of the periods first..last, both included, given as the engine's keys.

    `grain` is day, week or month; a quarter or a year is built of months. `ahead` are periods that
    will be asked for next, one by one: they are read together with a single one of them.
    """

    def question(first: int | date, last: int | date) -> kept.Question:
        return kept.Question(
            narrow,
            lambda narrow, when: statement(narrow, scope, grain, when, _dimensions(model=model)),
            len(scope) + (7 if model else 6),
            within(grain, first, last, narrow.since),
        )

    asked = question(first, last)
    if first == last and first in ahead and not kept.is_kept(asked):
        each = {key: question(key, key) for key in ahead}
        kept.read_ahead(question(min(ahead), max(ahead)), each)
    return _read(asked, len(scope))


def before(
    narrow: Narrow,
    *,
    first: int | date,
    scope: Sequence[str] = ("outlet",),
    grain: str = "month",
    model: bool = False,
) -> list[Tally]:
    """Tallies of everything before a period, as one sum with period 0: the opening stocks."""
    return _read(
        kept.Question(
            narrow,
            lambda narrow, when: earlier(narrow, scope, when, _dimensions(model=model)),
            len(scope) + (7 if model else 6),
            until(grain, first, narrow.since),
        ),
        len(scope),
    )


def within(
    grain: str, first: int | date, last: int | date, since: date | None = None
) -> kept.Stretch:
    """The condition on time for periods, from a day on, and the months that it can touch."""
    when = f"{PERIODS[grain]} BETWEEN {_literal(first, grain)} AND {_literal(last, grain)}"
    when += f" AND on_date >= '{since.isoformat()}'" if since else ""
    return when, (int(first), int(last)) if grain == "month" else EVERY  # type: ignore[arg-type]


def until(grain: str, first: int | date, since: date | None = None) -> kept.Stretch:
    """The condition on time for everything before a period or day, and the months it can touch."""
    if since:
        return f"on_date < '{since.isoformat()}'", EVERY
    when = f"{PERIODS[grain]} < {_literal(first, grain)}"
    return when, (None, int(first) - 1) if grain == "month" else EVERY  # type: ignore[arg-type]


def _literal(key: int | date, grain: str) -> str:
    if grain != "day":
        return str(int(key))  # type: ignore[arg-type]
    if isinstance(key, date):
        return f"'{key.isoformat()}'"
    text = str(int(key))
    return f"'{date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()}'"


def _read(question: kept.Question, scopes: int) -> list[Tally]:
    found, after = [], 1 + scopes
    for group, sums in kept.sums(question).items():
        period, (kind, channel, level, tags, *model) = group[0], group[after:-1]
        key = day_key(period) if isinstance(period, date) else period
        scope, cohort, (quantity, fen, value, count) = group[1:after], group[-1], sums
        found.append(
            Tally(
                key, scope, kind, channel, level, tags, cohort, quantity, fen, value, count, *model
            )
        )
    return found
