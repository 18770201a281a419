"""The check before any parser sees a file: is it what it claims, and within its limits?

Everything here is linear in the size of the file and uses only zlib and byte searches, so that a
dangerous file is refused in well under a second in the calling process.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cheji.files.limits import DEFAULT, MIB, Limits
from cheji.files.preflight import archive, ole, text
from cheji.files.problems import refuse

Format = Literal["xlsx", "xls", "text"]

_FORMATS: dict[str, Format] = {
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "xls": "xls",
    "csv": "text",
    "tsv": "text",
    "txt": "text",
}
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "xlsx", "工作簿（xlsx）或压缩包"),
    (b"PK\x05\x06", "xlsx", "空压缩包"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls", "旧版工作簿（xls）"),
    (b"%PDF", "PDF", "PDF"),
    (b"\x89PNG", "PNG", "图片"),
    (b"\xff\xd8\xff", "JPEG", "图片"),
    (b"Rar!", "RAR", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z", "7z 压缩包"),
    (b"\x1f\x8b", "gzip", "gzip 压缩包"),
)
_WEB = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<div", b"<style")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found out: the format, and for text its encoding."""

    format: Format
    encoding: str = ""


def load(source: Path | bytes, limits: Limits = DEFAULT) -> bytes:
    """Return the bytes of a file, refusing one that is too large before it is read."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.file_bytes:
        raise refuse("file_too_large", size=-(-size // MIB), limit=limits.file_bytes // MIB)
    return source if isinstance(source, bytes) else source.read_bytes()


def check(content: bytes, name: str, limits: Limits = DEFAULT) -> Checked:
    """Check a file that claims to be what its name says; raises Unreadable with the reason."""
    if len(content) > limits.file_bytes:
        load(content, limits)
    if not content.strip(b" \t\r\n\x00"):
        raise refuse("file_empty")
    claimed = _FORMATS.get(Path(name).suffix.lower().removeprefix("."))
    if claimed is None:
        raise refuse("file_type", name=Path(name).name)
    _compare(content, claimed, name)
    if claimed == "xlsx":
        archive.check(content, limits)
    elif claimed == "xls":
        ole.check(content)
    else:
        return Checked("text", text.check(content, limits))
    return Checked(claimed)


def _compare(content: bytes, claimed: Format, name: str) -> None:
    found, zh = _found(content)
    if found == "xls" and claimed == "xlsx" and ole.encrypted(content):
        raise refuse("file_password")
    if found == claimed:
        return
    raise refuse("file_not_as_named", name=Path(name).name, found=found, found_zh=zh)


def _found(content: bytes) -> tuple[str, str]:
    for magic, found, zh in _MAGIC:
        if content.startswith(magic):
            return found, zh
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_WEB):
        return "a web page", "网页"
    return "text", "文本"
