"""The editor of pay plans: nothing is lost on the way, findings block, pay as one types."""

import re
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.engine.pay_making import plan

from beginnings import begun
from cheji.engine.definitions import as_json, body_of
from cheji.engine.definitions.faults import missing_key
from cheji.packs import load
from cheji.reads import versions
from cheji.records import models as m
from cheji.web import editors, pay_plans
from cheji.web.pay_plans import starts
from reads.world import packed_world
from typing_in import sent

PACKS = [load(code).definitions for code in ("dealership", "presets", "published")]
PLANS = {plan.code: plan for pack in PACKS for plan in pack.pay_plans}
RATIOS = frozenset(kpi.code for pack in PACKS for kpi in pack.kpis if kpi.unit == "ratio")


def opened_and_saved(body: dict[str, Any]) -> dict[str, Any]:
    """What the editor says of a body that nobody touched, by what a browser would send."""
    shown = editors.shown(pay_plans.EDITOR, pay_plans.typed(body, RATIOS), RATIOS, {})
    typed = pay_plans.coded(editors.read(pay_plans.EDITOR, sent(shown)))
    return pay_plans.said(typed, body["code"], RATIOS)


@pytest.mark.parametrize("code", PLANS)
def test_every_pay_plan_of_the_packs_comes_back_as_it_went_in(code):
    body = as_json(body_of(PLANS[code]))
    assert opened_and_saved(body) == body


def test_nothing_that_a_pay_plan_can_say_is_lost_by_opening_and_saving_it():
    rnd = Random(5)
    for _ in range(300):
        body = as_json(body_of(plan(rnd)))
        assert opened_and_saved(body) == body


@pytest.mark.parametrize(("first", "asked"), [("", []), ("weekend", ["among", "ties"])])
def test_whose_first_deal_is_asked_where_first_deals_are_paid(first, asked):
    body = as_json(body_of(PLANS["preset_consultant"]))
    body["components"][1] |= {"kind": "units"} | ({"first": first} if first else {})
    typed = pay_plans.typed(body, RATIOS)
    shown = editors.shown(pay_plans.EDITOR, typed, RATIOS, {})
    deals = [box.entry.name for box in shown.cards["components"].rows[1].blocks["deals"]]
    at = deals.index("first") + 1
    assert deals[at:] == [*asked, "stack"]


def test_a_catch_up_offers_the_figures_of_the_longer_period_and_what_stands_in_it():
    def offered(by: str) -> list[str]:
        caught = {"code": "q", "look": {"by": by, "of": "deliveries"}, "returns": []}
        typed = pay_plans.typed({"code": "own", "components": [], "catch_ups": [caught]}, RATIOS)
        shown = editors.shown(pay_plans.EDITOR, typed, RATIOS, {}).cards["catch_ups"].rows[0]
        boxes = {box.entry.name: box for box in shown.blocks["head"]}
        return [code for code, *_ in boxes["look.by"].choices]

    assert offered("kpi") == ["attainment", "kpi"]
    assert offered("units") == ["attainment", "kpi", "units"]


def test_how_equal_ranks_are_decided_is_asked_once_in_sight():
    prize = {"code": "p", "kind": "prize", "of": "deliveries", "ties": ["gross"], "tiers": []}
    typed = pay_plans.typed({"code": "own", "components": [prize]}, RATIOS)
    blocks = editors.shown(pay_plans.EDITOR, typed, RATIOS, {}).cards["components"].rows[0].blocks
    there = [name for name, boxes in blocks.items() for box in boxes if box.entry.name == "ties"]
    assert there == ["head"]


def blank(**body: Any) -> dict[str, Any]:
    """A body as one who types in Chinese alone begins it."""
    units = {
        "code": "units",
        "kind": "units",
        "of": "deliveries",
        "tiers": [{"from": 0, "rate": 1}],
    }
    return {"code": "own", "components": [units, {**units, "code": "units_2"}], **body}


