"""Importing people with their posts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cheji.actions.people import add_person, add_unit, phone_columns, repost
from cheji.actions.posts import OverlappingPost, OwnRights, above, add_post, must_fit, must_give
from cheji.facts import post as post_facts
from cheji.records.encryption import blind, normal_phone
from cheji.records.initials import initials
from cheji.records.models import Fact, Person, Post, Unit, User
from cheji.records.refusals import NotFound, Refused
from cheji.records.words import ROLES

from .given import post_ended, require
from .leavers import Leavers
from .lookups import Lookups, Units
from .once import Once
from .plan import Committing, Entry, Planned, decide
from .simple import snapshot


class UnknownUnit(Refused):
    """There is no one unit “{code}”. Import outlets first, or check its code or whole name."""

    zh = "没有“{code}”这个单位，或有几个同名。请先导入门店，或核对代码或全名。"


class OtherUsername(Refused):
    """“{username}” is not the account of this person. Check it, or leave the cell blank."""

    zh = "“{username}”不是此人的登录名。请核对，或将该单元格留空。"


class NoSuchTeam(Refused):
    """“{unit}” has no team “{team}”. Check its name, or let an administrator open it."""

    zh = "“{unit}”没有小组“{team}”。请核对名称，或请系统管理员先建立该小组。"


Spell = tuple[str, date, date | None]
OF_PERSON = "name", "phone", "username"
"""Columns that every row of a person says of him, whatever post it is of."""


def _stands_at(at: Unit, unit: Unit, team: str | None) -> bool:
    """Whether a post's unit is the one that a row names, or its team of that code or name."""
    if not team:
        return at.pk == unit.pk
    return at.parent_id == unit.pk and team in (at.code, at.name)


def _stands(at: Unit, unit: Unit, given: Any) -> bool:
    """Whether a row leaves a post where it is: without a team column any team of the unit does."""
    if "team" not in given and at.kind == Unit.Kind.TEAM:
        return at.parent_id == unit.pk
    return _stands_at(at, unit, given.get("team"))


def _within(row: Planned, stood: AbstractSet[int], below: AbstractSet[int]) -> None:
    """Refuse who stands, and a post that stands, only where the viewer may change nothing."""
    number = row.entry.values["number"]
    if stood and not stood & below:
        raise NotFound(noun="person", key=number)
    if row.doing == "update" and row.record.unit_id not in below:
        raise NotFound(noun="post", key=number)


def _ids(numbers: Collection[str]) -> list[int]:
    return list(Person.objects.filter(number__in=numbers).values_list("id", flat=True))


#: Posts by (number, role, from) and outlet code; without a code the one that a row may move.
Held = dict[tuple[tuple[str, str, date], str], Post]


