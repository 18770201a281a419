"""From bodies of score schemes to their shapes; faults go to the findings of the fields."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final, cast, get_args

from cheji.engine.definitions import faults, scheme_faults
from cheji.engine.definitions import schemes as s
from cheji.engine.definitions.fields import Fields
from cheji.engine.findings import Finding, Refused
from cheji.engine.periods import GRAINS

WHOLE: Final = Fraction(100)
ONE: Final = Fraction(1)
ZERO: Final = Fraction(0)


def read_scheme(fields: Fields) -> s.Scheme:
    scheme = s.Scheme(
        fields.code("code"),
        fields.text("zh"),
        fields.text("en"),
        items=tuple(fields.each("items", _item, needed=True)),
        grades=_grades(fields),
        decimals=fields.whole("decimals", 2),
        **_audience(fields),
        **_outcome(fields),
        groups=tuple(fields.each("groups", _group)),
        vetoes=tuple(fields.each("vetoes", _veto)),
        quota=fields.inner(fields.body["quota"], "quota", _quota) if fields.has("quota") else None,
        note_zh=fields.text("note_zh", ""),
        note_en=fields.text("note_en", ""),
    )
    _weights(fields, scheme)
    _names(fields, scheme)
    return scheme


def scheme_of(body: Any) -> s.Scheme:
    """A scheme by itself, from its body.

    Raises:
        Refused: with all findings.
    """
    findings: list[Finding] = []
    fields = Fields(body, "", findings)
    scheme = read_scheme(fields)
    fields.close()
    if findings:
        raise Refused(findings)
    return scheme


def _audience(fields: Fields) -> dict[str, Any]:
    grains = fields.texts("grains") if fields.has("grains") else ("month",)
    for grain in grains:
        if grain not in GRAINS:
            fields.find(faults.not_one_of, "grains", grain, GRAINS)
    return {
        "posts": fields.texts("posts"),
        "levels": fields.texts("levels"),
        "outlets": fields.texts("outlets"),
        "measured": fields.one_of("measured", get_args(s.Measured), "person"),
        "grains": grains,
        "least_days": fields.whole("least_days", 0, limit=366),
        "absence": fields.one_of("absence", get_args(s.Absence), "ignore"),
    }


def _outcome(fields: Fields) -> dict[str, Any]:
    way = fields.one_of("coefficient", get_args(s.CoefficientWay), "banded")
    return {
        "cap": fields.optional_number("cap"),
        "floor": fields.optional_number("floor"),
        "combine": fields.one_of("combine", get_args(s.Combine), "sum"),
        "coefficient": way,
        "coefficients": _coefficients(fields, way),
        "coefficient_floor": fields.optional_number("coefficient_floor"),
        "coefficient_cap": fields.optional_number("coefficient_cap"),
    }


def _coefficients(fields: Fields, way: str) -> tuple[s.Tier, ...]:
    """Bands from 0 up; points of straight lines may begin where the coefficient does."""
    if way != "interpolated":
        return tiers(fields, "coefficients", needed=way == "banded")
    found = tuple(fields.each("coefficients", _tier, needed=True))
    starts = [tier.start for tier in found]
    if starts != sorted(set(starts)):
        fields.find(faults.bands_order, "coefficients")
    return found


def _weights(fields: Fields, scheme: s.Scheme) -> None:
    if scheme.combine == "product":
        if any(item.weight != WHOLE for item in scheme.items):
            fields.find(scheme_faults.product_weights, "items")
        return
    total = sum((item.weight for item in scheme.items), ZERO)
    if scheme.items and total != WHOLE:
        fields.find(faults.weights, "items", total)
    for group in scheme.groups:
        own = sum((item.weight for item in scheme.items if item.group == group.code), ZERO)
        if own != group.weight:
            fields.find(scheme_faults.group_weight, f"groups.{group.code}", own, group.weight)


def _names(fields: Fields, scheme: s.Scheme) -> None:
    """What one part of a scheme calls another by."""
    groups = {group.code for group in scheme.groups}
    keys = {item.key for item in scheme.items}
    labels = {grade.label for grade in scheme.grades}
    for item in scheme.items:
        place = f"items.{item.key}"
        if item.group not in (groups or {""}):
            fields.find(faults.unknown_name, f"{place}.group", scheme_faults.GROUP, item.group)
        for need in item.needs:
            if need.item not in keys - {item.key}:
                fields.find(faults.unknown_name, f"{place}.needs", scheme_faults.ITEM, need.item)
    for veto in scheme.vetoes:
        if veto.effect == "grade" and veto.grade not in labels:
            place = f"vetoes.{veto.code}.grade"
            fields.find(faults.unknown_name, place, scheme_faults.GRADE, veto.grade)
    if scheme.quota is not None:
        _quota_names(fields, scheme, scheme.quota)


def _quota_names(fields: Fields, scheme: s.Scheme, quota: s.Quota) -> None:
    labels = [grade.label for grade in reversed(scheme.grades)]
    named = [part.grade for part in quota.parts]
    if named != labels:
        fields.find(scheme_faults.quota_grades, "quota.parts", labels)
    for tie in quota.ties:
        if tie not in {"hired", *(item.key for item in scheme.items)}:
            fields.find(faults.unknown_name, "quota.ties", scheme_faults.ITEM, tie)


def _item(fields: Fields) -> s.SchemeItem:
    source = fields.one_of("source", get_args(s.Source), "kpi")
    of_kpi = source == "kpi"
    item = s.SchemeItem(
        kpi=fields.code("kpi") if of_kpi else "",
        weight=fields.number("weight"),
        method=cast("s.Method", _method(fields, source)),
        source=cast("s.Source", source),
        code=fields.code("code", "" if of_kpi else None),
        zh=fields.text("zh", "" if of_kpi else None),
        en=fields.text("en", "" if of_kpi else None),
        note_zh=fields.text("note_zh", ""),
        note_en=fields.text("note_en", ""),
        **_limits(fields),
        **_parameters(fields),
        **_parts(fields),
    )
    _positive(fields, item)
    for complaint, key in scheme_faults.of_method(item):
        fields.find(complaint, key)
    return item


def _method(fields: Fields, source: str) -> str:
    usual = "deduct" if source == "deductions" else "ratio"
    return fields.one_of("method", get_args(s.Method), usual)


def _limits(fields: Fields) -> dict[str, Any]:
    return {
        "gate": fields.number("gate", ZERO),
        "cap": fields.optional_number("cap"),
        "floor": fields.number("floor", ZERO),
        "target": fields.optional_number("target"),
        "missing": fields.one_of("missing", get_args(s.Missing), "zero"),
        "total_gate": fields.flag("total_gate", default=False),
        "evidence": fields.flag("evidence", default=False),
        "group": fields.code("group", ""),
    }


def _parameters(fields: Fields) -> dict[str, Any]:
    return {
        "of": fields.one_of("of", get_args(s.Basis), "attainment"),
        "falls": fields.flag("falls", default=False),
        "base": fields.optional_number("base"),
        "stretch": fields.optional_number("stretch"),
        "at_base": fields.number("at_base", Fraction(3, 5)),
        "at_stretch": fields.number("at_stretch", Fraction(6, 5)),
        "worst": fields.optional_number("worst"),
        "bound": fields.one_of("bound", get_args(s.Bound), "lower"),
        "scale": fields.one_of("scale", get_args(s.Scale), "share"),
        "step": fields.number("step", Fraction(1, 100)),
        "up": fields.number("up", ZERO),
        "down": fields.number("down", ZERO),
        "counted": fields.one_of("counted", get_args(s.Counted), "continuous"),
        "each": fields.number("each", ZERO),
        "free": fields.number("free", ZERO),
        "absent": fields.one_of("absent", get_args(s.Absent), "renormalise"),
        "correction": fields.one_of("correction", get_args(s.Correction), "none"),
    }


def _parts(fields: Fields) -> dict[str, Any]:
    found: dict[str, Any] = {
        "bands": tuple(fields.each("bands", _band)),
        "deductions": tuple(fields.each("deductions", _deduction)),
        "raters": tuple(fields.each("raters", _rater)),
        "needs": tuple(fields.each("needs", _need)),
    }
    growing(fields, "bands", [band.start for band in found["bands"]])
    for key in ("deductions", "raters"):
        once(fields, key, (part.code for part in found[key]))
    return found


def _positive(fields: Fields, item: s.SchemeItem) -> None:
    for key in ("weight", "target", "step"):
        value = getattr(item, key)
        if value is not None and value <= 0:
            fields.find(faults.not_positive, key)
    if item.cap is not None and item.method in scheme_faults.GATED and item.cap < item.gate:
        fields.find(faults.cap_below_gate, "cap")
    if item.cap is not None and item.cap < item.floor:
        fields.find(scheme_faults.cap_below_floor, "cap")


def _band(fields: Fields) -> s.Band:
    return s.Band(
        fields.number("from"),
        fields.number("rate"),
        fields.number("slope", ZERO),
        *(fields.text(key, "") for key in ("label", "zh", "en")),
    )


def _deduction(fields: Fields) -> s.Deduction:
    return s.Deduction(
        fields.code("code"),
        fields.text("zh"),
        fields.text("en"),
        fields.number("points"),
        fields.whole("free", 0, limit=999),
        fields.optional_number("most"),
    )


def _rater(fields: Fields) -> s.Rater:
    rater = s.Rater(fields.code("code"), fields.number("weight"))
    if rater.weight <= 0:
        fields.find(faults.not_positive, "weight")
    return rater


def _need(fields: Fields) -> s.Need:
    of = fields.one_of("of", ("attainment", "points"), "attainment")
    return s.Need(fields.code("item"), fields.number("from"), cast("Any", of))


def _group(fields: Fields) -> s.Group:
    group = s.Group(
        fields.code("code"),
        fields.text("zh"),
        fields.text("en"),
        fields.number("weight"),
        fields.optional_number("cap"),
        fields.optional_number("floor"),
    )
    if group.cap is not None and group.cap < (group.floor or 0):
        fields.find(scheme_faults.cap_below_floor, "cap")
    return group


def _veto(fields: Fields) -> s.Veto:
    return s.Veto(
        fields.code("code"),
        fields.text("zh"),
        fields.text("en"),
        cast("s.VetoEffect", fields.one_of("effect", get_args(s.VetoEffect), "zero")),
        fields.text("grade", ""),
        fields.optional_number("most"),
    )


def _quota(fields: Fields) -> s.Quota:
    parts = tuple(fields.each("parts", _quota_part, needed=True))
    total = sum((part.share for part in parts), ZERO)
    if parts and (total != ONE or min(part.share for part in parts) < 0):
        fields.find(scheme_faults.quota_total, "parts", total)
    return s.Quota(
        parts,
        cast("s.Pool", fields.one_of("pool", get_args(s.Pool), "outlet")),
        fields.whole("least", 1, least=1, limit=9999),
        fields.texts("ties"),
    )


def _quota_part(fields: Fields) -> s.QuotaPart:
    return s.QuotaPart(fields.text("grade"), fields.number("share"))


def _grades(fields: Fields) -> tuple[s.Grade, ...]:
    grades = tuple(fields.each("grades", _grade, needed=True))
    ascending(fields, "grades", [grade.start for grade in grades], needed=True)
    return grades


def _grade(fields: Fields) -> s.Grade:
    return s.Grade(
        fields.number("from"), fields.text("label"), fields.text("zh", ""), fields.text("en", "")
    )


def tiers(fields: Fields, key: str, *, needed: bool = True) -> tuple[s.Tier, ...]:
    """Bands of rates from 0 up."""
    found = tuple(fields.each(key, _tier, needed=needed))
    ascending(fields, key, [tier.start for tier in found], needed=needed)
    return found


def _tier(fields: Fields) -> s.Tier:
    return s.Tier(fields.number("from"), fields.number("rate"))


def ascending(fields: Fields, key: str, starts: list[Fraction], *, needed: bool = False) -> None:
    """Bounds that begin at 0 and grow."""
    if (needed or starts) and (starts[:1] != [ZERO] or starts != sorted(set(starts))):
        fields.find(faults.bands_order, key)


def growing(fields: Fields, key: str, starts: list[Fraction]) -> None:
    """Bounds that begin at 0 or below and grow: growth has negative bands."""
    if starts and (starts[0] > 0 or starts != sorted(set(starts))):
        fields.find(faults.bands_order, key)


def once(fields: Fields, key: str, codes: Iterable[str]) -> None:
    """Each code only once."""
    seen: set[str] = set()
    make: Callable[..., Any] = faults.duplicate_code
    for code in codes:
        if code in seen:
            fields.find(make, key, code)
        seen.add(code)
