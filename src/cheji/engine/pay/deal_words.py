"""Which deals a component pays, and the rows of its table, in words."""

from collections.abc import Iterator
from typing import Final

from cheji.engine.definitions import Component, Range, Row
from cheji.engine.definitions.filters import Filter
from cheji.engine.kpis import decimal_text
from cheji.engine.pay.saying import Names, both, listed, named
from cheji.engine.pay.why import FIRSTS, GROUPS, LOOKED_AT, Said

FIRST_OF: Final[dict[str, Said]] = {
    code: (f"每{zh}的首单", f"of each {en}") for code, (zh, en) in FIRSTS.items()
}
#: What the codes of displacement classes and channels are called; other values stand as written.
VALUES: Final[dict[str, Said]] = {
    "upto_50": ("50 mL 以下", "up to 50 mL"),
    "upto_150": ("50–150 mL", "50 to 150 mL"),
    "upto_250": ("150–250 mL", "150 to 250 mL"),
    "over_250": ("250 mL 以上", "over 250 mL"),
    "walk_in": ("来店", "walk-in"),
    "online": ("网络", "online"),
    "phone": ("来电", "phone"),
    "off_site": ("外展", "off-site"),
    "outreach": ("行业开拓", "outreach"),
    "owner": ("保有客户", "existing owner"),
    "second_tier": ("二级网点", "second tier"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}


def row_name(row: Row) -> Said:
    """The row's own words, or what it fits."""
    if row.zh or row.en:
        return row.zh or row.en, row.en or row.zh
    return fits_words(row)


def fits_words(row: Row) -> Said:
    return listed([*map(filter_words, row.where), *map(range_words, row.ranges)])


def filter_words(item: Filter) -> Said:
    zh, en = LOOKED_AT.get(item.dimension, (item.dimension, item.dimension))
    no_zh, no_en = ("", "") if item.inside else ("不", " not")
    values = listed([VALUES.get(value, (value, value)) for value in item.values])
    return f"{zh} {no_zh}为 {values[0]}", f"{en} is{no_en} {values[1]}"


def range_words(item: Range) -> Said:
    low, high = item.start, item.below
    if low is not None and high is not None:
        text = (
            f"{decimal_text(low)} 以上、不满 {decimal_text(high)}",
            (f"{decimal_text(low)} or more, under {decimal_text(high)}"),
        )
    elif low is not None:
        text = f"{decimal_text(low)} 以上", f"{decimal_text(low)} or more"
    else:
        bound = "—" if high is None else decimal_text(high)
        text = f"不满 {bound}", f"under {bound}"
    zh, en = LOOKED_AT.get(item.of, (item.of, item.of))
    return f"{zh} {text[0]}", f"{en} {text[1]}"


def filters(part: Component, names: Names) -> Iterator[Said]:
    told = [*map(filter_words, part.where), *map(range_words, part.ranges)]
    if told:
        yield both(("只计：{0}", "only deals with: {0}"), listed(told))
    if part.stack:
        yield (
            f"与同组（{part.stack}）其他项不叠加，先列者先得",
            f"a deal is paid by the first component of {part.stack} alone",
        )
    if part.first:
        yield from _first(part, names)


def _first(part: Component, names: Names) -> Iterator[Said]:
    yield both(
        ("只发{0}每{1}的首单", "only the first deal of each {1}, among those of {0}"),
        GROUPS[part.among],
        FIRSTS[part.first],
    )
    if part.ties:
        told = listed([named(names, code) for code in part.ties])
        yield both(
            (
                "同日的单依次比较：{0}，多者为首；仍相同时先录入者为首",
                "of one day the deal with more comes first, by: {0}; then the one entered first",
            ),
            told,
        )
    else:
        yield "同日的单先录入者为首", "of one day the deal entered first comes first"
    if part.first == "week":
        yield "跨月的一周在两个月各算一周", "a week of two months counts in each of them"
