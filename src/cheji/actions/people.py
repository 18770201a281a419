"""Verbs of the organisation: units, people, posts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from cheji.facts import post as post_facts
from cheji.records.encryption import blind, normal_phone, seal
from cheji.records.initials import initials
from cheji.records.models import Fact, Person, Post, Unit, User
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer, one
from cheji.records.words import UNITS, Words

from .deeds import Deed, deed
from .locking import changed, locked
from .outlets import zone_named
from .posts import OwnRights, add_post, in_force, must_give

PARENT = {
    Unit.Kind.REGION: Unit.Kind.GROUP,
    Unit.Kind.OUTLET: Unit.Kind.REGION,
    Unit.Kind.TEAM: Unit.Kind.OUTLET,
}
#: What stands above the group.
NOTHING = Words("无", "nothing")


class WrongParent(Refused):
    """What belongs above a unit of the level {kind}: {expected}. It cannot go under “{parent}”."""

    zh = "{kind}的上级应为{expected}，不能放在“{parent}”之下。"


class CodeTaken(Refused):
    """The code “{code}” is already used by “{name}”. Choose another one."""

    zh = "代码“{code}”已被“{name}”使用，请换一个。"


class EndsBeforeStart(Refused):
    """The post began on {since} and cannot end on {until}. Choose a later day."""

    zh = "该岗位自 {since} 起任，不能在 {until} 结束。请选择更晚的日期。"


class HasNotLeft(Refused):
    """No leaving of {name} is entered. Nothing is to be taken back."""

    zh = "{name} 没有办理离职，无需撤销。"


@dataclass(frozen=True)
class Done:
    """The id of what was written."""

    id: int


def open_unit(
    *,
    by: Viewer,
    at: datetime,
    kind: str,
    code: str,
    name: str,
    parent: int | None = None,
    closing_day: int = 0,
    city: str = "",
    brand: str = "",
) -> Done:
    """Add a group, region, outlet or team; codes are unique (a team's within its outlet)."""
    with deed("people.open_unit", by=by, at=at, right="units.write") as doing:
        if parent is not None:
            unit_of(doing, parent)
        unit = add_unit(kind, code, name, parent, closing_day, city, brand)
        doing.tell(subject=unit.pk, code=code, name=name, kind=kind, parent=parent)
        return Done(unit.pk)


def add_unit(
    kind: str,
    code: str,
    name: str,
    parent: int | None,
    closing_day: int = 0,
    city: str = "",
    brand: str = "",
) -> Unit:
    """Write a unit below its parent; the caller runs the transaction and the audit."""
    above = Unit.objects.filter(pk=parent or 0).first()
    expected = PARENT.get(Unit.Kind(kind))
    if (above.kind if above else None) != expected:
        above_it = UNITS[expected] if expected else NOTHING
        raise WrongParent(kind=UNITS[kind], expected=above_it, parent=above or "—")
    within = Q(parent=above) if kind == Unit.Kind.TEAM else ~Q(kind=Unit.Kind.TEAM)
    taken = Unit.objects.filter(within, code=code).first()
    if taken:
        raise CodeTaken(code=code, name=taken.name)
    unit = Unit(kind=kind, code=code, name=name, parent=above, closing_day=closing_day)
    unit.city, unit.brand = city, brand
    unit.path = f"?{kind}:{code}:{parent}"
    unit.save()
    unit.path = f"{above.path if above else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def rename_unit(
    *,
    by: Viewer,
    at: datetime,
    unit: int,
    name: str,
    city: str = "",
    brand: str = "",
    timezone: str = "",
    version: int | None = None,
) -> Done:
    """Change what a unit is called and where it lies; without a time zone that stays as it is."""
    with deed("people.rename_unit", by=by, at=at, right="units.write") as doing:
        row = locked(doing.scope.units_below(), "unit", unit, version)
        zone = zone_named(timezone) if timezone else row.timezone
        differs = changed(row, name=name, city=city, brand=brand, timezone=zone)
        doing.tell(subject=unit, changes=differs)
        return Done(unit)


