"""Steps 9 to 11 in columns: coefficients, factors and gates on the sums of components."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from cheji.engine.definitions import Factor, FactorPart, Gate
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay.columns.bases import Work
from cheji.engine.pay.columns.components import rate_of
from cheji.engine.pay.columns.exact import (
    Ratio,
    Whole,
    constant,
    half_up,
    minus,
    plus,
    product,
    quotient,
    times,
    total,
)
from cheji.engine.pay.columns.looking import looked_up
from cheji.engine.pay.factors import COEFFICIENT, chosen

THAN: Final = {"target": "targets", "average": "averages"}


def multiplied(work: Work, codes: Sequence[str], rate: Ratio, code: str, where: Whole) -> None:
    """Change these components by a factor in some cells; sums stay those of whole fen."""
    before, done = work.nothing, work.nothing
    for name in codes if where.any() else ():
        before = plus(before, work.main[name])
        due = half_up(times(before, rate.num), rate.den)
        changed = minus(due, done)
        work.main[name], done = np.where(where, changed, work.main[name]), due
    work.note(code, np.where(where, minus(done, before), 0))


def coefficient(flagged: Sequence[str], work: Work) -> None:
    """The score's coefficient on the components that ask for it."""
    codes = chosen(flagged, work.main) if flagged else []
    size = work.cells.size
    rate = work.cells.coefficient.where_known(constant(1, size))
    multiplied(work, codes, rate, COEFFICIENT, np.ones(size, bool))


# -- factors -----------------------------------------------------------------------------------


def factors(plan: Sequence[Factor], work: Work) -> None:
    """Personal factors, then those of team and outlet."""
    below: dict[str, Whole] = {}
    for factor in sorted(plan, key=lambda one: one.team):
        rate = _rate(factor, work, below)
        everywhere = np.ones(work.cells.size, bool)
        multiplied(work, chosen(factor.components, work.main), rate, factor.code, everywhere)


def _rate(factor: Factor, work: Work, below: dict[str, Whole]) -> Ratio:
    size = work.cells.size
    figure = _figure(factor, work)
    below[factor.code] = figure.known & ~figure.at_least(Fraction(1))
    rate = figure
    for limit, beyond in ((factor.floor, False), (factor.cap, True)):
        if limit is not None:
            outside = rate.above(limit) if beyond else rate.known & ~rate.at_least(limit)
            rate = constant(limit, size).where(outside, rate)
    rate = rate.where_known(constant(int(factor.missing == "one"), size))
    if factor.only_below:
        rate = rate.where(below[factor.only_below], constant(1, size))
    return rate


def _figure(factor: Factor, work: Work) -> Ratio:
    if factor.kind == "look" and factor.look is not None:
        return _banded(factor, looked_up(factor.look, work.cells, work.totals, None))
    figure = constant(int(factor.kind == "product"), work.cells.size)
    for part in factor.parts:
        ratio = _ratio(part, work)
        if factor.kind == "product":
            figure = product(figure, ratio)
        else:
            figure = total(figure, product(ratio, constant(part.weight, work.cells.size)))
    return figure


def _banded(factor: Factor, figure: Ratio) -> Ratio:
    """The rate of the band; without bands the figure itself."""
    if not factor.tiers:
        return figure
    bands = [(band.start, band.rate, band.slope) for band in factor.tiers]
    return rate_of(bands, figure, upper=factor.bound == "upper")


def _ratio(part: FactorPart, work: Work) -> Ratio:
    """The KPI over the mean of target, average and standard, as far as they are asked for."""
    side, size = work.cells.sides["person"], work.cells.size
    marks = [side.figure(THAN[name], part.kpi) for name in part.than]
    if part.standard is not None:
        marks.append(constant(part.standard, size))
    mean = constant(0, size)
    for mark in marks:
        mean = total(mean, mark)
    mean = product(mean, constant(Fraction(1, len(marks)), size))
    return quotient(side.figure("values", part.kpi), mean)


# -- gates -------------------------------------------------------------------------------------


def gates(plan: Sequence[Gate], work: Work) -> None:
    for gate in plan:
        acts, codes = _acts(gate, work), chosen(gate.components, work.main)
        if gate.effect == "lower":
            _lowered(gate, work, codes, acts)
        else:
            rate = constant(gate.rate if gate.effect == "reduce" else 0, work.cells.size)
            multiplied(work, codes, rate, gate.code, acts)


def _acts(gate: Gate, work: Work) -> Whole:
    size = work.cells.size
    if gate.look is None:
        return work.cells.shut.get(gate.code, np.zeros(size, bool))
    figure = looked_up(gate.look, work.cells, work.totals, None)
    bound = gate.below if gate.below is not None else gate.start or Fraction(0)
    reached = figure.at_least(bound)
    acts = ~reached if gate.below is not None else reached
    return np.where(figure.known, acts, gate.missing == "act")


def _lowered(gate: Gate, work: Work, codes: Sequence[str], acts: Whole) -> None:
    """Each component at most the lower amount, by days of the period."""
    size = work.cells.size
    days = work.cells.days.where_known(constant(1, size))
    most = product(days, constant(gate.amount * FEN_PER_YUAN, size))
    limit = half_up(most.num, most.den)
    lost = work.nothing
    for code in codes:
        after = np.where(acts, np.minimum(work.main[code], limit), work.main[code])
        lost = plus(lost, minus(after, work.main[code]))
        work.main[code] = after
    work.note(gate.code, lost)
