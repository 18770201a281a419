"""The tests' database: the embedded server without fsync, started when the first test needs it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings_for_tests import TEST_DATA


def pytest_configure() -> None:
    """Django refuses synchronous queries inside Playwright's event loop; the journeys need them."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def database_server() -> Iterator[Path]:
    """The folder of a running server; runs and workers share it, each with own databases."""
    if os.environ.get("CHEJI_DATABASE_URL"):
        yield TEST_DATA
        return
    from cheji.config import postgres

    postgres.join(TEST_DATA, unsafe_but_fast=True)
    _drop_databases_of_dead_runs()
    yield TEST_DATA
    postgres.leave(TEST_DATA)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, database_server: Path
) -> None:
    """Have the server running before pytest-django makes its database."""


def _drop_databases_of_dead_runs() -> None:
    from cheji.config import postgres

    with postgres.connect(TEST_DATA, "postgres") as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9]'")
        for (name,) in names.fetchall():
            if not _alive(int(str(name).split("_")[1])):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if sys.platform == "win32":
    collect_ignore_glob = ["*"]
