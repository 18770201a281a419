"""How columns and periods are called, for people and, by stable keys, for programs."""

from typing import Final

from cheji.engine.periods import Grain
from cheji.reads.kpis import Column, Of, Sheet, SheetBy

_KINDS: Final = {
    "unassigned": ("未归属", "Unassigned"),
    "nation_average": ("全国平均", "National average"),
    "region_average": ("区域平均", "Regional average"),
    "nation_best": ("全国标杆", "National best"),
    "region_best": ("区域标杆", "Regional best"),
    "nation_each": (
        "全国各项最优（非单一门店）",
        "Best of each line, nation (no outlet as a whole)",
    ),
    "region_each": (
        "区域各项最优（非单一门店）",
        "Best of each line, region (no outlet as a whole)",
    ),
    "similar_average": ("同类门店", "Similar outlets"),
    "people_average": ("顾问平均", "Average of the consultants"),
    "people_best": ("前四分之一顾问", "Best quarter of the consultants"),
    "published": ("公布值", "Published"),
}
_CHANNELS: Final = {
    "": ("未注明", "Not stated"),
    "walk_in": ("来店", "Walk-in"),
    "outreach": ("行业开拓", "Outreach"),
    "owner": ("保有客户", "Existing owners"),
    "off_site": ("户外展示", "Off-site shows"),
    "other": ("其他", "Other"),
    "second_tier": ("二级网点", "Second-tier outlets"),
    "phone": ("来电", "Phone"),
    "online": ("网络", "Online"),
}
_STATES: Final = {
    "estimate": ("预估", "Estimate"),
    "open": ("已保存", "Kept"),
    "closed": ("已关账", "Closed"),
}
_TOTAL: Final = ("合计", "Total")
_OWN: Final = ("本店", "This outlet")


def said(pair: tuple[str, str], language: str) -> str:
    return pair[0 if language.startswith("zh") else 1]


def state_title(state: str, language: str) -> str:
    """What a figure of a card or statement is: live, kept, or closed."""
    return said(_STATES[state], language)


def column_key(sheet: Sheet, place: int) -> str:
    """The stable key of a column.

    A month or year key; a staff number, `unassigned` or `total`; `own`, the kind of an average or
    best, or the code of a named outlet.
    """
    column = sheet.columns[place]
    if sheet.by == "month":
        return str(column.period)
    if column.of.kind in _KINDS:
        return column.of.kind
    if sheet.by == "benchmark":
        return "own" if place == 0 else column.of.code
    return column.of.code if column.of.kind == "person" else "total"


def column_title(sheet: Sheet, place: int, language: str) -> str:
    """A column's heading as the printed sheet has it."""
    column = sheet.columns[place]
    if sheet.by == "month":
        return _month_title(column, language)
    if column_key(sheet, place) == "own":
        return said(_OWN, language)
    if column_key(sheet, place) == "total":
        return said(_TOTAL, language)
    return of_title(column.of, language)


def _month_title(column: Column, language: str) -> str:
    if column.grain == "year":
        return said(("年度合计", "Year"), language)
    month = column.period % 100
    return said((f"{month}月", f"{column.period // 100}-{month:02d}"), language)


def of_title(of: Of, language: str) -> str:
    """Whose a number is, in words."""
    if of.kind in _KINDS:
        title = said(_KINDS[of.kind], language)
        return f"{title} {of.name}" if of.name else title
    if of.kind == "channel":
        return said(_CHANNELS.get(of.code, (of.code, of.code)), language)
    if of.kind == "model" and not of.code:
        return said(_CHANNELS[""], language)
    return of.name or of.code


def period_title(grain: Grain, key: int) -> str:
    """A period as it may be typed again: 2026-11, 2026-W47, 2026-Q4, 2026-H2, 2026."""
    if grain == "year":
        return str(key)
    if grain == "day":
        return f"{key // 10000}-{key // 100 % 100:02d}-{key % 100:02d}"
    if grain in ("quarter", "half"):
        return f"{key // 10}-{'Q' if grain == 'quarter' else 'H'}{key % 10}"
    return f"{key // 100}-{'W' if grain == 'week' else ''}{key % 100:02d}"


def by_title(by: SheetBy, language: str) -> str:
    pairs = {
        "month": ("纵向：逐月", "Month by month"),
        "consultant": ("按销售顾问", "By consultant"),
        "benchmark": ("横向：对标", "Against benchmarks"),
    }
    return said(pairs[by], language)
