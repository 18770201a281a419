"""Twenty pay plans tried on 24 months of 8,000 people: the fast path alone, the inputs loaded.

Beside it the plainest honest peer, on a part of the people: one loop over deals in Decimal that
works the first plan out, scaled up to the whole. The engine's plain path says that a sample of the
fast path's figures is right to the fen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import typer

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Deal, Figures, Given, Group, Member, Payer, prepared
from cheji.engine.pay.columns import Cells, PaidCells, pay_plans
from cheji.engine.pay.columns.cells import (
    Amounts,
    DealColumns,
    Labels,
    Members,
    Shares,
    Side,
    members_of,
)
from cheji.engine.pay.columns.exact import Ratio, Whole, unknown
from cheji.packs import load

from .measuring import Row, measure, row

PEOPLE: Final = 8_000
MONTHS: Final = 24
PLANS: Final = 20
DEALS: Final = 10  # of a person's month, on average
SAMPLE: Final = 60  # people whom the peer does, and months of whom the plain path does
AGREED: Final = 5  # every so-manyth plan is held against the plain path
SEED: Final = 20_261_122
PRESET: Final = "preset_consultant"
OUTLETS: Final = 400
#: What a deal brings: of every how many deals one has it, least, most.
MEASURES: Final = {
    "deliveries": (1, 10_000, 10_000),
    "gross": (1, -200_000, 900_000),
    "vehicle_gross": (1, -300_000, 600_000),
    "accessory_gross": (2, 20_000, 500_000),
    "insurance_units": (2, 10_000, 10_000),
    "insurance_gross": (2, 10_000, 120_000),
    "finance_units": (3, 10_000, 10_000),
    "finance_gross": (3, 30_000, 400_000),
}


def rows(at: datetime) -> Iterator[Row]:
    """All plans on all people; every one of them is worked out in columns."""
    del at
    cells, plans = made_up(PEOPLE, MONTHS), tried()
    payers = [prepared(plan) for plan in plans]
    deals = cells.deals.cell.size
    typer.echo(f"{cells.size:,} months of people, {deals:,} deals", err=True)
    found: list[PaidCells] = []
    done = measure(lambda: found.extend(pay_plans(payers, cells)), runs=1)
    agree(cells, payers, found)
    peer = measure(lambda: by_decimal(cells), runs=1)
    scale = PEOPLE / SAMPLE * PLANS
    whole = replace(peer, seconds=peer.seconds * scale, cpu_s=peer.cpu_s * scale)
    unit = f"{PLANS} plans × {MONTHS} months × {PEOPLE:,} people, 0 plain"
    count = PLANS * cells.size
    yield row("simulate_plans", unit, done, count=count, against=10.0, baseline="10 s")
    told = f"simulate_plans; {SAMPLE} people, 1 plan × {scale:,g}"
    yield row("simulate_decimal", unit, whole, against=done.seconds, baseline=told)


def tried() -> list[PayPlan]:
    """Our consultants' preset, every time with other bands, rates and limits."""
    plan = next(plan for plan in load("presets").definitions.pay_plans if plan.code == PRESET)
    return [_varied(plan, number) for number in range(PLANS)]


def _varied(plan: PayPlan, number: int) -> PayPlan:
    parts = tuple(
        replace(
            part,
            tiers=tuple(
                replace(band, rate=band.rate * (100 + number) / 100) for band in part.tiers
            ),
        )
        for part in plan.components
    )
    return replace(plan, code=f"tried_{number}", components=parts)


# -- made-up inputs ----------------------------------------------------------------------------


def made_up(people: int, months: int) -> Cells:
    """The columns of these people's months, the same ones every time; cells by month."""
    random = np.random.Generator(np.random.PCG64(SEED))
    size = people * months
    counts = random.integers(0, 2 * DEALS + 1, size)
    first = np.concatenate(([0], np.cumsum(counts)))
    cell = np.repeat(np.arange(size), counts)
    deals = DealColumns(
        cell, first, _amounts(random, cell.size), _labels(random, cell.size),
        _whole(cell.size), _whole(cell.size), {}, np.ones(cell.size, np.int64), {},
    )  # fmt: skip
    person = np.tile(np.arange(people), months)
    turn = np.repeat(np.arange(months), people)
    person_side = _person(random, deals, size)
    none = np.zeros(size, bool)
    sides = {
        "person": person_side,
        "team": Side(none, {}, {}, unknown(size), {}, members_of((), ())),
        "outlet": Side(none, {}, {}, unknown(size), {}, _members(person_side, people, months)),
    }
    score = random.integers(60, 121, size)
    return Cells(
        size, person, turn, turn + 1, deals, sides, _ratio(score, 100),
        _ratio(np.full(size, 1), 1), {}, {}, {}, turn, none,
    )  # fmt: skip


def _amounts(random: np.random.Generator, size: int) -> dict[str, Amounts]:
    found = {}
    for code, (every, least, most) in MEASURES.items():
        there = random.integers(0, every, size) == 0
        amount = random.integers(least, most + 1, size)
        found[code] = Amounts(np.where(there, amount, 0), there, there)
    return found


def _labels(random: np.random.Generator, size: int) -> dict[str, Labels]:
    days = random.integers(0, 121, size)
    place = random.integers(0, 12, size)
    texts = tuple(f"M{number}" for number in range(12))
    is_text = np.zeros(size, bool)
    return {
        "model": Labels(place, texts, np.zeros(size, np.int64), is_text),
        "stock_days": Labels(days, tuple(map(str, range(121))), days, ~is_text),
    }


