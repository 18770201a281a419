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
    """`ids` are people; each post says when it begins and ends; then whenever he left."""
    posts = posts_of(ids)
    columns = ("id", "hired_on", "left_on", "left_before")
    people = chosen(Person.objects.all(), ids).values_list(*columns)
    for person, hired_on, left_on, left_before in people.iterator(5000):
        for post in posts[person]:
            yield from _post(person, post, book)
        for left in (*map(date.fromisoformat, left_before), *([left_on] if left_on else ())):
            yield from _left(person, left, hired_on, posts[person], book)


def _left(
    person: int, left: date, hired_on: date | None, posts: Sequence[Held], book: Book
) -> Iterator[Row]:
    """That he left, at the post which he then held last."""
    held = [post for post in posts if post.since <= left] or posts
    if held:
        last = held[-1]
        source = Source("person", person, last.outlet, book.closing_days[last.outlet])
        yield source.row(
            "leaver", left, whose=(last.team, person), since=hired_on, quantity=WHOLE,
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
