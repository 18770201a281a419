"""A guess of the map from the headers of a file, in Chinese or English, with its confidence."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from cheji.files.kinds import Column, Kind
from cheji.files.maps import Mapping, Source
from cheji.files.names import is_added, simple, unit_scale

SURE = 90
"""Guesses from here on are used without asking; weaker ones are only offered."""

_NUMBERED = re.compile(
    r"(?:^|[\W_]|(?<=[a-z])(?=[A-Z]))(?i:id|no|nr|number|code|key)\W*$|(?:编号|编码|代码|号码?)$"
)
_SCALED = ("int", "quantity", "money", "number")


class Guess(NamedTuple):
    """One of our columns, the header that seems to hold it, and how sure that is (0 … 100)."""

    column: str
    header: str
    confidence: int


def guess(kind: Kind, headers: Sequence[str]) -> list[Guess]:
    """Return the best pairing of our columns and the headers, the surest first."""
    offers = [
        Guess(column.code, header, sure)
        for header in dict.fromkeys(one for one in headers if one and not is_added(one))
        for column in kind.columns
        if (sure := confidence(column, header))
    ]
    order = {column.code: place for place, column in enumerate(kind.columns)}
    offers.sort(key=lambda one: (-one.confidence, order[one.column]))
    found: list[Guess] = []
    columns: set[str] = set()
    used: set[str] = set()
    for offer in offers:
        if offer.column not in columns and offer.header not in used:
            columns.add(offer.column)
            used.add(offer.header)
            found.append(offer)
    return found


def confidence(column: Column, header: str) -> int:
    """Return 100 for our own title or code, 90 for another word for it, 60 for a part, else 0."""
    name = simple(header)
    titles, aliases = _words(column)
    if name in titles:
        return 100
    if name in aliases:
        return SURE
    if column.code.endswith("name") and _NUMBERED.search(header):
        return 0  # customer_id is the number of a customer, not the name
    longest = max(
        (len(word) for word in titles | aliases if len(word) > 1 and word in name), default=0
    )
    return 60 + min(longest, 20) if longest * 2 >= len(name) else 0


def sure_count(kind: Kind, headers: Sequence[str]) -> int:
    """Return how many of our columns the headers surely serve."""
    return sum(one.confidence >= SURE for one in guess(kind, headers))


def mapping_from(kind: Kind, guesses: Sequence[Guess], *, at_least: int = SURE) -> Mapping:
    """Return the mapping that takes each guess of sufficient confidence as it stands."""
    chosen = {one.column: one.header for one in guesses if one.confidence >= at_least}
    return Mapping(
        kind.code,
        tuple(
            (column.code, source_for(column, chosen[column.code]))
            for column in kind.columns
            if column.code in chosen
        ),
    )


def source_for(column: Column, header: str) -> Source:
    """Return the source of a column from one header, with the unit that the header states."""
    scale = unit_scale(header) if column.type in _SCALED else 1
    return Source(headers=(header,), multiply=Decimal(scale))


def header_digest(headers: Sequence[str]) -> str:
    """Return a digest of the headers (64 hex digits) under which a map can be remembered.

    A file of faulty rows has the digest of the file from which they came.
    """
    text = "\x1f".join(simple(one) for one in headers if one and not is_added(one))
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=512)
def _words(column: Column) -> tuple[frozenset[str], frozenset[str]]:
    titles = frozenset(simple(word) for word in (column.code, column.zh, column.en))
    aliases = frozenset(simple(word) for word in (*column.aliases_zh, *column.aliases_en))
    return titles, aliases
