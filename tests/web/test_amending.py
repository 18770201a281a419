"""Corrections on screens: buttons by right and state, a missing cost, closed months, conflicts."""

from datetime import timedelta

import pytest

from cast import AT, ON, Floor
from cheji.records import models as m

TERMS = {
    "model": "星越", "units": "1", "channel": "walk_in", "deposit": "", "deposit_kind": "earnest",
    "promised_on": "", "note": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


@pytest.fixture
def handed(cast, db):
    """An order of Zhang's without a known cost, handed over."""
    floor = Floor()
    order = floor.order(
        cast.outlet, cast.people["zhang"], on=ON - timedelta(days=5), cost=None, model="星越"
    )
    floor.delivery(order, vin="LVIN1")
    return order


def correction(order, **given):
    return {
        **TERMS, "reason": "补录成本", "vehicle_price": "100000", "version": "1",
        "signed_on": order.signed_on.isoformat(), **given,
    }  # fmt: skip


def test_finance_fills_in_the_cost_of_an_order_handed_over(faces, handed):
    page = faces["finance"].get(f"/orders/{handed.pk}/correct")
    assert page.context["form"]["vehicle_cost"].value() is None
    body = correction(handed, vehicle_cost="95,000.50")
    assert faces["finance"].post(f"/orders/{handed.pk}/correct", body).status_code == 302
    line = handed.lines.get()
    assert (line.revenue, line.cost) == (10_000_000, 9_500_050)
    cost = m.Fact.objects.filter(kind="line_cost")
    assert [fact.fen for fact in cost] == [9_500_050]


@pytest.mark.parametrize(
    ("role", "slugs"),
    [
        ("zhang", set()), ("lead", set()), ("manager", {"correct"}), ("finance", {"correct"}),
        ("care", set()), ("auditor", set()),
    ],
)  # fmt: skip
def test_who_corrects_an_order_handed_over(faces, handed, role, slugs):
    page = faces[role].get(f"/orders/{handed.pk}")
    shown = {slug for slug, _deed in page.context["deeds"]}
    assert shown & {"amend", "correct"} == slugs
    answer = faces[role].post(f"/orders/{handed.pk}/correct", correction(handed))
    assert (answer.status_code == 403) is (not slugs)
    assert handed.lines.get().cost is None


def test_a_reason_is_asked_for_and_a_second_one_meets_the_first(faces, handed):
    url = f"/orders/{handed.pk}/correct"
    answer = faces["manager"].post(url, correction(handed, vehicle_cost="1", reason=""))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"reason"})
    assert faces["finance"].post(url, correction(handed, vehicle_cost="2")).status_code == 302
    assert faces["manager"].post(url, correction(handed, vehicle_cost="3")).status_code == 409
    assert handed.lines.get().cost == 200


def test_a_closed_month_is_said(faces, handed, cast):
    url = f"/orders/{handed.pk}/correct"
    assert faces["finance"].get(url).context["form"].notice() == ""
    m.Run.objects.create(
        kind="score", outlet=cast.outlet, period=202603, definition="p", digest="d", mark=0,
        made_at=AT, closed_at=AT, state="closed", sealed="s",
    )  # fmt: skip
    delivery = handed.deliveries.get()
    for role, page in (("finance", url), ("manager", f"/deliveries/{delivery.pk}/void")):
        notice = faces[role].get(page).context["form"].notice()
        assert notice.startswith("Mar 2026 is closed."), page


def test_a_delivery_and_a_spend_are_corrected(faces, handed, cast):
    delivery = handed.deliveries.get()
    day = ON - timedelta(days=1)
    body = {"reason": "误录", "vin": " lvin2 ", "on": day.isoformat(), "units": "1", "version": "1"}
    answer = faces["lead"].post(f"/deliveries/{delivery.pk}/amend", body)
    assert answer.status_code == 302
    delivery.refresh_from_db()
    assert (delivery.vin, delivery.on_date, delivery.trade_in) == ("LVIN2", day, False)
    spend = Floor().spend(cast.outlet, 100)
    body = {"reason": "误录", "amount": "20", "on": day.isoformat(), "version": "1"}
    assert faces["marketing"].post(f"/spend/{spend.pk}/amend", body).status_code == 302
    spend.refresh_from_db()
    assert (spend.amount, spend.on_date) == (2_000, day)
