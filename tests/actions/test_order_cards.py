"""One deal is one card, whichever of card, order and visit is written first, or corrected."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from django.db.models import F, Sum

from actions.test_imports import Desk, Values, counts, rows
from cast import AT
from cheji.actions import imports, orders
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
def desk(db: None) -> Desk:
    del db
    return Desk()


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
