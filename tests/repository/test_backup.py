"""A backup goes into a new data folder and shows the same; a damaged one is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

PASSWORD = "Wanda-Kaiche-2026!"


def cheji(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cheji", *arguments],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("CHEJI")},
            "CHEJI_DATA": str(folder),
            "CHEJI_ADMIN_PASSWORD": PASSWORD,
            "CHEJI_LANGUAGE": "en",
            "DJANGO_SETTINGS_MODULE": "cheji.config.settings",
            "PYTHONPATH": "src",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_backup_restores_whole_and_only_into_an_empty_folder(tmp_path: Path) -> None:
    dump = tmp_path / "b.dump"
    assert cheji(tmp_path / "one", "init", "--group", "G", "--admin", "boss").returncode == 0
    assert cheji(tmp_path / "one", "backup", "--output", str(dump)).returncode == 0
    shown = json.loads((tmp_path / "b.dump.json").read_text())["shows"]
    assert shown["records_auditentry"] > 0

    restored = cheji(tmp_path / "two", "restore", str(dump))
    assert restored.returncode == 0, restored.stderr
    again = tmp_path / "c.dump"
    cheji(tmp_path / "two", "backup", "--output", str(again))
    assert json.loads((tmp_path / "c.dump.json").read_text())["shows"] == shown
    assert "nothing changed" in cheji(tmp_path / "two", "init", "--admin", "x").stdout

    dump.write_bytes(dump.read_bytes()[:-1])
    damaged = cheji(tmp_path / "three", "restore", str(dump))
    assert damaged.returncode == 2
    assert "not what its manifest says (sha256)" in damaged.stderr
