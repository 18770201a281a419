"""Posts: at which units a role is held, and who may give or take it there."""

from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from cheji.records.models import Person, Post, Unit
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer

OFFICES = {Unit.Kind.GROUP, Unit.Kind.REGION, Unit.Kind.OUTLET}
ROLE_UNITS = {
    Post.Role.CONSULTANT: {Unit.Kind.TEAM, Unit.Kind.OUTLET},
    Post.Role.INTERNET_SALES: {Unit.Kind.TEAM, Unit.Kind.OUTLET},
    Post.Role.SECOND_TIER: {Unit.Kind.TEAM, Unit.Kind.OUTLET},
    Post.Role.AFTERSALES: {Unit.Kind.TEAM, Unit.Kind.OUTLET},
    Post.Role.TEAM_LEAD: {Unit.Kind.TEAM},
    Post.Role.OUTLET_MANAGER: {Unit.Kind.OUTLET},
    Post.Role.REGION_HEAD: {Unit.Kind.REGION},
    Post.Role.GROUP_MANAGER: {Unit.Kind.GROUP},
    Post.Role.FINANCE: OFFICES,
    Post.Role.HR: OFFICES,
    Post.Role.MARKETING: OFFICES,
    Post.Role.CARE: OFFICES,
    Post.Role.STOCK: OFFICES,
    Post.Role.AUDITOR: OFFICES,
    Post.Role.ADMINISTRATOR: OFFICES,
}

#: Roles that a role may give and end, at and below its unit. Who controls the others (closes pay,
#: reads the log, opens accounts) is appointed by an administrator, not by who makes the pay runs.
CONTROL = {Post.Role.FINANCE, Post.Role.AUDITOR, Post.Role.ADMINISTRATOR}
GIVES: dict[str, frozenset[str]] = {
    Post.Role.HR: frozenset(set(Post.Role) - CONTROL),
    Post.Role.ADMINISTRATOR: frozenset(Post.Role),
}


class RoleNeedsUnit(Refused):
    """The post {role} is held at a {expected}, not at “{unit}”."""

    zh = "岗位 {role} 应设在 {expected}，不能设在“{unit}”。"


class OverlappingPost(Refused):
    """{name} already holds this post at “{unit}” from {since}. End it first."""

    zh = "{name} 自 {since} 起已在“{unit}”任此岗位。请先结束原任期。"


class OwnRights(Refused):
    """Nobody gives himself a post. Ask another administrator."""

    zh = "任何人不得给自己设置岗位。请由另一位管理员办理。"


class NotYoursToGive(Refused):
    """Your post does not let you give or end the post {role} at “{unit}”. Ask an administrator."""

    zh = "您的岗位不能在“{unit}”任免岗位 {role}。请由管理员办理。"


def must_fit(role: str, unit: str, kind: str) -> None:
    """Refuse a role at a kind of unit where nobody holds it."""
    allowed = ROLE_UNITS[Post.Role(role)]
    if kind not in allowed:
        raise RoleNeedsUnit(role=role, expected=" / ".join(sorted(allowed)), unit=unit)


def gives(by: Viewer) -> frozenset[str]:
    """The roles that the viewer may give somewhere."""
    if by.operator:
        return frozenset(Post.Role)
    return frozenset().union(*(GIVES.get(role, frozenset()) for role in by.roles))


def must_give(by: Viewer, role: str, unit: Unit) -> None:
    """Refuse a role that no post of the viewer at or above the unit may give, or take."""
    above = replace(by, grants=tuple(g for g in by.grants if unit.path.startswith(g.path)))
    if role not in gives(above):
        raise NotYoursToGive(role=role, unit=unit.name)


def add_post(
    person: Person,
    unit: Unit,
    role: str,
    since: date,
    until: date | None = None,
    *,
    level: str = "",
) -> Post:
    """Write a post; the caller has asked whether it is his to give."""
    must_fit(role, unit.name, unit.kind)
    same = Post.objects.filter(person=person, unit=unit, role=role)
    clash = same.filter(Q(until__isnull=True) | Q(until__gt=since)).first()
    if clash and (until is None or clash.since < until):
        raise OverlappingPost(name=person.name, unit=unit.name, since=clash.since)
    return Post.objects.create(
        person=person, unit=unit, role=role, level=level.strip(), since=since, until=until
    )


def in_force(person: int, on: date) -> "QuerySet[Post]":
    """A person's posts on the day or later, oldest first."""
    posts = Post.objects.filter(person=person).select_related("unit").order_by("since", "id")
    return posts.filter(Q(until__isnull=True) | Q(until__gt=on))
