"""Pay that can be worked out again: plan and inputs frozen as text, replayed to the byte."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final, cast

from cheji.engine.definitions import PayPlan, as_json, body_of, pay_plan_of
from cheji.engine.kpis import Value
from cheji.engine.pay.given import (
    Deal,
    Event,
    Figures,
    Given,
    Group,
    Held,
    Ledger,
    Member,
    Owed,
    Typed,
)
from cheji.engine.pay.lines import Statement
from cheji.engine.pay.order import ORDER_VERSION, RULES
from cheji.engine.pay.paying import Payer, prepared
from cheji.engine.reasons import canonical, plain


class OtherRules(ValueError):  # noqa: N818 - reads as what happened
    """The pay was frozen under rules that this program does not have."""


def frozen(plan: PayPlan, given: Given, rules: int = RULES) -> str:
    """Everything that a statement rests on, as canonical JSON."""
    return freezer(plan, rules)(given)


def freezer(plan: PayPlan, rules: int = RULES) -> Callable[[Given], str]:
    """Freezes many people's inputs under one pay plan, which is written out once."""
    held = {"order": ORDER_VERSION, "plan": as_json(body_of(plan)), "rules": rules}
    rest = _text(held)[1:]

    def freeze(given: Given) -> str:
        return f'{{"given":{_text(given_json(given))},{rest}'

    return freeze


def seal(text: str) -> str:
    """SHA-256 of frozen pay or of its outcome."""
    return sha256(text.encode()).hexdigest()


def replay(text: str) -> str:
    """The outcome of frozen pay as canonical JSON: the same text on any machine.

    Raises:
        OtherRules: it was frozen under other rules.
        Refused: its pay plan has faults.
    """
    return outcome_text(thawed(text))


def thawed(text: str) -> Statement:
    """The statement of frozen pay."""
    payer, given = reopened(text)
    return payer.pay(given)


def opened(text: str) -> tuple[PayPlan, Given]:
    """The pay plan and the inputs that were frozen.

    Raises:
        OtherRules: it was frozen under other rules.
    """
    payer, given = reopened(text)
    return payer.plan, given


def reopened(text: str) -> tuple[Payer, Given]:
    """The pay plan made ready under the rules by which it was frozen, and the inputs.

    Raises:
        OtherRules: it was frozen under rules that this program does not have.
    """
    found = json.loads(text)
    if found["rules"] not in range(1, RULES + 1) or found["order"] != ORDER_VERSION:
        raise OtherRules(f"{found['rules']}, {found['order']}")
    return prepared(pay_plan_of(found["plan"], whole=False), found["rules"]), given_from(
        found["given"]
    )


def outcome_text(statement: Statement) -> str:
    """Lines, rejected rows, what is left and what is payable, as canonical JSON."""
    return _text(
        {
            "plan": statement.plan,
            "payable": statement.payable,
            "lines": [line[:-1] for line in statement.lines],
            "rejected": statement.rejected,
            "after": _ledger_json(statement.after),
            "used": dict(statement.used),
        }
    )


def _text(value: Any) -> str:
    return canonical(value, plain)


def _plainly(value: Any) -> Any:
    return plain(cast("Any", value))


# -- inputs as JSON ----------------------------------------------------------------------------

_FIGURES: Final = ("values", "targets", "bases", "stretches", "averages")
_PLAIN: Final = ("person", "days", "of_days", "nth")
_USUAL: Final[tuple[Any, ...]] = ({}, 1, 1, (), 0)
"""A deal's attributes, credit, pay, shares and place where nobody shares it."""


def given_json(given: Given) -> dict[str, Any]:
    """Plain JSON values; what is at its default is left out."""
    found: dict[str, Any] = {name: getattr(given, name) for name in _PLAIN}
    found["nth"] = 0 if given.nth == 1 else given.nth
    found |= {
        "deals": [_deal_json(deal) for deal in given.deals],
        "totals": dict(given.totals),
        "figures": _figures_json(given.figures),
        "score": _plainly(given.score),
        "coefficient": _plainly(given.coefficient),
        "attributes": dict(given.attributes),
        "spans": {grain: _figures_json(figures) for grain, figures in given.spans.items()},
        "team": _group_json(given.team),
        "outlet": _group_json(given.outlet),
        "ledger": _ledger_json(given.ledger),
        "events": [list(event) for event in given.events],
        "owed": [_plainly(owed if owed.args else owed[:-1]) for owed in given.owed],
        "typed": [list(typed) for typed in given.typed],
        "vetoes": list(given.vetoes),
        "budgets": dict(given.budgets),
        "elsewhere": dict(given.elsewhere),
        "outside": dict(given.outside),
    }
    return {name: value for name, value in found.items() if value not in (None, [], {}, 0, "")}


