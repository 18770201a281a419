"""Rankings that are fair: ties share a place, small samples and missing values have none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Direction = Literal["up", "down"]
WhyNot = Literal["", "no_value", "small_sample"]


@dataclass(frozen=True, slots=True)
class Entrant:
    """Who is ranked: `sample` is n, on which the value rests; `group` holds the like."""

    key: str
    value: Fraction | None
    sample: Fraction = Fraction(0)
    group: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place among `of` ranked ones of the group; none when `why` says so."""

    entrant: Entrant
    rank: int | None
    of: int
    why: WhyNot = ""


def rank(
    entrants: Sequence[Entrant], *, direction: Direction = "up", least: int = 0
) -> list[Place]:
    """Competition ranking (1, 2, 2, 4) inside each group, best first, in order of groups.

    Entrants whose sample is below `least`, or who have no value, follow unranked.
    """
    groups: dict[str, list[Entrant]] = defaultdict(list)
    for entrant in entrants:
        groups[entrant.group].append(entrant)
    return [place for members in groups.values() for place in _ranked(members, direction, least)]


def _ranked(members: Sequence[Entrant], direction: Direction, least: int) -> list[Place]:
    counted = [(one, one.value) for one in members if one.value is not None and one.sample >= least]
    best_first = sorted((value for _, value in counted), reverse=direction == "up")
    first_place = {value: best_first.index(value) + 1 for value in set(best_first)}
    placed = [Place(one, first_place[value], len(counted)) for one, value in counted]
    placed.sort(key=lambda place: place.rank or 0)
    left = [one for one in members if one.value is None or one.sample < least]
    return placed + [Place(one, None, len(counted), _why_not(one)) for one in left]


def _why_not(entrant: Entrant) -> WhyNot:
    return "no_value" if entrant.value is None else "small_sample"


def shrunk(hits: Fraction, sample: Fraction, mean: Fraction, weight: int) -> Fraction:
    """A rate drawn towards the group's mean as if `weight` further cases had gone like it.

    A rate of 2 of 2 then does not beat one of 30 of 60 by luck.

    Raises:
        ValueError: neither cases nor weight.
    """
    if sample + weight <= 0:
        raise ValueError("a rate needs cases or weight")
    return (hits + weight * mean) / (sample + weight)


def band(months: int, starts: Sequence[int]) -> int:
    """Which band months of service fall into: 0 below the first start, 1 from it on, …"""
    return sum(months >= start for start in starts)


def ramped(value: Fraction | None, months: int, ramp: Sequence[int]) -> Fraction | None:
    """A new starter's count as that of a full hand: by the percent expected of his month.

    `ramp` holds the percents of the first months, such as 30, 60, 80; later ones count as they are.
    """
    if value is None or not 0 <= months < len(ramp):
        return value
    return value * 100 / ramp[months]
