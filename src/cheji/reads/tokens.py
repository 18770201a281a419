"""Tokens of the API: one's own, and everybody's for who looks after accounts."""

from dataclasses import dataclass
from datetime import datetime

from cheji.records.visibility import Viewer, of


@dataclass(frozen=True, slots=True)
class TokenSeen:
    """A token without its secret; `mine` says whether it is the viewer's own."""

    id: int
    name: str
    prefix: str
    username: str
    mine: bool
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


def tokens(viewer: Viewer) -> tuple[TokenSeen, ...]:
    """The viewer's tokens, and for who looks after accounts all; the newest first."""
    rows = of(viewer).tokens().select_related("user").order_by("-made_at", "-id")
    return tuple(
        TokenSeen(
            row.pk, row.name, row.prefix, row.user.username, row.user_id == viewer.user,
            tuple(row.scopes), row.made_at, row.expires_at, row.revoked_at, row.last_used_at,
        )
        for row in rows
    )  # fmt: skip
