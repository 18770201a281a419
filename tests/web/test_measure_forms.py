"""Measures in a form: every one of the packs comes back as it was; filters on own fields."""

from types import SimpleNamespace

import pytest

from cast import AT, ON, Floor
from cheji.actions import fields
from cheji.engine.definitions import as_json, body_of
from cheji.engine.kinds import KINDS
from cheji.packs import load
from cheji.records.models import DefinitionVersion
from cheji.web.fact_words import FactWords, channel_text, tag_text
from cheji.web.views.definitions.measure_forms import MeasureForm

USAGE = (("fleet", "车队", "Fleet"), ("own", "私家", "Private"))
NEW = {
    "code": "fleet_orders", "zh": "车队订单", "en": "Fleet orders", "adds": ["order_signed"],
    "own_usage": ["fleet"], "column": "quantity", "over_time": "sum", "direction": "none",
    "outlet": "", "valid_from": "2026-03-01",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


@pytest.fixture
def usage(cast):
    terms = fields.Terms("用途", "Usage", choices=USAGE, in_kpis=True)
    fields.define(by=cast["hr"], at=AT, noun="order", code="usage", kind="choice", terms=terms)
    return cast


def read_back(cast, body, found):
    """What a form says that is sent as it opened."""
    opened = MeasureForm(who=cast["hr"], body=body, found=found, new=False)
    sent = {name: opened[name].value() for name in opened.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    form = MeasureForm(sent, who=cast["hr"], body=body, found=found, new=False)
    assert form.is_valid(), form.errors
    return form.said()


def test_every_measure_of_a_pack_comes_back_as_it_was(usage):
    definitions = load("motorcycle").definitions
    found = SimpleNamespace(all=definitions)
    of_which = {
        "code": "fleet", "zh": "车队", "en": "Fleet", "unit": "vehicle",
        "kinds": {"delivery_of": 1}, "where": {"tags": {"in": ["usage=fleet", "usage=own"]}},
    }  # fmt: skip
    bodies = [as_json(body_of(item)) for item in definitions.measures]
    for body in [*bodies, of_which]:
        assert read_back(usage, body, found) == body


def test_a_measure_on_an_own_field_is_drafted_with_its_kpi(faces, usage):
    page = faces["hr"].get("/definitions/measure/form?field=usage")
    assert page.context["form"].held("adds") == ["order_signed"]
    assert "Usage" in [pick.label for pick in page.context["form"].narrowing()]
    answer = faces["hr"].post("/definitions/measure/form", {**NEW, "as_kpi": "on"})
    assert answer.status_code == 302
    bodies = {row.kind: row.body for row in DefinitionVersion.objects.filter(code="fleet_orders")}
    head = {"code": "fleet_orders", "zh": "车队订单", "en": "Fleet orders", "unit": "vehicle"}
    where = {"tags": {"in": ["usage=fleet"]}}
    assert bodies["measure"] == {**head, "kinds": {"order_signed_of": 1}, "where": where}
    assert bodies["kpi"] == {**head, "formula": "fleet_orders"}


def test_a_draft_says_what_it_counts_and_what_comes_first(faces, usage):
    faces["hr"].post("/definitions/measure/form", {**NEW, "as_kpi": "on"})
    rows = DefinitionVersion.objects.filter(code="fleet_orders")
    pages = {row.kind: f"/definitions/versions/{row.pk}" for row in rows}
    Floor().order(usage.outlet, usage.people["zhang"], on=ON, custom={"usage": "fleet"})
    months = "outlet=N1&first=202603&last=202603"
    table = faces["group_manager"].get(f"{pages['measure']}/preview?{months}").context["by_month"]
    assert [[cell.value for cell in row.cells[2:]] for row in table.rows] == [[None, 1, None]]
    shown = faces["group_manager"].get(pages["measure"])
    assert "Usage: only Fleet" in shown.text
    waiting = faces["group_manager"].get(pages["kpi"]).context
    assert (waiting["awaited"], waiting["sound"]) == ([("Fleet orders", pages["measure"])], False)
    faces["group_manager"].post(f"{pages['measure']}/publish")
    after = faces["group_manager"].get(pages["kpi"]).context
    assert (after["awaited"], after["sound"]) == ([], True)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"adds": [], "unit": "vehicle"}, "adds"),
        ({"takes": ["order_signed"]}, "takes"),
        ({"adds": ["line_revenue"], "tags": ["vehicle"]}, "tags"),
        ({"zh": ""}, "zh"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(faces, usage, more, field):
    count = DefinitionVersion.objects.count()
    answer = faces["hr"].post("/definitions/measure/form", {**NEW, **more})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert DefinitionVersion.objects.count() == count


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"own_usage": ["boat"]}, "has no choice boat"),
        ({"adds": ["visit_first"]}, "has no own field usage"),
        ({"own_usage": [], "channel": ["owners"]}, "never have owners"),
    ],
)
def test_a_filter_that_holds_nothing_is_a_finding(faces, usage, more, wrong):
    answer = faces["hr"].post("/definitions/measure/form", {**NEW, **more})
    assert answer.status_code == 422
    assert wrong in " ".join(reason for _place, reason, _mend in answer.context["findings"])


def test_the_measure_is_said_in_words_and_the_filters_follow_the_events(faces, usage):
    said = faces["hr"].post("/definitions/measure/live", NEW).text
    assert "Usage: only Fleet" in said
    assert "Nothing is wrong with it." in said
    shown = faces["hr"].post("/definitions/measure/filters", {**NEW, "adds": ["call_in"]})
    assert [pick.label for pick in shown.context["form"].narrowing()][:3] == [
        "Usage", "Channel", "State or sort",
    ]  # fmt: skip
    assert faces["zhang"].post("/definitions/measure/live", NEW).status_code == 403


def test_a_kpi_leads_to_its_value_and_onto_a_sheet(faces, cast):
    page = faces["hr"].get("/definitions/kpi/at/leads").context
    assert faces["hr"].get(page["value_url"]).status_code == 200
    form = {"line": "kpi:visits", "outlet": "", "valid_from": "2026-03-01", "note": ""}
    assert faces["hr"].post(page["sheet_url"], form).status_code == 302
    lines = DefinitionVersion.objects.latest("id").body["lines"]
    assert lines[lines.index("visits") + 1] == "leads"
    assert "sheet_url" not in faces["zhang"].get("/definitions/kpi/at/leads").context


def test_every_channel_and_tag_of_a_fact_has_words():
    raw = [
        (kind.code, code)
        for kind in KINDS
        for say, codes in ((channel_text, kind.channels), (tag_text, kind.tags))
        for code in codes
        if say(kind.code, code) == code
    ]
    assert raw == []


def test_own_fields_stand_by_their_names(usage):
    words = FactWords()
    assert words.tags("delivery_of", "usage=fleet") == "Usage = Fleet"
    assert words.tags("delivery_of", "gone=x") == "gone = x"
