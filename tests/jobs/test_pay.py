"""Simulations of pay: asked for, worked out in the background, kept, seen by whom they concern."""

from datetime import date, timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions.pay import batches
from cheji.actions.pay.simulating import NotDoneYet, NotYourSimulation, TooMuchAtOnce
from cheji.engine.definitions import as_json, body_of, digest, pay_plan_of
from cheji.jobs import pay as jobs
from cheji.jobs import pay_batches
from cheji.reads import pay
from cheji.reads.pay import tried_people
from cheji.reads.pay.choosing import PlanHasFaults, changed, choices, chosen
from cheji.records import models as m
from cheji.records.refusals import ChangedMeanwhile, NotFound, NotYours
from cheji.records.visibility import viewer_of
from paying import (
    FEBRUARY,
    LATER,
    MARCH,
    PLAN,
    Sold,
    brought,
    calculated,
    closed,
    decide_all,
    paid,
    planned,
)


def sold_floor():
    made = Sold()
    planned()
    return made


@pytest.fixture
def sold(db):
    with begun(sold_floor) as made:
        yield made


@pytest.fixture
def cast(sold):
    return sold.cast


def drafted(**more):
    plan = pay_plan_of({**PLAN, **more})
    return m.DefinitionVersion.objects.create(
        kind="pay_plan", code=plan.code, valid_from="2026-04-01", body=as_json(body_of(plan)),
        digest=digest(plan),
    )  # fmt: skip


def generous():
    """Zhang's three cars at 1,000 yuan each; no share of gross."""
    part = {**PLAN["components"][0], "mode": "marginal", "tiers": [{"from": 0, "rate": 1000}]}
    return drafted(components=[part])


def asked(cast, *keys, who="manager", outlets=("outlet",), first=FEBRUARY, last=FEBRUARY, **more):
    plans = [chosen(cast["hr"], key).as_json() for key in keys]
    ids = [getattr(cast, name).pk for name in outlets]
    question = verbs.Question(ids, first, last, plans, **more)
    return verbs.simulate(by=cast[who], at=LATER, question=question).id


def worked(cast, *keys, who="manager", **more):
    number = asked(cast, *keys, who=who, **more)
    jobs.simulate.func(simulation=number, user=cast[who].user)
    return number


def in_force(since="2019-01-01"):
    row = m.DefinitionVersion.objects.get(kind="pay_plan", state="published", valid_from=since)
    return f"version:{row.pk}"


def fens(tried, cast):
    return {name: tried.people.get(cast.people[name].pk, 0) for name in ("zhang", "li", "wang")}


# -- what comes of it --------------------------------------------------------------------------


def test_a_draft_stands_beside_the_plan_in_force(cast):
    number = worked(cast, in_force(), f"version:{generous().pk}")
    first, second = pay.simulation_kept(cast["manager"], number).found.tried
    assert fens(first, cast) == {"zhang": 330_000, "li": 100_000, "wang": 0}
    assert fens(second, cast) == {"zhang": 300_000, "li": 100_000, "wang": 0}
    assert (first.cost, first.places) == (430_000, {("N1", FEBRUARY): 430_000})


def test_it_costs_what_the_closed_run_of_the_month_earned(cast):
    run = closed(cast, FEBRUARY)
    number = worked(cast, in_force())
    [tried] = pay.simulation_kept(cast["manager"], number).found.tried
    lines = {name: paid(run, cast.people[name]) for name in ("zhang", "li", "wang")}
    earned = {name: sum(fen for *_, fen in own) for name, own in lines.items()}
    assert fens(tried, cast) == earned
    assert sum(earned.values()) > 0


def test_who_is_paid_for_a_deal_without_a_post_costs_what_the_closed_run_paid(sold, cast):
    """A seller of the sister outlet has a car here: paid for it, and no base pay or guarantee.

    A plan of another code that would pay these posts finds him too, whichever stands first.
    """
    base = {"code": "base", "zh": "底薪", "en": "Base", "kind": "fixed", "amount": 1500,
            "tiers": [{"from": 0, "rate": 1}]}  # fmt: skip
    draw = {"code": "low", "zh": "保底", "en": "Low", "kind": "guarantee", "amount": 4000}
    more = {"components": [*PLAN["components"], base], "draws": [draw]}
    planned(**more)
    sold.car("sister_consultant", date(2026, 2, 9))
    calculated(cast, FEBRUARY)
    decide_all(cast)
    run = brought(cast, calculated(cast, FEBRUARY), "review", "approve", "close")
    lines = m.PayLine.objects.filter(run=run).values_list("person").annotate(Sum("fen"))
    other = drafted(**more, code="other")
    keys = f"version:{other.pk}", in_force("2020-01-01")
    number = worked(cast, *keys)
    seen = pay.simulation_kept(cast["manager"], number)
    for tried in seen.found.tried:
        assert {who: fen for who, fen in tried.people.items() if fen} == dict(lines)
    visitor = cast.people["sister_consultant"].pk
    assert dict(lines)[visitor] == 100_000
    person = tried_people.person_tried(cast["manager"], number, seen.found.names[visitor].number)
    [cell] = person.cells
    parts = tried_people.parts_tried(cast["manager"], person, cell)
    assert [(part.code, part.fens) for part in parts] == [
        ("unit_bonus", (50_000, 50_000)), ("gross_share", (50_000, 50_000)),
    ]  # fmt: skip


