"""The organisation as a viewer sees it: units, people, what accounts and programs they keep."""

from functools import cached_property

from django.db.models import Q, QuerySet

from cheji.records import models as m
from cheji.records.rights import SEES

from .reach import R, Reaching


class Organisation(Reaching):
    """Units and people, and what is shown of customers."""

    @cached_property
    def _own_outlets(self) -> frozenset[int]:
        """Outlets at or above which the viewer holds any post."""
        return self._outlets_of(None)

    def _outlets_of(self, noun: str | None) -> frozenset[int]:
        """Outlets at, above or below a post that sees the noun, or of any post."""
        posts = [g for g in self.viewer.grants if noun is None or noun in SEES[g.role]]
        return frozenset(outlet for grant in posts for outlet in self._outlets_along(grant))

    def outlets(self) -> "QuerySet[m.Unit]":
        """Outlets in which the viewer holds a post, at, above or below them."""
        rows = m.Unit.objects.filter(kind=m.Unit.Kind.OUTLET)
        return rows if self.viewer.operator else rows.filter(id__in=self._own_outlets)

    def units(self) -> "QuerySet[m.Unit]":
        """The units on the way to, and below, the viewer's outlets."""
        rows = m.Unit.objects.all()
        if self.viewer.operator:
            return rows
        ids: set[int] = set()
        for grant in self.viewer.grants:
            for path in (grant.path, *self._outlets_along(grant).values()):
                ids |= {int(part) for part in path.strip("/").split("/")}
        return rows.filter(Q(id__in=ids) | Q(parent__in=self._own_outlets))

    def units_below(self) -> "QuerySet[m.Unit]":
        """The units at and below the viewer's posts: those that he may change."""
        rows = m.Unit.objects.all()
        if self.viewer.operator:
            return rows
        below = Q(pk__in=[])
        for grant in self.viewer.grants:
            below |= Q(path__startswith=grant.path)
        return rows.filter(below)

    def people(self) -> "QuerySet[m.Person]":
        """People who hold or held a post in the viewer's outlets or above them."""
        rows = m.Person.objects.all()
        if self.viewer.operator:
            return rows
        units = self.units().values("id")
        posted = m.Post.objects.filter(unit__in=units).values("person")
        return rows.filter(Q(id=self.viewer.person) | Q(id__in=posted))

    def tokens(self) -> "QuerySet[m.ApiToken]":
        """The viewer's own, and those of people whose accounts he looks after."""
        rows = m.ApiToken.objects.all()
        if self.viewer.operator:
            return rows
        theirs = Organisation(self.viewer.doing("users.write")).people().values("id")
        keeper = self.viewer.can("users.write")
        mine = Q(user=self.viewer.user)
        return rows.filter(mine | Q(user__person__in=theirs) if keeper else mine)

    def robots(self) -> "QuerySet[m.Robot]":
        """Robots of the units at and below the viewer's posts that may declare them."""
        theirs = Organisation(self.viewer.doing("robots.write")).units_below()
        rows = m.Robot.objects.all()
        return rows if self.viewer.operator else rows.filter(unit__in=theirs.values("id"))

    def audit(self) -> "QuerySet[m.AuditEntry]":
        rows = m.AuditEntry.objects.all()
        reach = self.reach("audit")
        if reach.everything:
            return rows
        if any(g.role == R.AUDITOR and g.kind == m.Unit.Kind.GROUP for g in self.viewer.grants):
            return rows
        return rows.filter(outlet__in=reach.outlets)

    def imports(self) -> "QuerySet[m.ImportBatch]":
        rows = m.ImportBatch.objects.all()
        if self.viewer.operator:
            return rows
        return rows.filter(made_by=self.viewer.user) if self.viewer.user else rows.none()

    def names_shown(self) -> bool:
        """Whether customers' names are shown in full to this viewer."""
        return self.viewer.can("see.names")

    @cached_property
    def hidden_fields(self) -> frozenset[str]:
        """Own fields that this viewer may not read: a text may name a person."""
        if self.names_shown():
            return frozenset()
        texts = m.CustomField.objects.filter(type=m.CustomField.Type.TEXT)
        return frozenset(texts.values_list("code", flat=True))
