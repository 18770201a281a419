"""Importing prospects and their losses."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Min

from cheji.actions.customers import keep
from cheji.actions.prospects import NewCard, NewStep, add_steps, open_cards, post_cards
from cheji.facts import post as post_facts
from cheji.records.bulk import update
from cheji.records.encryption import blind, normal_phone
from cheji.records.models import Prospect, ProspectStep
from cheji.records.refusals import Refused

from .floor import named_customer, numbered
from .given import only_given, require
from .lookups import Lookups
from .plan import Committing, Entry, Planned
from .simple import Key, Resolved, is_customer, snapshot

K = ProspectStep.Kind


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

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        pairs = []
        for entry in entries:
            try:
                pairs.append((entry, self._resolve(entry, look)))
            except Refused as refusal:
                look.refuse(entry.place, refusal.place.get("column", ""), refusal)
        known = numbered(Prospect, [resolved for _, resolved in pairs])
        held = self._held([resolved for _, resolved in pairs])
        second = _second_steps([card.pk for card in known.values()])
        planned = []
        for entry, resolved in pairs:
            try:
                self._fits(resolved, known.get(resolved.key), held, second)
                planned.append(self._planned(entry, resolved, known))
            except Refused as refusal:
                look.refuse(entry.place, refusal.place["column"], refusal)
        return planned

    def _held(self, rows: Sequence[Resolved]) -> dict[Key, str]:
        """The number of the open card of each outlet and phone in the file."""
        phones = {row.extra["phone"] for row in rows if row.extra["phone"]}
        cards = Prospect.objects.filter(
            state=Prospect.State.OPEN, customer__phone_index__among=phones
        )
        columns = cards.values_list("outlet", "customer__phone_index", "number")
        return {(outlet, bytes(phone or b"")): number for outlet, phone, number in columns}

    def _fits(
        self, row: Resolved, record: Prospect | None, held: dict[Key, str], second: dict[int, date]
    ) -> None:
        """One open card per customer; a card keeps its customer and the order of its steps."""
        require(row.extra["given"], "opened_on", "level", record=record)
        if record is None:
            if row.customer is None:
                raise CustomerMissing(column="customer_name")
            other = held.setdefault((row.key[0], row.extra["phone"] or row.key), row.key[1])
            if other != row.key[1]:
                raise SecondOpenCard(number=other, column="customer_name")
            return
        if row.customer is not None and not is_customer(row.customer, record.customer):
            raise OtherCustomer(number=record.number, column="customer_name")
        after = second.get(record.pk)
        if after is not None and after < (row.values["opened_on"] or record.opened_on):
            raise OpenedTooLate(number=record.number, on=after, column="opened_on")

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
            NewCard(
                row.payload.key[0],
                row.payload.key[1],
                customer.id,
                row.payload.values["opened_on"],
                row.payload.values["channel"],
                row.payload.values["model"],
                row.payload.values["level"],
                row.payload.values["owner_id"],
                row.payload.values["note"],
            )
            for row, customer in zip(rows, kept, strict=True)
        ]
        new = open_cards(cards, doing.at)
        for customer in kept:
            if customer.added:
                doing.touch("customer", customer.id)
        for pk in new:
            doing.touch("prospect", pk)
        post_facts("prospect", new, at=doing.at, book=doing.book, fresh=True)

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


def date_openings(cards: Sequence[Prospect]) -> None:
    """The first step of a card bears the card's own date."""
    opened = {card.pk: card.opened_on for card in cards}
    steps = ProspectStep.objects.filter(prospect__among=opened, kind=K.OPENED)
    moved = [step for step in steps if step.on_date != opened[step.prospect_id]]
    for step in moved:
        step.on_date = opened[step.prospect_id]
    update(moved, ["on_date"])


def _second_steps(cards: Sequence[int]) -> dict[int, date]:
    """The day of each card's earliest step after its opening."""
    steps = ProspectStep.objects.filter(prospect__among=cards).exclude(kind=K.OPENED)
    return dict(steps.values_list("prospect").annotate(Min("on_date")).order_by())


def card_snapshots(cards: Sequence[Prospect]) -> dict[int, dict[str, Any]]:
    """Each card's columns and its last step, to restore it by."""
    steps = ProspectStep.objects.filter(prospect__among=[card.pk for card in cards])
    last = dict(steps.values_list("prospect").annotate(Max("id")).order_by())
    return {card.pk: {**snapshot(card), "last_step": last.get(card.pk, 0)} for card in cards}


class Losses:
    """One row per card that was lost or went dormant."""

    right = "imports.write"

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        pairs = []
        for entry in entries:
            try:
                outlet = look.outlet(entry.values["outlet_code"])
                require(entry.values, "on_date", "kind")
                look.happened(entry.values["on_date"])
                pairs.append((entry, Resolved((outlet.pk, entry.values["number"]), {})))
            except Refused as refusal:
                look.refuse(entry.place, refusal.place.get("column", "on_date"), refusal)
        known = numbered(Prospect, [resolved for _, resolved in pairs])
        last = self._last([card.pk for card in known.values()])
        planned = []
        for entry, resolved in pairs:
            try:
                planned.append(self._planned(entry, known.get(resolved.key), last))
            except Refused as refusal:
                look.refuse(entry.place, "number", refusal)
        return planned

    def _last(self, cards: Sequence[int]) -> dict[int, Any]:
        steps = ProspectStep.objects.filter(prospect__among=cards).exclude(kind=K.NOTE)
        return dict(steps.order_by("on_date", "id").values_list("prospect", "on_date"))

    def _planned(self, entry: Entry, card: Prospect | None, last: dict[int, Any]) -> Planned:
        given = entry.values
        if card is None:
            raise UnknownCard(number=given["number"], outlet=given["outlet_code"])
        if card.state == given["kind"] and card.closed_on == given["on_date"]:
            return Planned(entry, "same", None, card)
        if card.state != Prospect.State.OPEN:
            raise CardNotOpen(number=card.number, state=card.state, on=card.closed_on)
        if given["on_date"] < last[card.pk]:
            raise BeforeLastStep(on=given["on_date"], since=last[card.pk])
        return Planned(entry, "create", None, card)

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        rows = [row for row in planned if row.doing == "create"]
        befores = card_snapshots([row.record for row in rows])
        steps = []
        for row in rows:
            given, card = row.entry.values, row.record
            before = befores[card.pk]
            reason = given.get("reason") or ""
            steps.append(
                NewStep(card.pk, given["on_date"], given["kind"], card.level, card.owner_id, reason)
            )
            card.state, card.closed_on, card.reason = given["kind"], given["on_date"], reason
            card.rival = given.get("rival") or ""
            card.version += 1
            doing.touch("prospect", card.pk, before, card.version)
        add_steps(steps, doing.at)
        cards = [row.record for row in rows]
        update(cards, ["state", "closed_on", "reason", "rival", "version"])
        post_cards([card.pk for card in cards], doing.at, doing.book)
