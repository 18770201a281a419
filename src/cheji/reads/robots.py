"""Group robots and what became of their posts; a person's own e-mails."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from cheji.records.encryption import unseal
from cheji.records.message_types import TYPES
from cheji.records.models import MailChoice, Robot, Sending, User
from cheji.records.robots import origin_of
from cheji.records.visibility import Viewer, of, one

LAST = 20


@dataclass(frozen=True, slots=True)
class SendingSeen:
    """A message on its way out: type, state (waiting, sent, failed), when next, and why not."""

    type: str
    state: str
    tries: int
    made_at: datetime
    due_at: datetime
    sent_at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True)
class RobotSeen:
    """A robot without its secrets; of its address only the origin.

    `waiting` and `failed` count its sendings, `last` is the newest.
    """

    id: int
    unit: str
    provider: str
    name: str
    host: str
    types: tuple[str, ...]
    private_allowed: bool
    active: bool
    version: int
    waiting: int
    failed: int
    last: SendingSeen | None


@dataclass(frozen=True, slots=True)
class MailSeen:
    """What a person wants by e-mail of a type: now, digest or off."""

    type: str
    mail: str


def robots(viewer: Viewer) -> tuple[RobotSeen, ...]:
    """The robots that the viewer may change, by unit."""
    rows = list(of(viewer).robots().select_related("unit").order_by("unit__path", "id"))
    return tuple(_seen(rows))


def robot(viewer: Viewer, number: int) -> RobotSeen:
    """One of them.

    Raises:
        NotFound: it is out of scope, or there is none.
    """
    row = one(of(viewer).robots().select_related("unit"), "robot", number, pk=number)
    return _seen([row])[0]


def sendings(viewer: Viewer, number: int) -> tuple[SendingSeen, ...]:
    """The newest sendings of a robot."""
    row = one(of(viewer).robots(), "robot", number, pk=number)
    return tuple(_sending(found) for found in row.sendings.order_by("-id")[:LAST])


def units(viewer: Viewer) -> list[tuple[int, str]]:
    """The units for which the viewer may declare a robot, from the top down."""
    rows = of(viewer.doing("robots.write")).units_below().filter(closed_on=None)
    return list(rows.order_by("path").values_list("id", "name"))


def mail_choices(viewer: Viewer) -> tuple[MailSeen, ...]:
    """What the viewer wants by e-mail, type by type; what he did not decide is as it comes."""
    kept = dict(MailChoice.objects.filter(person=viewer.person or 0).values_list("type", "mail"))
    return tuple(MailSeen(code, kept.get(code, type_.mail)) for code, type_ in TYPES.items())


def own_address(viewer: Viewer) -> str:
    """The viewer's e-mail address; empty without one."""
    held = User.objects.filter(pk=viewer.user or 0).values_list("email", flat=True)
    return next(iter(held), "")


def own_mails(viewer: Viewer) -> tuple[SendingSeen, ...]:
    """The newest e-mails to the viewer."""
    rows = Sending.objects.filter(robot=None, message__person=viewer.person or 0)
    return tuple(_sending(row) for row in rows.order_by("-id")[:LAST])


def _sending(row: Sending) -> SendingSeen:
    return SendingSeen(
        row.type, row.state, row.tries, row.made_at, row.due_at, row.sent_at, row.fault
    )


def _seen(rows: Iterable[Robot]) -> list[RobotSeen]:
    """Robots with how many of their sendings wait or failed, in two queries for all."""
    found = list(rows)
    ids = [row.pk for row in found]
    newest = Sending.objects.filter(robot__in=ids).order_by("robot", "-id").distinct("robot")
    last = {row.robot_id: row for row in newest}
    open_ = Sending.objects.filter(robot__in=ids).exclude(state=Sending.State.SENT)
    counted = open_.values_list("robot", "state").annotate(Count("id"))
    count = {(robot, state): number for robot, state, number in counted}
    return [
        RobotSeen(
            row.pk, row.unit.name, row.provider, row.name, _host(row), tuple(row.types),
            row.private_allowed, row.active, row.version, count.get((row.pk, "waiting"), 0),
            count.get((row.pk, "failed"), 0), _sending(last[row.pk]) if row.pk in last else None,
        )
        for row in found
    ]  # fmt: skip


def _host(row: Robot) -> str:
    """Where it lives, without what makes the address a secret."""
    return origin_of(unseal(row.address_cipher, field="robots.address", row=row.key))
