"""Worked cases of pay: inputs as a person writes them, in yuan and units, and what they pay."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from cheji.engine.definitions import Definitions, PayPlan
from cheji.engine.definitions.fields import number_of
from cheji.engine.kpis import Value
from cheji.engine.money import FEN_PER_YUAN, fen_of
from cheji.engine.pay import (
    Deal,
    Event,
    Figures,
    Given,
    Group,
    Held,
    Ledger,
    Member,
    Owed,
    Posted,
    Return,
    Statement,
    Typed,
    clawed,
    frozen,
    prepared,
)
from cheji.engine.tallies import QUANTITY_SCALE

Case = Mapping[str, Any]
Amounts = Callable[[Case], dict[str, int]]
_DEAL: Final = ("source", "on", "credit", "pay", "shares", "place", "is", "times")
_FIGURES: Final = ("values", "targets", "bases", "stretches", "averages")


def statement_of(
    definitions: Definitions, plan: PayPlan, case: Case, ledger: Ledger | None = None
) -> Statement:
    """What a case's inputs pay; a ledger of an earlier period may be given."""
    return prepared(plan).pay(given_of(definitions, case, ledger))


def given_of(definitions: Definitions, case: Case, ledger: Ledger | None = None) -> Given:
    """A person's inputs as a case writes them: money in yuan, counts in units."""
    amounts = _reader(definitions)
    return Given(
        deals=tuple(deal for row in case.get("deals", ()) for deal in _deals(row, amounts)),
        totals=amounts(case.get("totals", {})),
        figures=_figures(case),
        score=_number(case.get("score")),
        coefficient=_number(case.get("coefficient")),
        person=case.get("person"),
        attributes=case.get("attributes", {}),
        days=case.get("days", 0),
        of_days=case.get("of_days", 0),
        nth=case.get("nth", 1),
        spans={grain: _figures(body) for grain, body in case.get("spans", {}).items()},
        team=_group(case.get("team"), amounts),
        outlet=_group(case.get("outlet"), amounts),
        ledger=_ledger(case.get("ledger", {})) if ledger is None else ledger,
        events=tuple(Event(*row) for row in case.get("events", ())),
        owed=tuple(_owed(row) for row in case.get("owed", ())),
        typed=tuple(_typed(row) for row in case.get("typed", ())),
        vetoes=tuple(case.get("vetoes", ())),
        budgets=_money(case.get("budgets", {})),
    )


def _reader(definitions: Definitions) -> Amounts:
    def read(amounts: Case) -> dict[str, int]:
        return {
            name: int(Fraction(amount) * _scale(definitions, name))
            for name, amount in amounts.items()
        }

    return read


def _scale(definitions: Definitions, name: str) -> int:
    return FEN_PER_YUAN if definitions.measure[name].unit == "yuan" else QUANTITY_SCALE


def _deals(row: Case, amounts: Amounts) -> Iterable[Deal]:
    """`times` writes the same deal several times; `is` are its attributes; null is not known."""
    money = {name: amount for name, amount in row.items() if name not in _DEAL}
    known = amounts({name: amount for name, amount in money.items() if amount is not None})
    found = {name: known.get(name) for name in money}
    for number in range(row.get("times", 1)):
        yield Deal(
            f"{row['source']}.{number}" if "times" in row else row.get("source"),
            row["on"],
            found,
            row.get("is", {}),
            _number(row.get("credit", 1)) or Fraction(0),
            _number(row.get("pay", 1)) or Fraction(0),
            tuple(Fraction(share) for share in row.get("shares", ())),
            row.get("place", 0),
        )


def _number(value: Any) -> Value:
    return None if value is None else number_of(value)


def _figures(body: Case) -> Figures:
    return Figures(
        **{
            name: {code: _number(value) for code, value in body.get(name, {}).items()}
            for name in _FIGURES
        }
    )


def _group(body: Case | None, amounts: Amounts) -> Group | None:
    if body is None:
        return None
    return Group(
        amounts(body.get("totals", {})),
        _figures(body),
        _money(body.get("paid", {})),
        tuple(_member(row, amounts) for row in body.get("members", ())),
        _number(body.get("score")),
    )


