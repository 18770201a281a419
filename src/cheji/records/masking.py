"""Identifiers of persons and their cars in what is kept for ever: recognisable, no longer whole."""

import re
from collections.abc import Mapping
from typing import Any

from .encryption import mask_identity, mask_phone, normal_identity, normal_phone

GAP = r"[ \u00a0\u3000\uff0d\u2010-\u2015-]?"
"""What people type within a number; no dots: an amount has one."""
IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])(?:[1-9]\d{16}"
    rf"|[1-9]\d\d{GAP}\d{{3}}{GAP}(?:18|19|20)\d\d{GAP}\d\d{GAP}\d\d{GAP}\d{{3}}{GAP})"
    r"[\dXx](?![0-9A-Za-z])"
)
VIN = re.compile(
    r"(?<![0-9A-Za-z])(?=[A-Z]*\d)(?=\d*[A-Z])[A-HJ-NPR-Z0-9]{17}(?![0-9A-Za-z])", re.IGNORECASE
)
MOBILE = re.compile(
    rf"(?<![0-9])(?:(?:\+|00)?86{GAP})?[1\uff11][3-9\uff13-\uff19]"
    rf"(?:(?:{GAP}\d){{9}}|\d[.·]\d{{4}}[.·]\d{{4}})(?!\d)"
)
LANDLINE = re.compile(
    r"(?<!\d)(?<!\d\.)(?:(?:\+|00)86[ -]?)?"
    r"[(\uff08]?[0\uff10][1-9\uff11-\uff19]\d{1,2}[)\uff09]?"
    rf"(?:{GAP}|[.·])\d{{3,4}}(?:{GAP}|[.·])\d{{4}}(?!\d)"
)
DIGEST = re.compile(r"[0-9a-f]{64}")
FRAME_NUMBERS = frozenset({"vin"})


def mask_vin(text: str) -> str:
    """LSV**********1234: the maker's mark and the last four; a short one keeps its last two."""
    if len(text) > 8:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    return f"****{text[-2:]}" if text else ""


def masked_text(text: str) -> str:
    """The text with identity numbers, frame numbers and phone numbers masked; a digest as it is."""
    if DIGEST.fullmatch(text):
        return text
    text = IDENTITY.sub(lambda found: mask_identity(normal_identity(found[0])), text)
    text = VIN.sub(lambda found: mask_vin(found[0]), text)
    for phone in (MOBILE, LANDLINE):
        text = phone.sub(lambda found: mask_phone(normal_phone(found[0])), text)
    return text


def masked(body: Any, name: str = "") -> Any:
    """The same structure with every text masked; what stands under `vin` is masked whole.

    Keys are masked too: a map of words has the words of the file as keys.
    """
    if isinstance(body, str):
        return mask_vin(body) if name in FRAME_NUMBERS else masked_text(body)
    if isinstance(body, Mapping):
        return _masked_pairs(body)
    if isinstance(body, list | tuple):
        return [masked(value, name) for value in body]
    return body


def _masked_pairs(body: Mapping[Any, Any]) -> dict[Any, Any]:
    """The pairs of a mapping masked; keys that look the same afterwards are numbered."""
    found: dict[Any, Any] = {}
    for key, value in body.items():
        name = masked_text(key) if isinstance(key, str) else key
        found[f"{name} #{len(found) + 1}" if name in found else name] = masked(value, str(key))
    return found
