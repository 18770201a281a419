"""One deal is one card, whichever of card, order and visit is written first, or corrected."""

from collections.abc import Iterator
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from django.db.models import F, Sum

from actions.test_imports import Desk, Values, counts, rows
from beginnings import begun
from cast import AT, ON
from cheji.actions import imports, orders, prospects, visits
from cheji.facts import rebuilding
from cheji.records import models as m

JAN, FEB, MARCH = date(2026, 1, 20), date(2026, 2, 10), date(2026, 3, 10)
LINE = orders.Line("vehicle", 10_000_000, 9_000_000)

#: Who was where on which day: first visits, cards and orders of five customers.
FILES: dict[str, list[Values]] = {
    "visits": [
        {"number": "V1", "on_date": JAN, "phone": "13900000001"},
        {"number": "V2", "on_date": MARCH, "phone": "13900000001"},
        {"number": "V3", "on_date": MARCH, "phone": "13900000002"},
        {"number": "V4", "on_date": MARCH, "phone": "13900000003", "counts": True},
        {"number": "V5", "on_date": date(2026, 2, 12), "phone": "13900000004"},
        {"number": "V6", "on_date": MARCH, "phone": "13900000006"},
    ],
    "prospects": [
        {"number": "C1", "opened_on": JAN, "level": "A", "phone": "13900000001", "owner": "LI"},
        {"number": "C2", "opened_on": date(2026, 2, 14), "level": "B", "phone": "13900000002",
         "model": "星越", "channel": "owner"},
        {"number": "C3", "opened_on": MARCH, "level": "C", "phone": "13900000003"},
        {"number": "C4", "opened_on": date(2026, 3, 15), "level": "A", "phone": "13900000004"},
        {"number": "C5", "opened_on": FEB, "level": "H", "phone": "13900000005", "owner": "WANG"},
        {"number": "C6", "opened_on": FEB, "level": "H", "phone": "13900000006"},
    ],
    "orders": [
        {"order_no": "O1", "signed_on": FEB, "phone": "13900000001"},
        {"order_no": "O2", "signed_on": FEB, "phone": "13900000002"},
        {"order_no": "O3", "signed_on": MARCH, "phone": "13900000003"},
        {"order_no": "O4", "signed_on": FEB, "phone": "13900000004"},
        {"order_no": "O5a", "signed_on": date(2026, 2, 1), "phone": "13900000005"},
        {"order_no": "O5b", "signed_on": date(2026, 2, 20), "phone": "13900000005"},
    ],
}  # fmt: skip
ALL = {"orders": {"vehicle_price": 10_000_000, "consultant": (("ZHANG", 10_000),)}}
SAYS = ("kind", "on_date", "since", "person", "channel", "model", "level", "tags")


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with begun(Desk) as made:
        yield made


def net() -> dict[tuple[Any, ...], tuple[int, int]]:
    """What the facts add up to, by all that they say; customers by phone."""
    phones = dict(m.Customer.objects.values_list("id", "phone_index"))
    found: dict[tuple[Any, ...], tuple[int, int]] = {}
    sums = m.Fact.objects.annotate(who=F("customer")).values_list(*SAYS, "who")
    for *says, who, quantity, fen in sums.annotate(Sum("quantity"), Sum("fen")):
        if quantity or fen:
            found[*says, bytes(phones.get(who) or b"")] = quantity, fen
    return found


def cards() -> list[tuple[Any, ...]]:
    """Written cards in full, and those of orders without their numbers."""
    columns = ("opened_on", "closed_on", "state", "level", "channel", "model", "owner")
    found = m.Prospect.objects.filter(number__regex="^(C[0-9]|P2)").values_list("number", *columns)
    return sorted(("" if number.startswith("P2") else number, *more) for number, *more in found)


def bring(desk: Desk, kind: str) -> Any:
    return desk.bring(kind, [{**ALL.get(kind, {}), **row} for row in FILES[kind]])


