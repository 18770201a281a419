"""Messages to people: written in the action's transaction, read in the inbox."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cheji.records.models import Message
from cheji.records.visibility import Viewer


def tell(people: Iterable[int], kind: str, body: dict[str, Any], at: datetime) -> None:
    """Put a message in the outbox of each person."""
    Message.objects.bulk_create(
        Message(kind=kind, person_id=person, body=body, made_at=at) for person in set(people)
    )


def mark_read(*, by: Viewer, at: datetime, message: int) -> None:
    """Mark one of the viewer's own messages as read."""
    Message.objects.filter(pk=message, person=by.person, read_at__isnull=True).update(read_at=at)
