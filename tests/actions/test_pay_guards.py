"""What the database refuses of decisions about pay, and what verbs refuse of what is typed."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions.pay import About, Asked, Sheet
from cheji.reads import pay
from cheji.records import models as m
from cheji.records.refusals import Refused
from paying import (
    APRIL,
    FEBRUARY,
    LATER,
    MARCH,
    Sold,
    brought,
    calculated,
    closed,
    earned,
    gone,
    planned,
)

HELD = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
        "share": "20%", "release": "plates"}  # fmt: skip


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned(holdbacks=[HELD])
        yield made


def refused(text: str, because: str = "cheji:") -> None:
    with (
        pytest.raises(DatabaseError, match=because),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(text)


def settled(sold: Sold) -> m.Settlement:
    """Zhang's settlement of February, approved."""
    cast = sold.cast
    gone(sold, "zhang")
    sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 20))
    drawn = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(sheet))).id
    verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=drawn)
    return m.Settlement.objects.get()


CHANGES = (
    "UPDATE records_settlement SET state = 'drawn_up'",
    "UPDATE records_settlement SET earned = 1",
    "UPDATE records_settlement SET state = 'paid', body = '{}'",
    "DELETE FROM records_settlement",
    "UPDATE records_settledrun SET fen = 1",
    "DELETE FROM records_settledrun",
    (
        "INSERT INTO records_settledrun (settlement_id, run_id, person_id, fen)"
        " SELECT settlement_id, run_id, person_id, fen FROM records_settledrun"
    ),
    (
        "INSERT INTO records_settlement (person_id, outlet_id, left_on, body, digest, earned,"
        " held, due, state, made_at, version) SELECT person_id, outlet_id, '2026-05-01', body,"
        " digest, earned, held, due, 'approved', made_at, 1 FROM records_settlement"
    ),
)


def test_an_approved_settlement_goes_one_way(sold: Sold) -> None:
    closed(sold.cast, FEBRUARY)
    row = settled(sold)
    for change in CHANGES:
        refused(change)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_settlement SET state = 'paid'")
    refused("UPDATE records_settlement SET state = 'approved'")
    assert m.SettledRun.objects.get().fen == row.earned == 294_000


def test_a_decision_is_made_once_and_by_another(sold: Sold) -> None:
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    sold.car("li", date(2026, 2, 25), cost=None)
    calculated(cast, FEBRUARY)
    row = m.PayException.objects.get()
    values: dict[str, Any] = {"exception": row.pk, "how": "accept", "decision": "已核对"}
    verbs.decide_exception(by=cast["finance"], at=LATER, **values)
    with pytest.raises(Refused) as refusal:
        verbs.decide_exception(by=cast["hr"], at=LATER, **values)
    assert refusal.value.code == "IsDecided"
    m.PayEvent.objects.create(outlet=cast.outlet, kind="plates", source_kind="delivery", source=1,
                              on_date=date(2026, 3, 1), made_at=LATER)  # fmt: skip
    one = f"{zhang.pk}, {cast.outlet.pk}, now()"
    for change in (
        "UPDATE records_payexception SET how = 'leave_out'",
        "UPDATE records_payexception SET state = 'open'",
        "DELETE FROM records_payexception",
        "UPDATE records_payevent SET kind = 'x'",
        "DELETE FROM records_payevent",
        (
            "INSERT INTO records_manualline (person_id, outlet_id, asked_at, decided_at, state,"
            " period, definition, component, fen, reason, evidence, decision, version)"
            f" VALUES ({one}, now(), 'approved', 202602, '', 'x', 1, 'x', '', '', 1)"
        ),
        (
            "INSERT INTO records_paysplit (order_id, parts, reason, asked_at, approved, version)"
            f" VALUES ({sold.cars[0].order_id}, '[]', 'x', now(), true, 1)"
        ),
    ):
        refused(change)


def test_a_run_is_approved_by_persons_whatever_its_columns_say(sold: Sold) -> None:
    """The steps, which are only added, tell who made it."""
    run = brought(sold.cast, calculated(sold.cast, FEBRUARY, by="finance"), "review")
    refused("UPDATE records_run SET state = 'approved'", "a person approves")
    refused(
        "UPDATE records_run SET made_by_id = NULL, state = 'approved',"
        f" approved_by_id = {sold.cast['finance'].user} WHERE id = {run.pk}",
        "who made or reviewed",
    )