def test_no_run_line_or_balance_comes_of_it(cast):
    worked(cast, in_force())
    tables = (m.Run, m.PayLine, m.PayInput, m.PayBalance, m.RunStep)
    assert [table.objects.count() for table in tables] == [0] * len(tables)


def test_other_volumes_and_the_next_car(cast):
    """Four cars: 30 % more is one more, the fourth; Zhang's fourth is worth 600 and 500."""
    number = worked(cast, in_force())
    [tried] = pay.simulation_kept(cast["manager"], number).found.tried
    curve = dict(tried.curve)
    assert (curve[0], curve[10], curve[30]) == (430_000, 430_000, 430_000 + 110_000)
    assert tried.nexts == ((1, 1, 100_000), (3, 1, 110_000))


def test_some_people_alone(cast):
    number = worked(cast, in_force(), people=["LI"])
    [tried] = pay.simulation_kept(cast["manager"], number).found.tried
    assert (tried.people, tried.cost) == ({cast.people["li"].pk: 100_000}, 100_000)


def test_who_may_simulate_no_more_gets_no_result(cast):
    number = asked(cast, in_force())
    m.Post.objects.filter(person=cast.people["manager"]).update(role="auditor")
    jobs.simulate.func(simulation=number, user=cast["manager"].user)
    row = m.PaySimulation.objects.get(pk=number)
    assert (row.state, row.result) == ("failed", None)


def test_gross_of_the_month_is_kept_for_the_ceiling(cast):
    number = worked(cast, in_force(), ceiling=("share", 2_000))
    seen = pay.simulation_kept(cast["manager"], number)
    assert (seen.ceiling, seen.found.gross) == (("share", 2_000), {("N1", FEBRUARY): 2_000_000})


# -- what may be chosen ------------------------------------------------------------------------


def test_choices_are_what_is_in_force_drafts_and_presets(cast):
    draft = generous()
    found = {(one.key, one.state) for one in choices(cast["hr"]) if one.state != "preset"}
    assert found == {(in_force(), "in_force"), (f"version:{draft.pk}", "draft")}
    assert "preset:preset_consultant" in {one.key for one in choices(cast["hr"])}
    assert "draft" not in {one.state for one in choices(cast["manager"])}
    with pytest.raises(NotFound):
        chosen(cast["manager"], f"version:{draft.pk}")


def test_a_rate_is_changed_in_place(cast):
    plan = chosen(cast["hr"], in_force())
    place = "components.0.tiers.1.rate"
    found = changed(cast["hr"], plan, {place: "700", "components.9.rate": "1"})
    assert found.body["components"][0]["tiers"][1]["rate"] == 700
    assert (plan.version is None, found.version) == (False, None)
    with pytest.raises(PlanHasFaults) as refused:
        changed(cast["hr"], plan, {place: "lots"})
    assert f"“{plan.body['zh']}”不能试算" in refused.value.say()
    assert plan.body["code"] not in str(refused.value)


def test_a_preset_for_the_same_people_is_tried_beside_the_plan_in_force(cast):
    number = worked(cast, in_force(), "preset:preset_consultant")
    first, second = pay.simulation_kept(cast["manager"], number).found.tried
    assert (first.people.keys(), second.plan.code) == (second.people.keys(), "preset_consultant")


# -- who sees it -------------------------------------------------------------------------------


def sees(cast, number):
    found = set()
    for name, viewer in cast.viewers.items():
        try:
            pay.simulation_kept(viewer, number)
        except NotFound:
            continue
        found.add(name)
    return found


def test_until_it_has_a_name_it_is_its_makers(cast):
    number = worked(cast, in_force())
    assert sees(cast, number) == {"manager", "operator"}


