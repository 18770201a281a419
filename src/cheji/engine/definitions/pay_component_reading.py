"""From bodies of components of pay plans to their shapes."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from typing import Any, Final, cast, get_args

from cheji.engine.definitions import faults, pay_plan_faults
from cheji.engine.definitions import pay_components as c
from cheji.engine.definitions.fields import Fields
from cheji.engine.definitions.filters import Filter
from cheji.engine.definitions.scheme_reading import growing
from cheji.engine.definitions.schemes import Band, Bound

ONE: Final = Fraction(1)
ZERO: Final = Fraction(0)


def head(fields: Fields) -> tuple[str, str, str]:
    """Code and names; what has no name at all is one finding."""
    code = fields.code("code")
    if not (fields.has("zh") or fields.has("en")):
        fields.findings.append(pay_plan_faults.no_name(fields.place))
        return code, "", ""
    return code, fields.text("zh"), fields.text("en")


def notes(fields: Fields) -> dict[str, Any]:
    return {"note_zh": fields.text("note_zh", ""), "note_en": fields.text("note_en", "")}


def chosen(fields: Fields, key: str, choices: Any, usual: str = "") -> Any:
    """One of a literal's words; the first one where nothing is written."""
    words = get_args(choices)
    return fields.one_of(key, words, usual or words[0])


def optional(fields: Fields, key: str, read: Callable[[Fields], Any]) -> Any:
    return fields.inner(fields.body[key], key, read) if fields.has(key) else None


def complain(fields: Fields, found: Iterable[pay_plan_faults.Complaint]) -> None:
    for complaint, key in found:
        fields.find(complaint, key)


def look_of(fields: Fields) -> c.Look | None:
    return cast("c.Look | None", optional(fields, "look", looked))


def looked(fields: Fields) -> c.Look:
    return c.Look(
        cast("c.By", fields.one_of("by", get_args(c.By))),
        fields.code("of", ""),
        fields.code("per", ""),
        chosen(fields, "level", c.Level),
        chosen(fields, "whose", c.Whose),
    )


def check_look(fields: Fields, look: c.Look | None, *, own: bool = False) -> None:
    if look is not None:
        inner = Fields({}, fields.at("look"), fields.findings)
        complain(inner, pay_plan_faults.of_look(look, own=own))


def component(fields: Fields) -> c.Component:
    kind = fields.one_of("kind", get_args(c.ComponentKind))
    code, zh, en = head(fields)
    part = c.Component(
        code,
        zh,
        en,
        kind=cast("c.ComponentKind", kind),
        of=fields.code("of", None if _has_base(fields, kind) else ""),
        tiers=bands(fields, "tiers", ranks=kind == "prize"),
        coefficient=fields.flag("coefficient", default=False),
        **_ways(fields),
        **_bases(fields),
        **_limits(fields),
        **_groups(fields),
        **notes(fields),
    )
    complain(fields, pay_plan_faults.of_component(part))
    check_look(fields, part.look, own=bool(part.of))
    return part


def _has_base(fields: Fields, kind: str) -> bool:
    """Whether it is paid on a measure of its own."""
    lump = kind == "pool" and fields.body.get("pot") == "fixed"
    return not lump and kind not in pay_plan_faults.NO_BASE and "of_pay" not in fields.body


def _ways(fields: Fields) -> dict[str, Any]:
    scope = chosen(fields, "scope", c.Scope, "cumulative")
    round_to = fields.one_of("round_to", ("fen", "yuan"), "fen")
    # A deal paid in whole yuan is rounded for itself: its reader checks that one deal.
    alone = "each" if (scope, round_to) == ("per_deal", "yuan") else "cumulative"
    return {
        "scope": scope,
        "mode": chosen(fields, "mode", c.Mode),
        "round_to": round_to,
        "rounding": fields.one_of("rounding", ("cumulative", "each"), alone),
        "bound": chosen(fields, "bound", Bound),
        "look": look_of(fields),
    }


def _bases(fields: Fields) -> dict[str, Any]:
    return {
        "base": fields.one_of("base", ("any", "positive"), "any"),
        "plus": fields.texts("plus"),
        "minus": fields.texts("minus"),
        "rows": tuple(fields.each("rows", _row)),
        "first": chosen(fields, "first", c.First),
        "among": chosen(fields, "among", c.Whose),
        "where": _where(fields),
        "ranges": tuple(fields.each("ranges", _range)),
        "pool_negatives": fields.flag("pool_negatives", default=False),
        "credit": chosen(fields, "credit", c.Credit),
        "split": chosen(fields, "split", c.SplitAt),
        "against": chosen(fields, "against", c.Against),
        "level": chosen(fields, "level", c.Level),
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
        "whose": chosen(fields, "whose", c.Whose),
        "own": fields.one_of("own", ("include", "exclude"), "include"),
        "of_pay": fields.texts("of_pay"),
        "pot": chosen(fields, "pot", c.Pot),
        "divide": chosen(fields, "divide", c.Divide),
        "ties": fields.texts("ties"),
        "still_equal": chosen(fields, "still_equal", c.StillEqual),
    }


def bands(fields: Fields, key: str, *, ranks: bool = False) -> tuple[Band, ...]:
    """Bounds grow from 0 or below; those of ranks from 1."""
    found = tuple(fields.each(key, _band))
    growing(fields, key, [band.start - ranks for band in found])
    return found


def _band(fields: Fields) -> Band:
    return Band(
        fields.number("from"),
        fields.number("rate"),
        fields.number("slope", ZERO),
        *(fields.text(key, "") for key in ("label", "zh", "en")),
    )


def _row(fields: Fields) -> c.Row:
    row = c.Row(
        _where(fields),
        tuple(fields.each("ranges", _range)),
        bands(fields, "tiers"),
        fields.number("weight", ONE),
        fields.text("zh", ""),
        fields.text("en", ""),
    )
    if row.weight <= 0:
        fields.find(faults.not_positive, "weight")
    return row


def _where(fields: Fields) -> tuple[Filter, ...]:
    if any(not name for name, _ in fields.pairs("where")):
        fields.find(pay_plan_faults.needs("where", pay_plan_faults.NO_ATTRIBUTE), "where")
    return tuple(
        fields.inner(body, f"where.{name}", partial(_filter, dimension=name))
        for name, body in fields.pairs("where")
    )


def _filter(fields: Fields, dimension: str) -> Filter:
    leaving_out = fields.has("not")
    values = fields.texts("not" if leaving_out else "in", needed=True)
    return Filter(dimension, not leaving_out, values)


def _range(fields: Fields) -> c.Range:
    return c.Range(
        fields.code("of"), fields.optional_number("from"), fields.optional_number("below")
    )
