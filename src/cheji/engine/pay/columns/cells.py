"""The inputs of many people and periods in columns: a cell is one person in one period."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from typing import Any, Final

import numpy as np

from cheji.engine.pay.columns.exact import (
    Ratio,
    Whole,
    denominators,
    quotient,
    ratios,
    unknown,
    wholes,
)
from cheji.engine.pay.fitting import attributes_of
from cheji.engine.pay.given import Deal, Figures, Given, Group
from cheji.engine.tallies import Key

KINDS: Final = ("values", "targets", "bases", "stretches", "averages")


@dataclass(frozen=True, slots=True)
class Amounts:
    """A measure by row: `there` where a row has it, `known` where its amount is known."""

    amount: Whole
    there: Whole
    known: Whole


@dataclass(frozen=True, slots=True)
class Labels:
    """An attribute by row: place of its text in `texts`, and its number where it is one."""

    place: Whole
    texts: tuple[str, ...]
    number: Whole
    is_number: Whole


@dataclass(frozen=True)
class Shares:
    """Parts of a whole by row, in 1/`unit`; `entire` where each is all of it."""

    num: Whole
    unit: int

    @cached_property
    def entire(self) -> bool:
        return bool((self.num == self.unit).all())


@dataclass(frozen=True, slots=True)
class DealColumns:
    """Deals by cell and day; those of cell n are rows `first[n]` up to `first[n + 1]`.

    `day` counts days of the calendar; `firsts` are first deals of a team or outlet, by which of
    the two and what was sought. `split` has all pay shares of a deal that several are paid for,
    and the own place among them.
    """

    cell: Whole
    first: Whole
    amounts: Mapping[str, Amounts]
    labels: Mapping[str, Labels]
    credit: Shares
    pay: Shares
    split: Mapping[int, tuple[tuple[Fraction, ...], int]]
    day: Whole
    firsts: Mapping[tuple[str, str], Whole]


@dataclass(frozen=True, slots=True)
class Members:
    """Everybody of the groups, group after group; those of group n are rows `first[n]` on.

    `of` is the group of each cell, the empty last one where it has none; `mine` the person's own
    row, -1 where he is not among them.
    """

    group: Whole
    first: Whole
    of: Whole
    mine: Whole
    units: Whole
    days: Whole
    score: Ratio
    figures: Mapping[str, Whole]

    def figure(self, code: str) -> Whole:
        found = self.figures.get(code)
        return np.zeros(self.group.size, np.int64) if found is None else found

    def of_cells(self, numbers: Whole) -> Whole:
        """The person's own number; 0 where he is not among them."""
        return np.asarray(np.where(self.mine >= 0, numbers[self.mine], 0))


@dataclass(frozen=True, slots=True)
class Side:
    """Figures and totals of the person, his team or his outlet, by cell; `there` has a group."""

    there: Whole
    totals: Mapping[str, Amounts]
    figures: Mapping[tuple[str, str], Ratio]
    score: Ratio
    paid: Mapping[str, Amounts]
    members: Members

    def figure(self, kind: str, code: str) -> Ratio:
        return self.figures.get((kind, code)) or unknown(self.there.size)


@dataclass(frozen=True)
class Cells:
    """Many people's periods.

    Attributes:
        person: place of the person, `turn` the number of the cell among his own, from 0.
        sides: by person, team, outlet.
        spans: figures of a quarter, half or year that ends with the cell, by grain.
        shut: cells in which a gate is shut by a violation, by gate.
        purse: cells with the same number spend the budgets of components together, in their order.
        visits: cells of who is paid for his deals alone, having no post that the plan is for.
        elsewhere: of the person's own what is not in his totals, but in those of his groups.
        outside: of both what is not of his team.
    """

    size: int
    person: Whole
    turn: Whole
    nth: Whole
    deals: DealColumns
    sides: Mapping[str, Side]
    coefficient: Ratio
    days: Ratio
    labels: Mapping[str, Labels]
    spans: Mapping[str, tuple[Whole, Mapping[tuple[str, str], Ratio]]]
    shut: Mapping[str, Whole]
    purse: Whole
    visits: Whole
    elsewhere: Mapping[str, Amounts] = field(default_factory=dict)
    outside: Mapping[str, Amounts] = field(default_factory=dict)

    @cached_property
    def aside(self) -> Whole:
        """Visits of who has a post in the same period: what his quarter returns is paid there."""
        period = self.person * (self.nth.max(initial=0) + 1) + self.nth
        return self.visits & np.isin(period, period[~self.visits])


