"""Definitions on screen: everybody reads them, one drafts, another publishes, sheets follow."""

import re
from datetime import date

import pytest

from cast import ON, ROLES, totals
from cheji.packs import dump, load, sections
from cheji.records.models import DefinitionVersion

SIGNED_IN = [role for role in ROLES if role != "operator"]
DEFINES = {"group_manager", "finance", "hr"}
PAGES = ["", "/measure", "/scheme", "/pay_plan", "/sheet", "/switch"]
KPI = load("dealership").definitions.kpi["cost_per_visit"]


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def words(answer):
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(body.split())


def cell(faces, role, code, column):
    """A figure of the year's KPI sheet of the first outlet: by line and month."""
    text = faces[role].get("/sheets/kpi?outlet=N1&period=2026").text
    line = re.search(rf"<th[^>]*><a[^>]*>{re.escape(code)}</a>(.*?)</tr>", text, re.DOTALL)
    found = re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)<", line.group(1))
    return found[column - 1]


def draft_switch(faces, role="hr", **changed):
    form = {"state": "on", "outlet": "", "valid_from": "2026-03-01", **changed}
    return faces[role].post("/definitions/switch/at/net_of_subsidy/set", form)


def latest():
    return DefinitionVersion.objects.latest("id")


@pytest.mark.parametrize("page", PAGES)
def test_everybody_who_is_signed_in_reads_the_definitions(faces, page):
    answers = {role: faces[role].get(f"/definitions{page}").status_code for role in SIGNED_IN}
    assert answers == dict.fromkeys(SIGNED_IN, 200)


def test_the_dictionary_says_the_formula_in_words_with_doors_to_its_inputs(faces):
    answer = faces["zhang"].get("/definitions?q=cost_per_visit")
    assert re.findall(r'<tr id="([^"]+)"', answer.text) == ["cost_per_visit"]
    row = re.search(r'<tr id="cost_per_visit">.*?</tr>', answer.text, re.DOTALL)[0]
    doors = re.findall(r'href="(/definitions/measure/at/[^"]+)"[^>]*>([^<]+)<', row)
    assert doors == [
        ("/definitions/measure/at/ad_spend", "Advertising spend"),
        ("/definitions/measure/at/visits", "Visits"),
    ]
    assert "Lower is better" in row


def test_the_dictionary_is_narrowed_to_a_section_of_the_catalogue(faces):
    answer = faces["zhang"].get("/definitions?section=h_used")
    found = re.findall(r'<tr id="([^"]+)"', answer.text)
    used = next(one for one in sections() if one.code == "h_used")
    assert (set(found), len(found)) == (set(used.kpis), 10)
    assert '<option value="h_used" selected>H Used cars</option>' in answer.text


@pytest.mark.parametrize("kind", ["kpi", "measure", "scheme", "pay_plan", "sheet", "switch"])
def test_every_definition_of_the_pack_has_a_page(faces, kind):
    plural = {"switch": "switches"}.get(kind, f"{kind}s")
    codes = [item.code for item in getattr(load("dealership").definitions, plural)]
    pages = {c: faces["zhang"].get(f"/definitions/{kind}/at/{c}").status_code for c in codes}
    assert pages == dict.fromkeys(codes, 200)


def test_what_is_not_defined_is_not_there(faces):
    for address in ("kpi/at/nothing", "nonsense/at/visits", "nonsense", "versions/999999"):
        assert faces["hr"].get(f"/definitions/{address}").status_code == 404


def test_a_kpi_says_its_days_whose_it_is_its_cuts_and_its_benchmark(faces):
    text = words(faces["zhang"].get("/definitions/kpi/at/plan_rate"))
    for said in (
        "Kind ratio",
        "Dated by day of the delivery ÷ month for which the target is set",
        "Whose who was responsible then",
        "Least in a ranking 5",
        "Benchmark low 60.00%, good 100.00%",
    ):
        assert said in text, said


