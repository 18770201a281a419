"""A person's inbox: messages that actions sent to him."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from cheji.reads.asking import EVERYTHING, Asked, Listing, Page, equals, flag
from cheji.records.models import Message
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message; `body` holds the values of the template that `kind` names."""

    id: int
    kind: str
    body: dict[str, Any]
    made_at: datetime
    read_at: datetime | None


def inbox(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[MessageRow]:
    """The viewer's own messages, newest first. Filters: kind, read (1 or 0). Sort: made_at."""
    scope = of(viewer)
    return INBOX.page(scope, _own(viewer), asked)


def message(viewer: Viewer, number: int) -> MessageRow:
    """One of the viewer's own messages.

    Raises:
        NotFound: it is somebody else's, or none.
    """
    return _row(one(_own(viewer), "message", number, pk=number))


def unread(viewer: Viewer) -> int:
    """How many of the viewer's messages are not read."""
    return _own(viewer).filter(read_at=None).count()


def _own(viewer: Viewer) -> "QuerySet[Message]":
    """Messages belong to one person, whatever the posts of the viewer."""
    return Message.objects.filter(person=viewer.person) if viewer.person else Message.objects.none()


def _rows(_scope: Scope, rows: Sequence[Message]) -> list[MessageRow]:
    return [_row(row) for row in rows]


def _row(row: Message) -> MessageRow:
    return MessageRow(row.pk, row.kind, row.body, row.made_at, row.read_at)


INBOX = Listing[Message, MessageRow](
    filters={
        "kind": equals("kind"),
        "read": lambda scope, value: ~flag("read_at__isnull")(scope, value),
    },
    sorts={"made_at": ("made_at",)},
    default="-made_at",
    search=lambda _scope, text: Q(kind__istartswith=text),
    show=_rows,
)
