"""The frozen shapes of score schemes: items with their methods, groups, grades, vetoes, quotas.

A share is a part of an item's weight: 1 earns the weight. Fields at their defaults are left out
of a body, so a scheme written before a field was there keeps its body and its digest.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Source = Literal["kpi", "goal", "rating", "deductions"]
Method = Literal[
    "ratio", "inverse", "mirror", "worst", "points", "bands", "steps", "deduct", "either"
]
Basis = Literal["attainment", "value"]
Bound = Literal["lower", "upper"]
Scale = Literal["share", "points"]
Counted = Literal["continuous", "whole", "rounded"]
Missing = Literal["zero", "leave_out"]
Absent = Literal["renormalise", "zero"]
Correction = Literal["none", "ratio", "t"]
Measured = Literal["person", "team", "outlet"]
Combine = Literal["sum", "product"]
CoefficientWay = Literal["banded", "linear", "interpolated"]
VetoEffect = Literal["zero", "grade", "coefficient"]
Absence = Literal["ignore", "exclude"]
Pool = Literal["outlet", "region", "group"]


@dataclass(frozen=True, slots=True)
class Grade:
    """From this lower bound up to the next grade: only lower bounds are stored, so no gaps.

    `zh` and `en` may say the interval in the house's own words; the linter holds them against it.
    """

    start: Fraction
    label: str
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """From this lower bound up to the next tier: a rate or a coefficient."""

    start: Fraction
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Band:
    """A step of a table, or a point of a slope: from here on `rate`, and `slope` for each 1 more.

    `slope` is of the basis: of attainment 1 is 100 %. `label` is a mark such as 优 or A; `zh` and
    `en` are words for the interval as with grades.
    """

    start: Fraction
    rate: Fraction
    slope: Fraction = Fraction(0)
    label: str = ""
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Deduction:
    """One kind of event on a deduction list.

    `points` are taken off for each event beyond `free` ones, at most `most`; negative points add.
    """

    code: str
    zh: str
    en: str
    points: Fraction
    free: int = 0
    most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Rater:
    """A party that rates (`self`, `manager`, `peer` …) and its weight among the parties."""

    code: str
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Need:
    """Another item that must reach `start` first: its attainment, or its points as earned."""

    item: str
    start: Fraction
    of: Literal["attainment", "points"] = "attainment"


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading, such as 业绩指标: `weight` is what its items weigh together.

    `cap` and `floor` are points of the whole group.
    """

    code: str
    zh: str
    en: str
    weight: Fraction
    cap: Fraction | None = None
    floor: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Veto:
    """一票否决: what one proven violation does, in one of three meanings.

    `zero` makes the total 0; `grade` allows no grade above `grade`, and no total above `most`
    where that is given; `coefficient` leaves total and grade and makes the coefficient 0.
    """

    code: str
    zh: str
    en: str
    effect: VetoEffect = "zero"
    grade: str = ""
    most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class QuotaPart:
    """The share of heads that a grade is to have, best grade first."""

    grade: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Quota:
    """强制分布 by largest remainder on heads.

    Attributes:
        parts: shares that are 1 together, best grade first.
        pool: whose heads are graded together.
        least: groups with fewer heads are graded together on the next level up.
        ties: what decides between equal totals: item codes (more points first) or `hired`
            (earlier first).
    """

    parts: tuple[QuotaPart, ...]
    pool: Pool = "outlet"
    least: int = 1
    ties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemeItem:
    """One thing that is scored.

    Attributes:
        kpi: the KPI that is scored; empty for another source.
        weight: points of a share of 1, such as exactly 100 % of target.
        method: `ratio` A/T; for what should fall `inverse` T/A, `mirror` 2 − A/T or `worst`
            (worst − A)/(worst − T); `points` base, target, stretch; `bands` a table; `steps` ± for
            each step from target; `deduct` for each event; `either` all or nothing.
        gate: a basis below it earns nothing; with `total_gate` the whole score is then 0.
        cap: the largest share, and `floor` the smallest once the gate is passed.
        target: a fixed target, when none is set for the person and period.
        missing: no value or no target is worth `zero`, or is left out and the other weights grow.
        code: the item's own name where it is no KPI, or where a KPI is scored twice.
        source: where the value comes from.
        of: what bands, steps and gates look at: attainment of the target, or the value itself.
        falls: less is better: attainment is T/A, and `either` is reached at the target or below.
        base, stretch: 保底值 and 挑战值 of `points`, when none are set for the person.
        at_base, at_stretch: their shares; between them and 1 at the target it is linear.
        worst: the value that is worth nothing, for `worst`.
        bands: for `bands`; `bound` says which end of an interval belongs to it, `scale` whether
            rates are shares of the weight or points.
        step: one step of the basis for `steps`; `up` and `down` are points for a step.
        counted: steps as they are, whole ones only, or rounded half up.
        each: points off for each of the value beyond `free`, for `deduct`.
        deductions: the list of a `deductions` item.
        raters: parties of a rating; `absent` says what a missing party does, `correction` whether
            marks are corrected for how strictly each rater marks: by his mean, or as T-scores.
        needs: other items that must be reached first.
        evidence: whether a value without evidence counts as none.
    """

    kpi: str = ""
    weight: Fraction = Fraction(0)
    method: Method = "ratio"
    gate: Fraction = Fraction(0)
    cap: Fraction | None = None
    target: Fraction | None = None
    missing: Missing = "zero"
    code: str = ""
    zh: str = ""
    en: str = ""
    source: Source = "kpi"
    group: str = ""
    of: Basis = "attainment"
    falls: bool = False
    base: Fraction | None = None
    stretch: Fraction | None = None
    at_base: Fraction = Fraction(3, 5)
    at_stretch: Fraction = Fraction(6, 5)
    worst: Fraction | None = None
    bands: tuple[Band, ...] = ()
    bound: Bound = "lower"
    scale: Scale = "share"
    step: Fraction = Fraction(1, 100)
    up: Fraction = Fraction(0)
    down: Fraction = Fraction(0)
    counted: Counted = "continuous"
    each: Fraction = Fraction(0)
    free: Fraction = Fraction(0)
    floor: Fraction = Fraction(0)
    total_gate: bool = False
    deductions: tuple[Deduction, ...] = ()
    raters: tuple[Rater, ...] = ()
    absent: Absent = "renormalise"
    correction: Correction = "none"
    needs: tuple[Need, ...] = ()
    evidence: bool = False
    note_zh: str = ""
    note_en: str = ""

    @property
    def key(self) -> str:
        """Its name in the scheme: its own code, else the KPI's."""
        return self.code or self.kpi

    @property
    def input(self) -> str:
        """Under which name its value and target are given."""
        return self.kpi or self.code


