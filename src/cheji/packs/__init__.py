"""Definitions as data: one folder per trade, read from YAML without a binary float."""

from cheji.packs.loading import (
    BUNDLE_KEYS,
    MAX_BODY,
    Pack,
    Section,
    codes,
    dump,
    dump_all,
    load,
    read_yaml,
    sections,
)

__all__ = [
    "BUNDLE_KEYS",
    "MAX_BODY",
    "Pack",
    "Section",
    "codes",
    "dump",
    "dump_all",
    "load",
    "read_yaml",
    "sections",
]
