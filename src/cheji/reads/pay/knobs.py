"""The numbers in a pay plan's body that a person may turn while he tries it."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

#: Numbers of money, bounds and shares; counts of periods and kinds of things are left alone.
TURNED: Final = (
    "from", "rate", "amount", "cap", "floor", "least", "most", "budget", "share", "below", "keep",
    "limit",
)  # fmt: skip
SECTIONS: Final = ("components", "factors", "gates", "caps", "holdbacks", "catch_ups", "draws")


@dataclass(frozen=True, slots=True)
class Knob:
    """A number: its place in the body, whose it is, what it is called there and what it says.

    `band` counts bands from 1; 0 stands in none, or in the only one.
    """

    place: str
    zh: str
    en: str
    key: str
    band: int
    text: str


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
    yield from _of_keys(part, place, names, 0)
    tiers = part.get("tiers", ())
    for at, band in enumerate(tiers):
        number = at + 1 if len(tiers) > 1 else 0
        yield from _of_keys(band, f"{place}.tiers.{at}", names, number, first=at == 0)


def _of_keys(
    part: Mapping[str, Any],
    place: str,
    names: tuple[str, str],
    band: int,
    *,
    first: bool = False,
) -> Iterator[Knob]:
    for key in TURNED:
        begins = first and key == "from"  # the first band has to begin where it does
        if isinstance(part.get(key), (int, str)) and not begins:
            yield Knob(f"{place}.{key}", *names, key, band, str(part[key]))


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
