"""What is wrong, or dangerous, in a pay plan that can be read: all findings at once.

Findings of `NOTES` are for a person to think about; any other keeps a plan from being published.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Any, Final, NamedTuple

from cheji.engine import scores
from cheji.engine.definitions import (
    NONE,
    Band,
    Component,
    Definitions,
    Factor,
    Look,
    PayPlan,
    Row,
    examined,
)
from cheji.engine.definitions.filters import no_values
from cheji.engine.findings import Finding
from cheji.engine.kpis import Value, decimal_text
from cheji.engine.pay import falling, remarks
from cheji.engine.pay.banding import is_lump
from cheji.engine.pay.figure_words import told_by
from cheji.engine.pay.ignored import ignored
from cheji.engine.pay.ignored_steps import ignored_steps
from cheji.engine.pay.keeping import holds
from cheji.engine.pay.overriding import circles, uncounted
from cheji.engine.pay.same_codes import same_codes
from cheji.engine.pay.saying import percent
from cheji.engine.pay.why import LOOKED_AT, SHARES
from cheji.engine.pay.words import DIVIDES
from cheji.engine.scores.wording import Interval, contradictions
from cheji.engine.tallies import ATTRIBUTES, DIMENSIONS

NOTES: Final = frozenset(
    {"cliff", "not_monotone", "negative_pay", "zero_divisor", "no_budget", "gate_on_base",
     "no_scheme", "first_by_entry", "override_leaves_out"}
)  # fmt: skip
#: What can be asked of a deal, and of a person where rows are for people: texts, then numbers.
OF_DEALS: Final = (*DIMENSIONS, *ATTRIBUTES), ("stock_days", "day", "weekday")
OF_PEOPLE: Final = ("level",), ("seniority",)
ONE: Final = Fraction(1)
ZERO: Final = Fraction(0)
STEEP: Final = Fraction(3, 2)
"""The next unit is worth so much more than the others."""
JUMP: Final = Fraction(1, 10)
"""Of what was earned before, when pay jumps at a bound of money or of a figure."""


def lint(plan: PayPlan, among: Definitions | None = None) -> list[Finding]:
    """Every finding of a pay plan that could be read; `among` is everything that will hold."""
    place = f"{remarks.PREFIX}.{plan.code}"
    found: list[Finding] = []
    for part in plan.components:
        found += _component(part, f"{place}.components.{part.code}")
        found += _conditions(part, f"{place}.components.{part.code}")
        found += ignored(part, f"{place}.components.{part.code}")
    found += _looks(plan, place)
    found += _held(plan, place)
    found += circles(plan, place)
    if among is not None:
        found += uncounted(plan, among.pay_plans, place)
        found += _counts(plan, among, place)
    found += _factors(plan, place)
    found += _gates(plan, place)
    found += falling.negative(plan, place)
    found += _caps(plan, place)
    found += _catch_ups(plan, place)
    found += ignored_steps(plan, place)
    found += same_codes(plan, place)
    if not plan.scheme and plan.scored:
        found.append(remarks.no_scheme(f"{place}.scheme"))
    return found


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep a pay plan from being published."""
    return [found for found in findings if found.code not in NOTES]


def checked(
    bodies: Mapping[str, Any], own: Iterable[tuple[str, str]], beside: Definitions = NONE
) -> list[Finding]:
    """What keeps a bundle from being published: every fault, and what is wrong in these own ones.

    `own` are the kinds and codes of what is new; what is in force already stays as it is. `beside`
    was read before.
    """
    findings, made = examined(bodies, beside)
    if findings:
        return findings
    new = set(own)
    plans = [plan for plan in made.pay_plans if ("pay_plan", plan.code) in new]
    faults = [found for plan in plans for found in blocking(lint(plan, made))]
    return [*scores.own_faults(made, new), *faults]


# -- conditions --------------------------------------------------------------------------------


def _conditions(part: Component, place: str) -> Iterator[Finding]:
    """A misspelt attribute, or no value, would leave every deal out without a word."""
    yield from _asked(part, OF_DEALS, place)
    for at, row in enumerate(part.rows):
        yield from _asked(row, OF_PEOPLE if is_lump(part) else OF_DEALS, f"{place}.rows[{at}]")


