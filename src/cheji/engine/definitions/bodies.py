"""Definitions as plain bodies again, and their digests."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from cheji.engine.definitions.filters import Filter
from cheji.engine.definitions.shapes import Definition, Override
from cheji.engine.formulas import Formula
from cheji.engine.reasons import canonical

_RENAMED: Final = {"start": "from"}
_PAIRS: Final = {"kinds", "over_time", "also"}


def body_of(definition: Definition) -> dict[str, Any]:
    """The body from which the definition was read; fields at their defaults are left out."""
    return _body(definition)


def _body(shape: Any) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for field in fields(shape):
        value = getattr(shape, field.name)
        if value != field.default:
            body[_RENAMED.get(field.name, field.name)] = _written(field.name, value)
    return body


def _written(name: str, value: Any) -> Any:
    if isinstance(value, Formula):
        return value.text
    if name == "where":
        return {item.dimension: _filter(item) for item in value}
    if name == "when":
        return {item.switch: _override(item) for item in value}
    if name in _PAIRS and isinstance(value, tuple):
        return {key: _written("", item) for key, item in value}
    if isinstance(value, tuple):
        return [_written("", item) for item in value]
    return _body(value) if is_dataclass(value) else _number(value)


def _filter(item: Filter) -> dict[str, list[str]]:
    return {"in" if item.inside else "not": list(item.values)}


def _override(item: Override) -> dict[str, Any]:
    body = _body(item)
    del body["switch"]
    return body


def _number(value: Any) -> Any:
    if isinstance(value, Fraction) and value.denominator == 1:
        return int(value)
    return value


def digest(body: Mapping[str, Any] | Definition) -> str:
    """SHA-256 of the canonical JSON: keys sorted, numbers exact, no spaces."""
    plain = body if isinstance(body, Mapping) else body_of(body)
    return sha256(canonical(as_json(plain)).encode()).hexdigest()


def as_json(body: Any) -> Any:
    """A body as JSON values: fractions become "4/5", which reading accepts again."""
    if isinstance(body, Mapping):
        return {str(key): as_json(value) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [as_json(value) for value in body]
    if isinstance(body, Fraction):
        whole = body.denominator == 1
        return body.numerator if whole else f"{body.numerator}/{body.denominator}"
    return body
