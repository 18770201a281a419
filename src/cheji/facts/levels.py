"""Measures that keep values apart, at five levels at once: medians, P90s, means and windows.

How often each value was seen is counted by level, and running sums over the values find those in
the middle: the text is plain SQL that every engine reads, and no value becomes a Python object.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cheji.engine.definitions import Measure
from cheji.engine.kpis import Scope
from cheji.engine.spreads import Summary
from cheji.records.bulk import table_of
from cheji.records.models import Fact

from .asking import answer
from .narrowing import Narrow
from .ways import Way, among, conditions, kinds_of, signed_kinds, way_of

VALUE: Final = "CASE WHEN reverses IS NULL THEN value ELSE -value END"
ADDED: Final = {
    "quantity": "quantity",
    "fen": "fen",
    "value": "value",
    "count": "CASE WHEN reverses IS NULL THEN 1 ELSE -1 END",
}
LEVELS: Final = (("outlet", "person"), ("outlet", "team"), ("outlet",), ("region",), ())
"""What the facts are cut into: everyone, teams, outlets, regions, the whole."""
PARTS: Final = ("region", "outlet", "team", "person")
READ: Final = {
    sum(1 << place for place, part in enumerate(PARTS) if part not in level): (
        level,
        [1 + PARTS.index(part) for part in level],
    )
    for level in LEVELS
}
"""By which columns are left out, a bit for each: the level, and where its scope stands in a row."""
Summaries = dict[Scope, dict[str, Summary]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a measure looks at: a way of counting, its window, and whether values count."""

    way: Way
    window: int
    valued: bool


def seen_by(measure: Measure) -> Seen:
    """A spread weighs its values by quantity; without one only the sum is wanted."""
    way = way_of(measure)
    if measure.spread:
        way = Way(way.kinds, "quantity", way.where, way.cohort)
    return Seen(way, measure.window, bool(measure.spread))


def summaries(
    narrow: Narrow, measures: Sequence[Measure], *, month: int, regions: Mapping[int, int]
) -> dict[tuple[str, ...], Summaries]:
    """By level and scope what the measures of a month saw; `regions` of outlets, by id."""
    found: dict[tuple[str, ...], Summaries] = {level: {} for level in LEVELS}
    for begun in (False, True):
        chosen = [measure for measure in measures if measure.begun is begun]
        for layer in _layers({seen_by(measure) for measure in chosen}):
            codes = [[m.code for m in chosen if seen_by(m) == seen] for seen in layer]
            text = statement(narrow, layer, month=month, regions=regions, begun=begun)
            months = (month, None if begun else month)
            for row in answer(text, months, wide=narrow.is_wide):
                _take(found, codes, row)
    return found


def _take(
    found: Mapping[tuple[str, ...], Summaries],
    codes: Sequence[Sequence[str]],
    row: tuple[int, ...],
) -> None:
    level, places = READ[row[0]]
    scope = tuple([row[place] for place in places])
    summary = Summary(*row[6:])
    for code in codes[row[5]]:
        found[level].setdefault(scope, {})[code] = summary


def _layers(wanted: Iterable[Seen]) -> list[list[Seen]]:
    """Ways of looking that share no kind go into one text: a fact counts there once."""
    layers: list[list[Seen]] = []
    for seen in sorted(wanted, key=repr):
        kinds = kinds_of([seen.way])
        free = (one for one in layers if not kinds & kinds_of(other.way for other in one))
        layer = next(free, None)
        if layer is None:
            layers.append([seen])
        else:
            layer.append(seen)
    return layers


def statement(
    narrow: Narrow, layer: Sequence[Seen], *, month: int, regions: Mapping[int, int], begun: bool
) -> str:
    """The text: level g, region, outlet, team, person, place m, weight, Σ value × weight, middles.

    A value counts for nothing where what was seen of it was taken back.
    """
    column = "since_month" if begun else "month"
    kinds = among("kind", sorted(kinds_of(seen.way for seen in layer)))
    when = f"{narrow.sql()} AND {kinds} AND {column} = {int(month)}"
    facts = (
        f"SELECT *, {_cohort()} AS c, {VALUE} AS v, {_region(regions)} AS region "  # noqa: S608
        f"FROM {table_of(Fact)} WHERE {when}"
    )
    placed = (
        f"SELECT {', '.join(PARTS)}, {_place_of(layer)} AS m, {_value_of(layer)} AS v, "  # noqa: S608
        f"{_amount_of(layer)} AS a FROM ({facts}) AS facts"
    )
    sets = ", ".join(f"({', '.join(('m', 'v', *level))})" for level in LEVELS)
    left_out = " + ".join(f"{1 << place} * GROUPING({part})" for place, part in enumerate(PARTS))
    counted = (
        f"SELECT {left_out} AS g, {', '.join(PARTS)}, m, v, CAST(SUM(a) AS BIGINT) AS w "  # noqa: S608
        f"FROM ({placed}) AS placed WHERE m >= 0 GROUP BY GROUPING SETS ({sets})"
    )
    group = f"g, {', '.join(PARTS)}, m"
    running = (
        f"SELECT {group}, v, w, CAST(SUM(w) OVER (PARTITION BY {group} ORDER BY v) AS BIGINT) AS b, "  # noqa: S608, E501
        f"CAST(SUM(w) OVER (PARTITION BY {group}) AS BIGINT) AS t "
        f"FROM ({counted}) AS counted WHERE w <> 0"
    )
    return (
        f"SELECT {group}, CAST(SUM(w) AS BIGINT), CAST(SUM(v * w) AS BIGINT), "  # noqa: S608
        "MIN(CASE WHEN 2 * b >= t THEN v END), MIN(CASE WHEN 2 * b > t THEN v END), "
        f"MIN(CASE WHEN 10 * b >= 9 * t THEN v END) FROM ({running}) AS running GROUP BY {group}"
    )


def _cohort() -> str:
    return "CASE WHEN since_month IS NULL THEN 0 WHEN since_month >= month THEN 1 ELSE 2 END"


def _region(regions: Mapping[int, int]) -> str:
    by_region: dict[int, list[int]] = {}
    for outlet, region in sorted(regions.items()):
        by_region.setdefault(region, []).append(outlet)
    cases = [
        f"WHEN outlet IN ({', '.join(map(str, outlets))}) THEN CAST({region} AS BIGINT)"
        for region, outlets in by_region.items()
    ]
    return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS BIGINT)"


def _place_of(layer: Sequence[Seen]) -> str:
    cases = [f"WHEN {_held(seen)} THEN {place}" for place, seen in enumerate(layer)]
    return f"CASE {' '.join(cases)} ELSE -1 END"


def _held(seen: Seen) -> str:
    parts = [among("kind", sorted(kinds_of([seen.way]))), *conditions(seen.way)]
    return " AND ".join(parts + ([f"v <= {seen.window}"] if seen.window else []))


def _value_of(layer: Sequence[Seen]) -> str:
    kinds = kinds_of(seen.way for seen in layer if seen.valued)
    return f"CASE WHEN {among('kind', sorted(kinds))} THEN v ELSE 0 END"


def _amount_of(layer: Sequence[Seen]) -> str:
    return f"CASE {' '.join(_amounts(layer))} ELSE 0 END"


def _amounts(layer: Sequence[Seen]) -> Iterator[str]:
    for seen in layer:
        amount = ADDED[seen.way.column]
        for sign, kinds in signed_kinds(seen.way.kinds).items():
            yield f"WHEN {among('kind', kinds)} THEN {sign} * ({amount})"