def test_a_kept_one_is_for_whoever_sees_the_pay_of_one_of_its_outlets(cast):
    one = worked(cast, in_force())
    verbs.keep_simulation(by=cast["manager"], at=LATER, simulation=one, name="二月")
    above = {"region_head", "group_manager", "finance", "hr", "auditor", "operator"}
    assert sees(cast, one) == {"manager", *above}
    two = worked(cast, in_force(), who="finance", outlets=("outlet", "sister"))
    verbs.keep_simulation(by=cast["finance"], at=LATER, simulation=two, name="北区")
    assert sees(cast, two) == {"manager", *above}
    assert [row.id for row in pay.simulations(cast["manager"])] == [two, one]


def test_of_a_shared_one_everybody_has_his_part_and_nothing_of_the_rest(sold, cast):
    """Its figures are those of a simulation of his outlets alone."""
    sold.car("sister_consultant", date(2026, 2, 9), outlet=cast.sister)
    keys = in_force(), f"version:{generous().pk}"
    whole = worked(
        cast, *keys, who="finance", outlets=("outlet", "sister"), people=["LI", "SISTER_CONSULTANT"]
    )
    verbs.keep_simulation(by=cast["finance"], at=LATER, simulation=whole, name="北区")
    entire, part = (pay.simulation_kept(cast[who], whole) for who in ("finance", "manager"))
    alone = pay.simulation_kept(cast["manager"], worked(cast, *keys, people=["LI"]))
    assert (entire.found.tried[0].cost, part.found.tried[0].cost) == (200_000, 100_000)
    assert part.found == alone.found
    assert (entire.people, part.people) == (("LI", "SISTER_CONSULTANT"), ("LI",))
    assert [outlet.code for outlet in part.row.outlets] == ["N1"]
    assert (part.row.whole, part.row.all_outlets, entire.row.whole) == (False, 2, True)


def test_who_lost_an_outlet_meanwhile_gets_no_part_as_if_it_were_all(cast):
    number = asked(cast, in_force(), who="finance", outlets=("outlet", "sister"))
    m.Post.objects.filter(person=cast.people["finance"]).update(unit=cast.outlet)
    jobs.simulate.func(simulation=number, user=cast["finance"].user)
    row = m.PaySimulation.objects.get()
    assert (row.state, row.result) == ("failed", None)


def test_it_is_asked_for_by_whom_may_work_pay_out_there(cast):
    for who in ("zhang", "lead", "auditor", "administrator", "marketing"):
        with pytest.raises(NotYours):
            asked(cast, in_force(), who=who)
    with pytest.raises(NotFound):
        asked(cast, in_force(), outlets=("sister",))
    with pytest.raises(TooMuchAtOnce):
        asked(cast, in_force(), first=202401)


# -- kept, let go ------------------------------------------------------------------------------


def test_only_its_maker_names_it_and_lets_it_go(cast):
    number = worked(cast, in_force())
    with pytest.raises(NotFound):
        verbs.keep_simulation(by=cast["hr"], at=LATER, simulation=number, name="x")
    keep = verbs.keep_simulation(by=cast["manager"], at=LATER, simulation=number, name="二月")
    with pytest.raises(NotYourSimulation):
        verbs.drop_simulation(by=cast["hr"], at=LATER, simulation=number)
    with pytest.raises(ChangedMeanwhile):
        verbs.keep_simulation(
            by=cast["manager"], at=LATER, simulation=number, name="三月", version=keep.version - 1
        )
    verbs.drop_simulation(by=cast["manager"], at=LATER, simulation=number)
    assert m.PaySimulation.objects.count() == 0
    told = m.AuditEntry.objects.filter(verb__startswith="pay.", refused=False)
    assert set(told.values_list("verb", flat=True)) == {
        "pay.simulate", "pay.keep_simulation", "pay.drop_simulation",
    }  # fmt: skip


def test_one_without_a_result_is_not_kept(cast):
    number = asked(cast, in_force())
    with pytest.raises(NotDoneYet):
        verbs.keep_simulation(by=cast["manager"], at=LATER, simulation=number, name="x")


def test_of_two_workers_one_works_it_out(cast):
    number = worked(cast, in_force())
    before = m.PaySimulation.objects.get(pk=number).ended_at
    jobs.simulate.func(simulation=number, user=cast["manager"].user)
    assert m.PaySimulation.objects.get(pk=number).ended_at == before


