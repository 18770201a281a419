"""Applying a cycle: what follows from results and earlier ones, and what an appeal leaves."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from appraisal_floor import Cycled
from cast import AT
from cheji.actions import appraisals as act
from cheji.actions import target_proposals, targets
from cheji.actions.appraisals import applying
from cheji.actions.deeds import SayWhy
from cheji.records import models as m
from cheji.records.refusals import NotYours
from cheji.records.standing import standings

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycled(cast):
    return Cycled(cast)


def asked(made: Cycled, item: str) -> int:
    """Zhang's appeal against an item."""
    return act.appeal(
        by=made.cast["zhang"], at=AT, appraisal=made.of("zhang").pk, item=item, text="不符"
    ).id


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


CALIBRATED = ("reviewing", "self", "peers")


def graded(cast, **plan) -> Cycled:
    """A cycle published with the A that calibration gave Zhang."""
    made = Cycled(cast, left_out=CALIBRATED, **plan)
    made.go("calibrating")
    act.calibrate(
        by=cast["region_head"], at=AT, cycle=made.id, person=cast.people["zhang"].pk,
        from_grade="D", to_grade="A", why="带教新人",
    )  # fmt: skip
    made.publish()
    return made


def applied(made: Cycled) -> Cycled:
    act.advance(by=made.over(), at=AT, cycle=made.id, to="archived")
    act.apply(by=made.later("hr"), at=AT, cycle=made.id)
    return made


def rules(made: Cycled) -> set[str]:
    """What follows for Zhang."""
    rows = m.Outcome.objects.filter(cycle=made.id, person=made.cast.people["zhang"])
    return set(rows.values_list("rule", flat=True)) - {"published"}


@pytest.mark.parametrize(("earlier", "promoted"), [(202601, True), (202512, False)])
def test_top_grades_follow_each_other_whatever_cycles_others_had(cast, earlier, promoted) -> None:
    """In the very period before; those of other outlets are nothing to him."""
    graded(cast, period=earlier, name="以前")
    for month in (202601, 202512, 202511):
        Cycled(cast, unit="far", period=month, name="别店").published()
    assert ("two_top_grades" in rules(applied(graded(cast)))) is promoted


def test_applying_asks_as_often_for_many_as_for_one(cast, django_assert_num_queries) -> None:
    for unit in ("far", "outlet"):
        made = Cycled(cast, unit=unit).published()
        act.advance(by=made.over(), at=AT, cycle=made.id, to="archived")
        with django_assert_num_queries(19):
            act.apply(by=made.later("hr"), at=AT, cycle=made.id)


def test_an_upheld_appeal_never_makes_a_calibrated_grade_worse(cast) -> None:
    """It lifts the score from D to B, which is less than the A that calibration gave."""
    made = graded(cast)
    right = act.Correction(value=50_000, target=50_000)
    number = asked(made, "sales_units")
    act.decide(
        by=cast["manager"], at=AT, appeal=number, how="upheld", decision="属实", correction=right
    )
    held = standings(made.row)[cast.people["zhang"].pk]
    assert held.reason["detail"]["grade_scored"] == "B"
    assert (held.grade, held.coefficient) == ("A", Fraction(6, 5))


@pytest.mark.parametrize("dismissed", [True, False])
def test_what_an_appeal_struck_off_is_no_violation_in_what_follows(cast, dismissed) -> None:
    number = act.report_violation(
        by=cast["lead"], at=AT, outlet=cast.outlet.pk, person=cast.people["zhang"].pk,
        on_date=date(2026, 2, 10), code="phone", text="开会未静音",
    ).id  # fmt: skip
    act.hear_violation(by=cast["manager"], at=AT, violation=number, says="承认")
    act.decide_violation(by=cast["manager"], at=AT, violation=number, proven=True, decision="属实")
    made = graded(cast)
    if dismissed:
        act.decide(
            by=cast["region_head"], at=AT, appeal=asked(made, "discipline"), how="upheld",
            decision="不属实", correction=act.Correction(dismiss=[f"violation:{number}"]),
        )  # fmt: skip
    assert ("top_grade" in rules(applied(made))) is dismissed


