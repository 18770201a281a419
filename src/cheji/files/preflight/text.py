"""Text files: which encoding, no binary content, no endless line."""

from __future__ import annotations

import re

from cheji.files.limits import Limits
from cheji.files.problems import refuse

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAMPLE = 4_096
_PAIR = re.compile(rb"[\x81-\xfe](?:[\x40-\x7e]|[\x80-\xfe]|[\x30-\x39][\x81-\xfe][\x30-\x39])")


def check(content: bytes, limits: Limits) -> str:
    """Return the encoding of a text file; raises Unreadable."""
    encoding = encoding_of(content)
    if not encoding.startswith("utf-16") and b"\0" in content:
        raise refuse("text_binary", line=content.count(b"\n", 0, content.index(b"\0")) + 1)
    _check_lines(content.decode(encoding), limits)
    return encoding


def encoding_of(content: bytes) -> str:
    """Return utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be or gb18030; raises Unreadable."""
    for candidate in _candidates(content):
        try:
            content.decode(candidate)
        except UnicodeDecodeError:
            continue
        return candidate
    raise refuse("text_encoding", tried="UTF-8, UTF-16, GB18030")


def _candidates(content: bytes) -> tuple[str, ...]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return (encoding,)
    wide = _wide(content[:_SAMPLE])
    if wide:
        return (wide,)
    return ("utf-8", "gb18030") if _paired(content) else ("utf-8",)


def _wide(sample: bytes) -> str:
    """Return the UTF-16 without BOM of which the zero bytes of Latin text give evidence."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = max(len(sample) // 20, 2)
    if odd >= enough and even * 10 < odd:
        return "utf-16-le"
    if even >= enough and odd * 10 < even:
        return "utf-16-be"
    return ""


def _paired(content: bytes) -> bool:
    """Return whether high bytes come in pairs, as in Chinese, and not one by one, as in Latin-1."""
    pairs = _PAIR.findall(content[: 1 << 20])
    both_high = sum(pair[1] >= 0x80 for pair in pairs)
    return both_high * 2 >= len(pairs)


def _check_lines(text: str, limits: Limits) -> None:
    start, line = 0, 1
    while start < len(text):
        end = text.find("\n", start, start + limits.line_characters + 2)
        if end < 0:
            if len(text) - start > limits.line_characters:
                raise _long(text, start, line, limits)
            return
        start, line = end + 1, line + 1


def _long(text: str, start: int, line: int, limits: Limits) -> Exception:
    end = text.find("\n", start)
    length = (end if end >= 0 else len(text)) - start
    if "\r" in text[start : start + limits.line_characters]:
        return refuse("text_binary", line=line)
    return refuse("text_line_long", line=line, length=length, limit=limits.line_characters)
