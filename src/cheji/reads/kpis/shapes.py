"""What KPI reads return: tables, sheets, reasons and the rows behind a number."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from cheji.engine.benchmarks import Light
from cheji.engine.definitions import Kpi, Measure
from cheji.engine.periods import Grain
from cheji.engine.reasons import Reason
from cheji.reads.seen import CustomerSeen, Where, Who

By = Literal["nation", "region", "outlet", "team", "person", "model", "channel"]
SheetBy = Literal["month", "consultant", "benchmark"]
OfKind = Literal[
    "nation",
    "region",
    "outlet",
    "team",
    "person",
    "unassigned",
    "model",
    "channel",
    "nation_average",
    "region_average",
    "nation_best",
    "region_best",
    "nation_each",
    "region_each",
    "similar_average",
    "people_average",
    "people_best",
    "published",
]
How = Literal["computed", "typed", "imported"]


@dataclass(frozen=True, slots=True)
class Of:
    """Whose a number is; `id` of the unit or person, `outlet` of the outlet that a person's is in.

    `name` is empty where the kind says it all (`unassigned`, an average, an unnamed best); of
    published figures it is the name of the series.
    """

    kind: OfKind
    id: int | None
    code: str
    name: str
    outlet: int | None = None


@dataclass(frozen=True, slots=True)
class KpiSeen:
    """A KPI's heading. `unit` is a unit text of the engine; `formula` is shown in its language."""

    code: str
    zh: str
    en: str
    unit: str
    decimals: int
    direction: str
    formula_zh: str
    formula_en: str
    note_zh: str = ""
    note_en: str = ""

    @property
    def in_points(self) -> bool:
        """Whether changes of it are differences in percentage points, not relative changes."""
        return self.unit == "ratio"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number and the key by which `reason` opens it; None shows as "—".

    `last_year` is the same period a year before, as far as this one has run; `light` is good, warn
    or bad by the limits of the KPI; `name` says whose it is where a column holds several outlets'.
    """

    value: Fraction | None
    key: str
    mom: Fraction | None = None
    yoy: Fraction | None = None
    last_year: Fraction | None = None
    light: Light = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """The values of one scope and period, in the order of the table's KPIs."""

    of: Of
    period: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """KPI values by scope and period; every fact up to id `mark` is in them."""

    by: By
    grain: Grain
    periods: tuple[int, ...]
    kpis: tuple[KpiSeen, ...]
    rows: tuple[TableRow, ...]
    mark: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: whose, which period; `withheld` when fewer than three outlets.

    `how` says where its figures come from; of those that somebody published `source` says where.
    `cut_short` says that as many days are counted, or compared with, as the month that runs has
    had; `by` is the KPI by which a best was chosen.
    """

    of: Of
    grain: Grain
    period: int
    withheld: bool = False
    outlets: int = 1
    how: How = "computed"
    source: str = ""
    cut_short: bool = False
    by: KpiSeen | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered line. `adds_up`: whether the people's cells sum to the outlet's.

    None where the line is not additive or the sheet is not by consultant. `trend` are the values
    of thirteen months up to the last that has begun, of a sheet month by month.
    """

    number: int
    kpi: KpiSeen
    cells: tuple[Cell, ...]
    adds_up: bool | None = None
    trend: tuple[Fraction | None, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentitySide:
    """An identity in one column: left − right is `difference`; None where it cannot be told."""

    left: Fraction | None
    right: Fraction | None
    difference: Fraction | None
    holds: bool


@dataclass(frozen=True, slots=True)
class IdentitySeen:
    """A roll-forward or sum that must hold, per column in order; None where it does not apply."""

    code: str
    zh: str
    en: str
    relation: str
    sides: tuple[IdentitySide | None, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed sheet: lines × columns, with identities; `mark` as in Table."""

    code: str
    zh: str
    en: str
    by: SheetBy
    of: Of
    year: int
    month: int | None
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    identities: tuple[IdentitySeen, ...]
    mark: int
    on: date

    @property
    def holds(self) -> bool:
        """Whether every identity and every sum over people holds."""
        sides = [side for identity in self.identities for side in identity.sides if side]
        return all(side.holds for side in sides) and all(
            line.adds_up is not False for line in self.lines
        )


@dataclass(frozen=True, slots=True)
class MeasureSeen:
    """A measure behind a number; `rows_open` says whether its rows may be asked for."""

    code: str
    zh: str
    en: str
    unit: str
    value: Fraction | None
    over_time: str
    rows_open: bool


@dataclass(frozen=True, slots=True)
class ReasonSeen:
    """Why a cell shows what it shows; `digest` is of the KPI's definition."""

    key: str
    of: Of
    grain: Grain
    period: int
    kpi: KpiSeen
    value: Fraction | None
    reason: Reason
    measures: tuple[MeasureSeen, ...]
    digest: str
    mark: int
    on: date
    outlets: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class FactSeen:
    """A fact behind a number. `amount` is what it adds; `why_not` names what kept it out.

    `noun` and `id` link to its record, id None when the viewer may not open it. For a stock the
    row is what one record leaves in it: `on` is then its first day in the stock.
    """

    on: date
    kind: str
    kind_zh: str
    kind_en: str
    noun: str
    id: int | None
    text: str
    person: Who | None
    customer: CustomerSeen | None
    model: str
    channel: str
    level: str
    tags: str
    since: date | None
    amount: Fraction
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class FactRows:
    """The rows behind a measure of a cell: counted, and looked at but not counted.

    `total` is the sum of all counted rows, which is the measure's value.
    """

    key: str
    measure: str
    zh: str
    en: str
    unit: str
    total: Fraction
    counted: tuple[FactSeen, ...]
    counted_count: int
    looked_at: tuple[FactSeen, ...]
    looked_at_count: int
    page: int
    size: int


def kpi_seen(kpi: Kpi, formulas: tuple[str, str]) -> KpiSeen:
    return KpiSeen(
        kpi.code,
        kpi.zh,
        kpi.en,
        kpi.unit,
        kpi.decimals,
        kpi.direction,
        *formulas,
        kpi.note_zh,
        kpi.note_en,
    )


def measure_seen(measure: Measure, value: Fraction | None, *, rows_open: bool) -> MeasureSeen:
    return MeasureSeen(
        measure.code,
        measure.zh,
        measure.en,
        measure.unit,
        value,
        measure.over_time,
        rows_open and not measure.target,
    )
