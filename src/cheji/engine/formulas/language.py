"""Reading a formula: Python's `ast` behind a whitelist, numbers exact from the text itself."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cheji.engine.findings import Finding, Refused
from cheji.engine.formulas.nodes import Name, Node, Number, Operation

MAX_LENGTH: Final = 1000
MAX_NODES: Final = 200
MAX_DEPTH: Final = 30
MAX_DECIMALS: Final = 6

_SIGNS: Final = {
    # Full-width signs and digits stand at a fixed distance from their plain forms.
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
    **{ord(sign): plain for sign, plain in zip("×÷−\u3000\n", "*/-  ", strict=True)},
    ord("≤"): "<=",
    ord("≥"): ">=",
    ord("≠"): "!=",
}
_STRANGE: Final = re.compile(r"[^a-z0-9_ .,()+\-*/<>=!]")
_GLUED: Final = re.compile(r"(?<![a-z0-9_])(\d[\d.]*[a-z_]\w*)")
_IF: Final = re.compile(r"\bif\s*\(")
_BINARY: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_COMPARE: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_CALLS: Final[dict[str, tuple[str, range]]] = {
    "min": ("min", range(1, 21)),
    "max": ("max", range(1, 21)),
    "round": ("round", range(1, 3)),
    "if_": ("if", range(3, 4)),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that is known to be well formed.

    Attributes:
        text: with plain signs, as stored and shown in definitions.
        names: the measures and KPIs it reads, in order of appearance.
    """

    text: str
    names: tuple[str, ...]
    root: Node

    def rewrite(self, words: Mapping[str, str], *, times: str = "×", by: str = "÷") -> str:
        """The text with other names: labels, figures, or cells of a spreadsheet."""
        signs = {"*": times, "/": by}
        return re.sub(
            r"[a-z][a-z0-9_]*|[*/]",
            lambda found: words.get(found[0]) or signs.get(found[0], found[0]),
            self.text,
        )


def parse(text: str, place: str = "formula") -> Formula:
    """Read a formula.

    Raises:
        Refused: with every fault found, at `place`.
    """
    plain = text.translate(_SIGNS).strip()
    _check_text(plain, place)
    tree = _tree(plain, place)
    _check_size(tree, place)
    reader = _Reader(_IF.sub("if_(", plain), place)
    root = reader.node(tree)
    if reader.findings:
        raise Refused(reader.findings)
    return Formula(plain, tuple(dict.fromkeys(reader.names)), root)


def _check_text(plain: str, place: str) -> None:
    if not plain or len(plain) > MAX_LENGTH:
        raise Refused([_too_long(place) if plain else _empty(place)])
    findings = [_strange(sign, place) for sign in dict.fromkeys(_STRANGE.findall(plain))]
    findings += [_glued(word, place) for word in _GLUED.findall(plain)]
    if findings:
        raise Refused(findings)


