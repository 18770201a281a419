"""Pay statements: units and shares by tiers, a score coefficient, a reason on every line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final

from cheji.engine.definitions import Component, PayPlan, Tier
from cheji.engine.kpis import Value, decimal_text, known_digest
from cheji.engine.money import FEN_PER_YUAN, cumulative, round_half_up
from cheji.engine.reasons import Reason
from cheji.engine.scores import ScoreCard, tier_detail
from cheji.engine.tallies import QUANTITY_SCALE, Key

COEFFICIENT: Final = "coefficient"
ZERO: Final = Fraction(0)
NOT_KNOWN: Final = (
    "成本未知，暂不计提；录入成本后再计",
    "Cost not known: nothing is paid on it until the cost is entered",
)
WORDS: Final = {
    "marginal": ("分档累进：各档按各档的标准", "each band at its own rate"),
    "retroactive": ("全额累进：全部按达到的档", "everything at the rate reached"),
    "per_deal": ("逐单找档", "band found per deal"),
    "cumulative": ("按本期累计找档", "band found by the period's total"),
}


@dataclass(frozen=True, slots=True)
class Deal:
    """An event that may be paid.

    `amounts` by measure: counts in 1/10,000 of a unit, money in fen; None is not known yet.
    """

    source: Key
    on_date: date
    amounts: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class PayLine:
    """One amount.

    Attributes:
        component: its code, or `coefficient`.
        source: the deal; None for what belongs to no single deal.
        base: units, or yuan; None when it is not known yet, and then nothing is paid.
        rate: yuan per unit, part of 1, or the coefficient; None when several bands apply.
    """

    component: str
    source: Key
    base: Value
    rate: Value
    fen: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Statement:
    """What a plan pays for a period; `payable` is exactly the sum of the lines, in fen."""

    plan: str
    lines: tuple[PayLine, ...]
    payable: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Base:
    source: Key
    amount: Value
    counted: Fraction


Portions = list[tuple[Tier, Fraction]]


def pay(
    plan: PayPlan,
    deals: Sequence[Deal],
    totals: Mapping[str, int],
    score: ScoreCard | None = None,
) -> Statement:
    """The statement of one person and period.

    Args:
        plan: the pay plan.
        deals: in any order; they are paid by date, then in the order given.
        totals: of the period by measure, in the deals' units; what exceeds the deals becomes a
            line without a source. A measure that is absent has no more than its deals.
        score: whose coefficient applies to the components that ask for it; without one it is 1.
    """
    ordered = sorted(deals, key=lambda deal: deal.on_date)
    lines: list[PayLine] = []
    parts: list[Reason] = []
    for component in plan.components:
        own = _lines(component, _bases(component, ordered, totals))
        lines += own
        parts.append(_component_reason(component, own))
    for line in _coefficient(plan, lines, score):
        lines.append(line)
        parts.append(line.reason)
    payable = sum(line.fen for line in lines)
    return Statement(plan.code, tuple(lines), payable, _reason(plan, payable, parts))


def _bases(component: Component, deals: Sequence[Deal], totals: Mapping[str, int]) -> list[_Base]:
    of = component.of
    amounts = [(deal.source, deal.amounts[of]) for deal in deals if of in deal.amounts]
    rest = totals.get(of, 0) - sum(amount or 0 for _, amount in amounts) if of in totals else 0
    if rest or (component.kind == "fixed" and not amounts):
        amounts.append((None, rest))
    return [_base(component, source, amount) for source, amount in amounts]


def _base(component: Component, source: Key, amount: int | None) -> _Base:
    if amount is None:
        return _Base(source, None, ZERO)
    scale = FEN_PER_YUAN if component.kind == "share" else QUANTITY_SCALE
    exact = Fraction(amount, scale)
    return _Base(source, exact, max(exact, ZERO) if component.base == "positive" else exact)


def _lines(component: Component, bases: Sequence[_Base]) -> list[PayLine]:
    if component.kind == "fixed":
        total = sum((base.counted for base in bases), ZERO)
        bases = [_Base(None, total, Fraction(1))]
        portions: list[Portions] = [[(_reached(component.tiers, total), Fraction(1))]]
    else:
        portions = _portions(component, [base.counted for base in bases])
    exact = [sum((tier.rate * part for tier, part in found), ZERO) for found in portions]
    return [
        _line(component, *parts)
        for parts in zip(bases, portions, exact, _rounded(component, exact), strict=True)
    ]


def _portions(component: Component, counted: Sequence[Fraction]) -> list[Portions]:
    """How much of each base falls into which tier."""
    tiers = component.tiers
    if component.mode == "retroactive":
        if component.scope == "per_deal":
            return [[(_reached(tiers, base), base)] for base in counted]
        reached = _reached(tiers, sum(counted, ZERO))
        return [[(reached, base)] for base in counted]
    starts = [_stretch_start(component, tier) for tier in tiers]
    if component.scope == "per_deal":
        steps = [(ZERO, base) for base in counted]
    else:
        steps = list(pairwise(accumulate(counted, initial=ZERO)))
    return [_between(tiers, starts, before, after) for before, after in steps]


def _stretch_start(component: Component, tier: Tier) -> Fraction:
    """Where a tier starts on the running total.

    `from: 3` means the third unit, which is the stretch from 2 to 3; money starts at the sum.
    """
    return max(tier.start - 1, ZERO) if component.kind == "units" else tier.start


def _reached(tiers: Sequence[Tier], total: Fraction) -> Tier:
    """The tier of a total; below zero the first one still applies."""
    return ([tier for tier in tiers if tier.start <= total] or [tiers[0]])[-1]


def _between(
    tiers: Sequence[Tier], starts: Sequence[Fraction], before: Fraction, after: Fraction
) -> Portions:
    """The stretch between two totals cut at the tiers; negative when the total went down."""
    low, high, sign = (before, after, 1) if before <= after else (after, before, -1)
    portions: Portions = []
    floors = [min(low, ZERO), *starts[1:]]
    for tier, start, end in zip(tiers, floors, [*starts[1:], max(high, starts[-1])], strict=True):
        part = min(high, end) - max(low, start)
        if part > 0:
            portions.append((tier, sign * part))
    return portions


def _rounded(component: Component, exact: Sequence[Fraction]) -> list[int]:
    """Fen per line, half up."""
    steps = FEN_PER_YUAN if component.round_to == "fen" else 1
    scaled = [amount * steps for amount in exact]
    if component.rounding == "each":
        whole = [round_half_up(amount) for amount in scaled]
    else:
        whole = cumulative(scaled)
    return [amount * (FEN_PER_YUAN // steps) for amount in whole]


def _line(
    component: Component, base: _Base, portions: Portions, exact: Fraction, fen: int
) -> PayLine:
    if base.amount is None:
        portions = []
    rates = {tier.rate for tier, _ in portions}
    words = NOT_KNOWN if base.amount is None else _words(portions, exact)
    reason = Reason(
        "line",
        component.code,
        fen,
        (
            ("zh", words[0]),
            ("en", words[1]),
            ("source", base.source),
            ("base", base.amount),
            ("counted", base.counted),
            (
                "bands",
                tuple(
                    {"from": tier.start, "part": part, "rate": tier.rate} for tier, part in portions
                ),
            ),
            ("exact", exact),
            ("round_to", component.round_to),
            ("rounding", component.rounding),
        ),
    )
    rate = rates.pop() if len(rates) == 1 else None
    return PayLine(component.code, base.source, base.amount, rate, fen, reason)


def _words(portions: Portions, exact: Fraction) -> tuple[str, str]:
    """The calculation, to read in Chinese and English."""
    steps = [f"{decimal_text(part)} × {decimal_text(tier.rate)}" for tier, part in portions]
    text = f"{' + '.join(steps) or '0'} = {decimal_text(exact)}"
    return f"{text} 元", f"{text} yuan"


def _component_reason(component: Component, lines: Sequence[PayLine]) -> Reason:
    mode, scope = WORDS[component.mode], WORDS[component.scope]
    return Reason(
        "component",
        component.code,
        sum(line.fen for line in lines),
        (
            ("zh", f"{component.zh}：{mode[0]}，{scope[0]}"),
            ("en", f"{component.en}: {mode[1]}, {scope[1]}"),
            ("kind", component.kind),
            ("of", component.of),
            ("mode", component.mode),
            ("scope", component.scope),
            ("base", component.base),
            ("tiers", tier_detail(component.tiers)),
            ("coefficient", component.coefficient),
        ),
        tuple(line.reason for line in lines),
    )


def _coefficient(plan: PayPlan, lines: Sequence[PayLine], score: ScoreCard | None) -> list[PayLine]:
    """The line by which the coefficient changes the flagged components, also when it is 1."""
    flagged = [component.code for component in plan.components if component.coefficient]
    if not flagged:
        return []
    before = sum(line.fen for line in lines if line.component in flagged)
    found = None if score is None else score.coefficient
    rate = Fraction(1) if found is None else found
    fen = round_half_up(before * rate) - before
    reason = Reason(
        COEFFICIENT,
        plan.scheme,
        fen,
        (
            ("zh", "考核系数" if found is not None else "没有考核得分，系数为 1"),
            ("en", "Score coefficient" if found is not None else "No score: the coefficient is 1"),
            ("coefficient", rate),
            ("components", tuple(flagged)),
            ("before", before),
            ("after", before + fen),
        ),
        () if score is None else (score.reason,),
    )
    return [PayLine(COEFFICIENT, None, Fraction(before, FEN_PER_YUAN), rate, fen, reason)]


def _reason(plan: PayPlan, payable: int, parts: Sequence[Reason]) -> Reason:
    words = " + ".join(decimal_text(Fraction(part.value or 0, FEN_PER_YUAN)) for part in parts)
    return Reason(
        "pay",
        plan.code,
        payable,
        (
            ("zh", f"各项之和：{words}"),
            ("en", f"The sum of the components: {words}"),
            ("digest", known_digest(plan)),
        ),
        tuple(parts),
    )
