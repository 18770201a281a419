"""Whose scores: a month of an outlet, whom a scheme is for, and who may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cheji.engine.definitions import Scheme
from cheji.engine.periods import from_key
from cheji.facts import mark
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.gathering import Span
from cheji.reads.kpis.ground import Ground, Place, Slice
from cheji.reads.seen import Who
from cheji.records.models import Post
from cheji.records.refusals import BadValue, NotFound
from cheji.records.words import MONTH


@dataclass(frozen=True)
class Month:
    """An outlet's month in which people are appraised or paid, with the definitions in force.

    `ahead` are months of the outlet that are asked for one after the other, this one among them:
    what is read for one is read for all.
    """

    ground: Ground
    outlet: Place
    month: int
    mark: int
    ahead: tuple[int, ...] = ()

    @property
    def catalogue(self) -> Catalogue:
        return self.ground.ruling("month", self.month, self.outlet.id)

    @property
    def span(self) -> Span:
        return Span("month", (self.month,))

    def who(self, names: Mapping[int, tuple[str, str]], person: int) -> Who:
        return Who(person, *names.get(person, (f"#{person}", "")))


def month_of(ground: Ground, whose: Slice, month: int) -> Month:
    """The month of the slice's outlet."""
    try:
        from_key("month", month)
    except (ValueError, OverflowError):
        raise BadValue(field="month", value=str(month), why=MONTH) from None
    place = ground.places[next(iter(ground.places[whose.unit].outlets))]
    return Month(ground, place, month, mark())


def outlet_seen(ground: Ground, code: str) -> Place:
    """An outlet in which the viewer has a post, at, above or below it."""
    place = ground.by_code.get(code)
    if place is None or not ground.scope.outlets().filter(id=place.id).exists():
        raise NotFound(noun="outlet", key=code)
    return place


CONSULTANTS = (Post.Role.CONSULTANT.value,)


def consultants(asked: Month, roles: Sequence[str] = ()) -> list[Slice]:
    """Those who stood as consultants in the outlet in the month and are in the viewer's reach.

    With `roles` those who held posts of these.
    """
    return _in_post(asked, roles or CONSULTANTS)


def appraised(asked: Month, scheme: Scheme) -> list[Slice]:
    """Those whom a scheme is for, in the outlet and month, in the viewer's reach."""
    if scheme.outlets and asked.outlet.code not in scheme.outlets:
        return []
    return _in_post(asked, scheme.posts or CONSULTANTS, scheme.levels)


def _posts(asked: Month) -> QuerySet[Post]:
    """The posts held in the outlet in the month."""
    period = from_key("month", asked.month, asked.outlet.closing_day)
    return Post.objects.filter(
        Q(unit=asked.outlet.id) | Q(unit__parent=asked.outlet.id),
        Q(until=None) | Q(until__gt=period.start),
        since__lt=period.until,
    )


def own_scheme(asked: Month, whose: Slice) -> str:
    """The first scheme that is for a post of the person, those that name his level first.

    Empty where none is.
    """
    held = list(_posts(asked).filter(person=whose.person).values_list("role", "level"))
    for scheme in sorted(asked.catalogue.all.schemes, key=lambda one: not one.levels):
        here = not scheme.outlets or asked.outlet.code in scheme.outlets
        if here and any(_is_for(scheme, role, level) for role, level in held):
            return scheme.code
    return ""


def _is_for(scheme: Scheme, role: str, level: str) -> bool:
    return role in (scheme.posts or CONSULTANTS) and level in (scheme.levels or (level,))


def measurable(asked: Month, whose: Slice, scheme: Scheme) -> bool:
    """Whether the viewer may see what the scheme measures the person by, as a whole."""
    return asked.ground.may(measured(asked, whose, scheme))


def measured(asked: Month, whose: Slice, scheme: Scheme) -> Slice:
    """Whose figures the scheme scores: the person's own, his team's or the outlet's."""
    if scheme.measured == "person":
        return whose
    if scheme.measured == "outlet":
        return Slice(asked.outlet.id)
    teams = _posts(asked).filter(person=whose.person, unit__parent=asked.outlet.id)
    return Slice(teams.values_list("unit", flat=True).last() or asked.outlet.id)


def _in_post(asked: Month, roles: Sequence[str], levels: Sequence[str] = ()) -> list[Slice]:
    """Those in posts of these roles, of any level or of these."""
    posts = _posts(asked).filter(role__in=roles)
    posts = posts.filter(level__in=levels) if levels else posts
    found: dict[int, Slice] = {}
    for unit, person in posts.order_by("person__number", "since").values_list("unit", "person"):
        for whose in (Slice(asked.outlet.id, person), Slice(unit, person)):
            if person not in found and asked.ground.may(whose):
                found[person] = whose
    return list(found.values())


def allowed(ground: Ground, asked: Month, whose: Slice) -> bool:
    reach = ground.scope.reach("score_runs")
    inside = reach.everything or asked.outlet.id in reach.outlets
    member = (asked.outlet.id, whose.person) in reach.members
    return inside or member or whose.person in reach.people


def must_see(ground: Ground, asked: Month, whose: Slice) -> None:
    if not allowed(ground, asked, whose):
        raise NotFound(noun="score card", key=whose.text)
