"""Pay plans and statements of tests, written as short as they read."""

from datetime import date
from fractions import Fraction

from cheji.engine.definitions import pay_plan_of
from cheji.engine.pay import Deal, Given, Posted, prepared

UNITS = ((0, 500), (3, 600), (5, 700), (7, 800))


def tiers(*pairs):
    return [{"from": start, "rate": rate} for start, rate in pairs]


def part(code="unit_bonus", kind="units", of="cars", bands=UNITS, **fields):
    body = {"code": code, "zh": f"项{code}", "en": f"Part {code}", "kind": kind}
    if of:
        body["of"] = of
    if bands:
        body["tiers"] = tiers(*bands)
    return {**body, **fields}


def body(*parts, **fields):
    return {"code": "plan", "zh": "方案", "en": "Plan", "components": list(parts), **fields}


def plan(*parts, **fields):
    return pay_plan_of(body(*parts, **fields))


def named(code, **fields):
    return {"code": code, "zh": f"名{code}", "en": f"Name {code}", **fields}


def deal(number, **amounts):
    """Counts in units, `gross` in yuan."""
    scales = {code: 100 if code == "gross" else 10000 for code in amounts}
    exact = {code: int(Fraction(amount) * scales[code]) for code, amount in amounts.items()}
    return Deal(f"d{number}", date(2026, 6, number), exact)


def cars(count):
    return tuple(deal(number, cars=1) for number in range(1, count + 1))


def paid(made, **given):
    return prepared(made).pay(Given(**given))


def posted(statement):
    """Its lines as a closed run has them; their keys are their places."""
    return [
        Posted(str(place), line.step, line.component, line.entry, line.source, line.amount,
               line.scale, line.rate, line.fen, line.parts)
        for place, line in enumerate(statement.lines)
    ]  # fmt: skip