class People:
    """One row per post of a person; the person is added with the first one.

    A team that is not there yet is opened by who may set units up.
    """

    right = "people.write"

    def __init__(self) -> None:
        self._spells: dict[tuple[str, str], list[Spell]] = defaultdict(list)
        self._leavers = Leavers()
        self._posts, self._persons = Once(), Once()

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        numbers = [entry.values["number"] for entry in entries]
        people = {p.number: p for p in Person.objects.filter(number__in=numbers)}
        posts = Post.objects.filter(person__number__in=numbers)
        posts = posts.select_related("person", "unit", "unit__parent")
        self._leavers.know(people.values(), posts)
        held: Held = {}
        stood: dict[str, set[int]] = defaultdict(set)
        for post in posts:
            stood[post.person.number].add(post.unit_id)
            key = post.person.number, post.role, post.since
            outlet = post.unit.parent if post.unit.kind == Unit.Kind.TEAM else post.unit
            held[key, ""] = held[key, outlet.code if outlet else ""] = post
        self._spells |= self._held_by(posts)
        below = {u.pk: u for u in look.scope.units_below()}
        units = Units(u for u in below.values() if u.kind != Unit.Kind.TEAM)
        teams = [u for u in below.values() if u.kind == Unit.Kind.TEAM]
        self._teams = {(u.parent_id, word) for u in teams for word in (u.code, u.name)}
        self._usernames = dict(User.objects.values_list("username", "person__number"))

        def plan(entry: Entry) -> Planned:
            worked = entry.values.get("last_day") is not None
            entry = replace(entry, values=post_ended(entry.values))
            self._not_himself(people.get(entry.values["number"]), look)

            def do() -> Planned:
                row = self._planned(entry, people, held, units)
                must_give(look.scope.viewer, row.entry.values["role"], row.payload)
                self._team_there(row, look)
                _within(row, stood[entry.values["number"]], below.keys())
                return row

            try:
                row = self._first(entry, units.find(entry.values["unit_code"]), look, do)
            except Refused:
                self._leavers.doubt(entry.values["number"])
                raise
            self._leavers.take(row, worked=worked)
            return row

        planned = decide(((entry,) for entry in entries), look, plan, "unit_code")
        self._on = look.scope.viewer.on
        self._leavers.tell(planned, self._on)
        return planned

    def _first(
        self, entry: Entry, unit: Unit | None, look: Lookups, do: Callable[[], Planned]
    ) -> Planned:
        """The row, if no earlier one says otherwise of the person or is of the same post."""
        given = entry.values
        told = {name: given[name] for name in OF_PERSON if name in given}
        self._persons.agree(given["number"], entry, look, told)
        post = given["number"], unit and unit.pk, given.get("role"), given["from"]
        planned = self._posts.plan(post, entry, look, do)
        self._persons.remember(given["number"], entry, told)
        return planned

    def _planned(
        self,
        entry: Entry,
        people: dict[str, Person],
        held: Held,
        units: Units,
    ) -> Planned:
        given = entry.values
        unit = units.find(given["unit_code"])
        if unit is None:
            raise UnknownUnit(code=given["unit_code"])
        require(given, "role")
        self._role_fits(given, unit)
        person = people.get(given["number"])
        key = given["number"], given["role"], given["from"]
        post = held.get((key, unit.code)) or held.get((key, ""))
        require(given, "name", record=person)
        self._account_fits(given)
        if person is None or post is None:
            self._free({"name": person.name if person else "", **given}, unit)
            return Planned(entry, "create", unit, person)
        same = post.until == given.get("until", post.until)
        same = same and not _differs(person, given) and post.level == _level(post, given)
        same = same and _stands(post.unit, unit, given)
        return Planned(entry, "same" if same else "update", unit, post)

    def _team_there(self, row: Planned, look: Lookups) -> None:
        """Refuse a team that would have to be opened by who may not."""
        unit, team = row.payload, row.entry.values.get("team")
        if not team or (unit.pk, team) in self._teams:
            return
        if not above(look.scope.viewer, unit).can("units.write"):
            raise NoSuchTeam(unit=unit.name, team=team, column="team")

    def _not_himself(self, person: Person | None, look: Lookups) -> None:
        if person is not None and person.pk == look.scope.viewer.person:
            raise OwnRights

    def _account_fits(self, given: Mapping[str, Any]) -> None:
        """A username opens no account, but it must not be that of somebody else."""
        username, number = given.get("username"), given["number"]
        own = [name for name, holder in self._usernames.items() if holder == number]
        if username and (username not in own if own else username in self._usernames):
            raise OtherUsername(username=username, column="username")

    def _held_by(self, posts: QuerySet[Post]) -> dict[tuple[str, str], list[Spell]]:
        """Posts of each person and role, as (place, since, until); rows planned join them."""
        found: dict[tuple[str, str], list[Spell]] = defaultdict(list)
        for post in posts:
            unit, team = post.unit, ""
            if unit.kind == Unit.Kind.TEAM and unit.parent is not None:
                unit, team = unit.parent, unit.code
            found[post.person.number, post.role].append(
                (f"{unit.code}/{team}", post.since, post.until)
            )
        return found

    def _free(self, given: Any, unit: Unit) -> None:
        """Refuse a post that overlaps one of the same role at the same place."""
        place = f"{unit.code}/{given.get('team') or ''}"
        since, until = given["from"], given.get("until")
        spells = self._spells[given["number"], given["role"]]
        for where, began, ended in spells:
            before = until is not None and until <= began
            after = ended is not None and ended <= since
            if where == place and not (before or after):
                raise OverlappingPost(
                    name=given["name"], role=ROLES[given["role"]], unit=unit.name, since=began,
                    column="from", new=True,
                )  # fmt: skip
        spells.append((place, since, until))

    def _role_fits(self, given: Any, unit: Unit) -> None:
        team = given.get("team")
        where = f"{unit.name} {team}" if team else unit.name
        must_fit(given["role"], where, Unit.Kind.TEAM if team else unit.kind)

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        for row in planned:
            if row.doing == "create":
                self._create(row, doing)
            elif row.doing == "update":
                self._update(row, doing)
        numbers = {row.entry.values["number"] for row in planned if row.doing != "same"}
        self._leavers.write(numbers, doing, self._on)
        people = _ids(numbers)
        repost(Fact.objects.filter(person__in=people), doing.at)
        post_facts("person", people, at=doing.at, book=doing.book)

    def _create(self, row: Planned, doing: Committing) -> None:
        given = row.entry.values
        person = Person.objects.filter(number=given["number"]).first()
        if person is None:
            phone = given.get("phone") or ""
            person = add_person(given["number"], given["name"], given["from"], phone)
            doing.touch("person", person.pk)
        else:
            _amend(person, given, doing)
        unit = self._team(row.payload, given.get("team"), doing)
        level = given.get("level") or ""
        post = add_post(person, unit, given["role"], given["from"], given.get("until"), level=level)
        doing.touch("post", post.pk)

    def _team(self, outlet: Unit, name: str | None, doing: Committing) -> Unit:
        if not name:
            return outlet
        found = Unit.objects.filter(Q(code=name) | Q(name=name), parent=outlet).first()
        if found:
            return found
        unit = add_unit(Unit.Kind.TEAM, name, name, outlet.pk)
        doing.touch("unit", unit.pk)
        return unit

    def _update(self, row: Planned, doing: Committing) -> None:
        given, post = row.entry.values, row.record
        until = given.get("until", post.until)
        stands, level = _stands(post.unit, row.payload, given), _level(post, given)
        if (post.until, post.level) != (until, level) or not stands:
            before = snapshot(post)
            post.until, post.level = until, level
            if not stands:
                post.unit = self._team(row.payload, given.get("team"), doing)
            post.save(update_fields=["until", "unit", "level"])
            doing.touch("post", post.pk, before)
        _amend(post.person, given, doing)


def _level(post: Post, given: Mapping[str, Any]) -> str:
    """The level after the row: what it says, else what stands there."""
    return (given.get("level", post.level) or "").strip()


def _differs(person: Person, given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a person that a row changes."""
    found: dict[str, Any] = {}
    if given.get("name", person.name) != person.name:
        found = {"name": given["name"], "initials": initials(given["name"])}
    index = blind(normal_phone(given.get("phone") or ""), field="phone")
    held = None if person.phone_index is None else bytes(person.phone_index)
    if "phone" in given and index != held:
        found |= phone_columns(given["phone"] or "", person.number)
    return found


def _amend(person: Person, given: Mapping[str, Any], doing: Committing) -> None:
    before, values = snapshot(person), _differs(person, given)
    if values:
        for name, value in values.items():
            setattr(person, name, value)
        person.version += 1
        person.save()
        doing.touch("person", person.pk, before, person.version)
