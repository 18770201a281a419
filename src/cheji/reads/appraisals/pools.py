"""The quota of a board: heads placed pool by pool, and with whom an outlet is graded."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cheji.engine.definitions import Quota
from cheji.engine.scores import LEVELS, Head, Placed, distribute, heads_of
from cheji.reads.appraisals.scored import Scored
from cheji.records.models import Unit


@dataclass(frozen=True, slots=True)
class PoolSeen:
    """Heads that are graded together: by grade how many there are and how many the quota asks."""

    name: str
    heads: int
    small: bool
    counts: tuple[tuple[str, int, int], ...]


def circles(
    quota: Quota | None, outlet: Unit, outlets: Iterable[Unit]
) -> list[tuple[str, set[int]]]:
    """Ever wider: outlets with whose people those of one may be graded, each with its pool."""
    if quota is None:
        return [("", {outlet.pk})]
    known = _names()
    pools = {one.pk: _pools_of(one, known) for one in outlets}
    return [
        (pools[outlet.pk][level], {pk for pk, own in pools.items() if own[level] == pool})
        for level in range(LEVELS.index(quota.pool), len(LEVELS))
        for pool in [pools[outlet.pk][level]]
    ]


def placed(quota: Quota | None, own: Sequence[Scored]) -> dict[str, Placed]:
    """By staff number the grade that a forced distribution would give; empty without a quota."""
    if quota is None:
        return {}
    known = _names()
    heads = [
        Head(
            one.last.person.number,
            one.total,
            _pools_of(one.last.outlet, known),
            one.points,
            (one.last.person.hired_on or date.max).toordinal(),
        )
        for one in own
        if one.total is not None
    ]
    return {each.person: each for each in distribute(quota, heads)}


def _names() -> dict[int, str]:
    rows = Unit.objects.exclude(kind=Unit.Kind.TEAM).values_list("id", "name")
    return dict(rows)


def _pools_of(outlet: Unit, known: Collection[int]) -> tuple[str, str, str]:
    """Outlet, region and group of an outlet, by id: two may have one name."""
    line = [part for part in outlet.path.strip("/").split("/") if int(part) in known]
    top, low = line[0], line[-1]
    return low, line[1] if len(line) > 2 else top, top


def pools(
    quota: Quota | None, grades: Mapping[str, str], places: Mapping[str, Placed]
) -> list[PoolSeen]:
    """Each pool with its heads by grade, as they stand (by staff number) and as the quota asks."""
    if quota is None:
        return []
    names = _names()
    found: dict[str, list[str]] = {}
    for person in grades:
        if person in places:
            found.setdefault(places[person].pool, []).append(person)
    return [
        PoolSeen(
            names[int(pool)],
            len(own),
            places[own[0]].small,
            tuple(
                (part.grade, sum(grades[person] == part.grade for person in own), wanted)
                for part, wanted in zip(quota.parts, heads_of(quota, len(own)), strict=True)
            ),
        )
        for pool, own in found.items()
    ]
