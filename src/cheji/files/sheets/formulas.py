"""Which cells of a sheet are live formulas, and their text: what a person would type there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from typing import Final

from cheji.engine.definitions import Definitions, Kpi
from cheji.engine.formulas import Formula, evaluate, parse
from cheji.engine.formulas.nodes import Name, Node, Number, Operation
from cheji.engine.periods import from_key
from cheji.files.problems import letters
from cheji.reads.definitions import catalogue
from cheji.reads.kpis import Sheet

_RANK: Final = {"+": 1, "-": 1, "*": 2, "/": 2}
_COMPARED: Final = {"==": "=", "!=": "<>"}


@dataclass(frozen=True, slots=True)
class Ref:
    """One cell, or the sum of several in a row of the sheet (`last` is then the last column)."""

    line: int
    column: int
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """A formula in engine language over references."""

    formula: Formula
    refs: Mapping[str, Ref]


def definitions_of(sheet: Sheet) -> Definitions:
    """The definitions by which the sheet was made."""
    grain, key = ("month", sheet.month) if sheet.month else ("year", sheet.year)
    on = from_key(grain, key).until - timedelta(days=1)  # type: ignore[arg-type]
    outlet = sheet.of.id if sheet.of.kind == "outlet" else sheet.of.outlet
    return catalogue(on, outlet).ruling


class Lines:
    """The formulas of a sheet's cells; a cell whose formula would not give its number has none."""

    def __init__(self, sheet: Sheet, definitions: Definitions) -> None:
        self.sheet = sheet
        self.definitions = definitions
        self.place = {line.kpi.code: at for at, line in enumerate(sheet.lines)}

    def live(self, line: int, column: int) -> Live | None:
        """The formula of a cell, if it has one that gives exactly its number."""
        if not self.sheet.lines[line].cells[column].key:
            return None
        found = self._derived(line, column) or self._summed(line, column)
        if found is None:
            return None
        values = {name: self._value(ref) for name, ref in found.refs.items()}
        right = evaluate(found.formula, values) == self.sheet.lines[line].cells[column].value
        return found if right else None

    def _value(self, ref: Ref) -> Fraction | None:
        cells = self.sheet.lines[ref.line].cells
        if ref.last is None:
            return cells[ref.column].value
        values = [cell.value for cell in cells[ref.column : ref.last + 1]]
        return sum((value for value in values if value is not None), Fraction(0))

    # -- lines that are made of other lines ----------------------------------------

    def _derived(self, line: int, column: int) -> Live | None:
        kpi = self.definitions.kpi[self.sheet.lines[line].kpi.code]
        formula = kpi.formula if self._over_lines(line, kpi.formula) else self._identity.get(line)
        if formula is None:
            return None
        ways = dict(kpi.over_time) if self._annual(column) else {}
        refs = {name: self._ref(name, column, ways.get(name)) for name in formula.names}
        return Live(formula, refs)

    def _ref(self, name: str, column: int, way: str | None) -> Ref:
        line = self._line_of[name]
        if way == "sum":
            return Ref(line, 0, column - 1)
        return Ref(line, self._first(column) if way == "opening" else column)

    def _over_lines(self, line: int, formula: Formula) -> bool:
        places = [self._line_of.get(name) for name in formula.names]
        return None not in places and line not in places

    @cached_property
    def _line_of(self) -> dict[str, int]:
        """Lines by KPI code, and by the measure that a line shows as it is."""
        found = dict(self.place)
        for code, at in self.place.items():
            root = self.definitions.kpi[code].formula.root
            if isinstance(root, Name):
                found.setdefault(root.code, at)
        return found

    @cached_property
    def _identity(self) -> dict[int, Formula]:
        """Lines that an identity of the sheet says are the sum of other lines."""
        found = {}
        for one in self.definitions.sheet[self.sheet.code].identities:
            line = self._line_of.get(one.left.text)
            equal = one.relation == "=" and not one.next_left
            if equal and line is not None and self._over_lines(line, one.right):
                found[line] = one.right
        return found

    # -- columns that are made of other columns ------------------------------------

    def _summed(self, line: int, column: int) -> Live | None:
        """A typed line in the year's column, or in the total of the people."""
        total = self.sheet.by == "consultant" and column == len(self.sheet.columns) - 1 > 0
        if total and self.sheet.lines[line].adds_up:
            return _alone(Ref(line, 0, column - 1))
        if not self._annual(column):
            return None
        match self._way(self.definitions.kpi[self.sheet.lines[line].kpi.code]):
            case "sum":
                return _alone(Ref(line, 0, column - 1))
            case "opening":
                return _alone(Ref(line, self._first(column)))
            case "closing":
                return _alone(Ref(line, self._last(line, column)))
        return None

    def _way(self, kpi: Kpi) -> str:
        root = kpi.formula.root
        known = isinstance(root, Name) and root.code in self.definitions.measure
        return self.definitions.measure[root.code].over_time if known else ""  # type: ignore[union-attr]

    def _annual(self, column: int) -> bool:
        return self.sheet.by == "month" and self.sheet.columns[column].grain == "year"

    def _first(self, _column: int) -> int:
        return 0

    def _last(self, line: int, column: int) -> int:
        cells = self.sheet.lines[line].cells[:column]
        return max((at for at, cell in enumerate(cells) if cell.key), default=0)


