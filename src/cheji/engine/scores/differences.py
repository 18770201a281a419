"""Why a score changed: item by item, adding up exactly to the change of the total."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from cheji.engine.reasons import Reason, plain

#: What may have moved an item's points, in the order in which it is told.
CAUSES: Final = (
    "method", "weight", "weight_defined", "actual", "target", "prorated", "attainment", "base",
    "stretch", "band", "steps", "ratings", "goals", "events", "not_counted", "evidence", "needs",
    "gate", "cap", "effect", "limit",
)  # fmt: skip


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
    whole = _causes(old, new, ("digest", "grade", "coefficient", "vetoes"))
    return Difference(_value(old), _value(new), told, whole)


Key = tuple[str, str, str]


def _parts(reason: Reason) -> dict[Key, Reason]:
    return {(part.kind, part.code, str(_detail(part, "what"))): part for part in reason.parts}


def _change(key: Key, old: Reason | None, new: Reason | None) -> Change:
    causes = _causes(old, new, CAUSES) if old and new else ()
    return Change(key[0], key[1], _value(old), _value(new), causes)


def _value(reason: Reason | None) -> Fraction | None:
    return None if reason is None or reason.value is None else Fraction(reason.value)


def _causes(old: Reason, new: Reason, names: tuple[str, ...]) -> tuple[Cause, ...]:
    pairs = ((name, _detail(old, name), _detail(new, name)) for name in names)
    return tuple(Cause(name, was, now) for name, was, now in pairs if was != now)


def _detail(reason: Reason, name: str) -> Any:
    return plain(dict(reason.detail).get(name))
