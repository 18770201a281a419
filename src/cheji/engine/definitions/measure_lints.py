"""What is wrong with a measure that can be read: filters that hold nothing, sums of stocks."""

from collections.abc import Iterator
from typing import Final

from cheji.engine.definitions.choices import is_of, marks_of
from cheji.engine.definitions.filters import no_values
from cheji.engine.definitions.shapes import Definitions, Filter, Measure
from cheji.engine.findings import Finding
from cheji.engine.kinds import KINDS
from cheji.engine.kinds.columns import Kind

_KIND: Final = {kind.code: kind for kind in KINDS}
#: Parts of facts as people call them; a pay plan calls the level of a post so.
_CALLED: Final[dict[str, tuple[str, str]]] = {
    "channel": ("渠道", "channel"),
    "level": ("意向级别", "level"),
    "tags": ("标签", "tags"),
    "model": ("车型", "model"),
    "displacement": ("排量级", "displacement"),
    "segment": ("细分市场", "segment"),
    "key_model": ("重点车型", "key model"),
}
_DECLARED: Final = {"tags": "tags", "channel": "channels"}


def measure_lint(measure: Measure, definitions: Definitions) -> list[Finding]:
    """Findings of a measure among the definitions that it stands on."""
    place = f"measures.{measure.code}"
    return [
        *_of_which(measure, place),
        *(found for item in measure.where for found in _values(measure, item, place)),
        *_stock_targets(measure, definitions, place),
    ]


def _of_which(measure: Measure, place: str) -> Iterator[Finding]:
    """Facts posted once more for own fields count only by a choice, and not beside plain ones."""
    twins = [kind for kind, _sign in measure.kinds if is_of(kind)]
    if twins and len(twins) < len(measure.kinds):
        yield _mixed(twins[0], f"{place}.kinds")
    tags = [item for item in measure.where if item.dimension == "tags"]
    chosen = [item for item in tags if item.inside and all(marks_of(one) for one in item.values)]
    if twins and not chosen:
        yield _unchosen(twins[0], f"{place}.where.tags")


def _values(measure: Measure, item: Filter, place: str) -> Iterator[Finding]:
    """No values at all, or such that no fact of these kinds ever has."""
    at = f"{place}.where.{item.dimension}"
    if not item.values:
        called = _CALLED.get(item.dimension, (item.dimension, item.dimension))
        yield no_values(called, at, inside=item.inside)
    kinds = [_KIND[kind] for kind, _sign in measure.kinds if kind in _KIND and not is_of(kind)]
    if item.dimension not in _DECLARED:
        return
    known = _known(kinds, _DECLARED[item.dimension])
    for value in item.values:
        if known and value and value not in known:
            yield _no_such(value, sorted(known), at)


def _known(kinds: list[Kind], column: str) -> set[str]:
    return {value for kind in kinds for value in getattr(kind, column)}


def _stock_targets(measure: Measure, definitions: Definitions, place: str) -> Iterator[Finding]:
    """Targets of a stock are targets of a day: over months they do not add up."""
    kpi = definitions.kpi.get(measure.target)
    if kpi is not None and measure.over_time == "sum" and _is_stock(kpi.code, definitions):
        yield _summed_stock(kpi.code, f"{place}.over_time")


def _is_stock(code: str, definitions: Definitions) -> bool:
    """Whether all measures under a KPI are stocks."""
    kpi = definitions.kpi[code]
    if kpi.kind:
        return kpi.kind == "stock"
    inner = [
        definitions.measure[name].is_stock
        if name in definitions.measure
        else _is_stock(name, definitions)
        for name in kpi.formula.names
    ]
    return bool(inner) and all(inner)


def _mixed(kind: str, place: str) -> Finding:
    return Finding(
        "of_which_mixed",
        place,
        f"{kind} 是按自定义字段再记一次的事件，不能与普通事件相加",
        f"{kind} is posted once more by own fields and does not add to plain events",
        "全部写成带 _of 的类型，或都不带",
        "Let all kinds end in _of, or none",
    )


def _unchosen(kind: str, place: str) -> Finding:
    return Finding(
        "of_which_unchosen",
        place,
        f"{kind} 每个自定义字段各记一次，未选字段的选项会重复计数",
        f"{kind} is posted once for every own field: without a choice it counts several times",
        "在 where 的 tags 中写 in: [字段=选项]",
        "Write in: [field=choice] for tags under where",
    )


def _no_such(value: str, known: list[str], place: str) -> Finding:
    listed = ", ".join(known)
    return Finding(
        "value_never_met",
        place,
        f"所统计的事件里从不会有 {value}",
        f"The events counted never have {value}",
        f"可用：{listed}",
        f"Use one of: {listed}",
    )


def _summed_stock(kpi: str, place: str) -> Finding:
    return Finding(
        "sum_of_stocks",
        place,
        f"{kpi} 是时点存量，各月目标相加没有意义",
        f"{kpi} is a stock: its targets of several months do not add up",
        "over_time 写 closing（取最后一个月）或 opening",
        "Write over_time: closing (the last month's) or opening",
    )
