"""Why pay changed: line by line, adding up exactly to the change of what is payable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cheji.engine.pay.lines import PayLine
from cheji.engine.reasons import plain
from cheji.engine.tallies import Key

#: What may have moved a line, in the order in which it is told.
CAUSES: Final = ("amount", "rate", "parts", "factor", "code", "args")
Place = tuple[int, str, str, Key, str]


class Cause(NamedTuple):
    """One figure behind a line that is not what it was; plain JSON values."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A line, or lines of one deal, whose fen or figures differ; None was not there."""

    component: str
    entry: str
    source: Key
    before: int | None
    after: int | None
    causes: tuple[Cause, ...]

    @property
    def fen(self) -> int:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two statements compared; the fen of all changes are exactly `fen`."""

    before: int
    after: int
    changes: tuple[Change, ...]

    @property
    def fen(self) -> int:
        return self.after - self.before


def difference(old: Iterable[PayLine], new: Iterable[PayLine]) -> Difference:
    """What lies between the lines of two statements."""
    before, after = _placed(old), _placed(new)
    places = sorted({*before, *after}, key=_order)
    changes = [_change(place, before.get(place, []), after.get(place, [])) for place in places]
    told = tuple(change for change in changes if change.fen or change.causes)
    return Difference(_total(before), _total(after), told)


def _placed(lines: Iterable[PayLine]) -> dict[Place, list[PayLine]]:
    found: dict[Place, list[PayLine]] = {}
    for line in lines:
        place = (line.step, line.component, line.entry, line.source, line.origin)
        found.setdefault(place, []).append(line)
    return found


def _order(place: Place) -> tuple[int, str, str, str, str]:
    step, component, entry, source, origin = place
    return step, component, entry, "" if source is None else str(source), origin


def _total(placed: dict[Place, list[PayLine]]) -> int:
    return sum(_fen(lines) for lines in placed.values())


def _fen(lines: Sequence[PayLine]) -> int:
    return sum(line.fen for line in lines)


def _change(place: Place, old: Sequence[PayLine], new: Sequence[PayLine]) -> Change:
    _, component, entry, source, _ = place
    causes = _causes(old[0], new[0]) if len(old) == len(new) == 1 else ()
    return Change(
        component, entry, source, _fen(old) if old else None, _fen(new) if new else None, causes
    )


def _causes(old: PayLine, new: PayLine) -> tuple[Cause, ...]:
    pairs = ((name, plain(getattr(old, name)), plain(getattr(new, name))) for name in CAUSES)
    return tuple(Cause(name, was, now) for name, was, now in pairs if was != now)
