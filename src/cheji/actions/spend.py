"""Verbs of advertising spend."""

from dataclasses import dataclass
from datetime import date, datetime

from cheji.facts import post as post_facts
from cheji.records.models import AdSpend
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer
from cheji.records.words import NOT_NEGATIVE

from .dates import happened
from .deeds import amended, deed
from .locking import changed, locked, told
from .numbers import fresh
from .outlets import outlet_of


class SubsidyTooHigh(Refused):
    """The subsidy is higher than the spend itself. Enter the gross amount and the part in it."""

    zh = "厂家补贴大于广宣投放总额。请填写投放总额及其中的补贴。"


class SpendIsVoid(Refused):
    """Entry {number} was taken back and counts no longer. Enter a new one."""

    zh = "记录 {number} 已作废，不再计入。请另录一条。"


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
        _check(amount, subsidy)
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


def _check(amount: int, subsidy: int) -> None:
    if min(amount, subsidy) < 0:
        raise BadValue(field="amount", value=min(amount, subsidy), why=NOT_NEGATIVE)
    if subsidy > amount:
        raise SubsidyTooHigh


def amend(
    *,
    by: Viewer,
    at: datetime,
    spend: int,
    version: int,
    reason: str,
    on: date,
    amount: int,
    subsidy: int = 0,
    channel: str = "",
    note: str = "",
) -> Done:
    """Correct an entry that stands; fen. What it said before is reversed, the new value posted."""
    with deed("spend.amend", by=by, at=at, right="spend.write") as doing:
        row = locked(doing.scope.spend(), "spend", spend, version)
        if row.void:
            raise SpendIsVoid(number=row.number)
        happened(on, today=by.on, field="on")
        _check(amount, subsidy)
        differs = changed(
            row, on_date=on, amount=amount, subsidy=subsidy, channel=channel, note=note
        )
        amended(reason, differs)
        post_facts("spend", [spend], at=at)
        doing.tell(subject=spend, outlet=row.outlet_id, changes=told(differs), reason=reason)
        return Done(spend, row.number)


def void(*, by: Viewer, at: datetime, spend: int, version: int, reason: str) -> Done:
    with deed("spend.void", by=by, at=at, right="spend.write") as doing:
        row = locked(doing.scope.spend(), "spend", spend, version)
        changed(row, void=True, note=reason)
        post_facts("spend", [spend], at=at)
        doing.tell(subject=spend, outlet=row.outlet_id, reason=reason)
        return Done(spend, row.number)
