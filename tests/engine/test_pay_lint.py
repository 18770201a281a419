"""The linter of pay plans: all findings at once, each with its place and mend."""

from dataclasses import replace
from fractions import Fraction

import pytest

from cheji.engine.definitions import Definitions
from cheji.engine.pay import NOTES, bands_from, blocking, checked, in_percent, lint
from engine.plans import body, cars, named, paid, part, plan

ATTAINED = {"by": "attainment", "of": "cars"}
RETRO = {"mode": "retroactive"}
P = "pay_plans.plan"
C = f"{P}.components.unit_bonus"
ONE = ((0, 100),)
FALLING = [{"from": 0, "rate": 1}, {"from": 1, "rate": "1/2"}]
SMOOTH = [{"from": 0, "rate": 0, "slope": "1/50"}]
DOWN = [{"from": 0, "rate": 9, "slope": -5}]
GRADES = [{"from": 0, "rate": 0}, {"from": 60, "rate": "3/5"}]


def found(*parts, **fields):
    return [(one.code, one.place) for one in lint(plan(*(parts or (part(bands=ONE),)), **fields))]


def test_a_plain_plan_has_no_finding():
    assert found() == []


def test_the_seventh_car_is_a_cliff():
    told = lint(plan(part(**RETRO)))
    assert [(one.code, one.place) for one in told] == [("cliff", f"{C}.tiers")] * 2
    assert told[1].en == (
        "Unit 7 is worth 1400 yuan, others 800: deliveries may be shifted at month end"
    )
    assert "第 7 台值 1400 元" in told[1].zh
    assert blocking(told) == []


def test_an_upper_bound_moves_the_cliff_one_on():
    told = lint(plan(part(bound="upper", bands=((0, 500), (6, 800)), **RETRO)))
    assert told[0].en.startswith("Unit 7 is worth 2600 yuan")


