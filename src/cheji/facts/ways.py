"""Ways of counting facts, as texts: sums of cases over the one GROUP BY, by families of kinds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cheji.engine.definitions import Filter, Measure
from cheji.engine.kpis import unknown_kinds
from cheji.engine.tallies import CARRIED, DIMENSIONS, NEW, NO_COHORT

MOST: Final = 24  # ways of one portion; those that share kinds stay together
SUMMED: Final = {"quantity": "q", "fen": "f", "value": "v", "count": "n"}
COHORTS: Final = {
    "new": f"c = {NEW}",
    "carried": f"c = {CARRIED}",
    "classified": f"c <> {NO_COHORT}",
    "unclassified": f"c = {NO_COHORT}",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A way of counting facts: kinds with signs, the column that is added, filters, a cohort.

    Its sums are integers: quantity in 1/10,000, money in fen.
    """

    kinds: tuple[tuple[str, int], ...]
    column: str
    where: tuple[Filter, ...] = ()
    cohort: str = "any"


def way_of(measure: Measure) -> Way:
    """How a measure without spread or window counts."""
    return Way(measure.kinds, measure.column, measure.where, measure.cohort)


def unknown_of(measure: Measure) -> tuple[Way, Way] | None:
    """Facts of what is not known, which a sum of money cannot count, and those that it counts.

    Where there are some of the first and none of the second it has no value.
    """
    unknown = tuple((kind, 1) for kind in unknown_kinds(measure))
    if measure.column != "fen" or not unknown:
        return None
    counted = tuple((kind, 1) for kind in dict(measure.kinds))
    return tuple(  # type: ignore[return-value]
        Way(kinds, "count", measure.where, measure.cohort) for kinds in (unknown, counted)
    )


def ways_of(measures: Iterable[Measure]) -> tuple[Way, ...]:
    """Each way of counting that these measures need, once."""
    found: dict[Way, None] = {}
    for measure in measures:
        found |= dict.fromkeys((way_of(measure), *(unknown_of(measure) or ())))
    return tuple(found)


def kinds_of(ways: Iterable[Way]) -> frozenset[str]:
    return frozenset(kind for way in ways for kind, _ in way.kinds)


def portions(ways: Sequence[Way]) -> list[tuple[Way, ...]]:
    """Ways that share kinds or filter on the same dimensions together, others apart.

    A case is then weighed for few groups only, and a group is split only where it must be.
    """
    found: list[tuple[Way, ...]] = []
    before: frozenset[str] | None = None
    for filtered, family in sorted(_families(ways), key=lambda one: sorted(one[0])):
        if found and filtered == before and len(found[-1]) + len(family) <= MOST:
            found[-1] += family
        else:
            found.append(family)
        before = filtered
    return found


def _families(ways: Sequence[Way]) -> Iterator[tuple[frozenset[str], tuple[Way, ...]]]:
    """Ways with kinds in common, and the dimensions on which any of them filters."""
    families: list[tuple[frozenset[str], tuple[Way, ...]]] = []
    for way in ways:
        kinds = kinds_of([way])
        near = [one for one in families if one[0] & kinds]
        families = [one for one in families if not one[0] & kinds]
        joined = tuple(other for _, family in near for other in family)
        families.append((kinds.union(*(one[0] for one in near)), (*joined, way)))
    for _, family in families:
        yield frozenset(item.dimension for way in family for item in way.where), family


def dimensions(ways: Sequence[Way]) -> dict[str, str]:
    """Only what a way filters on, and that only of the kinds that it counts: few groups."""
    found, counted = {"kind": "kind"}, kinds_of(ways)
    for name in DIMENSIONS:
        kinds = {
            kind
            for way in ways
            for kind, _ in way.kinds
            if any(item.dimension == name for item in way.where)
        }
        if kinds == counted:
            found[name] = name
        elif kinds:
            found[name] = f"CASE WHEN {among('kind', sorted(kinds))} THEN {name} ELSE '' END"
    return found


def total(way: Way, place: int) -> str:
    """A way's sum over grouped facts, named by its place."""
    amount = SUMMED[way.column]
    held = " AND ".join(conditions(way))
    cases = [
        f"WHEN {among('kind', kinds)}{' AND ' + held if held else ''} THEN {sign} * {amount}"
        for sign, kinds in signed_kinds(way.kinds).items()
    ]
    return f"CAST(SUM(CASE {' '.join(cases)} ELSE 0 END) AS BIGINT) AS m{place}"


def signed_kinds(kinds: Iterable[tuple[str, int]]) -> dict[int, list[str]]:
    """Kinds by how often they count; one that is listed twice counts twice."""
    signs: dict[str, int] = {}
    for kind, sign in kinds:
        signs[kind] = signs.get(kind, 0) + sign
    found: dict[int, list[str]] = {}
    for kind, sign in signs.items():
        found.setdefault(sign, []).append(kind)
    return found


def conditions(way: Way) -> list[str]:
    found = [
        among(item.dimension, item.values)
        if item.inside
        else f"NOT {among(item.dimension, item.values)}"
        for item in way.where
    ]
    if way.cohort != "any":
        found.append(COHORTS[way.cohort])
    return found


def among(column: str, values: Iterable[str]) -> str:
    words = ", ".join(_literal(value) for value in values)
    return f"{column} IN ({words})" if words else "1 = 0"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
