"""Asking the mirror: its files and the facts it lacks look like the one table of facts."""

from collections.abc import Iterator, Sequence
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
Text = tuple[str, Months]
EVERY: Final[Months] = (None, None)


def rows(folder: Folder, asked: Sequence[Text]) -> list[list[tuple[Any, ...]]]:
    """The rows of each text over the table of facts, as the database would give them now.

    Facts that are added meanwhile are in none of them. The months that go with a text (first,
    last) are those that it can touch, so that other files stay closed.
    """
    with sources(folder) as (held, tail), connect() as duck:
        if tail is not None:
            duck.execute(f"CREATE TEMP TABLE tail AS SELECT * FROM {from_csv(tail)}")  # noqa: S608
        found = []
        for text, months in asked:
            table = _table(folder.paths(within(held, months)), more=tail is not None)
            duck.execute(f'WITH "{table_of(Fact)}" AS ({table}) {text}')
            found.append(duck.fetchall())
        return found


def _table(files: Sequence[str], *, more: bool) -> str:
    """A SELECT over files and over the facts that they lack."""
    found = f"SELECT * FROM {from_parquet(files)}"  # noqa: S608  our own paths
    return f"{found} UNION ALL SELECT * FROM tail" if more else found  # noqa: S608


@contextmanager
def sources(folder: Folder, *, passing: str | None = None) -> Iterator[tuple[Held, str | None]]:
    """What the mirror holds of this database and, if it lacks any fact, a CSV file with the rest.

    The CSV file stands in `passing` (else in the system's) until the block ends.
    """
    held = folder.held()
    if held.database != database(held.mark):
        held = Held()
    if not _lacks(held.mark):
        yield held, None
        return
    with TemporaryDirectory(prefix="cheji-facts-", dir=passing) as place:
        tail = Path(place) / "tail.csv"
        copy_out(tail, f"id > {held.mark}")
        yield held, str(tail)


def within(held: Held, months: Months) -> list[Part]:
    """The files that can hold facts of these months."""
    first, last = months
    return [
        part
        for part in held.parts
        if (first is None or first <= part.month) and (last is None or part.month <= last)
    ]


def _lacks(mark: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table_of(Fact)} WHERE id > %s)", [mark])  # noqa: S608
        return bool(cursor.fetchone()[0])