def test_names_are_typed_in_one_language_or_come_from_the_kind():
    gate = {"code": "gate", "en": "Half", "look": {"by": "score"}, "below": 60}
    given = pay_plans.typed(blank(zh="摩托方案", gates=[gate]), RATIOS)
    said = pay_plans.said(given, "own", RATIOS)
    parts = [said, *said["components"], *said["gates"]]
    assert [(part["zh"], part["en"]) for part in parts] == [
        ("摩托方案", "摩托方案"), ("台数提成", "Units"), ("台数提成 2", "Units 2"),
        ("Half", "Half"),
    ]  # fmt: skip
    again = pay_plans.typed(said, RATIOS)
    assert [(one["zh"], one["en"]) for one in (again, *again["gates"])] == [
        ("摩托方案", ""), ("Half", ""),
    ]  # fmt: skip


def test_what_a_new_kind_does_not_ask_for_is_dropped_with_it_alone():
    body = as_json(body_of(PLANS["preset_consultant"]))
    units = {"kind": "units", "first": "month", "among": "team", "most": 900, "whose": "team"}
    body["components"][1:] = [body["components"][1] | units | {"code": code} for code in "ab"]
    given = pay_plans.typed(body, RATIOS)
    given["components"][1]["kind"] = "base"
    left = {**given["components"][2]}
    editors.changed(pay_plans.EDITOR, given, "show:components.1.kind")
    part, other = pay_plans.said(given, "own", RATIOS)["components"][1:]
    assert {"of", *units} & {*part} == {"kind"}
    assert {"of", *units} <= {*other}
    editors.changed(pay_plans.EDITOR, given, "show:components.2.look.by")
    editors.changed(pay_plans.EDITOR, given, "show:components.9.kind")
    assert given["components"][2] == left


@pytest.mark.parametrize(
    ("code", "kind", "then"),
    [("units_6", "base", "base"), ("units", "share", "share_2"), ("units", "units", "units"),
     ("car_bonus", "base", "car_bonus"), ("units_x", "base", "units_x")],
)  # fmt: skip
def test_a_code_that_was_made_for_a_kind_follows_the_kind(code, kind, then):
    """So do a holdback's components; a code that was typed stays."""
    body = blank(zh="甲")
    body["components"] = [body["components"][0] | {"code": one} for one in (code, "share")]
    body["holdbacks"] = [{"code": "held", "components": ["share", code], "share": "20%"}]
    given = pay_plans.typed(body, RATIOS)
    given["components"][0]["kind"] = kind
    pay_plans.recoded(given, ["components", "0", "kind"])
    pay_plans.recoded(given, ["components", "7", "kind"])
    assert [one["code"] for one in given["components"]] == [then, "share"]
    assert given["holdbacks"][0]["components"] == ["share", then]


def test_a_part_without_a_code_takes_none_of_another_kind():
    body = blank(zh="甲")
    body["components"] = [body["components"][0] | {"code": "cap"}]
    body["caps"] = [{"code": "", "zh": "封顶", "en": "Cap", "amount": 500}]
    given = pay_plans.coded(pay_plans.typed(body, RATIOS))
    assert [row["code"] for key in ("components", "caps") for row in given[key]] == ["cap", "cap_2"]


def test_codes_of_a_published_plan_stay_when_a_kind_is_changed(faces):
    def codes(page, **more):
        given = form("preset_consultant", **{"components.0.kind": "base"}, **more)
        answer = faces["hr"].post(page, {**given, "do": "show:components.0.kind"})
        rows = answer.context["components"].rows[0].blocks["more"]
        return [box.value for box in rows if box.name[-5:] == ".code"]

    assert codes(NEW, **{"components.0.code": "units_6"}) == ["base"]
    assert codes(CHANGE, **{"components.0.code": "units_6"}) == ["units_6"]


