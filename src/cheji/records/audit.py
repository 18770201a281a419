"""Writing the audit log, proving it, and anchoring its head outside the database."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .models import AuditEntry, AuditSeal
from .visibility import Viewer


def canonical(body: Any) -> str:
    """JSON with sorted keys and no spaces: the same value gives the same bytes."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def write(
    *,
    by: Viewer,
    at: datetime,
    verb: str,
    subject: int | None = None,
    outlet: int | None = None,
    body: Any = None,
    refused: bool = False,
) -> AuditEntry:
    """Add one entry in the running transaction; the trigger seals it at commit."""
    return AuditEntry.objects.create(
        at=at,
        actor=by.user,
        actor_name=by.name[:80],
        verb=verb,
        noun=verb.split(".", maxsplit=1)[0],
        subject=subject,
        outlet=outlet,
        body=canonical(body or {}),
        refused=refused,
    )


def entry_text(entry: AuditEntry) -> str:
    """The text that a seal covers; the trigger in migration 0002 builds the same."""
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    parts = [entry.id, at, entry.actor, entry.actor_name, entry.verb, entry.noun]
    parts += [entry.subject, entry.outlet, "true" if entry.refused else "false", entry.body]
    return "|".join("" if part is None else str(part) for part in parts)


def link(previous: str, position: int, text: str) -> str:
    return hashlib.sha256(f"{previous}|{position}|{text}".encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """A place where the log does not prove itself."""

    position: int
    entry: int | None
    why: str


def breaks() -> Iterator[Break]:
    """Walk the chain from the start; yields every seal that does not fit and unsealed entries."""
    previous, expected = "", 1
    entries = AuditEntry.objects.in_bulk
    seals = AuditSeal.objects.order_by("position")
    batch: list[AuditSeal] = []
    for seal in seals.iterator(chunk_size=2000):
        batch.append(seal)
        if len(batch) == 2000:
            previous, expected, found = _check(batch, entries, previous, expected)
            yield from found
            batch = []
    _, _, found = _check(batch, entries, previous, expected)
    yield from found
    sealed = AuditSeal.objects.values("entry")
    for entry in AuditEntry.objects.exclude(id__in=sealed).values_list("id", flat=True):
        yield Break(0, entry, "entry without a seal")


def _check(
    batch: list[AuditSeal], entries: Any, previous: str, expected: int
) -> tuple[str, int, list[Break]]:
    found: list[Break] = []
    rows = entries([seal.entry for seal in batch])
    for seal in batch:
        entry = rows.get(seal.entry)
        if seal.position != expected:
            found.append(Break(seal.position, seal.entry, f"position {expected} is missing"))
            expected = seal.position
        if entry is None:
            found.append(Break(seal.position, seal.entry, "entry is missing"))
        elif link(previous, seal.position, entry_text(entry)) != seal.hash:
            found.append(Break(seal.position, seal.entry, "hash does not fit"))
        previous, expected = seal.hash, expected + 1
    return previous, expected, found


def anchor(file: Path, at: datetime) -> AuditSeal | None:
    """Append the chain's head to a file outside the database; returns the head, if there is one."""
    head = AuditSeal.objects.order_by("-position").first()
    if head is not None:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f"{at.isoformat()} {head.position} {head.hash}\n")
    return head


def broken_anchors(file: Path) -> list[Break]:
    """Anchors whose seal is gone or differs: the tail was cut, or the log rewritten."""
    if not file.exists():
        return []
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        _, position, digest = line.split()
        seal = AuditSeal.objects.filter(position=int(position)).first()
        if seal is None or seal.hash != digest:
            found.append(Break(int(position), None, "anchor does not fit"))
    return found
