"""Importing prospects and their losses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Max

from cheji.actions.customers import keep
from cheji.actions.order_cards import LATE, date_openings, day_of, take_over, untouched
from cheji.actions.prospects import NewCard, NewStep, add_steps, open_cards, post_cards
from cheji.actions.visits import recount
from cheji.facts import post as post_facts
from cheji.records.bulk import update
from cheji.records.encryption import blind, normal_phone
from cheji.records.models import Prospect, ProspectStep
from cheji.records.refusals import Refused
from cheji.records.words import CARDS

from .floor import named_customer, numbered
from .given import only_given, require
from .lookups import Lookups, held
from .once import Once
from .plan import Committing, Entry, Planned, decide, resolve
from .simple import Key, Resolved, is_customer, snapshot

K = ProspectStep.Kind
TOLD = ("reason", "rival")


class CustomerMissing(Refused):
    """A card needs its customer's name or phone."""

    zh = "意向卡必须有客户姓名或电话。"


class UnknownCard(Refused):
    """There is no card “{number}” at {outlet}. Import prospects first."""

    zh = "{outlet} 没有编号为“{number}”的意向卡。请先导入意向客户。"


class CardNotOpen(Refused):
    """Card “{number}” is already closed ({state} on {on})."""

    zh = "意向卡“{number}”已关闭（{state}，{on}）。"


class BeforeLastStep(Refused):
    """{on} lies before the card's last step on {since}. Check the date."""

    zh = "{on} 早于该意向卡的上一次变动 {since}。请核对日期。"


class SecondOpenCard(Refused):
    """This customer already has an open card ({number}) at the outlet."""

    zh = "该客户在本店已有未关闭的意向卡（{number}）。"


class OtherCustomer(Refused):
    """“{number}” belongs to another customer. Check the number, or import customers first."""

    zh = "“{number}”属于另一位客户。请核对编号，或先导入客户资料。"


class OpenedTooLate(Refused):
    """Card “{number}” changed on {on}, before this opening date. Check the date."""

    zh = "意向卡“{number}”在 {on} 已有变动，早于本行的建卡日期。请核对日期。"


