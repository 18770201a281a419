"""What leaves by e-mail and robots: messages become sendings, are claimed, and have an outcome.

A claim commits before anything is sent and ends by itself: a worker that dies leaves the sending
to be tried again, so that a message may come twice but is not lost.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cheji.records.encryption import unseal
from cheji.records.message_types import TYPES, MessageType, for_groups, type_of
from cheji.records.models import MailChoice, Message, Post, Robot, Sending, User
from cheji.records.robots import PROVIDERS, Provider, paused, taken

from .robots import ADDRESS, SECRET

MANY = 500  # messages looked at in one transaction
FEW = 5  # so many that wait are told one by one, more of them as one digest
LEASE = timedelta(minutes=5)
TRIES = 8
DAILY = time(8)
LONG = 12  # characters of what may be a key
S = Sending.State
Counts = tuple[tuple[MessageType, int], ...]


@dataclass(frozen=True)
class Outcome:
    """How a try ended; `fault` says why in the channel's words, without address or secret."""

    result: Literal["sent", "again", "pause", "failed"]
    fault: str = ""


@dataclass(frozen=True)
class ToGroup:
    """What a robot is to say of a unit: how many messages of each type; of none: a test."""

    robot: int
    provider: Provider
    unit: str
    sendings: tuple[int, ...]
    counts: Counts
    address: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True)
class ToPerson:
    """An e-mail: to whom, in which language, and how many messages of each type."""

    address: str = field(repr=False)
    language: str
    sendings: tuple[int, ...]
    counts: Counts


def route(*, at: datetime) -> int:
    """Make the sendings of messages not looked at yet; returns how many messages there were."""
    with transaction.atomic():
        rows = Message.objects.select_for_update(skip_locked=True).filter(sent_at=None)
        found = list(rows.order_by("id")[:MANY])
        mails, robots = _mails(found), _robots(found, at)
        Sending.objects.bulk_create(
            [*_by_mail(found, mails, at), *_by_robot(found, robots, at)], ignore_conflicts=True
        )
        Message.objects.filter(pk__in=[row.pk for row in found]).update(sent_at=at)
    return len(found)


def _mails(found: list[Message]) -> dict[tuple[int, str], str]:
    """What the people of these messages chose; nobody who has no address."""
    if not settings.EMAIL_HOST:
        return {}
    people = {row.person_id for row in found}
    held = User.objects.filter(person__in=people, is_active=True).exclude(email="")
    chosen = {(who, code): type_.mail for who in held.values_list("person", flat=True)
              for code, type_ in TYPES.items()}  # fmt: skip
    kept = MailChoice.objects.filter(person__in=people).values_list("person", "type", "mail")
    return chosen | {(who, code): mail for who, code, mail in kept if (who, code) in chosen}


def _by_mail(
    found: Iterable[Message], mails: Mapping[tuple[int, str], str], at: datetime
) -> Iterator[Sending]:
    for row in found:
        code = type_of(row.kind).code
        mail = mails.get((row.person_id, code), "off")
        if mail != "off":
            due = at if mail == "now" else _next_morning(at)
            yield Sending(message=row, type=code, made_at=at, due_at=due)


def _next_morning(at: datetime) -> datetime:
    local = timezone.localtime(at)
    day = local.date() + timedelta(days=local.time() >= DAILY)
    return datetime.combine(day, DAILY, local.tzinfo)


def _robots(found: list[Message], at: datetime) -> dict[int, list[Robot]]:
    """The robots at or above the posts of each person."""
    robots = list(Robot.objects.filter(active=True)) if found else []
    if not robots:
        return {}
    day = timezone.localdate(at)
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gt=day),
        person__in={row.person_id for row in found},
        since__lte=day,
    )
    near: dict[int, set[int]] = {}
    for person, path in posts.values_list("person", "unit__path"):
        near.setdefault(person, set()).update(int(part) for part in path.strip("/").split("/"))
    return {who: [r for r in robots if r.unit_id in units] for who, units in near.items()}


def _by_robot(
    found: Iterable[Message], robots: Mapping[int, list[Robot]], at: datetime
) -> Iterator[Sending]:
    for row in found:
        type_ = type_of(row.kind)
        for robot in robots.get(row.person_id, ()):
            if type_.code in robot.types and type_ in for_groups(private=robot.private_allowed):
                yield Sending(message=row, robot=robot, type=type_.code, made_at=at, due_at=at)


