"""The outlet and the person that a new record names."""

from datetime import date
from zoneinfo import available_timezones

from django.db.models import Q

from cheji.records.models import Person, Post, Unit
from cheji.records.refusals import Refused
from cheji.records.rights import SELLERS
from cheji.records.visibility import Scope, one

SALES = (*SELLERS, Post.Role.TEAM_LEAD, Post.Role.OUTLET_MANAGER)


class NotAtOutlet(Refused):
    """{name} holds no post at {outlet} on {on}. Choose somebody who does, or add the post first."""

    zh = "{name} 在 {on} 不任职于 {outlet}。请选择在职人员，或先添加岗位。"


class UnknownZone(Refused):
    """“{zone}” is no time zone. Write it as in Asia/Shanghai or Asia/Urumqi."""

    zh = "“{zone}”不是有效的时区。请按 Asia/Shanghai、Asia/Urumqi 的写法填写。"


def zone_named(text: str) -> str:
    """The name of a time zone, as the zone database writes it."""
    if text not in available_timezones():
        raise UnknownZone(zone=text, field="timezone", column="timezone")
    return text


def outlet_of(scope: Scope, outlet: int) -> Unit:
    """An outlet of the viewer's."""
    return one(scope.outlets(), "outlet", outlet, pk=outlet)


def in_post(person: int | None, outlet: Unit, on: date) -> int | None:
    """The person, who must stand at the outlet that day; None stays unassigned.

    At a unit above outlets he must stand there himself, not below it.
    """
    if person is None:
        return None
    teams = Q(unit__parent=outlet, unit__kind=Unit.Kind.TEAM)
    here = Post.objects.filter(Q(unit=outlet) | teams, person=person)
    posts = here.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on)
    if not posts.exists():
        known = Person.objects.filter(posts__in=here)  # others are not named to who guesses
        name = one(known, "person", person, pk=person).name
        raise NotAtOutlet(name=name, outlet=outlet.name, on=on)
    return person


def default_owner(scope: Scope, outlet: Unit, on: date) -> int | None:
    """The viewer himself when he sells at the outlet; otherwise nobody."""
    me = scope.viewer.person
    if me is None:
        return None
    posts = Post.objects.filter(person=me, role__in=SALES, since__lte=on)
    posts = posts.filter(Q(until__isnull=True) | Q(until__gt=on))
    held = posts.filter(Q(unit=outlet) | Q(unit__parent=outlet)).exists()
    return me if held else None
