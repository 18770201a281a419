"""The organisation tree, and the people in it with their posts, now and before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from cheji.engine.periods import Period
from cheji.reads.asking import EVERYTHING, Asked, Listing, Page, equals, flag
from cheji.reads.seen import Where, Who, where
from cheji.records.encryption import mask_phone, unseal
from cheji.records.models import Person, Post, Unit
from cheji.records.refusals import NotFound
from cheji.records.rights import DOES, SELLERS
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """A unit in the tree, depth 0 at the root."""

    id: int
    kind: str
    code: str
    name: str
    parent: int | None
    depth: int
    city: str
    brand: str
    closing_day: int
    timezone: str
    opened_on: date | None
    closed_on: date | None
    version: int


class Counted(NamedTuple):
    """In and below a unit: its outlets, and how many people hold posts on the day."""

    outlets: int
    people: int


@dataclass(frozen=True, slots=True)
class PostSeen:
    """A post with its dates; `current` on the viewer's day."""

    id: int
    role: str
    unit: Where
    since: date
    until: date | None
    current: bool
    level: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with the posts in force; `account` is the sign-in name, empty without one.

    `away_on` is the first day away of who left or whose last post ended, None of who stays;
    `left_on` only where the leaving itself was entered.
    """

    id: int
    number: str
    name: str
    phone: str
    hired_on: date | None
    left_on: date | None
    posts: tuple[PostSeen, ...]
    account: str
    account_active: bool
    away_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """A person with every post, oldest first."""

    row: PersonRow
    history: tuple[PostSeen, ...]
    version: int


@dataclass(frozen=True, slots=True)
class SetUp:
    """How far the house is set up.

    Managers are those in post who may bring figures in. `waiting` is the number and name of the
    first of them while none has an account, else None.
    """

    outlets: bool
    managers: bool
    waiting: tuple[str, str] | None


# -- organisation ------------------------------------------------------------------------------


def organisation(viewer: Viewer) -> tuple[UnitSeen, ...]:
    """The viewer's part of the tree, each unit after the one above it."""
    rows = of(viewer).units().values_list(*COLUMNS)
    return tuple(_unit(*row) for row in sorted(rows, key=_above))


def _above(row: tuple[Any, ...]) -> list[int]:
    """The way down to a unit by ids, its own last."""
    return [int(part) for part in row[0].strip("/").split("/")]


def counted(viewer: Viewer) -> dict[int, Counted]:
    """How much there is in each unit of the viewer's, and below it."""
    rows = of(viewer).units().values_list("id", "kind", "path")
    outlets: Counter[int] = Counter()
    paths = {}
    for unit, kind, path in rows:
        paths[unit] = [int(part) for part in path.strip("/").split("/")]
        if kind == Unit.Kind.OUTLET:
            outlets.update(paths[unit])
    posted: dict[int, set[int]] = {unit: set() for unit in paths}
    in_force = _in_force(Post.objects.filter(unit__in=list(paths)), viewer.on)
    for unit, person in in_force.values_list("unit", "person"):
        for above in paths[unit]:
            posted.get(above, set()).add(person)
    return {unit: Counted(outlets[unit], len(posted[unit])) for unit in paths}


def _in_force(posts: "QuerySet[Post]", on: date) -> "QuerySet[Post]":
    return posts.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


def _within(posts: "QuerySet[Post]", during: Period) -> "QuerySet[Post]":
    return posts.filter(Q(until=None) | Q(until__gt=during.start), since__lt=during.until)


COLUMNS: Final = (
    "path", "id", "kind", "code", "name", "parent", "city", "brand", "closing_day", "timezone",
    "opened_on", "closed_on", "version",
)  # fmt: skip


def _unit(
    path: str, unit: int, kind: str, code: str, name: str, parent: int | None, *rest: Any
) -> UnitSeen:
    return UnitSeen(unit, kind, code, name, parent, path.count("/") - 2, *rest)


def outlets(viewer: Viewer) -> tuple[Where, ...]:
    """The outlets that the viewer has to do with, by code: for choices and filters."""
    return tuple(where(unit) for unit in of(viewer).outlets().order_by("code"))


def post_levels(viewer: Viewer) -> tuple[str, ...]:
    """The levels that posts of the viewer's units have or had, such as 高级."""
    posts = Post.objects.filter(unit__in=of(viewer).units().values("id")).exclude(level="")
    return tuple(sorted(set(posts.order_by().values_list("level", flat=True).distinct())))


def consultants(viewer: Viewer, outlet: str, during: Period | None = None) -> tuple[Who, ...]:
    """Consultants and leads in post in an outlet on the day, or within a period: for choices."""
    place = one(of(viewer).outlets(), "outlet", outlet, code=outlet)
    units = Unit.objects.filter(Q(pk=place.pk) | Q(parent=place)).values_list("id", flat=True)
    return _selling(list(units), viewer.on, during)


def consultants_in(viewer: Viewer, units: Iterable[int]) -> tuple[Who, ...]:
    """The same on the day of those of these units, such as an outlet and its teams, he may see."""
    inside = of(viewer).units().filter(id__in=list(units))
    return _selling(inside.values("id"), viewer.on)


