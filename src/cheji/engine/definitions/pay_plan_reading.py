"""From bodies of pay plans to their shapes; faults go to the findings of the fields."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final, cast, get_args

from cheji.engine.definitions import faults, pay_plan_faults
from cheji.engine.definitions import pay_plans as p
from cheji.engine.definitions.fields import Fields
from cheji.engine.definitions.pay_component_reading import (
    bands,
    check_look,
    chosen,
    complain,
    component,
    head,
    look_of,
    looked,
    notes,
    optional,
)
from cheji.engine.definitions.pay_components import Look
from cheji.engine.definitions.scheme_reading import once
from cheji.engine.definitions.schemes import Bound
from cheji.engine.findings import Finding, Refused

ONE: Final = Fraction(1)
ZERO: Final = Fraction(0)
MAX_PERIODS: Final = 999
NAMED: Final = (
    "factors", "gates", "caps", "holdbacks", "catch_ups", "draws",
)  # fmt: skip


def read_pay_plan(fields: Fields, *, whole: bool = True) -> p.PayPlan:
    plan = p.PayPlan(
        *head(fields),
        components=tuple(fields.each("components", component, needed=whole)),
        scheme=fields.code("scheme", ""),
        factors=tuple(fields.each("factors", _factor)),
        gates=tuple(fields.each("gates", _gate)),
        caps=tuple(fields.each("caps", _cap)),
        holdbacks=tuple(fields.each("holdbacks", _holdback)),
        earned_at=tuple(fields.each("earned_at", _stage)),
        catch_ups=tuple(fields.each("catch_ups", _catch_up)),
        draws=tuple(fields.each("draws", _draw)),
        clawback=optional(fields, "clawback", _clawback),
        round_to=chosen(fields, "round_to", p.RoundTo),
        posts=fields.texts("posts"),
        levels=fields.texts("levels"),
        outlets=fields.texts("outlets"),
        **notes(fields),
        replaces=fields.texts("replaces"),
        beside=fields.texts("beside"),
    )
    _stages(fields, plan)
    _others(fields, plan)
    if whole:
        _references(fields, plan)
    return plan


def pay_plan_of(body: Any, *, whole: bool = True) -> p.PayPlan:
    """A pay plan by itself, from its body.

    One that is not `whole` is what is left of one for somebody who is not paid all of it: what its
    parts name may be gone.

    Raises:
        Refused: with all findings.
    """
    findings: list[Finding] = []
    fields = Fields(body, "", findings)
    plan = read_pay_plan(fields, whole=whole)
    fields.close()
    if findings:
        raise Refused(findings)
    return plan


# -- the whole ---------------------------------------------------------------------------------


def _factor(fields: Fields) -> p.Factor:
    factor = p.Factor(
        *head(fields),
        kind=chosen(fields, "kind", p.FactorKind),
        parts=tuple(fields.each("parts", _part)),
        look=look_of(fields),
        tiers=bands(fields, "tiers"),
        bound=chosen(fields, "bound", Bound),
        floor=fields.optional_number("floor"),
        cap=fields.optional_number("cap"),
        components=fields.texts("components"),
        team=fields.flag("team", default=False),
        only_below=fields.code("only_below", ""),
        missing=cast("Any", fields.one_of("missing", ("one", "zero"), "one")),
    )
    complain(fields, pay_plan_faults.of_factor(factor))
    check_look(fields, factor.look)
    return factor


def _part(fields: Fields) -> p.FactorPart:
    than = fields.texts("than") if fields.has("than") else ("target",)
    for word in than:
        if word not in get_args(p.Than):
            fields.find(faults.not_one_of, "than", word, get_args(p.Than))
    return p.FactorPart(
        fields.code("kpi"),
        fields.number("weight", ONE),
        cast("tuple[p.Than, ...]", than),
        fields.optional_number("standard"),
    )


def _gate(fields: Fields) -> p.Gate:
    gate = p.Gate(
        *head(fields),
        look=look_of(fields),
        below=fields.optional_number("below"),
        start=fields.optional_number("from"),
        veto=fields.flag("veto", default=False),
        effect=chosen(fields, "effect", p.Effect),
        rate=fields.number("rate", ONE),
        amount=fields.number("amount", ZERO),
        components=fields.texts("components"),
        missing=cast("Any", fields.one_of("missing", ("pass", "act"), "pass")),
    )
    complain(fields, pay_plan_faults.of_gate(gate))
    check_look(fields, gate.look)
    return gate


def _cap(fields: Fields) -> p.Cap:
    cap = p.Cap(
        *head(fields),
        amount=fields.number("amount"),
        beyond=chosen(fields, "beyond", p.Beyond),
        components=fields.texts("components"),
    )
    if cap.amount <= 0:
        fields.find(faults.not_positive, "amount")
    return cap


def _holdback(fields: Fields) -> p.Holdback:
    held = p.Holdback(
        *head(fields),
        components=fields.texts("components", needed=True),
        share=fields.number("share"),
        release=fields.code("release"),
        expires=fields.whole("expires", 0, limit=MAX_PERIODS),
        at_expiry=chosen(fields, "at_expiry", p.AtExpiry),
    )
    complain(fields, pay_plan_faults.of_holdback(held))
    return held


def _stage(fields: Fields) -> p.Stage:
    return p.Stage(fields.code("event"), fields.number("share"))


def _catch_up(fields: Fields) -> p.CatchUp:
    look = optional(fields, "look", looked)
    if look is None:
        fields.find(pay_plan_faults.needs("look", pay_plan_faults.NO_LOOK), "look")
    caught = p.CatchUp(
        *head(fields),
        grain=cast("Any", fields.one_of("grain", get_args(p.CatchUpGrain))),
        look=look or Look("attainment"),
        start=fields.number("from", ONE),
        returns=fields.texts("returns", needed=True),
        most=fields.optional_number("most"),
    )
    check_look(fields, look)
    return caught


def _draw(fields: Fields) -> p.Draw:
    draw = p.Draw(
        *head(fields),
        kind=cast("p.DrawKind", fields.one_of("kind", get_args(p.DrawKind))),
        amount=fields.number("amount"),
        first=fields.whole("first", 1, least=1, limit=MAX_PERIODS),
        until=fields.whole("until", 0, limit=MAX_PERIODS),
        recover_first=fields.whole("recover_first", 1, least=1, limit=MAX_PERIODS),
        share=fields.number("share", ONE),
        limit=fields.optional_number("limit"),
        keep=fields.optional_number("keep"),
    )
    complain(fields, pay_plan_faults.of_draw(draw))
    if draw.amount <= 0:
        fields.find(faults.not_positive, "amount")
    return draw


def _clawback(fields: Fields) -> p.Clawback:
    found = p.Clawback(
        chosen(fields, "policy", p.Policy),
        fields.whole("window", 0, limit=3660),
        fields.number("most", ONE),
    )
    if found.policy == "prorated" and not found.window:
        fields.find(faults.not_positive, "window")
    if not 0 < found.most <= 1:
        fields.find(pay_plan_faults.needs("taken", pay_plan_faults.SHARE), "most")
    return found


def _stages(fields: Fields, plan: p.PayPlan) -> None:
    shares = [stage.share for stage in plan.earned_at]
    if shares and (sum(shares) != 1 or min(shares) <= 0):
        fields.find(pay_plan_faults.stages_total, "earned_at")
    once(fields, "earned_at", (stage.event for stage in plan.earned_at))


def _others(fields: Fields, plan: p.PayPlan) -> None:
    """It stands to another plan in one way, and to itself in none."""
    for key in ("replaces", "beside"):
        if plan.code in getattr(plan, key):
            fields.find(pay_plan_faults.needs(key, pay_plan_faults.ITSELF), key)
    if {*plan.replaces} & {*plan.beside}:
        fields.find(pay_plan_faults.needs("beside", pay_plan_faults.BOTH_WAYS), "beside")


def _references(fields: Fields, plan: p.PayPlan) -> None:
    """What one part of a pay plan calls another by."""
    known = {part.code for part in plan.components}
    for key in NAMED:
        once(fields, key, (item.code for item in getattr(plan, key)))
        for item in getattr(plan, key):
            for name in getattr(item, "components", ()):
                if name not in known:
                    place = f"{key}.{item.code}.components"
                    fields.find(faults.unknown_name, place, pay_plan_faults.COMPONENT, name)
    _earlier(fields, plan)
    fines = (part.code for part in plan.components if part.kind == "fine")
    kept = {*fines, *_codes(plan.factors), *_codes(plan.gates), *_codes(plan.caps)}
    for caught in plan.catch_ups:
        for name in caught.returns:
            if name not in kept:
                place = f"catch_ups.{caught.code}.returns"
                fields.find(faults.unknown_name, place, pay_plan_faults.WITHHELD, name)


def _codes(parts: Iterable[Any]) -> list[str]:
    return [part.code for part in parts]


def _earlier(fields: Fields, plan: p.PayPlan) -> None:
    """A factor that waits for another one comes after it."""
    seen: set[str] = set()
    for factor in (*(f for f in plan.factors if not f.team), *(f for f in plan.factors if f.team)):
        if factor.only_below and factor.only_below not in seen:
            place = f"factors.{factor.code}.only_below"
            fields.find(faults.unknown_name, place, pay_plan_faults.FACTOR, factor.only_below)
        seen.add(factor.code)
