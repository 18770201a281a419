"""What an appeal shows of an item is what was frozen with its result."""

from fractions import Fraction

from cheji.engine.scores import Event, Given, Goal, given_from
from cheji.reads.appraisals.appeals import inputs_of
from engine.scheming import item


def test_a_work_goal_with_a_veto_beside_it():
    given = Given(
        ratings={"goals": {"manager": (Fraction(90),)}},
        goals={"goals": (Goal("g1", "陈列达标", Fraction(100), Fraction("0.8")),)},
        events=(
            Event("", "kickback", "violation:17"),
            Event("goals", "late", "violation:18", why_not="appeal_upheld"),
            Event("other", "late", "violation:19"),
        ),
    )
    found = inputs_of(item(code="goals", source="goals"), given_from(given.as_json()))
    assert found.goals == (("g1", "陈列达标", 8_000),)
    assert found.events == (
        ("violation:17", "kickback", ""),
        ("violation:18", "late", "appeal_upheld"),
    )
    assert found.ratings == (("manager", (900_000,)),)


def test_a_kpi_with_its_target():
    given = Given(values={"deliveries": Fraction(5)}, targets={"deliveries": Fraction(6)})
    found = inputs_of(item(code="deliveries"), given_from(given.as_json()))
    assert (found.value, found.target, found.events) == (50_000, 60_000, ())