def waiting_robots(*, at: datetime) -> list[int]:
    """The robots that have something to say now."""
    due = Sending.objects.filter(state=S.WAITING, due_at__lte=at, robot__isnull=False)
    due = due.filter(Q(robot__active=True) | Q(type="test"))
    return list(due.order_by("robot").values_list("robot", flat=True).distinct())


def claim_post(*, robot: int, at: datetime) -> ToGroup | None:
    """The next post of a robot and a token of its bucket; None where there is neither.

    Workers take turns: the robot's row is locked, and what is claimed is not due for a while.
    """
    with transaction.atomic():
        row = Robot.objects.select_for_update().get(pk=robot)
        due = Sending.objects.filter(robot=row, state=S.WAITING, due_at__lte=at)
        tells = ["test", *(row.types if row.active else ())]
        found = list(due.filter(type__in=tells).order_by("id")[:MANY])
        provider = PROVIDERS[row.provider]
        free_at = taken(provider, row.free_at, at)
        if not found or free_at is None:
            return None
        tests = [one for one in found if one.type == "test"]
        chosen = tests[:1] or (found if len(found) > FEW else found[:1])
        Robot.objects.filter(pk=robot).update(free_at=free_at)
        return ToGroup(
            robot, provider, row.unit.name, _claimed(chosen, at), _counts(chosen),
            address=unseal(row.address_cipher, field=ADDRESS, row=row.key),
            secret=unseal(row.secret_cipher, field=SECRET, row=row.key),
        )  # fmt: skip


def claim_mail(*, at: datetime) -> ToPerson | None:
    """The next person's e-mail with all that is due for him; None when nobody waits."""
    with transaction.atomic():
        due = Sending.objects.filter(robot=None, state=S.WAITING, due_at__lte=at)
        first = due.select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if first is None:
            return None
        assert first.message is not None  # by the table's constraint
        person = first.message.person_id
        same = due.select_for_update(skip_locked=True, of=("self",)).filter(message__person=person)
        found = list(same.order_by("id")[:MANY])
        user = User.objects.filter(person=person, is_active=True).exclude(email="").first()
        claimed = _claimed(found, at)
        if user is None:
            Sending.objects.filter(pk__in=claimed).update(state=S.FAILED, fault="no address")
            return ToPerson("", "", (), ())
        return ToPerson(user.email, user.language, claimed, _counts(found))


def _claimed(found: list[Sending], at: datetime) -> tuple[int, ...]:
    ids = tuple(one.pk for one in found)
    Sending.objects.filter(pk__in=ids).update(due_at=at + LEASE, tries=F("tries") + 1)
    return ids


def _counts(found: list[Sending]) -> Counts:
    counted = Counter(one.type for one in found if one.type != "test")
    return tuple((type_, counted[code]) for code, type_ in TYPES.items() if code in counted)


def ended(*, sendings: Iterable[int], outcome: Outcome, at: datetime) -> None:
    """Keep how a try ended; what may succeed later waits twice as long after each try."""
    rows = Sending.objects.filter(pk__in=list(sendings), state=S.WAITING)
    fault = outcome.fault[:200]
    if outcome.result == "sent":
        rows.update(state=S.SENT, sent_at=at, fault="")
    elif outcome.result == "failed":
        rows.update(state=S.FAILED, fault=fault)
    else:
        rows.filter(tries__gte=TRIES).update(state=S.FAILED, fault=fault)
        for tries in rows.values_list("tries", flat=True).distinct():
            wait = timedelta(minutes=2 ** (tries - 1))
            rows.filter(tries=tries).update(due_at=at + wait, fault=fault)


def ended_post(*, post: ToGroup, outcome: Outcome, at: datetime) -> None:
    """The same for a robot's post; a robot that was too fast for its provider rests."""
    said = replace(outcome, fault=_without(outcome.fault, post))
    with transaction.atomic():
        ended(sendings=post.sendings, outcome=said, at=at)
        if outcome.result == "pause":
            rest = paused(post.provider, at + post.provider.pause)
            Robot.objects.filter(pk=post.robot).update(free_at=rest)


def _without(fault: str, post: ToGroup) -> str:
    """What a receiver says, should it repeat the key of the address or the secret, without them."""
    for hidden in (*re.split(r"[/=&?]", post.address), post.secret):
        fault = fault.replace(hidden, "…") if len(hidden) >= LONG else fault
    return fault


def forget(*, before: datetime) -> int:
    """Drop what was sent or failed long ago."""
    old = Sending.objects.exclude(state=S.WAITING).filter(made_at__lt=before)
    return old.delete()[0]