@pytest.mark.parametrize(
    ("parts", "fields", "code", "place"),
    [
        ([part("s", "share", "gross", ((0, "1%"), (1000, "2%")), base="positive", **RETRO)], {},
         "cliff", f"{P}.components.s.tiers"),
        ([part("x", "fixed", bands=((0, 100), (3, 200)))], {}, "cliff", f"{P}.components.x.tiers"),
        ([part("x", "fixed", bands=((0, 200), (3, 100)))], {}, "not_monotone",
         f"{P}.components.x.tiers"),
        ([part(bands=((0, 900), (3, 100)), **RETRO)], {}, "not_monotone", f"{C}.tiers"),
        ([part(bands=((0, 9), (3, 1)), look=ATTAINED, **RETRO)], {}, "not_monotone", f"{C}.tiers"),
        ([part(bands=((0, 110), (1, 160)), look=ATTAINED, **RETRO)], {}, "cliff", f"{C}.tiers"),
        ([part("s", "share", "gross", ((0, "5%"), (1000, "1%")), scope="per_deal", **RETRO)], {},
         "not_monotone", f"{P}.components.s.tiers"),
        ([], {"factors": [named("f", kind="look", look=ATTAINED, tiers=FALLING)]}, "not_monotone",
         f"{P}.factors.f.tiers"),
        ([], {"factors": [named("f", kind="look", look={"by": "score"}, tiers=GRADES)]}, "cliff",
         f"{P}.factors.f.tiers"),
        ([], {"gates": [named("g", look=ATTAINED, below="60%", effect="reduce", rate="1/2")]},
         "cliff", f"{P}.gates.g"),
        ([part(bands=((0, 9), (3, -1)), floor=0)], {}, "not_monotone", f"{C}.tiers"),
        ([part("x", "fixed", "", ONE, cap=200)], {}, "cap_unreachable", f"{P}.components.x.cap"),
        ([part("x", "fixed", "", ONE)], {"caps": [named("k", amount=200)]}, "cap_unreachable",
         f"{P}.caps.k.amount"),
        ([part("x", "fixed", "", ONE, amount=-2, cap=0)], {}, "cap_unreachable",
         f"{P}.components.x.cap"),
        ([part("p", "pool", "", ONE, whose="team", pot="fixed", cap=200)], {}, "cap_unreachable",
         f"{P}.components.p.cap"),
        ([part(bands=ONE, budget=500, cap=600)], {}, "cap_unreachable", f"{C}.cap"),
        ([part("s", "fine", bands=ONE, budget=500, cap=600)], {}, "cap_unreachable",
         f"{P}.components.s.cap"),
        ([part("s", "fine", bands=ONE)], {"caps": [named("k", amount=200)]}, "cap_unreachable",
         f"{P}.caps.k.amount"),
        ([part("s", "fine", bands=ONE), part(bands=ONE, cap=150)],
         {"caps": [named("k", amount=200)]}, "cap_unreachable", f"{P}.caps.k.amount"),
        ([part("s", "fine", bands=ONE), part("p", "prize", whose="team", bands=((1, 150),))],
         {"caps": [named("k", amount=200)], "factors": [named("f", kind="look", look=ATTAINED)]},
         "cap_unreachable", f"{P}.caps.k.amount"),
        ([], {"factors": [named("f", kind="look", look=ATTAINED, tiers=GRADES, cap=2)]},
         "cap_unreachable", f"{P}.factors.f.cap"),
        ([part("s", "share", "gross", ONE)], {}, "negative_pay", f"{P}.components.s"),
        ([part("s", "fine", bands=ONE)], {}, "negative_pay", f"{P}.components.s"),
        ([part("x", "fixed", "", ((0, -5),))], {}, "negative_pay", f"{P}.components.x"),
        ([part("s", "share", "gross", ONE, floor=-9)], {}, "negative_pay", f"{P}.components.s"),
        ([part("x", "fixed", tiers=DOWN)], {}, "negative_pay", f"{P}.components.x"),
        ([part("x", "fixed", tiers=[*DOWN, {"from": 3, "rate": 9}])], {}, "negative_pay",
         f"{P}.components.x"),
        ([part("x", "fixed", tiers=DOWN)], {}, "not_monotone", f"{P}.components.x.tiers"),
        ([], {"gates": [named("g", look=ATTAINED, **{"from": 1})]}, "not_monotone", f"{P}.gates.g"),
        ([part(bands=ONE, look=ATTAINED, **RETRO)], {}, "zero_divisor", f"{C}.look"),
        ([], {"gates": [named("g", look=ATTAINED, below="60%")]}, "cliff", f"{P}.gates.g"),
        ([], {"gates": [named("g", look=ATTAINED, below="60%", effect="reduce", rate="1/2")]},
         "zero_divisor", f"{P}.gates.g.look"),
        ([part("b", "base", "", ONE)], {"gates": [named("g", veto=True)]}, "gate_on_base",
         f"{P}.gates.g.components"),
        ([], {"factors": [named("f", parts=[{"kpi": "a", "standard": 0}, {"kpi": "b"}])]},
         "divides_by_zero", f"{P}.factors.f.parts.a.standard"),
        ([part("o", "share", "", ONE, whose="team", of_pay=["o"])], {}, "circular_pay",
         f"{P}.components.o.of_pay"),
        ([part(bands=ONE, extra=True)], {}, "no_budget", f"{C}.budget"),
        ([part(bands=ONE, first="day", ties=["gross"])], {}, "no_budget", f"{C}.budget"),
        ([part(bands=ONE, first="day", budget=50)], {}, "budget_small", f"{C}.budget"),
        ([part(bands=ONE, first="day", budget=500)], {}, "first_by_entry", f"{C}.ties"),
        ([part(bands=ONE, extra=True, budget=50)], {}, "budget_small", f"{C}.budget"),
        ([part(bands=ONE, budget=500, floor=0)], {}, "floor_beside_budget", f"{C}.floor"),
        ([part("s", "fine", bands=ONE, budget=500, floor=100)], {}, "floor_beside_budget",
         f"{P}.components.s.floor"),
        ([part("p", "prize", whose="team", bands=((1, 600), (2, 0)), budget=0)], {},
         "budget_small", f"{P}.components.p.budget"),
        ([part(bands=ONE, whose="team", rows=[{"weight": 2}])], {}, "rows_of_total", f"{C}.rows"),
        ([part(bands=(), rows=[{"weight": 2}])], {}, "row_without_rate", f"{C}.rows[0]"),
        ([part(bands=ONE, rows=[{}, {"where": {"model": {"in": ["m"]}}}])], {}, "row_hidden",
         f"{C}.rows[1]"),
        ([part(bands=ONE, coefficient=True)], {}, "no_scheme", f"{P}.scheme"),
        ([part(bands=ONE)], {"gates": [named("g", look={"by": "score"}, below=60)]}, "no_scheme",
         f"{P}.scheme"),
        ([part("p", "pool", whose="team", divide="score", bands=ONE)], {}, "no_scheme",
         f"{P}.scheme"),
        ([part("p", "pool", whose="team", divide="score", bands=ONE)], {}, "zero_divisor",
         f"{P}.components.p.divide"),
        ([part(tiers=[{"from": 0, "rate": 1, "zh": "3 台以内"}, {"from": 3, "rate": 2}])], {},
         "wording", f"{C}.tiers[0]"),
        ([part(bands=ONE)], {
            "holdbacks": [named("h", components=["unit_bonus"], share="60%", release="plates")],
            "earned_at": [{"event": "a", "share": "1/2"}, {"event": "b", "share": "1/2"}],
        }, "held_too_much", C),
    ],
)  # fmt: skip
def test_each_finding_stands_at_its_place(parts, fields, code, place):
    assert (code, place) in found(*parts, **fields)


