"""Pay where two rules meet: each sum worked out by hand from the rule, on both paths.

Beside it stands what the rules of version 2 paid, and pay of their months still does.
"""

from dataclasses import replace
from fractions import Fraction

import pytest

from cheji.engine.definitions import Clawback
from cheji.engine.pay import (
    Figures,
    Given,
    Group,
    Ledger,
    Member,
    Owed,
    Posted,
    Return,
    adjusted,
    blocking,
    clawed,
    frozen,
    lint,
    prepared,
)
from cheji.engine.pay.columns import cells_of, pay_cells
from engine.plans import cars, deal, named, paid, part, plan, posted

TENTHS = ((0, "10%"), (1000, "20%"))
HALF = Fraction(1, 2)
REACHED = Figures({"cars": Fraction(1)}, {"cars": Fraction(1)})
BY_TARGET = {"by": "attainment", "of": "cars"}
#: Half of what was earned is withheld.
HALVED = named("f", kind="look", look={"by": "kpi", "of": "rate"})
AT_HALF = Figures({"rate": HALF})
FLAT = ((0, 500),)


def gross(number, yuan, credit=1, pay=1):
    return deal(number, gross=yuan)._replace(credit=Fraction(credit), pay=Fraction(pay))


def share(**fields):
    return plan(part("s", "share", "gross", TENTHS, mode="retroactive", **fields))


def model(number, name):
    return deal(number, cars=1)._replace(attributes={"model": name})


def suv(rate):
    return [{"where": {"model": {"in": ["suv"]}}, "tiers": [{"from": 0, "rate": rate}]}]


def holding(release="plates", **fields):
    """Everything of the unit bonus is held."""
    return [named("h", components=["u"], share=1, release=release, **fields)]


def catching(grain, *returns):
    return named(grain, grain=grain, returns=list(returns), look=BY_TARGET)


