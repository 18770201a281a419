"""From bodies of pay plans to their shapes; faults go to the findings of the fields."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final, cast, get_args

from cheji.engine.definitions import faults, pay_plan_faults
from cheji.engine.definitions import pay_plans as p
from cheji.engine.definitions.fields import Fields
from cheji.engine.definitions.filters import Filter
from cheji.engine.definitions.scheme_reading import growing, once
from cheji.engine.definitions.schemes import Band, Bound
from cheji.engine.findings import Finding, Refused

ONE: Final = Fraction(1)
ZERO: Final = Fraction(0)
MAX_PERIODS: Final = 999
NAMED: Final = (
    "factors", "gates", "caps", "holdbacks", "catch_ups", "draws",
)  # fmt: skip


def read_pay_plan(fields: Fields) -> p.PayPlan:
    plan = p.PayPlan(
        *_head(fields),
        components=tuple(fields.each("components", _component, needed=True)),
        scheme=fields.code("scheme", ""),
        factors=tuple(fields.each("factors", _factor)),
        gates=tuple(fields.each("gates", _gate)),
        caps=tuple(fields.each("caps", _cap)),
        holdbacks=tuple(fields.each("holdbacks", _holdback)),
        earned_at=tuple(fields.each("earned_at", _stage)),
        catch_ups=tuple(fields.each("catch_ups", _catch_up)),
        draws=tuple(fields.each("draws", _draw)),
        clawback=_inner(fields, "clawback", _clawback),
        round_to=_chosen(fields, "round_to", p.RoundTo),
        posts=fields.texts("posts"),
        levels=fields.texts("levels"),
        outlets=fields.texts("outlets"),
        **_notes(fields),
    )
    _stages(fields, plan)
    _references(fields, plan)
    return plan


def pay_plan_of(body: Any) -> p.PayPlan:
    """A pay plan by itself, from its body.

    Raises:
        Refused: with all findings.
    """
    findings: list[Finding] = []
    fields = Fields(body, "", findings)
    plan = read_pay_plan(fields)
    fields.close()
    if findings:
        raise Refused(findings)
    return plan


def _head(fields: Fields) -> tuple[str, str, str]:
    return fields.code("code"), fields.text("zh"), fields.text("en")


def _notes(fields: Fields) -> dict[str, Any]:
    return {"note_zh": fields.text("note_zh", ""), "note_en": fields.text("note_en", "")}


def _chosen(fields: Fields, key: str, choices: Any, usual: str = "") -> Any:
    """One of a literal's words; the first one where nothing is written."""
    words = get_args(choices)
    return fields.one_of(key, words, usual or words[0])


def _inner(fields: Fields, key: str, read: Callable[[Fields], Any]) -> Any:
    return fields.inner(fields.body[key], key, read) if fields.has(key) else None


def _complain(fields: Fields, found: Iterable[pay_plan_faults.Complaint]) -> None:
    for complaint, key in found:
        fields.find(complaint, key)


def _look(fields: Fields) -> p.Look | None:
    return cast("p.Look | None", _inner(fields, "look", _looked))


def _looked(fields: Fields) -> p.Look:
    return p.Look(
        cast("p.By", fields.one_of("by", get_args(p.By))),
        fields.code("of", ""),
        fields.code("per", ""),
        _chosen(fields, "level", p.Level),
        _chosen(fields, "whose", p.Whose),
    )


def _check_look(fields: Fields, look: p.Look | None, *, own: bool = False) -> None:
    if look is not None:
        inner = Fields({}, fields.at("look"), fields.findings)
        _complain(inner, pay_plan_faults.of_look(look, own=own))


# -- components --------------------------------------------------------------------------------


def _component(fields: Fields) -> p.Component:
    kind = fields.one_of("kind", get_args(p.ComponentKind))
    part = p.Component(
        *_head(fields),
        kind=cast("p.ComponentKind", kind),
        of=fields.code("of", None if _has_base(fields, kind) else ""),
        tiers=_bands(fields, "tiers"),
        coefficient=fields.flag("coefficient", default=False),
        **_ways(fields),
        **_bases(fields),
        **_limits(fields),
        **_groups(fields),
        **_notes(fields),
    )
    _complain(fields, pay_plan_faults.of_component(part))
    _check_look(fields, part.look, own=bool(part.of))
    return part


def _has_base(fields: Fields, kind: str) -> bool:
    """Whether it is paid on a measure of its own."""
    lump = kind == "pool" and fields.body.get("pot") == "fixed"
    return not lump and kind not in pay_plan_faults.NO_BASE and "of_pay" not in fields.body


