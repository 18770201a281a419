"""Pay as screens show it: a statement, its lines, what was looked at and not paid."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from cheji.engine.pay import COEFFICIENT
from cheji.reads.seen import Link, Where, Who


@dataclass(frozen=True, slots=True)
class PayLineSeen:
    """One amount: component, the deal it is for (if one), base and rate, fen, reason as JSON.

    `deal.id` is 0 where the viewer may not open the record. Base is in units or yuan, None while
    the deal's cost is not known; the rate is None where several bands apply, or none. `step` and
    `entry` are those of the order of operations; `origin` is (run, line) that it puts right.
    """

    component: str
    zh: str
    en: str
    deal: Link | None
    on: date | None
    base: Fraction | None
    rate: Fraction | None
    fen: int
    reason: dict[str, Any]
    step: int = 0
    entry: str = "earning"
    id: int | None = None
    origin: tuple[int, int | None] | None = None

    @property
    def unpriced(self) -> bool:
        """Looked at and not paid: a cost of the deal is not known."""
        return self.base is None and self.entry == "earning" and self.component != COEFFICIENT


@dataclass(frozen=True, slots=True)
class RejectedSeen:
    """A deal that a component looked at and did not pay, with the reason in words."""

    component: str
    deal: Link | None
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class StatementSeen:
    """A person's pay of a month; `state` is `estimate` (live), or a kept run's state.

    `outcome` is the seal of the whole, which one signs; `acknowledged` when the person did.
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
    reason: dict[str, Any]
    digest: str
    mark: int
    on: date
    run: int | None = None
    rejected: tuple[RejectedSeen, ...] = ()
    outcome: str = ""
    order: str = ""
