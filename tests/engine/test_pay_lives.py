"""Two years of one person's pay in any order: runs, late facts, returns, clawbacks, draws.

A model of a few lines says what must hold after each month: lines add up, what is held, drawn and
due is what lines say, and nothing is paid or taken twice.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cheji.engine.definitions import Clawback, PayPlan, pay_plan_of
from cheji.engine.pay import (
    Deal,
    Event,
    Given,
    Ledger,
    Owed,
    Posted,
    Return,
    adjusted,
    clawed,
    frozen,
    outcome_text,
    prepared,
    replay,
)

MONTHS = 24
BODY = {
    "code": "p", "zh": "提成", "en": "Pay",
    "components": [
        {"code": "units", "zh": "台数", "en": "Units", "kind": "units", "of": "cars",
         "mode": "retroactive", "tiers": [{"from": 0, "rate": 500}, {"from": 3, "rate": 600}]},
        {"code": "gross", "zh": "毛利", "en": "Gross", "kind": "share", "of": "gross",
         "scope": "per_deal", "base": "positive", "tiers": [{"from": 0, "rate": "10%"}]},
    ],
    "holdbacks": [{"code": "plates", "zh": "上牌", "en": "Plates", "components": ["units"],
                   "share": "20%", "release": "plates"}],
    "draws": [{"code": "draw", "zh": "预支", "en": "Draw", "kind": "recoverable", "amount": 1000,
               "until": 12}],
    "clawback": {"policy": "original_rate", "most": "50%"},
}  # fmt: skip
#: By each policy that a plan may name; by replay, corrections take back what was paid.
PLANS = [
    pay_plan_of(BODY | {"clawback": {"policy": policy, "most": "50%"} | window})
    for policy, window in (
        ("original_rate", {}), ("replay", {}), ("prorated", {"window": 180}),
    )
]  # fmt: skip


class Lives(RuleBasedStateMachine):
    """One person, month after month."""

    def __init__(self) -> None:
        super().__init__()
        self.plan, self.payer = PLANS[0], prepared(PLANS[0])
        self.month = 0
        self.number = 0
        self.deals: dict[str, Deal] = {}
        self.sold: dict[str, int] = {}
        self.closed: list[tuple[str, Given, list[Posted]]] = []
        self.ledger = Ledger()
        self.events: list[Event] = []
        self.returned: list[str] = []
        self.clawed: set[str] = set()
        self.lines: Counter[str] = Counter()
        self.corrected: dict[int, list[Posted]] = {}
        self.paid = 0
        self.given_back = 0

    @initialize(plan=st.sampled_from(PLANS))
    def begin(self, plan: PayPlan) -> None:
        self.plan, self.payer = plan, prepared(plan)

    @rule(gross=st.integers(-500_000, 3_000_000))
    def sell(self, gross: int) -> None:
        self._deal(self.month, gross)

    @precondition(lambda self: self.month > 0)
    @rule(gross=st.integers(0, 2_000_000), back=st.integers(1, 6))
    def sell_late(self, gross: int, back: int) -> None:
        """A fact of a closed month that was not known when it was closed."""
        self._deal(max(self.month - back, 0), gross)

    def _deal(self, month: int, gross: int) -> None:
        self.number += 1
        source = f"delivery:{self.number}"
        day = date(2026 + month // 12, month % 12 + 1, 1)
        self.deals[source] = Deal(source, day, {"cars": 10_000, "gross": gross})
        self.sold[source] = month

    @precondition(lambda self: any(self.sold[s] < self.month for s in self.deals))
    @rule(pick=st.integers(0, 1_000))
    def take_back(self, pick: int) -> None:
        known = sorted(s for s in self.deals if self._known(s))
        if known:
            source = known[pick % len(known)]
            del self.deals[source]
            self.returned.append(source)

    def _known(self, source: str) -> bool:
        month = self.sold[source]
        return month < len(self.closed) and any(
            deal.source == source for deal in self.closed[month][1].deals
        )

    @precondition(lambda self: bool(self.ledger.held))
    @rule(pick=st.integers(0, 1_000))
    def release(self, pick: int) -> None:
        held = self.ledger.held[pick % len(self.ledger.held)]
        self.events.append(Event(held.source, "plates"))

    @precondition(lambda self: self.month < MONTHS)
    @rule()
    def run(self) -> None:
        """Work the month out, keep it, and let nothing of it change."""
        own = tuple(d for s, d in self.deals.items() if self.sold[s] == self.month)
        owed = tuple(self._owed())
        back = {one.source for one in owed if one.code == "reserve_back"}
        events = tuple(event for event in self.events if event.source not in back)
        given = Given(
            deals=own, nth=self.month + 1, ledger=self.ledger, events=events,
            owed=owed,
        )  # fmt: skip
        text, made = frozen(self.plan, given), self.payer.pay(given)
        assert replay(text) == outcome_text(made)
        assert sum(line.fen for line in made.lines) == made.payable
        for line in made.lines:
            self.lines[line.entry] += line.fen
            if (line.entry, line.component) == ("adjustment", "plates"):
                self.given_back += line.fen
            run, _, _ = line.origin.partition(":")
            if line.entry in ("adjustment", "clawback") and run:
                self.corrected.setdefault(int(run), []).append(_posted(line, line.origin))
        posted = [
            _posted(one, f"{self.month}:{at}")
            for at, one in enumerate(made.lines, start=1)
            if one.entry not in ("adjustment", "clawback")
        ]
        self.closed.append((text, given, posted))
        self.paid += made.payable
        self.ledger, self.events = made.after, []
        self.month += 1

    def _owed(self) -> list[Owed]:
        """What closed months owe by replay, and returned deals by the policy, once.

        By replay a returned deal is like any late fact: its month is worth less without it.
        """
        found: list[Owed] = []
        by_replay = _policy(self.plan).policy == "replay"
        for month, (text, given, posted) in enumerate(self.closed):
            gone = [d for d in given.deals if d.source not in self.deals]
            found += self._taken(gone, () if by_replay else posted, 30 * (self.month - month))
            now = [d for s, d in self.deals.items() if self.sold[s] == month]
            before = [one for one in self.corrected.get(month, []) if one.entry == "adjustment"]
            whole = now if by_replay else [*now, *gone]
            found += [
                one._replace(origin=one.origin or f"{month}:")
                for one in adjusted(
                    text, Given(deals=tuple(whole), nth=month + 1, ledger=given.ledger),
                    [*posted, *before],
                )
            ]  # fmt: skip
        return found

    def _taken(self, gone: list[Deal], posted: Sequence[Posted], days: int) -> Iterator[Owed]:
        for deal in gone:
            if deal.source not in self.clawed:
                self.clawed.add(str(deal.source))
                back = Return(deal.source, days)
                yield from clawed(_policy(self.plan), back, posted, held=self.ledger.held)

    @invariant()
    def balances_are_what_lines_say(self) -> None:
        held = sum(one.fen for one in self.ledger.held)
        released = self.lines["release"] + self.given_back
        assert held == -self.lines["reserve"] - released
        assert sum(self.ledger.drawn.values()) == self.lines["draw"] + self.lines["recovery"]
        assert self.ledger.due == self.lines["carry"]
        assert self.paid == sum(self.lines.values())
        assert min([0, self.ledger.due, *self.ledger.drawn.values()]) == 0
        sources = [one.source for one in self.ledger.held]
        assert len(sources) == len(set(sources))

    @invariant()
    def nothing_is_owed_twice(self) -> None:
        """Once a month is closed, its corrections are done: asking again finds nothing."""
        if self.closed and not self.returned and self.month == len(self.closed):
            late = {s for s in self.deals if self.sold[s] < self.month and not self._known(s)}
            taken = {str(one.source) for months in self.corrected.values() for one in months}
            if late <= taken:
                assert [one for one in self._owed() if one.entry == "adjustment"] == []


def _policy(plan: PayPlan) -> Clawback:
    assert plan.clawback is not None
    return plan.clawback


def _posted(line: object, key: str) -> Posted:
    made = line
    return Posted(
        key, made.step, made.component, made.entry, made.source, made.amount,  # type: ignore[attr-defined]
        made.scale, made.rate, made.fen,  # type: ignore[attr-defined]
    )  # fmt: skip


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=15, stateful_step_count=50, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: _policy(plan).policy)
def test_two_whole_years_with_something_each_month(plan: PayPlan) -> None:
    """Every month a sale, every third a late one, every fifth a return, releases in between."""
    life = Lives()
    life.begin(plan)
    for month in range(MONTHS):
        life.sell(1_000_000 + month * 1_000)
        life.sell(-20_000)
        if month % 3 == 2:
            life.sell_late(500_000, 2)
        if month % 5 == 4:
            life.take_back(month)
        if life.ledger.held and month % 2:
            life.release(month)
        life.run()
        life.balances_are_what_lines_say()
        life.nothing_is_owed_twice()
    assert (life.month, Fraction(life.paid, 100) > 0) == (MONTHS, True)
