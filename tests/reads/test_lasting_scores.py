"""Which score the pay of a month goes by where the scheme is for quarters."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from appraisal_floor import Cycled
from cast import AT, R
from cheji.actions import appraisals as act
from cheji.reads.appraisals import final, month_of
from cheji.reads.kpis.ground import Ground, Slice
from cheji.records import models as m
from paying import FEBRUARY, LATER, MARCH, PLAN, Sold, calculated, closed, earned, planned

pytestmark = pytest.mark.django_db
LEFT_OUT = ("reviewing", "self", "peers")


def quarterly() -> None:
    """The handbook's scheme once more, for quarters alone."""
    scheme = m.DefinitionVersion.objects.get(kind="scheme", code="consultant_manual")
    scheme.pk, scheme.code = None, "quarterly"
    scheme.body = {**scheme.body, "code": "quarterly", "grains": ["quarter"]}
    scheme.save()


def quarter(cast, period: int, grade: str, *, applied: datetime | None = AT) -> Cycled:
    """A quarter's cycle in which calibration gave Zhang a grade."""
    cycled = Cycled(
        cast, name=str(period), grain="quarter", period=period, left_out=LEFT_OUT,
        schemes={"consultant": "quarterly"},
    )  # fmt: skip
    cycled.go("calibrating")
    act.calibrate(
        by=cast["region_head"], at=AT, cycle=cycled.id, person=cast.people["zhang"].pk,
        from_grade="D", to_grade=grade, why="季度评议",
    )  # fmt: skip
    cycled.publish()
    if applied:
        apply(cycled, applied)
    return cycled


def apply(cycled: Cycled, at: datetime) -> None:
    act.advance(by=cycled.over(), at=at, cycle=cycled.id, to="archived")
    act.apply(by=cycled.later("hr"), at=at, cycle=cycled.id)


def coefficient(cast, month: int, outlet: m.Unit | None = None) -> Fraction | None:
    """Of Zhang in the pay of a month; None where no cycle's result is his."""
    ground = Ground(cast["hr"])
    whose = Slice((outlet or cast.outlet).pk, cast.people["zhang"].pk)
    asked = month_of(ground, whose, month)
    card = final(asked, [whose], asked.catalogue.scheme("quarterly"))[whose]
    from_cycle = "from the appraisal cycle that was applied" in dict(card.reason.detail)["en"]
    return card.coefficient if from_cycle else None


def test_a_quarters_coefficient_is_that_of_the_months_after_it(cast) -> None:
    """Until a later one is applied; not of its own months, nor of a cycle that is not applied."""
    quarterly()
    quarter(cast, 20253, "A")
    assert [coefficient(cast, month) for month in (202509, 202510, 202602)] == [
        None, Fraction(6, 5), Fraction(6, 5),
    ]  # fmt: skip
    quarter(cast, 20254, "C")
    assert [coefficient(cast, month) for month in (202512, 202601, 202602)] == [
        Fraction(6, 5), Fraction(4, 5), Fraction(4, 5),
    ]  # fmt: skip
    assert coefficient(cast, 202702) is None  # more than a year later


def test_it_goes_with_who_moves_and_waits_for_being_applied(cast) -> None:
    quarterly()
    quarter(cast, 20253, "A")
    quarter(cast, 20254, "C", applied=None)
    posts = m.Post.objects.filter(person=cast.people["zhang"])
    posts.update(until=date(2026, 1, 1))
    m.Post.objects.create(
        person=cast.people["zhang"], unit=cast.sister, role=R.CONSULTANT, since=date(2026, 1, 1)
    )
    assert coefficient(cast, 202601, cast.sister) == Fraction(6, 5)


def test_one_that_is_applied_late_puts_right_the_months_after_the_quarter() -> None:
    """February was paid by no score of the quarter before; then Zhang's C, 80 %, is applied."""
    sold = Sold()
    cast, zhang, after = sold.cast, sold.cast.people["zhang"], LATER + timedelta(days=1)
    quarterly()
    planned(scheme="quarterly", components=[{**PLAN["components"][0], "coefficient": True}])
    cycled = quarter(cast, 20254, "C", applied=None)
    assert sum(fen for *_, fen in earned(closed(cast, FEBRUARY), zhang)) == 0
    apply(cycled, after)
    adjusted = calculated(cast, MARCH, at=after)
    assert earned(adjusted, zhang) == [("coefficient", "adjustment", 144_000)]
