"""The findings of the linter, each said once in both languages with its mend."""

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from cheji.engine.findings import Finding
from cheji.engine.kpis import decimal_text
from cheji.engine.scores.wording import Interval
from cheji.engine.scores.words import share

PARTS: Final = {"person": ("个人", "a person"), "team": ("小组", "a team")}


def cap_unreachable(cap: Fraction, most: Fraction, place: str) -> Finding:
    top, best = decimal_text(cap), decimal_text(most)
    return Finding(
        "cap_unreachable",
        place,
        f"封顶 {top} 永远达不到，最高只有 {best}",
        f"The cap {top} is never reached, the most is {best}",
        f"删去封顶，或改为 {best} 以内",
        f"Take the cap away, or make it {best} or less",
    )


def nothing_divides(place: str) -> Finding:
    return Finding(
        "inverse_at_zero",
        place,
        "目标 ÷ 实际：实际为 0 时无法相除，最好的结果反而没有得分",
        "Target ÷ actual: an actual of 0 cannot divide, the best outcome would have no score",
        "写明封顶（实际为 0 时按封顶计），或改用 mirror、worst",
        "Write a cap, which is then earned at 0, or use mirror or worst",
    )


def no_target(place: str) -> Finding:
    return Finding(
        "no_target",
        place,
        "没有固定目标：未给此人设目标时本项没有数值",
        "No fixed target: without one for the person the item has no value",
        "写 target，或确保每人都有目标",
        "Write target, or see that everybody has one",
    )


def no_influence(zh: str, en: str, part: str, place: str) -> Finding:
    of_zh, of_en = PARTS[part]
    return Finding(
        "no_influence",
        place,
        f"{zh}不能按{of_zh}计算，被考核人无法影响",
        f"{en} has no value by {of_en}: nobody who is appraised can influence it",
        "换一个指标，或把方案改为 measured: outlet",
        "Choose another KPI, or write measured: outlet",
    )


def wrong_way(falls: bool, place: str) -> Finding:
    less = ("越低越好", "less is better") if falls else ("越高越好", "more is better")
    return Finding(
        "wrong_way",
        place,
        f"本项按{less[0]}计分，与指标方向相反",
        f"The item scores as if {less[1]}, against the KPI's direction",
        f"写 falls: {'false' if falls else 'true'}",
        f"Write falls: {'false' if falls else 'true'}",
    )


def not_monotone(place: str) -> Finding:
    return Finding(
        "not_monotone",
        place,
        "结果更好的区间得分反而更低",
        "A better band earns less than a worse one",
        "检查各档的 rate",
        "Look at the rates of the bands",
    )


def cliff(points: Fraction, bound: Fraction, shares: bool, place: str) -> Finding:
    at = share(bound) if shares else decimal_text(bound)
    lost = decimal_text(points)
    return Finding(
        "cliff",
        place,
        f"在 {at} 处得分陡变 {lost} 分",
        f"At {at} the points jump by {lost}",
        "如非有意，改用比例、三点内插或更多档位",
        "If that is not meant, use proportions, three points or more bands",
    )


def wording(said: str, interval: Interval, place: str, *, shares: bool = False) -> Finding:
    zh, en = _range(interval, share if shares else decimal_text)
    return Finding(
        "wording",
        place,
        f"文字“{said}”与区间不符：区间为{zh}",
        f"The words “{said}” contradict the interval: {en}",
        f"改为“{zh}”，或改区间",
        f"Write “{en}”, or change the interval",
    )


def _range(interval: Interval, told: Callable[[Fraction], str]) -> tuple[str, str]:
    low = None if interval.low is None else told(interval.low)
    high = None if interval.high is None else told(interval.high)
    lows = ("超过{}", "over {}") if interval.upper else ("{}以上", "{} or more")
    highs = ("{}以内", "up to {}") if interval.upper else ("不满{}", "under {}")
    parts = [
        (lows, low),
        (highs, high),
    ]
    known = [(words, bound) for words, bound in parts if bound is not None]
    zh = "、".join(words[0].format(bound) for words, bound in known)
    return zh or "不限", ", ".join(words[1].format(bound) for words, bound in known) or "any"


def needs_circle(item: str, place: str) -> Finding:
    return Finding(
        "needs_circle",
        place,
        f"{item} 的前提最终又是它自己",
        f"What {item} needs leads back to itself",
        "去掉其中一个前提",
        "Take one of the needs away",
    )


def counted_twice(inner: str, outer: str, place: str) -> Finding:
    return Finding(
        "counted_twice",
        place,
        f"{inner} 已包含在 {outer} 中，重复计分",
        f"{inner} stands in the formula of {outer}: it is scored twice",
        "如非有意，去掉其中一项",
        "If that is not meant, take one of the two away",
    )


def out_of_reach(label: str, start: Fraction, most: Fraction, place: str) -> Finding:
    low, best = decimal_text(start), decimal_text(most)
    return Finding(
        "out_of_reach",
        place,
        f"{label} 从 {low} 分起，而总分最高 {best}，没有人能达到",
        f"{label or 'A band'} starts at {low}, the total is {best} at most: nobody gets there",
        "降低起点，或提高各项封顶",
        "Lower the start, or raise the caps of items",
    )


def veto_keeps_pay(place: str) -> Finding:
    return Finding(
        "veto_keeps_pay",
        place,
        "只限制等级、不限制总分的否决不影响绩效系数",
        "A veto of the grade without a limit of the total leaves the coefficient as it is",
        "如须影响提成，写 most，或另设 effect: coefficient",
        "If pay is to follow, write most, or add a veto with effect: coefficient",
    )
