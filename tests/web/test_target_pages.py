"""Splitting on the grid, progress, proposals, letters and the calendar, by role."""

import json
import re
from datetime import date

import pytest

from cast import AT, ON, totals
from cheji.actions import target_letters, target_proposals
from cheji.actions.targets import Cell
from cheji.records import models as m

BASE = "unit=N1&kpi=deliveries&year=2026"


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def target(cast, value, who="", /, **more):
    whose = {"person": cast.people[who], "outlet": cast.outlet} if who else {"unit": cast.outlet}
    values = {"kpi": "deliveries", "grain": "month", "period": 202603, "value": value * 10_000}
    return m.Target.objects.create(**{**values, **whose, **more})


def send(client, name, body, query=BASE):
    return client.post(
        f"/targets/{name}?{query}",
        json.dumps(body),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def grid(answer):
    block = r'<script id="grid-targets"[^>]*>(.*?)</script>'
    return json.loads(re.search(block, answer.text, re.DOTALL).group(1))


def key(cast, name):
    return f"p{cast.people[name].pk}"


def kept():
    return {
        (row.person.number if row.person else "unit", row.reserve): row.value // 10_000
        for row in m.Target.objects.select_related("person")
    }


# -- the grid ----------------------------------------------------------------------------------


def test_a_split_fills_the_grid_in_and_saves_nothing(faces, cast):
    target(cast, 70)
    body = {"way": "weights", "weights": "45，35, 20", "reserve": "14.29"}
    told = send(faces["manager"], "split", body).json()
    names = {key(cast, name): name for name in ("zhang", "li", "wang")}
    given = {names.get(place.split("/")[0], "reserve"): v for place, v in told["values"].items()}
    assert given == {"li": "27", "wang": "21", "zhang": "12", "reserve": "10"}
    assert (told["ok"], kept()) == (True, {("unit", False): 70})


def test_what_a_split_leaves_is_said(faces, cast):
    target(cast, 7)
    told = send(faces["manager"], "split", {"way": "last_year"}).json()
    assert told["message"] == "Filled in, not saved yet. Unassigned: Mar 7"


@pytest.mark.parametrize(
    "body", [{}, {"way": "x"}, {"way": "weights", "weights": "a"}, {"way": "even", "reserve": "x"}]
)
def test_what_does_not_fit_a_split_is_refused(faces, cast, body):
    target(cast, 7)
    assert send(faces["manager"], "split", body).status_code == 422


def test_siblings_share_what_a_change_leaves_where_the_page_says_so(faces, cast):
    target(cast, 70)
    for who, units in (("zhang", 14), ("li", 32), ("wang", 24)):
        target(cast, units, who)
    body = {
        "version": {f"{key(cast, 'li')}/m202603": 1},
        "changes": [{"row": key(cast, "li"), "column": "m202603", "value": "40"}],
        "reason": "新展车",
    }
    told = send(faces["manager"], "save", body, f"{BASE}&balance=siblings").json()
    assert told["values"] == {
        f"{key(cast, 'zhang')}/m202603": "11", f"{key(cast, 'wang')}/m202603": "19",
    }  # fmt: skip
    assert kept() == {
        ("unit", False): 70, ("ZHANG", False): 11, ("LI", False): 40, ("WANG", False): 19,
    }  # fmt: skip
    assert m.Target.objects.get(person=cast.people["li"]).reason == "新展车"


def test_otherwise_the_difference_is_said_to_be_unassigned(faces, cast):
    target(cast, 70)
    row = f"r{cast.outlet.pk}"
    body = {"version": {}, "changes": [{"row": row, "column": "m202603", "value": "5"}]}
    told = send(faces["manager"], "save", body).json()
    assert (told["message"], told["values"]) == ("1 targets saved Unassigned: Mar 65", {})
    assert kept() == {("unit", False): 70, ("unit", True): 5}


def test_the_year_goes_to_months_and_a_month_to_its_weeks(faces, cast):
    target(cast, 120, grain="year", period=2026)
    own = f"{BASE}&level=own"
    shown = faces["manager"].get(f"/targets?{own}")
    assert grid(shown)["parent"] == "120"
    told = send(faces["manager"], "split", {"way": "even"}, own).json()
    assert set(told["values"].values()) == {"10"}
    target(cast, 26)
    weeks = f"{own}&across=week&month=202603"
    columns = [c["key"] for c in grid(faces["manager"].get(f"/targets?{weeks}"))["columns"]]
    assert columns == [f"m2026{week:02}" for week in range(9, 15)]
    changes = [{"row": f"u{cast.outlet.pk}", "column": "m202610", "value": "6"}]
    send(faces["manager"], "save", {"version": {}, "changes": changes}, weeks)
    week = m.Target.objects.get(grain="week")
    assert (week.period, week.within, week.value) == (202610, 202603, 60_000)


def test_base_and_stretch_are_set_beside_the_goal(faces, cast):
    target(cast, 10)
    own = f"{BASE}&level=own"
    row = f"u{cast.outlet.pk}"

    def put(aim, column, value, version):
        changes = [{"row": row, "column": column, "value": value}]
        sent = {"version": {f"{row}/{column}": version}, "changes": changes}
        return send(faces["manager"], "save", sent, f"{own}&aim={aim}")

    assert put("base", "m202603", "8", 1).status_code == 200
    assert put("stretch", "m202603", "9", 2).status_code == 422
    wrong = put("base", "m202604", "8", 0)
    assert (wrong.status_code, wrong.json()["errors"][0]["column"]) == (422, "m202604")
    assert (m.Target.objects.get().base, m.Target.objects.get().stretch) == (80_000, None)


def test_an_agreed_target_is_refused_at_its_cell(faces, cast):
    target(cast, 10, "zhang", agreed_at=AT)
    place = key(cast, "zhang")
    body = {
        "version": {f"{place}/m202603": 1},
        "changes": [{"row": place, "column": "m202603", "value": "5"}],
    }
    answer = send(faces["manager"], "save", body)
    assert (answer.status_code, answer.json()["errors"][0]["row"]) == (422, place)
    assert kept() == {("ZHANG", False): 10}


@pytest.mark.parametrize("query", ["across=day", "aim=x", "across=week&month=202513", "month=x"])
def test_an_address_that_asks_for_nothing_known_is_refused(faces, query):
    assert faces["manager"].get(f"/targets?{BASE}&{query}").status_code == 422


@pytest.mark.parametrize("role", ["finance", "hr", "auditor", "marketing"])
def test_who_may_not_write_cannot_split(faces, cast, role):
    target(cast, 70)
    assert send(faces[role], "split", {"way": "even"}).status_code == 403


# -- progress ----------------------------------------------------------------------------------


def test_progress_shows_the_published_figures(faces, cast):
    m.WorkWeek.objects.create(unit=cast.group, weekdays="1111110")
    target(cast, 60)
    totals(cast.outlet, date(2026, 3, 10), deliveries_walk_in=31)
    page = faces["manager"].get("/targets/progress").text
    for text in ("17 of 26 days worked", "51.67%", "65.38%", "47.41", "3.22"):
        assert text in page
    assert "Behind" in page


def test_progress_of_a_year_and_a_week_stands_beside_that_of_the_month(faces, cast):
    target(cast, 1000, grain="year", period=2026)
    target(cast, 15, grain="week", period=202612, within=202603)
    shown = faces["manager"].get("/targets/progress?unit=N1&by=year").text
    assert ("1,000" in shown, "79 of 365 days worked" in shown) == (True, True)
    shown = faces["manager"].get("/targets/progress?unit=N1&by=week").text
    assert ("Week 12 of 2026" in shown, "5 of 7 days worked" in shown) == (True, True)
    for wrong in ("by=day", "by=week&period=202699", "period=1"):
        assert faces["manager"].get(f"/targets/progress?unit=N1&{wrong}").status_code == 422


def test_progress_of_others_is_not_there(faces, cast):
    target(cast, 123, "zhang")
    assert "123" in faces["zhang"].get("/targets/progress").text
    assert "123" in faces["lead"].get("/targets/progress?person=ZHANG").text
    for role, address in (
        ("li", "/targets/progress?person=ZHANG"),
        ("far_manager", "/targets/progress?unit=N1"),
        ("care", "/targets/progress"),
    ):
        assert faces[role].get(address).status_code == 404


def test_versions_are_shown_to_who_sees_the_target(faces, cast):
    row = target(cast, 10, reason="年初")
    assert "年初" in faces["manager"].get(f"/targets/history/{row.pk}").text
    for role in ("zhang", "far_manager", "care"):
        assert faces[role].get(f"/targets/history/{row.pk}").status_code == 404


def test_the_group_sets_the_limit_of_warnings(faces, cast):
    faces["group_manager"].post("/targets/limit", {"points": "7.5"})
    assert m.TargetLimit.objects.get().behind == 750
    faces["manager"].post("/targets/limit", {"points": "1"})
    assert m.TargetLimit.objects.get().behind == 750


# -- proposals and letters ---------------------------------------------------------------------


def test_a_consultant_proposes_and_the_manager_takes_it_over(faces, cast):
    target(cast, 8, "zhang")
    body = {"person": "ZHANG", "period": "month.202603.0", "kpi": "deliveries", "value": "11",
            "reason": "新车到店"}  # fmt: skip
    faces["zhang"].post("/targets/propose", body)
    page = faces["manager"].get("/targets/proposals").text
    assert "新车到店" in page
    assert "新车到店" not in faces["far_manager"].get("/targets/proposals").text
    one = m.TargetProposal.objects.get()
    faces["zhang"].post(f"/targets/proposals/{one.pk}/accept")
    assert kept() == {("ZHANG", False): 8}
    assert faces["far_manager"].post(f"/targets/proposals/{one.pk}/accept").status_code == 404
    faces["manager"].post(f"/targets/proposals/{one.pk}/accept")
    assert kept() == {("ZHANG", False): 11}


WISH = {"person": "ZHANG", "period": "month.202603.0", "kpi": "deliveries", "value": "11"}


@pytest.mark.parametrize(
    "wrong",
    [
        *({"value": value} for value in ("", "x", "-1", "1e3")),
        *({"period": period} for period in ("", "month.x.0", "age.2026.0", "month.202613.0")),
        {"aim": "dream"},
        {"model": "\0"},
        {"reason": "\0"},
        {"aim": "base"},
    ],
)
def test_a_proposal_of_what_no_target_can_be_is_not_made(faces, cast, wrong):
    assert faces["zhang"].post("/targets/propose", {**WISH, **wrong}).status_code == 302
    assert m.TargetProposal.objects.count() == 0


def test_any_kpi_period_aim_and_model_is_proposed_by_the_form(faces, cast):
    for more in (
        {"period": "year.2026.0", "kpi": "new_conversion", "value": "22.5"},
        {"period": "week.202613.202603", "model": "星越"},
        {"aim": "stretch", "value": "20"},
    ):
        faces["zhang"].post("/targets/propose", WISH)
        answer = faces["zhang"].post("/targets/propose", {**WISH, **more})
        assert answer.headers["location"] == "/targets/proposals"
    made = m.TargetProposal.objects.filter(state="open").order_by("kpi", "-grain")
    assert [(r.kpi, r.grain, r.period, r.within, r.model, r.value, r.stretch) for r in made] == [
        ("deliveries", "week", 202613, 202603, "星越", 110_000, None),
        ("deliveries", "month", 202603, 0, "", 110_000, 200_000),
        ("new_conversion", "year", 2026, 0, "", 2_250, None),
    ]
    page = faces["manager"].get("/targets/proposals").text
    assert "星越" in page
    assert "Stretch" in page


def test_the_grid_proposes_and_keeps_what_stands(faces, cast):
    target(cast, 8, "zhang", agreed_at=AT)
    assert grid(faces["manager"].get(f"/targets?{BASE}"))["fixed"] == {
        f"{key(cast, 'zhang')}/m202603": "signed"
    }
    wish = f"{BASE}&mode=propose"
    shown = grid(faces["manager"].get(f"/targets?{wish}"))
    assert (shown["fixed"], shown["locked"]) == ({}, False)
    assert shown["save"].startswith("/targets/propose/cells?")
    body = {
        "version": shown["version"],
        "reason": "新车到店",
        "changes": [{"row": key(cast, "zhang"), "column": "m202603", "value": "11"}],
    }
    assert send(faces["manager"], "propose/cells", {**body, "reason": ""}).status_code == 422
    told = send(faces["manager"], "propose/cells", body).json()
    assert (told["ok"], told["values"]) == (True, {f"{key(cast, 'zhang')}/m202603": "8"})
    assert kept() == {("ZHANG", False): 8}
    row = m.TargetProposal.objects.get()
    assert (row.value, row.reason, row.made_by.username) == (110_000, "新车到店", "manager")


def test_a_lead_proposes_in_the_grid_of_his_team_and_sets_nothing(faces, cast):
    shown = grid(faces["lead"].get("/targets"))
    assert (shown["locked"], shown["save"].split("?")[0]) == (False, "/targets/propose/cells")
    body = {"version": {}, "changes": [{"row": key(cast, "li"), "column": "m202603", "value": "9"}]}
    query = shown["save"].split("?")[1]
    assert send(faces["lead"], "propose/cells", body, query).status_code == 200
    assert send(faces["lead"], "save", body, query).status_code == 403
    assert (m.TargetProposal.objects.count(), m.Target.objects.count()) == (1, 0)


def test_a_letter_is_issued_printed_and_signed(faces, cast):
    target(cast, 8, "zhang")
    scope = f"p{cast.people['zhang'].pk}.{cast.outlet.pk}"
    answer = faces["manager"].post("/targets/letters/issue?year=2026", {"scope": scope})
    number = m.TargetLetter.objects.get().pk
    assert answer["location"] == f"/targets/letters/{number}"
    page = faces["zhang"].get(f"/targets/letters/{number}").text
    assert ("陈静" in page, "not signed yet" in page, "data-print" in page) == (True,) * 3
    faces["zhang"].post(f"/targets/letters/{number}/sign")
    page = faces["manager"].get(f"/targets/letters/{number}").text
    assert ("张伟" in page, "not signed yet" in page) == (True, False)
    for role in ("li", "far_manager", "care"):
        assert faces[role].get(f"/targets/letters/{number}").status_code == 404


def test_a_letter_sums_up_its_months_and_tells_weeks_of_two_months_apart(faces, cast):
    target(cast, 8, "zhang")
    target(cast, 5, "zhang", period=202604)
    for month, value in ((202603, 2), (202604, 5)):
        target(cast, value, "zhang", grain="week", period=202614, within=month)
    number = target_letters.issue(
        by=cast["manager"], at=AT, year=2026, person=cast.people["zhang"].pk, outlet=cast.outlet.pk
    )
    page = faces["zhang"].get(f"/targets/letters/{number}").text
    rows = re.findall(r"<tr.*?</tr>", page.split("</table>")[0], re.DOTALL)
    told = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows[1:]]
    assert told == [
        "Showroom deliveries vehicles Mar 2026 8",
        "Apr 2026 5",
        "Week 14 of 2026 · 03-30–03-31 2",
        "Week 14 of 2026 · 04-01–04-05 5",
        "Sum of 2 months 13",
    ]
    offered = re.findall(r'value="week.202614.20260[34]"[^>]*>([^<]+)<',
                         faces["zhang"].get("/targets/progress").text)  # fmt: skip
    assert [text.strip() for text in offered] == [
        "Week 14 of 2026 · 03-30–03-31", "Week 14 of 2026 · 04-01–04-05",
    ]  # fmt: skip


