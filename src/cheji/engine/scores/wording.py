"""Words that people write beside an interval, held against the interval itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from cheji.engine.kpis import Value

Side = Literal["lower", "upper"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a text says of one end of an interval; `text` is the phrase itself."""

    side: Side
    inclusive: bool
    number: Fraction
    percent: bool
    text: str


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`; None is open-ended. One of the two ends belongs to it."""

    low: Value
    high: Value
    upper: bool = False


_N: Final = r"(?P<n>-?\d+(?:\.\d+)?)\s*(?P<p>[%万]?)"
_UNIT: Final = r"\s*(?:分|台|批次?|元|万元|小时|分钟|天|次|人|个|件)?(?:\s*\(含\)|\s*（含）)?\s*"
_AFTER: Final[tuple[tuple[str, Side, bool], ...]] = (
    (r"及?以上|起|(?:and|or) (?:above|over|more)(?!\s*\d)", "lower", True),
    (r"及?以下|以内|之内|(?:and|or) (?:below|under|less|fewer)(?!\s*\d)", "upper", True),
    ("以外|之外", "lower", False),
)
_BEFORE: Final[tuple[tuple[str, Side, bool], ...]] = (
    ("不低于|不少于|不小于|至少|(?<!未)达到|≥|>=|at least|n(?:o|ot) less than", "lower", True),
    (
        "不超过|不高于|不多于|不大于|至多|≤|<=|up to|at most|n(?:o|ot) more than",
        "upper",
        True,
    ),
    ("超过|大于|高于|多于|>|over|more than|above", "lower", False),
    ("不满|不足|未满|未达到?|低于|小于|少于|<|under|below|less than|fewer than", "upper", False),
)
_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), side, inclusive)
    for pattern, side, inclusive in (
        *((rf"{_N}{_UNIT}(?:{words})", side, inclusive) for words, side, inclusive in _AFTER),
        *((rf"(?:{words})\s*{_N}", side, inclusive) for words, side, inclusive in _BEFORE),
    )
)


_SCALES: Final = {"%": Fraction(1, 100), "万": Fraction(10_000), "": Fraction(1)}
_SEPARATOR: Final = re.compile(r"(?<=\d)[,\uff0c](?=\d{3}(?!\d))")
_WIDE: Final = str.maketrans("\uff1e\uff1c\uff05", "><%")


def plain(text: str) -> str:
    """Numbers without thousands separators, signs of half width."""
    return _SEPARATOR.sub("", text.translate(_WIDE))


def claims(text: str) -> Iterator[Claim]:
    """What a text says of the ends of an interval; a phrase that is read is not read again."""
    left = plain(text)
    for pattern, side, inclusive in _PATTERNS:
        for found in list(pattern.finditer(left)):
            number = Fraction(found["n"]) * _SCALES[found["p"]]
            yield Claim(side, inclusive, number, found["p"] == "%", found[0])
        left = pattern.sub(" ; ", left)


def contradictions(text: str, interval: Interval, *, shares: bool = False) -> Iterator[Claim]:
    """Claims that the interval does not bear out.

    Args:
        text: as written by a person.
        interval: what the data say.
        shares: bounds are parts of 1, so that a bare 80 may stand for 80 %.
    """
    for claim in claims(text):
        bound = interval.low if claim.side == "lower" else interval.high
        included = (claim.side == "upper") == interval.upper
        if bound is None or not _same(claim, bound, shares=shares) or claim.inclusive != included:
            yield claim


def _same(claim: Claim, bound: Fraction, *, shares: bool) -> bool:
    return claim.number == bound or (shares and not claim.percent and claim.number / 100 == bound)


def about(text: str, bound: Fraction, *, shares: bool = False) -> Iterator[Claim]:
    """The claims of a text that are about this bound."""
    return (claim for claim in claims(text) if _same(claim, bound, shares=shares))
