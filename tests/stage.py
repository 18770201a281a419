"""One of everything at the cast's outlet, and every verb done on it with one good call."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from cast import AT, ON, Cast, Floor
from cheji.actions import (
    accounts,
    amending,
    customers,
    definitions,
    deliveries,
    leads,
    orders,
    people,
    prospects,
    registers,
    runs,
    spend,
    target_locks,
    targets,
    vehicles,
    visits,
)
from cheji.records import models as m
from cheji.records.visibility import Viewer

LINES = (orders.Line("vehicle", 10_000_000),)


class Stage:
    """The cast with one of everything at their outlet, ready for every verb."""

    def __init__(self) -> None:
        self.cast, self.floor = Cast(), Floor()
        self.outlet = self.cast.outlet
        zhang = self.cast.people["zhang"]
        self.customer = self.floor.customer(self.outlet, zhang, phone="13800000009")
        self.card = self.floor.prospect(self.customer)
        self.resting = self.floor.prospect(self.floor.customer(self.outlet, zhang))
        self.floor.step(self.resting, "lost", ON)
        m.Prospect.objects.filter(pk=self.resting.pk).update(state="lost", closed_on=ON)
        self.order = self.floor.order(self.outlet, zhang)
        self.handed = self.floor.order(self.outlet, zhang)
        self.delivery = self.floor.delivery(self.handed)
        self.visit = self.floor.visit(self.outlet, zhang)
        self.lead = self.floor.lead(self.outlet, zhang)
        self.spend = self.floor.spend(self.outlet, 100)
        self.drive = self.floor.entry("test_drive", self.outlet, zhang)
        self.post = zhang.posts.get()
        m.User.objects.create(username="someone")
        self.run = m.Run.objects.create(
            kind="score", outlet=self.outlet, period=202602, definition="p", digest="d", mark=0,
            made_at=AT,
        )  # fmt: skip

    def unlock(self, **told: Any) -> None:
        """A month of the outlet that is locked."""
        m.TargetLock.objects.create(unit=self.outlet, period=202604, made_at=AT)
        target_locks.unlock(unit=self.outlet.pk, month=202604, reason="误锁", **told)

    def stay(self, **told: Any) -> None:
        """Li has left."""
        li = self.cast.people["li"]
        m.Person.objects.filter(pk=li.pk).update(left_on=ON)
        people.stay(person=li.pk, **told)

    def do(self, verb: str, by: Viewer) -> object:
        verbs: dict[str, Callable[..., object]] = {
            "visits.receive": lambda **t: visits.receive(outlet=self.outlet.pk, on=ON, **t),
            "visits.void": lambda **t: visits.void(
                visit=self.visit.pk, version=1, reason="误录", **t
            ),
            "visits.leave": lambda **t: visits.leave(
                visit=self.visit.pk, version=1, came=time(9, 5), left=time(9, 40), **t
            ),
            "visits.count_day": lambda **t: visits.count_day(
                outlet=self.outlet.pk, on=ON, counts={"visits": 3}, **t
            ),
            "leads.receive": lambda **t: leads.receive(
                outlet=self.outlet.pk, received_on=ON, name="赵", **t
            ),
            "leads.settle": lambda **t: leads.settle(
                lead=self.lead.pk, version=1, state="valid", **t
            ),
            "customers.amend": lambda **t: customers.amend(
                customer=self.customer.pk, version=1, name="周", phone="13800000008", **t
            ),
            "customers.reveal_phone": lambda **t: customers.reveal_phone(
                customer=self.customer.pk, reason="回访", **t
            ),
            "prospects.open_card": lambda **t: prospects.open_card(
                outlet=self.outlet.pk, on=ON, name="吴", phone="13800000007", **t
            ),
            "prospects.change_level": lambda **t: prospects.change_level(
                prospect=self.card.pk, version=1, level="B", on=ON, **t
            ),
            "prospects.assign": lambda **t: prospects.assign(
                prospect=self.card.pk, version=1, owner=self.cast.people["li"].pk, on=ON, **t
            ),
            "prospects.lose": lambda **t: prospects.lose(
                prospect=self.card.pk, version=1, on=ON, reason="价格", **t
            ),
            "prospects.reactivate": lambda **t: prospects.reactivate(
                prospect=self.resting.pk, version=1, on=ON, level="A", **t
            ),
            "prospects.follow_up": lambda **t: prospects.follow_up(
                prospect=self.card.pk, version=1, note="约周末", **t
            ),
            "orders.sign": lambda **t: orders.sign(
                outlet=self.outlet.pk, on=ON, lines=LINES, **t
            ),
            "orders.share_out": lambda **t: orders.share_out(
                order=self.order.pk, version=1, on=ON,
                shares=[(self.cast.people["li"].pk, 10_000)], **t,
            ),
            "orders.cancel": lambda **t: orders.cancel(
                order=self.order.pk, version=1, on=ON, reason="退订", **t
            ),
            "orders.amend": lambda **t: amending.amend(
                order=self.order.pk, version=1, reason="误录", terms={"model": "星越"}, amounts={},
                **t,
            ),
            "orders.correct": lambda **t: amending.correct(
                order=self.handed.pk, version=1, reason="补录成本", terms={},
                amounts={"vehicle_cost": 9_400_000}, **t,
            ),
            "deliveries.amend": lambda **t: deliveries.amend(
                delivery=self.delivery.pk, version=1, reason="误录", on=ON, vin="LVIN7", **t
            ),
            "spend.amend": lambda **t: spend.amend(
                spend=self.spend.pk, version=1, reason="误录", on=ON, amount=200, **t
            ),
            "deliveries.deliver": lambda **t: deliveries.deliver(order=self.order.pk, on=ON, **t),
            "deliveries.void": lambda **t: deliveries.void(
                delivery=self.delivery.pk, version=1, reason="误录", **t
            ),
            "vehicles.stock": lambda **t: vehicles.stock(
                outlet=self.outlet.pk, on=ON, vin="LVIN9", model="星越", **t
            ),
            "spend.enter": lambda **t: spend.enter(outlet=self.outlet.pk, on=ON, amount=9, **t),
            "spend.void": lambda **t: spend.void(
                spend=self.spend.pk, version=1, reason="误录", **t
            ),
            "registers.enter": lambda **t: registers.enter(
                register="test_drive", outlet=self.outlet.pk, values={"on_date": ON}, **t
            ),
            "registers.amend": lambda **t: registers.amend(
                register="test_drive", entry=self.drive.pk, version=1, reason="误录",
                values={"on_date": ON, "drive_minutes": 9}, **t,
            ),
            "registers.void": lambda **t: registers.void(
                register="test_drive", entry=self.drive.pk, version=1, reason="误录", **t
            ),
            "targets.set_cells": lambda **t: targets.set_cells(
                cells=[targets.Cell("orders", "month", 202603, 9, unit=self.outlet.pk)], **t
            ),
            "targets.lock": lambda **t: target_locks.lock(
                unit=self.outlet.pk, month=202603, **t
            ),
            "targets.unlock": self.unlock,
            "people.open_unit": lambda **t: people.open_unit(
                kind="team", code="T9", name="九组", parent=self.outlet.pk, **t
            ),
            "people.rename_unit": lambda **t: people.rename_unit(
                unit=self.outlet.pk, name="新名", **t
            ),
            "people.hire": lambda **t: people.hire(
                number="N9", name="郝", hired_on=ON, unit=self.outlet.pk, **t
            ),
            "people.appoint": lambda **t: people.appoint(
                person=self.cast.people["li"].pk, unit=self.outlet.pk, role="care", since=ON, **t
            ),
            "people.end_post": lambda **t: people.end_post(post=self.post.pk, until=ON, **t),
            "people.move": lambda **t: people.move(
                person=self.cast.people["li"].pk, unit=self.cast.other_team.pk, on=ON, **t
            ),
            "people.leave": lambda **t: people.leave(
                person=self.cast.people["li"].pk, on=ON, **t
            ),
            "people.stay": self.stay,
            "users.open_account": lambda **t: accounts.open_account(
                username="fresh", password="a long Phrase 7", **t
            ),
            "users.set_password": lambda **t: accounts.set_password(
                username="someone", password="a long Phrase 8", **t
            ),
            "users.reset_second_factor": lambda **t: accounts.reset_second_factor(
                username="someone", **t
            ),
            "users.close_account": lambda **t: accounts.close_account(username="someone", **t),
            "users.reopen_account": lambda **t: accounts.reopen_account(username="someone", **t),
            "runs.keep": lambda **t: runs.keep(
                kind="score", outlet=self.outlet.pk, period=202603, definition="s", digest="d",
                mark=0, lines=[runs.KeptLine("x", {})], **t,
            ),
            "runs.close": lambda **t: runs.close(run=self.run.pk, **t),
            "definitions.install": lambda **t: definitions.install(
                pack="dealership", valid_from=date(2026, 1, 1), **t
            ),
        }  # fmt: skip
        self.verbs = list(verbs)
        return verbs[verb](by=by, at=AT)


#: Verb → right that it needs, and whether the outlet and subject are named in its entry.
RIGHTS = {
    "visits.receive": "visits.write", "visits.void": "visits.write",
    "visits.leave": "visits.write", "visits.count_day": "totals.write",
    "leads.receive": "leads.write", "leads.settle": "leads.write",
    "customers.amend": "prospects.write",
    "customers.reveal_phone": "reveal.phone", "prospects.open_card": "prospects.write",
    "prospects.change_level": "prospects.write", "prospects.assign": "prospects.assign",
    "prospects.lose": "prospects.write", "prospects.reactivate": "prospects.write",
    "prospects.follow_up": "prospects.write", "orders.sign": "orders.write",
    "orders.share_out": "prospects.assign", "orders.cancel": "orders.cancel",
    "orders.amend": "orders.amend", "orders.correct": "orders.correct",
    "deliveries.amend": "deliveries.amend", "spend.amend": "spend.write",
    "deliveries.deliver": "deliveries.write", "deliveries.void": "orders.cancel",
    "vehicles.stock": "stock.write", "spend.enter": "spend.write", "spend.void": "spend.write",
    "registers.enter": "prospects.write", "registers.amend": "prospects.write",
    "registers.void": "prospects.write",
    "targets.set_cells": "targets.write", "targets.lock": "targets.write",
    "targets.unlock": "targets.unlock", "people.open_unit": "units.write",
    "people.rename_unit": "units.write", "people.hire": "people.write",
    "people.appoint": "people.write", "people.end_post": "people.write",
    "people.move": "people.write", "people.leave": "people.write",
    "people.stay": "people.write", "users.reopen_account": "users.write",
    "users.open_account": "users.write", "users.set_password": "users.write",
    "users.reset_second_factor": "users.write", "users.close_account": "users.write",
    "runs.keep": "runs.make", "runs.close": "runs.close",
    "definitions.install": "definitions.publish",
}  # fmt: skip
