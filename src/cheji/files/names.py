"""Headers and words as people write them, brought to one form so that they can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BRACKETED = re.compile(r"[(\[{【<《「].*?[)\]}】>》」]")
_UNIT_TAIL = re.compile(
    r"[-_/:,\s](?:[$¥€£%]|usd|rmb|cny|yuan|km|hp|元|万元|千元|台|辆|个|人|批|次)$"
)
_NOISE = re.compile(r"[\W_]+")
_BRACKET_TEXT = re.compile(r"[(\[{【](.*?)[)\]}】]")
_SCALES = (("亿", 100_000_000), ("百万", 1_000_000), ("万", 10_000), ("千", 1_000), ("k", 1_000))
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


@lru_cache(maxsize=4_096)
def simple(text: str) -> str:
    """Return a header without case, width, brackets, units and punctuation: 车价（元）* → 车价."""
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    bare = _BRACKETED.sub("", folded).strip()
    bare = _UNIT_TAIL.sub("", bare)
    return _NOISE.sub("", bare) or _NOISE.sub("", folded)


@lru_cache(maxsize=4_096)
def word(text: str) -> str:
    """Return a value without case, width and blanks, to compare it with a list of words."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


ADDED = {"zh": ("原行号", "问题"), "en": ("Original row", "Problems")}
"""The headers of the two columns that a file of faulty rows has after those of its source."""

_ADDED = frozenset(simple(header) for pair in ADDED.values() for header in pair)


def is_added(header: str) -> bool:
    """Return whether a column was added by us, and says nothing of its own."""
    return simple(header) in _ADDED


def unit_scale(header: str) -> int:
    """Return by how much the unit in a header multiplies: 销售额（万元） → 10,000, else 1."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    inside = _BRACKET_TEXT.search(folded)
    unit = inside.group(1) if inside else folded.rsplit("/", 1)[-1] if "/" in folded else ""
    unit = unit.removeprefix("单位").lstrip(":")
    for text, scale in _SCALES:
        if unit in (
            text,
            text + "元",
            text + "rmb",
            text + "台",
            text + "辆",
            text + "$",
            "$" + text,
        ):
            return scale
    return 1


def visible(text: str) -> str:
    """Return a text without control and direction characters and without outer blanks."""
    return _INVISIBLE.sub("", text).replace("\xa0", " ").strip()
