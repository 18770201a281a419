"""Rules that a file shares with the rest of the house: cards, orders, posts, rights, undoing."""

from datetime import date

import pytest

from actions.test_imports import (
    FEB,
    KINDS,
    MARCH,
    PHONES,
    Desk,
    counts,
    desk,
    rows,
    trouble,
)
from cast import AT, ON
from cheji.actions import customers, deliveries, imports, prospects, spend, visits
from cheji.actions.imports import Entry, column_at_fault
from cheji.actions.imports.undoing import ChangedSince
from cheji.records import models as m
from cheji.records.refusals import NotYours

__all__ = ["desk"]


def test_one_open_card_per_customer(desk: Desk) -> None:
    card = {"opened_on": ON, "level": "A", "customer_name": "某", "phone": PHONES[4]}
    assert trouble(desk, "prospects", {"number": "C1", **card}) == [(2, "SecondOpenCard")]
    twice = {**card, "phone": PHONES[0]}
    found = trouble(desk, "prospects", {"number": "C1", **twice}, {"number": "C2", **twice})
    assert found == [(3, "SecondOpenCard")]
    other = {**card, "number": "OPEN", "phone": PHONES[0], "opened_on": FEB}
    assert trouble(desk, "prospects", other) == [(2, "OtherCustomer")]
    desk.bring("prospects", [{**card, "number": "OPEN", "opened_on": FEB, "level": "C"}])
    late = {**card, "number": "OPEN", "opened_on": date(2026, 3, 21)}
    assert trouble(desk, "prospects", late) == [(2, "InFuture")]


def test_what_happened_to_an_order_must_still_fit(desk: Desk) -> None:
    desk.bring("deliveries", [{"order_no": "SIGNED", "number": "D1", "on_date": ON, "units": 2}])
    told = {"order_no": "SIGNED", "vehicle_price": 10_000_000, "units": 3}
    assert trouble(desk, "orders", {**told, "signed_on": MARCH, "units": 1}) == [
        (2, "UnitsAreHandedOver")
    ]
    late = {"order_no": "SIGNED", "number": "D2", "on_date": ON, "units": 2}
    assert trouble(desk, "deliveries", late) == [(2, "TooManyUnits")]
    more = {"order_no": "SIGNED", "number": "D1", "on_date": ON, "units": 4}
    assert trouble(desk, "deliveries", more) == [(2, "TooManyUnits")]
    desk.bring("orders", [{**told, "signed_on": MARCH, "units": 2}])
    assert m.Order.objects.get(number="SIGNED").state == "delivered"
    desk.bring("orders", [{**told, "signed_on": MARCH, "units": 3}])
    assert m.Order.objects.get(number="SIGNED").state == "signed"


def test_cancelled_and_delivered_exclude_each_other(desk: Desk) -> None:
    cancelled = {"order_no": "SIGNED", "on_date": ON}
    batch, _ = desk.bring("cancellations", [cancelled])
    assert m.Prospect.objects.filter(state="open").count() == 2
    assert trouble(desk, "deliveries", cancelled) == [(2, "OrderIsCancelled")]
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    desk.bring("deliveries", [{**cancelled, "units": 3}])
    assert trouble(desk, "cancellations", cancelled) == [(2, "AlreadyDelivered")]


def test_what_was_taken_back_by_hand_stays_so(desk: Desk) -> None:
    desk.bring("visits", KINDS["visits"][0])
    visit = m.Visit.objects.get(number="V1")
    visits.void(by=desk.by, at=AT, visit=visit.pk, version=1, reason="误录")
    assert counts(desk.bring("visits", KINDS["visits"][0])[1]) == (0, 0, 2, 0)
    desk.bring("ad_spend", KINDS["ad_spend"][0])
    row = m.AdSpend.objects.get(number="S1")
    spend.void(by=desk.by, at=AT, spend=row.pk, version=1, reason="误录")
    assert counts(desk.bring("ad_spend", KINDS["ad_spend"][0])[1]) == (0, 0, 2, 0)
    desk.bring("deliveries", KINDS["deliveries"][0])
    gone = m.Delivery.objects.get(number="D2")
    deliveries.void(by=desk.by, at=AT, delivery=gone.pk, version=1, reason="误录")
    assert trouble(desk, "deliveries", *KINDS["deliveries"][0]) == [(3, "DeliveryIsVoid")]


