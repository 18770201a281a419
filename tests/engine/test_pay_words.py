"""A pay plan in words: each switch in Chinese and English, bands by their boundary."""

from fractions import Fraction

import pytest

from cheji.engine.definitions import Look
from cheji.engine.pay import (
    ENTRIES,
    REJECTED,
    STEPS,
    WHY,
    Figures,
    Given,
    Group,
    Looked,
    Member,
    looked_words,
    no_target,
    plan_words,
    prepared,
    said,
    units_as_names,
)
from cheji.engine.pay.figure_words import bounds_of
from engine.plans import cars, deal, named, paid, part, plan

F = Fraction
NAMES = {
    "cars": ("交车", "deliveries"),
    "gross": ("毛利", "gross"),
    "rate": ("成交率", "closing"),
    **units_as_names({"rate": "ratio", "wait": "day", "cost": "yuan/batch"}),
}
ATTAINED = {"by": "attainment", "of": "cars"}


def words(*parts, at=0, **fields):
    """The sentences of one paragraph after whom it is for, Chinese and English apart."""
    _, _, told = plan_words(plan(*parts, **fields), NAMES)[at + 1]
    return [zh for zh, _ in told], [en for _, en in told]


def test_events_and_what_is_looked_at_are_said_in_words_where_the_product_knows_them():
    held = [named("h", components=["unit_bonus"], share="20%", release="plates")]
    own = [named("h", components=["unit_bonus"], share="20%", release="our_event")]
    aged = part(ranges=[{"of": "stock_days", "from": 90}], where={"model": {"in": ["a"]}})
    assert words(aged)[0][-3] == "只计：车型 为 a、库龄天数 90 以上"
    assert words(part(), holdbacks=held, at=1)[0][0] == "逐单暂扣 20%，待上牌后释放"
    assert words(part(), holdbacks=own, at=1)[0][0] == "逐单暂扣 20%，待 our_event 后释放"


def test_whom_a_plan_is_for_and_by_which_scores_is_said():
    made = plan(part(coefficient=True), part("g", "share", "gross", ((0, 1),)), scheme="rate",
                posts=["cars", "x"], levels=["1"], outlets=["A"])  # fmt: skip
    told = {heading: said for _, (_, heading), said in plan_words(made, NAMES)}
    assert told["For whom"] == (
        ("岗位：交车、x", "posts: deliveries, x"),
        ("职级：1", "levels: 1"),
        ("门店：A", "outlets: A"),
    )  # fmt: skip
    assert [en for _, en in told["Score coefficient"]] == [
        "scores are those of closing",
        "on: Part unit_bonus",
        "without a score the coefficient is 1",
    ]  # fmt: skip
    plain = {heading: said for _, (_, heading), said in plan_words(plan(part(), scheme="rate"))}
    assert plain["For whom"] == (("岗位：consultant", "posts: consultant"),)
    assert len(plain["Score coefficient"]) == 1


def test_how_a_plan_stands_to_others_comes_first():
    zh, en = words(part(), replaces=["old", "cars"], beside=["other"])
    assert zh == [
        "自生效月起替代：old、交车，适用人员此后只按本方案计发", "在以下方案之外另发：other",
    ]  # fmt: skip
    assert en[1] == "paid openly besides: other"
    assert words(part(), beside=["other"])[0] == zh[1:]
    assert words(part(), replaces=["old"])[1] == [
        "replaces from its first month on: old; these people are paid by this plan alone"
    ]


def test_bands_say_which_end_belongs_to_them():
    lower = part("s", "share", "gross", ((0, "5%"), (3500, "10%")), mode="retroactive")
    zh, en = words(lower)
    assert zh == [
        "按金额比例：毛利", "全额累进：全部按达到的档", "按本期累计找档", "档的起点属于该档",
        "不满 3500 元：5%", "3500 元以上：10%", "亏损照数减", "共享的单按份额计入档位",
        "累计四舍五入到分，各笔之和一分不差",
    ]  # fmt: skip
    zh, en = words({**lower, "bound": "upper"})
    assert (zh[-5:-3], en[-5:-3]) == (
        ["3500 元以内：5%", "超过 3500 元：10%"],
        ["up to 3500 yuan: 5%", "over 3500 yuan: 10%"],
    )


