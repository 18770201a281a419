"""What pay is worked out from, as plain values that can be frozen and read back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from cheji.engine.kpis import Value
from cheji.engine.tallies import Key

Values = Mapping[str, Value]
NOTHING: Final[Mapping[str, str | int]] = {}
ONE: Final = Fraction(1)


class Deal(NamedTuple):
    """An event that may be paid.

    Attributes:
        source: which record, such as `delivery:12`.
        on_date: the day by which deals are put in order.
        amounts: by measure: counts in 1/10,000 of a unit, money in fen; None is not known yet.
        attributes: what rows and filters look at: model, channel, level, stock_days …; numbers
            as whole numbers. `day` and `weekday` (1 is Monday) are always there.
        credit: the part of the deal that counts for this person's bands.
        pay: the part of its pay that is his. Amounts are of the whole deal.
        shares: the pay shares of everybody in the deal in fixed order, and `place` his own among
            them, so that what is paid per deal adds up to the fen; empty is nobody else.
    """

    source: Key
    on_date: date
    amounts: Mapping[str, int | None]
    attributes: Mapping[str, str | int] = NOTHING
    credit: Fraction = ONE
    pay: Fraction = ONE
    shares: tuple[Fraction, ...] = ()
    place: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Values of KPIs, and what they are held against; by KPI (or measure) code."""

    values: Values = field(default_factory=dict)
    targets: Values = field(default_factory=dict)
    bases: Values = field(default_factory=dict)
    stretches: Values = field(default_factory=dict)
    averages: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """One of a team, in fixed order.

    Attributes:
        units: what a pool by units is shared by.
        score: total of his score card.
        days: worked.
        figures: what prizes rank by, by measure: counts in 1/10,000, money in fen.
    """

    person: Key
    units: int = 0
    score: Value = None
    days: int = 0
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """The person's team, or his outlet.

    `totals` by measure are the whole group's, his own included; `paid` is what its other members
    earn by component, in fen; `firsts` are the sources of first deals, by `firsts.sought`.
    """

    totals: Mapping[str, int] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)
    paid: Mapping[str, int] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    score: Value = None
    firsts: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)


class Event(NamedTuple):
    """What happened to a deal that releases what was held of it, such as `plates`."""

    source: Key
    event: str


class Held(NamedTuple):
    """Fen held of a deal since the person's period of that number."""

    holdback: str
    source: Key
    fen: int
    since: int
    origin: str = ""


class Owed(NamedTuple):
    """A difference to an earlier period, worked out before: entry adjustment or clawback.

    `origin` is the key of the line in the closed run that it corrects; `args` are whole numbers
    and texts that the sentence of `code` tells.
    """

    entry: str
    component: str
    source: Key
    fen: int
    origin: str
    code: str = ""
    amount: int | Fraction | None = None
    scale: int = 1
    rate: Value = None
    args: tuple[int | str, ...] = ()


class Typed(NamedTuple):
    """An approved typed line; `source` is its record, `text` its reason."""

    component: str
    fen: int
    source: Key
    text: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What earlier runs left, in fen.

    Attributes:
        drawn: to be taken back, by draw.
        carried: earned beyond a cap and not yet paid, by cap.
        held: by holdback and deal.
        withheld: since the start of the catch-up's quarter or year, by catch-up.
        due: taken back too little so far, as a positive number.
    """

    drawn: Mapping[str, int] = field(default_factory=dict)
    carried: Mapping[str, int] = field(default_factory=dict)
    held: tuple[Held, ...] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)
    due: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """One person's inputs of one period.

    Attributes:
        deals: in any order; they are paid by date, then in the order given.
        totals: of the period by measure, in the deals' units; what exceeds the deals by a unit or
            more becomes a line without a source: shares of deals are no whole units. A measure
            that is absent has no more than its deals.
        figures: the person's KPI values, targets and averages.
        score, coefficient: of his score card; None without one.
        person: his key among the members of a group.
        attributes: of the person: level, seniority, probation …, for `base` and `fixed` rows.
        days, of_days: days he belongs to the period, of how many.
        nth: the number of the person's period, from 1, by which draws and expiry count.
        spans: figures of a quarter, half or year that ends with this period, by grain; those of the
            team and the outlet, where a catch-up looks at them, under `quarter:team` and the like.
        team, outlet: the groups he is in.
        ledger: what earlier runs left.
        events: releases.
        owed: adjustments and clawbacks of earlier periods.
        typed: typed lines.
        vetoes: codes of gates that a proven violation shuts.
        budgets: fen left of a component's budget; absent is the whole of it.
        elsewhere: by measure what his groups' totals hold of his own beyond `totals`, since another
            plan pays it; below 0 where a returned deal stands for him alone.
        outside: of both, what was done in no team or another one than `team`, by measure.
    """

    deals: tuple[Deal, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)
    score: Value = None
    coefficient: Value = None
    person: Key = None
    attributes: Mapping[str, str | int] = field(default_factory=dict)
    days: int = 0
    of_days: int = 0
    nth: int = 1
    spans: Mapping[str, Figures] = field(default_factory=dict)
    team: Group | None = None
    outlet: Group | None = None
    ledger: Ledger = field(default_factory=Ledger)
    events: tuple[Event, ...] = ()
    owed: tuple[Owed, ...] = ()
    typed: tuple[Typed, ...] = ()
    vetoes: tuple[str, ...] = ()
    budgets: Mapping[str, int] = field(default_factory=dict)
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    outside: Mapping[str, int] = field(default_factory=dict)
