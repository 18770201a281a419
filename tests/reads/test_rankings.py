"""Rankings: ties, bands and ramps; and that a nameless one tells a consultant of nobody."""

from datetime import date
from fractions import Fraction

import pytest

from cast import R, person, totals
from cheji.reads import comparisons
from cheji.records import models as m
from cheji.records.refusals import BadValue, NotFound

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)
MONTH = 202603


@pytest.fixture
def cast(cast):
    for name, sold in {"zhang": 7, "li": 9, "wang": 7}.items():
        totals(cast.outlet, DAY, cast.people[name], deliveries_walk_in=sold, intent_new=20)
    return cast


def rule(cast, mode, **more):
    given = {"kpis": ["deliveries", "document_rate"], "least": 5, "ramp": [], **more}
    m.RankingRule.objects.update_or_create(outlet=cast.outlet, defaults={"mode": mode, **given})


def join(cast, count, since=date(2020, 1, 1)):
    for number in range(count):
        who = person(f"J{number}", f"新人{number}", (R.CONSULTANT, cast.other_team), since=since)
        totals(cast.outlet, DAY, who, deliveries_walk_in=1 + number, visits=7, intent_new=3)


def rows(found):
    return [
        [(row.of.code if row.of else "", row.rank, row.cell.value) for row in board.rows]
        for board in found.boards
    ]


def board(viewer, **asked):
    return comparisons.ranking(viewer, outlet="N1", period=MONTH, **asked)


def test_a_manager_sees_everybody_with_ties(cast):
    assert rows(board(cast["manager"])) == [[("LI", 1, 9), ("ZHANG", 2, 7), ("WANG", 2, 7)]]


def test_without_a_rule_each_sees_himself_alone(cast):
    join(cast, 2)
    found = board(cast["zhang"])
    assert (found.mode, rows(found)) == ("self", [[("ZHANG", 2, 7)]])
    assert found.boards[0].rows[0].mine


def test_names_stand_where_the_outlet_shows_them(cast):
    rule(cast, "named")
    found = board(cast["zhang"])
    assert rows(found) == [[("LI", 1, 9), ("ZHANG", 2, 7), ("WANG", 2, 7)]]
    assert [row.cell.key != "" for row in found.boards[0].rows] == [False, True, False]


def test_off_is_off_for_consultants_alone(cast):
    rule(cast, "off")
    with pytest.raises(NotFound):
        board(cast["zhang"])
    assert len(rows(board(cast["manager"]))[0]) == 3


@pytest.mark.parametrize("role", ["far_manager", "far_consultant", "care", "administrator"])
def test_an_outlet_elsewhere_has_no_ranking(cast, role):
    rule(cast, "named")
    with pytest.raises(NotFound):
        board(cast[role])


def test_a_kpi_that_the_outlet_does_not_rank_is_not_there(cast):
    rule(cast, "named")
    with pytest.raises(NotFound):
        board(cast["zhang"], kpi="gross")
    assert board(cast["manager"], kpi="gross").kpi.code == "gross"


# -- a nameless ranking tells of nobody ----------------------------------------------------------


def leaks(found, cast, but):
    """What in an answer belongs to one colleague: number, name, id in a key."""
    text = repr(found)
    others = m.Person.objects.exclude(pk=cast.people[but].pk)
    return [
        one.number
        for one in others
        if one.number in text or f"'{one.name}'" in text or f".p{one.pk}:" in text
    ]


def test_a_nameless_ranking_names_the_own_row_alone(cast):
    rule(cast, "anonymous")
    join(cast, 2)
    found = board(cast["zhang"])
    assert rows(found) == [[("", 1, 9), ("ZHANG", 2, 7), ("", 2, 7), ("", 4, 2), ("", 5, 1)]]
    assert leaks(found, cast, "zhang") == []
    hidden = [row for row in found.boards[0].rows if row.of is None]
    assert {(row.cell.key, row.sample, row.counted, row.light, row.mine) for row in hidden} == {
        ("", None, None, "", False)
    }
    rule(cast, "named")
    assert "LI" in leaks(board(cast["zhang"]), cast, "zhang")  # the test can fail


