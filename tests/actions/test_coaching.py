"""Verbs of coaching, published benchmarks and rankings: rights, scope, what is refused."""

import json
from datetime import timedelta

import pytest

from cast import AT, ON
from cheji.actions import benchmarks, coaching, limits
from cheji.actions.deeds import NothingDiffers
from cheji.records import models as m
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours

pytestmark = pytest.mark.django_db
EVIDENCE = coaching.Evidence("new_conversion", "orders", 202603, worth=24_000)
RULE = benchmarks.Rule("named", ["deliveries"], 5, [30, 60])


def assign(cast, by="lead", whom="zhang", **more):
    given = {"evidence": EVIDENCE, "exercise": "练", "due_on": ON + timedelta(days=7), **more}
    person = cast.people[whom].pk
    return coaching.assign(by=cast[by], at=AT, outlet=cast.outlet.pk, person=person, **given)


def end(cast, task, by="zhang", *, done=True, note="好", version=1):
    return coaching.end(by=cast[by], at=AT, task=task, version=version, done=done, note=note)


def test_a_lead_coaches_his_team_alone(cast):
    task = assign(cast)
    entry = m.AuditEntry.objects.latest("id")
    assert (entry.verb, entry.subject, entry.outlet) == ("coaching.assign", task.id, cast.outlet.pk)
    with pytest.raises(NotFound):
        assign(cast, whom="wang")
    assert m.CoachingTask.objects.get().person == cast.people["zhang"]


@pytest.mark.parametrize(
    ("by", "refusal"),
    [("zhang", NotYours), ("hr", NotYours), ("auditor", NotYours), ("far_manager", NotFound)],
)
def test_who_gives_no_task(cast, by, refusal):
    with pytest.raises(refusal):
        assign(cast, by=by)
    assert m.CoachingTask.objects.count() == 0


def test_a_step_of_a_month_is_coached_once_at_a_time(cast):
    task = assign(cast)
    with pytest.raises(coaching.AlreadyCoached):
        assign(cast)
    end(cast, task.id)
    assert assign(cast).id != task.id


def test_a_day_that_has_passed_is_refused(cast):
    with pytest.raises(coaching.DueInPast):
        assign(cast, due_on=ON - timedelta(days=1))


def test_the_person_and_the_giver_are_told(cast):
    task = assign(cast)
    end(cast, task.id)
    told = m.Message.objects.order_by("id").values_list("person__number", "kind")
    assert list(told) == [("ZHANG", "coaching.assigned"), ("LEAD", "coaching.done")]


def test_ending_needs_a_word_a_right_and_the_state(cast):
    task = assign(cast).id
    with pytest.raises(coaching.SayHowItWent):
        end(cast, task, note=" ")
    with pytest.raises(NotFound):
        end(cast, task, by="li")
    with pytest.raises(NotYours):
        end(cast, task, done=False)
    with pytest.raises(ChangedMeanwhile):
        end(cast, task, version=7)
    end(cast, task, by="lead", done=False)
    with pytest.raises(coaching.TaskEnded):
        end(cast, task, version=2)
    assert m.CoachingTask.objects.get().state == "dropped"


def test_an_exercise_has_words_in_both_languages(cast):
    with pytest.raises(BadValue):
        coaching.add_exercise(by=cast["hr"], at=AT, kpi="visits", zh="练", en=" ")
    with pytest.raises(NotYours):
        coaching.add_exercise(by=cast["manager"], at=AT, kpi="visits", zh="练", en="x")
    coaching.add_exercise(by=cast["hr"], at=AT, kpi="visits", zh="练", en="x")
    assert coaching.install_exercises(by=cast["hr"], at=AT, pack="dealership") == 12
    assert coaching.install_exercises(by=cast["hr"], at=AT, pack="dealership") == 0
    assert m.Exercise.objects.count() == 13


# -- published benchmarks ---------------------------------------------------------------------


