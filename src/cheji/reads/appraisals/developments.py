"""Development plans: what somebody is to get better at, open ones first."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import QuerySet

from cheji.reads.seen import Who, who
from cheji.records.models import Development
from cheji.records.visibility import Viewer, of, one


@dataclass(frozen=True, slots=True)
class DevelopmentRow:
    """An improvement item with the cycle in which it was agreed; `own`: the viewer's."""

    id: int
    person: Who
    appraisal: int
    cycle: int
    cycle_name: str
    kpi: str
    text: str
    measure: str
    until: date
    late: bool
    state: str
    ended_on: date | None
    ended_note: str
    by: str
    own: bool
    version: int

    @property
    def goal(self) -> str:
        """The code under which it stands as a work goal in the terms of a later appraisal."""
        return f"d{self.id}"


def developments_of(viewer: Viewer, person: int) -> list[DevelopmentRow]:
    """A person's improvement items, those still open first, then the latest."""
    rows = _joined(of(viewer).developments()).filter(person=person).order_by("-until", "-id")
    return sorted((_row(viewer, row) for row in rows), key=lambda row: row.state != "open")


def development(viewer: Viewer, number: int) -> DevelopmentRow:
    """One improvement item.

    Raises:
        NotFound: it is not in reach.
    """
    rows = _joined(of(viewer).developments())
    return _row(viewer, one(rows, "development", number, pk=number))


def _joined(rows: "QuerySet[Development]") -> "QuerySet[Development]":
    return rows.select_related("person", "appraisal__cycle", "made_by__person")


def _row(viewer: Viewer, row: Development) -> DevelopmentRow:
    open_ = row.state == Development.State.OPEN
    return DevelopmentRow(
        row.pk, cast("Who", who(row.person)), row.appraisal_id, row.appraisal.cycle_id,
        row.appraisal.cycle.name, row.kpi, row.text, row.measure, row.until,
        open_ and row.until < viewer.on, row.state, row.ended_on, row.ended_note,
        row.made_by.get_full_name() if row.made_by else "", row.person_id == viewer.person,
        row.version,
    )  # fmt: skip
