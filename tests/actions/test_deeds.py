"""One verb, one transaction, one audit entry: rights, scope, refusals, and two at once."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from cast import AT, LONG_AGO, ON, Cast, Floor, R, account, person
from cheji.actions import (
    customers,
    definitions,
    deliveries,
    leads,
    orders,
    people,
    prospects,
    runs,
    spend,
    targets,
    vehicles,
    visits,
)
from cheji.actions.deeds import TakenMeanwhile
from cheji.facts import rebuilding
from cheji.records import audit
from cheji.records import models as m
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours, Refused
from cheji.records.visibility import Viewer, viewer_of

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
        self.post = zhang.posts.get()
        m.User.objects.create_user("someone", "x")
        self.run = m.Run.objects.create(
            kind="pay", outlet=self.outlet, period=202602, definition="p", digest="d", mark=0,
            made_at=AT,
        )  # fmt: skip

    def do(self, verb: str, by: Viewer) -> object:
        verbs: dict[str, Callable[..., object]] = {
            "visits.receive": lambda **t: visits.receive(outlet=self.outlet.pk, on=ON, **t),
            "visits.void": lambda **t: visits.void(
                visit=self.visit.pk, version=1, reason="误录", **t
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
            "targets.set_cells": lambda **t: targets.set_cells(
                cells=[targets.Cell("orders", "month", 202603, 9, unit=self.outlet.pk)], **t
            ),
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
            "users.open_account": lambda **t: people.open_account(
                username="fresh", password="a long Phrase 7", **t
            ),
            "users.set_password": lambda **t: people.set_password(
                username="someone", password="a long Phrase 8", **t
            ),
            "users.close_account": lambda **t: people.close_account(username="someone", **t),
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
    "visits.count_day": "totals.write", "leads.receive": "leads.write",
    "leads.settle": "leads.write", "customers.amend": "prospects.write",
    "customers.reveal_phone": "reveal.phone", "prospects.open_card": "prospects.write",
    "prospects.change_level": "prospects.write", "prospects.assign": "prospects.assign",
    "prospects.lose": "prospects.write", "prospects.reactivate": "prospects.write",
    "prospects.follow_up": "prospects.write", "orders.sign": "orders.write",
    "orders.share_out": "prospects.assign", "orders.cancel": "orders.cancel",
    "deliveries.deliver": "deliveries.write", "deliveries.void": "orders.cancel",
    "vehicles.stock": "stock.write", "spend.enter": "spend.write", "spend.void": "spend.write",
    "targets.set_cells": "targets.write", "people.open_unit": "units.write",
    "people.rename_unit": "units.write", "people.hire": "people.write",
    "people.appoint": "people.write", "people.end_post": "people.write",
    "people.move": "people.write", "people.leave": "people.write",
    "users.open_account": "users.write", "users.set_password": "users.write",
    "users.close_account": "users.write", "runs.keep": "runs.make", "runs.close": "runs.close",
    "definitions.install": "definitions.publish",
}  # fmt: skip
ACTORS = ("zhang", "lead", "manager", "region_head", "group_manager", "finance", "hr", "marketing",
          "care", "stock", "auditor", "administrator", "operator")  # fmt: skip
BODILESS = {"targets.set_cells", "definitions.install"}
WITHOUT_OUTLET = ("people.", "users.", "targets.", "definitions.")


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


@pytest.mark.parametrize("verb", RIGHTS)
def test_who_has_the_right_writes_one_entry_and_who_has_not_is_noted(
    stage: Stage, verb: str
) -> None:
    for name in ACTORS:
        viewer = stage.cast[name]
        sid = transaction.savepoint()
        before = m.AuditEntry.objects.count()
        allowed = viewer.can(RIGHTS[verb])
        # A group-wide definition needs a post of the group.
        allowed &= not (verb == "definitions.install" and name == "finance")
        try:
            stage.do(verb, viewer)
            done = True
        except NotYours:
            done = False
        assert done is allowed, name
        (entry,) = m.AuditEntry.objects.order_by("id")[before:]
        noun = verb.split(".", maxsplit=1)[0]
        assert (entry.verb, entry.noun, entry.actor, entry.actor_name, entry.refused) == (
            verb, noun, viewer.user, viewer.name, not allowed,
        )  # fmt: skip
        if done:
            assert (entry.subject is None) is (verb in BODILESS)
            if not verb.startswith(WITHOUT_OUTLET):
                assert entry.outlet == stage.outlet.pk
        else:
            assert json.loads(entry.body)["refusal"] == "NotYours"
            assert (entry.subject, entry.outlet) == (None, None)
        transaction.savepoint_rollback(sid)


def test_every_verb_of_the_house_stands_in_the_table(stage: Stage) -> None:
    with pytest.raises(KeyError):
        stage.do("", stage.cast["operator"])
    assert set(stage.verbs) == set(RIGHTS)


HIDDEN = {
    "visits.void": ("far_manager", "visit"), "leads.settle": ("far_manager", "lead"),
    "customers.amend": ("li", "customer"), "customers.reveal_phone": ("li", "customer"),
    "prospects.change_level": ("li", "prospect"), "prospects.lose": ("li", "prospect"),
    "prospects.assign": ("far_manager", "prospect"), "prospects.follow_up": ("wang", "prospect"),
    "prospects.reactivate": ("wang", "prospect"), "orders.share_out": ("far_manager", "order"),
    "orders.cancel": ("far_manager", "order"), "deliveries.deliver": ("li", "order"),
    "deliveries.void": ("far_manager", "delivery"), "spend.void": ("far_manager", "spend"),
    "visits.receive": ("far_manager", "outlet"), "orders.sign": ("far_manager", "outlet"),
    "visits.count_day": ("far_manager", "outlet"), "targets.set_cells": ("far_manager", "unit"),
    "runs.keep": ("far_manager", "outlet"), "spend.enter": ("far_manager", "outlet"),
    "vehicles.stock": ("far_manager", "outlet"), "prospects.open_card": ("far_manager", "outlet"),
}  # fmt: skip


@pytest.mark.parametrize("verb", HIDDEN)
def test_out_of_scope_answers_as_if_it_were_not_there(stage: Stage, verb: str) -> None:
    name, noun = HIDDEN[verb]
    rows = {table: list(table.objects.values()) for table in (m.Prospect, m.Order, m.Visit, m.Fact)}
    with pytest.raises(NotFound) as refusal:
        stage.do(verb, stage.cast[name])
    assert refusal.value.place["noun"] == noun
    assert {table: list(table.objects.values()) for table in rows} == rows
    entry = m.AuditEntry.objects.latest("id")
    told = json.loads(entry.body)
    assert (entry.verb, entry.refused, told["refusal"]) == (verb, True, "NotFound")


def test_a_run_elsewhere_is_as_one_that_is_missing(stage: Stage) -> None:
    far = m.Run.objects.create(
        kind="pay", outlet=stage.cast.far, period=202602, definition="p", digest="d", mark=0,
        made_at=AT,
    )  # fmt: skip
    told = []
    for pk in (far.pk, 10**9):
        with pytest.raises(NotFound) as refusal:
            runs.close(by=stage.cast["finance"], at=AT, run=pk)
        told.append(refusal.value.say("en").replace(str(pk), "N"))
    assert told[0] == told[1]


def test_what_fails_leaves_no_entry_and_no_row(stage: Stage) -> None:
    before = (m.AuditEntry.objects.count(), m.Order.objects.count(), m.Fact.objects.count())
    with pytest.raises(orders.SharesDoNotAddUp):
        orders.sign(
            by=stage.cast["operator"], at=AT, outlet=stage.outlet.pk, on=ON, lines=LINES,
            shares=[(stage.cast.people["li"].pk, 9_999)],
        )  # fmt: skip
    assert (m.AuditEntry.objects.count(), m.Order.objects.count(), m.Fact.objects.count()) == before


@pytest.mark.parametrize(
    "verb", ["visits.void", "prospects.lose", "orders.cancel", "deliveries.void", "spend.void"]
)
def test_a_change_made_on_an_outdated_row_is_refused(stage: Stage, verb: str) -> None:
    for table in (m.Visit, m.Prospect, m.Order, m.Delivery, m.AdSpend):
        table.objects.update(version=2)
    with pytest.raises(ChangedMeanwhile):
        stage.do(verb, stage.cast["operator"])


def test_nobody_gives_himself_a_post(stage: Stage) -> None:
    by = stage.cast["hr"]
    me, unit = stage.cast.people["hr"], stage.cast.group
    told: dict[str, Any] = {"by": by, "at": AT}
    with pytest.raises(people.OwnRights):
        people.appoint(person=me.pk, unit=unit.pk, role="administrator", since=ON, **told)
    with pytest.raises(people.OwnRights):
        people.move(person=me.pk, unit=unit.pk, on=ON, **told)
    with pytest.raises(people.OwnRights):
        people.end_post(post=me.posts.get().pk, until=ON + timedelta(days=900), **told)
    assert list(me.posts.values_list("role", "until")) == [("hr", None)]


def test_a_post_reaches_no_higher_than_itself(stage: Stage) -> None:
    """An outlet's HR neither appoints to the group, nor moves or closes the group's people."""
    cast = stage.cast
    small = person("SMALL", "小人事", (R.HR, cast.outlet), (R.ADMINISTRATOR, cast.outlet))
    by = viewer_of(account(small), ON)
    li, head = cast.people["li"], cast.people["group_manager"]
    told: dict[str, Any] = {"by": by, "at": AT}
    for unit in (cast.group, cast.north, cast.sister):
        with pytest.raises(NotFound):
            people.appoint(person=li.pk, unit=unit.pk, role="finance", since=ON, **told)
        with pytest.raises(NotFound):
            people.hire(number="N9", name="新", hired_on=ON, unit=unit.pk, role="hr", **told)
        with pytest.raises(NotFound):
            people.rename_unit(unit=unit.pk, name="x", **told)
    for verb in (people.move, people.appoint):
        more = {"on": ON} if verb is people.move else {"since": ON, "role": "care"}
        with pytest.raises(NotFound):
            verb(person=head.pk, unit=cast.outlet.pk, **more, **told)
    with pytest.raises(NotFound):
        people.leave(person=head.pk, on=ON, **told)
    with pytest.raises(NotFound):
        people.end_post(post=head.posts.get().pk, until=ON, **told)
    user = m.User.objects.get(person=head)
    with pytest.raises(NotFound):
        people.set_password(username=user.username, password="a long Phrase 9", **told)
    people.appoint(person=li.pk, unit=cast.outlet.pk, role="finance", since=ON, **told)


def test_one_post_lends_no_right_to_another(stage: Stage) -> None:
    """A consultant here who advertises for another outlet enters spend there alone."""
    cast = stage.cast
    two = person("TWO", "双岗", (R.CONSULTANT, cast.team), (R.MARKETING, cast.sister))
    by = viewer_of(account(two), ON)
    spend.enter(by=by, at=AT, outlet=cast.sister.pk, on=ON, amount=1)
    with pytest.raises(NotFound):
        spend.enter(by=by, at=AT, outlet=cast.outlet.pk, on=ON, amount=1)
    with pytest.raises(NotFound):
        visits.receive(by=by, at=AT, outlet=cast.sister.pk, on=ON)


def test_targets_are_set_below_ones_post(stage: Stage) -> None:
    cast = stage.cast
    by = cast["manager"]

    def cell(**scope: Any) -> targets.Cell:
        return targets.Cell("orders", "month", 202603, 5, **scope)

    for unit in (cast.group, cast.north, cast.sister):
        with pytest.raises(NotFound):
            targets.set_cells(by=by, at=AT, cells=[cell(unit=unit.pk)])
    far = cast.people["far_consultant"]
    with pytest.raises(NotFound):
        targets.set_cells(by=by, at=AT, cells=[cell(person=far.pk, outlet=cast.outlet.pk)])
    mine = [
        cell(unit=cast.outlet.pk), cell(unit=cast.team.pk),
        cell(person=cast.people["li"].pk, outlet=cast.outlet.pk),
    ]  # fmt: skip
    assert targets.set_cells(by=by, at=AT, cells=mine).changed == 3
    assert targets.set_cells(by=by, at=AT, cells=mine).changed == 0


def test_a_second_person_publishes_and_closes(stage: Stage) -> None:
    cast = stage.cast
    definitions.install(by=cast["operator"], at=AT, pack="dealership", valid_from=date(2026, 1, 1))
    switch = definitions.set_switch(
        by=cast["hr"], at=AT, code="phone_counts", on=True, valid_from=date(2026, 3, 1)
    )
    with pytest.raises(definitions.NeedsSecondPerson):
        definitions.publish(by=cast["hr"], at=AT, version=switch.id)
    with pytest.raises(NotYours):
        definitions.publish(by=cast["finance"], at=AT, version=switch.id)
    definitions.publish(by=cast["group_manager"], at=AT, version=switch.id)
    with pytest.raises(definitions.AlreadyPublished):
        definitions.publish(by=cast["group_manager"], at=AT, version=switch.id)
    kept = runs.keep(
        by=cast["finance"], at=AT, kind="pay", outlet=stage.outlet.pk, period=202603,
        definition="p", digest="d", mark=0, lines=[runs.KeptLine("x", {}, fen=1)],
    )  # fmt: skip
    with pytest.raises(runs.MadeItYourself):
        runs.close(by=cast["finance"], at=AT, run=kept.id)
    other = person("FIN2", "财务二", (R.FINANCE, cast.north))
    runs.close(by=viewer_of(account(other), ON), at=AT, run=kept.id)
    with pytest.raises(runs.RunIsClosed):
        runs.close(by=cast["finance"], at=AT, run=kept.id)


@pytest.mark.parametrize(
    ("refusal", "shares"),
    [
        (orders.SharesDoNotAddUp, []),
        (orders.SharesDoNotAddUp, [("li", 9_999)]),
        (orders.BadParts, [("li", 5_000), ("li", 5_000)]),
        (orders.BadParts, [("li", 12_000), ("zhang", -2_000)]),
        (orders.BadParts, [("li", 10_000), ("zhang", 0)]),
    ],
)
def test_shares_are_parts_of_the_whole(
    stage: Stage, refusal: type[Refused], shares: list[tuple[str, int]]
) -> None:
    parts = [(stage.cast.people[name].pk, part) for name, part in shares]
    with pytest.raises(refusal):
        orders.share_out(
            by=stage.cast["manager"], at=AT, order=stage.order.pk, version=1, on=ON, shares=parts
        )


def test_units_and_counts_are_whole_and_positive(stage: Stage) -> None:
    by = stage.cast["manager"]
    with pytest.raises(orders.NothingSold):
        orders.sign(by=by, at=AT, outlet=stage.outlet.pk, on=ON, lines=LINES, units=0)
    for units in (0, -1):
        with pytest.raises(deliveries.NoUnits):
            deliveries.deliver(by=by, at=AT, order=stage.order.pk, on=ON, units=units)
    with pytest.raises(deliveries.TooManyUnits):
        deliveries.deliver(by=by, at=AT, order=stage.order.pk, on=ON, units=2)
    with pytest.raises(BadValue):
        visits.count_day(by=by, at=AT, outlet=stage.outlet.pk, on=ON, counts={"visits": -1})
    with pytest.raises(BadValue):
        visits.count_day(by=by, at=AT, outlet=stage.outlet.pk, on=ON, counts={"vists": 1})


def test_a_delivery_takes_its_own_outlets_vehicle_out_of_stock(stage: Stage) -> None:
    cast = stage.cast
    own = stage.floor.vehicle(cast.outlet, LONG_AGO)
    other = stage.floor.vehicle(cast.far, LONG_AGO)
    second = stage.floor.order(cast.outlet, cast.people["zhang"])
    by = cast["zhang"]
    done = deliveries.deliver(by=by, at=AT, order=stage.order.pk, on=ON, vin=own.vin)
    deliveries.deliver(by=by, at=AT, order=second.pk, on=ON, vin=other.vin)
    left = dict(m.Vehicle.objects.values_list("vin", "left_on"))
    assert left == {own.vin: ON, other.vin: None}
    deliveries.void(by=cast["manager"], at=AT, delivery=done.id, version=1, reason="误录")
    own.refresh_from_db()
    assert own.left_on is None
    rebuilding.rebuild()
    assert rebuilding.differences() == []


def together(*verbs: Callable[[], object]) -> list[str]:
    """Run the verbs at the same time on connections of their own; the names of the outcomes."""
    barrier, outcomes = Barrier(len(verbs)), [""] * len(verbs)

    def run(place: int, verb: Callable[[], object]) -> None:
        barrier.wait()
        try:
            verb()
            outcomes[place] = "done"
        except Refused as refusal:
            outcomes[place] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """Two connections; whoever comes second is refused in words, and nothing is half done."""

    def test_a_vin_is_delivered_once(self) -> None:
        stage = Stage()
        second = stage.floor.order(stage.cast.outlet, stage.cast.people["li"])
        by = stage.cast["manager"]
        outcomes = together(*(
            lambda pk=pk: deliveries.deliver(by=by, at=AT, order=pk, on=ON, vin="LVIN5")
            for pk in (stage.order.pk, second.pk)
        ))  # fmt: skip
        assert outcomes == ["VinIsDelivered", "done"]
        assert m.Delivery.objects.filter(vin="LVIN5").count() == 1
        self.proven()

    def test_one_unit_is_handed_over_once(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        deliver = lambda: deliveries.deliver(by=by, at=AT, order=stage.order.pk, on=ON)  # noqa: E731
        assert together(deliver, deliver, deliver) == ["TooManyUnits", "TooManyUnits", "done"]
        self.proven()

    def test_an_order_number_is_used_once(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        sign = lambda: orders.sign(  # noqa: E731
            by=by, at=AT, outlet=stage.outlet.pk, on=ON, lines=LINES, number="SAME"
        )
        outcomes = together(sign, sign)
        assert outcomes[1] == "done"
        assert outcomes[0] in ("NumberTaken", "TakenMeanwhile")
        with pytest.raises(orders.NumberTaken):
            sign()
        self.proven()

    def test_one_card_and_one_customer_for_a_phone(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        open_card = lambda: prospects.open_card(  # noqa: E731
            by=by, at=AT, outlet=stage.outlet.pk, on=ON, name="郑", phone="13800000005"
        )
        outcomes = together(open_card, open_card)
        assert outcomes[1] == "done"
        assert outcomes[0] in ("CardIsOpen", "TakenMeanwhile")
        assert m.Customer.objects.filter(name="郑").count() == 1
        self.proven()

    def test_the_second_editor_is_told(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        verbs = [
            lambda level=level: prospects.change_level(
                by=by, at=AT, prospect=stage.card.pk, version=1, level=level, on=ON
            )
            for level in "HB"
        ]
        assert together(*verbs) == ["ChangedMeanwhile", "done"]
        self.proven()

    def test_cancelled_or_delivered_but_not_both(self) -> None:
        stage = Stage()
        by = stage.cast["manager"]
        outcomes = together(
            lambda: deliveries.deliver(by=by, at=AT, order=stage.order.pk, on=ON),
            lambda: orders.cancel(
                by=by, at=AT, order=stage.order.pk, version=1, on=ON, reason="退订"
            ),
        )
        assert outcomes in (["ChangedMeanwhile", "done"], ["OrderIsCancelled", "done"])
        self.proven()

    def proven(self) -> None:
        rebuilding.rebuild()
        assert rebuilding.differences() == []
        assert list(audit.breaks()) == []


def test_a_clash_says_which_rule(stage: Stage) -> None:
    by = stage.cast["manager"]
    told: dict[str, Any] = {"by": by, "at": AT, "outlet": stage.outlet.pk, "on": ON}
    visits.receive(number="V1", **told)
    with pytest.raises(TakenMeanwhile) as refusal:
        visits.receive(number="V1", **told)
    assert refusal.value.place == {"rule": "visit_number_once"}
