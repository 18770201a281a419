"""What a score is worked out from, as plain values that can be frozen and read back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, cast

from cheji.engine.kpis import Value
from cheji.engine.reasons import plain

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and may count against somebody, or for him.

    Attributes:
        item: the item on whose list it stands; empty for a violation that is a veto.
        code: of the deduction or of the veto.
        source: the record that proves it, such as `violation:17`.
        count: how many of them.
        why_not: why it was looked at and not counted, such as `appeal_upheld`; empty counts.
    """

    item: str
    code: str
    source: str = ""
    count: int = 1
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """One agreed work goal (工作目标): its weight among the goals and how far it was reached.

    `done` is a share: 1 is fully reached; None is not judged yet.
    """

    code: str
    text: str
    weight: Fraction
    done: Value


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a part against those that its aims are for, of a KPI that adds up over time.

    Attributes:
        part: days that count.
        agreed: days that the part had when its own aims were set.
        period: days of the whole period, for which a scheme's aims are.
    """

    part: int
    agreed: int
    period: int


#: Nothing is scaled: the KPI does not add up over time, or the part is the whole period.
WHOLE_DAYS: Final = Days(1, 1, 1)


def prorated(aim: Value, days: int, of: int) -> Value:
    """An aim for some days of the days that it was set for, exact."""
    return aim if aim is None or days == of else aim * days / of


@dataclass(frozen=True, slots=True)
class Given:
    """One person's inputs of one period.

    Attributes:
        values, targets, bases, stretches: by KPI code, or by the item's code where it is no KPI.
        ratings: by item code and rater; several raters of one kind are given as several figures.
        goals: by item code.
        events: of deduction lists, and violations.
        evidence: by item code, the references of what was handed in.
        days: by KPI code, where its aims are for other days than those that count.
    """

    values: Values = field(default_factory=dict)
    targets: Values = field(default_factory=dict)
    bases: Values = field(default_factory=dict)
    stretches: Values = field(default_factory=dict)
    ratings: Mapping[str, Mapping[str, tuple[Fraction, ...]]] = field(default_factory=dict)
    goals: Mapping[str, tuple[Goal, ...]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    days: Mapping[str, Days] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; what is empty is left out."""
        found: dict[str, Any] = {
            name: _plainly(getattr(self, name))
            for name in ("values", "targets", "bases", "stretches", "ratings", "evidence")
        }
        found["goals"] = {
            code: [[goal.code, goal.text, plain(goal.weight), plain(goal.done)] for goal in goals]
            for code, goals in self.goals.items()
        }
        found["days"] = {
            code: [days.part, days.agreed, days.period] for code, days in self.days.items()
        }
        found["events"] = [
            [event.item, event.code, event.source, event.count, event.why_not]
            for event in self.events
        ]
        return {name: value for name, value in found.items() if value}


def _plainly(values: Mapping[str, Any]) -> Any:
    return plain(cast("Any", values))


def given_from(written: Mapping[str, Any]) -> Given:
    """What `as_json` wrote."""
    return Given(
        **{name: _values(written, name) for name in ("values", "targets", "bases", "stretches")},
        ratings={
            code: {who: tuple(map(Fraction, marks)) for who, marks in by.items()}
            for code, by in written.get("ratings", {}).items()
        },
        goals={
            code: tuple(Goal(name, text, Fraction(w), _value(d)) for name, text, w, d in goals)
            for code, goals in written.get("goals", {}).items()
        },
        days={code: Days(*row) for code, row in written.get("days", {}).items()},
        events=tuple(Event(*row) for row in written.get("events", ())),
        evidence={code: tuple(found) for code, found in written.get("evidence", {}).items()},
    )


def _values(written: Mapping[str, Any], name: str) -> dict[str, Value]:
    return {code: _value(value) for code, value in written.get(name, {}).items()}


def _value(written: Any) -> Value:
    return None if written is None else Fraction(written)
