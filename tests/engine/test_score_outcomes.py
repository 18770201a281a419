"""From points to outcomes: groups, caps, gates, needs, vetoes, coefficients, quotas, portions."""

from datetime import date
from fractions import Fraction

import pytest

from cheji.engine.definitions import Group, Need, Quota, QuotaPart, Tier, Veto
from cheji.engine.scores import (
    Days,
    Event,
    Given,
    Head,
    Portion,
    Stint,
    coefficient_at,
    coefficient_of,
    combined,
    distribute,
    heads_of,
    prepared,
    prorated,
    score,
)
from cheji.engine.scores.freezing import RULES
from engine.scheming import item, scheme

F = Fraction


def given(**values):
    return {code: F(str(value)) for code, value in values.items()}


FOUR = tuple(item(weight=weight, code=code, target="1") for code, weight in
             (("a", 40), ("b", 25), ("c", 15), ("d", 20)))  # fmt: skip
NINETY_NINE = given(a="1.10", b="0.92", c="1.00", d="0.85")


def test_weighted_items_are_99():
    found = score(scheme(*FOUR), NINETY_NINE, {})
    assert (found.total, found.grade, found.coefficient) == (99, "A", 1)


@pytest.mark.parametrize(
    ("veto", "expected"),
    [
        (Veto("fake", "造假", "Fake", "zero"), (0, "D", 0)),
        (Veto("fake", "造假", "Fake", "grade", "C", F(69)), (69, "C", F("0.6"))),
        (Veto("fake", "造假", "Fake", "grade", "C"), (99, "C", 1)),
        (Veto("fake", "造假", "Fake", "coefficient"), (99, "A", 0)),
    ],
)
def test_three_meanings_of_a_veto(veto, expected):
    whole = prepared(scheme(*FOUR, vetoes=(veto,)))
    proven = Event("", "fake", "violation:1")
    found = whole.score(Given(NINETY_NINE, events=(proven,)))
    assert (found.total, found.grade, found.coefficient) == expected
    told = {"code": "fake", "source": "violation:1", "effect": veto.effect, "why_not": ""}
    assert found.reason.get("vetoes") == (told,)
    assert sum(part.value for part in found.reason.parts) == found.total


def test_a_violation_that_was_appealed_is_told_and_changes_nothing():
    whole = prepared(scheme(*FOUR, vetoes=(Veto("fake", "造假", "Fake"),)))
    events = (Event("", "fake", "v:1", 1, "appeal_upheld"), Event("", "other"))
    found = whole.score(Given(NINETY_NINE, events=events))
    assert (found.total, found.adjustments) == (99, ())
    assert [told["why_not"] for told in found.reason.get("vetoes")] == ["appeal_upheld"]


def test_a_veto_leaves_a_total_that_is_low_already():
    veto = Veto("fake", "造假", "Fake", "grade", "C", F(69))
    found = prepared(scheme(*FOUR, vetoes=(veto,))).score(
        Given(given(a=0, b=0, c=0, d=1), events=(Event("", "fake"),))
    )
    assert (found.total, found.grade, found.adjustments) == (20, "D", ())


GROUPS = (
    Group("results", "业绩", "Results", F(65), cap=F(70)),
    Group("conduct", "态度", "Conduct", F(35), floor=F(20)),
)


def grouped(**more):
    items = (
        item(weight=40, code="a", target="1", group="results"),
        item(weight=25, code="b", target="1", group="results", missing="leave_out"),
        item(weight=35, code="c", target="1", group="conduct", missing="leave_out"),
    )
    return scheme(*items, groups=GROUPS, **more)


def test_groups_have_caps_and_floors_of_their_own():
    found = score(grouped(), given(a=2, b=1, c="0.1"), {})
    lines = [(line.kind, line.code, line.points) for line in found.adjustments]
    assert lines == [("group_cap", "results", -35), ("group_floor", "conduct", F("16.5"))]
    assert found.total == 90


def test_the_total_has_a_cap_and_a_floor():
    capped = score(grouped(cap=F(95)), given(a=2, b=1, c=1), {})
    assert [(line.kind, line.points) for line in capped.adjustments][-1] == ("cap", -10)
    assert capped.total == 95
    floored = score(scheme(*FOUR, floor=F(40)), given(a=0, b=0, c=0, d=0), {})
    assert [(line.kind, line.points) for line in floored.adjustments] == [("floor", 40)]


def test_an_item_left_out_gives_its_weight_to_its_group_first():
    found = score(grouped(), given(a=1, c=1), {})
    assert [one.weight for one in found.items] == [65, 0, 35]
    alone = score(grouped(), given(a=1), {})
    assert [one.weight for one in alone.items] == [100, 0, 0]


