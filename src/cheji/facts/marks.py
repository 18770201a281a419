"""The high-water mark: the id up to which every fact is settled and none can still appear."""

from django.db import connection

from cheji.records.bulk import table_of
from cheji.records.models import Fact

# The statement trigger of migration 0002 holds, for each open transaction that adds facts, a
# shared lock whose low 48 bits are the sequence's value before its first fact. The highest id is
# that of the statement's snapshot and the locks are read after it was taken: a writer gone between
# the two has committed and will be seen.
HIGHEST_AND_FLOOR = """
SELECT (SELECT COALESCE(MAX(id), 0) FROM {table}),
       (SELECT MIN(((classid::bigint << 32) | objid::bigint) & ((1::bigint << 48) - 1))
          FROM pg_locks
         WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = 6783
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND pid <> pg_backend_pid())
"""


def mark() -> int:
    """Every fact with an id up to this is visible to a statement that begins now, for good."""
    with connection.cursor() as cursor:
        cursor.execute(HIGHEST_AND_FLOOR.format(table=table_of(Fact)))
        highest, floor = cursor.fetchone()
    return highest if floor is None else min(highest, floor - 1)
