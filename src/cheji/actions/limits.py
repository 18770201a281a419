"""The verb of traffic lights: from where a KPI is green or red in this house."""

from dataclasses import dataclass
from datetime import datetime

from cheji.records.models import DefinitionVersion, KpiLimit
from cheji.records.refusals import ChangedMeanwhile, NotFound, Refused
from cheji.records.visibility import Viewer

from .deeds import NothingDiffers, deed


class LimitsOutOfOrder(Refused):
    """The limits must rise: low, then good, then high."""

    zh = "界限必须从小到大：下限、良好、上限。"


@dataclass(frozen=True)
class Limits:
    """In 1/10,000 of the KPI's unit, fen for yuan; without any the definition's hold again."""

    low: int | None = None
    good: int | None = None
    high: int | None = None

    @property
    def given(self) -> list[int]:
        return [one for one in (self.low, self.good, self.high) if one is not None]


def set_limits(*, by: Viewer, at: datetime, kpi: str, limits: Limits, version: int = 0) -> None:
    """Decide from where a KPI is green or red; `version` is 0 where the house has said nothing.

    Raises:
        LimitsOutOfOrder: they do not rise.
        NotFound: no such KPI.
    """
    with deed("limits.set", by=by, at=at, right="limits.write") as doing:
        if limits.given != sorted(limits.given):
            raise LimitsOutOfOrder(field="good")
        if not DefinitionVersion.objects.filter(kind="kpi", code=kpi).exists():
            raise NotFound(noun="KPI", key=kpi)
        row = KpiLimit.objects.select_for_update().filter(kpi=kpi).first()
        if version != (row.version if row else 0):
            raise ChangedMeanwhile(noun="limit")
        before = _said(row)
        if before == (limits if limits.given else None):
            raise NothingDiffers
        row = _written(row or KpiLimit(kpi=kpi, version=0), limits)
        doing.tell(subject=row.pk, kpi=kpi, before=_told(before), after=_told(_said(row)))


def _said(row: KpiLimit | None) -> Limits | None:
    return None if row is None or row.pk is None else Limits(row.low, row.good, row.high)


def _written(row: KpiLimit, limits: Limits) -> KpiLimit:
    if not limits.given:
        row.delete()
        return row
    row.low, row.good, row.high = limits.low, limits.good, limits.high
    row.version += 1
    row.save()
    return row


def _told(limits: Limits | None) -> dict[str, int | None] | None:
    if limits is None:
        return None
    return {"low": limits.low, "good": limits.good, "high": limits.high}
