"""One item of one person: its value from its source, then method, gate, cap and floor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from cheji.engine.definitions import Deduction, Need, SchemeItem
from cheji.engine.kpis import Value
from cheji.engine.reasons import Detail
from cheji.engine.scores.given import WHOLE_DAYS, Days, Event, Given, Values, prorated
from cheji.engine.scores.methods import FIGURES, NOTHING, RULES, Judged, Marks
from cheji.engine.scores.raters import mean, rated, together

ZERO: Final = Fraction(0)
#: Methods whose basis is an attainment, so that a gate of 0 stops what is below nothing.
GATED: Final = frozenset({"ratio", "inverse", "mirror", "worst"})
FULL_MARKS: Final = {"rating": Fraction(100), "goal": Fraction(1)}


@dataclass(frozen=True, slots=True)
class Row:
    """An item judged.

    Attributes:
        counted: the share after gate, cap and floor.
        effect: what happened to it: `none`, `cap`, `floor`, `gate`, `needs`, `missing`,
            `left_out`, `no_evidence`.
        figures: what the reason tells besides.
    """

    item: SchemeItem
    actual: Value
    target: Value
    attainment: Value
    counted: Fraction
    effect: str
    figures: Mapping[str, Detail]

    @property
    def left_out(self) -> bool:
        return self.effect == "left_out"

    def unmet(self, rows: Mapping[str, "Row"]) -> "Row":
        """The same row, or one that earns nothing because another item stayed behind."""
        behind = [need for need in self.item.needs if not _met(need, rows[need.item])]
        if not behind or self.left_out:
            return self
        told: tuple[Detail, ...] = tuple(
            {"item": need.item, "from": need.start, "of": need.of} for need in behind
        )
        figures: dict[str, Detail] = {**self.figures, "needs": told}
        return replace(self, counted=ZERO, effect="needs", figures=figures)


def _met(need: Need, row: Row) -> bool:
    found = row.attainment if need.of == "attainment" else row.item.weight * row.counted
    return found is not None and found >= need.start


def judged(item: SchemeItem, given: Given) -> Row:
    """An item by a person's inputs, without regard to other items."""
    actual, figures = _actual(item, given)
    days = given.days.get(item.input, WHOLE_DAYS)
    marks = Marks(
        actual,
        _first(_aim(item, given.targets, days, item.target), FULL_MARKS.get(item.source)),
        _aim(item, given.bases, days, item.base),
        _aim(item, given.stretches, days, item.stretch),
    )
    if days is not WHOLE_DAYS:
        item = replace(item, worst=prorated(item.worst, days.part, days.period))
        figures = {**figures, **_scaled(item, given, days)}
    proof = given.evidence.get(item.key, ())
    if proof:
        figures = {**figures, "evidence": proof}
    unproved = item.evidence and not proof and actual is not None
    found = NOTHING if unproved else _judged(item, marks, given)
    counted, effect = _limited(item, found)
    if unproved:
        effect = "no_evidence"
    if effect in {"missing", "no_evidence"} and item.missing == "leave_out":
        effect = "left_out"
    if found.figures:
        figures = {**found.figures, **figures}
    return Row(item, actual, marks.target, found.attainment, counted, effect, figures)


def _aim(item: SchemeItem, agreed: Values, days: Days, own: Value) -> Value:
    """What was agreed, else the scheme's: each for the days that count."""
    found = agreed.get(item.input)
    if found is None:
        return prorated(own, days.part, days.period)
    return prorated(found, days.part, days.agreed)


def _scaled(item: SchemeItem, given: Given, days: Days) -> Mapping[str, Detail]:
    """For the reason, where the target is not as it was set: for how many days it is now."""
    agreed = given.targets.get(item.input)
    whole, of = (item.target, days.period) if agreed is None else (agreed, days.agreed)
    if whole is None or of == days.part:
        return FIGURES
    return {"prorated": {"days": days.part, "of": of, "whole": whole}}


def _first(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _judged(item: SchemeItem, marks: Marks, given: Given) -> Judged:
    if item.source == "deductions":
        return _listed(item, given)
    return RULES[item.method](item, marks)


def _limited(item: SchemeItem, found: Judged) -> tuple[Fraction, str]:
    """The share after gate, cap and floor, and which of them changed it."""
    share, basis = found.share, found.basis
    if share is None:
        return ZERO, "missing"
    gated = bool(item.gate) or item.method in GATED
    if gated and (basis is None or basis < item.gate):
        return ZERO, "gate"
    if item.cap is not None and share > item.cap:
        return item.cap, "cap"
    return (item.floor, "floor") if share < item.floor else (share, "none")


# -- where a value comes from ------------------------------------------------------------------


def _actual(item: SchemeItem, given: Given) -> tuple[Value, Mapping[str, Detail]]:
    """An item's value and how it came about."""
    if item.source == "rating":
        return _rating(item, given)
    if item.source == "deductions":
        counted = sum(event.count for event in _events(item, given) if not event.why_not)
        return Fraction(counted), FIGURES
    goals = given.goals.get(item.key, ())
    if not goals:
        return given.values.get(item.input), FIGURES
    told: tuple[Detail, ...] = tuple(
        {"code": goal.code, "text": goal.text, "weight": goal.weight, "done": goal.done}
        for goal in goals
    )
    done = [(goal.weight, goal.done) for goal in goals]
    return together(done, zero_fill=item.absent == "zero"), {"goals": told}


def _rating(item: SchemeItem, given: Given) -> tuple[Value, Mapping[str, Detail]]:
    marks = given.ratings.get(item.key, {})
    told: tuple[Detail, ...] = tuple(
        {
            "rater": rater.code,
            "weight": rater.weight,
            "mark": mean(marks.get(rater.code, ())),
            "raters": len(marks.get(rater.code, ())),
        }
        for rater in item.raters
    )
    value = rated(item.raters, marks, zero_fill=item.absent == "zero")
    figures: dict[str, Detail] = {"ratings": told, "absent": item.absent}
    if item.correction != "none":
        figures["correction"] = item.correction
    return value, figures


def _events(item: SchemeItem, given: Given) -> list[Event]:
    return [event for event in given.events if event.item == item.key]


def _listed(item: SchemeItem, given: Given) -> Judged:
    """A list of deductions: points for each event beyond the free ones, up to the kind's most."""
    events = _events(item, given)
    lines = [_deducted(kind, events) for kind in item.deductions]
    points = sum((line for line, _ in lines), ZERO)
    figures: dict[str, Detail] = {"events": tuple(told for line, told in lines if told["count"])}
    aside = tuple(
        {"code": event.code, "source": event.source, "why_not": event.why_not}
        for event in events
        if event.why_not
    )
    if aside:
        figures["not_counted"] = aside
    return Judged(None, Fraction(len(events)), (item.weight - points) / item.weight, figures)


def _deducted(kind: Deduction, events: Sequence[Event]) -> tuple[Fraction, dict[str, Detail]]:
    own = [event for event in events if event.code == kind.code and not event.why_not]
    count = sum(event.count for event in own)
    points = kind.points * max(count - kind.free, 0)
    if kind.most is not None:
        points = max(min(points, kind.most), -kind.most)
    sources = tuple(event.source for event in own if event.source)
    return points, {"code": kind.code, "count": count, "points": points, "sources": sources}
