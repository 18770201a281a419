"""The data folder's keys: made once, private, complete, or refused."""

import base64
import json
from pathlib import Path

import pytest

from cheji import __version__
from cheji.config import data_folder, environment
from cheji.config.troubles import BadSetting


@pytest.fixture(autouse=True)
def _no_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DJANGO", "FIELD", "INDEX"):
        monkeypatch.delenv(f"CHEJI_KEY_{name}")


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    first = data_folder.keys(folder)
    assert data_folder.keys(folder) == first
    assert len({first["field"], first["index"], base64.b64decode(first["django"])}) == 3
    assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o077 == 0o011
    assert json.loads((folder / "cheji.json").read_text()) == {"version": __version__}


def test_a_key_from_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEJI_KEY_FIELD", base64.b64encode(b"f" * 32).decode())
    assert data_folder.keys(tmp_path)["field"] == b"f" * 32


@pytest.mark.parametrize("text", ["short", base64.b64encode(b"f" * 31).decode(), "ÿ" * 44])
def test_a_bad_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CHEJI_KEY_INDEX", text)
    with pytest.raises(BadSetting) as refused:
        data_folder.keys(tmp_path)
    assert refused.value.place["name"] == "CHEJI_KEY_INDEX"
    assert text not in str(refused.value)


@pytest.mark.parametrize("text", ["0", "-5", "many", "1.5", "\u0661"])
def test_a_setting_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CHEJI_IDLE_MINUTES", text)
    with pytest.raises(BadSetting):
        environment.number("CHEJI_IDLE_MINUTES", 120)
