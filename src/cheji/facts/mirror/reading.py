"""Asking the mirror: its files and the facts it lacks look like the one table of facts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db import connection

from cheji.records.bulk import table_of
from cheji.records.models import Fact

from .duck import connect, from_csv, from_parquet
from .folder import Folder, Held, Part
from .identity import database
from .writing import copy_out

Months = tuple[int | None, int | None]
EVERY: Final[Months] = (None, None)


def rows(folder: Folder, text: str, months: Months = EVERY) -> list[tuple[Any, ...]]:
    """The answer to a text that reads the table of facts, as the database would give it now.

    `months` bounds the month keys (first, last) that the text can touch, so that other files
    stay closed.
    """
    with table(folder, months) as source, connect() as duck:
        return duck.execute(f'WITH "{table_of(Fact)}" AS ({source}) {text}').fetchall()


@contextmanager
def table(folder: Folder, months: Months = EVERY) -> Iterator[str]:
    """A SELECT over files and, while the block runs, over the facts that they lack."""
    with sources(folder, months) as (files, tail):
        selects = [f"SELECT * FROM {from_parquet(files)}"]  # noqa: S608  our own paths
        if tail is not None:
            selects.append(f"SELECT * FROM {from_csv(tail)}")  # noqa: S608
        yield " UNION ALL ".join(selects)


@contextmanager
def sources(
    folder: Folder, months: Months = EVERY, *, passing: str | None = None
) -> Iterator[tuple[list[str], str | None]]:
    """The Parquet files for those months and, if they lack any fact, a CSV file with the rest.

    The CSV file stands in `passing` (else in the system's) until the block ends.
    """
    held = folder.held()
    if held.database != database(held.mark):
        held = Held()
    files = folder.paths(_within(held.parts, months))
    if not _lacks(held.mark):
        yield files, None
        return
    with TemporaryDirectory(prefix="cheji-facts-", dir=passing) as place:
        tail = Path(place) / "tail.csv"
        copy_out(tail, f"id > {held.mark}")
        yield files, str(tail)


def _within(parts: tuple[Part, ...], months: Months) -> list[Part]:
    first, last = months
    return [
        part
        for part in parts
        if (first is None or first <= part.month) and (last is None or part.month <= last)
    ]


def _lacks(mark: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table_of(Fact)} WHERE id > %s)", [mark])  # noqa: S608
        return bool(cursor.fetchone()[0])