def publish(cast, by="group_manager", unit="group", **more):
    given = {
        "series": "通报",
        "period": 202602,
        "source": "第2页",
        "values": {"visits": 10},
        **more,
    }
    return benchmarks.publish(by=cast[by], at=AT, unit=getattr(cast, unit).pk, **given)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"source": " "}, benchmarks.NoSource),
        ({"series": ""}, BadValue),
        ({"period": 202613}, BadValue),
        ({"unit": "outlet"}, benchmarks.OnlyAbove),
        ({"values": {"visits": None}}, NothingDiffers),
        ({"by": "manager"}, NotYours),
        ({"by": "region_head"}, NotFound),
    ],
)
def test_what_is_no_benchmark(cast, more, refusal):
    with pytest.raises(refusal):
        publish(cast, **more)
    assert m.TypedBenchmark.objects.count() == 0


def test_a_region_head_publishes_for_his_region(cast):
    publish(cast, by="region_head", unit="north")
    row = m.TypedBenchmark.objects.get()
    assert (row.unit, row.how, row.made_by.person) == (
        cast.north, "typed", cast.people["region_head"],
    )  # fmt: skip


def test_a_figure_is_changed_and_cleared_with_its_provenance(cast):
    publish(cast)
    publish(cast, source="更正", values={"visits": 11, "orders": 3})
    found = {
        row.kpi: (row.value, row.source, row.version) for row in m.TypedBenchmark.objects.all()
    }
    assert found == {"visits": (11, "更正", 2), "orders": (3, "更正", 1)}
    publish(cast, values={"visits": None})
    assert [row.kpi for row in m.TypedBenchmark.objects.all()] == ["orders"]


# -- rankings -----------------------------------------------------------------------------------


def decide(cast, by="manager", rule=RULE, version=0):
    benchmarks.set_ranking(by=cast[by], at=AT, outlet=cast.outlet.pk, rule=rule, version=version)


def test_a_manager_decides_how_his_outlet_ranks(cast):
    decide(cast)
    row = m.RankingRule.objects.get()
    assert (row.mode, row.kpis, row.ramp, row.version) == ("named", ["deliveries"], [30, 60], 1)
    with pytest.raises(ChangedMeanwhile):
        decide(cast)
    with pytest.raises(NotFound):
        decide(cast, by="far_manager", version=1)
    with pytest.raises(NotYours):
        decide(cast, by="zhang", version=1)


@pytest.mark.parametrize(
    "rule",
    [
        benchmarks.Rule("loud", ["deliveries"], 5),
        benchmarks.Rule("named", [], 5),
        benchmarks.Rule("named", ["deliveries"], 5, [0]),
    ],
)
def test_what_is_no_rule(cast, rule):
    with pytest.raises(BadValue):
        decide(cast, rule=rule)


# -- limits of the traffic lights ------------------------------------------------------------------


def set_limits(cast, by="group_manager", version=0, **given):
    limits.set_limits(
        by=cast[by], at=AT, kpi="document_rate", limits=limits.Limits(**given), version=version
    )


def test_the_house_sets_its_limits_and_takes_them_back(cast):
    set_limits(cast, low=5_000, good=7_000)
    row = m.KpiLimit.objects.get()
    assert (row.kpi, row.low, row.good, row.high, row.version) == (
        "document_rate", 5_000, 7_000, None, 1,
    )  # fmt: skip
    set_limits(cast, low=6_000, good=7_000, version=1)
    body = json.loads(m.AuditEntry.objects.latest("id").body)
    assert (body["before"], body["after"]) == (
        {"low": 5_000, "good": 7_000, "high": None},
        {"low": 6_000, "good": 7_000, "high": None},
    )
    set_limits(cast, version=2)
    assert m.KpiLimit.objects.count() == 0
    assert json.loads(m.AuditEntry.objects.latest("id").body)["after"] is None


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"low": 7_000, "good": 5_000}, limits.LimitsOutOfOrder),
        ({"low": 7_000, "high": 5_000}, limits.LimitsOutOfOrder),
        ({"good": 5_000, "version": 1}, ChangedMeanwhile),
        ({"good": 5_000, "by": "manager"}, NotYours),
        ({"good": 5_000, "by": "region_head"}, NotYours),
        ({}, NothingDiffers),
    ],
)
def test_which_limits_are_refused(cast, given, refusal):
    with pytest.raises(refusal):
        set_limits(cast, **given)
    assert m.KpiLimit.objects.count() == 0