def test_a_gate_of_the_whole():
    items = (item(weight=60, code="a", target="10", gate="0.6", total_gate=True), *FOUR[3:])
    rest = item(weight=20, code="e", target="1")
    whole = scheme(*items, rest)
    short = score(whole, given(a=5, d=1, e=1), {})
    assert [(line.kind, line.code, line.points) for line in short.adjustments] == [
        ("gate", "a", -40)
    ]
    assert score(whole, given(a=6, d=1, e=1), {}).total == 76
    assert score(whole, given(d=1, e=1), {}).total == 0


def test_an_item_may_need_another():
    by_points = item(weight=10, code="cs", target="1", needs=(Need("sales", F(40), "points"),))
    by_rate = item(weight=10, code="ins", target="1", needs=(Need("sales", F("0.5")),))
    whole = scheme(item(weight=80, code="sales", target="1"), by_points, by_rate)
    behind = score(whole, given(sales="0.49", cs=1, ins=1), {})
    assert [one.points for one in behind.items] == [F("39.2"), 0, 0]
    assert [one.reason.get("effect") for one in behind.items] == ["none", "needs", "needs"]
    assert behind.items[1].reason.get("needs") == ({"item": "sales", "from": 40, "of": "points"},)
    assert score(whole, given(sales="0.5", cs=1, ins=1), {}).total == 60
    assert score(whole, given(cs=1, ins=1), {}).total == 0


def test_what_is_left_out_needs_nothing():
    one = item(weight=20, code="cs", missing="leave_out", needs=(Need("sales", F(1)),))
    found = score(scheme(item(weight=80, code="sales", target="1"), one), given(sales="0.5"), {})
    assert [row.reason.get("effect") for row in found.items] == ["none", "left_out"]


def test_shares_multiplied():
    items = [item(code=code, target="1", missing="leave_out") for code in ("a1", "a2", "a3", "an")]
    whole = scheme(*items, combine="product", coefficient="linear", coefficients=())
    found = score(whole, given(a1="1.05", a2="0.96", a3=1), {})
    assert (found.total, found.coefficient * 8200) == (F("100.8"), F("8265.60"))
    assert [one.points for one in found.items] == [105, F("-4.2"), 0, 0]
    assert score(whole, given(a1=0, a2="0.96"), {}).total == 0
    assert score(whole, {}, {}).total is None


def test_a_product_of_three_rates_against_the_mean_of_standard_and_team():
    items = [item(code=code) for code in ("card", "drive", "close")]
    whole = scheme(*items, combine="product", coefficient="linear", coefficients=(), decimals=9)
    targets = given(card="0.58", drive="0.48", close="0.19")
    found = score(whole, given(card="0.66", drive="0.50", close="0.22"), targets)
    assert round(found.coefficient, 4) == F("1.3725")


@pytest.mark.parametrize(
    ("more", "total", "expected"),
    [
        ({}, 99, 1),
        ({"coefficient": "linear"}, 99, "0.99"),
        ({"coefficient": "linear", "coefficient_cap": F("1.5")}, 180, "1.5"),
        ({"coefficient": "linear", "coefficient_floor": F("0.5")}, 20, "0.5"),
        ({"coefficient": "interpolated"}, 65, "0.7"),
        ({"coefficient": "interpolated"}, 120, "1.2"),
    ],
)
def test_coefficients(more, total, expected):
    assert coefficient_of(scheme(*FOUR, **more), F(total)) == F(expected)


@pytest.mark.parametrize(
    ("total", "expected"), [(59, 0), (60, "0.6"), (80, "0.8"), (100, 1), (120, 1)]
)
def test_coefficients_between_limits_begin_where_the_first_is(total, expected):
    tiers = (Tier(F(60), F("0.6")), Tier(F(100), F(1)))
    whole = scheme(*FOUR, coefficients=tiers, coefficient="interpolated")
    assert coefficient_of(whole, F(total)) == F(expected)


def test_bonus_by_band_and_by_line():
    assert coefficient_of(scheme(*FOUR), F(99)) * 3000 == 3000
    assert coefficient_of(scheme(*FOUR, coefficient="linear"), F(99)) * 3000 == 2970


def test_below_nothing_the_lowest_grade_applies():
    below = score(scheme(item("deduct", each="50", floor="-1")), {"k": F(3)}, {})
    assert (below.total, below.grade, below.coefficient) == (-50, "D", 0)


# -- forced distribution -----------------------------------------------------------------------

FIVE = Quota(tuple(QuotaPart(grade, F(share, 100)) for grade, share in
                   (("S", 10), ("A", 20), ("B", 40), ("C", 20), ("D", 10))))  # fmt: skip
THREE = tuple(QuotaPart(grade, F(share, 100)) for grade, share in (("A", 20), ("B", 70), ("C", 10)))


def head(person, total, outlet="N1", region="R", **more):
    return Head(person, F(total), (outlet, region, "G"), **more)


