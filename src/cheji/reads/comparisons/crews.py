"""The people of an outlet as a benchmark for one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from cheji.engine.kpis import Input, Inputs, mean_inputs, over
from cheji.facts import Narrow
from cheji.reads.comparisons.sides import Question, Side, worked_out
from cheji.reads.kpis import benchmarks
from cheji.reads.kpis.gathering import Gathering, filled, gather, span_of
from cheji.reads.kpis.ground import Place
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import Column, Of
from cheji.records.models import Post, RankingRule
from cheji.records.refusals import BadValue

BEST_PART = 4
"""The best people are the best quarter by the result, at least one."""


@dataclass(frozen=True)
class Crew:
    """The people of an outlet with figures in the months, by id."""

    columns: Mapping[int, Mapping[int, Inputs]]

    def mean(self, people: Sequence[int], months: Sequence[int]) -> dict[int, dict[str, Input]]:
        """Inputs averaged over people, month by month."""
        return {m: dict(mean_inputs([self.columns[p][m] for p in people])) for m in months}


def crew(asked: Question, narrow: Narrow | None = None) -> Crew:
    """Everybody with figures at the outlet, in reach or not; with `narrow` those of its facts."""
    outlet = next(iter(asked.place.outlets))
    facts = narrow or asked.ground.beyond(frozenset({outlet}))
    span = span_of("month", asked.months[0], asked.months[-1])
    columns = gather(asked.ground, Gathering(facts, ("person",), span, asked.measures))
    return Crew(
        {
            int(person): dict(
                zip(asked.months, filled(column, asked.months, asked.measures), strict=True)
            )
            for (person,), column in columns.items()
            if person and any(value for inputs in column.values() for value in inputs.values())
        }
    )


def people_side(asked: Question, against: str, by: str) -> Side:
    """What the people of the outlet do on average, or the best quarter of them."""
    if not asked.whose.person:
        raise BadValue(field="against", value=against, why="person")
    return crew_side(asked, crew(asked), by, best=against == "people_best")


def crew_side(asked: Question, found: Crew, by: str, *, best: bool) -> Side:
    """The average of everybody, or of the best quarter by a KPI; withheld where it tells too much.

    The best may be one person: only who sees the outlet as a whole is given it.
    """
    everybody = sorted(found.columns)
    outlet = asked.ground.places[next(iter(asked.place.outlets))]
    whole = asked.ground.whole(outlet)
    hidden = not everybody or not (whole or (not best and _may_average(asked, outlet, everybody)))
    chosen = _best_people(asked, found, by) if best and not hidden else everybody
    of = Of("people_best" if best else "people_average", None, outlet.code, "", outlet.id)
    seen = heading(asked.catalogue.ruling, by) if best else None
    column = Column(of, asked.grain, asked.period, hidden, len(chosen), by=seen)
    if hidden:
        return Side(column)
    return Side(column, worked_out(asked, found.mean(chosen, asked.months)), asked.catalogue)


def _may_average(asked: Question, outlet: Place, everybody: Sequence[int]) -> bool:
    """Whether three or more stand behind it of whom the viewer sees nothing.

    And the outlet does not keep its people's figures to each one alone by switching rankings off.
    """
    rule = RankingRule.objects.filter(outlet=outlet.id).first()
    if rule is not None and rule.mode == RankingRule.Mode.OFF:
        return False
    mine = Post.objects.filter(unit__in=asked.ground.reach.teams, person__in=everybody)
    seen = asked.ground.reach.people | set(mine.values_list("person", flat=True))
    return len(set(everybody) - seen) >= benchmarks.FEWEST


def _best_people(asked: Question, found: Crew, by: str) -> list[int]:
    values = {
        person: over(asked.catalogue.ruling, by, [column[m] for m in asked.months]).value
        for person, column in found.columns.items()
    }
    order = sorted(values, key=lambda person: (-(values[person] or 0), person))
    return order[: ceil(len(order) / BEST_PART)]
