"""The faults that a score scheme can have, each said once in both languages."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from cheji.engine.definitions.schemes import SchemeItem
from cheji.engine.findings import Finding

GROUP: Final = ("分组", "group")
ITEM: Final = ("考核项", "item")
GRADE: Final = ("等级", "grade")
GATED: Final = ("ratio", "inverse", "mirror", "worst")
Complaint = tuple[Callable[[str], Finding], str]


def product_weights(place: str) -> Finding:
    return Finding(
        "product_weights",
        place,
        "连乘的方案中每项权重都是 100",
        "Where shares are multiplied, every weight is 100",
        "把每项的 weight 写为 100",
        "Write weight: 100 for every item",
    )


def group_weight(found: Fraction, wanted: Fraction, place: str) -> Finding:
    return Finding(
        "group_weight",
        place,
        f"本组各项权重合计 {found}，而组权重写为 {wanted}",
        f"The items of the group weigh {found} together, the group says {wanted}",
        "使组权重等于组内各项之和",
        "Let the group's weight be the sum of its items",
    )


def quota_grades(labels: Sequence[str], place: str) -> Finding:
    listed = ", ".join(labels)
    return Finding(
        "quota_grades",
        place,
        "强制分布须列出全部等级，最好的在前",
        "A forced distribution lists every grade, the best first",
        f"依次写：{listed}",
        f"Write in this order: {listed}",
    )


def quota_total(total: Fraction, place: str) -> Finding:
    return Finding(
        "quota_not_whole",
        place,
        f"强制分布的比例合计为 {total}，应为 1 且不为负",
        f"The shares of the distribution add up to {total}, not 1, or one is negative",
        "调整比例，使合计为 100%",
        "Change the shares so that they add up to 100%",
    )


def cap_below_floor(place: str) -> Finding:
    return Finding(
        "cap_below_floor",
        place,
        "封顶低于保底",
        "The cap is below the floor",
        "提高封顶或降低保底",
        "Raise the cap or lower the floor",
    )


def needs(key: str, why: tuple[str, str]) -> Callable[[str], Finding]:
    """A method lacks what it works with."""
    zh, en = why

    def make(place: str) -> Finding:
        return Finding("method_needs", place, zh, en, f"补上或改正 {key}", f"Write or mend {key}")

    return make


_NO_BANDS: Final = ("区间法需要 bands", "The method bands needs bands")
_NO_STEPS: Final = ("加减分法需要 up 或 down", "The method steps needs up or down")
_NO_EACH: Final = ("扣分法需要每次扣几分", "The method deduct needs the points for each")
_NO_LIST: Final = ("扣分清单是空的", "The list of deductions is empty")
_NO_RATERS: Final = ("评分项需要评价人 raters", "A rating needs raters")
_POINTS_ORDER: Final = (
    "保底值、目标、挑战值须依次增大（越低越好时依次减小）",
    "Base, target and stretch must ascend, or descend where less is better",
)
_POINTS_RATES: Final = (
    "保底值得分比例须在 0 与 1 之间，挑战值得分比例不低于 1",
    "The share at the base lies between 0 and 1, at the stretch at 1 or more",
)
_WORST: Final = (
    "须写出最差值，且不等于目标",
    "The worst value must be given, and differ from the target",
)
_DEDUCTION: Final = ("扣分清单只用扣分法", "A list of deductions goes with the method deduct only")


def of_method(item: SchemeItem) -> Iterator[Complaint]:
    """What an item's method lacks, each with the field that it is about."""
    if (item.source == "deductions") != (bool(item.deductions)):
        yield needs("deductions", _NO_LIST), "deductions"
    if item.source == "deductions" and item.method != "deduct":
        yield needs("method", _DEDUCTION), "method"
    if item.source == "rating" and not item.raters:
        yield needs("raters", _NO_RATERS), "raters"
    if item.method == "bands" and not item.bands:
        yield needs("bands", _NO_BANDS), "bands"
    if item.method == "steps" and not (item.up or item.down):
        yield needs("up", _NO_STEPS), "up"
    if item.method == "deduct" and item.source != "deductions" and item.each <= 0:
        yield needs("each", _NO_EACH), "each"
    if item.method == "worst" and item.worst in (None, item.target):
        yield needs("worst", _WORST), "worst"
    if item.method == "points":
        yield from _of_points(item)


def _of_points(item: SchemeItem) -> Iterator[Complaint]:
    marks = [mark for mark in (item.base, item.target, item.stretch) if mark is not None]
    ordered = sorted(marks, reverse=item.falls)
    if marks != ordered or len(set(marks)) != len(marks):
        yield needs("base", _POINTS_ORDER), "base"
    if not 0 <= item.at_base <= 1 <= item.at_stretch:
        yield needs("at_base", _POINTS_RATES), "at_base"
