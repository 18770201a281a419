"""Where the rows of one noun lie that a viewer may see, and how rows are narrowed to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from cheji.records import models as m
from cheji.records.rights import ONES_OWN, OWN, SEES

from .viewers import Grant, Viewer

R = m.Post.Role
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Reach:
    """Where a viewer's rows of one noun lie. `everything` makes the sets irrelevant.

    `members` are (outlet, person): what a team's member does at the team's own outlet.
    """

    everything: bool = False
    outlets: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    members: frozenset[tuple[int, int]] = frozenset()

    @property
    def nothing(self) -> bool:
        return not (self.everything or self.outlets or self.teams or self.people or self.members)

    def over(self, *outlets: int | None) -> bool:
        """Whether all rows of all of these outlets lie in it; none stands for no outlet."""
        return self.everything or {*outlets} - {None} <= self.outlets


class Reaching:
    """A viewer's reach for each noun, found once."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._reaches: dict[str, Reach] = {}

    def reach(self, noun: str) -> Reach:
        """The reach for a noun, joined over the posts that see it."""
        if noun not in self._reaches:
            self._reaches[noun] = self._find_reach(noun)
        return self._reaches[noun]

    def _find_reach(self, noun: str) -> Reach:
        if self.viewer.operator:
            return Reach(everything=True)
        grants = [g for g in self.viewer.grants if noun in SEES[g.role]]
        outlets = self._outlets_under(g for g in grants if g.role not in (*ONES_OWN, R.TEAM_LEAD))
        teams = {g.unit for g in grants if g.role == R.TEAM_LEAD}
        # A member's facts from before he joined belong to his former team.
        members = frozenset() if noun == "facts" else self._members(teams)
        sells = any(g.role in (*ONES_OWN, R.TEAM_LEAD) for g in grants)
        his = sells or (noun in OWN and self.viewer.grants)
        own = {self.viewer.person} if his and self.viewer.person else set()
        return Reach(
            outlets=outlets, teams=frozenset(teams), people=frozenset(own), members=members
        )

    def _outlets_under(self, grants: Iterable[Grant]) -> frozenset[int]:
        found: set[int] = set()
        for grant in grants:
            found |= self._outlets_by_path(grant)
        return frozenset(found)

    def _outlets_by_path(self, grant: Grant) -> set[int]:
        return set() if grant.kind == m.Unit.Kind.TEAM else {*self._outlets_along(grant)}

    def _outlets_along(self, grant: Grant) -> dict[int, str]:
        """Paths of the outlets at, above or below a post by their ids; a team's own is above it."""
        if grant.kind == m.Unit.Kind.OUTLET:
            return {grant.unit: grant.path}
        if grant.kind == m.Unit.Kind.TEAM:
            above = grant.path.strip("/").split("/")[:-1]
            return {int(above[-1]): f"/{'/'.join(above)}/"}
        return {
            outlet: path
            for outlet, path in self._all_outlets.items()
            if path.startswith(grant.path)
        }

    @cached_property
    def _all_outlets(self) -> dict[int, str]:
        return dict(m.Unit.objects.filter(kind=m.Unit.Kind.OUTLET).values_list("id", "path"))

    def _members(self, teams: set[int]) -> frozenset[tuple[int, int]]:
        if not teams:
            return frozenset()
        day = self.viewer.on
        posts = m.Post.objects.filter(unit__in=teams, since__lte=day)
        in_force = posts.filter(Q(until__isnull=True) | Q(until__gt=day))
        pairs = in_force.values_list("unit__parent_id", "person_id")
        return frozenset((outlet, person) for outlet, person in pairs if outlet is not None)

    def _narrow(self, rows: "QuerySet[Row]", noun: str, **paths: str) -> "QuerySet[Row]":
        reach = self.reach(noun)
        if reach.everything:
            return rows
        if reach.nothing:
            return rows.none()
        return rows.filter(self._inside(noun, **paths))

    def _inside(self, noun: str, **paths: str) -> Q:
        """The condition on rows that lie in a reach which is not everything."""
        reach = self.reach(noun)
        allowed = Q(**{f"{paths['outlet']}__in": reach.outlets})
        if "person" in paths:
            allowed |= whose(reach, paths["outlet"], paths["person"])
        return allowed


def whose(reach: Reach, outlet: str, person: str) -> Q:
    """Rows of the viewer himself anywhere, and of his teams' members at the teams' outlets."""
    allowed = Q(**{f"{person}__in": reach.people})
    for place in {place for place, _ in reach.members}:
        members = [who for where, who in reach.members if where == place]
        allowed |= Q(**{outlet: place, f"{person}__in": members})
    return allowed