def test_a_later_change_or_use_keeps_a_batch_from_being_undone(desk: Desk) -> None:
    cards, _ = desk.bring("prospects", KINDS["prospects"][0])
    card = m.Prospect.objects.get(number="C1")
    prospects.follow_up(by=desk.by, at=AT, prospect=card.pk, version=1, note="约")
    with pytest.raises(ChangedSince):
        imports.undo(by=desk.by, at=AT, batch=cards.pk)
    signed, _ = desk.bring("orders", KINDS["orders"][0])
    desk.bring("deliveries", [{"order_no": "O2", "on_date": ON}])
    with pytest.raises(ChangedSince):
        imports.undo(by=desk.by, at=AT, batch=signed.pk)
    people_, _ = desk.bring("people", KINDS["people"][0])
    desk.bring("leads", [{"number": "L1", "received_on": ON, "owner": "P1"}])
    kept = rows()
    with pytest.raises(ChangedSince):
        imports.undo(by=desk.by, at=AT, batch=people_.pk)
    assert rows() == kept


def test_a_card_that_cannot_reopen_keeps_its_order(desk: Desk) -> None:
    """The customer has opened another card since the imported order closed the first."""
    batch, _ = desk.bring("orders", KINDS["orders"][0])
    desk.card.refresh_from_db()
    assert desk.card.state == "ordered"
    prospects.open_card(
        by=desk.by, at=AT, outlet=desk.cast.outlet.pk, on=ON, name="某", phone=PHONES[4]
    )
    kept = rows()
    with pytest.raises(ChangedSince):
        imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert rows() == kept


def test_posts_in_a_file_move_the_facts_of_their_person(desk: Desk) -> None:
    team = desk.cast.other_team.pk
    desk.bring("people", [{"number": "ZHANG", "name": "张伟", "unit_code": "N1", "team": "T2",
                           "role": "consultant", "from": MARCH}])  # fmt: skip
    found = m.Fact.objects.filter(kind="order_signed", reverses=None).latest("id")
    assert found.team == team
    told = {"name": "张伟", "unit_code": "N1", "team": "T2", "role": "consultant"}
    clash = {"number": "ZHANG", **told, "from": ON}
    assert trouble(desk, "people", clash) == [(2, "OverlappingPost")]
    twice = [{"number": "P8", **told, "from": on, "until": None} for on in (FEB, MARCH)]
    assert trouble(desk, "people", *twice) == [(3, "OverlappingPost")]


def test_a_file_gives_nobody_a_post_of_his_own(desk: Desk) -> None:
    row = {"number": "ADMINISTRATOR", "name": "孔亮", "unit_code": "N1", "role": "outlet_manager",
           "from": FEB}  # fmt: skip
    by = desk.cast["administrator"]
    report = imports.check(by=by, kind="people", entries=desk.entries([row]))
    assert [t.refusal.code for t in report.troubles] == ["OwnRights"]


def test_a_manager_writes_to_his_own_outlet_alone(desk: Desk) -> None:
    by = desk.cast["manager"]
    visit = {"number": "V1", "on_date": ON}
    entries = desk.entries([visit, {**visit, "outlet_code": "S1"}])
    report = imports.check(by=by, kind="visits", entries=entries)
    told = [(t.place, t.refusal.code) for t in report.troubles]
    assert (report.create, told) == (1, [(3, "UnknownOutlet")])
    missing = imports.check(
        by=by, kind="visits", entries=[Entry(2, {**visit, "outlet_code": "NONE"})]
    )
    hidden = imports.check(by=by, kind="visits", entries=[Entry(2, {**visit, "outlet_code": "S1"})])
    told_as = [r.troubles[0].refusal.say("en") for r in (missing, hidden)]
    assert told_as[0] == told_as[1].replace("S1", "NONE")
    for scope in ("G", "N", "N2", "FAR_CONSULTANT"):
        row = {"kpi": "PLACE", "scope": scope, "period": ("month", 202603), "value": 1}
        found = imports.check(by=by, kind="targets", entries=desk.entries([row]))
        assert [t.refusal.code for t in found.troubles] == ["UnknownScope"]
    for name in ("zhang", "finance", "auditor", "administrator"):
        with pytest.raises(NotYours):
            desk.batch("visits", by=desk.cast[name])
    with pytest.raises(NotYours):
        imports.check(by=by, kind="people", entries=[])


def test_a_customer_brought_again_with_a_new_phone_is_found_by_it(desk: Desk) -> None:
    desk.bring("customers", [{"number": "K1", "name": "丁", "phone": PHONES[0]}])
    desk.bring("customers", [{"number": "K1", "name": "丁", "phone": PHONES[1]}])
    taken = {"number": "K1", "name": "丁", "phone": PHONES[4]}
    assert trouble(desk, "customers", taken) == [(2, "PhoneIsAnothers")]
    row = m.Customer.objects.get(number="K1")
    phone = customers.reveal_phone(by=desk.by, at=AT, customer=row.pk, reason="回访")
    assert phone == PHONES[1]
    assert counts(desk.bring("customers", [{"name": "丁", "phone": PHONES[1]}])[1]) == (0, 0, 1, 0)


