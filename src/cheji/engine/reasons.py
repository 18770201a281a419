"""Why a number is what it is: a small frozen tree that is stored with the number."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

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


def plain(value: Detail) -> Any:
    """A detail as JSON values."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return value
