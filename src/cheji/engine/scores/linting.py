"""What is wrong, or dangerous, in a scheme that can be read: all findings at once.

Findings of `NOTES` are for a person to think about; any other keeps a scheme from being published.
"""

from collections.abc import Collection, Iterator
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Final

from cheji.engine.definitions import Definitions, Kpi, Scheme, SchemeItem
from cheji.engine.definitions.measure_lints import measure_lint
from cheji.engine.findings import Finding
from cheji.engine.kpis import Value, uncut
from cheji.engine.scores import remarks
from cheji.engine.scores.methods import ZERO, aimed
from cheji.engine.scores.reach import most_of, most_points, most_total
from cheji.engine.scores.wording import Interval, about, contradictions

NOTES: Final = frozenset({"cliff", "no_target", "counted_twice", "not_monotone", "veto_keeps_pay"})
CLIFF: Final = Fraction(10)
TURNED: Final = frozenset({"points", "bands", "steps", "either"})


def lint(scheme: Scheme, definitions: Definitions) -> list[Finding]:
    """Every finding of a scheme among the definitions that it stands on."""
    place = f"schemes.{scheme.code}"
    found: list[Finding] = []
    for item in scheme.items:
        found += _item(scheme, item, definitions, f"{place}.items.{item.key}")
    found += _circles(scheme, place)
    found += _twice(scheme, definitions, place)
    found += _totals(scheme, place)
    found += _outcome(scheme, place)
    return found


def blocking(findings: list[Finding]) -> list[Finding]:
    """Those that keep a scheme from being published."""
    return [found for found in findings if found.code not in NOTES]


def own_faults(definitions: Definitions, own: Collection[tuple[str, str]]) -> list[Finding]:
    """What keeps schemes and measures from being published, by their kinds and codes."""
    return [
        *(
            found
            for scheme in definitions.schemes
            if ("scheme", scheme.code) in own
            for found in blocking(lint(scheme, definitions))
        ),
        *(
            found
            for measure in definitions.measures
            if ("measure", measure.code) in own
            for found in measure_lint(measure, definitions)
        ),
    ]


# -- items -------------------------------------------------------------------------------------


def _item(
    scheme: Scheme, item: SchemeItem, definitions: Definitions, place: str
) -> Iterator[Finding]:
    kpi = definitions.kpi.get(item.kpi)
    yield from _reachable(item, place)
    yield from _divisible(item, place)
    if kpi is not None:
        yield from _of_kpi(scheme, item, kpi, definitions, place)
    yield from _cliffs(item, place)
    yield from _spoken(item, place)


def _reachable(item: SchemeItem, place: str) -> Iterator[Finding]:
    most = most_of(item)
    if item.cap is not None and most is not None and item.cap > most:
        yield remarks.cap_unreachable(item.cap, most, f"{place}.cap")


def _divisible(item: SchemeItem, place: str) -> Iterator[Finding]:
    if item.method == "inverse" and item.cap is None:
        yield remarks.nothing_divides(place)
    if aimed(item) and item.target is None:
        yield remarks.no_target(f"{place}.target")


def _of_kpi(
    scheme: Scheme, item: SchemeItem, kpi: Kpi, definitions: Definitions, place: str
) -> Iterator[Finding]:
    if scheme.measured != "outlet" and scheme.measured in _uncut(definitions, kpi):
        yield remarks.no_influence(kpi.zh, kpi.en, scheme.measured, place)
    if item.method in TURNED and {"up": True, "down": False}.get(kpi.direction) is item.falls:
        yield remarks.wrong_way(item.falls, f"{place}.falls")
    if item.method == "bands" and kpi.direction in {"up", "down"}:
        rates = [band.rate for band in item.bands]
        rises = (kpi.direction == "up") or item.of == "attainment"
        if rates != sorted(rates, reverse=not rises):
            yield remarks.not_monotone(f"{place}.bands")


def _uncut(definitions: Definitions, kpi: Kpi) -> set[str]:
    """By what a KPI has no meaning: its own word, and that of any measure below it."""
    found = set(uncut(definitions, kpi.code))
    for name in kpi.formula.names:
        if name in definitions.measure:
            found |= set(definitions.measure[name].not_by)
        else:
            found |= _uncut(definitions, definitions.kpi[name])
    return found


# -- cliffs ------------------------------------------------------------------------------------


def _cliffs(item: SchemeItem, place: str) -> Iterator[Finding]:
    for bound, before, after in _jumps(item):
        points = abs(after - before) * item.weight
        if points >= CLIFF:
            yield remarks.cliff(points, bound, _shares(item), place)