OTHERWISE: dict[str, tuple[dict[str, object], list[tuple[int, str, str]]]] = {
    "people": ({"name": "石垒", "level": "资深"}, [(3, "name", "SaysOtherwise")]),
    "customers": (
        {"number": None, "name": "丁丁", "owner": "LI"},
        [(3, "owner", "SaysOtherwise"), (3, "name", "SaysOtherwise")],
    ),
    "leads": ({"owner": "LI"}, [(3, "owner", "SaysOtherwise")]),
    "visits": ({"consultant": "ZHANG"}, [(3, "", "SameAgain")]),  # 张伟 is ZHANG
    "prospects": ({"owner": "张伟", "level": "H"}, [(3, "level", "SaysOtherwise")]),
    "losses": ({"reason": "车型"}, [(3, "reason", "SaysOtherwise")]),
    "orders": (
        {"consultant": (("张伟", 3_333), ("LI", 6_667)), "vehicle_price": 9, "units": 2},
        [(3, "units", "SaysOtherwise"), (3, "vehicle_price", "SaysOtherwise")],
    ),
    "cancellations": ({"on_date": MARCH}, [(3, "on_date", "SaysOtherwise")]),
    "deliveries": ({"trade_in": False}, [(3, "trade_in", "SaysOtherwise")]),
    "ad_spend": ({"amount": 901}, [(3, "amount", "SaysOtherwise")]),
    "daily_totals": ({"visits": 8}, [(3, "visits", "SaysOtherwise")]),
}


@pytest.mark.parametrize("kind", OTHERWISE)
def test_a_later_row_that_says_otherwise_of_one_record_is_told(desk: Desk, kind: str) -> None:
    """Its outlet stands there by name, so that the rows have no key in common as texts."""
    more, expected = OTHERWISE[kind]
    named = {"unit_code": "北一店"} if kind == "people" else {"outlet_code": "北一店"}
    first = desk.entries([KINDS[kind][0][0]])[0]
    rows = [first, Entry(3, {**first.values, **named, **more}, row=8)]
    rows[0] = Entry(2, first.values, row=7)
    told = imports.check(by=desk.by, kind=kind, entries=rows)
    found = [(one.place, one.column, one.refusal.code) for one in told.troubles]
    assert (sorted(found), told.create) == (sorted(expected), 1)
    assert {one.refusal.place["row"] for one in told.troubles} == {7}
    done = imports.commit(by=desk.by, at=AT, batch=desk.batch(kind), entries=rows, skip=True)
    assert (counts(done), len(done.troubles)) == ((1, 0, 0, 0), len(expected))


def test_two_posts_of_one_person_are_no_contradiction(desk: Desk) -> None:
    """What one row says and another leaves blank is no difference; another phone is."""
    person = {"number": "P1", "unit_code": "N1", "role": "consultant", "from": FEB}
    rows = [
        {**person, "name": "石磊", "until": MARCH},
        {**person, "from": MARCH, "name": "石磊", "phone": PHONES[0]},
        {**person, "from": ON, "role": "team_lead", "unit_code": "N2", "phone": PHONES[1]},
    ]
    told = imports.check(by=desk.by, kind="people", entries=desk.entries(rows)).troubles
    assert [(one.place, one.column, one.refusal.code) for one in told] == [
        (4, "phone", "SaysOtherwise")
    ]
    assert told[0].refusal.place["row"] == 3


def test_all_that_is_refused_of_a_row_is_told_at_once(desk: Desk) -> None:
    """A date to come, and an adviser whom nobody knows; without an outlet nobody can be known."""
    tomorrow = date(2026, 3, 21)
    lead = {"number": "L1", "received_on": tomorrow, "owner": "NOBODY", "contacted_on": tomorrow}
    file = [lead, {**lead, "outlet_code": "ZZ"}]
    told = imports.check(by=desk.by, kind="leads", entries=desk.entries(file)).troubles
    assert [(one.place, one.refusal.code) for one in told] == [
        (2, "InFuture"), (2, "UnknownPerson"), (2, "InFuture"), (3, "UnknownOutlet"),
    ]  # fmt: skip


@pytest.mark.parametrize("outlet", ["N1", "北一店"])
def test_who_is_not_known_at_an_outlet_is_told_at_his_own_column(desk: Desk, outlet: str) -> None:
    """However the file calls the outlet: what was looked for is at fault, not where."""
    lead = {"number": "L1", "outlet_code": outlet, "received_on": date(2026, 3, 21),
            "owner": "NOBODY"}  # fmt: skip
    told = imports.check(by=desk.by, kind="leads", entries=desk.entries([lead])).troubles
    assert {(column_at_fault(lead, one.refusal), one.refusal.code) for one in told} == {
        ("received_on", "InFuture"), ("owner", "UnknownPerson"),
    }  # fmt: skip
