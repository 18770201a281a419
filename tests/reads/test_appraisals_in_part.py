"""Aims of joiners, leavers, movers and the absent: for the days that count, wherever they show."""

from datetime import date
from fractions import Fraction

import pytest

from appraisal_floor import Cycled
from cast import AT
from cheji.actions import appraisals as act
from cheji.reads.appraisals.figures import cycle_figures
from cheji.reads.appraisals.papers import paper_of
from cheji.reads.appraisals.standing import cards_now
from cheji.reads.appraisals.teams import terms_form
from cheji.records import models as m
from cheji.records.standing import standings

pytestmark = pytest.mark.django_db
SCALE = 10_000
LEFT_OUT = ("reviewing", "self", "peers", "calibrating")


def opened(cast, since: date | None = None) -> Cycled:
    """February, 28 days; Zhang joins on a day of it, or was there."""
    if since:
        m.Post.objects.filter(person=cast.people["zhang"]).update(since=since)
    return Cycled(cast, left_out=LEFT_OUT)


def card(cast, cycled: Cycled, who: str = "zhang"):
    """Targets and points by item, as the lead sees them live."""
    row = m.Appraisal.objects.select_related("cycle", "scheme").get(pk=cycled.of(who).pk)
    return {item.code: item for item in cards_now(cast["lead"], [row])[row.pk].items}


def test_targets_that_add_up_are_for_the_days_of_who_joins(cast) -> None:
    """14 of 28 days: 5 new customers instead of 10; a rate stays what it is."""
    cycled = opened(cast, date(2026, 2, 15))
    act.leave_out(by=cast["hr"], at=AT, appraisal=cycled.of("zhang").pk, why="")
    found, whole = card(cast, cycled), card(cast, cycled, "li")
    assert (found["new_customers"].target, whole["new_customers"].target) == (5, 10)
    assert (found["sat_rate"].target, whole["sat_rate"].target) == (Fraction(9, 10),) * 2
    told = {"days": 14, "of": 28, "whole": 10}
    assert found["new_customers"].reason.get("prorated") == told


def aim(of: str, cast, cycled: Cycled, item: str = "new_customers"):
    number = cycled.of("zhang").pk
    if of == "form":
        return next(one for one in terms_form(cast["lead"], number).aims if one.item == item)
    return next(one for one in paper_of(cast["zhang"], number).terms if one.item == item)


def test_the_terms_form_and_the_contract_say_for_how_many_days(cast) -> None:
    cycled = opened(cast, date(2026, 2, 12))
    m.Target.objects.create(
        person=cast.people["zhang"], outlet=cast.outlet, kpi="new_customers", grain="month",
        period=202602, value=14 * SCALE,
    )  # fmt: skip
    form, contract = aim("form", cast, cycled), aim("contract", cast, cycled)
    assert (form.days, form.suggested) == ((17, 28), Fraction("8.5"))
    assert form.usual == Fraction("6.07")  # as one would type it; scored exactly
    assert contract.target == Fraction(170, 28)
    assert contract.standard[-1] == ("目标按 17/28 天折算", "the target is for 17 of 28 days")
    assert aim("form", cast, cycled, "sat_rate").days is None


def test_what_was_agreed_is_cut_with_the_part_of_who_leaves(cast) -> None:
    """8 agreed for 28 days are 6 for 21; what the manager sets anew stays as he sets it."""
    cycled = opened(cast)
    cycled.advance()
    propose(cast, cycled, 8)
    assert card(cast, cycled)["new_customers"].target == 8
    m.Post.objects.filter(person=cast.people["zhang"]).update(until=date(2026, 2, 22))
    act.renew(by=cast["hr"], at=AT, cycle=cycled.id)
    assert card(cast, cycled)["new_customers"].target == 6
    assert aim("contract", cast, cycled).target == 6
    assert aim("form", cast, cycled).target == 6 * SCALE
    propose(cast, cycled, 8)
    assert card(cast, cycled)["new_customers"].target == 8


def propose(cast, cycled: Cycled, target: int) -> None:
    row = cycled.of("zhang")
    act.propose(
        by=cast["lead"], at=AT, appraisal=row.pk, version=row.version,
        terms=[act.Term("new_customers", target=target * SCALE)],
    )  # fmt: skip


def test_days_of_absence_are_taken_off_the_target_and_publishing_keeps_it(cast) -> None:
    cycled = opened(cast)
    absent = {"appraisal": cycled.of("zhang").pk, "days": 7, "why": "病假"}
    act.set_absence(by=cast["hr"], at=AT, **absent)
    cycled.go("manager")
    cycled.do_all()
    found = cycle_figures(cast["group_manager"], cycled.id)
    act.publish(
        by=cast["group_manager"], at=AT, cycle=cycled.id, figures=found.figures, mark=found.mark
    )
    reason = standings(cycled.row)[cast.people["zhang"].pk].reason
    item = next(part for part in reason["parts"] if part["code"] == "new_customers")
    assert Fraction(item["detail"]["target"]) == Fraction(15, 2)
    assert item["detail"]["prorated"] == {"days": 21, "of": 28, "whole": "10/1"}