def _selling(units: Any, on: date, during: Period | None = None) -> tuple[Who, ...]:
    held = Post.objects.filter(unit__in=units, role__in=(*SELLERS, Post.Role.TEAM_LEAD))
    posts = _in_force(held, on) if during is None else _within(held, during)
    names = ("person", "person__number", "person__name")
    found = posts.order_by("person__number").distinct().values_list(*names)
    return tuple(Who(*row) for row in found)


# -- people ------------------------------------------------------------------------------------


def people(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[PersonRow]:
    """People of the viewer's part of the organisation.

    Filters: outlet (code), role, working (1 or 0), account (1 or 0). Sorts: number, name, hired_on.
    """
    scope = of(viewer)
    return PEOPLE.page(scope, scope.people(), asked, _ready)


def person(viewer: Viewer, number: str) -> PersonDetail:
    """A person by staff number.

    Raises:
        NotFound: nobody of that number in the viewer's part of the organisation.
    """
    scope = of(viewer)
    found = one(_ready(scope.people()), "person", number, number=number)
    posts = tuple(_post(post, viewer.on) for post in found.posts.all())
    return PersonDetail(_row(found, viewer.on), posts, found.version)


def set_up(viewer: Viewer) -> SetUp:
    """How far the viewer's part of the house is set up."""
    scope = of(viewer)
    roles = [role for role, verbs in DOES.items() if "imports.write" in verbs]
    managers = scope.people().filter(_posted(scope, role__in=roles)).order_by("number")
    ready = managers.filter(user__is_active=True).exists()
    first = None if ready else managers.filter(user=None).values_list("number", "name").first()
    return SetUp(scope.outlets().exists(), ready or first is not None, first)


def zone_at(outlet: int) -> str:
    """The time zone of an outlet."""
    return Unit.objects.values_list("timezone", flat=True).get(pk=outlet)


def unit(viewer: Viewer, number: int) -> UnitSeen:
    """One unit of the viewer's.

    Raises:
        NotFound: it is not his to see.
    """
    row = of(viewer).units().filter(pk=number).values_list(*COLUMNS).first()
    if row is None:
        raise NotFound(noun="unit", key=number)
    return _unit(*row)


def own_number(viewer: Viewer) -> str:
    """The viewer's own staff number; empty for an account of nobody."""
    rows = Person.objects.filter(pk=viewer.person or 0)
    return rows.values_list("number", flat=True).first() or ""


def _ready(rows: "QuerySet[Person]") -> "QuerySet[Person]":
    posts = Post.objects.select_related("unit").order_by("since", "id")
    return rows.select_related("user").prefetch_related(Prefetch("posts", posts))


def _rows(scope: Scope, people_: Sequence[Person]) -> list[PersonRow]:
    return [_row(found, scope.viewer.on) for found in people_]


def _row(found: Person, on: date) -> PersonRow:
    user = getattr(found, "user", None)
    posts = [_post(post, on) for post in found.posts.all()]
    phone = unseal(found.phone_cipher, field="person.phone", row=found.number)
    return PersonRow(
        found.pk,
        found.number,
        found.name,
        mask_phone(phone),
        found.hired_on,
        found.left_on,
        tuple(post for post in posts if post.current),
        user.username if user else "",
        bool(user and user.is_active),
        found.left_on or _ended(posts, on),
    )


def _ended(posts: Sequence[PostSeen], on: date) -> date | None:
    """The day from which on no post is held; None where one is, or will be, or never was."""
    ends = [post.until for post in posts if post.until is not None and post.until <= on]
    return max(ends) if ends and len(ends) == len(posts) else None


def _post(post: Post, on: date) -> PostSeen:
    current = post.since <= on and (post.until is None or on < post.until)
    return PostSeen(
        post.pk, post.role, where(post.unit), post.since, post.until, current, post.level
    )


def _posted(scope: Scope, **narrow: object) -> Q:
    posts = _in_force(Post.objects.filter(person=OuterRef("pk"), **narrow), scope.viewer.on)
    return Q(Exists(posts))


def _at(scope: Scope, code: str) -> Q:
    units = scope.units().filter(Q(code=code) | Q(parent__code=code))
    return _posted(scope, unit__in=units.values("id"))


def _working(scope: Scope, value: str) -> Q:
    """In post, or about to be; otherwise those who left or whose last post ended."""
    on = scope.viewer.on
    posts = Post.objects.filter(person=OuterRef("pk"))
    stays = Exists(posts.filter(Q(until=None) | Q(until__gt=on))) | ~Exists(posts)
    working = (Q(left_on=None) | Q(left_on__gt=on)) & Q(stays)
    return working if value in {"1", "true", "yes"} else ~working


def _named(scope: Scope, text: str) -> Q:
    """By name, number or initials; by sign-in name for who keeps the accounts."""
    found = Q(name__icontains=text) | Q(number__istartswith=text)
    found |= Q(initials__istartswith=text)
    if scope.viewer.can("users.write"):
        found |= Q(user__username__istartswith=text)
    return found


PEOPLE = Listing[Person, PersonRow](
    filters={
        "outlet": _at,
        "role": lambda scope, value: _posted(scope, role__in=value.split(",")),
        "working": _working,
        "account": lambda scope, value: ~flag("user__isnull")(scope, value),
        "number": equals("number"),
    },
    sorts={"number": ("number",), "name": ("name",), "hired_on": ("hired_on",)},
    default="number",
    search=_named,
    show=_rows,
)
