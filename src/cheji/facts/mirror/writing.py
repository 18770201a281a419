"""Appending to the mirror: facts above what it holds become files, many small ones become one."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django.db import connection

from cheji.facts.marks import mark
from cheji.records.bulk import table_of
from cheji.records.models import Fact

from .duck import COLUMNS, ORDER, connect, from_csv, from_parquet, quoted
from .folder import Folder, Held, Part
from .identity import database

if TYPE_CHECKING:
    import duckdb

BATCH: Final = 1_000_000  # facts copied at a time
MANY: Final = 6  # so many files of a month are made one
LOCK: Final = 6784  # the advisory lock of whoever writes the mirror

Progress = Callable[[int, int], None]


def append(folder: Folder, progress: Progress = lambda _done, _all: None) -> int:
    """Take in every settled fact that the mirror lacks; returns how many.

    One writer at a time: who finds another at work takes in nothing. What a crash leaves half
    written is not named by the state, and is swept later. A mirror of another database is left
    behind and begun anew.
    """
    with _alone() as mine:
        if not mine:
            return 0
        held, top = _own(folder), mark()
        before, low = held.rows, held.mark
        for until in range(low + BATCH, top + BATCH, BATCH):
            held = _take(folder, held, min(until, top))
            progress(held.mark - low, top - low)
        held = _compacted(folder, held)
        folder.keep(held)
        folder.sweep()
        return held.rows - before


def rebuild(folder: Folder, progress: Progress = lambda _done, _all: None) -> int:
    """Forget what the mirror holds and take in everything anew; returns how many facts."""
    folder.keep(Held())
    return append(folder, progress)


def _own(folder: Folder) -> Held:
    """What the mirror holds of this database; nothing when it was made from another."""
    held = folder.held()
    return held if held.database == database(held.mark) else Held()


def _take(folder: Folder, held: Held, top: int) -> Held:
    """Copy the facts above the mark up to `top` into a file for each month."""
    folder.make()
    passing = folder.place / f"{uuid4().hex}.csv"
    try:
        copy_out(passing, f"id > {held.mark} AND id <= {top}")
        parts = _by_month(folder, from_csv(str(passing)))
    finally:
        passing.unlink(missing_ok=True)
    found = Held(top, database(top), (*held.parts, *parts))
    folder.keep(found)
    return found


def copy_out(path: Path, when: str) -> None:
    """Facts as CSV without a header, in the mirror's columns; readable by their owner alone."""
    text = (
        f"COPY (SELECT {', '.join(COLUMNS)} FROM {table_of(Fact)} WHERE {when}) "  # noqa: S608
        "TO STDOUT (FORMAT csv, NULL '\\N')"
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as file,
        connection.cursor() as cursor,
        cursor.copy(text) as copying,
    ):
        for block in copying:
            file.write(block)


def _by_month(folder: Folder, source: str) -> list[Part]:
    with connect() as duck:
        duck.execute(f"CREATE TEMP TABLE taken AS SELECT * FROM {source}")  # noqa: S608
        found = duck.execute("SELECT DISTINCT month FROM taken ORDER BY month").fetchall()
        return [write(duck, folder, month, f"taken WHERE month = {month}") for (month,) in found]


def write(duck: duckdb.DuckDBPyConnection, folder: Folder, month: int, source: str) -> Part:
    """One file of one month, sorted so that an outlet's and a person's facts lie together."""
    file = f"{month}-{uuid4().hex}.parquet"
    path = folder.place / file
    duck.execute(
        f"COPY (SELECT * FROM {source} ORDER BY {ORDER}) "  # noqa: S608  our own names
        f"TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    )
    path.chmod(0o600)
    counted = duck.execute(
        f"SELECT COUNT(*), MIN(id), MAX(id) FROM {from_parquet([str(path)])}"  # noqa: S608
    ).fetchone()
    assert counted is not None
    return Part(month, file, *counted)


def _compacted(folder: Folder, held: Held) -> Held:
    """Months of many files get one; the old files stay until their readers are gone."""
    months: dict[int, list[Part]] = defaultdict(list)
    for part in held.parts:
        months[part.month].append(part)
    return Held(
        held.mark,
        held.database,
        tuple(part for month in sorted(months) for part in _merged(folder, months[month])),
    )


def _merged(folder: Folder, parts: Sequence[Part]) -> Sequence[Part]:
    if len(parts) < MANY:
        return parts
    with connect() as duck:
        return [write(duck, folder, parts[0].month, from_parquet(folder.paths(parts)))]


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this session is the only writer while the block runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
