"""Teams and the outlet as the engine asks for them, and what others earn where pay rests on it.

Who changes his team in the month is one of the team in which he stands last, by his days in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cheji.engine.definitions import Component, PayPlan
from cheji.engine.pay import Deal, Figures, Group, Member, firsts, sought
from cheji.engine.tallies import Key
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Slice
from cheji.reads.pay.deals import whole_deals
from cheji.reads.pay.figures import figures_of
from cheji.reads.pay.gathered import Gathered
from cheji.reads.pay.whom import Stint, last_teams

UNITS = "deliveries"
Paid = Mapping[int, Mapping[str, int]]


def needs_groups(plan: PayPlan) -> bool:
    """Whether somebody's pay rests on what others did."""
    if firsts_of_groups(plan):
        return True
    if any(p.kind in ("pool", "prize") or p.whose != "person" or p.of_pay for p in plan.components):
        return True
    parts: list[Any] = [*plan.components, *plan.factors, *plan.gates, *plan.catch_ups]
    looks = [part.look for part in parts]
    than = any("average" in part.than for factor in plan.factors for part in factor.parts)
    return than or any(look is not None and look.whose != "person" for look in looks)


def group_measures(plan: PayPlan, whose: str) -> set[str]:
    """The measures of which a plan asks for totals of the `team` or `outlet`."""
    parts = [part for part in plan.components if part.whose == whose and part.kind != "prize"]
    codes = {code for part in parts for code in part.measures}
    looks = [look for look, _ in plan.looks if look.whose == whose]
    return codes.union(*(look.measures for look in looks))


def looked_kpis(plan: PayPlan, whose: str) -> set[str]:
    """The KPIs of which a plan looks at the value of the `person`, his `team` or `outlet`."""
    looks = [(look.of or of) for look, of in plan.looks
             if look.whose == whose and look.by in {"attainment", "kpi"}]  # fmt: skip
    parts = [part for factor in plan.factors for part in factor.parts]
    own = [part.kpi for part in parts if whose == "person"]
    averages = [part.kpi for part in parts if whose == "team" and "average" in part.than]
    return {*looks, *own, *averages}


def firsts_of_groups(plan: PayPlan) -> list[Component]:
    """Components that pay the first deals of a team or outlet."""
    return [part for part in plan.components if part.first and part.among != "person"]


def first_deals(plan: PayPlan, every: Sequence[Deal]) -> dict[str, tuple[Key, ...]]:
    """The first of the deals of a group, as they were recorded, by what is sought."""
    return {sought(part): firsts(part, every) for part in firsts_of_groups(plan)}


def deals_among(made: Gathered, outlet: int, unit: int, teams: Mapping[int, int]) -> list[Deal]:
    """The whole deals of everybody in a team or the outlet; `teams` is where each stood last."""
    people = [who for who in made.sold.amounts if unit == outlet or teams.get(who) == unit]
    return whole_deals(made.sold, people)


class Groups:
    """Each group is put together once; `paid` is what people earn by component, in fen."""

    def __init__(self, asked: Month, made: Gathered, paid: Paid) -> None:
        self.asked, self.made, self.paid = asked, made, paid
        self.firsts = firsts_of_groups(made.plan)
        self.teams = last_teams(asked) if paid or self.firsts else {}
        self._found: dict[int, Group] = {}

    def of_team(self, team: int | None) -> Group:
        if team is None:
            return self.of_outlet()
        return self._group(team, self.made.sold.teams.get(team, {}))

    def of_outlet(self) -> Group:
        return self._group(self.asked.outlet.id, self.made.sold.outlet)

    def _group(self, unit: int, totals: Mapping[str, int]) -> Group:
        if unit not in self._found:
            figures = figures_of(self.asked, [Slice(unit)], self.made.plan.kpis)
            self._found[unit] = Group(
                totals=dict(totals),
                figures=figures.get(Slice(unit), Figures()),
                paid=self._paid(unit),
                members=self._members(unit),
                firsts=self._firsts(unit),
            )
        return self._found[unit]

    def _paid(self, unit: int) -> dict[str, int]:
        whole = unit == self.asked.outlet.id
        sums: dict[str, int] = {}
        for who, own in self.paid.items():
            if whole or self.teams.get(who) == unit:
                for code, fen in own.items():
                    sums[code] = sums.get(code, 0) + fen
        return sums

    def _firsts(self, unit: int) -> dict[str, tuple[Key, ...]]:
        if not self.firsts:
            return {}
        every = deals_among(self.made, self.asked.outlet.id, unit, self.teams)
        return first_deals(self.made.plan, every)

    def _members(self, unit: int) -> tuple[Member, ...]:
        whole = unit == self.asked.outlet.id
        return tuple(
            self._member(one, len(one.days if whole else one.of_teams[unit]))
            for one in self.made.stints.values()
            if whole or one.team == unit
        )

    def _member(self, stint: Stint, days: int) -> Member:
        totals = self.made.sold.totals(stint.person, self.made.measures)
        card = self.made.cards.get(stint.person)
        return Member(
            f"person:{stint.person}",
            totals.get(UNITS, 0),
            card.total if card else None,
            days,
            totals,
        )

    def averages(self) -> None:
        """Give everybody his team's average beside his own figures."""
        kpis = self.asked.catalogue.ruling.kpi
        for who, given in self.made.givens.items():
            if given.team is None:
                continue
            count = len(given.team.members) or 1
            averages = {
                code: value
                if value is None or code not in kpis or kpis[code].is_rate
                else value / count
                for code, value in given.team.figures.values.items()
            }
            figures = replace(given.figures, averages=averages)
            self.made.givens[who] = replace(given, figures=figures)
