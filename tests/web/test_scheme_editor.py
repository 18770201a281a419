"""The editor of score schemes: nothing is lost on the way, findings block, words as one types."""

from datetime import date
from typing import Any

import pytest

from cast import ON, totals
from cheji.engine.definitions import as_json, body_of
from cheji.packs import load
from cheji.records.models import DefinitionVersion
from cheji.web import editors, schemes
from typing_in import sent

PACK = load("motorcycle").definitions
RATIOS = frozenset(kpi.code for kpi in PACK.kpis if kpi.unit == "ratio")


def body(code: str) -> dict[str, Any]:
    return as_json(body_of(next(one for one in PACK.schemes if one.code == code)))


@pytest.mark.parametrize("code", [scheme.code for scheme in PACK.schemes])
def test_every_scheme_of_the_packs_comes_back_as_it_went_in(code):
    shown = editors.shown(schemes.EDITOR, schemes.typed(body(code), RATIOS), RATIOS, {})
    given = editors.read(schemes.EDITOR, sent(shown))
    assert schemes.said(given, code, RATIOS) == body(code)


# -- on screen ---------------------------------------------------------------------------------

CHANGE = "/definitions/scheme/at/consultant_manual/change"
HEAD = {"outlet": "", "valid_from": "2026-04-01", "note": "weights"}


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def form(**changes: str) -> dict[str, Any]:
    given = schemes.typed(body("consultant_manual"), RATIOS)
    shown = editors.shown(schemes.EDITOR, given, RATIOS, {})
    post = sent(shown)
    post.update(changes)
    return {**{name: post.getlist(name) for name in post}, **HEAD}


def latest() -> DefinitionVersion:
    return DefinitionVersion.objects.latest("id")


def test_a_changed_weight_becomes_a_draft_that_a_second_person_publishes(faces):
    change = form(**{"items.0.weight": "25", "items.1.weight": "15"})
    answer = faces["hr"].post(CHANGE, change)
    assert answer.url == f"/definitions/versions/{latest().pk}"
    weights = {item.get("kpi"): item["weight"] for item in latest().body["items"]}
    assert (weights["sales_amount"], weights["sales_units"]) == (25, 15)
    page = faces["group_manager"].get(answer.url)
    assert "The standard in words" in page.text
    own = faces["hr"].post(f"{answer.url}/publish")
    assert (own.status_code, latest().state) == (422, "draft")
    assert faces["group_manager"].post(f"{answer.url}/publish").status_code == 302
    assert latest().state == "published"


def test_a_scheme_that_fails_the_linter_is_kept_and_cannot_be_published(faces):
    faces["hr"].post(CHANGE, form(**{"items.0.weight": "25"}))
    draft = latest()
    assert draft.body["items"][0]["weight"] == 25
    refused = faces["group_manager"].post(f"/definitions/versions/{draft.pk}/publish")
    assert refused.status_code == 422
    assert "105" in refused.text
    assert DefinitionVersion.objects.get(pk=draft.pk).state == "draft"


def test_all_findings_are_told_at_their_places_as_one_types(faces):
    typed = form(**{"items.0.weight": "twenty", "items.1.cap": "50", "vetoes.0.zh": ""})
    live = faces["hr"].post("/definitions/scheme/live", {**typed, "code": "consultant_manual"})
    anchors = {one["anchor"] for one in live.context["faults"]}
    assert {"s-items-0-weight", "s-items-1-cap", "s-vetoes-0-zh"} <= anchors
    told = {one["anchor"]: one for one in live.context["faults"]}["s-vetoes-0-zh"]
    assert told["place"].endswith(" · Name in Chinese")
    assert (told["reason"], told["mend"]) == ("is not filled in", "")
    assert live.context["weights"]["left"] == "20"


def test_notes_do_not_keep_a_scheme_back(faces):
    typed = {**form(), "code": "consultant_manual"}
    live = faces["hr"].post("/definitions/scheme/live", typed)
    assert (live.context["faults"], {one["anchor"] for one in live.context["notes"]}) == (
        [],
        {"s-items-0", "s-items-0-target", "s-items-1", "s-items-1-target"},
    )
    said = dict(live.context["items"])
    assert "attainment under 60%: 0 points" in said[0]
    bands = {code: rows for code, _title, rows in live.context["bands"]}
    assert bands["grades"][0] == ("below 60", "D")


def test_a_person_is_shown_by_the_draft_beside_what_is_in_force(faces, cast):
    totals(cast.outlet, date(2026, 2, 5), cast.people["zhang"], orders_new=3)
    post = {**form(), "code": "consultant_manual", "example-outlet": "N1"}
    post["example-person"] = str(cast.people["zhang"].pk)
    live = faces["group_manager"].post("/definitions/scheme/live", post)
    seen = live.context["example"]
    assert (seen.person.name, seen.change.points) == ("张伟", 0)
    assert len(live.context["changes"]) == len(seen.new.items)


def test_buttons_add_move_and_drop_without_losing_what_is_typed(faces):
    typed = form(**{"items.1.zh": "打字"})
    page = faces["hr"].post(CHANGE, {**typed, "do": "up:items.1"})
    assert page.context["items"].rows[0].name == "打字"
    page = faces["hr"].post(CHANGE, {**typed, "do": "add:items.5.raters"})
    assert len(page.context["items"].rows[5].lists["raters"].rows) == 4
    page = faces["hr"].post(CHANGE, {**typed, "do": "drop:items.0"})
    assert [item.number for item in page.context["items"].rows] == list(range(6))
    for strange in ("up:items.x", "drop:nothing.9", "add:", "add:items.99.bands", "drop:items.999"):
        assert faces["hr"].post(CHANGE, {**typed, "do": strange}).status_code == 200


def test_who_does_not_define_opens_no_editor(faces):
    pages = (CHANGE, "/definitions/scheme/form", "/definitions/scheme/form?from=lead_monthly")
    found = {
        role: {faces[role].get(page).status_code for page in pages}
        for role in ("zhang", "lead", "manager", "region_head", "auditor", "hr", "group_manager")
    }
    refused, open_ = {403}, {200}
    assert found == {
        "zhang": refused, "lead": refused, "manager": refused, "region_head": refused,
        "auditor": refused, "hr": open_, "group_manager": open_,
    }  # fmt: skip
    assert faces["manager"].post("/definitions/scheme/live", {}).status_code == 403