class Prospects:
    """One row per card. An update may move level or owner (as a step of today) and the model."""

    right = "imports.write"

    def __init__(self) -> None:
        self._once = Once()

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        pairs = resolve(entries, look, self._resolve)
        rows = [resolved for _, resolved in pairs]
        known = numbered(Prospect, rows)
        open_, waiting = self._held(rows), _waiting(rows)
        second = _second_steps([card.pk for card in known.values()])

        def plan(entry: Entry, resolved: Resolved) -> Planned:
            def do() -> Planned:
                self._fits(resolved, known.get(resolved.key), second)
                if resolved.key not in known:
                    self._one_open(resolved, open_, waiting)
                return self._planned(entry, resolved, known)

            told = {"owner": resolved.values["owner_id"]} if "owner" in entry.values else {}
            return self._once.plan(resolved.key, entry, look, do, told)

        return decide(pairs, look, plan)

    def _held(self, rows: Sequence[Resolved]) -> dict[Key, str]:
        """The number of the open card of each outlet and phone in the file."""
        phones = {row.extra["phone"] for row in rows if row.extra["phone"]}
        cards = Prospect.objects.filter(
            state=Prospect.State.OPEN, customer__phone_index__among=phones
        )
        columns = cards.values_list("outlet", "customer__phone_index", "number")
        return {(outlet, bytes(phone or b"")): number for outlet, phone, number in columns}

    def _fits(
        self, row: Resolved, record: Prospect | None, second: dict[int, tuple[date, str]]
    ) -> None:
        """A card keeps its customer and the order of its steps; it may be later than its order."""
        require(row.extra["given"], "opened_on", "level", record=record)
        if record is None:
            if row.customer is None:
                raise CustomerMissing(column="customer_name", new=True)
            return
        if row.customer is not None and not is_customer(row.customer, record.customer):
            raise OtherCustomer(number=record.number, column="customer_name")
        after, kind = second.get(record.pk, (date.max, ""))
        opened_on = row.values["opened_on"] or record.opened_on
        if after < opened_on - (LATE if kind == K.ORDERED else timedelta(0)):
            raise OpenedTooLate(number=record.number, on=after, column="opened_on")

    def _one_open(
        self, row: Resolved, open_: dict[Key, str], waiting: dict[Key, list[Prospect]]
    ) -> None:
        """A new card is that of an order without one, else the customer's only open card."""
        buyer = (row.key[0], row.extra["phone"] or row.key)
        cards = {card.opened_on: card for card in waiting.get(buyer, ())}
        day = day_of(cards, row.values["opened_on"])
        if day is not None:
            waiting[buyer].remove(cards[day])
            row.extra["of_order"] = cards[day]
            if cards[day].state == Prospect.State.OPEN:
                open_[buyer] = row.key[1]
            return
        other = open_.setdefault(buyer, row.key[1])
        if other != row.key[1]:
            raise SecondOpenCard(number=other, column="customer_name", new=True)

    def _resolve(self, entry: Entry, look: Lookups) -> Resolved:
        given = entry.values
        outlet = look.outlet(given["outlet_code"])
        on = look.happened(given.get("opened_on"))
        owner = look.person(outlet, given.get("owner"))
        channel = given.get("channel") or "walk_in"
        customer = named_customer(outlet, given, "customer_name", on, owner, channel)
        values = {
            "opened_on": on,
            "channel": channel,
            "model": given.get("model") or "",
            "level": given.get("level"),
            "owner_id": owner,
            "note": given.get("note") or "",
        }
        phone = blind(normal_phone(customer.phone), field="phone") if customer else None
        extra = {"today": look.today, "phone": phone, "given": given}
        return Resolved((outlet.pk, given["number"]), values, customer, extra)

    def _planned(self, entry: Entry, resolved: Resolved, known: dict[Key, Any]) -> Planned:
        record = known.get(resolved.key)
        if record is None:
            return Planned(entry, "create", resolved)
        own = {name: getattr(record, name) for name in resolved.values}
        told = only_given(resolved.values, entry.values, {"owner_id": "owner"})
        resolved.values = {**own, **told}
        moved = record.state != Prospect.State.OPEN
        names = ["opened_on", "channel", "model", "note"] + ([] if moved else ["level", "owner_id"])
        same = all(getattr(record, name) == resolved.values[name] for name in names)
        return Planned(entry, "same" if same else "update", resolved, record)

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        self._create([row for row in planned if row.doing == "create"], doing)
        self._update([row for row in planned if row.doing == "update"], doing)

    def _create(self, rows: Sequence[Planned], doing: Committing) -> None:
        kept = keep([row.payload.customer for row in rows])
        cards = [
            _new_card(row.payload, customer.id) for row, customer in zip(rows, kept, strict=True)
        ]
        of_orders = [row.payload.extra.get("of_order") for row in rows]
        pairs = list(zip(of_orders, cards, strict=True))
        new = open_cards([card for of_order, card in pairs if of_order is None], doing.at)
        opened = iter(new)
        for row, of_order in zip(rows, of_orders, strict=True):
            row.made = next(opened) if of_order is None else of_order.pk
        for customer in kept:
            if customer.added:
                doing.touch("customer", customer.id)
        for pk in new:
            doing.touch("prospect", pk)
        post_facts("prospect", new, at=doing.at, book=doing.book, fresh=True)
        self._take_over([(of_order, card) for of_order, card in pairs if of_order], doing)
        recount({customer.id for customer in kept if not customer.added}, doing.at, doing.book)

    def _take_over(self, pairs: Sequence[tuple[Prospect, NewCard]], doing: Committing) -> None:
        """Cards of orders become the written ones."""
        befores = card_snapshots([card for card, _ in pairs], steps=True)
        take_over(pairs)
        for card, _ in pairs:
            doing.touch("prospect", card.pk, befores[card.pk], card.version)
        post_cards([card.pk for card, _ in pairs], doing.at, doing.book)

    def _update(self, rows: Sequence[Planned], doing: Committing) -> None:
        befores = card_snapshots([row.record for row in rows])
        steps: list[NewStep] = []
        for row in rows:
            record, values = row.record, row.payload.values
            if record.state == Prospect.State.OPEN:
                steps += self._steps(record, values, row.payload.extra["today"])
                record.level, record.owner_id = values["level"], values["owner_id"]
            for name in ("opened_on", "channel", "model", "note"):
                setattr(record, name, values[name])
            record.version += 1
            doing.touch("prospect", record.pk, befores[record.pk], record.version)
        add_steps(steps, doing.at)
        cards = [row.record for row in rows]
        update(cards, ["opened_on", "level", "owner", "channel", "model", "note", "version"])
        date_openings(cards)
        post_cards([card.pk for card in cards], doing.at, doing.book)

    def _steps(self, record: Prospect, values: dict[str, Any], today: Any) -> list[NewStep]:
        steps = []
        if record.level != values["level"]:
            steps.append(NewStep(record.pk, today, K.LEVEL, values["level"], record.owner_id))
        if record.owner_id != values["owner_id"]:
            steps.append(NewStep(record.pk, today, K.OWNER, values["level"], values["owner_id"]))
        return steps


def _new_card(row: Resolved, customer: int) -> NewCard:
    (outlet, number), values = row.key, row.values
    return NewCard(
        outlet, number, customer, values["opened_on"], values["channel"], values["model"],
        values["level"], values["owner_id"], values["note"],
    )  # fmt: skip


