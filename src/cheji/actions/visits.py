"""Verbs of visits: receive a party, say when it left, void it; and daily totals."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Min

from cheji.facts import post as post_facts
from cheji.facts.book import Book
from cheji.facts.said.totals import MEANINGS, MONEY
from cheji.records.bulk import update
from cheji.records.models import DailyTotal, Order, Prospect, Unit, Visit
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer
from cheji.records.words import NOT_NEGATIVE

from .customers import NewCustomer, customer_of
from .dates import InTheFuture, TooEarly, happened
from .deeds import deed
from .filling import Values
from .filling import first as first_values
from .locking import changed, locked
from .numbers import fresh
from .outlets import default_owner, in_post, outlet_of


@dataclass(frozen=True)
class Done:
    """The visit, and whether it counts as a batch (empty reason) or why not."""

    id: int
    number: str
    excluded: str = ""


def receive(
    *,
    by: Viewer,
    at: datetime,
    outlet: int,
    on: date,
    first: bool = True,
    purpose: str = Visit.Purpose.BUY,
    channel: str = Visit.Channel.WALK_IN,
    person: int | None = None,
    name: str = "",
    phone: str = "",
    customer: int | None = None,
    model: str = "",
    people: int = 1,
    number: str = "",
    note: str = "",
    own: Values | None = None,
    customer_own: Values | None = None,
) -> Done:
    """Write down one party; who holds a card or an order does not count again (the source's rule).

    A known customer is named by id, else found or added by name and phone. `own` are the house's
    own fields of the visit, `customer_own` those of a customer who is added.
    """
    with deed("visits.receive", by=by, at=at, right="visits.write") as doing:
        where = outlet_of(doing.scope, outlet)
        happened(on, today=by.on, field="on")
        who = in_post(person, where, on) if person else default_owner(doing.scope, where, on)
        new = NewCustomer(outlet, name, on, phone, owner=who)
        customer = customer_of(doing, where, customer, new, customer_own)
        visit = Visit.objects.create(
            outlet=where,
            number=number or fresh("V", on),
            on_date=on,
            arrived_at=at if on == by.on else None,
            people=people,
            first=first,
            purpose=purpose,
            channel=channel,
            excluded=excluded(first=first, purpose=purpose, customer=customer, on=on),
            person_id=who,
            customer_id=customer,
            model=model,
            note=note,
            custom=first_values("visit", own, by),
        )
        post_facts("visit", [visit.pk], at=at)
        doing.tell(subject=visit.pk, outlet=outlet, number=visit.number, person=who, on=on)
        return Done(visit.pk, visit.number, visit.excluded)


def excluded(*, first: bool, purpose: str, customer: int | None, on: date) -> str:
    """Why a visit does not count as a batch; empty when it does or is a return visit."""
    if purpose != Visit.Purpose.BUY:
        return Visit.Excluded.NOT_BUYING
    if not first or customer is None:
        return ""
    return known_before({customer}).why(customer, on)


@dataclass(frozen=True)
class Known:
    """Since when customers are known: their first orders, and the spells of their cards."""

    ordered: dict[int, date]
    held: dict[int, list[tuple[date, date]]]

    def why(self, customer: int, on: date) -> str:
        """Why a first visit of that day does not count: who came before is no new customer."""
        if self.ordered.get(customer, on) < on:
            return Visit.Excluded.HAS_ORDERED
        if any(opened < on <= closed for opened, closed in self.held.get(customer, ())):
            return Visit.Excluded.HOLDS_CARD
        return ""


def known_before(customers: Collection[int]) -> Known:
    """What is written of the customers, whenever it was written."""
    orders = Order.objects.filter(customer__among=customers).order_by()
    held: dict[int, list[tuple[date, date]]] = defaultdict(list)
    cards = Prospect.objects.filter(customer__among=customers)
    for customer, opened, closed in cards.values_list("customer", "opened_on", "closed_on"):
        held[customer].append((opened, closed or date.max))
    ordered = orders.values_list("customer").annotate(Min("signed_on"))
    return Known({pk: on for pk, on in ordered if pk is not None}, held)


def recount(customers: Collection[int | None], at: datetime, book: Book | None = None) -> None:
    """Decide again whether the first visits of customers count: a card or order was written.

    What a person said of a visit stays.
    """
    theirs = Visit.objects.filter(customer__among={pk for pk in customers if pk is not None})
    decided = ("", Visit.Excluded.HOLDS_CARD, Visit.Excluded.HAS_ORDERED)
    rows = theirs.filter(
        first=True, purpose=Visit.Purpose.BUY, counted__isnull=True, excluded__in=decided
    )
    visits = list(rows.order_by("pk"))
    if not visits:
        return
    known = known_before({visit.customer_id for visit in visits if visit.customer_id})
    moved = []
    for visit in visits:
        why = known.why(visit.customer_id or 0, visit.on_date)
        if visit.excluded != why:
            visit.excluded = why
            moved.append(visit)
    update(moved, ["excluded"])
    post_facts("visit", [visit.pk for visit in moved], at=at, book=book)


def leave(*, by: Viewer, at: datetime, visit: int, version: int, came: time, left: time) -> Done:
    """Write down from when until when a party stayed, by the outlet's clock on the visit's day."""
    with deed("visits.leave", by=by, at=at, right="visits.write") as doing:
        row = locked(doing.scope.visits().select_related("outlet"), "visit", visit, version)
        zone = ZoneInfo(row.outlet.timezone)
        arrived, gone = (datetime.combine(row.on_date, clock, zone) for clock in (came, left))
        if gone < arrived:
            raise TooEarly(field="left", on=left.isoformat("minutes"), since=came)
        if gone > at:
            now = at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            raise InTheFuture(field="left", on=gone.strftime("%Y-%m-%d %H:%M"), today=now)
        changed(row, arrived_at=arrived, left_at=gone)
        post_facts("visit", [visit], at=at)
        doing.tell(subject=visit, outlet=row.outlet_id, came=str(came), left=str(left))
        return Done(visit, row.number, row.excluded)


def void(*, by: Viewer, at: datetime, visit: int, version: int, reason: str) -> Done:
    """Take a visit out of the counts; the record stays with the reason."""
    with deed("visits.void", by=by, at=at, right="visits.write") as doing:
        row = locked(doing.scope.visits(), "visit", visit, version)
        changed(row, excluded=Visit.Excluded.VOID, note=reason or row.note)
        post_facts("visit", [visit], at=at)
        doing.tell(subject=visit, outlet=row.outlet_id, reason=reason)
        return Done(visit, row.number, row.excluded)


def count_day(
    *,
    by: Viewer,
    at: datetime,
    outlet: int,
    on: date,
    counts: dict[str, int],
    person: int | None = None,
) -> Done:
    """Enter or replace the daily counts of an outlet that keeps no single events."""
    with deed("visits.count_day", by=by, at=at, right="totals.write") as doing:
        where = outlet_of(doing.scope, outlet)
        happened(on, today=by.on, field="on")
        row = keep_counts(where, on, counts, in_post(person, where, on))
        post_facts("total", [row.pk], at=at)
        doing.tell(subject=row.pk, outlet=outlet, on=on, counts=counts)
        return Done(row.pk, f"{where.code} {on}")


def keep_counts(
    where: Unit, on: date, counts: dict[str, int], person: int | None = None
) -> DailyTotal:
    """Write the row of counts; the caller runs the transaction and posts."""
    unknown = sorted(set(counts) - set(MEANINGS) - set(MONEY))
    if unknown:
        raise BadValue(field="counts", value=", ".join(unknown), why="unknown column")
    negative = sorted(name for name, count in counts.items() if count < 0)
    if negative:
        raise BadValue(field=negative[0], value=counts[negative[0]], why=NOT_NEGATIVE)
    row = DailyTotal.objects.filter(outlet=where, on_date=on, person=person).first()
    if row is None:
        return DailyTotal.objects.create(outlet=where, on_date=on, person_id=person, counts=counts)
    changed(row, counts=counts)
    return row
