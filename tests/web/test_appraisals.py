"""Score cards on the screen: who sees whose, what is behind a point, and runs closed by two."""

import re
from datetime import date
from fractions import Fraction

import pytest
from django.utils import timezone

from beginnings import begun
from cheji.engine.periods import month_key
from cheji.reads import appraisals
from cheji.records.models import AuditEntry, Run, RunLine, Target
from cheji.web.templatetags.figures import number
from reads.world import packed_world

TODAY = date(2026, 4, 10)
LIST = "/scores?outlet=N1&period=202603"
FORM = {"outlet": "N1", "period": "202603"}
ALL = {"ZHANG", "LI", "WANG"}
SEES = {
    "lead": {"ZHANG", "LI"}, "manager": ALL, "region_head": ALL, "group_manager": ALL,
    "finance": ALL, "hr": ALL, "auditor": ALL,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _april(monkeypatch):
    """March is over; the cast looks back at it."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)


@pytest.fixture
def world(db):
    with begun(packed_world) as made:
        yield made


@pytest.fixture
def cast(world):
    return world.cast


def people(answer):
    return set(re.findall(r'data-href="/scores/([A-Z_]+)/202603', answer.text))


def kept(faces, role="manager"):
    answer = faces[role].post("/scores/keep", FORM)
    assert (answer.status_code, answer.url) == (302, LIST)
    return Run.objects.get(kind="score")


@pytest.mark.parametrize("role", SEES)
def test_each_sees_the_cards_of_his_scope(faces, role):
    answer = faces[role].get(LIST)
    assert answer.status_code == 200
    assert people(answer) == SEES[role]


@pytest.mark.parametrize("role", ["zhang", "li", "wang"])
def test_a_consultant_is_led_to_his_own_card(faces, role):
    answer = faces[role].get("/scores?period=202603")
    assert (answer.status_code, answer.url) == (302, f"/scores/{role.upper()}/202603?outlet=N1")
    assert faces[role].get(answer.url).status_code == 200


def test_what_is_out_of_scope_is_as_if_it_were_not_there(faces):
    seen = {
        role: {
            name
            for name in ALL
            if {
                faces[role].get(f"/scores/{name}/202603{part}?outlet=N1").status_code
                for part in ("", "/total", "/deliveries")
            }
            == {200}
        }
        for role in ("zhang", "lead", "manager", "far_manager", "care", "stock", "administrator")
    }
    assert seen == {
        "zhang": {"ZHANG"}, "lead": {"ZHANG", "LI"}, "manager": ALL, "far_manager": set(),
        "care": set(), "stock": set(), "administrator": set(),
    }  # fmt: skip
    assert faces["far_manager"].get(LIST).status_code == 404
    assert faces["care"].get("/scores").status_code == 404


def test_the_card_shows_what_the_read_says(faces, cast):
    Target.objects.create(
        kpi="deliveries", person=cast.people["zhang"], outlet=cast.outlet, grain="month",
        period=202603, value=10_000,
    )  # fmt: skip
    found = appraisals.score_card(cast["manager"], "ZHANG", 202603)
    assert (found.total, found.grade) == (Fraction(125, 2), "C")
    page = faces["manager"].get("/scores/ZHANG/202603?outlet=N1").text
    assert f'<span class="value">{number(found.total, 2)} <small>' in page
    points = re.findall(
        r'href="(/scores/ZHANG/202603/\w+)\?outlet=N1" data-drawer>([\d.]+)</a>', page
    )
    assert points == [
        *(
            (f"/scores/ZHANG/202603/{item.kpi.code}", number(item.points, 2))
            for item in found.items
        ),
        ("/scores/ZHANG/202603/total", number(found.total, 2)),
    ]
    actual = re.findall(r'href="/reason/([^"]+)" data-drawer>', page)
    assert [key.replace("%3A", ":") for key in actual] == [item.key for item in found.items]
    for key in actual:
        assert faces["manager"].get(f"/reason/{key}").status_code == 200


def test_an_item_is_explained_by_weight_gate_and_cap(faces, cast):
    found = appraisals.score_card(cast["manager"], "ZHANG", 202603)
    item = next(one for one in found.items if one.kpi.code == "deliveries")
    page = faces["zhang"].get("/scores/ZHANG/202603/deliveries?outlet=N1").text
    assert item.attainment == Fraction(1, 6)
    assert "Below the gate: no points" in page
    assert item.weight == Fraction(125, 2)
    assert "= 62.5 × 0% = 0" in page
    assert "Weight as used" in page
    assert faces["zhang"].get("/scores/ZHANG/202603/nothing?outlet=N1").status_code == 404


def test_the_band_that_is_reached_is_marked(faces, cast):
    found = appraisals.score_card(cast["manager"], "ZHANG", 202603)
    page = faces["manager"].get("/scores/ZHANG/202603?outlet=N1").text
    marked = re.findall(r'aria-current="true">\s*<span>([^<]*)</span>\s*<b>([^<]*)</b>', page)
    assert [label for _range, label in marked] == [found.grade, number(found.coefficient, 2)]


def test_the_month_of_the_picker_leads_to_the_same_card(faces):
    answer = faces["manager"].get("/scores/ZHANG/202603?outlet=N1&period=202602")
    assert (answer.status_code, answer.url) == (302, "/scores/ZHANG/202602?outlet=N1")
    assert faces["manager"].get("/scores/ZHANG/202613").status_code == 422
    assert faces["manager"].get("/scores?period=202699").status_code == 422


def test_a_running_month_says_that_it_is_an_estimate(faces):
    assert "As if the month ended today" in faces["manager"].get("/scores?period=202604").text
    assert "As if the month ended today" not in faces["manager"].get(LIST).text


def test_one_keeps_and_a_second_closes_and_the_seal_is_shown(faces, cast):
    run = kept(faces)
    assert (run.state, run.outlet, run.period) == ("open", cast.outlet, 202603)
    assert set(RunLine.objects.filter(run=run).values_list("person__number", flat=True)) == ALL
    answer = faces["finance"].post("/scores/close", {**FORM, "run": run.pk})
    assert (answer.status_code, answer.url) == (302, LIST)
    run.refresh_from_db()
    assert (run.state, run.closed_by.username) == ("closed", "finance")
    assert run.sealed in faces["manager"].get(LIST).text
    assert run.sealed in faces["zhang"].get("/scores/ZHANG/202603?outlet=N1").text
    verbs = AuditEntry.objects.filter(verb__startswith="runs.").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == ["runs.keep", "runs.close"]


def test_who_kept_does_not_close(faces):
    run = kept(faces, "finance")
    page = faces["finance"].get(LIST).text
    assert 'action="/scores/close"' not in page
    assert "a second person from finance closes it" in page
    answer = faces["finance"].post("/scores/close", {**FORM, "run": run.pk})
    assert answer.status_code == 422
    assert "You made this run; a second person closes it." in answer.text
    run.refresh_from_db()
    assert run.state == "open"


def test_a_running_month_is_not_closed_by_a_form_that_no_page_shows(faces):
    running = {**FORM, "period": month_key(timezone.localdate())}
    faces["manager"].post("/scores/keep", running)
    run = Run.objects.get()
    answer = faces["finance"].post("/scores/close", {**running, "run": run.pk})
    assert answer.status_code == 422
    assert "The period of this run ends with" in answer.text
    run.refresh_from_db()
    assert run.state == "open"


def test_a_closed_run_is_not_kept_again(faces):
    run = kept(faces)
    faces["finance"].post("/scores/close", {**FORM, "run": run.pk})
    page = faces["manager"].get(LIST).text
    assert 'action="/scores/keep"' not in page
    answer = faces["manager"].post("/scores/keep", FORM)
    assert answer.status_code == 422
    assert "is closed and never changes" in answer.text


@pytest.mark.parametrize("role", ["zhang", "lead", "marketing", "auditor", "administrator"])
def test_others_neither_keep_nor_close(faces, role):
    run = kept(faces)
    assert faces[role].post("/scores/keep", FORM).status_code == 403
    assert faces[role].post("/scores/close", {**FORM, "run": run.pk}).status_code == 403
    run.refresh_from_db()
    assert run.state == "open"


def test_a_manager_of_elsewhere_finds_nothing_to_keep(faces):
    assert faces["far_manager"].post("/scores/keep", FORM).status_code == 404
    assert faces["manager"].post("/scores/keep", {"outlet": "N1", "period": "x"}).status_code == 422
    assert Run.objects.count() == 0
    assert faces["manager"].get("/scores/keep").status_code == 405


def test_several_outlets_come_first_as_a_list_with_the_state_of_each(faces):
    kept(faces)
    page = faces["region_head"].get("/scores?period=202603").text
    assert set(re.findall(r'data-href="/scores\?outlet=(\w+)', page)) == {"N1", "N2"}
    assert page.count("Kept, not closed") == 1
    assert page.count("Not kept yet") == 1


def test_the_list_asks_as_much_of_the_database_for_three_as_for_one(faces):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(address):
        faces["group_manager"].get(address)
        with CaptureQueriesContext(connection) as seen:
            assert faces["group_manager"].get(address).status_code == 200
        return len(seen)

    assert asked(LIST) == asked("/scores?outlet=S1&period=202603")


def test_a_card_tells_the_whole_standard_of_items_that_are_no_kpis(faces):
    page = faces["manager"].get("/scores/MANAGER/202603?outlet=N1")
    assert page.status_code == 200
    text = re.sub(r"<[^>]+>", " ", page.text)
    assert "5 points to begin with" in text
    assert "attainment 95% or more, under 100%: 20 points" in text
    why = faces["manager"].get("/scores/MANAGER/202603/rules?outlet=N1")
    assert why.status_code == 200
    assert "Rule broken: 1 point off each time" in why.text
