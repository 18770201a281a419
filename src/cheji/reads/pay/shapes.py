"""Pay as screens show it: a statement, its lines, what was looked at and not paid."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import COEFFICIENT, Looked, Part
from cheji.reads.definitions import Catalogue
from cheji.reads.seen import Link, Where, Who

LUMPS: Final = ("fixed", "base")
"""Kinds of components that pay an amount for the month; their base is the figure that found it."""


@dataclass(frozen=True, slots=True)
class DisputePaid:
    """The dispute that a typed line pays; the text of `dispute` is its number.

    An id of 0, of a record or of the `line` that was disputed, is not the viewer's to open. `names`
    is what that line's component is called, in Chinese and English; None where it is about no line
    of the same person. Without `month` nothing more of it is told to the viewer.
    """

    dispute: Link
    month: int = 0
    names: tuple[str, str] | None = None
    line: int = 0
    deal: Link | None = None


@dataclass(frozen=True, slots=True)
class SplitPaid:
    """That a deal's pay is split by decision, apart from whose order it is.

    `dispute` is the one that asked for it; its id is 0 where it is not the viewer's to open.
    """

    dispute: Link | None = None


@dataclass(frozen=True, slots=True)
class PayLineSeen:
    """One amount: component, the deal it is for (if one), base and rate, fen.

    `deal.id` is 0 where the viewer may not open the record. Base is in `unit`, such as yuan or
    vehicle, a `ratio` in parts of 1, None while the deal's cost is not known, and of an amount by
    itself, such as base pay; the rate is None where several bands apply, or none. `step` and
    `entry` are those of the order of operations; `origin` is (run, line) that it puts right.
    `shared` names with whom the deal is shared; one that is not the viewer's to see is empty.
    `dispute` is the one that a typed line pays, `split` the decision by which the deal's pay is
    split. `why` is the code of what changed the amount
    beside its rates, such as a limit or days (`engine.pay.WHY`). `tell` makes the reason, which
    pages ask for of few lines.
    """

    component: str
    zh: str
    en: str
    deal: Link | None
    on: date | None
    base: Fraction | None
    rate: Fraction | None
    fen: int
    tell: Callable[[], dict[str, Any]] = field(repr=False, compare=False)
    step: int = 0
    entry: str = "earning"
    id: int | None = None
    origin: tuple[int, int | None] | None = None
    scale: int = 1
    bands: tuple[Part, ...] = ()
    factor: Fraction | None = None
    model: str = ""
    shared: tuple[str, ...] = ()
    dispute: DisputePaid | None = None
    split: SplitPaid | None = None
    unit: str = ""
    why: str = ""

    @property
    def reason(self) -> dict[str, Any]:
        """As JSON."""
        return self.tell()

    @property
    def unpriced(self) -> bool:
        """Looked at and not paid: a cost of the deal is not known."""
        known = self.base is not None or self.rate is not None
        return not known and self.entry == "earning" and self.component != COEFFICIENT


@dataclass(frozen=True, slots=True)
class RejectedSeen:
    """A deal that a component looked at and did not pay, with the reason in words."""

    component: str
    deal: Link | None
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class BalanceSeen:
    """What a statement leaves for later, in fen: held, carried, withheld, drawn or due.

    Of what is held, `deal` is the car it is held of and `release` the event that frees it; after
    `expires` further periods it is forfeited, or paid where `pays`; 0 never expires.
    """

    kind: str
    code: str
    zh: str
    en: str
    fen: int
    deal: Link | None = None
    release: str = ""
    expires: int = 0
    pays: bool = False


@dataclass(frozen=True, slots=True)
class GroundSeen:
    """What a step before the first amount found: a count, a measure's total, an attainment.

    `kind` is `deals`, `shared`, `measure` (in its measure's own scale) or `target`, of which `of`
    is what was to be reached.
    """

    step: int
    kind: str
    code: str = ""
    value: Fraction | None = None
    of: Fraction | None = None


@dataclass(frozen=True, slots=True)
class LookedDeal:
    """What a deal adds to a figure: above and below the line of the quotient, in yuan or units.

    Without a deal it is what the totals hold beside the deals; None is not known.
    """

    deal: Link | None
    on: date | None
    model: str
    over: Fraction | None
    under: Fraction | None


@dataclass(frozen=True, slots=True)
class LookedSeen:
    """The figure that found a component's band, and the deals of an own average or penetration."""

    found: Looked
    deals: tuple[LookedDeal, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementSeen:
    """A person's pay of a month; `state` is `estimate` (live), or a kept run's state.

    `outcome` is the seal of the whole, which one signs. `rules` is the pay plan by which it was
    worked out; None where this program works it out otherwise by now. `catalogue` holds the
    definitions in force in its month. `looked` has by component the figure that found its band,
    `counted` what each of its lines counts for the band, in units or yuan. `before` are the open
    months with whose outcome an estimate begins. `by_rules` is the version of the rules of pay by
    which it was worked out (decision 0026), 0 where this program does not have them.
    `tell` makes the reason, which no page asks for.
    """

    person: Who
    outlet: Where
    month: int
    plan: str
    zh: str
    en: str
    state: str
    lines: tuple[PayLineSeen, ...]
    payable: int
    coefficient: Fraction | None
    score: Fraction | None
    tell: Callable[[], dict[str, Any]] = field(repr=False, compare=False)
    digest: str
    mark: int
    on: date
    catalogue: Catalogue = field(repr=False, compare=False)
    run: int | None = None
    rejected: tuple[RejectedSeen, ...] = ()
    outcome: str = ""
    order: str = ""
    rules: PayPlan | None = None
    balances: tuple[BalanceSeen, ...] = ()
    grounds: tuple[GroundSeen, ...] = ()
    looked: Mapping[str, LookedSeen] = field(default_factory=dict)
    counted: Mapping[str, tuple[Fraction, ...]] = field(default_factory=dict)
    before: tuple[int, ...] = ()
    by_rules: int = 0

    @property
    def reason(self) -> dict[str, Any]:
        """The whole with all of its parts, as JSON."""
        return self.tell()
