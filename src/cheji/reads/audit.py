"""The audit log: who did what, when, to which record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cheji.reads.asking import (
    EVERYTHING,
    Asked,
    Listing,
    Page,
    equals,
    flag,
    numbered,
    since,
    until,
)
from cheji.reads.seen import Where, where
from cheji.records.models import AuditEntry, AuditSeal, Unit
from cheji.records.visibility import Scope, Viewer, of


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry; `position` in the sealed chain, None while its transaction is not committed."""

    id: int
    at: datetime
    actor: str
    verb: str
    noun: str
    subject: int | None
    outlet: Where | None
    refused: bool
    body: dict[str, Any]
    position: int | None
    hash: str


def audit(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[AuditRow]:
    """Entries, newest first.

    Filters: verb, noun, subject, actor (name), outlet (code), refused, since, until (dates, in
    the server's time zone). Sort: at.
    """
    scope = of(viewer)
    return AUDIT.page(scope, scope.audit(), asked)


def length() -> int:
    """How many entries are sealed; it grows with whatever anybody writes."""
    newest = AuditSeal.objects.order_by("-position").values_list("position", flat=True).first()
    return newest or 0


def audit_entry(viewer: Viewer, entry_id: int) -> AuditRow:
    """One entry.

    Raises:
        NotFound: it is not in scope.
    """
    scope = of(viewer)
    return AUDIT.row(scope, scope.audit(), noun="audit entry", key=entry_id)


def about(viewer: Viewer, noun: str, subject: int, limit: int = 50) -> tuple[AuditRow, ...]:
    """The newest entries about one record, as far as the viewer sees the log."""
    scope = of(viewer)
    rows = scope.audit().filter(noun=noun, subject=subject).order_by("-id")[:limit]
    return tuple(_rows(scope, list(rows)))


def _rows(_scope: Scope, rows: Sequence[AuditEntry]) -> list[AuditRow]:
    seals = AuditSeal.objects.filter(entry__in=[row.pk for row in rows])
    chain = {
        entry: (position, hash_)
        for entry, position, hash_ in seals.values_list("entry", "position", "hash")
    }
    units = Unit.objects.in_bulk({row.outlet for row in rows if row.outlet is not None})
    return [_row(row, chain.get(row.pk, (None, "")), units.get(row.outlet or 0)) for row in rows]


def _row(row: AuditEntry, seal: tuple[int | None, str], unit: Unit | None) -> AuditRow:
    return AuditRow(
        row.pk,
        row.at,
        row.actor_name,
        row.verb,
        row.noun,
        row.subject,
        where(unit) if unit else None,
        row.refused,
        json.loads(row.body),
        *seal,
    )


def _outlet(_scope: Scope, value: str) -> Q:
    units = Unit.objects.filter(code__in=value.split(",")).values_list("id", flat=True)
    return Q(outlet__in=list(units))


AUDIT = Listing[AuditEntry, AuditRow](
    filters={
        "verb": equals("verb"),
        "noun": equals("noun"),
        "subject": numbered("subject"),
        "actor": equals("actor_name"),
        "outlet": _outlet,
        "refused": flag("refused"),
        "since": since("at__date"),
        "until": until("at__date"),
    },
    sorts={"at": ("at",)},
    default="-at",
    search=lambda _scope, text: Q(actor_name__icontains=text) | Q(verb__istartswith=text),
    show=_rows,
)
