"""Screens of comparison: gaps, weak steps, coaching tasks, rankings, published benchmarks."""

import json
import re
from datetime import date

import pytest

from cast import ON, ROLES, Floor, R, person, totals
from cheji.records import models as m

DAY = date(2026, 3, 10)
M1 = {
    "zhang": (70, 45, 60, 12, 9, 8, 18),
    "li": (80, 48, 50, 9, 4, 7, 14),
    "wang": (50, 27, 40, 3, 2, 5, 9),
}
SEES_FIGURES = {
    "zhang", "li", "wang", "lead", "manager", "far_manager", "region_head", "group_manager",
    "finance", "hr", "marketing", "auditor",
}  # fmt: skip
COACHES = {"lead", "manager", "far_manager", "region_head", "group_manager"}


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


@pytest.fixture
def filled(cast):
    names = (
        "visits", "intent_new", "opening_prospects", "orders_new", "orders_open",
        "opening_orders", "deliveries_walk_in",
    )  # fmt: skip
    for who, counts in M1.items():
        given = dict(zip(names, counts, strict=True))
        opening = {name: given.pop(name) for name in ("opening_prospects", "opening_orders")}
        totals(cast.outlet, date(2026, 3, 1), cast.people[who], **opening)
        totals(cast.outlet, DAY, cast.people[who], **given)
    return cast


def words(answer):
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(body.split())


@pytest.mark.parametrize(
    ("address", "sees"),
    [
        ("/gap", SEES_FIGURES),
        ("/benchmarks", SEES_FIGURES),
        ("/coaching/new?person=WANG", {"manager", "region_head", "group_manager"}),
        ("/benchmarks/series", {"region_head", "group_manager"}),
        ("/ranking/rule?outlet=N1", {"manager", "region_head", "group_manager"}),
        ("/exercises/new", {"group_manager", "hr"}),
    ],
)
def test_who_may_open_a_page(faces, filled, address, sees):
    roles = [role for role in ROLES if role != "operator"]
    opened = {role for role in roles if faces[role].get(address).status_code == 200}
    assert opened == sees


def test_a_gap_is_a_waterfall_with_its_table(faces, filled):
    page = faces["manager"].get("/gap?funnel=orders&person=WANG&period=202603")
    text = words(page)
    assert "against 13 (Average of the consultants), gap -8" in text
    assert "Everything adds up" in text
    line = text.rsplit("Conversion of new customers (B)", maxsplit=1)[1]
    assert re.match(r" 11\.11% 20\.00% -\d\.\d\d \+2\.40 27 ", line)
    chart = re.search(r'<script id="chart-gap"[^>]*>(.*?)</script>', page.text, re.DOTALL).group(1)
    assert '"kind": "waterfall"' in chart
    (drawn,) = json.loads(chart)["series"]
    assert (drawn["texts"][0], drawn["texts"][-1]) == ("13.00", "5.00")
    assert f"/reason/u{filled.outlet.pk}.p{filled.people['wang'].pk}:month:202603:" in chart


def test_the_gap_as_a_file_is_what_the_page_shows(faces, filled):
    answer = faces["manager"].get("/gap?funnel=orders&person=WANG&period=202603&file=csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Step,王芳,Average of the consultants,")
    assert [line.split(",")[0] for line in lines[1:]] == [
        "Visits", "Contact data rate", "Conversion of new customers (B)",
        "Open intent customers", "Conversion of open customers (A)", "Gap",
    ]  # fmt: skip
    entry = m.AuditEntry.objects.latest("id")
    assert entry.verb == "export.table"
    assert faces["zhang"].get("/gap?file=csv").status_code == 403


def test_a_withheld_benchmark_says_so(faces, filled):
    assert "too few stand behind it" in words(faces["zhang"].get("/gap?funnel=orders"))


def test_the_cockpit_leads_to_the_gap(faces, filled):
    page = faces["manager"].get("/cockpit?unit=N1&period=202603").text
    assert 'href="/gap?outlet=N1&amp;period=202603"' in page


def test_from_a_weak_step_to_its_rows_and_to_a_task(faces, filled):
    page = faces["manager"].get("/weak-spots?outlet=N1&period=202603").text
    wang = re.search(r"王芳.*?</tr>", page, re.DOTALL).group(0)
    assert "+2.40" in wang
    rows = re.search(r'href="(/reason/[^"]*new_conversion)"', wang).group(1)
    assert faces["manager"].get(rows).status_code == 200
    coach = re.search(r'href="(/coaching/new[^"]*)"', wang).group(1).replace("&amp;", "&")
    m.Exercise.objects.create(kpi="new_conversion", zh="练异议", en="Practise objections")
    assert "Practise objections" in faces["manager"].get(coach).text
    given = {"offered": "Practise objections", "exercise": "", "due_on": "2026-04-03"}
    answer = faces["manager"].post(coach, given, follow=True)
    task = m.CoachingTask.objects.get()
    assert (task.kpi, task.worth, task.sample) == ("new_conversion", 24_000, 270_000)
    assert "Practise objections" in words(answer)
    told = m.Message.objects.get()
    assert (told.person, told.kind) == (filled.people["wang"], "coaching.assigned")
    assert "Practise objections, until 2026-04-03" in words(faces["wang"].get("/inbox"))
    assert faces["wang"].get(f"/coaching/{task.pk}").status_code == 200
    assert faces["zhang"].get(f"/coaching/{task.pk}").status_code == 404
    faces["wang"].post(f"/coaching/{task.pk}/done", {"version": 1, "note": "五遍"}, follow=True)
    task.refresh_from_db()
    assert (task.state, task.ended_on, task.ended_note) == ("done", ON, "五遍")