@pytest.mark.parametrize(
    "parts",
    [
        [part("p", "prize", whose="team", bands=((1, 600), (2, 0)))],
        [part("p", "pool", whose="team", bands=ONE, floor=0)],
        [
            part(
                "s", "share", "gross", ((0, "1%"), (1000, "5%")), scope="per_deal", least=0, **RETRO
            )
        ],
        [part("s", "share", "gross", ONE, pool_negatives=True)],
        [part("s", "share", "", ONE, whose="team", of_pay=["t"])],
        [part("x", "fixed", "", ((0, 100),), cap=50)],
        [part("m", "manual", "", ())],
        [
            part(
                "x",
                "fixed",
                "",
                tiers=[{**DOWN[0], "slope": "-1/2"}, {"from": 3, "rate": "7.5"}],
                look={"by": "kpi", "of": "complaints"},
            )
        ],
        [part(bands=ONE, extra=True, budget=500)],
        [part(bands=ONE, first="day", budget=500, ties=["gross"])],
        [part(tiers=[{"from": 0, "rate": 1, "zh": "不满 3 台"}, {"from": 3, "rate": 1}], **RETRO)],
    ],
)
def test_what_is_right_is_not_found(parts):
    assert found(*parts) == []


def test_a_jump_of_a_rate_says_both_rates_and_a_slope_has_none():
    look = {"by": "penetration", "of": "policies", "per": "cars"}
    bands = ((0, "5%"), ("80%", "8%"), ("90%", "8.5%"))
    insurance = part("s", "share", "gross", bands, look=look, base="positive", **RETRO)
    jumps = [one for one in lint(plan(insurance)) if one.code == "cliff"]
    assert [one.en for one in jumps] == [
        "The whole period's rate jumps at 80% (5% → 8%): deals may be shifted at month end"
    ]
    smooth = [{"from": 0, "rate": 0, "slope": 1}, {"from": 1, "rate": 1}]
    fine = [{"from": 0, "rate": "60%"}, {"from": 80, "rate": "65%"}]
    for tiers in (smooth, fine):
        factor = named("f", kind="look", look={"by": "kpi", "of": "nps"}, tiers=tiers)
        assert found(factors=[factor]) == []
    lower = named("f", kind="look", look={"by": "kpi", "of": "complaints"}, tiers=FALLING)
    mild = named("g", look={"by": "score"}, below=60, effect="reduce", rate="95%")
    assert found(factors=[lower], gates=[mild], scheme="s") == []


def test_a_slope_has_no_most_and_a_smooth_fixed_amount_no_cliff():
    smooth = [{"from": 0, "rate": 0, "slope": 100}, {"from": 1, "rate": 100}]
    assert found(part("x", "fixed", "", (), tiers=smooth, cap=9999)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"clawback": {}},
        {"draws": [named("d", kind="guarantee", amount=1000)]},
    ],
)
def test_what_holds_pay_up_ends_the_fear_of_negative_pay(fields):
    assert found(part("s", "fine", bands=ONE), **fields) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"caps": [named("k", amount=200, components=["unit_bonus"])]},
        {"factors": [named("f", kind="look", look={"by": "kpi", "of": "a"}, tiers=SMOOTH, cap=9)]},
        {"factors": [named("f", parts=[{"kpi": "a"}], cap=2)]},
        {"factors": [named("f", kind="look", look={"by": "kpi", "of": "a"}, cap=2)]},
        {
            "caps": [named("k", amount=200)],
            "factors": [named("f", kind="look", look={"by": "kpi", "of": "a"})],
        },
    ],
)
def test_a_cap_may_be_reached_where_nothing_is_known_of_the_most(fields):
    assert found(part(bands=ONE), part("x", "fixed", "", ONE), **fields) == []


