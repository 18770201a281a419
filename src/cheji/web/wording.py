"""Words of the screens: definitions, periods, scopes and figures in the reader's language."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from cheji.engine.formulas.units import PIECES, UNITS
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.periods import DAY, Grain, from_key
from cheji.reads.kpis import Column as KpiColumn
from cheji.reads.kpis import KpiSeen, Of
from cheji.records.registers import REGISTERS
from cheji.web.templatetags.parts import Cell, Column

CHANNELS: dict[str, Any] = {
    "walk_in": pgettext_lazy("channel", "Walk-in"),
    "phone": pgettext_lazy("channel", "Phone"),
    "online": pgettext_lazy("channel", "Online"),
    "outreach": pgettext_lazy("channel", "Trade outreach"),
    "owner": pgettext_lazy("channel", "Existing owner"),
    "off_site": pgettext_lazy("channel", "Off-site show"),
    "other": pgettext_lazy("channel", "Other"),
    "second_tier": pgettext_lazy("channel", "Second-tier outlet"),
}
TAGS: dict[str, Any] = {
    "vehicle": pgettext_lazy("line", "Vehicle"),
    "accessory": pgettext_lazy("line", "Accessory"),
    "insurance": pgettext_lazy("line", "Insurance"),
    "finance": pgettext_lazy("line", "Finance"),
    "licence": pgettext_lazy("line", "Licence plate"),
    "warranty": pgettext_lazy("line", "Warranty"),
    "trade_in": pgettext_lazy("line", "Trade-in"),
    "discount": pgettext_lazy("line", "Discount"),
    "gift": pgettext_lazy("line", "Gift"),
    "agent": pgettext_lazy("line", "Agent's fee"),
    "price": pgettext_lazy("line", "Price less discount"),
    "floor": pgettext_lazy("line", "Floor price"),
}
DISPLACEMENTS: dict[str, Any] = {
    "upto_50": gettext_lazy("Up to 50 mL"),
    "upto_150": gettext_lazy("50 to 150 mL"),
    "upto_250": gettext_lazy("150 to 250 mL"),
    "over_250": gettext_lazy("Over 250 mL"),
}
NOUNS: dict[str, Any] = {
    "lead": pgettext_lazy("noun", "Lead"),
    "visit": pgettext_lazy("noun", "Visit"),
    "prospect": pgettext_lazy("noun", "Prospect"),
    "order": pgettext_lazy("noun", "Order"),
    "delivery": pgettext_lazy("noun", "Delivery"),
    "vehicle": pgettext_lazy("noun", "Vehicle"),
    "spend": pgettext_lazy("noun", "Advertising spend"),
    "total": pgettext_lazy("noun", "Daily total"),
    "customer": pgettext_lazy("noun", "Customer"),
    "person": pgettext_lazy("noun", "Person"),
    "outlet": pgettext_lazy("noun", "Outlet"),
    "unit": pgettext_lazy("noun", "Unit"),
    "manual": gettext_lazy("Typed line"),
    "coaching": gettext_lazy("Coaching task"),
    "coaching-task": gettext_lazy("Coaching task"),
}
UNIT_KINDS: dict[str, Any] = {
    "group": pgettext_lazy("unit", "Group"),
    "region": pgettext_lazy("unit", "Region"),
    "outlet": pgettext_lazy("unit", "Outlet"),
    "team": pgettext_lazy("unit", "Team"),
}
WHY_NOT: dict[str, Any] = {
    "unpriced": gettext_lazy("The cost of the order is not known yet"),
    "no_excess": gettext_lazy("The floor price or the cost of accessories is not known yet"),
    "kind": gettext_lazy("This kind of event is not counted here"),
    "channel": gettext_lazy("Its channel is not counted here"),
    "level": gettext_lazy("Its level is not counted here"),
    "tags": gettext_lazy("Its kind of line is not counted here"),
    "model": gettext_lazy("Its model is not counted here"),
    "window": gettext_lazy("It took longer than the window that counts"),
    "cohort": gettext_lazy("Its beginning lies outside the period that counts"),
}
PLAIN: dict[str, Any] = {
    "unassigned": gettext_lazy("Unassigned"),
    "nation_average": gettext_lazy("National average"),
    "region_average": gettext_lazy("Regional average"),
    "nation_best": gettext_lazy("Best in the nation"),
    "region_best": gettext_lazy("Best in the region"),
    "nation_each": gettext_lazy("Best of each line, nation (no one outlet)"),
    "region_each": gettext_lazy("Best of each line, region (no one outlet)"),
    "similar_average": gettext_lazy("Similar outlets"),
    "people_average": gettext_lazy("Average of the consultants"),
    "people_best": gettext_lazy("Best quarter of the consultants"),
    "published": gettext_lazy("Published"),
}
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def listed(names: Iterable[str]) -> str:
    """Names one after the other, as the language of the reader does it."""
    return ("、" if chinese() else ", ").join(names)


def named(thing: Any) -> str:
    """The `zh` or `en` of a definition, by the language of the reader."""
    return str(thing.zh if chinese() else thing.en)


NOUNS |= {code: lazy(named, str)(register) for code, register in REGISTERS.items()}


def named_over(thing: Any, grain: str) -> str:
    """The name for a period of that grain: 本月… of a year is 本年…; English names say no month."""
    spans = {"week": "本周", "quarter": "本季", "half": "本半年", "year": "本年"}
    return named(thing).replace("本月", spans.get(grain, "本月"))


def formula(kpi: KpiSeen) -> str:
    """The formula in words."""
    return kpi.formula_zh if chinese() else kpi.formula_en


def note(kpi: KpiSeen) -> str:
    """What the definition adds to it."""
    return kpi.note_zh if chinese() else kpi.note_en


def unit_text(unit: str, *, one: bool = False) -> str:
    """`yuan/batch` as 元/批次; a ratio has its sign in the number. English has a word for one."""
    if unit == "ratio":
        return ""
    at = 0 if chinese() else 1
    if one and at and unit in PIECES:
        return {"event": "time"}.get(unit, unit)
    return "/".join(UNITS[symbol][at] if symbol in UNITS else symbol for symbol in unit.split("/"))


def month_text(key: int, *, year: bool = True) -> str:
    """202611 as 2026年11月, or without its year."""
    if not year:
        return short_month(key % 100)
    if chinese():
        return f"{key // 100}年{key % 100}月"
    return f"{MONTH_NAMES[key % 100 - 1]} {key // 100}"


def short_month(month: int) -> str:
    if chinese():
        return f"{month}月"
    return MONTH_NAMES[month - 1]


def period_text(grain: Grain, key: int) -> str:
    """A period as a reader names it."""
    if grain == "month":
        return month_text(key)
    if grain == "year":
        return _("Year {year}").format(year=key)
    if grain == "quarter":
        return _("Q{quarter} {year}").format(quarter=key % 10, year=key // 10)
    if grain == "half":
        halves = {1: _("First half of {year}"), 2: _("Second half of {year}")}
        return halves[key % 10].format(year=key // 10)
    if grain == "week":
        return _("Week {week} of {year}").format(week=key % 100, year=key // 100)
    return from_key("day", key).start.isoformat()


def span_text(start: date, until: date) -> str:
    """Days from the first to the last, without their year."""
    return f"{start:%m-%d}–{until - DAY:%m-%d}"


def aimed_text(grain: Grain, key: int, within: int = 0) -> str:
    """The period of a target; a week with its days, of one in two months those inside `within`."""
    if grain != "week":
        return period_text(grain, key)
    week = from_key("week", key)
    start, until = week.start, week.until
    if within:
        month = from_key("month", within)
        start, until = max(start, month.start), min(until, month.until)
    return f"{period_text(grain, key)} · {span_text(start, until)}"


def of_text(of: Of) -> str:
    """Whose a number is, in words."""
    if of.kind in PLAIN:
        text = str(PLAIN[of.kind])
        return f"{text} · {of.name}" if of.name else text
    if of.kind == "channel":
        return str(CHANNELS.get(of.code, of.code or pgettext("channel", "Not stated")))
    return of.name or of.code


def whose_text(column: KpiColumn) -> str:
    """Whose a column is; of a best one by which KPI it was chosen."""
    if column.by is None:
        return of_text(column.of)
    kind, name = str(PLAIN[column.of.kind]), column.of.name
    chosen = _("{best} by {kpi}").format(best=kind, kpi=named(column.by))
    return f"{chosen} · {name}" if name else chosen


def past_text(column: KpiColumn) -> str:
    """The period of a column of own figures before, and whether it counts the same days alone."""
    period = period_text(column.grain, column.period)
    return _("{period}, same days").format(period=period) if column.cut_short else period


def term_url(code: str) -> str:
    """A KPI's page of the dictionary."""
    return reverse("definition", args=["kpi", code])


