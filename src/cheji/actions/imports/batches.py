"""A batch from upload to report: started, checked, committed in one transaction."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from cheji.actions import messages
from cheji.actions.deeds import Deed, deed
from cheji.facts.book import Book
from cheji.records import models as m
from cheji.records import uploads
from cheji.records.audit import canonical
from cheji.records.bulk import checked_at_once, learn
from cheji.records.collecting import without_collecting
from cheji.records.masking import masked
from cheji.records.models import ColumnMap, ImportBatch
from cheji.records.progress import heard
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer, of, one

from .given import told
from .kinds import IMPORTERS
from .late import Late
from .lookups import Lookups
from .own import with_own
from .plan import Committing, Entry, Mode, Planned, Trouble

CHUNK = 10_000
MANY = 2_000
GROWING = (
    m.Customer,
    m.Delivery,
    m.Fact,
    m.ImportTouch,
    m.Lead,
    m.Order,
    m.OrderLine,
    m.OrderShare,
    m.Prospect,
    m.ProspectStep,
    m.Visit,
)
S = ImportBatch.State


class BatchIsDone(Refused):
    """This file was already committed on {on}. Undo that batch first, or upload a changed file."""

    zh = "该文件已于 {on} 导入。请先撤销该批次，或上传修改后的文件。"


class RowsRefused(Refused):
    """{count} rows cannot be taken. Mend them, or choose to skip them."""

    zh = "有 {count} 行无法导入。请修正，或选择跳过这些行。"


@dataclass
class Report:
    """What an import did or would do: counts of rows, troubles, and rows that the mode left out.

    `left` and the troubles name rows by the places of their entries; `unpriced` counts orders of
    which a cost is not known, `late` rows of closed months, which are `closed`; `leavers` people
    who left the house, `ended` those who only hold no post any more.
    """

    create: int = 0
    update: int = 0
    same: int = 0
    skipped: int = 0
    unpriced: int = 0
    late: int = 0
    leavers: int = 0
    ended: int = 0
    closed: set[int] = field(default_factory=set)
    troubles: list[Trouble] = field(default_factory=list)
    left: list[int] = field(default_factory=list)

    def count(self, planned: Sequence[Planned], late: Late) -> None:
        for row in planned:
            setattr(self, row.doing, getattr(self, row.doing) + 1)
            self.unpriced += row.unpriced
            self.leavers += row.leaving == "left"
            self.ended += row.leaving == "ended"
        for months in late.months(planned):
            self.late += 1
            self.closed |= months

    def as_json(self) -> dict[str, Any]:
        """Codes and both languages of every trouble, without values of the file; stable keys."""
        return {
            "create": self.create,
            "update": self.update,
            "same": self.same,
            "skipped": self.skipped,
            "unpriced": self.unpriced,
            "late": self.late,
            "leavers": self.leavers,
            "posts_ended": self.ended,
            "closed_months": sorted(self.closed),
            "troubles": [
                {
                    "row": t.place,
                    "column": t.column,
                    "code": t.refusal.code,
                    "zh": t.refusal.outline().say("zh-hans"),
                    "en": t.refusal.outline().say("en"),
                }
                for t in self.troubles
            ],
        }


def start(
    *,
    by: Viewer,
    at: datetime,
    kind: str,
    name: str,
    content: bytes,
    mapping: Any = None,
    number: int | None = None,
) -> ImportBatch:
    """Keep an uploaded file, sealed, until it is committed; the content is dropped afterwards.

    A dry run, which is rolled back, gives a negative `number`, so that it uses none up.
    """
    with deed("imports.start", by=by, at=at, right=IMPORTERS[kind].right) as doing:
        key = uuid4()
        row = ImportBatch.objects.create(
            pk=number,
            key=key,
            kind=kind,
            name=name,
            digest=hashlib.sha256(content).hexdigest(),
            content=uploads.sealed(content, str(key)),
            mapping=mapping or {},
            made_by_id=by.user,
            made_at=at,
        )
        doing.tell(subject=row.pk, kind=kind, file=name, digest=row.digest)
        return row


def _mine(by: Viewer, batch: int) -> ImportBatch:
    return one(of(by).imports(), "import", batch, pk=batch)


@contextmanager
def _draft(verb: str, by: Viewer, at: datetime, batch: int) -> Iterator[tuple[ImportBatch, Deed]]:
    """The batch, locked, and the deed that changes it; a committed or running one stays as it is.

    Raises:
        BatchIsDone: it is queued, running, committed or undone.
    """
    right = IMPORTERS[_mine(by, batch).kind].right
    with deed(f"imports.{verb}", by=by, at=at, right=right) as doing:
        row = one(doing.scope.imports().select_for_update(of=("self",)), "import", batch, pk=batch)
        if row.state not in (S.READ, S.FAILED):
            raise BatchIsDone(on=f"{row.finished_at or row.made_at:%Y-%m-%d}")
        doing.tell(subject=batch, kind=row.kind, file=row.name)
        yield row, doing


def accept(
    *, by: Viewer, at: datetime, batch: int, mapping: Any, mode: Mode, headers: str = ""
) -> ImportBatch:
    """Set the mapping and mode of a batch that is not committed yet.

    With `headers`, a digest of the file's headers, the mapping is remembered for this person's
    next file of the kind.
    """
    with _draft("accept", by, at, batch) as (row, doing):
        row.mapping, row.mode = mapping, mode
        row.save(update_fields=["mapping", "mode"])
        if headers:
            _remember(by, row.kind, headers, mapping)
        doing.tell(mode=mode, mapping=mapping_digest(mapping), remembered=bool(headers))
        return row


def mapping_digest(mapping: Any) -> str:
    """Which mapping was chosen, without its constants: a name may be among them."""
    return hashlib.sha256(canonical(mapping).encode()).hexdigest()


def _remember(by: Viewer, kind: str, headers: str, mapping: Any) -> None:
    """Keep a mapping for the person's files of the same kind with the same headers."""
    mine = ColumnMap.objects.filter(kind=kind, headers=headers, user=by.user)
    mine.delete()  # the last one accepted has the highest id
    ColumnMap.objects.create(kind=kind, headers=headers, user_id=by.user, mapping=mapping)


