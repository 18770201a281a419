"""The way of a pay run: by whom, how far, what stands, who sees it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from actions.test_at_once import together
from beginnings import begun
from cheji.actions import pay as verbs
from cheji.engine.definitions import pay_plan_of
from cheji.facts import verifying
from cheji.reads import pay
from cheji.reads.pay import examples
from cheji.reads.pay.overview import overview
from cheji.reads.pay.replays import replayed, run_changes
from cheji.records import models as m
from cheji.records.booking import AccountMissing, SumsDiffer, unbookable
from cheji.records.pay_states import ORDER, STATES
from cheji.records.refusals import Refused
from cheji.records.seals import seal_of
from cheji.records.visibility import of
from paying import (
    DOES,
    FEBRUARY,
    LATER,
    MARCH,
    PLAN,
    Sold,
    booked,
    brought,
    calculated,
    closed,
    decide_all,
    paid,
    planned,
)


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned()
        yield made


def wrong() -> set[str]:
    """What of seals and sums does not hold."""
    found = verifying.verify(Path("/nowhere"))
    return {check.code for check in found if not check.ok} & {"seals", "sums"}


# -- the way ------------------------------------------------------------------------------------


def test_a_run_goes_all_the_way_and_says_who_brought_it_where(sold: Sold) -> None:
    run = calculated(sold.cast, FEBRUARY)
    assert (run.state, run.total) == ("calculated", 430_000)
    assert paid(run, sold.cast.people["zhang"]) == [
        *[("unit_bonus", "earning", 60_000)] * 3,
        *[("gross_share", "earning", 50_000)] * 3,
    ]
    brought(sold.cast, run, "review", "approve", "close", "pay", "export")
    steps = m.RunStep.objects.filter(run=run).order_by("id").values_list("state", flat=True)
    assert (run.state, tuple(steps)) == ("exported", ORDER[1:])
    assert run.sealed == seal_of(run)
    assert wrong() == set()


def test_only_what_can_be_booked_is_marked_as_exported(sold: Sold) -> None:
    run, by = closed(sold.cast, FEBRUARY), sold.cast["finance"]
    told = {"by": by, "at": LATER, "run": brought(sold.cast, run, "pay").pk}
    with pytest.raises(AccountMissing) as refused:
        verbs.export(**told)
    assert refused.value.say("zh-hans").startswith("北一店尚未设置“提成费用科目（借方）”的会计科目")
    booked(sold.cast.north)
    verbs.export(**told)
    run.refresh_from_db()
    assert run.state == "exported"


def test_lines_that_do_not_come_to_the_total_are_neither_paid_nor_booked(sold: Sold) -> None:
    run = brought(sold.cast, calculated(sold.cast, FEBRUARY), "review", "approve")
    m.Run.objects.filter(pk=run.pk).update(total=run.total + 1)
    brought(sold.cast, run, "close")
    told = {"by": sold.cast["finance"], "at": LATER, "run": run.pk}
    with pytest.raises(SumsDiffer, match=r"4300\.00 .* 4300\.01"):
        verbs.pay(**told)
    booked(sold.cast.group)
    run = m.Run.objects.select_related("outlet").get(pk=run.pk)
    assert isinstance(unbookable([run])[run.pk], SumsDiffer)


@pytest.mark.parametrize("state", [state.code for state in STATES[1:]])
def test_each_verb_is_refused_out_of_turn(sold: Sold, state: str) -> None:
    run = calculated(sold.cast, FEBRUARY)
    way = [one.verb for one in STATES[2 : ORDER.index(state) + 1]]
    brought(sold.cast, run, *way)
    after = STATES[ORDER.index(state) + 1].verb if state != "exported" else ""
    for verb, who in DOES.items():
        if verb != after:
            with pytest.raises(verbs.WrongPayState):
                getattr(verbs, verb)(by=sold.cast[who], at=LATER, run=run.pk)
    made = pay.calculation(sold.cast["hr"], "N1", FEBRUARY)
    if state != "calculated":
        with pytest.raises(verbs.WrongPayState):
            verbs.calculate(by=sold.cast["hr"], at=LATER, made=made)
    run.refresh_from_db()
    assert run.state == state


@pytest.mark.parametrize(
    ("maker", "reviewer", "approver", "closer", "refused"),
    [
        ("finance", "manager", "finance", "finance", "approve"),
        ("hr", "region_head", "region_head", "finance", "approve"),
        ("hr", "hr", "region_head", "finance", ""),
        ("finance", "manager", "region_head", "finance", "close"),
        ("hr", "manager", "finance", "finance", ""),
    ],
)
def test_nobody_approves_what_he_made(
    sold: Sold, maker: str, reviewer: str, approver: str, closer: str, refused: str
) -> None:
    cast, run = sold.cast, calculated(sold.cast, FEBRUARY, by=maker)
    decide_all(cast)
    outcome = ""
    for verb, who in (("review", reviewer), ("approve", approver), ("close", closer)):
        try:
            getattr(verbs, verb)(by=cast[who], at=LATER, run=run.pk)
        except verbs.OwnPay:
            outcome = verb
            break
    assert outcome == refused


def test_who_made_it_reads_who_may_close_it(sold: Sold) -> None:
    run = brought(sold.cast, calculated(sold.cast, FEBRUARY, by="finance"), "review", "approve")
    with pytest.raises(verbs.OwnPay) as refused:
        verbs.close(by=sold.cast["finance"], at=LATER, run=run.pk)
    said = (
        "不得批准或关账由本人计算、复核，或包含本人提成的计算。其他有权者：{}；"
        "或退回，由他人重新计算。"
    )
    assert refused.value.say("zh-hans") == said.format("无")
    hr = sold.cast.people["hr"]
    m.Post.objects.create(person=hr, unit=sold.cast.outlet, role="finance", since=date(2026, 1, 1))
    with pytest.raises(verbs.OwnPay) as refused:
        verbs.close(by=sold.cast["finance"], at=LATER, run=run.pk)
    assert refused.value.say("zh-hans") == said.format(hr.name)
    assert f"Others who may: {hr.name}. Or send it back" in refused.value.say("en")


def test_nobody_approves_a_run_that_pays_himself(sold: Sold) -> None:
    cast, head = sold.cast, sold.cast.people["region_head"]
    m.Post.objects.create(person=head, unit=cast.outlet, role="consultant", since=date(2026, 1, 1))
    run = brought(cast, calculated(cast, FEBRUARY), "review")
    with pytest.raises(verbs.OwnPay):
        verbs.approve(by=cast["region_head"], at=LATER, run=run.pk)
    verbs.approve(by=cast["finance"], at=LATER, run=run.pk)


def test_sent_back_it_is_worked_out_again(sold: Sold) -> None:
    run = brought(sold.cast, calculated(sold.cast, FEBRUARY), "review", "approve")
    with pytest.raises(verbs.NoReason):
        verbs.send_back(by=sold.cast["finance"], at=LATER, run=run.pk, reason=" ")
    verbs.send_back(by=sold.cast["finance"], at=LATER, run=run.pk, reason="漏一台")
    sold.car("li", date(2026, 2, 20))
    again = calculated(sold.cast, FEBRUARY)
    assert (again.pk, again.state, again.total) == (run.pk, "calculated", 530_000)
    assert again.approved_by is None


def test_a_month_waits_for_the_one_before_and_for_its_end(sold: Sold) -> None:
    february, march = (calculated(sold.cast, month) for month in (FEBRUARY, MARCH))
    brought(sold.cast, february, "review", "approve")
    brought(sold.cast, march, "review", "approve")
    early = datetime(2026, 2, 28, 9, tzinfo=UTC)
    refusals = []
    for run, at in ((march, LATER), (february, early)):
        with pytest.raises(Refused) as refusal:
            verbs.close(by=sold.cast["finance"], at=at, run=run.pk)
        refusals.append(refusal.value.code)
    assert refusals == ["EarlierIsOpen", "PeriodIsRunning"]
    brought(sold.cast, february, "close", at=LATER + timedelta(hours=1))
    with pytest.raises(Refused, match="2026-02"):
        brought(sold.cast, march, "close", at=LATER + timedelta(hours=2))
    verbs.send_back(by=sold.cast["finance"], at=LATER, run=march.pk, reason="二月已关账")
    again = calculated(sold.cast, MARCH, at=LATER + timedelta(hours=2))
    brought(sold.cast, again, "review", "approve", "close", at=LATER + timedelta(hours=2))


def test_a_month_before_a_closed_one_is_not_begun(sold: Sold) -> None:
    closed(sold.cast, MARCH)
    with pytest.raises(Refused, match="2026-03"):
        calculated(sold.cast, FEBRUARY)


def test_what_waits_blocks_and_a_decision_lets_it_pass(sold: Sold) -> None:
    sold.car("li", date(2026, 2, 25), cost=None)
    run = brought(sold.cast, calculated(sold.cast, FEBRUARY), "review")
    with pytest.raises(verbs.ExceptionsWait):
        verbs.approve(by=sold.cast["region_head"], at=LATER, run=run.pk)
    row = m.PayException.objects.get()
    assert (row.kind, row.source_kind, row.person) == (
        "missing_cost", "delivery", sold.cast.people["li"],
    )  # fmt: skip
    verbs.decide_exception(
        by=sold.cast["finance"], at=LATER, exception=row.pk, how="leave_out", decision="下月补"
    )
    verbs.send_back(by=sold.cast["finance"], at=LATER, run=run.pk, reason="重算")
    assert calculated(sold.cast, FEBRUARY).total == 430_000


def test_a_car_sold_in_a_post_without_a_plan_waits_for_a_decision(sold: Sold) -> None:
    """Of two plans one says so; decided as it stands it is paid to nobody, and blocks no more."""
    planned(code="manager_pay", posts=["outlet_manager"])
    lead, manager = sold.cast.people["lead"], sold.cast.people["manager"]
    car = sold.car("lead", date(2026, 2, 25))
    sold.car("manager", date(2026, 2, 26))
    runs = [
        calculated(sold.cast, FEBRUARY, plan=code) for code in ("consultant_pay", "manager_pay")
    ]
    found = m.PayException.objects.values_list("definition", "kind", "source", "person", "state")
    assert list(found) == [("consultant_pay", "no_plan", car.pk, lead.pk, "open")]
    paid_to = m.PayInput.objects.filter(run__in=runs).values_list("person", flat=True)
    assert {manager.pk, lead.pk} & set(paid_to) == {manager.pk}
    brought(sold.cast, runs[0], "review", "approve", "close")
    planned(code="lead_pay", posts=["team_lead"])
    calculated(sold.cast, FEBRUARY, plan="lead_pay")
    assert not m.PayException.objects.filter(state="open").exists()


# -- what stands ---------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["calculate", "review", "approve", "close", "send_back"])
def test_an_attempt_on_a_closed_run_is_refused_and_logged(sold: Sold, verb: str) -> None:
    run, by = closed(sold.cast, FEBRUARY), sold.cast["group_manager"]
    by = sold.cast["finance"] if verb == "close" else by
    before = seal_of(run)
    values: dict[str, Any] = {"run": run.pk}
    if verb == "calculate":
        values = {"made": pay.calculation(by, "N1", FEBRUARY)}
    if verb == "send_back":
        values["reason"] = "重算"
    with pytest.raises(verbs.WrongPayState):
        getattr(verbs, verb)(by=by, at=LATER, **values)
    entry = m.AuditEntry.objects.order_by("-id")[0]
    assert (entry.verb, entry.refused, entry.outlet) == (f"pay.{verb}", True, run.outlet_id)
    assert json.loads(entry.body)["refusal"] == "WrongPayState"
    assert seal_of(run) == before


def test_a_line_that_was_changed_by_force_is_found(sold: Sold) -> None:
    run = closed(sold.cast, FEBRUARY)
    assert [one.broken for one in replayed(sold.cast["finance"])] == [()]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE records_payline DISABLE TRIGGER USER")
        cursor.execute("UPDATE records_payline SET fen = fen + 1 WHERE id ="
                       " (SELECT max(id) FROM records_payline)")  # fmt: skip
        cursor.execute("ALTER TABLE records_payline ENABLE TRIGGER USER")
    (one,) = replayed(sold.cast["finance"], run.pk)
    assert [broken.what for broken in one.broken] == ["line 6", "seal"]
    assert wrong() == {"seals", "sums"}


def test_two_runs_are_told_apart_to_the_fen(sold: Sold) -> None:
    one = closed(sold.cast, FEBRUARY)
    sold.car("li", date(2026, 3, 2))
    two = calculated(sold.cast, MARCH)
    found = {
        change.number: change.change for change in run_changes(sold.cast["finance"], one.pk, two.pk)
    }
    assert {number: change.fen for number, change in found.items()} == {"LI": 0, "ZHANG": -330_000}
    for change in found.values():
        assert sum(part.fen for part in change.changes) == change.fen


# -- who sees ------------------------------------------------------------------------------------

ALL = {"ZHANG", "LI", "WANG"}
SEES = {
    "zhang": {"ZHANG"}, "li": {"LI"}, "lead": set(), "manager": ALL, "region_head": ALL,
    "finance": ALL, "hr": ALL, "auditor": ALL, "far_manager": set(), "marketing": set(),
    "administrator": set(),
}  # fmt: skip


def test_rows_of_pay_are_seen_by_whom_pay_is(sold: Sold) -> None:
    closed(sold.cast, FEBRUARY)
    for model, paid_by_it in ((m.PayInput, ALL), (m.PayLine, {"ZHANG", "LI"})):
        seen = {
            role: set(of(sold.cast[role]).pay_rows(model).values_list("person__number", flat=True))
            for role in SEES
        }
        assert seen == {role: people & paid_by_it for role, people in SEES.items()}


def test_the_auditor_reads_and_does_nothing(sold: Sold) -> None:
    run = calculated(sold.cast, FEBRUARY)
    auditor = sold.cast["auditor"]
    assert [one.run for one in replayed(auditor)] == [run.pk]
    for verb in DOES:
        with pytest.raises(Refused) as refusal:
            getattr(verbs, verb)(by=auditor, at=LATER, run=run.pk)
        assert refusal.value.code == "NotYours"


# -- at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_start_at_once_one_wins() -> None:
    made = Sold()
    planned()
    by = made.cast["hr"]
    worked = pay.calculation(by, "N1", FEBRUARY)
    begin = lambda: verbs.calculate(by=by, at=LATER, made=worked, version=0)  # noqa: E731
    outcomes = together(*[begin] * 10)
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "ChangedMeanwhile", "TakenMeanwhile"}
    assert (m.Run.objects.count(), m.PayInput.objects.count()) == (1, len(worked.people))
    run = brought(made.cast, m.Run.objects.get(), "review", "approve")
    close = lambda: verbs.close(by=made.cast["finance"], at=LATER, run=run.pk)  # noqa: E731
    assert together(close, close, close) == ["WrongPayState", "WrongPayState", "done"]


# -- what comes with a close ---------------------------------------------------------------------


def test_everybody_in_a_run_is_told_that_it_is_closed(sold: Sold) -> None:
    closed(sold.cast, FEBRUARY)
    told = m.Message.objects.filter(kind="runs.pay").order_by("person__number")
    assert list(told.values_list("person__number", flat=True)) == ["LI", "WANG", "ZHANG"]


@pytest.mark.parametrize(("kind", "sign"), [("units", 1), ("fine", -1)])
def test_outlets_side_by_side_do_not_spend_a_budget_twice(sold: Sold, kind: str, sign: int) -> None:
    spiff = {"code": "spiff", "zh": "专项", "en": "Spiff", "kind": kind, "of": "deliveries",
             "tiers": [{"from": 0, "rate": 500}], "budget": 2_000}  # fmt: skip
    planned(components=[spiff])
    cast = sold.cast
    order = sold.floor.order(cast.sister, cast.people["sister_consultant"], on=date(2026, 2, 5))
    sold.floor.delivery(order, date(2026, 2, 5))
    side = [pay.calculation(cast["hr"], outlet, FEBRUARY) for outlet in ("N1", "N2")]
    runs = [
        m.Run.objects.get(pk=verbs.calculate(by=cast["hr"], at=LATER, made=made).id)
        for made in side
    ]
    assert [spent_by(run) for run in runs] == [200_000 * sign, 50_000 * sign]
    brought(cast, runs[0], "review", "approve", "close")
    run = brought(cast, runs[1], "review")
    decide_all(cast)
    verbs.approve(by=cast["region_head"], at=LATER, run=run.pk)
    with pytest.raises(Refused, match="Spiff"):
        verbs.close(by=cast["finance"], at=LATER, run=run.pk)
    verbs.send_back(by=cast["finance"], at=LATER, run=run.pk, reason="预算已用完")
    assert spent_by(calculated(cast, FEBRUARY, outlet="N2")) == 0
    [budget] = overview(cast["group_manager"], FEBRUARY).budgets
    assert (budget.limit, budget.used) == (200_000, 200_000)


def spent_by(run: m.Run) -> int:
    return sum(m.PayLine.objects.filter(run=run, component="spiff").values_list("fen", flat=True))


@pytest.mark.parametrize("verb", ["approve", "close"])
def test_the_servers_own_account_approves_and_closes_nothing(sold: Sold, verb: str) -> None:
    run = brought(sold.cast, calculated(sold.cast, FEBRUARY, by="operator"), "review")
    decide_all(sold.cast)
    if verb == "close":
        verbs.approve(by=sold.cast["region_head"], at=LATER, run=run.pk)
    with pytest.raises(verbs.NeedsAccount):
        getattr(verbs, verb)(by=sold.cast["operator"], at=LATER, run=run.pk)


def test_an_older_calculation_replaces_no_newer_one(sold: Sold) -> None:
    old = pay.calculation(sold.cast["hr"], "N1", FEBRUARY)
    sold.car("li", date(2026, 2, 20))
    calculated(sold.cast, FEBRUARY)
    for version in (None, m.Run.objects.get().version):
        with pytest.raises(Refused) as refusal:
            verbs.calculate(by=sold.cast["hr"], at=LATER, made=old, version=version)
        assert refusal.value.code == "ChangedMeanwhile"


def test_each_plan_of_an_outlet_has_its_own_exceptions(sold: Sold) -> None:
    sold.car("li", date(2026, 2, 25), cost=None)
    run = calculated(sold.cast, FEBRUARY)
    planned(code="lead_pay", posts=["team_lead"])
    made = pay.calculation(sold.cast["hr"], "N1", FEBRUARY, plan="lead_pay")
    other = verbs.calculate(by=sold.cast["hr"], at=LATER, made=made).id
    open_ = m.PayException.objects.filter(state="open")
    assert list(open_.values_list("definition", "kind")) == [("consultant_pay", "missing_cost")]
    verbs.review(by=sold.cast["manager"], at=LATER, run=other)
    verbs.approve(by=sold.cast["region_head"], at=LATER, run=other)
    verbs.review(by=sold.cast["manager"], at=LATER, run=run.pk)
    with pytest.raises(verbs.ExceptionsWait):
        verbs.approve(by=sold.cast["region_head"], at=LATER, run=run.pk)


def test_the_next_car_is_worth_what_the_statement_would_say(sold: Sold) -> None:
    """Within a guarantee another car brings nothing."""
    guarantee = {"code": "least", "zh": "保底", "en": "Least", "kind": "guarantee", "amount": 9_000}
    planned(draws=[guarantee])
    worth = pay.what_if(sold.cast["zhang"], "ZHANG", FEBRUARY)
    assert worth.payable == pay.statement(sold.cast["zhang"], "ZHANG", FEBRUARY).payable == 900_000
    assert (worth.before, worth.cars[0].before[0]) == (330_000, 0)
    planned(draws=[{**guarantee, "amount": 1_000}])
    again = pay.what_if(sold.cast["zhang"], "ZHANG", FEBRUARY)
    assert again.cars[0].before[0] == 60_000 + 50_000


def test_the_next_cars_of_a_draft_are_those_that_the_seller_sees(sold: Sold) -> None:
    """A component of a stack pays each further car too."""
    bonus, gross = PLAN["components"]
    components = [{**bonus, "stack": "car"}, gross]
    planned(components=components)
    plan = pay_plan_of({**PLAN, "components": components})
    zhang = sold.cast.people["zhang"].pk
    drafted = examples.example(sold.cast["hr"], "N1", FEBRUARY, plan, zhang).nexts
    assert drafted == (110_000,) * 6
    worths = pay.what_if(sold.cast["zhang"], "ZHANG", FEBRUARY).cars[0].worths
    assert worths == tuple(110_000 * count for count in range(1, 7))