def cells_of(
    given: Sequence[Given],
    people: Sequence[Key] = (),
    purses: Sequence[Key] = (),
    visits: Sequence[bool] = (),
) -> Cells:
    """The columns of these inputs, in the order of each person's periods.

    Args:
        given: without what only a run has: ledgers, releases, adjustments and typed lines.
        people: who each of them is; each is somebody else where it is empty.
        purses: those with the same one spend the budgets of components together, in this order;
            each has budgets of his own where it is empty.
        visits: who of them is paid for his deals alone; nobody where it is empty.
    """
    keys = tuple(people or range(len(given)))
    turns: dict[Key, int] = {}
    turn = []
    for key in keys:
        turn.append(turns.get(key, 0))
        turns[key] = turn[-1] + 1
    return Cells(
        len(given),
        _places(keys),
        wholes(turn),
        wholes([one.nth for one in given]),
        _deals(given),
        _sides(given),
        ratios([one.coefficient for one in given]),
        _days(given),
        _labels([one.attributes for one in given]),
        _spans(given),
        _shut(given),
        _places(purses or range(len(given))),
        np.array(visits, bool) if visits else np.zeros(len(given), bool),
        _amounts([one.elsewhere for one in given]),
        _amounts([one.outside for one in given]),
    )


def _places(keys: Sequence[Key]) -> Whole:
    """The place of each among the different ones."""
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return wholes([places[key] for key in keys])


def _days(given: Sequence[Given]) -> Ratio:
    """The part of the period's days; no value where days are not counted."""
    days = [Fraction(one.days) for one in given]
    return quotient(ratios(days), ratios([Fraction(one.of_days) for one in given]))


def _deals(given: Sequence[Given]) -> DealColumns:
    deals: list[Deal] = []
    cell: list[int] = []
    first = [0]
    for place, one in enumerate(given):
        deals += sorted(one.deals, key=attrgetter("on_date"))
        cell += [place] * len(one.deals)
        first.append(len(deals))
    return DealColumns(
        wholes(cell),
        wholes(first),
        _amounts([deal.amounts for deal in deals]),
        _labels([attributes_of(deal) for deal in deals]),
        shares_of([deal.credit for deal in deals]),
        shares_of([deal.pay for deal in deals]),
        {n: (deal.shares, deal.place) for n, deal in enumerate(deals) if deal.shares and deal.pay},
        wholes([deal.on_date.toordinal() for deal in deals]),
        {
            (whose, name): _firsts_of([getattr(given[at], whose) for at in cell], name, deals)
            for whose in ("team", "outlet")
            for name in _codes([getattr(one, whose).firsts for one in given if getattr(one, whose)])
        },
    )


def _firsts_of(groups: Sequence[Group | None], name: str, deals: Sequence[Deal]) -> Whole:
    """Which deals are the first ones of their group."""
    there = [
        group is not None and deal.source in group.firsts.get(name, ())
        for group, deal in zip(groups, deals, strict=True)
    ]
    return np.array(there, bool)


def shares_of(parts: Sequence[Fraction]) -> Shares:
    unit = denominators(set(parts))
    return Shares(wholes([int(part * unit) for part in parts]), unit)


