"""Fields of the house's own on screens: added, filled in, shown, and counted by a measure."""

import pytest

from cast import AT, ON, Floor
from cheji.actions import fields
from cheji.reads.supposing import Supposition, preview
from cheji.records.models import CustomField, DefinitionVersion

NEW = {
    "noun": "order", "type": "choice", "code": "industry", "zh": "行业", "en": "Industry",
    "choices": "fleet, 车队, Fleet\nfarm，农业，Farm\n", "position": "0", "in_kpis": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def test_who_defines_adds_changes_and_retires_a_field(faces):
    assert faces["hr"].post("/fields/new", NEW).headers["Location"] == "/fields"
    field = CustomField.objects.get()
    assert (field.code, field.in_kpis, field.choices) == (
        "industry", True, [["fleet", "车队", "Fleet"], ["farm", "农业", "Farm"]],
    )  # fmt: skip
    assert "Industry" in faces["hr"].get("/fields").text
    change = {**NEW, "en": "Trade", "retired": "on", "seen": "1"}
    assert faces["hr"].post(f"/fields/{field.pk}", change).status_code == 302
    field.refresh_from_db()
    assert (field.en, field.retired) == ("Trade", True)
    assert faces["hr"].post(f"/fields/{field.pk}", {**change, "en": "Other"}).status_code == 409
    assert faces["hr"].post("/fields/new", {**NEW, "code": "Bad code"}).status_code == 422
    assert faces["hr"].get("/fields/999").status_code == 404


def test_others_neither_see_the_list_nor_add(faces):
    for role in ("zhang", "manager", "auditor", "administrator"):
        assert faces[role].get("/fields").status_code == 403
        assert faces[role].post("/fields/new", NEW).status_code == 403
    assert faces["finance"].post("/fields/new", NEW).status_code == 422, "of a region alone"
    assert CustomField.objects.count() == 0


@pytest.mark.parametrize("noun", ["customer", "prospect", "order", "visit"])
def test_a_records_page_offers_fills_and_shows_its_fields(faces, cast, noun):
    floor, zhang = Floor(), cast.people["zhang"]
    customer = floor.customer(cast.outlet, zhang)
    made = {
        "customer": lambda: customer,
        "prospect": lambda: floor.prospect(customer),
        "order": lambda: floor.order(cast.outlet, zhang, customer=customer),
        "visit": lambda: floor.visit(cast.outlet, zhang),
    }
    record = made[noun]()
    page = f"/{noun}s/{record.pk}"
    assert f"{page}/fields" not in faces["zhang"].get(page).text
    faces["hr"].post("/fields/new", {**NEW, "noun": noun})
    assert f"{page}/fields" in faces["zhang"].get(page).text
    record.refresh_from_db()
    form = {"own_industry": "farm", "version": str(record.version)}
    assert faces["zhang"].post(f"{page}/fields", form).headers["Location"] == page
    text = faces["zhang"].get(page).text
    assert ("Industry" in text, "Farm" in text) == (True, True)
    assert faces["zhang"].post(f"{page}/fields", form).status_code == 409
    assert faces["far_manager"].get(f"{page}/fields").status_code == 404
    assert faces["auditor"].get(f"{page}/fields").status_code == 403


def test_a_measure_counts_one_choice(faces, cast):
    faces["hr"].post("/fields/new", NEW)
    floor, zhang = Floor(), cast.people["zhang"]
    for choice in ("fleet", "fleet", "farm", ""):
        order = floor.order(cast.outlet, zhang, on=ON)
        if choice:
            fields.fill(
                by=cast["manager"], at=AT, noun="order", record=order.pk, version=order.version,
                values={"industry": choice},
            )  # fmt: skip
    plain = DefinitionVersion.objects.get(kind="measure", code="orders_unclassified").body
    names = {name: plain[name] for name in ("code", "zh", "en", "unit")}
    counted = {"kinds": {"order_signed_of": 1}, "where": {"tags": {"in": ["industry=fleet"]}}}
    body = {**names, **counted}
    supposed = Supposition("measure", "orders_unclassified", body)
    found = preview(cast["manager"], supposed, outlet="N1", first=202603, last=202603)
    values = {row.kpi.code: (row.old, row.new) for row in found.outlet}
    assert values["orders_unclassified"] == (4, 2)
