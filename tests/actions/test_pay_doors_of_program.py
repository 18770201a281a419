"""What the program's own role in the database could try on pay, closed runs and guards: refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from typer.testing import CliRunner

from actions.test_pay_doors import STATEMENTS, Month, server_log
from beginnings import begun
from cheji.config import commands, grants
from cheji.config.postgres import PROGRAM
from cheji.records import audit
from cheji.records import models as m
from cheji.records.seals import seal_of
from paying import FEBRUARY, Sold, brought, calculated, planned


@contextmanager
def as_program() -> Iterator[Callable[[str], None]]:
    """This test's connection as the program's role, until the end or the rollback; runs SQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [PROGRAM])
        if not cursor.fetchall():
            pytest.skip("a server of the operator's own has another role")
        if grants.lacking(PROGRAM):
            grants.settle(PROGRAM)
        cursor.execute(f"SET LOCAL SESSION AUTHORIZATION {PROGRAM}")
        yield cursor.execute
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET SESSION AUTHORIZATION")


@pytest.fixture
def month(db: None) -> Iterator[Month]:
    with begun(Month) as made:
        yield made


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda text: text[:70])
def test_every_statement_is_refused_to_the_program(month: Month, statement: str) -> None:
    run = m.Run.objects.get()
    before = seal_of(run)
    with as_program() as execute:
        with (
            pytest.raises(DatabaseError, match=r"cheji: |permission denied for table records_"),
            transaction.atomic(),
        ):
            execute(statement)
        assert (seal_of(run), run.sealed) == (before, before)


@pytest.mark.parametrize("table", ["payline", "rejectedrow", "payinput", "paybalance"])
def test_a_temporary_table_does_not_stand_for_the_run(month: Month, table: str) -> None:
    with as_program() as execute:
        execute("CREATE TEMP TABLE records_run AS SELECT * FROM public.records_run")
        execute("UPDATE records_run SET state = 'open'")
        with pytest.raises(DatabaseError, match="cheji: what a pay run says"), transaction.atomic():
            execute(f"DELETE FROM records_{table}")
        execute("DROP TABLE records_run")


GUARDS_OFF = (
    "ALTER TABLE records_payline DISABLE TRIGGER USER",
    "ALTER TABLE records_payline DISABLE TRIGGER records_payline_taken",
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "DROP TRIGGER records_payline_no_update ON records_payline",
    "ALTER TABLE records_payline DROP COLUMN fen",
    "ALTER TABLE records_payline RENAME TO payline",
    "ALTER TABLE records_payline OWNER TO cheji_app",
    "DROP TABLE records_payline",
    "TRUNCATE records_payline",
    "UPDATE records_payline SET fen = 0",
    "CREATE RULE other AS ON DELETE TO records_payline DO INSTEAD NOTHING",
    "CREATE TRIGGER a BEFORE DELETE ON records_payline EXECUTE FUNCTION cheji_refuse()",
    "CREATE POLICY none ON records_payline",
    (
        "CREATE OR REPLACE FUNCTION cheji_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NULL; END $$"
    ),
    "CREATE FUNCTION cheji_none() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER FUNCTION cheji_pay_rows() SET session_replication_role = replica",
    "ALTER FUNCTION cheji_pay_rows() RESET ALL",
    "DROP FUNCTION cheji_refuse() CASCADE",
    "CREATE TABLE records_other (id int)",
    "CREATE SCHEMA other",
    "DROP SCHEMA public CASCADE",
    "SET ROLE cheji",
    "SET SESSION AUTHORIZATION cheji",
    "GRANT cheji TO cheji_app",
    "ALTER ROLE cheji_app SUPERUSER",
    "ALTER ROLE cheji_app SET session_replication_role = replica",
    "ALTER ROLE cheji_app SET log_min_messages = 'panic'",
    "SET log_min_messages = 'panic'",
    "ALTER SYSTEM SET session_replication_role = replica",
    "CREATE ROLE other SUPERUSER",
    "COPY records_payline TO PROGRAM 'cat'",
    "SELECT pg_read_file('postgresql.conf')",
    "UPDATE records_auditentry SET verb = 'x'",
    "DELETE FROM records_auditentry",
    "UPDATE records_auditseal SET hash = 'x'",
    "DELETE FROM records_auditseal",
    "INSERT INTO records_auditseal (position, entry, hash, version) VALUES (1000000, 1, 'x', 2)",
    "UPDATE records_fact SET fen = 0",
    "DELETE FROM records_fact",
    "DELETE FROM django_migrations",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '9999', now())",
    "SELECT setval('records_fact_id_seq', 1)",
    "UPDATE pg_trigger SET tgenabled = 'D'",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE records_payline DISABLE TRIGGER USER'; END $$",
)


