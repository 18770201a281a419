"""What two bodies of a definition say differently, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two bodies differ, such as `formula` or `where.channel.in`.

    None stands for a field that one of them does not have.
    """

    place: str
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Every field that differs, in the order of the new body; lists are compared as a whole.

    Both bodies come from `body_of` or `as_json`, so that equal values are written alike.
    """
    return list(_between("", old, new))


def _between(place: str, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*new, *old]):
            inner = f"{place}.{key}" if place else str(key)
            yield from _between(inner, old.get(key), new.get(key))
    elif _coded(old) and _coded(new):
        yield from _between(place, _by_code(old), _by_code(new))
    elif old != new:
        yield Difference(place, old, new)


def _coded(value: Any) -> bool:
    """Whether it is a list of bodies with codes: components, items, identities."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and _code(item) for item in value)
    )


def _by_code(items: list[Any]) -> dict[str, Any]:
    return {_code(item): item for item in items}


def _code(item: Mapping[str, Any]) -> str:
    return str(item.get("code") or item.get("kpi") or "")