STORES = [
    head(f"{outlet}{number:02d}", 100 - number, outlet)
    for outlet, size in (("X", 6), ("Y", 7), ("Z", 9))
    for number in range(size)
]


def counted(placed):
    return {grade: sum(one.grade == grade for one in placed) for grade in "ABC"}


def test_heads_by_largest_remainder():
    assert heads_of(FIVE, 19) == [2, 4, 7, 4, 2]
    assert [heads_of(FIVE, count) for count in (0, 1)] == [[0] * 5, [0, 0, 1, 0, 0]]


def test_small_groups_are_graded_together():
    alone = distribute(Quota(THREE), STORES)
    assert counted(alone) == {"A": 4, "B": 15, "C": 3}
    pooled = distribute(Quota(THREE, least=10), STORES)
    assert counted(pooled) == {"A": 5, "B": 15, "C": 2}
    assert {one.pool for one in pooled} == {"R"}


def test_only_the_small_ones_move_up_and_the_top_takes_who_is_left():
    heads = [*STORES, head("Q", 50, "Q", "R2")]
    found = distribute(Quota(THREE, least=7), heads)
    pools = {pool: sum(one.pool == pool for one in found) for pool in ("Y", "Z", "R", "G")}
    assert pools == {"Y": 7, "Z": 9, "R": 0, "G": 7}
    tiny = distribute(Quota(THREE, pool="group", least=30), heads)
    assert {one.small for one in tiny} == {True}


def test_ties_are_broken_by_declared_keys():
    halves = Quota((QuotaPart("A", F(1, 2)), QuotaPart("B", F(1, 2))), ties=("units", "hired"))
    heads = [
        head("1", 80, points={"units": F(30)}, hired=5),
        head("2", 80, points={"units": F(40)}, hired=9),
        head("3", 80, points={"units": F(30)}, hired=4),
        head("4", 70, hired=1),
    ]
    found = distribute(halves, heads)
    assert [(one.person, one.grade, one.decided) for one in found] == [
        ("2", "A", "units"),
        ("3", "A", "hired"),
        ("1", "B", "hired"),
        ("4", "B", "total"),
    ]


def test_a_tie_across_the_line_is_never_silent():
    halves = Quota((QuotaPart("A", F(1, 2)), QuotaPart("B", F(1, 2))))
    found = distribute(halves, [head("1", 80), head("2", 80), head("3", 90), head("4", 60)])
    assert [(one.person, one.grade, one.decided) for one in found] == [
        ("3", "A", "total"),
        ("1", "A", "undecided"),
        ("2", "B", "undecided"),
        ("4", "B", "total"),
    ]
    assert found[1].reason.get("decided") == "undecided"


# -- portions of a period ----------------------------------------------------------------------


def part(days, code="s"):
    return Portion(Stint(date(2026, 6, 1), None, "consultant", code, "M1"), days, 0)


def test_a_move_in_the_month_splits_it_by_days():
    whole = scheme(*FOUR)
    cards = [score(whole, NINETY_NINE, {}), score(whole, given(a=1, b=1, c=1, d=0), {})]
    both = combined(whole, [(part(12), cards[0]), (part(18, "t"), cards[1])])
    assert (both.total, both.grade, both.coefficient) == (F("87.6"), "B", F("0.9"))
    assert both.points == (F("39.6"), 48)
    assert [part.get("days") for part in both.reason.parts] == [12, 18]
    assert both.reason.parts[0].parts == (cards[0].reason,)


@pytest.mark.parametrize(
    ("total", "grade", "way", "expected"),
    [
        ("75", "A", "banded", "1"),  # up: the first total that is an A
        ("95", "B", "banded", "0.9"),  # down: the last one that is a B, 89.99
        ("75", "B", "banded", "0.8"),  # its own grade: its own total
        ("120", "A", "banded", "1.2"),  # nothing lies above the highest grade
        ("75", "A", "linear", "0.9"),
        ("95", "B", "linear", "0.8999"),
        ("95", "B", "interpolated", "0.99990"),
    ],
)
def test_a_coefficient_follows_a_grade_given_by_hand(total, grade, way, expected):
    tiers = [Tier(F(at), F(rate)) for at, rate in ((0, "0"), (80, "0.9"), (90, "1"))]
    more = {"coefficients": tuple(tiers)} if way == "interpolated" else {}
    whole = scheme(*FOUR, coefficient=way, **more)
    assert coefficient_at(whole, F(total), grade) == F(expected)


WITH_VETOES = (
    Veto("fake", "造假", "Fake", "zero"),
    Veto("kick", "回扣", "Kickback", "grade", "C", F(69)),
    Veto("rude", "争吵", "Quarrel", "grade", "B"),
    Veto("late", "迟到", "Late", "coefficient"),
)