def hire(
    *,
    by: Viewer,
    at: datetime,
    number: str,
    name: str,
    hired_on: date,
    phone: str = "",
    unit: int | None = None,
    role: str = Post.Role.CONSULTANT,
) -> Done:
    """Add a person, with a first post when a unit is given."""
    with deed("people.hire", by=by, at=at, right="people.write") as doing:
        taken = Person.objects.filter(number=number).first()
        if taken:
            raise CodeTaken(code=number, name=taken.name)
        person = add_person(number, name, hired_on, phone)
        if unit is not None:
            where = unit_of(doing, unit)
            must_give(by, role, where)
            add_post(person, where, role, hired_on)
            post_facts("person", [person.pk], at=at)
        doing.tell(subject=person.pk, number=number, unit=unit, role=role, hired_on=hired_on)
        return Done(person.pk)


def add_person(number: str, name: str, hired_on: date | None, phone: str = "") -> Person:
    person = Person(number=number, name=name, initials=initials(name), hired_on=hired_on)
    for column, value in phone_columns(phone, number).items():
        setattr(person, column, value)
    person.save()
    return person


def phone_columns(phone: str, number: str) -> dict[str, bytes | None]:
    """What the row of a person of that number keeps of a phone: sealed, and a blind index."""
    digits = normal_phone(phone)
    return {
        "phone_cipher": seal(digits, field="person.phone", row=number) if digits else None,
        "phone_index": blind(digits, field="phone"),
    }


def appoint(
    *,
    by: Viewer,
    at: datetime,
    person: int,
    unit: int,
    role: str,
    since: date,
    level: str = "",
) -> Done:
    """Give a person a further post from a day on; `level` is the rank in it, if any."""
    with deed("people.appoint", by=by, at=at, right="people.write") as doing:
        if person == by.person:
            raise OwnRights
        who, where = person_of(doing, person), unit_of(doing, unit)
        must_give(by, role, where)
        post = add_post(who, where, role, since, level=level)
        back(who)
        moved = repost_person(person, since, at)
        doing.tell(subject=person, unit=unit, role=role, level=post.level, since=since, facts=moved)
        return Done(post.pk)


def end_post(*, by: Viewer, at: datetime, post: int, until: date) -> Done:
    with deed("people.end_post", by=by, at=at, right="people.write") as doing:
        row = one(Post.objects.filter(unit__in=doing.scope.units_below()), "post", post, pk=post)
        if row.person_id == by.person:
            raise OwnRights
        must_give(by, row.role, row.unit)
        if until <= row.since:
            raise EndsBeforeStart(since=row.since, until=until)
        since = min(until, row.until or until)
        row.until = until
        row.save(update_fields=["until"])
        moved = repost_person(row.person_id, since, at)
        doing.tell(subject=row.person_id, post=post, until=until, facts=moved)
        return Done(post)


def move(
    *,
    by: Viewer,
    at: datetime,
    person: int,
    unit: int,
    on: date,
    role: str | None = None,
    level: str | None = None,
) -> Done:
    """End the person's posts and start one elsewhere; facts before `on` stay where they were.

    Role and level stay as they are where none is given.
    """
    with deed("people.move", by=by, at=at, right="people.write") as doing:
        if person == by.person:
            raise OwnRights
        who, where = person_of(doing, person), unit_of(doing, unit)
        current = list(in_force(person, on))
        role = role or (current[0].role if current else Post.Role.CONSULTANT)
        if level is None:
            level = next((post.level for post in current if post.role == role), "")
        must_give(by, role, where)
        _end(doing, current, on)
        new = add_post(who, where, role, on, level=level)
        back(who)
        moved = repost_person(person, on, at)
        doing.tell(subject=person, unit=unit, role=role, level=new.level, on=on, facts=moved)
        return Done(new.pk)


def leave(*, by: Viewer, at: datetime, person: int, on: date) -> Done:
    """End all posts, and the account once the day is there; the person's history stays."""
    with deed("people.leave", by=by, at=at, right="people.write") as doing:
        gone(person_of(doing, person), on, by.on)
        _end(doing, in_force(person, on), on)
        doing.tell(subject=person, on=on, facts=repost_person(person, on, at))
        return Done(person)


def stay(*, by: Viewer, at: datetime, person: int, posts: Collection[int] = ()) -> Done:
    """Take back a leaving that was entered by mistake: of the posts that ended then these go on."""
    with deed("people.stay", by=by, at=at, right="people.write") as doing:
        if person == by.person:
            raise OwnRights
        who = person_of(doing, person)
        if who.left_on is None:
            raise HasNotLeft(name=who.name)
        since = who.left_on
        ended = list(Post.objects.filter(person=person, until=since).select_related("unit"))
        for row in ended:
            must_give(by, row.role, unit_of(doing, row.unit_id))
        kept = [row.pk for row in ended if row.pk in posts]
        Post.objects.filter(pk__in=kept).update(until=None)
        back(who)
        doing.tell(subject=person, posts=kept, facts=repost_person(person, since, at))
        return Done(person)