def test_one_whose_maker_lost_his_post_fails_in_words(cast):
    number = asked(cast, in_force())
    m.Post.objects.filter(person=cast["manager"].person).update(until="2020-02-01")
    user = m.User.objects.get(pk=cast["manager"].user)
    assert viewer_of(user, timezone.localdate()).grants == ()
    jobs.simulate.func(simulation=number, user=user.pk)
    row = m.PaySimulation.objects.get(pk=number)
    assert (row.state, row.result, set(row.fault)) == ("failed", None, {"zh", "en"})


def test_a_dead_workers_is_released_and_unnamed_ones_are_forgotten(cast):
    number = asked(cast, in_force())
    verbs.begin_simulation(simulation=number)
    jobs.release.func(timestamp=0)
    assert m.PaySimulation.objects.get(pk=number).state == "failed"
    kept = worked(cast, in_force(), first=MARCH, last=MARCH)
    verbs.keep_simulation(by=cast["manager"], at=LATER, simulation=kept, name="三月")
    verbs.forget_simulations(before=LATER + timedelta(days=1))
    assert list(m.PaySimulation.objects.values_list("id", flat=True)) == [kept]


def queued(task):
    rows = ProcrastinateJob.objects.filter(task_name=task, status="todo")
    return [row.args for row in rows.order_by("id")]


def test_one_whose_job_is_lost_is_queued_anew_and_only_once(cast):
    number = asked(cast, in_force())
    for _minute in range(2):
        jobs.release.func(timestamp=0)
    given = {"simulation": number, "user": cast["manager"].user}
    assert queued("pay.simulate") == [given]
    jobs.simulate.func(**given)
    ProcrastinateJob.objects.all().delete()
    jobs.release.func(timestamp=0)
    assert queued("pay.simulate") == []


def test_a_batch_that_never_began_is_queued_anew_and_only_once(cast):
    outlet = cast.outlet.pk
    made = batches.ask_batch(
        by=cast["finance"], at=LATER, verb="calculate", period=FEBRUARY,
        wanted=[(outlet, PLAN["code"], None)],
    )  # fmt: skip
    for _minute in range(2):
        pay_batches.resume.func(timestamp=0)
    given = {"number": made.id, "user": cast["finance"].user}
    assert queued("pay.batch") == [given]
    pay_batches.batch.func(**given)
    pay_batches.batch.func(**given)
    assert m.Run.objects.filter(kind="pay", outlet=outlet).count() == 1
    ProcrastinateJob.objects.all().delete()
    pay_batches.resume.func(timestamp=0)
    assert queued("pay.batch") == []


def test_an_accrual_goes_with_the_plan_that_another_one_replaced(cast):
    """Else the outlet's pay would stand twice on the overview and in the voucher of the estimate.

    What a closed run took the place of stays for its reversal.
    """

    def accrued(*plans):
        made = batches.ask_batch(
            by=cast["finance"], at=LATER, verb="accrue", period=FEBRUARY,
            wanted=[(cast.outlet.pk, plan, None) for plan in plans],
        )  # fmt: skip
        pay_batches.batch.func(number=made.id, user=cast["finance"].user)
        return {*m.PayAccrual.objects.values_list("definition", flat=True)}

    assert accrued(PLAN["code"]) == {PLAN["code"]}
    planned(code="anew", replaces=[PLAN["code"]], since=date(2026, 2, 1))
    assert accrued("anew") == {"anew"}
    brought(cast, calculated(cast, FEBRUARY, plan="anew"), "review", "approve", "close")
    planned(code="third", posts=["team_lead"], since=date(2026, 2, 1))
    assert accrued("third") == {"anew", "third"}


def test_one_that_failed_is_tried_again_as_it_was_asked_for(cast):
    number = asked(cast, in_force())
    asked_for = m.PaySimulation.objects.get().asked
    verbs.fail_simulation(simulation=number, at=LATER, fault={"zh": "停", "en": "stopped"})
    with pytest.raises(NotFound):
        verbs.simulate_again(by=cast["hr"], at=LATER, simulation=number)
    for _ in range(2):
        verbs.simulate_again(by=cast["manager"], at=LATER, simulation=number)
    row = m.PaySimulation.objects.get()
    assert (row.state, row.fault, row.ended_at, row.asked) == ("waiting", None, None, asked_for)
    [job] = ProcrastinateJob.objects.filter(task_name="pay.simulate")
    jobs.simulate.func(**job.args)
    verbs.simulate_again(by=cast["manager"], at=LATER, simulation=number)
    row.refresh_from_db()
    assert (row.state, ProcrastinateJob.objects.count()) == ("done", 1)
