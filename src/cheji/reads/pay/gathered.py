"""What a run's inputs are put together in, and by how much of the plan each person is paid."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cheji.engine.definitions import Draw, Measure, PayPlan
from cheji.engine.pay import Given, Owed, for_deals_alone, over
from cheji.engine.pay.order import RULES
from cheji.engine.scores import ScoreCard
from cheji.reads.pay.deals import Sold, Source, Split
from cheji.reads.pay.whom import Stint


@dataclass(frozen=True)
class Extra:
    """What comes from elsewhere into a run: corrections by person, and typed lines.

    Without `runs` nothing comes from them: no balance, release, correction or typed line. Of
    exceptions the decisions hold that were taken for the plan, or for the plans of `decided`.
    `rules` are those of the engine by which the month is worked out, `withheld` the people of
    whom an open month before withheld something; `until` is the last fact that a run reads.
    """

    owed: Mapping[int, tuple[Owed, ...]] = field(default_factory=dict)
    typed: bool = True
    runs: bool = True
    decided: frozenset[str] = frozenset()
    rules: int = RULES
    withheld: frozenset[int] = frozenset()
    until: int | None = None


@dataclass
class Gathered:
    """Inputs by person, and what they were put together from.

    Attributes:
        stints: those whom the plan is for.
        shared: deals shared on the order card; none under rules that paid each part as a deal.
        visitors: those who have deals there without such a post, and are paid for them.
        older: by person draws of earlier plans that are still to be taken back.
        taken: the runs whose balances each begins with.
        typed: ids of the typed lines that are paid.
        decided: codes of the plans whose decided exceptions hold.
        until: the last fact that is read, of a run its mark; None for facts as they stand.
    """

    plan: PayPlan
    measures: list[Measure]
    stints: dict[int, Stint]
    visitors: dict[int, Stint] = field(default_factory=dict)
    sold: Sold = field(default_factory=Sold)
    splits: dict[Source, Split] = field(default_factory=dict)
    shared: dict[Source, Split] = field(default_factory=dict)
    cards: dict[int, ScoreCard] = field(default_factory=dict)
    givens: dict[int, Given] = field(default_factory=dict)
    older: dict[int, tuple[Draw, ...]] = field(default_factory=dict)
    taken: dict[int, tuple[int, ...]] = field(default_factory=dict)
    typed: list[int] = field(default_factory=list)
    decided: frozenset[str] = frozenset()
    rules: int = RULES
    until: int | None = None

    @property
    def parted(self) -> dict[Source, Split]:
        """Every deal of which people have parts: as its pay was split, else as its order is."""
        return {**self.shared, **self.splits}


def plan_for(made: Gathered, person: int) -> PayPlan:
    """The plan of those whom it is for, or what is left of it for others.

    Draws of earlier plans come first: they are taken back before new ones fill up.
    """
    draws = (*made.older.get(person, ()), *made.plan.draws)
    if person in made.stints:
        return replace(made.plan, draws=draws) if person in made.older else made.plan
    owed = tuple(over(draw) for draw in draws if draw.recoverable)
    if person in made.visitors:
        return replace(for_deals_alone(made.plan, made.rules), draws=owed)
    return for_those_who_left(made.plan, owed)


def for_those_who_left(plan: PayPlan, owed: tuple[Draw, ...]) -> PayPlan:
    """For who is paid by the plan no longer: what is held, carried, withheld, owed and due.

    What he drew is taken from whatever comes, as the plan says; none of its days is his, of which
    something would be left to him.
    """
    return replace(plan, components=(), factors=(), gates=(), draws=owed, scheme="")
