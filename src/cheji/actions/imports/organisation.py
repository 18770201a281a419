"""Importing outlets with their regions, and people with their posts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cheji.actions.locking import changed
from cheji.actions.outlets import zone_named
from cheji.actions.people import add_person, add_unit, repost
from cheji.actions.posts import OverlappingPost, OwnRights, add_post, must_fit, must_give
from cheji.facts import post as post_facts
from cheji.records.initials import initials
from cheji.records.models import Fact, Person, Post, Unit
from cheji.records.refusals import NotFound, Refused

from .given import require
from .lookups import Lookups, Units, UnknownOutlet
from .plan import Committing, Entry, Planned
from .simple import snapshot

HEAD_OFFICE = ("GROUP", "集团")
REGION = ("R0", "未分区域")


class UnknownUnit(Refused):
    """There is no one unit “{code}”. Import outlets first, or check its code or whole name."""

    zh = "没有“{code}”这个单位，或有几个同名。请先导入门店，或核对代码或全名。"


def root() -> Unit:
    """The group at the top; made when the first outlet arrives."""
    found = Unit.objects.filter(kind=Unit.Kind.GROUP).first()
    return found or add_unit(Unit.Kind.GROUP, *HEAD_OFFICE, None)


class Outlets:
    """One row per outlet; a region that is not there yet is opened."""

    right = "imports.setup"

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        codes = [entry.values["outlet_code"] for entry in entries]
        known = Unit.objects.filter(code__in=codes)
        by_code = {unit.code: unit for unit in known.exclude(kind=Unit.Kind.TEAM)}
        regions = Unit.objects.filter(kind=Unit.Kind.REGION)
        look_at = {unit.code: unit for unit in regions} | by_code
        planned = []
        for entry in entries:
            code = entry.values["outlet_code"]
            try:
                if not self._ours(look_at, code, entry.values.get("region_code"), look):
                    raise UnknownOutlet(code=code)
                planned.append(self._planned(entry, by_code.get(code)))
            except Refused as refusal:
                look.refuse(entry.place, refusal.place.get("column", "outlet_code"), refusal)
        return planned

    def _ours(self, known: dict[str, Unit], code: str, region: str | None, look: Lookups) -> bool:
        """Whether the outlet, or the place where it would be opened, is the viewer's to change."""
        unit = known.get(code)
        if unit is not None:
            return unit.kind == Unit.Kind.OUTLET and look.scope.viewer.over(unit.path)
        above = known.get(region or REGION[0]) or Unit.objects.filter(parent=None).first()
        return above is None or look.scope.viewer.over(above.path)

    def _planned(self, entry: Entry, unit: Unit | None) -> Planned:
        require(entry.values, "outlet_name", record=unit)
        values = self._values(entry)
        if unit is None:
            return Planned(entry, "create", values)
        same = all(getattr(unit, name) == value for name, value in values.items())
        return Planned(entry, "same" if same else "update", values, unit)

    def _values(self, entry: Entry) -> dict[str, Any]:
        given = entry.values
        values: dict[str, Any] = {}
        if "outlet_name" in given:
            values["name"] = given["outlet_name"]
        unset = Unit()
        for ours in ("closing_day", "city", "brand", "timezone"):
            if ours in given:
                values[ours] = given[ours] or getattr(unset, ours)
        if "timezone" in values:
            zone_named(values["timezone"])
        return values

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        for row in planned:
            if row.doing == "create":
                self._create(row, doing)
            elif row.doing == "update":
                before = snapshot(row.record)
                for name, value in row.payload.items():
                    setattr(row.record, name, value)
                row.record.version += 1
                row.record.save()
                doing.touch("unit", row.record.pk, before, row.record.version)
                doing.book.closing_days[row.record.pk] = row.record.closing_day
                if row.record.closing_day != before["closing_day"]:
                    repost(Fact.objects.filter(outlet=row.record.pk), doing.at)

    def _create(self, row: Planned, doing: Committing) -> None:
        given = row.entry.values
        region = self._region(given.get("region_code"), given.get("region_name"), doing)
        unit = add_unit(
            Unit.Kind.OUTLET,
            given["outlet_code"],
            row.payload["name"],
            region.pk,
            row.payload.get("closing_day", 0),
            row.payload.get("city", ""),
            row.payload.get("brand", ""),
        )
        if "timezone" in row.payload:
            changed(unit, timezone=row.payload["timezone"])
        doing.book.closing_days[unit.pk] = unit.closing_day
        doing.touch("unit", unit.pk)

    def _region(self, code: str | None, name: str | None, doing: Committing) -> Unit:
        code = code or name or REGION[0]
        found = Unit.objects.filter(kind=Unit.Kind.REGION, code=code).first()
        if found:
            return found
        default = REGION[1] if code == REGION[0] else code
        unit = add_unit(Unit.Kind.REGION, code, name or default, root().pk)
        doing.touch("unit", unit.pk)
        return unit


