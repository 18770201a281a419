"""Pay frozen, replayed, compared and corrected: to the byte and to the fen."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from cheji.engine.findings import Refused
from cheji.engine.pay import (
    Event,
    Given,
    Group,
    Held,
    Ledger,
    Member,
    OtherRules,
    Owed,
    Posted,
    Return,
    Typed,
    adjusted,
    clawed,
    clawed_anew,
    difference,
    frozen,
    ledger_from,
    outcome_text,
    prepared,
    replay,
    seal,
    thawed,
    without,
)
from cheji.engine.pay.order import HOLDBACKS
from engine.plans import cars, deal, named, paid, part, plan, posted

RETRO = {"mode": "retroactive"}
JUNE = plan(
    part(**RETRO), part("gross", "share", "gross", ((0, "25%"),), scope="per_deal", least=150)
)


def test_a_replay_gives_the_same_bytes():
    given = Given(cars(7), {"cars": 80000})
    text = frozen(JUNE, given)
    first = outcome_text(prepared(JUNE).pay(given))
    assert replay(text) == first == replay(text)
    assert (seal(text) == seal(first), len(seal(text))) == (False, 64)
    assert ledger_from(json.loads(first)["after"]) == Ledger()


def test_an_outcome_of_other_rules_is_not_replayed():
    text = frozen(JUNE, Given())
    with pytest.raises(OtherRules, match=r"^9, 1$"):
        replay(text.replace('"rules":3', '"rules":9'))
    with pytest.raises(OtherRules, match=r"^3, 9$"):
        replay(text.replace('"order":1', '"order":9'))
    with pytest.raises(Refused):
        replay(text.replace('"kind":"units"', '"kind":"other"'))


def test_a_difference_is_told_line_by_line_and_adds_up():
    before, after = paid(JUNE, deals=cars(7)), paid(JUNE, deals=cars(6))
    found = difference(before.lines, after.lines)
    assert (found.before, found.after, found.fen) == (560000, 420000, -140000)
    assert sum(change.fen for change in found.changes) == found.fen
    last = found.changes[-1]
    assert (last.component, last.entry, last.source) == ("unit_bonus", "earning", "d7")
    assert (last.before, last.after, last.causes) == (80000, None, ())
    first = found.changes[0]
    assert (first.before, first.after, first.fen) == (80000, 70000, -10000)
    assert [cause.name for cause in first.causes] == ["rate", "parts"]
    assert first.causes[0][1:] == ("800/1", "700/1")


def test_other_figures_that_come_to_the_same_are_told_too():
    """Twice the gross at half the rate is the same money, and not the same pay."""
    made = (
        paid(plan(part("s", "share", "gross", ((0, rate),))), deals=(deal(1, gross=gross),)).lines
        for rate, gross in (("10%", 1000), ("5%", 2000))
    )
    found = difference(*made)
    assert (found.fen, [(change.source, change.fen) for change in found.changes]) == (
        0,
        [("d1", 0)],
    )
    assert [cause.name for cause in found.changes[0].causes] == ["amount", "rate", "parts"]


def test_nothing_changed_is_nothing_told():
    lines = paid(JUNE, deals=cars(3)).lines
    assert difference(lines, lines).changes == ()
    both = [*cars(3), deal(9, gross=100), deal(9, gross=300)]
    two, one = paid(JUNE, deals=both), paid(JUNE, deals=both[:-1])
    assert [change.before for change in difference(one.lines, two.lines).changes] == [15000]


def test_what_was_paid_provisionally_is_settled_by_the_final_figure():
    """80 % of an estimated gross; then the rest, and the difference of the figure, up or down."""
    held = named("h", components=["s"], share="20%", release="oem_settled")
    made = plan(part("s", "share", "gross", ((0, "10%"),)), holdbacks=[held])
    then = Given((deal(1, gross=10000),))
    june = prepared(made).pay(then)
    for final, difference_fen in ((11500, 15000), (9000, -10000), (10000, 0)):
        owed = adjusted(frozen(made, then), Given((deal(1, gross=final),)), posted(june))
        assert [(one.entry, one.origin, one.fen) for one in owed] == [
            ("adjustment", "0", difference_fen)
        ] * bool(difference_fen)
        july = prepared(made).pay(
            Given(nth=2, ledger=june.after, owed=owed, events=(Event("d1", "oem_settled"),))
        )
        entries = [(line.entry, line.fen) for line in july.lines]
        settled = [("release", 20000), ("adjustment", difference_fen)][: 1 + bool(difference_fen)]
        assert (june.payable, entries) == (80000, settled)
        assert june.payable + july.payable == final * 10


OLD = [
    row
    for rules in (1, 2)
    for row in Path(__file__)
    .with_name(f"pay_of_rules_{rules}.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


@pytest.mark.parametrize("row", OLD)
def test_what_was_frozen_under_earlier_rules_gives_the_same_bytes(row):
    sealed, text = json.loads(row)
    assert seal(replay(text)) == sealed


def test_each_rule_since_the_first_changes_what_is_paid():
    """Typed lines under a cap, a draw of half a month, pay below zero, a cap that is no more."""
    typed = (Typed("unit_bonus", 100, "manual:1"),)
    half = {"days": 15, "of_days": 30}
    draw = named("d", kind="non_recoverable", amount=5000)
    taken = (Owed("clawback", "unit_bonus", "d0", -80000, "1:1"),)
    capped = plan(part(), caps=[named("c", amount=1000)])
    for made, given, one, two in (
        (capped, Given(cars(5), typed=typed), 290100, 100000),
        (plan(part(), draws=[draw]), Given(**half), 500000, 250000),
        (plan(part()), Given(owed=taken), -80000, 0),
        (plan(part()), Given(ledger=Ledger(carried={"c": 150000})), 0, 150000),
    ):
        assert [thawed(frozen(made, given, rules)).payable for rules in (1, 2)] == [one, two]


def test_each_rule_since_the_second_changes_what_is_paid():
    """A prize beyond its budget; a draw on a fine, which was paid by it and due as well."""
    prize = part("p", "prize", whose="team", bands=((1, 300), (2, 0)), budget=500)
    team = Group(members=(Member("a", figures={"cars": 10000}),))
    fined = plan(
        part("f", "fine", bands=((0, 150),)),
        draws=[named("d", kind="recoverable", amount=1000)],
    )
    prized = Given(person="a", team=team, budgets={"p": 10000})
    for made, given, two, three in (
        (plan(prize), prized, (30000, 0, {}), (10000, 0, {})),
        (fined, Given(cars(1)), (115000, 15000, {"d": 115000}), (100000, 15000, {"d": 100000})),
    ):
        found = [thawed(frozen(made, given, rules)) for rules in (2, 3)]
        assert [(one.payable, one.after.due, one.after.drawn) for one in found] == [two, three]


# -- corrections -------------------------------------------------------------------------------


def test_a_late_car_lifts_the_cars_before_it():
    then = Given(cars(6))
    statement = prepared(JUNE).pay(then)
    owed = adjusted(frozen(JUNE, then), Given(cars(7)), posted(statement))
    assert [(one.entry, one.source, one.fen, one.origin, one.code, one.args) for one in owed] == [
        *(("adjustment", f"d{n}", 10000, str(n - 1), "reworked_by", (80000, 70000, "1", "800"))
          for n in range(1, 7)),
        ("adjustment", "d7", 80000, "", "reworked_by", (80000, 0, "1", "800")),
    ]  # fmt: skip
    august = paid(JUNE, deals=(), owed=owed)
    assert august.lines[0].reason.get("zh") == (
        "前期业务变动：现应计 ¥800.00（1 × 800），原已计 ¥700.00"
    )
    assert thawed(frozen(JUNE, Given(owed=owed))).lines[0].args == owed[0].args
    assert (august.payable, [line.step for line in august.lines]) == (140000, [15] * 7)
    every = [*posted(statement), *(p._replace(key=f"a{p.key}") for p in posted(august))]
    assert adjusted(frozen(JUNE, then), Given(cars(7)), every) == ()


def test_a_correction_says_how_it_is_due_by_now():
    """A share of yuan as percent; the least of a deal, or a deal that is gone, only as amounts."""
    then = Given((deal(1, gross=1000), deal(2, gross=10), deal(3, gross=1000)))
    now = Given((deal(1, gross=2000), deal(2, gross=1000), deal(4, gross=10)))
    june = posted(prepared(JUNE).pay(then))
    share = [one for one in adjusted(frozen(JUNE, then), now, june) if one.component == "gross"]
    assert [(one.source, one.code, one.args) for one in share] == [
        ("d1", "reworked_by", (50000, 25000, "2000", "25%")),
        ("d2", "reworked_by", (25000, 15000, "1000", "25%")),
        ("d4", "reworked", (15000, 0)),
        ("d3", "reworked", (0, 25000)),
    ]


def test_a_returned_deal_gives_back_what_is_held_of_it():
    made = plan(
        part(),
        clawback={},
        holdbacks=[named("h", components=["unit_bonus"], share="20%", release="plates")],
    )
    june = paid(made, deals=cars(1))
    held = (*june.after.held, Held("h", "d9", 5, 1))
    owed = clawed(made.clawback, Return("d1"), posted(june), held=held)
    assert [(one.component, one.fen) for one in owed] == [("unit_bonus", -50000), ("h", 10000)]
    august = paid(made, deals=(), owed=owed, ledger=Ledger(held=held))
    assert (august.payable, august.after.held) == (0, (Held("h", "d9", 5, 1),))
    assert august.after.due == 40000
    assert august.lines[-1].reason.get("en") == "more than may be taken now: carried on"
    later = paid(made, deals=cars(1)[:1], ledger=Ledger(due=40000))
    assert [line.fen for line in later.lines] == [50000, -10000, -40000]
    assert (later.payable, later.after.due) == (0, 0)


@pytest.mark.parametrize(("version", "origin", "code"), [(3, "1:5", "reserve_back"), (2, "", "")])
def test_part_of_a_reserve_is_given_back(version, origin, code):
    owed = (Owed("adjustment", "h", "d1", 40, origin, code),)
    other = Held("h", "d2", 50, 1, "1:6")
    ledger = Ledger(held=(Held("h", "d1", 100, 1, origin), other))
    payer = prepared(plan(part()), version)
    assert payer.pay(Given(owed=owed, ledger=ledger)).after.held == (
        Held("h", "d1", 60, 1, origin), other,
    )  # fmt: skip
    whole = (owed[0]._replace(fen=100),)
    assert payer.pay(Given(owed=whole, ledger=ledger)).after.held == (other,)


@pytest.mark.parametrize("ends", ["released", "expired", "expired_paid"])
def test_what_is_given_back_is_neither_released_nor_runs_out(ends):
    """Each of two components holds its own sum of the deal, and gives its own part back."""
    held = {"code": "h", "zh": "h", "en": "h", "components": ["unit_bonus"], "share": "20%",
            "release": "e", "expires": 1,
            "at_expiry": "release" if ends == "expired_paid" else "forfeit"}  # fmt: skip
    sums = (Held("h", "d1", 100, 1, "1:5"), Held("h", "d1", 60, 1, "1:6"))
    back = [Owed("adjustment", "h", "d1", fen, key, "reserve_back")
            for fen, key in ((100, "1:5"), (20, "1:6"))]  # fmt: skip
    events = (Event("d1", "e"),) if ends == "released" else ()
    given = Given(owed=tuple(back), ledger=Ledger(held=sums), events=events, nth=2)
    paid = prepared(plan(part(), holdbacks=[held])).pay(given)
    told = [(line.code, line.amount) for line in paid.lines if line.step == HOLDBACKS]
    assert (told, paid.after.held) == ([(ends, 40)], ())
    assert paid.payable == 120 + (0 if ends == "expired" else 40)


def test_after_the_window_nothing_is_taken():
    made = plan(part(), clawback={"window": 30})
    june = posted(paid(made, deals=cars(1)))
    assert clawed(made.clawback, Return("d1", 31), june) == ()
    assert [one.fen for one in clawed(made.clawback, Return("d1", 30), june)] == [-50000]


def test_the_last_day_of_a_prorated_window_takes_nothing():
    made = plan(part(), clawback={"policy": "prorated", "window": 90})
    june = posted(paid(made, deals=cars(1)))
    assert clawed(made.clawback, Return("d1", 90), june) == ()
    assert [one.fen for one in clawed(made.clawback, Return("d1", 30), june)] == [-33333]


def test_what_a_return_takes_by_now_is_put_right_by_component():
    """Half of 500 and 100 were taken; of a half that is left of the first a half is due."""
    made = plan(part(), part("gross", "share", "gross", ((0, "10%"),)), clawback={})
    june = posted(paid(made, deals=(deal(1, cars=1, gross=1000),)))
    taken = [one._replace(entry="clawback", fen=-one.fen // 2) for one in june]
    due = [Owed("clawback", "unit_bonus", "d1", fen, "new") for fen in (-10000, -2500)]
    found = clawed_anew("d1", due, taken)
    assert [(one.component, one.fen, one.origin, one.args) for one in found] == [
        ("unit_bonus", 12500, june[0].key, (12500, 25000)), ("gross", 5000, june[1].key, (0, 5000))
    ]  # fmt: skip
    assert {one.entry for one in found} == {"clawback"}
    again = [*taken, *(one._replace(fen=other.fen) for one, other in zip(june, found, strict=True))]
    assert clawed_anew("d1", due, again) == ()
    extra = [Owed("clawback", "extra", "d1", -1, "new")]
    assert [one.origin for one in clawed_anew("d1", extra, ())] == ["new"]


def test_by_bands_the_original_rate_takes_what_was_paid():
    made = plan(part(bands=((0, 100), (2, 200))), clawback={})
    given = (deal(1, cars=3),)
    line = posted(paid(made, deals=given))
    assert line[0].rate is None
    assert [one.fen for one in clawed(made.clawback, Return("d1"), line)] == [-50000]


def test_the_original_rate_takes_the_share_that_was_paid():
    made = plan(part(), clawback={})
    half = deal(1, cars=1)._replace(credit=Fraction(1, 2), pay=Fraction(1, 2))
    (line,) = posted(paid(made, deals=(half,)))
    assert [one.fen for one in clawed(made.clawback, Return("d1"), [line])] == [-25000]


@pytest.mark.parametrize(("limits", "gross", "taken"), [
    ({"least": 150}, 400, -10000),
    ({"most": 50}, 400, -5000),
    ({"least": 150}, -800, None),
])  # fmt: skip
def test_the_original_rate_takes_no_more_than_was_paid(limits, gross, taken):
    made = plan(
        part("gross", "share", "gross", ((0, "25%"),), scope="per_deal", **limits), clawback={}
    )
    lines = posted(paid(made, deals=(deal(1, gross=gross),)))
    found = [one.fen for one in clawed(made.clawback, Return("d1"), lines)]
    assert found == ([taken] if taken else [])


def test_a_share_of_pay_may_be_taken():
    made = plan(part(), clawback={"most": "20%"})
    statement = paid(made, deals=cars(2), owed=(Owed("clawback", "unit_bonus", "d0", -50000, "j"),))
    assert (statement.payable, statement.after.due) == (80000, 30000)
    assert statement.lines[-1].fen == 30000


def test_the_inputs_without_a_deal():
    given = Given((*cars(2), deal(3, gross=100)), {"cars": 20000, "gross": 10000, "other": 5})
    found = without(given, "d2")
    assert [one.source for one in found.deals] == ["d1", "d3"]
    assert found.totals == {"cars": 10000, "gross": 10000, "other": 5}
    half = replace(given, deals=(given.deals[0]._replace(pay=Fraction(1, 2)),))
    assert without(half, "d1").totals["cars"] == 15000


def test_what_is_left_of_a_plan_for_a_leaver_is_replayed_too():
    """Its holdbacks and catch-ups name components and gates that are gone."""
    rest = replace(
        plan(part(), holdbacks=[named("plates", components=["unit_bonus"], share="20%",
                                      release="plates")]),
        components=(),
    )  # fmt: skip
    given = Given(ledger=Ledger(held=(Held("plates", "d1", 900, 1, "1:2"),)))
    text = frozen(rest, given)
    assert replay(text) == outcome_text(prepared(rest).pay(given))


@pytest.mark.parametrize(
    "other",
    [
        {"caps": [named("units", amount=5000, beyond="carry")]},
        {"draws": [named("units", kind="guarantee", amount=50)]},
    ],
)
def test_what_is_late_of_a_component_is_paid_beside_a_part_of_its_code(other):
    """Such a plan is published no more; rules 1 and 2 left out what comes late under the cap."""
    made = plan(part("units", bands=((0, 100),)), **other)
    text, now = frozen(made, Given(cars(1))), Given(cars(2))
    lines = posted(prepared(made).pay(Given(cars(1))))
    (owed,) = adjusted(text, now, lines)
    assert (owed.component, owed.source, owed.fen) == ("units", cars(2)[1].source, 10_000)
    late = Posted("1:", 15, owed.component, owed.entry, owed.source, None, 1, None, owed.fen)
    assert adjusted(text, now, [*lines, late]) == ()
