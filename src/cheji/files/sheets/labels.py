"""How columns and periods are called, for people and, by stable keys, for programs."""

from typing import Final

from cheji.engine.periods import Grain, key_text
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
    "calculated": ("已计算", "Calculated"),
    "reviewed": ("已复核", "Reviewed"),
    "approved": ("已批准", "Approved"),
    "closed": ("已关账", "Closed"),
    "paid": ("已发放", "Paid"),
    "exported": ("已导出", "Exported"),
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
    best, the code of a named outlet, or the key of an earlier period of the own one.
    """
    column = sheet.columns[place]
    if sheet.by == "month" or _is_past(sheet, column):
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
        return _month_title(sheet, column, language)
    if _is_past(sheet, column):
        return past_title(column, language)
    if column_key(sheet, place) == "own":
        return said(_OWN, language)
    if column_key(sheet, place) == "total":
        return said(_TOTAL, language)
    return whose_title(column, language)


def whose_title(column: Column, language: str) -> str:
    """Whose a column is; of a best one by which KPI it was chosen."""
    title = of_title(column.of, language)
    if column.by is None:
        return title
    return title + said((f"（按{column.by.zh}）", f" (by {column.by.en})"), language)


def _is_past(sheet: Sheet, column: Column) -> bool:
    """Whether it is the own outlet in an earlier period: with no others to be compared with."""
    return sheet.by == "benchmark" and column.period != sheet.columns[0].period


def past_title(column: Column, language: str) -> str:
    """The period of own figures before, and whether it counts the same days alone."""
    title = period_title(column.grain, column.period)
    return title + said(("（同期）", " (same days)"), language) if column.cut_short else title


def _month_title(sheet: Sheet, column: Column, language: str) -> str:
    if column.grain == "year":
        runs = sheet.on.year == column.period
        return said(("本年累计", "Year to date") if runs else ("年度合计", "Year"), language)
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
    return key_text(grain, key)


def by_title(by: SheetBy, language: str) -> str:
    pairs = {
        "month": ("纵向：逐月", "Month by month"),
        "consultant": ("按销售顾问", "By consultant"),
        "benchmark": ("横向：对标", "Against benchmarks"),
    }
    return said(pairs[by], language)