def split(code, why="", poor="1", rules=RULES):
    """Three days with a violation, at a score of 100 or less, and 27 at 90 without one."""
    whole = scheme(*FOUR, vetoes=WITH_VETOES)
    marks = given(a=poor, b=poor, c=poor, d=poor)
    violation = Event("", code, "violation:1", 1, why)
    bad = prepared(whole).score(Given(marks, events=(violation,)))
    good = score(whole, given(a=1, b=1, c=1, d="0.5"), {})
    return combined(whole, [(part(3), bad), (part(27), good)], rules)


@pytest.mark.parametrize(
    ("code", "more", "expected"),
    [
        ("fake", {}, (0, "D", 0)),
        ("kick", {}, (69, "C", F("0.6"))),
        ("kick", {"poor": "0.5"}, (69, "C", F("0.6"))),  # the part itself lay below the limit
        ("rude", {}, (91, "B", 1)),
        ("rude", {"poor": "0.5"}, (86, "B", F("0.9"))),
        ("late", {}, (91, "A", 0)),
        ("fake", {"why": "dismissed"}, (91, "A", 1)),
        # what was published under the first rules stays as it was
        ("fake", {"rules": 1}, (81, "B", F("0.9"))),
        ("kick", {"rules": 1}, (F("87.9"), "C", F("0.9"))),
        ("rude", {"poor": "0.5", "rules": 1}, (86, "D", F("0.9"))),
    ],
)
def test_a_veto_of_one_part_holds_for_the_whole(code, more, expected):
    """Who moves after it does not leave it behind; one that does not count changes nothing."""
    found = split(code, **more)
    assert (found.total, found.grade, found.coefficient) == expected
    assert sum(line.value for line in found.reason.parts) == found.total


def test_a_veto_that_limits_the_whole_is_a_line_of_its_own():
    portions = split("kick").reason.parts[:2]
    line = split("kick").reason.parts[2]
    assert (line.kind, line.code, line.get("what")) == ("score_adjustment", "kick", "veto_most")
    assert line.value == 69 - sum(one.value for one in portions)


def test_a_portion_without_a_score_does_not_weigh():
    whole = scheme(item(missing="leave_out"))
    none, some = score(whole, {}, {}), score(whole, {"k": F(8)}, {"k": F(10)})
    both = combined(whole, [(part(10), none), (part(20), some)])
    assert (both.total, both.points) == (80, (0, 80))
    nothing = combined(whole, [(part(10), none)])
    assert (nothing.total, nothing.grade, nothing.coefficient) == (None, "", None)


def test_a_target_for_some_of_the_days():
    assert prorated(F(60), 18, 30) == 36
    assert prorated(None, 18, 30) is None


def days(part, agreed, period=30):
    return {"k": Days(part, agreed, period)}


@pytest.mark.parametrize(
    ("more", "whole", "expected"),
    [
        ({"days": days(11, 11)}, {"target": "6"}, (F("2.2"), {"days": 11, "of": 30, "whole": 6})),
        ({}, {"target": "6"}, (6, None)),
        # agreed for the days that there are, and before the part was cut short
        ({"days": days(11, 11), "targets": {"k": F(2)}}, {"target": "6"}, (2, None)),
        (
            {"days": days(10, 15), "targets": {"k": F(3)}},
            {"target": "6"},
            (2, {"days": 10, "of": 15, "whole": 3}),
        ),
        ({"days": days(11, 11)}, {}, (None, None)),
    ],
)
def test_a_target_is_for_the_days_that_count(more, whole, expected):
    """What was agreed goes before the scheme's; the reason tells both figures."""
    found = prepared(scheme(item(**whole))).score(Given({"k": F(2)}, **more)).items[0]
    told = dict(found.reason.detail)
    assert (found.target, told.get("prorated")) == expected
    words = [told["zh"].partition("；目标按")[2], told["en"].partition("; the target")[2]]
    days_, of = (expected[1][name] if expected[1] else "" for name in ("days", "of"))
    assert words == ([f" {days_}/{of} 天折算", f" is for {days_} of {of} days"] if of else ["", ""])


def test_all_aims_of_an_item_are_for_the_days():
    """Half of the days: half of base, target, stretch and worst, so the same points."""
    points_ = item("points", base="4", target="6", stretch="9")
    worst = item("worst", target="10", worst="20")
    for one, actual in ((points_, "7.5"), (worst, "14")):
        whole = prepared(scheme(one))
        half = whole.score(Given({"k": F(actual) / 2}, days=days(15, 15)))
        assert half.total == whole.score(Given({"k": F(actual)})).total
    agreed = {"targets": {"k": F(8)}, "bases": {"k": F(5)}, "stretches": {"k": F(10)}}
    found = prepared(scheme(points_)).score(Given({"k": F(4)}, days=days(15, 30), **agreed))
    assert found.total == 100