def mend(
    *, by: Viewer, at: datetime, batch: int, rows: Mapping[str, Mapping[str, str]]
) -> ImportBatch:
    """Keep what a person typed in place of cells: by row (`sheet!row`) and our column code.

    The column code "" with any text marks a row to leave out; an empty text there takes it back.
    The audit entry names the cells, never what was typed.
    """
    with _draft("mend", by, at, batch) as (row, doing):
        mended = dict(row.mended)
        for place, values in rows.items():
            kept = {**mended.get(place, {}), **values}
            mended[place] = {code: text for code, text in kept.items() if code or text}
        row.mended = mended
        row.save(update_fields=["mended"])
        doing.tell(cells=[f"{place}!{code}" for place in rows for code in rows[place] if code])
        doing.tell(rows=[place for place in rows if "" in rows[place]])
        return row


def queue(*, by: Viewer, at: datetime, batch: int, skip: bool) -> ImportBatch:
    """Mark a batch as waiting for the worker; the caller queues the job in this transaction."""
    with _draft("queue", by, at, batch) as (row, doing):
        row.state = S.QUEUED
        row.report = {"skip": skip}
        row.save(update_fields=["state", "report"])
        doing.tell(skip=skip)
        return row


def begin(*, by: Viewer, batch: int) -> ImportBatch:
    """Take a queued batch for a worker; of several that try, one gets it."""
    row = _mine(by, batch)
    if not ImportBatch.objects.filter(pk=row.pk, state=S.QUEUED).update(state=S.RUNNING):
        raise BatchIsDone(on=f"{row.finished_at or row.made_at:%Y-%m-%d}")
    row.state = S.RUNNING
    return row


def release(*, report: dict[str, Any], at: datetime) -> int:
    """Fail the running batches that no living worker is at: nothing of them was written."""
    running = list(ImportBatch.objects.filter(state=S.RUNNING).values_list("id", flat=True))
    lost = set(running) - set(heard())  # asked in this order: who begins in between is not lost
    with transaction.atomic():
        rows = ImportBatch.objects.select_for_update().filter(pk__in=lost, state=S.RUNNING)
        for row in rows:
            outcome(batch=row.pk, state=S.FAILED, report=report, at=at)
        return len(rows)


def forget(*, by: Viewer, at: datetime, batch: int) -> None:
    """Drop a batch that was never committed."""
    with _draft("forget", by, at, batch) as (row, _doing):
        row.delete()


def outcome(
    *, batch: int, state: str, report: dict[str, Any], at: datetime, left: bytes | None = None
) -> None:
    """Write how a background commit ended, and tell who queued it.

    `left` are the rows that were not taken, sealed; they stand in the place of the file. What was
    written has not failed, whatever went wrong afterwards.
    """
    with transaction.atomic():
        rows = ImportBatch.objects.select_for_update().filter(pk=batch)
        if state == S.FAILED and rows.filter(state__in=(S.DONE, S.UNDONE)).exists():
            return
        rows.update(state=state, report=masked(report), finished_at=at)
        if left is not None:
            rows.update(content=left)
        told = ("create", "update", "skipped") if state == S.DONE else ("fault",)
        body = {name: report[name] for name in told if name in report}
        _tell(ImportBatch.objects.get(pk=batch), f"imports.{state}", body, at)


