"""The frozen shapes of pay plans: components, and what is done with their sum, in fixed order.

Money is in yuan, shares are parts of 1. Bands are written by their lower bounds only. Fields at
their defaults are left out of a body, so a pay plan written before a field was there keeps its
body and its digest.
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
Divide = Literal["equal", "units", "days", "score_days"]
StillEqual = Literal["split", "all"]
FactorKind = Literal["product", "weighted", "look"]
Than = Literal["target", "average"]
Effect = Literal["zero", "reduce", "lower"]
Beyond = Literal["forfeit", "carry"]
AtExpiry = Literal["forfeit", "release"]
CatchUpGrain = Literal["quarter", "half", "year"]
DrawKind = Literal["recoverable", "non_recoverable", "recoverable_guarantee", "guarantee"]
Policy = Literal["original_rate", "replay", "prorated"]
RoundTo = Literal["fen", "jiao", "yuan"]


@dataclass(frozen=True, slots=True)
class Look:
    """Which figure finds the band.

    Attributes:
        by: `units` and `money` are totals of the measure `of`; `attainment` is the KPI or the
            component's own base, over its target; `average` is money `of` for each unit of
            `per`; `penetration` is the count `of` over the count `per`; `kpi` is the value of a
            KPI; `score` the total of the scheme.
        level: the target, the base (底线) or the stretch (挑战) that attainment is against.
        whose: figures of the person, his team or his outlet.
    """

    by: By
    of: str = ""
    per: str = ""
    level: Level = "target"
    whose: Whose = "person"


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
        budget: yuan for everybody together; then nothing more is paid.
        stack: a deal is paid by the first component alone of those with the same word.
        extra: outside coefficients and gates (step 12); prizes, fines and typed lines always are.
        against, level: base is what is short of the target, or over it.
        pot: what the pot of a pool is: a share of money, units or a fixed amount.
        divide: how the pot is shared.
        ties: figures that decide between equal ranks, more first.
        still_equal: whether who is equal after all shares the prizes, or all have the better one.
        prorate: `fixed` by days of the period; `base` always is.
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
    def measures(self) -> tuple[str, ...]:
        """The measures of its base."""
        return tuple(code for code in (self.of, *self.plus, *self.minus) if code)


@dataclass(frozen=True, slots=True)
class FactorPart:
    """One KPI of a factor: its value over the mean of what it is held against.

    `than` are the target and the team's average; `standard` is a fixed figure of the house.
    """

    kpi: str
    weight: Fraction = Fraction(1)
    than: tuple[Than, ...] = ("target",)
    standard: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """系数: multiplies components once their sum is known.

    Attributes:
        kind: `product` of parts, their `weighted` sum, or a figure `look`ed up in `tiers`.
        tiers: rates by the figure; without them the figure itself is the rate.
        floor, cap: limits of the rate.
        components: what it multiplies; empty is everything before step 12.
        team: a factor of team or outlet (step 10), after those of the person (step 9).
        only_below: only where that earlier factor was below 1.
        missing: a factor without a value is 1, or 0.
    """

    code: str
    zh: str
    en: str
    kind: FactorKind = "product"
    parts: tuple[FactorPart, ...] = ()
    look: Look | None = None
    tiers: tuple[Band, ...] = ()
    bound: Bound = "lower"
    floor: Fraction | None = None
    cap: Fraction | None = None
    components: tuple[str, ...] = ()
    team: bool = False
    only_below: str = ""
    missing: Literal["one", "zero"] = "one"


@dataclass(frozen=True, slots=True)
class Gate:
    """门槛: what happens below a figure, from a figure on, or after a violation.

    Attributes:
        look: the figure; None for a veto.
        below: acts where the figure is below it; `start` acts from it on.
        veto: acts where a violation of this code is proven (一票否决).
        effect: components become `zero`, are multiplied by `rate` (`reduce`), or become at most
            `amount` yuan each (`lower`).
        missing: without a figure the gate is passed, or it acts.
    """

    code: str
    zh: str
    en: str
    look: Look | None = None
    below: Fraction | None = None
    start: Fraction | None = None
    veto: bool = False
    effect: Effect = "zero"
    rate: Fraction = Fraction(1)
    amount: Fraction = Fraction(0)
    components: tuple[str, ...] = ()
    missing: Literal["pass", "act"] = "pass"


@dataclass(frozen=True, slots=True)
class Cap:
    """封顶 of a period: what is beyond is forfeited, or paid later within the cap (`carry`)."""

    code: str
    zh: str
    en: str
    amount: Fraction
    beyond: Beyond = "forfeit"
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holdback:
    """暂扣: a share of components is held per deal until `release` happens to it.

    After `expires` further periods it is forfeited, or released; 0 never expires.
    """

    code: str
    zh: str
    en: str
    components: tuple[str, ...]
    share: Fraction
    release: str
    expires: int = 0
    at_expiry: AtExpiry = "forfeit"


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of pay that is earned when `event` happens to the deal."""

    event: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class CatchUp:
    """打通补发: reached over a longer period, what was withheld within it is paid.

    `returns` are the codes of factors, gates, caps and fines that withheld it.
    """

    code: str
    zh: str
    en: str
    grain: CatchUpGrain
    look: Look
    start: Fraction = Fraction(1)
    returns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """预支 and 保底: pay that is less than `amount` is filled up to it.

    Draws look at what was earned (before step 15), guarantees at what is left to be paid.

    Attributes:
        amount: yuan of a period.
        first, until: numbers of the person's periods between which it is given; 0 has no end.
        recover_first: the period from which the recoverable kinds are taken back.
        share: part of what is above `keep` that is taken back; `limit` yuan at most.
        keep: yuan that are left in any case; None is `amount`.
    """

    code: str
    zh: str
    en: str
    kind: DrawKind
    amount: Fraction
    first: int = 1
    until: int = 0
    recover_first: int = 1
    share: Fraction = Fraction(1)
    limit: Fraction | None = None
    keep: Fraction | None = None

    @property
    def recoverable(self) -> bool:
        return self.kind in {"recoverable", "recoverable_guarantee"}

    @property
    def is_guarantee(self) -> bool:
        return self.kind in {"recoverable_guarantee", "guarantee"}