def test_values_of_a_filter_are_ticked_where_they_are_known_and_typed_elsewhere():
    rules = {"channel": {"in": ["outreach", "phone"]}, "tags": {"in": ["vip", "fleet"]}}
    body = blank(zh="甲")
    body["components"][0]["where"] = rules
    given = pay_plans.typed(body, RATIOS)
    offers = {"values.channel": [("phone", "来电"), ("online", "网络")]}
    shown = editors.shown(pay_plans.EDITOR, given, RATIOS, {}, offers)
    lines = shown.cards["components"].rows[0].lists["where"].rows
    ticked, typed = (line.boxes[2] for line in lines)
    assert (ticked.ticked, typed.ticked, typed.value) == (True, False, "vip, fleet")
    assert list(ticked.choices) == [
        ("outreach", "outreach", True), ("phone", "来电", True), ("online", "网络", False),
    ]  # fmt: skip
    read = pay_plans.coded(editors.read(pay_plans.EDITOR, sent(shown)))
    assert pay_plans.said(read, "own", RATIOS)["components"][0]["where"] == rules


def test_what_is_not_filled_in_is_called_as_its_field_is():
    body = blank()
    del body["components"][1]["tiers"][0]["rate"]
    given = pay_plans.typed(body, RATIOS)
    missing = missing_key("rate", "pay_plans.own.components.units_2.tiers[0]")
    name = missing_key("zh", "pay_plans.own")
    with translation.override("en"):
        found = editors.findings(pay_plans.EDITOR.root, [missing, name], given, {})
        told = [(str(one["place"]), one["anchor"]) for one in found]
    assert told == [
        ("units_2 · Bands 1 · Rate", "s-components-1-tiers-0-rate"), ("Name in Chinese", "s-zh"),
    ]  # fmt: skip


# -- on screen ---------------------------------------------------------------------------------

CHANGE = "/pay/plans/at/consultant_pay/change"
NEW = "/pay/plans/form?preset=preset_consultant"
LIVE = "/pay/plans/live"
HEAD = {"outlet": "", "valid_from": "2026-05-01", "note": "units"}


