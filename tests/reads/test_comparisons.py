"""Gaps by step, weak steps and published benchmarks, as the screens ask for them."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from cast import ON, R, account, load_pack, person, totals, unit
from cheji.reads import comparisons, kpis
from cheji.reads.definitions import catalogue
from cheji.reads.kpis.published import Series
from cheji.records import models as m
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import viewer_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 10)
MONTH = 202601
AT = datetime(2026, 3, 1, tzinfo=UTC)
#: visits, new cards, open cards, orders of new, of open, open orders, deliveries (domain §1.2.5).
M1 = {
    "zhang": (70, 45, 60, 12, 9, 8, 18),
    "li": (80, 48, 50, 9, 4, 7, 14),
    "wang": (50, 27, 40, 3, 2, 5, 9),
}
COUNTS = (
    "visits", "intent_new", "opening_prospects", "orders_new", "orders_open", "opening_orders",
    "deliveries_walk_in",
)  # fmt: skip


def fill(outlet, counts, who=None, on=DAY):
    given = dict(zip(COUNTS, counts, strict=True))
    opening = {name: given.pop(name) for name in ("opening_prospects", "opening_orders")}
    totals(outlet, on.replace(day=1), who, **opening)
    totals(outlet, on, who, **given)


@pytest.fixture
def cast(cast):
    for name, counts in M1.items():
        fill(cast.outlet, counts, cast.people[name])
    return cast


def gap(viewer, **asked):
    return comparisons.gap(viewer, period=asked.pop("period", MONTH), **asked)


def parts(found):
    return {step.kpi.code: step.part for step in found.steps}


def test_a_person_against_his_people(cast):
    found = gap(cast["manager"], funnel="orders", person="WANG")
    steps = {step.kpi.code: step for step in found.steps}
    assert (found.own.value, found.benchmark.value, found.gap) == (5, 13, -8)
    assert (steps["new_conversion"].worth, steps["open_conversion"].worth) == (Fraction("2.4"), 2)
    assert [step.kpi.code for step in found.steps if step.weakest] == ["new_conversion"]
    assert (found.adds_up, found.rest) == (True, 0)
    assert found.benchmark_column.outlets == 3


def test_every_step_opens_its_reason_and_says_its_cases(cast):
    found = gap(cast["manager"], funnel="orders", person="WANG")
    step = next(step for step in found.steps if step.weakest)
    assert (
        step.own.key == f"u{cast.outlet.pk}.p{cast.people['wang'].pk}:month:202601:new_conversion"
    )
    assert (step.sample, step.enough, step.known) == (27, True, True)


def test_a_month_against_the_one_before(cast):
    fill(cast.outlet, (10, 6, 0, 3, 0, 0, 2), on=date(2026, 2, 10))
    found = gap(cast["manager"], funnel="showroom", against="previous", period=202602)
    assert (found.own.value, found.benchmark.value) == (2, 41)
    assert found.benchmark_column.period == MONTH
    assert found.adds_up
    assert found.rest == 0


def test_what_a_rate_of_nothing_leaves_unsaid_stands_there_as_rest(cast):
    totals(cast.outlet, date(2026, 2, 10), deliveries_walk_in=4)
    found = gap(cast["manager"], funnel="showroom", against="previous", period=202602)
    assert (found.gap, found.rest) == (4 - 41, 4)
    assert [step.kpi.code for step in found.steps if not step.known] == [
        "document_rate", "order_rate", "order_delivery_rate",
    ]  # fmt: skip
    assert found.adds_up


def test_one_outlet_against_another_in_reach(cast):
    fill(cast.sister, (400, 320, 220, 75, 20, 40, 90))
    found = gap(cast["region_head"], funnel="pool", outlet="N1", against="N2")
    assert (found.own.value, found.benchmark.value, found.adds_up) == (41, 90, True)
    with pytest.raises(NotFound):
        gap(cast["manager"], outlet="N1", against="N2")


def test_a_gross_gap_is_split_into_units_and_gross_of_each(cast):
    found = gap(cast["manager"], funnel="gross", outlet="N1", against="previous")
    assert [step.kpi.code for step in found.steps] == ["deliveries_all", "gross_per_unit"]
    assert (found.gap, found.rest, found.adds_up) == (0, 0, True)  # nothing was priced


@pytest.mark.parametrize("asked", [{"funnel": "nothing"}, {"against": "S1"}, {"outlet": "S1"}])
def test_what_is_not_there_or_out_of_reach(cast, asked):
    with pytest.raises(NotFound):
        gap(cast["manager"], **asked)


def test_an_odd_question(cast):
    with pytest.raises(BadValue):
        gap(cast["manager"], period=202613)
    with pytest.raises(BadValue):
        gap(cast["manager"], against="people")


# -- what a consultant may learn of others -------------------------------------------------------


def others(cast, count, **counts):
    for number in range(count):
        who = person(f"O{number}", "同事", (R.CONSULTANT, cast.other_team))
        fill(cast.outlet, (10 + number, 6, 5, 3, 1, 0, 2), who)


def test_an_average_of_too_few_is_withheld_from_a_consultant(cast):
    found = gap(cast["zhang"], funnel="orders")
    assert (found.own.value, found.benchmark_column.withheld, found.steps) == (21, True, ())


def test_an_average_of_enough_is_given_to_a_consultant(cast):
    others(cast, 1)
    found = gap(cast["zhang"], funnel="orders")
    assert (found.benchmark_column.withheld, found.adds_up) == (False, True)
    assert found.benchmark.key == ""


def test_an_outlet_that_switched_rankings_off_gives_no_average(cast):
    others(cast, 1)
    m.RankingRule.objects.create(outlet=cast.outlet, mode="off", kpis=[])
    assert gap(cast["zhang"], funnel="orders").benchmark_column.withheld
    assert not gap(cast["manager"], funnel="orders", person="ZHANG").benchmark_column.withheld


def test_the_best_quarter_may_be_one_person_and_is_for_who_sees_the_outlet(cast):
    others(cast, 3)
    assert gap(cast["zhang"], funnel="orders", against="people_best").benchmark_column.withheld
    found = gap(cast["manager"], funnel="orders", person="WANG", against="people_best")
    assert (found.benchmark_column.outlets, found.benchmark.value) == (2, 17)  # 21 and 13


def test_a_lead_is_not_given_an_average_that_leaves_one_other(cast):
    found = comparisons.weak_spots(cast["lead"], outlet="N1/T1", period=MONTH)
    assert (found.against.withheld, [spot.of.code for spot in found.people]) == (
        True,
        ["LI", "ZHANG"],
    )
    assert [spot.steps for spot in found.people] == [(), ()]


# -- weak spots ----------------------------------------------------------------------------------


def test_the_weak_spots_of_an_outlet(cast):
    found = comparisons.weak_spots(cast["manager"], outlet="N1", period=MONTH)
    assert [(spot.of.code, spot.weakest and spot.weakest.kpi.code) for spot in found.people] == [
        ("LI", "open_conversion"), ("WANG", "new_conversion"), ("ZHANG", None),
    ]  # fmt: skip
    assert found.people[1].weakest.worth == Fraction("2.4")
    assert found.people[2].weakest is None
    rates = dict(zip((kpi.code for kpi in found.kpis), found.benchmark, strict=True))
    assert (rates["visits"], rates["new_conversion"]) == (Fraction(200, 3), Fraction(1, 5))
    for role in ("region_head", "group_manager"):  # of several outlets it begins with the first
        first = comparisons.weak_spots(cast[role], outlet="", period=MONTH)
        assert (first.of.code, first.people) == ("N1", found.people)


def test_a_rate_of_few_cases_is_nobodys_weak_spot(cast):
    fill(cast.outlet, (8, 4, 4, 0, 0, 0, 0), cast.people["far_consultant"])
    spots = comparisons.weak_spots(cast["manager"], outlet="N1", period=MONTH).people
    spot = next(spot for spot in spots if spot.of.code not in ("LI", "WANG", "ZHANG"))
    judged = {step.kpi.code: step.enough for step in spot.steps}
    assert judged == {
        "visits": True, "document_rate": True, "new_conversion": False,
        "prospects_open": False, "open_conversion": False,
    }  # fmt: skip
    assert spot.weakest is None


def test_weak_spots_are_read_in_as_many_queries_for_more_people(
    cast, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30) as few:
        comparisons.weak_spots(cast["manager"], outlet="N1", period=MONTH)
    others(cast, 5)
    with django_assert_max_num_queries(len(few)):
        comparisons.weak_spots(cast["manager"], outlet="N1", period=MONTH)


# -- outlets beyond reach, similar ones ----------------------------------------------------------


def group(sizes, brand="A"):
    top = unit("group", "GG")
    made = []
    for at, size in enumerate(sizes):
        region = unit("region", f"R{at}", top)
        for number in range(size):
            outlet = unit("outlet", f"R{at}O{number}", region)
            m.Unit.objects.filter(pk=outlet.pk).update(brand=brand if number else "A")
            fill(outlet, (100, 50, 20, 10 + number, 4, 3, 9 + at + number))
            made.append(outlet)
    return made


def manager_of(outlet):
    who = person(f"M{outlet.code}", "店长", (R.OUTLET_MANAGER, outlet))
    return viewer_of(account(who), ON)


def test_the_averages_and_the_best_are_those_of_the_sheet(db):
    load_pack()
    made = group([5, 4])
    viewer = manager_of(made[0])
    average = gap(viewer, funnel="showroom", against="nation")
    assert (average.benchmark_column.outlets, average.adds_up) == (9, True)
    assert average.benchmark.value == Fraction(sum((9, 10, 11, 12, 13, 10, 11, 12, 13)), 9)
    best = gap(viewer, funnel="showroom", against="nation_best")
    assert (best.benchmark.value, best.benchmark_column.of.name) == (13, "")


def test_similar_outlets_are_those_of_the_brand_and_size(db):
    load_pack()
    made = group([6, 6])
    found = gap(manager_of(made[0]), funnel="showroom", against="similar")
    assert (found.benchmark_column.withheld, found.benchmark_column.outlets) == (False, 11)


def test_similar_outlets_that_single_one_out_are_withheld(db):
    load_pack()
    made = group([6, 6])
    m.Unit.objects.filter(pk=made[-2].pk).update(brand="B")
    found = gap(manager_of(made[0]), funnel="showroom", against="similar")
    assert (found.benchmark_column.withheld, found.steps) == (True, ())


# -- the only outlet of a house ------------------------------------------------------------------


@pytest.fixture
def alone(db):
    """One outlet in a group: November of last year, October, and November up to the 10th."""
    load_pack()
    (outlet,) = group([1])
    for on, visits in (
        (date(2025, 3, 20), 40), (date(2025, 3, 21), 7), (date(2026, 2, 20), 30),
        (date(2026, 2, 28), 9), (date(2026, 3, 20), 50),
    ):  # fmt: skip
        totals(outlet, on, None, visits=visits)
    return manager_of(outlet)


def test_the_only_outlet_of_a_house_is_held_against_itself_before(alone):
    found = gap(alone, funnel="pool", period=202603)
    column = found.benchmark_column
    assert (found.ways, found.against) == (("previous", "last_year"), "last_year")
    assert (column.period, column.cut_short, column.of) == (202503, True, found.own_column.of)
    visits = {step.kpi.code: step for step in gap(alone, funnel="pool", period=202603).steps}
    assert visits == {step.kpi.code: step for step in found.steps}
    assert gap(alone, funnel="pool", period=202503).against == "previous"  # nothing is older


def test_a_month_that_runs_is_held_against_as_many_days(alone):
    for against, visits in (("last_year", 40), ("previous", 30)):
        found = gap(alone, funnel="showroom", against=against, period=202603)
        step = next(step for step in found.steps if step.kpi.code == "visits")
        assert (step.own.value, step.benchmark.value, step.benchmark.key) == (50, visits, "")
    whole = gap(alone, funnel="showroom", against="previous", period=202602)
    assert whole.benchmark_column.cut_short is False


def test_its_sheet_stands_beside_itself_before(alone):
    found = kpis.sheet(alone, code="kpi", year=2026, by="benchmark", month=202603)
    visits = next(line for line in found.lines if line.kpi.code == "visits")
    told = [(column.period, column.cut_short) for column in found.columns]
    assert told == [(202603, False), (202503, True), (202602, True)]
    assert [cell.value for cell in visits.cells] == [50, 40, 30]
    year = kpis.sheet(alone, code="kpi", year=2026, by="benchmark")
    visits = next(line for line in year.lines if line.kpi.code == "visits")
    assert [column.period for column in year.columns] == [2026, 2025]
    assert [cell.value for cell in visits.cells] == [189, 40]


# -- published -----------------------------------------------------------------------------------


def published(unit_, kpi, value, series="厂家通报", period=MONTH):
    return m.TypedBenchmark.objects.create(
        unit=unit_, series=series, period=period, kpi=kpi, value=value, source="2026年1月通报",
        how="typed", made_at=AT,
    )  # fmt: skip


def test_a_published_series_is_a_benchmark_with_its_source(cast):
    for kpi, value in {"visits": 250, "prospects_new": 150, "orders_from_new": 30,
                       "orders_from_open": 20, "deliveries": 45}.items():  # fmt: skip
        published(cast.group, kpi, value * 10_000)
    found = gap(cast["manager"], funnel="showroom", against="published:厂家通报")
    assert (found.own.value, found.benchmark.value, found.gap) == (41, 45, -4)
    assert (found.adds_up, found.rest) == (True, 0)
    column = found.benchmark_column
    assert (column.how, column.source, column.of.name) == ("typed", "2026年1月通报", "厂家通报")


def test_a_published_rate_stands_as_it_was_published(cast):
    published(cast.group, "deliveries", 450_000)
    published(cast.group, "visits", 2_500_000)
    published(cast.group, "document_rate", 6_500)
    found = gap(cast["manager"], funnel="showroom", against="published:厂家通报")
    steps = {step.kpi.code: step for step in found.steps}
    assert steps["document_rate"].benchmark.value == Fraction(13, 20)
    assert (steps["order_rate"].known, found.adds_up) == (False, True)


def test_months_of_which_one_is_not_published_have_no_published_value(cast):
    definitions, months = catalogue(date(2026, 2, 28)).ruling, (202601, 202602)
    rows = [published(cast.group, "visits", 2_500_000, period=month) for month in months]
    some, both = (Series(tuple(given)) for given in (rows[:1], rows))
    assert some.results(definitions, ["visits"], months)["visits"].value is None
    assert both.results(definitions, ["visits"], months)["visits"].value == 500


def test_published_figures_of_another_region_are_not_there(cast):
    published(cast.south, "deliveries", 450_000)
    with pytest.raises(NotFound):
        gap(cast["manager"], against="published:厂家通报")
    assert comparisons.published(cast["manager"]) == []
    assert [row.value for row in comparisons.published(cast["far_manager"])] == [45]
    assert comparisons.published(cast["administrator"]) == []


def test_the_list_says_who_published_what(cast):
    published(cast.north, "visits", 2_500_000)
    (row,) = comparisons.published(cast["manager"], unit="N", period=MONTH)
    assert (row.kpi, row.value, row.series, row.how, row.by) == (
        "visits",
        250,
        "厂家通报",
        "typed",
        "",
    )


def test_the_sheet_has_the_published_column_with_its_source(cast):
    published(cast.group, "visits", 2_500_000)
    published(cast.group, "prospects_new", 1_500_000)
    found = kpis.sheet(
        cast["manager"], code="kpi", year=2026, month=MONTH, by="benchmark", outlet="N1"
    )
    at = next(at for at, column in enumerate(found.columns) if column.how == "typed")
    shown = {line.kpi.code: line.cells[at].value for line in found.lines}
    assert (shown["visits"], shown["document_rate"]) == (250, Fraction(3, 5))
    assert shown["orders"] is None
    assert found.columns[at].source == "2026年1月通报"
