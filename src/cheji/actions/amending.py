"""Correcting what an order says, open or delivered: its terms and its money."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cheji.facts import post as post_facts
from cheji.records.models import Delivery, Order, OrderShare
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer
from cheji.records.words import AT_LEAST_ONE, ORDERS

from .dates import happened
from .deeds import Deed, amended, deed
from .filling import Values, merged, moved
from .imports.sales import EndsBeforeSigning, UnitsAreHandedOver, lines_of, replace_lines
from .locking import changed, locked, told
from .order_cards import move, signing_moved
from .orders import Done, Line, NotSigned
from .prospects import post_cards
from .visits import recount

#: The terms of an order that can be corrected.
TERMS = (
    "signed_on", "channel", "model", "units", "promised_on", "deposit", "deposit_kind", "note",
)  # fmt: skip


class IsHandedOver(Refused):
    """Vehicles of order {number} are handed over. A manager or finance corrects it."""

    zh = "订单 {number} 已交车，由店总或财务更正。"


def amend(
    *,
    by: Viewer,
    at: datetime,
    order: int,
    version: int,
    reason: str,
    terms: Mapping[str, Any],
    amounts: Mapping[str, int | None],
    own: Values | None = None,
) -> Done:
    """Change an open order of which nothing is handed over.

    `terms` are those of TERMS that are set, `amounts` fen by column, as an import of orders has
    them, `own` texts by code of the house's own fields; what none of them names stays.
    """
    with deed("orders.amend", by=by, at=at, right="orders.amend") as doing:
        row = locked(doing.scope.orders(), "order", order, version)
        if row.state != Order.State.SIGNED:
            raise NotSigned(number=row.number, state=ORDERS[row.state])
        if row.deliveries.filter(void=False).exists():
            raise IsHandedOver(number=row.number)
        custom = merged("order", row.custom, own, by)
        return _amend(doing, row, reason, {**terms, "custom": custom}, amounts)


def correct(
    *,
    by: Viewer,
    at: datetime,
    order: int,
    version: int,
    reason: str,
    terms: Mapping[str, Any],
    amounts: Mapping[str, int | None],
    own: Values | None = None,
) -> Done:
    """Change an order in any state, as `amend` does: the money of its deliveries follows."""
    with deed("orders.correct", by=by, at=at, right="orders.correct") as doing:
        row = locked(doing.scope.orders(), "order", order, version)
        custom = merged("order", row.custom, own, by)
        return _amend(doing, row, reason, {**terms, "custom": custom}, amounts)


def _amend(
    doing: Deed,
    row: Order,
    reason: str,
    terms: Mapping[str, Any],
    amounts: Mapping[str, int | None],
) -> Done:
    was = row.signed_on
    before = _lines(row)
    lines = lines_of(amounts, before)
    _check(doing, row, terms)
    filled = moved(row.custom, terms["custom"])
    named = (*TERMS, "custom")
    differs = changed(row, **{name: terms[name] for name in named if name in terms})
    money = _parts(before) != _parts(lines)
    amended(reason, differs, money)
    if money:
        replace_lines(row, lines)
        differs["lines"] = [_parts(before), _parts(lines)]
    if not set(differs) - {"lines"}:
        row.version += 1
        row.save(update_fields=["version"])
    if "units" in differs:
        _settle(row)
    if "signed_on" in differs:
        _move_signing(row, was, doing.at)
    _post(row, doing.at)
    if filled:
        differs["custom"] = [filled]
    doing.tell(subject=row.pk, outlet=row.outlet_id, changes=told(differs), reason=reason)
    return Done(row.pk, row.number)


def _lines(row: Order) -> list[Line]:
    return [
        Line(line.kind, line.revenue, line.cost, line.title) for line in row.lines.order_by("id")
    ]


def _parts(lines: Sequence[Line]) -> list[list[object]]:
    """Lines as they are compared and as the audit log keeps them: no free text."""
    found: list[list[object]] = [[str(line.kind), line.revenue, line.cost] for line in lines]
    return sorted(found, key=str)


def _check(doing: Deed, row: Order, terms: Mapping[str, Any]) -> None:
    """What happened to the order since must hold with its new terms."""
    handed = row.deliveries.filter(void=False).values_list("on_date", "units")
    units: int = terms.get("units", row.units)
    if units < 1:
        raise BadValue(field="units", value=units, why=AT_LEAST_ONE)
    if sum(count for _, count in handed) > units:
        raise UnitsAreHandedOver(number=row.number, field="units")
    on: date = terms.get("signed_on", row.signed_on)
    happened(on, today=doing.by.on, field="signed_on")
    later = [day for day, _ in handed] + ([row.cancelled_on] if row.cancelled_on else [])
    if later and min(later) < on:
        raise EndsBeforeSigning(number=row.number, on=min(later), field="signed_on")


def _settle(row: Order) -> None:
    """An order is delivered when all its units are."""
    if row.state == Order.State.CANCELLED:
        return
    handed = row.deliveries.filter(void=False).values_list("units", flat=True)
    done = sum(handed) == row.units
    changed(row, state=Order.State.DELIVERED if done else Order.State.SIGNED)


def _move_signing(row: Order, was: date, at: datetime) -> None:
    """The first shares, and the card that the order closed, follow to the new day."""
    later = OrderShare.objects.filter(order=row).exclude(since=was).order_by("since").first()
    if later and later.since <= row.signed_on:
        raise EndsBeforeSigning(number=row.number, on=later.since, field="signed_on")
    OrderShare.objects.filter(order=row, since=was).update(since=row.signed_on)
    moved = signing_moved(row, was, row.signed_on)
    if moved is not None and row.prospect is not None:
        move(row.prospect, moved)
        post_cards([row.prospect.pk], at)
    recount({row.customer_id}, at)


def _post(row: Order, at: datetime) -> None:
    post_facts("order", [row.pk], at=at)
    handed = Delivery.objects.filter(order=row).values_list("id", flat=True)
    post_facts("delivery", list(handed), at=at)