Spell = tuple[str, date, date | None]


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
    """One row per post of a person; the person is added with the first one."""

    right = "imports.setup"

    def __init__(self) -> None:
        self._spells: dict[tuple[str, str], list[Spell]] = defaultdict(list)

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        numbers = [entry.values["number"] for entry in entries]
        people = {p.number: p for p in Person.objects.filter(number__in=numbers)}
        posts = Post.objects.filter(person__number__in=numbers)
        held: Held = {}
        stood: dict[str, set[int]] = defaultdict(set)
        for post in posts.select_related("person", "unit", "unit__parent"):
            stood[post.person.number].add(post.unit_id)
            key = post.person.number, post.role, post.since
            outlet = post.unit.parent if post.unit.kind == Unit.Kind.TEAM else post.unit
            held[key, ""] = held[key, outlet.code if outlet else ""] = post
        self._spells |= self._held_by(posts)
        below = {u.pk: u for u in look.scope.units_below()}
        units = Units(u for u in below.values() if u.kind != Unit.Kind.TEAM)
        planned = []
        for entry in entries:
            try:
                self._not_himself(people.get(entry.values["number"]), look)
                row = self._planned(entry, people, held, units)
                must_give(look.scope.viewer, row.entry.values["role"], row.payload)
                _within(row, stood[entry.values["number"]], below.keys())
                planned.append(row)
            except Refused as refusal:
                look.refuse(entry.place, refusal.place.get("column", "unit_code"), refusal)
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
        if person is None or post is None:
            self._free({"name": person.name if person else "", **given}, unit)
            return Planned(entry, "create", unit, person)
        same = post.until == given.get("until", post.until)
        same = same and person.name == given.get("name", person.name)
        same = same and _stands(post.unit, unit, given)
        return Planned(entry, "same" if same else "update", unit, post)

    def _not_himself(self, person: Person | None, look: Lookups) -> None:
        if person is not None and person.pk == look.scope.viewer.person:
            raise OwnRights

    def _held_by(self, posts: QuerySet[Post]) -> dict[tuple[str, str], list[Spell]]:
        """Posts of each person and role, as (place, since, until); rows planned join them."""
        found: dict[tuple[str, str], list[Spell]] = defaultdict(list)
        for post in posts.select_related("person", "unit", "unit__parent"):
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
                raise OverlappingPost(name=given["name"], unit=unit.name, since=began)
        spells.append((place, since, until))

    def _role_fits(self, given: Any, unit: Unit) -> None:
        must_fit(given["role"], unit.name, Unit.Kind.TEAM if given.get("team") else unit.kind)

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        for row in planned:
            if row.doing == "create":
                self._create(row, doing)
            elif row.doing == "update":
                self._update(row, doing)
        numbers = {row.entry.values["number"] for row in planned if row.doing != "same"}
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
        unit = self._team(row.payload, given.get("team"), doing)
        post = add_post(person, unit, given["role"], given["from"], given.get("until"))
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
        stands = _stands(post.unit, row.payload, given)
        if post.until != until or not stands:
            before = snapshot(post)
            post.until = until
            if not stands:
                post.unit = self._team(row.payload, given.get("team"), doing)
            post.save(update_fields=["until", "unit"])
            doing.touch("post", post.pk, before)
        person = post.person
        name = given.get("name", person.name)
        if person.name != name:
            before = snapshot(person)
            person.name, person.initials = name, initials(name)
            person.version += 1
            person.save()
            doing.touch("person", person.pk, before, person.version)
