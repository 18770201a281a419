"""What the first screen is made of, as plain values."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cheji.engine.benchmarks import Light
from cheji.engine.periods import Grain
from cheji.engine.targets import Progress
from cheji.reads.kpis.shapes import By, Cell, KpiSeen, Of


@dataclass(frozen=True, slots=True)
class Card:
    """A KPI's number. `done` is value / target; `mom` and `yoy` are points for rates (pp / 100).

    A running month is compared with as many days of the month before and of last year;
    `progress` sets it against the days worked, where it has a target that adds up over days.
    `light` is by the limits of the KPI, else by the target.
    """

    kpi: KpiSeen
    value: Fraction | None
    key: str
    target: Fraction | None
    done: Fraction | None
    previous: Fraction | None
    last_year: Fraction | None
    mom: Fraction | None
    yoy: Fraction | None
    progress: Progress | None = None
    light: Light = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the funnel; `rate` is its share of the step before."""

    kpi: KpiSeen
    value: Fraction | None
    key: str
    rate: Fraction | None


@dataclass(frozen=True, slots=True)
class Under:
    """A row of the table: a region, outlet or consultant below the scope."""

    of: Of
    cells: tuple[Cell, ...]
    target: Fraction | None
    done: Fraction | None


@dataclass(frozen=True, slots=True)
class Point:
    """A month of the trend, in the order of the cockpit's trend KPIs."""

    period: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """What waits for somebody: follow-ups due today and overdue, orders past their promise."""

    due: int
    overdue: int
    late_orders: int


@dataclass(frozen=True, slots=True)
class Cockpit:
    """Everything that the first screen shows; `path` is the breadcrumb down to `of`."""

    of: Of
    path: tuple[Of, ...]
    grain: Grain
    period: int
    cards: tuple[Card, ...]
    funnel: tuple[Stage, ...]
    under_by: By | None
    under_kpis: tuple[KpiSeen, ...]
    under: tuple[Under, ...]
    trend_kpis: tuple[KpiSeen, ...]
    trend: tuple[Point, ...]
    today: Today
    on: date
