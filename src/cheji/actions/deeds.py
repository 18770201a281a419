"""One verb, one transaction, one audit entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from cheji.records import audit
from cheji.records.refusals import NotYours
from cheji.records.visibility import Scope, Viewer, of


@dataclass
class Deed:
    """What an action does, while it does it; `tell` fills the audit entry."""

    by: Viewer
    at: datetime
    scope: Scope
    subject: int | None = None
    outlet: int | None = None
    body: dict[str, Any] = field(default_factory=dict)

    def tell(self, *, subject: int | None = None, outlet: int | None = None, **body: Any) -> None:
        """Keep what the audit entry says: ids, before, after, reason; never personal data."""
        self.subject = subject or self.subject
        self.outlet = outlet or self.outlet
        self.body.update(body)


@contextmanager
def deed(verb: str, *, by: Viewer, at: datetime, right: str) -> Iterator[Deed]:
    """Run the block as one audited transaction; a missing right is audited as refused."""
    try:
        by.must(right)
    except NotYours:
        audit.write(by=by, at=at, verb=verb, body={"right": right}, refused=True)
        raise
    with transaction.atomic():
        doing = Deed(by=by, at=at, scope=of(by))
        yield doing
        audit.write(
            by=by,
            at=at,
            verb=verb,
            subject=doing.subject,
            outlet=doing.outlet,
            body=doing.body,
        )
