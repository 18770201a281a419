"""What pay comes to: lines that add up, rows that were looked at and not paid, what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from cheji.engine.kpis import Value
from cheji.engine.pay.given import Ledger
from cheji.engine.pay.looking import Looked
from cheji.engine.reasons import Reason
from cheji.engine.tallies import Key

Exact = int | Fraction


class Part(NamedTuple):
    """The part of a base that fell into the band from `start`; `part` in 1/scale of a unit."""

    start: Fraction
    part: Exact
    rate: Fraction


class PayLine(NamedTuple):
    """One amount.

    Attributes:
        step: of `order.STEPS`.
        component: code of the component, factor, gate, cap …; `coefficient` is the score's.
        entry: of `order.ENTRIES`.
        source: the deal; None for what belongs to no single deal.
        amount: what is multiplied, in 1/`scale`: fen (100), 1/10,000 units (10,000), or whole
            (1); None is not known yet, and then nothing is paid.
        rate: yuan per unit, part of 1, or yuan; None when several bands apply.
        factor: by which an earlier amount is multiplied, where it is.
        origin: key of an earlier line that this one corrects, releases or takes back.
        code, args: why, of `words.WHY`; the sentence is made when it is read.
        rule: what the line was made by; it is not stored.
    """

    step: int
    component: str
    entry: str
    source: Key
    amount: Exact | None
    scale: int
    rate: Value
    parts: tuple[Part, ...]
    factor: Value
    fen: int
    origin: str
    code: str
    args: tuple[Any, ...]
    rule: Any

    @property
    def base(self) -> Value:
        """Units or yuan."""
        return None if self.amount is None else Fraction(self.amount) / self.scale

    @property
    def reason(self) -> Reason:
        """The line in full, with words."""
        reason: Reason = self.rule.reason(self)
        return reason


class Rejected(NamedTuple):
    """A deal that was looked at and not paid by a component, and why (`words.REJECTED`)."""

    source: Key
    component: str
    code: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What a pay plan pays for a period; `payable` is exactly the sum of the lines, in fen.

    Attributes:
        rejected: what was looked at and not paid.
        after: the ledger once this is closed.
        used: fen taken from each component's budget.
        looked: by component the figure that found its band, where it is not its own base.
        counted: by component a scale, and what each of its lines counts for the band in 1/scale.
    """

    plan: str
    lines: tuple[PayLine, ...]
    payable: int
    payer: Any
    rejected: tuple[Rejected, ...] = ()
    after: Ledger = field(default_factory=Ledger)
    used: Mapping[str, int] = field(default_factory=dict)
    looked: Mapping[str, Looked] = field(default_factory=dict)
    counted: Mapping[str, tuple[int, Sequence[Exact]]] = field(default_factory=dict)

    @property
    def reason(self) -> Reason:
        """The whole statement as a tree, with words."""
        reason: Reason = self.payer.reason(self)
        return reason
