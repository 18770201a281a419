"""Reasons as lines of text: whose number, the formula with its figures, the result."""

from collections.abc import Callable
from typing import Any

from cheji.cli import language
from cheji.cli.output import said
from cheji.files import sheets
from cheji.reads import kpis
from cheji.records.visibility import Viewer


def opener(viewer: Viewer) -> Callable[[str], kpis.ReasonSeen]:
    """Opens the reason of a cell by its key, as this viewer may see it."""
    return lambda key: kpis.reason(viewer, key)


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


def told(reason: dict[str, Any], depth: int = 0) -> list[str]:
    """A kept reason (JSON) as indented lines: the step in words, then what it rests on."""
    detail = reason["detail"]
    words = detail.get(said("zh", "en"), "")
    value = "—" if reason["value"] is None else reason["value"]
    lines = [f"{'  ' * depth}{reason['code']} = {value}　{words}"]
    for part in reason["parts"]:
        lines += told(part, depth + 1)
    return lines