def figure(kpi: KpiSeen, value: Fraction | None) -> tuple[Fraction | None, str, int]:
    """A KPI's value with the kind and decimals by which the components show it."""
    return shaped(kpi.unit, kpi.decimals, value)


def shaped(unit: str, decimals: int, value: Fraction | None) -> tuple[Fraction | None, str, int]:
    """A value of any unit: money in fen, a share as percent, parts of a vehicle not rounded off."""
    if unit == "ratio":
        return value, "percent", decimals
    if unit.split("/", maxsplit=1)[0] == "yuan":
        return (None if value is None else value * FEN_PER_YUAN), "money", decimals
    if value is not None and value.denominator != 1 and not decimals:
        decimals = 1 if (value * 10).denominator == 1 else 2
    return value, "number", decimals


def kpi_cell(kpi: KpiSeen, value: Fraction | None, *, reason: str = "", state: str = "") -> Cell:
    """A cell of a KPI that opens its reason."""
    shown, kind, decimals = figure(kpi, value)
    return Cell(shown, kind=kind, decimals=decimals, reason=reason, state=state)


def sheet_cell(kpi: KpiSeen, value: Fraction | None, *, reason: str = "", state: str = "") -> Cell:
    """A cell beside a column of units: yuan without the sign, cents only where there are some."""
    cell = kpi_cell(kpi, value, reason=reason, state=state)
    if cell.kind != "money":
        return cell
    whole = kpi.unit == "yuan" and (value is None or value.denominator == 1)
    return replace(cell, value=value, kind="number", decimals=0 if whole else kpi.decimals or 2)


def change_cell(kpi: KpiSeen, gap: Fraction | None) -> Cell:
    """A difference: points for shares, relative for the rest; good or bad by colour and sign."""
    kind = "points" if kpi.in_points else "change"
    return Cell(gap, kind=kind, decimals=1, state=judged(kpi.direction, gap))


def judged(direction: str, gap: Fraction | None) -> str:
    """Whether a gap is good, bad, or says nothing."""
    if not gap or direction not in ("up", "down"):
        return ""
    return "good" if (gap > 0) == (direction == "up") else "bad"


def kpi_column(kpi: KpiSeen, **more: Any) -> Column:
    """A column of a KPI's values."""
    _value, kind, decimals = figure(kpi, None)
    return Column(kpi.code, named(kpi), kind=kind, decimals=decimals, **more)