def told(desk: Desk, order: tuple[str, ...]) -> tuple[Any, ...]:
    batches = []
    before = rows()
    for kind in order:
        batch, report = bring(desk, kind)
        assert (counts(report), report.troubles) == ((6, 0, 0, 0), [])
        batches.append(batch)
    for kind in order:
        assert counts(bring(desk, kind)[1]) == (0, 0, 6, 0)
    rebuilding.rebuild()
    assert rebuilding.differences() == []
    excluded = list(m.Visit.objects.order_by("number").values_list("number", "excluded"))
    found = net(), cards(), excluded
    for batch in reversed(batches):
        imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert rows() == before
    return found


def test_the_same_files_in_any_order_give_the_same(desk: Desk) -> None:
    first, *others = permutations(FILES)
    wanted = told(desk, first)
    people, zhang = desk.cast.people, desk.cast.people["zhang"].pk
    assert wanted[1] == [
        ("", date(2026, 2, 1), date(2026, 2, 1), "ordered", "H", "walk_in", "", zhang),
        ("", FEB, FEB, "ordered", "H", "walk_in", "", zhang),
        ("C1", JAN, FEB, "ordered", "A", "walk_in", "", people["li"].pk),
        ("C2", date(2026, 2, 14), FEB, "ordered", "B", "owner", "星越", None),
        ("C3", MARCH, MARCH, "ordered", "C", "walk_in", "", None),
        ("C4", date(2026, 3, 15), None, "open", "A", "walk_in", "", None),
        ("C5", FEB, date(2026, 2, 20), "ordered", "H", "walk_in", "", people["wang"].pk),
        ("C6", FEB, None, "open", "H", "walk_in", "", None),
    ]
    assert wanted[2] == [
        ("V1", ""),
        ("V2", "has_ordered"),
        ("V3", "has_ordered"),
        ("V4", ""),
        ("V5", "has_ordered"),
        ("V6", "holds_card"),
    ]
    for order in others:
        assert told(desk, order) == wanted, order


def days(card: m.Prospect) -> list[tuple[str, date]]:
    card.refresh_from_db()
    return list(card.steps.order_by("on_date", "id").values_list("kind", "on_date"))


def holds() -> None:
    rebuilding.rebuild()
    assert rebuilding.differences() == []


def sign(desk: Desk, on: date, phone: str = "13700000001") -> m.Order:
    done = orders.sign(
        by=desk.cast["manager"], at=AT, outlet=desk.cast.outlet.pk, on=on, lines=[LINE],
        name="甲", phone=phone,
    )  # fmt: skip
    return m.Order.objects.get(pk=done.id)


def open_card(desk: Desk, on: date, phone: str = "13700000001") -> m.Prospect:
    done = prospects.open_card(
        by=desk.cast["manager"], at=AT, outlet=desk.cast.outlet.pk, on=on, name="甲", phone=phone,
        level="A",
    )  # fmt: skip
    return m.Prospect.objects.get(pk=done.id)


def test_a_card_entered_after_its_order_is_that_orders_card(desk: Desk) -> None:
    order = sign(desk, FEB)
    card = open_card(desk, MARCH)
    order.refresh_from_db()
    assert (order.prospect_id, card.state, card.opened_on, card.closed_on, card.by_order) == (
        card.pk, "ordered", MARCH, FEB, False,
    )  # fmt: skip
    assert days(card) == [("opened", FEB), ("ordered", FEB)]
    other = open_card(desk, MARCH)
    assert (other.state, days(other)) == ("open", [("opened", MARCH)])
    holds()


def test_an_order_entered_after_a_late_card_closes_it(desk: Desk) -> None:
    card = open_card(desk, MARCH)
    assert sign(desk, date(2026, 2, 7)).prospect_id != card.pk  # 31 days later: another wish
    assert sign(desk, date(2026, 2, 8)).prospect_id == card.pk
    assert days(card) == [("opened", date(2026, 2, 8)), ("ordered", date(2026, 2, 8))]
    holds()


def test_a_worked_card_of_an_order_is_not_taken_over(desk: Desk) -> None:
    order = sign(desk, FEB)
    row = m.Prospect.objects.get(pk=order.prospect_id)
    orders.cancel(
        by=desk.cast["manager"], at=AT, order=order.pk, version=1, on=MARCH, reason="改期"
    )
    row.refresh_from_db()
    prospects.follow_up(
        by=desk.cast["manager"], at=AT, prospect=row.pk, version=row.version, note="再谈"
    )
    with pytest.raises(prospects.CardIsOpen):
        open_card(desk, MARCH)


