"""Which facts a question is about, as a condition of whole numbers and known words."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cheji.records.visibility import Reach

FEW: Final = 20  # outlets that the database answers for faster than a mirror is opened
COLUMN: Final = {"outlets": "outlet", "teams": "team", "people": "person"}


@dataclass(frozen=True)
class Narrow:
    """Which facts: the viewer's reach, and what he chose inside it. None means not narrowed.

    `mark` is the highest fact id to read, for a run that must be repeatable, and `above` the id
    after which to begin; `until` leaves out what happened on that day or later. `since` is the day
    with which periods begin where that is later than their own first: what was before it belongs
    to the opening stocks.
    """

    reach: Reach
    outlets: frozenset[int] | None = None
    teams: frozenset[int] | None = None
    people: frozenset[int] | None = None
    kinds: frozenset[str] | None = None
    mark: int | None = None
    above: int | None = None
    until: date | None = None
    since: date | None = None

    def sql(self) -> str:
        """The condition, of whole numbers and known words only."""
        parts = [self._reach()]
        for column in ("outlets", "teams", "people"):
            chosen = getattr(self, column)
            if chosen is not None:
                parts.append(_among(COLUMN[column], chosen))
        if self.kinds is not None:
            words = ", ".join(f"'{kind}'" for kind in sorted(self.kinds) if kind.isidentifier())
            parts.append(f"kind IN ({words})" if words else "1 = 0")
        if self.mark is not None:
            parts.append(f"id <= {int(self.mark)}")
        if self.above is not None:
            parts.append(f"id > {int(self.above)}")
        if self.until is not None:
            parts.append(f"on_date < '{self.until.isoformat()}'")
        return " AND ".join(parts)

    @property
    def is_wide(self) -> bool:
        """Whether it takes in many outlets, so that reading by column beats reading by index."""
        chosen = [found for found in (self.outlets, self.teams, self.people) if found is not None]
        few = self.since is not None or any(len(found) <= FEW for found in chosen)
        return not few and (self.reach.everything or len(self.reach.outlets) > FEW)

    def _reach(self) -> str:
        if self.reach.everything:
            return "1 = 1"
        parts = [
            _among(COLUMN[name], getattr(self.reach, name))
            for name in ("outlets", "teams", "people")
            if getattr(self.reach, name)
        ]
        return f"({' OR '.join(parts)})" if parts else "1 = 0"


def _among(column: str, numbers: frozenset[int]) -> str:
    listed = ", ".join(str(int(number)) for number in sorted(numbers))
    return f"{column} IN ({listed})" if listed else "1 = 0"
