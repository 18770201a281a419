"""The parts of a parsed formula."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    code: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`op` is one of + - * / neg < <= > >= == != min max round if."""

    op: str
    args: tuple["Node", ...]


Node = Number | Name | Operation
