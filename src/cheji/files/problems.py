"""One thing found wrong in a file: its place, the reason and the mend, in two languages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from cheji.files.sayings import SAYINGS

Level = Literal["error", "warning", "note"]
Params = tuple[tuple[str, str], ...]


def letters(column: int) -> str:
    """Return the spreadsheet letters of a column counted from 0: 0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(text: str) -> int:
    """Return the column, counted from 0, of spreadsheet letters: AA → 26."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding with its place; the sentences are looked up when somebody reads them."""

    code: str
    sheet: str = ""
    cell: str = ""
    column: str = ""
    params: Params = ()

    @property
    def level(self) -> Level:
        """Return error when the row or file cannot be used, warning when it can, or note."""
        return SAYINGS[self.code].level

    @property
    def zh(self) -> str:
        return self._filled(SAYINGS[self.code].zh)

    @property
    def en(self) -> str:
        return self._filled(SAYINGS[self.code].en)

    @property
    def mend_zh(self) -> str:
        return self._filled(SAYINGS[self.code].mend_zh)

    @property
    def mend_en(self) -> str:
        return self._filled(SAYINGS[self.code].mend_en)

    def say(self, language: str) -> str:
        """Return place, reason and mend as one line in `zh…` or any other language (English)."""
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        if language.startswith("zh"):
            mend = "；" + self.mend_zh if self.mend_zh else ""
            return (f"{place}：" if place else "") + self.zh + mend
        mend = "; " + self.mend_en if self.mend_en else ""
        return (f"{place}: " if place else "") + self.en + mend

    def outline(self) -> Problem:
        """Return the same finding without the values it names: they may be a person's."""
        return replace(self, params=tuple((name, "…") for name, _ in self.params))

    def as_json(self) -> dict[str, Any]:
        """Return the stable form of reports: place, code, level and both languages."""
        names = ("code", "level", "sheet", "cell", "column", "zh", "en", "mend_zh", "mend_en")
        return {name: getattr(self, name) for name in names}

    def _filled(self, template: str) -> str:
        return template.format_map(dict(self.params)) if self.params else template


def problem(
    code: str, *, sheet: str = "", cell: str = "", column: str = "", **params: Any
) -> Problem:
    """Build a problem; raises KeyError when the code is not in the catalogue."""
    if code not in SAYINGS:
        raise KeyError(code)
    texts = tuple((name, shortened(value)) for name, value in params.items())
    return Problem(code, sheet, cell, column, texts)


def shortened(value: object, length: int = 80) -> str:
    """Return a value as one line of at most `length` characters, fit to be shown."""
    text = " ".join(str(value).split())
    return text if len(text) <= length else text[: length - 1] + "…"


class Unreadable(Exception):  # noqa: N818
    """The file as a whole is refused; `problem` says why."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.say("en"))
        self.problem = found


def refuse(code: str, **params: Any) -> Unreadable:
    """Return the refusal of a whole file, to be raised."""
    return Unreadable(problem(code, **params))