def _asked(
    of: Component | Row, known: tuple[Sequence[str], Sequence[str]], place: str
) -> Iterator[Finding]:
    texts, numbers = known
    every = (*texts, *numbers)
    for item in of.where:
        if item.dimension not in every:
            yield remarks.unknown_attribute(item.dimension, every, f"{place}.where")
        if not item.values:
            called = LOOKED_AT.get(item.dimension, (item.dimension, item.dimension))
            yield no_values(called, f"{place}.where.{item.dimension}", inside=item.inside)
    for range_ in of.ranges:
        if range_.of not in numbers:
            yield remarks.unknown_attribute(range_.of, numbers, f"{place}.ranges")


# -- bands -------------------------------------------------------------------------------------


def _component(part: Component, place: str) -> Iterator[Finding]:
    yield from _bands(part, part.tiers, f"{place}.tiers")
    if part.rows and part.on_total:
        yield remarks.rows_of_total(f"{place}.rows")
    for at, row in enumerate(part.rows):
        where = f"{place}.rows[{at}]"
        yield from _bands(part, row.tiers, f"{where}.tiers")
        if not row.tiers and not part.tiers:
            yield remarks.row_without_rate(where)
        if any(not before.where and not before.ranges for before in part.rows[:at]):
            yield remarks.row_hidden(where)
    yield from _budget(part, place)
    most = _most(part)
    if part.cap is not None and most is not None and part.cap > most:
        yield remarks.cap_unreachable(part.cap, most, f"{place}.cap")


def _bands(part: Component, tiers: Sequence[Band], place: str) -> Iterator[Finding]:
    for at, (band, following) in enumerate(zip_longest(tiers, tiers[1:])):
        end = following.start if following else None
        interval = Interval(band.start if at else None, end, part.bound == "upper")
        for text in (band.zh, band.en):
            for claim in contradictions(text, interval, shares=_shares(part.look)):
                yield remarks.wording(claim.text, interval, f"{place}[{at}]")
    for step in steps(part, tiers):
        if step.jump < 0:
            yield remarks.not_monotone(step.told, -step.jump, place)
        elif part.scope == "per_deal":
            continue
        elif step.unit is not None and step.usual and step.unit > STEEP * step.usual:
            yield remarks.cliff_of_unit(step.bound, step.unit, step.usual, place)
        elif step.unit is None and step.jump > JUMP * abs(step.before):
            yield remarks.cliff_at(step.told, step.jump, place)
    yield from falling.slopes(part, tiers, place)
    if part.mode == "retroactive" and part.look is not None and not is_lump(part):
        yield from _rates(part.look, tiers, place, percent if part.is_money else decimal_text)


def _rates(
    look: Look, tiers: Sequence[Band], place: str, said: Callable[[Fraction], str]
) -> Iterator[Finding]:
    """Everything of the period at the rate that another figure finds: where that rate jumps."""
    told = percent if _shares(look) else decimal_text
    jumps = []
    for below, band in pairwise(tiers):
        reached = below.rate + below.slope * (band.start - below.start)
        between = told(band.start), said(reached), said(band.rate)
        if band.rate < reached:
            yield remarks.rate_falls(*between, place)
        elif band.rate - reached > JUMP * abs(reached):
            jumps.append(between)
    if jumps:
        yield remarks.rate_jumps(jumps, place)


class Step(NamedTuple):
    """What happens at a bound: `unit` is what the unit that reaches it is worth, in yuan.

    `jump` is by how much pay changes at the bound itself, `before` what was earned up to it.
    """

    bound: Fraction
    told: str
    before: Fraction
    jump: Fraction
    usual: Fraction
    unit: Value = None


def steps(part: Component, tiers: Sequence[Band]) -> Iterator[Step]:
    """The bounds of a component at which pay does not go on as before."""
    told = percent if _shares(part.look) else decimal_text
    for below, band in pairwise(tiers):
        reached = below.rate + below.slope * (band.start - below.start)
        if part.kind in {"prize", "manual"}:
            continue
        if is_lump(part):
            scale = ONE if part.amount is None else part.amount
            before, after = reached * scale, band.rate * scale
            yield Step(band.start, told(band.start), before, after - before, ZERO)
        elif part.mode == "retroactive" and part.look is None:
            yield _retroactive(part, below, band, told(band.start))
        elif part.mode == "marginal" and band.rate < 0:
            yield Step(band.start, told(band.start), ZERO, band.rate, ZERO)