@pytest.mark.parametrize(
    ("look", "middle"),
    [
        ({}, ("超过 1 台（件）、2 台（件）以内", "over 1, up to 2")),
        ({"look": {"by": "score"}}, ("超过 1 分、2 分以内", "over 1 point, up to 2 points")),
        ({"look": {"by": "attainment"}}, ("超过 100%、200% 以内", "over 100%, up to 200%")),
        ({"look": {"by": "kpi", "of": "new"}}, ("超过 1、2 以内", "over 1, up to 2")),
        ({"look": {"by": "kpi", "of": "rate"}}, ("超过 100%、200% 以内", "over 100%, up to 200%")),
        (
            {"look": {"by": "kpi", "of": "wait"}},
            ("超过 1 天、2 天以内", "over 1 day, up to 2 days"),
        ),
        (
            {"look": {"by": "kpi", "of": "cost"}},
            ("超过 1 元/批次、2 元/批次以内", "over 1 yuan/batches, up to 2 yuan/batches"),
        ),
    ],
)
def test_bounds_have_the_unit_of_what_is_looked_at(look, middle):
    bands = ((0, 1), (1, 2), (2, 3))
    zh, en = words(part(**look, mode="retroactive", bound="upper", bands=bands))
    assert (f"{middle[0]}：每台（件）2 元", f"{middle[1]}: 2 yuan each") in zip(zh, en, strict=True)


def test_a_base_pay_says_what_it_looks_at_where_bands_are_found_alone():
    alone = {"code": "b", "kind": "base", "of": "cars", "tiers": [{"from": 0, "rate": 1500}]}
    banded = {**alone, "tiers": [{"from": 0, "rate": 1500}, {"from": 3, "rate": 1800}]}
    table = {**alone, "rows": [{"zh": "甲", "en": "A", "tiers": banded["tiers"]}]}
    said = [words({"zh": "底", "en": "B", **one})[1][0] for one in (alone, banded, table)]
    assert said == ["base pay", "base pay: deliveries", "base pay: deliveries"]


@pytest.mark.parametrize(
    ("look", "found", "sentence"),
    [
        ({"by": "average", "of": "gross", "per": "cars"}, Looked(F(2500), F(5000), F(2)),
         "本人的台均：毛利 5000 ÷ 交车 2 = 2500 元"),
        ({"by": "average", "of": "gross", "per": "cars"}, Looked(None, F(5000), F(0)),
         "本人的台均：毛利 5000 ÷ 交车 0 = 没有数值"),
        ({"by": "penetration", "of": "gross", "per": "cars", "whose": "team"},
         Looked(F(1, 2), F(1), F(2)), "团队的渗透率：毛利 1 ÷ 交车 2 = 50%"),
        ({"by": "attainment"}, Looked(F(3, 2), F(6), F(4)),
         "本人的交车完成率：6 ÷ 目标 4 = 150%"),
        ({"by": "attainment", "of": "rate", "level": "base"}, Looked(None, F(6)),
         "本人的成交率完成率：没有设保底值"),
        ({"by": "attainment"}, Looked(None, None, F(4)), "本人的交车完成率：没有数值"),
        ({"by": "score"}, Looked(F(96)), "本人的考核得分：96 分"),
        ({"by": "units", "of": "cars"}, Looked(), "本人的交车：没有数值"),
    ],
)  # fmt: skip
def test_what_was_looked_at_is_said_with_how_it_came_about(look, found, sentence):
    made = plan(part(look=look, mode="retroactive")).components[0].look
    assert looked_words(made, found, NAMES, "cars")[0] == sentence
    assert no_target(made, found) == ("没有设" in sentence)
    assert not no_target(None, found)
    assert not no_target(made, None)


