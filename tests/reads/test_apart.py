"""Medians, windows, other months and what may not be cut, from facts to figures at every level."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest

from beginnings import begun
from cast import AT, Cast, load_pack
from cheji.engine.periods import month_key, week_key
from cheji.reads import kpis
from cheji.reads.cockpit import cockpit
from cheji.reads.kpis import By
from cheji.records import models as m

pytestmark = pytest.mark.django_db
MARCH = 202603


class Told:
    """Orders of Zhang and Li that closed in 2, 4 and 9 days, and a delivery of a year ago.

    The cast brings three consultants of the outlet.
    """

    def __init__(self) -> None:
        load_pack()
        self.cast = Cast()
        zhang, li = (self.cast.people[name].pk for name in ("zhang", "li"))
        for person, days in ((zhang, 2), (zhang, 4), (li, 9)):
            self.say("order_signed", date(2026, 3, 20), person, days=days)
        self.say("order_signed", date(2026, 3, 21), li)
        self.say("prospect_opened", date(2026, 3, 1), zhang, units=4)
        self.say("prospect_ordered", date(2026, 3, 21), zhang, days=20)
        self.say("prospect_ordered", date(2026, 5, 1), zhang, days=61)
        self.say("delivery", date(2025, 3, 10), zhang, units=2)
        self.say("delivery", date(2026, 3, 10), zhang, units=3)

    def say(
        self, kind: str, on: date, person: int, *, days: int | None = None, units: int = 1
    ) -> None:
        since = None if days is None else date.fromordinal(on.toordinal() - days)
        m.Fact.objects.create(
            kind=kind, on_date=on, since=since, week=week_key(on), month=month_key(on),
            since_week=since and week_key(since), since_month=since and month_key(since),
            outlet=self.cast.outlet.pk, person=person, quantity=units * 10_000, value=days or 0,
            source_kind="order", source=1, recorded_at=AT,
        )  # fmt: skip

    def figures(
        self, code: str, by: By, grain: str = "month", key: int = MARCH
    ) -> dict[str, object]:
        table = kpis.values(
            self.cast["manager"], kpis=[code], by=by, grain=grain, first=key, last=key
        )
        return {row.of.code: row.cells[0].value for row in table.rows}


@pytest.fixture
def told(db: None) -> Iterator[Told]:
    with begun(Told) as made:
        yield made


def test_the_outlets_median_is_that_of_all_its_peoples_orders(told: Told) -> None:
    """The order without a card has no days and is left out."""
    people = told.figures("cycle_days", "person")
    assert (people["ZHANG"], people["LI"]) == (3, 9)
    assert told.figures("cycle_days", "outlet")["N1"] == 4
    assert told.figures("cycle_days", "outlet", "quarter", 20261)["N1"] == 4


def test_windows_follow_the_cards_of_the_month(told: Told) -> None:
    found = [told.figures(f"cohort_close_{days}", "outlet")["N1"] for days in (7, 30, 90)]
    assert found == [0, Fraction(1, 4), Fraction(1, 2)]


def test_a_year_ago_is_read_by_month_and_has_no_value_by_week(told: Told) -> None:
    assert told.figures("delivery_yoy", "outlet")["N1"] == Fraction(1, 2)
    assert told.figures("delivery_yoy", "outlet", "quarter", 20261)["N1"] == Fraction(1, 2)
    assert told.figures("delivery_yoy", "outlet", "week", 202611)["N1"] is None


def test_the_first_screen_cuts_nothing_that_may_not_be_cut(told: Told) -> None:
    old = m.DefinitionVersion.objects.get(kind="kpi", code="orders")
    body = {**old.body, "not_by": ["person"]}
    m.DefinitionVersion.objects.create(
        kind="kpi", code="orders", valid_from=date(2026, 3, 1), body=body, digest="1" * 64,
        state="published",
    )  # fmt: skip
    manager, zhang = (cockpit(told.cast[name]) for name in ("manager", "zhang"))
    whole, own = (
        next(card.value for card in page.cards if card.kpi.code == "orders")
        for page in (manager, zhang)
    )
    assert (whole, own) == (3, None)
    place = [card.code for card in manager.under_kpis].index("orders")
    assert {row.cells[place].value for row in manager.under} == {None}


def test_what_may_not_be_cut_has_a_value_for_the_whole_alone(told: Told) -> None:
    assert told.figures("productivity", "outlet")["N1"] == 1
    assert set(told.figures("productivity", "person").values()) == {None}
