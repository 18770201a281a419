"""A small formula language of our own: exact, bounded, with units, and no way out of it."""

from cheji.engine.formulas.evaluation import evaluate
from cheji.engine.formulas.language import Formula, parse
from cheji.engine.formulas.units import PIECES, UNITS, Unit, fits, parse_unit, unit_of

__all__ = [
    "PIECES", "UNITS", "Formula", "Unit", "evaluate", "fits", "parse", "parse_unit", "unit_of",
]  # fmt: skip
