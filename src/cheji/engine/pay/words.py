"""A component of a pay plan in words: what is paid, on what, by which bands, within which limits.

Intervals are said by their boundary: 以上 and 以内 include the number, 不满 and 超过 do not.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Final

from cheji.engine.definitions import Band, Component, Row
from cheji.engine.kpis import decimal_text
from cheji.engine.pay.banding import is_lump
from cheji.engine.pay.deal_words import filters, fits_words, row_name
from cheji.engine.pay.figure_words import Told, bounds_of, counted, look_words, slope_words, spans
from cheji.engine.pay.ignored import by_deal
from cheji.engine.pay.saying import Names, both, listed, named, percent
from cheji.engine.pay.why import GROUPS, LEVELS, Said

KINDS: Final[dict[str, Said]] = {
    "units": ("按台数", "per unit"),
    "share": ("按金额比例", "share of an amount"),
    "fixed": ("定额", "fixed amount"),
    "pool": ("团队奖金池", "team pool"),
    "prize": ("冠军奖", "prize by rank"),
    "fine": ("扣罚", "fine"),
    "manual": ("手工项", "typed lines"),
    "base": ("底薪", "base pay"),
}
MODES: Final[dict[str, Said]] = {
    "marginal": ("分档累进：各档按各档的标准", "marginal: each band at its own rate"),
    "retroactive": (
        "全额累进：全部按达到的档",
        "retroactive: everything at the rate of the band reached",
    ),
    "interpolated": (
        "插值：各档金额在档内按比例",
        "interpolated: each band's amount in proportion within the band",
    ),
}
SCOPES: Final[dict[str, Said]] = {
    "per_deal": ("逐单找档", "the band is found per deal"),
    "cumulative": ("按本期累计找档", "the band is found by the period's total"),
}
BOUNDS: Final[dict[str, Said]] = {
    "lower": ("档的起点属于该档", "a bound belongs to the band that it begins"),
    "upper": ("档的终点属于该档", "a bound belongs to the band that it ends"),
}
DIVIDES: Final[dict[str, Said]] = {
    "equal": ("平均分", "shared equally"),
    "units": ("按台数分", "shared by units"),
    "days": ("按出勤天数分", "shared by days"),
    "score": ("按得分分", "shared by score"),
    "score_days": ("按得分 × 出勤天数分", "shared by score × days"),
}


def band_words(
    part: Component, tiers: Sequence[Band], names: Names
) -> tuple[tuple[Said, Said], ...]:
    """Interval and rate of each band."""
    told = _told(part, names)
    found = _pieces(tiers) if _by_piece(part) else _intervals(part, tiers, told)
    rates = [_rate(part, band, told) for band in tiers]
    return tuple(zip(found, rates, strict=True))


def _intervals(part: Component, tiers: Sequence[Band], told: Told) -> list[Said]:
    starts = [band.start for band in tiers]
    if part.kind == "prize":
        # A plan in force may give the rank at which a band begins to the band before it.
        starts = [*starts[:1], *(start + (part.bound == "upper") for start in starts[1:])]
        return [_ranks(low, high) for low, high in zip_longest(starts, starts[1:])]
    return spans(starts, told, upper=part.bound == "upper")


def _told(part: Component, names: Names) -> Told:
    """Bounds of what finds the component's band, with their unit."""
    if part.look is not None:
        return bounds_of(part.look, names)
    return counted("money" if part.is_money else "units")


def _ranks(low: Fraction, high: Fraction | None) -> Said:
    if high is None:
        return f"第 {low} 名起", f"from rank {low} on"
    if high == low + 1:
        return f"第 {low} 名", f"rank {low}"
    return f"第 {low}–{high - 1} 名", f"ranks {low} to {high - 1}"


def _by_piece(part: Component) -> bool:
    """Whether `from: 3` is the third piece."""
    counted = part.kind in {"units", "fine"} and part.mode == "marginal"
    return counted and part.bound == "lower" and part.look is None and len(part.tiers) > 1


def _pieces(tiers: Sequence[Band]) -> list[Said]:
    firsts = [max(band.start, Fraction(1)) for band in tiers]
    found = []
    for first, following in zip_longest(firsts, firsts[1:]):
        low = decimal_text(first)
        if following is None:
            found.append((f"第 {low} 起", f"from number {low} on"))
        elif following - 1 <= first:
            found.append((f"第 {low}", f"number {low}"))
        else:
            last = decimal_text(following - 1)
            found.append((f"第 {low}–{last}", f"numbers {low} to {last}"))
    return found


