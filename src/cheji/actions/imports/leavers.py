"""Who leaves the house with a file of people: its last day is worked, and no post goes on."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from cheji.actions.people import back, gone
from cheji.records.models import Person, Post, Unit

from .plan import Committing, Planned
from .simple import snapshot

#: What is one post to a file: role, first day, code of the outlet or office.
Place = tuple[str, date, str]
Ends = Collection[date | None]


def _place(post: Post) -> Place:
    office = post.unit.parent if post.unit.kind == Unit.Kind.TEAM else post.unit
    return post.role, post.since, office.code if office else ""


def _away(ends: Ends) -> date | None:
    """The first day without any post, None of who holds one."""
    return None if None in ends else max(filter(None, ends), default=None)


def _beyond(ends: Ends, day: date) -> bool:
    """Whether a post is held from a day on."""
    away = _away(ends)
    return bool(ends) and (away is None or away > day)


class Leavers:
    """Holds the posts of people against the rows of a file, chunk after chunk."""

    def __init__(self) -> None:
        self._ends: dict[str, dict[Place, date | None]] = defaultdict(dict)
        self._before: dict[str, tuple[date | None, Ends]] = {}
        self._worked: dict[str, set[date]] = defaultdict(set)
        self._told: dict[str, date | None] = {}
        self._doubted: set[str] = set()

    def doubt(self, number: str) -> None:
        """A row of his was refused: it may say that he goes on."""
        self._doubted.add(number)

    def know(self, people: Iterable[Person], posts: Iterable[Post]) -> None:
        """Learn how people stood before the first row about them."""
        held: dict[str, dict[Place, date | None]] = defaultdict(dict)
        for post in posts:
            held[post.person.number][_place(post)] = post.until
        for person in people:
            number = person.number
            if number not in self._before and number not in self._ends:
                self._ends[number] = held[number]
                self._before[number] = person.left_on, frozenset(held[number].values())

    def take(self, row: Planned, *, worked: bool) -> None:
        """A row that was taken; `worked`: it says its end as the last day worked."""
        given, post = row.entry.values, row.record
        until, ends = given.get("until"), self._ends[given["number"]]
        if isinstance(post, Post):
            ends.pop(_place(post), None)
            until = given.get("until", post.until)
        ends[given["role"], given["from"], row.payload.code] = until
        if worked and until is not None:
            self._worked[given["number"]].add(until)

    def tell(self, planned: Sequence[Planned], on: date) -> None:
        """Mark the last row of each person who has left, or has no post any more and stays."""
        for number, row in {row.entry.values["number"]: row for row in planned}.items():
            ends = self._ends[number].values()
            left, told = self._left(number, ends, on), self._entered(number)
            told = self._told.get(number, told)
            if left != told:
                row.doing = "update" if row.doing == "same" else row.doing
            if left not in (None, told):
                row.leaving = "left"
            elif left is None and row.doing != "same" and _away(ends) is not None:
                row.leaving = "ended"
            self._told[number] = left

    def write(self, numbers: Collection[str], doing: Committing, on: date) -> None:
        """Enter who left by the posts as they are written now.

        What an earlier chunk entered too soon is taken back.
        """
        ends: dict[str, set[date | None]] = defaultdict(set)
        held = Post.objects.filter(person__number__in=numbers)
        for number, until in held.values_list("person__number", "until"):
            ends[number].add(until)
        for person in Person.objects.filter(number__in=numbers).order_by("id"):
            left = self._left(person.number, ends[person.number], on)
            if left != person.left_on:
                _enter(person, left, doing, on)

    def _entered(self, number: str) -> date | None:
        return self._before.get(number, (None, ()))[0]

    def _left(self, number: str, ends: Ends, on: date) -> date | None:
        """When a person left: a last day that is over; else as entered, unless that end moved."""
        away, (entered, before) = _away(ends), self._before.get(number, (None, ()))
        if entered and _beyond(ends, entered) and not _beyond(before, entered):
            return None
        over = away is not None and away <= on and number not in self._doubted
        if over and away in self._worked[number]:
            return away
        return None if entered in before and entered not in ends else entered


def _enter(person: Person, left: date | None, doing: Committing, on: date) -> None:
    before = snapshot(person)
    accounts = back(person) if left is None else gone(person, left, on)
    was = {"is_active": left is not None, "closed_by_leaving": left is None}
    for account in accounts:
        doing.touch("account", account, was)
    doing.touch("person", person.pk, before, person.version)
