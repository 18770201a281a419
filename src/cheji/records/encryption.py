"""Personal identifiers at rest: AES-256-GCM with a key per field, and a keyed blind index.

A ciphertext is one byte of key version, a 12-byte nonce, and the sealed bytes. Its associated
data names the field and the row's own random key, so a ciphertext moved elsewhere is refused.
"""

import hmac
import os
import re
import unicodedata
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"
PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@lru_cache(maxsize=32)
def _key(root: bytes, purpose: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return derive.derive(root)


@lru_cache(maxsize=32)
def _cipher(root: bytes, field: str) -> AESGCM:
    return AESGCM(_key(root, f"field:{field}"))


def seal(text: str, *, field: str, row: str) -> bytes:
    """Encrypt `text` for the column `field` of the row whose random key is `row`."""
    return seal_bytes(text.encode(), field=field, row=row)


def seal_bytes(raw: bytes, *, field: str, row: str) -> bytes:
    """Encrypt bytes as `seal` encrypts a text."""
    nonce = os.urandom(12)
    cipher = _cipher(settings.CHEJI_KEYS["field"], field)
    return VERSION + nonce + cipher.encrypt(nonce, raw, f"{field}|{row}".encode())


def unseal(sealed: bytes | memoryview | None, *, field: str, row: str) -> str:
    """The text that was sealed; empty for None. Raises InvalidTag for a foreign ciphertext."""
    return "" if sealed is None else unseal_bytes(sealed, field=field, row=row).decode()


def unseal_bytes(sealed: bytes | memoryview, *, field: str, row: str) -> bytes:
    """The bytes that were sealed. Raises InvalidTag for a foreign ciphertext."""
    raw = bytes(sealed)
    cipher = _cipher(settings.CHEJI_KEYS["field"], field)
    return cipher.decrypt(raw[1:13], raw[13:], f"{field}|{row}".encode())


def blind(text: str, *, field: str) -> bytes | None:
    """A 16-byte keyed digest by which equal values find each other; None for an empty text."""
    if not text:
        return None
    key = _key(settings.CHEJI_KEYS["index"], f"index:{field}")
    return hmac.digest(key, text.encode(), "sha256")[:16]


def normal_phone(text: str) -> str:
    """Digits only, without +86/0086 before a mainland mobile; full-width digits are folded."""
    if PLAIN_MOBILE.fullmatch(text or ""):
        return text
    folded = unicodedata.normalize("NFKC", text or "")
    digits = re.sub(r"\D", "", folded)
    mobile = re.fullmatch(r"(?:0{0,2}86)?(1[3-9]\d{9})", digits)
    return mobile[1] if mobile else digits


def normal_identity(text: str) -> str:
    """An ID number as it is compared: full width folded, capitals, no blanks and hyphens."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text or "")).upper()


def short_mobile(text: str) -> bool:
    """Whether it begins like a mainland mobile (1…) and has not the 11 digits of one."""
    plain = unicodedata.normalize("NFKC", text or "").strip()
    digits = normal_phone(plain)
    return not plain.startswith("+") and digits.startswith("1") and len(digits) != 11


def mask_phone(text: str) -> str:
    """138****5678: the middle is hidden; short numbers show only their last two digits."""
    if len(text) >= 11:
        return f"{text[:3]}****{text[-4:]}"
    return f"****{text[-2:]}" if text else ""


def mask_identity(text: str) -> str:
    """110***********1234."""
    return f"{text[:3]}***********{text[-4:]}" if len(text) >= 8 else "****" if text else ""


def mask_name(text: str) -> str:
    """张**: the family name stays."""
    return text[:1] + "*" * min(2, max(1, len(text) - 1)) if text else ""
