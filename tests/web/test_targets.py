"""The target grid: what it shows, what it saves, and what it says at a cell that is refused."""

import json
import re
from fractions import Fraction

import pytest

from cast import ON
from cheji.records.models import AuditEntry, Target, TargetLock

SAVE = "/targets/save?unit=N1&kpi=deliveries&year=2026"


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def grid(answer):
    block = r'<script id="grid-targets"[^>]*>(.*?)</script>'
    return json.loads(re.search(block, answer.text, re.DOTALL).group(1))


def send(client, changes, version=None, address=SAVE):
    rows = [{"row": r, "column": c, "value": v} for r, c, v in changes]
    return client.post(
        address,
        json.dumps({"version": version or {}, "changes": rows}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def kept():
    return {
        (row.unit_id, row.person_id, row.period): row.value
        for row in Target.objects.filter(kpi="deliveries")
    }


def person(cast, name, month, value, **more):
    return Target.objects.create(
        kpi="deliveries", person=cast.people[name], outlet=cast.outlet, grain="month",
        period=month, value=value, **more,
    )  # fmt: skip


def test_the_grid_has_the_outlets_consultants_by_month_and_what_is_to_be_allocated(faces, cast):
    person(cast, "zhang", 202603, 65_000)
    Target.objects.create(
        kpi="deliveries", unit=cast.outlet, grain="month", period=202603, value=100_000
    )
    found = grid(faces["manager"].get("/targets"))
    names = {name: f"p{cast.people[name].pk}" for name in ("zhang", "li", "wang")}
    kept_back = f"r{cast.outlet.pk}"
    assert {row["key"] for row in found["rows"]} == {*names.values(), kept_back}
    rows = {row["key"]: row["values"] for row in found["rows"]}
    assert rows[names["zhang"]] == [None, None, "6.5"] + [None] * 9
    assert found["parents"] == [None, None, "10"] + [None] * 9
    assert (found["parent"], found["locked"], found["sums"]) == ("10", False, True)
    assert found["version"] == {f"{names['zhang']}/m202603": 1}


def test_a_share_is_typed_in_percent_and_has_no_sums(faces, cast):
    person(cast, "li", 202601, 1).delete()
    address = "/targets/save?unit=N1&kpi=new_conversion&year=2026"
    key = f"p{cast.people['li'].pk}"
    assert send(faces["manager"], [(key, "m202601", "22.75")], address=address).status_code == 200
    assert Fraction(Target.objects.get().value, 10_000) == Fraction(91, 400)
    found = grid(faces["manager"].get("/targets?kpi=new_conversion"))
    assert {r["key"]: r["values"][0] for r in found["rows"]}[key] == "22.75"
    assert (found["sums"], found["total"], found["parent"]) == (False, "", None)


def test_saving_sets_changes_and_clears_and_hands_back_versions(faces, cast):
    person(cast, "zhang", 202601, 40_000)
    cleared = person(cast, "li", 202601, 30_000)
    zhang, li = (f"p{cast.people[name].pk}" for name in ("zhang", "li"))
    shown = {f"{zhang}/m202601": 1, f"{li}/m202601": 1}
    changes = [(zhang, "m202601", "5"), (li, "m202601", None), (li, "m202602", "1,0"[0])]
    answer = send(faces["manager"], changes, shown)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["ok"], told["errors"]) == (True, [])
    assert told["version"] == {f"{zhang}/m202601": 2, f"{li}/m202602": 1}
    assert kept() == {
        (None, cast.people["zhang"].pk, 202601): 50_000,
        (None, cleared.person_id, 202602): 10_000,
    }
    assert AuditEntry.objects.filter(verb="targets.set_cells").count() == 1


def test_the_outlets_own_target_is_set_on_its_own_page(faces, cast):
    own = SAVE + "&level=own"
    answer = send(faces["manager"], [(f"u{cast.outlet.pk}", "m202604", "12")], address=own)
    assert answer.status_code == 200
    assert kept() == {(cast.outlet.pk, None, 202604): 120_000}
    found = grid(faces["manager"].get("/targets?level=own"))
    assert [row["values"][3] for row in found["rows"]] == ["12"]


def test_a_region_head_sees_and_sets_what_is_to_be_reached_by_the_region(faces, cast):
    own = "/targets/save?unit=N&kpi=deliveries&year=2026&level=own"
    answer = send(faces["region_head"], [(f"u{cast.north.pk}", "m202604", "30")], address=own)
    assert answer.status_code == 200
    assert grid(faces["region_head"].get("/targets?unit=N"))["parents"][3] == "30"
    assert kept() == {(cast.north.pk, None, 202604): 300_000}


@pytest.mark.parametrize("typed", ["x", "-1", "1.25", "9" * 13, "1e3"])
def test_what_does_not_fit_is_said_at_its_cell_and_nothing_is_saved(faces, cast, typed):
    zhang, li = (f"p{cast.people[name].pk}" for name in ("zhang", "li"))
    answer = send(faces["manager"], [(zhang, "m202601", typed), (li, "m202601", "5")])
    assert answer.status_code == 422
    faults = answer.json()["errors"]
    assert [(fault["row"], fault["column"]) for fault in faults] == [(zhang, "m202601")]
    assert typed in faults[0]["message"]
    assert kept() == {}


def test_a_cell_changed_by_another_is_named_and_can_be_overwritten_knowingly(faces, cast):
    row = person(cast, "zhang", 202601, 70_000, version=2)
    zhang, li = (f"p{cast.people[name].pk}" for name in ("zhang", "li"))
    changes = [(zhang, "m202601", "5"), (li, "m202601", "4")]
    answer = send(faces["manager"], changes, {f"{zhang}/m202601": 1})
    assert answer.status_code == 409
    told = answer.json()
    assert [(fault["row"], fault["column"]) for fault in told["errors"]] == [(zhang, "m202601")]
    assert "set 7 here" in told["errors"][0]["message"]
    assert kept() == {(None, row.person_id, 202601): 70_000}
    assert send(faces["manager"], changes, told["version"]).status_code == 200
    assert kept()[None, row.person_id, 202601] == 50_000


def test_a_locked_month_is_refused_at_its_cell_and_unlocked_by_the_group(faces, cast):
    zhang = f"p{cast.people['zhang'].pk}"
    body = {"unit": cast.outlet.pk, "month": "202601", "reason": "已下达"}
    faces["manager"].post("/targets/lock?unit=N1", body)
    faces["manager"].post("/targets/lock?unit=N1", body)
    assert [(row.unit, row.period, row.reason) for row in TargetLock.objects.all()] == [
        (cast.outlet, 202601, "已下达")
    ]
    changes = [(zhang, "m202601", "5")]
    answer = send(faces["manager"], changes)
    assert answer.status_code == 422
    assert [fault["row"] for fault in answer.json()["errors"]] == [zhang]
    assert answer.json()["message"] == (
        "The targets of 2026-01 are locked for 北一店. Ask the group's management to unlock them."
    )
    assert faces["manager"].post("/targets/unlock?unit=N1", body).status_code == 403
    for reason, left in ((" ", 1), ("改口径", 0)):
        faces["group_manager"].post("/targets/unlock?unit=N1", {**body, "reason": reason})
        assert TargetLock.objects.count() == left
    assert send(faces["manager"], changes).status_code == 200


def test_a_foreign_row_is_not_set(faces, cast):
    key = f"p{cast.people['far_consultant'].pk}"
    answer = send(faces["manager"], [(key, "m202601", "5")])
    assert answer.status_code == 422
    assert kept() == {}


def test_what_is_not_of_the_agreed_form_is_refused(faces):
    for body in ("", "[]", '{"changes": 3}', '{"version": 0, "changes": [{"row": "p1"}]}'):
        answer = faces["manager"].post(
            SAVE, body, content_type="application/json", headers={"accept": "application/json"}
        )
        assert answer.status_code == 422


def test_out_of_reach_is_as_if_it_were_not_there(faces):
    for role in ("far_manager", "zhang", "lead"):
        assert faces[role].get("/targets?unit=N1").status_code == 404
        assert send(faces[role], []).status_code == 404
    assert faces["care"].get("/targets").status_code == 404
    assert faces["manager"].get("/targets?kpi=nothing").status_code == 404
    assert faces["manager"].get("/targets?year=1").status_code == 422


@pytest.mark.parametrize("role", ["finance", "hr", "auditor", "marketing"])
def test_who_may_not_write_looks_at_a_locked_grid_and_cannot_save(faces, cast, role):
    assert grid(faces[role].get("/targets?unit=N1"))["locked"] is True
    answer = send(faces[role], [(f"p{cast.people['zhang'].pk}", "m202601", "5")])
    assert answer.status_code == 403
    assert kept() == {}


def test_a_consultant_sees_his_own_targets_and_no_colleagues(faces, cast):
    person(cast, "zhang", 202601, 123_000)
    person(cast, "li", 202601, 456_000)
    shown = faces["zhang"].get("/targets").text
    assert "12.3" in shown
    assert "45.6" not in shown
    assert "45.6" in faces["li"].get("/targets").text


def test_a_team_lead_sees_the_team_and_not_the_other_team(faces, cast):
    person(cast, "wang", 202601, 456_000)
    found = grid(faces["lead"].get("/targets"))
    keys = {f"p{cast.people[name].pk}" for name in ("zhang", "li")}
    assert {row["key"] for row in found["rows"]} == {*keys, f"r{cast.team.pk}"}


def test_the_grid_asks_as_much_of_the_database_for_one_as_for_three(
    faces, cast, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(address):
        faces["manager"].get(address)
        with CaptureQueriesContext(connection) as seen:
            faces["manager"].get(address)
        return len(seen)

    alone = asked("/targets?unit=N1/T2")
    for name in ("zhang", "li"):
        person(cast, name, 202601, 10_000)
    assert asked("/targets?unit=N1/T1") == alone


def test_an_outlets_grid_shows_its_teams_with_what_their_people_have(faces, cast):
    for name, value in (("zhang", 40_000), ("li", 30_000)):
        person(cast, name, 202603, value)
    Target.objects.create(
        kpi="deliveries", unit=cast.team, grain="month", period=202603, value=90_000
    )
    answer = faces["manager"].get("/targets?unit=N1&kpi=deliveries&year=2026")
    rows = answer.context["teams"].rows
    told = [(row.cells[0] if row.level else row.cells[0].value, row.cells[3].value) for row in rows]
    assert told == [
        ("一组", 9), ("Its people", 7), ("Unassigned", 2), ("二组", None), ("Its people", None),
    ]  # fmt: skip
    below = [faces["manager"].get(row.cells[0].href).context for row in rows if not row.level]
    names = [[row.of.name for row in one["found"].rows] for one in below]
    assert names == [["李娜", "张伟"], ["王芳"]]
    assert below[0]["teams"] is None
