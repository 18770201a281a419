"""Which periods a screen offers, and what a KPI of a month is called over a longer one."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from cast import AT, ON, Floor
from cheji.facts import post
from cheji.reads.kpis import earliest_month
from cheji.records.models import User
from cheji.records.visibility import viewer_of
from cheji.web.periods import keys_back
from cheji.web.wording import named_over, period_text

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("grain", "earliest", "keys"),
    [
        ("year", None, [2026, 2025, 2024]),
        ("year", 202512, [2026, 2025, 2024]),
        ("year", 202107, [2026, 2025, 2024, 2023, 2022, 2021]),
        ("quarter", 202601, [20264, 20263, 20262, 20261]),
        ("month", 202608, [202611, 202610, 202609, 202608]),
    ],
)
def test_periods_reach_as_far_as_the_facts(grain, earliest, keys):
    assert keys_back(TODAY, grain, 3, earliest) == keys


def test_a_date_typed_wrongly_does_not_make_the_list_endless():
    assert keys_back(TODAY, "year", 3, 190001)[-1] == 1996


def test_the_first_month_of_the_facts_in_scope(cast):
    def month(role):
        return earliest_month(viewer_of(User.objects.get(username=role), ON))

    assert month("manager") is None
    floor = Floor()
    for outlet, person, day in (
        (cast.outlet, "zhang", date(2022, 5, 3)),
        (cast.far, "wang", date(2019, 1, 2)),
    ):
        customer = floor.customer(outlet, cast.people[person])
        card = floor.prospect(customer, on=day)
        post("prospect", [card.pk], at=AT)
    assert (month("manager"), month("group_manager")) == (202205, 201901)


def test_a_kpi_of_the_month_is_of_the_year_in_a_year():
    kpi = SimpleNamespace(zh="本月展厅交车数", en="Showroom deliveries")
    with override("zh-hans"):
        names = [named_over(kpi, grain) for grain in ("month", "quarter", "half", "year")]
    assert names == ["本月展厅交车数", "本季展厅交车数", "本半年展厅交车数", "本年展厅交车数"]
    with override("en"):
        assert named_over(kpi, "year") == "Showroom deliveries"


def test_halves_of_a_year_are_named_as_people_say_them():
    with override("zh-hans"):
        assert [period_text("half", key) for key in (20261, 20262)] == [
            "2026年上半年", "2026年下半年",
        ]  # fmt: skip
