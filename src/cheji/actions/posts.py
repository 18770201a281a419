"""Posts: at which units a role is held, and who may give or take it there."""

from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from cheji.records.models import Person, Post, Unit
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer
from cheji.records.words import ROLES, UNITS, Words, either

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
    """“{role}” is a post of this level: {expected}; “{unit}” is of the level {kind}. {mend}"""

    zh = "“{role}”设在{expected}，不能设在“{unit}”（{kind}）。{mend}"


class OverlappingPost(Refused):
    """{name} is {role} at “{unit}” from {since} on already. End that post first."""

    zh = "{name} 自 {since} 起已在“{unit}”任{role}。请先结束原任期。"


class OwnRights(Refused):
    """Nobody gives himself a post. Ask another administrator."""

    zh = "任何人不得给自己设置岗位。请由另一位管理员办理。"


class NotYoursToGive(Refused):
    """Your post does not let you give or end “{role}” at “{unit}”. Ask an administrator."""

    zh = "您的岗位不能在“{unit}”任免“{role}”。请由管理员办理。"


#: How a post is put at the level where it is held, on a screen and in a file.
CHOOSE_TEAM = Words(
    "请选择其下的小组；导入文件请填“小组”一列。",
    "Choose a team of it; in a file fill the column “Team”.",
)
NO_TEAM = Words(
    "请选择小组之上的门店；导入文件请将“小组”一列留空。",
    "Choose the outlet of the team; in a file leave the column “Team” blank.",
)
CHOOSE_OTHER = Words(
    "请另选单位；导入文件请更正“所属单位代码”一列。",
    "Choose such a unit; in a file correct the column “Unit code”.",
)


def must_fit(role: str, unit: str, kind: str) -> None:
    """Refuse a role at a kind of unit where nobody holds it; `column` is the one to be mended."""
    allowed = ROLE_UNITS[Post.Role(role)]
    if kind in allowed:
        return
    mend, column = CHOOSE_OTHER, "unit_code"
    if kind == Unit.Kind.OUTLET and Unit.Kind.TEAM in allowed:
        mend, column = CHOOSE_TEAM, "team"
    elif kind == Unit.Kind.TEAM and Unit.Kind.OUTLET in allowed:
        mend, column = NO_TEAM, "team"
    expected = either(words for code, words in UNITS.items() if code in allowed)
    raise RoleNeedsUnit(
        role=ROLES[role], expected=expected, unit=unit, kind=UNITS[kind], mend=mend, column=column
    )


def gives(by: Viewer) -> frozenset[str]:
    """The roles that the viewer may give somewhere."""
    if by.operator:
        return frozenset(Post.Role)
    return frozenset().union(*(GIVES.get(role, frozenset()) for role in by.roles))


def above(by: Viewer, unit: Unit) -> Viewer:
    """The viewer with just the posts at or above a unit."""
    return replace(by, grants=tuple(g for g in by.grants if unit.path.startswith(g.path)))


def must_give(by: Viewer, role: str, unit: Unit) -> None:
    """Refuse a role that no post of the viewer at or above the unit may give, or take."""
    if role not in gives(above(by, unit)):
        raise NotYoursToGive(role=ROLES[role], unit=unit.name, column="role")


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
        raise OverlappingPost(name=person.name, role=ROLES[role], unit=unit.name, since=clash.since)
    return Post.objects.create(
        person=person, unit=unit, role=role, level=level.strip(), since=since, until=until
    )


def in_force(person: int, on: date) -> "QuerySet[Post]":
    """A person's posts on the day or later, oldest first."""
    posts = Post.objects.filter(person=person).select_related("unit").order_by("since", "id")
    return posts.filter(Q(until__isnull=True) | Q(until__gt=on))
