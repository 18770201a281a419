"""The source's worked figures come out of posted daily totals, line by line."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from cast import totals
from cheji.reads import kpis
from cheji.reads.cockpit import cockpit
from cheji.records import models as m
from cheji.records.refusals import BadValue, NotFound

pytestmark = pytest.mark.django_db

M1 = [
    60000,
    200,
    300,
    120,
    150,
    24,
    15,
    20,
    41,
    Fraction(3, 5),
    39,
    59,
    Fraction(1, 10),
    Fraction(1, 5),
    Fraction(41, 59),
]
M2 = [
    54000,
    180,
    300,
    117,
    185,
    26,
    20,
    16,
    44,
    Fraction(13, 20),
    46,
    62,
    Fraction(20, 185),
    Fraction(26, 117),
    Fraction(44, 62),
]


def figures(sheet, column):
    return [line.cells[column].value for line in sheet.lines]


def m1(outlet, month=1, who=None, **also):
    """The M1 counts on the second day of the month, opening balances before it."""
    counts = {
        "ad_spend": 6_000_000,
        "visits": 200,
        "intent_new": 120,
        "orders_new": 24,
        "orders_open": 15,
        "deliveries_walk_in": 41,
        "opening_prospects": 150,
        "opening_orders": 20,
    }
    totals(outlet, date(2026, month, 1), who, **{**counts, **also})


def two_months(outlet):
    m1(outlet, lost=46, cancelled=2)
    totals(
        outlet,
        date(2026, 2, 10),
        ad_spend=5_400_000,
        visits=180,
        intent_new=117,
        orders_new=26,
        orders_open=20,
        deliveries_owner=44,
    )


def test_two_months_roll_forward_to_the_sources_figures(cast):
    two_months(cast.outlet)
    sheet = kpis.sheet(cast["manager"], code="kpi", year=2026, outlet="N1")
    assert figures(sheet, 0) == M1
    assert figures(sheet, 1) == M2
    assert sheet.holds
    assert [i.sides[0].difference for i in sheet.identities] == [0, 0, 0, 0]


def test_month_on_month_is_points_for_rates_and_relative_for_counts(cast):
    two_months(cast.outlet)
    sheet = kpis.sheet(cast["manager"], code="kpi", year=2026, outlet="N1")
    lines = {line.kpi.code: line.cells[1].mom for line in sheet.lines}
    assert lines["document_rate"] == Fraction(5, 100)
    assert lines["visits"] == Fraction(-20, 200)
    assert sheet.lines[0].cells[1].yoy is None


def test_year_column_takes_ratios_of_sums_and_opening_stocks(cast):
    two_months(cast.outlet)
    sheet = kpis.sheet(cast["manager"], code="kpi", year=2026, outlet="N1")
    year = {line.kpi.code: line.cells[-1].value for line in sheet.lines}
    assert sheet.columns[-1].grain == "year"
    assert year["prospects_open"] == 150
    assert year["orders_open"] == 20
    assert year["deliveries"] == 85
    # January to March have begun; March opens with 185 + 117 - 46 = 256.
    assert year[codes(sheet)[12]] == Fraction(35, 150 + 185 + 256)


def test_two_months_conversion_is_the_ratio_of_sums(cast):
    two_months(cast.outlet)
    end_of_february = replace(cast["manager"], on=date(2026, 2, 28))
    sheet = kpis.sheet(end_of_february, code="kpi", year=2026, outlet="N1")
    assert sheet.lines[12].cells[-1].value == Fraction(35, 335)
    opened = kpis.reason(end_of_february, sheet.lines[12].cells[-1].key)
    assert opened.value == Fraction(35, 335)


def test_months_that_have_not_begun_show_nothing(cast):
    two_months(cast.outlet)
    sheet = kpis.sheet(cast["manager"], code="kpi", year=2026, outlet="N1")
    assert figures(sheet, 3) == [None] * 15
    assert sheet.lines[1].cells[2].value == 0


def test_empty_month_has_counts_of_zero_and_no_rates(cast):
    sheet = kpis.sheet(cast["manager"], code="kpi", year=2026, outlet="N1", month=None)
    empty = [0, 0, None, 0, 0, 0, 0, 0, 0, None, 0, 0, None, None, None]
    assert figures(sheet, 0) == empty


@pytest.mark.parametrize("year", [0, 1, 9999])
def test_a_year_that_has_none_before_or_after_it_is_refused(cast, year):
    with pytest.raises(BadValue):
        kpis.sheet(cast["manager"], code="kpi", year=year, outlet="N1")


def test_average_columns_are_ratios_of_averaged_inputs(cast):
    m1(cast.outlet)
    three = [(20000, 50, 20, 60, 2, 9, 5, 12), (90000, 400, 300, 220, 75, 20, 40, 90)]
    for outlet, (ads, visits, new, opening, first, carried, backlog, done) in zip(
        (cast.sister, cast.far), three, strict=True
    ):
        m1(
            outlet,
            ad_spend=ads * 100,
            visits=visits,
            intent_new=new,
            opening_prospects=opening,
            orders_new=first,
            orders_open=carried,
            opening_orders=backlog,
            deliveries_walk_in=done,
        )
    sheet = kpis.sheet(
        cast["manager"], code="kpi", year=2026, outlet="N1", by="benchmark", month=202601
    )
    kinds = [column.of.kind for column in sheet.columns]
    assert kinds == ["outlet", "nation_average", "region_average", "nation_best", "region_best"]
    assert figures(sheet, 0) == M1
    average = {line.kpi.code: line.cells[1].value for line in sheet.lines}
    assert average["cost_per_visit"] == Fraction(170000, 650)
    assert average["document_rate"] == Fraction(440, 650)
    assert [round(float(average[c]) * 100, 2) for c in codes(sheet)[-3:]] == [10.23, 22.95, 68.1]
    # The region has two outlets, one of them out of reach: neither average nor best is given.
    # Nor is the best of the nation: with it the average would give the third outlet.
    assert [column.withheld for column in sheet.columns] == [False, False, True, True, True]
    assert [figures(sheet, column) for column in (2, 3, 4)] == [[None] * 15] * 3
    whole = kpis.sheet(
        cast["group_manager"], code="kpi", year=2026, outlet="N1", by="benchmark", month=202601
    )
    assert whole.lines[8].cells[3].value == 90


def codes(sheet):
    return [line.kpi.code for line in sheet.lines]


def test_consultants_and_nobody_add_up_to_the_outlet(cast):
    totals(cast.outlet, date(2026, 1, 1), ad_spend=6_000_000)
    people = {
        "zhang": (70, 45, 60, 12, 9, 8, 18),
        "li": (80, 48, 50, 9, 4, 7, 14),
        "wang": (50, 27, 40, 3, 2, 5, 9),
    }
    for key, (visits, new, opening, first, carried, backlog, done) in people.items():
        totals(
            cast.outlet,
            date(2026, 1, 1),
            cast.people[key],
            visits=visits,
            intent_new=new,
            opening_prospects=opening,
            orders_new=first,
            orders_open=carried,
            opening_orders=backlog,
            deliveries_walk_in=done,
        )
    sheet = kpis.sheet(
        cast["manager"], code="kpi", year=2026, outlet="N1", by="consultant", month=202601
    )
    assert [c.of.name for c in sheet.columns] == ["李娜", "王芳", "张伟", "", "北一店"]
    assert [c.of.kind for c in sheet.columns][-2:] == ["unassigned", "outlet"]
    assert figures(sheet, 4) == M1
    rates = {line.kpi.code: [cell.value for cell in line.cells] for line in sheet.lines}
    assert rates["open_conversion" if "open_conversion" in rates else codes(sheet)[12]][:3] == [
        Fraction(4, 50),
        Fraction(2, 40),
        Fraction(9, 60),
    ]
    additive = [line.adds_up for line in sheet.lines]
    assert additive.count(True) == 9  # advertising spend has no meaning by person
    assert False not in additive


def test_a_consultant_has_his_own_column_and_not_the_outlets(cast):
    two_months(cast.outlet)
    totals(cast.outlet, date(2026, 1, 5), cast.people["zhang"], visits=7)
    totals(cast.outlet, date(2026, 1, 5), cast.people["li"], visits=9)
    own = kpis.sheet(cast["zhang"], code="kpi", year=2026)
    assert own.of.name == "张伟"
    assert own.lines[1].cells[0].value == 7
    for asked in ({"outlet": "N1"}, {"outlet": "N1", "by": "consultant"}, {"person": "LI"}):
        with pytest.raises(NotFound):
            kpis.sheet(cast["zhang"], code="kpi", year=2026, **asked)
    with pytest.raises(NotFound):
        kpis.sheet(cast["zhang"], code="kpi", year=2026, by="benchmark")


def test_a_team_lead_has_the_teams_sheet(cast):
    for key, visits in (("zhang", 7), ("li", 9), ("wang", 11)):
        totals(cast.outlet, date(2026, 1, 5), cast.people[key], visits=visits)
    sheet = kpis.sheet(
        cast["lead"], code="kpi", year=2026, outlet="N1/T1", by="consultant", month=202601
    )
    assert [cell.value for cell in sheet.lines[1].cells] == [9, 7, 0, 16]
    with pytest.raises(NotFound):
        kpis.sheet(cast["lead"], code="kpi", year=2026, outlet="N1/T2")
    with pytest.raises(NotFound):
        kpis.sheet(cast["lead"], code="kpi", year=2026, person="WANG")


def test_a_running_month_is_compared_with_as_many_days(cast):
    """On 10 February, January counts up to the 10th; a month that is over counts whole."""
    for day, count in ((date(2026, 1, 5), 4), (date(2026, 1, 20), 6), (date(2026, 2, 5), 8)):
        totals(cast.outlet, day, visits=count)
    running = replace(cast["manager"], on=date(2026, 2, 10))
    card = cockpit(running).cards[0]
    assert (card.kpi.code, card.value, card.previous, card.mom) == ("visits", 8, 4, 1)
    over = cockpit(replace(running, on=date(2026, 3, 2)), period=202602).cards[0]
    assert (over.value, over.previous) == (8, 10)
    cells = kpis.sheet(running, code="kpi", year=2026, outlet="N1").lines[1].cells
    assert (cells[1].value, cells[1].mom) == (8, 1)


def test_a_running_year_is_compared_with_as_many_days_of_the_last(cast):
    """On 10 February: last year's January whole, its February up to the 10th."""
    for day, count in (
        (date(2025, 1, 20), 3), (date(2025, 2, 10), 1), (date(2025, 2, 11), 9),
        (date(2026, 1, 20), 6), (date(2026, 2, 5), 2),
    ):  # fmt: skip
        totals(cast.outlet, day, visits=count)
    running = replace(cast["manager"], on=date(2026, 2, 10))
    line = kpis.sheet(running, code="kpi", year=2026, outlet="N1").lines[1]
    year, february = line.cells[-1], line.cells[1]
    assert (year.value, year.last_year, year.yoy) == (8, 4, 1)
    assert (february.last_year, february.yoy, february.mom) == (1, 1, None)
    assert [*map(int, line.trend)] == [1 + 9, *[0] * 10, 6, 2]


def test_figures_are_lit_by_the_house_or_by_the_definition(cast):
    """Counts by an outlet's whole months alone, rates always; the house's limits come first."""
    two_months(cast.outlet)
    sheet = kpis.sheet(cast["manager"], code="kpi", year=2026, outlet="N1")
    lights = {line.kpi.code: [line.cells[at].light for at in (0, 2, -1)] for line in sheet.lines}
    # 200 visits against 130 and 180; March runs. Deliveries 41/59 against 75 %.
    assert lights["visits"] == ["good", "", ""]
    assert lights["document_rate"] == ["", "", ""]
    m.KpiLimit.objects.create(kpi="document_rate", low=6_000, good=6_500)
    sheet = kpis.sheet(cast["manager"], code="kpi", year=2026, outlet="N1")
    assert [sheet.lines[9].cells[at].light for at in (0, 1, -1)] == ["warn", "good", "warn"]