def _whole(size: int) -> Shares:
    return Shares(np.ones(size, np.int64), 1)


def _ratio(num: Whole, den: int) -> Ratio:
    return Ratio(num, np.full(num.size, den), np.ones(num.size, bool))


def _person(random: np.random.Generator, deals: DealColumns, size: int) -> Side:
    """Totals of the deals, and the KPI of cars with a target of 4 to 12."""
    there = np.ones(size, bool)
    totals = {
        code: Amounts(np.add.reduceat(np.append(one.amount, 0), deals.first[:-1]), there, there)
        for code, one in deals.amounts.items()
    }
    cars = np.diff(deals.first)
    for one in totals.values():
        one.amount[cars == 0] = 0
    figures = {
        ("values", "deliveries"): _ratio(cars, 1),
        ("targets", "deliveries"): _ratio(random.integers(4, 13, size), 1),
    }
    score = _ratio(random.integers(60, 121, size), 1)
    return Side(there, totals, figures, score, {}, members_of((), ()))


def _members(side: Side, people: int, months: int) -> Members:
    """Everybody of an outlet's month beside each other, in the order of the cells."""
    size, each = people * months, max(people // OUTLETS, 1)
    group = np.arange(size) // each
    first = np.append(np.arange(0, size + 1, each), size)
    figures = {code: side.totals[code].amount for code in ("deliveries", "gross")}
    full = np.full(size, 30)
    return Members(
        group, first, group, np.arange(size), figures["deliveries"], full, side.score, figures
    )


# -- the plain path and the peer ---------------------------------------------------------------


def agree(cells: Cells, payers: Sequence[Payer], found: Sequence[PaidCells]) -> None:
    """Hold the fast path's first month of some outlets against the plain path, to the fen.

    Raises:
        AssertionError: they differ.
    """
    for payer, paid in zip(payers[::AGREED], found[::AGREED], strict=True):
        left = {part.code: int((part.budget or 0) * 100) for part in payer.plan.components}
        for place in range(SAMPLE):
            statement = payer.pay(replace(given_of(cells, place), budgets=dict(left)))
            for code, fen in statement.used.items():
                left[code] -= fen
            if statement.payable != paid.payable[place]:
                raise AssertionError(payer.plan.code, place)


def given_of(cells: Cells, place: int) -> Given:
    """One cell as the plain path is given it."""
    deals, side = cells.deals, cells.sides["person"]
    low, high = int(deals.first[place]), int(deals.first[place + 1])
    value = {
        kind: {"deliveries": Fraction(int(ratio.num[place]), int(ratio.den[place]))}
        for (kind, _code), ratio in side.figures.items()
    }
    return Given(
        deals=tuple(_deal(deals, at) for at in range(low, high)),
        totals={code: int(one.amount[place]) for code, one in side.totals.items()},
        figures=Figures(value["values"], value["targets"]),
        score=Fraction(int(side.score.num[place])),
        coefficient=Fraction(int(cells.coefficient.num[place]), 100),
        days=1,
        of_days=1,
        nth=int(cells.nth[place]),
        person=place,
        outlet=_outlet(cells, place),
    )


def _outlet(cells: Cells, place: int) -> Group:
    members = cells.sides["outlet"].members
    group = int(members.of[place])
    rows = range(int(members.first[group]), int(members.first[group + 1]))
    return Group(
        members=tuple(
            Member(at, figures={code: int(one[at]) for code, one in members.figures.items()})
            for at in rows
        )
    )


def _deal(deals: DealColumns, at: int) -> Deal:
    amounts = {
        code: int(one.amount[at]) for code, one in deals.amounts.items() if bool(one.there[at])
    }
    labels: dict[str, str | int] = {
        "model": deals.labels["model"].texts[int(deals.labels["model"].place[at])],
        "stock_days": int(deals.labels["stock_days"].number[at]),
    }
    return Deal(str(at), date(2026, 1, 1), amounts, labels)


def by_decimal(cells: Cells) -> Decimal:
    """What such a plan is often written like: a loop over deals, every amount a Decimal.

    Base pay, unit bonus, shares of gross and of added business, fine, gate, coefficient, guarantee.
    """
    total = Decimal(0)
    for place in (month * PEOPLE + who for month in range(MONTHS) for who in range(SAMPLE)):
        given = given_of(cells, place)
        total += max(_month_of(given), Decimal(2_000))
    return total


def _month_of(given: Given) -> Decimal:
    cars, target = Decimal(len(given.deals)), Decimal(int(given.figures.targets["deliveries"] or 1))
    bonus = cars * next(rate for start, rate in ((10, 300), (6, 250), (0, 200)) if cars >= start)
    gross = sum((_share(deal, "vehicle_gross", "0.10") for deal in given.deals), Decimal(0))
    added = sum(
        (
            _share(deal, code, "0.08")
            for deal in given.deals
            for code in ("accessory_gross", "insurance_gross", "finance_gross")
        ),
        Decimal(0),
    )
    aged = sum(300 for deal in given.deals if int(deal.attributes["stock_days"]) >= 90)
    factor = Decimal(int((given.coefficient or 1) * 100)) / 100
    gate = Decimal("0.5") if cars < target * Decimal("0.6") else Decimal(1)
    fine = min(max(target - cars, Decimal(0)) * 150, Decimal(600))
    return 1_500 + (bonus + gross) * factor * gate + added * factor + aged - fine


def _share(deal: Deal, code: str, rate: str) -> Decimal:
    amount = Decimal(deal.amounts.get(code) or 0) / 100
    return (max(amount, Decimal(0)) * Decimal(rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)
