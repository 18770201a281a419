"""Facts of people: who takes and leaves a post, and who leaves the house."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from cheji.facts.book import Book
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import Person, Post, Unit

from .chosen import chosen


class Held(NamedTuple):
    """A post at an outlet or in one of its teams."""

    outlet: int
    team: int | None
    role: str
    since: date
    until: date | None


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    """`ids` are people; each post says when it begins and ends, the last one that he left."""
    posts = posts_of(ids)
    people = chosen(Person.objects.all(), ids).values_list("id", "hired_on", "left_on")
    for person, hired_on, left_on in people.iterator(5000):
        for post in posts[person]:
            yield from _post(person, post, book)
        if left_on is not None and posts[person]:
            last = posts[person][-1]
            source = Source("person", person, last.outlet, book.closing_days[last.outlet])
            yield source.row(
                "leaver", left_on, whose=(last.team, person), since=hired_on, quantity=WHOLE,
                tags=last.role,
            )  # fmt: skip


def posts_of(ids: Sequence[int] | None) -> dict[int, list[Held]]:
    """Posts at outlets and in teams by person, oldest first."""
    held = chosen(Post.objects.exclude(unit__kind__in=(Unit.Kind.GROUP, Unit.Kind.REGION)), ids,
                  "person")  # fmt: skip
    columns = ("person", "unit__kind", "unit", "unit__parent", "role", "since", "until")
    found: dict[int, list[Held]] = defaultdict(list)
    for person, kind, unit, parent, *post in held.order_by("since", "id").values_list(*columns):
        outlet, team = (parent, unit) if kind == Unit.Kind.TEAM else (unit, None)
        found[person].append(Held(outlet, team, *post))
    return found


def _post(person: int, post: Held, book: Book) -> Iterator[Row]:
    """Its beginning and its end: as any post, and as a consultant's."""
    source = Source("person", person, post.outlet, book.closing_days[post.outlet])
    kinds = [("staff", post.role)]
    if post.role == Post.Role.CONSULTANT:
        kinds.append(("consultant", ""))
    whose = post.team, person
    for kind, tags in kinds:
        yield source.row(f"{kind}_in", post.since, whose=whose, quantity=WHOLE, tags=tags)
        if post.until is not None:
            yield source.row(
                f"{kind}_out", post.until, whose=whose, since=post.since, quantity=WHOLE, tags=tags
            )