STACKED = plan(
    part("a", bands=(), rows=suv(500), stack="spiff"), part("b", bands=((0, 200),), stack="spiff")
)
SHARED = (gross(2, 1000, 1, HALF),)
QUARTER_AND_YEAR = plan(
    part("u", bands=FLAT),
    factors=[HALVED],
    catch_ups=[catching("quarter", "f"), catching("year", "f")],
)
POT = plan(
    part("p", "pool", None, ((0, 3000),), pot="fixed", whose="team", divide="days", prorate=True)
)
TEAM = Group(members=(Member("a", days=13), Member("b", days=26)))
ENDS = {"quarter": REACHED, "year": REACHED}
CASES = {
    "no loss: pooling changes nothing; all of 1,000 counts, 20 % of the half": (
        share(credit="whole", pool_negatives=True), Given(SHARED), 5000, 10000,
    ),
    "600 count after a loss of 400, so 10 % of 500 − 400": (
        share(credit="whole", pool_negatives=True), Given((gross(1, -400), *SHARED)), 1000, 1000,
    ),
    "a loss that he is not paid for counts as nothing too: 20 % of 1,000": (
        share(base="positive"), Given((gross(1, -500, 1, 0), gross(2, 1000))), 10000, 20000,
    ),
    "who has no part of its pay has none of the least of a deal": (
        plan(part("s", "share", "gross", ((0, "5%"),), scope="per_deal", split="split_first",
                  least=50)),
        Given((gross(1, 100, 1, 0), gross(2, 100, 0, HALF), gross(3, 2000))), 20000, 15000,
    ),
    "what no row of the first pays is paid by the second of a stack": (
        STACKED, Given((model(1, "suv"), model(2, "mpv"))), 50000, 70000,
    ),
    "all of a bonus capped at 1,000 is held, not the 2,500 before": (
        plan(part("u", bands=FLAT, cap=1000), part("b", "base", None, ((0, 3000),)),
             holdbacks=holding()),
        Given(cars(5)), 150000, 300000,
    ),
    "a third of 1,000, over three deals, each as the cap left it": (
        plan(part("u", bands=FLAT, cap=1000),
             holdbacks=[named("h", components=["u"], share="1/3", release="plates")]),
        Given(cars(3)), 50000, 66667,
    ),
    "what is of no deal waits for nothing": (
        plan(part("u", bands=FLAT), holdbacks=holding()), Given((), {"cars": 20000}), 0, 100000,
    ),
    "nor does it wait for what would only forfeit it": (
        plan(part("u", bands=FLAT), holdbacks=holding(expires=2)),
        Given((), {"cars": 20000}), 0, 100000,
    ),
    "it waits where it is paid at expiry": (
        plan(part("u", bands=FLAT), holdbacks=holding(expires=2, at_expiry="release")),
        Given((), {"cars": 20000}), 0, 0,
    ),
    "a prize of 600 capped at 400 is held as it was paid": (
        plan(part("z", "prize", "cars", ((1, 600),), whose="team", cap=400), part("u", bands=FLAT),
             holdbacks=[named("h", components=["z"], share="1/2", release="plates", expires=1,
                              at_expiry="release")]),
        Given(cars(1), person="a", team=Group(members=(Member("a", figures={"cars": 1}),))),
        60000, 70000,
    ),
    "quarter and year return the same 500 once": (
        QUARTER_AND_YEAR, Given(cars(2), figures=AT_HALF, spans=ENDS), 150000, 100000,
    ),
    "the year returns what the quarter did not reach": (
        QUARTER_AND_YEAR,
        Given(cars(2), figures=AT_HALF, spans={"quarter": Figures(), "year": REACHED}),
        100000, 100000,
    ),
    "a pot of 3,000 is shared whole: 13 of 39 days": (
        POT, Given(person="a", team=TEAM, days=13, of_days=26), 50000, 100000,
    ),
    "and 26 of 39 days": (
        POT, Given(person="b", team=TEAM, days=26, of_days=26), 200000, 200000,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_by_hand(name):
    made, given, before, now = CASES[name]
    assert (prepared(made, 2).pay(given).payable, prepared(made).pay(given).payable) == (
        before,
        now,
    )
    assert [int(fen) for fen in pay_cells(prepared(made), cells_of([given])).payable] == [now]


def lived(made, *months, version=3):
    """Payables of a person's months, each on what the one before left; columns say the same."""
    ledger, payables, given = Ledger(), [], []
    for nth, month in enumerate(months, start=1):
        given.append(replace(month, nth=nth))
        found = prepared(made, version).pay(replace(given[-1], ledger=ledger))
        ledger = found.after
        payables.append(found.payable)
    if version == 3:
        columns = pay_cells(prepared(made), cells_of(given, ["p"] * len(given)))
        assert [int(fen) for fen in columns.payable] == payables
    return payables


def test_what_a_cap_carries_on_is_no_catch_up_of_its_own():
    """2,000 earned, at most 1,000 a month: the other 1,000 come once, in the next month."""
    made = plan(
        part("u", bands=FLAT),
        caps=[named("k", amount=1000, beyond="carry")],
        catch_ups=[catching("quarter", "k")],
    )
    months = Given(cars(4)), Given(spans={"quarter": REACHED})
    assert lived(made, *months) == [100000, 100000]
    assert lived(made, *months, version=2) == [100000, 200000]


@pytest.mark.parametrize("order", [1, -1])
def test_a_year_no_longer_withholds_what_a_quarter_paid(order):
    """500 and 250 withheld: the first quarter returns its 500, the second does not its 250."""
    catch_ups = [catching("quarter", "f"), catching("year", "f")][::order]
    made = plan(part("u", bands=FLAT), factors=[HALVED], catch_ups=catch_ups)
    first = Given(cars(2), figures=AT_HALF, spans={"quarter": REACHED})
    second = Given(cars(1), figures=AT_HALF, spans={"quarter": Figures(), "year": REACHED})
    assert lived(made, first, second) == [100000, 50000]
    assert lived(made, first, second, version=2) == [100000, 100000]


def test_the_wider_catch_up_alone_gives_up_what_a_narrower_one_paid():
    """The year returns the gate too: of its 500 + 250 the quarter has paid the factor's 500."""
    gate = named("g", look={"by": "kpi", "of": "rate"}, below=1, effect="reduce", rate="50%")
    made = plan(
        part("u", bands=FLAT),
        factors=[HALVED],
        gates=[gate],
        catch_ups=[catching("year", "f", "g"), catching("quarter", "f")],
    )
    first = Given(cars(2), figures=AT_HALF, spans={"quarter": REACHED})
    assert lived(made, first, Given(spans={"year": REACHED})) == [75000, 25000]
    assert lived(made, first, Given(spans={"quarter": REACHED})) == [75000, 0]


def test_what_a_cap_pays_later_is_under_the_caps_that_hold_it():
    """7,000 of gross and 2,000 of units carried from last month: at most 8,000 together."""
    parts = part("u", bands=FLAT), part("s", "share", "gross", ((0, 1),))
    units = named("units", amount=6000, beyond="carry", components=["u"])
    months = Given(cars(16)), Given((gross(1, 7000),))
    for components, now in (([], 800000), (["u", "s"], 800000), (["s"], 900000)):
        made = plan(*parts, caps=[units, named("all", amount=8000, components=components)])
        assert lived(made, *months) == [600000, now]
        assert lived(made, *months, version=2) == [600000, 900000]


def test_a_draw_is_not_recovered_from_what_a_return_took():
    """3,000 earned, 2,800 taken back: 200 are left, so nothing of the 5,000 drawn is recovered."""
    made = plan(
        part("s", "share", "gross", ((0, 1),)),
        draws=[named("w", kind="recoverable", amount=1000)],
    )
    owed = (Owed("clawback", "s", "d0", -280000, "june:1"),)
    given = Given((gross(1, 3000),), ledger=Ledger({"w": 500000}), owed=owed)
    statement = prepared(made).pay(given)
    assert (statement.payable, statement.after.drawn) == (20000, {"w": 500000})
    assert prepared(made, 2).pay(given).payable == -180000
    half = replace(given, owed=(owed[0]._replace(fen=-150000),))
    assert (paid(made, deals=half.deals, owed=half.owed, ledger=half.ledger).payable) == 100000


def test_a_stack_of_a_measure_that_nobody_has_keeps_no_deal():
    made = plan(part("a", of="never", bands=FLAT, stack="s"), part("b", bands=FLAT, stack="s"))
    found = pay_cells(prepared(made), cells_of([Given(cars(2))]))
    assert [int(fen) for fen in found.payable] == [100000] == [paid(made, deals=cars(2)).payable]


# -- returns -----------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["original_rate", "prorated"])
@pytest.mark.parametrize("fields", [{"extra": True}, {}])
def test_returns_take_no_more_than_caps_left(policy, fields):
    """Five deals of 500, at most 1,000, and of it at most 800: each brought 160."""
    capped = plan(
        part("u", bands=FLAT, cap=1000, **fields),
        part("s", "share", "gross", ((0, 1),)),
        caps=[named("k", amount=800, components=["u"]), named("none", amount=9000)],
    )
    given = Given(cars(5))
    lines = posted(paid(capped, deals=given.deals))
    for rules, fen in ((3, -16000), (2, -50000)):
        text = frozen(capped, given, rules)
        taken = [clawed(Clawback(policy, 90), Return(f"d{n}"), lines, text) for n in range(1, 6)]
        assert [[one.fen for one in own] for own in taken] == [[fen]] * 5


def test_a_window_ends_with_its_last_day():
    june = paid(plan(part("u", bands=FLAT)), deals=cars(1))
    lines = posted(june)

    def taken(policy, day):
        return [one.fen for one in clawed(Clawback(policy, 90), Return("d1", day), lines)]

    assert [taken("original_rate", day) for day in (0, 90, 91)] == [[-50000], [-50000], []]
    assert [taken("prorated", day) for day in (0, 1, 89, 90)] == [
        [-50000], [-49444], [-556], [],
    ]  # fmt: skip


# -- what comes late to a month that was filled up ---------------------------------------------


def filling(kind, yuan=5000, *more):
    return plan(
        part("u", bands=FLAT), draws=[named("w", kind=kind, amount=yuan), *more]
    )  # fmt: skip


def corrected(made, then, now, version=3, earlier=()):
    lines = posted(prepared(made, version).pay(then))
    owed = adjusted(frozen(made, then, version), now, [*lines, *earlier])
    return [(one.component, one.source, one.fen) for one in owed]


@pytest.mark.parametrize("kind", ["guarantee", "non_recoverable"])
def test_what_comes_late_to_a_month_that_was_filled_up_is_paid_once(kind):
    """4 cars are 2,000, filled up to 5,000: two more cars were in what was paid; nine are above."""
    made, then = filling(kind), Given(cars(4))
    late = [("u", "d5", 50000), ("u", "d6", 50000)]
    assert corrected(made, then, Given(cars(6))) == [*late, ("w", None, -100000)]
    assert corrected(made, then, Given(cars(6)), version=2) == late
    twelve = corrected(made, then, Given(cars(12)))
    assert sum(fen for *_, fen in twelve) == 100000
    assert corrected(made, then, Given(cars(3))) == [("u", "d4", -50000), ("w", None, 50000)]


def test_it_is_paid_once_also_by_the_second_correction():
    made, then = filling("guarantee"), Given(cars(4))
    first = [
        Posted(f"1:{n}", 15, code, "adjustment", source, None, 1, None, fen)
        for n, (code, source, fen) in enumerate(corrected(made, then, Given(cars(6))))
    ]
    assert corrected(made, then, Given(cars(6)), earlier=first) == []
    assert sum(fen for *_, fen in corrected(made, then, Given(cars(11)), earlier=first)) == 50000


@pytest.mark.parametrize("kind", ["recoverable", "recoverable_guarantee"])
def test_what_is_taken_back_later_stays_drawn(kind):
    made = filling(kind)
    assert corrected(made, Given(cars(4)), Given(cars(5))) == [("u", "d5", 50000)]


def test_what_is_recovered_of_an_older_draw_of_the_same_code_stays_recovered():
    """The plan that gave it was replaced by one whose draw of that code is a gift."""
    older = filling("recoverable", 500).draws[0]
    gift = filling("non_recoverable", 100)
    made = replace(gift, draws=(replace(older, first=999), *gift.draws))
    then = Given(cars(2), {"deliveries": 20_000}, ledger=Ledger({"w": 30_000}))
    assert prepared(made).pay(then).payable == 70_000
    assert corrected(made, then, then) == []


def test_a_draw_before_a_guarantee():
    """1,000 are filled up to 2,000 by the draw, to 3,000 by the guarantee; 1,500 more are 2,500."""
    made = filling("recoverable", 2000, named("g", kind="guarantee", amount=3000))
    now = corrected(made, Given(cars(2)), Given(cars(3)))
    assert now == [("u", "d3", 50000), ("g", None, -50000)]


def test_a_debt_is_made_up_for_before_a_guarantee():
    """A fine of 700 on 500 left a debt of 200 under a guarantee of 1,000."""
    made = plan(
        part("u", bands=FLAT),
        part("x", "fine", "bad", ((0, 700),)),
        draws=[named("w", kind="guarantee", amount=1000)],
    )
    then = Given((*cars(1), deal(9, bad=1)))
    statement = prepared(made).pay(then)
    assert (statement.payable, statement.after.due) == (100000, 20000)
    now = Given((*cars(2), deal(9, bad=1)))
    assert corrected(made, then, now) == [("u", "d2", 50000), ("w", None, -30000)]
    none = Given((deal(9, bad=1),))
    assert corrected(made, then, none) == [("u", "d1", -50000)]


def test_what_may_be_taken_at_most_goes_by_what_was_earned_as_it_is_known_now():
    """Of 2,000 half goes towards 3,000 that are owed, and 500 fill up 1,500; of 2,500 it is 1,250.

    Known in time the month had paid 1,250 and 250 filled up, with 1,750 still due of the 3,000: the
    correction of 250 and the 2,000 that are due come to the same.
    """
    guarantee = named("w", kind="guarantee", amount=1500)
    made = plan(part("u", bands=FLAT), draws=[guarantee], clawback={"most": "50%"})
    then = Given(cars(4), owed=(Owed("clawback", "v", "d8", -300000, "may:1"),))
    statement = prepared(made).pay(then)
    assert (statement.payable, statement.after.due) == (150000, 200000)
    lines = [line for line in posted(statement) if line.entry != "clawback"]
    owed = adjusted(frozen(made, then), Given(cars(5)), lines)
    assert [(one.component, one.fen) for one in owed] == [("u", 50000), ("w", -25000)]
    known = prepared(made).pay(replace(then, deals=cars(5)))
    assert (known.payable, known.after.due) == (150000, 175000)


@pytest.mark.parametrize(("own", "fen"), [("exclude", 0), ("include", -10000)])
@pytest.mark.parametrize("whose", ["team", "outlet"])
def test_a_leaders_own_car_comes_off_what_an_override_rests_on(own, fen, whose):
    """Of 10 cars in the team 2 are his: an override at 100 for each knows 8, or now 9 of 10."""
    over = part("o", "units", "cars", ((0, 100),), whose=whose, own=own)
    made = plan(part("u", bands=FLAT), over)
    given = Given(cars(2), {"cars": 20000}, **{whose: Group(totals={"cars": 100000})})
    lines = posted(prepared(made).pay(given))
    back = clawed(Clawback("replay"), Return("d1"), lines, frozen(made, given))
    assert {one.component: one.fen for one in back} == {"u": -50000, **({"o": fen} if fen else {})}


def test_a_return_by_replay_does_not_reach_what_a_guarantee_pays_anyway():
    made, given = filling("guarantee"), Given(cars(4))
    lines = posted(prepared(made).pay(given))
    back = clawed(Clawback("replay"), Return("d4"), lines, frozen(made, given))
    assert [(one.entry, one.component, one.fen) for one in back] == [
        ("clawback", "u", -50000), ("clawback", "w", 50000),
    ]  # fmt: skip


# -- catch-ups ---------------------------------------------------------------------------------


def test_a_catch_up_goes_by_whom_it_looks_at():
    """500 are withheld; the outlet reached its year, the person did not."""
    look = {"by": "kpi", "of": "rate", "whose": "outlet"}
    year = named("y", grain="year", returns=["f"], look=look)
    made = plan(part("u", bands=FLAT), factors=[HALVED], catch_ups=[year])
    reached, missed = Figures({"rate": Fraction(1)}), Figures({"rate": Fraction(0)})
    given = Given(cars(2), figures=AT_HALF, spans={"year": missed, "year:outlet": reached})
    assert lived(made, given) == [100000]
    assert lived(made, given, version=2) == [50000]
    turned = replace(given, spans={"year": reached, "year:outlet": missed})
    assert lived(made, turned) == [50000] == lived(made, replace(given, spans={"year": reached}))


def test_catch_ups_that_return_nothing_or_the_same_are_not_published():
    capped = named("k", amount=9, beyond="carry")
    gate = named("g", look={"by": "score"}, below=60)
    by_units = {"by": "units", "of": "cars"}
    made = plan(
        part("u", bands=FLAT),
        factors=[HALVED],
        gates=[gate],
        caps=[capped, named("hard", amount=99)],
        catch_ups=[
            catching("quarter", "f", "g"),
            named("half", grain="half", returns=["k"], look=by_units),
            catching("year", "f", "hard"),
            named("both", grain="year", returns=["g", "f", "hard"], look=BY_TARGET),
        ],
    )
    found = [(one.code, one.place.rpartition("catch_ups.")[2]) for one in blocking(lint(made))]
    assert found == [
        ("never_caught", "half.look"),
        ("caught_later", "half.returns"),
        ("caught_twice", "year.returns"),
    ]