def _alone(ref: Ref) -> Live:
    return Live(parse("it"), {"it": ref})


def text_of(live: Live, *, top: int, left: int, empty: Sequence[tuple[int, int]]) -> str:
    """The formula as a spreadsheet has it, with an empty text where there is no value.

    Args:
        live: the formula.
        top: row of the first line, from 0.
        left: column of the first value, from 0.
        empty: (line, column) of cells that may show an empty text.
    """
    words = {name: _cells(ref, top, left) for name, ref in live.refs.items()}
    blank = [
        f'{words[name]}=""'
        for name, ref in live.refs.items()
        if ref.last is None and (ref.line, ref.column) in empty
    ]
    tests = [*blank, *(f"{_written(node, words)}=0" for node in _denominators(live.formula.root))]
    body = _written(live.formula.root, words)
    if not tests:
        return f"={body}"
    test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
    return f'=IF({test},"",{body})'


def may_be_empty(live: Live, empty: Sequence[tuple[int, int]]) -> bool:
    """Whether the cell may show an empty text."""
    return bool(_denominators(live.formula.root)) or any(
        ref.last is None and (ref.line, ref.column) in empty for ref in live.refs.values()
    )


def _cells(ref: Ref, top: int, left: int) -> str:
    row = top + ref.line + 1
    first = f"{letters(left + ref.column)}{row}"
    return first if ref.last is None else f"SUM({first}:{letters(left + ref.last)}{row})"


def _denominators(node: Node) -> list[Node]:
    if not isinstance(node, Operation):
        return []
    own = [node.args[1]] if node.op == "/" and not isinstance(node.args[1], Number) else []
    return own + [found for arg in node.args for found in _denominators(arg)]


def _written(node: Node, words: Mapping[str, str]) -> str:
    if isinstance(node, Name):
        return words[node.code]
    if isinstance(node, Number):
        whole = node.value.denominator == 1
        return str(node.value) if whole else f"({node.value})"
    parts = [_written(arg, words) for arg in node.args]
    match node.op:
        case "neg":
            return f"(-{parts[0]})"
        case "min" | "max" | "if":
            return f"{node.op.upper()}({','.join(parts)})"
        case "round":
            return f"ROUND({','.join([*parts, '0'][:2])})"
    return _joined(node, parts)


def _joined(node: Operation, parts: Sequence[str]) -> str:
    """Two parts with the sign between them, in brackets only where they are needed."""
    if node.op not in _RANK:
        return f"({parts[0]}{_COMPARED.get(node.op, node.op)}{parts[1]})"
    left, right = node.args
    first = f"({parts[0]})" if _rank(left) < _RANK[node.op] else parts[0]
    second = f"({parts[1]})" if _rank(right) <= _RANK[node.op] else parts[1]
    return f"{first}{node.op}{second}"


def _rank(node: Node) -> int:
    return _RANK.get(node.op, 3) if isinstance(node, Operation) else 3
