"""Many rows at once: COPY with ids drawn beforehand, changes in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
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


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """COPY rows given by column name, defaults filled in; returns their new ids, in order."""
    fields: list[Any] = [f for f in model._meta.concrete_fields if not f.primary_key]  # noqa: SLF001
    new = ids(model, len(rows))
    copy(
        table_of(model),
        ["id", *(field.column for field in fields)],
        (
            (pk, *(_saved(field, row) for field in fields))
            for pk, row in zip(new, rows, strict=True)
        ),
    )
    return new


def _saved(field: Any, row: Mapping[str, Any]) -> Any:
    """A column's value as the database takes it."""
    value = row[field.attname] if field.attname in row else field.get_default()
    if isinstance(value, Enum):
        return value.value
    return field.get_db_prep_save(value, connection) if isinstance(value, dict) else value


def learn(tables: Iterable[type[models.Model]]) -> None:
    """Tell the planner about tables that have grown by much, before somebody asks them.

    Until the database comes round to it by itself, it takes them for small and goes wrong ways.
    A small sample will do until then. Only inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_statistics_target = 10")
        cursor.execute("ANALYZE " + ", ".join(sorted(map(table_of, tables))))
        cursor.execute("SET LOCAL default_statistics_target TO DEFAULT")


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of many rows of one table in one statement; versions are the caller's."""
    if not rows:
        return
    fields: list[Any] = [rows[0]._meta.get_field(name) for name in ("id", *names)]  # noqa: SLF001
    columns = [field.column for field in fields]
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    listed = ", ".join(f'"{column}"' for column in columns)
    changes = ", ".join(f'"{column}" = new."{column}"' for column in columns[1:])
    values = [[getattr(row, field.attname) for row in rows] for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table_of(type(rows[0]))}" AS old SET {changes} '  # noqa: S608  from models
            f"FROM unnest({arrays}) AS new({listed}) WHERE old.id = new.id",
            values,
        )


def copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """COPY rows into a table; returns how many. Columns are the database's names.

    Rows are drawn chunk by chunk between the statements: what makes them may read the database,
    which the connection cannot answer while it copies.
    """
    listed = ", ".join(f'"{column}"' for column in columns)
    statement = f'COPY "{table}" ({listed}) FROM STDIN'  # names come from models only
    stream, count = iter(rows), 0
    while chunk := list(islice(stream, CHUNK)):
        with (
            connection.wrap_database_errors,  # Django leaves the driver's own COPY unwrapped
            connection.cursor() as cursor,
            cursor.copy(statement) as copying,
        ):
            for row in chunk:
                copying.write_row(row)
        count += len(chunk)
    return count
