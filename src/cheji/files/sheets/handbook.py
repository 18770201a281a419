"""The KPIs of a pack as they stand in the handbook, so that a test can hold the two together."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from cheji.engine.definitions import Definitions, Kpi, Measure, switched
from cheji.engine.kpis import Result, over
from cheji.files.sheets.figures import figure_text, unit_name
from cheji.files.sheets.labels import period_title, said
from cheji.packs import Pack, codes, load
from cheji.packs.cases import columns_of_case

_DIRECTIONS: Final = {
    "up": ("越高越好", "higher is better"),
    "down": ("越低越好", "lower is better"),
    "band": ("落在区间内为好", "inside a band is best"),
    "none": ("不评优劣", "neither"),
}
_WORDS: Final = {
    "formula": ("公式", "Formula"),
    "unit": ("单位", "Unit"),
    "direction": ("方向", "Direction"),
    "source": ("出处", "Source"),
    "aliases": ("别名", "Also called"),
    "note": ("口径", "Reading"),
    "case": ("算例", "Worked case"),
    "switches": ("口径开关", "Switches of counting"),
    "on": ("默认开", "on by default"),
    "off": ("默认关", "off by default"),
}


def kpi_chapter(language: str, pack: str = "dealership") -> str:
    """Every KPI of a pack in Markdown: what it is, how it is read, and a worked case."""
    found = load(pack)
    worked = _worked(found)
    parts = [_section(found.definitions, kpi, worked, language) for kpi in found.definitions.kpis]
    return "\n\n".join([*parts, _switches(found.definitions, language)])


def worked_case(kpi: Kpi, language: str) -> str:
    """The worked case of a KPI that says what a pack says; empty of one that the house changed."""
    for code in codes():
        if load(code).definitions.kpi.get(kpi.code) == kpi:
            return _case(kpi, _remembered(code), language)
    return ""


@cache
def _remembered(pack: str) -> dict[str, tuple[Any, int, Result]]:
    return _worked(load(pack))


def _section(
    definitions: Definitions, kpi: Kpi, worked: Mapping[str, tuple[Any, int, Result]], language: str
) -> str:
    lines = [f"### `{kpi.code}` {said((kpi.zh, kpi.en), language)}", ""]
    formula = f"{_in_words(definitions, kpi, language)} (`{kpi.formula.text}`)"
    rows = {
        "formula": formula,
        "unit": unit_name(kpi.unit, language),
        "direction": said(_DIRECTIONS[kpi.direction], language),
        "source": kpi.source,
        "aliases": said(("、", ", "), language).join(kpi.aliases),
        "note": said((kpi.note_zh, kpi.note_en), language),
        "case": _case(kpi, worked, language),
    }
    colon = said(("：", ": "), language)
    labels = {name: said(_WORDS[name], language) for name in rows}
    lines += [f"- {labels[name]}{colon}{text}" for name, text in rows.items() if text]
    return "\n".join(lines)


def _in_words(definitions: Definitions, kpi: Kpi, language: str) -> str:
    named: dict[str, Kpi | Measure] = {**definitions.kpi, **definitions.measure}
    words = {name: said((named[name].zh, named[name].en), language) for name in kpi.formula.names}
    return kpi.formula.rewrite(words)


def _case(kpi: Kpi, worked: Mapping[str, tuple[Any, int, Result]], language: str) -> str:
    """`Two months …, 2026-01: 120 ÷ 200 = 60.00%`."""
    if kpi.code not in worked:
        return ""
    case, month, result = worked[kpi.code]
    shown = figure_text(result.value, kpi.unit, kpi.decimals)
    figures = str(result.reason.get("figures"))
    plain = figures.isascii() and figures.replace(".", "").isdecimal()
    steps = shown if plain else f"{figures} = {shown}"
    title, when = said((case["zh"], case["en"]), language), period_title("month", month)
    return said((f"{title}，{when}：{steps}", f"{title}, {when}: {steps}"), language)


def _worked(pack: Pack) -> dict[str, tuple[Any, int, Result]]:
    """By KPI the first case and month of an outlet in which it is not zero."""
    found: dict[str, tuple[Any, int, Result]] = {}
    for case in pack.cases:
        if case["kind"] == "sheet" and "scope" not in case and "switches" not in case:
            for month, result in _results(switched(pack.definitions), case):
                if result.value:
                    found.setdefault(result.code, (case, month, result))
    return found


def _results(definitions: Definitions, case: Mapping[str, Any]) -> Iterator[tuple[int, Result]]:
    columns = columns_of_case(definitions, case)
    first = next(iter(columns.values()))
    for month, inputs in first.items():
        for kpi in definitions.kpis:
            yield month, over(definitions, kpi.code, [inputs])


def _switches(definitions: Definitions, language: str) -> str:
    lines = [f"## {said(_WORDS['switches'], language)}", ""]
    for switch in definitions.switches:
        state = said(_WORDS["on" if switch.default else "off"], language)
        name = said((switch.zh, switch.en), language)
        note = said((switch.note_zh, switch.note_en), language)
        open_, close = said(("（", " ("), language), said(("）：", "): "), language)
        lines.append(f"- `{switch.code}` {name}{open_}{state}{close}{note}")
    return "\n".join(lines)
