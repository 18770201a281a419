"""What a result suggests, by rules that are told with the suggestion."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from cheji.engine.definitions import Scheme
from cheji.engine.money import round_half_up

#: Below this share of its weight an item is worth training.
WEAK: Final = Fraction(7, 10)
#: From here on a target was too easy, and below the other one too hard.
EASY: Final = Fraction(11, 10)
HARD: Final = Fraction(8, 10)
#: A target that is no count is told to 1/10,000 at the finest.
FINEST: Final = Fraction(1, 10_000)
_HALFWAY: Final = (
    "下期目标建议取目标与实际的平均值，数量四舍五入取整，其余取三位有效数字",
    "next target halfway between target and actual, counts in whole units, all else in 3 digits",
)
TARGETS: Final = (
    ("target_raise", f"完成率 110% 以上：{_HALFWAY[0]}", f"attained 110 % or more: {_HALFWAY[1]}"),
    ("target_lower", f"完成率不满 80%：{_HALFWAY[0]}", f"attained under 80 %: {_HALFWAY[1]}"),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that follows by a rule; `value` are plain JSON figures."""

    kind: str
    rule: str
    zh: str
    en: str
    value: dict[str, Any]


def suggestions(
    scheme: Scheme, grades: Sequence[str], reason: Mapping[str, Any], *, broken: bool,
    counts: Container[str] = (),
) -> list[Suggestion]:  # fmt: skip
    """What follows for one person.

    `grades` are his, this cycle's first, then those before; `reason` is his result's, as JSON;
    `broken` says whether a violation was decided against him in the period; `counts` are the KPIs
    that count whole things.
    """
    found: list[Suggestion] = []
    top, low = scheme.grades[-1].label, scheme.grades[0].label
    if len(scheme.grades) > 1 and grades[0] == top and not broken:
        if list(grades[1:2]) == [top]:
            found.append(Suggestion(
                "promotion", "two_top_grades", f"连续两期 {top} 且无违规：建议晋升",
                f"{top} twice in a row and no violation: promotion", {"grades": list(grades[:2])},
            ))  # fmt: skip
        found.append(Suggestion(
            "certificate", "top_grade", f"等级 {top} 且无违规：建议表彰",
            f"{top} and no violation: certificate", {"grade": top},
        ))  # fmt: skip
    if len(scheme.grades) > 1 and grades[0] == low:
        found.append(Suggestion(
            "training", "lowest_grade", f"等级 {low}：建议培训或改进计划",
            f"{low}: training or an improvement plan", {"grade": low},
        ))  # fmt: skip
    return [*found, *_weakest(reason), *_targets(scheme, reason, counts)]


def _targets(scheme: Scheme, reason: Mapping[str, Any], counts: Container[str]) -> list[Suggestion]:
    """The next period's targets of what was far from its target; each with the figures behind.

    Of somebody who moved by the part in which he ended the period, and of a part by what a whole
    one would be. Nothing is suggested where rounding leads back to the target.
    """
    near: dict[str, dict[str, list[str]]] = {"target_raise": {}, "target_lower": {}}
    kpis = {item.key: item.kpi for item in scheme.items if item.source == "kpi"}
    own = (
        part
        for part in _portions(reason)[-1][1]
        if part["kind"] == "score_item" and part["code"] in kpis
    )
    for part in own:
        figures = [part["detail"].get(name) for name in ("target", "actual", "attainment")]
        if None in figures:
            continue
        target, actual, reached = (Fraction(one) for one in figures)
        days = part["detail"].get("prorated", {"days": 1, "of": 1})
        target, actual = (one * days["of"] / days["days"] for one in (target, actual))
        rule = "target_raise" if reached >= EASY else "target_lower" if reached < HARD else ""
        following = _halfway(target, actual, counted=kpis[part["code"]] in counts)
        if rule and following != target:
            near[rule][part["code"]] = [str(value) for value in (target, actual, following)]
    return [
        Suggestion("target", rule, zh, en, {"targets": near[rule]})
        for rule, zh, en in TARGETS
        if near[rule]
    ]


def _halfway(target: Fraction, actual: Fraction, *, counted: bool) -> Fraction:
    """Half up: a count to whole units, all else to three significant digits."""
    exact = (target + actual) / 2
    step = Fraction(1) if counted else FINEST
    while not counted and abs(exact) >= 1000 * step:
        step *= 10
    return round_half_up(exact / step) * step


def _weakest(reason: Mapping[str, Any]) -> list[Suggestion]:
    """The item that lost most, where it earned less than 70 % of its weight."""
    weights: dict[str, Fraction] = {}
    points: dict[str, Fraction] = {}
    for share, parts in _portions(reason):
        for part in parts:
            if part["kind"] == "score_item" and part["value"] is not None:
                code, weight = part["code"], Fraction(part["detail"].get("weight") or 0)
                weights[code] = weights.get(code, Fraction(0)) + share * weight
                points[code] = points.get(code, Fraction(0)) + share * Fraction(part["value"])
    weak = [code for code, weight in weights.items() if points[code] < WEAK * weight]
    if not weak:
        return []
    lost, code = max((weights[code] - points[code], code) for code in weak)
    return [Suggestion(
        "training", "weakest_item", f"{code} 失分最多且不足权重的 70%：建议针对性训练",
        f"{code} lost most and earned less than 70 % of its weight: training",
        {"item": code, "lost": str(lost)},
    )]  # fmt: skip


Parts = Sequence[Mapping[str, Any]]


def _portions(reason: Mapping[str, Any]) -> list[tuple[Fraction, Parts]]:
    """The items of a result with their share of it: one card's, or each part's by its days."""
    found = [part for part in reason.get("parts", ()) if part["kind"] == "score_portion"]
    if not found:
        return [(Fraction(1), reason.get("parts", ()))]
    whole = sum(part["detail"]["days"] for part in found)
    return [(Fraction(part["detail"]["days"], whole), part["parts"][0]["parts"]) for part in found]


def dismissed(reason: Mapping[str, Any]) -> set[str]:
    """The sources of what an upheld appeal struck off, such as `violation:17`."""
    cards = [part["parts"][0] for part in reason["parts"] if part["kind"] == "score_portion"]
    told = [
        event
        for card in cards or [reason]
        for event in (
            *card["detail"].get("vetoes", ()),
            *(one for part in card["parts"] for one in part["detail"].get("not_counted", ())),
        )
    ]
    return {event["source"] for event in told if event["why_not"] == "appeal_upheld"}