def test_a_task_without_an_exercise_is_not_given(faces, filled):
    given = {"exercise": "", "due_on": "2026-04-03"}
    answer = faces["manager"].post("/coaching/new?person=WANG&funnel=orders", given)
    assert (answer.status_code, m.CoachingTask.objects.count()) == (422, 0)


def test_the_library_takes_over_a_pack_once(faces, filled):
    faces["hr"].post("/exercises/from/dealership")
    count = m.Exercise.objects.count()
    faces["hr"].post("/exercises/from/dealership")
    assert (count, m.Exercise.objects.count()) == (12, 12)
    row = m.Exercise.objects.first()
    given = {"kpi": row.kpi, "zh": "新写", "en": "New words", "offered": "0", "version": 1}
    faces["hr"].post(f"/exercises/{row.pk}/edit", given)
    row.refresh_from_db()
    assert (row.zh, row.retired, row.version) == ("新写", True, 2)
    assert faces["manager"].post("/exercises/from/dealership").status_code == 403


# -- rankings --------------------------------------------------------------------------------------


def rule(cast, mode):
    m.RankingRule.objects.update_or_create(
        outlet=cast.outlet, defaults={"mode": mode, "kpis": ["deliveries"]}
    )


def test_a_nameless_ranking_gives_no_name_number_or_key_of_others(faces, filled):
    for number in range(2):
        who = person(f"J{number}", f"新人{number}", (R.CONSULTANT, filled.other_team))
        totals(filled.outlet, DAY, who, deliveries_walk_in=1 + number)
    others = [one for one in m.Person.objects.all() if one.number != "ZHANG"]

    def told(page):
        texts = [page.text, page.text.replace("%3A", ":")]
        return {
            one.number for one in others for text in texts
            if re.search(rf"\b{one.number}\b|{one.name}|\.p{one.pk}:", text)
        }  # fmt: skip

    rule(filled, "anonymous")
    page = faces["zhang"].get("/ranking?outlet=N1&period=202603")
    assert told(page) == set()
    assert words(page).count("Somebody") == 4
    rule(filled, "named")
    assert told(faces["zhang"].get("/ranking?outlet=N1&period=202603")) == {
        "LI",
        "WANG",
        "J0",
        "J1",
    }


def test_the_wall_asks_again_and_has_no_names_when_nameless(faces, filled):
    rule(filled, "anonymous")
    page = faces["manager"].get("/ranking/wall?outlet=N1&period=202603").text
    assert 'http-equiv="refresh" content="60;' in page
    assert [name for name in ("张伟", "李娜", "王芳") if name in page] == []
    rule(filled, "named")
    page = faces["manager"].get("/ranking/wall?outlet=N1&period=202603").text
    assert [name for name in ("张伟", "李娜", "王芳") if name in page] == ["张伟", "李娜", "王芳"]


def test_the_wall_goes_from_kpi_to_kpi(faces, filled):
    kpis = ["deliveries", "orders"]
    m.RankingRule.objects.create(outlet=filled.outlet, mode="named", kpis=kpis)
    page = faces["manager"].get("/ranking/wall?outlet=N1&period=202603&kpi=orders").text
    assert 'content="60;url=/ranking/wall?outlet=N1&amp;kpi=deliveries"' in page
    assert '<span class="is-shown">Orders' in page


def test_several_kpis_stand_side_by_side(faces, filled):
    kpis = ["deliveries", "document_rate"]
    m.RankingRule.objects.create(outlet=filled.outlet, mode="named", kpis=kpis)
    text = words(faces["zhang"].get("/ranking?outlet=N1&period=202603&kpi=all"))
    assert "张伟 me 18 No. 1 64.29% No. 1" in text
    assert "王芳 9 No. 3 54.00% No. 3" in text
    m.RankingRule.objects.update(mode="self")
    assert "王芳" not in words(faces["zhang"].get("/ranking?outlet=N1&period=202603&kpi=all"))


