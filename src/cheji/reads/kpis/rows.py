"""The facts behind a number: counted, and looked at but not counted."""

from cheji.reads.kpis.shapes import FactRows
from cheji.records.visibility import Viewer


def fact_rows(viewer: Viewer, key: str, *, measure: str, page: int = 1, size: int = 50) -> FactRows:
    """The rows behind a measure of the cell with that key.

    Raises:
        NotFound: no such cell or measure, or its rows are not within the viewer's reach.
    """
    raise NotImplementedError
