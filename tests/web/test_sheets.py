"""The two sheets, the reason behind each number, and the rows behind the reason."""

import re
from datetime import date

import pytest

from cast import ON, ROLES, Floor, totals

SEES_SHEET = {
    "zhang", "li", "wang", "lead", "manager", "far_manager", "region_head", "group_manager",
    "finance", "hr", "marketing", "auditor",
}  # fmt: skip


def words(answer):
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(body.split())


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


@pytest.mark.parametrize("code", ["kpi", "structure"])
def test_a_sheet_opens_for_whom_sees_figures_and_is_not_there_for_others(faces, code):
    roles = [role for role in ROLES if role != "operator"]
    answers = {role: faces[role].get(f"/sheets/{code}").status_code for role in roles}
    assert answers == {role: 200 if role in SEES_SHEET else 404 for role in roles}


@pytest.mark.parametrize("by", ["benchmark", "consultant"])
@pytest.mark.parametrize("role", ["group_manager", "region_head", "finance"])
def test_a_page_about_one_outlet_asks_whoever_has_several_for_it(faces, role, by):
    page = faces[role].get("/sheets/kpi")
    assert f"by={by}" not in page.text
    answer = faces[role].get(f"/sheets/kpi?by={by}&period=202603", follow=True)
    assert answer.redirect_chain == [("/sheets/kpi?period=2026", 302)]
    assert "Choose an outlet first" in answer.text
    assert faces[role].get(f"/sheets/kpi?outlet=N1&by={by}").status_code == 200


def test_another_outlets_sheet_is_as_if_not_there(faces):
    for role in ("zhang", "lead", "manager", "marketing"):
        assert faces[role].get("/sheets/kpi?outlet=S1").status_code == 404
    assert faces["region_head"].get("/sheets/kpi?outlet=N2").status_code == 200


def test_the_sheet_says_the_months_and_every_number_opens_its_reason(faces, cast):
    totals(cast.outlet, date(2026, 3, 5), visits=12, intent_new=6)
    answer = faces["manager"].get("/sheets/kpi")
    name = '<a class="term" href="/definitions/kpi/at/visits">2 Visits</a>'
    line = re.search(rf'<th scope="row"[^>]*>{name}(.*?)</tr>', answer.text, re.DOTALL)
    doors = dict(re.findall(r'href="(/reason/[^"]+)" data-drawer>([^<]*)<', line.group(1)))
    key = f"/reason/u{cast.outlet.pk}:month:202603:visits"
    assert doors[key] == "12"
    why = faces["manager"].get(key)
    assert why.status_code == 200
    assert f"/rows/u{cast.outlet.pk}:month:202603:visits?measure=visits" in why.text


def test_a_rate_shows_its_formula_with_the_values_in_it(faces, cast):
    totals(cast.outlet, date(2026, 3, 5), visits=12, intent_new=6)
    text = words(faces["manager"].get(f"/reason/u{cast.outlet.pk}:month:202603:document_rate"))
    assert "New intent customers ÷ Visits = 6 ÷ 12 = 50.00%" in text


def test_rows_are_counted_or_say_why_not_and_lead_to_their_records(faces, cast):
    floor = Floor()
    first = floor.visit(cast.outlet, cast.people["zhang"])
    again = floor.visit(cast.outlet, cast.people["zhang"], first=False)
    answer = faces["manager"].get(f"/rows/u{cast.outlet.pk}:month:202603:visits?measure=visits")
    text = words(answer)
    counted, looked_at = text.split("Looked at, not counted")
    assert "1 row · 1 batches" in counted
    assert f"Visit {first.number}" in counted
    assert f"Visit {again.number}" in looked_at
    assert "This kind of event is not counted here" in looked_at


def test_a_colleagues_reason_and_rows_are_not_there(faces, cast):
    floor = Floor()
    floor.visit(cast.outlet, cast.people["li"])
    key = f"u{cast.outlet.pk}.p{cast.people['li'].pk}:month:202603:visits"
    for address in (f"/reason/{key}", f"/rows/{key}?measure=visits", "/sheets/kpi?person=LI"):
        assert faces["li"].get(address).status_code == 200
        assert faces["zhang"].get(address).status_code == 404


def test_by_consultant_and_against_others(faces, cast):
    for who, visits in (("zhang", 7), ("li", 9)):
        totals(cast.outlet, date(2026, 3, 5), cast.people[who], visits=visits)
    text = words(faces["manager"].get("/sheets/kpi?by=consultant&period=202603"))
    assert "李娜 张伟 Unassigned Total" in text
    against = faces["region_head"].get(
        "/sheets/kpi?outlet=N1&by=benchmark&period=202603&against=N2"
    )
    assert "National average" in words(against)
    assert re.search(r'value="N2"[^>]*checked', against.text)


@pytest.mark.parametrize(
    "address",
    [
        "/sheets/none",
        "/sheets/kpi?outlet=NONE",
        "/reason/nonsense",
        "/reason/u1:month:202613:visits",
        "/rows/u1:month:202603:visits?measure=none",
    ],
)
def test_what_does_not_exist_is_not_found(faces, address):
    assert faces["manager"].get(address).status_code == 404


@pytest.mark.parametrize("query", ["period=abc", "by=moon", "by=consultant&period=999999"])
def test_a_nonsense_address_is_explained(faces, query):
    assert faces["manager"].get(f"/sheets/kpi?{query}").status_code == 422


def test_the_workbook_is_offered_to_whom_may_export(faces):
    offers = {
        role: "/export/sheet.xlsx?code=kpi" in faces[role].get("/sheets/kpi").text
        for role in ("zhang", "lead", "manager", "auditor")
    }
    assert offers == {"zhang": False, "lead": False, "manager": True, "auditor": True}


def test_the_drawer_gets_the_content_alone(faces, cast):
    key = f"/reason/u{cast.outlet.pk}:month:202603:visits"
    part = faces["manager"].get(key, headers={"cheji-part": "drawer"}).text
    assert "<html" not in part
    assert "data-drawer-heading" in part


def test_a_sheet_asks_as_much_of_the_database_for_one_consultant_as_for_three(
    faces, cast, django_assert_num_queries
):
    def asked(client):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            client.get("/sheets/kpi?by=consultant&period=202603")
        return len(seen)

    client = faces["manager"]
    asked(client)
    totals(cast.outlet, date(2026, 3, 5), cast.people["zhang"], visits=7)
    one = asked(client)
    for who in ("li", "wang"):
        totals(cast.outlet, date(2026, 3, 5), cast.people[who], visits=7)
    assert asked(client) == one
