"""Steps 9 to 13: coefficients, team factors, gates and period caps on the sum of components.

Each amount that stands on a statement is whole fen, so that every printed figure times the next
factor gives the next printed figure.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any, Final

from cheji.engine.definitions import Cap, Factor, FactorPart, Gate
from cheji.engine.kpis import Value
from cheji.engine.money import FEN_PER_YUAN, cumulative, round_half_up
from cheji.engine.pay import order
from cheji.engine.pay.banding import half_up
from cheji.engine.pay.bases import Work
from cheji.engine.pay.given import Figures, Given
from cheji.engine.pay.lines import PayLine
from cheji.engine.pay.looking import looked_up, over

ONE: Final = Fraction(1)
ZERO: Final = Fraction(0)
COEFFICIENT: Final = "coefficient"


def multiplied(sums: dict[str, int], codes: Sequence[str], rate: Fraction) -> tuple[int, int]:
    """Change the sums of these components by a factor; before and after, in fen."""
    before = sum(sums[code] for code in codes)
    parts = cumulative(sums[code] * rate for code in codes)
    sums |= dict(zip(codes, parts, strict=True))
    return before, sum(parts)


def chosen(wanted: Sequence[str], sums: Mapping[str, Any]) -> list[str]:
    """The components named, or all of them, as far as they are here."""
    return [code for code in wanted or sums if code in sums]


def coefficient(flagged: Sequence[str], work: Work, rule: Any) -> None:
    """The score's coefficient on the components that ask for it, also when it is 1."""
    if not flagged:
        return
    found = work.given.coefficient
    flagged = chosen(flagged, work.main)
    rate = ONE if found is None else found
    before, after = multiplied(work.main, flagged, rate)
    code = "no_score" if found is None else ""
    work.lines.append(
        PayLine(
            order.COEFFICIENTS, COEFFICIENT, "factor", None, before, FEN_PER_YUAN, rate, (), rate,
            after - before, "", code, (), rule,
        )
    )  # fmt: skip


# -- factors -----------------------------------------------------------------------------------


def factors(plan: Sequence[Factor], work: Work, rules: Mapping[str, Any]) -> None:
    """Personal factors, then those of team and outlet, each a line."""
    below: dict[str, bool] = {}
    for factor in sorted(plan, key=lambda one: one.team):
        rate, code, args = _rate(factor, work, below)
        before, after = multiplied(work.main, chosen(factor.components, work.main), rate)
        work.lines.append(
            PayLine(
                order.TEAM if factor.team else order.COEFFICIENTS, factor.code, "factor", None,
                before, FEN_PER_YUAN, None, (), rate, after - before, "", code, args,
                rules[factor.code],
            )
        )  # fmt: skip


def _rate(
    factor: Factor, work: Work, below: dict[str, bool]
) -> tuple[Fraction, str, tuple[Any, ...]]:
    """The factor within its limits, why, and the figures behind it."""
    figure, seen = _figure(factor, work)
    below[factor.code] = figure is not None and figure < 1
    if factor.only_below and not below[factor.only_below]:
        return ONE, "not_below", (factor.only_below,)
    if figure is None:
        return (ONE if factor.missing == "one" else ZERO), "no_value", ()
    rate = figure
    if factor.floor is not None:
        rate = max(rate, factor.floor)
    if factor.cap is not None:
        rate = min(rate, factor.cap)
    return rate, "factor" if rate == figure else "clamped", (figure, *seen)


def _figure(factor: Factor, work: Work) -> tuple[Value, tuple[Any, ...]]:
    if factor.kind == "look" and factor.look is not None:
        value = looked_up(factor.look, work.given, work.totals).value
        return (None if value is None else _banded(factor, value)), (value,)
    ratios = [_ratio(part, work.given.figures) for part in factor.parts]
    if any(ratio is None for ratio in ratios):
        return None, ()
    figure = ONE if factor.kind == "product" else ZERO
    for part, ratio in zip(factor.parts, ratios, strict=True):
        known = ratio or ZERO
        figure = figure * known if factor.kind == "product" else figure + part.weight * known
    return figure, tuple(x for part, ratio in zip(factor.parts, ratios, strict=True)
                         for x in (part.kpi, ratio))  # fmt: skip


def _banded(factor: Factor, value: Fraction) -> Fraction:
    """The rate of the band; without bands the figure itself."""
    if not factor.tiers:
        return value
    upper = factor.bound == "upper"
    reached = [b for b in factor.tiers if (b.start < value if upper else b.start <= value)]
    band = (reached or factor.tiers[:1])[-1]
    return band.rate + band.slope * (value - band.start)


def _ratio(part: FactorPart, figures: Figures) -> Value:
    """The KPI over the mean of target, average and standard, as far as they are asked for."""
    than = {"target": figures.targets, "average": figures.averages}
    marks = [than[name].get(part.kpi) for name in part.than]
    if part.standard is not None:
        marks.append(part.standard)
    known = [mark for mark in marks if mark is not None]
    if len(known) < len(marks):
        return None
    return over(figures.values.get(part.kpi), sum(known, ZERO) / len(known))


# -- gates -------------------------------------------------------------------------------------


