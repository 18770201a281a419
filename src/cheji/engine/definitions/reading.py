"""From bodies to shapes, one function per shape; faults go to the findings of the fields."""

from functools import partial
from typing import Any, Final, cast, get_args

from cheji.engine.definitions import faults, words
from cheji.engine.definitions.fields import Fields
from cheji.engine.definitions.filters import Filter
from cheji.engine.definitions.shapes import (
    Benchmark,
    Cohort,
    Column,
    Direction,
    Funnel,
    Identity,
    Kpi,
    KpiKind,
    Measure,
    Override,
    OverTime,
    Sheet,
    SpreadOf,
    Switch,
)
from cheji.engine.tallies import ATTRIBUTES, DIMENSIONS, KIND_CODES

FACT_KIND: Final = ("事实类型", "kind of fact")
Kinds = tuple[tuple[str, int], ...]
PARTS: Final = ("team", "person", "model", "channel")
OF_FACTS: Final = (
    "kinds", "column", "where", "cohort", "looked_at", "when", "spread", "window", "begun",
)  # fmt: skip
FILTERED: Final = (*DIMENSIONS, *ATTRIBUTES)
MAX_WINDOW: Final = 100_000
MAX_MONTHS: Final = 120
MAX_LEAST: Final = 10_000


def read_switch(fields: Fields) -> Switch:
    return Switch(*_head(fields), fields.flag("default"), *_notes(fields))


def _head(fields: Fields) -> tuple[str, str, str]:
    return fields.code("code"), fields.text("zh"), fields.text("en")


def _notes(fields: Fields) -> tuple[str, str]:
    return fields.text("note_zh", ""), fields.text("note_en", "")


def read_measure(fields: Fields) -> Measure:
    code, zh, en = _head(fields)
    where = _where(fields)
    note_zh, note_en = _notes(fields)
    target = fields.code("target", "")
    measure = Measure(
        code,
        zh,
        en,
        unit=fields.text("unit"),
        kinds=_kinds(fields, needed=not target),
        column=cast("Column", fields.one_of("column", get_args(Column), "quantity")),
        where=where,
        cohort=cast("Cohort", fields.one_of("cohort", get_args(Cohort), "any")),
        over_time=cast("OverTime", fields.one_of("over_time", get_args(OverTime), "sum")),
        looked_at=_looked_at(fields),
        not_by=_uncut(fields) if target else _among(fields, "not_by", PARTS),
        when=_overrides(fields, where),
        spread=cast("SpreadOf", fields.one_of("spread", get_args(SpreadOf), "")),
        window=fields.whole("window", 0, limit=MAX_WINDOW),
        begun=fields.flag("begun", default=False),
        ago=fields.whole("ago", 0, least=-MAX_MONTHS, limit=MAX_MONTHS),
        target=target,
        note_zh=note_zh,
        note_en=note_en,
    )
    _by_value(fields, measure)
    _of_targets(fields, measure)
    return measure


def _uncut(fields: Fields) -> tuple[str, ...]:
    """A target is read for an outlet as a whole, whatever `not_by` says."""
    _among(fields, "not_by", PARTS)
    return PARTS


def _of_targets(fields: Fields, measure: Measure) -> None:
    """Nothing that says which facts count stands beside a target."""
    for key in OF_FACTS if measure.target else ():
        if key in fields.body:
            fields.find(faults.not_of_targets, key)


def _by_value(fields: Fields, measure: Measure) -> None:
    """A spread is of values; windows count flows."""
    if measure.spread and measure.column != "value":
        fields.find(faults.needs_value, "spread")
    if measure.is_apart and measure.column == "fen":
        fields.find(faults.no_money, "column")
    if measure.is_apart and measure.is_stock:
        fields.find(faults.not_of_stock, "over_time")


def _kinds(fields: Fields, *, needed: bool = False) -> Kinds:
    pairs = fields.pairs("kinds", needed=needed)
    for kind, sign in pairs:
        if kind not in KIND_CODES:
            fields.find(faults.unknown_name, "kinds", FACT_KIND, kind)
        if type(sign) is not int or abs(sign) != 1:
            fields.find(faults.wrong_sign, "kinds", kind)
    return pairs


def _looked_at(fields: Fields) -> tuple[str, ...]:
    kinds = fields.texts("looked_at")
    for kind in kinds:
        if kind not in KIND_CODES:
            fields.find(faults.unknown_name, "looked_at", FACT_KIND, kind)
    return kinds


