"""The printed sheets: month by month, by consultant, against the benchmarks."""

from collections.abc import Sequence

from cheji.reads.kpis.shapes import Sheet, SheetBy
from cheji.records.visibility import Viewer


def sheet(
    viewer: Viewer,
    *,
    code: str,
    year: int,
    outlet: str = "",
    team: str = "",
    person: str = "",
    by: SheetBy = "month",
    month: int | None = None,
    against: Sequence[str] = (),
    best_by: str = "deliveries",
) -> Sheet:
    """A sheet of an outlet (code), of a team in it (code) or of a person in it (staff number).

    Args:
        month: a month key such as 202611, for the columns of `consultant` and `benchmark`; None
            is the whole year.
        against: codes of further outlets as benchmark columns.
        best_by: the KPI by which the best outlet is chosen.

    Raises:
        NotFound: the scope is not, as a whole, within the viewer's reach.
    """
    raise NotImplementedError
