"""Why a number is what it is: a small frozen tree that is stored with the number."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

Plain = str | int | bool | None | Fraction
Detail = Plain | tuple["Detail", ...] | Mapping[str, "Detail"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a calculation.

    Attributes:
        kind: `measure`, `kpi`, `score`, `score_item`, `pay`, `component`, `line`, `coefficient` …
        code: of the definition that made the value.
        value: the result; None when there is none.
        detail: named figures and texts: formula, band, gate, cap, rounding, digest; `zh` and `en`
            say the step in words.
        parts: the steps that this one rests on.
    """

    kind: str
    code: str
    value: Fraction | int | None
    detail: tuple[tuple[str, Detail], ...] = ()
    parts: tuple["Reason", ...] = ()

    def get(self, name: str) -> Detail:
        """A detail by name.

        Raises:
            KeyError: no such detail.
        """
        return dict(self.detail)[name]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; fractions are "num/den" texts; the same reason gives the same JSON."""
        return {
            "kind": self.kind,
            "code": self.code,
            "value": plain(self.value),
            "detail": {name: plain(value) for name, value in self.detail},
            "parts": [part.as_json() for part in self.parts],
        }

    def text(self, parts: Iterable[str] | None = None) -> str:
        """Its JSON as canonical text; `parts` are the texts of its parts where they are written."""
        told = (part.text() for part in self.parts) if parts is None else parts
        detail = {name: plain(value) for name, value in self.detail}
        # Sorted keys: what stands before the parts, and the value behind them.
        head = canonical({"code": self.code, "detail": detail, "kind": self.kind})
        return f'{head[:-1]},"parts":[{",".join(told)}],"value":{canonical(plain(self.value))}}}'


def canonical(body: Any, default: Callable[[Any], Any] | None = None) -> str:
    """JSON with sorted keys and no spaces: the same value gives the same text.

    `default` says as JSON what JSON has no word for.
    """
    return json.dumps(
        body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=default
    )


def plain(value: Detail) -> Any:
    """A detail as JSON values."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return {name: plain(item) for name, item in value.items()}


def from_json(written: Mapping[str, Any]) -> Reason:
    """The reason that was written as JSON, so that it writes the same again.

    Fractions in its details stay the texts that they were written as; its values are exact again.
    """
    value = written["value"]
    return Reason(
        written["kind"],
        written["code"],
        Fraction(value) if isinstance(value, str) else value,
        tuple((name, _tupled(detail)) for name, detail in written["detail"].items()),
        tuple(from_json(part) for part in written["parts"]),
    )


def _tupled(written: Any) -> Detail:
    if isinstance(written, list):
        return tuple(_tupled(item) for item in written)
    if isinstance(written, Mapping):
        return {name: _tupled(item) for name, item in written.items()}
    return cast("Plain", written)
