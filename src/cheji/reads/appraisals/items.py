"""Items of a score as a reader sees them, from the reason that a run keeps or a card makes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from cheji.engine.definitions import Definitions, Scheme, SchemeItem
from cheji.engine.scores import AIMED, standard
from cheji.reads.appraisals.shapes import AdjustmentSeen, ItemSeen
from cheji.reads.kept import detail, exact, parts
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import KpiSeen

Names = Mapping[str, tuple[str, str]]
#: What an effect is called where the target is what was missing.
NO_TARGET: Final = {"missing": "no_target", "left_out": "no_target_left_out"}
KeyOf = Callable[[str], str]
"""The address of a KPI's own reason by the KPI's code; empty where there is none."""


def items_seen(
    ruling: Definitions, scheme: Scheme, reason: Mapping[str, Any], key_of: KeyOf
) -> Iterator[ItemSeen]:
    """The items of a score; those that the scheme does not name any more are KPIs of old runs."""
    named, names = {item.key: item for item in scheme.items}, names_of(ruling, scheme)
    for part in parts(reason):
        if part["kind"] == "score_item":
            code = part["code"]
            item = named.get(code, SchemeItem(kpi=code, method=detail(part, "method") or "ratio"))
            yield _item(ruling, item, part, names, key_of)


def adjustments_seen(reason: Mapping[str, Any]) -> tuple[AdjustmentSeen, ...]:
    """Caps, floors, gates and vetoes that changed the total."""
    return tuple(
        AdjustmentSeen(part["code"], exact(part["value"]) or Fraction(0), part)
        for part in parts(reason)
        if part["kind"] == "score_adjustment"
    )


def effect_of(reason: Mapping[str, Any]) -> str:
    """What happened to an item's share; a target that is missing is told from a value that is."""
    effect = str(detail(reason, "effect"))
    target = exact(detail(reason, "target"))
    if effect not in NO_TARGET or (target is not None and target > 0):
        return effect
    banded = detail(reason, "method") == "bands" and detail(reason, "actual") is not None
    aimless = detail(reason, "method") in AIMED or (banded and effect == "missing")
    return NO_TARGET[effect] if aimless else effect


def names_of(ruling: Definitions, scheme: Scheme) -> dict[str, tuple[str, str]]:
    """What items are called that others need."""
    needed = {need.item for item in scheme.items for need in item.needs}
    seen = {item.key: heading_of(ruling, item) for item in scheme.items if item.key in needed}
    return {code: (one.zh, one.en) for code, one in seen.items()}


def heading_of(ruling: Definitions, item: SchemeItem) -> KpiSeen:
    """A KPI's heading, with the item's own name where it has one."""
    if item.kpi not in ruling.kpi:
        own = item.zh or item.key, item.en or item.key
        decimals = 0 if item.source == "deductions" else 2
        return KpiSeen(item.key, *own, unit_of(item), decimals, "up", "", "")
    found = heading(ruling, item.kpi)
    return replace(found, zh=item.zh or found.zh, en=item.en or found.en)


def unit_of(item: SchemeItem) -> str:
    """The unit of an item that is no KPI: of work goals a share is reached, else points count."""
    return "ratio" if item.source == "goal" else "point"


def said(item: SchemeItem, seen: KpiSeen, names: Names) -> tuple[tuple[str, str], ...]:
    """The item's standard in words, to be read beforehand."""
    return standard(item, unit=seen.unit, names=names) if item.weight else ()


def _item(
    ruling: Definitions, item: SchemeItem, part: dict[str, Any], names: Names, key_of: KeyOf
) -> ItemSeen:
    seen = heading_of(ruling, item)
    return ItemSeen(
        seen,
        key_of(item.kpi) if seen.formula_zh else "",
        exact(detail(part, "weight")) or Fraction(0),
        exact(detail(part, "actual")),
        exact(detail(part, "target")),
        exact(detail(part, "attainment")),
        exact(part["value"]) or Fraction(0),
        part,
        part["code"],
        detail(part, "method") or "",
        said(item, seen, names),
    )
