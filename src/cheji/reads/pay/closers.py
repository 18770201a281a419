"""Who is left to close a run that the viewer works out: what one made, another closes."""

from collections.abc import Iterable
from dataclasses import dataclass

from cheji.records.holders import others_for
from cheji.records.visibility import Viewer, of

CLOSE = "runs.close"


@dataclass(frozen=True, slots=True)
class Closers:
    """The names of others who may close at one of the outlets, and the outlets without any."""

    names: tuple[str, ...]
    without: tuple[str, ...]


def closers_beside(viewer: Viewer, outlets: Iterable[int]) -> Closers | None:
    """Who else may close what the viewer works out there; None where he never closes himself."""
    if viewer.user is None or not viewer.can(CLOSE):
        return None
    names: dict[str, None] = {}
    without = []
    for outlet in of(viewer).outlets().filter(id__in=list(outlets)).order_by("code"):
        found = others_for(CLOSE, over=outlet, on=viewer.on, but=[viewer.user])
        others = list(found.values_list("name", flat=True))
        names |= dict.fromkeys(others)
        if not others:
            without.append(outlet.name)
    return Closers(tuple(names), tuple(without))
