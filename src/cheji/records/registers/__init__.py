"""The registers (台账): one declaration for each kind of record; all else follows from it."""

from typing import Final

from . import aftersales, leads, manual, orders, people, prospects, surveys, vehicles
from .shapes import (
    Choice,
    Days,
    Field,
    InTime,
    Minutes,
    Register,
    Says,
    Share,
)

REGISTERS: Final[dict[str, Register]] = {
    register.code: register
    for family in (leads, prospects, vehicles, orders, aftersales, surveys, people, manual)
    for register in family.REGISTERS
}
"""All registers by code, families in the house's order of nouns."""
PLURALS: Final[dict[str, Register]] = {one.plural: one for one in REGISTERS.values()}

__all__ = [
    "PLURALS",
    "REGISTERS",
    "Choice",
    "Days",
    "Field",
    "InTime",
    "Minutes",
    "Register",
    "Says",
    "Share",
]