def _rate(part: Component, band: Band, told: Told) -> Said:
    yuan = decimal_text(band.rate * (1 if part.amount is None else part.amount))
    if part.is_money and part.mode != "interpolated":
        zh = en = percent(band.rate)
    elif part.mode == "interpolated" or is_lump(part):
        zh, en = f"{yuan} 元", f"{yuan} yuan"
    else:
        zh, en = f"每台（件）{yuan} 元", f"{yuan} yuan each"
    if band.slope:
        more = _slope(part, band, told)
        zh, en = f"{zh}，{more[0]}", f"{en}, {more[1]}"
    return zh, en


def _slope(part: Component, band: Band, told: Told) -> Said:
    """What is added for each 1 more, in yuan or, where a part of money is paid, in points of it."""
    if part.is_money and not is_lump(part):
        unit, scale = (" 个百分点", " percentage points"), Fraction(100)
    else:
        unit, scale = (" 元", " yuan"), Fraction(1) if part.amount is None else part.amount
    return slope_words(told, band.slope * scale, unit)


# -- the sentences -----------------------------------------------------------------------------


def component_words(part: Component, names: Names) -> tuple[Said, ...]:
    """Every switch of a component, sentence by sentence."""
    return tuple(
        sentence
        for say in (_paid_on, _ways, _banded, _tables, filters, _deals, _limits, _outside)
        for sentence in say(part, names)
    )


def _paid_on(part: Component, names: Names) -> Iterator[Said]:
    if part.kind == "manual":
        yield (
            "逐笔手工录入，须有理由、证据和批准",
            "typed one by one, with reason, evidence and approval",
        )
        return
    if part.of_pay:
        told = listed([named(names, code) for code in part.of_pay])
        yield both(
            ("按{0}其他人的提成：{1}", "on the pay of others in {0}: {1}"),
            GROUPS[part.whose],
            told,
        )
    elif part.of and (part.kind != "base" or _found(part) or _sloped(part)):
        yield both(("{0}：{1}", "{0}: {1}"), KINDS[part.kind], _base(part, names))
    else:
        yield KINDS[part.kind]
    if part.kind == "pool" and part.own == "exclude":
        yield "奖金池不含本人的单", "the pot is without one's own deals"
    elif part.whose != "person" and part.kind not in {"pool", "prize"} and not part.of_pay:
        own = (
            ("不含本人", "without one's own")
            if part.own == "exclude"
            else ("含本人", "one's own included")
        )
        yield both(("取{0}合计，{1}", "the total of {0}, {1}"), GROUPS[part.whose], own)
    if part.against:
        words = {
            "short": ("只计不足{0}的部分", "only what is short of the {0}"),
            "over": ("只计超过{0}的部分", "only what is over the {0}"),
        }
        yield both(words[part.against], LEVELS[part.level])


def _found(part: Component) -> bool:
    """Whether a band has to be found."""
    return len(part.tiers) > 1 or any(len(row.tiers) > 1 for row in part.rows)


def _sloped(part: Component) -> bool:
    """Whether its rate changes with the figure within a band."""
    every = [*part.tiers, *(band for row in part.rows for band in row.tiers)]
    return any(band.slope for band in every)


def _base(part: Component, names: Names) -> Said:
    zh, en = named(names, part.of)
    for sign, codes in (("+", part.plus), ("−", part.minus)):
        for code in codes:
            more = named(names, code)
            zh, en = f"{zh} {sign} {more[0]}", f"{en} {sign} {more[1]}"
    return zh, en


def _ways(part: Component, names: Names) -> Iterator[Said]:
    if part.kind in {"pool", "prize"}:
        yield from _shared(part, names)
    yield from way_words(part, names)
    if _found(part) and part.kind not in {"manual", "prize"}:
        yield BOUNDS[part.bound]


def way_words(part: Component, names: Names) -> tuple[Said, ...]:
    """How the component finds the band of a deal; nothing where it has none to find."""
    if part.kind == "manual" or not _found(part):
        return _going(part, names)
    mode = () if is_lump(part) else (MODES[part.mode],)
    if part.look is not None:
        words = ("按{0}找档", "the band is found by {0}")
        return (*mode, both(words, look_words(part.look, names, part.of)))
    return () if is_lump(part) else (*mode, SCOPES[part.scope])


def _going(part: Component, names: Names) -> tuple[Said, ...]:
    """By which figure the rate of a band alone changes."""
    if part.look is None or not _sloped(part):
        return ()
    return (both(("随{0}变动", "it goes by {0}"), look_words(part.look, names, part.of)),)


def _shared(part: Component, names: Names) -> Iterator[Said]:
    yield both(("{0}成员", "members of {0}"), GROUPS[part.whose])
    if part.kind == "pool":
        yield DIVIDES[part.divide]
        return
    if part.ties:
        told = listed([named(names, code) for code in part.ties])
        yield both(("名次相同时依次比较：{0}", "equal ranks are decided by: {0}"), told)
    yield (
        ("仍相同时平分奖金", "who is still equal shares the prizes")
        if part.still_equal == "split"
        else ("仍相同时各得全奖", "who is still equal has the whole prize")
    )


