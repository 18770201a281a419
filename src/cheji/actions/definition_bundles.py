"""Several definitions at once: drafts from a file, and what of it is in force already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cheji.engine.definitions import digest
from cheji.records.visibility import Viewer

from .deeds import deed
from .definitions import Done, Place, drafted, in_force

Body = tuple[str, Mapping[str, Any]]
"""Kind of a definition and what it says."""


@dataclass(frozen=True)
class Drafted:
    """The drafts that were written, and the codes of what says nothing new."""

    drafts: tuple[tuple[str, Done], ...]
    unchanged: tuple[str, ...]


def draft_all(*, by: Viewer, at: datetime, bodies: Sequence[Body], place: Place) -> Drafted:
    """Draft each body that differs from what will be in force on the day; all of them or none."""
    with deed("definitions.draft_all", by=by, at=at, right="definitions.write") as doing:
        drafts, unchanged = [], []
        for kind, body in bodies:
            code = str(body.get("code", ""))
            current = in_force(kind, code, place.valid_from, place.outlet)
            if current is not None and current.digest == digest(body):
                unchanged.append(code)
            else:
                drafts.append((code, Done(drafted(doing, kind, code, body, place).pk)))
        doing.tell(
            outlet=place.outlet,
            valid_from=place.valid_from,
            drafts=[code for code, _ in drafts],
            unchanged=unchanged,
        )
        return Drafted(tuple(drafts), tuple(unchanged))
