"""Which card an order belongs to, whichever of the two is written first, and its days.

One deal is one card. An order closes the card that was open on its day. Without one it takes the
card that was written late, up to 30 days after it, and until one is written a card of its own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from cheji.records.bulk import update
from cheji.records.models import Order, Prospect, ProspectStep
from cheji.records.refusals import Refused

if TYPE_CHECKING:
    from .prospects import NewCard

K = ProspectStep.Kind
LATE = timedelta(days=30)
"""How long after its order a card may be written down and still be that order's.

A month: what a dealer writes up late is written for the month's count; later it is another wish.
"""
OF_ORDERS = (K.OPENED, K.ORDERED, K.RETURNED)
SILENT = (K.NOTE, K.LEVEL, K.OWNER)
WRITTEN = ("number", "opened_on", "channel", "model", "level", "note")


class CardWentOn(Refused):
    """The customer's card has steps of {on}; the date cannot be moved past them."""

    zh = "客户的意向卡在 {on} 已有记录，日期不能越过这些记录。"


def day_of(days: Iterable[date], opened_on: date, *, late: bool = True) -> date | None:
    """The day of signing to which a card belongs: the first that finds it open, else a late one.

    `days` are those of orders that have no written card yet; `late` says whether the card may
    belong to one from before it was opened.
    """
    known = sorted(days)
    later = [day for day in known if day >= opened_on]
    before = [day for day in known if opened_on - LATE <= day < opened_on]
    return later[0] if later else before[-1] if before and late else None


def untouched() -> "QuerySet[Prospect]":
    """Cards that orders opened and nobody has worked on since: they give way to a written one."""
    worked = ProspectStep.objects.filter(prospect=OuterRef("pk")).exclude(kind__in=OF_ORDERS)
    return Prospect.objects.filter(~Exists(worked), by_order=True)


