"""The program's own manners: language, help without a database, refusals, exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cheji import __version__, cli

HEAVY = {
    *("numpy", "duckdb", "pypinyin", "typst", "holidays", "python_calamine", "ninja", "granian"),
    *("cheji.config.urls", "cheji.web.urls", "cheji.cli.demo", "cheji.cli.bench"),
}


@pytest.mark.parametrize(
    ("chosen", "locale", "language"),
    [
        ("", "C.UTF-8", "zh-hans"),
        ("", "zh_CN.UTF-8", "zh-hans"),
        ("", "en_US.UTF-8", "en"),
        ("", "cs_CZ.UTF-8", "en"),
        ("en", "zh_CN.UTF-8", "en"),
        ("zh-hans", "en_US.UTF-8", "zh-hans"),
    ],
)
def test_language(monkeypatch: pytest.MonkeyPatch, chosen: str, locale: str, language: str) -> None:
    for name, value in {"CHEJI_LANGUAGE": chosen, "LC_ALL": locale}.items():
        monkeypatch.setenv(name, value)
    assert cli.language() == language


def _cheji(data: Path, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CHEJI_DATA": str(data), **extra}
    environment["DJANGO_SETTINGS_MODULE"] = "cheji.config.settings"
    command = [sys.executable, "-m", "cheji", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _imported(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Top-level modules, and those of the house, that a process with `-X importtime` imported."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rpartition("|")[2].strip() for line in lines}
    return {name if name.startswith("cheji") else name.partition(".")[0] for name in names}


def test_a_command_imports_what_it_needs(tmp_path: Path) -> None:
    told = {"PYTHONPROFILEIMPORTTIME": "1"}
    listed = _imported(_cheji(tmp_path, "--help", **told))
    assert (listed & {"typer", "cheji.cli"}, listed & (HEAVY | {"cheji.records.models"})) == (
        {"typer", "cheji.cli"},
        set(),
    )
    paying = _imported(_cheji(tmp_path, "pay", "--help", **told))
    assert (paying & {"cheji.reads.pay"}, paying & HEAVY) == ({"cheji.reads.pay"}, set())


def test_help_and_version_start_no_database(tmp_path: Path) -> None:
    assert "serve " in _cheji(tmp_path, "--help").stdout
    assert _cheji(tmp_path, "version").stdout == f"{__version__}\n"
    assert list(tmp_path.glob("postgres*")) == []


def test_an_unknown_command_is_a_wrong_call(tmp_path: Path) -> None:
    assert _cheji(tmp_path, "--no-such-option", "--help").returncode == 2


def test_a_refusal_is_one_message_in_the_terminals_language(tmp_path: Path) -> None:
    (tmp_path / "cheji.json").write_text('{"version": "99.0.0"}')
    done = _cheji(tmp_path, "init", CHEJI_LANGUAGE="en")
    assert done.returncode == 1
    assert done.stderr.startswith(f"The data folder {tmp_path} was last used by Cheji 99.0.0")
    assert "Traceback" not in done.stderr
    assert "99.0.0" in _cheji(tmp_path, "init", CHEJI_LANGUAGE="zh-hans").stderr


def test_a_bad_address_of_a_database_is_refused_without_showing_its_password(
    tmp_path: Path,
) -> None:
    done = _cheji(tmp_path, "init", CHEJI_DATABASE_URL="mysql://me:secret@host/db")
    assert (done.returncode, "secret" in done.stderr) == (1, False)
    done = _cheji(tmp_path, "init", CHEJI_DATABASE_URL="postgresql://me:secret@127.0.0.1:1/db")
    assert (done.returncode, "secret" in done.stderr) == (1, False)