def _retroactive(part: Component, below: Band, band: Band, told: str) -> Step:
    """All of it at the new rate: the unit that reaches the bound lifts those before it."""
    bound = band.start
    if part.is_money:
        before = bound * below.rate
        return Step(bound, told, before, bound * band.rate - before, ZERO)
    number = bound if part.bound == "lower" else bound + 1
    before = (number - 1) * below.rate
    unit = number * band.rate - before
    return Step(number, told, before, unit if unit < 0 else ZERO, band.rate, unit)


def _shares(look: Look | None) -> bool:
    return look is not None and look.by in SHARES


def _most(part: Component) -> Value:
    """The most that a component can come to before its cap, in yuan; None is without limit.

    Of a fine it is what is taken at most.
    """
    found = [] if part.budget is None else [part.budget]
    if part.kind in {"fixed", "base", "prize"} or (part.kind == "pool" and part.pot == "fixed"):
        scale = ONE if part.amount is None else part.amount
        every = _every_band(part)
        if every and not any(band.slope * scale > 0 for band in every):
            found.append(max(band.rate * scale for band in every))
    return min(found, default=None)


def _every_band(part: Component) -> list[Band]:
    return [*part.tiers, *(band for row in part.rows for band in row.tiers)]


def _budget(part: Component, place: str) -> Iterator[Finding]:
    spiff = (part.extra or part.first) and part.kind in {"units", "share"}
    if spiff and part.budget is None and part.cap is None:
        yield remarks.no_budget(f"{place}.budget")
    if part.budget is not None and part.kind in {"units", "prize"} and part.tiers:
        one = max(band.rate for band in part.tiers)
        if part.budget < one:
            yield remarks.budget_small(part.budget, one, f"{place}.budget")
    if part.budget is not None and part.floor is not None:
        yield remarks.floor_beside_budget(f"{place}.floor")
    if part.first and not part.ties:
        yield remarks.first_by_entry(f"{place}.ties")


# -- the whole ---------------------------------------------------------------------------------


def _looks(plan: PayPlan, place: str) -> Iterator[Finding]:
    for kind in ("components", "factors", "gates"):
        for part in getattr(plan, kind):
            look: Look | None = part.look
            if look is not None and look.by in {"attainment", "average", "penetration"}:
                yield remarks.may_not_divide(look.by, f"{place}.{kind}.{part.code}.look")
    for pool in plan.components:
        if pool.kind == "pool" and pool.divide != "equal":
            where = f"{place}.components.{pool.code}.divide"
            yield remarks.may_not_share(DIVIDES[pool.divide], where)
    for factor in plan.factors:
        for one in factor.parts:
            if one.standard == 0:
                where = f"{place}.factors.{factor.code}.parts.{one.kpi}.standard"
                yield remarks.divides_by_zero(where)


def _held(plan: PayPlan, place: str) -> Iterator[Finding]:
    """More than all of a component held."""
    later = sum((stage.share for stage in plan.earned_at[1:]), ZERO)
    for part in plan.components:
        held = sum((h.share for h in plan.holdbacks if part.code in h.components), ZERO)
        held += later if part.by_deal and not part.is_extra else ZERO
        if held > 1:
            where = f"{place}.components.{part.code}"
            yield remarks.held_too_much(part.zh, part.en, held, where)


def _counts(plan: PayPlan, among: Definitions, place: str) -> Iterator[Finding]:
    """A count adds up quantities, money fen: of a number that was typed neither is there."""
    for part in plan.components:
        where = f"{place}.components.{part.code}"
        for code in part.measures if part.kind != "prize" else ():
            measure = among.measure.get(code)
            if measure is not None and measure.column != ("fen" if part.is_money else "quantity"):
                fine = part.kind == "fine" and measure.column == "fen"
                said = remarks.fine_of_money if fine else remarks.typed_number
                yield said(measure.zh, measure.en, f"{where}.of")
        yield from _looked(part.look, among, f"{where}.look")
    for kind in ("factors", "gates", "catch_ups"):
        for one in getattr(plan, kind):
            yield from _looked(one.look, among, f"{place}.{kind}.{one.code}.look")


