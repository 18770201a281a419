"""The kinds of import file and their columns: one documented list each."""

from __future__ import annotations

from cheji.files.kinds import benchmarks, counts, orders, organisation, prospects, registers
from cheji.files.kinds.columns import CHANNELS, Choice, Column, Kind

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        *organisation.KINDS,
        *prospects.KINDS,
        *orders.KINDS,
        *counts.KINDS,
        *benchmarks.KINDS,
        *registers.KINDS,
    )
}
"""All kinds by code, in the order in which they can be imported one after another."""


def kind_of(code: str) -> Kind:
    """Return a kind by its code; raises KeyError when there is none."""
    return KINDS[code]


__all__ = ["CHANNELS", "KINDS", "Choice", "Column", "Kind", "kind_of"]