@dataclass(frozen=True, slots=True)
class Scheme:
    """考核方案: weighted items, grades and coefficients by total; half up to `decimals`.

    Attributes:
        grades: by total.
        coefficients: by total; not needed where the coefficient is `linear`.
        posts, levels, outlets: whom it is for; empty is everybody.
        measured: whose figures the KPIs are: the person's own, the team's or the outlet's.
        grains: the kinds of period it may be used for.
        groups: headings with weights; every item then names its group.
        cap, floor: of the total, in points.
        combine: points are added; or shares are multiplied (`product`), each weight being 100.
        coefficient: the tier's rate; `linear` is total ÷ 100; `interpolated` runs straight from
            one tier to the next, 0 below the first and flat above the last.
        coefficient_floor, coefficient_cap: its limits.
        vetoes: violations that change the outcome.
        quota: forced distribution, where there is one.
        least_days: who has fewer days in the period is not appraised.
        absence: whether days of absence count as days of the period.
    """

    code: str
    zh: str
    en: str
    items: tuple[SchemeItem, ...]
    grades: tuple[Grade, ...]
    coefficients: tuple[Tier, ...] = ()
    decimals: int = 2
    posts: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    measured: Measured = "person"
    grains: tuple[str, ...] = ("month",)
    groups: tuple[Group, ...] = ()
    cap: Fraction | None = None
    floor: Fraction | None = None
    combine: Combine = "sum"
    coefficient: CoefficientWay = "banded"
    coefficient_floor: Fraction | None = None
    coefficient_cap: Fraction | None = None
    vetoes: tuple[Veto, ...] = ()
    quota: Quota | None = None
    least_days: int = 0
    absence: Absence = "ignore"
    note_zh: str = ""
    note_en: str = ""
