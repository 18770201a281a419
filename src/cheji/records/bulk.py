"""Many rows at once: PostgreSQL's COPY with ids drawn beforehand, in the running transaction."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

CHUNK = 50_000


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001  Django's documented way to the table's name


def ids(model: type[models.Model], count: int) -> list[int]:
    """Draw `count` new ids from the model's sequence."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table_of(model), count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """COPY rows into a table; returns how many. Columns are the database's names.

    Rows are drawn chunk by chunk between the statements: what makes them may read the database,
    which the connection cannot answer while it copies.
    """
    listed = ", ".join(f'"{column}"' for column in columns)
    statement = f'COPY "{table}" ({listed}) FROM STDIN'  # names come from models only
    stream, count = iter(rows), 0
    while chunk := list(islice(stream, CHUNK)):
        with connection.cursor() as cursor, cursor.copy(statement) as copying:
            for row in chunk:
                copying.write_row(row)
        count += len(chunk)
    return count
