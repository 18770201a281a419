"""One verb, one transaction, one audit entry: rights, scope, refusals."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from beginnings import begun
from cast import AT, LONG_AGO, ON, R, account, person
from cheji.actions import (
    accounts,
    definitions,
    deliveries,
    orders,
    people,
    runs,
    spend,
    targets,
    visits,
)
from cheji.actions.deeds import NotKept, TakenMeanwhile, deed
from cheji.actions.fitting import DoesNotFit, NotText, NumberTooLarge, TextTooLong
from cheji.facts import rebuilding
from cheji.records import models as m
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours, Refused
from cheji.records.visibility import viewer_of
from stage import LINES, RIGHTS, Stage

ACTORS = ("zhang", "lead", "manager", "region_head", "group_manager", "finance", "hr", "marketing",
          "care", "stock", "auditor", "administrator", "operator")  # fmt: skip
BODILESS = {"targets.set_cells", "definitions.install"}
WITHOUT_OUTLET = ("people.", "users.", "targets.", "definitions.")


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    with begun(Stage) as made:
        yield made


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
    "orders.amend": ("li", "order"), "orders.correct": ("far_manager", "order"),
    "deliveries.amend": ("far_manager", "delivery"), "spend.amend": ("far_manager", "spend"),
    "deliveries.void": ("far_manager", "delivery"), "spend.void": ("far_manager", "spend"),
    "registers.enter": ("far_manager", "outlet"), "registers.amend": ("li", "test_drive"),
    "registers.void": ("far_manager", "test_drive"),
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
        kind="score", outlet=stage.cast.far, period=202602, definition="p", digest="d", mark=0,
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
    "verb",
    [
        "visits.void",
        "prospects.lose",
        "orders.cancel",
        "deliveries.void",
        "spend.void",
        "orders.amend",
        "orders.correct",
        "deliveries.amend",
        "registers.amend",
        "registers.void",
        "spend.amend",
    ],
)
def test_a_change_made_on_an_outdated_row_is_refused(stage: Stage, verb: str) -> None:
    for table in (m.Visit, m.Prospect, m.Order, m.Delivery, m.AdSpend, m.TABLES["test_drive"]):
        table._default_manager.update(version=2)
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
        accounts.set_password(username=user.username, password="a long Phrase 9", **told)
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
        by=cast["finance"], at=AT, kind="score", outlet=stage.outlet.pk, period=202602,
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


def test_a_clash_says_in_words_what_is_there(stage: Stage) -> None:
    by = stage.cast["manager"]
    told: dict[str, Any] = {"by": by, "at": AT, "outlet": stage.outlet.pk, "on": ON}
    visits.receive(number="V1", **told)
    with pytest.raises(TakenMeanwhile) as refusal:
        visits.receive(number="V1", **told)
    assert refusal.value.place == {"rule": "visit_number_once", "noun": "visit"}
    assert str(refusal.value) == (
        "This visit is already there: entered before, or by somebody else at this moment. |"
        " 该来店记录已存在：此前已录入，或他人刚刚录入。"
    )


def test_what_breaks_a_rule_of_the_database_is_refused_in_words(stage: Stage) -> None:
    by = stage.cast["manager"]
    with pytest.raises(NotKept) as refusal, deed("pay.ask_manual", by=by, at=AT, right="pay.ask"):
        m.ManualLine.objects.create(
            outlet=stage.outlet, period=202603, person=stage.cast.people["zhang"],
            component="manual", fen=0, reason="误", asked_at=AT,
        )  # fmt: skip
    assert refusal.value.place == {"rule": "manual_line_with_reason", "noun": "manual line"}
    assert refusal.value.say("zh-hans").startswith("该手工项无法保存：所填内容互不相符。")
    assert "manual_line_with_reason" not in str(refusal.value)
    assert m.ManualLine.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "refusal", "place"),
    [
        ({"note": "长" * 401}, TextTooLong, {"field": "note", "length": 401, "most": 400}),
        ({"amount": 10**24}, NumberTooLarge, {"field": "amount"}),
        ({"note": "a\0b"}, NotText, {"field": "note"}),
        ({"note": "\ud800"}, NotText, {"field": "note"}),
    ],
)
def test_what_does_not_fit_is_refused_with_the_name_of_its_field(
    stage: Stage, given: dict[str, Any], refusal: type[Refused], place: dict[str, Any]
) -> None:
    told: dict[str, Any] = {"by": stage.cast["operator"], "at": AT, "on": ON, "amount": 1, **given}
    with pytest.raises(refusal) as entered:
        spend.enter(outlet=stage.outlet.pk, **told)
    with pytest.raises(refusal) as amended:
        spend.amend(spend=stage.spend.pk, version=1, reason="误录", **told)
    assert (entered.value.place, amended.value.place) == (place, place)
    assert m.AdSpend.objects.count() == 1


def test_what_does_not_fit_is_found_among_many_rows(stage: Stage) -> None:
    """Many rows go in one statement, column by column; where none is named, it is still said."""
    rows = [m.Person(number=f"N{n}", name="长" * n) for n in (80, 81)]
    told: dict[str, Any] = {"by": stage.cast["operator"], "at": AT, "right": "users.write"}
    with pytest.raises(TextTooLong) as refusal, deed("people.hire", **told):
        m.Person.objects.bulk_create(rows)
    assert refusal.value.place == {"field": "name", "length": 81, "most": 80}
    with (
        pytest.raises(DoesNotFit),
        deed("people.hire", **told),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 'x'::int")
