"""Typed lines, splits, release events and settlements on the screen."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from beginnings import begun
from cheji.records import models as m
from doors import signed_in
from paying import FEBRUARY, Sold, closed, gone, planned

TODAY = date(2026, 3, 20)
HELD = [{"code": "until_plates", "zh": "上牌暂扣", "en": "Held", "components": ["unit_bonus"],
         "share": "20%", "release": "plates"}]  # fmt: skip


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned(holdbacks=HELD)
        yield made


@pytest.fixture
def open_as(sold: Sold, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    return signed_in


def test_pages_open_to_who_may(sold: Sold, open_as: Any) -> None:
    pages = (
        "/pay/typed", "/pay/splits", "/pay/events", "/pay/typed/new", "/pay/events/new",
        "/pay/settlements", "/pay/settlements/new",
    )  # fmt: skip
    found = {
        key: [open_as(key).get(page).status_code for page in pages]
        for key in ("finance", "region_head", "manager", "auditor", "zhang", "lead")
    }
    assert found == {
        "finance": [200] * 7, "region_head": [200] * 6 + [403],
        "manager": [200] * 5 + [403] * 2, "auditor": [200] * 3 + [403] * 4,
        "zhang": [404] * 7, "lead": [404] * 7,
    }  # fmt: skip


def test_an_amount_is_asked_for_and_approved_by_another(sold: Sold, open_as: Any) -> None:
    zhang = sold.cast.people["zhang"]
    given = {
        "person": zhang.pk, "period": FEBRUARY, "fen": "-120.5", "component": "manual",
        "reason": "", "evidence": "罚单",
    }  # fmt: skip
    manager, address = open_as("manager"), "/pay/typed/new?outlet=N1"
    refused = manager.post(address, given)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert refused.context["form"]["evidence"].value() == "罚单"
    made = manager.post(address, {**given, "reason": "违规停车"})
    row = m.ManualLine.objects.get()
    assert made.url == f"/pay/typed/{row.pk}"
    assert (row.fen, row.person, row.state) == (-12_050, zhang, "asked")
    kept = row.component
    m.ManualLine.objects.update(component="dispute")
    ruled = {term: said for term, said, _state in manager.get(made.url).context["facts"]}
    assert ruled["Component"] == "Decided dispute"
    m.ManualLine.objects.update(component=kept)
    decide = f"/pay/typed/{row.pk}/decide"
    body = {"version": row.version, "approve": "1", "decision": ""}
    assert manager.post(decide, body).status_code == 403
    open_as("finance").post(decide, body)
    row.refresh_from_db()
    assert row.state == "approved"
    assert [one.cells[0].value for one in manager.get("/pay/typed").context["table"].rows] == [
        "张伟"
    ]
    facts = {term: said for term, said, _state in manager.get(made.url).context["facts"]}
    assert (facts["Component"], facts["Pay plan"]) == ("By hand", "That of the post")
    assert open_as("far_manager").get(f"/pay/typed/{row.pk}").status_code == 404


def test_a_deal_is_shared_when_the_shares_add_up(sold: Sold, open_as: Any) -> None:
    people = sold.cast.people
    given = {
        "order": sold.cars[0].order.number, "reason": "共同接待", "person1": people["zhang"].pk,
        "share1": "70", "person2": people["li"].pk, "share2": "20",
    }  # fmt: skip
    face, address = open_as("manager"), "/pay/splits/new?outlet=N1"
    refused = face.post(address, given)
    assert refused.status_code == 422
    assert refused.context["form"]["share2"].value() == "20"
    unknown = face.post(address, {**given, "order": "没有"})
    assert (unknown.status_code, list(unknown.context["form"].errors)) == (422, ["order"])
    face.post(address, {**given, "share2": "30"})
    row = m.PaySplit.objects.get()
    assert row.parts == [[people["zhang"].pk, 7_000], [people["li"].pk, 3_000]]
    body = {"version": row.version, "approve": "1"}
    open_as("region_head").post(f"/pay/splits/{row.pk}/decide", body)
    row.refresh_from_db()
    assert row.approved is True


def test_an_event_of_the_plan_is_entered_and_taken_back(sold: Sold, open_as: Any) -> None:
    face, address = open_as("manager"), "/pay/events/new?outlet=N1"
    car = sold.cars[0]
    given = {"kind": "plates", "order": car.order.number, "on": "2026-02-01"}
    early = face.post(address, given)
    assert (early.status_code, list(early.context["form"].errors)) == (422, ["on"])
    face.post(address, {**given, "on": "2026-03-02"})
    row = m.PayEvent.objects.get()
    assert (row.kind, row.source_kind, row.source) == ("plates", "delivery", car.pk)
    page = face.get("/pay/events").context["table"].rows[0]
    assert page.cells[0].value == "Plates issued"
    void = f"/pay/events/{row.pk}/void"
    assert face.post(void, {"version": row.version, "reason": ""}).status_code == 422
    face.post(void, {"version": row.version, "reason": "录错"})
    row.refresh_from_db()
    assert row.void is True


def test_a_leaver_is_settled_by_two_and_paid(sold: Sold, open_as: Any) -> None:
    run = closed(sold.cast, FEBRUARY)
    li = m.PayInput.objects.get(run=run, person=sold.cast.people["li"])
    hr, new = open_as("hr"), "/pay/settlements/new?outlet=N1"
    still = hr.post(new, {"person": "LI"})
    assert (still.status_code, list(still.context["form"].errors)) == (422, ["person"])
    gone(sold, "li", last=TODAY)
    answer = hr.post(new, {"person": "LI"})
    sheet = m.Settlement.objects.get()
    assert (answer.url, sheet.earned, sheet.held) == (
        f"/pay/settlements/{sheet.pk}", li.payable, 10_000,
    )  # fmt: skip
    page = hr.get(answer.url)
    owed, _running, held, _open = [table.rows for table in page.context["tables"]]
    assert [row.cells[3] for row in owed] == [li.payable]
    assert [row.cells[3] for row in held] == [10_000]
    assert page.context["deeds"] == []
    finance = open_as("finance")
    for verb in ("approve", "pay"):
        sheet.refresh_from_db()
        body = {"version": sheet.version}
        assert finance.post(f"{answer.url}/{verb}", body).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == "paid"
    again = [
        finance.post(f"{answer.url}/{verb}", {"version": sheet.version}).status_code
        for verb in ("approve", "pay")
    ]
    assert again == [422, 422]
    paper = finance.get(f"{answer.url}.pdf")
    assert (paper["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert m.AuditEntry.objects.filter(verb="export.pay_settlement").count() == 1
    assert open_as("far_manager").get(f"{answer.url}.pdf").status_code in (403, 404)
    assert open_as("far_manager").get(answer.url).status_code in (403, 404)
