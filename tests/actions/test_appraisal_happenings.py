"""What the person says, what he is to improve, and who sees what is written about whom."""

from dataclasses import replace
from datetime import date

import pytest

from appraisal_floor import Cycled
from cast import AT, ON
from cheji.actions import appraisals as act
from cheji.actions.appraisals import developing
from cheji.actions.appraisals import violations as broken
from cheji.actions.deeds import SayWhy
from cheji.records import models as m
from cheji.records.refusals import BadValue, NotFound, NotYours
from cheji.records.visibility import of

pytestmark = pytest.mark.django_db


def test_the_person_speaks_for_himself_once_and_a_second_person_decides(cast) -> None:
    made = act.report_violation(
        by=cast["lead"], at=AT, outlet=cast.outlet.pk, person=cast.people["zhang"].pk, on_date=ON,
        code="kickback", text="收受红包",
    )  # fmt: skip
    for who in ("li", "lead", "manager"):
        with pytest.raises((act.NotYourPart, NotFound)):
            act.answer_violation(by=cast[who], at=AT, violation=made.id, says="没有")
    with pytest.raises(SayWhy):
        act.answer_violation(by=cast["zhang"], at=AT, violation=made.id, says=" ")
    act.answer_violation(by=cast["zhang"], at=AT, violation=made.id, says="已退还客户")
    row = m.Violation.objects.get(pk=made.id)
    assert (row.state, row.heard, row.decided_by) == ("heard", "张伟：已退还客户", None)
    act.hear_violation(by=cast["manager"], at=AT, violation=made.id, says="承认收过")
    row.refresh_from_db()
    assert row.heard.split("\n") == ["张伟：已退还客户", f"{cast['manager'].name}：承认收过"]
    act.decide_violation(
        by=cast["manager"], at=AT, violation=made.id, proven=False, decision="已退还"
    )
    with pytest.raises(broken.ViolationIsDecided):
        act.answer_violation(by=cast["zhang"], at=AT, violation=made.id, says="谢谢")


def test_an_improvement_is_agreed_from_above_and_ended_with_a_word(cast) -> None:
    cycled = Cycled(cast)
    mine = cycled.of("zhang").pk
    what = act.Improvement(
        "邀约话术每周演练一次", date(2026, 5, 31), "邀约到店率 25%", "visit_rate"
    )
    for who, refusal in (("zhang", NotYours), ("far_manager", NotFound), ("care", NotYours)):
        with pytest.raises(refusal):
            act.plan_development(by=cast[who], at=AT, appraisal=mine, what=what)
    with pytest.raises(BadValue):
        act.plan_development(
            by=cast["lead"], at=AT, appraisal=mine, what=replace(what, until=date(2026, 1, 1))
        )
    made = act.plan_development(by=cast["lead"], at=AT, appraisal=mine, what=what)
    with pytest.raises(SayWhy):
        act.end_development(by=cast["lead"], at=AT, development=made.id, done=True, note="")
    act.end_development(by=cast["manager"], at=AT, development=made.id, done=True, note="已达到")
    row = m.Development.objects.get(pk=made.id)
    assert (row.state, row.ended_on, row.ended_note) == ("done", ON, "已达到")
    with pytest.raises(developing.DevelopmentIsOver):
        act.end_development(by=cast["lead"], at=AT, development=made.id, done=False, note="x")


def test_what_is_written_about_people_above_outlets_is_seen_above_them(cast) -> None:
    """Somebody in post at a region is appraised too: those above him see it, he beside not."""
    head = cast.people["region_head"]
    place = {"outlet": cast.north, "person": head, "made_at": AT}
    m.Talk.objects.create(on_date=ON, kind="coaching", text="季度回顾", **place)
    m.Violation.objects.create(on_date=ON, code="kickback", text="x", **place)
    run = m.Run.objects.create(
        kind="score", outlet=cast.north, period=202602, definition="cycle:1", digest="d", mark=0,
        made_at=AT,
    )  # fmt: skip
    seen = {}
    for key in ("region_head", "group_manager", "hr", "manager", "far_manager"):
        scope = of(cast[key])
        rows = (scope.talks(), scope.violations(), scope.runs("score"))
        seen[key] = [rows_.count() for rows_ in rows]
    assert seen == {
        "region_head": [1, 1, 0], "group_manager": [1, 1, 1], "hr": [1, 1, 1],
        "manager": [0, 0, 0], "far_manager": [0, 0, 0],
    }  # fmt: skip
    assert run.outlet == cast.north
