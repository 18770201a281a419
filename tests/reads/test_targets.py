"""Splits that add up, progress by the working calendar, what lies behind a target, and who sees."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import AT, Cast, totals
from cheji.actions import targets as actions
from cheji.actions.targets import Cell
from cheji.engine.periods import from_key
from cheji.reads import targets as reads
from cheji.reads.targets import Wanted, grid_of, lagging, progress, splits
from cheji.reads.targets.splits import How, key_of, shares
from cheji.records import models as m
from cheji.records.refusals import BadValue, NotFound

pytestmark = pytest.mark.django_db
YEAR = Wanted("deliveries", "N1", 2026)
MARCH = from_key("month", 202603)


def target(cast: Cast, value: int, who: str = "", /, **more: object) -> m.Target:
    """Deliveries of March 2026, in vehicles."""
    whose = {"person": cast.people[who], "outlet": cast.outlet} if who else {"unit": cast.outlet}
    values = {"kpi": "deliveries", "grain": "month", "period": 202603, "value": value * 10_000}
    return m.Target.objects.create(**{**values, **whose, **more})


def parts(found: splits.Shares) -> list[int]:
    return [share.kept // 10_000 for share in found.shares]


def delivered(cast: Cast, on: date, units: int, who: str = "") -> None:
    totals(cast.outlet, on, cast.people[who] if who else None, deliveries_walk_in=units)


# -- splits ------------------------------------------------------------------------------------


def test_a_year_goes_to_its_months_by_the_published_weights(cast) -> None:
    target(cast, 1000, grain="year", period=2026)
    weights = tuple(Fraction(n) for n in (7, 5, 9, 8, 8, 9, 8, 8, 10, 9, 9, 10))
    found = shares(cast["manager"], YEAR, How("weights", "time", weights))
    assert parts(found) == [70, 50, 90, 80, 80, 90, 80, 80, 100, 90, 90, 100]
    assert found.unassigned == ((2026, 0),)


def test_a_month_goes_to_people_and_the_reserve_is_a_row(cast) -> None:
    target(cast, 70)
    how = How("weights", weights=(Fraction(45), Fraction(35), Fraction(20)), reserve=Fraction(1, 7))
    found = shares(cast["manager"], YEAR, how)
    names = {f"p{person.pk}": name for name, person in cast.people.items()}
    given = {names.get(key_of(s.row), "reserve"): s.kept // 10_000 for s in found.shares}
    assert given == {"li": 27, "wang": 21, "zhang": 12, "reserve": 10}
    assert found.unassigned == ((202603, 0),)


def test_weeks_share_a_month_by_days_worked_inside_it(cast) -> None:
    m.WorkWeek.objects.create(unit=cast.group, weekdays="1111110")
    target(cast, 27, period=202610)
    weeks = Wanted("deliveries", "N1", 2026, "week", 202610)
    found = shares(cast["manager"], weeks, How("working_days", "time"))
    assert [(s.cell.period, s.kept // 10_000) for s in found.shares] == [
        (202640, 3), (202641, 6), (202642, 6), (202643, 6), (202644, 6),
    ]  # fmt: skip


def test_outlets_share_by_what_they_did_last_year(cast) -> None:
    target(cast, 30, unit=cast.north)
    totals(cast.outlet, date(2025, 3, 5), deliveries_walk_in=20)
    totals(cast.sister, date(2025, 3, 5), deliveries_walk_in=10)
    found = shares(cast["region_head"], Wanted("deliveries", "N", 2026), How("last_year"))
    assert parts(found) == [20, 10]


def test_months_share_by_the_season_of_three_years(cast) -> None:
    target(cast, 60, grain="year", period=2026)
    for year, month, units in ((2025, 1, 2), (2024, 1, 4), (2023, 12, 6), (2022, 6, 50)):
        delivered(cast, date(year, month, 5), units)
    found = shares(cast["manager"], YEAR, How("season", "time"))
    assert parts(found) == [30, *[0] * 10, 30]


def test_outlets_share_by_their_stock(cast) -> None:
    target(cast, 30, unit=cast.north)
    for place, outlet in enumerate((cast.outlet, cast.outlet, cast.sister)):
        m.Vehicle.objects.create(
            outlet=outlet, vin=f"V{place}", model="星越", stocked_on=date(2026, 1, 1)
        )
    m.Vehicle.objects.create(
        outlet=cast.sister, vin="V9", model="星越", stocked_on=date(2026, 1, 1),
        left_on=date(2026, 2, 1),
    )  # fmt: skip
    found = shares(cast["region_head"], Wanted("deliveries", "N", 2026), How("stock"))
    assert parts(found) == [20, 10]


def test_what_is_signed_or_locked_keeps_what_it_has(cast) -> None:
    target(cast, 30)
    target(cast, 12, "zhang", agreed_at=AT)
    found = shares(cast["manager"], YEAR, How("even"))
    assert (parts(found), found.unassigned) == ([9, 9], ((202603, 0),))
    m.TargetLock.objects.create(unit=cast.outlet, period=202603, made_at=AT)
    assert shares(cast["manager"], YEAR, How("even")).shares == ()


def test_the_year_above_a_locked_month_is_locked_with_it(cast) -> None:
    target(cast, 400, grain="year", period=2026)
    target(cast, 30)
    m.TargetLock.objects.create(unit=cast.outlet, period=202603, made_at=AT)
    for grain, month, locked in (
        ("month", 0, [False] * 2 + [True] + [False] * 9), ("quarter", 0, [True] + [False] * 3),
        ("half", 0, [True, False]), ("week", 202603, [True] * 6), ("week", 202604, [False] * 5),
    ):  # fmt: skip
        found = grid_of(cast["manager"], Wanted("deliveries", "N1", 2026, grain, month))
        assert [cell.locked for cell in found.parent.cells] == locked
        assert found.whole is None or found.whole.locked is True
    made = shares(cast["manager"], YEAR, How("even", "time"))
    assert 202603 not in {share.cell.period for share in made.shares}
    assert sum(parts(made)) == 400 - 30


def test_without_weights_all_stays_unassigned(cast) -> None:
    target(cast, 30)
    found = shares(cast["manager"], YEAR, How("last_year"))
    assert (set(parts(found)), found.unassigned) == ({0}, ((202603, 30),))


def test_a_rate_is_the_same_for_everybody(cast) -> None:
    target(cast, 0, kpi="new_conversion", value=2_000)
    found = shares(cast["manager"], Wanted("new_conversion", "N1", 2026), How("even"))
    assert [share.kept for share in found.shares] == [2_000] * 3


def test_what_does_not_fit_is_refused(cast) -> None:
    target(cast, 30)
    for how in (
        How("season"), How("stock", "time"), How("weights", weights=(Fraction(1),)),
        How("even", reserve=Fraction(1)), How("even", step=Fraction(0)), How("even", "time"),
    ):  # fmt: skip
        with pytest.raises(BadValue):
            shares(cast["manager"], YEAR, how)
    for who in ("zhang", "far_manager"):
        with pytest.raises(NotFound):
            shares(cast[who], YEAR, How("even"))


moves = st.lists(
    st.one_of(
        st.tuples(
            st.just("split"),
            st.sampled_from(["even", "last_year", "working_days"]),
            st.sampled_from([Fraction(0), Fraction(1, 10)]),
        ),
        st.tuples(
            st.sampled_from(["rebalance", "hand"]),
            st.sampled_from(["zhang", "li", "wang"]),
            st.integers(0, 40),
        ),
        st.tuples(st.just("parent"), st.just(""), st.integers(0, 60)),
    ),
    max_size=8,
)


@given(moves)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_children_reserve_and_the_rest_are_the_parent_after_any_sequence(cast, done) -> None:
    m.Target.objects.all().delete()
    set_(cast, Cell("deliveries", "month", 202603, 300_000, unit=cast.outlet.pk))
    for kind, what, number in done:
        _move(cast, kind, what, number)
        found = reads.grid_of(cast["manager"], YEAR)
        parent, gap = found.parent.cells[2].value, found.gaps[2]
        kept = m.Target.objects.filter(period=202603, kpi="deliveries")
        own = kept.get(unit=cast.outlet, reserve=False)
        given_ = sum(row.value for row in kept if row.pk != own.pk)
        assert parent == Fraction(own.value, 10_000)
        assert Fraction(given_, 10_000) + (gap or 0) == (parent if gap is not None else 0)
        if kind == "split" and what != "last_year":
            kept_back = sum(row.value for row in kept if row.reserve)
            assert gap == min(0, parent - Fraction(kept_back, 10_000))


def _move(cast: Cast, kind: str, what: str, number) -> None:
    if kind == "split":
        found = shares(cast["manager"], YEAR, How(what, reserve=number))
        set_(cast, *(cell_of(cast, share) for share in found.shares))
    elif kind == "parent":
        set_(cast, Cell("deliveries", "month", 202603, number * 10_000, unit=cast.outlet.pk))
    else:
        who = cast.people[what].pk
        grid = reads.grid_of(cast["manager"], YEAR)
        changed = {(f"p{who}", 202603): number * 10_000}
        siblings = splits.rebalanced(grid, changed) if kind == "rebalance" else []
        own = Cell(
            "deliveries", "month", 202603, number * 10_000, person=who, outlet=cast.outlet.pk
        )
        set_(cast, own, *(cell_of(cast, share) for share in siblings))


def cell_of(cast: Cast, share: splits.Share) -> Cell:
    whose = (
        {"person": share.row.of.id, "outlet": share.row.of.outlet}
        if share.row.of.kind == "person"
        else {"unit": share.row.of.id, "reserve": share.row.reserve}
    )
    return Cell("deliveries", "month", share.cell.period, share.kept, **whose)


def set_(cast: Cast, *cells: Cell) -> None:
    actions.set_cells(by=cast["manager"], at=AT, cells=cells)


def test_siblings_take_what_a_change_leaves(cast) -> None:
    target(cast, 70)
    for who, units in (("zhang", 14), ("li", 32), ("wang", 24)):
        target(cast, units, who)
    grid = reads.grid_of(cast["manager"], YEAR)
    changed = {(f"p{cast.people['li'].pk}", 202603): 400_000}
    given_ = {share.row.of.name: share.kept // 10_000 for share in splits.rebalanced(grid, changed)}
    assert given_ == {"王芳": 19, "张伟": 11}


# -- progress ----------------------------------------------------------------------------------


@pytest.fixture
def march(cast) -> Cast:
    """26 days worked in March 2026, and 17 of them gone on the 20th."""
    m.WorkWeek.objects.create(unit=cast.group, weekdays="1111110")
    return cast


def test_the_month_is_measured_against_the_days_worked(march) -> None:
    target(march, 60, base=500_000, stretch=700_000)
    delivered(march, date(2026, 3, 10), 31)
    found = progress.standings(march["manager"], unit="N1")
    (row,) = found.rows
    assert (found.days_gone, found.days) == (17, 26)
    done = row.progress
    assert (done.done, done.target, row.base, row.stretch) == (31, 60, 50, 70)
    assert (done.gap, done.pace, done.needed) == (
        Fraction(31, 60) - Fraction(17, 26), Fraction(31 * 26, 17), Fraction(29, 9),
    )  # fmt: skip
    assert row.behind is True


def test_a_month_that_always_comes_late_lands_by_last_years_shape(march) -> None:
    target(march, 60)
    for back in range(1, 19):
        place = 2026 * 12 + 2 - back
        late = date(place // 12, place % 12 + 1, 27)
        delivered(march, late.replace(day=3), 1)
        delivered(march, late, 9)
    delivered(march, date(2026, 3, 3), 2)
    (row,) = progress.standings(march["manager"], unit="N1").rows
    assert (row.landing.method, row.landing.value, row.landing.tested) == ("shape", 20, 6)


def test_a_rate_has_neither_time_nor_landing_and_a_past_month_no_landing(march) -> None:
    target(march, 0, kpi="new_conversion", value=2_000)
    (row,) = progress.standings(march["manager"], unit="N1").rows
    assert (row.progress.time_share, row.landing, row.behind) == (None, None, False)
    target(march, 10, period=202602)
    (row,) = progress.standings(march["manager"], unit="N1", period=202602).rows
    assert (row.progress.time_share, row.landing) == (1, None)


def test_the_limit_of_the_group_says_who_is_behind(march) -> None:
    target(march, 60)
    delivered(march, date(2026, 3, 10), 31)
    m.TargetLimit.objects.create(unit=march.group, behind=2_000)
    (row,) = progress.standings(march["manager"], unit="N1").rows
    assert row.behind is False


def test_orders_open_at_the_months_end_cover_the_next_months_target(march) -> None:
    totals(march.outlet, date(2026, 3, 5), orders_new=8)
    assert progress.standings(march["manager"], unit="N1").cover is None
    target(march, 16, period=202604)
    assert progress.standings(march["manager"], unit="N1").cover == Fraction(1, 2)


@pytest.mark.parametrize(
    ("grain", "period", "done", "gone", "days"),
    [("year", 2026, 31, 68, 313), ("quarter", 20261, 31, 68, 77), ("week", 202612, 31, 5, 6)],
)
def test_any_period_has_a_progress_of_its_own(march, grain, period, done, gone, days) -> None:
    target(march, 60, grain=grain, period=period)
    if grain == "week":
        m.Target.objects.filter(grain="week").update(within=202603, base=100_000)
        target(march, 4, grain="week", period=period, within=202604)
    delivered(march, date(2026, 3, 17), 31)
    found = progress.standings(march["manager"], unit="N1", grain=grain, period=period)
    (row,) = found.rows
    assert (row.progress.done, row.progress.days_gone, row.progress.days) == (done, gone, days)
    assert row.progress.target == (64 if grain == "week" else 60)
    assert (row.base, row.landing, found.cover, row.grain) == (None, None, None, grain)
    head = march["region_head"]
    told = progress.below(head, unit="N", kpi="deliveries", over=from_key(grain, period))
    assert [one.progress.target for one in told.rows if one.of.code == "N1"] == [
        row.progress.target
    ]


def test_a_quarter_without_its_own_target_sums_up_its_months(march) -> None:
    def goals(**asked) -> list[tuple[str, Fraction]]:
        found = progress.standings(march["manager"], unit="N1", **asked)
        return [(row.kpi.code, row.progress.target) for row in found.rows]

    quarter = {"grain": "quarter", "period": 20261}
    for month, value in ((202601, 20), (202602, 25)):
        target(march, value, period=month, base=value * 9_000)
        target(march, 0, period=month, kpi="new_conversion", value=2_000)
    assert goals(**quarter) == []
    target(march, 30, base=200_000)
    target(march, 0, kpi="new_conversion", value=2_000)
    assert goals(**quarter) == [("deliveries", 75)]
    (row,) = progress.standings(march["manager"], unit="N1", **quarter).rows
    assert (row.base, row.stretch) == (Fraction("60.5"), None)
    region = {"unit": "N", "kpi": "deliveries", "over": from_key("quarter", 20261)}
    below = progress.below(march["region_head"], **region)
    assert [(row.of.code, row.progress.target) for row in below.rows] == [("N1", 75)]
    target(march, 80, **quarter)
    assert goals(**quarter) == [("deliveries", 80)]


def test_a_model_is_measured_by_itself(march) -> None:
    from cast import Floor

    floor = Floor()
    for model in ("星越", "星越", "缤越"):
        order = floor.order(march.outlet, march.people["zhang"], on=date(2026, 3, 2), model=model)
        floor.delivery(order, on=date(2026, 3, 9))
    target(march, 4, model="星越")
    (row,) = progress.standings(march["manager"], unit="N1").rows
    assert (row.model, row.progress.done, row.progress.target) == ("星越", 2, 4)


def lagging_of(cast: Cast) -> list[tuple[str, str, str]]:
    found = lagging.behind(cast["operator"])
    return [(row.of.code, row.kpi.code, f"{row.grain} {row.model}".strip()) for row in found]


def test_all_who_lag_are_found_once_with_the_rest_left_alone(march) -> None:
    target(march, 60)
    target(march, 10, "zhang")
    target(march, 10, "li")
    target(march, 50, unit=march.group)
    target(march, 5, unit=march.team)
    target(march, 50, unit=march.other_team)
    delivered(march, date(2026, 3, 10), 9, "li")
    assert sorted(lagging_of(march)) == [
        ("G", "deliveries", "month"), ("N1", "deliveries", "month"),
        ("T2", "deliveries", "month"), ("ZHANG", "deliveries", "month"),
    ]  # fmt: skip


def test_any_period_and_a_model_may_lag_but_not_what_is_over_or_who_has_left(march) -> None:
    for grain, period in (("week", 202612), ("quarter", 20261), ("half", 20261), ("year", 2026)):
        target(march, 20, grain=grain, period=period)
    target(march, 4, model="星越")
    target(march, 4, period=202602)
    target(march, 4, "sister_consultant")
    assert sorted(grain for *_, grain in lagging_of(march)) == [
        "half", "month 星越", "quarter", "week", "year",
    ]  # fmt: skip


def test_less_is_better_is_behind_when_used_up_faster_than_time(march) -> None:
    target(march, 10, kpi="cancellations")
    totals(march.outlet, date(2026, 3, 3), cancelled=7)
    assert lagging_of(march) == []
    totals(march.outlet, date(2026, 3, 4), cancelled=1)
    assert lagging_of(march) == [("N1", "cancellations", "month")]


def test_a_rate_is_held_against_its_goal_once_half_of_the_time_is_gone(march) -> None:
    target(march, 0, kpi="new_conversion", value=5_000)
    assert lagging_of(march) == []
    totals(march.outlet, date(2026, 3, 3), intent_new=10, orders_new=1)
    (row,) = lagging.behind(march["operator"])
    assert (row.lag, row.progress.gap) == (Fraction(4, 5), None)
    early = replace(march["operator"], on=date(2026, 3, 14))
    assert lagging.behind(early) == []


def test_nobody_asks_more_for_many_than_for_one(march) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            lagging.behind(march["operator"])
        return len(seen)

    target(march, 60)
    target(march, 10, "zhang")
    asked()
    few = asked()
    for outlet in (march.sister, march.far):
        target(march, 9, unit=outlet)
    target(march, 9, "li")
    assert asked() == few


def test_those_below_come_in_pages(march) -> None:
    for who in ("zhang", "li", "wang"):
        target(march, 1, who)
    manager = march["manager"]
    pages = [
        progress.below(manager, unit="N1", kpi="deliveries", over=MARCH, page=n, size=2)
        for n in (1, 2, 9)
    ]
    seen = [([row.of.code for row in page.rows], page.page, page.count) for page in pages]
    assert seen == [(["LI", "WANG"], 1, 3), (["ZHANG"], 2, 3), (["ZHANG"], 2, 3)]


def test_those_below_are_measured_without_asking_for_each(march, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            progress.below(march["manager"], unit="N1", kpi="deliveries", over=MARCH)
        return len(seen)

    target(march, 1, "zhang")
    asked()
    one = asked()
    for who in ("li", "wang"):
        target(march, 1, who)
    assert asked() == one


@pytest.mark.parametrize("who", ["zhang", "lead", "manager", "region_head", "finance"])
def test_ones_own_progress_is_seen_by_those_who_see_the_figures(march, who) -> None:
    target(march, 10, "zhang")
    found = progress.standings(march[who], person="ZHANG")
    assert [row.progress.target for row in found.rows] == [10]


@pytest.mark.parametrize("who", ["li", "far_manager", "care", "administrator"])
def test_progress_of_others_is_not_there(march, who) -> None:
    target(march, 10, "zhang")
    with pytest.raises(NotFound):
        progress.standings(march[who], person="ZHANG")
