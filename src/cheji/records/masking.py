"""Identifiers of persons and their cars in what is kept for ever: recognisable, no longer whole."""

import re
from collections.abc import Mapping
from typing import Any

from .encryption import mask_identity, mask_phone, normal_phone

IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
VIN = re.compile(
    r"(?<![0-9A-Za-z])(?=[A-Z]*\d)(?=\d*[A-Z])[A-HJ-NPR-Z0-9]{17}(?![0-9A-Za-z])", re.IGNORECASE
)
MOBILE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[ -]?)?[1\uff11][3-9\uff13-\uff19](?:[ -]?\d){9}(?!\d)"
)
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)")
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
    text = IDENTITY.sub(lambda found: mask_identity(found[0]), text)
    text = VIN.sub(lambda found: mask_vin(found[0]), text)
    for phone in (MOBILE, LANDLINE):
        text = phone.sub(lambda found: mask_phone(normal_phone(found[0])), text)
    return text


def masked(body: Any, name: str = "") -> Any:
    """The same structure with every text masked; what stands under `vin` is masked whole."""
    if isinstance(body, str):
        return mask_vin(body) if name in FRAME_NUMBERS else masked_text(body)
    if isinstance(body, Mapping):
        return {key: masked(value, str(key)) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [masked(value, name) for value in body]
    return body
