"""The appraisal cycle from opening to application, and what each verb refuses."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction

from appraisal_floor import FIGURES, Cycled
from cast import AT, LONG_AGO, ON, R
from cheji.actions import appraisals as act
from cheji.actions.appraisals import appealing, applying, evaluating, moving, opening, tasks
from cheji.actions.appraisals import violations as broken
from cheji.actions.dates import InTheFuture
from cheji.actions.deeds import NothingDiffers, SayWhy
from cheji.actions.runs import PeriodIsRunning
from cheji.engine.scores import replay, seal
from cheji.records import models as m
from cheji.records.appraised import terms_digest
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours
from cheji.records.standing import standings

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 10)


@pytest.fixture
def cycled(cast):
    return Cycled(cast)


# -- opening ---------------------------------------------------------------------------------------


def test_a_cycle_holds_everybody_of_the_roles_under_his_manager(cycled) -> None:
    rows = m.Appraisal.objects.order_by("person__number").select_related("person", "manager")
    assert [(row.person.number, row.manager.number, row.days) for row in rows] == [
        ("LI", "LEAD", 28), ("WANG", "MANAGER", 28), ("ZHANG", "LEAD", 28),
    ]  # fmt: skip
    assert m.AppraisalItem.objects.filter(appraisal=rows[0]).count() == 7
    assert m.AuditEntry.objects.latest("id").verb == "appraisals.open_cycle"


def test_a_person_who_moves_has_a_part_for_each_post_under_its_manager(cast) -> None:
    posts = m.Post.objects.filter(person=cast.people["zhang"])
    posts.update(until=date(2026, 2, 11))
    m.Post.objects.create(
        person=cast.people["zhang"], unit=cast.far, role=R.CONSULTANT, since=date(2026, 2, 11)
    )
    Cycled(cast, unit="group")
    rows = m.Appraisal.objects.filter(person=cast.people["zhang"]).order_by("since")
    assert [(row.manager.number, row.days, bool(row.left_out)) for row in rows] == [
        ("LEAD", 10, True), ("FAR_MANAGER", 18, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"name": " "}, BadValue),
        ({"period": 202613}, BadValue),
        ({"left_out": ["manager"]}, BadValue),
        ({"due": {"nowhere": ON}}, BadValue),
        ({"appeal_days": 0}, BadValue),
        ({"schemes": {"nobody": "consultant_manual"}}, BadValue),
        ({"schemes": {"consultant": "none"}}, NotFound),
        ({"schemes": {"care": "consultant_manual"}}, opening.SchemeDoesNotFit),
        ({"schemes": {"region_head": "consultant_manual"}}, opening.NobodyToAppraise),
    ],
)
def test_what_no_cycle_opens_with(cast, more, refusal) -> None:
    with pytest.raises(refusal):
        Cycled(cast, **more)
    assert m.Cycle.objects.count() == 0


def test_renewing_follows_joins_moves_and_leaves(cast, cycled) -> None:
    hr = {"by": cast["hr"], "at": AT, "cycle": cycled.id}
    assert act.renew(**hr) == 0
    m.Post.objects.filter(person=cast.people["li"]).update(until=date(2026, 2, 20))
    m.Post.objects.filter(person=cast.people["wang"]).delete()
    m.Post.objects.create(
        person=cast.people["stock"], unit=cast.team, role=R.CONSULTANT, since=LONG_AGO
    )
    assert act.renew(**hr) == 3
    days = {name: cycled.of(name).days for name in ("li", "stock", "wang")}
    assert days == {"li": 19, "stock": 28, "wang": 28}
    assert [bool(cycled.of(name).left_out) for name in ("li", "stock", "wang")] == [
        False, False, True,
    ]  # fmt: skip


def test_leaving_out_absence_and_another_manager(cast, cycled) -> None:
    zhang = cycled.of("zhang").pk
    hr = {"by": cast["hr"], "at": AT, "appraisal": zhang}
    cycled.advance()
    act.set_absence(**hr, days=8, why="病假")
    with pytest.raises(BadValue):
        act.set_absence(**hr, days=29, why="病假")
    act.set_manager(**hr, manager=cast.people["manager"].pk, why="主管离职")
    with pytest.raises(BadValue):
        act.set_manager(**hr, manager=cast.people["zhang"].pk, why="x")
    row = cycled.of("zhang")
    assert (row.days, row.manager.number) == (20, "MANAGER")
    assert row.tasks.get(part="manager").owner == cast.people["manager"]
    act.leave_out(**hr, why="停职")
    with pytest.raises(act.ground.IsLeftOut):
        act.set_absence(**hr, days=1, why="x")
    act.leave_out(**hr, why="")
    assert cycled.of("zhang").left_out == ""


# -- terms -----------------------------------------------------------------------------------------


def test_both_agree_to_one_digest_and_a_change_voids_it(cast, cycled) -> None:
    cycled.advance()
    zhang = cycled.of("zhang")
    before = terms_digest(zhang)
    agree = {"at": AT, "appraisal": zhang.pk}
    act.agree(by=cast["zhang"], digest=before, **agree)
    term = act.Term("sales_units", target=60_000)
    act.propose(by=cast["lead"], at=AT, appraisal=zhang.pk, terms=[term])
    zhang = cycled.of("zhang")
    assert (zhang.person_agreed_at, zhang.digest) == (None, "")
    with pytest.raises(ChangedMeanwhile):
        act.agree(by=cast["zhang"], digest=before, **agree)
    after = terms_digest(zhang)
    act.agree(by=cast["zhang"], digest=after, **agree)
    with pytest.raises(moving.TasksOpen):
        cycled.advance()
    act.agree(by=cast["lead"], digest=after, **agree)
    zhang = cycled.of("zhang")
    assert (zhang.person_agreed_at, zhang.manager_agreed_at, zhang.digest) == (AT, AT, after)
    with pytest.raises(act.NotYourPart):
        act.agree(by=cast["lead"], digest=after, **agree)


@pytest.mark.parametrize(
    ("term", "refusal"),
    [
        (act.Term("nothing"), BadValue),
        (act.Term("work_goals"), BadValue),
        (act.Term("sales_units", goal="g1", text="x", weight=1), BadValue),
        (act.Term("work_goals", goal="g1", text=" ", weight=1), BadValue),
        (act.Term("work_goals", goal="g1", text="x"), BadValue),
        (act.Term("sales_units", target=-1), BadValue),
        (act.Term("sales_units", base=2, target=1, stretch=3), act.agreeing.GoalNotBetween),
        (act.Term("sales_units"), NothingDiffers),
    ],
)
def test_what_no_term_can_be(cast, cycled, term, refusal) -> None:
    cycled.advance()
    with pytest.raises(refusal):
        act.propose(by=cast["lead"], at=AT, appraisal=cycled.of("zhang").pk, terms=[term])


def test_a_mid_term_revision_keeps_what_was_agreed(cast) -> None:
    cycled = Cycled(cast, left_out=("peers", "calibrating"))
    cycled.go("reviewing")
    zhang = cycled.of("zhang")
    give = {"by": cast["lead"], "at": AT, "appraisal": zhang.pk}
    with pytest.raises(SayWhy):
        act.propose(**give, terms=[act.Term("sales_units", target=40_000)])
    act.propose(**give, terms=[act.Term("sales_units", target=40_000)], why="展厅装修")
    goal = act.Term("work_goals", "g1", weight=10_000, text="新媒体获客")
    act.propose(**give, terms=[goal], why="补充")
    rows = m.AppraisalItem.objects.filter(appraisal=zhang, item="sales_units").order_by("id")
    assert [(row.target, row.superseded, row.revised_why) for row in rows] == [
        (None, True, ""), (40_000, False, "展厅装修"),
    ]  # fmt: skip
    assert rows[1].revised_from == rows[0]
    with pytest.raises(moving.TasksOpen):
        cycled.advance()
    cycled.do_all()
    cycled.advance()
    assert cycled.row.state == "self"


# -- marks -----------------------------------------------------------------------------------------


def save(by, row, **more):
    return act.save_mark(**{"by": by, "at": AT, "appraisal": row.pk, "item": "teamwork", **more})


def test_marks_are_drafts_until_handed_in(cast, cycled) -> None:
    cycled.go("self")
    zhang = cycled.of("zhang")
    with pytest.raises(evaluating.MarksMissing) as missing:
        act.submit(by=cast["zhang"], at=AT, appraisal=zhang.pk)
    assert missing.value.place == {"items": "团队合作"}
    assert save(cast["zhang"], zhang, mark=900_000).version == 1
    with pytest.raises(ChangedMeanwhile):
        save(cast["zhang"], zhang, mark=910_000)
    assert save(cast["zhang"], zhang, mark=910_000, version=1).version == 2
    act.submit(by=cast["zhang"], at=AT, appraisal=zhang.pk)
    with pytest.raises(act.NotYourPart):
        save(cast["zhang"], zhang, mark=1, version=2)
    task = zhang.tasks.get(step="self")
    with pytest.raises(NotYours):
        act.reopen(by=cast["zhang"], at=AT, task=task.pk, why="漏填")
    act.reopen(by=cast["hr"], at=AT, task=task.pk, why="漏填")
    save(cast["zhang"], zhang, mark=920_000, version=2)


@pytest.mark.parametrize(
    ("by", "more", "refusal"),
    [
        ("zhang", {"mark": 1_000_001}, BadValue),
        ("zhang", {"mark": -1}, BadValue),
        ("zhang", {"item": "nothing", "mark": 1}, BadValue),
        ("zhang", {"item": "work_goals", "goal": "g9", "mark": 1}, BadValue),
        ("zhang", {"item": "sales_units", "mark": 1}, evaluating.NotMarked),
        ("li", {"mark": 1}, NotFound),
        ("lead", {"mark": 1}, act.NotYourPart),
        ("hr", {"mark": 1}, act.NotYourPart),
        ("auditor", {"mark": 1}, NotYours),
        ("operator", {"mark": 1}, act.NotYourPart),
    ],
)
def test_marks_that_are_refused(cast, cycled, by, more, refusal) -> None:
    cycled.go("self")
    with pytest.raises(refusal):
        save(cast[by], cycled.of("zhang"), **more)
    assert m.Evaluation.objects.count() == 0


def test_a_delegate_marks_and_nobody_delegates_to_the_person(cast, cycled) -> None:
    cycled.go("manager")
    zhang = cycled.of("zhang")
    task = zhang.tasks.get(step="manager")
    give = {"at": AT, "task": task.pk, "why": "休假"}
    with pytest.raises(act.OwnAppraisal):
        act.delegate(by=cast["lead"], to=cast.people["zhang"].pk, **give)
    with pytest.raises(tasks.CannotActForYou):
        act.delegate(by=cast["lead"], to=cast.people["li"].pk, **give)
    with pytest.raises(act.NotYourPart):
        act.delegate(by=cast["manager"], to=cast.people["region_head"].pk, **give)
    act.delegate(by=cast["lead"], to=cast.people["manager"].pk, **give)
    with pytest.raises(act.NotYourPart):
        save(cast["lead"], zhang, mark=1)
    save(cast["manager"], zhang, mark=1)
    assert m.Evaluation.objects.latest("id").made_by == cast.people["manager"].user


def test_peers_are_named_and_never_the_person(cast) -> None:
    cycled = Cycled(cast, left_out=("reviewing", "self", "calibrating"))
    zhang = cycled.of("zhang")
    name = {"by": cast["lead"], "at": AT, "appraisal": zhang.pk}
    with pytest.raises(act.OwnAppraisal):
        act.name_raters(**name, part="peer", people=[cast.people["zhang"].pk])
    with pytest.raises(tasks.PartIsNamed):
        act.name_raters(**name, part="manager", people=[cast.people["li"].pk])
    act.name_raters(**name, part="peer", people=[cast.people["li"].pk])
    act.name_raters(**name, part="peer", people=[cast.people["wang"].pk])
    assert [task.owner.number for task in zhang.tasks.filter(part="peer")] == ["WANG"]
    cycled.go("peers")
    save(cast["wang"], zhang, mark=700_000)
    act.submit(by=cast["wang"], at=AT, appraisal=zhang.pk)
    with pytest.raises(NotFound):
        save(cast["li"], zhang, mark=1)


def test_a_task_is_skipped_with_a_reason(cast, cycled) -> None:
    cycled.go("self")
    task = cycled.of("zhang").tasks.get(step="self")
    with pytest.raises(SayWhy):
        act.skip(by=cast["hr"], at=AT, task=task.pk, why=" ")
    act.skip(by=cast["hr"], at=AT, task=task.pk, why="产假")
    with pytest.raises(tasks.TaskIsOver):
        act.skip(by=cast["hr"], at=AT, task=task.pk, why="产假")
    cycled.do_all()
    act.step_back(by=cast["hr"], at=AT, cycle=cycled.id, why="补签")
    assert cycled.row.state == "running"


# -- publication -----------------------------------------------------------------------------------


def test_a_published_result_replays_to_the_byte_and_never_changes(cast, cycled) -> None:
    cycled.published()
    assert cycled.row.state == "published"
    assert cycled.row.appeal_until == date(2026, 3, 27)
    for kept in m.RunInput.objects.all():
        assert seal(replay(kept.text)) == kept.outcome
    run = m.Run.objects.get(definition=f"cycle:{cycled.id}")
    assert (run.state, run.lines.count()) == ("closed", 3 * 8)
    told = m.Message.objects.filter(kind="appraisals.published")
    assert sorted(told.values_list("person__number", flat=True)) == ["LI", "WANG", "ZHANG"]


STANDING = (
    "UPDATE records_runinput SET text = ''",
    "UPDATE records_runline SET value = 0",
    "UPDATE records_appraisal SET manager_id = NULL",
    "UPDATE records_appraisalitem SET target = 1",
    "UPDATE records_steptask SET why = 'x'",
    "UPDATE records_evaluation SET mark = 0",
    "DELETE FROM records_evaluation",
    "UPDATE records_cycle SET state = 'manager'",
    "UPDATE records_cycle SET appeal_until = '2030-01-01'",
    "DELETE FROM records_cycle",
)


def test_the_database_refuses_to_change_what_is_published(cast, cycled) -> None:
    cycled.published()
    before = cycled.result()
    for statement in STANDING:
        with (
            pytest.raises(DatabaseError, match="cheji: "),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert cycled.result() == before


def test_the_database_lets_nobody_act_on_himself(cast, cycled) -> None:
    cycled.advance()
    row, zhang = cycled.of("zhang"), cast.people["zhang"]
    task = row.tasks.get(part="manager")
    for values in ({"owner": zhang}, {"delegate": zhang}):
        with pytest.raises(DatabaseError, match="nobody acts on himself"), transaction.atomic():
            m.StepTask.objects.filter(pk=task.pk).update(**values)
    with pytest.raises(DatabaseError, match="only who has the task"), transaction.atomic():
        task.marks.create(item="teamwork", mark=1, made_by=zhang.user, made_at=AT)
    about = {"cycle": cycled.row, "person": zhang, "made_by": zhang.user, "made_at": AT}
    with pytest.raises(DatabaseError, match="decides about himself"), transaction.atomic():
        m.Placement.objects.create(potential=3, reason="x", **about)


@pytest.mark.parametrize(("by", "refusal"), [("hr", act.OwnAppraisal), ("lead", NotYours)])
def test_who_moved_it_last_does_not_publish(cast, cycled, by, refusal) -> None:
    cycled.go("manager")
    cycled.do_all()
    with pytest.raises(refusal):
        cycled.publish(by=by)
    assert m.Run.objects.count() == 0


def test_what_keeps_a_cycle_from_being_published(cast, cycled) -> None:
    with pytest.raises(act.WrongStep):
        cycled.publish()
    cycled.go("manager")
    with pytest.raises(moving.TasksOpen):
        cycled.publish()
    cycled.do_all()
    with pytest.raises(act.WrongStep):
        cycled.advance(to="published")
    give = {"at": AT, "cycle": cycled.id, "mark": 0}
    with pytest.raises(act.publishing.FiguresMissing):
        act.publish(by=cast["group_manager"], figures={}, **give)
    early = replace(cast["group_manager"], on=date(2026, 2, 28))
    with pytest.raises(PeriodIsRunning):
        act.publish(by=early, figures={}, **give)


def test_calibration_changes_the_grade_with_a_reason(cast) -> None:
    cycled = Cycled(cast, left_out=("reviewing", "self", "peers"))
    cycled.go("calibrating")
    zhang = cast.people["zhang"].pk
    give = {"at": AT, "cycle": cycled.id, "person": zhang, "from_grade": "C"}
    with pytest.raises(NotYours):
        act.calibrate(by=cast["manager"], to_grade="B", why="x", **give)
    with pytest.raises(SayWhy):
        act.calibrate(by=cast["region_head"], to_grade="B", why=" ", **give)
    with pytest.raises(BadValue):
        act.calibrate(by=cast["region_head"], to_grade="Z", why="x", **give)
    act.calibrate(by=cast["region_head"], to_grade="A", why="带教新人", **give)
    act.place(by=cast["lead"], at=AT, appraisal=cycled.of("zhang").pk, potential=3, why="学得快")
    with pytest.raises(act.OwnAppraisal):
        cycled.publish(by="region_head")
    cycled.publish()
    found = standings(cycled.row)[zhang]
    assert (found.grade, found.reason["detail"]["calibrated"]) == ("A", "带教新人")


def test_parts_of_a_person_weigh_by_days(cast) -> None:
    posts = m.Post.objects.filter(person=cast.people["zhang"])
    posts.update(until=date(2026, 2, 16))
    m.Post.objects.create(
        person=cast.people["zhang"], unit=cast.other_team, role=R.CONSULTANT,
        since=date(2026, 2, 16),
    )  # fmt: skip
    cycled = Cycled(cast, left_out=("reviewing", "self", "peers", "calibrating"))
    rows = m.Appraisal.objects.filter(person=cast.people["zhang"])
    assert [(row.days, bool(row.left_out)) for row in rows.order_by("since")] == [
        (15, False), (13, True),
    ]  # fmt: skip
    act.leave_out(by=cast["hr"], at=AT, appraisal=rows.order_by("since")[1].pk, why="")
    cycled.go("manager")
    cycled.do_all()
    cycled.publish()
    reason = standings(cycled.row)[cast.people["zhang"].pk].reason
    assert [part["detail"]["days"] for part in reason["parts"]] == [15, 13]


# -- appeals ---------------------------------------------------------------------------------------


def asked(cast, cycled, item="teamwork"):
    return act.appeal(
        by=cast["zhang"], at=AT, appraisal=cycled.of("zhang").pk, item=item, text="打分偏低"
    ).id


def test_an_upheld_appeal_adjusts_one_item_and_leaves_what_was_published(cast, cycled) -> None:
    cycled.published()
    before, was = cycled.result(), standings(cycled.row)
    number = asked(cast, cycled)
    decide = {"at": AT, "appeal": number, "how": "upheld", "decision": "属实"}
    with pytest.raises(NotYours):
        act.decide(by=cast["lead"], **decide)
    with pytest.raises(NothingDiffers):
        act.decide(by=cast["manager"], **decide)
    right = act.Correction(ratings={"manager": [1_000_000]})
    act.hear(by=cast["manager"], at=AT, appeal=number)
    act.decide(by=cast["manager"], correction=right, **decide)
    with pytest.raises(appealing.AppealIsDecided):
        act.decide(by=cast["manager"], correction=right, **decide)
    zhang = cast.people["zhang"].pk
    now = standings(cycled.row)[zhang]
    # teamwork is (80 × 10 + 100 × 60) ÷ 70 instead of 80, of 10 points in 90 that are there
    assert (now.total, was[zhang].total) == (Fraction(5524, 100), Fraction(5333, 100))
    assert now.adjusted
    assert cycled.result() == before
    change = m.Adjustment.objects.get()
    assert seal(replay(change.text)) == seal(replay(change.text))
    with pytest.raises(DatabaseError, match="rows are only added"), transaction.atomic():
        m.Adjustment.objects.update(after=0)


def test_who_marked_does_not_decide_and_the_window_ends(cast, cycled) -> None:
    cycled.published()
    number = act.appeal(
        by=cast["wang"], at=AT, appraisal=cycled.of("wang").pk, item="teamwork", text="偏低"
    ).id
    decide = {"at": AT, "appeal": number, "how": "rejected", "decision": "无依据"}
    with pytest.raises(act.OwnAppraisal):
        act.decide(by=cast["manager"], **decide)
    with pytest.raises(SayWhy):
        act.decide(by=cast["hr"], **{**decide, "decision": " "})
    with pytest.raises(moving.WindowOpen):
        cycled.advance(to="archived")
    late = cycled.later("zhang")
    with pytest.raises(appealing.AppealsAreOver):
        act.appeal(by=late, at=AT, appraisal=cycled.of("zhang").pk, item="teamwork", text="x")
    hr = {"by": cycled.over(), "at": AT, "cycle": cycled.id}
    with pytest.raises(moving.AppealsOpen):
        act.advance(**hr, to="archived")
    act.decide(by=cast["hr"], **decide)
    act.advance(**hr, to="archived")
    assert cycled.row.state == "archived"


@pytest.mark.parametrize(
    ("by", "item", "text", "refusal"),
    [
        ("zhang", "teamwork", " ", SayWhy),
        ("zhang", "nothing", "x", NotFound),
        ("lead", "teamwork", "x", act.NotYourPart),
        ("li", "teamwork", "x", NotFound),
    ],
)
def test_what_is_no_appeal(cast, cycled, by, item, text, refusal) -> None:
    cycled.published()
    with pytest.raises(refusal):
        act.appeal(by=cast[by], at=AT, appraisal=cycled.of("zhang").pk, item=item, text=text)


def test_an_appeal_is_withdrawn_by_the_person_and_asked_again(cast, cycled) -> None:
    cycled.published()
    number = asked(cast, cycled)
    with pytest.raises(act.NotYourPart):
        act.withdraw(by=cast["lead"], at=AT, appeal=number)
    act.withdraw(by=cast["zhang"], at=AT, appeal=number)
    assert asked(cast, cycled) != number


# -- what follows ----------------------------------------------------------------------------------


def test_applying_writes_outcomes_that_are_declined_with_a_reason(cast, cycled) -> None:
    cycled.published()
    act.advance(by=cycled.over(), at=AT, cycle=cycled.id, to="archived")
    with pytest.raises(NotYours):
        act.apply(by=cast["lead"], at=AT, cycle=cycled.id)
    act.apply(by=cycled.later("hr"), at=AT, cycle=cycled.id)
    zhang = m.Outcome.objects.filter(person=cast.people["zhang"]).order_by("id")
    found = standings(cycled.row)[cast.people["zhang"].pk]
    assert zhang[0].value == {"grade": found.grade}
    suggested = zhang.filter(state="suggested").first()
    answer = {"at": AT, "outcome": suggested.pk, "accept": False}
    with pytest.raises(SayWhy):
        act.answer_outcome(by=cast["hr"], **answer)
    act.answer_outcome(by=cast["hr"], reason="已安排", **answer)
    with pytest.raises(applying.OutcomeAnswered):
        act.answer_outcome(by=cast["hr"], reason="已安排", **answer)


# -- violations and talks --------------------------------------------------------------------------


def reported(cast, code="kickback", whom="zhang", by="lead", **more):
    given = {"on_date": DAY, "code": code, "text": "收受红包", **more}
    return act.report_violation(
        by=cast[by], at=AT, outlet=cast.outlet.pk, person=cast.people[whom].pk, **given
    ).id


def test_a_violation_counts_once_a_second_person_has_decided(cast, cycled) -> None:
    number = reported(cast)
    decide = {"at": AT, "violation": number, "proven": True, "decision": "属实"}
    with pytest.raises(NotYours):
        act.decide_violation(by=cast["lead"], **decide)
    with pytest.raises(broken.NotHeard):
        act.decide_violation(by=cast["manager"], **decide)
    act.hear_violation(by=cast["manager"], at=AT, violation=number, says="承认")
    act.decide_violation(by=cast["manager"], **decide)
    with pytest.raises(broken.ViolationIsDecided):
        act.decide_violation(by=cast["manager"], **decide)
    reported(cast, whom="li")
    cycled.published()
    totals = {key: standings(cycled.row)[cast.people[key].pk].total for key in ("zhang", "li")}
    assert totals["zhang"] == 0
    assert totals["li"] > 0


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"code": "none"}, BadValue),
        ({"text": " "}, SayWhy),
        ({"on_date": date(2026, 3, 21)}, InTheFuture),
        ({"whom": "lead"}, act.OwnAppraisal),
        ({"by": "zhang"}, NotYours),
        ({"by": "far_manager"}, NotFound),
    ],
)
def test_what_is_no_report(cast, more, refusal) -> None:
    with pytest.raises(refusal):
        reported(cast, **more)


def test_who_reported_does_not_decide(cast) -> None:
    number = reported(cast, by="manager")
    with pytest.raises(act.OwnAppraisal):
        act.hear_violation(by=cast["manager"], at=AT, violation=number, says="x")


def test_a_talk_is_told_and_seen(cast) -> None:
    said = act.Said("coaching", "需求分析不足", kpi="new_conversion", agreed="每周演练")
    give = {"at": AT, "outlet": cast.outlet.pk, "person": cast.people["zhang"].pk, "said": said}
    talk = act.log_talk(by=cast["lead"], on_date=DAY, **give).id
    with pytest.raises(act.NotYourPart):
        act.see_talk(by=cast["lead"], at=AT, talk=talk)
    act.see_talk(by=cast["zhang"], at=AT, talk=talk)
    assert m.Talk.objects.get().seen_at == AT
    with pytest.raises(NotFound):
        act.log_talk(
            by=cast["lead"], at=AT, outlet=cast.outlet.pk, person=cast.people["wang"].pk,
            on_date=DAY, said=said,
        )  # fmt: skip


def test_who_has_something_to_do_is_told_and_reminded_once_a_day(cast) -> None:
    cycled = Cycled(cast, due={"agreeing": ON})
    cycled.advance()
    told = m.Message.objects.filter(kind="appraisals.task").values_list("person__number", flat=True)
    assert sorted(told) == ["LEAD", "LI", "MANAGER", "WANG", "ZHANG"]
    hr = {"by": cast["hr"], "at": AT, "cycle": cycled.id}
    assert (act.remind(**hr), act.remind(**hr)) == (5, 0)


def test_figures_name_the_kpis_of_the_scheme(cast, cycled) -> None:
    cycled.published()
    line = m.RunLine.objects.get(person=cast.people["zhang"], code="sales_units")
    assert Fraction(line.reason["detail"]["actual"]) == FIGURES["sales_units"]