def _waiting(rows: Sequence[Resolved]) -> dict[Key, list[Prospect]]:
    """The cards that orders of the rows' customers opened, by outlet and phone."""
    phones = {row.extra["phone"] for row in rows if row.extra["phone"]}
    cards = held(untouched().filter(customer__phone_index__among=phones))
    found: dict[Key, list[Prospect]] = defaultdict(list)
    for card in cards.select_related("customer"):
        found[card.outlet_id, bytes(card.customer.phone_index or b"")].append(card)
    return found


def _second_steps(cards: Sequence[int]) -> dict[int, tuple[date, str]]:
    """The day and kind of each card's earliest step after its opening."""
    steps = ProspectStep.objects.filter(prospect__among=cards).exclude(kind=K.OPENED)
    last_first = steps.order_by("-on_date", "-id").values_list("prospect", "on_date", "kind")
    return {card: (on, kind) for card, on, kind in last_first}


def card_snapshots(cards: Sequence[Prospect], *, steps: bool = False) -> dict[int, dict[str, Any]]:
    """Each card's columns and its last step, to restore it by; with its steps if they change."""
    rows = ProspectStep.objects.filter(prospect__among=[card.pk for card in cards])
    last = dict(rows.values_list("prospect").annotate(Max("id")).order_by())
    found = {card.pk: {**snapshot(card), "last_step": last.get(card.pk, 0)} for card in cards}
    for step in rows.order_by("id") if steps else ():
        columns = {"id": step.pk, "level": step.level, "owner_id": step.owner_id}
        kept = {**columns, "on_date": step.on_date.isoformat()}
        found[step.prospect_id].setdefault("steps", []).append(kept)
    return found


class Losses:
    """One row per card that was lost or went dormant."""

    right = "imports.write"

    def __init__(self) -> None:
        self._once = Once()

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        pairs = resolve(entries, look, self._resolve, "on_date")
        known = numbered(Prospect, [resolved for _, resolved in pairs])
        last = self._last([card.pk for card in known.values()])

        def plan(entry: Entry, resolved: Resolved) -> Planned:
            def do() -> Planned:
                return self._planned(entry, known.get(resolved.key), last)

            return self._once.plan(resolved.key, entry, look, do)

        return decide(pairs, look, plan, "number")

    def _resolve(self, entry: Entry, look: Lookups) -> Resolved:
        outlet = look.outlet(entry.values["outlet_code"])
        require(entry.values, "on_date", "kind")
        look.happened(entry.values["on_date"])
        return Resolved((outlet.pk, entry.values["number"]), {})

    def _last(self, cards: Sequence[int]) -> dict[int, Any]:
        steps = ProspectStep.objects.filter(prospect__among=cards).exclude(kind=K.NOTE)
        return dict(steps.order_by("on_date", "id").values_list("prospect", "on_date"))

    def _planned(self, entry: Entry, card: Prospect | None, last: dict[int, Any]) -> Planned:
        given = entry.values
        if card is None:
            raise UnknownCard(number=given["number"], outlet=given["outlet_code"])
        if card.state == given["kind"] and card.closed_on == given["on_date"]:
            told = {name: given.get(name, getattr(card, name)) or "" for name in TOLD}
            same = all(getattr(card, name) == value for name, value in told.items())
            return Planned(entry, "same" if same else "update", told, card)
        if card.state != Prospect.State.OPEN:
            raise CardNotOpen(number=card.number, state=CARDS[card.state], on=card.closed_on)
        if given["on_date"] < last[card.pk]:
            raise BeforeLastStep(on=given["on_date"], since=last[card.pk])
        return Planned(entry, "create", None, card)

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        rows = [row for row in planned if row.doing != "same"]
        befores = card_snapshots([row.record for row in rows])
        steps = []
        for row in rows:
            card = row.record
            if row.doing == "create":
                steps.append(self._close(card, row.entry.values))
            else:
                card.reason, card.rival = row.payload["reason"], row.payload["rival"]
            card.version += 1
            doing.touch("prospect", card.pk, befores[card.pk], card.version)
        add_steps(steps, doing.at)
        cards = [row.record for row in rows]
        update(cards, ["state", "closed_on", "reason", "rival", "version"])
        post_cards([card.pk for card in cards], doing.at, doing.book)

    def _close(self, card: Prospect, given: Any) -> NewStep:
        """Close the card as the row says; the step to write of it."""
        card.state, card.closed_on = given["kind"], given["on_date"]
        card.reason, card.rival = given.get("reason") or "", given.get("rival") or ""
        on, kind = given["on_date"], given["kind"]
        return NewStep(card.pk, on, kind, card.level, card.owner_id, card.reason)
