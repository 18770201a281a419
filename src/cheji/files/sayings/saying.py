"""What a saying is, and short ways to write one."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Saying(NamedTuple):
    """The sentences of one problem code; {names} are filled from the problem."""

    level: Literal["error", "warning", "note"]
    zh: str
    en: str
    mend_zh: str
    mend_en: str


def error(zh: str, en: str, mend_zh: str, mend_en: str) -> Saying:
    """Return a saying of what cannot be used until it is mended."""
    return Saying("error", zh, en, mend_zh, mend_en)


def warning(zh: str, en: str, mend_zh: str, mend_en: str) -> Saying:
    """Return a saying of what can be used but should be looked at."""
    return Saying("warning", zh, en, mend_zh, mend_en)


def note(zh: str, en: str) -> Saying:
    """Return a saying of what was done without asking."""
    return Saying("note", zh, en, "", "")
