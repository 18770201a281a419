"""From points to the outcome: caps of groups and total, gates, vetoes, grade and coefficient."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cheji.engine.definitions import Scheme, Tier, Veto
from cheji.engine.kpis import Value
from cheji.engine.reasons import Detail, Reason
from cheji.engine.scores.given import Event, Given
from cheji.engine.scores.items import Row
from cheji.engine.scores.methods import reached, straight

ZERO: Final = Fraction(0)
WHOLE: Final = Fraction(100)
WORDS: Final = {
    "group_cap": ("分组封顶", "cap of the group"),
    "group_floor": ("分组保底", "floor of the group"),
    "cap": ("总分封顶", "cap of the total"),
    "floor": ("总分保底", "floor of the total"),
    "gate": ("未过门槛，总分为 0", "below its gate: the total is 0"),
    "veto": ("一票否决，总分为 0", "veto: the total is 0"),
    "veto_most": ("一票否决，总分不超过上限", "veto: no more than the limit"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A change of the total beside the items: exact points, what made it and the limit."""

    kind: str
    code: str
    exact: Fraction
    limit: Fraction


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change of the total beside the items, rounded with them."""

    kind: str
    code: str
    points: Fraction
    reason: Reason


def adjusted(
    scheme: Scheme, rows: Sequence[Row], exact: Sequence[Fraction], given: Given
) -> list[Line]:
    """Groups first, then the total's cap and floor, then gates and vetoes; only what changes."""
    lines = list(_groups(scheme, rows, exact))
    so_far = sum(exact, ZERO) + sum((line.exact for line in lines), ZERO)
    return [*lines, *limited(so_far, _limits(scheme, rows, given))]


def limited(so_far: Fraction, limits: Iterable[tuple[str, str, Fraction]]) -> Iterator[Line]:
    """What limits take from a total, or give to it, one after the other; only what changes it."""
    for kind, code, limit in limits:
        if so_far < limit if kind == "floor" else so_far > limit:
            yield Line(kind, code, limit - so_far, limit)
            so_far = limit


def _groups(scheme: Scheme, rows: Sequence[Row], exact: Sequence[Fraction]) -> Iterator[Line]:
    for group in scheme.groups:
        own = sum(
            (part for row, part in zip(rows, exact, strict=True) if row.item.group == group.code),
            ZERO,
        )
        if group.cap is not None and own > group.cap:
            yield Line("group_cap", group.code, group.cap - own, group.cap)
        if group.floor is not None and own < group.floor:
            yield Line("group_floor", group.code, group.floor - own, group.floor)


def _limits(
    scheme: Scheme, rows: Sequence[Row], given: Given
) -> Iterator[tuple[str, str, Fraction]]:
    """Limits of the total in the order in which they hold: kind, code, points."""
    if scheme.cap is not None:
        yield "cap", scheme.code, scheme.cap
    if scheme.floor is not None:
        yield "floor", scheme.code, scheme.floor
    for row in rows:
        if row.item.total_gate and row.effect in {"gate", "missing", "no_evidence"}:
            yield "gate", row.item.key, ZERO
    yield from vetoed_to(standing(scheme, given))


def vetoed_to(vetoes: Iterable[Veto]) -> Iterator[tuple[str, str, Fraction]]:
    """What vetoes leave of a total: kind, code, points."""
    for veto in vetoes:
        if veto.effect == "zero":
            yield "veto", veto.code, ZERO
        elif veto.effect == "grade" and veto.most is not None:
            yield "veto_most", veto.code, veto.most


def posted(line: Line, points: Fraction) -> Adjustment:
    """A line with its rounded points and its reason."""
    zh, en = WORDS[line.kind]
    detail = (
        ("zh", zh),
        ("en", en),
        ("what", line.kind),
        ("limit", line.limit),
        ("exact", line.exact),
    )
    reason = Reason("score_adjustment", line.code, points, detail)
    return Adjustment(line.kind, line.code, points, reason)


def standing(scheme: Scheme, given: Given) -> list[Veto]:
    """The vetoes that a counted violation sets off."""
    proven = {event.code for event in _violations(given) if not event.why_not}
    return [veto for veto in scheme.vetoes if veto.code in proven]


def _violations(given: Given) -> list[Event]:
    return [event for event in given.events if not event.item]


def events_seen(scheme: Scheme, given: Given) -> tuple[tuple[str, Detail], ...]:
    """Violations for the reason: those that set a veto off, and those looked at without effect."""
    known = {veto.code: veto for veto in scheme.vetoes}
    told: tuple[Detail, ...] = tuple(
        {
            "code": event.code,
            "source": event.source,
            "effect": known[event.code].effect,
            "why_not": event.why_not,
        }
        for event in _violations(given)
        if event.code in known
    )
    return (("vetoes", told),) if told else ()


def outcome(scheme: Scheme, total: Value, given: Given) -> tuple[str, Value]:
    """Grade and coefficient of a rounded total."""
    if total is None:
        return "", None
    order = [grade.label for grade in scheme.grades]
    grade = reached(scheme.grades, total).label
    coefficient = coefficient_of(scheme, total)
    for veto in standing(scheme, given):
        if veto.effect == "grade":
            grade = min(grade, veto.grade, key=order.index)
        elif veto.effect == "coefficient":
            coefficient = ZERO
    return grade, coefficient


def coefficient_of(scheme: Scheme, total: Fraction) -> Fraction:
    """Banded, linear or interpolated, within its limits."""
    if scheme.coefficient == "linear":
        found = total / WHOLE
    elif scheme.coefficient == "interpolated":
        found = _interpolated(scheme.coefficients, total)
    else:
        found = reached(scheme.coefficients, total).rate
    if scheme.coefficient_cap is not None:
        found = min(found, scheme.coefficient_cap)
    return found if scheme.coefficient_floor is None else max(found, scheme.coefficient_floor)


def coefficient_at(scheme: Scheme, total: Fraction, grade: str) -> Fraction:
    """The coefficient of a grade given by hand: that of the nearest total which has the grade."""
    starts = {band.label: band.start for band in scheme.grades}
    higher = [start for start in starts.values() if start > starts[grade]]
    least = Fraction(1, 10**scheme.decimals)
    most = min(higher) - least if higher else max(total, starts[grade])
    return coefficient_of(scheme, max(starts[grade], min(total, most)))


def _interpolated(tiers: Sequence[Tier], total: Fraction) -> Fraction:
    return straight([(tier.start, tier.rate) for tier in tiers], total)