def card_for(customer: int, outlet: int, opened_on: date) -> Prospect | None:
    """The card of an order that a card written now takes the place of; locked."""
    rows = untouched().filter(customer=customer, outlet=outlet)
    held = {row.opened_on: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    day = day_of(held, opened_on)
    return held[day] if day else None


def take_over(pairs: Sequence[tuple[Prospect, "NewCard"]]) -> None:
    """Make cards that orders opened the written ones; the caller posts them."""
    cards = [card for card, _ in pairs]
    for card, new in pairs:
        for name in WRITTEN:
            setattr(card, name, getattr(new, name))
        card.owner_id, card.by_order = new.owner, False
        card.version += 1
    update(cards, [*WRITTEN, "owner", "by_order", "version"])
    told = {card.pk: card for card in cards}
    steps = list(ProspectStep.objects.filter(prospect__among=told))
    for step in steps:
        step.level, step.owner_id = told[step.prospect_id].level, told[step.prospect_id].owner_id
    update(steps, ["level", "owner"])
    date_openings(cards)


def date_openings(cards: Sequence[Prospect]) -> None:
    """The first step of a card bears the card's own date, or that of an earlier order on it."""
    opened = {card.pk: card.opened_on for card in cards}
    steps = ProspectStep.objects.filter(prospect__among=opened)
    ordered = steps.filter(kind=K.ORDERED).values_list("prospect").annotate(Min("on_date"))
    days = {pk: min(day, opened[pk]) for pk, day in ordered.order_by()}
    moved = []
    for step in steps.filter(kind=K.OPENED):
        day = days.get(step.prospect_id, opened[step.prospect_id])
        if step.on_date != day:
            step.on_date = day
            moved.append(step)
    update(moved, ["on_date"])


# -- days that are corrected ---------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """A step of a card that goes to another day with its order."""

    step: ProspectStep
    on: date
    closes: bool
    """Whether the card is closed since that step."""


def signing_moved(order: Order, was: date, on: date) -> Moved | None:
    """Where the closing of the order's card goes when it was signed on another day than it said.

    Raises:
        CardWentOn: the card was opened or closed otherwise in between.
    """
    spell = _spell(order, was)
    if spell is None:
        return None
    day = min([on, *(mate.signed_on for mate in spell.mates)])
    turns = [step for step in spell.before if step.kind not in SILENT]
    if order.prospect and turns and turns[-1].kind == K.OPENED:
        earliest = date.min if order.prospect.by_order else order.prospect.opened_on - LATE
    else:
        earliest = turns[-1].on_date if turns else date.min
    if day < earliest:
        raise CardWentOn(on=turns[-1].on_date, column="signed_on")
    return None if day == spell.closing.on_date else Moved(spell.closing, day, spell.back is None)


def cancelling_moved(order: Order, on: date) -> Moved | None:
    """Where the return of the order's card goes when the order was cancelled on that day.

    Raises:
        CardWentOn: the card, open again, has steps before that day.
    """
    spell = _spell(order, order.signed_on)
    if spell is None or spell.back is None:
        return None
    day = max([on, *(mate.cancelled_on or on for mate in spell.mates)])
    later = [step.on_date for step in spell.after if step.kind != K.NOTE]
    if later and later[0] < day:
        raise CardWentOn(on=later[0], column="on_date")
    return None if day == spell.back.on_date else Moved(spell.back, day, closes=False)


def move(card: Prospect, moved: Moved) -> None:
    """Set the step and the card's own days; the caller posts."""
    ProspectStep.objects.filter(pk=moved.step.pk).update(on_date=moved.on)
    if moved.closes:
        card.closed_on = moved.on
    if card.by_order and moved.step.kind == K.ORDERED:
        card.opened_on = moved.on
    card.version += 1
    card.save()
    date_openings([card])


@dataclass(frozen=True)
class _Spell:
    """A card's time with an order: its closing, the return if any, and other orders of it."""

    before: list[ProspectStep]
    closing: ProspectStep
    back: ProspectStep | None
    after: list[ProspectStep]
    mates: list[Order]


def _spell(order: Order, signed_on: date) -> _Spell | None:
    """The spell of the order's card in which its day of signing falls."""
    steps = list(ProspectStep.objects.filter(prospect=order.prospect_id).order_by("on_date", "id"))
    closings = [at for at, s in enumerate(steps) if s.kind == K.ORDERED and s.on_date <= signed_on]
    if not closings:
        return None
    at = closings[-1]
    closing, rest = steps[at], steps[at + 1 :]
    back = next((n for n, step in enumerate(rest) if step.kind == K.RETURNED), None)
    until = date.max if back is None else rest[back].on_date
    others = Order.objects.filter(prospect=order.prospect_id).exclude(pk=order.pk)
    mates = others.filter(signed_on__gte=closing.on_date, signed_on__lte=until)
    after = [] if back is None else rest[back + 1 :]
    return _Spell(steps[:at], closing, None if back is None else rest[back], after, list(mates))


def returned_on(cards: Mapping[int, date]) -> dict[int, date]:
    """The days on which cards are open again: when the last of their orders was cancelled.

    `cards` are those that return, with the day of the cancellation that is being written.
    """
    closings = ProspectStep.objects.filter(prospect__among=cards, kind=K.ORDERED)
    since = dict(closings.order_by().values_list("prospect").annotate(Max("on_date")))
    found = dict(cards)
    orders = Order.objects.filter(prospect__among=cards, cancelled_on__isnull=False)
    for card, signed_on, day in orders.values_list("prospect", "signed_on", "cancelled_on"):
        if card and day and signed_on >= since.get(card, date.min):
            found[card] = max(found[card], day)
    return found


def days_of(buyers: Collection[tuple[int, int, date]]) -> dict[tuple[int, int], list[date]]:
    """The days of signing of each outlet's customer."""
    found: dict[tuple[int, int], list[date]] = defaultdict(list)
    for outlet, customer, day in buyers:
        found[outlet, customer].append(day)
    return found
