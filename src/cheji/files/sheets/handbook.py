"""The KPIs of a pack as they stand in the handbook, so that a test can hold the two together."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from cheji.engine.definitions import Definitions, Kpi, Measure, switched, words
from cheji.engine.kpis import Inputs, Result, over
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
_LIMITS: Final = (("下限", "low"), ("良好", "good"), ("上限", "high"))
_PARTS: Final = {
    "team": ("小组", "team"),
    "person": ("顾问", "person"),
    "model": ("车型", "model"),
    "channel": ("渠道", "channel"),
}
_WORDS: Final = {
    "formula": ("公式", "Formula"),
    "unit": ("单位", "Unit"),
    "direction": ("方向", "Direction"),
    "source": ("出处", "Source"),
    "aliases": ("别名", "Also called"),
    "note": ("口径", "Reading"),
    "case": ("算例", "Worked case"),
    "kind": ("类别", "Kind"),
    "dated": ("日期口径", "Dated by"),
    "whose": ("归属", "Whose"),
    "cohort": ("客户范围", "Customers followed"),
    "not_by": ("不可按此拆分", "Not cut by"),
    "least": ("参加排名的最少样本", "Least in a ranking"),
    "empty": ("分母为零时", "Without a denominator"),
    "benchmark": ("参考值", "Benchmark"),
    "switches": ("口径开关", "Switches of counting"),
    "on": ("默认开", "on by default"),
    "off": ("默认关", "off by default"),
}


def kpi_chapter(language: str) -> str:
    """Every KPI of every pack in Markdown: what it is, how it is read, and a worked case.

    A pack on top of another is a section of its own with what it adds.
    """
    packs = sorted((load(code) for code in codes()), key=lambda pack: (pack.extends, pack.code))
    told = [pack for pack in packs if any(kind == "kpis" for kind, _ in pack.own)]
    return "\n\n".join(_pack(pack, language) for pack in told)


def _pack(pack: Pack, language: str) -> str:
    worked = _remembered(pack.code)
    own = [kpi for kpi in pack.definitions.kpis if ("kpis", kpi.code) in pack.own]
    parts = [_section(pack.definitions, kpi, worked, language) for kpi in own]
    if pack.extends:
        return "\n\n".join([f"## {said((pack.zh, pack.en), language)} (`{pack.code}`)", *parts])
    return "\n\n".join([*parts, _switches(pack.definitions, language)])


def worked_case(kpi: Kpi, language: str) -> str:
    """The worked case of a KPI that says what a pack says; empty of one that the house changed."""
    for code in codes():
        if load(code).definitions.kpi.get(kpi.code) == kpi:
            return _case(kpi, _remembered(code, kpi.code), language)
    return ""


@cache
def _remembered(pack: str, kpi: str = "") -> dict[str, tuple[Any, int, Result]]:
    return _worked(load(pack), kpi)


def _section(
    definitions: Definitions, kpi: Kpi, worked: Mapping[str, tuple[Any, int, Result]], language: str
) -> str:
    lines = [f"### `{kpi.code}` {said((kpi.zh, kpi.en), language)}", ""]
    formula = f"{_in_words(definitions, kpi, language)} (`{kpi.formula.text}`)"
    rows = {
        "formula": formula,
        "unit": unit_name(kpi.unit, language),
        "direction": said(_DIRECTIONS[kpi.direction], language),
        **_said_of_itself(kpi, language),
        "source": kpi.source,
        "aliases": said(("、", ", "), language).join(kpi.aliases),
        "note": said((kpi.note_zh, kpi.note_en), language),
        "case": _case(kpi, worked, language),
    }
    colon = said(("：", ": "), language)
    labels = {name: said(_WORDS[name], language) for name in rows}
    lines += [f"- {labels[name]}{colon}{text}" for name, text in rows.items() if text]
    return "\n".join(lines)


def told_of(kpi: Kpi, language: str) -> list[tuple[str, str]]:
    """What a KPI says of itself beside its formula: (label, text)."""
    told = _said_of_itself(kpi, language)
    return [(said(_WORDS[name], language), text) for name, text in told.items() if text]


def _said_of_itself(kpi: Kpi, language: str) -> dict[str, str]:
    """Kind, days, whose, which customers, by what it is not cut, limits; empty where not said."""
    joined = said(("、", ", "), language).join
    return {
        "kind": said(words.KINDS.get(kpi.kind, ("", "")), language),
        "dated": said((" ÷ ", " ÷ "), language).join(_all(words.DATES, kpi.dated, language)),
        "whose": said(words.WHOSE.get(kpi.whose, ("", "")), language),
        "cohort": said(words.COHORTS.get(kpi.cohort, ("", "")), language),
        "not_by": joined(_all(_PARTS, kpi.not_by, language)),
        "least": str(kpi.least or ""),
        "empty": "" if kpi.empty is None else figure_text(kpi.empty, kpi.unit, kpi.decimals),
        "benchmark": _benchmark(kpi, language),
    }


def _all(known: Mapping[str, tuple[str, str]], chosen: tuple[str, ...], language: str) -> list[str]:
    return [said(known[word], language) for word in chosen]


def _benchmark(kpi: Kpi, language: str) -> str:
    """`low 10 %, good 20 % (S000; a suggestion, to be edited)`."""
    found = kpi.benchmark
    if found is None:
        return ""
    limits = [
        f"{said(name, language)} {figure_text(value, kpi.unit, kpi.decimals)}"
        for name, value in zip(_LIMITS, (found.low, found.good, found.high), strict=True)
        if value is not None
    ]
    where = (
        f"（{found.source}；仅为建议，可修改）",
        f" ({found.source}; a suggestion, to be edited)",
    )
    return said(("，", ", "), language).join(limits) + said(where, language)


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


def _worked(pack: Pack, only: str = "") -> dict[str, tuple[Any, int, Result]]:
    """By KPI, or of one, the first case and month of an outlet in which it is not zero."""
    found: dict[str, tuple[Any, int, Result]] = {}
    for place, case in enumerate(pack.cases):
        if case["kind"] == "sheet" and "scope" not in case and "switches" not in case:
            if only in found:
                break
            codes = dict.fromkeys(code for row in case["expect"] for code in row.get("lines", ()))
            wanted = [code for code in codes if only in ("", code)]
            for month, result in _results(pack.code, place, wanted):
                if result.value:
                    found.setdefault(result.code, (case, month, result))
    return found


def _results(pack: str, place: int, codes: Sequence[str]) -> Iterator[tuple[int, Result]]:
    if not codes:
        return
    chosen, months = _months(pack, place)
    for month, inputs in months.items():
        for code in codes:
            yield month, over(chosen, code, [inputs])


@cache
def _months(pack: str, place: int) -> tuple[Definitions, Mapping[int, Inputs]]:
    """What the measures come to by month at the outlet of a case: dear, and of all its KPIs."""
    found = load(pack)
    case = found.cases[place]
    chosen = switched(found.definitions, models=case.get("models"))
    return chosen, next(iter(columns_of_case(chosen, case).values()))


def _switches(definitions: Definitions, language: str) -> str:
    lines = [f"## {said(_WORDS['switches'], language)}", ""]
    for switch in definitions.switches:
        state = said(_WORDS["on" if switch.default else "off"], language)
        name = said((switch.zh, switch.en), language)
        note = said((switch.note_zh, switch.note_en), language)
        open_, close = said(("（", " ("), language), said(("）：", "): "), language)
        lines.append(f"- `{switch.code}` {name}{open_}{state}{close}{note}")
    return "\n".join(lines)
