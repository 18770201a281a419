"""The figure by which a band, a factor or a gate is found."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from cheji.engine.definitions import Look
from cheji.engine.kpis import Value
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay.given import Figures, Given, Group
from cheji.engine.tallies import QUANTITY_SCALE

NO_GROUP: Final = Group()
COUNTS: Final = QUANTITY_SCALE


class Own(NamedTuple):
    """A component's own base: its measure, and its total in units or yuan."""

    code: str = ""
    total: Value = None


NO_OWN: Final = Own()


class Looked(NamedTuple):
    """A figure that was looked up; of a quotient also what was divided by what."""

    value: Value = None
    over: Value = None
    under: Value = None


def group_of(given: Given, whose: str) -> Group | None:
    return given.team if whose == "team" else given.outlet


def looked_up(look: Look, given: Given, totals: Mapping[str, int], own: Own = NO_OWN) -> Looked:
    """The figure; its value is None where there is none.

    Args:
        look: which figure.
        given: a person's inputs.
        totals: of the person's period by measure, in 1/10,000 units or fen.
        own: whose base it is looked up for.
    """
    if look.whose == "person":
        found = given.score, given.figures
    else:
        group = group_of(given, look.whose) or NO_GROUP
        found, totals, own = (group.score, group.figures), group.totals, NO_OWN
    score, figures = found
    return Looked(score) if look.by == "score" else figure(look, figures, totals, own)


def figure(look: Look, figures: Figures, totals: Mapping[str, int], own: Own = NO_OWN) -> Looked:
    """A figure among these values and totals."""
    if look.by in {"units", "money"}:
        return Looked(_total(totals, look.of, COUNTS if look.by == "units" else FEN_PER_YUAN))
    if look.by in {"average", "penetration"}:
        scale = FEN_PER_YUAN if look.by == "average" else COUNTS
        return _quotient(_total(totals, look.of, scale), _total(totals, look.per, COUNTS))
    code = look.of or own.code
    value = figures.values.get(code) if look.of and code in figures.values else None
    if value is None and code == own.code:
        value = own.total
    if look.by == "kpi":
        return Looked(value)
    return _quotient(value, aim(figures, look.level, code))


def _quotient(value: Value, under: Value) -> Looked:
    return Looked(over(value, under), value, under)


def _total(totals: Mapping[str, int], code: str, scale: int) -> Value:
    return Fraction(totals[code], scale) if code in totals else None


def aim(figures: Figures, level: str, code: str) -> Value:
    """What is aimed at: target, base or stretch of a KPI or measure."""
    aims = {"target": figures.targets, "base": figures.bases, "stretch": figures.stretches}
    return aims[level].get(code)


def over(value: Value, under: Value) -> Value:
    """A quotient; no value where a part is missing or the divisor is zero."""
    return None if value is None or not under else value / under
