"""Many rows at once: COPY with ids drawn beforehand, changes in one statement."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from struct import Struct
from typing import Any, ClassVar

from django.db import DataError, connection, models
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.json import Jsonb

CHUNK, STREAMED = 50_000, 1_000
LIMITS = {21: 2**15, 23: 2**31}  # by the database's types of integers: int2, int4

GROWN = """
SELECT relname FROM pg_class
 WHERE oid = ANY(%s::regclass[])
   AND pg_relation_size(oid) > 1.5 * relpages * current_setting('block_size')::int
 ORDER BY relname"""


class Written(str):
    """JSON that is text already: it goes into a column of JSON as it stands."""

    __slots__ = ()


class Texts(Dumper):
    """An array of texts as the wire has it; the driver's own way, for any array, takes longer.

    None of the texts may be missing.
    """

    format = Format.BINARY
    oid = 1009
    TEXT: ClassVar = 25
    NONE: ClassVar = Struct(">III").pack(0, 0, TEXT)
    HEAD: ClassVar = Struct(">IIIII")
    LENGTH: ClassVar = Struct(">I")

    def dump(self, obj: Sequence[str]) -> bytes:
        """Dimensions, nulls, type of elements, their number, the place of the first; then each."""
        if not obj:
            return self.NONE
        found, length = [self.HEAD.pack(1, 0, self.TEXT, len(obj), 1)], self.LENGTH.pack
        for text in obj:
            told = text.encode()
            found += length(len(told)), told
        return b"".join(found)


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001  Django's documented way to the table's name


def ids(model: type[models.Model], count: int) -> list[int]:
    """Draw `count` new ids from the model's sequence."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(drawn.from_) FROM generate_series(1, %s), "
            "(SELECT pg_get_serial_sequence(%s, 'id')::regclass AS from_ OFFSET 0) drawn",
            [count, table_of(model)],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """COPY rows given by column name, defaults filled in; returns their new ids, in order."""
    fields: list[Any] = [f for f in model._meta.concrete_fields if not f.primary_key]  # noqa: SLF001
    usual = {field.attname: field.get_default() for field in fields}
    values = itemgetter(*usual)
    new = ids(model, len(rows))
    copy(
        table_of(model),
        ["id", *(field.column for field in fields)],
        (
            (pk, *map(_saved, fields, values({**usual, **row})))
            for pk, row in zip(new, rows, strict=True)
        ),
        streamed=True,
    )
    return new


def _saved(field: Any, value: Any) -> Any:
    """A column's value as the database takes it."""
    if isinstance(value, dict | list) and isinstance(field, models.JSONField):
        return field.get_db_prep_save(value, connection)
    if isinstance(value, Written):
        return Jsonb(value, dumps=str)
    return value.value if isinstance(value, Enum) else value


def delete(model: type[models.Model], ids: Sequence[int], *, column: str = "id") -> int:
    """Delete the rows whose column is among the ids; what hangs on them is the database's to say.

    Raises:
        IntegrityError: something hangs on one of them; at the commit, unless `checked_at_once`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f'DELETE FROM "{table_of(model)}" WHERE "{column}" = ANY(%s::bigint[])',  # noqa: S608
            [list(ids)],
        )
        return cursor.rowcount


@contextmanager
def checked_at_once() -> Iterator[None]:
    """Let foreign keys be checked after each statement, not all at the commit.

    A refusal comes where it can be caught, and many rows are checked while they lie in memory:
    two million checks that waited for the commit of an import cost the server a sixth more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def learn(tables: Iterable[type[models.Model]]) -> None:
    """Tell the planner about tables that have grown by much, before somebody asks them.

    Until the database comes round to it by itself, it takes them for small and goes wrong ways.
    It reckons with a table's present size, so that only its kinds of values grow old: those that
    have not grown by half since they were last looked at are left. A small sample will do until
    the database does it. Only inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(GROWN, [sorted(map(table_of, tables))])
        grown = [f'"{name}"' for (name,) in cursor.fetchall()]
        if grown:
            cursor.execute("SET LOCAL default_statistics_target = 10")
            cursor.execute("ANALYZE " + ", ".join(grown))
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
    values = [[_saved(field, getattr(row, field.attname)) for row in rows] for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table_of(type(rows[0]))}" AS old SET {changes} '  # noqa: S608  from models
            f"FROM unnest({arrays}) AS new({listed}) WHERE old.id = new.id",
            values,
        )


def copy(
    table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], *, streamed: bool = False
) -> int:
    """COPY rows into a table; returns how many. Columns are the database's names.

    Rows are drawn chunk by chunk between the statements: what makes them may read the database,
    which the connection cannot answer while it copies. `streamed` promises that it does not: then
    the server writes rows while the next ones are made. They travel in binary: writing a fact as
    text takes the driver six times as long.
    """
    listed = ", ".join(f'"{column}"' for column in columns)
    statement = f'COPY "{table}" ({listed}) FROM STDIN (FORMAT binary)'  # names are our models'
    types, size = _types(table, listed), STREAMED if streamed else CHUNK
    stream, count = iter(rows), 0
    chunks = iter(lambda: list(islice(stream, size)), [])
    for chunk in chunks:
        with (
            connection.wrap_database_errors,  # Django leaves the driver's own COPY unwrapped
            connection.cursor() as cursor,
        ):
            cursor.adapters.register_dumper(None, Texts)
            count += _copied(cursor, statement, types, chain([chunk], chunks if streamed else ()))
    return count


def _copied(
    cursor: Any, statement: str, types: tuple[int, ...], parts: Iterable[list[tuple[Any, ...]]]
) -> int:
    """Write the chunks by one statement; how many rows."""
    count = 0
    with cursor.copy(statement) as copying:
        copying.set_types(types)
        for part in parts:
            _must_fit(part, types)
            for row in part:
                copying.write_row(row)
            count += len(part)
    return count


@cache
def _types(table: str, listed: str) -> tuple[int, ...]:
    """The database's own types of the columns, which binary rows must be written in.

    Asked once in a process, until columns change their types in a migration.
    """
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {listed} FROM "{table}" LIMIT 0')  # noqa: S608  names as in copy
        return tuple(column.type_code for column in cursor.description)


def forget(**_migrated: Any) -> None:
    """Have the types of columns asked for anew; told by a migration that ended in this process."""
    _types.cache_clear()


def _must_fit(rows: Sequence[tuple[Any, ...]], types: Sequence[int]) -> None:
    """Refuse a number that is too large for its column: the driver cuts it and says nothing."""
    for place, kind in enumerate(types):
        if kind in LIMITS:
            values = [row[place] for row in rows if row[place] is not None] or [0]
            if min(values) < -LIMITS[kind] or max(values) >= LIMITS[kind]:
                raise DataError(f"a number from {min(values)} to {max(values)} does not fit")