def test_what_was_given_for_a_clean_record_goes_with_it_and_comes_back(cast) -> None:
    """A violation proven after all is applied takes the certificate away, an upheld appeal back."""
    made = applied(graded(cast))
    certificate = suggested(cast, "top_grade")
    act.answer_outcome(by=cast["manager"], at=AT, outcome=certificate.pk, accept=True)
    others = rules(made)
    number = act.report_violation(
        by=cast["lead"], at=AT, outlet=cast.outlet.pk, person=cast.people["zhang"].pk,
        on_date=date(2026, 2, 10), code="phone", text="开会未静音",
    ).id  # fmt: skip
    act.hear_violation(by=cast["manager"], at=AT, violation=number, says="承认")
    act.decide_violation(by=cast["manager"], at=AT, violation=number, proven=True, decision="属实")
    taken = suggested(cast, "top_grade")
    told = f"违规 {number} 在公布后认定的调整 · adjusted by violation {number}, decided later"
    assert (taken.state, taken.reason) == ("declined", told)
    kept = m.Outcome.objects.filter(rule__in=others - {"top_grade"}).values_list("state", flat=True)
    assert set(kept) == {"suggested"}
    late = act.take_late(
        by=made.later("hr"), at=AT, appraisal=made.of("zhang").pk, item="discipline",
        text="当日休假", why="公布后才认定",
    )  # fmt: skip
    act.decide(
        by=cast["region_head"], at=AT, appeal=late.id, how="upheld", decision="不属实",
        correction=act.Correction(dismiss=[f"violation:{number}"]),
    )  # fmt: skip
    again = suggested(cast, "top_grade")
    assert (again.state, again.reason) == ("suggested", "")


def aimed(cast, **aims: int) -> Cycled:
    """A cycle in which Zhang has these targets, applied."""
    made = Cycled(cast)
    made.go("agreeing")
    terms = [act.Term(item, target=aim) for item, aim in aims.items()]
    act.propose(by=cast["lead"], at=AT, appraisal=made.of("zhang").pk, terms=terms)
    return applied(made.published())


def suggested(cast, rule: str) -> m.Outcome:
    return m.Outcome.objects.get(person=cast.people["zhang"], rule=rule)


def test_accepted_targets_are_proposed_and_a_second_person_decides(cast) -> None:
    """5 cars of 4 and ¥90,000 of ¥130,000: 5 and ¥110,000 in March, money in fen."""
    aimed(cast, sales_units=40_000, sales_amount=1_300_000_000)
    for rule in ("target_raise", "target_lower"):
        row = suggested(cast, rule)
        done = act.answer_outcome(by=cast["manager"], at=AT, outcome=row.pk, accept=True)
        assert done.proposals == tuple(row.proposals.values_list("pk", flat=True))
    made = m.TargetProposal.objects.order_by("id")
    whose = cast.people["zhang"].pk, cast.outlet.pk, "month", 202603
    assert list(made.values_list(
        "kpi", "value", "person", "outlet", "grain", "period", "outcome__rule", "state"
    )) == [
        ("sales_units", 50_000, *whose, "target_raise", "open"),
        ("sales_amount", 11_000_000, *whose, "target_lower", "open"),
    ]  # fmt: skip
    with pytest.raises(target_proposals.DecidedByAnother):
        target_proposals.accept(by=cast["manager"], at=AT, proposal=made[0].pk)
    target_proposals.accept(by=cast["region_head"], at=AT, proposal=made[0].pk)
    assert [row.value for row in m.Target.objects.all()] == [50_000]


def test_targets_are_not_proposed_where_declined_or_standing_or_of_another(cast) -> None:
    aimed(cast, sales_units=40_000, sales_amount=1_300_000_000)
    lower, higher = suggested(cast, "target_lower"), suggested(cast, "target_raise")
    declined = {"at": AT, "outcome": lower.pk, "accept": False, "reason": "换岗"}
    assert act.answer_outcome(by=cast["hr"], **declined).proposals == ()
    cell = targets.Cell(
        "sales_units", "month", 202603, 60_000, person=lower.person_id, outlet=cast.outlet.pk
    )
    (other,) = target_proposals.propose(by=cast["lead"], at=AT, cells=[cell])
    answer = {"by": cast["hr"], "at": AT, "outcome": higher.pk, "accept": True}
    with pytest.raises(target_proposals.ProposedAlready):
        act.answer_outcome(**answer)
    assert suggested(cast, "target_raise").state == "suggested"
    target_proposals.withdraw(by=cast["lead"], at=AT, proposal=other)
    same = replace(cell, value=50_000)
    targets.set_cells(by=cast["manager"], at=AT, cells=[same])
    assert act.answer_outcome(**answer).proposals == ()
