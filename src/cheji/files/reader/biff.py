"""The cells of an old .xls that calamine reads as empty: errors and formulas without a result."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from cheji.files.cells import ENDLESS, ERROR
from cheji.files.preflight import ole
from cheji.files.problems import refuse
from cheji.files.reader.traps import Traps

_FORMULA, _BOOL_ERROR, _NUMBER, _BOUND_SHEET, _BOF, _PASSWORD = (
    0x06,
    0x205,
    0x203,
    0x85,
    0x809,
    0x2F,
)
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_NOT_FINITE = 0x7FF0


def traps(content: bytes) -> dict[str, Traps]:
    """Return the trapped cells by sheet name; raises Unreadable."""
    stream = ole.workbook(content)
    names: dict[int, str] = {}
    found: dict[str, Traps] = {}
    here: Traps | None = None
    for at, kind, body in _records(stream):
        if kind == _PASSWORD:
            raise refuse("file_password")
        if kind == _BOUND_SHEET and len(body) > 8:
            names[struct.unpack_from("<I", body)[0]] = _name(body)
        elif kind == _BOF and at in names:
            here = found.setdefault(names[at], {})
        elif here is not None and len(body) >= 8:
            _note(here, kind, body)
    return found


def _note(here: Traps, kind: int, body: bytes) -> None:
    place = struct.unpack_from("<HH", body)
    if kind == _BOOL_ERROR and body[7] == 1:
        here[place] = ERROR + _ERRORS.get(body[6], "#ERROR")
    elif kind == _FORMULA and len(body) >= 14:
        result = body[6:14]
        if result[6:8] == b"\xff\xff":
            if result[0] == 2:
                here[place] = ERROR + _ERRORS.get(result[2], "#ERROR")
        elif _endless(result):
            here[place] = ENDLESS + "NaN"
    elif kind == _NUMBER and len(body) >= 14 and _endless(body[6:14]):
        here[place] = ENDLESS + "NaN"


def _endless(number: bytes) -> bool:
    top = struct.unpack("<H", number[6:8])[0]
    return bool(top & _NOT_FINITE == _NOT_FINITE)


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _name(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    raw = body[8 : 8 + length * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")
