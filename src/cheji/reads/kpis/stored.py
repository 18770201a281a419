"""Values of KPIs as tables keep them: whole numbers, exact."""

from fractions import Fraction

from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.tallies import QUANTITY_SCALE


def exact(stored: int, unit: str) -> Fraction:
    """A stored value in the unit of its KPI: fen are yuan, others 1/10,000."""
    return Fraction(
        stored, FEN_PER_YUAN if unit.split("/", maxsplit=1)[0] == "yuan" else QUANTITY_SCALE
    )
