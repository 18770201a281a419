"""Typed lines, splits, release events and settlements on the screen."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from beginnings import begun
from cheji.files.papers.settlements import settlement_paper
from cheji.reads.pay.settlements import sheet
from cheji.records import models as m
from cheji.web.views.pay_runs import many_events
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
        "/pay/settlements", "/pay/settlements/new", "/pay/events/many",
    )  # fmt: skip
    found = {
        key: [open_as(key).get(page).status_code for page in pages]
        for key in ("finance", "region_head", "manager", "auditor", "zhang", "lead")
    }
    assert found == {
        "finance": [200] * 8, "region_head": [200] * 6 + [403, 200],
        "manager": [200] * 5 + [403] * 2 + [200],
        "auditor": [200] * 3 + [403] * 2 + [200] + [403] * 2,
        "zhang": [404] * 8, "lead": [404] * 8,
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
    none = manager.post(address, {**given, "fen": "0", "reason": "违规停车"})
    (told,) = none.context["form"].errors["fen"]
    assert (none.status_code, told[-34:]) == (422, "it is 0, or over 10000000.00 yuan.")
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
    m.Delivery.objects.filter(pk=car.pk).update(vin="LVIN77")
    face.post(address, {**given, "order": " lvin77", "on": "2026-03-02"})
    row = m.PayEvent.objects.get()
    assert (row.kind, row.source_kind, row.source) == ("plates", "delivery", car.pk)
    page = face.get("/pay/events").context["table"].rows[0]
    assert page.cells[0].value == "Plates issued"
    void = f"/pay/events/{row.pk}/void"
    assert face.post(void, {"version": row.version, "reason": ""}).status_code == 422
    face.post(void, {"version": row.version, "reason": "录错"})
    row.refresh_from_db()
    assert row.void is True


def test_a_settlement_says_of_which_component_is_held(sold: Sold, open_as: Any) -> None:
    both = ["unit_bonus", "gross_share"]
    draw = {"code": "draw", "zh": "预支", "en": "Draw", "kind": "recoverable", "amount": 3_000}
    planned(holdbacks=[{**HELD[0], "components": both}], draws=[draw])
    closed(sold.cast, FEBRUARY)
    gone(sold, "li", last=TODAY)
    hr = open_as("hr")
    answer = hr.post("/pay/settlements/new?outlet=N1", {"person": "LI"})
    page = hr.get(answer.url)
    owed = "What is still owed is taken from what is released or paid later"
    assert owed in page.content.decode()
    held = page.context["tables"][2].rows
    units, gross = ["Held", "Units", 10_000], ["Held", "Gross", 10_000]
    assert [[row.cells[0].value, row.cells[1], row.cells[3]] for row in held] == [units, gross]
    seen = sheet(sold.cast["hr"], m.Settlement.objects.get().pk)
    blocks = settlement_paper(seen, "en").blocks
    assert any(
        owed in line for block in blocks if block["kind"] == "lines" for line in block["lines"]
    )
    rows = [block["rows"] for block in blocks if block["kind"] == "rows"][-1]
    assert [row[:2] for row in rows] == [["Held (held)", "Units"], ["Held (held)", "Gross"]]
    row = m.Settlement.objects.get()
    for one in row.body["held"]:  # a sheet from before components were kept
        del one["component"]
    m.Settlement.objects.update(body=row.body)
    old = hr.get(answer.url).context["tables"][2].rows
    assert [one.cells[1] for one in old] == ["Units, Gross"] * 2


def test_events_of_many_deals_are_entered_with_a_result_each(sold: Sold, open_as: Any) -> None:
    face, address = open_as("manager"), "/pay/events/many?outlet=N1"
    one, two, three = (car.order.number for car in sold.cars)
    four = "没有"
    orders = f"{one}\n\n{two}，2026/3/3\n{three}\t2026-02-01\n{one}\n{four}\n{two} 昨天"
    given = {"kind": "plates", "orders": orders, "on": "2026-03-02", "evidence": "车管所清单"}

    def sent(text: str) -> list[tuple[Any, ...]]:
        page = face.post(address, {**given, "orders": text})
        table = page.context["results"]
        return [
            (row.cells[0].value, str(row.cells[1] or ""), row.cells[2].value, bool(row.cells[3]))
            for row in table.rows
        ]

    no, yes, before = "Not entered", "Entered", "There before"
    assert sent(orders) == [
        (three, "", no, True), (four, "", no, True), (one, "2026-03-02", yes, False),
        (two, "2026-03-03", yes, False), (two, "2026-03-03", before, False),
    ]  # fmt: skip
    assert sent(f"{one} 2026-03-09\n{two}") == [
        (one, "2026-03-02", before, False), (two, "2026-03-03", before, False),
    ]  # fmt: skip
    assert sorted(m.PayEvent.objects.values_list("source", "evidence")) == [
        (car.pk, "车管所清单") for car in sold.cars[:2]
    ]
    page = face.post(address, given)
    early, unknown, *_there = [row.cells[3] for row in page.context["results"].rows]
    assert early.startswith("Date 2026-02-01 lies before")
    assert unknown == "北一店 has no order of this number and no car of this VIN."
    assert page.context["form"]["orders"].value() == f"{three} 2026-02-01\n{four}"
    assert page.context["results"].caption == "0 entered · 3 there before · 2 not entered"
    many = face.post(address, {**given, "orders": "\n".join(map(str, range(501)))})
    assert (many.status_code, list(many.context["form"].errors)) == (422, ["orders"])
    assert open_as("auditor").get(address).status_code == 403


def test_a_long_list_of_events_goes_on_where_time_ran_out(
    sold: Sold, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least one line each time; what was refused waits behind what was not reached."""
    monkeypatch.setattr(many_events, "PATIENCE", 0)
    face, address = open_as("manager"), "/pay/events/many?outlet=N1"
    one, two, three = (car.order.number for car in sold.cars)
    given = {"kind": "plates", "on": "2026-03-02", "evidence": ""}
    text, told = f"没有\n{one}\n{two} 2026-03-03\n{three}", []
    for _press in range(4):
        page = face.post(address, {**given, "orders": text})
        text = page.context["form"]["orders"].value()
        told.append((page.context["results"].caption, text))
    none = "0 entered · 0 there before · 1 not entered"
    entered = "1 entered · 0 there before · 0 not entered"
    assert told == [
        (f"{none} · 3 still to do", f"{one}\n{two} 2026-03-03\n{three}\n没有"),
        (f"{entered} · 3 still to do", f"{two} 2026-03-03\n{three}\n没有"),
        (f"{entered} · 2 still to do", f"{three}\n没有"),
        (f"{entered} · 1 still to do", "没有"),
    ]
    assert m.PayEvent.objects.count() == 3
    assert "1 line was not reached yet and stands in the form" in page.text