@dataclass(frozen=True, slots=True)
class Clawback:
    """追回 of a deal that was returned or cancelled.

    `original_rate` takes base × rate of its lines; `replay` what the period is worth less
    without it; `prorated` the paid amount for the days left of `window`. A `window` of 0 days
    never ends. `most` is the part of a period's pay that may be taken.
    """

    policy: Policy = "original_rate"
    window: int = 0
    most: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class PayPlan:
    """提成方案: components in order, and what is done with their sum, each list in order.

    Attributes:
        scheme: whose coefficient applies to the components that ask for it.
        earned_at: the stages at which a deal's pay is earned; the first is the period's own.
        round_to: to what the amount payable is rounded.
        posts, levels, outlets: whom it is for; empty is everybody.
    """

    code: str
    zh: str
    en: str
    components: tuple[Component, ...]
    scheme: str = ""
    factors: tuple[Factor, ...] = ()
    gates: tuple[Gate, ...] = ()
    caps: tuple[Cap, ...] = ()
    holdbacks: tuple[Holdback, ...] = ()
    earned_at: tuple[Stage, ...] = ()
    catch_ups: tuple[CatchUp, ...] = ()
    draws: tuple[Draw, ...] = ()
    clawback: Clawback | None = None
    round_to: RoundTo = "fen"
    posts: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    note_zh: str = ""
    note_en: str = ""

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure of which amounts or totals are needed."""
        looks = [part.look for part in (*self.components, *self.factors, *self.gates)]
        found = [code for part in self.components for code in (*part.measures, *part.ties)]
        for look in looks:
            if look is not None and look.by in {"units", "money", "average", "penetration"}:
                found += [look.of, look.per]
        return tuple(dict.fromkeys(code for code in found if code))

    @property
    def kpis(self) -> tuple[str, ...]:
        """Every KPI of which values or targets are needed, components' own bases included."""
        found = [part.kpi for factor in self.factors for part in factor.parts]
        for part in (*self.components, *self.factors, *self.gates, *self.catch_ups):
            look = part.look
            if look is not None and look.by in {"attainment", "kpi"}:
                found.append(look.of or getattr(part, "of", ""))
        found += [part.of for part in self.components if part.against]
        return tuple(dict.fromkeys(code for code in found if code))
