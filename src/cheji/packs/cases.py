"""Worked cases: small figures with the outcome that a person has checked, run as tests."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Final

from cheji.engine.definitions import (
    Definitions,
    Measure,
    PayPlan,
    Quota,
    QuotaPart,
    Scheme,
    body_of,
    build,
    switched,
)
from cheji.engine.definitions.fields import number_of
from cheji.engine.kpis import (
    Apart,
    Input,
    Inputs,
    Scope,
    Value,
    check_identities,
    columns_of,
    mean_inputs,
    measure_values,
    over,
)
from cheji.engine.money import FEN_PER_YUAN, cumulative, fen_of, largest_remainder, rounded
from cheji.engine.periods import DAY, from_key, month_shifted, series
from cheji.engine.scores import Event, Given, Head, distribute, prepared, score
from cheji.engine.tallies import QUANTITY_SCALE, Fact, tally
from cheji.packs import pay_cases
from cheji.packs.loading import Pack

Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in a case where the outcome is not what the case says."""

    place: str
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class _Count:
    """How a count of a month reads as facts: kinds, channel, and the cohort or a day before."""

    kinds: tuple[str, ...]
    channel: str = ""
    cohort: str = ""
    brought: bool = False


_COUNTS: Final[dict[str, _Count]] = {
    "ad_spend": _Count(("ad_spend",)),
    "visits": _Count(("visit_first",), "walk_in"),
    "prospects_new": _Count(("intent_opened", "prospect_opened"), cohort="new"),
    "prospects_open": _Count(("intent_brought", "prospect_brought"), brought=True),
    "orders_from_new": _Count(("order_signed", "intent_ordered", "prospect_ordered"), cohort="new"),
    "orders_from_open": _Count(
        ("order_signed", "intent_ordered", "prospect_ordered"), cohort="carried"
    ),
    "orders_open": _Count(("order_brought",), brought=True),
    "deliveries": _Count(("delivery",), "walk_in"),
    "lost": _Count(("intent_lost", "prospect_lost")),
    "cancelled": _Count(("order_cancelled",)),
    "trade_ins": _Count(("delivery_trade_in",)),
}


def run_case(pack: Pack, case: Case) -> list[Difference]:
    """Every difference between what a case expects and what the engine finds."""
    return _KINDS[case["kind"]](pack.definitions, case)


def facts_of(case: Case) -> list[Fact]:
    """The facts of a sheet case, from its `facts` and its monthly `counts`."""
    counted = [fact for row in case.get("counts", ()) for fact in _counted(row)]
    return [_fact(row) for row in case.get("facts", ())] + counted


def _fact(row: Case) -> Fact:
    fields = dict(row)
    quantity = Fraction(fields.pop("quantity", 0)) * QUANTITY_SCALE
    fen = Fraction(fields.pop("yuan", 0)) * FEN_PER_YUAN
    return Fact(
        on_date=fields.pop("on"),
        quantity=int(quantity),
        fen=int(fen),
        **fields,
    )


def _counted(row: Case) -> list[Fact]:
    month = from_key("month", row["month"])
    whose = {name: row[name] for name in ("outlet", "team", "person") if name in row}
    amounts = {word: row[word] for word in _COUNTS if word in row}
    return [
        fact
        for word, amount in amounts.items()
        for fact in _count_facts(_COUNTS[word], amount, month.start, whose)
    ]


def _count_facts(count: _Count, amount: Any, start: date, whose: Case) -> list[Fact]:
    since = {"new": start, "carried": start - DAY}.get(count.cohort)
    money = count.kinds == ("ad_spend",)
    return [
        Fact(
            kind,
            start - DAY if count.brought else start,
            since,
            channel=count.channel,
            quantity=0 if money else int(amount * QUANTITY_SCALE),
            fen=int(amount * FEN_PER_YUAN) if money else 0,
            **whose,
        )
        for kind in count.kinds
    ]