def test_a_statement_keeps_the_figure_that_found_a_band_and_pays_by_its_slope():
    look = {"by": "average", "of": "gross", "per": "cars"}
    tiers = [{"from": 0, "rate": 100}, {"from": 1000, "rate": 200, "slope": "0.1"}]
    own = {**part(mode="retroactive", look=look), "tiers": tiers}
    given = Given((deal(1, cars=1, gross=1100), deal(2, cars=1, gross=1300)))
    found = prepared(plan(own)).pay(given)
    assert found.looked == {"unit_bonus": Looked(Fraction(1200), Fraction(2400), Fraction(2))}
    assert [line.reason.detail[0][1] for line in found.lines] == ["1 × 220 = 220 元"] * 2


def test_pieces_are_counted():
    zh, en = words(part(bands=((0, 500), (3, 600), (5, 700), (6, 800))))
    assert zh[-6:-2] == ["第 1–2：每台（件）500 元", "第 3–4：每台（件）600 元",
                       "第 5：每台（件）700 元", "第 6 起：每台（件）800 元"]  # fmt: skip
    assert en[-3] == "from number 6 on: 800 yuan each"


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (part("m", "manual", "", ()), "typed one by one, with reason, evidence and approval"),
        (part("o", "share", "", ((0, 1),), whose="team", of_pay=["a"]),
         "on the pay of others in the team: a"),
        (part(bands=((0, 1),), whose="outlet", own="exclude"),
         "the total of the outlet, without one's own"),
        (part(bands=((0, 1),), whose="outlet"), "the total of the outlet, one's own included"),
        (part(bands=((0, 1),), against="short"), "only what is short of the target"),
        (part(bands=((0, 1),), against="over", level="stretch"),
         "only what is over the stretch target"),
        (part("s", "share", "gross", ((0, 1),), plus=["a"], minus=["b"]),
         "share of an amount: gross + a − b"),
        (part("p", "pool", whose="team", divide="score_days", bands=((0, 1),)),
         "shared by score × days"),
        (part("p", "prize", whose="team", ties=["gross"], bands=((1, 600),)),
         "equal ranks are decided by: gross"),
        (part("p", "prize", whose="team", bands=((1, 600), (2, 300), (4, 0))),
         "ranks 2 to 3: 300 yuan"),
        (part("p", "prize", whose="team", bands=((1, 600), (2, 0))), "rank 1: 600 yuan"),
        (part("p", "prize", whose="team", bands=((1, 600), (2, 0)), bound="upper"),
         "ranks 1 to 2: 600 yuan"),
        (part("p", "prize", whose="team", bands=((1, 600), (2, 0))), "from rank 2 on: 0 yuan"),
        (part("p", "prize", whose="team", bands=((1, 600),)),
         "who is still equal shares the prizes"),
        (part("p", "prize", whose="team", bands=((1, 600),), still_equal="all"),
         "who is still equal has the whole prize"),
        (part(look={"by": "score"}, mode="retroactive"),
         "the band is found by the score of the person"),
        (part(look={"by": "penetration", "of": "policies", "per": "cars"}, mode="retroactive"),
         "the band is found by penetration of the person: policies ÷ deliveries"),
        (part(look={"by": "units", "of": "cars", "whose": "team"}, mode="retroactive"),
         "the band is found by deliveries of the team"),
        (part(look={"by": "attainment"}, mode="retroactive"),
         "the band is found by attainment of deliveries by the person, against the target"),
        (part(mode="interpolated", bands=((0, 9), (5, 0))), "under 5: 9 yuan"),
        (part(rows=[{"where": {"model": {"in": ["a", "b"]}}, "weight": "1.5"}], bands=((0, 1),)),
         "model is a, b: 1 yuan each, each counts as 1.5"),
        (part(rows=[{"zh": "自己", "tiers": [{"from": 0, "rate": 2}]}], bands=((0, 1),)),
         "自己: 2 yuan each"),
        (part(rows=[{"where": {"model": {"in": ["a"]}}, "weight": "0.5"}]),
         "what the rows pay counts too: the band is found by all of it together"),
        (part(where={"model": {"not": ["a"]}}, bands=((0, 1),)), "only deals with: model is not a"),
        (part(ranges=[{"of": "age", "from": 90, "below": 180}], bands=((0, 1),)),
         "only deals with: age 90 or more, under 180"),
        (part(ranges=[{"of": "age", "from": 90}], bands=((0, 1),)),
         "only deals with: age 90 or more"),
        (part(ranges=[{"of": "age", "below": 90}], bands=((0, 1),)),
         "only deals with: age under 90"),
        (part(ranges=[{"of": "age"}], bands=((0, 1),)), "only deals with: age under —"),
        (part(first="day", bands=((0, 1),)),
         "only the first deal of each day, among those of the person"),
        (part(first="day", bands=((0, 1),)),
         "of one day the deal entered first comes first"),
        (part(first="weekend", among="outlet", ties=["gross"], bands=((0, 1),)),
         "of one day the deal with more comes first, by: gross; then the one entered first"),
        (part(first="week", bands=((0, 1),)), "a week of two months counts in each of them"),
        (part(stack="spiff", bands=((0, 1),)),
         "a deal is paid by the first component of spiff alone"),
        (part(least=150, bands=((0, 1),)), "at least 150 yuan for a deal"),
        (part(most=150, bands=((0, 1),)), "the limit comes before the split"),
        (part(most=150, split="split_first", bands=((0, 1),)), "the split comes before the limit"),
        (part(pool_negatives=True, bands=((0, 1),)),
         "a loss reduces the next deals of the period"),
        (part(base="positive", bands=((0, 1),)), "a loss counts as nothing"),
        (part("s", "share", "gross", ((0, 1),)), "a loss is taken off"),
        (part(), "a shared deal counts by its share for the band"),
        (part(credit="whole", bands=((0, 1),)), "a shared deal counts whole for the band"),
        (part(cap=9, bands=((0, 1),)), "no more than 9 yuan in the period"),
        (part(floor=9, bands=((0, 1),)), "no less than 9 yuan in the period"),
        (part(budget=9, bands=((0, 1),)),
         "a budget of 9 yuan for everybody at all outlets together, then nothing"),
        (part(budget=9, bands=((0, 1),)),
         "who is calculated first has it first: by outlet, by staff number, by date"),
        (part("b", "base", "", ((0, 1),)), "by the days of the period"),
        (part(rounding="each", bands=((0, 1),)), "each line is rounded half up to the fen"),
        (part(bands=((0, 1),)),
         "the running sum is rounded half up to the fen, so that lines add up"),
        (part("b", "base", "", ((0, 1),)), "rounded half up to the fen"),
        (part("x", "fixed", "", ((0, 1),), round_to="yuan"), "rounded half up to the yuan"),
        (part("p", "prize", whose="team", bands=((1, 600),)), "shared out to the fen"),
        (part("p", "pool", whose="team", divide="score", bands=((0, 1),)), "shared by score"),
        (part(round_to="yuan", bands=((0, 1),)),
         "the running sum is rounded half up to the yuan, so that lines add up"),
        (part(coefficient=True, bands=((0, 1),)), "times the coefficient of the score"),
        (part(extra=True, bands=((0, 1),)), "outside coefficients and gates (step 12)"),
        (part("x", "fixed", "", ((0, 100),), amount=0), "0 yuan"),
        (part("x", "fixed", "", (), amount=6000, look=ATTAINED,
              tiers=[{"from": 0, "rate": "1/2", "slope": 2}]),
         "3000 yuan, 120 yuan more for each 1%"),
        (part("x", "fixed", "", (), amount=6000, look=ATTAINED,
              tiers=[{"from": 0, "rate": 0, "slope": 1}]),
         "it goes by attainment of deliveries by the person, against the target"),
        (part("x", "fixed", "cars", (), tiers=[{"from": 0, "rate": 100, "slope": -5}]),
         "100 yuan, 5 yuan less for each 1"),
        (part("s", "share", "gross", (), look=ATTAINED, mode="retroactive",
              tiers=[{"from": 0, "rate": "5%", "slope": "0.1"}]),
         "5%, 0.1 percentage points more for each 1%"),
        (part("s", "share", "gross", (), look={"by": "score"}, mode="retroactive",
              tiers=[{"from": 0, "rate": "5%", "slope": "0.001"}]),
         "5%, 0.1 percentage points more for each 1 point"),
        (part("p", "pool", "gross", whose="team", own="exclude", bands=((0, 1),)),
         "the pot is without one's own deals"),
        (part("f", "fine", "cars", scope="per_deal", bands=((0, 1),)),
         "a shared deal is worked out whole, to the fen, and then shared"),
    ],
)  # fmt: skip
def test_every_switch_of_a_component_is_said(made, sentence):
    zh, en = words(made)
    assert sentence in en
    assert len(zh) == len(en)


