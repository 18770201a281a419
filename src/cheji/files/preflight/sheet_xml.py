"""A streaming look at one XML part: no DTD, UTF-8 only, no far cell, not too many cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from cheji.files.limits import Limits
from cheji.files.problems import column_number, letters, refuse

_TAIL = 1 << 22
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"'](\d+)")
_LETTERS = re.compile(rb"\br=\"([A-Za-z]+)\d")
_HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<")
_DECLARED = re.compile(rb"\A[^<]{0,16}<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)")
_UNUSUAL = (b"r='", b"r =", b"r= ", b"\nr=")
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT)", re.IGNORECASE)


def check(part: str, chunks: Iterable[bytes], limits: Limits) -> None:
    """Check one XML part given in chunks; raises Unreadable."""
    cells, last_row, columns, first = 0, 0, {b"A"}, True
    for piece in _whole_tags(chunks):
        if first:
            _check_head(part, piece)
            first = False
        if b"<!" in piece and _DTD.search(piece):
            raise refuse("xml_dtd", part=part)
        cells += piece.count(b"<c ") + piece.count(b":c ") + piece.count(b"<c>")
        if not cells and b"row" not in piece:
            continue
        _check_far(piece, limits)
        last_row = max(last_row, *(int(row) for row in _ROW.findall(piece)), 0)
        if last_row * limits.columns > limits.cells:
            columns.update(_LETTERS.findall(piece))
        _check_cells(cells, last_row, columns, limits)


def _check_cells(cells: int, last_row: int, columns: set[bytes], limits: Limits) -> None:
    widest = max(column_number(text.decode()) for text in columns) + 1
    spanned = max(cells, last_row * widest)
    if spanned > limits.cells:
        raise refuse("too_many_cells", cells=spanned, limit=limits.cells)


def _check_head(part: str, piece: bytes) -> None:
    declared = _DECLARED.match(piece)
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if not _HEAD.match(piece) or encoding not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise refuse("xml_encoding", part=part)


def _check_far(piece: bytes, limits: Limits) -> None:
    usual = not any(spelling in piece for spelling in _UNUSUAL)
    for found in _beyond(limits.rows, limits.columns, usual).finditer(piece):
        tag = piece[piece.rfind(b"<", 0, found.start()) : found.start()].split()
        if tag and tag[0].rsplit(b":")[-1].lstrip(b"<") in (b"c", b"row"):
            where = found.group(1)[:20].decode("ascii", "replace")
            raise refuse("far_cell", where=where, rows=limits.rows, cols=limits.columns)


def _whole_tags(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Join chunks so that no tag is cut in two, holding back at most a few MiB."""
    rest = b""
    for chunk in chunks:
        joined = rest + chunk
        cut = joined.rfind(b"<")
        if cut <= 0 and len(joined) < _TAIL:
            rest = joined
            continue
        cut = cut if cut > 0 else len(joined)
        yield joined[:cut]
        rest = joined[cut:]
    if rest:
        yield rest


@lru_cache(maxsize=8)
def _beyond(rows: int, columns: int, usual: bool) -> re.Pattern[bytes]:
    """Return a pattern that matches only references beyond the limits, so that it seldom stops.

    `usual` spelling (` r="`) lets the search skip to a fixed prefix, which halves its time.
    """
    wide = _columns_above(letters(columns - 1))
    high = _digits_above(str(rows))
    before = ' r="' if usual else r"\br\s*=\s*[\"']"
    return re.compile(rf"{before}((?:{wide})\d+|[A-Za-z]{{0,3}}0*(?:{high})(?=\D))".encode())


def _digits_above(limit: str) -> str:
    """Return a pattern for every decimal number larger than the limit."""
    found = [rf"[1-9]\d{{{len(limit)},}}"]
    for place, digit in enumerate(limit):
        if digit != "9":
            rest = len(limit) - place - 1
            found.append(rf"{limit[:place]}[{int(digit) + 1}-9]\d{{{rest}}}")
    return "|".join(found)


def _columns_above(limit: str) -> str:
    """Return a pattern for every column after the limit, in either case."""
    found = [rf"[A-Za-z]{{{len(limit) + 1},}}"]
    for place, letter in enumerate(limit):
        if letter != "Z":
            later = chr(ord(letter) + 1)
            before = "".join(f"[{one}{one.lower()}]" for one in limit[:place])
            rest = len(limit) - place - 1
            found.append(rf"{before}[{later}-Z{later.lower()}-z][A-Za-z]{{{rest}}}")
    return "|".join(found)
