"""The frozen shapes of pay plans: what is done with the sum of components, in fixed order.

Fields at their defaults are left out of a body, so a pay plan written before a field was there
keeps its body and its digest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cheji.engine.definitions.pay_components import Component, Look
from cheji.engine.definitions.schemes import Band, Bound

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

    @property
    def paid_at_expiry(self) -> bool:
        return self.expires > 0 and self.at_expiry == "release"


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of pay that is earned when `event` happens to the deal."""

    event: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class CatchUp:
    """打通补发: reached over a longer period, what was withheld within it is paid.

    `returns` are the codes of factors, gates, caps and fines that withheld it. It is reached from
    `start` on, or where `most` is given up to that, for what should stay low.
    """

    code: str
    zh: str
    en: str
    grain: CatchUpGrain
    look: Look
    start: Fraction = Fraction(1)
    returns: tuple[str, ...] = ()
    most: Fraction | None = None

    @property
    def span(self) -> str:
        """Under what name the figures that it looks at are: of the person, his team or outlet."""
        whose = self.look.whose
        return self.grain if whose == "person" else f"{self.grain}:{whose}"

    def reached(self, value: Fraction) -> bool:
        return value >= self.start if self.most is None else value <= self.most

    @property
    def bound(self) -> Fraction:
        """From where on, or up to where, it is reached."""
        return self.start if self.most is None else self.most


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
        posts, levels, outlets: whom it is for; empty are consultants, every level, every outlet.
        replaces: plans that no longer pay those whom this one is for, from its beginning on.
        beside: plans besides which it openly pays the same people.
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
    replaces: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether anything goes by people's scores or their coefficient."""
        parts = self.components
        shared = any(p.kind == "pool" and p.divide in {"score", "score_days"} for p in parts)
        flagged = any(part.coefficient and not part.is_extra for part in parts)
        return shared or flagged or any(look.by == "score" for look, _ in self.looks)

    @property
    def looks(self) -> Iterator[tuple[Look, str]]:
        """Every figure that is looked up, with the measure of the component that looks."""
        parts: tuple[Component | Factor | Gate | CatchUp, ...] = (
            *self.components, *self.factors, *self.gates, *self.catch_ups,
        )  # fmt: skip
        for part in parts:
            if part.look is not None:
                yield part.look, part.of if isinstance(part, Component) else ""

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure of which amounts or totals are needed."""
        found = [code for part in self.components for code in (*part.measures, *part.ties)]
        found += [code for look, _ in self.looks for code in look.measures]
        return tuple(dict.fromkeys(code for code in found if code))

    @property
    def kpis(self) -> tuple[str, ...]:
        """Every KPI of which values or targets are needed, components' own bases included."""
        found = [part.kpi for factor in self.factors for part in factor.parts]
        found += [look.of or of for look, of in self.looks if look.by in {"attainment", "kpi"}]
        found += [part.of for part in self.components if part.against]
        return tuple(dict.fromkeys(code for code in found if code))