def _sheet(definitions: Definitions, case: Case) -> list[Difference]:
    chosen = switched(definitions, case.get("switches"), case.get("models"))
    columns = columns_of_case(chosen, case)
    found: list[Difference] = []
    for place, expected in enumerate(case["expect"]):
        months = [_month_inputs(columns, expected, month) for month in expected["months"]]
        for code, figure in expected.get("lines", {}).items():
            value = over(chosen, code, months).value
            found += _compare(f"expect[{place}].{code}", figure, value)
        if "identities" in expected:
            results = check_identities(chosen, expected["identities"], *months[:2])
            found += [
                Difference(result.identity.code, result.left, result.right)
                for result in results
                if not result.holds
            ]
    return found


Columns = Mapping[tuple[Any, ...], Mapping[int, Inputs]]


def columns_of_case(definitions: Definitions, case: Case) -> Columns:
    """Measure inputs of a sheet case by scope and month, from its first month to its last."""
    months = sorted({month for row in case["expect"] for month in row["months"]})
    periods = [period.key for period in series("month", months[0], months[-1])]
    scopes = [tuple(scope) for row in case["expect"] for scope in _scopes(row)]
    values: dict[tuple[Scope, int, str], Input] = {}
    for ago in sorted({measure.ago for measure in definitions.measures}):
        shifted = {month_shifted(period, -ago): period for period in periods}
        chosen = [measure for measure in definitions.measures if measure.ago == ago]
        found = _values([m for m in chosen if not m.target], case, list(shifted), scopes)
        found |= _targets([m for m in chosen if m.target], case, list(shifted), scopes)
        values |= {(scope, shifted[at], code): value for (scope, at, code), value in found.items()}
    return columns_of(values)


def _values(
    measures: Sequence[Measure], case: Case, periods: Sequence[int], scopes: Sequence[Scope]
) -> dict[tuple[Scope, int, str], Input]:
    facts, by = facts_of(case), tuple(case.get("scope", ("outlet",)))
    rows = tally(facts, scope=by, by_model=True)
    before = [row for row in rows if row.period < periods[0]]
    within = [row for row in rows if row.period >= periods[0]]
    apart = Apart(
        tally(facts, scope=by, by_model=True, by_value=True),
        tally(facts, scope=by, by_model=True, by_value=True, dated="since"),
    )
    everywhere = [*scopes, *(row.scope for row in rows)]
    return measure_values(measures, within, before, periods, scopes=everywhere, apart=apart)


def _targets(
    measures: Sequence[Measure], case: Case, periods: Sequence[int], scopes: Sequence[Scope]
) -> dict[tuple[Scope, int, str], Input]:
    """What the case's rows of `targets` (at, kpi, month, value) say; no value without a row."""
    kept = {
        (tuple(row["at"]), row["month"], row["kpi"]): Fraction(row["value"])
        for row in case.get("targets", ())
    }
    return {
        (scope, period, measure.code): kept.get((scope, period, measure.target))
        for scope in scopes
        for period in periods
        for measure in measures
    }


def _scopes(expected: Case) -> Sequence[Sequence[Any]]:
    return expected["mean_of"] if "mean_of" in expected else [expected["at"]]


def _month_inputs(columns: Columns, expected: Case, month: int) -> Inputs:
    return mean_inputs([columns[tuple(scope)][month] for scope in _scopes(expected)])


def _score(definitions: Definitions, case: Case) -> list[Difference]:
    scheme = _defined(definitions, "schemes", case["scheme"])
    card = prepared(scheme).score(_given(case))
    expected = case["expect"]
    found = _compare("total", expected["total"], card.total)
    found += _compare("coefficient", expected["coefficient"], card.coefficient)
    points = {item.code: item.points for item in card.items}
    points |= {line.code: line.points for line in card.adjustments}
    for code, figure in expected["points"].items():
        found += _compare(code, figure, points[code])
    return found + _same("grade", expected["grade"], card.grade)


def _given(case: Case) -> Given:
    """A person's inputs as a case writes them: values, targets, marks, events."""
    values, targets, bases, stretches = (
        _numbers(case.get(name, {})) for name in ("values", "targets", "bases", "stretches")
    )
    return Given(
        values,
        targets,
        bases,
        stretches,
        ratings={
            code: {who: tuple(map(Fraction, marks)) for who, marks in by.items()}
            for code, by in case.get("ratings", {}).items()
        },
        events=tuple(Event(**row) for row in case.get("events", ())),
    )


