"""Whatever people do, in any order: states stay legal, and what is published stands."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appraisal_floor import Cycled
from beginnings import begun
from cast import AT, R, packed_cast, totals
from cheji.actions import appraisals as act
from cheji.engine.scores import replay, seal
from cheji.engine.scores.cycles import BEFORE, FINAL, ORDER, backward, onward
from cheji.records import models as m
from cheji.records.refusals import Refused

pytestmark = pytest.mark.django_db
NAMES = ("zhang", "li", "wang", "lead", "manager", "region_head", "group_manager", "hr")


def moved(cycled: Cycled) -> None:
    """Somebody changes his team in the middle of the period, or later."""
    cast = cycled.cast
    posts = m.Post.objects.filter(person=cast.people["li"], until=None, since__lt=date(2026, 2, 10))
    if posts.update(until=date(2026, 2, 10)):
        m.Post.objects.create(
            person=cast.people["li"], unit=cast.other_team, role=R.CONSULTANT,
            since=date(2026, 2, 10),
        )  # fmt: skip
    act.renew(by=cast["hr"], at=AT, cycle=cycled.id)


def late(cycled: Cycled) -> None:
    """A fact of the period comes in late, and a violation of it is reported."""
    cast = cycled.cast
    on = date(2026, 2, 3) + timedelta(days=m.DailyTotal.objects.count())
    totals(cast.outlet, on, cast.people["zhang"], visits=3)
    act.report_violation(
        by=cast["lead"], at=AT, outlet=cast.outlet.pk, person=cast.people["zhang"].pk,
        on_date=date(2026, 2, 4), code="kickback", text="x",
    )  # fmt: skip


def upheld(cycled: Cycled) -> None:
    zhang = cycled.of("zhang").pk
    made = act.appeal(by=cycled.cast["zhang"], at=AT, appraisal=zhang, item="teamwork", text="x")
    right = act.Correction(ratings={"manager": [990_000]})
    act.decide(
        by=cycled.cast["manager"], at=AT, appeal=made.id, how="upheld", decision="x",
        correction=right,
    )  # fmt: skip


def task_of(cycled: Cycled, *, done: bool) -> int:
    """A manager's task of the cycle's step, done or open; 0 without one."""
    rows = m.StepTask.objects.filter(
        appraisal__cycle=cycled.id, step=cycled.row.state, part="manager"
    )
    found = (rows.exclude(way="") if done else rows.filter(way="")).order_by("id").first()
    return found.pk if found else 0


def proven(cycled: Cycled) -> None:
    """The first violation that waits is decided against the person."""
    row = m.Violation.objects.filter(state__in=("reported", "heard")).order_by("id").first()
    give = {"by": cycled.cast["manager"], "at": AT, "violation": row.pk if row else 0}
    act.hear_violation(says="x", **give)
    act.decide_violation(proven=True, decision="x", **give)


DEEDS: dict[str, Any] = {
    "do": lambda cycled, _who: cycled.do_all(),
    "advance": lambda cycled, who: cycled.advance(by=who),
    "archive": lambda cycled, who: act.advance(
        by=cycled.later(who), at=AT, cycle=cycled.id, to="archived"
    ),
    "back": lambda cycled, who: act.step_back(by=cycled.cast[who], at=AT, cycle=cycled.id, why="x"),
    "publish": lambda cycled, who: cycled.publish(by=who),
    "apply": lambda cycled, who: act.apply(by=cycled.later(who), at=AT, cycle=cycled.id),
    "leave_out": lambda cycled, who: act.leave_out(
        by=cycled.cast[who], at=AT, appraisal=cycled.of("wang").pk, why="x"
    ),
    "moved": lambda cycled, _who: moved(cycled),
    "late": lambda cycled, _who: late(cycled),
    "upheld": lambda cycled, _who: upheld(cycled),
    "proven": lambda cycled, _who: proven(cycled),
    "delegate": lambda cycled, who: act.delegate(
        by=cycled.cast[who], at=AT, task=task_of(cycled, done=False),
        to=cycled.cast.people["manager"].pk, why="x",
    ),
    "reopen": lambda cycled, who: act.reopen(
        by=cycled.cast[who], at=AT, task=task_of(cycled, done=True), why="x"
    ),
    "skip": lambda cycled, who: act.skip(
        by=cycled.cast[who], at=AT, task=task_of(cycled, done=False), why="x"
    ),
}  # fmt: skip
LIFE = st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.sampled_from(NAMES)), max_size=12)
#: What brings a cycle far enough for the rest to matter.
BEGINNINGS = st.sampled_from(["draft", "self", "manager", "published"])


def legal(before: str, after: str, left_out: list[str]) -> bool:
    return after in (before, *onward(before, left_out), backward(before, left_out))


@settings(
    max_examples=14,
    derandomize=True,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(start=BEGINNINGS, life=LIFE)
def test_any_life_keeps_states_legal_and_published_results_as_they_are(start, life) -> None:
    with begun(packed_cast) as cast:
        cycled = Cycled(cast)
        if start == "published":
            cycled.published()
        else:
            cycled.go(start)
        left_out, stood = cycled.row.settings["left_out"], None
        for deed, who in life:
            before = cycled.row.state
            if before in FINAL:
                stood = stood or cycled.result()
            with suppress(Refused):
                DEEDS[deed](cycled, who)
            assert legal(before, cycled.row.state, left_out)
            if stood:
                assert cycled.result() == stood
        assert cycled.row.state in ORDER
        assert (cycled.row.state in BEFORE) == (not m.RunInput.objects.exists())
        for kept in m.RunInput.objects.all():
            assert seal(replay(kept.text)) == kept.outcome