def _tree(plain: str, place: str) -> ast.expr:
    try:
        return ast.parse(_IF.sub("if_(", plain), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise Refused([_syntax(plain, place)]) from None


def _check_size(tree: ast.expr, place: str) -> None:
    """Count by levels, so that the check itself never recurses."""
    level: list[ast.AST] = [tree]
    depth = nodes = 0
    while level:
        depth += 1
        nodes += sum(isinstance(node, ast.expr) for node in level)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise Refused([_too_long(place)])
        level = [child for node in level for child in ast.iter_child_nodes(node)]


class _Reader:
    """Turns Python nodes into ours; what is not on the list becomes a finding."""

    def __init__(self, text: str, place: str) -> None:
        self.text = text
        self.place = place
        self.findings: list[Finding] = []
        self.names: list[str] = []

    def node(self, node: ast.expr) -> Node:
        match node:
            case ast.Constant(value=int() | float()):
                return Number(Fraction(self._written(node)))
            case ast.Name(id=code):
                self.names.append(code)
                return Name(code)
            case ast.UnaryOp() | ast.BinOp() | ast.Compare() if signed := _signed(node):
                op, *args = signed
                return Operation(op, tuple(map(self.node, args)))
            case ast.Call(func=ast.Name(id=code), args=args, keywords=[]) if code in _CALLS:
                return self._call(code, args)
        return self._refuse(_unknown(self._written(node), self.place))

    def _call(self, code: str, args: list[ast.expr]) -> Node:
        op, counts = _CALLS[code]
        if len(args) not in counts:
            return self._refuse(_arguments(op, self.place))
        read = tuple(self.node(arg) for arg in args)
        if op == "round" and len(read) > 1 and not _is_decimals(read[1]):
            return self._refuse(_decimals(self.place))
        return Operation(op, read)

    def _written(self, node: ast.expr) -> str:
        return ast.get_source_segment(self.text, node) or ""

    def _refuse(self, finding: Finding) -> Node:
        self.findings.append(finding)
        return Number(Fraction(0))


def _signed(node: ast.expr) -> tuple[str, *tuple[ast.expr, ...]] | None:
    """The sign of an operation and what it joins; None when the sign is not in the language."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return "neg", inner
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            return _BINARY[type(sign)], left, right
        case ast.Compare(left=left, ops=[compare], comparators=[right]):
            op = _COMPARE.get(type(compare))
            return (op, left, right) if op else None
    return None


def _is_decimals(node: Node) -> bool:
    return isinstance(node, Number) and node.value in range(MAX_DECIMALS + 1)


def _empty(place: str) -> Finding:
    return Finding(
        "formula_empty",
        place,
        "公式为空",
        "The formula is empty",
        "写出公式，例如 orders / visits",
        "Write a formula, such as orders / visits",
    )


def _too_long(place: str) -> Finding:
    return Finding(
        "formula_too_large",
        place,
        f"公式过长：最多 {MAX_LENGTH} 个字符、{MAX_NODES} 个部分、{MAX_DEPTH} 层括号",
        f"The formula is over {MAX_LENGTH} characters, {MAX_NODES} parts or {MAX_DEPTH} levels",
        "拆成几个 KPI，再互相引用",
        "Split it into several KPIs that refer to each other",
    )


def _strange(sign: str, place: str) -> Finding:
    return Finding(
        "formula_sign",
        place,
        f"公式中不能出现 {sign!r}",
        f"{sign!r} is not part of the formula language",
        "只用小写代码、数字、+ − × ÷、比较、括号和 min max round if；80 % 写作 0.8",
        "Use lower-case codes, numbers, + − × ÷, comparisons, brackets, min max round if;"
        " write 0.8 for 80 %",
    )


def _glued(word: str, place: str) -> Finding:
    return Finding(
        "formula_number",
        place,
        f"{word!r} 既不是数字也不是代码",
        f"{word!r} is neither a number nor a code",
        "数字写作 1000 或 0.8；代码以字母开头",
        "Write numbers as 1000 or 0.8; codes begin with a letter",
    )


def _syntax(plain: str, place: str) -> Finding:
    return Finding(
        "formula_syntax",
        place,
        f"公式读不懂：{plain[:60]}",
        f"The formula cannot be read: {plain[:60]}",
        "检查括号是否成对、运算符两边是否都有内容",
        "Check that brackets pair and that each sign has something on both sides",
    )


def _unknown(written: str, place: str) -> Finding:
    return Finding(
        "formula_not_allowed",
        place,
        f"公式中不允许 {written[:60]!r}",
        f"{written[:60]!r} is not allowed in a formula",
        "只允许 + − × ÷、一次比较和 min max round if；条件写作 if(条件, 是, 否)",
        "Allowed are + − × ÷, one comparison, min max round if; a choice is if(test, yes, no)",
    )


def _arguments(op: str, place: str) -> Finding:
    return Finding(
        "formula_arguments",
        place,
        f"{op} 的参数个数不对",
        f"{op} has a wrong number of arguments",
        "min、max 一到二十个，round 一到两个，if 三个",
        "min and max take 1 to 20, round 1 or 2, if 3",
    )


def _decimals(place: str) -> Finding:
    return Finding(
        "formula_decimals",
        place,
        "round 的小数位数必须写成数字",
        "The decimals of round must be a written number",
        f"写 0 到 {MAX_DECIMALS} 之间的整数",
        f"Write a whole number from 0 to {MAX_DECIMALS}",
    )
