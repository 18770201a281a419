"""Verbs of prospects: open a card, move its level or owner, lose, rest, reactivate."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from cheji.facts import post as post_facts
from cheji.facts.book import Book
from cheji.records.bulk import copy, ids, table_of
from cheji.records.models import Channel, Order, Prospect, ProspectStep
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer
from cheji.records.words import CARDS

from . import messages
from .customers import NameMissing, NewCustomer, customer_of
from .dates import happened
from .deeds import Deed, deed
from .filling import Values, first, write
from .locking import changed, locked
from .numbers import fresh
from .order_cards import card_for, take_over
from .outlets import default_owner, in_post, outlet_of
from .visits import recount

K = ProspectStep.Kind
S = Prospect.State
COLUMNS = (
    "id", "outlet_id", "number", "customer_id", "opened_on", "channel", "model", "level",
    "state", "owner_id", "closed_on", "reason", "rival", "note", "by_order", "version",
)  # fmt: skip
STEP_COLUMNS = ("prospect_id", "on_date", "kind", "level", "owner_id", "reason", "recorded_at")


class CardIsOpen(Refused):
    """This customer already has an open card ({number}) at the outlet. Follow that one up."""

    zh = "该客户在本店已有未关闭的意向卡（{number}），请继续跟进该卡。"


class CardIsClosed(Refused):
    """Card {number} is {state}. Reactivate it first."""

    zh = "意向卡 {number} 状态为 {state}，请先重新激活。"


class CardIsNotResting(Refused):
    """Card {number} is {state}; only a lost or dormant card can be reactivated."""

    zh = "意向卡 {number} 状态为 {state}；只有战败或休眠的意向卡可以重新激活。"


class LossNeedsReason(Refused):
    """A loss needs its reason. Say why the customer did not buy."""

    zh = "战败必须写明原因。请说明客户未购车的原因。"


@dataclass(frozen=True)
class Done:
    id: int
    number: str


class NewCard(NamedTuple):
    """A card to open; the customer is known by id."""

    outlet: int
    number: str
    customer: int
    opened_on: date
    channel: str
    model: str
    level: str
    owner: int | None
    note: str = ""
    ordered_on: date | None = None


class NewStep(NamedTuple):
    prospect: int
    on_date: date
    kind: str
    level: str
    owner: int | None
    reason: str = ""


def open_cards(rows: Sequence[NewCard], at: datetime) -> list[int]:
    """Write cards with their first steps; the caller runs the transaction and posts the facts."""
    new = ids(Prospect, len(rows))
    pairs = list(zip(new, rows, strict=True))
    copy(table_of(Prospect), COLUMNS, (_card(pk, row) for pk, row in pairs), streamed=True)
    add_steps((step for pk, row in pairs for step in first_steps(pk, row)), at)
    return new


def _card(pk: int, row: NewCard) -> tuple[object, ...]:
    state = S.ORDERED if row.ordered_on else S.OPEN
    return (
        pk, row.outlet, row.number, row.customer, row.opened_on, row.channel, row.model,
        row.level, state.value, row.owner, row.ordered_on, "", "", row.note,
        row.ordered_on is not None, 1,
    )  # fmt: skip


def first_steps(pk: int, row: NewCard) -> Iterator[NewStep]:
    """A card is opened; one that its own order opens is closed by it as well."""
    yield NewStep(pk, row.opened_on, K.OPENED.value, row.level, row.owner)
    if row.ordered_on:
        yield NewStep(pk, row.ordered_on, K.ORDERED.value, row.level, row.owner)


def add_steps(steps: Iterable[NewStep], at: datetime) -> int:
    rows = ((s.prospect, s.on_date, str(s.kind), s.level, s.owner, s.reason, at) for s in steps)
    return copy(table_of(ProspectStep), STEP_COLUMNS, rows, streamed=True)


def open_card(
    *,
    by: Viewer,
    at: datetime,
    outlet: int,
    on: date,
    name: str = "",
    phone: str = "",
    customer: int | None = None,
    level: str = Prospect.Level.A,
    channel: str = Channel.WALK_IN,
    model: str = "",
    owner: int | None = None,
    number: str = "",
    note: str = "",
    own: Values | None = None,
    customer_own: Values | None = None,
) -> Done:
    """Open a card (建卡). One open card per customer and outlet.

    `own` are the house's own fields of the card, `customer_own` those of a customer who is added.

    A card that is written after its order takes the place of the one that the order opened.
    """
    with deed("prospects.open_card", by=by, at=at, right="prospects.write") as doing:
        where = outlet_of(doing.scope, outlet)
        happened(on, today=by.on, field="on")
        who = in_post(owner, where, on) if owner else default_owner(doing.scope, where, on)
        new = NewCustomer(outlet, name, on, phone, channel=channel, owner=who)
        if (whose := customer_of(doing, where, customer, new, customer_own)) is None:
            raise NameMissing
        number = number or fresh("P", on)
        card = NewCard(outlet, number, whose, on, channel, model, level, who, note)
        pk = _open_one(card, at)
        if values := first("prospect", own, by):
            write("prospect", {pk: values}, at)
        post_cards([pk], at)
        doing.tell(subject=pk, outlet=outlet, number=card.number, level=level, owner=who, on=on)
        return Done(pk, card.number)


def _open_one(card: NewCard, at: datetime) -> int:
    """The card, written anew or over the one that its order opened before."""
    of_order = card_for(card.customer, card.outlet, card.opened_on)
    if of_order is not None:
        take_over([(of_order, card)])
        return of_order.pk
    held = Prospect.objects.filter(customer=card.customer, outlet=card.outlet, state=S.OPEN)
    if held.exists():
        raise CardIsOpen(number=held[0].number)
    return open_cards([card], at)[0]


def change_level(
    *, by: Viewer, at: datetime, prospect: int, version: int, level: str, on: date, note: str = ""
) -> Done:
    """Move an open card to another level (H, A, B or C) from a day on."""
    with deed("prospects.change_level", by=by, at=at, right="prospects.write") as doing:
        row = _open(doing, prospect, version, on)
        step = NewStep(prospect, on, K.LEVEL, Prospect.Level(level), row.owner_id, note)
        return _step(doing, row, step, level=level)


def assign(
    *, by: Viewer, at: datetime, prospect: int, version: int, owner: int, on: date, reason: str = ""
) -> Done:
    """Hand an open card over to somebody of the outlet."""
    with deed("prospects.assign", by=by, at=at, right="prospects.assign") as doing:
        row = _open(doing, prospect, version, on)
        in_post(owner, row.outlet, on)
        step = NewStep(prospect, on, K.OWNER, row.level, owner, reason)
        done = _step(doing, row, step, owner_id=owner)
        changed(row.customer, owner_id=owner)
        body = {"noun": "prospect", "id": prospect, "number": row.number}
        messages.tell_others(by, [owner], "prospects.assigned", body, at)
        return done


def lose(
    *,
    by: Viewer,
    at: datetime,
    prospect: int,
    version: int,
    on: date,
    reason: str,
    rival: str = "",
    dormant: bool = False,
) -> Done:
    """Close a card as lost (战败) or dormant (休眠), with the reason."""
    with deed("prospects.lose", by=by, at=at, right="prospects.write") as doing:
        row = _open(doing, prospect, version, on)
        if not reason.strip():
            raise LossNeedsReason
        state = S.DORMANT if dormant else S.LOST
        kind = K.DORMANT if dormant else K.LOST
        step = NewStep(prospect, on, kind, row.level, row.owner_id, reason)
        return _step(doing, row, step, state=state, closed_on=on, reason=reason, rival=rival)


def reactivate(
    *, by: Viewer, at: datetime, prospect: int, version: int, on: date, level: str, note: str = ""
) -> Done:
    """Open a lost or dormant card again (再激活): a new spell of intent begins."""
    with deed("prospects.reactivate", by=by, at=at, right="prospects.write") as doing:
        row = locked(doing.scope.prospects(), "prospect", prospect, version)
        if row.state not in (S.LOST, S.DORMANT):
            raise CardIsNotResting(number=row.number, state=CARDS[row.state])
        happened(on, today=by.on, field="on", since=_last_step(prospect))
        held = Prospect.objects.filter(customer=row.customer, outlet=row.outlet, state=S.OPEN)
        if held.exists():
            raise CardIsOpen(number=held[0].number)
        step = NewStep(prospect, on, K.REACTIVATED, Prospect.Level(level), row.owner_id, note)
        return _step(doing, row, step, state=S.OPEN, closed_on=None, reason="", level=level)


def follow_up(
    *,
    by: Viewer,
    at: datetime,
    prospect: int,
    version: int,
    note: str,
    next_on: date | None = None,
) -> Done:
    """Note a contact with the customer, and when the next one is due."""
    with deed("prospects.follow_up", by=by, at=at, right="prospects.write") as doing:
        row = _open(doing, prospect, version, by.on)
        step = NewStep(prospect, by.on, K.NOTE, row.level, row.owner_id, note)
        return _step(doing, row, step, next_follow_up_on=next_on)


def _open(doing: Deed, prospect: int, version: int, on: date) -> Prospect:
    row = locked(doing.scope.prospects(), "prospect", prospect, version)
    if row.state != S.OPEN:
        raise CardIsClosed(number=row.number, state=CARDS[row.state])
    happened(on, today=doing.by.on, field="on", since=_last_step(prospect))
    return row


def _last_step(prospect: int) -> date | None:
    steps = ProspectStep.objects.filter(prospect=prospect).exclude(kind=K.NOTE)
    last = steps.order_by("-on_date").first()
    return last.on_date if last else None


def _step(doing: Deed, row: Prospect, step: NewStep, **values: object) -> Done:
    """Append the step, change the card, post what follows."""
    add_steps([step], doing.at)
    differs = changed(row, **values)
    if not differs:  # a step is a change of its card, though none of its columns moved
        row.version += 1
        row.save(update_fields=["version"])
    post_cards([row.pk], doing.at)
    reason = "" if step.kind == K.NOTE else step.reason  # a talk with a customer is personal
    doing.tell(subject=row.pk, outlet=row.outlet_id, changes=differs, reason=reason)
    return Done(row.pk, row.number)


def post_cards(cards: Sequence[int], at: datetime, book: Book | None = None) -> None:
    """Post cards and what hangs on them: an order's cohort and level, and who is known by then."""
    book = book or Book()
    post_facts("prospect", cards, at=at, book=book)
    orders = Order.objects.filter(prospect__among=cards).values_list("id", flat=True)
    post_facts("order", list(orders), at=at, book=book)
    customers = Prospect.objects.filter(id__among=cards).values_list("customer", flat=True)
    recount(set(customers), at, book)