def test_a_measure_says_its_kinds_filters_and_switches(faces):
    text = words(faces["zhang"].get("/definitions/measure/at/visits"))
    assert "+ First visit" in text
    assert "Channel: only not stated, Walk-in, Online, Other, Off-site show" in text
    assert "Off Phone calls count as visits When on: Channel: also Phone" in text


def test_bands_say_which_bound_belongs_to_them(faces):
    scheme = words(faces["zhang"].get("/definitions/scheme/at/consultant_monthly"))
    assert "below 60 D 60 and above, below 80 C" in scheme
    assert "100 and above A" in scheme
    faces["zhang"].cookies["language"] = "zh-hans"
    chinese = words(faces["zhang"].get("/definitions/scheme/at/consultant_monthly"))
    assert "不满 60 D 60 以上、不满 80 C" in chinese


def test_a_pay_plan_says_tiers_mode_and_rounding(faces):
    text = words(faces["zhang"].get("/definitions/pay_plan/at/consultant_pay"))
    assert "Unit bonus per unit: Showroom deliveries" in text
    assert "everything at the rate of the band reached" in text
    assert "under 3 500 yuan each 3 or more, under 5 600 yuan each" in text
    assert "each line is rounded half up to the fen" in text


def test_only_who_defines_finds_the_doors_to_change(faces):
    address = "/definitions/kpi/at/cost_per_visit"
    offers = {role for role in SIGNED_IN if f"{address}/change" in faces[role].get(address).text}
    assert offers == DEFINES
    for door in ("draft", "change"):
        opens = {role: faces[role].get(f"{address}/{door}").status_code for role in SIGNED_IN}
        assert opens == {role: 200 if role in DEFINES else 403 for role in SIGNED_IN}
    lists = {
        role for role in SIGNED_IN if faces[role].get("/definitions/drafts").status_code == 200
    }
    assert lists == DEFINES | {"auditor"}


def test_a_draft_is_published_by_a_second_person_and_sheets_follow_from_its_month(faces, cast):
    for month in (2, 3):
        totals(cast.outlet, date(2026, month, 5), visits=10, ad_spend=100_000)
    before = [cell(faces, "group_manager", "3 Cost per visit (CNY)", at) for at in (2, 3)]
    text = dump(KPI).replace("ad_spend / visits", "ad_spend / visits * 2")
    form = {"body": text, "outlet": "", "valid_from": "2026-03-01", "note": "twice"}
    answer = faces["hr"].post("/definitions/kpi/at/cost_per_visit/draft", form)
    row = latest()
    assert (answer.status_code, answer.url) == (302, f"/definitions/versions/{row.pk}")
    assert (row.state, row.code, row.valid_from, row.note) == (
        "draft", "cost_per_visit", date(2026, 3, 1), "twice",
    )  # fmt: skip
    assert [cell(faces, "group_manager", "3 Cost per visit (CNY)", at) for at in (2, 3)] == before
    assert "You wrote this draft" in faces["hr"].get(answer.url).text
    page = faces["group_manager"].get(answer.url)
    assert "<ins>+ formula: ad_spend / visits * 2</ins>" in page.text
    done = faces["group_manager"].post(f"{answer.url}/publish")
    assert (done.status_code, latest().state) == (302, "published")
    after = [cell(faces, "group_manager", "3 Cost per visit (CNY)", at) for at in (2, 3)]
    assert (before, after) == (["100.00", "100.00"], ["100.00", "200.00"])


def test_a_switch_is_drafted_for_an_outlet_and_shown_there_alone(faces):
    answer = draft_switch(faces, outlet="N1")
    assert faces["group_manager"].post(f"{answer.url}/publish").status_code == 302
    text = words(faces["group_manager"].get("/definitions/switch/at/net_of_subsidy"))
    assert "The whole group Off" in text
    assert "北一店 set for itself On" in text
    assert "北二店 Off" in text
    assert "北一店: On" in words(faces["manager"].get("/definitions/switch"))
    assert faces["far_manager"].get("/definitions/switch?outlet=N1").status_code == 404
    assert "北一店" not in faces["far_manager"].get("/definitions/switch").text


