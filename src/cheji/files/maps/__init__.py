"""The map language: how the columns of any file become ours, as data and as YAML.

docs/…/import.md explains it to its users; `loads` and `dumps` turn YAML into these values and back.
"""

from __future__ import annotations

from cheji.files.maps.shapes import Join, MapBook, Mapping, Skip, Source
from cheji.files.maps.writing import as_json, dumps, from_json, loads

__all__ = [
    "Join",
    "MapBook",
    "Mapping",
    "Skip",
    "Source",
    "as_json",
    "dumps",
    "from_json",
    "loads",
]
