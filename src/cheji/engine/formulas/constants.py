"""Denominators that are always zero: such a formula never has a value."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from cheji.engine.findings import Finding
from cheji.engine.formulas.evaluation import evaluate
from cheji.engine.formulas.language import Formula
from cheji.engine.formulas.nodes import Name, Node, Operation

#: Only of these is a denominator judged that reads names: where a polynomial is zero at values
#: without a common law, it is zero everywhere.
_SMOOTH: Final = frozenset({"+", "-", "*", "/", "neg"})
_TRIES: Final = (1_000_003, 15_485_863)


def zero_divisions(formula: Formula, place: str) -> list[Finding]:
    """A finding when a denominator is zero whatever the names in it are."""
    parts = list(_parts(formula.root))
    below = [node.args[1] for node in parts if isinstance(node, Operation) and node.op == "/"]
    return [_always_zero(place)] if any(map(_is_zero, below)) else []


def _parts(node: Node) -> Iterator[Node]:
    yield node
    for inner in node.args if isinstance(node, Operation) else ():
        yield from _parts(inner)


def _is_zero(node: Node) -> bool:
    parts = list(_parts(node))
    names = tuple(dict.fromkeys(part.code for part in parts if isinstance(part, Name)))
    smooth = {part.op for part in parts if isinstance(part, Operation)} <= _SMOOTH
    if names and not smooth:
        return False
    alone = Formula("", names, node)
    values = (evaluate(alone, _spread(names, start)) for start in _TRIES)
    return not any(value for value in values)


def _spread(names: tuple[str, ...], start: int) -> dict[str, Fraction | None]:
    return {name: Fraction(start) ** 2 + start * at**3 + at for at, name in enumerate(names, 1)}


def _always_zero(place: str) -> Finding:
    return Finding(
        "division_by_zero",
        place,
        "除数恒为 0，结果永远没有值",
        "A denominator is always zero, so there is never a value",
        "把除数改为会变化的基础量或非零数字",
        "Divide by a measure or a number that is not zero",
    )
