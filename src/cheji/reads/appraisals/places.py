"""Places among those of the same scheme in an outlet, as far as the outlet publishes them."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from cheji.reads.comparisons.rankings import FEWEST, rule_of
from cheji.records.models import Appraisal, Cycle, Person
from cheji.records.standing import standings, totals_of
from cheji.records.visibility import Viewer


@dataclass(frozen=True, slots=True)
class RankSeen:
    """A place in the outlet's ranking; without a name where the outlet shows none."""

    place: int
    name: str
    total: Fraction
    grade: str
    mine: bool


def places(viewer: Viewer, cycle: Cycle, rows: Collection[Appraisal]) -> dict[int, tuple[int, int]]:
    """Place and heads among all of the outlet and scheme, also those out of the viewer's reach.

    Equal totals share a place. Who ended the period elsewhere has his place there.
    """
    told = [row for row in rows if not _hidden(viewer, row)]
    pools = _pools(cycle, {row.outlet_id for row in told})
    found = {}
    for row in told:
        pool = pools.get((row.outlet_id, row.scheme_id), {})
        mine = pool.get(row.person_id)
        if mine is not None:
            found[row.person_id] = (1 + sum(other > mine for other in pool.values()), len(pool))
    return found


def _hidden(viewer: Viewer, row: Appraisal) -> bool:
    """Whether his outlet tells the viewer nothing of his own place."""
    return row.person_id == viewer.person and rule_of(row.outlet_id).mode == "off"


def _pools(cycle: Cycle, outlets: Collection[int]) -> dict[tuple[int, int], dict[int, int]]:
    """By outlet and scheme the totals of those who ended the period there, by person."""
    there = cycle.appraisals.filter(left_out="", outlet__in=outlets)
    rows = cycle.appraisals.filter(left_out="", person__in=there.values("person"))
    last = {
        person: (outlet, scheme)
        for person, outlet, scheme in rows.order_by("since", "id").values_list(
            "person", "outlet", "scheme"
        )
    }
    found: dict[tuple[int, int], dict[int, int]] = {}
    for person, total in totals_of(cycle, last).items():
        if total is not None:
            found.setdefault(last[person], {})[person] = total
    return found


def ranking(cycle: Cycle, me: Appraisal) -> list[RankSeen]:
    """The ranking as the outlet publishes it: with names, without, or none but one's own place.

    Among too few others a row without a name would still tell whose it is.
    """
    mode = rule_of(me.outlet_id).mode
    pool = _pools(cycle, [me.outlet_id]).get((me.outlet_id, me.scheme_id), {})
    few = len(pool) - 1 < FEWEST
    if mode not in ("named", "anonymous") or (mode == "anonymous" and few):
        return []
    names = dict(Person.objects.filter(pk__in=pool).values_list("pk", "name"))
    held = list(standings(cycle, pool).values())
    totals = sorted((one_.total or Fraction(0) for one_ in held), reverse=True)
    found = [
        RankSeen(
            totals.index(one_.total or Fraction(0)) + 1,
            names[one_.person] if mode == "named" or one_.person == me.person_id else "",
            one_.total or Fraction(0),
            one_.grade,
            one_.person == me.person_id,
        )
        for one_ in held
    ]
    return sorted(found, key=lambda one_: (one_.place, not one_.mine, one_.name))
