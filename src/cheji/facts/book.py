"""What posting must know beside the record: outlets' calendars and who stood in which team when."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cached_property

from cheji.records.models import Post, Unit

Whose = tuple[int | None, int | None]


class Book:
    """Closing days of outlets and dated team posts, read once for a posting."""

    def __init__(self) -> None:
        outlets = Unit.objects.filter(kind=Unit.Kind.OUTLET)
        self.closing_days: dict[int, int] = dict(outlets.values_list("id", "closing_day"))

    @cached_property
    def _teams(self) -> Mapping[tuple[int, int], list[tuple[date, date | None, int]]]:
        """Read when first asked: what nobody did needs no posts."""
        teams: dict[tuple[int, int], list[tuple[date, date | None, int]]] = defaultdict(list)
        posts = Post.objects.filter(unit__kind=Unit.Kind.TEAM).order_by("since", "id")
        columns = posts.values_list("person", "unit__parent", "since", "until", "unit")
        for person, outlet, since, until, unit in columns:
            if outlet is not None:
                teams[person, outlet].append((since, until, unit))
        return teams

    def whose(self, person: int | None, outlet: int, on: date) -> Whose:
        """(team, person) on that day: the team of the outlet in which the person then stood."""
        if person is None:
            return None, None
        team = None
        for since, until, unit in self._teams.get((person, outlet), ()):
            if since <= on and (until is None or on < until):
                team = unit
        return team, person
