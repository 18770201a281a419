"""What the program's own role may do in the database; the tables are another's.

A role that owns nothing cannot switch the guards off. It reads and writes rows, but what a guard
refuses of every row is not granted to it either, nor are the seals of the audit log, which the
database itself writes. Each start holds what is granted against this.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from cheji.config.database import as_owner

#: Written by the owner alone: seals by the function that makes them, migrations by an upgrade.
READ_ONLY = {"records_auditseal", "django_migrations"}
REFUSED = {"DELETE": 8, "UPDATE": 16}  # what a trigger fires on, as bits of pg_trigger.tgtype
MAINTAIN = 170_000  # the version that lets others than the owner ANALYZE

RELATIONS = """
SELECT c.relname, c.relkind = 'S', array_remove(array_agg(DISTINCT a.privilege_type), NULL),
  coalesce((SELECT bit_or(tgtype) FROM pg_trigger WHERE tgrelid = c.oid AND tgqual IS NULL
    AND tgfoid = to_regproc('cheji_refuse')), 0)
FROM pg_class c LEFT JOIN aclexplode(c.relacl) a ON a.grantee = to_regrole(quote_ident(%s))
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'S')
  AND c.relowner = current_user::regrole
GROUP BY c.oid ORDER BY c.relname"""
AROUND = """
SELECT has_schema_privilege(%(role)s, current_schema(), 'USAGE')
  AND NOT has_schema_privilege(%(role)s, current_schema(), 'CREATE')
  AND has_database_privilege(%(role)s, current_database(), 'TEMP')
  AND NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    AND prosecdef AND has_function_privilege(%(role)s, oid, 'EXECUTE'))"""
CAN_SWITCH_OFF = """
SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace
  AND relkind = 'r' AND pg_has_role(relowner, 'MEMBER'))"""


@contextmanager
def owning() -> Iterator[str]:
    """Let this thread speak to the database as the owner of the tables.

    Yields the role that the program has otherwise, empty where it is the owner's own.
    """
    before, other = connection.settings_dict, as_owner()
    if other.get("USER", before["USER"]) == before["USER"]:
        yield ""
        return
    connection.close()
    connection.settings_dict = before | other
    try:
        yield before["USER"]
    finally:
        connection.close()
        connection.settings_dict = before


def lacking(role: str) -> bool:
    """Whether something is granted to the role, or not, that should be otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(AROUND, {"role": role})
        around = cursor.fetchone()[0]
    return not around or bool(_otherwise(role))


def settle(role: str) -> None:
    """Grant the role what it needs of what is ours, and take back whatever else it has."""
    name, place = map(connection.ops.quote_name, (role, _asked("current_schema()")))
    database = connection.ops.quote_name(_asked("current_database()"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"GRANT TEMPORARY ON DATABASE {database} TO {name}")
        cursor.execute(f"REVOKE CREATE ON SCHEMA {place} FROM PUBLIC, {name}")
        cursor.execute(f"GRANT USAGE ON SCHEMA {place} TO {name}")
        cursor.execute(f"REVOKE EXECUTE ON FUNCTION cheji_seal() FROM PUBLIC, {name}")
        for relation, privileges in _otherwise(role).items():
            on = f"ON {place}.{connection.ops.quote_name(relation)}"
            cursor.execute(f"REVOKE ALL {on} FROM {name}")
            cursor.execute(f"GRANT {', '.join(sorted(privileges))} {on} TO {name}")


def can_switch_off() -> bool:
    """Whether the program's role owns tables, or may become who does: then it can drop a guard."""
    return bool(_asked(f"({CAN_SWITCH_OFF})"))


def _otherwise(role: str) -> Mapping[str, set[str]]:
    """What the role should have of each table and sequence of which it has more or less."""
    analyses = _asked("current_setting('server_version_num')::int") >= MAINTAIN
    with connection.cursor() as cursor:
        cursor.execute(RELATIONS, [role])
        rows = cursor.fetchall()
    wanted = {name: _wanted(name, refused, sequence=kind) for name, kind, _, refused in rows}
    if analyses:
        for name in (name for name, kind, _, _ in rows if not kind):
            wanted[name].add("MAINTAIN")
    return {name: wanted[name] for name, _, held, _ in rows if set(held) != wanted[name]}


def _wanted(name: str, refused: int, *, sequence: bool) -> set[str]:
    if sequence:
        return {"SELECT", "USAGE"}
    if name in READ_ONLY:
        return {"SELECT"}
    return {"SELECT", "INSERT"} | {verb for verb, bit in REFUSED.items() if not refused & bit}


def _asked(what: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what}")
        return cursor.fetchone()[0]
