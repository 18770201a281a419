"""Numbers as people write them, exactly: money in fen, quantities in 1/10,000, never a float."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from cheji.files.cells import Cell, plain
from cheji.files.kinds import Column
from cheji.files.values.faults import Fault, Spelling

_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
_EXACT = Context(prec=60)
_LARGEST = 10**15
_MONEY_MARKS = re.compile(
    r"^(?:人民币|rmb|cny|usd|us\$|eur|gbp|inr|rs\.?|[¥$€£₹])|(?:元整?|圆|块|人民币|rmb|cny|usd|eur|[¥$€£₹])$"
)
_YUAN = re.compile(r"^[-+(]*(?:人民币|rmb|cny|¥)|(?:元整?|圆|块|人民币|rmb|cny|¥)[-)]*$")
_UNIT_SCALES = (10**3, 10**4, 10**6, 10**8)
_COUNT_MARKS = re.compile(r"(?:台|辆|个|人|批次?|次|件|组|位|户|张|条|天|日|km|公里)$")
_UNITS = {"亿": 8, "千万": 7, "百万": 6, "万": 4, "w": 4, "千": 3, "k": 3}
_UNIT = re.compile(r"(亿|千万|百万|万|w|千|k)$")
_PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_EXPONENT = re.compile(r"(\d+(?:\.\d*)?)e([+-]?\d{1,3})")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_DASHES = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-", "\uff0d": "-", "\u3000": " "})


class Written(NamedTuple):
    """A number as written: its value, whether it had a % sign, and a unit such as 万 or 元."""

    value: Decimal
    percent: bool
    scaled: bool


def money(cell: Cell, column: Column, spelling: Spelling) -> int:
    """Return an amount in fen."""
    if isinstance(cell, str) and _COUNT_MARKS.search(cell.strip()):
        raise Fault("not_number", text=cell)
    return _scaled_int(cell, column, spelling, 100, "not_whole_fen")


def quantity(cell: Cell, column: Column, spelling: Spelling) -> int:
    """Return a quantity in 1/10,000."""
    return _scaled_int(cell, column, spelling, 10_000, "too_fine")


def whole(cell: Cell, column: Column, spelling: Spelling) -> int:
    """Return a whole number inside the column's range."""
    found = _scaled_int(cell, column, spelling, 1, "not_whole")
    if column.low is not None and found < column.low:
        raise Fault("out_of_range", text=found, low=column.low, high=column.high)
    if column.high is not None and found > column.high:
        raise Fault("out_of_range", text=found, low=column.low, high=column.high)
    return found


def number(cell: Cell, column: Column, spelling: Spelling) -> Fraction:
    """Return an exact number; 60% is 3/5."""
    del column
    found = written(cell, spelling)
    value = Fraction(found.value)
    return value / 100 if found.percent else value


def percent(cell: Cell, column: Column, spelling: Spelling) -> Fraction:
    """Return a share; a bare number above 1 is refused because 60 may mean 60 % or 60 times."""
    del column
    found = written(cell, spelling)
    if found.percent:
        return Fraction(found.value) / 100
    if abs(found.value) > 1:
        raise Fault("percent_bare", text=plain(found.value))
    return Fraction(found.value)


def decimal(cell: Cell, spelling: Spelling) -> Decimal:
    """Return the plain value of a cell for arithmetic in a map, scaled as the column is."""
    found = written(cell, spelling)
    return found.value.scaleb(-2) if found.percent else found.value


def written(cell: Cell, spelling: Spelling) -> Written:
    """Read a number cell or a text; the column's scale applies where no unit is written."""
    if isinstance(cell, str):
        found = _from_text(cell, spelling)
    else:
        found = Written(_at_fifteen_digits(cell), percent=False, scaled=False)
    if found.scaled or found.percent or spelling.scale == 1:
        return found
    return Written(_EXACT.multiply(found.value, spelling.scale), found.percent, scaled=True)


def _at_fifteen_digits(cell: int | Decimal | None) -> Decimal:
    """Return a number as a spreadsheet shows it: 0.30000000000000004 is 0.3."""
    if isinstance(cell, int):
        return Decimal(cell)
    return _FIFTEEN.plus(cell or Decimal(0))


def _scaled_int(cell: Cell, column: Column, spelling: Spelling, scale: int, too_fine: str) -> int:
    del column
    found = written(cell, spelling)
    if found.percent:
        raise Fault("not_number", text=cell)
    value = _EXACT.multiply(found.value, Decimal(scale))
    if abs(value) > _LARGEST:
        raise Fault("too_big", text=plain(found.value))
    if value != value.to_integral_value():
        if not spelling.round:
            raise Fault(too_fine, text=plain(found.value))
        value = value.to_integral_value(ROUND_HALF_UP)
    return int(value)


def _from_text(text: str, spelling: Spelling) -> Written:
    bare = unicodedata.normalize("NFKC", text).translate(_DASHES).casefold()
    bare = bare.replace(" ", "").replace("'", "").replace("\xa0", "")
    in_yuan = spelling.scale in _UNIT_SCALES and _YUAN.search(bare) is not None
    bare, negative = _sign(bare)
    bare = _COUNT_MARKS.sub("", _MONEY_MARKS.sub("", _MONEY_MARKS.sub("", bare)))
    bare, negative = _sign(bare, negative=negative)
    is_percent = bare.endswith("%")
    bare = bare.removesuffix("%")
    unit = _UNIT.search(bare)
    if unit:
        bare = bare[: unit.start()]
    value = _digits(bare, text, spelling)
    if unit:
        value = value.scaleb(_UNITS[unit.group(1)])
    return Written(-value if negative else value, is_percent, unit is not None or in_yuan)


def _sign(text: str, *, negative: bool = False) -> tuple[str, bool]:
    """Take off a minus in front or behind, or the brackets of bookkeepers."""
    if len(text) > 2 and text[0] == "(" and text[-1] == ")":
        return text[1:-1], not negative
    if text[:1] == "-" or text[-1:] == "-":
        return text.strip("-"), not negative
    return text.removeprefix("+"), negative


def _digits(bare: str, text: str, spelling: Spelling) -> Decimal:
    if spelling.decimal_comma:
        bare = bare.replace(".", "\0").replace(",", ".").replace("\0", ",")
    exponent = _EXPONENT.fullmatch(bare)
    if _PLAIN.fullmatch(bare) or exponent:
        if len(bare) > 40 or (exponent and abs(int(exponent.group(2))) > 30):
            raise Fault("too_big", text=text)
        return Decimal(bare)
    if _GROUPED.fullmatch(bare):
        return Decimal(bare.replace(",", ""))
    if bare and not bare.strip("0123456789.,"):
        raise Fault("separators", text=text)
    raise Fault("not_number", text=text)
