"""The frozen shapes of the components of a pay plan, and of the figures by which bands are found.

Money is in yuan, shares are parts of 1. Bands are written by their lower bounds only.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cheji.engine.definitions.filters import Filter
from cheji.engine.definitions.schemes import Band, Bound

ComponentKind = Literal["units", "share", "fixed", "pool", "prize", "fine", "manual", "base"]
Scope = Literal["per_deal", "cumulative"]
Mode = Literal["marginal", "retroactive", "interpolated"]
Whose = Literal["person", "team", "outlet"]
By = Literal["units", "money", "attainment", "average", "penetration", "kpi", "score"]
Level = Literal["target", "base", "stretch"]
Against = Literal["", "short", "over"]
Credit = Literal["fractional", "whole"]
SplitAt = Literal["cap_first", "split_first"]
Pot = Literal["share", "units", "fixed"]
Divide = Literal["equal", "units", "days", "score", "score_days"]
StillEqual = Literal["split", "all"]
First = Literal["", "day", "week", "weekend", "month"]


@dataclass(frozen=True, slots=True)
class Look:
    """Which figure finds the band.

    Attributes:
        by: `units` and `money` are totals of the measure `of`; `attainment` is the KPI or the
            component's own base, over its target; `average` is money `of` for each unit of
            `per`; `penetration` is the count `of` over the count `per`; `kpi` is the value of a
            KPI; `score` the total of the scheme.
        level: the target, the base (保底值) or the stretch (挑战值) that attainment is against.
        whose: figures of the person, his team or his outlet.
    """

    by: By
    of: str = ""
    per: str = ""
    level: Level = "target"
    whose: Whose = "person"

    def is_money(self, key: str) -> bool:
        """Whether the measure under `of` or `per` is one of money, not a count."""
        return self.by == "money" or (self.by == "average" and key == "of")

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures whose totals it looks at."""
        summed = self.by in {"units", "money", "average", "penetration"}
        return tuple(code for code in (self.of, self.per) if code) if summed else ()


@dataclass(frozen=True, slots=True)
class Range:
    """A number of the deal, such as `stock_days`: from `start` up to but not including `below`."""

    of: str
    start: Fraction | None = None
    below: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a component's table: deals that it fits are paid by its bands.

    The first row that fits is taken; a deal that none fits goes by the component's bands.
    `weight` is how many units one such unit counts as (车型系数), for the band and for pay.
    """

    where: tuple[Filter, ...] = ()
    ranges: tuple[Range, ...] = ()
    tiers: tuple[Band, ...] = ()
    weight: Fraction = Fraction(1)
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """提成项: one part of a pay plan.

    Attributes:
        kind: `units` (yuan for each of a count), `share` (part of money), `fixed` (yuan by the
            band reached), `pool` (part of a pot shared among a team), `prize` (by rank), `fine`
            (yuan off for each), `manual` (typed lines alone), `base` (pay for days).
        of: the measure paid on; for `fixed` the count whose total picks the tier, or empty.
        scope: a band found per deal, or for the period's running total (`cumulative`).
        mode: `marginal` pays each band at its rate, `retroactive` everything at the rate
            reached, `interpolated` for each band its amount, in proportion within the last.
        tiers: bands of rates: yuan per unit, part of 1, or yuan. In units `from: 3` is the third
            unit; in money 3,000 is the sum of 3,000. `slope` adds to the rate for each 1 more.
        base: `positive` takes a negative base as nothing.
        round_to: `fen` or whole `yuan`, half up.
        rounding: `cumulative` lets lines add up to the rounded total; `each` rounds every deal.
        coefficient: multiplied by the score's coefficient.
        plus, minus: measures added to and taken off the base, such as the floor price.
        whose: whose totals are the base: an override (管理提成) is paid on the team's.
        own: whether one's own deals are part of the team's.
        of_pay: components of the team whose pay is the base, in place of a measure.
        look: which figure finds the band; None is the component's own base.
        bound: which end of a band belongs to it; `upper` gives a tie to the lower band.
        rows: a table by model, channel, tags or stock age.
        where, ranges: which deals are paid; the others are shown with the reason.
        least, most: yuan for each deal.
        pool_negatives: a loss reduces the next deals of the period.
        cap, floor: yuan for the component in the period.
        amount: yuan that the rates of a `fixed`, `base` or pot multiply; None is 1 yuan.
        credit: of a shared deal a part counts for the band, or the whole of it.
        split: whether `most` limits the deal before it is shared, or each person's part.
        budget: yuan for everybody together, after each one's `cap`; then nothing more is paid.
        stack: a deal is paid by the first component alone of those with the same word.
        extra: outside coefficients and gates (step 12); prizes, fines and typed lines always are.
        against, level: base is what is short of the target, or over it.
        pot: what the pot of a pool is: a share of money, units or a fixed amount.
        divide: how the pot is shared.
        ties: figures that decide between equal ranks, or first deals of one day, more first.
        still_equal: whether who is equal after all shares the prizes, or all have the better one.
        prorate: `fixed` by days of the period; `base` always is.
        first: only the first deal of each day, week, weekend or month is paid (首单奖).
        among: whose deals it is the first of.
    """

    code: str
    zh: str
    en: str
    kind: ComponentKind
    of: str = ""
    tiers: tuple[Band, ...] = ()
    scope: Scope = "cumulative"
    mode: Mode = "marginal"
    base: Literal["any", "positive"] = "any"
    round_to: Literal["fen", "yuan"] = "fen"
    rounding: Literal["cumulative", "each"] = "cumulative"
    coefficient: bool = False
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    whose: Whose = "person"
    own: Literal["include", "exclude"] = "include"
    of_pay: tuple[str, ...] = ()
    look: Look | None = None
    bound: Bound = "lower"
    rows: tuple[Row, ...] = ()
    where: tuple[Filter, ...] = ()
    ranges: tuple[Range, ...] = ()
    least: Fraction | None = None
    most: Fraction | None = None
    pool_negatives: bool = False
    cap: Fraction | None = None
    floor: Fraction | None = None
    amount: Fraction | None = None
    credit: Credit = "fractional"
    split: SplitAt = "cap_first"
    budget: Fraction | None = None
    stack: str = ""
    extra: bool = False
    against: Against = ""
    level: Level = "target"
    pot: Pot = "share"
    divide: Divide = "equal"
    ties: tuple[str, ...] = ()
    still_equal: StillEqual = "split"
    prorate: bool = False
    first: First = ""
    among: Whose = "person"
    note_zh: str = ""
    note_en: str = ""

    @property
    def is_money(self) -> bool:
        """Whether the base is money; otherwise it is counted."""
        return self.kind == "share" or (self.kind == "pool" and self.pot == "share")

    @property
    def is_extra(self) -> bool:
        """Whether it is paid in step 12, outside coefficients and gates."""
        return self.extra or self.kind in {"prize", "fine", "manual"}

    @property
    def by_deal(self) -> bool:
        """Whether it is paid on single deals, and not on one total."""
        return self.kind in {"units", "share"} and self.whose == "person" and not self.against

    @property
    def on_total(self) -> bool:
        """Whether it is paid on one total, where no row of a table can fit."""
        if self.kind == "pool":
            return self.pot != "fixed"
        counted = self.kind in {"units", "share", "fine"}
        return self.kind == "prize" or (counted and bool(self.whose != "person" or self.against))

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of its base."""
        return tuple(code for code in (self.of, *self.plus, *self.minus) if code)
