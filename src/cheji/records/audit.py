"""Writing the audit log, proving it, and anchoring its head outside the database."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cheji.engine import reasons

from .masking import masked
from .models import AuditEntry, AuditSeal
from .visibility import Viewer

NEWEST = 2  # version of the seals that the trigger makes now


def canonical(body: Any) -> str:
    """JSON with sorted keys and no spaces: the same value gives the same bytes."""
    return reasons.canonical(body, default=str)


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
    """Add one entry in the running transaction; the trigger seals it at commit.

    What is sealed stays for ever, so identifiers of persons and their cars are masked in it.
    """
    return AuditEntry.objects.create(
        at=at,
        actor=by.user,
        actor_name=by.name[:80],
        verb=verb,
        noun=verb.split(".", maxsplit=1)[0],
        subject=subject,
        outlet=outlet,
        body=canonical(masked(body or {})),
        refused=refused,
    )


def entry_text(entry: AuditEntry, version: int) -> str:
    """The text that a seal covers; the trigger builds the same.

    Version 1 (migration 0002) joins the fields by a bar, version 2 (migration 0011) gives each
    one's length in characters, a colon and the field, or a dash for none: no two entries share it.
    """
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    parts = [entry.id, at, entry.actor, entry.actor_name, entry.verb, entry.noun]
    parts += [entry.subject, entry.outlet, "true" if entry.refused else "false", entry.body]
    if version == 1:
        return "|".join("" if part is None else str(part) for part in parts)
    return "".join("-" if part is None else f"{len(str(part))}:{part}" for part in parts)


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
    walk = _Walk()
    entries = AuditEntry.objects.in_bulk
    seals = AuditSeal.objects.order_by("position")
    batch: list[AuditSeal] = []
    for seal in seals.iterator(chunk_size=2000):
        batch.append(seal)
        if len(batch) == 2000:
            yield from walk.over(batch, entries([seal.entry for seal in batch]))
            batch = []
    yield from walk.over(batch, entries([seal.entry for seal in batch]))
    sealed = AuditSeal.objects.values("entry")
    for entry in AuditEntry.objects.exclude(id__in=sealed).values_list("id", flat=True):
        yield Break(0, entry, "entry without a seal")


@dataclass
class _Walk:
    """How far the chain was followed: the last hash, the next position, the newest version met."""

    previous: str = ""
    expected: int = 1
    version: int = 1

    def over(
        self, seals: Sequence[AuditSeal], entries: Mapping[int, AuditEntry]
    ) -> Iterator[Break]:
        """The breaks among the next seals."""
        for seal in seals:
            if seal.position != self.expected:
                yield Break(seal.position, seal.entry, f"position {self.expected} is missing")
            why = self._fault(seal, entries.get(seal.entry))
            if why:
                yield Break(seal.position, seal.entry, why)
            self.previous, self.expected = seal.hash, seal.position + 1
            self.version = max(self.version, seal.version)

    def _fault(self, seal: AuditSeal, entry: AuditEntry | None) -> str:
        if entry is None:
            return "entry is missing"
        if not self.version <= seal.version <= NEWEST:
            return f"sealed as version {seal.version} after version {self.version}"
        text = entry_text(entry, seal.version)
        fits = link(self.previous, seal.position, text) == seal.hash
        return "" if fits else "hash does not fit"


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
