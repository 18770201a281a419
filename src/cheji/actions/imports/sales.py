"""Importing orders with their lines and shares."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cheji.actions.customers import keep
from cheji.actions.deliveries import open_units
from cheji.actions.order_cards import Moved, move, signing_moved
from cheji.actions.orders import Line, check_shares
from cheji.actions.prospects import post_cards
from cheji.actions.signing import NewOrder, write
from cheji.actions.visits import recount
from cheji.facts import post as post_facts
from cheji.records.models import Delivery, Order, OrderLine, OrderShare, Prospect
from cheji.records.refusals import Refused

from .cards import OtherCustomer, card_snapshots
from .floor import named_customer, numbered
from .given import require
from .lookups import Lookups
from .once import Once
from .plan import Committing, Doing, Entry, Planned, decide, resolve
from .simple import Resolved, is_customer, snapshot

PAIRS = ("accessory", "insurance", "finance", "licence", "warranty", "trade_in")
COLUMNS = {
    "vehicle": ("vehicle_price", "vehicle_cost"),
    **{kind: (f"{kind}_revenue", f"{kind}_cost") for kind in PAIRS},
    "discount": ("discount", ""),
    "gift": ("", "gift_cost"),
    "agent": ("", "agent_fee"),
}
"""The columns of revenue and cost of each kind of line."""
LINE = ("kind", "title", "revenue", "cost")
COMPARED = ("signed_on", "channel", "model", "units", "promised_on", "note")


class UnitsAreHandedOver(Refused):
    """More vehicles of order “{number}” are delivered than the row says. Correct the units."""

    zh = "订单“{number}”已交车台数多于本行的台数。请更正台数。"


class EndsBeforeSigning(Refused):
    """Order “{number}” was delivered or cancelled on {on}, before this date. Check the date."""

    zh = "订单“{number}”已于 {on} 交车或退订，早于本行的签单日期。请核对日期。"


def lines_of(given: Mapping[str, Any], own: Sequence[Line] = ()) -> tuple[Line, ...]:
    """The typed lines of a row; a discount is negative revenue, a gift or an agent is cost alone.

    Args:
        given: the row; a column that it does not have leaves that amount as it is.
        own: the lines of the order that is there.
    """
    found: list[Line] = []
    there = {line.kind for line in own}
    for kind, (gained, spent) in COLUMNS.items():
        if gained in given or spent in given or kind in there or kind == "vehicle":
            held = [line for line in own if line.kind == kind]
            found += _line_of(given, kind, held)
    return tuple(found)


def _line_of(given: Mapping[str, Any], kind: str, held: Sequence[Line]) -> Sequence[Line]:
    """The line of a kind, none without an amount; those that are there when they say the same."""
    gained, spent = COLUMNS[kind]
    was = _summed(held) if held else (0, None)
    now = _amount(given, gained, was[0]), _cost(given, spent, kind, was[1])
    if kind == "discount":
        now = -abs(now[0]), now[1]
    if held and now == was:
        return held
    return [Line(kind, *now)] if any(now) or kind == "vehicle" else ()


def _amount(given: Mapping[str, Any], column: str, was: int) -> int:
    return (given[column] or 0) if column in given else was


def _cost(given: Mapping[str, Any], column: str, kind: str, was: int | None) -> int | None:
    """What is not told is not known of goods, and nothing of all else."""
    told = given.get(column, was)
    return told if kind in OrderLine.GOODS else told or 0


def _summed(held: Sequence[Line]) -> tuple[int, int | None]:
    """Revenue and cost of lines; no cost when one is not known."""
    costs = [line.cost for line in held if line.cost is not None]
    known = len(costs) == len(held)
    return sum(line.revenue for line in held), sum(costs) if known else None


class Orders:
    """One row per order; a customer without an open card gets one on the day of the order."""

    right = "imports.write"

    def __init__(self) -> None:
        self._once = Once()

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        pairs = resolve(entries, look, self._resolve)
        known = numbered(Order, [resolved for _, resolved in pairs])
        details = _details([order.pk for order in known.values()])
        rows = ((entry, resolved, known.get(resolved.key)) for entry, resolved in pairs)

        def plan(entry: Entry, resolved: Resolved, record: Order | None) -> Planned:
            def do() -> Planned:
                return self._planned(entry, resolved, record, details)

            told = {"consultant": resolved.extra["order"].shares}
            told = told if "consultant" in entry.values else {}
            return self._once.plan(resolved.key, entry, look, do, told)

        return decide(rows, look, plan)

    def _resolve(self, entry: Entry, look: Lookups) -> Resolved:
        given = entry.values
        outlet = look.outlet(given["outlet_code"])
        on = look.happened(given.get("signed_on"))
        shares = look.shares(outlet, given.get("consultant"))
        check_shares(given["order_no"], shares)
        channel = given.get("channel") or "walk_in"
        owner = shares[0][0] if shares else None
        customer = named_customer(outlet, given, "customer_name", on, owner, channel)
        new = NewOrder(
            outlet.pk,
            given["order_no"],
            on,
            lines_of(given),
            shares,
            None,
            channel,
            given.get("model") or "",
            given.get("units") or 1,
            given.get("promised_on"),
            note=given.get("note") or "",
        )
        return Resolved((outlet.pk, new.number), {}, customer, {"order": new})

    def _planned(
        self, entry: Entry, resolved: Resolved, record: Order | None, details: "Details"
    ) -> Planned:
        require(entry.values, "signed_on", "vehicle_price", record=record)
        if record is None:
            made = resolved.extra["order"]
            return Planned(entry, "create", resolved, unpriced=_unpriced(made))
        own = {name: getattr(record, name) for name in COMPARED if name not in entry.values}
        lines = lines_of(entry.values, details.lines[record.pk])
        new: NewOrder = resolved.extra["order"]._replace(lines=lines, **own)
        resolved.extra["order"] = new
        self._fits(new, record, details)
        buyer = resolved.customer
        if buyer and record.customer and not is_customer(buyer, record.customer):
            raise OtherCustomer(number=record.number, column="customer_name")
        same = all(getattr(record, name) == getattr(new, name) for name in COMPARED)
        same = same and _parts(details.lines[record.pk]) == _parts(lines)
        first = details.shares[record.pk].get(record.signed_on, [])
        told = "consultant" in entry.values
        same = same and (not told or sorted(first) == sorted(new.shares))
        doing: Doing = "same" if same else "update"
        return Planned(entry, doing, resolved, record, unpriced=_unpriced(new))

    def _fits(self, new: NewOrder, record: Order, details: "Details") -> None:
        """What happened to the order since must still hold with the new units and date."""
        handed = details.handed[record.pk]
        if sum(units for _, units in handed) > new.units:
            raise UnitsAreHandedOver(number=new.number, column="units")
        later = [on for on, _ in handed] + ([record.cancelled_on] if record.cancelled_on else [])
        if later and min(later) < new.signed_on:
            raise EndsBeforeSigning(number=new.number, on=min(later), column="signed_on")
        if new.signed_on != record.signed_on:
            signing_moved(record, record.signed_on, new.signed_on)

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        self._create([row for row in planned if row.doing == "create"], doing)
        for row in planned:
            if row.doing == "update":
                self._update(row, doing)
        self._post_updates([row.record.pk for row in planned if row.doing == "update"], doing)

    def _create(self, rows: Sequence[Planned], doing: Committing) -> None:
        with_customer = [row for row in rows if row.payload.customer is not None]
        kept = keep([row.payload.customer for row in with_customer])
        added = {customer.id for customer in kept if customer.added}
        found = {customer.id for customer in kept} - added
        cards = Prospect.objects.filter(customer__among=found, state=Prospect.State.OPEN)
        before = card_snapshots(list(cards) if found else [])
        ids = {id(row): customer.id for row, customer in zip(with_customer, kept, strict=True)}
        new = [_order(row, ids.get(id(row))) for row in rows]
        written = write(new, doing.at, doing.book, added=added)
        for pk in added:
            doing.touch("customer", pk)
        for pk in written.opened:
            doing.touch("prospect", pk)
        for pk in written.closed:
            doing.touch("prospect", pk, before[pk], before[pk]["version"] + 1)
        for row, pk in zip(rows, written.orders, strict=True):
            row.made = pk
            doing.touch("order", pk)

    def _update(self, row: Planned, doing: Committing) -> None:
        record, new = row.record, row.payload.extra["order"]
        before = order_snapshots([record])[record.pk]
        was_signed_on = record.signed_on
        for name in COMPARED:
            setattr(record, name, getattr(new, name))
        if record.state != Order.State.CANCELLED:
            done = open_units(record) == 0
            record.state = Order.State.DELIVERED if done else Order.State.SIGNED
        record.version += 1
        record.save()
        replace_lines(record, new.lines)
        first = OrderShare.objects.filter(order=record, since=was_signed_on)
        if "consultant" in row.entry.values:
            first.delete()
            OrderShare.objects.filter(order=record, since=new.signed_on).delete()
            _add_shares(record, new)
        else:
            first.update(since=new.signed_on)
        doing.touch("order", record.pk, before, record.version)
        moved = signing_moved(record, was_signed_on, record.signed_on)
        if moved is not None:
            move_card(record, moved, doing)
        if record.signed_on != was_signed_on:
            recount({record.customer_id}, doing.at, doing.book)

    def _post_updates(self, orders: Sequence[int], doing: Committing) -> None:
        post_facts("order", orders, at=doing.at, book=doing.book)
        deliveries = Delivery.objects.filter(order__in=orders).values_list("id", flat=True)
        post_facts("delivery", list(deliveries), at=doing.at, book=doing.book)


def move_card(order: Order, moved: Moved, doing: Committing) -> None:
    """The card follows the corrected day of its order."""
    card = Prospect.objects.get(orders=order.pk)
    before = card_snapshots([card], steps=True)[card.pk]
    move(card, moved)
    doing.touch("prospect", card.pk, before, card.version)
    post_cards([card.pk], doing.at, doing.book)


def _order(row: Planned, customer: int | None) -> NewOrder:
    new: NewOrder = row.payload.extra["order"]
    return new if customer is None else new._replace(customer=customer)


def _unpriced(new: NewOrder) -> bool:
    return any(line.cost is None for line in new.lines)


def _parts(lines: Sequence[Line]) -> Counter[tuple[str, int, int | None]]:
    return Counter((line.kind, line.revenue, line.cost) for line in lines)


class Details:
    """Lines, shares and deliveries of orders, read at once."""

    def __init__(self) -> None:
        self.handed: dict[int, list[tuple[date, int]]] = defaultdict(list)
        self.lines: dict[int, list[Line]] = defaultdict(list)
        self.shares: dict[int, dict[Any, list[tuple[int, int]]]] = defaultdict(
            lambda: defaultdict(list)
        )


def _details(orders: Sequence[int]) -> Details:
    found = Details()
    lines = OrderLine.objects.filter(order__among=orders).order_by("id")
    for order, kind, title, revenue, cost in lines.values_list("order", *LINE):
        found.lines[order].append(Line(kind, revenue, cost, title))
    shares = OrderShare.objects.filter(order__among=orders)
    for order, since, person, share in shares.values_list("order", "since", "person", "share"):
        found.shares[order][since].append((person, share))
    handed = Delivery.objects.filter(order__among=orders, void=False)
    for order, on, units in handed.values_list("order", "on_date", "units"):
        found.handed[order].append((on, units))
    return found


def replace_lines(record: Order, lines: Sequence[Line]) -> None:
    OrderLine.objects.filter(order=record).delete()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=record, kind=line.kind, title=line.title, revenue=line.revenue, cost=line.cost
        )
        for line in lines
    )


def _add_shares(record: Order, new: NewOrder) -> None:
    OrderShare.objects.bulk_create(
        OrderShare(order=record, since=new.signed_on, person_id=person, share=share)
        for person, share in new.shares
    )


def order_snapshots(orders: Sequence[Order]) -> dict[int, dict[str, Any]]:
    """Each order's columns, lines and shares, to restore it by."""
    found: dict[int, dict[str, Any]] = {
        order.pk: {**snapshot(order), "lines": [], "shares": []} for order in orders
    }
    lines = OrderLine.objects.filter(order__among=found).order_by("id")
    for order, kind, title, revenue, cost in lines.values_list("order", *LINE):
        found[order]["lines"].append(dict(zip(LINE, (kind, title, revenue, cost), strict=True)))
    shares = OrderShare.objects.filter(order__among=found).order_by("id")
    for order, since, person, share in shares.values_list("order", "since", "person", "share"):
        kept = {"since": since.isoformat(), "person": person, "share": share}
        found[order]["shares"].append(kept)
    return found
