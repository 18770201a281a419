"""Batches of imported files: the list, and one with its report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from cheji.reads.asking import EVERYTHING, Asked, Listing, Page, equals, since, until
from cheji.records import uploads
from cheji.records.models import ColumnMap, ImportBatch
from cheji.records.progress import Progress, heard, worker_lives
from cheji.records.refusals import NotFound
from cheji.records.visibility import Scope, Viewer, of

S = ImportBatch.State


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One upload; `key` is its address, `id` its name in actions."""

    id: int
    key: str
    kind: str
    name: str
    mode: str
    state: str
    by: str
    made_at: datetime
    finished_at: datetime | None
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BatchDetail:
    """One upload with its column map and what was mended.

    `kept` is the file, and once it is committed the rows that were not taken; sealed either way.
    `progress` is what a living worker says; `before` is a committed batch of the very same file. It
    is `stuck` while it waits and no worker lives.
    """

    row: BatchRow
    digest: str
    mapping: dict[str, Any]
    mended: dict[str, Any]
    kept: bytes | None
    touched: int
    progress: Progress | None
    before: BatchRow | None
    stuck: bool = False

    @property
    def content(self) -> bytes:
        """The file itself, empty once it is gone; raises UploadUnreadable."""
        if self.kept is None or self.row.state in (S.DONE, S.UNDONE):
            return b""
        return uploads.opened(self.kept, self.row.key, self.digest)


def batches(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[BatchRow]:
    """The viewer's batches, newest first. Filters: kind, state, since, until. Sort: made_at."""
    scope = of(viewer)
    ready = scope.imports().select_related("made_by", "made_by__person").defer("content")
    return BATCHES.page(scope, ready, asked)


def batch(viewer: Viewer, key: str) -> BatchDetail:
    """One batch.

    Raises:
        NotFound: it is not the viewer's.
    """
    rows = of(viewer).imports().select_related("made_by", "made_by__person")
    found = next((row for row in rows.filter(Q(key=key) if _is_key(key) else Q(pk__in=[]))), None)
    if found is None:
        raise NotFound(noun="import", key=key)
    kept = None if found.content is None else bytes(found.content)
    return BatchDetail(
        _row(found),
        found.digest,
        found.mapping,
        found.mended,
        kept,
        found.touches.aggregate(n=Sum(F("last") - F("record") + 1, default=0))["n"],
        heard().get(found.pk),
        _before(rows, found),
        stuck=found.state == S.QUEUED and not worker_lives(),
    )


def _before(rows: "QuerySet[ImportBatch]", found: ImportBatch) -> BatchRow | None:
    same = rows.filter(kind=found.kind, digest=found.digest, state=ImportBatch.State.DONE)
    earlier = same.exclude(pk=found.pk).defer("content").first()
    return _row(earlier) if earlier else None


def remembered(viewer: Viewer, kind: str, headers: str) -> dict[str, Any] | None:
    """The column map that the viewer last used for these headers (their digest) of this kind.

    Without one, the last of somebody else: which column is which holds for everybody, but not
    the values that he fixed or filled in, such as his outlet's code.
    """
    rows = ColumnMap.objects.filter(kind=kind, headers=headers).order_by("-id")
    mine = rows.filter(user=viewer.user).first() if viewer.user else None
    if mine is not None:
        return mine.mapping
    other = rows.first()
    return _without_values(other.mapping) if other else None


def _without_values(mapping: dict[str, Any]) -> dict[str, Any]:
    """A kept map without constants and defaults, in all its parts."""
    return {**mapping, "maps": [_sources_alone(one) for one in mapping["maps"]]}


def _sources_alone(one: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for code, source in one["columns"].items():
        if isinstance(source, str):
            kept[code] = source
        elif "constant" not in source:
            kept[code] = {word: said for word, said in source.items() if word != "default"}
    return {**one, "columns": kept}


def _is_key(text: str) -> bool:
    plain = text.replace("-", "")
    return len(plain) == 32 and all(sign in "0123456789abcdef" for sign in plain.lower())


def _rows(_scope: Scope, rows: Sequence[ImportBatch]) -> list[BatchRow]:
    return [_row(row) for row in rows]


def _row(row: ImportBatch) -> BatchRow:
    return BatchRow(
        row.pk,
        str(row.key),
        row.kind,
        row.name,
        row.mode,
        row.state,
        row.made_by.get_full_name() if row.made_by else "",
        row.made_at,
        row.finished_at,
        row.report,
    )


BATCHES = Listing[ImportBatch, BatchRow](
    filters={
        "kind": equals("kind"),
        "state": equals("state"),
        "since": since("made_at__date"),
        "until": until("made_at__date"),
    },
    sorts={"made_at": ("made_at",)},
    default="-made_at",
    search=lambda _scope, text: Q(name__icontains=text),
    show=_rows,
)