def _banded(part: Component, names: Names) -> Iterator[Said]:
    lone = len(part.tiers) == 1
    for interval, rate in band_words(part, part.tiers, names):
        yield rate if lone else both(("{0}：{1}", "{0}: {1}"), interval, rate)


def _tables(part: Component, names: Names) -> Iterator[Said]:
    for row in part.rows:
        yield both(("{0}：{1}", "{0}: {1}"), _row_said(row), _row_bands(part, row, names))
    if part.rows and part.look is None and part.scope == "cumulative" and way_words(part, {}):
        yield (
            "各行的也计入本项累计，合在一起找档",
            "what the rows pay counts too: the band is found by all of it together",
        )


def _row_said(row: Row) -> Said:
    """The row's own words with what it fits."""
    name, fits = row_name(row), fits_words(row)
    return both(("{0}（{1}）", "{0} ({1})"), name, fits) if any(fits) and name != fits else name


def _row_bands(part: Component, row: Row, names: Names) -> Said:
    found = band_words(part, row.tiers or part.tiers, names)
    lone = len(found) == 1
    told = [rate if lone else both(("{0} {1}", "{0} {1}"), at, rate) for at, rate in found]
    if row.weight != 1:
        weight = decimal_text(row.weight)
        told.append((f"每台算 {weight} 台", f"each counts as {weight}"))
    return listed(told)


def _deals(part: Component, _: Names) -> Iterator[Said]:
    for limit, zh, en in ((part.least, "每单最低", "at least"), (part.most, "每单最高", "at most")):
        if limit is not None:
            text = decimal_text(limit)
            yield f"{zh} {text} 元", f"{en} {text} yuan for a deal"
    if part.most is not None:
        yield (
            ("先封顶，后分成", "the limit comes before the split")
            if part.split == "cap_first"
            else ("先分成，后封顶", "the split comes before the limit")
        )
    if by_deal(part) and (part.scope, part.split) == ("per_deal", "cap_first"):
        yield (
            "共享的单先按整单算到分，再分",
            "a shared deal is worked out whole, to the fen, and then shared",
        )
    if part.pool_negatives:
        yield "亏损抵减本期其后各单", "a loss reduces the next deals of the period"
    elif part.base == "positive":
        yield "亏损按 0 计", "a loss counts as nothing"
    elif part.kind == "share" and part.by_deal and part.least is None:
        yield "亏损照数减", "a loss is taken off"
    if part.credit == "whole":
        yield "共享的单整台计入档位", "a shared deal counts whole for the band"
    elif part.by_deal and (part.rows or len(part.tiers) > 1):
        yield "共享的单按份额计入档位", "a shared deal counts by its share for the band"


def _limits(part: Component, _: Names) -> Iterator[Said]:
    for limit, zh, en in (
        (part.cap, "本项封顶", "no more than"),
        (part.floor, "本项不低于", "no less than"),
    ):
        if limit is not None:
            text = decimal_text(limit)
            yield f"{zh} {text} 元", f"{en} {text} yuan in the period"
    if part.budget is not None:
        text = decimal_text(part.budget)
        yield (
            f"全员预算 {text} 元（各门店合计），用完为止",
            f"a budget of {text} yuan for everybody at all outlets together, then nothing",
        )
        yield (
            "预算先算先用：先计算的门店在前，店内按工号，各人按日期",
            "who is calculated first has it first: by outlet, by staff number, by date",
        )
    if part.kind == "base" or part.prorate:
        yield "按在岗天数折算", "by the days of the period"
    if part.kind != "manual":
        yield rounding_words(part)


def rounding_words(part: Component) -> Said:
    """To what it is rounded, half up; pots and prizes are whole fen as they are shared."""
    zh, en = ("元", "yuan") if part.round_to == "yuan" else ("分", "fen")
    if part.kind in {"pool", "prize"}:
        return "分到每人一分不差", "shared out to the fen"
    if part.kind in {"fixed", "base"}:
        return f"四舍五入到{zh}", f"rounded half up to the {en}"
    if part.rounding == "each":
        return f"每笔四舍五入到{zh}", f"each line is rounded half up to the {en}"
    return (
        f"累计四舍五入到{zh}，各笔之和一分不差",
        f"the running sum is rounded half up to the {en}, so that lines add up",
    )


def _outside(part: Component, _: Names) -> Iterator[Said]:
    if part.coefficient and not part.is_extra:
        yield "乘考核系数", "times the coefficient of the score"
    if part.is_extra:
        yield "不乘系数、不受门槛（第 12 步）", "outside coefficients and gates (step 12)"