def _jumps(item: SchemeItem) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    """Bounds at which the share jumps: the bound, the share just below it and at it."""
    if item.gate > 0 and item.method in {"ratio", "inverse", "mirror", "worst"}:
        yield item.gate, ZERO, item.gate if item.cap is None else min(item.gate, item.cap)
    if item.method == "points" and item.at_base:
        yield item.base or ZERO, ZERO, item.at_base
    if item.method == "bands":
        scale = item.weight if item.scale == "points" else Fraction(1)
        for below, band in pairwise(item.bands):
            end = below.rate + below.slope * (band.start - below.start)
            yield band.start, end / scale, band.rate / scale


def _shares(item: SchemeItem) -> bool:
    """Whether its bounds are parts of 1."""
    return item.of == "attainment" and item.method != "points"


# -- words against intervals -------------------------------------------------------------------


def _spoken(item: SchemeItem, place: str) -> Iterator[Finding]:
    for at, (band, following) in enumerate(zip_longest(item.bands, item.bands[1:])):
        end = following.start if following else None
        interval = Interval(band.start if at else None, end, item.bound == "upper")
        for text in (band.zh, band.en):
            for claim in contradictions(text, interval, shares=_shares(item)):
                yield remarks.wording(
                    claim.text, interval, f"{place}.bands[{at}]", shares=_shares(item)
                )
    for text in (item.note_zh, item.note_en) if item.gate else ():
        for claim in about(text, item.gate, shares=_shares(item)):
            if claim.inclusive == (claim.side == "upper"):
                where = f"{place}.note_{'zh' if text is item.note_zh else 'en'}"
                interval = Interval(item.gate, None)
                yield remarks.wording(claim.text, interval, where, shares=_shares(item))


# -- the whole ---------------------------------------------------------------------------------


def _circles(scheme: Scheme, place: str) -> Iterator[Finding]:
    """Items that need each other."""
    needs = {item.key: [need.item for need in item.needs] for item in scheme.items}
    for start, own in needs.items():
        seen: set[str] = set()
        ways = list(own)
        while ways:
            key = ways.pop()
            if key not in seen:
                seen.add(key)
                ways += needs.get(key, [])
        if start in seen:
            yield remarks.needs_circle(start, f"{place}.items.{start}.needs")


def _twice(scheme: Scheme, definitions: Definitions, place: str) -> Iterator[Finding]:
    """A KPI that stands in the formula of another one of its unit is scored twice."""
    scored = {item.kpi for item in scheme.items if item.kpi in definitions.kpi}
    for code in sorted(scored):
        kpi = definitions.kpi[code]
        below = _below(definitions, kpi, set()) & (scored - {code})
        for inner in sorted(one for one in below if definitions.kpi[one].unit == kpi.unit):
            yield remarks.counted_twice(inner, code, f"{place}.items.{inner}")


def _below(definitions: Definitions, kpi: Kpi, seen: set[str]) -> set[str]:
    for name in kpi.formula.names:
        if name in definitions.kpi and name not in seen and name != kpi.code:
            seen.add(name)
            _below(definitions, definitions.kpi[name], seen)
    return seen


def _totals(scheme: Scheme, place: str) -> Iterator[Finding]:
    for group in scheme.groups:
        own = [item for item in scheme.items if item.group == group.code]
        most = most_points(own)
        if group.cap is not None and most is not None and group.cap > most:
            yield remarks.cap_unreachable(group.cap, most, f"{place}.groups.{group.code}.cap")
    before = most_total(scheme, capped=False)
    if scheme.cap is not None and before is not None and scheme.cap > before:
        yield remarks.cap_unreachable(scheme.cap, before, f"{place}.cap")
    most = most_total(scheme)
    steps = [(f"{place}.grades", grade.start, grade.label) for grade in scheme.grades]
    if scheme.coefficient == "banded":
        steps += [(f"{place}.coefficients", tier.start, "") for tier in scheme.coefficients]
    for where, start, label in steps:
        if most is not None and start > most:
            yield remarks.out_of_reach(label, start, most, where)


def _outcome(scheme: Scheme, place: str) -> Iterator[Finding]:
    ends: list[Value] = [*(grade.start for grade in scheme.grades[1:]), None]
    for at, (grade, end) in enumerate(zip(scheme.grades, ends, strict=True)):
        interval = Interval(grade.start if at else None, end)
        for text in (grade.zh, grade.en):
            for claim in contradictions(text, interval):
                yield remarks.wording(claim.text, interval, f"{place}.grades[{at}]")
    for veto in scheme.vetoes:
        if veto.effect == "grade" and veto.most is None:
            yield remarks.veto_keeps_pay(f"{place}.vetoes.{veto.code}")
