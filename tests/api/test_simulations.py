"""Simulations by programs: asked for once, read within scope, figures in whole fen."""

from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from beginnings import begun
from cast import Floor
from cheji.actions import pay as verbs
from cheji.jobs import pay as jobs
from cheji.records import models as m
from paying import FEBRUARY, LATER, Sold, planned

RATE = "components.0.tiers.1.rate"


def sold_floor():
    planned()
    return Sold()


@pytest.fixture
def cast(db):
    with begun(sold_floor) as made:
        yield made.cast


def in_force():
    return f"version:{m.DefinitionVersion.objects.get(kind='pay_plan').pk}"


def asking(**more):
    plans = []
    if "plans" not in more:
        plans = [{"key": in_force()}, {"key": in_force(), "changes": {RATE: "700"}}]
    return {"plans": plans, "first": FEBRUARY, "last": FEBRUARY, "outlets": ["N1"], **more}


def other(place, text):
    return {"plans": [{"key": "preset:preset_consultant", "changes": {place: text}}]}


def worked(programs, who="finance", **more):
    number = programs.post(who, "simulations", asking(**more)).json()["id"]
    jobs.simulate.func(simulation=number, user=programs.cast[who].user)
    return number


def codes(answer):
    return [one["code"] for one in answer.json()["errors"]]


def test_a_plan_and_other_numbers_in_it_beside_each_other(programs, cast):
    offered = programs.get("finance", "simulations/plans").json()["items"]
    assert offered[0]["key"] == in_force()
    number = worked(programs, ceiling={"kind": "month", "value": 450_000})
    found = programs.get("finance", f"simulations/{number}").json()
    assert (found["state"], found["outlets"], found["ceiling"]["value"]) == (
        "done", ["N1"], 450_000,
    )  # fmt: skip
    assert [one["changes"] for one in found["plans"]] == [{}, {RATE: "700"}]
    first, second = found["results"]
    assert (first["cost"], first["months"]) == (430_000, {"202602": 430_000})
    assert (second["cost"], second["outlets"]) == (460_000, {"N1": 460_000})
    people = programs.get("finance", f"simulations/{number}/people").json()["items"]
    assert people == [
        {"number": "LI", "name": "李娜", "months": 1, "fen": [100_000, 100_000]},
        {"number": "WANG", "name": "王芳", "months": 1, "fen": [0, 0]},
        {"number": "ZHANG", "name": "张伟", "months": 1, "fen": [330_000, 360_000]},
    ]


def test_of_whom_targets_and_scores_are_lacking_is_told(programs, cast):
    look = {"by": "attainment", "of": "deliveries"}
    gate = {"code": "least", "zh": "达成", "en": "Least", "below": "60%", "look": look}
    planned(gates=[gate])
    newest = m.DefinitionVersion.objects.filter(kind="pay_plan").latest("id")
    plans = [{"key": f"version:{newest.pk}"}, {"key": "preset:preset_consultant"}]
    number = worked(programs, plans=plans)
    found, preset = programs.get("finance", f"simulations/{number}").json()["results"]
    every = {
        "people": 3, "person_months": 3, "places": [{"outlet": "N1", "month": FEBRUARY}],
    }  # fmt: skip
    none = {"people": 0, "person_months": 0, "places": []}
    assert (found["without_target"], found["without_score"]) == (every, none)
    assert (preset["without_target"], found["scheme_not_in_force"]) == (every, [])
    row = m.PaySimulation.objects.get(pk=number)
    del row.result["plans"][0]["aimless"]
    row.save()
    again, _ = programs.get("finance", f"simulations/{number}").json()["results"]
    assert again["without_target"] is None


def test_one_key_asks_once(programs, cast):
    twice = [programs.post("finance", "simulations", asking(), key="a") for _ in range(2)]
    assert twice[0].json() == twice[1].json()
    assert m.PaySimulation.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name="pay.simulate").count() == 1


def test_it_is_there_for_whom_its_screen_is(programs, cast):
    number = worked(programs)
    assert programs.get("manager", f"simulations/{number}").status_code == 404
    verbs.keep_simulation(by=cast["finance"], at=LATER, simulation=number, name="二月")
    for who, status in (("manager", 200), ("far_manager", 404), ("zhang", 404)):
        for path in (f"simulations/{number}", f"simulations/{number}/people"):
            assert programs.get(who, path).status_code == status, who
        listed = [one["id"] for one in programs.get(who, "simulations").json()["items"]]
        assert listed == [number] * (status == 200)


def test_of_a_group_a_manager_is_told_his_outlet_alone(programs, cast):
    order = Floor().order(cast.sister, cast.people["sister_consultant"], on=date(2026, 2, 9))
    Floor().delivery(order, date(2026, 2, 9))
    number = worked(programs, outlets=["N1", "N2"])
    verbs.keep_simulation(by=cast["finance"], at=LATER, simulation=number, name="北区")
    told = {
        who: programs.get(who, f"simulations/{number}").json() for who in ("finance", "manager")
    }
    whole, part = told["finance"], told["manager"]
    assert [(one["outlets"], one["all_outlets"]) for one in (whole, part)] == [
        (["N1", "N2"], 2), (["N1"], 2),
    ]  # fmt: skip
    assert [one["results"][0]["cost"] for one in (whole, part)] == [530_000, 430_000]
    assert part["results"][0]["outlets"] == {"N1": 430_000}
    assert part["results"][0]["months"] == {"202602": 430_000}
    people = programs.get("manager", f"simulations/{number}/people").json()["items"]
    assert [one["number"] for one in people] == ["LI", "WANG", "ZHANG"]
    [listed] = programs.get("manager", "simulations").json()["items"]
    assert listed["outlets"] == ["N1"]


def test_one_that_failed_is_tried_again_once(programs, cast):
    number = programs.post("finance", "simulations", asking()).json()["id"]
    verbs.fail_simulation(simulation=number, at=LATER, fault={"zh": "停", "en": "It stopped."})
    assert programs.get("finance", f"simulations/{number}").json()["fault"]["en"] == "It stopped."
    for who, status in (("manager", 404), ("finance", 200), ("finance", 200)):
        assert programs.post(who, f"simulations/{number}/again", {}).status_code == status
    assert programs.get("finance", f"simulations/{number}").json()["state"] == "waiting"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"outlets": ["S1"]}, "NotFound"),
        ({"plans": [{"key": "version:0"}]}, "NotFound"),
        ({"people": ["NOBODY"]}, "NobodyTried"),
        (other("components.1.tiers.0.rate", "x"), "PlanHasFaults"),
        (other("components.9.rate", "1"), "BadValue"),
        ({"first": 202613}, "BadValue"),
        ({"first": FEBRUARY + 1}, "BadValue"),
        ({"first": 202001}, "TooMuchAtOnce"),
        ({"plans": []}, "BadRequest"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_queued(programs, cast, more, code):
    answer = programs.post("manager", "simulations", asking(**more))
    assert codes(answer) == [code]
    assert m.PaySimulation.objects.count() == ProcrastinateJob.objects.count() == 0


def test_who_works_no_pay_out_asks_for_none(programs, cast):
    assert codes(programs.post("auditor", "simulations", asking())) == ["ScopeLacking"]
    assert codes(programs.post("zhang", "simulations", asking())) == ["ScopeLacking"]
    assert codes(programs.get("lead", "simulations/plans")) == ["ScopeLacking"]