PARTS = [{"kpi": "rate", "weight": "40%", "than": ["average"], "standard": "1/2"},
         {"kpi": "cars", "weight": "60%"}]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "said_in_english"),
    [
        ({"factors": [named("f", kind="weighted", parts=PARTS, floor="0.5", cap="1.5",
                            components=["unit_bonus"], missing="zero")]},
         ["the weighted sum of the ratios",
          "40% × closing ÷ the mean of team average, standard 0.5",
          "60% × deliveries ÷ target", "not under 0.5", "not over 1.5", "on: Part unit_bonus",
          "0 without a value"]),
        ({"factors": [named("f", kind="look", look={**ATTAINED, "whose": "team"}, team=True,
                            tiers=[{"from": 0, "rate": 0}, {"from": "80%", "rate": 1}])]},
         ["attainment of deliveries by the team, against the target", "under 80%: 0",
          "80% or more: 1", "1 without a value"]),
        ({"factors": [named("f", kind="look", look=ATTAINED,
                            tiers=[{"from": 0, "rate": "0.5", "slope": 2}])]},
         ["attainment of deliveries by the person, against the target",
          "whatever it is: 0.5, 0.02 more for each 1%", "1 without a value"]),
        ({"gates": [named("g", veto=True)]},
         ["a veto: where a violation is proven", "nothing is paid"]),
        ({"gates": [named("g", look={"by": "kpi", "of": "rate"}, **{"from": 2}, effect="reduce",
                          rate="80%", missing="act")]},
         ["where closing of the person reaches 200%", "80% is paid",
          "without a value the gate acts"]),
        ({"gates": [named("g", look=ATTAINED, below="60%", effect="lower", amount=1200)]},
         ["where attainment of deliveries by the person, against the target is under 60%",
          "each is 1200 yuan at most", "without a value the gate is passed"]),
        ({"caps": [named("k", amount=8000)]},
         ["8000 yuan at most in the period", "the rest is forfeited"]),
        ({"caps": [named("k", amount=8000, beyond="carry")]},
         ["8000 yuan at most in the period", "the rest is paid later, within the cap"]),
        ({"holdbacks": [named("h", components=["unit_bonus"], share="20%", release="plates",
                              expires=3)]},
         ["20% of each deal is held until plates", "forfeited after 3 periods without it",
          "on: Part unit_bonus"]),
        ({"holdbacks": [named("h", components=["unit_bonus"], share="20%", release="plates",
                              expires=3, at_expiry="release")]},
         ["20% of each deal is held until plates", "released after 3 periods without it",
          "on: Part unit_bonus"]),
        ({"holdbacks": [named("h", components=["unit_bonus"], share="20%", release="plates")]},
         ["20% of each deal is held until plates", "on: Part unit_bonus"]),
        ({"earned_at": [{"event": "signed", "share": "30%"}, {"event": "paid", "share": "70%"}]},
         ["signed: 30%", "paid: 70%"]),
        ({"earned_at": [{"event": "signing", "share": "30%"},
                        {"event": "full_payment", "share": "70%"}]},
         ["signing: 30%", "full payment: 70%"]),
        ({"clawback": {"policy": "prorated", "window": 90, "most": "20%"}},
         ["taken back for the days left of the window", "returned within 90 days",
          "20% of a period's pay at most, the rest later"]),
        ({"clawback": {}},
         ["taken back at the original rate", "100% of a period's pay at most, the rest later"]),
        ({"draws": [named("d", kind="recoverable", amount=1000, until=6, recover_first=4,
                          limit=500)]},
         ["draw: filled up to 1000 yuan, taken back later", "periods 1 to 6",
          "from period 4 on 100% of what is over 1000 yuan is taken back",
          "500 yuan of a period at most"]),
        ({"draws": [named("d", kind="recoverable_guarantee", amount=1000, first=2, keep=800)]},
         ["guarantee: pay is filled up to 1000 yuan, taken back later", "periods 2 to …",
          "from period 1 on 100% of what is over 800 yuan is taken back"]),
        ({"draws": [named("d", kind="guarantee", amount=1000)]},
         ["guarantee: pay is filled up to 1000 yuan, never taken back"]),
        ({"round_to": "yuan"}, ["what is payable is rounded to the yuan"]),
        ({}, ["what is payable is the sum of the lines, to the fen, rounded no further"]),
    ],
)  # fmt: skip
def test_every_switch_of_the_whole_is_said(fields, said_in_english):
    zh, en = words(part(bands=((0, 1),)), at=1, **fields)
    assert en == said_in_english
    assert len(zh) == len(en)


