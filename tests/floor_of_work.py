"""A showroom floor that a test drives at random: every verb, on whatever is there."""

from collections.abc import Callable
from datetime import date, timedelta

from cast import AT, ON, Cast
from cheji.actions import (
    amending,
    deliveries,
    imports,
    leads,
    orders,
    people,
    prospects,
    registers,
    spend,
    visits,
)
from cheji.actions.imports import Entry
from cheji.records import models as m
from cheji.records.refusals import Refused

START = date(2026, 1, 20)
S = m.Prospect.State


class FloorOfWork:
    """Runs verbs named by numbers; what a rule refuses simply does not happen."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.by = cast, cast["operator"]
        self.sellers = [cast.people[name] for name in ("zhang", "li", "wang", "manager")]
        self.batches: list[m.ImportBatch] = []
        self.done = 0

    def run(self, verb: str, number: int) -> None:
        act: Callable[[int], None] = getattr(self, verb)
        try:
            act(number)
        except Refused:
            return
        self.done += 1

    # -- choosing --------------------------------------------------------------

    def day(self, number: int, since: date = START) -> date:
        return since + timedelta(days=number % max(1, (ON - since).days + 1))

    def seller(self, number: int) -> m.Person:
        return self.sellers[number % len(self.sellers)]

    def phone(self, number: int) -> str:
        return f"1380000{number % 5:04d}"

    def pick(self, rows: object, number: int) -> object:
        found = list(rows.order_by("id"))  # type: ignore[attr-defined]
        if not found:
            raise Refused
        return found[number % len(found)]

    def card(self, number: int, *states: str) -> m.Prospect:
        return self.pick(m.Prospect.objects.filter(state__in=states or S.values), number)  # type: ignore[return-value]

    def order(self, number: int) -> m.Order:
        return self.pick(m.Order.objects.all(), number)  # type: ignore[return-value]

    # -- verbs -----------------------------------------------------------------

    def receive_visit(self, n: int) -> None:
        visits.receive(
            by=self.by, at=AT, outlet=self.cast.outlet.pk, on=self.day(n), first=n % 3 > 0,
            purpose="buy" if n % 5 else "aftersales", phone=self.phone(n // 7) if n % 2 else "",
            person=self.seller(n // 3).pk if n % 4 else None,
        )  # fmt: skip

    def void_visit(self, n: int) -> None:
        row = self.pick(m.Visit.objects.all(), n)
        visits.void(by=self.by, at=AT, visit=row.pk, version=row.version, reason="误录")  # type: ignore[attr-defined]

    def receive_lead(self, n: int) -> None:
        leads.receive(
            by=self.by, at=AT, outlet=self.cast.outlet.pk, received_on=self.day(n),
            phone=self.phone(n // 7), person=self.seller(n).pk,
        )  # fmt: skip

    def settle_lead(self, n: int) -> None:
        row = self.pick(m.Lead.objects.all(), n)
        state = m.Lead.State.values[n % 6]
        leads.settle(by=self.by, at=AT, lead=row.pk, version=row.version, state=state)  # type: ignore[attr-defined]

    def open_card(self, n: int) -> None:
        prospects.open_card(
            by=self.by, at=AT, outlet=self.cast.outlet.pk, on=self.day(n), name="钱先生",
            phone=self.phone(n // 5), level="HABC"[n % 4],
            owner=self.seller(n // 2).pk if n % 6 else None,
        )  # fmt: skip

    def change_level(self, n: int) -> None:
        card = self.card(n, S.OPEN)
        prospects.change_level(
            by=self.by, at=AT, prospect=card.pk, version=card.version, level="HABC"[n // 2 % 4],
            on=self.day(n, card.opened_on),
        )  # fmt: skip

    def assign(self, n: int) -> None:
        card = self.card(n, S.OPEN)
        prospects.assign(
            by=self.by, at=AT, prospect=card.pk, version=card.version,
            owner=self.seller(n // 2).pk, on=self.day(n, card.opened_on),
        )  # fmt: skip

    def lose(self, n: int) -> None:
        card = self.card(n, S.OPEN)
        prospects.lose(
            by=self.by, at=AT, prospect=card.pk, version=card.version,
            on=self.day(n, card.opened_on), reason="价格", dormant=n % 2 == 0,
        )  # fmt: skip

    def reactivate(self, n: int) -> None:
        card = self.card(n, S.LOST, S.DORMANT)
        prospects.reactivate(
            by=self.by, at=AT, prospect=card.pk, version=card.version,
            on=self.day(n, card.closed_on), level="HABC"[n % 4],
        )  # fmt: skip

    def sign(self, n: int) -> None:
        parts = ((self.seller(n).pk, 3_333), (self.seller(n + 1).pk, 6_667))
        cost = 9_000_000 if n % 5 else None
        lines = [orders.Line("vehicle", 10_000_001 + n % 7, cost), orders.Line("gift", 0, 99)]
        orders.sign(
            by=self.by, at=AT, outlet=self.cast.outlet.pk, on=self.day(n),
            lines=[*lines, orders.Line("discount", -100_001)] if n % 2 else lines,
            phone=self.phone(n // 5) if n % 7 else "", units=1 + n % 3,
            shares=parts if n % 3 else parts[:0],
        )  # fmt: skip

    def share_out(self, n: int) -> None:
        row = self.order(n)
        orders.share_out(
            by=self.by, at=AT, order=row.pk, version=row.version, on=self.day(n, row.signed_on),
            shares=[(self.seller(n // 2).pk, 10_000)],
        )  # fmt: skip

    def cancel(self, n: int) -> None:
        row = self.order(n)
        orders.cancel(
            by=self.by, at=AT, order=row.pk, version=row.version,
            on=self.day(n // 2, row.signed_on), reason="贷款未批", returns=n % 4 > 0,
        )  # fmt: skip

    def amend_order(self, n: int) -> None:
        row = self.order(n)
        act = amending.amend if n % 2 else amending.correct
        terms = {"signed_on": self.day(n // 2), "units": 1 + n % 3}
        act(
            by=self.by, at=AT, order=row.pk, version=row.version, reason="误录",
            terms=terms if n % 3 else {},
            amounts={
                "vehicle_price": 10_000_003 + n, "vehicle_cost": 8_000_000 + n if n % 4 else None,
            },
        )  # fmt: skip

    def amend_delivery(self, n: int) -> None:
        row = self.pick(m.Delivery.objects.all(), n)
        deliveries.amend(
            by=self.by, at=AT, delivery=row.pk, version=row.version, reason="误录",  # type: ignore[attr-defined]
            on=self.day(n), units=1 + n % 2, trade_in=n % 3 == 0,
        )  # fmt: skip

    def deliver(self, n: int) -> None:
        row = self.order(n)
        deliveries.deliver(
            by=self.by, at=AT, order=row.pk, on=self.day(n, row.signed_on), units=1 + n % 2,
            trade_in=n % 3 == 0,
        )  # fmt: skip

    def void_delivery(self, n: int) -> None:
        row = self.pick(m.Delivery.objects.all(), n)
        deliveries.void(by=self.by, at=AT, delivery=row.pk, version=row.version, reason="误录")  # type: ignore[attr-defined]

    def move_person(self, n: int) -> None:
        unit = (self.cast.team, self.cast.other_team)[n % 2]
        people.move(by=self.by, at=AT, person=self.sellers[n % 3].pk, unit=unit.pk, on=self.day(n))

    def appoint(self, n: int) -> None:
        unit = (self.cast.team, self.cast.other_team)[n % 2]
        people.appoint(
            by=self.by, at=AT, person=self.sellers[n % 4].pk, unit=unit.pk, role="consultant",
            since=self.day(n),
        )  # fmt: skip

    def end_post(self, n: int) -> None:
        team = m.Post.objects.filter(unit__kind="team")
        row = self.pick(team, n)
        people.end_post(by=self.by, at=AT, post=row.pk, until=self.day(n))  # type: ignore[attr-defined]

    def count_day(self, n: int) -> None:
        counts = {"visits": n % 9, "intent_new": n % 4, "deliveries_walk_in": n % 2}
        visits.count_day(
            by=self.by, at=AT, outlet=self.cast.outlet.pk, on=self.day(n % 5), counts=counts,
            person=self.seller(n).pk if n % 2 else None,
        )  # fmt: skip

    def enter_spend(self, n: int) -> None:
        spend.enter(
            by=self.by, at=AT, outlet=self.cast.outlet.pk, on=self.day(n), amount=n, subsidy=n // 3
        )

    def amend_spend(self, n: int) -> None:
        row = self.pick(m.AdSpend.objects.all(), n)
        spend.amend(
            by=self.by, at=AT, spend=row.pk, version=row.version, reason="误录",  # type: ignore[attr-defined]
            on=self.day(n), amount=n, subsidy=n // 4,
        )  # fmt: skip

    def void_spend(self, n: int) -> None:
        row = self.pick(m.AdSpend.objects.all(), n)
        spend.void(by=self.by, at=AT, spend=row.pk, version=row.version, reason="误录")  # type: ignore[attr-defined]

    # -- registers -------------------------------------------------------------

    def enter_entry(self, n: int) -> None:
        values: dict[str, dict[str, object]] = {
            "test_drive": {"on_date": self.day(n)},
            "quote": {"on_date": self.day(n), "price": n},
            "appointment": {
                "set_on": self.day(n), "due_on": self.day(n), "purpose": "visit", "state": "kept",
                "arrived_on": self.day(n),
            },
            "follow_up": {"due_on": self.day(n), "done_on": self.day(n), "way": "outlet"},
            "repair_order": {
                "in_on": self.day(n), "settled_on": self.day(n), "work": "repair", "labour": n,
                "parts": 1,
            },
        }  # fmt: skip
        code = list(values)[n % 5]
        registers.enter(
            by=self.by, at=AT, register=code, outlet=self.cast.outlet.pk, values=values[code],
            about=registers.About(self.seller(n // 2).pk, phone=self.phone(n // 5)),
        )  # fmt: skip

    def amend_drive(self, n: int) -> None:
        row = self.pick(m.entries("test_drive"), n)
        registers.amend(
            by=self.by, at=AT, register="test_drive", entry=row.pk, version=row.version,  # type: ignore[attr-defined]
            reason="误录", values={"on_date": self.day(n // 3)},
            about=registers.About(self.seller(n).pk),
        )  # fmt: skip

    def void_entry(self, n: int) -> None:
        code = ("test_drive", "quote", "appointment", "follow_up")[n % 4]
        row = self.pick(m.entries(code), n)
        registers.void(
            by=self.by,
            at=AT,
            register=code,
            entry=row.pk,
            version=row.version,
            reason="误录",  # type: ignore[attr-defined]
        )

    # -- files -----------------------------------------------------------------

    def bring(self, kind: str, rows: list[dict[str, object]]) -> None:
        batch = imports.start(by=self.by, at=AT, kind=kind, name=f"{kind}.csv", content=b"x")
        self.done += 1
        entries = [
            Entry(place, {"outlet_code": "N1", **values}) for place, values in enumerate(rows)
        ]
        imports.commit(by=self.by, at=AT, batch=batch, entries=entries, skip=True)
        self.batches.append(batch)

    def import_orders(self, n: int) -> None:
        self.bring("orders", [
            {
                "order_no": f"F{(n + i) % 6}", "signed_on": self.day(n * (i + 1)),
                "vehicle_price": 10_000_000 + n % 5, "units": 1 + (n + i) % 3,
                "vehicle_cost": 9_000_000 if (n + i) % 2 else None,
                "phone": self.phone(n // 3 + i), "customer_name": "孙女士",
                "consultant": (("ZHANG", 5_000), ("LI", 5_000)) if n % 2 else (("WANG", 10_000),),
            }
            for i in range(3)
        ])  # fmt: skip

    def import_drives(self, n: int) -> None:
        self.bring("test_drives", [
            {"number": f"S{(n + i) % 4}", "on_date": self.day(n * (i + 1)),
             "phone": self.phone(n // 3 + i), "customer_name": "孙女士"}
            for i in range(3)
        ])  # fmt: skip

    def import_leads(self, n: int) -> None:
        self.bring("leads", [
            {"number": f"L{(n + i) % 4}", "received_on": self.day(n * (i + 1)),
             "phone": self.phone(n // 3 + i), "name": "孙女士"}
            for i in range(3)
        ])  # fmt: skip

    def import_prospects(self, n: int) -> None:
        self.bring("prospects", [
            {
                "number": f"C{(n + i) % 5}", "opened_on": self.day(n * (i + 1)),
                "level": "HABC"[(n + i) % 4], "customer_name": f"李{(n + i) % 5}",
                "owner": ("ZHANG", "LI", "WANG", "")[n // 2 % 4],
            }
            for i in range(3)
        ])  # fmt: skip

    def import_losses(self, n: int) -> None:
        card = self.card(n, S.OPEN)
        self.bring("losses", [{
            "number": card.number, "on_date": self.day(n, card.opened_on), "kind": "lost",
            "reason": "竞品",
        }])  # fmt: skip

    def import_cancellations(self, n: int) -> None:
        row = self.order(n)
        on = self.day(n // 3, row.signed_on)
        self.bring("cancellations", [{"order_no": row.number, "on_date": on, "reason": "退订"}])

    def import_deliveries(self, n: int) -> None:
        row = self.order(n)
        on = self.day(n // 3, row.signed_on)
        self.bring("deliveries", [{
            "order_no": row.number, "on_date": on, "number": f"D{n % 3}", "units": 1 + n % 2,
        }])  # fmt: skip

    def import_people(self, n: int) -> None:
        self.bring("people", [{
            "number": ("ZHANG", "LI", "WANG", "NEW")[n % 4], "name": "某人", "unit_code": "N1",
            "team": ("T1", "T2", "T3")[n // 4 % 3], "role": "consultant", "from": self.day(n),
            "until": None,
        }])  # fmt: skip

    def undo_batch(self, n: int) -> None:
        if not self.batches:
            raise Refused
        imports.undo(by=self.by, at=AT, batch=self.batches[n % len(self.batches)].pk)


VERBS = [
    name
    for name in vars(FloorOfWork)
    if name not in ("run", "day", "seller", "phone", "pick", "card", "order", "bring")
    and not name.startswith("_")
]
