"""Bands as a document writes them, with the holes and overlaps that such texts have."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from cheji.engine.definitions import Band
from cheji.engine.definitions.fields import number_of
from cheji.engine.definitions.schemes import Bound
from cheji.engine.findings import Finding
from cheji.engine.kpis import Value, decimal_text
from cheji.engine.pay import importing_remarks as remarks
from cheji.engine.pay.words import percent
from cheji.engine.scores.wording import claims, plain

ZERO: Final = Fraction(0)
ONE: Final = Fraction(1)
TEN_THOUSAND: Final = 10_000


class Written(NamedTuple):
    """One line of a document: the ends that it names, whether they belong to it, the rate."""

    low: Value
    low_in: bool
    high: Value
    high_in: bool
    rate: Fraction
    text: str


class Bands(NamedTuple):
    """Bands by their lower bounds, which end of each belongs to it, and what the text left open."""

    bands: tuple[Band, ...]
    bound: Bound
    findings: list[Finding]


_RATE: Final = re.compile(r"[:→=\t]\s*([+-]?[\d.,]+\s*%?)[^\d%]*$")
_N: Final = r"([+-]?\d+(?:\.\d+)?)\s*([%万]?)\s*(?:元|台|件|单|分|名)?"
_CHAIN: Final = re.compile(rf"{_N}\s*(<|≤|<=)\s*[A-Za-z\u4e00-\u9fff]+\s*(<|≤|<=)\s*{_N}")
_SPAN: Final = re.compile(rf"{_N}\s*(?:-|–|—|~|\uff5e|至|到|to)\s*{_N}")
_BARE: Final = re.compile(r"[A-Za-z]\s*(<=|>=|[<≤>≥])")


def bands_from(lines: Sequence[str], place: str, *, pieces: bool = False) -> Bands:
    """The bands of a text; what it leaves open is closed, and each such place is told.

    A hole between two bands goes to the lower one: the upper begins where its own line says.

    Args:
        lines: an interval and a rate each, such as `3≤X<5: 600` or `90% 以上：4%`.
        place: where the findings stand.
        pieces: whole units are counted, so that `1–3` and `4–6` follow each other, and over 3 is 4.
    """
    read = [_read(line) for line in lines]
    findings = [
        remarks.unread(line, f"{place}[{at}]", rated=_rate(line) is not None)
        for at, (line, found) in enumerate(zip(lines, read, strict=True))
        if found is None
    ]
    known = sorted((_counted(one) if pieces else one for one in read if one), key=_order)
    if not known:
        return Bands((), "lower", findings)
    bound, mixed = _bound(known, place)
    for below, above in pairwise(known):
        findings += _between(below, above, place)
    findings += [*mixed, *_ends_open(known, place, ONE if pieces else ZERO)]
    return Bands(tuple(_bands(known, ONE if pieces else ZERO)), bound, findings)


def in_percent(lines: Sequence[str]) -> frozenset[str]:
    """Which of a band's keys, `from` and `rate`, a text writes in percent."""
    known = [one for line in lines if (one := _read(line)) is not None]
    ends = any("%" in _RATE.sub("", one.text) for one in known)
    rates = any("%" in found[1] for one in known if (found := _RATE.search(one.text)))
    return frozenset(key for key, so in (("from", ends), ("rate", rates)) if so)


def _order(one: Written) -> tuple[Fraction, bool, Fraction]:
    """From the lowest on; what begins nowhere before what has a beginning."""
    low = ZERO if one.low is None else one.low
    return low, one.low is not None, ZERO if one.high is None else one.high


def _counted(one: Written) -> Written:
    """In whole units: over 3 begins with 4, and up to 3 ends before 4."""
    low = one.low if one.low is None or one.low_in else one.low + 1
    high = one.high if one.high is None or not one.high_in else one.high + 1
    return one._replace(low=low, low_in=True, high=high, high_in=False)