def test_a_visit_after_an_order_does_not_count_and_says_why(desk: Desk) -> None:
    def visit(on: date) -> str:
        return visits.receive(
            by=desk.cast["manager"], at=AT, outlet=desk.cast.outlet.pk, on=on, name="甲",
            phone="13700000001",
        ).excluded  # fmt: skip

    assert [visit(JAN), visit(MARCH)] == ["", ""]
    order = sign(desk, FEB)
    seen = m.Visit.objects.order_by("on_date").values_list("on_date", "excluded")
    assert list(seen) == [(JAN, ""), (MARCH, "has_ordered")]
    assert [visit(FEB), visit(ON)] == ["", "has_ordered"]
    tags = m.Fact.objects.filter(kind="visit_other").values_list("tags").annotate(Sum("quantity"))
    assert list(tags) == [("has_ordered", 20_000)]
    assert order.prospect is not None
    holds()


CHANGES: dict[str, tuple[Values, list[tuple[str, date]], str]] = {
    "signed later": ({"signed_on": date(2026, 2, 20)},
                     [("opened", JAN), ("ordered", date(2026, 2, 20))], ""),
    "signed earlier": ({"signed_on": date(2026, 1, 25)},
                       [("opened", JAN), ("ordered", date(2026, 1, 25))], ""),
    "before the card": ({"signed_on": date(2026, 1, 5)},
                        [("opened", date(2026, 1, 5)), ("ordered", date(2026, 1, 5))], ""),
    "long before": ({"signed_on": date(2025, 11, 5)}, [("opened", JAN), ("ordered", FEB)],
                    "CardWentOn"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_the_card_follows_the_corrected_day_of_its_order(desk: Desk, change: str) -> None:
    row, wanted, fault = CHANGES[change]
    bring(desk, "prospects")
    bring(desk, "orders")
    card = m.Prospect.objects.get(number="C1")
    before = rows()
    batch, report = desk.bring("orders", [{"order_no": "O1", **row}], skip=True)
    assert [one.refusal.code for one in report.troubles] == ([fault] if fault else [])
    assert days(card) == wanted
    assert (card.opened_on, card.closed_on) == (JAN, wanted[1][1])
    holds()
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert rows() == before
    holds()


def test_an_orders_own_card_goes_with_it(desk: Desk) -> None:
    bring(desk, "orders")
    card = m.Order.objects.get(number="O4").prospect
    assert card is not None
    desk.bring("orders", [{"order_no": "O4", "signed_on": MARCH}])
    assert days(card) == [("opened", MARCH), ("ordered", MARCH)]
    assert (card.opened_on, card.closed_on) == (MARCH, MARCH)
    holds()


def test_the_card_follows_the_corrected_day_of_a_cancellation(desk: Desk) -> None:
    bring(desk, "prospects")
    bring(desk, "orders")
    card = m.Prospect.objects.get(number="C1")
    desk.bring("cancellations", [{"order_no": "O1", "on_date": MARCH}])
    before = rows()
    batch, _ = desk.bring("cancellations", [{"order_no": "O1", "on_date": date(2026, 3, 1)}])
    back = date(2026, 3, 1)
    assert days(card) == [("opened", JAN), ("ordered", FEB), ("returned", back)]
    facts = m.Fact.objects.filter(source=card.pk, kind="intent_returned").values_list("on_date")
    assert list(facts.annotate(total=Sum("quantity")).exclude(total=0)) == [(back, 10_000)]
    holds()
    imports.undo(by=desk.by, at=AT, batch=batch.pk)
    assert rows() == before
    desk.bring("losses", [{"number": "C1", "on_date": date(2026, 3, 12), "kind": "lost"}])
    _, report = desk.bring(
        "cancellations", [{"order_no": "O1", "on_date": date(2026, 3, 15)}], skip=True
    )
    assert [one.refusal.code for one in report.troubles] == ["CardWentOn"]
    holds()
