"""Why a cell shows its number."""

from cheji.reads.kpis.shapes import ReasonSeen
from cheji.records.visibility import Viewer


def reason(viewer: Viewer, key: str) -> ReasonSeen:
    """The reason of the cell with that key.

    Raises:
        NotFound: no such cell, or not within the viewer's reach.
    """
    raise NotImplementedError
