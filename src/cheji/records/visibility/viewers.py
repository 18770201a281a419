"""Who asks, and which verbs his posts allow."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from cheji.records import models as m
from cheji.records.refusals import NotYours
from cheji.records.rights import DOES, SEES


@dataclass(frozen=True)
class Grant:
    """One post in force: a role at a unit."""

    role: str
    unit: int
    path: str
    kind: str


@dataclass(frozen=True)
class Viewer:
    """Who asks: an account, its person, and the posts in force on the day `on`."""

    user: int | None
    person: int | None
    name: str
    on: date
    grants: tuple[Grant, ...] = ()
    operator: bool = False
    language: str = "zh-hans"

    def can(self, verb: str) -> bool:
        return self.operator or any(verb in DOES[grant.role] for grant in self.grants)

    def sees(self, noun: str) -> bool:
        return self.operator or any(noun in SEES[grant.role] for grant in self.grants)

    def must(self, verb: str) -> None:
        """Raise NotYours when no post of the viewer allows the verb."""
        if not self.can(verb):
            raise NotYours(verb=verb)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    def only(self, *roles: str) -> "Viewer":
        """The same viewer with just the posts of these roles."""
        return replace(self, grants=tuple(g for g in self.grants if g.role in roles))

    def doing(self, verb: str) -> "Viewer":
        """With just the posts that allow a verb: another post elsewhere does not."""
        return self.only(*(role for role, verbs in DOES.items() if verb in verbs))

    def over(self, path: str) -> bool:
        """Whether one of the posts stands at or above the unit with this path."""
        return self.operator or any(path.startswith(grant.path) for grant in self.grants)


HELD: Final = (
    "role", "unit", "unit__path", "unit__kind", "since", "until", "unit__timezone", "person__name",
)  # fmt: skip


class Held(NamedTuple):
    """A post, past or present, with the zone of its unit and the name of its person."""

    role: str
    unit: int
    path: str
    kind: str
    since: date
    until: date | None
    zone: str
    name: str

    @property
    def grant(self) -> Grant:
        return Grant(self.role, self.unit, self.path, self.kind)


class Asking:
    """An account that asks, with the posts of its person, read once."""

    def __init__(self, user: m.User) -> None:
        posts = m.Post.objects.filter(person=user.person_id or 0).order_by("since", "id")
        self.user = user
        self.posts = [Held(*row) for row in posts.values_list(*HELD)]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone where the person was posted last; the installation's without a post."""
        return ZoneInfo(self.posts[-1].zone if self.posts else settings.TIME_ZONE)

    def viewer(self, on: date) -> Viewer:
        """The viewer on a day; without a person in post he sees nothing."""
        user = self.user
        held = [p for p in self.posts if p.since <= on and (p.until is None or p.until > on)]
        return Viewer(
            user=user.pk,
            person=user.person_id,
            name=self.posts[0].name if self.posts else user.get_full_name(),
            on=on,
            grants=tuple(p.grant for p in held) if user.is_active else (),
            language=user.language,
        )

    def viewer_at(self, at: datetime) -> Viewer:
        """The viewer on the date that an instant has where he works."""
        return self.viewer(at.astimezone(self.zone).date())


def viewer_of(user: m.User, on: date) -> Viewer:
    """The viewer of a signed-in account on a day."""
    return Asking(user).viewer(on)


def operator(on: date, name: str = "operator") -> Viewer:
    """The person at the server's own command line: everything, audited under this name."""
    return Viewer(user=None, person=None, name=name, on=on, operator=True)
