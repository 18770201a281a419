"""Why a score changed: item by item, adding up exactly to the change of the total."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from cheji.engine.reasons import Reason, plain

#: What may have moved an item's points, in the order in which it is told, by name.
CAUSES: Final = {
    "method": ("计分方法", "method"),
    "weight": ("权重", "weight"),
    "weight_defined": ("方案权重", "weight in the scheme"),
    "actual": ("实际", "actual"),
    "target": ("目标", "target"),
    "prorated": ("按天折算", "pro rata by days"),
    "attainment": ("达成率", "attainment"),
    "base": ("保底值", "base"),
    "stretch": ("挑战值", "stretch"),
    "band": ("区间", "band"),
    "steps": ("步数", "steps"),
    "ratings": ("评分", "marks"),
    "goals": ("工作目标", "work goals"),
    "events": ("扣分事项", "what is deducted for"),
    "not_counted": ("未计入", "not counted"),
    "evidence": ("佐证", "evidence"),
    "needs": ("前提项", "needs"),
    "gate": ("门槛", "gate"),
    "cap": ("上限", "cap"),
    "effect": ("计分方式", "how it counts"),
    "limit": ("限制", "limit"),
}
#: The same of a whole card.
OF_ALL: Final = {
    "digest": ("方案版本", "version of the scheme"),
    "grade": ("等级", "grade"),
    "coefficient": ("系数", "coefficient"),
    "vetoes": ("一票否决", "vetoes"),
}
#: Of points that moved with nothing behind them: rounding carries what is left to the next item.
ROUNDING: Final = "rounding"
CAUSE_NAMES: Final = {**CAUSES, **OF_ALL, ROUNDING: ("舍入（逐项累计）", "rounding carried along")}

#: What happened to an item's share, by the code of `items.Row.effect`.
EFFECT_NAMES: Final = {
    "none": ("按实际计", "as it is"),
    "cap": ("按上限计", "capped"),
    "floor": ("低于保底", "below the floor"),
    "gate": ("未过门槛", "below the gate"),
    "needs": ("前提未达到", "needs not met"),
    "missing": ("无数值", "no value"),
    "left_out": ("已剔除", "left out"),
    "no_evidence": ("没有证明材料", "no evidence"),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One figure behind the points that is not what it was; plain JSON values."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """An item or an adjustment whose points are not what they were; None was not there."""

    kind: str
    code: str
    before: Fraction | None
    after: Fraction | None
    causes: tuple[Cause, ...]

    @property
    def points(self) -> Fraction:
        return (self.after or Fraction(0)) - (self.before or Fraction(0))


@dataclass(frozen=True, slots=True)
class Difference:
    """Two cards compared; the points of all changes are exactly `points`."""

    before: Fraction | None
    after: Fraction | None
    changes: tuple[Change, ...]
    causes: tuple[Cause, ...]

    @property
    def points(self) -> Fraction:
        return (self.after or Fraction(0)) - (self.before or Fraction(0))


def difference(old: Reason, new: Reason) -> Difference:
    """What lies between the reasons of two score cards, live or read back from JSON."""
    before, after = _parts(old), _parts(new)
    changes = [
        _change(key, before.get(key), after.get(key)) for key in dict.fromkeys([*after, *before])
    ]
    told = tuple(change for change in changes if change.points or change.causes)
    whole = _causes(old, new, OF_ALL)
    return Difference(_value(old), _value(new), told, whole)


Key = tuple[str, str, str]


def _parts(reason: Reason) -> dict[Key, Reason]:
    return {(part.kind, part.code, str(_detail(part, "what"))): part for part in reason.parts}


def _change(key: Key, old: Reason | None, new: Reason | None) -> Change:
    causes = _causes(old, new, CAUSES) if old and new else ()
    if old and new and not causes and old.value != new.value:
        causes = (Cause(ROUNDING, _carried(old), _carried(new)),)
    return Change(key[0], key[1], _value(old), _value(new), causes)


def _value(reason: Reason | None) -> Fraction | None:
    return None if reason is None or reason.value is None else Fraction(reason.value)


def _carried(reason: Reason) -> Any:
    """What rounding added to the exact points; None of what has none, such as an adjustment."""
    value, exact = _value(reason), _detail(reason, "exact")
    return None if value is None or exact is None else plain(value - Fraction(exact))


def _causes(old: Reason, new: Reason, names: Iterable[str]) -> tuple[Cause, ...]:
    pairs = ((name, _detail(old, name), _detail(new, name)) for name in names)
    return tuple(Cause(name, was, now) for name, was, now in pairs if was != now)


def _detail(reason: Reason, name: str) -> Any:
    return plain(dict(reason.detail).get(name))
