"""Reading one body field by field: every fault becomes a finding, none stops the reading."""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import Any, Final, TypeVar

from cheji.engine.definitions import faults
from cheji.engine.findings import Finding, Refused
from cheji.engine.formulas import Formula, parse

T = TypeVar("T")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NUMBER: Final = re.compile(r"([+-]?\d{1,18}(?:\.\d{1,9})?)\s*([%％]?)|([+-]?\d{1,18})/(\d{1,18})")
_NOTHING: Final = parse("0")


class Fields:
    """The fields of one body; ask for each, then call `close` to find unknown keys."""

    def __init__(self, body: Any, place: str, findings: list[Finding]) -> None:
        self.place = place
        self.findings = findings
        self.body: Mapping[Any, Any] = body if isinstance(body, Mapping) else {}
        self.asked: set[str] = set()
        self.unread: set[str] = set()
        if not isinstance(body, Mapping):
            self._wrong("", "一组键值", "a mapping of keys to values")

    def close(self) -> None:
        known = sorted(self.asked)
        for key in self.body:
            if key not in self.asked:
                self.findings.append(faults.unknown_key(str(key), self.at(str(key)), known))

    def at(self, key: str) -> str:
        return ".".join(part for part in (self.place, key) if part)

    def has(self, key: str) -> bool:
        self.asked.add(key)
        return key in self.body

    def find(self, make: Callable[..., Finding], key: str, *words: Any) -> None:
        """Of a number that is missing or no number that has been found: no more is said of it."""
        if key not in self.unread:
            self.findings.append(make(*words, self.at(key)))

    def _wrong(self, key: str, zh: str, en: str) -> None:
        self.findings.append(faults.wrong_form(zh, en, self.at(key)))

    def _need(self, key: str) -> Any:
        if not self.has(key):
            self.findings.append(faults.missing_key(key, self.place))
        return self.body.get(key)

    def code(self, key: str, default: str | None = None) -> str:
        value = self._text(key, default)
        if value and not _CODE.fullmatch(value):
            self._wrong(
                key, "小写英文代码，如 orders", "a code of lower-case letters, digits and _"
            )
        return value

    def text(self, key: str, default: str | None = None) -> str:
        return self._text(key, default)

    def _text(self, key: str, default: str | None) -> str:
        if default is not None and not self.has(key):
            return default
        value = self._need(key)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value
        if key in self.body:
            self._wrong(key, "文字", "a text")
        return ""

    def one_of(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        value = self._text(key, default)
        if value and value not in allowed:
            self.find(faults.not_one_of, key, value, allowed)
            return allowed[0]
        return value or allowed[0]

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        if default is not None and not self.has(key):
            return default
        value = self._need(key)
        if key in self.body and not isinstance(value, bool):
            self._wrong(key, "true 或 false", "true or false")
        return value is True

    def number(self, key: str, default: Fraction | None = None) -> Fraction:
        """An int, a Fraction, or a text such as "80%" or "4/5"."""
        if default is not None and not self.has(key):
            return default
        value = self._need(key)
        found = number_of(value)
        if found is None:
            self.unread.add(key)
        if found is None and key in self.body:
            self._wrong(key, "精确数字，如 20、0.8 或 80%", "an exact number: 20, 0.8 or 80%")
        return found or Fraction(0)

    def optional_number(self, key: str) -> Fraction | None:
        return self.number(key) if self.has(key) else None

    def whole(self, key: str, default: int, *, least: int = 0, limit: int = 9) -> int:
        if not self.has(key):
            return default
        value = self.number(key)
        if key in self.unread:
            return default
        if value.denominator != 1 or not least <= value <= limit:
            self._wrong(
                key, f"{least} 到 {limit} 的整数", f"a whole number from {least} to {limit}"
            )
            return default
        return int(value)

    def formula(self, key: str) -> Formula:
        value = self._text(key, None)
        try:
            return parse(value, self.at(key)) if value else _NOTHING
        except Refused as refused:
            self.findings.extend(refused.findings)
            return _NOTHING

    def texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        if not needed and not self.has(key):
            return ()
        value = self._need(key)
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        if key in self.body:
            self._wrong(key, "一列文字", "a list of texts")
        return ()

    def pairs(self, key: str, *, needed: bool = False) -> tuple[tuple[str, Any], ...]:
        """A mapping as pairs sorted by key, since stores of JSON keep no order."""
        if not needed and not self.has(key):
            return ()
        value = self._need(key)
        if isinstance(value, Mapping):
            named = ((str(name), item) for name, item in value.items())
            return tuple(sorted(named, key=itemgetter(0)))
        if key in self.body:
            self._wrong(key, "一组键值", "a mapping of keys to values")
        return ()

    def each(self, key: str, read: Callable[["Fields"], T], *, needed: bool = False) -> list[T]:
        """A list of bodies, each read by `read`; places name the code, or the number."""
        if not needed and not self.has(key):
            return []
        value = self._need(key)
        if not isinstance(value, list | tuple):
            if key in self.body:
                self._wrong(key, "一个列表", "a list")
            return []
        return [
            self.inner(item, _place(key, place, item), read) for place, item in enumerate(value)
        ]

    def inner(self, body: Any, place: str, read: Callable[["Fields"], T]) -> T:
        fields = Fields(body, self.at(place), self.findings)
        found = read(fields)
        fields.close()
        return found


def _place(key: str, place: int, body: Any) -> str:
    name = body.get("code", body.get("kpi")) if isinstance(body, Mapping) else None
    return f"{key}.{name}" if isinstance(name, str) else f"{key}[{place}]"


def number_of(value: Any) -> Fraction | None:
    """An exact number from an int, a Fraction or a text; None for anything else, floats too."""
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value)
    found = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    plain, percent, above, below = found.groups()
    if plain:
        return Fraction(plain) / (100 if percent else 1)
    return Fraction(int(above), int(below)) if int(below) else None