def _ways(fields: Fields) -> dict[str, Any]:
    scope = _chosen(fields, "scope", p.Scope, "cumulative")
    round_to = fields.one_of("round_to", ("fen", "yuan"), "fen")
    # A deal paid in whole yuan is rounded for itself: its reader checks that one deal.
    alone = "each" if (scope, round_to) == ("per_deal", "yuan") else "cumulative"
    return {
        "scope": scope,
        "mode": _chosen(fields, "mode", p.Mode),
        "round_to": round_to,
        "rounding": fields.one_of("rounding", ("cumulative", "each"), alone),
        "bound": _chosen(fields, "bound", Bound),
        "look": _look(fields),
    }


def _bases(fields: Fields) -> dict[str, Any]:
    return {
        "base": fields.one_of("base", ("any", "positive"), "any"),
        "plus": fields.texts("plus"),
        "minus": fields.texts("minus"),
        "rows": tuple(fields.each("rows", _row)),
        "where": _where(fields),
        "ranges": tuple(fields.each("ranges", _range)),
        "pool_negatives": fields.flag("pool_negatives", default=False),
        "credit": _chosen(fields, "credit", p.Credit),
        "split": _chosen(fields, "split", p.SplitAt),
        "against": _chosen(fields, "against", p.Against),
        "level": _chosen(fields, "level", p.Level),
    }


def _limits(fields: Fields) -> dict[str, Any]:
    money = ("least", "most", "cap", "floor", "amount", "budget")
    return {
        **{key: fields.optional_number(key) for key in money},
        "stack": fields.code("stack", ""),
        "extra": fields.flag("extra", default=False),
        "prorate": fields.flag("prorate", default=False),
    }


def _groups(fields: Fields) -> dict[str, Any]:
    return {
        "whose": _chosen(fields, "whose", p.Whose),
        "own": fields.one_of("own", ("include", "exclude"), "include"),
        "of_pay": fields.texts("of_pay"),
        "pot": _chosen(fields, "pot", p.Pot),
        "divide": _chosen(fields, "divide", p.Divide),
        "ties": fields.texts("ties"),
        "still_equal": _chosen(fields, "still_equal", p.StillEqual),
    }


def _bands(fields: Fields, key: str) -> tuple[Band, ...]:
    found = tuple(fields.each(key, _band))
    growing(fields, key, [band.start for band in found])
    return found


def _band(fields: Fields) -> Band:
    return Band(
        fields.number("from"),
        fields.number("rate"),
        fields.number("slope", ZERO),
        *(fields.text(key, "") for key in ("label", "zh", "en")),
    )


def _row(fields: Fields) -> p.Row:
    row = p.Row(
        _where(fields),
        tuple(fields.each("ranges", _range)),
        _bands(fields, "tiers"),
        fields.number("weight", ONE),
        fields.text("zh", ""),
        fields.text("en", ""),
    )
    if row.weight <= 0:
        fields.find(faults.not_positive, "weight")
    return row


def _where(fields: Fields) -> tuple[Filter, ...]:
    return tuple(
        fields.inner(body, f"where.{name}", lambda inner, name=name: _filter(inner, name))
        for name, body in fields.pairs("where")
    )


def _filter(fields: Fields, dimension: str) -> Filter:
    leaving_out = fields.has("not")
    values = fields.texts("not" if leaving_out else "in", needed=True)
    return Filter(dimension, not leaving_out, values)


def _range(fields: Fields) -> p.Range:
    return p.Range(
        fields.code("of"), fields.optional_number("from"), fields.optional_number("below")
    )


# -- the whole ---------------------------------------------------------------------------------


def _factor(fields: Fields) -> p.Factor:
    factor = p.Factor(
        *_head(fields),
        kind=_chosen(fields, "kind", p.FactorKind),
        parts=tuple(fields.each("parts", _part)),
        look=_look(fields),
        tiers=_bands(fields, "tiers"),
        bound=_chosen(fields, "bound", Bound),
        floor=fields.optional_number("floor"),
        cap=fields.optional_number("cap"),
        components=fields.texts("components"),
        team=fields.flag("team", default=False),
        only_below=fields.code("only_below", ""),
        missing=cast("Any", fields.one_of("missing", ("one", "zero"), "one")),
    )
    _complain(fields, pay_plan_faults.of_factor(factor))
    _check_look(fields, factor.look)
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
        *_head(fields),
        look=_look(fields),
        below=fields.optional_number("below"),
        start=fields.optional_number("from"),
        veto=fields.flag("veto", default=False),
        effect=_chosen(fields, "effect", p.Effect),
        rate=fields.number("rate", ONE),
        amount=fields.number("amount", ZERO),
        components=fields.texts("components"),
        missing=cast("Any", fields.one_of("missing", ("pass", "act"), "pass")),
    )
    _complain(fields, pay_plan_faults.of_gate(gate))
    _check_look(fields, gate.look)
    return gate


