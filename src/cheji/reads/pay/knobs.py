"""The numbers in a pay plan's body that a person may turn while he tries it."""

from collections.abc import Container, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

#: Numbers of money, bounds and shares; counts of periods and kinds of things are left alone.
TURNED: Final = (
    "from", "rate", "amount", "cap", "floor", "least", "most", "budget", "share", "below", "keep",
    "limit",
)  # fmt: skip
#: A factor of 150 % is still a share of one; 1/10,000 is what a percent with two decimals says.
MOST_SHARE: Final = 2
WHOLE: Final = 10_000
SECTIONS: Final = ("components", "factors", "gates", "caps", "holdbacks", "catch_ups", "draws")


@dataclass(frozen=True, slots=True)
class Knob:
    """A number: its place in the body, whose it is, what it is called there and what it says.

    `band` counts bands from 1; 0 stands in none, or in the only one. `percent` where it is a share
    of one, as all bands of its component say it then.
    """

    place: str
    zh: str
    en: str
    key: str
    band: int
    text: str
    percent: bool = False


def knobs(body: Mapping[str, Any]) -> list[Knob]:
    """Every number that may be turned, in the order of the plan."""
    return [
        knob
        for section in SECTIONS
        for at, part in enumerate(body.get(section, ()))
        for knob in _of_part(part, f"{section}.{at}")
    ]


def _of_part(part: Mapping[str, Any], place: str) -> Iterator[Knob]:
    names = str(part.get("zh", "")), str(part.get("en", ""))
    yield from _of_keys(part, place, names, 0, shares=_shares([part]))
    tiers = part.get("tiers", ())
    shares = _shares(tiers)
    for at, band in enumerate(tiers):
        number = at + 1 if len(tiers) > 1 else 0
        knobs_ = _of_keys(band, f"{place}.tiers.{at}", names, number, shares=shares)
        # The first band has to begin where it does.
        yield from (knob for knob in knobs_ if at or knob.key != "from")


def _shares(parts: Sequence[Mapping[str, Any]]) -> set[str]:
    """The keys under which these say shares of one: hundredths of percent, one of them below it."""
    found = set()
    for key in TURNED:
        values = [value for part in parts if (value := number_in(part.get(key))) is not None]
        small = any(0 < abs(value) < 1 for value in values)
        fits = all(abs(value) <= MOST_SHARE and WHOLE % value.denominator == 0 for value in values)
        if small and fits:
            found.add(key)
    return found


def number_in(text: object) -> Fraction | None:
    """The number that a body says, None where it says another thing."""
    try:
        return Fraction(text) if isinstance(text, (int, str)) else None
    except (ValueError, ZeroDivisionError):
        return None


def _of_keys(
    part: Mapping[str, Any],
    place: str,
    names: tuple[str, str],
    band: int,
    *,
    shares: Container[str],
) -> Iterator[Knob]:
    for key in TURNED:
        if isinstance(part.get(key), (int, str)):
            yield Knob(f"{place}.{key}", *names, key, band, str(part[key]), key in shares)


def turned(body: Mapping[str, Any], changes: Mapping[str, str]) -> dict[str, Any]:
    """The body with other numbers at these places; places that it does not have are left out."""
    found: dict[str, Any] = deepcopy(dict(body))
    there = {knob.place for knob in knobs(body)}
    for place, text in changes.items():
        if place in there:
            _set(found, place.split("."), text.strip())
    return found


def _set(inside: Any, path: list[str], text: str) -> None:
    for step in path[:-1]:
        inside = inside[int(step)] if isinstance(inside, list) else inside[step]
    inside[path[-1]] = text