@pytest.mark.parametrize("scope", ["", "x", "u", "p1", "u1.2", "u999999999999999999999"])
def test_a_letter_for_nobody_is_not_there(faces, scope):
    answer = faces["manager"].post("/targets/letters/issue?year=2026", {"scope": scope})
    assert answer.status_code == 404


def test_the_letters_of_a_year_are_listed_by_scope(faces, cast):
    target(cast, 8, "zhang")
    target_letters.issue(
        by=cast["manager"], at=AT, year=2026, person=cast.people["zhang"].pk, outlet=cast.outlet.pk
    )
    assert "张伟" in faces["zhang"].get("/targets/letters").text
    assert "张伟" not in faces["li"].get("/targets/letters").text.split("<table", 1)[-1]
    assert faces["care"].get("/targets/letters").status_code == 404


@pytest.mark.parametrize(
    ("address", "name", "said"),
    [
        ("/targets?unit=N1&kpi=deliveries&year=2026", "targets", "张伟,,,4,"),
        ("/targets/progress?unit=N1&period=202603", "target-progress", "张伟,4,"),
        ("/targets/letters?year=2026", "target-letters", "张伟,"),
        ("/targets/letters/{letter}", "target-letter", "Mar 2026,4"),
        ("/targets/proposals", "target-proposals", "张伟,"),
        ("/targets/history/{target}", "target-versions", "1,4,"),
    ],
)
def test_every_view_of_targets_comes_as_a_file(faces, cast, address, name, said):
    target(cast, 4, "zhang")
    letter = target_letters.issue(
        by=cast["manager"], at=AT, year=2026, person=cast.people["zhang"].pk, outlet=cast.outlet.pk
    )
    whose = {"person": cast.people["zhang"].pk, "outlet": cast.outlet.pk}
    cell = Cell("deliveries", "month", 202603, 50_000, **whose)
    target_proposals.propose(by=cast["zhang"], at=AT, cells=[cell])
    url = address.format(letter=letter, target=m.Target.objects.get().pk)
    page = faces["manager"].get(url).text.replace("&amp;", "&")
    for form in ("csv", "xlsx"):
        assert f"file={form}" in page
    answer = faces["manager"].get(f"{url}{'&' if '?' in url else '?'}file=csv")
    assert answer["content-disposition"].startswith(f'attachment; filename="{name}')
    assert said in answer.content.decode("utf-8-sig")