@pytest.fixture(autouse=True)
def _april(monkeypatch):
    """March is over; the cast looks back at it."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 4, 10))


@pytest.fixture
def world(db):
    with begun(packed_world) as made:
        yield made


@pytest.fixture
def cast(world):
    return world.cast


def form(code: str = "consultant_pay", **changes: str) -> dict[str, Any]:
    """What a browser sends of the editor, with some inputs typed over."""
    given = pay_plans.typed(as_json(body_of(PLANS[code])), RATIOS)
    post = sent(editors.shown(pay_plans.EDITOR, given, RATIOS, {}))
    post.update(changes)
    return {**{name: post.getlist(name) for name in post}, **HEAD}


def latest() -> m.DefinitionVersion:
    return m.DefinitionVersion.objects.latest("id")


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_changed_rate_becomes_a_draft_that_a_second_person_publishes(faces):
    answer = faces["hr"].post(CHANGE, form(**{"components.0.tiers.2.rate": "900"}))
    assert answer.url == f"/definitions/versions/{latest().pk}"
    assert latest().body["components"][0]["tiers"][2] == {"from": 5, "rate": 900}
    page = words(faces["group_manager"].get(answer.url))
    assert "Unit bonus · 5 or more, under 7: 700 yuan each" in page
    assert "Unit bonus · 5 or more, under 7: 900 yuan each" in page
    assert "they would be paid twice" not in page
    own = faces["hr"].post(f"{answer.url}/publish")
    assert (own.status_code, latest().state) == (422, "draft")
    assert faces["group_manager"].post(f"{answer.url}/publish").status_code == 302
    assert latest().state == "published"


def test_a_second_plan_for_the_same_posts_is_published_with_a_choice_alone(faces, cast):
    """Begun with a preset: refused until it replaces the other, and both pages say so.

    Once its month has a run, it is published by a tick alone.
    """
    given = {**form("preset_consultant"), "code": "another"}
    answer = faces["hr"].post(NEW, given)
    told = "pays the same people: they would be paid twice"
    assert told in words(faces["group_manager"].get(answer.url))
    refused = faces["group_manager"].post(f"{answer.url}/publish")
    assert (refused.status_code, latest().state) == (422, "draft")
    assert told in words(refused)
    live = words(faces["hr"].post(LIVE, given))
    assert "under “Replaces”: it ends with that month" in live
    assert "(replaces)" not in live

    again = f"/pay/plans/versions/{latest().pk}/form"
    chosen = {**given, "replaces": ["consultant_pay"], "seen": latest().digest}
    answer = faces["hr"].post(again, chosen)
    page = words(faces["group_manager"].get(answer.url))
    assert told not in page
    assert "on this plan replaces Consultant" in page
    assert "I know this and agree" not in page
    run = m.Run.objects.create(
        kind="pay", outlet=cast.outlet, grain="month", period=202605, mark=1, digest="d",
        definition="consultant_pay", made_at="2026-06-01T00:00Z", state="calculated",
    )  # fmt: skip
    m.PayInput.objects.create(run=run, person=cast.people["zhang"], text="{}", payable=0)
    refused = faces["group_manager"].post(f"{answer.url}/publish")
    assert (refused.status_code, latest().state) == (422, "draft")
    assert "1 person whom this plan is for has pay of May 2026 already" in words(refused)
    assert "I know this and agree" in words(refused)
    ticked = {"knowing": "1"}
    assert faces["group_manager"].post(f"{answer.url}/publish", ticked).status_code == 302
    old = words(faces["hr"].get("/definitions/pay_plan/at/consultant_pay"))
    assert "it is replaced by Consultant (preset) , for those whom that plan is for" in old


def test_a_plan_with_a_fault_is_kept_and_cannot_be_published(faces):
    change = form(**{"components.0.tiers.0.rate": "many", "components.0.zh": "按台"})
    faces["hr"].post(CHANGE, change)
    draft = latest()
    part = draft.body["components"][0]
    assert (part["tiers"][0]["rate"], part["zh"]) == ("many", "按台")
    again = faces["hr"].get(f"/pay/plans/versions/{draft.pk}/form")
    assert 'value="many"' in again.text
    page = faces["group_manager"].get(f"/definitions/versions/{draft.pk}")
    (place,) = {place for place, _reason, _mend in page.context["findings"]}
    assert (place.split(" · ")[-1], "consultant_pay" in place) == ("Rate", False)
    assert "  - from:" in page.context["yaml"]
    assert "{" not in page.context["yaml"]
    refused = faces["group_manager"].post(f"/definitions/versions/{draft.pk}/publish")
    assert (refused.status_code, latest().state) == (422, "draft")


def test_findings_are_told_at_their_places_as_one_types(faces):
    typed = form("preset_consultant", **{"components.1.tiers.0.rate": "many", "draws.0.amount": ""})
    live = faces["hr"].post(LIVE, {**typed, "code": "mine"})
    anchors = {one["anchor"] for one in live.context["faults"]}
    assert {"s-components-1-tiers-0-rate", "s-draws-0-amount"} <= anchors
    by_card = {number: placed for number, _said, placed in live.context["components"]}
    assert [one["anchor"] for _, _, one in by_card[1]] == ["s-components-1-tiers-0-rate"]
    assert by_card[0] == []


def test_half_a_filter_is_told_and_two_on_one_thing_are_one(faces):
    more = {"components.0.where.0.values": "a", "code": "mine"}
    live = faces["hr"].post(LIVE, {**form(), **more})
    assert "s-components-0-where" in {one["anchor"] for one in live.context["faults"]}
    rows = {
        f"components.0.where.{at}.{name}": value
        for at, values in enumerate(("a, b", "c"))
        for name, value in (("dimension", "model"), ("way", "in"), ("values", values))
    }
    faces["hr"].post(CHANGE, form(**rows))
    assert latest().body["components"][0]["where"] == {"model": {"in": ["a", "b", "c"]}}


def test_words_and_cliffs_come_as_one_types_and_keep_nothing_back(faces):
    live = faces["hr"].post(LIVE, {**form(), "code": "consultant_pay"})
    assert live.context["faults"] == []
    assert {one["anchor"] for one in live.context["notes"]} == {"s-components-0-tiers"}
    said = {number: found for number, found, _placed in live.context["components"]}
    assert said[0].bands[1] == ("3 or more, under 5", "600 yuan each")
    assert "Step 6 · Amount of components" in words(live)


def test_bands_are_read_from_the_text_of_a_document_with_its_holes(faces):
    at = "components.0.tiers"
    text = "1≤X<3: 500\n3≤X<5: 600\n6 以上: 800"
    page = faces["hr"].post(CHANGE, {**form(), f"paste.{at}": text, "do": f"paste:{at}"})
    rows = page.context["components"].rows[0].lists["tiers"].rows
    assert [[box.value for box in row.boxes[:2]] for row in rows] == [
        ["0", "500"], ["3", "600"], ["6", "800"],
    ]  # fmt: skip
    assert len(page.context["pasted"]["findings"]) == 1
    assert "3≤X&lt;5: 600" in page.text


def test_a_text_with_a_line_that_cannot_be_read_changes_no_band(faces):
    at = "components.0.tiers"
    text = "1≤X<3: 500\n三五台看着给\n6 以上: 800"
    page = faces["hr"].post(CHANGE, {**form(), f"paste.{at}": text, "do": f"paste:{at}"})
    rows = page.context["components"].rows[0].lists["tiers"].rows
    assert [row.boxes[0].value for row in rows] == ["0", "3", "5", "7"]
    (finding,) = page.context["pasted"]["findings"]
    assert "三五台看着给" in finding[1]
    assert "the bands are as they were" in page.text
    assert text in page.text.replace("&lt;", "<")


def test_a_text_says_which_end_of_a_band_belongs_to_it(faces):
    at = "components.1.tiers"
    text = "不超过 1,000 元：5%\n超过 1,000 元：7%"
    page = faces["hr"].post(CHANGE, {**form(), f"paste.{at}": text, "do": f"paste:{at}"})
    part = page.context["components"].rows[1]
    assert [row.boxes[0].value for row in part.lists["tiers"].rows] == ["0", "1000"]
    bound = [box.value for boxes in part.blocks.values() for box in boxes if "bound" in box.name]
    assert (bound, page.context["pasted"]["findings"]) == (["upper"], [])


def test_percents_of_a_text_stay_percents_when_the_look_is_chosen_after(faces):
    """Cells of a spreadsheet, pasted before one says that own penetration chooses the band."""
    at = "components.0.tiers"
    text = "不满 70%\t5%\n70% 以上\t8%"
    typed = {**form(), f"paste.{at}": text, "do": f"paste:{at}"}
    card = faces["hr"].post(CHANGE, typed).context["components"].rows[0]
    boxes = [box for row in card.lists["tiers"].rows for box in row.boxes[:2]]
    assert [box.value for box in boxes] == ["0%", "5%", "70%", "8%"]
    chosen = {box.name: box.value for box in boxes}
    look = {"by": "penetration", "of": "insurance_units", "per": "deliveries"}
    chosen |= {f"components.0.look.{key}": value for key, value in look.items()}
    bare = {name: typed for name, typed in form().items() if not name.startswith(at)}
    page = words(faces["hr"].post(LIVE, {**bare, **chosen, "components.0.kind": "share"}))
    assert "under 70% 5% 70% or more 8%" in page


def test_what_cannot_be_read_leaves_the_bands_alone(faces):
    at = "components.0.tiers"
    for place, text in ((at, "nothing here"), ("components.9.tiers", "1: 2"), ("zh", "1: 2")):
        page = faces["hr"].post(CHANGE, {**form(), f"paste.{place}": text, "do": f"paste:{place}"})
        rows = page.context["components"].rows[0].lists["tiers"].rows
        assert [row.boxes[0].value for row in rows] == ["0", "3", "5", "7"]


def test_a_new_component_has_a_code_and_loses_nothing_of_the_others(faces):
    page = faces["hr"].post(NEW, {**form("preset_consultant"), "do": "add:components"})
    cards = page.context["components"].rows
    codes = [box.value for item in cards for box in item.blocks["more"] if box.name[-5:] == ".code"]
    assert len(cards) == len(PLANS["preset_consultant"].components) + 1
    assert codes[-1] == "units"
    assert page.context["lists"]["events"][:2] == [
        ("plates", "plates"), ("full_payment", "full payment"),
    ]  # fmt: skip


def test_no_row_is_added_to_what_has_none(faces):
    page = faces["hr"].post(NEW, {**form("preset_lead"), "do": "add:components.0.of_pay"})
    assert page.status_code == 200


def test_an_override_is_offered_what_other_plans_pay(faces):
    page = faces["hr"].post(NEW, {**form("preset_lead"), "do": "add:components"})
    boxes = page.context["components"].rows[2].blocks["team"]
    box = next(one for one in boxes if one.entry.name == "of_pay")
    assert list(box.offered) == [
        ("unit_bonus", "Unit bonus · Consultant's pay"),
        ("gross_share", "Share of gross · Consultant's pay"),
    ]


def test_gates_are_offered_what_they_act_on(faces):
    page = faces["hr"].post(NEW, {**form("preset_consultant"), "do": "add:components"})
    least, _veto = page.context["shown"].cards["gates"].rows
    box = next(one for one in least.blocks["head"] if one.entry.name == "components")
    inside = [one.code for one in PLANS["preset_consultant"].components if not one.is_extra]
    assert [code for code, _name in box.offered] == [*inside, "units"]


def test_every_preset_and_example_opens_and_is_offered(faces):
    page = faces["hr"].get("/pay/plans")
    whom = page.context["in_force"].rows[0].cells[1]
    assert whom == "Consultant"
    urls = [one["url"] for group in page.context["starts"] for one in group["plans"]]
    assert len(urls) == 17
    assert {faces["hr"].get(url).status_code for url in urls[:3]} == {200}
    assert faces["hr"].get("/pay/plans/form?preset=nothing").status_code == 404
    presets, published = (
        [starts.begun(plan.code) or {} for plan in starts.of_pack(pack)] for pack in starts.PACKS
    )
    assert not any("note_en" in body for body in presets)  # it would tell the preset's numbers
    assert next(body["note_en"] for body in published).startswith("As published")


def test_who_does_not_define_opens_no_editor_and_sees_no_draft(faces):
    faces["hr"].post(CHANGE, form(note="secret"))
    doors = (CHANGE, NEW)
    found = {
        role: {faces[role].get(page).status_code for page in doors}
        for role in ("zhang", "lead", "manager", "auditor", "finance", "hr", "group_manager")
    }
    refused, open_ = {403}, {200}
    assert found == {
        "zhang": refused, "lead": refused, "manager": refused, "auditor": refused,
        "finance": open_, "hr": open_, "group_manager": open_,
    }  # fmt: skip
    assert faces["manager"].post(LIVE, {}).status_code == 403
    drafts = {role: faces[role].get("/pay/plans").context["coming"] for role in ("manager", "hr")}
    assert (drafts["manager"], drafts["hr"] is None) == (None, False)
    assert "Start from a preset" not in faces["manager"].get("/pay/plans").text


def test_the_list_asks_the_database_as_often_for_three_plans_as_for_one(faces, world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            faces["hr"].get("/pay/plans")
        return len(seen)

    faces["hr"].get("/pay/plans")
    first = queries()
    for number in range(2):
        m.DefinitionVersion.objects.create(
            kind="pay_plan", code=f"more_{number}", valid_from=date(2026, 1, 1),
            body={**as_json(body_of(PLANS["consultant_pay"])), "code": f"more_{number}"},
            digest=f"d{number}", state="published",
        )  # fmt: skip
    faces["hr"].get("/pay/plans")
    assert (queries(), len(faces["hr"].get("/pay/plans").context["in_force"].rows)) == (first, 3)


def test_a_bundle_of_definitions_hears_what_to_think_about(world):
    bodies = [("pay_plan", as_json(body_of(PLANS["consultant_pay"])))]
    notes = versions.notes_of_all(bodies, on=date(2026, 4, 10))
    assert {(one.code, one.place) for one in notes} == {
        ("cliff", "pay_plans.consultant_pay.components.unit_bonus.tiers")
    }
