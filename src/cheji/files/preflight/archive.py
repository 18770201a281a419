"""The zip directory and the XML parts of a workbook, checked without unpacking to disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from cheji.files.limits import MIB, Limits
from cheji.files.preflight import sheet_xml
from cheji.files.problems import refuse

_SLICE = 1 << 16
_CHUNK = 1 << 20
_END = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_STORED, _DEFLATED = 0, 8


def check(content: bytes, limits: Limits) -> None:
    """Check directory, sizes and XML of a workbook; raises Unreadable."""
    _check_count(content, limits)
    parts = _directory(content)
    _check_names(parts)
    _check_sizes(parts, limits)
    if not any(part.filename.lower().endswith("workbook.xml") for part in parts):
        raise refuse("no_workbook")
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            sheet_xml.check(part.filename, unpacked(content, part), limits)


def unpacked(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in chunks; refuses it as soon as it outgrows the size in the directory."""
    packed = _packed(content, part)
    if part.compress_type == _STORED:
        if len(packed) != part.file_size:
            raise refuse("zip_lies", part=part.filename)
        yield packed
        return
    yield from _inflated(packed, part)


def _inflated(packed: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    engine = zlib.decompressobj(-15)
    total = 0
    try:
        for at in range(0, len(packed), _SLICE):
            waiting = packed[at : at + _SLICE]
            while waiting and not engine.eof:
                chunk = engine.decompress(waiting, _CHUNK)
                waiting = engine.unconsumed_tail
                total += len(chunk)
                if total > part.file_size:
                    raise refuse("zip_lies", part=part.filename)
                yield chunk
    except zlib.error:
        raise refuse("file_damaged", what=part.filename) from None
    if total != part.file_size or not engine.eof:
        raise refuse("zip_lies", part=part.filename)


def _packed(content: bytes, part: zipfile.ZipInfo) -> bytes:
    start = part.header_offset
    header = content[start : start + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise refuse("file_damaged", what=part.filename)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start += 30 + name_length + extra_length
    packed = content[start : start + part.compress_size]
    if len(packed) != part.compress_size:
        raise refuse("file_damaged", what=part.filename)
    return packed


def _check_count(content: bytes, limits: Limits) -> None:
    end = content.rfind(_END, max(0, len(content) - 65_557))
    if end < 0 or end + 22 > len(content):
        raise refuse("file_damaged", what="zip")
    stated = struct.unpack("<H", content[end + 10 : end + 12])[0]
    size, offset = struct.unpack("<II", content[end + 12 : end + 20])
    counted = content.count(_ENTRY, min(offset, end), end)
    if max(stated, counted) > limits.parts or size > limits.parts * 1_000:
        raise refuse("zip_parts", count=max(stated, counted), limit=limits.parts)


def _directory(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        return zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise refuse("file_damaged", what=error) from None


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for part in parts:
        name = part.orig_filename.replace("\\", "/")
        odd = name.startswith("/") or ":" in name or "\0" in name or ".." in name.split("/")
        if odd or name.lower() in seen:
            raise refuse("zip_name", part=name)
        seen.add(name.lower())
        if part.flag_bits & 1:
            raise refuse("file_password")
        if part.compress_type not in (_STORED, _DEFLATED):
            raise refuse("file_damaged", what=f"{name}: compression {part.compress_type}")


def _check_sizes(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    for part in parts:
        ratio = part.file_size // max(part.compress_size, 1)
        if part.file_size > limits.ratio_from_bytes and ratio > limits.ratio:
            raise refuse("zip_ratio", part=part.filename, ratio=ratio)
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise refuse("zip_unpacked", limit=limits.unpacked_bytes // MIB)
    packed = sum(part.compress_size for part in parts)
    last = max((part.header_offset + part.compress_size for part in parts), default=0)
    if packed > last:
        raise refuse("file_damaged", what="overlapping parts")