def gates(plan: Sequence[Gate], work: Work, rules: Mapping[str, Any]) -> None:
    """Gates in order, each a line, also where it is passed."""
    for gate in plan:
        acts, code, args = _acts(gate, work)
        codes = chosen(gate.components, work.main)
        before = sum(work.main[name] for name in codes)
        after = _EFFECTS[gate.effect](gate, work.main, codes, work.given) if acts else before
        work.lines.append(
            PayLine(
                order.GATES, gate.code, "gate", None, before, FEN_PER_YUAN, None, (),
                gate.rate if gate.effect == "reduce" and acts else None, after - before, "", code,
                args, rules[gate.code],
            )
        )  # fmt: skip


def _acts(gate: Gate, work: Work) -> tuple[bool, str, tuple[Any, ...]]:
    if gate.look is None:
        acts = gate.code in work.given.vetoes
        return acts, "vetoed" if acts else "no_veto", ()
    value = looked_up(gate.look, work.given, work.totals).value
    if value is None:
        return gate.missing == "act", "gate_no_figure", ()
    if gate.below is not None:
        acts = value < gate.below
        return acts, "below" if acts else "passed", (value, gate.below, gate.look.by)
    bound = gate.start or ZERO
    acts = value >= bound
    return acts, "from" if acts else "passed_under", (value, bound, gate.look.by)


def _zero(_: Gate, sums: dict[str, int], codes: Sequence[str], __: Given) -> int:
    return multiplied(sums, codes, ZERO)[1]


def _reduce(gate: Gate, sums: dict[str, int], codes: Sequence[str], _: Given) -> int:
    return multiplied(sums, codes, gate.rate)[1]


def _lower(gate: Gate, sums: dict[str, int], codes: Sequence[str], given: Given) -> int:
    """Each component at most the lower amount, by days of the period."""
    days = Fraction(given.days, given.of_days) if given.of_days else ONE
    most = half_up(gate.amount * days * FEN_PER_YUAN, 1)
    for code in codes:
        sums[code] = min(sums[code], most)
    return sum(sums[code] for code in codes)


_EFFECTS: Final[dict[str, Callable[[Gate, dict[str, int], Sequence[str], Given], int]]] = {
    "zero": _zero,
    "reduce": _reduce,
    "lower": _lower,
}


# -- caps --------------------------------------------------------------------------------------


def caps(plan: Sequence[Cap], work: Work, rules: Mapping[str, Any], other: Any) -> dict[str, int]:
    """Caps in order, each a line; what is carried on, by cap. `other` is the rule of caps gone."""
    carried = dict(work.given.ledger.carried)
    sums = work.sums
    released: dict[str, Cap] = {}
    for cap in plan:
        codes = under(cap, sums, released)
        before = sum(sums[code] for code in codes)
        most = round_half_up(cap.amount * FEN_PER_YUAN)
        earlier = carried.get(cap.code, 0) if cap.beyond == "carry" else 0
        paid = min(before + earlier, most)
        beyond = before + earlier - paid
        _cap_lines(cap, work, (before, most, earlier, beyond), rules[cap.code])
        if beyond > earlier and before > 0:
            multiplied(sums, codes, Fraction(before - (beyond - earlier), before))
        if cap.beyond == "carry":
            carried[cap.code] = beyond
        if paid > before and work.version > 2:
            sums[release(cap, released)] = paid - before
    if work.version > 1:
        _uncapped({cap.code for cap in plan}, carried, work, other)
    return {code: fen for code, fen in carried.items() if fen}


def under(cap: Cap, sums: Mapping[str, Any], released: Mapping[str, Cap]) -> list[str]:
    """What a cap limits: components, and what earlier caps that lie within it paid of earlier."""
    named = {*cap.components}
    within = [key for key, one in released.items()
              if named and one.components and {*one.components} <= named]  # fmt: skip
    return [*chosen(cap.components, sums), *within]


def release(cap: Cap, released: dict[str, Cap]) -> str:
    """By what name the sums have what a cap paid of earlier periods; no component has such one."""
    name = f"carried by {cap.code}"
    released[name] = cap
    return name


def _uncapped(known: AbstractSet[str], carried: dict[str, int], work: Work, rule: Any) -> None:
    """What was carried beyond a cap that the pay plan no longer has is paid."""
    for code in [code for code in carried if code not in known]:
        fen = carried.pop(code)
        work.lines.append(
            PayLine(
                order.CAPS, code, "carry", None, fen, FEN_PER_YUAN, None, (), None, fen, "",
                "uncapped", (fen,), rule,
            )
        )  # fmt: skip


def _cap_lines(cap: Cap, work: Work, figures: tuple[int, int, int, int], rule: Any) -> None:
    before, most, earlier, beyond = figures
    if earlier:
        work.lines.append(
            PayLine(
                order.CAPS, cap.code, "carry", None, earlier, FEN_PER_YUAN, None, (), None, earlier,
                "", "carried_in", (earlier,), rule,
            )
        )  # fmt: skip
    code = "cap_kept" if not beyond else "carried_out" if cap.beyond == "carry" else "cap"
    work.lines.append(
        PayLine(
            order.CAPS, cap.code, "cap", None, before, FEN_PER_YUAN, None, (), None, -beyond, "",
            code, (most,), rule,
        )
    )  # fmt: skip
