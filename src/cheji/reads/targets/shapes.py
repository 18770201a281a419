"""What reads of targets return, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from cheji.engine.forecasts import Landing
from cheji.engine.periods import Grain
from cheji.engine.targets import Progress
from cheji.reads.kpis.shapes import KpiSeen, Of

Rows = Literal["regions", "outlets", "people"]
Aim = Literal["value", "base", "stretch"]


@dataclass(frozen=True, slots=True)
class TargetCell:
    """A target of one period; id None and version 0 where none is set yet.

    `value` is that of the grid's aim; `agreed` says that it is signed for.
    """

    period: int
    value: Fraction | None
    locked: bool
    id: int | None
    version: int
    agreed: bool = False

    @property
    def fixed(self) -> bool:
        """Whether a grid may not change it."""
        return self.locked or self.agreed


@dataclass(frozen=True, slots=True)
class LockSeen:
    """A month that is locked at a unit, and so for all below it; `by` is a name."""

    name: str
    unit: int
    month: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One scope's periods; `total` is their sum, None for rates and stocks.

    `reserve` marks the row of what the unit keeps back.
    """

    of: Of
    cells: tuple[TargetCell, ...]
    total: Fraction | None
    reserve: bool = False


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team of an outlet: its own target by period, and what its people have been given.

    `sums` is None where none of them has a target; `gaps` are own less sums.
    """

    of: Of
    cells: tuple[TargetCell, ...]
    sums: tuple[Fraction | None, ...]
    gaps: tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The periods across a grid; weeks are parts of the month `within`."""

    grain: Grain
    keys: tuple[int, ...]
    within: int = 0


@dataclass(frozen=True, slots=True)
class TargetGrid:
    """`parent` is the unit above; `sums` add the rows and the reserve by period.

    `gaps` are parent less sum: what is unassigned (未分配). Both are None by period for KPIs whose
    parts do not add up. `whole` is the parent's own target of the longer period that the columns
    divide: of the year, or of the month for its weeks. `teams` are those of an outlet.
    """

    kpi: KpiSeen
    year: int
    rows_are: Rows
    parent: TargetRow
    rows: tuple[TargetRow, ...]
    sums: tuple[Fraction | None, ...]
    gaps: tuple[Fraction | None, ...]
    additive: bool
    may_write: bool
    columns: Columns
    reserve: TargetRow
    whole: TargetCell | None = None
    adds_over_time: bool = True
    aim: Aim = "value"
    model: str = ""
    teams: tuple[TeamRow, ...] = ()

    @property
    def all_rows(self) -> tuple[TargetRow, ...]:
        """The rows to fill in, the reserve last."""
        return (*self.rows, self.reserve) if self.additive else self.rows


@dataclass(frozen=True, slots=True)
class PersonalTargets:
    """What is set for one person in a year: a row of twelve months for each KPI."""

    of: Of
    year: int
    rows: tuple[tuple[KpiSeen, TargetRow], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one scope has come with one KPI in a period; `key` opens the value's reason.

    `target` is the target's id, by which its versions are told; of a week in two months, or of a
    longer period summed up from its months, the id of its first part.

    `behind` says that it lags by more than the group's limit, `lag` by how much, as a part of 1.
    Where a KPI does not add up over the days there is neither a share of time nor a landing.
    """

    of: Of
    kpi: KpiSeen
    model: str
    grain: Grain
    period: int
    base: Fraction | None
    stretch: Fraction | None
    key: str
    progress: Progress
    landing: Landing | None
    behind: bool
    target: int
    lag: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Standings:
    """Progress of one period; `limit` in points / 100, as a part of 1.

    `cover` is 订单储备率: open orders over the next month's target of deliveries; of months alone.
    """

    of: Of
    grain: Grain
    period: int
    days_gone: int
    days: int
    limit: Fraction
    rows: tuple[Standing, ...]
    cover: Fraction | None = None


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """A version of a target: what held, from when, by whom and why. `until` None: holds now."""

    value: Fraction
    base: Fraction | None
    stretch: Fraction | None
    version: int
    reason: str
    by: str
    approver: str
    at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AimProposed:
    """What a proposal changes of one aim; None is nothing set."""

    aim: Aim
    before: Fraction | None
    after: Fraction | None


@dataclass(frozen=True, slots=True)
class ProposalSeen:
    """A proposed target beside what stands, and beside what the parent has left to give.

    `within` is the month of which a week is a part.

    `changes` are the aims that differ from what stands (for a decided one: all that it names).
    `above` is the parent's own target; `gap` is that less the proposals and targets of all below
    it, for KPIs whose parts add up. `result` is the cycle and staff number of the result that
    suggested it, where the viewer sees that; `rule` says why, in Chinese and English.
    """

    id: int
    of: Of
    kpi: KpiSeen
    model: str
    grain: Grain
    period: int
    value: Fraction | None
    standing: Fraction | None
    reason: str
    state: str
    answer: str
    by: str
    at: datetime
    may_decide: bool
    own: bool
    changes: tuple[AimProposed, ...]
    above: Fraction | None
    gap: Fraction | None
    within: int = 0
    result: tuple[int, str] | None = None
    rule: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One KPI of a letter: its periods with base, goal and stretch, and what holds by now.

    `within` is the month of which a week is a part; `adds` says that periods add up to longer ones.
    """

    kpi: KpiSeen
    model: str
    grain: Grain
    period: int
    value: Fraction
    base: Fraction | None
    stretch: Fraction | None
    now: Fraction | None
    within: int = 0
    adds: bool = False

    @property
    def moved(self) -> bool:
        """Whether the goal changed after the letter was issued."""
        return self.now != self.value


@dataclass(frozen=True, slots=True)
class LetterSeen:
    """A target letter: who issued it and when, who signed it and when."""

    id: int
    of: Of
    unit: str
    year: int
    number: int
    lines: tuple[LetterLine, ...]
    issuer: str
    issued_at: datetime
    signer: str
    signed_at: datetime | None
    may_sign: bool
    digest: str
