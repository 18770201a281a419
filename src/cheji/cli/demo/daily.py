"""What people do one by one: calls, levels of today, wrong entries taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cheji.actions import deliveries, prospects, spend, visits
from cheji.records.visibility import Scope, Viewer, of

CALLS = (
    (-2, "约周末试驾"),
    (0, "等家人商量"),
    (0, "比较竞品报价"),
    (1, "询问贷款方案"),
    (3, "看配置"),
)
"""Days from today on which the next call is due, and what was said."""


@dataclass(frozen=True)
class Work:
    """One outlet's day: by whom, when, at which outlet."""

    by: Viewer
    at: datetime
    outlet: str

    @property
    def today(self) -> date:
        return self.by.on

    @property
    def scope(self) -> Scope:
        return of(self.by)

    def done(self) -> None:
        """Do all of it, through the verbs."""
        self._follow_up()
        self._reactivate()
        self._void_counts()
        self._void_delivery()

    def _follow_up(self) -> None:
        """Cards with a next call, some of them overdue; one customer has warmed up today."""
        cards = self.scope.prospects().filter(outlet__code=self.outlet, state="open")
        for (days, note), card in zip(
            CALLS, _last(cards.filter(owner__isnull=False), 5), strict=False
        ):
            pk, version, due = card.pk, card.version, self.today + timedelta(days=days)
            prospects.follow_up(
                by=self.by, at=self.at, prospect=pk, version=version, note=note, next_on=due
            )
            if days < 0 and card.level != "H":
                change = {"prospect": pk, "version": version + 1, "level": "H"}
                prospects.change_level(by=self.by, at=self.at, on=self.today, **change)

    def _reactivate(self) -> None:
        """A lost customer has come back."""
        back = self.today - timedelta(days=20)
        lost = self.scope.prospects().filter(outlet__code=self.outlet, state="lost")
        known = lost.filter(closed_on__lt=back, customer__phone_index__isnull=False)
        for card in _last(known, 1):
            prospects.reactivate(
                by=self.by,
                at=self.at,
                prospect=card.pk,
                version=card.version,
                on=self.today - timedelta(days=6),
                level="A",
                note="主动来电",
            )

    def _void_counts(self) -> None:
        """A visit and an advertising entry were entered twice."""
        by, at, scope = self.by, self.at, self.scope
        for row in _last(scope.visits().filter(outlet__code=self.outlet, excluded=""), 1):
            visits.void(by=by, at=at, visit=row.pk, version=row.version, reason="重复登记")
        for row in _last(scope.spend().filter(outlet__code=self.outlet, void=False), 1):
            spend.void(by=by, at=at, spend=row.pk, version=row.version, reason="发票重复")

    def _void_delivery(self) -> None:
        """A delivery was entered with a wrong frame number, and again with the right one."""
        rows = self.scope.deliveries().filter(order__outlet__code=self.outlet, void=False)
        plain = rows.filter(vehicle__isnull=True, order__units=1, trade_in=False)
        for row in _last(plain, 1):
            pk, version, order = row.pk, row.version, row.order_id
            deliveries.void(
                by=self.by, at=self.at, delivery=pk, version=version, reason="车架号录错"
            )
            deliveries.deliver(by=self.by, at=self.at, order=order, on=row.on_date, vin=row.vin)


def _last(rows: Any, count: int) -> Iterable[Any]:
    return rows.order_by("-id")[:count]