def _member(row: Case, amounts: Amounts) -> Member:
    units = int(Fraction(row.get("units", 0)) * QUANTITY_SCALE)
    figures = amounts(row.get("figures", {}))
    return Member(row["person"], units, _number(row.get("score")), row.get("days", 0), figures)


def _ledger(body: Case) -> Ledger:
    return Ledger(
        _money(body.get("drawn", {})),
        _money(body.get("carried", {})),
        tuple(Held(code, source, _fen(yuan), since) for code, source, yuan, since
              in body.get("held", ())),
        _money(body.get("withheld", {})),
        _fen(body.get("due", 0)),
    )  # fmt: skip


def _typed(row: Sequence[Any]) -> Typed:
    component, yuan, source, text = row
    return Typed(component, _fen(yuan), source, text)


def _owed(row: Sequence[Any]) -> Owed:
    entry, component, source, yuan, origin = row
    return Owed(entry, component, source, _fen(yuan), origin)


def _money(amounts: Case) -> dict[str, int]:
    return {name: _fen(amount) for name, amount in amounts.items()}


def _fen(yuan: Any) -> int:
    return int(Fraction(yuan) * FEN_PER_YUAN)


# -- what a case expects -----------------------------------------------------------------------

Found = list[tuple[str, Any, Any]]


def pay_found(statement: Statement, expected: Case) -> Found:
    """Place, what the case says and what came out, wherever they differ.

    `payable`; `lines` are the fen of a component's lines in order; `sums` their sum; `entries`
    the sum of an entry type; `rejected` how many deals for which reason.
    """
    lines = statement.lines
    found: Found = [("payable", fen_of(str(expected["payable"])), statement.payable)]
    for component, texts in expected.get("lines", {}).items():
        own = [line.fen for line in lines if line.component == component]
        found.append((component, [fen_of(str(text)) for text in texts], own))
    for key, name in (("sums", "component"), ("entries", "entry")):
        for code, text in expected.get(key, {}).items():
            own_sum = sum(line.fen for line in lines if getattr(line, name) == code)
            found.append((f"{key}.{code}", fen_of(str(text)), own_sum))
    for code, count in expected.get("rejected", {}).items():
        there = sum(row.code == code for row in statement.rejected)
        found.append((f"rejected.{code}", count, there))
    for name, body in expected.get("after", {}).items():
        left = getattr(statement.after, name)
        found.append((f"after.{name}", _fen(body) if name == "due" else _money(body), left))
    return [row for row in found if row[1] != row[2]]


def periods_found(definitions: Definitions, plan: PayPlan, case: Case) -> Found:
    """Periods one after the other, each with the ledger that the one before left."""
    found: Found = []
    ledger = Ledger()
    for nth, period in enumerate(case["periods"], 1):
        statement = statement_of(definitions, plan, {"nth": nth, **period}, ledger)
        found += [
            (f"periods[{nth}].{place}", expected, paid)
            for place, expected, paid in pay_found(statement, period["expect"])
        ]
        ledger = statement.after
    return found


def clawback_found(definitions: Definitions, plan: PayPlan, case: Case) -> Found:
    """What a returned deal takes back of a period that was paid."""
    given = given_of(definitions, case)
    statement = prepared(plan).pay(given)
    posted = [
        Posted(str(place), line.step, line.component, line.entry, line.source, line.amount,
               line.scale, line.rate, line.fen)
        for place, line in enumerate(statement.lines)
    ]  # fmt: skip
    if plan.clawback is None:
        return [("clawback", "a pay plan with clawback", None)]
    back = Return(case["returned"], case.get("after_days", 0))
    owed = clawed(plan.clawback, back, posted, frozen(plan, given))
    total = sum(one.fen for one in owed)
    return pay_found(statement, {"payable": case["paid"]}) + [
        ("taken", fen_of(str(case["expect"]["taken"])), total)
    ] * (total != fen_of(str(case["expect"]["taken"])))
