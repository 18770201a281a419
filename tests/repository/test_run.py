"""`run.py` as a newcomer meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import run

from repository.tree import ROOT


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "run.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_a_command_it_lists_them() -> None:
    done = _run()
    assert done.returncode == 0
    assert [name for name in run.COMMANDS if f"run.py {name} " not in done.stdout] == []


def test_an_unknown_command_is_an_error() -> None:
    assert _run("dmeo").returncode == 2


def test_an_old_python_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(run.shutil, "which", lambda _name: None)
    with pytest.raises(run.Stop, match=r"3\.9") as stopped:
        run.need_python()
    assert "sudo apt install python3.11" in str(stopped.value)


def test_a_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(run.Stop) as stopped:
        run.make_environment()
    version = "{}.{}".format(*sys.version_info)
    assert f"sudo apt install python{version}-venv" in str(stopped.value)


def test_it_needs_nothing_but_the_standard_library() -> None:
    command = [sys.executable, "-I", "-S", str(ROOT / "run.py"), "help"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_tests_keep_what_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(run, "add_spark", lambda: None)
    seen: list[str | None] = []
    name = "PYTHONDONTWRITEBYTECODE"
    monkeypatch.setattr(run, "run", lambda *_, **__: seen.append(os.environ.get(name)) or 0)
    assert run.test([]) == 0
    assert seen == [None, None]


def test_a_change_of_the_lock_changes_the_stamp(tmp_path: Path) -> None:
    lock = tmp_path / "run.txt"
    lock.write_text("one")
    before = run.hash_of(lock)
    lock.write_text("two")
    assert run.hash_of(lock) != before