def _deal_json(deal: Deal) -> list[Any]:
    """Its fields in order; those at their defaults at the end are left out."""
    row = [deal.source, deal.on_date.isoformat(), dict(deal.amounts)]
    rest = [dict(deal.attributes), deal.credit, deal.pay, deal.shares, deal.place]
    while rest and rest[-1] == _USUAL[len(rest) - 1]:
        rest.pop()
    return [*row, *map(_plainly, rest)]


def _figures_json(figures: Figures) -> dict[str, Any]:
    found = {name: _plainly(getattr(figures, name)) for name in _FIGURES}
    return {name: values for name, values in found.items() if values}


def _group_json(group: Group | None) -> dict[str, Any] | None:
    if group is None:
        return None
    found = {
        "totals": dict(group.totals),
        "figures": _figures_json(group.figures),
        "paid": dict(group.paid),
        "members": [
            [one.person, one.units, _plainly(one.score), one.days, dict(one.figures)]
            for one in group.members
        ],
        "score": _plainly(group.score),
    }
    firsts = {name: list(sources) for name, sources in group.firsts.items()}
    return {**found, "firsts": firsts} if firsts else found


def _ledger_json(ledger: Ledger) -> dict[str, Any]:
    found: dict[str, Any] = {
        "drawn": dict(ledger.drawn),
        "carried": dict(ledger.carried),
        "held": [list(held) for held in ledger.held],
        "withheld": dict(ledger.withheld),
        "due": ledger.due,
    }
    return {name: value for name, value in found.items() if value}


def given_from(written: Mapping[str, Any]) -> Given:
    """What `given_json` wrote."""
    get = written.get
    return Given(
        deals=tuple(_deal(row) for row in get("deals", ())),
        totals=get("totals", {}),
        figures=_figures(get("figures", {})),
        score=_value(get("score")),
        coefficient=_value(get("coefficient")),
        person=get("person"),
        attributes=get("attributes", {}),
        days=get("days", 0),
        of_days=get("of_days", 0),
        nth=get("nth", 1),
        spans={grain: _figures(figures) for grain, figures in get("spans", {}).items()},
        team=_group(get("team")),
        outlet=_group(get("outlet")),
        ledger=ledger_from(get("ledger", {})),
        events=tuple(Event(*row) for row in get("events", ())),
        owed=tuple(_owed(row) for row in get("owed", ())),
        typed=tuple(Typed(*row) for row in get("typed", ())),
        vetoes=tuple(get("vetoes", ())),
        budgets=get("budgets", {}),
        elsewhere=get("elsewhere", {}),
        outside=get("outside", {}),
    )


def _deal(row: list[Any]) -> Deal:
    source, on_date, amounts, *more = row
    usual: list[Any] = [{}, "1/1", "1/1", [], 0]
    attributes, credit, pay, shares, place = (*more, *usual[len(more) :])
    return Deal(
        source,
        date.fromisoformat(on_date),
        amounts,
        attributes,
        Fraction(credit),
        Fraction(pay),
        tuple(map(Fraction, shares)),
        place,
    )


def _figures(written: Mapping[str, Any]) -> Figures:
    return Figures(
        **{
            name: {code: _value(value) for code, value in values.items()}
            for name, values in written.items()
        }
    )


def _group(written: Mapping[str, Any] | None) -> Group | None:
    if written is None:
        return None
    return Group(
        written["totals"],
        _figures(written["figures"]),
        written["paid"],
        tuple(
            Member(person, units, _value(score), days, figures)
            for person, units, score, days, figures in written["members"]
        ),
        _value(written["score"]),
        {name: tuple(sources) for name, sources in written.get("firsts", {}).items()},
    )


def ledger_from(written: Mapping[str, Any]) -> Ledger:
    """What was left, as an outcome wrote it."""
    return Ledger(
        written.get("drawn", {}),
        written.get("carried", {}),
        tuple(Held(*row) for row in written.get("held", ())),
        written.get("withheld", {}),
        written.get("due", 0),
    )


def _owed(row: list[Any]) -> Owed:
    owed = Owed(*row)
    exact = Fraction(owed.amount) if isinstance(owed.amount, str) else owed.amount
    return owed._replace(amount=exact, rate=_value(owed.rate), args=tuple(owed.args))


def _value(written: Any) -> Value:
    return None if written is None else Fraction(written)
