"""The tree of units as reads walk it."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from cheji.reads.seen import Where
from cheji.records.models import Unit

COLUMNS: Final = ("id", "kind", "code", "name", "path", "parent", "closing_day")
Row = tuple[int, str, str, str, str, int | None, int]


class Place(NamedTuple):
    """A unit of the tree, with the outlets below it; an outlet itself, and the outlet of a team."""

    id: int
    kind: str
    code: str
    name: str
    path: str
    parent: int | None
    outlets: frozenset[int]
    closing_day: int = 0

    @property
    def where(self) -> Where:
        return Where(self.id, self.kind, self.code, self.name)

    def code_in(self, places: Mapping[int, "Place"]) -> str:
        """Its code; a team's with that of its outlet: OUTLET/TEAM."""
        if self.kind != Unit.Kind.TEAM or self.parent is None:
            return self.code
        return f"{places[self.parent].code}/{self.code}"


#: Places by id, and by code: a team's is OUTLET/TEAM.
Tree = tuple[Mapping[int, Place], Mapping[str, Place]]


@lru_cache(maxsize=2)
def placed(rows: tuple[Row, ...]) -> Tree:
    """The places of units in the order of their paths; kept, as a tree seldom changes."""
    below: dict[int, set[int]] = {row[0]: set() for row in rows}
    for unit, kind, *_, path, parent, _closing in rows:
        if kind == Unit.Kind.OUTLET:
            for above in path.strip("/").split("/"):
                below[int(above)].add(unit)
        if kind == Unit.Kind.TEAM and parent:
            below[unit].add(parent)
    places = {
        unit: Place(unit, kind, code, name, path, parent, frozenset(below[unit]), closing)
        for unit, kind, code, name, path, parent, closing in rows
    }
    codes = {place.code_in(places): place for place in places.values()}
    return MappingProxyType(places), MappingProxyType(codes)
