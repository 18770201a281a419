"""Text that a spreadsheet program could take for a formula: guarded on the way out, and back."""

from __future__ import annotations

from typing import Final

LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
"""A text cell that begins with one of these may run as a formula when the file is opened."""

_STRIPPED = (*LIVE, "'", *"0123456789")


def guarded_csv(text: str) -> str:
    """Return the text of a CSV cell: with a leading ' where it could run or would be stripped."""
    return "'" + text if text.startswith(LIVE) or _strips(text) else text


def guarded_xlsx(text: str) -> str:
    """Return the text of an xlsx cell that is marked as text: only a strippable ' is doubled."""
    return "'" + text if _strips(text) else text


def unguarded(text: str) -> str:
    """Return an imported text without its one guarding quote: '=1+1 → =1+1, '0012 → 0012."""
    return text[1:] if _strips(text) else text


def _strips(text: str) -> bool:
    return text[:1] == "'" and text[1:2] in _STRIPPED and len(text) > 1
