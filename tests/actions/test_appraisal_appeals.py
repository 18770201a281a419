"""Appeals against published results: who decides, what is put right, when it is too late."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction

from appraisal_floor import Cycled
from cast import AT
from cheji.actions import appraisals as act
from cheji.actions.appraisals import appealing, moving
from cheji.actions.deeds import NothingDiffers, SayWhy
from cheji.engine.reasons import plain
from cheji.engine.scores import replay, seal
from cheji.reads.appraisals.appeals import appeal as appeal_of
from cheji.records import models as m
from cheji.records.refusals import BadValue, NotFound, NotYours
from cheji.records.standing import standings

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 10)


@pytest.fixture
def cycled(cast):
    return Cycled(cast)


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


@pytest.mark.parametrize(
    ("right", "field"),
    [
        (act.Correction(ratings={"manager": [1_000_001]}), "rating_manager"),
        (act.Correction(ratings={"manager": [-1]}), "rating_manager"),
        (act.Correction(goals={"g1": 20_001}), "goal_g1"),
        (act.Correction(goals={"g1": -1}), "goal_g1"),
    ],
)
def test_nothing_is_put_right_beyond_what_could_be_given(cast, cycled, right, field) -> None:
    cycled.published()
    with pytest.raises(BadValue) as refusal:
        act.decide(
            by=cast["manager"], at=AT, appeal=asked(cast, cycled), how="upheld", decision="属实",
            correction=right,
        )  # fmt: skip
    assert refusal.value.place["field"] == field


def test_a_second_appeal_begins_with_what_the_first_left(cast, cycled) -> None:
    cycled.published()
    give = {"by": cast["manager"], "at": AT, "how": "upheld", "decision": "属实"}
    marks = []
    for mark in (1_000_000, 800_000):
        number = asked(cast, cycled)
        marks.append(appeal_of(cast["manager"], number).inputs.ratings)
        right = act.Correction(ratings={"manager": [mark]})
        act.decide(appeal=number, correction=right, **give)
        give["at"] = AT + timedelta(minutes=1)
        marks.append(appeal_of(cast["manager"], number).inputs.ratings)
    first, second = (
        (("manager", (mark,)), ("self", (800_000,))) for mark in (800_000, 1_000_000)
    )  # fmt: skip
    assert [sorted(one) for one in marks] == [sorted(one) for one in (first, first, second, second)]
    before, after = m.Adjustment.objects.order_by("id").values_list("before", "after")[0]
    assert m.Adjustment.objects.order_by("id").last().after == before != after


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
    with pytest.raises(moving.WindowOpen) as early:
        cycled.advance(to="archived")
    late = cycled.later("zhang")
    with pytest.raises(appealing.AppealsAreOver) as over:
        act.appeal(by=late, at=AT, appraisal=cycled.of("zhang").pk, item="teamwork", text="x")
    last = cycled.row.appeal_until - timedelta(days=1)
    assert early.value.place == over.value.place == {"last": last}
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


def test_a_late_appeal_is_taken_in_and_decided_by_two_and_changes_what_was_applied(cast, cycled):
    cycled.published()
    row, hr, head = cycled.of("zhang"), cycled.over(), cycled.later("region_head")
    late = {"at": AT, "appraisal": row.pk, "item": "teamwork", "text": "漏评", "why": "病假"}
    with pytest.raises(appealing.NotLateYet):
        act.take_late(by=cast["hr"], **late)
    with pytest.raises(act.OwnAppraisal):
        act.take_late(by=replace(cast["manager"], person=row.person_id, on=hr.on), **late)
    with pytest.raises(SayWhy):
        act.take_late(by=hr, **{**late, "why": " "})
    act.advance(by=hr, at=AT, cycle=cycled.id, to="archived")
    number = act.take_late(by=hr, **late).id
    with pytest.raises(moving.AppealsOpen):
        act.apply(by=cycled.later("finance"), at=AT, cycle=cycled.id)
    act.decide(by=head, at=AT, appeal=number, how="rejected", decision="无依据")
    act.apply(by=cycled.later("finance"), at=AT, cycle=cycled.id)
    again = act.take_late(by=hr, **late).id
    given = {"at": AT, "appeal": again, "how": "upheld", "decision": "属实"}
    right = act.Correction(ratings={"manager": [1_000_000]})
    with pytest.raises(act.OwnAppraisal):
        act.decide(by=hr, correction=right, **given)
    act.decide(by=head, correction=right, **given)
    held = standings(cycled.row)[row.person_id]
    rows = m.Outcome.objects.filter(person=row.person_id, rule=f"appeal_{again}").order_by("kind")
    assert [one.value for one in rows] == [
        {"coefficient": plain(held.coefficient)}, {"grade": held.grade},
    ]  # fmt: skip
