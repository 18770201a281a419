"""What models are: told on a screen and in a file, and counted by the KPIs that filter on it."""

from datetime import date
from fractions import Fraction

import pytest

from cast import AT, ON, Floor
from cheji.actions import imports
from cheji.actions.imports import Entry
from cheji.reads import kpis
from cheji.records.models import VehicleModel

NEW = {"name": "山海", "displacement": "", "segment": "SUV", "key": "on"}
MARCH = 202603


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def share(cast):
    table = kpis.values(
        cast["manager"], kpis=["product_mix"], by="outlet", grain="month", first=MARCH, last=MARCH
    )
    return table.rows[0].cells[0].value


def sold(cast, *models):
    floor = Floor()
    for model in models:
        order = floor.order(cast.outlet, cast.people["zhang"], on=date(2026, 3, 3), model=model)
        floor.delivery(order, date(2026, 3, 9))


def test_a_key_model_counts_from_the_moment_it_is_told_and_no_longer(faces, cast):
    sold(cast, "山海", "晨风", "晨风")
    assert share(cast) == 0
    assert faces["hr"].post("/models/new", NEW).headers["Location"] == "/models"
    assert share(cast) == Fraction(1, 3)
    model = VehicleModel.objects.get()
    assert (model.name, model.segment, model.key) == ("山海", "SUV", True)
    assert (
        faces["hr"].post(f"/models/{model.pk}", {"segment": "SUV", "seen": "1"}).status_code == 302
    )
    assert share(cast) == 0
    stale = {"segment": "MPV", "seen": "1"}
    assert faces["hr"].post(f"/models/{model.pk}", stale).status_code == 409


def test_the_list_has_what_is_told_and_what_only_stands_in_orders(faces, cast):
    sold(cast, "晨风", "X&Y")
    faces["group_manager"].post("/models/new", NEW)
    page = faces["group_manager"].get("/models").text
    assert ("山海" in page, "晨风" in page, "SUV" in page) == (True, True, True)
    assert "/models/new?name=X%26Y" in page
    assert faces["group_manager"].post("/models/new", NEW).status_code == 422, "twice"
    assert faces["hr"].post("/models/new", {**NEW, "name": ""}).status_code == 422
    assert faces["hr"].get("/models/999").status_code == 404


def test_others_neither_see_the_list_nor_tell(faces):
    for role in ("zhang", "manager", "auditor", "administrator"):
        assert faces[role].get("/models").status_code == 403
        assert faces[role].post("/models/new", NEW).status_code == 403
    assert faces["finance"].post("/models/new", NEW).status_code == 422, "of a region alone"
    assert VehicleModel.objects.count() == 0


def test_a_file_tells_models_and_is_taken_back(cast):
    by = cast["group_manager"]
    rows = [{"name": "穿越 500", "displacement": "over_250"}, {"name": "山海", "key": True}]
    batch = imports.start(by=by, at=AT, kind="models", name="m.csv", content=b"models")
    entries = (Entry(place, row) for place, row in enumerate(rows, start=2))
    imports.commit(by=by, at=AT, batch=batch, entries=entries)
    told = VehicleModel.objects.order_by("name").values_list("name", "displacement", "key")
    assert list(told) == [("山海", "", True), ("穿越 500", "over_250", False)]
    imports.undo(by=by, at=AT, batch=batch.pk)
    assert VehicleModel.objects.count() == 0