def test_one_person_alone_is_refused(faces):
    answer = draft_switch(faces)
    alone = faces["hr"].post(f"{answer.url}/publish")
    assert alone.status_code == 422
    assert "Publishing needs a second person" in alone.text
    assert latest().state == "draft"


def test_who_does_not_define_neither_sees_nor_publishes_a_draft(faces):
    answer = draft_switch(faces)
    for role in ("zhang", "manager", "region_head", "administrator"):
        assert faces[role].get(answer.url).status_code == 404
        assert faces[role].post(f"{answer.url}/publish").status_code == 404
    assert faces["auditor"].get(answer.url).status_code == 200
    assert faces["auditor"].post(f"{answer.url}/publish").status_code == 403
    assert latest().state == "draft"


def test_all_findings_are_shown_at_once_and_the_input_is_kept(faces):
    count = DefinitionVersion.objects.count()
    text = dump(KPI).replace("Cost per", "Kept per").replace("/ visits", "/ nothing")
    text += "colour: red\n"
    form = {"body": text, "outlet": "", "valid_from": "2026-04-01"}
    answer = faces["hr"].post("/definitions/kpi/at/cost_per_visit/draft", form)
    assert answer.status_code == 422
    places = re.findall(r"<code>(kpis[^<]*)</code>", answer.text)
    assert sorted(set(places)) == ["kpis.cost_per_visit.colour", "kpis.cost_per_visit.formula"]
    assert "Kept per visit" in answer.text
    assert DefinitionVersion.objects.count() == count


def test_a_text_that_is_no_yaml_and_a_day_that_is_no_start_are_said(faces):
    form = {"body": "a: [", "outlet": "", "valid_from": "2026-04-01"}
    answer = faces["hr"].post("/definitions/kpi/new", form)
    assert (answer.status_code, "This YAML cannot be read" in answer.text) == (422, True)
    wrong = draft_switch(faces, valid_from="2026-04-02")
    assert wrong.status_code == 422
    assert "A version starts at the start of a month" in wrong.text


def test_finance_of_a_region_defines_for_its_outlets_only(faces):
    form = faces["finance"].get("/definitions/switch/at/net_of_subsidy/set").text
    assert re.findall(r'<option value="([^"]*)"', form) == ["N1", "N2"]
    assert draft_switch(faces, "finance", outlet="S1").status_code == 422
    assert draft_switch(faces, "finance", outlet="N2").status_code == 302


def test_a_declined_draft_goes_back_to_its_author_who_edits_and_withdraws_it(faces):
    draft_switch(faces)
    draft = latest()
    page = f"/definitions/versions/{draft.pk}"
    refused = faces["group_manager"].post(f"{page}/decline", {"reason": " "})
    assert (refused.status_code, latest().state) == (422, "draft")
    faces["group_manager"].post(f"{page}/decline", {"reason": "Later"})
    assert latest().state == "declined"
    assert f"{page}/publish" not in faces["group_manager"].get(page).text
    form = faces["hr"].get(f"{page}/edit").context
    body = {
        "body": form["form"]["body"].value(), "outlet": "", "valid_from": "2026-04-01",
        "note": "agreed", "seen": form["seen"],
    }  # fmt: skip
    assert faces["group_manager"].post(f"{page}/edit", body).headers["Location"] == page
    assert latest().state == "declined"
    assert faces["hr"].post(f"{page}/edit", body).status_code == 302
    edited = latest()
    assert (edited.pk, edited.state, edited.note, edited.valid_from) == (
        draft.pk, "draft", "agreed", date(2026, 4, 1),
    )  # fmt: skip
    assert edited.body == draft.body
    assert faces["group_manager"].post(f"{page}/withdraw").status_code == 422
    assert faces["hr"].post(f"{page}/withdraw").status_code == 302
    assert faces["hr"].get(page).status_code == 404
