"""Bands as a document writes them, with the holes and overlaps that such texts have."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from cheji.engine.definitions import Band
from cheji.engine.definitions.fields import number_of
from cheji.engine.findings import Finding
from cheji.engine.kpis import Value
from cheji.engine.pay import remarks
from cheji.engine.scores.wording import claims


class Written(NamedTuple):
    """One line of a document: the ends that it names, whether they belong to it, the rate."""

    low: Value
    low_in: bool
    high: Value
    high_in: bool
    rate: Fraction
    text: str


_RATE: Final = re.compile(r"[:：→=]\s*([+-]?[\d.,]+\s*[%％]?)[^\d%％]*$")
_N: Final = r"([+-]?\d[\d,]*(?:\.\d+)?\s*[%％]?)"
_CHAIN: Final = re.compile(rf"{_N}\s*(<|≤|<=)\s*[A-Za-z\u4e00-\u9fff]+\s*(<|≤|<=)\s*{_N}")
_SPAN: Final = re.compile(rf"{_N}\s*(?:-|–|—|~|\uff5e|至|到|to)\s*{_N}")
_BARE: Final = re.compile(r"[A-Za-z]\s*(<=|>=|[<≤>≥])")


def bands_from(lines: Sequence[str], place: str) -> tuple[tuple[Band, ...], list[Finding]]:
    """Bands by their lower bounds, and every hole and overlap of the text.

    Args:
        lines: an interval and a rate each, such as `3≤X<5: 600` or `90% 以上：4%`.
        place: where the findings stand.
    """
    read = [_read(line) for line in lines]
    findings = [
        remarks.unread(line, f"{place}[{at}]")
        for at, (line, found) in enumerate(zip(lines, read, strict=True))
        if found is None
    ]
    known = sorted(
        (one for one in read if one), key=lambda one: (one.low is not None, one.low or 0)
    )
    for below, above in pairwise(known):
        findings += _between(below, above, place)
    starts = [Fraction(0), *(_start(below, above) for below, above in pairwise(known))]
    bands = zip(starts, known, strict=False)
    return tuple(Band(start, one.rate) for start, one in bands), findings


def _read(line: str) -> Written | None:
    found = _RATE.search(line)
    rate = number_of(found[1].replace(",", "").replace("％", "%")) if found else None
    ends = None if found is None else _ends(line[: found.start()])
    return None if ends is None or rate is None else Written(*ends, rate, line)


Ends = tuple[Value, bool, Value, bool]


def _ends(text: str) -> Ends | None:
    chain = _CHAIN.search(text)
    if chain is not None:
        low, first, second, high = chain.groups()
        return _number(low), first != "<", _number(high), second != "<"
    span = _SPAN.search(text)
    if span is not None:
        return _number(span[1]), True, _number(span[2]), True
    low, low_in, high, high_in = None, True, None, False
    for claim in claims(_BARE.sub(r"\1", text)):
        if claim.side == "lower":
            low, low_in = claim.number, claim.inclusive
        else:
            high, high_in = claim.number, claim.inclusive
    return None if low is None and high is None else (low, low_in, high, high_in)


def _number(text: str) -> Value:
    return number_of(text.replace(",", "").replace("％", "%").replace(" ", ""))


def _between(below: Written, above: Written, place: str) -> list[Finding]:
    """What lies between two bands that follow each other."""
    end, start = below.high, above.low
    where = f"{place}.{above.text}"
    if end is None or start is None:
        return [remarks.overlap(start or end or Fraction(0), start or end or Fraction(0), where)]
    if end < start or (end == start and not below.high_in and not above.low_in):
        return [remarks.hole(end, start, where)]
    if end > start or (below.high_in and above.low_in):
        return [remarks.overlap(start, end, where)]
    return []


def _start(below: Written, above: Written) -> Fraction:
    """Where the upper band is made to start: a hole goes to it, an overlap too."""
    ends = [end for end in (below.high, above.low) if end is not None]
    return min(ends) if ends else Fraction(0)