def _cap(fields: Fields) -> p.Cap:
    cap = p.Cap(
        *_head(fields),
        amount=fields.number("amount"),
        beyond=_chosen(fields, "beyond", p.Beyond),
        components=fields.texts("components"),
    )
    if cap.amount <= 0:
        fields.find(faults.not_positive, "amount")
    return cap


def _holdback(fields: Fields) -> p.Holdback:
    held = p.Holdback(
        *_head(fields),
        components=fields.texts("components", needed=True),
        share=fields.number("share"),
        release=fields.code("release"),
        expires=fields.whole("expires", 0, limit=MAX_PERIODS),
        at_expiry=_chosen(fields, "at_expiry", p.AtExpiry),
    )
    _complain(fields, pay_plan_faults.of_holdback(held))
    return held


def _stage(fields: Fields) -> p.Stage:
    return p.Stage(fields.code("event"), fields.number("share"))


def _catch_up(fields: Fields) -> p.CatchUp:
    look = _inner(fields, "look", _looked)
    if look is None:
        fields.find(pay_plan_faults.needs("look", pay_plan_faults.NO_LOOK), "look")
    caught = p.CatchUp(
        *_head(fields),
        grain=cast("Any", fields.one_of("grain", get_args(p.CatchUpGrain))),
        look=look or p.Look("attainment"),
        start=fields.number("from", ONE),
        returns=fields.texts("returns", needed=True),
    )
    _check_look(fields, look)
    return caught


def _draw(fields: Fields) -> p.Draw:
    draw = p.Draw(
        *_head(fields),
        kind=cast("p.DrawKind", fields.one_of("kind", get_args(p.DrawKind))),
        amount=fields.number("amount"),
        first=fields.whole("first", 1, least=1, limit=MAX_PERIODS),
        until=fields.whole("until", 0, limit=MAX_PERIODS),
        recover_first=fields.whole("recover_first", 1, least=1, limit=MAX_PERIODS),
        share=fields.number("share", ONE),
        limit=fields.optional_number("limit"),
        keep=fields.optional_number("keep"),
    )
    _complain(fields, pay_plan_faults.of_draw(draw))
    if draw.amount <= 0:
        fields.find(faults.not_positive, "amount")
    return draw


def _clawback(fields: Fields) -> p.Clawback:
    found = p.Clawback(
        _chosen(fields, "policy", p.Policy),
        fields.whole("window", 0, limit=3660),
        fields.number("most", ONE),
    )
    if found.policy == "prorated" and not found.window:
        fields.find(faults.not_positive, "window")
    if not 0 < found.most <= 1:
        fields.find(pay_plan_faults.needs("most", pay_plan_faults.SHARE), "most")
    return found


def _stages(fields: Fields, plan: p.PayPlan) -> None:
    shares = [stage.share for stage in plan.earned_at]
    if shares and (sum(shares) != 1 or min(shares) <= 0):
        fields.find(pay_plan_faults.stages_total, "earned_at")
    once(fields, "earned_at", (stage.event for stage in plan.earned_at))


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
    kept = {*fines, *(x.code for x in (*plan.factors, *plan.gates, *plan.caps))}
    for caught in plan.catch_ups:
        for name in caught.returns:
            if name not in kept:
                place = f"catch_ups.{caught.code}.returns"
                fields.find(faults.unknown_name, place, pay_plan_faults.WITHHELD, name)


def _earlier(fields: Fields, plan: p.PayPlan) -> None:
    """A factor that waits for another one comes after it."""
    seen: set[str] = set()
    for factor in (*(f for f in plan.factors if not f.team), *(f for f in plan.factors if f.team)):
        if factor.only_below and factor.only_below not in seen:
            place = f"factors.{factor.code}.only_below"
            fields.find(faults.unknown_name, place, pay_plan_faults.FACTOR, factor.only_below)
        seen.add(factor.code)
