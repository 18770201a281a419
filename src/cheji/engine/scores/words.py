"""The standard of an item in words, to be read beforehand: methods, bands, gates.

Intervals are half-open in data. 以上 and 以内 include their number, 不满 and 超过 do not; in
English "or more" and "up to" include it, "under" and "over" do not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Final

from cheji.engine.definitions import Band, Deduction, Need, SchemeItem
from cheji.engine.formulas.units import UNITS
from cheji.engine.kpis import decimal_text
from cheji.engine.scores.counted import en_points, en_unit

Said = tuple[str, str]
Told = Callable[[Fraction], Said]
#: Frozen with every result: other words here would be other bytes when a score is replayed.
METHODS: Final[dict[str, Said]] = {
    "ratio": ("实际 ÷ 目标", "actual ÷ target"),
    "inverse": ("目标 ÷ 实际", "target ÷ actual"),
    "mirror": ("2 − 实际 ÷ 目标", "2 − actual ÷ target"),
    "worst": ("(最差 − 实际) ÷ (最差 − 目标)", "(worst − actual) ÷ (worst − target)"),
    "points": ("底线、目标、挑战三点内插", "straight lines over base, target and stretch"),
    "bands": ("按所在区间", "by the band reached"),
    "steps": ("目标得满分，每差一步加减分", "full at target, points for each step from it"),
    "deduct": ("逐次扣分", "points off for each"),
    "either": ("达到得全部，否则为 0", "all or nothing"),
}
NAMES: Final[dict[str, Said]] = {
    "ratio": ("比例法", "Proportional"),
    "inverse": ("逆向比例法（目标 ÷ 实际）", "Inverse (target ÷ actual)"),
    "mirror": ("逆向比例法（2 − 实际 ÷ 目标）", "Inverse (2 − actual ÷ target)"),
    "worst": ("逆向比例法（最差值到目标）", "Inverse (from worst to target)"),
    "points": ("三点内插法", "Base, target, stretch"),
    "bands": ("区间法", "Bands"),
    "steps": ("加减分法", "Points by steps"),
    "deduct": ("扣分法", "Deductions"),
    "either": ("非此即彼法", "All or nothing"),
}
RATERS: Final[dict[str, Said]] = {
    "self": ("自评", "self"),
    "manager": ("上级", "manager"),
    "lead": ("主管", "lead"),
    "peer": ("同事", "peers"),
    "report": ("下属", "reports"),
    "customer": ("客户", "customers"),
    "hr": ("人事", "HR"),
}


def share(value: Fraction) -> str:
    """A part of 1 as percent: 80%."""
    return f"{decimal_text(value * 100)}%"


def told_in(unit: str) -> Told:
    """Figures of a unit in words: a ratio as percent, others with what they count, `80 分`."""
    if unit == "ratio":
        return _shared
    symbols = unit.split("/") if unit else []
    zh = "/".join(UNITS[symbol][0] for symbol in symbols)

    def told(value: Fraction) -> Said:
        text = decimal_text(value)
        return (f"{text} {zh}", f"{text} {en_unit(symbols, text)}") if symbols else (text, text)

    return told


def _shared(value: Fraction) -> Said:
    return share(value), share(value)


def formula_words(item: SchemeItem) -> Said:
    """The step from value to points in one line."""
    zh, en = METHODS[item.method]
    return f"权重 × {zh}", f"weight × {en}"


def days_words(days: int, of: int) -> Said:
    """That a target is for some of the days that it was set for."""
    return f"目标按 {days}/{of} 天折算", f"the target is for {days} of {of} days"


def standard(
    item: SchemeItem, *, unit: str = "", names: Mapping[str, Said] | None = None
) -> tuple[Said, ...]:
    """The whole standard of an item, sentence by sentence.

    Args:
        item: of a scheme.
        unit: of its values: `ratio` is read as percent, empty is a bare number.
        names: of the other items, by code; one without a name is called by its code.
    """
    known = names or {}
    value = told_in(unit)
    basis = value if item.of == "value" else _shared
    found = [*_OF_METHOD[item.method](item, value, basis), *_limits(item, basis)]
    return (*_sources(item), *found, *(_need(need, known) for need in item.needs), *_proof(item))


# -- methods -----------------------------------------------------------------------------------


def _simple(item: SchemeItem, value: Told, _: Told) -> Iterator[Said]:
    zh, en = METHODS[item.method]
    weight = decimal_text(item.weight)
    yield f"得分 = {weight} × {zh}", f"points = {weight} × {en}"
    if item.method == "worst" and item.worst is not None:
        zh, en = value(item.worst)
        yield f"最差值 {zh}", f"the worst value is {en}"
    yield from _target(item, value)


def _target(item: SchemeItem, value: Told) -> Iterator[Said]:
    if item.target is not None and item.source == "kpi":
        zh, en = value(item.target)
        yield f"未另设目标时，目标 {zh}", f"target {en} where none is set"


def _points(item: SchemeItem, value: Told, _: Told) -> Iterator[Said]:
    marks = (
        ("保底值", "base", item.base, item.at_base),
        ("目标", "target", item.target, Fraction(1)),
        ("挑战值", "stretch", item.stretch, item.at_stretch),
    )
    for zh, en, mark, part in marks:
        at_zh, at_en = ("", "") if mark is None else (f" {text}" for text in value(mark))
        points = decimal_text(item.weight * part)
        yield f"{zh}{at_zh} 得 {points} 分", f"{en}{at_en}: {en_points(points)}"
    if item.falls:
        yield "其间按比例，超过保底值得 0 分", "straight lines between, nothing over the base"
    else:
        yield "其间按比例，不满保底值得 0 分", "straight lines between, nothing under the base"


def _bands(item: SchemeItem, _: Told, basis: Told) -> Iterator[Said]:
    zh, en = ("实际值", "value") if item.of == "value" else ("完成率", "attainment")
    for band, (of_zh, of_en) in zip(item.bands, intervals_of(item, basis), strict=True):
        points_zh, points_en = _earned(item, band, basis)
        mark = f"（{band.label}）" if band.label else ""
        label = f" ({band.label})" if band.label else ""
        yield f"{zh}{of_zh}{mark}：{points_zh}", f"{en} {of_en}{label}: {points_en}"


def _earned(item: SchemeItem, band: Band, basis: Told) -> Said:
    points = band.rate if item.scale == "points" else band.rate * item.weight
    text = decimal_text(points)
    if not band.slope:
        return f"{text} 分", en_points(text)
    unit = Fraction(1, 100) if basis is _shared else Fraction(1)
    slope = band.slope * unit * (1 if item.scale == "points" else item.weight)
    each_zh, each_en = basis(unit)
    more = decimal_text(slope)
    return (
        f"{text} 分，每多 {each_zh} 加 {more} 分",
        f"{en_points(text)}, and {more} for each {each_en} more",
    )


def _steps(item: SchemeItem, value: Told, _: Told) -> Iterator[Said]:
    weight, up, down = (decimal_text(part) for part in (item.weight, item.up, item.down))
    step, step_en = value(item.step) if item.of == "value" else _shared(item.step)
    better, worse = ("低", "高") if item.falls else ("高", "低")
    more, less = ("less", "more") if item.falls else ("more", "less")
    yield f"达到目标得 {weight} 分", f"{en_points(weight)} at the target"
    yield f"每{better} {step} 加 {up} 分", f"{en_points(up)} up for each {step_en} {more}"
    yield f"每{worse} {step} 减 {down} 分", f"{en_points(down)} down for each {step_en} {less}"
    yield _COUNTED[item.counted]
    yield from _target(item, value)


_COUNTED: Final[dict[str, Said]] = {
    "continuous": ("不足一步按比例计", "a part of a step counts in proportion"),
    "whole": ("不足一步不计", "a part of a step does not count"),
    "rounded": ("不足一步四舍五入", "a part of a step is rounded half up"),
}


def _deduct(item: SchemeItem, value: Told, _: Told) -> Iterator[Said]:
    weight = decimal_text(item.weight)
    if item.source == "deductions":
        yield f"满分 {weight} 分", f"{en_points(weight)} to begin with"
        yield from map(deduction_words, item.deductions)
    else:
        each, free, one = decimal_text(item.each), value(item.free), value(Fraction(1))
        each_en = f" {one[1]}" if value is _shared else ""
        after = (f"，前 {free[0]} 不扣", f", the first {free[1]} free") if item.free else ("", "")
        yield (
            f"满分 {weight} 分，每 {one[0]} 扣 {each} 分{after[0]}",
            f"{en_points(weight)} to begin with, {each} off for each{each_en}{after[1]}",
        )
    if item.floor >= 0:
        yield "扣完为止", "no less than nothing"


def deduction_words(kind: Deduction) -> Said:
    """What a kind of deduction takes off, or adds."""
    points = decimal_text(abs(kind.points))
    zh, en = ("扣", "off") if kind.points >= 0 else ("加", "more")
    found_zh = f"{kind.zh}：每次{zh} {points} 分"
    found_en = f"{kind.en}: {en_points(points)} {en} each time"
    if kind.free:
        found_zh += f"，前 {kind.free} 次不计"
        found_en += f", the first {kind.free} free"
    if kind.most is not None:
        found_zh += f"，至多 {decimal_text(kind.most)} 分"
        found_en += f", at most {decimal_text(kind.most)}"
    return found_zh, found_en


def _either(item: SchemeItem, value: Told, _: Told) -> Iterator[Said]:
    weight = decimal_text(item.weight)
    target, aim = "目标", "the target"
    if item.target is not None:
        zh, aim = value(item.target)
        target = f" {zh} "
    if item.falls:
        yield f"不超过{target}得 {weight} 分，否则 0 分", f"{en_points(weight)} up to {aim}, else 0"
    else:
        yield f"达到{target}得 {weight} 分，否则 0 分", f"{en_points(weight)} from {aim} on, else 0"


_OF_METHOD: Final[dict[str, Callable[[SchemeItem, Told, Told], Iterator[Said]]]] = {
    **dict.fromkeys(("ratio", "inverse", "mirror", "worst"), _simple),
    "points": _points,
    "bands": _bands,
    "steps": _steps,
    "deduct": _deduct,
    "either": _either,
}


# -- what surrounds a method -------------------------------------------------------------------


def _limits(item: SchemeItem, basis: Told) -> Iterator[Said]:
    zh, en = ("实际值", "value") if item.of == "value" else ("完成率", "attainment")
    if item.gate:
        gate, gate_en = basis(item.gate)
        result = ("总分为 0", "the total is 0") if item.total_gate else ("得 0 分", "0 points")
        yield f"{zh}不满 {gate} {result[0]}", f"{en} under {gate_en}: {result[1]}"
    if item.cap is not None:
        most = decimal_text(item.cap * item.weight)
        yield f"最多 {most} 分", f"at most {en_points(most)}"
    if item.floor:
        least = decimal_text(item.floor * item.weight)
        yield f"最少 {least} 分", f"at least {en_points(least)}"
    if item.missing == "leave_out":
        yield (
            "没有数值时不计，权重分给其他项",
            "left out without a value, its weight goes to the others",
        )
    else:
        yield "没有数值得 0 分", "0 points without a value"


def _sources(item: SchemeItem) -> Iterator[Said]:
    if item.source == "goal":
        yield "按约定的工作目标完成程度", "by how far the agreed work goals were reached"
    if item.source != "rating":
        return
    listed = [(RATERS.get(r.code, (r.code, r.code)), decimal_text(r.weight)) for r in item.raters]
    zh = "、".join(f"{name[0]} {weight}" for name, weight in listed)
    en = ", ".join(f"{name[1]} {weight}" for name, weight in listed)
    absent = (
        ("缺评按 0 分计", "a missing rater counts as 0")
        if item.absent == "zero"
        else ("缺评的权重分给其他评价人", "a missing rater's weight goes to the others")
    )
    yield f"评价人权重：{zh}；{absent[0]}", f"weights of raters: {en}; {absent[1]}"
    yield from _CORRECTION[item.correction]


_CORRECTION: Final[dict[str, tuple[Said, ...]]] = {
    "none": (),
    "ratio": ((
        "除自评外，按评价人宽严修正：分数 × 全体平均 ÷ 该评价人平均",
        "all but the person's own are corrected for strictness: mark × overall mean ÷ rater's mean",
    ),),
    "t": ((
        "除自评外，按评价人宽严修正：50 + 10 × 标准分",
        "all but the person's own are corrected for strictness: 50 + 10 × standard score",
    ),),
}  # fmt: skip


def _need(need: Need, names: Mapping[str, Said]) -> Said:
    name_zh, name_en = names.get(need.item, (need.item, need.item))
    start = share(need.start) if need.of == "attainment" else decimal_text(need.start)
    zh, en = ("完成率", "attainment") if need.of == "attainment" else ("得分", "points")
    return (
        f"{name_zh} 的{zh}不满 {start} 时本项得 0 分",
        f"0 points while the {en} of {name_en} is under {start}",
    )


def _proof(item: SchemeItem) -> Iterator[Said]:
    if item.evidence:
        yield "须附证明材料，没有材料视同没有数值", "needs evidence; without it there is no value"


# -- intervals ---------------------------------------------------------------------------------


def intervals_of(item: SchemeItem, told: Told) -> list[Said]:
    """The intervals of an item's bands in words, each bound with its unit."""
    starts, upper = [band.start for band in item.bands], item.bound == "upper"
    chinese = intervals(starts, lambda bound: _apart(told(bound)[0]), upper=upper)
    english = intervals(starts, lambda bound: told(bound)[1], upper=upper)
    return [
        (zh.replace("、 ", "、"), en) for (zh, _), (_, en) in zip(chinese, english, strict=True)
    ]