@pytest.mark.parametrize(
    "parts",
    [
        [part("s", "fine", bands=((0, -100),), floor=0)],
        [part("s", "fine", bands=((0, -100),), cap=100)],
        [part(bands=ONE, cap=150, floor=0), part("m", "manual", "", ())],
        [part("x", "fixed", "", ONE, cap=90, floor=50), part("y", "fixed", "", ((0, 110),))],
    ],
)
def test_a_cap_over_what_may_reach_it_is_none_of_these(parts):
    codes = [code for code, _ in found(*parts, caps=[named("k", amount=200)])]
    assert "cap_unreachable" not in codes


def test_a_cap_over_fines_alone_says_where_a_fine_is_limited():
    fines = plan(part("s", "fine", bands=ONE), caps=[named("k", amount=200)], clawback={})
    (told,) = lint(fines)
    assert told.en == "The cap 200 is never reached, the most is 0"
    assert told.mend_zh == "删去封顶；要限制扣多少，在扣罚项上写“本期封顶”"


def test_only_faults_of_what_is_new_keep_it_from_being_published():
    around = {
        "measures": [
            {**named("cars"), "unit": "vehicle", "kinds": {"delivery": 1}},
            {**named("gross"), "unit": "yuan", "column": "fen", "kinds": {"line_revenue": 1}},
        ]
    }
    bad = body(part("x", "fixed", "", ONE, cap=200))
    assert [
        one.code for one in checked({**around, "pay_plans": [bad]}, [("pay_plan", "plan")])
    ] == ["cap_unreachable"]
    assert checked({**around, "pay_plans": [bad]}, [("kpi", "plan")]) == []
    unknown = body(part(of="bikes"))
    assert [
        one.code for one in checked({**around, "pay_plans": [unknown]}, [("pay_plan", "plan")])
    ] == ["unknown_name"]
    noted = body(part(**RETRO))
    assert checked({**around, "pay_plans": [noted]}, [("pay_plan", "plan")]) == []
    assert {"cliff", "not_monotone"} < NOTES


def test_an_override_counts_what_other_plans_pay_but_overrides():
    """What a run leaves out of its base would be a silent zero."""
    over = part("o", "share", "", ((0, "5%"),), whose="team", of_pay=["x"])
    lead = plan(over)
    sells = replace(plan(part("x", bands=ONE)), code="sells", zh="卖", en="Sells")
    both_ways = replace(plan(part("x", bands=ONE), {**over, "code": "p"}), code="both")
    rests = replace(plan({**over, "code": "x", "of_pay": ["y"]}), code="rests", en="Rests")
    place = f"{P}.components.o.of_pay"

    def told(*others):
        return [(one.code, one.place) for one in lint(lead, Definitions(pay_plans=(lead, *others)))]

    assert told() == [("override_of_nobody", place)]
    assert told(sells) == told(both_ways) == []
    assert told(rests) == [("circular_pay", place)]
    assert told(sells, rests) == [("override_leaves_out", place)]
    both = lint(lead, Definitions(pay_plans=(lead, sells, rests)))
    assert both[0].en == "x of the plan “Rests” is an override itself: it does not count"
    assert (blocking(both), lint(lead)) == ([], [])
    loop = plan(over, {**over, "code": "x"})
    assert [one.code for one in lint(loop, Definitions(pay_plans=(loop,)))] == ["circular_pay"] * 2
    own = plan(part("x", bands=ONE), over)
    assert [one.code for one in blocking(lint(own, Definitions(pay_plans=(own,))))] == [
        "override_of_nobody"
    ]
    assert [one.code for one in checked({"pay_plans": [body(over)]}, [("pay_plan", "plan")])] == [
        "override_of_nobody"
    ]


