"""An uploaded file as it is kept until it is committed: sealed to its batch, opened here alone."""

import hashlib

from cryptography.exceptions import InvalidTag

from .encryption import seal_bytes, unseal_bytes
from .refusals import Refused

FIELD = "import.upload"


class UploadUnreadable(Refused):
    """The uploaded file cannot be opened with this installation's key. Upload it again."""

    zh = "已上传的文件无法用本系统的密钥打开，请重新上传。"


def sealed(content: bytes, key: str) -> bytes:
    """The file to keep with the batch `key`."""
    return seal_bytes(content, field=FIELD, row=key)


def opened(raw: bytes, key: str, digest: str) -> bytes:
    """The file that was kept with the batch `key`; one of before files were sealed is as it is.

    Raises:
        UploadUnreadable: neither its seal nor its digest fits.
    """
    try:
        return unseal_bytes(raw, field=FIELD, row=key)
    except (InvalidTag, ValueError):
        if hashlib.sha256(raw).hexdigest() != digest:
            raise UploadUnreadable from None
        return raw
