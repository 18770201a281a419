"""Verbs of benchmarks from outside, and of how an outlet ranks its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cheji.engine.periods import from_key
from cheji.records.models import RankingRule, TypedBenchmark, Unit
from cheji.records.refusals import BadValue, ChangedMeanwhile, Refused
from cheji.records.visibility import Viewer, one
from cheji.records.words import AT_LEAST_ONE, NO_PERIOD, NOT_BLANK

from .deeds import NothingDiffers, deed
from .outlets import outlet_of

MOST_PERCENT = 100


class NoSource(Refused):
    """Say where the benchmark comes from: the bulletin, its date, or who gave the figures."""

    zh = "请注明标杆数据的来源：通报名称、日期或提供人。"


class OnlyAbove(Refused):
    """A benchmark belongs to the group or a region, not to {name}."""

    zh = "标杆属于集团或区域，不能属于 {name}。"


@dataclass(frozen=True)
class Done:
    """How many figures were written."""

    changed: int


def provenance(source: str, series: str) -> None:
    """Refuse a benchmark that does not say where it comes from."""
    if not source.strip():
        raise NoSource(field="source", column="source")
    if not series.strip():
        raise BadValue(field="series", value=series, why=NOT_BLANK)


def publish(
    *,
    by: Viewer,
    at: datetime,
    unit: int,
    series: str,
    period: int,
    source: str,
    values: Mapping[str, int | None],
) -> Done:
    """Type a series of a month: figures by KPI in 1/10,000, fen for yuan; None clears one."""
    with deed("benchmarks.publish", by=by, at=at, right="benchmarks.write") as doing:
        place = one(doing.scope.units_below(), "unit", unit, pk=unit)
        above(place)
        provenance(source, series)
        _month(period)
        said = [
            text
            for kpi, value in values.items()
            if (text := _publish(by, at, (place.pk, series, period, kpi), value, source))
        ]
        if not said:
            raise NothingDiffers
        doing.tell(subject=unit, series=series, period=period, source=source, figures=said)
        return Done(len(said))


def above(unit: Unit) -> None:
    """Refuse a benchmark of an outlet or team."""
    if unit.kind not in (Unit.Kind.GROUP, Unit.Kind.REGION):
        raise OnlyAbove(name=unit.name, column="scope")


def _month(period: int) -> None:
    try:
        from_key("month", period)
    except (ValueError, OverflowError) as wrong:
        raise BadValue(field="period", value=period, why=NO_PERIOD) from wrong


def _publish(
    by: Viewer, at: datetime, key: tuple[int, str, int, str], value: int | None, source: str
) -> str:
    unit, series, period, kpi = key
    rows = TypedBenchmark.objects.select_for_update()
    row = rows.filter(unit=unit, series=series, period=period, kpi=kpi).first()
    if value is None:
        if row is not None:
            row.delete()
        return f"{kpi}: {row.value} → None" if row is not None else ""
    if row is not None and (row.value, row.source) == (value, source):
        return ""
    before = row.value if row is not None else None
    row = row or TypedBenchmark(unit_id=unit, series=series, period=period, kpi=kpi, version=0)
    row.value, row.source, row.how = value, source, TypedBenchmark.How.TYPED
    row.made_by_id, row.made_at, row.version = by.user, at, row.version + 1
    row.save()
    return f"{kpi}: {before} → {value}"


# -- rankings ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """How an outlet ranks its people: mode, KPIs, least sample, a new starter's percents."""

    mode: str
    kpis: Sequence[str]
    least: int
    ramp: Sequence[int] = ()


def set_ranking(*, by: Viewer, at: datetime, outlet: int, rule: Rule, version: int = 0) -> None:
    """Decide what the people of an outlet see of each other's places; 0 for the first time."""
    with deed("rankings.set", by=by, at=at, right="rankings.write") as doing:
        where = outlet_of(doing.scope, outlet)
        _check(rule)
        row = RankingRule.objects.select_for_update().filter(outlet=where).first()
        if version != (row.version if row else 0):
            raise ChangedMeanwhile(noun="ranking")
        before = _told(row) if row else None
        row = row or RankingRule(outlet=where, version=0)
        row.mode, row.kpis = rule.mode, list(rule.kpis)
        row.least, row.ramp = rule.least, list(rule.ramp)
        row.version += 1
        row.save()
        doing.tell(subject=row.pk, outlet=outlet, before=before, after=_told(row))


def _check(rule: Rule) -> None:
    if rule.mode not in RankingRule.Mode.values:
        raise BadValue(field="mode", value=rule.mode, why=" / ".join(RankingRule.Mode.values))
    if not rule.kpis and rule.mode != RankingRule.Mode.OFF:
        raise BadValue(field="kpis", value="", why=AT_LEAST_ONE)
    for percent in rule.ramp:
        if not 1 <= percent <= MOST_PERCENT:
            raise BadValue(field="ramp", value=percent, why=f"1–{MOST_PERCENT}")


def _told(row: RankingRule) -> dict[str, Any]:
    return {"mode": row.mode, "kpis": row.kpis, "least": row.least, "ramp": row.ramp}