def test_what_an_older_program_let_the_server_approve_is_not_closed(sold: Sold) -> None:
    run = brought(sold.cast, calculated(sold.cast, FEBRUARY), "review", "approve")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE records_run DISABLE TRIGGER USER")
        cursor.execute("UPDATE records_run SET approved_by_id = NULL")
        cursor.execute("ALTER TABLE records_run ENABLE TRIGGER USER")
    with pytest.raises(verbs.NeedsAccount):
        verbs.close(by=sold.cast["finance"], at=LATER, run=run.pk)


# -- releases ------------------------------------------------------------------------------------


def test_only_events_of_the_plan_release_and_not_ones_own_deals(sold: Sold) -> None:
    cast, car = sold.cast, sold.cars[0]
    values = {"kind": "plates", "source": f"delivery:{car.pk}", "on": date(2026, 3, 2)}
    mine = sold.car("manager", date(2026, 2, 7))
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("BadValue", {"kind": "plate"}), ("BadValue", {"source": "visit:1"}),
        ("NotFound", {"source": "delivery:x"}), ("TooEarly", {"on": date(2026, 1, 1)}),
        ("OwnPay", {"source": f"delivery:{mine.pk}"}),
    ]  # fmt: skip
    for code, change in wrong:
        with pytest.raises(Refused) as refusal:
            verbs.release_event(by=cast["manager"], at=LATER, **{**values, **change})
        assert refusal.value.code == code
    order = {**values, "source": f"order:{car.order_id}"}
    for give in (values, order):
        verbs.release_event(by=cast["manager"], at=LATER, **give)
    assert list(m.PayEvent.objects.values_list("source_kind", flat=True)) == ["delivery", "order"]


def test_what_a_voided_event_released_is_asked_back(sold: Sold) -> None:
    cast, car = sold.cast, sold.cars[0]
    closed(cast, FEBRUARY)
    event = verbs.release_event(
        by=cast["finance"], at=LATER, kind="plates", source=f"delivery:{car.pk}",
        on=date(2026, 3, 2),
    ).id  # fmt: skip
    march = closed(cast, MARCH)
    assert earned(march, cast.people["zhang"]) == [("plates", "release", 12_000)]
    verbs.void_event(by=cast["finance"], at=LATER, event=event, reason="未上牌")
    with pytest.raises(Refused) as refusal:
        verbs.void_event(by=cast["finance"], at=LATER, event=event, reason="未上牌")
    assert refusal.value.code == "IsDecided"
    asked = m.ManualLine.objects.get()
    assert (asked.fen, asked.state, asked.period) == (-12_000, "asked", MARCH)
    assert asked.definition == "consultant_pay"
    verbs.approve_manual(by=cast["hr"], at=LATER, line=asked.pk)
    april = calculated(cast, APRIL)
    assert earned(april, cast.people["zhang"]) == [("manual", "manual", -12_000)]


def test_what_was_asked_back_is_asked_for_again_with_the_event(sold: Sold) -> None:
    """No run holds it any more: an event entered wrongly and anew is paid once, as typed lines."""
    cast, zhang, car = sold.cast, sold.cast.people["zhang"], sold.cars[0]
    closed(cast, FEBRUARY)

    def event() -> int:
        return verbs.release_event(
            by=cast["finance"], at=LATER, kind="plates", source=f"delivery:{car.pk}",
            on=date(2026, 3, 2),
        ).id  # fmt: skip

    def void(number: int) -> None:
        verbs.void_event(by=cast["finance"], at=LATER, event=number, reason="日期有误")

    first = event()
    closed(cast, MARCH)
    void(first)
    second = event()
    void(second)
    event()
    lines = list(m.ManualLine.objects.order_by("id"))
    assert [one.fen for one in lines] == [-12_000, 12_000, -12_000, 12_000]
    for one in lines:
        verbs.approve_manual(by=cast["hr"], at=LATER, line=one.pk)
    assert sum(fen for *_, fen in earned(closed(cast, APRIL), zhang)) == 0


