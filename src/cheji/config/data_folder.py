"""The data folder: where it is, who last wrote it, and the secret keys kept in it."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypedDict

from cheji import __version__
from cheji.config.troubles import BadSetting, FolderNotOurs, NewerProgramWrote


class Keys(TypedDict):
    """Secrets of one installation: Django's text key and two keys of 32 bytes."""

    django: str
    field: bytes
    index: bytes


def data_folder() -> Path:
    """The folder that `CHEJI_DATA` names, `./data` without it, as an absolute path."""
    return Path(os.environ.get("CHEJI_DATA") or "data").expanduser().resolve()


def open_folder(folder: Path) -> None:
    """Make the folder, or check that this version may open it, and note the version in it.

    Raises:
        NewerProgramWrote: a newer Cheji has used the folder.
        FolderNotOurs: this account may not read or write the folder.
    """
    marker = folder / "cheji.json"
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        with locked(folder / "cheji.lock"):
            theirs = _version_in(marker)
            if _numbers(theirs) > _numbers(__version__):
                raise NewerProgramWrote(folder=folder, theirs=theirs, ours=__version__)
            if theirs != __version__:
                _write(marker, {"version": __version__}, mode=0o644)
    except PermissionError as error:
        raise FolderNotOurs(folder=folder) from error


def keys(folder: Path) -> Keys:
    """The installation's keys: from the environment, else `keys.json`, made once with mode 0600."""
    names = ("django", "field", "index")
    given = {name: os.environ.get(f"CHEJI_KEY_{name.upper()}", "") for name in names}
    if not all(given.values()):
        open_folder(folder)
        given = _kept_keys(folder / "keys.json") | {n: v for n, v in given.items() if v}
    return Keys(
        django=given["django"],
        field=_thirty_two("field", given["field"]),
        index=_thirty_two("index", given["index"]),
    )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's exclusive lock; the system drops it when the process dies."""
    with private(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def private(path: Path) -> IO[str]:
    """The file opened for appending; made readable by its owner alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a")


def _kept_keys(path: Path) -> dict[str, str]:
    with locked(path.with_name("cheji.lock")):
        if not path.exists():
            fresh = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(3)]
            _write(path, dict(zip(("django", "field", "index"), fresh, strict=True)), mode=0o600)
        kept: dict[str, str] = json.loads(path.read_text())
        return kept


def _thirty_two(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise BadSetting(
            name=f"CHEJI_KEY_{name.upper()}",
            value="…",
            why_en="it must be 32 bytes in base64",
            why_zh="必须是 32 字节的 base64",
        )
    return key


def _version_in(marker: Path) -> str:
    return str(json.loads(marker.read_text())["version"]) if marker.exists() else "0"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _write(path: Path, content: dict[str, str], *, mode: int) -> None:
    """Write beside and rename, so that a crash leaves the old file or the new one."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