# -- bands of documents ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "starts", "findings"),
    [
        (["X<2: 500", "3≤X<5: 600", "5≤X<7: 700", "X≥7: 800"], [0, 3, 5, 7], ["hole"]),
        (["0-1,000: 5%", "1,000.01 and more: 7%"], [0, Fraction("1000.01")], ["hole"]),
        (["4500 以上：4.5%", "4000–4500：4%", "不满 4000：1%"], [0, 4000, 4500], ["overlap"]),
        (["50%–101%：1", "100% 以上：2"], [0, Fraction(1, 2), 1], ["overlap", "hole"]),
        (["under 60%: 0", "over 60%: 1"], [0, Fraction(3, 5)], ["hole"]),
        (["under 60%: 0", "60% or more: 1"], [0, Fraction(3, 5)], []),
        (["不满 3：1", "不满 5：2"], [0, 3], ["overlap"]),
        (["3 以上：1", "5 以上：2"], [0, 3, 5], ["overlap", "hole"]),
        (["150,000 以上：2%", "不满 150,000：1%"], [0, 150_000], []),
        (["不满 15 万：1%", "15–25 万元：2%"], [0, 150_000], ["hole"]),
        (["不满 70％：1", "70–80%：2", "80% 以上：3"], [0, Fraction(7, 10), Fraction(4, 5)],
         ["overlap"]),
        (["-10–0：-1", "X>=0：1"], [-10, 0], ["overlap"]),
        (["什么都行", "anything: x", "any: 5"], [], ["unread_band"] * 3),
    ],
)  # fmt: skip
def test_holes_and_overlaps_of_a_text_are_closed_and_said(lines, starts, findings):
    bands, bound, told = bands_from(lines, "tiers")
    assert ([band.start for band in bands], bound) == (starts, "lower")
    assert [one.code for one in told] == findings


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        (["70%以下：5%", "70% 以上：8%"], {"from", "rate"}),
        (["70%以下：5", "什么都行"], {"from"}),
        (["1–3：2%"], {"rate"}),
        (["1–3：200"], set()),
    ],
)
def test_what_a_text_writes_in_percent_is_known(lines, keys):
    assert in_percent(lines) == keys


def test_the_published_hole_is_named_and_goes_to_the_lower_band():
    """Two cars of the published plan are paid 500 each, as the table of its article is read."""
    bands, _, told = bands_from(["X<2: 500", "3≤X<5: 600"], "tiers", pieces=True)
    assert (told[0].en, told[0].place) == (
        "No band covers what lies between 2 and 3",
        "tiers.3≤X<5: 600",
    )
    bonus = plan(part(bands=[(band.start, band.rate) for band in bands], mode="retroactive"))
    assert [paid(bonus, deals=cars(count)).payable for count in (2, 3)] == [100_000, 180_000]
    _, _, told = bands_from(["4000-4500: 4%", "4500-5000: 5%"], "tiers")
    assert [one.zh for one in told] == ["4500 同时属于两档", "不到 4000 没有档", "超过 5000 没有档"]
    _, _, told = bands_from(["60%–70%：1", "70% 以上：2"], "tiers")
    assert [one.zh for one in told] == ["70% 同时属于两档", "不到 60% 没有档"]


@pytest.mark.parametrize(
    ("lines", "starts", "findings"),
    [
        (["1-3 台：100", "4-6 台：200", "7 台以上：300"], [0, 4, 7], []),
        (["3 台以内：100", "超过 3 台：200"], [0, 4], []),
        (["第 1–5 台：100", "第 6 台起：200"], [0, 6], []),
        (["1≤X<3：100", "4 以上：200"], [0, 4], ["hole"]),
        (["2-3 台：100", "3-6 台：200"], [0, 2, 3], ["overlap", "hole", "hole"]),
    ],
)
def test_whole_units_follow_each_other(lines, starts, findings):
    bands, bound, told = bands_from(lines, "tiers", pieces=True)
    assert ([band.start for band in bands], bound) == (starts, "lower")
    assert [one.code for one in told] == findings


def test_a_bound_belongs_to_the_band_that_the_text_says():
    bands, bound, told = bands_from(["60% 以内：0", "超过 60%：1"], "tiers")
    assert ([band.start for band in bands], bound, told) == ([0, Fraction(3, 5)], "upper", [])
    mixed = ["不满 50%：1", "50% 以上、不超过 80%：2", "超过 80%：3"]
    _, bound, told = bands_from(mixed, "tiers")
    assert (bound, [one.en for one in told]) == (
        "lower",
        ["80% belongs to the band below, other bounds to the band above"],
    )