def _apart(text: str) -> str:
    """A bound with a unit stands apart from the words around it."""
    return f" {text}" if " " in text else text


def intervals(
    starts: Sequence[Fraction],
    told: Callable[[Fraction], str] = decimal_text,
    *,
    upper: bool = False,
) -> list[Said]:
    """Half-open intervals in words, from their starts; the first and the last are open-ended.

    Args:
        starts: ascending; an interval ends where the next one starts.
        told: a bound as text.
        upper: the upper end belongs to an interval instead of the lower one.
    """
    say = _upper if upper else _lower
    return [
        say(None if not place else told(start), None if end is None else told(end))
        for place, (start, end) in enumerate(zip_longest(starts, starts[1:]))
    ]


def _lower(low: str | None, high: str | None) -> Said:
    if low is None:
        return ("不限", "whatever it is") if high is None else (f"不满{high}", f"under {high}")
    if high is None:
        return f"{low}以上", f"{low} or more"
    return f"{low}以上、不满{high}", f"{low} or more, under {high}"


def _upper(low: str | None, high: str | None) -> Said:
    if low is None:
        return ("不限", "whatever it is") if high is None else (f"{high}以内", f"up to {high}")
    if high is None:
        return f"超过{low}", f"over {low}"
    return f"超过{low}、{high}以内", f"over {low}, up to {high}"
