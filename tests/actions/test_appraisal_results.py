"""What a cycle publishes, and from whom; violations and talks."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction

from appraisal_floor import FIGURES, Cycled
from cast import AT, ON, R, totals
from cheji.actions import appraisals as act
from cheji.actions.appraisals import moving
from cheji.actions.appraisals import violations as broken
from cheji.actions.dates import InTheFuture
from cheji.actions.deeds import SayWhy
from cheji.actions.runs import PeriodIsRunning
from cheji.engine.scores import replay, seal
from cheji.reads.appraisals.boards import calibration
from cheji.reads.appraisals.figures import cycle_figures
from cheji.records import models as m
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours
from cheji.records.scored import GradeIsNotThere
from cheji.records.seals import seal_of
from cheji.records.stamps import stamp_of
from cheji.records.standing import standings

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 10)


@pytest.fixture
def cycled(cast):
    return Cycled(cast)


# -- publication -----------------------------------------------------------------------------------


def test_a_published_result_replays_to_the_byte_and_never_changes(cast, cycled) -> None:
    cycled.published()
    assert cycled.row.state == "published"
    assert cycled.row.appeal_until == date(2026, 3, 27)
    for kept in m.RunInput.objects.all():
        assert seal(replay(kept.text)) == kept.outcome
    run = m.Run.objects.get(definition=f"cycle:{cycled.id}")
    assert (run.state, run.lines.count()) == ("closed", 3 * 8)
    assert seal_of(run) == run.sealed  # from what stands in the table
    told = m.Message.objects.filter(kind="appraisals.published")
    assert sorted(told.values_list("person__number", flat=True)) == ["LI", "WANG", "ZHANG"]


def test_late_facts_leave_what_is_published_as_it_is(cast, cycled) -> None:
    """The live figures change with a late fact; run, lines, inputs and replay do not."""
    totals(cast.outlet, DAY, cast.people["zhang"], orders_new=2)
    cycled.go("manager")
    cycled.do_all()
    group = cast["group_manager"]
    found = cycle_figures(group, cycled.id)
    act.publish(by=group, at=AT, cycle=cycled.id, figures=found.figures, mark=found.mark)
    before, live = cycled.result(), found.figures[cycled.of("zhang").pk]
    totals(cast.outlet, date(2026, 2, 11), cast.people["zhang"], orders_new=3, intent_new=9)
    later = cycle_figures(group, cycled.id)
    assert later.mark > found.mark
    assert later.figures[cycled.of("zhang").pk] != live
    assert cycled.result() == before
    for kept in m.RunInput.objects.all():
        assert seal(replay(kept.text)) == kept.outcome


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
    with pytest.raises(ChangedMeanwhile):
        act.calibrate(by=cast["hr"], to_grade="B", why="看的是旧页面", **give)
    act.place(by=cast["lead"], at=AT, appraisal=cycled.of("zhang").pk, potential=3, why="学得快")
    with pytest.raises(act.OwnAppraisal):
        cycled.publish(by="region_head")
    cycled.publish()
    found = standings(cycled.row)[zhang]
    assert (found.grade, found.reason["detail"]["calibrated"]) == ("A", "带教新人")
    # 53.33 points are worth 0; the nearest total that is an A, 90, is worth 1.2
    assert (found.total, found.coefficient) == (Fraction(5333, 100), Fraction(6, 5))
    assert found.reason["detail"]["coefficient_scored"] == "0/1"


def test_a_grade_that_the_last_scheme_lacks_is_not_published(cast) -> None:
    """A renewed last part may go by another scheme than the one that was calibrated."""
    cycled = Cycled(cast, left_out=("reviewing", "self", "peers"))
    cycled.go("calibrating")
    zhang = cast.people["zhang"]
    m.CalibrationMove.objects.create(
        cycle=cycled.row, person=zhang, from_grade="C", to_grade="优", reason="x", made_at=AT
    )
    with pytest.raises(GradeIsNotThere) as refusal:
        cycled.publish()
    assert refusal.value.place == {"name": zhang.name, "grade": "优"}
    (board,) = calibration(cast["region_head"], cycled.id).boards
    card = next(card for card in board.cards if card.person.id == zhang.pk)
    assert card.grade == card.scored
    act.calibrate(
        by=cast["region_head"], at=AT, cycle=cycled.id, person=zhang.pk, from_grade=card.grade,
        to_grade="A", why="带教新人",
    )  # fmt: skip
    cycled.publish()
    assert standings(cycled.row)[zhang.pk].grade == "A"


def test_what_changed_since_it_was_looked_through_is_not_published(cast) -> None:
    """Whatever publishing would freeze changes the stamp; facts do not, their number is given."""
    cycled = Cycled(cast, left_out=("reviewing", "self", "peers"))
    cycled.go("manager")
    hr, row = cast["hr"], cycled.of("zhang")
    told = {"by": hr, "at": AT}
    stamps = [stamp_of(cycled.row)]

    def skip(by: str, who: str) -> None:
        task = cycled.of(who).tasks.get(part="manager", step="manager")
        act.skip(by=cast[by], at=AT, task=task.pk, why="产假")

    for change in (
        lambda: cycled.mark(row.tasks.get(step="manager"), cast["lead"]),
        lambda: act.submit(by=cast["lead"], at=AT, appraisal=row.pk),
        lambda: skip("hr", "li"),
        lambda: skip("hr", "wang"),
        lambda: act.reopen(task=row.tasks.get(step="manager").pk, why="补分", **told),
        lambda: act.submit(by=cast["lead"], at=AT + timedelta(minutes=1), appraisal=row.pk),
        cycled.advance,
        lambda: act.calibrate(
            cycle=cycled.id, person=row.person_id, from_grade="C", to_grade="A", why="x", **told
        ),
        lambda: reported(cast),
    ):
        change()
        stamps.append(stamp_of(cycled.row))
    assert len(set(stamps)) == len(stamps)
    give = {"at": AT, "cycle": cycled.id, "figures": {}, "mark": 0}
    with pytest.raises(ChangedMeanwhile):
        act.publish(by=cast["group_manager"], seen=stamps[-2], **give)
    with pytest.raises(act.publishing.ViolationsOpen):
        act.publish(by=cast["group_manager"], seen=stamps[-1], **give)
    totals(cast.outlet, DAY, cast.people["zhang"], orders_new=2)
    assert stamp_of(cycled.row) == stamps[-1]


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
    waiting = reported(cast, whom="li")
    with pytest.raises(act.publishing.ViolationsOpen) as refusal:
        cycled.published()
    assert refusal.value.place == {"count": 1}
    dismiss = {"at": AT, "violation": waiting, "proven": False, "decision": "查无实据"}
    act.decide_violation(by=cast["manager"], **dismiss)
    cycled.publish()
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
