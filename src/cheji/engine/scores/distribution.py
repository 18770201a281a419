"""强制分布: heads by largest remainder, small groups pooled, ties broken by declared keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from cheji.engine.definitions import Quota
from cheji.engine.money import largest_remainder
from cheji.engine.reasons import Reason

LEVELS: Final = ("outlet", "region", "group")
TOTAL: Final = "total"
UNDECIDED: Final = "undecided"


@dataclass(frozen=True, slots=True)
class Head:
    """Somebody to be graded.

    Attributes:
        person: who, by staff number.
        total: of the score card.
        pools: the outlet, region and group that he belongs to, by code or number.
        points: by item code, for ties.
        hired: the day as a number that grows with time, for ties.
    """

    person: str
    total: Fraction
    pools: tuple[str, str, str]
    points: Mapping[str, Fraction] = field(default_factory=dict)
    hired: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A grade by quota.

    Attributes:
        pool: whose heads he was graded with.
        place: from 1 up within the pool.
        decided: `total`, the key that broke a tie with a neighbour, or `undecided` where all keys
            are equal and the quota parts them: then people must decide.
        small: the pool is below the smallest size and there was nobody left to pool with.
    """

    person: str
    grade: str
    pool: str
    place: int
    decided: str
    small: bool
    reason: Reason


def heads_of(quota: Quota, count: int) -> list[int]:
    """How many of so many heads get each grade, best first; they always add up."""
    return largest_remainder(count, [part.share for part in quota.parts])


def distribute(quota: Quota, heads: Iterable[Head]) -> tuple[Placed, ...]:
    """Grades of everybody, pool by pool, best first."""
    found: list[Placed] = []
    for pool, members in pooled(quota, heads):
        found += _graded(quota, pool, members)
    return tuple(found)


def pooled(quota: Quota, heads: Iterable[Head]) -> list[tuple[str, list[Head]]]:
    """Pools with their members: what is too small moves to the next level up, to the top."""
    left, settled = list(heads), []
    levels = range(LEVELS.index(quota.pool), len(LEVELS))
    for level in levels:
        pools: dict[str, list[Head]] = {}
        for head in left:
            pools.setdefault(head.pools[level], []).append(head)
        top = level == levels[-1]
        settled += [(pool, own) for pool, own in pools.items() if top or len(own) >= quota.least]
        left = [] if top else [h for own in pools.values() if len(own) < quota.least for h in own]
    return settled


def _graded(quota: Quota, pool: str, members: Sequence[Head]) -> list[Placed]:
    ordered = sorted(members, key=lambda head: (*_keys(quota, head), head.person))
    counts = heads_of(quota, len(ordered))
    labels = [
        part.grade for part, count in zip(quota.parts, counts, strict=True) for _ in range(count)
    ]
    parted = _parted(quota, ordered, labels)
    return [
        Placed(
            head.person,
            label,
            pool,
            place,
            decided,
            len(ordered) < quota.least,
            _reason(head, label, (pool, place, len(ordered), decided), counts),
        )
        for place, (head, label, decided) in enumerate(
            zip(ordered, labels, parted, strict=True), start=1
        )
    ]


def _keys(quota: Quota, head: Head) -> tuple[Fraction | int, ...]:
    """Smaller is better: the total, then the declared keys."""
    ties = (
        head.hired if tie == "hired" else -head.points.get(tie, Fraction(0)) for tie in quota.ties
    )
    return (-head.total, *ties)


def _parted(quota: Quota, ordered: Sequence[Head], labels: Sequence[str]) -> list[str]:
    """For each place what parted it from its neighbours."""
    keys = [_keys(quota, head) for head in ordered]
    found = [TOTAL] * len(ordered)
    names = (TOTAL, *quota.ties)
    for place in range(1, len(ordered)):
        mine, above = keys[place], keys[place - 1]
        if mine[0] != above[0]:
            continue
        differing = [name for name, a, b in zip(names, mine, above, strict=True) if a != b]
        if differing:
            found[place - 1 : place + 1] = [differing[0]] * 2
    for place in range(1, len(ordered)):
        if keys[place] == keys[place - 1] and labels[place] != labels[place - 1]:
            found = [
                UNDECIDED if key == keys[place] else was
                for key, was in zip(keys, found, strict=True)
            ]
    return found


def _reason(
    head: Head, grade: str, where: tuple[str, int, int, str], counts: Sequence[int]
) -> Reason:
    pool, place, of, decided = where
    return Reason(
        "distribution",
        head.person,
        head.total,
        (
            ("zh", f"{of} 人中第 {place} 名"),
            ("en", f"place {place} of {of}"),
            ("grade", grade),
            ("pool", pool),
            ("place", place),
            ("heads", of),
            ("counts", tuple(counts)),
            ("decided", decided),
        ),
    )
