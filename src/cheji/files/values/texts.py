"""Texts, codes, yes and no, choices, phones and shares."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from cheji.engine.money import largest_remainder
from cheji.files.cells import BOOL, DATE, ENDLESS, ERROR, MARK, STALE, TIME, Cell, plain, shown
from cheji.files.kinds import Column
from cheji.files.names import visible, word
from cheji.files.values.faults import Fault, Spelling

_YES = frozenset(
    ["是", "首次", "有", "对", "真", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1", "on"]
)
_NO = frozenset(
    [
        "否",
        "无",
        "没有",
        "不是",
        "错",
        "假",
        "×",
        "✗",
        "✘",
        "x",
        "n",
        "no",
        "false",
        "f",
        "0",
        "off",
        "再次",
        "二次",
    ]
)
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+)e\+?|e\+)(\d{1,2})", re.IGNORECASE)
_PHONE_NOISE = re.compile(r"[\s\-().·_]+")
_DIGITS_KEPT = 15
_WHOLE_SHARE = 10_000


def refuse_marked(cell: Cell) -> None:
    """Raise the Fault of a cell that holds no usable value."""
    if not isinstance(cell, str) or not cell.startswith(MARK):
        return
    if cell.startswith(ERROR):
        raise Fault("error_cell", text=cell[2:])
    if cell.startswith(STALE):
        raise Fault("formula_no_value")
    if cell.startswith(ENDLESS):
        raise Fault("number_not_finite", text=cell[2:])


def text(cell: Cell, column: Column, spelling: Spelling) -> str | None:
    """Return a text without control characters; a whole number becomes its digits."""
    del spelling
    found = _written(cell)
    if not found.isprintable() or found[:1] == " " or found[-1:] == " ":
        found = visible(found)
    if len(found) > column.length:
        raise Fault("text_too_long", length=len(found), limit=column.length)
    return found or None


def code(cell: Cell, column: Column, spelling: Spelling) -> str | None:
    """Return a code: as text, with full-width letters and digits made narrow."""
    found = text(cell, column, spelling)
    if found is None or found.isascii():
        return found
    return unicodedata.normalize("NFKC", found).strip()


def yes_no(cell: Cell, column: Column, spelling: Spelling) -> bool:
    """Return a yes or no in Chinese, English or as 1 and 0."""
    del column, spelling
    if isinstance(cell, str) and cell.startswith(BOOL):
        return cell[len(BOOL) :] == "1"
    found = word(shown(cell))
    if found in _YES:
        return True
    if found in _NO:
        return False
    raise Fault("not_bool", text=shown(cell))


def choice(cell: Cell, column: Column, spelling: Spelling) -> str:
    """Return the code of a choice from its code, its name or another word for it."""
    del spelling
    try:
        return _words(column)[word(shown(cell))]
    except KeyError:
        zh = "、".join(one.zh for one in column.choices)
        en = ", ".join(one.en for one in column.choices)
        raise Fault("not_choice", text=shown(cell), choices_zh=zh, choices=en) from None


@lru_cache(maxsize=64)
def _words(column: Column) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in column.choices:
        for said in (one.code, one.zh, one.en, *one.aliases):
            found.setdefault(word(said), one.code)
    return found


def phone(cell: Cell, column: Column, spelling: Spelling) -> str | None:
    """Return the digits of a phone, without +86; a foreign number keeps its + sign.

    A masked number (138****8000) is None with the warning phone_masked.
    """
    del column, spelling
    given = _written(cell).strip().lstrip("'")
    if len(given) == 11 and given.isdecimal() and given.isascii():
        return given
    folded = unicodedata.normalize("NFKC", given)
    if re.search(r"[*xX]{2,}", folded):
        raise Fault("phone_masked", text=given)
    if re.search(r"\d[\s]*[/,;、|][\s]*\d", folded):
        raise Fault("two_phones", text=given)
    bare = _PHONE_NOISE.sub("", folded)
    bare = bare.removeprefix("+86").removeprefix("0086")
    if len(bare) == 13 and bare.startswith("861"):
        bare = bare[2:]
    if not re.fullmatch(r"\+?\d{5,20}", bare):
        raise Fault("not_phone", text=given)
    if bare.startswith("1") and len(bare) != 11:
        raise Fault("short_mobile", text=given, digits=len(bare))
    return bare


def shares(cell: Cell, column: Column, spelling: Spelling) -> tuple[tuple[str, int], ...] | None:
    """Return who has which part in 1/10,000: 张三:60;李四:40, or names alone for equal parts."""
    given = text(cell, column, spelling)
    if given is None:
        return None
    folded = unicodedata.normalize("NFKC", given)
    parts = [part.strip() for part in re.split(r"[;、\n/]|,(?!\d)", folded) if part.strip()]
    if len(parts) == 1 and ":" not in parts[0]:
        return ((parts[0], _WHOLE_SHARE),)
    if not any(re.search(r"[:=]", part) for part in parts):
        return tuple(zip(parts, largest_remainder(_WHOLE_SHARE, [1] * len(parts)), strict=True))
    return _weighted(parts, given)


def _weighted(parts: list[str], given: str) -> tuple[tuple[str, int], ...]:
    found = []
    for part in parts:
        name, mark, percent = part.replace("=", ":").rpartition(":")
        try:
            share = Fraction(Decimal(percent.strip().removesuffix("%")))
        except InvalidOperation:
            raise Fault("not_shares", text=given) from None
        if not mark or not name.strip() or share <= 0:
            raise Fault("not_shares", text=given)
        found.append((name.strip(), share * 100))
    total = sum((share for _, share in found), Fraction(0))
    if total != _WHOLE_SHARE or any(share.denominator != 1 for _, share in found):
        raise Fault("shares_sum", sum=plain(Decimal(int(total)) / 100))
    return tuple((name, int(share)) for name, share in found)


def _written(cell: Cell) -> str:
    """Return the text of a cell, refusing numbers of which a spreadsheet has dropped digits."""
    if isinstance(cell, str):
        if cell.startswith((DATE, TIME, BOOL)):
            return shown(cell).removesuffix(" 00:00:00")
        lost = _SCIENTIFIC.fullmatch(cell.strip())
        if lost is None:
            return cell
        digits = lost.group(1) + (lost.group(2) or "")
        if int(lost.group(3)) < len(digits) - 1 or int(lost.group(3)) >= len(digits):
            raise Fault("digits_lost", text=cell)
        return digits
    if isinstance(cell, int):
        return str(cell)
    number = Decimal(cell or 0)
    if len(number.as_tuple().digits) > _DIGITS_KEPT or abs(number) >= 10**_DIGITS_KEPT:
        raise Fault("digits_lost", text=plain(number))
    return plain(number)
