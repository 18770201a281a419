"""What was read of an upload, kept between the steps of the wizard: sealed, and gone after a day.

Each file lies in a folder named by the upload's digest, below `readings` in the data folder. It is
readable by its owner alone and sealed with the installation's key, so a file that was tampered
with is not opened. Whatever cannot be opened is read from the upload again.
"""

import hashlib
import os
import pickle
import shutil
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from django.conf import settings

from cheji import __version__
from cheji.records import encryption
from cheji.records.collecting import without_collecting

FOLDER, FIELD = "readings", "reading"
LEAST_FREE = 1 << 30
"""Bytes that must stay free on the disk; with less, nothing is kept."""

Found = TypeVar("Found")


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def kept(digest: str, asked: Any, make: Callable[[], Found]) -> Found:
    """What was made for this question before, else what `make` gives now.

    Args:
        digest: SHA-256 of the upload, by which all of it is dropped together.
        asked: whatever the answer depends on besides; its `repr` tells questions apart.
        make: reads the upload; what it raises passes through.
    """
    name = hashlib.sha256(f"{__version__}|{asked!r}".encode()).hexdigest()
    file = _place() / digest / name
    found = _opened(file)
    if found is None:
        found = make()
        with suppress(OSError):
            _write(file, found)
    return found


def drop(digest: str) -> None:
    """Forget all that was kept of an upload."""
    shutil.rmtree(_place() / digest, ignore_errors=True)


def drop_older(than: datetime) -> int:
    """Forget what was written before; returns how many uploads that were."""
    old = [one for one in _place().glob("*") if one.stat().st_mtime < than.timestamp()]
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)


def _place() -> Path:
    return Path(settings.CHEJI_DATA) / FOLDER


def _opened(file: Path) -> Any:
    """The value in the file; None where there is none that is whole and ours."""
    try:
        raw = encryption.unseal_bytes(file.read_bytes(), field=FIELD, row=file.name)
    except (OSError, InvalidTag, ValueError):
        return None
    with without_collecting():
        return pickle.loads(zlib.decompress(raw))  # noqa: S301  sealed with our own key


def _write(file: Path, found: Any) -> None:
    """Write beside and rename, so that nobody reads half a file."""
    for folder in (_place(), file.parent):  # `parents` would make the outer one readable by all
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    if shutil.disk_usage(file.parent).free < LEAST_FREE:
        return
    with without_collecting():
        raw = zlib.compress(pickle.dumps(found, pickle.HIGHEST_PROTOCOL), 1)
    beside = file.with_name(f"{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(encryption.seal_bytes(raw, field=FIELD, row=file.name))
    beside.replace(file)
