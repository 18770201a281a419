"""What posting must know beside the record: outlets' calendars and who stood in which team when."""

from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import Final

from django.db.models import QuerySet

from cheji.records.models import Post, Unit

Whose = tuple[int | None, int | None]
Stays = dict[tuple[int, int], list[tuple[date, date | None, int]]]
FEW: Final = 2  # outlets that are asked about one by one; more are a file's, which has many


class Book:
    """Closing days of outlets and dated team posts, for one posting; read when first asked."""

    def __init__(self) -> None:
        self._teams: Stays = defaultdict(list)
        self._read: set[int] = set()
        self._whole = False

    @cached_property
    def closing_days(self) -> dict[int, int]:
        """By outlet."""
        outlets = Unit.objects.filter(kind=Unit.Kind.OUTLET)
        return dict(outlets.values_list("id", "closing_day"))

    def whose(self, person: int | None, outlet: int, on: date) -> Whose:
        """(team, person) on that day: the team of the outlet in which the person then stood."""
        if person is None:
            return None, None
        if not self._whole and outlet not in self._read:
            self._look_up(outlet)
        team = None
        for since, until, unit in self._teams.get((person, outlet), ()):
            if since <= on and (until is None or on < until):
                team = unit
        return team, person

    def _look_up(self, outlet: int) -> None:
        """The posts of an outlet's teams; those of all, once many outlets are asked about."""
        posts = Post.objects.filter(unit__kind=Unit.Kind.TEAM)
        if len(self._read) < FEW:
            self._read.add(outlet)
            self._keep(posts.filter(unit__parent=outlet))
            return
        self._whole = True
        self._teams.clear()
        self._keep(posts)

    def _keep(self, posts: "QuerySet[Post]") -> None:
        columns = ("person", "unit__parent", "since", "until", "unit")
        for person, outlet, *stay in posts.order_by("since", "id").values_list(*columns):
            self._teams[person, outlet].append(tuple(stay))
