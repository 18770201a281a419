"""Facts made up by the million, month by month, straight into the files of a mirror.

Forty kinds, 24 months, each person with the same share; the same facts at every call.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Final

from cheji.engine.kinds import KINDS
from cheji.engine.kinds.columns import Kind
from cheji.facts.mirror.duck import COLUMNS, connect

MONTHS: Final = 24
COUNTED: Final = len(KINDS)  # kinds of facts
SLOTS: Final = 4096  # a fact's slot says its kind, channel, level and tag
LEVELS: Final = ("H", "A", "B", "C")
Slot = tuple[int, str, str, str, str, bool, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Member:
    """Whose facts they are: a person with team and outlet."""

    person: int
    team: int
    outlet: int


def slots() -> list[Slot]:
    """What facts are like: kinds of falling frequency, each with its channels, levels and tags."""
    weights = [2 * COUNTED - place for place in range(COUNTED)]
    found: list[Slot] = []
    for kind, weight in zip(KINDS[:COUNTED], weights, strict=True):
        ways = list(_ways(kind))
        for turn in range(weight * SLOTS // sum(weights)):
            channel, level, tag = ways[turn % len(ways)]
            says = (bool(kind.quantity), bool(kind.fen), bool(kind.value), bool(kind.since))
            found.append((len(found), kind.code, channel, level, tag, *says))
    return found


def _ways(kind: Kind) -> Iterator[tuple[str, str, str]]:
    levels = LEVELS if kind.code.startswith(("prospect", "intent")) else ("",)
    return product(kind.channels or ("",), levels, kind.tags or ("",))


def months(last: int) -> list[int]:
    """The keys of the months that end with this one."""
    index = last // 100 * 12 + last % 100 - 1
    return [(at // 12) * 100 + at % 12 + 1 for at in range(index - MONTHS + 1, index + 1)]


class Maker:
    """Makes one month after the other; ids begin after `above` and grow by the day."""

    def __init__(self, members: Sequence[Member], count: int, *, above: int = 0) -> None:
        self.members, self.count, self.above = members, count, above
        self.duck = connect()
        self.duck.execute(
            "CREATE TEMP TABLE slots (slot INT, kind TEXT, channel TEXT, level TEXT, tags TEXT, "
            "q BOOL, f BOOL, v BOOL, s BOOL)"
        )
        made = slots()
        self.slots = len(made)
        self.duck.executemany("INSERT INTO slots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", made)
        listed = ", ".join(
            f"({place}, {one.person}, {one.team}, {one.outlet})"
            for place, one in enumerate(members)
        )
        self.duck.execute(
            "CREATE TEMP TABLE members AS SELECT CAST(place AS INT) AS place, "  # noqa: S608
            "CAST(person AS BIGINT) AS person, CAST(team AS BIGINT) AS team, "
            "CAST(outlet AS BIGINT) AS outlet "
            f"FROM (VALUES {listed}) AS made (place, person, team, outlet)"
        )

    def month(self, key: int, place: int) -> str:
        """A SELECT of the facts of a month, the `place`th of all."""
        low, high = (self.count * at // MONTHS for at in (place, place + 1))
        first = date(key // 100, key % 100, 1)
        return f"""
          SELECT {", ".join(COLUMNS)} FROM (
            SELECT i + 1 + {self.above} AS id, kind, on_date, since,
              CAST(yearweek(on_date) AS INT) AS week, CAST({key} AS INT) AS month,
              CAST(yearweek(since) AS INT) AS since_week,
              CAST(year(since) * 100 + month(since) AS INT) AS since_month,
              outlet, team, person, CAST(h % 5000000 AS BIGINT) AS customer,
              '车型 ' || (h % 12) AS model, channel, level, tags,
              CASE WHEN q THEN 10000 ELSE 0 END AS quantity,
              CASE WHEN f THEN CAST(h % 20000000 AS BIGINT) ELSE 0 END AS fen,
              CASE WHEN v THEN CAST(h % 1440 AS BIGINT) ELSE 0 END AS value,
              'made' AS source_kind, i + 1 AS source, CAST(NULL AS BIGINT) AS reverses
            FROM (
              SELECT i, h, CAST(on_date AS DATE) AS on_date, slots.*, members.*,
                CASE WHEN s THEN CAST(on_date - CAST(h // 7 % 45 AS INT) AS DATE) END AS since
              FROM (
                SELECT i, hash(i) AS h,
                  DATE '{first}' + CAST((i - {low}) * 28 // {high - low} AS INT) AS on_date
                FROM range({low}, {high}) AS made (i)) AS numbered
              JOIN slots ON slot = CAST(h // 11 % {self.slots} AS INT)
              JOIN members ON place = CAST(h // 97 % {len(self.members)} AS INT)) AS joined) AS facts
        """  # noqa: S608, E501
