"""A server of the operator's own, with a role that owns the tables and another for the program."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cheji.config import database, postgres
from cheji.config.troubles import BadSetting

OWNER, PROGRAM = "house_owner", "house_program"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("outside")
    postgres.join(folder, unsafe_but_fast=True)
    with postgres.connect(folder, "postgres") as connection:
        for role in (OWNER, PROGRAM):
            connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(f"CREATE DATABASE house OWNER {OWNER}")
    yield folder
    postgres.leave(folder)


def url(server: Path, role: str) -> str:
    return f"postgresql://{role}:secret@/house?host={postgres.socket_folder(server)}"


def cheji(server: Path, *words: str, **urls: str) -> subprocess.CompletedProcess[str]:
    names = {"program": database.URL, "owner": database.OWNER_URL}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CHEJI")},
        "CHEJI_DATA": str(server / "data"),
        "CHEJI_ADMIN_PASSWORD": "Wanda-Kaiche-2026!",
        "CHEJI_LANGUAGE": "en",
        "DJANGO_SETTINGS_MODULE": "cheji.config.settings",
        **{names[which]: url(server, role) for which, role in urls.items()},
    }
    command = [sys.executable, "-m", "cheji", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_owner_brings_up_to_date_and_the_program_works(server: Path) -> None:
    words = ("init", "--group", "集团", "--admin", "boss")
    alone = cheji(server, *words, program=PROGRAM)
    assert (alone.returncode, "CHEJI_DATABASE_OWNER_URL" in alone.stderr) == (1, True)
    assert "Traceback" not in alone.stderr
    both = cheji(server, *words, program=PROGRAM, owner=OWNER)
    assert both.returncode == 0, both.stderr
    verified = cheji(server, "verify", program=PROGRAM)
    assert verified.returncode == 0, verified.stderr
    with postgres.connect(server, "house") as connection:
        found = connection.execute(
            "SELECT DISTINCT tableowner,"
            f" has_table_privilege('{PROGRAM}', 'records_auditseal', 'INSERT'),"
            f" has_table_privilege('{PROGRAM}', 'records_person', 'UPDATE')"
            " FROM pg_tables WHERE schemaname = 'public'"
        )
        assert found.fetchall() == [(OWNER, False, True)]


@pytest.mark.parametrize(
    ("program", "owner", "named"),
    [("house_nobody", OWNER, database.URL), (PROGRAM, "house_nobody", database.OWNER_URL)],
)
def test_a_role_that_cannot_connect_is_named_by_its_setting(
    server: Path, program: str, owner: str, named: str
) -> None:
    found = cheji(server, "verify", program=program, owner=owner)
    assert found.returncode == 1
    assert f"that {named} names" in found.stderr
    assert "house_nobody" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("program", "owner"),
    [
        ("postgresql://app:secret@db/cheji", "postgresql://owner:secret@db/other"),
        ("postgresql://db/cheji", "postgresql://owner:secret@db/cheji"),
        ("postgresql://app:secret@db/cheji", "mysql://owner:secret@db/cheji"),
    ],
)
def test_an_owner_of_something_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, program: str, owner: str
) -> None:
    monkeypatch.setenv(database.URL, program)
    monkeypatch.setenv(database.OWNER_URL, owner)
    with pytest.raises(BadSetting) as refused:
        database.as_owner()
    assert refused.value.place["name"] == database.OWNER_URL
    assert "secret" not in str(refused.value)


def test_without_another_owner_the_program_is_he(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(database.URL, "postgresql://app:secret@db/cheji")
    monkeypatch.delenv(database.OWNER_URL, raising=False)
    assert database.as_owner() == {}