def test_factors_and_catch_ups_are_called_by_their_names():
    factors = [
        named("a", parts=[{"kpi": "rate"}]),
        named("b", parts=[{"kpi": "cars"}], only_below="a"),
    ]
    caught = named("q", grain="quarter", look=ATTAINED, returns=["a", "unit_bonus"])
    parts = part("x", bands=((0, 1),)), part(kind="fine", bands=((0, 1),))
    told = plan_words(plan(*parts, factors=factors, catch_ups=[caught]), NAMES)
    sentences = [[en for _, en in paragraph] for _, _, paragraph in told]
    assert sentences[3][-2] == "only where Name a is under 1"
    assert sentences[5][0].startswith("paid where over the quarter attainment of deliveries")
    low = named("q", grain="year", look={"by": "kpi", "of": "rate"}, most=2, returns=["a"])
    told = plan_words(plan(*parts, factors=factors, catch_ups=[low]), NAMES)
    assert told[5][2][0][1] == "paid where over the year closing of the person is 200% at most"
    assert sentences[5][1] == "what was withheld by: Name a, Part unit_bonus"


def test_paragraphs_stand_in_the_order_of_calculation():
    made = plan(part("e", extra=True, bands=((0, 1),)), part(bands=((0, 1),)),
                gates=[named("g", veto=True)])  # fmt: skip
    assert [(step, en) for step, (_, en), _ in plan_words(made)] == [
        (1, "For whom"), (6, "Part unit_bonus"), (11, "Name g"), (12, "Part e"), (17, "Rounding"),
    ]  # fmt: skip


