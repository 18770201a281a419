"""A data folder is begun once; its backup goes into a new one; a damaged one is refused.

Whole folders with servers of their own are dear: one test goes the whole way.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cheji.config import postgres

PASSWORD = "Wanda-Kaiche-2026!"


def cheji(
    folder: Path, *arguments: str, password: str = PASSWORD
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cheji", *arguments],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("CHEJI")},
            "CHEJI_DATA": str(folder),
            "CHEJI_ADMIN_PASSWORD": password,
            "CHEJI_LANGUAGE": "en",
            "DJANGO_SETTINGS_MODULE": "cheji.config.settings",
            "PYTHONPATH": "src",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def begin(folder: Path) -> None:
    """The administrator is made, with a password that is worth one."""
    words = ("init", "--group", "集团", "--admin", "boss")
    assert cheji(folder, *words, password="x").returncode == 2
    made = cheji(folder, *words)
    assert (made.returncode, "boss" in made.stdout) == (0, True)
    assert "\n    python3 run.py cheji serve\n" in made.stdout


@contextmanager
def served(folder: Path) -> Iterator[None]:
    postgres.join(folder)
    try:
        yield
    finally:
        postgres.leave(folder)


def of_before(folder: Path) -> None:
    """Make of it a folder from before the program had a role of its own."""
    with postgres.connect(folder, postgres.DATABASE) as connection:
        connection.execute(f"DROP OWNED BY {postgres.PROGRAM}")
        connection.execute(f"DROP ROLE {postgres.PROGRAM}")
        connection.execute("GRANT EXECUTE ON FUNCTION cheji_seal() TO PUBLIC")


def restricted(folder: Path) -> bool:
    """Whether the program's role may add to the audit log and may not change it."""
    with postgres.connect(folder, postgres.DATABASE, postgres.PROGRAM) as connection:
        asked = connection.execute(
            "SELECT has_table_privilege('records_auditentry', 'INSERT'),"
            " has_table_privilege('records_auditentry', 'UPDATE, DELETE, TRUNCATE, TRIGGER'),"
            " has_function_privilege('cheji_seal()', 'EXECUTE')"
        )
        return asked.fetchone() == (True, False, False)


def test_a_backup_restores_whole_and_only_into_an_empty_folder(tmp_path: Path) -> None:
    one, two, dump = tmp_path / "one", tmp_path / "two", tmp_path / "b.dump"
    begin(one)
    with served(one):
        assert cheji(one, "backup", "--output", str(dump)).returncode == 0
        shown = json.loads((tmp_path / "b.dump.json").read_text())["shows"]
        assert shown["records_auditentry"] > 0
        of_before(one)
        assert cheji(one, "verify").returncode == 0
        assert restricted(one)

    restored = cheji(two, "restore", str(dump))
    assert restored.returncode == 0, restored.stderr
    with served(two):
        assert restricted(two)
        cheji(two, "backup", "--output", str(tmp_path / "c.dump"))
        assert json.loads((tmp_path / "c.dump.json").read_text())["shows"] == shown
        begun = cheji(two, "init", "--group", "集团", "--admin", "boss")
        assert begun.returncode == 0
        assert "nothing changed" in begun.stdout
        assert "boss" not in begun.stdout

        full = cheji(two, "restore", str(dump))
        assert (full.returncode, "holds data" in full.stderr) == (2, True)
        dump.write_bytes(dump.read_bytes()[:-1])
        damaged = cheji(two, "restore", str(dump))
        assert damaged.returncode == 2
        assert "not what its manifest says (sha256)" in damaged.stderr