def close_left(*, by: Viewer, at: datetime) -> int:
    """Close the accounts of those whose first day away has come where they were posted last.

    Who holds a post beyond it was hired again before that took the leaving back.
    """
    last = Post.objects.filter(person=OuterRef("person")).order_by("-since", "-id")
    soon = at.date() + timedelta(days=1)  # the day may have begun east of the clock
    beyond = Q(until__isnull=True) | Q(until__gt=OuterRef("person__left_on"))
    again = Post.objects.filter(beyond, person=OuterRef("person"))
    leaving = User.objects.filter(is_active=True, person__left_on__lte=soon).order_by("id")
    rows = leaving.exclude(Exists(again)).annotate(zone=last.values("unit__timezone")[:1])
    told = rows.values_list("person", "person__left_on", "zone")
    due = [who for who, left_on, zone in told if who and left_on and left_on <= _day(at, zone)]
    if due:
        with deed("people.close_left", by=by, at=at, right="people.write") as doing:
            closed = [account for person in due for account in _close(person)]
            doing.tell(people=due, accounts=closed)
    return len(due)


def _day(at: datetime, zone: str | None) -> date:
    return (at.astimezone(ZoneInfo(zone)) if zone else at).date()


def gone(person: Person, on: date, today: date) -> list[int]:
    """Enter that somebody leaves; returns the ids of the accounts that it closed.

    Until the day is there the account works by what his posts allow; `close_left` closes it then.
    """
    changed(person, left_on=on)
    return _close(person.pk) if on <= today else []


def _close(person: int) -> list[int]:
    accounts = User.objects.filter(person=person, is_active=True)
    closed = list(accounts.values_list("id", flat=True))
    accounts.update(is_active=False, closed_by_leaving=True)
    return closed


def back(person: Person) -> list[int]:
    """Enter that somebody has not left, or is here again; returns the accounts that it opened.

    Who has a post that begins later did leave: that is kept. An account that was closed by hand
    stays closed.
    """
    left, before = person.left_on, person.left_before
    if left is not None and Post.objects.filter(person=person, since__gt=left).exists():
        before = [*before, left.isoformat()]
    changed(person, left_on=None, left_before=before)
    accounts = User.objects.filter(person=person, closed_by_leaving=True)
    opened = list(accounts.values_list("id", flat=True))
    accounts.update(is_active=True, closed_by_leaving=False)
    return opened


def unit_of(doing: Deed, unit: int) -> Unit:
    """A unit at or below the posts that allow the deed."""
    return one(doing.scope.units_below(), "unit", unit, pk=unit)


def person_of(doing: Deed, person: int) -> Person:
    """A person who holds or held a post there, or none anywhere yet."""
    posted = Post.objects.filter(unit__in=doing.scope.units_below()).values("person")
    return one(
        Person.objects.filter(Q(id__in=posted) | Q(posts__isnull=True)), "person", person, pk=person
    )


def _end(doing: Deed, posts: Iterable[Post], on: date) -> None:
    """End posts that one may end on a day; what would only begin then never comes into force."""
    for post in posts:
        must_give(doing.by, post.role, unit_of(doing, post.unit_id))
        if post.since >= on:
            post.delete()
        else:
            post.until = on
            post.save(update_fields=["until"])


def repost_person(person: int, since: date, at: datetime) -> int:
    """Post a person's posts, and whatever is his from a day on: its team may have moved."""
    moved = repost(Fact.objects.filter(person=person, on_date__gte=since), at)
    return moved + post_facts("person", [person], at=at)


def repost(facts: QuerySet[Fact], at: datetime) -> int:
    """Post the records behind these facts anew: their teams, or their outlet's calendar, moved."""
    sources: dict[str, list[int]] = {}
    for noun, source in facts.values_list("source_kind", "source").distinct():
        sources.setdefault(noun, []).append(source)
    # Deliveries last: who holds floor prices for them must not ask to change the prices then.
    ordered = sorted(sources.items(), key=lambda one: one[0] == "delivery")
    return sum(post_facts(noun, ids, at=at) for noun, ids in ordered)
