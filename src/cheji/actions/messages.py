"""Messages to people: written in the action's transaction, read in the inbox.

`kind` names the text that the inbox shows, `body` the values in it and the record that it links
to. A body holds numbers and names of things, never a customer: who may open the record sees him.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cheji.records import audit
from cheji.records.holders import posts_for
from cheji.records.message_types import TYPES
from cheji.records.models import MailChoice, Message, Person, Unit, User
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer


def tell(people: Iterable[int | None], kind: str, body: dict[str, Any], at: datetime) -> None:
    """Put a message in the inbox of each person who has a sign-in account; others get none."""
    named = {person for person in people if person is not None}
    open_ = User.objects.filter(person__in=named, is_active=True)
    Message.objects.bulk_create(
        Message(kind=kind, person_id=person, body=body, made_at=at)
        for person in open_.order_by("person").values_list("person", flat=True)
    )


def tell_others(
    by: Viewer, people: Iterable[int | None], kind: str, body: dict[str, Any], at: datetime
) -> None:
    """The same without the one who does it: he knows."""
    tell((person for person in people if person != by.person), kind, body, at)


def owner_of(user: int | None) -> list[int]:
    """The person of an account, as a list of those to tell."""
    held = Person.objects.filter(user=user) if user else Person.objects.none()
    return list(held.values_list("id", flat=True))


def who_may(verb: str, *, over: Unit | None, on: date) -> list[int]:
    """People whose posts on a day allow a verb, at or above an outlet, or in the group for None."""
    return list(posts_for(verb, over=over, on=on).values_list("person", flat=True))


def mark_read(*, by: Viewer, at: datetime, message: int) -> None:
    """Mark one of the viewer's own messages as read."""
    _unread(by).filter(pk=message).update(read_at=at)


def mark_all_read(*, by: Viewer, at: datetime) -> int:
    """Mark all of the viewer's own messages as read; returns how many were not."""
    return _unread(by).update(read_at=at)


def choose_mail(*, by: Viewer, at: datetime, wanted: Mapping[str, str]) -> int:
    """Keep what the viewer wants by e-mail of each type; returns how many choices differ."""
    allowed = set(MailChoice.Mail.values)
    wrong = [code for code, mail in wanted.items() if code not in TYPES or mail not in allowed]
    if wrong or by.person is None:
        raise BadValue(field="mail", value=", ".join(wrong), why=" / ".join(sorted(allowed)))
    with transaction.atomic():
        held = MailChoice.objects.select_for_update().filter(person=by.person)
        kept = dict(held.values_list("type", "mail"))
        before = {code: kept.get(code, TYPES[code].mail) for code in wanted}
        differs = {code: mail for code, mail in wanted.items() if before[code] != mail}
        for code, mail in differs.items():
            MailChoice.objects.update_or_create(
                person_id=by.person, type=code, defaults={"mail": mail}
            )
        if differs:
            audit.write(by=by, at=at, verb="messages.choose_mail", body={"mail": differs})
    return len(differs)


def _unread(by: Viewer) -> Any:
    return Message.objects.filter(person=by.person or 0, read_at__isnull=True)
