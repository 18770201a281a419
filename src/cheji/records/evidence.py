"""A file of evidence as it is kept: known by its first bytes, sealed, proved by its digest."""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag

from .encryption import seal_bytes, unseal_bytes
from .refusals import Refused

FIELD: Final = "evidence.content"
MIB: Final = 1 << 20
#: The largest file, in bytes, and how many there are beside one thing.
MOST_BYTES: Final = 10 * MIB
MOST_FILES: Final = 10
BEGINNINGS: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}


class FileDamaged(Refused):
    """This file is not what was attached: it cannot be opened, or its digest differs."""

    zh = "该文件与提交时不一致：无法打开或校验值不符。"


def kind_of(content: bytes) -> str:
    """The type that the file's first bytes tell; empty for one that is not taken."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    known = (kind for start, kind in BEGINNINGS.items() if content.startswith(start))
    return next(known, "")


def digest_of(content: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def sealed(content: bytes, key: str) -> bytes:
    """The file to keep in the row `key`."""
    return seal_bytes(content, field=FIELD, row=key)


def opened(raw: bytes, key: str, digest: str) -> bytes:
    """The file that was kept in the row `key`.

    Raises:
        FileDamaged: its seal or its digest does not fit.
    """
    try:
        content = unseal_bytes(raw, field=FIELD, row=key)
    except (InvalidTag, ValueError):
        raise FileDamaged from None
    if digest_of(content) != digest:
        raise FileDamaged
    return content