def _tell(batch: ImportBatch, kind: str, more: dict[str, Any], at: datetime) -> None:
    body = {"key": str(batch.key), "file": batch.name, **more}
    messages.tell(messages.owner_of(batch.made_by_id), kind, body, at)


def drop_left(*, before: datetime) -> int:
    """Forget the rows that imports which ended before that time had not taken, and old drafts."""
    ended = ImportBatch.objects.filter(state__in=(S.DONE, S.UNDONE), finished_at__lt=before)
    gone = ended.exclude(content=None).update(content=None)
    drafts = ImportBatch.objects.filter(state__in=(S.READ, S.FAILED), made_at__lt=before)
    return gone + drafts.delete()[0]


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    stream = (replace(entry, values=told(entry.values)) for entry in entries)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk


def _wanted(planned: Sequence[Planned], mode: Mode, report: Report) -> list[Planned]:
    """Leave out what the mode does not do; counts what is left out."""
    unwanted = {"create": "update", "update": "create", "both": ""}[mode]
    kept = [row for row in planned if row.doing != unwanted]
    report.skipped += len(planned) - len(kept)
    report.left += [row.entry.place for row in planned if row.doing == unwanted]
    return kept


def check(*, by: Viewer, kind: str, entries: Iterable[Entry], mode: Mode = "both") -> Report:
    """Say what a commit would do, without writing; every trouble at its row and column."""
    importer = with_own(kind, IMPORTERS[kind]())
    by.must(importer.right)
    scope = of(by.doing(importer.right))
    look, report = Lookups(scope, updates_only=mode == "update"), Report()
    late = Late(kind, look)
    for chunk in _chunks(entries):
        report.count(_wanted(importer.plan(chunk, look), mode, report), late)
    report.troubles = look.troubles
    return report


def commit(
    *,
    by: Viewer,
    at: datetime,
    batch: ImportBatch,
    entries: Iterable[Entry],
    skip: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
    ended: Callable[[Report], None] = lambda _report: None,
) -> Report:
    """Write all rows in one transaction. Rows with troubles stop it unless `skip` is set.

    What `ended` writes is there with the rows or not at all: who dies in between loses no message.

    Raises:
        RowsRefused: there are troubles and `skip` is False; nothing was written.
    """
    importer = with_own(batch.kind, IMPORTERS[batch.kind]())
    with (
        without_collecting(),
        deed("imports.commit", by=by, at=at, right=importer.right) as doing,
        checked_at_once(),
    ):
        _once(batch)
        look, report = Lookups(doing.scope, updates_only=batch.mode == "update"), Report()
        late, writing, done = Late(batch.kind, look), Committing(batch, at, Book()), 0
        for chunk in _chunks(entries):
            planned = _wanted(importer.plan(chunk, look), batch.mode, report)  # type: ignore[arg-type]
            report.count(planned, late)
            if look.troubles and not skip:
                continue
            importer.write(planned, writing)
            writing.flush()
            done += len(chunk)
            progress(_grown(done))
        report.troubles = look.troubles
        if look.troubles and not skip:
            raise RowsRefused(count=len({t.place for t in look.troubles}))
        if done >= MANY:
            learn(GROWING)
        _finish(batch, report, at)
        counted = "create", "update", "same", "skipped", "leavers"
        counts = {name: getattr(report, name) for name in counted}
        doing.tell(subject=batch.pk, kind=batch.kind, file=batch.name, **counts)
        ended(report)
        return report


def _grown(done: int) -> int:
    """Rows written; the database learns early how its tables grow."""
    if done in (CHUNK, 10 * CHUNK):
        learn(GROWING)
    return done


def _once(batch: ImportBatch) -> None:
    rows: QuerySet[ImportBatch] = ImportBatch.objects.select_for_update()
    current = rows.get(pk=batch.pk)
    if current.state in (S.DONE, S.UNDONE):
        raise BatchIsDone(on=current.finished_at)


def _finish(batch: ImportBatch, report: Report, at: datetime) -> None:
    batch.state, batch.finished_at, batch.content = S.DONE, at, None
    batch.report, batch.mended = report.as_json(), {}  # what was typed stands in the records now
    batch.save(update_fields=["state", "finished_at", "content", "report", "mended"])
