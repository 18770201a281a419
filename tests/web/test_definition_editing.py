"""KPIs edited without code: a form checked live, a preview, a difference, files out and in."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cast import AT, ON, totals
from cheji.packs import read_yaml
from cheji.records.models import DefinitionVersion, Run, Unit

FORM = {
    "zh": "每批次广宣费用", "en": "Cost per visit", "formula": "ad_spend / visits * 2",
    "unit": "yuan/batch", "decimals": "2", "direction": "down", "aliases": "单客成本、获客成本",
    "outlet": "", "valid_from": "2026-03-01", "note": "twice",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def latest():
    return DefinitionVersion.objects.latest("id")


def words(answer):
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(body.split())


def changed(faces, **fields):
    address = "/definitions/kpi/at/cost_per_visit/change"
    return faces["hr"].post(address, {**FORM, **fields})


def test_a_change_keeps_what_the_form_does_not_show(faces):
    before = DefinitionVersion.objects.get(kind="kpi", code="cost_per_visit").body
    answer = changed(faces)
    body = latest().body
    assert answer.url == f"/definitions/versions/{latest().pk}"
    said = {"zh", "en", "formula", "aliases", "source", "note_zh", "note_en"}
    kept = {name for name in before if name not in said}
    assert {name: body[name] for name in kept} == {name: before[name] for name in kept}
    assert (body["formula"], body["aliases"]) == ("ad_spend / visits * 2", ["单客成本", "获客成本"])


def test_a_copy_gets_a_code_of_its_own(faces):
    page = faces["hr"].get("/definitions/kpi/form?from=cost_per_visit")
    assert 'value="cost_per_visit_2"' in page.text
    form = {**FORM, "code": "cost_twice", "way_ad_spend": "", "way_visits": "closing"}
    answer = faces["hr"].post("/definitions/kpi/form?from=cost_per_visit", form)
    assert answer.status_code == 302
    assert (latest().code, latest().body["over_time"]) == ("cost_twice", {"visits": "closing"})
    assert faces["hr"].get("/definitions/measure/new?from=visits").context["form"]["body"].value()


def test_all_findings_stand_at_their_fields_at_once(faces):
    count = DefinitionVersion.objects.count()
    answer = changed(faces, formula="ad_spend / (visits - visits) + dogs", unit="dog", en="")
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert sorted(errors) == ["en", "formula", "unit"]
    assert [text.partition(".")[0] for text in errors["formula"]] == [
        "There is no measure or KPI called dogs",
        "A denominator is always zero, so there is never a value",
    ]
    assert DefinitionVersion.objects.count() == count


def test_the_formula_is_said_in_words_as_it_is_typed(faces):
    live = "/definitions/kpi/live"
    said = words(faces["hr"].post(live, {"formula": "orders / visits"}))
    assert "Orders ÷ Visits" in said
    assert "Nothing is wrong with it." in said
    wrong = words(faces["hr"].post(live, {"formula": "orders + visits"}))
    assert "+ joins unlike units: vehicle and batch" in wrong
    assert "is not allowed" in words(faces["hr"].post(live, {"formula": "orders ** 2"}))
    assert faces["zhang"].post(live, {"formula": "1"}).status_code == 403


def test_the_author_edits_his_draft_in_the_form(faces):
    changed(faces)
    number = latest().pk
    page = faces["hr"].get(f"/definitions/versions/{number}/form")
    assert page.context["form"]["formula"].value() == "ad_spend / visits * 2"
    form = {**FORM, "formula": "ad_spend / visits * 3", "seen": page.context["seen"]}
    assert faces["hr"].post(f"/definitions/versions/{number}/form", form).status_code == 302
    assert (latest().pk, latest().body["formula"]) == (number, "ad_spend / visits * 3")
    other = faces["group_manager"].get(f"/definitions/versions/{number}/form")
    assert other.headers["Location"] == f"/definitions/versions/{number}"


def test_a_draft_is_previewed_beside_what_is_in_force(faces, cast):
    totals(cast.outlet, date(2026, 3, 5), visits=10, ad_spend=100_000)
    changed(faces)
    page = f"/definitions/versions/{latest().pk}/preview?outlet=N1&first=202603&last=202603"
    table = faces["group_manager"].get(page).context["by_month"]
    assert [[cell.value for cell in row.cells[2:]] for row in table.rows] == [[10000, 20000, 10000]]
    assert "No facts" in faces["group_manager"].get(page).text
    assert faces["zhang"].get(page).status_code == 404
    assert faces["group_manager"].get(page.replace("N1", "X")).context["refusal"]


def test_two_versions_differ_field_by_field_with_the_formula_marked(faces):
    first = DefinitionVersion.objects.get(kind="kpi", code="cost_per_visit").pk
    changed(faces)
    answer = faces["hr"].get(f"/definitions/compare?left={first}&right={latest().pk}")
    fields = {field.place: field for field in answer.context["fields"]}
    assert fields["formula"].old == [(False, "ad_spend / visits")]
    assert fields["formula"].new == [(False, "ad_spend / visits"), (True, "* 2")]
    assert "<ins>* 2</ins>" in answer.text
    assert faces["zhang"].get(f"/definitions/compare?left={first}&right={first}").status_code == 200
    hidden = faces["zhang"].get(f"/definitions/compare?left={first}&right={latest().pk}")
    assert hidden.status_code == 404


def test_one_several_or_all_go_out_as_yaml(faces):
    one = faces["zhang"].get("/definitions/export?kind=kpi&code=visits")
    assert one["Content-Disposition"] == 'attachment; filename="cheji-kpi-visits.yaml"'
    assert [item["code"] for item in read_yaml(one.text)["kpis"]] == ["visits"]
    two = "/definitions/export?kind=kpi&code=visits&code=deliveries"
    codes = [item["code"] for item in read_yaml(faces["zhang"].get(two).text)["kpis"]]
    assert sorted(codes) == ["deliveries", "visits"]
    every = read_yaml(faces["zhang"].get("/definitions/export").text)
    assert len(every) == 6
    assert faces["zhang"].get("/definitions/export?kind=dogs").status_code == 422


def brought(faces, text, **fields):
    file = SimpleUploadedFile("kpis.yaml", text.encode())
    form = {"outlet": "", "valid_from": "2026-03-01", "file": file, **fields}
    return faces["hr"].post("/definitions/import", form)


def test_a_file_comes_in_as_drafts_of_what_is_new_in_it(faces):
    text = faces["hr"].get("/definitions/export?kind=kpi&q=visit").text
    new = text.replace("ad_spend / visits", "ad_spend / visits * 2")
    answer = brought(faces, new)
    assert (answer.status_code, answer.url) == (302, "/definitions/drafts")
    drafts = DefinitionVersion.objects.filter(state="draft")
    assert [(row.code, row.body["formula"]) for row in drafts] == [
        ("cost_per_visit", "ad_spend / visits * 2")
    ]


@pytest.mark.parametrize(
    "text",
    ["a: [", "colours: []", "kpis: []", "kpis:\n- {code: x, zh: x, en: x, unit: y, formula: z/0}"],
)
def test_a_file_with_a_finding_saves_nothing(faces, text):
    answer = brought(faces, text)
    assert (answer.status_code, len(answer.context["findings"]) > 0) == (422, True)
    assert not DefinitionVersion.objects.filter(state="draft").exists()


def test_a_kpis_page_says_its_worked_case_and_where_it_is_used(faces):
    text = words(faces["zhang"].get("/definitions/kpi/at/cost_per_visit"))
    assert "Worked case" in text
    assert "60000 ÷ 200 = 300.00" in text
    used = words(faces["zhang"].get("/definitions/kpi/at/deliveries"))
    assert "Consultant&#x27;s month" in used


def test_a_changed_kpi_has_no_worked_case_of_the_pack(faces):
    changed(faces)
    number = latest().pk
    faces["group_manager"].post(f"/definitions/versions/{number}/publish")
    text = words(faces["zhang"].get("/definitions/kpi/at/cost_per_visit"))
    assert "60000 ÷ 200" not in text


def test_the_dictionary_is_filtered_by_sheet(faces):
    answer = faces["zhang"].get("/definitions?sheet=structure")
    found = set(re.findall(r'<tr id="([^"]+)"', answer.text))
    sheet = DefinitionVersion.objects.get(kind="sheet", code="structure").body
    assert found == set(sheet["lines"])


def test_of_two_drafts_from_one_day_the_second_cannot_be_published(faces):
    changed(faces)
    first = latest().pk
    changed(faces, formula="ad_spend / visits * 3")
    second, boss = latest().pk, faces["group_manager"]
    page = boss.get(f"/definitions/versions/{second}")
    assert "Another draft begins on the same day: Cost per visit" in words(page)
    assert f'href="/definitions/versions/{first}"' in page.text
    assert 'type="submit" >' in page.text, "the first to come can be published"
    assert boss.post(f"/definitions/versions/{first}/publish").status_code == 302
    page = boss.get(f"/definitions/versions/{second}")
    assert 'type="submit" disabled>' in page.text
    why = "“Cost per visit” has a published version from 2026-03-01 on. Decline this draft"
    assert why in words(page)
    assert "Another draft begins" not in words(page)
    answer = boss.post(f"/definitions/versions/{second}/publish")
    assert (answer.status_code, answer.text.count(why)) == (422, 1)
    assert DefinitionVersion.objects.get(pk=second).state == "draft"


def test_a_draft_into_closed_months_says_so_before_it_is_published(faces):
    changed(faces)
    draft = latest().pk
    Run.objects.create(
        kind="score", outlet=Unit.objects.get(code="N1"),
        grain="month", period=202603, definition="consultant_pay", digest="0" * 64, mark=0,
        state="closed", made_at=AT, closed_at=AT, sealed="1" * 64,
    )  # fmt: skip
    page = faces["group_manager"].get(f"/definitions/versions/{draft}")
    assert 'type="submit" disabled>' in page.text
    assert "closed its score run of 2026-03" in words(page)
    answer = faces["group_manager"].post(f"/definitions/versions/{draft}/publish")
    assert answer.status_code == 422
