"""An empty database gets its tables at once: they are what the single migrations come to."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

pytestmark = pytest.mark.django_db
CATALOGUE = """
SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default,
    character_maximum_length, is_identity)
FROM information_schema.columns
WHERE table_schema = %(schema)s AND table_name LIKE 'records%%'
UNION ALL SELECT indexdef FROM pg_indexes
WHERE schemaname = %(schema)s AND tablename LIKE 'records%%'
UNION ALL SELECT concat_ws(' ', relname, conname, pg_get_constraintdef(c.oid))
FROM pg_constraint c JOIN pg_class ON conrelid = pg_class.oid
WHERE connamespace = %(schema)s::regnamespace AND relname LIKE 'records%%'
UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON tgrelid = c.oid
WHERE NOT tgisinternal AND relnamespace = %(schema)s::regnamespace AND relname LIKE 'records%%'
UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc
WHERE pronamespace = %(schema)s::regnamespace AND proname LIKE 'cheji%%'
UNION ALL SELECT sequencename FROM pg_sequences
WHERE schemaname = %(schema)s AND sequencename ~ '^(records|cheji)'
"""


def _catalogue(schema: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL search_path TO {schema}")
        cursor.execute(CATALOGUE, {"schema": schema})
        rows = [text for (text,) in cursor.fetchall()]
    return sorted(row.replace(f"{schema}.", "").replace(f"'{schema}'", "here") for row in rows)


def _migrate_step_by_step() -> None:
    executor = MigrationExecutor(connection)
    executor.loader = loader = MigrationLoader(connection, replace_migrations=False)
    last = loader.graph.leaf_nodes("records")
    executor.migrate([step for step in last if not loader.disk_migrations[step].replaces])


def _alone(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    """Have only the changed model rendered, which is all that changing its table asks.

    Django renders all that it is related to, nearly every model, 275 times. A step that reads rows
    still has them all rendered, as of any delayed state.
    """
    if "apps" in state.__dict__:
        state.is_delayed = True
        state._reload({(app_label, model_name)})


def test_tables_made_at_once_are_those_of_the_single_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProjectState, "reload_model", _alone)
    whole = _catalogue("public")
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA steps")
        cursor.execute("SET LOCAL search_path TO steps")
    _migrate_step_by_step()
    assert _catalogue("steps") == whole
    assert sum("cheji_" in row for row in whole) > 20
