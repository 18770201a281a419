"""The way of a pay run: by whom, how far, what stands, who sees it."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from actions.test_at_once import together
from beginnings import begun
from cast import Cast
from cheji.actions import pay as verbs
from cheji.actions.pay import About, Asked, Effect, Ruling, Sheet
from cheji.facts import post, verifying
from cheji.reads import pay
from cheji.reads.pay.replays import replayed, run_changes
from cheji.records import models as m
from cheji.records.pay_states import ORDER, STATES
from cheji.records.refusals import Refused
from cheji.records.seals import seal_of
from cheji.records.visibility import of
from paying import (
    DOES,
    FEBRUARY,
    LATER,
    MARCH,
    Sold,
    brought,
    calculated,
    closed,
    decide_all,
    earned,
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
    with pytest.raises(Refused, match="202602"):
        brought(sold.cast, march, "close", at=LATER + timedelta(hours=2))
    verbs.send_back(by=sold.cast["finance"], at=LATER, run=march.pk, reason="二月已关账")
    again = calculated(sold.cast, MARCH, at=LATER + timedelta(hours=2))
    brought(sold.cast, again, "review", "approve", "close", at=LATER + timedelta(hours=2))


def test_a_month_before_a_closed_one_is_not_begun(sold: Sold) -> None:
    closed(sold.cast, MARCH)
    with pytest.raises(Refused, match="202603"):
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


def test_a_decided_exception_is_gone_when_its_reason_is(sold: Sold) -> None:
    car = sold.car("li", date(2026, 2, 25), cost=None)
    calculated(sold.cast, FEBRUARY)
    car.order.lines.update(cost=9_500_000)
    post("delivery", [car.pk], at=LATER)
    calculated(sold.cast, FEBRUARY)
    assert m.PayException.objects.get().state == "gone"


# -- what stands ---------------------------------------------------------------------------------


def attempts(run: m.Run) -> list[str]:
    """What the owner of the tables could try on a closed run."""
    tables = ("records_payline", "records_rejectedrow", "records_payinput", "records_paybalance")
    changes = [f"UPDATE {table} SET person_id = person_id" for table in tables]
    gone = [f"DELETE FROM {table} WHERE run_id = {run.pk}" for table in (tables[0], tables[2])]
    more = (
        "INSERT INTO records_payline (run_id, person_id, step, component, entry, source_kind,"
        f" amount, scale, rate, factor, fen, code) SELECT {run.pk}, person_id, 6, 'x', 'earning',"
        " '', '', 1, '', '', 1, '' FROM records_payinput LIMIT 1"
    )
    return [
        *changes, *gone, *[f"TRUNCATE {table}" for table in tables],
        f"UPDATE records_run SET total = 1 WHERE id = {run.pk}",
        f"UPDATE records_run SET state = 'open' WHERE id = {run.pk}",
        f"UPDATE records_run SET state = 'paid', total = 1 WHERE id = {run.pk}",
        f"DELETE FROM records_run WHERE id = {run.pk}",
        "UPDATE records_runstep SET note = 'x'", "DELETE FROM records_runstep",
        more,
    ]  # fmt: skip


def test_a_closed_run_stands_against_every_statement(sold: Sold) -> None:
    run = closed(sold.cast, FEBRUARY)
    before = seal_of(run)
    for text in attempts(run):
        with (
            pytest.raises(DatabaseError, match="cheji:"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(text)
    assert (seal_of(run), m.Run.objects.get().sealed) == (before, before)


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


# -- by hand, and disputed -----------------------------------------------------------------------


def test_a_typed_amount_needs_two_and_is_paid_once(sold: Sold) -> None:
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    asked = Asked(cast.outlet.pk, FEBRUARY, zhang.pk, 20_000, "月度冠军")
    line = verbs.ask_manual(by=cast["finance"], at=LATER, asked=asked).id
    with pytest.raises(Refused) as refusal:
        verbs.approve_manual(by=cast["finance"], at=LATER, line=line)
    assert refusal.value.code == "AskedItYourself"
    verbs.approve_manual(by=cast["hr"], at=LATER, line=line)
    run = closed(cast, FEBRUARY)
    assert ("manual", "manual", 20_000) in paid(run, zhang)
    assert m.ManualLine.objects.get().run == run
    assert paid(calculated(cast, MARCH), zhang) == []


EVIDENCE = {"order", "timelines"}


def seen_evidence(cast: Cast) -> dict[str, set[str]]:
    """What of the one dispute each reads."""
    return {who: set(pay.cases(cast[who]).rows[0].frozen) for who in ("li", "zhang", "manager")}


def test_two_who_claim_a_car_share_it_as_decided(sold: Sold) -> None:
    cast, people = sold.cast, sold.cast.people
    closed(cast, FEBRUARY)
    about = About(outlet=cast.outlet.pk, period=FEBRUARY, order=sold.cars[2].order.number,
                  against=people["zhang"].pk)  # fmt: skip
    with pytest.raises(Refused, match="no card"):
        verbs.dispute(by=cast["li"], at=LATER, kind="collision", about=about, text="我先建卡")
    customer = sold.floor.customer(cast.outlet, people["li"])
    sold.floor.prospect(customer, on=date(2026, 1, 20))
    m.Order.objects.filter(pk=sold.cars[2].order_id).update(customer=customer)
    made = verbs.dispute(by=cast["li"], at=LATER, kind="collision", about=about, text="我先建卡")
    assert seen_evidence(cast) == {"li": {"order"}, "zhang": {"order"}, "manager": EVIDENCE}
    row = m.Dispute.objects.get(pk=made.id)
    assert set(row.frozen["timelines"]) == {str(people[who].pk) for who in ("li", "zhang")}
    verbs.answer(by=cast["zhang"], at=LATER, dispute=row.pk, text="客户认我")
    assert seen_evidence(cast) == dict.fromkeys(("li", "zhang", "manager"), EVIDENCE)
    for who in ("li", "zhang", "lead"):
        with pytest.raises(Refused):
            verbs.decide(by=cast[who], at=LATER, dispute=row.pk, how="upheld", decision="各半")
    verbs.decide(
        by=cast["manager"], at=LATER + timedelta(days=1), dispute=row.pk, how="upheld",
        decision="各半", ruling=Ruling("half", effects=[Effect(people["li"].pk, 1_000)]),
    )  # fmt: skip
    assert paid(calculated(cast, MARCH), people["li"]) == []
    effect, split = m.ManualLine.objects.get(), m.PaySplit.objects.get()
    for who in ("li", "zhang", "manager"):
        with pytest.raises(Refused):
            verbs.approve_manual(by=cast[who], at=LATER, line=effect.pk)
        with pytest.raises(Refused):
            verbs.decide_split(by=cast[who], at=LATER, split=split.pk, approve=True)
    later = LATER + timedelta(days=2)
    verbs.approve_manual(by=cast["finance"], at=later, line=effect.pk)
    verbs.decide_split(by=cast["finance"], at=later, split=split.pk, approve=True)
    march = calculated(cast, MARCH)
    assert sum(fen for *_, fen in paid(march, people["li"])) == 25_000 + 25_000 + 1_000
    assert sum(fen for *_, fen in earned(march, people["zhang"])) == -30_000 - 25_000
    with pytest.raises(Refused) as refusal:
        verbs.withdraw(by=cast["li"], at=LATER, dispute=row.pk)
    assert refusal.value.code == "DisputeIsDecided"


def test_a_statement_is_signed_by_whose_it_is(sold: Sold) -> None:
    cast, run = sold.cast, closed(sold.cast, FEBRUARY)
    seen = pay.statement(cast["zhang"], "ZHANG", FEBRUARY)
    with pytest.raises(Refused) as refusal:
        verbs.acknowledge(by=cast["li"], at=LATER, run=run.pk, outcome=seen.outcome)
    assert refusal.value.code == "OtherStatement"
    verbs.acknowledge(by=cast["zhang"], at=LATER, run=run.pk, outcome=seen.outcome)
    assert m.Acknowledgement.objects.get().person == cast.people["zhang"]


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


def test_a_settlement_lists_what_is_earned_held_and_open(sold: Sold) -> None:
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates"}  # fmt: skip
    planned(holdbacks=[held])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    run = closed(cast, FEBRUARY)
    sold.car("zhang", date(2026, 3, 2))
    waiting = sold.floor.order(cast.outlet, zhang, on=date(2026, 3, 3))
    sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 20))
    assert (sheet.earned, sheet.held, sheet.due) == (294_000, 36_000, 0)
    assert sheet.body["earned"] == [{"period": FEBRUARY, "run": run.pk, "fen": 294_000}]
    assert sheet.body["running"] == [{"period": MARCH, "run": None, "fen": 90_000}]
    assert [one["number"] for one in sheet.body["open"]] == [waiting.number]
    drawn = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(sheet))).id
    with pytest.raises(Refused) as refusal:
        verbs.approve_settlement(by=cast["hr"], at=LATER, settlement=drawn)
    assert refusal.value.code == "AskedItYourself"
    verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=drawn)
    verbs.pay_settlement(by=cast["finance"], at=LATER, settlement=drawn)
    assert m.Settlement.objects.get().state == "paid"
    assert pay.settled(run.pk) == {zhang.pk: 294_000}


def test_a_run_is_settled_once(sold: Sold) -> None:
    cast, run = sold.cast, closed(sold.cast, FEBRUARY)
    sheets = [pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, day)) for day in (20, 21)]
    one, two = (
        verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(sheet))).id
        for sheet in sheets
    )
    verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=one)
    with pytest.raises(Refused) as refusal:
        verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=two)
    assert refusal.value.code == "OtherSheet"
    again = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 22))
    assert (again.earned, again.body["earned"]) == (0, [])
    li = pay.leaver_sheet(cast["hr"], "LI", "N1", date(2026, 3, 20))
    drawn = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(li))).id
    brought(cast, run, "pay")
    with pytest.raises(Refused) as refusal:
        verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=drawn)
    assert refusal.value.code == "OtherSheet"


def test_cases_and_exceptions_are_listed_for_whom_they_are(sold: Sold) -> None:
    sold.car("li", date(2026, 2, 25), cost=None)
    run = calculated(sold.cast, FEBRUARY)
    line = m.PayLine.objects.filter(run=run, person=sold.cast.people["zhang"]).first()
    assert line is not None
    verbs.dispute(
        by=sold.cast["zhang"], at=LATER, kind="amount", about=About(line=line.pk), text="少算"
    )
    seen = {
        role: [
            (case.about, case.kind, case.left, case.barred)
            for case in pay.cases(sold.cast[role]).rows
        ]
        for role in ("zhang", "li", "lead", "manager", "auditor", "far_manager")
    }
    one = [("pay", "amount", 7, False)]
    assert seen == {
        "zhang": [("pay", "amount", 7, True)], "li": [], "lead": [], "manager": one,
        "auditor": one, "far_manager": [],
    }  # fmt: skip
    found = pay.exceptions(sold.cast["finance"], sold.cast.outlet.pk, FEBRUARY)
    assert [(row.kind, row.person.number if row.person else "") for row in found] == [
        ("missing_cost", "LI")
    ]
    assert pay.exceptions(sold.cast["li"], sold.cast.outlet.pk, FEBRUARY) == ()