def test_too_few_others_are_not_shown_nor_is_the_place_among_them(cast):
    rule(cast, "anonymous")
    found = board(cast["zhang"])
    assert rows(found) == [[("ZHANG", None, 7)]]
    assert (found.boards[0].withheld, found.boards[0].of, found.boards[0].rows[0].why) == (
        True, 0, "too_few",
    )  # fmt: skip


def test_groups_cannot_be_taken_from_the_whole(cast):
    """One new starter: all rows less those of the old hands would be his."""
    rule(cast, "anonymous")
    join(cast, 3)
    join_new = person("N1X", "刚来", (R.CONSULTANT, cast.other_team), since=date(2026, 2, 1))
    totals(cast.outlet, DAY, join_new, deliveries_walk_in=2)
    assert len(rows(board(cast["zhang"]))[0]) == 7
    assert rows(board(cast["zhang"], group="tenure")) == [[], [("ZHANG", None, 7)]]
    assert [len(part) for part in rows(board(cast["manager"], group="tenure"))] == [1, 6]


def test_a_model_would_tell_who_sold_it(cast):
    rule(cast, "anonymous")
    join(cast, 2)
    with pytest.raises(NotFound):
        board(cast["zhang"], model="星越")
    assert board(cast["manager"], model="星越").boards[0].of == 5


def test_parts_of_a_unit_would_tell_of_a_new_starter(cast):
    rule(cast, "anonymous", ramp=[30, 60, 80])
    join(cast, 3, since=date(2026, 2, 20))
    shown = [row.cell.value for row in board(cast["zhang"]).boards[0].rows]
    assert shown == [9, 7, 7, 5, 3, 2]  # 3, 2 and 1 at 60 %: 5, 3.33, 1.67
    (full,) = board(cast["manager"]).boards
    assert [row.counted for row in full.rows if row.counted is not None] == [
        5, Fraction(10, 3), Fraction(5, 3),
    ]  # fmt: skip


def test_who_left_in_the_month_stays_in_its_ranking(cast):
    rule(cast, "anonymous")
    join(cast, 2)
    before = rows(board(cast["zhang"]))
    m.Post.objects.filter(person=cast.people["li"]).update(until=date(2026, 3, 18))
    assert rows(board(cast["zhang"])) == before


def test_a_lead_sees_his_team_and_the_others_as_the_outlet_decides(cast):
    rule(cast, "anonymous")
    join(cast, 2)
    found = rows(board(cast["lead"]))
    assert found == [[("LI", 1, 9), ("ZHANG", 2, 7), ("", 2, 7), ("", 4, 2), ("", 5, 1)]]


# -- rates, the wall, outlets ----------------------------------------------------------------------


def test_a_rate_of_few_cases_has_no_place(cast):
    rule(cast, "named", least=8)
    join(cast, 1)
    totals(cast.outlet, date(2026, 3, 11), cast.people["zhang"], visits=40)
    found = board(cast["manager"], kpi="document_rate")
    assert [(row.of.code, row.rank, row.why) for row in found.boards[0].rows] == [
        ("ZHANG", 1, ""), ("LI", None, "no_value"), ("WANG", None, "no_value"),
        ("J0", None, "small_sample"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "codes"), [("named", {"LI", "WANG", "ZHANG"}), ("anonymous", {""})]
)
def test_the_wall_has_names_only_where_the_outlet_shows_them(cast, mode, codes):
    rule(cast, mode)
    found = board(cast["manager"], wall=True)
    assert {row.of.code if row.of else "" for row in found.boards[0].rows} == codes
    assert [row.cell.key for row in found.boards[0].rows] == ["", "", ""]


@pytest.mark.parametrize("mode", ["self", "off"])
def test_no_wall_where_each_has_his_own_place_alone(cast, mode):
    rule(cast, mode)
    with pytest.raises(NotFound):
        board(cast["manager"], wall=True)


def test_outlets_are_ranked_for_who_sees_them(cast):
    totals(cast.sister, DAY, deliveries_walk_in=30)
    found = comparisons.outlet_ranking(cast["region_head"], unit="N", period=MONTH)
    assert rows(found) == [[("N2", 1, 30), ("N1", 2, 23)]]
    with pytest.raises(NotFound):
        comparisons.outlet_ranking(cast["manager"], unit="N", period=MONTH)


def test_an_odd_month(cast):
    with pytest.raises(BadValue):
        comparisons.ranking(cast["manager"], outlet="N1", period=202613)
