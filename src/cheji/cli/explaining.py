"""Reasons as lines of text: whose number, the formula with its figures, the result."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from cheji.cli import language
from cheji.cli.output import said
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import ENTRIES
from cheji.files import sheets
from cheji.reads import kpis
from cheji.reads.appraisals.items import effect_of
from cheji.records.visibility import Viewer

#: Kinds of reasons whose value is fen.
FEN = frozenset({"pay", "component", "line", "coefficient", *ENTRIES})


def opener(viewer: Viewer, cells: Iterable[kpis.Cell]) -> Callable[[str], kpis.ReasonSeen]:
    """Gives the reason of a cell by its key; those of all the cells are read at once."""
    return kpis.reasons(viewer, [cell.key for cell in cells if cell.key]).__getitem__


def explained(why: kpis.ReasonSeen) -> str:
    """One number: `N1 2026-01 document_rate: 新增意向客户数 ÷ 来店批次 = 120 ÷ 200 = 60.00%`."""
    kpi = why.kpi
    whose = sheets.of_title(why.of, language())
    place = f"{whose} {sheets.period_title(why.grain, why.period)} {said(kpi.zh, kpi.en)}"
    formula = said(kpi.formula_zh, kpi.formula_en)
    figures = str(why.reason.get("figures"))
    shown = sheets.figure_text(why.value, kpi.unit, kpi.decimals)
    steps = dict.fromkeys(part for part in (formula, figures, shown) if part)
    return f"{place}: {' = '.join(steps)}"


def told(
    reason: dict[str, Any], depth: int = 0, names: Mapping[str, str] | None = None
) -> list[str]:
    """A kept reason (JSON) as indented lines: the step in words, then what it rests on.

    `names` are those of the definitions by code; a code without one stands for itself.
    """
    names = names or {}
    name = names.get(reason["code"], reason["code"])
    words = str(reason["detail"].get(said("zh", "en"), ""))
    if reason["kind"] == "component":  # its words begin with its name
        name, _, words = words.partition(said("：", ": "))
    words = said("；", "; ").join(part for part in (words, _happened(reason)) if part)
    lines = [f"{'  ' * depth}{name} = {_value(reason)}　{words}".rstrip()]
    for part in reason["parts"]:
        lines += told(part, depth + 1, names)
    return lines


def yuan(fen: Fraction | int) -> str:
    """Fen as yuan: `1,234.50`."""
    return sheets.figure_text(Fraction(fen, FEN_PER_YUAN), "yuan", 2)


def _value(reason: dict[str, Any]) -> str:
    """Yuan for an amount, two decimals for points."""
    value = reason["value"]
    if value is None:
        return "—"
    return yuan(Fraction(value)) if reason["kind"] in FEN else _points(value)


def _points(written: Any) -> str:
    return sheets.figure_text(Fraction(written), "point", 2)


def _share(written: Any) -> str:
    return sheets.figure_text(Fraction(written), "ratio", 2)


def _happened(reason: dict[str, Any]) -> str:
    """The figures of a step, and the rule that changed its outcome."""
    detail = reason["detail"]
    if reason["kind"] == "score_item":
        return _effect(detail, effect_of(reason))
    if reason["kind"] == "coefficient":
        before, after = yuan(Fraction(detail["before"])), yuan(Fraction(detail["after"]))
        return f"{before} × {_points(detail['coefficient'])} = {after}"
    return ""


def _effect(detail: dict[str, Any], effect: str) -> str:
    """`30.00 × 50.00%`, or why it is not that: gate, cap, floor, no value, no target."""
    none = _without(effect)
    if none:
        return none
    sum_ = f"{_points(detail['weight'])} × {_share(detail['counted'])}"
    if detail["attainment"] is None:
        below = said("低于门槛，得 0 分", "below the gate: 0 points")
        return below if detail["effect"] == "gate" else sum_
    return _attained(detail, sum_)


def _without(effect: str) -> str:
    """What an item says that has nothing to be worked out from."""
    words = {
        "left_out": (
            "无数值，不计入，权重分给其他项",
            "no value: left out, its weight goes to the others",
        ),
        "missing": ("无数值，得 0 分", "no value: 0 points"),
        "no_target": ("无目标，得 0 分", "no target: 0 points"),
        "no_target_left_out": (
            "无目标，不计入，权重分给其他项",
            "no target: left out, its weight goes to the others",
        ),
        "no_evidence": ("没有证明材料，得 0 分", "no evidence: 0 points"),
        "needs": ("前提未达到，得 0 分", "another item stayed behind: 0 points"),
    }
    return said(*words[effect]) if effect in words else ""


def _attained(detail: dict[str, Any], sum_: str) -> str:
    effect, found = detail["effect"], _share(detail["attainment"])
    if effect == "gate":
        gate = _share(detail["gate"])
        return said(
            f"达成 {found} < 门槛 {gate}，得 0 分", f"{found} is below the gate {gate}: 0 points"
        )
    if effect == "cap":
        cap = _share(detail["cap"])
        return said(f"达成 {found}，封顶 {cap}：{sum_}", f"{found} is capped at {cap}: {sum_}")
    if effect == "floor":
        least = _share(detail["counted"])
        return said(
            f"达成 {found}，不低于 {least}：{sum_}",
            f"{found} counts as no less than {least}: {sum_}",
        )
    return sum_