def test_draws_are_said_before_guarantees_as_they_are_worked_out():
    made = plan(part(bands=((0, 1),)), draws=[
        named("g", kind="guarantee", amount=500), named("d", kind="recoverable", amount=800),
    ])  # fmt: skip
    said_so = [en for step, (_, en), _ in plan_words(made) if step == 16]
    lines = [line.component for line in paid(made).lines if line.step == 16]
    assert (said_so, lines) == (["Name d", "Name g"], ["d", "g"])


# -- lines -------------------------------------------------------------------------------------


def test_every_code_is_said_in_both_languages():
    for table in (WHY, REJECTED):
        assert [code for code, (zh, en) in table.items() if bool(zh) != bool(en)] == []
    assert [step.number for step in STEPS] == list(range(1, 18))
    assert "residual" in ENTRIES


@pytest.mark.parametrize(
    ("code", "args", "zh", "en"),
    [
        ("below", ("11/20", "3/5", "kpi"), "11/20 不满 3/5，门槛起作用",
         "11/20 is under 3/5: the gate acts"),
        ("cap", (800000,), "超过上限 ¥8,000.00，超出部分不发",
         "over the cap of ¥8,000.00: the rest is forfeited"),
        ("recovered", (-248157,), "扣回预支，尚余 -¥2,481.57", "taken back, -¥2,481.57 still due"),
        ("waits", ("quarter", 5), "季度结束时再看", "decided at the end of the quarter"),
        ("reached", (None, Fraction(1), "attainment"), "达到 100%，补发", "reached 100%: paid now"),
        ("factor", (None,), "系数 —", "factor —"),
        ("held", ("plates", "unit_bonus"), "暂扣，待上牌后释放", "held until plates"),
        ("held", ("our_event", "a"), "暂扣，待our_event后释放", "held until our_event"),
        ("days", (), "按天数折算", "by days of the period"),
    ],
)  # fmt: skip
def test_a_reason_is_said_with_its_figures(code, args, zh, en):
    assert said(WHY[code], args) == (zh, en)


