"""The kinds of import file and their columns: one documented list each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from cheji.files.kinds import benchmarks, counts, models, orders, organisation, prospects, registers
from cheji.files.kinds.columns import CHANNELS, Choice, Column, Kind

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        *organisation.KINDS,
        *prospects.KINDS,
        *orders.KINDS,
        *counts.KINDS,
        *benchmarks.KINDS,
        *models.KINDS,
        *registers.KINDS,
    )
}
"""All kinds by code, in the order in which they can be imported one after another."""


_ADDED: ContextVar[Mapping[str, tuple[Column, ...]]] = ContextVar("added_columns")


def kind_of(code: str) -> Kind:
    """Return a kind by its code, with the columns that are added now; raises KeyError."""
    kind, more = KINDS[code], _ADDED.get({}).get(code, ())
    return replace(kind, columns=(*kind.columns, *more)) if more else kind


@contextmanager
def added(columns: Mapping[str, tuple[Column, ...]]) -> Iterator[None]:
    """Let kinds have more columns within the block, by code of the kind."""
    token = _ADDED.set(columns)
    try:
        yield
    finally:
        _ADDED.reset(token)


__all__ = ["CHANNELS", "KINDS", "Choice", "Column", "Kind", "added", "kind_of"]