# -- the calendar ------------------------------------------------------------------------------


def test_a_manager_sets_the_week_and_a_day_of_the_outlet(faces, cast):
    send_ = faces["manager"].post
    week = {"unit": "N1", "version": "0", "weekday": ["0", "1", "2", "3", "4", "5"]}
    send_("/calendar/week?year=2026", week)
    send_("/calendar/day?year=2026", {"unit": "N1", "on": "2026-03-09", "works": "off"})
    send_("/calendar/seed?year=2027", {"unit": "N1"})
    assert m.WorkWeek.objects.get().weekdays == "1111110"
    assert m.WorkDay.objects.get(on=date(2026, 3, 9)).works is False
    assert m.WorkDay.objects.filter(on__year=2027).count() > 5
    assert "2026-03-09" in faces["zhang"].get("/calendar?year=2026").text


@pytest.mark.parametrize(
    ("role", "verb", "body", "status"),
    [
        ("far_manager", "seed", {"unit": "N1"}, 404),
        ("zhang", "seed", {"unit": "N1"}, 302),
        ("manager", "nothing", {"unit": "N1"}, 404),
        ("manager", "day", {"unit": "N1", "on": "2026-13-01", "works": "off"}, 302),
        ("manager", "day", {"unit": "N1", "on": "2026-03-01", "works": "x"}, 302),
    ],
)
def test_what_may_not_be_or_does_not_fit_changes_no_calendar(faces, role, verb, body, status):
    assert faces[role].post(f"/calendar/{verb}?year=2026", body).status_code == status
    assert m.WorkDay.objects.count() == 0
