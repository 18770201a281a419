"""Pay statements: an estimate live from facts, or as a kept run has them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from cheji.reads.seen import Link, Where, Who
from cheji.records.visibility import Viewer


@dataclass(frozen=True, slots=True)
class PayLineSeen:
    """One amount: component, the deal it is for (if one), base and rate, fen, reason as JSON."""

    component: str
    zh: str
    en: str
    deal: Link | None
    on: date | None
    base: Fraction | None
    rate: Fraction | None
    fen: int
    reason: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StatementSeen:
    """A person's pay of a month. `state` is `estimate` (live), `open` or `closed` (a kept run)."""

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
    reason: dict[str, Any]
    digest: str
    mark: int
    on: date
    run: int | None = None


def statement(viewer: Viewer, person: str, month: int, *, plan: str = "") -> StatementSeen:
    """The pay statement of a person, by staff number. A colleague's is NotFound."""
    raise NotImplementedError


def statements(
    viewer: Viewer, outlet: str, month: int, *, plan: str = ""
) -> tuple[StatementSeen, ...]:
    """The statements of an outlet's consultants that the viewer may see, by name."""
    raise NotImplementedError
