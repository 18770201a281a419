"""Nobody's data in logs, on the terminal or in the database server's own log."""

import logging
import subprocess
import sys
from io import StringIO
from pathlib import Path

import psycopg
import pytest

from cheji.config import postgres
from cheji.config.logs import Discreet
from cheji.config.settings import LOGGING

SECRET = "13812345678"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("logs")
    postgres.join(place, unsafe_but_fast=True)
    yield place
    postgres.leave(place)


def failures(folder: Path, role: str = postgres.SUPERUSER) -> list[psycopg.Error]:
    """Errors that PostgreSQL would tell with the phone in them."""
    phones = "(phone text PRIMARY KEY, CHECK (phone NOT LIKE '1391%'))"
    statements = [
        f"INSERT INTO phones VALUES ('{SECRET}'), ('{SECRET}')",
        f"INSERT INTO phones VALUES ('1391{SECRET}')",
        f"SELECT missing FROM phones WHERE phone = '{SECRET}'",
        f"DO $$ BEGIN PERFORM 1/0, '{SECRET}'; END $$",
    ]
    found = []
    with postgres.connect(folder, "postgres", role) as connection:
        connection.execute(f"CREATE TEMP TABLE phones {phones}")
        for statement in statements:
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(statement)
            found.append(caught.value)
        with (
            pytest.raises(psycopg.Error) as caught,
            connection.cursor() as cursor,
            cursor.copy("COPY phones FROM STDIN") as copying,
        ):
            copying.write_row([f"1391{SECRET}"])
        found.append(caught.value)
    return found


def test_a_log_has_the_error_without_its_values(folder: Path) -> None:
    assert LOGGING["formatters"]["plain"]["()"] == f"{Discreet.__module__}.{Discreet.__name__}"
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet("%(levelname)s: %(message)s"))
    log = logging.getLogger("cheji.trial")
    log.addHandler(handler)
    for error in failures(folder):
        assert SECRET in str(error)  # it would leak
        outer = ValueError("the import failed")
        outer.__cause__ = error
        log.error("failed: %s", error, exc_info=outer)
        log.error("once more", exc_info=outer)
    log.removeHandler(handler)
    told = stream.getvalue()
    assert SECRET not in told
    assert told.count("ValueError: the import failed") == 10
    assert 'duplicate key value violates unique constraint "phones_pkey"' in told
    assert told.count("direct cause of the following exception") == 10


def test_the_terminal_has_the_error_without_its_values(folder: Path) -> None:
    code = (
        "from cheji.config.logs import tell_discreetly\n"
        "from cheji.config import postgres\n"
        "from pathlib import Path\n"
        "tell_discreetly()\n"
        f"with postgres.connect(Path({str(folder)!r}), 'postgres') as connection:\n"
        "    connection.execute('CREATE TABLE own (phone text PRIMARY KEY)')\n"
        "    for _ in range(2):\n"
        "        connection.execute('INSERT INTO own VALUES (%s)', ['138' + '12345678'])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "UniqueViolation: duplicate key value violates unique constraint" in run.stderr
    assert SECRET not in run.stderr


def test_the_server_writes_no_values_into_its_log(folder: Path) -> None:
    failures(folder)
    found = failures(folder, postgres.PROGRAM)
    log = (postgres.cluster(folder) / "server.log").read_text()
    assert "ready to accept connections" in log
    assert log.count(f" {postgres.PROGRAM} ERROR:  ") == len(found)
    assert SECRET not in log
