"""Ceilings of pay: set from a month on, held against what an outlet's month costs."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions.deeds import NothingDiffers
from cheji.reads.pay.overview import overview
from cheji.records import models as m
from cheji.records.refusals import BadValue, NotFound, NotYours
from doors import signed_in
from paying import FEBRUARY, LATER, MARCH, Sold, calculated, planned

JANUARY = 202601


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned()
        yield made


@pytest.fixture
def open_as(sold: Sold, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 3, 20))
    return signed_in


def put(sold: Sold, kind: str, amount: int, *, since: int = FEBRUARY, by: str = "finance") -> None:
    verbs.set_ceiling(
        by=sold.cast[by], at=LATER, outlets=[sold.cast.outlet.pk], since=since, kind=kind,
        amount=amount,
    )  # fmt: skip


def north(sold: Sold, month: int = FEBRUARY) -> int | None:
    found = overview(sold.cast["finance"], month)
    place, _brand, cost = found.outlets[0]
    return found.allowed(place.code, cost)


@pytest.mark.parametrize(
    ("kind", "amount", "allowed"),
    [("month", 500_000, 500_000), ("unit", 110_000, 440_000), ("share", 2_150, 430_000)],
)
def test_yuan_a_month_yuan_a_car_or_a_share_of_gross(
    sold: Sold, kind: str, amount: int, allowed: int
) -> None:
    """Four cars with 20,000 yuan of gross were sold."""
    put(sold, kind, amount)
    assert north(sold) == allowed


def test_it_holds_from_its_month_until_a_later_one_does(sold: Sold) -> None:
    put(sold, "month", 500_000)
    put(sold, "", 0, since=MARCH)
    assert [north(sold, month) for month in (JANUARY, FEBRUARY, MARCH)] == [None, 500_000, None]
    put(sold, "unit", 100_000)
    assert north(sold) == 400_000
    with pytest.raises(NothingDiffers):
        put(sold, "unit", 100_000)
    text = m.AuditEntry.objects.filter(verb="pay.set_ceiling").latest("id").body
    body = json.loads(text)
    assert body["after"] == {"kind": "unit", "amount": 100_000}
    assert body["before"] == {str(sold.cast.outlet.pk): {"kind": "month", "amount": 500_000}}


@pytest.mark.parametrize(
    ("kind", "amount"), [("month", 0), ("share", 10_001), ("week", 5), ("unit", -1)]
)
def test_what_is_no_ceiling_is_refused(sold: Sold, kind: str, amount: int) -> None:
    with pytest.raises(BadValue):
        put(sold, kind, amount)


def test_the_overview_says_who_is_over_it_and_by_how_much(sold: Sold, open_as: Any) -> None:
    face = open_as("finance")
    bare = face.get("/pay/overview?period=202602").context
    assert ([one.key for one in bare["table"].columns][-1], bare["over"]) == ("of_gross", "")
    saved = face.post("/pay/ceilings?period=202602", {"kind": "share", "amount": "21.5"})
    assert saved.status_code == 302
    before = face.get("/pay/overview?period=202602").context["table"].rows[0].cells
    assert (before[-2], before[-1]) == (430_000, None)  # nothing is known of the cost
    run = calculated(sold.cast, FEBRUARY)
    level = face.get("/pay/overview?period=202602&outlet=N1").context
    assert (run.total, level["over"], level["cards"][1].value) == (430_000, "", 0)
    face.post("/pay/ceilings?period=202602", {"kind": "month", "amount": "4,000"})
    page = face.get("/pay/overview?period=202602&outlet=N1")
    context = page.context
    assert context["over"] == "Over the ceiling (1): 北一店 by ¥300.00"
    left = context["table"].rows[0].cells[-1]
    assert (left.value, left.state, left.note) == (-30_000, "bad", "Over the ceiling")
    card = context["cards"][1]
    assert (card.label, card.value, card.state) == ("Over the ceiling", 30_000, "bad")
    assert "北一店 by ¥300.00" in page.content.decode()
    listed = face.get("/pay/ceilings?period=202603").context["table"].rows
    assert [row.cells[1] for row in listed] == ["¥4,000.00 for an outlet's month"] * 2


def test_who_approves_pay_sets_it_within_his_reach(sold: Sold, open_as: Any) -> None:
    body = {"kind": "month", "amount": "4000", "outlets": [sold.cast.outlet.pk]}
    answers = {
        key: (
            open_as(key).get("/pay/ceilings?period=202602").status_code,
            open_as(key).post("/pay/ceilings?period=202602", body).status_code,
        )
        for key in ("region_head", "manager", "auditor", "far_manager", "zhang")
    }
    assert answers == {
        "region_head": (200, 302), "manager": (200, 403), "auditor": (200, 403),
        "far_manager": (200, 403), "zhang": (404, 404),
    }  # fmt: skip
    with pytest.raises(NotYours):
        put(sold, "month", 1, by="manager")
    far = m.Unit.objects.get(code="S1").pk
    with pytest.raises(NotFound):
        verbs.set_ceiling(
            by=sold.cast["finance"], at=LATER, outlets=[far], since=FEBRUARY, kind="month", amount=1
        )


def test_it_is_set_ahead_and_never_without_an_amount(sold: Sold, open_as: Any) -> None:
    face = open_as("finance")
    bare = face.post("/pay/ceilings?period=202612", {"kind": "unit", "amount": ""})
    assert (bare.status_code, list(bare.context["form"].errors)) == (422, ["amount"])
    assert "0.00" not in bare.context["form"].errors["amount"][0]
    page = face.get("/pay/ceilings?period=202603")
    assert page.context["choice"].next == "202604"
    assert page.context["choice"].options[0][0] == "202703"
    assert page.context["choice"].options[12][0] == "202603"
    ahead = face.post("/pay/ceilings?period=202701", {"kind": "unit", "amount": "900"})
    assert ahead.status_code == 302
    assert (north(sold, 202612), north(sold, 202701)) == (None, 0)