def test_what_does_not_fit_is_said_by_its_name():
    assert said(REJECTED["filter"], ("displacement",)) == (
        "排量级不在本项范围内", "displacement not within the component",
    )  # fmt: skip
    assert said(REJECTED["filter"], ("our_own",))[0] == "our_own不在本项范围内"


def test_a_gate_says_shares_as_percent():
    made = plan(part(bands=((0, 1),)), gates=[named("g", look=ATTAINED, below="60%")])
    figures = Figures({"cars": Fraction(55)}, {"cars": Fraction(100)})
    gate = prepared(made).pay(Given(cars(1), figures=figures)).lines[-1]
    assert gate.reason.get("en") == "55% is under 60%: the gate acts"
    assert gate.reason.get("name_en") == "Name g"


def test_a_line_that_a_limit_changed_says_so():
    made = plan(part("s", "share", "gross", ((0, "25%"),), scope="per_deal", least=150))
    line = paid(made, deals=(deal(1, gross=400),)).lines[0]
    assert line.reason.get("en") == "400 × 25% = 100 yuan; the least of a deal applies: 150 yuan"


def test_a_fine_is_said_as_what_it_takes():
    line = paid(plan(part("x", "fine", bands=((0, 150),))), deals=cars(1)).lines[0]
    assert (line.fen, line.reason.get("zh")) == (-15000, "−(1 × 150) = -150 元")


def test_base_pay_says_its_days():
    made = plan(part("b", "base", "", ((0, 3000),)))
    line = paid(made, days=13, of_days=26).lines[0]
    assert line.fen == 150000
    assert line.reason.get("en") == (
        "1 × 3000 = 3000 × 0.5 = 1500 yuan; by days of the period: 1500 yuan"
    )


def test_a_prize_says_its_rank():
    made = plan(part("p", "prize", whose="team", bands=((1, 600), (2, 0))))
    members = tuple(Member(name, figures={"cars": n * 10000}) for name, n in (("a", 2), ("b", 1)))
    statement = paid(made, person="b", team=Group(members=members))
    assert statement.lines[0].reason.get("en") == "rank 2"
    assert statement.reason.parts[0].parts[0].kind == "bonus"


@pytest.mark.parametrize(
    ("look", "told"),
    [
        (Look("units", "cars"), ("3 台（件）", "3")),
        (Look("money", "gross"), ("3 元", "3 yuan")),
        (Look("score"), ("3 分", "3 points")),
        (Look("attainment", "cars"), ("300%", "300%")),
        (Look("kpi", "rate"), ("300%", "300%")),
        (Look("kpi", "unheard_of"), ("3", "3")),
    ],
)
def test_a_bound_of_a_figure_has_its_unit(look, told):
    assert bounds_of(look, NAMES)(Fraction(3)) == told


def test_gates_factors_and_catch_ups_say_bounds_of_a_kpi_in_its_unit():
    """A share is said in percent also where a rate changes for each 1 of it."""
    look = {"by": "kpi", "of": "rate"}
    made = plan(
        part("f", "fixed", "", ((0, 100),), look=look),
        gates=[named("g", look=look, below="0.3")],
        factors=[named("k", kind="look", look=look, tiers=[{"from": 0, "rate": 1, "slope": 2}])],
        catch_ups=[named("q", grain="quarter", look=look, returns=["g"], **{"from": "0.35"})],
    )
    told = {heading[0]: said for _, heading, said in plan_words(made, NAMES)}
    assert told["名g"][0] == ("本人的成交率不满 30% 时", "where closing of the person is under 30%")
    assert told["名k"][1] == (
        "不限：1，每多 1% 加 0.02",
        "whatever it is: 1, 0.02 more for each 1%",
    )
    assert "达到 35% 时" in told["名q"][0][0]
