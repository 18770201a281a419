"""What a map makes of the cells of one row: joined, split, translated, multiplied, generated."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from fnmatch import fnmatchcase
from functools import lru_cache

from cheji.files.cells import Cell, shown
from cheji.files.guards import unguarded
from cheji.files.maps import Skip, Source
from cheji.files.values import Fault, Spelling
from cheji.files.values.numbers import decimal
from cheji.files.values.texts import refuse_marked

CellOf = Callable[[list[Cell]], Cell]

_EXACT = Context(prec=60)
_SLUG = 32


def cell_of(source: Source, places: Sequence[int], spelling: Spelling) -> CellOf:
    """Return the function that makes the cell of our column from the cells of a row.

    It raises Fault where the map does not fit the cell.
    """
    if source.make in ("product", "difference", "total"):
        return lambda cells: _worked(source, _sum_of(source.make, cells, places, spelling))
    if source.make in ("slug", "hash"):
        return lambda cells: _code(source, cells, places)
    if source.make == "hash_each":
        return _counting(source, places)
    if source.constant is not None:
        return lambda _cells: source.constant
    if source.fill_down:
        return _filling(source, places[0])
    return lambda cells: _worked(source, _joined(source.join, cells, places))


def skipped(skip: Skip, cell: Cell) -> bool:
    """Return whether a row is to be left out by one test on the cell of its column."""
    text = _compared(shown(cell))
    if skip.test == "blank":
        return not text
    if skip.test == "matches":
        return any(fnmatchcase(text, _compared(pattern)) for pattern in skip.texts)
    among = text in {_compared(one) for one in skip.texts}
    return not among if skip.test in ("not", "not_in") else among


@lru_cache(maxsize=65_536)
def slug(text: str) -> str:
    """Return a code made of the letters and digits of a text; a text without them is hashed.

    Equal texts give equal codes on every machine; a long one is cut and told apart by a hash.
    """
    folded = unicodedata.normalize("NFKD", text)
    letters = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode().lower())
    bare = letters.strip("-")
    lost = any(
        char.isalnum() and not char.isascii() for char in unicodedata.normalize("NFKC", text)
    )
    if lost and not _only_accents(text):
        return digest(text)
    return bare if len(bare) <= _SLUG else f"{bare[: _SLUG - 7].rstrip('-')}-{digest(text)[:6]}"


def digest(text: str) -> str:
    """Return 10 hex digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _only_accents(text: str) -> bool:
    bare = unicodedata.normalize("NFKD", text)
    return all(char.isascii() or unicodedata.combining(char) for char in bare)


def _code(source: Source, cells: list[Cell], places: Sequence[int]) -> str:
    parts = [_told(cells[place]) for place in places]
    if not any(parts):
        raise Fault("key_unbuilt")
    if source.make != "slug":
        return source.prefix + digest("\x1f".join(parts))
    return source.prefix + slug(" ".join(part for part in parts if part))


def _counting(source: Source, places: Sequence[int]) -> CellOf:
    """Return a function that gives the rows of equal parts h, h-2, h-3 …, in their order."""
    seen: Counter[str] = Counter()

    def number(cells: list[Cell]) -> str:
        code = _code(source, cells, places)
        seen[code] += 1
        return code if seen[code] == 1 else f"{code}-{seen[code]}"

    return number


def _joined(between: str | None, cells: list[Cell], places: Sequence[int]) -> Cell:
    if len(places) < 2:
        return cells[places[0]] if places else None
    parts = [_told(cells[place]) for place in places]
    return (between or "").join(part for part in parts if part) or None


def _told(cell: Cell) -> str:
    refuse_marked(cell)
    return unguarded(" ".join(shown(cell).split()))


def _sum_of(
    make: str, cells: list[Cell], places: Sequence[int], spelling: Spelling
) -> Decimal | None:
    """Return product, difference or total; a blank gives a blank, but counts 0 in a total."""
    numbers = []
    for place in places:
        cell = cells[place]
        refuse_marked(cell)
        numbers.append(None if cell is None else decimal(cell, spelling))
    given = [number for number in numbers if number is not None]
    if not given or (make != "total" and len(given) < len(numbers)):
        return None
    result = given[0]
    for number in given[1:]:
        if make == "product":
            result = _EXACT.multiply(result, number)
        else:
            result = _EXACT.add(result, number if make == "total" else -number)
    return result


def _filling(source: Source, place: int) -> CellOf:
    last: list[Cell] = [None]

    def fill(cells: list[Cell]) -> Cell:
        if cells[place] is not None:
            last[0] = cells[place]
        return _worked(source, last[0])

    return fill


def _worked(source: Source, cell: Cell) -> Cell:
    """Apply blank, split, values, prefix and default, in this order."""
    refuse_marked(cell)
    if cell is not None and source.blank and _compared(shown(cell)) in _folded(source.blank):
        cell = None
    if cell is not None and source.split:
        cell = _part(shown(cell), *source.split)
    if cell is not None and (source.values or source.otherwise is not None):
        cell = _translated(source, shown(cell))
    if cell is not None and source.prefix:
        cell = source.prefix + shown(cell).strip()
    return source.default if cell is None else cell


def _part(text: str, by: str, take: int) -> str | None:
    parts = text.split(by)
    place = take - 1 if take > 0 else take
    if take == 0 or not -len(parts) <= place < len(parts):
        raise Fault("part_missing", text=text, take=take)
    return parts[place].strip() or None


def _translated(source: Source, text: str) -> str | None:
    known = _table(source.values)
    found = known.get(_compared(text))
    if found is None:
        if source.otherwise is None:
            raise Fault("value_not_mapped", text=text)
        found = {"keep": text, "blank": ""}.get(source.otherwise, source.otherwise)
    return found or None


@lru_cache(maxsize=256)
def _table(values: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {_compared(key): value for key, value in values}


@lru_cache(maxsize=256)
def _folded(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_compared(text) for text in texts)


@lru_cache(maxsize=65_536)
def _compared(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", unguarded(text)).casefold().split())