@pytest.fixture
def program(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection that is the program's own from the beginning."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [PROGRAM])
        if not cursor.fetchall():
            pytest.skip("a server of the operator's own has another role")
    grants.settle(PROGRAM)
    own = connection.get_connection_params() | {"user": PROGRAM}
    own = {name: own[name] for name in ("host", "port", "user", "dbname") if own.get(name)}
    with psycopg.connect(**own, autocommit=True) as made:
        yield made


def test_no_guard_is_switched_off_and_the_log_says_who_tried(program: psycopg.Connection) -> None:
    assert not grants.lacking(PROGRAM)
    for statement in GUARDS_OFF:
        already = len(server_log())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            program.execute(statement)
        log = server_log()[already:]
        assert f" {PROGRAM} ERROR:  " in log, statement
        assert statement not in log


def test_the_function_that_seals_serves_nobody_else(month: Month) -> None:
    """Its rights are its owner's: a table of one's own may not call it."""
    with as_program() as execute:
        execute("CREATE TEMP TABLE mine AS SELECT * FROM records_auditentry LIMIT 1")
        with pytest.raises(ProgrammingError, match="cheji_seal"), transaction.atomic():
            execute(
                "CREATE TRIGGER forged AFTER INSERT ON mine"
                " FOR EACH ROW EXECUTE FUNCTION cheji_seal()"
            )


@pytest.mark.django_db
def test_the_program_needs_no_more_to_sell_calculate_and_close() -> None:
    with as_program():
        sold = Sold()
        planned()
        sold.car("li", date(2026, 2, 25))
        calculated(sold.cast, FEBRUARY)
        run = brought(
            sold.cast, calculated(sold.cast, FEBRUARY), "review", "approve", "close", "pay"
        )
        assert run.state == "paid"
        assert seal_of(run) == run.sealed
    entries = m.AuditEntry.objects.count()
    assert (m.AuditSeal.objects.count(), list(audit.breaks())) == (entries, [])


@pytest.mark.django_db
def test_what_was_granted_otherwise_is_settled() -> None:
    with as_program():
        pass
    with connection.cursor() as cursor:
        for change in (
            f"GRANT UPDATE ON records_auditentry TO {PROGRAM}",
            f"REVOKE SELECT ON records_person FROM {PROGRAM}",
            f"GRANT CREATE ON SCHEMA public TO {PROGRAM}",
            f"GRANT EXECUTE ON FUNCTION cheji_seal() TO {PROGRAM}",
            f"GRANT UPDATE ON SEQUENCE records_fact_id_seq TO {PROGRAM}",
        ):
            assert not grants.lacking(PROGRAM)
            cursor.execute(change)
            assert grants.lacking(PROGRAM), change
            grants.settle(PROGRAM)
        assert not grants.lacking(PROGRAM)


@pytest.mark.django_db
def test_every_guard_looks_into_our_schema_first() -> None:
    """A later migration that replaces a function must say so again: the new one has neither."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosecdef FROM pg_proc WHERE proname LIKE 'cheji%%'"
            " AND pronamespace = 'public'::regnamespace"
            " AND (proconfig IS DISTINCT FROM ARRAY['search_path=public, pg_temp']"
            " OR prosecdef <> (proname = 'cheji_seal'))"
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_serving_says_that_the_owner_of_the_tables_could_switch_the_guards_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commands.serving, "serve", lambda **_how: 0)
    said = "CHEJI_DATABASE_OWNER_URL"
    assert said in CliRunner().invoke(commands.app, ["serve"]).stderr
    with as_program():
        assert said not in CliRunner().invoke(commands.app, ["serve"]).stderr