def test_a_misspelt_condition_is_found_with_what_could_be_asked():
    wrong = {"where": {"modle": {"in": ["m"]}, "weekday": {"in": ["6"]}}}
    rows = [{**wrong, "tiers": [{"from": 0, "rate": 1}]}, {"ranges": [{"of": "model", "from": 1}]}]
    told = lint(plan(part(bands=ONE, rows=rows, **wrong)))
    assert [(one.code, one.place) for one in told] == [
        ("unknown_attribute", f"{C}.where"),
        ("unknown_attribute", f"{C}.rows[0].where"),
        ("unknown_attribute", f"{C}.rows[1].ranges"),
    ]
    assert told[0].mend_en == (
        "Known: channel, level, tags, model, displacement, segment, key_model, "
        "stock_days, day, weekday"
    )
    assert told[2].mend_en == "Known: stock_days, day, weekday"
    assert blocking(told) == told


def test_rows_of_an_amount_ask_for_the_person():
    ranges = [{"of": "seniority", "below": 4}]
    rows = [
        {"where": {"level": {"in": ["2"]}}, "ranges": ranges},
        {"where": {"model": {"in": ["A"]}}},
    ]
    told = lint(plan(part("x", "fixed", "", ONE, rows=rows)))
    assert [(one.code, one.place) for one in told] == [
        ("unknown_attribute", f"{P}.components.x.rows[1].where")
    ]


def test_a_condition_without_values_is_found():
    row = {"where": {"channel": {"not": []}}}
    told = lint(plan(part("x", where={"model": {"in": []}}, rows=[row]), part("y")))
    found = [one for one in told if one.code == "no_values"]
    assert [(one.place, one.zh, one.en) for one in found] == [
        (f"{P}.components.x.where.model", "条件“车型”没有写取值：一条也不会符合",
         "The condition “model” has no values: nothing fits it"),
        (f"{P}.components.x.rows[0].where.channel", "条件“渠道”没有写取值：什么也不排除",
         "The condition “channel” has no values: it leaves nothing out"),
    ]  # fmt: skip
    assert blocking(found) == found


NUMBERS = [
    {"code": code, "zh": "数", "en": "Number", "kinds": {"delivery": 1}, "unit": unit, "column": of}
    for code, unit, of in (
        ("cars", "vehicle", "quantity"), ("absent", "day", "quantity"), ("gross", "yuan", "fen"),
        ("bids", "event", "value"),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (part("x", "fine", "gross", ((0, "10%"),)), ("fine_of_money", "of")),
        (part("x", "fine", "absent", ((0, 50),)), None),
        (part("x", "fine", "bids", ((0, 50),)), ("typed_number", "of")),
        (part("x", "units", "cars", ((0, 50),)), None),
        (part("x", "units", "bids", ((0, 50),)), ("typed_number", "of")),
        (part("x", "units", "cars", plus=["bids"], bands=((0, 50),)), ("typed_number", "of")),
        (part("x", "prize", "bids", ((1, 50),), whose="team"), None),
        (part("x", "share", "gross", ((0, "1%"), (5, "2%")), mode="retroactive",
              look={"by": "units", "of": "bids"}), ("typed_number", "look.of")),
        (part("x", "share", "gross", ((0, "1%"), (5, "2%")), mode="retroactive",
              look={"by": "average", "of": "gross", "per": "bids"}), ("typed_number", "look.per")),
    ],
)  # fmt: skip
def test_a_sum_of_another_scale_than_it_is_paid_by_is_refused(made, told):
    """10% of a gross of 5,000 would be a fine of 5, and a bonus for each bid a ten-thousandth."""
    bodies = {"measures": NUMBERS, "pay_plans": [body(made)]}
    found = [(one.code, one.place) for one in checked(bodies, [("pay_plan", "plan")])]
    assert found == ([(told[0], f"{P}.components.x.{told[1]}")] if told else [])


def test_a_gate_by_a_number_that_was_typed_is_refused():
    look = {"by": "units", "of": "bids"}
    gate = {"code": "g", "zh": "门槛", "en": "Gate", "look": look, "below": 3, "components": ["x"]}
    made = body(part("x", "units", "cars", ((0, 50),)), gates=[gate])
    told = checked({"measures": NUMBERS, "pay_plans": [made]}, [("pay_plan", "plan")])
    assert [(one.code, one.place) for one in told] == [("typed_number", f"{P}.gates.g.look.of")]
