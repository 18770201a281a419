"""The old container of .xls files (OLE compound file): its directory and one stream."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from cheji.files.problems import refuse

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFA
_MINI = 4_096


@dataclass(frozen=True, slots=True)
class Stream:
    """One entry of the directory: where it starts and how many bytes it has."""

    name: str
    start: int
    size: int
    root: bool


def check(content: bytes) -> None:
    """Check that an .xls holds a workbook that is not encrypted; raises Unreadable."""
    names = {stream.name for stream in streams(content)}
    if "EncryptedPackage" in names:
        raise refuse("file_password")
    if not names & {"Workbook", "Book"}:
        raise refuse("no_workbook")


def encrypted(content: bytes) -> bool:
    """Return whether the container is an .xlsx behind a password."""
    return "EncryptedPackage".encode("utf-16-le") in content


def streams(content: bytes) -> list[Stream]:
    """Return the directory of the container; raises Unreadable when it is damaged."""
    if len(content) < 512 or not content.startswith(MAGIC):
        raise refuse("file_damaged", what="OLE")
    directory = _chain(content, _fat(content), _number(content, 48))
    found = []
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        length = struct.unpack_from("<H", entry, 64)[0]
        if entry[66] in (2, 5) and 2 <= length <= 64:
            name = entry[: length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", entry, 116)
            found.append(Stream(name, start, size, entry[66] == 5))
    return found


def workbook(content: bytes) -> bytes:
    """Return the bytes of the workbook stream; raises Unreadable when there is none."""
    entries = streams(content)
    root = next((entry for entry in entries if entry.root), None)
    for entry in entries:
        if entry.name in ("Workbook", "Book"):
            if entry.size < _MINI and root is not None:
                return _mini(content, root, entry)
            return _chain(content, _fat(content), entry.start)[: entry.size]
    raise refuse("no_workbook")


def _mini(content: bytes, root: Stream, entry: Stream) -> bytes:
    fat = _fat(content)
    pool = _chain(content, fat, root.start)
    raw = _chain(content, fat, _number(content, 60))
    table = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
    return b"".join(pool[at * 64 : at * 64 + 64] for at in _walk(table, entry.start))[: entry.size]


def _number(content: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", content, at)[0])


def _sector_size(content: bytes) -> int:
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in (9, 12):
        raise refuse("file_damaged", what="OLE")
    return 1 << int(shift)


def _sector(content: bytes, number: int) -> bytes:
    size = _sector_size(content)
    return content[(number + 1) * size : (number + 2) * size]


def _fat(content: bytes) -> tuple[int, ...]:
    places = list(struct.unpack_from("<109I", content, 76))
    following, seen = _number(content, 68), 0
    while following < _FREE and seen <= len(content) // 512:
        raw = _sector(content, following)
        if len(raw) < _sector_size(content):
            break
        numbers = struct.unpack(f"<{len(raw) // 4}I", raw)
        places += numbers[:-1]
        following, seen = numbers[-1], seen + 1
    raw = b"".join(_sector(content, place) for place in places if place < _FREE)
    return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])


def _chain(content: bytes, fat: tuple[int, ...], start: int) -> bytes:
    return b"".join(_sector(content, number) for number in _walk(fat, start))


def _walk(table: tuple[int, ...], start: int) -> list[int]:
    """Follow a chain of sectors; raises Unreadable when it runs in a circle or off the table."""
    chain: list[int] = []
    while start < _FREE:
        if start >= len(table) or len(chain) > len(table):
            raise refuse("file_damaged", what="OLE")
        chain.append(start)
        start = table[start]
    return chain