def _looked(look: Look | None, among: Definitions, place: str) -> Iterator[Finding]:
    """The same of the totals by which a band is found."""
    if look is None or look.by in {"attainment", "kpi", "score"}:
        return
    for key, code in (("of", look.of), ("per", look.per)):
        measure = among.measure.get(code)
        if measure is not None and measure.column != ("fen" if look.is_money(key) else "quantity"):
            yield remarks.typed_number(measure.zh, measure.en, f"{place}.{key}")


def _factors(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Coefficients by bands; of a KPI less may be better."""
    for factor in plan.factors:
        if factor.look is not None:
            where = f"{place}.factors.{factor.code}.tiers"
            found = _rates(factor.look, factor.tiers, where, decimal_text)
            falls = factor.look.by == "kpi"
            yield from (one for one in found if not (falls and one.code == "not_monotone"))


def _gates(plan: PayPlan, place: str) -> Iterator[Finding]:
    for gate in plan.gates:
        where = f"{place}.gates.{gate.code}"
        left = {"zero": ZERO, "reduce": gate.rate}.get(gate.effect, ONE)
        told = told_by(gate.look)
        if gate.below is not None and ONE - left > JUMP * left:
            yield remarks.cliff_of_gate(told(gate.below), percent(left), gate.zh, gate.en, where)
        if gate.start is not None and gate.look is not None and gate.look.by in falling.RISING:
            yield remarks.gate_on_results(told(gate.start), gate.zh, gate.en, where)
        for part in plan.components:
            if part.kind == "base" and not gate.components and gate.effect != "lower":
                yield remarks.gate_on_base(part.zh, part.en, f"{where}.components")


def _caps(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Period caps above the most that their components can come to."""
    for cap in plan.caps:
        wanted = [p for p in plan.components if not cap.components or p.code in cap.components]
        mosts = [_gained(part, plan) for part in wanted]
        known = [most for most in mosts if most is not None]
        if len(known) == len(mosts) and cap.amount > sum(known, ZERO):
            where = f"{place}.caps.{cap.code}.amount"
            yield remarks.cap_unreachable(cap.amount, sum(known, ZERO), where)
    for factor in plan.factors:
        best = _best(factor)
        if factor.cap is not None and best is not None and factor.cap > best:
            where = f"{place}.factors.{factor.code}.cap"
            yield remarks.cap_unreachable(factor.cap, best, where)


def _catch_ups(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Those that return nothing, or what others do."""
    carrying = {cap.code for cap in plan.caps if cap.beyond == "carry"}
    for at, caught in enumerate(plan.catch_ups):
        where = f"{place}.catch_ups.{caught.code}"
        if caught.look.by not in {"kpi", "attainment"}:
            yield remarks.never_caught(f"{where}.look")
        for code in caught.returns:
            if code in carrying:
                yield remarks.caught_later(code, f"{where}.returns")
        for other in plan.catch_ups[:at]:
            both = [code for code in caught.returns if code in other.returns]
            if both and not (holds(caught, other) or holds(other, caught)):
                yield remarks.caught_twice(both[0], other.code, f"{where}.returns")


def _best(factor: Factor) -> Value:
    """The highest rate that a factor's bands have; None where they say none."""
    if factor.kind != "look" or any(band.slope for band in factor.tiers):
        return None
    return max((band.rate for band in factor.tiers), default=None)


def _gained(part: Component, plan: PayPlan) -> Value:
    """The most that a component can add to the pay of a period; None is without limit."""
    if part.kind == "fine" and all(band.rate >= 0 for band in _every_band(part)):
        return ZERO
    limits = [most for most in (_most(part), part.cap) if most is not None]
    if part.kind in {"fine", "manual"} or not limits:
        return None
    most = max(min(limits), part.floor or ZERO)
    return None if most and _multiplied(part, plan) else most


def _multiplied(part: Component, plan: PayPlan) -> bool:
    """Whether coefficients or factors, which may be above 1, act on it."""
    factored = any(not f.components or part.code in f.components for f in plan.factors)
    return not part.is_extra and (part.coefficient or factored)
