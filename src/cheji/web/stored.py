"""A typed figure of a KPI as tables keep it."""

from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.files.kinds import Column
from cheji.files.values import numbers
from cheji.files.values.faults import Spelling

VALUE = Column("value", "数值", "Value", "number")


def stored(unit: str, text: str) -> int:
    """A typed number in 1/10,000 of its unit, fen for yuan; a rate with or without its sign.

    Raises:
        Fault: it is no such number.
    """
    value = numbers.number(text, VALUE, Spelling())
    if unit.split("/", maxsplit=1)[0] == "yuan":
        return int(value * FEN_PER_YUAN)
    share = unit == "ratio" and not text.rstrip().endswith(("%", "％")) and value > 1
    return int(value * QUANTITY_SCALE / (100 if share else 1))
