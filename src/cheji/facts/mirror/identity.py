"""Which database a mirror was made from, so that a restored one is not answered by old files."""

from hashlib import sha256

from django.db import connection

from cheji.records.bulk import table_of
from cheji.records.models import Fact


def database(mark: int) -> str:
    """A digest of the database and of its newest fact up to the mark."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT oid FROM pg_database WHERE datname = current_database()), "  # noqa: S608
            "id, source_kind, source, recorded_at "
            f"FROM {table_of(Fact)} WHERE id <= %s ORDER BY id DESC LIMIT 1",
            [mark],
        )
        return sha256(repr(cursor.fetchone()).encode()).hexdigest()[:24]
