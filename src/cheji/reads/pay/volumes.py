"""What pay is worked out from if there had been more or fewer deals: the method is a plain one.

Deals are left out or counted twice in turn, so many of a hundred, in order of people and dates.
Totals follow their deals, and so do values of KPIs that only count, the person's own and those of
his team and outlet; what others there sold goes along in proportion. Scores, rates, targets and
averages stay as they were.

A first deal of a team or outlet that is left out makes room for the next of those who are tried; a
deal that is counted twice is of the same day as itself, and so never a further first one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import attrgetter
from typing import Final

from cheji.engine.definitions import Component
from cheji.engine.kpis import scale_of
from cheji.engine.pay import Deal, Figures, Given, Group, Member, firsts, sought, span_of
from cheji.engine.tallies import Key
from cheji.reads.definitions import Catalogue
from cheji.reads.pay.groups import UNITS
from cheji.records.calculations import split

VOLUMES: Final = (-20, -10, 10, 20, 30)
HUNDRED: Final = 100
CAR: Final = "delivery:"
Counting = Mapping[str, tuple[str, int]]
"""The measure of each KPI that only counts, and in what parts of its unit."""
Sums = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Moved:
    """A person's month with other deals: by measure what its own were, and what was added.

    `deals` are those that it had.
    """

    given: Given
    before: Sums
    added: Sums
    deals: Sequence[Deal]


def counting(catalogue: Catalogue, codes: Iterable[str]) -> Counting:
    """Of these KPIs those that are one measure and nothing else, in units or yuan."""
    ruling = catalogue.ruling
    scales = {one.code: scale_of(one) for one in ruling.measures}
    texts = {code: ruling.kpi[code].formula.text for code in codes if code in ruling.kpi}
    return {code: (text, scales[text]) for code, text in texts.items() if text in scales}


def at_volume(
    given: Sequence[Given],
    percent: int,
    counted: Sequence[Counting] = (),
    parts: Sequence[Component] = (),
) -> list[Given]:
    """The same people and months with so many percent more deals, or fewer.

    `parts` are the components that pay first deals of a team or outlet.
    """
    counts = counted or [{}] * len(given)
    found, seen = [], 0
    for one, own in zip(given, counts, strict=True):
        deals: list[Deal] = []
        for deal in sorted(one.deals, key=attrgetter("on_date")):
            steps = (seen + 1) * percent // HUNDRED - seen * percent // HUNDRED
            deals += [deal, *([_again(deal)] * steps)][: 1 + steps]
            seen += 1
        found.append(_with(one, deals, own))
    return _together(found, counts, percent, parts)


def with_one_more(given: Given, counted: Counting | None = None) -> Given:
    """With the last car once more, or the last deal where no car was handed over."""
    own = _cars(given) or list(given.deals)
    last = max(own, key=attrgetter("on_date"))
    counts = counted or {}
    return _together([_with(given, [*given.deals, _again(last)], counts)], [counts])[0]


def sold(given: Given) -> int:
    """Cars handed over; where there is none, deals."""
    return len(_cars(given)) or len(given.deals)


def _cars(given: Given) -> list[Deal]:
    return [deal for deal in given.deals if str(deal.source).startswith(CAR)]


def _again(deal: Deal) -> Deal:
    return deal._replace(source=f"{deal.source}+1")


def _with(given: Given, deals: Sequence[Deal], counted: Counting) -> Moved:
    """With other deals; what of the totals is no single deal stays."""
    before, after = _sums(given.deals), _sums(deals)
    added = {code: after.get(code, 0) - before.get(code, 0) for code in {**before, **after}}
    totals = {code: total + added.get(code, 0) for code, total in given.totals.items()}
    figures = grown(given.figures, added, counted)
    now = replace(given, deals=tuple(deals), totals=totals, figures=figures)
    return Moved(now, before, added, given.deals)


def _sums(deals: Sequence[Deal]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for deal in deals:
        for code, amount in deal.amounts.items():
            found[code] = found.get(code, 0) + int((amount or 0) * deal.pay)
    return found


# -- figures that go along ---------------------------------------------------------------------


def grown(figures: Figures, added: Sums, counted: Counting) -> Figures:
    """With the values of KPIs that only count, in units or yuan, as the deals have them."""
    values = dict(figures.values)
    for code, (measure, scale) in counted.items():
        value = values.get(code)
        if value is not None and measure in added:
            values[code] = value + Fraction(added[measure], scale)
    return replace(figures, values=values)


def grown_group(
    group: Group | None, added: Mapping[Key, Sums], counted: Counting, rest: Sums | None = None
) -> Group | None:
    """A team or outlet of which members have more, by person, or fewer; `rest` is of others."""
    if group is None:
        return None
    whole = _added_up([*added.values(), rest or {}])
    return replace(
        group,
        totals={code: total + whole.get(code, 0) for code, total in group.totals.items()},
        members=tuple(_member(one, added.get(one.person, {})) for one in group.members),
        figures=grown(group.figures, whole, counted),
    )


def _added_up(every: Iterable[Sums]) -> dict[str, int]:
    found: dict[str, int] = {}
    for sums in every:
        for code, more in sums.items():
            found[code] = found.get(code, 0) + more
    return found


def _member(one: Member, added: Sums) -> Member:
    if not added:
        return one
    figures = {code: total + added.get(code, 0) for code, total in one.figures.items()}
    return replace(one, units=one.units + added.get(UNITS, 0), figures=figures)


def _together(
    moved: Sequence[Moved],
    counted: Sequence[Counting],
    percent: int = 0,
    parts: Sequence[Component] = (),
) -> list[Given]:
    """Teams and outlets with what all of their people have more; each of them made once."""
    people: dict[int, list[Moved]] = {}
    for one in moved:
        for group in (one.given.team, one.given.outlet):
            people.setdefault(id(group), []).append(one)
    made: dict[int, Group | None] = {id(None): None}

    def of(group: Group | None, own: Counting) -> Group | None:
        if id(group) not in made:
            more = _grown_by(group, people[id(group)], own, percent)
            made[id(group)] = _with_firsts(more, people[id(group)], parts)
        return made[id(group)]

    return [
        replace(one.given, team=of(one.given.team, own), outlet=of(one.given.outlet, own))
        for one, own in zip(moved, counted, strict=True)
    ]


def _grown_by(
    group: Group | None, people: Sequence[Moved], counted: Counting, percent: int
) -> Group | None:
    """What others sold, or nobody who is tried, goes along in proportion."""
    own = _added_up(one.before for one in people)
    whole = group.totals if group else {}
    rest = {code: (sum_ - own.get(code, 0)) * percent // HUNDRED for code, sum_ in whole.items()}
    return grown_group(group, {one.given.person: one.added for one in people}, counted, rest)


def _with_firsts(
    group: Group | None, people: Sequence[Moved], parts: Sequence[Component]
) -> Group | None:
    """With the next deals of these people where a first one of theirs was left out."""
    if group is None or not parts:
        return group
    before = {deal.source: deal for one in people for deal in one.deals}
    after = {deal.source: deal for one in people for deal in one.given.deals}
    found = dict(group.firsts)
    for part in parts:
        own = group.firsts.get(sought(part), ())
        gone = [before[source] for source in own if source in before and source not in after]
        if gone:
            out = {deal.source for deal in gone}
            found[sought(part)] = (
                *(source for source in own if source not in out),
                *_nexts(part, gone, after),
            )
    return replace(group, firsts=found)


def _nexts(part: Component, gone: Sequence[Deal], left: Mapping[Key, Deal]) -> list[Key]:
    """Of the deals that are left the first ones of the spans whose first is gone."""
    spans = {span_of(part.first, deal.on_date) for deal in gone}
    recorded = sorted(left.values(), key=lambda deal: split(deal.source))
    found = firsts(part, recorded)
    return [source for source in found if span_of(part.first, left[source].on_date) in spans]
