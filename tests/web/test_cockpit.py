"""The cockpit of each role: its own place, what is out of reach, the day and the pay."""

import re
from datetime import date

import pytest

from cast import AT, ON, ROLES, Floor
from cheji.facts import post

SEES_FIGURES = {
    "zhang", "li", "wang", "lead", "manager", "far_manager", "region_head", "group_manager",
    "finance", "hr", "marketing", "auditor",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def words(answer):
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(body.split())


def card(answer, label):
    found = re.findall(r'<div class="kpi[^"]*".*?</div>', answer.text, re.DOTALL)
    texts = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]
    return next(text for text in texts if label in text)


@pytest.fixture
def sold(cast):
    """Zhang sold and delivered one car this month; Li has an overdue prospect."""
    floor = Floor()
    customer = floor.customer(cast.outlet, cast.people["zhang"])
    prospect = floor.prospect(customer, on=date(2026, 3, 2))
    order = floor.order(cast.outlet, cast.people["zhang"], prospect=prospect, on=date(2026, 3, 5))
    floor.delivery(order, on=date(2026, 3, 10))
    other = floor.customer(cast.outlet, cast.people["li"], "赵钱孙")
    late = floor.prospect(other, on=date(2026, 3, 3), next_follow_up_on=date(2026, 3, 18))
    post("prospect", [late.pk], at=AT)
    return order


def test_it_opens_for_whom_sees_figures_and_others_start_elsewhere(faces):
    roles = [role for role in ROLES if role != "operator"]
    answers = {role: faces[role].get("/cockpit").status_code for role in roles}
    assert answers == {role: 200 if role in SEES_FIGURES else 404 for role in roles}
    starts = {role: faces[role].get("/").url for role in roles}
    assert {role for role in roles if starts[role] == "/cockpit"} == SEES_FIGURES
    for role in roles:
        assert faces[role].get(starts[role]).status_code == 200


def test_each_begins_at_his_own_place(faces, cast):
    places = {
        role: re.findall(r'aria-current="location">([^<]*)<', faces[role].get("/cockpit").text)
        for role in ("zhang", "lead", "manager", "region_head", "group_manager")
    }
    assert places == {
        "zhang": ["张伟"], "lead": ["一组"], "manager": ["北一店"], "region_head": ["北区"],
        "group_manager": ["华星集团"],
    }  # fmt: skip


def test_cards_show_the_figures_and_open_their_reason(faces, cast, sold):
    answer = faces["manager"].get("/cockpit")
    assert card(answer, "Orders").startswith("Orders 1 vehicles")
    assert f'href="/reason/u{cast.outlet.pk}:month:202603:orders"' in answer.text


def test_a_consultant_reads_his_day_and_what_the_next_car_brings(faces, sold):
    text = words(faces["zhang"].get("/cockpit"))
    assert "All follow-ups are done" in text
    assert "Pay of this month so far" in text
    assert "The next car brings about" in text
    assert "Overdue 1" in words(faces["li"].get("/cockpit"))
    assert "赵钱孙" in words(faces["li"].get("/cockpit"))


def test_a_colleagues_cockpit_is_not_there(faces, sold):
    assert faces["zhang"].get("/cockpit?person=LI").status_code == 404
    assert faces["zhang"].get("/cockpit?unit=N1").status_code == 404
    assert faces["manager"].get("/cockpit?unit=S1").status_code == 404
    assert faces["manager"].get("/cockpit?person=LI").status_code == 200


def test_a_lead_sees_the_persons_figures_but_not_his_pay(faces, sold):
    text = words(faces["lead"].get("/cockpit?person=ZHANG"))
    assert "To do today" in text
    assert "Pay of this month" not in text


def test_the_table_sorts_by_the_address(faces, cast, sold):
    answer = faces["manager"].get("/cockpit?sort=-visits")
    assert 'aria-sort="descending"' in answer.text
    rows = re.findall(r'data-href="/cockpit\?person=(\w+)', answer.text)
    assert set(rows) >= {"ZHANG"}


@pytest.mark.parametrize("period", ["2025", "20261", "202512"])
def test_years_quarters_and_months_are_one_address(faces, period):
    answer = faces["manager"].get(f"/cockpit?period={period}")
    assert re.search(rf'<option value="{period}" selected>', answer.text)
    sheet = re.search(r'href="/sheets/kpi\?[^"]*period=(\d+)"', answer.text)
    assert sheet
    assert sheet[1] == (period if len(period) == 6 else period[:4])


@pytest.mark.parametrize("period", ["abc", "202613", "1"])
def test_a_period_that_is_none_is_explained(faces, period):
    assert faces["manager"].get(f"/cockpit?period={period}").status_code == 422


def test_consultants_without_figures_are_not_nobody(faces):
    """Before the first record the manager is sent to the imports, a team lead to quick entry."""
    page = faces["manager"].get("/cockpit")
    assert "No figures yet" in words(page)
    assert "Nobody below yet" not in words(page)
    assert 'href="/imports/new"' in page.text
