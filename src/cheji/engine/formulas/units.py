"""Units of measures and KPIs, and what unit a formula gives."""

from collections.abc import Mapping
from typing import Final

from cheji.engine.findings import Finding
from cheji.engine.formulas.language import Formula
from cheji.engine.formulas.nodes import Name, Node, Number

Unit = tuple[tuple[str, int], ...]
RATIO: Final[Unit] = ()
UNITS: Final[dict[str, tuple[str, str]]] = {
    "yuan": ("元", "CNY"),
    "vehicle": ("台", "vehicles"),
    "batch": ("批次", "batches"),
    "customer": ("人", "customers"),
    "lead": ("条", "leads"),
    "call": ("个", "calls"),
    "event": ("次", "times"),
    "person": ("名", "people"),
    "point": ("分", "points"),
    "second": ("秒", "seconds"),
    "minute": ("分钟", "minutes"),
    "hour": ("小时", "hours"),
    "day": ("天", "days"),
    "month": ("月", "months"),
    "turn": ("倍", "times over"),
    "ratio": ("%", "%"),
}
PIECES: Final = frozenset({"vehicle", "batch", "customer", "lead", "call", "event", "person"})
PLAIN: Final = frozenset({"turn", "day", "month", "point"})
_POWERS: Final = {"*": 1, "/": -1}


def parse_unit(text: str) -> Unit | None:
    """`yuan/batch` and the like; None when a symbol is unknown. `ratio` has no symbol."""
    powers: dict[str, int] = {}
    for place, symbol in enumerate(text.split("/")):
        if symbol not in UNITS:
            return None
        powers[symbol] = powers.get(symbol, 0) + (-1 if place else 1)
    powers.pop("ratio", None)
    return _unit(powers)


def fits(found: Unit | None, declared: Unit) -> bool:
    """Whether a formula's unit may stand under a declared one.

    Pieces per pieces (customers per batch) may be declared a ratio, or a number of times, days,
    months or points; a bare number fits anything.
    """
    plain = declared == RATIO or declared in {((symbol, 1),) for symbol in PLAIN}
    return found is None or found == declared or (plain and _pieces_cancel(found))


def _pieces_cancel(unit: Unit) -> bool:
    return all(symbol in PIECES for symbol, _ in unit) and not sum(power for _, power in unit)


def pieces_alike(unit: Unit) -> Unit:
    """The unit with every kind of piece as one: a customer of a batch is a part of it."""
    powers: dict[str, int] = {}
    for symbol, power in unit:
        plain = "vehicle" if symbol in PIECES else symbol
        powers[plain] = powers.get(plain, 0) + power
    return _unit(powers)


def _unit(powers: Mapping[str, int]) -> Unit:
    return tuple(sorted((symbol, power) for symbol, power in powers.items() if power))


def unit_text(unit: Unit) -> str:
    return "·".join(symbol if power == 1 else f"{symbol}^{power}" for symbol, power in unit) or "1"


def unit_of(
    formula: Formula, units: Mapping[str, Unit], place: str
) -> tuple[Unit | None, list[Finding]]:
    """The unit of a formula (None: a bare number, which fits anything) and the faults found."""
    findings: list[Finding] = []
    return _Units(units, place, findings).of(formula.root), findings


class _Units:
    def __init__(self, units: Mapping[str, Unit], place: str, findings: list[Finding]) -> None:
        self.units = units
        self.place = place
        self.findings = findings

    def of(self, node: Node) -> Unit | None:
        if isinstance(node, Number):
            return None
        if isinstance(node, Name):
            return self.units.get(node.code)
        args = [self.of(arg) for arg in node.args]
        if node.op in _POWERS:
            return _product(args, _POWERS[node.op])
        if node.op in {"neg", "round"}:
            return args[0]
        if node.op == "if":
            return self._alike(args[1:], node.op)
        unit = self._alike(args, node.op)
        return unit if node.op in {"+", "-", "min", "max"} else RATIO

    def _alike(self, args: list[Unit | None], op: str) -> Unit | None:
        known = [unit for unit in args if unit is not None]
        for unit in known[1:]:
            if unit != known[0] and not (_pieces_cancel(unit) and _pieces_cancel(known[0])):
                self.findings.append(_unlike(known[0], unit, op, self.place))
        return known[0] if known else None


def _product(args: list[Unit | None], power: int) -> Unit | None:
    left, right = args
    if left is None and right is None:
        return None
    powers = dict(left or RATIO)
    for symbol, exponent in right or RATIO:
        powers[symbol] = powers.get(symbol, 0) + power * exponent
    return _unit(powers)


def _unlike(left: Unit, right: Unit, op: str, place: str) -> Finding:
    return Finding(
        "unit_mismatch",
        place,
        f"{op} 两边单位不同：{unit_text(left)} 与 {unit_text(right)}",
        f"{op} joins unlike units: {unit_text(left)} and {unit_text(right)}",
        "先换成同一单位，或改用比率",
        "Bring both sides to one unit, or use a ratio",
    )
