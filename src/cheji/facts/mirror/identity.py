"""Which database a mirror was made from, so that a restored one is not answered by old files."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from django.db import connection

from cheji.records.bulk import table_of
from cheji.records.models import Fact

NEWEST: Final = (
    "SELECT (SELECT oid FROM pg_database WHERE datname = current_database()), "  # noqa: S608
    f"id, source_kind, source, recorded_at FROM {table_of(Fact)} "
    "WHERE id <= %s ORDER BY id DESC LIMIT 1"
)
"""The database with its newest fact up to a mark; no row where there is none."""


def database(mark: int) -> str:
    """A digest of the database and of its newest fact up to the mark."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [mark])
        return digest(cursor.fetchone())


def digest(newest: Sequence[Any] | None) -> str:
    """Of what `NEWEST` found."""
    return sha256(repr(newest).encode()).hexdigest()[:24]