def _distribution(_: Definitions, case: Case) -> list[Difference]:
    """Heads of each grade over groups of people, best first."""
    parts = tuple(QuotaPart(grade, Fraction(share)) for grade, share in case["shares"].items())
    heads = [
        Head(f"{outlet}{number}", Fraction(-number), (outlet, "region", "group"))
        for outlet, size in case["groups"].items()
        for number in range(size)
    ]
    placed = distribute(Quota(parts, least=case.get("least", 1)), heads)
    found = {part.grade: sum(one.grade == part.grade for one in placed) for part in parts}
    return _same("heads", dict(case["expect"]), found)


def _pay(definitions: Definitions, case: Case) -> list[Difference]:
    """A period, or several one after the other, or a deal that is taken back."""
    plan: PayPlan = _defined(definitions, "pay_plans", case["plan"])
    if "periods" in case:
        found = pay_cases.periods_found(definitions, plan, case)
    elif "returned" in case:
        found = pay_cases.clawback_found(definitions, plan, case)
    else:
        inputs = {**case, **_scored(definitions, plan, case)}
        statement = pay_cases.statement_of(definitions, plan, inputs)
        found = pay_cases.pay_found(statement, case["expect"])
    return [Difference(*row) for row in found]


def _scored(definitions: Definitions, plan: PayPlan, case: Case) -> Case:
    """The outcome of the scheme, where a case gives the KPI values that are scored."""
    if not isinstance(case.get("score"), Mapping):
        return {}
    card = score(definitions.scheme[plan.scheme], _numbers(case["score"]), {})
    return {"score": card.total, "coefficient": card.coefficient}


def _defined(definitions: Definitions, kind: str, body: Any) -> Any:
    """A scheme or pay plan of the pack by code, or one written in the case itself."""
    if isinstance(body, str):
        found: dict[str, Scheme | PayPlan] = {
            item.code: item for item in getattr(definitions, kind)
        }
        return found[body]
    return getattr(build({**_around(definitions), kind: [body]}), kind)[0]


@cache
def _around(definitions: Definitions) -> dict[str, list[Any]]:
    """Bodies of what a scheme or pay plan stands on."""
    return {
        name: [body_of(item) for item in getattr(definitions, name)]
        for name in ("switches", "measures", "kpis", "schemes")
    }


def _numbers(values: Case) -> dict[str, Value]:
    return {name: None if value is None else number_of(value) for name, value in values.items()}


def _split(_: Definitions, case: Case) -> list[Difference]:
    weights = [Fraction(weight) for weight in case["weights"]]
    return _same("parts", case["expect"], largest_remainder(case["total"], weights))


def _rounding(_: Definitions, case: Case) -> list[Difference]:
    amounts = [Fraction(amount) * FEN_PER_YUAN for amount in case["amounts"]]
    return _same("lines", [fen_of(str(text)) for text in case["expect"]], cumulative(amounts))


def _same(place: str, expected: Any, found: Any) -> list[Difference]:
    return [] if expected == found else [Difference(place, expected, found)]


_AS_SHOWN: Final = re.compile(r"(-?\d+(?:\.(\d+))?)(%?)")


def _compare(place: str, expected: Any, found: Value) -> list[Difference]:
    """Numbers must agree exactly; texts such as "69.49%" to the decimals written."""
    shown = _AS_SHOWN.fullmatch(expected) if isinstance(expected, str) else None
    if shown is None or found is None:
        return _same(place, expected, found)
    number, decimals, percent = shown.groups()
    scaled = rounded(found * (100 if percent else 1), len(decimals or ""))
    return _same(place, Fraction(number), scaled)


_KINDS: Final[dict[str, Callable[[Definitions, Case], list[Difference]]]] = {
    "sheet": _sheet,
    "score": _score,
    "distribution": _distribution,
    "pay": _pay,
    "split": _split,
    "rounding": _rounding,
}