def test_a_ranking_is_cut_by_model_for_who_sees_the_outlet(faces, filled):
    floor = Floor()
    floor.delivery(floor.order(filled.outlet, filled.people["wang"], model="Z9", on=DAY), on=DAY)
    page = faces["manager"].get("/ranking?outlet=N1&period=202603&model=Z9")
    assert '<option value="Z9" selected>Z9</option>' in page.text
    assert re.search(r"1\s+王芳\s+1\s", words(page))
    assert 'name="model"' not in faces["wang"].get("/ranking?outlet=N1&period=202603").text
    several = faces["region_head"].get("/ranking/outlets?unit=N&period=202603&model=Z9")
    assert re.search(r"1\s+北一店\s+1\s", words(several))


def test_limits_are_set_by_the_group_and_shown_to_all(faces, filled):
    address = "/limits/document_rate"
    assert faces["manager"].get(address).status_code == 403
    given = {"low": "58%", "good": "62", "version": "0"}
    page = faces["group_manager"].post(address, given, follow=True)
    assert "The lights follow these limits now." in words(page)
    assert "58.00%" in words(page)
    sheet = faces["manager"].get("/sheets/kpi?outlet=N1").text
    assert re.search(r'class="num is-warn"[^>]*>.*?60.00%', sheet, re.DOTALL)
    assert "58.00%" in words(faces["zhang"].get("/limits"))
    endless = {"low": "58%", "good": "61", "version": "9" * 5000}
    assert faces["group_manager"].post(address, endless).status_code == 409
    wrong = faces["group_manager"].post(address, {"low": "80", "good": "60", "version": "1"})
    assert "The limits must rise" in words(wrong)


def test_coaching_and_exercises_come_as_files(faces, filled):
    m.Exercise.objects.create(kpi="new_conversion", zh="练异议", en="Practise objections")
    exercises = faces["manager"].get("/exercises?file=csv").content.decode("utf-8-sig")
    assert "Practise objections" in exercises
    tasks = faces["manager"].get("/export/coaching.csv").content.decode("utf-8-sig")
    assert tasks.splitlines()[0] == "Consultant,Step,Exercise,Until,State,Outlet"


def test_a_rule_is_set_on_screen(faces, filled):
    given = {"mode": "named", "kpis": ["deliveries", "orders"], "least": "6", "ramp": "30 60%"}
    faces["manager"].post("/ranking/rule?outlet=N1", {**given, "version": 0})
    row = m.RankingRule.objects.get()
    assert (row.mode, row.kpis, row.least, row.ramp) == (
        "named",
        ["deliveries", "orders"],
        6,
        [30, 60],
    )
    answer = faces["manager"].post("/ranking/rule?outlet=N1", {**given, "version": 0})
    assert answer.status_code == 409
    odd = faces["manager"].post("/ranking/rule?outlet=N1", {**given, "ramp": "x", "version": 1})
    assert odd.status_code == 422


ROLES_ABOVE = {"region_head": True, "group_manager": True, "manager": False, "zhang": False}


def test_outlets_are_ranked_for_who_sees_several(faces, filled):
    text = words(faces["region_head"].get("/ranking/outlets?unit=N&period=202603"))
    assert "北一店" in text
    assert faces["manager"].get("/ranking/outlets?unit=N").status_code == 404
    linked = {who: "/ranking/outlets" in faces[who].get("/ranking").text for who in ROLES_ABOVE}
    assert linked == ROLES_ABOVE


# -- published -------------------------------------------------------------------------------------


def test_a_bulletin_is_typed_with_its_source(faces, filled):
    given = {"unit": "G", "series": "厂家通报", "period": "202603", "source": "",
             "k_visits": "250", "k_document_rate": "65%", "k_ad_spend": "12,345.67"}  # fmt: skip
    refused = faces["group_manager"].post("/benchmarks/series", given)
    assert (refused.status_code, m.TypedBenchmark.objects.count()) == (422, 0)
    faces["group_manager"].post("/benchmarks/series", {**given, "source": "三月通报第2页"})
    rows = {row.kpi: row.value for row in m.TypedBenchmark.objects.all()}
    assert rows == {"visits": 2_500_000, "document_rate": 6_500, "ad_spend": 1_234_567}
    text = words(faces["manager"].get("/benchmarks"))
    for form in ("csv", "xlsx"):  # a moment stands in both
        assert faces["manager"].get(f"/benchmarks?file={form}").status_code == 200
    assert "厂家通报" in text
    assert "三月通报第2页" in text
    assert "65.00%" in text
    gap = words(faces["manager"].get("/gap?outlet=N1&period=202603&against=published:G:厂家通报"))
    assert "no result in this period" in gap


def test_changing_a_bulletin_starts_from_what_stands_there(faces, filled):
    given = {"unit": "G", "series": "B", "period": "202603", "source": "s", "k_visits": "250"}
    faces["group_manager"].post("/benchmarks/series", given)
    page = faces["group_manager"].get("/benchmarks/series?unit=G&series=B&period=202603").text
    assert re.search(r'name="k_visits"[^>]*value="250"|value="250"[^>]*name="k_visits"', page)
    again = faces["group_manager"].post("/benchmarks/series", given)
    assert again.status_code == 422  # nothing differs