def _among(fields: Fields, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    words_ = fields.texts(key)
    for word in words_:
        if word not in allowed:
            fields.find(faults.not_one_of, key, word, allowed)
    return words_


def _benchmark(fields: Fields) -> Benchmark | None:
    if not fields.has("benchmark"):
        return None
    return fields.inner(fields.body["benchmark"], "benchmark", _bands)


def _bands(fields: Fields) -> Benchmark:
    found = Benchmark(
        fields.text("source"),
        *(fields.optional_number(key) for key in ("low", "good", "high")),
    )
    given = [limit for limit in (found.low, found.good, found.high) if limit is not None]
    if not given:
        fields.find(faults.no_limits, "good")
    if given != sorted(given):
        fields.find(faults.limits_order, "low")
    return found


def _where(fields: Fields) -> tuple[Filter, ...]:
    found = []
    for dimension, body in fields.pairs("where"):
        if dimension not in FILTERED:
            fields.find(faults.not_one_of, "where", dimension, FILTERED)
        found.append(fields.inner(body, f"where.{dimension}", _filter))
    names = [dimension for dimension, _ in fields.pairs("where")]
    return tuple(Filter(name, *filter_) for name, filter_ in zip(names, found, strict=True))


def _filter(fields: Fields) -> tuple[bool, tuple[str, ...]]:
    leaving_out = fields.has("not")
    return not leaving_out, fields.texts("not" if leaving_out else "in", needed=True)


def _overrides(fields: Fields, where: tuple[Filter, ...]) -> tuple[Override, ...]:
    """In the order of the switches' codes: where two change one field, the later code wins."""
    open_lists = {item.dimension for item in where if item.inside}
    found = [
        fields.inner(body, f"when.{switch}", partial(_override, switch=switch))
        for switch, body in fields.pairs("when")
    ]
    for override in found:
        for dimension, _ in override.also:
            if dimension not in open_lists:
                fields.find(faults.cannot_extend, f"when.{override.switch}.also", dimension)
    return tuple(found)


def _override(fields: Fields, switch: str) -> Override:
    column = fields.one_of("column", get_args(Column)) if fields.has("column") else None
    cohort = fields.one_of("cohort", get_args(Cohort)) if fields.has("cohort") else None
    also = fields.pairs("also")
    return Override(
        switch,
        kinds=_kinds(fields) if fields.has("kinds") else None,
        column=cast("Column | None", column),
        where=_where(fields) if fields.has("where") else None,
        also=tuple((name, _list(fields, name, values)) for name, values in also),
        cohort=cast("Cohort | None", cohort),
        looked_at=_looked_at(fields) if fields.has("looked_at") else None,
    )


def _list(fields: Fields, name: str, values: Any) -> tuple[str, ...]:
    inner = Fields({name: values}, fields.at("also"), fields.findings)
    return inner.texts(name)


def read_kpi(fields: Fields) -> Kpi:
    code, zh, en = _head(fields)
    note_zh, note_en = _notes(fields)
    return Kpi(
        code,
        zh,
        en,
        unit=fields.text("unit"),
        formula=fields.formula("formula"),
        decimals=fields.whole("decimals", 0),
        direction=cast("Direction", fields.one_of("direction", get_args(Direction), "none")),
        aliases=fields.texts("aliases"),
        over_time=_ways(fields),
        kind=cast("KpiKind", fields.one_of("kind", get_args(KpiKind), "")),
        dated=_among(fields, "dated", tuple(words.DATES)),
        whose=fields.one_of("whose", ("", *words.WHOSE), ""),
        cohort=fields.one_of("cohort", ("", *words.COHORTS), ""),
        not_by=_among(fields, "not_by", PARTS),
        least=fields.whole("least", 0, limit=MAX_LEAST),
        empty=fields.optional_number("empty"),
        benchmark=_benchmark(fields),
        source=fields.text("source", ""),
        note_zh=note_zh,
        note_en=note_en,
    )


def _ways(fields: Fields) -> tuple[tuple[str, OverTime], ...]:
    pairs = fields.pairs("over_time")
    for _, way in pairs:
        if way not in get_args(OverTime):
            fields.find(faults.not_one_of, "over_time", str(way), get_args(OverTime))
    return pairs


def read_sheet(fields: Fields) -> Sheet:
    return Sheet(
        *_head(fields),
        lines=fields.texts("lines", needed=True),
        annual=fields.flag("annual", default=False),
        identities=tuple(fields.each("identities", _identity)),
        funnels=tuple(fields.each("funnels", _funnel)),
    )


def _identity(fields: Fields) -> Identity:
    return Identity(
        *_head(fields),
        left=fields.formula("left"),
        right=fields.formula("right"),
        relation=cast("Any", fields.one_of("relation", ("=", "<="), "=")),
        next_left=fields.flag("next_left", default=False),
    )


def _funnel(fields: Fields) -> Funnel:
    return Funnel(*_head(fields), result=fields.code("result"), formula=fields.formula("formula"))