def _amounts(rows: Sequence[Mapping[str, int | None]]) -> dict[str, Amounts]:
    return {
        code: Amounts(
            wholes([row.get(code) or 0 for row in rows]),
            np.array([code in row for row in rows], bool),
            np.array([row.get(code) is not None for row in rows], bool),
        )
        for code in _codes(rows)
    }


def _codes(rows: Iterable[Mapping[str, Any]]) -> dict[str, None]:
    return dict.fromkeys(code for row in rows for code in row)


def _labels(rows: Sequence[Mapping[str, str | int]]) -> dict[str, Labels]:
    found = {}
    for name in _codes(rows):
        values = [row.get(name, "") for row in rows]
        texts = {text: place for place, text in enumerate(dict.fromkeys(map(str, values)))}
        found[name] = Labels(
            wholes([texts[str(value)] for value in values]),
            tuple(texts),
            wholes([value if isinstance(value, int) else 0 for value in values]),
            np.array([isinstance(value, int) for value in values], bool),
        )
    return found


def _sides(given: Sequence[Given]) -> dict[str, Side]:
    own = [Group(one.totals, one.figures, {}, (), one.score) for one in given]
    people = [one.person for one in given]
    return {
        "person": _side(own, people),
        "team": _side([one.team for one in given], people),
        "outlet": _side([one.outlet for one in given], people),
    }


def _side(groups: Sequence[Group | None], people: Sequence[Key]) -> Side:
    def rows(take: Callable[[Group], Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [{} if group is None else take(group) for group in groups]

    return Side(
        np.array([group is not None for group in groups], bool),
        _amounts(rows(attrgetter("totals"))),
        _figures([None if group is None else group.figures for group in groups]),
        ratios([None if group is None else group.score for group in groups]),
        _amounts(rows(attrgetter("paid"))),
        members_of(groups, people),
    )


def members_of(groups: Sequence[Group | None], people: Sequence[Key]) -> Members:
    """The members of each group once, however many cells look at it."""
    places: dict[int, int] = {}
    kept: list[Group] = []
    for group in groups:
        if (
            group is not None
            and group.members
            and places.setdefault(id(group), len(kept)) == len(kept)
        ):
            kept.append(group)
    counts = [len(group.members) for group in kept]
    first = [0, *accumulate(counts)]
    rows = {
        (place, member.person): first[place] + at
        for place, group in enumerate(kept)
        for at, member in reversed(list(enumerate(group.members)))
    }
    of = [len(kept) if group is None else places.get(id(group), len(kept)) for group in groups]
    every = [member for group in kept for member in group.members]
    return Members(
        np.repeat(np.arange(len(kept)), counts),
        wholes([*first, first[-1]]),
        wholes(of),
        wholes([rows.get((place, who), -1) for place, who in zip(of, people, strict=True)]),
        wholes([member.units for member in every]),
        wholes([member.days for member in every]),
        ratios([member.score for member in every]),
        {
            code: wholes([member.figures.get(code, 0) for member in every])
            for code in _codes([member.figures for member in every])
        },
    )


def _figures(figures: Sequence[Figures | None]) -> dict[tuple[str, str], Ratio]:
    found = {}
    for kind in KINDS:
        rows = [{} if one is None else getattr(one, kind) for one in figures]
        for code in _codes(rows):
            found[kind, code] = ratios([row.get(code) for row in rows])
    return found


def _spans(
    given: Sequence[Given],
) -> dict[str, tuple[Whole, Mapping[tuple[str, str], Ratio]]]:
    return {
        grain: (
            np.array([grain in one.spans for one in given], bool),
            _figures([one.spans.get(grain) for one in given]),
        )
        for grain in _codes([one.spans for one in given])
    }


def _shut(given: Sequence[Given]) -> dict[str, Whole]:
    codes = dict.fromkeys(code for one in given for code in one.vetoes)
    return {code: np.array([code in one.vetoes for one in given], bool) for code in codes}