def _bands(known: Sequence[Written], least: Fraction) -> Iterator[Band]:
    """The first begins at 0; what lies below all lines is paid nothing."""
    first = known[0].low
    if first is not None and first > least:
        yield Band(ZERO, ZERO)
        yield Band(first, known[0].rate)
    else:
        yield Band(min(ZERO, first or ZERO), known[0].rate)
    for below, above in pairwise(known):
        start = below.high if above.low is None else above.low
        yield Band(ZERO if start is None else start, above.rate)


# -- one line ----------------------------------------------------------------------------------


def _read(line: str) -> Written | None:
    line = plain(line).replace("：", ":")
    found, rate = _RATE.search(line), _rate(line)
    ends = None if found is None else _ends(line[: found.start()])
    return None if ends is None or rate is None else Written(*ends, rate, line)


def _rate(line: str) -> Value:
    found = _RATE.search(plain(line).replace("：", ":"))
    return number_of(found[1].replace(",", "").replace(" ", "")) if found else None


Ends = tuple[Value, bool, Value, bool]


def _ends(text: str) -> Ends | None:
    chain = _CHAIN.search(text)
    if chain is not None:
        low, of_low, first, second, high, of_high = chain.groups()
        return _number(low, of_low or of_high), first != "<", _number(high, of_high), second != "<"
    span = _SPAN.search(text)
    if span is not None:
        low, of_low, high, of_high = span.groups()
        return _number(low, of_low or of_high), True, _number(high, of_high), True
    low, low_in, high, high_in = None, True, None, False
    for claim in claims(_BARE.sub(r"\1", text)):
        if claim.side == "lower":
            low, low_in = claim.number, claim.inclusive
        else:
            high, high_in = claim.number, claim.inclusive
    return None if low is None and high is None else (low, low_in, high, high_in)


def _number(text: str, of: str) -> Fraction:
    """`10–15 万` and `70–80%` say once of what both ends are."""
    number = Fraction(text)
    return number / 100 if of == "%" else number * TEN_THOUSAND if of == "万" else number


# -- between lines -----------------------------------------------------------------------------


def _told(bound: Fraction, line: Written) -> str:
    """A bound as the line writes it."""
    return percent(bound) if "%" in _RATE.sub("", line.text) else decimal_text(bound)


def _between(below: Written, above: Written, place: str) -> list[Finding]:
    """What lies between two bands that follow each other."""
    where = f"{place}.{above.text}"
    end, start = below.high, above.low
    if end is None or start is None:
        both = _told((end if start is None else start) or ZERO, above)
        return [remarks.overlap(both, both, where)]
    ends = _told(min(start, end), above), _told(max(start, end), above)
    if end < start or (end == start and not below.high_in and not above.low_in):
        return [remarks.hole(*ends, where)]
    if end > start or (below.high_in and above.low_in):
        return [remarks.overlap(*ends, where)]
    return []


def _bound(known: Sequence[Written], place: str) -> tuple[Bound, list[Finding]]:
    """Which end belongs to a band, where the lines say so; they may not agree."""
    met = [above for one, above in pairwise(known) if _meet(one, above)]
    below = [above for above in met if not above.low_in]
    if below and len(below) < len(met):
        at = _told(below[0].low or ZERO, below[0])
        return "lower", [remarks.ends_differ(at, f"{place}.{below[0].text}")]
    return ("upper" if below else "lower"), []


def _meet(below: Written, above: Written) -> bool:
    """Whether two lines share a bound that belongs to exactly one of them."""
    return below.high == above.low and below.high_in != above.low_in


def _ends_open(known: Sequence[Written], place: str, least: Fraction) -> Iterator[Finding]:
    """What lies below the first line and above the last."""
    first, last = known[0], known[-1]
    if first.low is not None and first.low > least:
        yield remarks.nothing_below(_told(first.low, first), f"{place}.{first.text}")
    if last.high is not None and last.low is not None:
        yield remarks.nothing_above(_told(last.high, last), f"{place}.{last.text}")
