"""Verbs of advertising spend."""

from dataclasses import dataclass
from datetime import date, datetime

from cheji.facts import post as post_facts
from cheji.records.models import AdSpend
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer

from .dates import happened
from .deeds import deed
from .locking import changed, locked
from .numbers import fresh
from .outlets import outlet_of


class SubsidyTooHigh(Refused):
    """The subsidy is higher than the spend itself. Enter the gross amount and the part in it."""

    zh = "厂家补贴大于广宣投放总额。请填写投放总额及其中的补贴。"


@dataclass(frozen=True)
class Done:
    id: int
    number: str


def enter(
    *,
    by: Viewer,
    at: datetime,
    outlet: int,
    on: date,
    amount: int,
    subsidy: int = 0,
    channel: str = "",
    number: str = "",
    note: str = "",
) -> Done:
    """Enter spend by its date; gross amount and subsidy in fen."""
    with deed("spend.enter", by=by, at=at, right="spend.write") as doing:
        where = outlet_of(doing.scope, outlet)
        happened(on, today=by.on, field="on")
        if min(amount, subsidy) < 0:
            raise BadValue(field="amount", value=min(amount, subsidy), why="≥ 0")
        if subsidy > amount:
            raise SubsidyTooHigh
        row = AdSpend.objects.create(
            outlet=where,
            number=number or fresh("S", on),
            on_date=on,
            amount=amount,
            subsidy=subsidy,
            channel=channel,
            note=note,
        )
        post_facts("spend", [row.pk], at=at)
        doing.tell(subject=row.pk, outlet=outlet, on=on, amount=amount, subsidy=subsidy)
        return Done(row.pk, row.number)


def void(*, by: Viewer, at: datetime, spend: int, version: int, reason: str) -> Done:
    with deed("spend.void", by=by, at=at, right="spend.write") as doing:
        row = locked(doing.scope.spend(), "spend", spend, version)
        changed(row, void=True, note=reason)
        post_facts("spend", [spend], at=at)
        doing.tell(subject=spend, outlet=row.outlet_id, reason=reason)
        return Done(spend, row.number)