@pytest.mark.parametrize("returned", ["after", "at once", "before"])
def test_what_was_asked_back_of_a_returned_car_is_taken_once(sold: Sold, returned: str) -> None:
    """Of 600 for a car 120 were released by an event that never was: all 600 come back, no more."""
    cast, zhang, car = sold.cast, sold.cast.people["zhang"], sold.cars[0]
    planned(holdbacks=[HELD], clawback={"policy": "original_rate"})
    closed(cast, FEBRUARY)
    event = verbs.release_event(
        by=cast["finance"], at=LATER, kind="plates", source=f"delivery:{car.pk}",
        on=date(2026, 3, 2),
    ).id  # fmt: skip
    closed(cast, MARCH)
    if returned == "before":
        sold.returned(car)
        closed(cast, APRIL)
    verbs.void_event(by=cast["finance"], at=LATER, event=event, reason="未上牌")
    for line in m.ManualLine.objects.all():
        verbs.approve_manual(by=cast["hr"], at=LATER, line=line.pk)
    if returned == "at once":
        sold.returned(car)
    if returned != "before":
        closed(cast, APRIL)
    if returned == "after":
        sold.returned(car)
    for month in (202605, 202606):
        closed(cast, month)
    assert _of_deal(zhang, f"delivery:{car.pk}") == 0


def _of_deal(who: m.Person, source: str) -> int:
    """Fen that closed runs paid of a deal, by whatever line."""
    lines = m.PayLine.objects.filter(person=who)
    own = lines.filter(source_kind="delivery", source=source.partition(":")[2])
    typed = m.ManualLine.objects.filter(run__isnull=False, reason__startswith=f"{source} ")
    return sum(own.values_list("fen", flat=True)) + sum(typed.values_list("fen", flat=True))


def test_a_button_pressed_twice_asks_for_one_amount(sold: Sold) -> None:
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    asked = verbs.Asked(cast.outlet.pk, FEBRUARY, zhang.pk, 10_000, "二月专项")
    line = verbs.ask_manual(by=cast["finance"], at=LATER, asked=asked).id
    for who in ("finance", "manager"):
        with pytest.raises(Refused) as refusal:
            verbs.ask_manual(by=cast[who], at=LATER, asked=asked)
        assert refusal.value.code == "TypedAlready"
    verbs.approve_manual(by=cast["hr"], at=LATER, line=line)
    verbs.ask_manual(by=cast["finance"], at=LATER, asked=asked)
    assert m.ManualLine.objects.count() == 2


# -- what is typed -------------------------------------------------------------------------------


TYPED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"reason": "因" * 401}, "TextTooLong"),
    ({"reason": " "}, "SayWhy"),
    ({"fen": 0}, "BadValue"),
    ({"fen": 2**63}, "BadValue"),
    ({"period": 202613}, "BadValue"),
    ({"period": 999_999}, "BadValue"),
    ({"component": "unit_bonus"}, "BadValue"),
    ({"plan": "nothing"}, "BadValue"),
)


def test_a_typed_amount_is_checked_before_it_is_kept(sold: Sold) -> None:
    asked = Asked(sold.cast.outlet.pk, FEBRUARY, sold.cast.people["zhang"].pk, 1, "x")
    codes = []
    for change, _code in TYPED:
        with pytest.raises(Refused) as refusal:
            verbs.ask_manual(by=sold.cast["finance"], at=LATER, asked=replace(asked, **change))
        codes.append(refusal.value.code)
    assert codes == [code for _change, code in TYPED]


@pytest.mark.parametrize(
    ("period", "text", "code"),
    [(999_999, "x", "BadValue"), (FEBRUARY, "字" * 2_001, "TextTooLong")],
)
def test_a_dispute_is_about_a_month_and_fits(sold: Sold, period: int, text: str, code: str) -> None:
    about = About(outlet=sold.cast.outlet.pk, period=period)
    with pytest.raises(Refused) as refusal:
        verbs.dispute(by=sold.cast["zhang"], at=LATER, kind="amount", about=about, text=text)
    assert refusal.value.code == code
