"""Violations that are decided after the publication, and those of people above outlets."""

from datetime import date
from typing import Any

import pytest

from appraisal_floor import Cycled
from cast import AT, Cast
from cheji.actions import appraisals as act
from cheji.actions.outlets import NotAtOutlet
from cheji.reads.appraisals.happenings import changed_by
from cheji.reads.appraisals.replays import replayed
from cheji.records import models as m
from cheji.records.refusals import NotFound
from cheji.records.standing import standings

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 10)


@pytest.fixture
def cycled(cast):
    return Cycled(cast).published()


def reported(cast: Cast, code: str, by: str = "lead", **more: Any) -> int:
    given = {"outlet": cast.outlet.pk, "person": cast.people["zhang"].pk, "on_date": DAY, **more}
    return act.report_violation(by=cast[by], at=AT, code=code, text="属实", **given).id


def decided(cast: Cast, number: int, by: str = "manager") -> m.Violation:
    act.hear_violation(by=cast[by], at=AT, violation=number, says="承认")
    act.decide_violation(by=cast[by], at=AT, violation=number, proven=True, decision="属实")
    return m.Violation.objects.get(pk=number)


def of_zhang(made: Cycled) -> Any:
    return standings(made.row)[made.cast.people["zhang"].pk]


def test_a_violation_decided_later_adjusts_the_result_and_can_be_appealed(cast, cycled) -> None:
    kept, before = cycled.result(), of_zhang(cycled)
    row = decided(cast, reported(cast, "phone"))
    (made,) = row.adjustments.all()
    after = of_zhang(cycled)
    assert (after.adjusted, made.appeal, made.appraisal) == (True, None, cycled.of("zhang"))
    assert after.total < before.total
    seen = changed_by(cast["zhang"], row.pk)
    assert [(one.before, one.after) for one in seen] == [(before.total, after.total)]
    assert changed_by(cast["far_manager"], row.pk) == []
    assert cycled.result() == kept
    assert [one.broken for one in replayed(cast["operator"])] == [()]
    number = act.appeal(
        by=cast["zhang"], at=AT, appraisal=made.appraisal_id, item="discipline", text="当日休假"
    ).id
    act.decide(
        by=cast["region_head"], at=AT, appeal=number, how="upheld", decision="查实休假",
        correction=act.Correction(dismiss=[f"violation:{row.pk}"]),
    )  # fmt: skip
    assert of_zhang(cycled).total == before.total
    assert [one.broken for one in replayed(cast["operator"])] == [()]


def test_a_veto_decided_once_the_cycle_is_applied_changes_the_coefficient(cast, cycled) -> None:
    act.advance(by=cycled.over(), at=AT, cycle=cycled.id, to="archived")
    act.apply(by=cycled.later("hr"), at=AT, cycle=cycled.id)
    row = decided(cast, reported(cast, "kickback"))
    told = m.Outcome.objects.filter(rule=f"violation_{row.pk}", kind="coefficient").get()
    assert (told.state, told.value) == ("accepted", {"coefficient": "0/1"})
    assert of_zhang(cycled).coefficient == 0


def test_what_no_published_result_knows_adjusts_none(cast, cycled) -> None:
    """Outside the period, dismissed, or of another cycle that is not published."""
    assert not decided(cast, reported(cast, "phone", on_date=date(2026, 3, 2))).adjustments.all()
    number = reported(cast, "phone")
    act.decide_violation(by=cast["manager"], at=AT, violation=number, proven=False, decision="无")
    assert m.Adjustment.objects.count() == 0
    assert not of_zhang(cycled).adjusted


def test_people_at_a_region_are_reported_and_decided_from_above(cast) -> None:
    north = {"outlet": cast.north.pk, "person": cast.people["region_head"].pk}
    finance = {**north, "person": cast.people["finance"].pk}
    for by, about, refusal in (
        ("manager", north, NotFound), ("region_head", finance, NotFound),
        ("far_manager", finance, NotFound),
        ("hr", {**north, "person": cast.people["zhang"].pk}, NotAtOutlet),
    ):  # fmt: skip
        with pytest.raises((refusal, NotFound)):
            reported(cast, "kickback", by, **about)
    number = reported(cast, "kickback", "hr", **north)
    told = m.Message.objects.filter(kind="violations.reported").values_list("person", flat=True)
    people = (cast.people[key].pk for key in ("region_head", "group_manager"))
    assert set(told) == set(people)
    for by in ("hr", "region_head", "manager"):
        with pytest.raises((act.OwnAppraisal, NotFound)):
            decided(cast, number, by)
    assert decided(cast, number, "group_manager").state == "decided"
