"""KPI values as a flat table: by any scope, of any grain."""

from collections.abc import Sequence

from cheji.engine.periods import Grain
from cheji.reads.kpis.shapes import By, Table
from cheji.records.visibility import Viewer


def values(
    viewer: Viewer,
    *,
    kpis: Sequence[str],
    by: By,
    grain: Grain,
    first: int,
    last: int,
    outlets: Sequence[str] | None = None,
) -> Table:
    """Values of the periods first..last (keys, both included), of outlets by code.

    Raises:
        NotFound: a KPI or an outlet that the viewer may not see.
    """
    raise NotImplementedError