def test_an_event_of_an_order_is_there_for_its_car_delivered_later(
    sold: Sold, open_as: Any
) -> None:
    face, cast, on = open_as("manager"), sold.cast, date(2026, 3, 2)
    order = sold.floor.order(cast.outlet, cast.people["zhang"], on=on)
    given = {"kind": "plates", "orders": order.number, "on": "2026-03-03", "evidence": ""}

    def sent() -> str:
        page = face.post("/pay/events/many?outlet=N1", given)
        return str(page.context["results"].caption)

    assert sent() == "1 entered · 0 there before · 0 not entered"
    sold.floor.delivery(order, date(2026, 3, 10))
    assert sent() == "0 entered · 1 there before · 0 not entered"
    assert m.PayEvent.objects.count() == 1


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
    reads, body = open_as("auditor"), {"version": sheet.version}
    seen = reads.get(answer.url)
    assert (seen.status_code, seen.context["deeds"]) == (200, [])
    assert reads.post(f"{answer.url}/approve", body).status_code == 403
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
    assert f"settlement-{sheet.person.number}-" in paper["content-disposition"]
    assert m.AuditEntry.objects.filter(verb="export.pay_settlement").count() == 1
    assert open_as("far_manager").get(f"{answer.url}.pdf").status_code in (403, 404)
    assert open_as("far_manager").get(answer.url).status_code in (403, 404)
