"""Dates as serials and as text in Chinese and western forms; the order is given, never guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from cheji.files.cells import DATE, TIME, Cell, plain
from cheji.files.kinds import Column
from cheji.files.values.faults import DateOrder, Fault, Spelling

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 1, 1)
_BASE = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_CLOCK = (
    r"(?:[\s,t]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]m)?\s*(?:z|[+-]\d{2}:?\d{2})?)?"
)
_DAY_NAME = r"(?:\s*\(?(?:周|星期|礼拜)[一二三四五六日天]\)?)?"
_CHINESE = re.compile(r"(\d{2,4})年(\d{1,2})月(\d{1,2})[日号]?" + _DAY_NAME + _CLOCK)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _DAY_NAME + _CLOCK)
_NUMERIC = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + _CLOCK)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[t ]?(\d{2}):?(\d{2}):?(\d{2})?)?()")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s./]([a-z]{3,9})\.?,?[-\s./](\d{4})" + _CLOCK)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})" + _CLOCK)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+")
_PARTIAL = re.compile(r"\d{1,4}[-/年.]\d{1,2}月?|\d{1,2}月\d{1,2}[日号]?|\d{4}年?")
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_HALF = {"ymd": (0, 1, 2), "mdy": (2, 0, 1), "dmy": (2, 1, 0)}


class Numeric(NamedTuple):
    """A date of three numbers whose order is not told by its form, with its clock time."""

    parts: tuple[int, int, int]
    four_digit_year: bool
    clock: time
    text: str


def day(cell: Cell, column: Column, spelling: Spelling) -> date:
    """Return the calendar day of a cell; a time of day is left out."""
    return moment(cell, column, spelling).date()


def moment(cell: Cell, column: Column, spelling: Spelling) -> datetime:
    """Return day and time of a cell, without zone."""
    del column
    found = _moment(cell, spelling)
    if not EARLIEST <= found.date() < LATEST:
        raise Fault("date_far", text=found.date(), low=EARLIEST, high=LATEST)
    return found


def _moment(cell: Cell, spelling: Spelling) -> datetime:
    if not isinstance(cell, str):
        return _serial(cell or 0, spelling)
    if cell.startswith(DATE):
        return datetime.fromisoformat(cell[len(DATE) :])
    if cell.startswith(TIME):
        raise Fault("not_date", text=cell[len(TIME) :])
    found = parsed(cell)
    if isinstance(found, datetime):
        return found
    if isinstance(found, Numeric):
        return in_order(found, spelling.date_order)
    serial = _as_number(cell)
    if serial is not None:
        return _serial(serial, spelling)
    raise Fault(_reason(cell), text=cell)


def _as_number(text: str) -> Decimal | None:
    bare = unicodedata.normalize("NFKC", text).strip()
    return Decimal(bare) if re.fullmatch(r"[3-5]\d{4}(?:\.\d{1,12})?", bare) else None


def _reason(text: str) -> str:
    folded = _folded(text)
    return "date_without_year" if _PARTIAL.fullmatch(folded) else "not_date"


def _serial(number: int | Decimal, spelling: Spelling) -> datetime:
    """Read 46000 as a day count and 20261121 as its digits."""
    if isinstance(number, int) and 19_000_101 <= number <= 21_001_231:
        text = str(number)
        return _built(int(text[:4]), int(text[4:6]), int(text[6:]), time(), text)
    whole = int(number)
    if not 61 <= whole <= 80_000:
        raise Fault("not_date", text=plain(number))
    seconds = int(((Decimal(number) - whole) * 86_400).to_integral_value())
    midnight = datetime.combine(_BASE[spelling.date1904] + timedelta(days=whole), time())
    return midnight + timedelta(seconds=seconds)


@lru_cache(maxsize=65_536)
def parsed(text: str) -> datetime | Numeric | None:
    """Return the moment that a text tells by its form, or the numbers whose order is open.

    Raises:
        Fault: the form is clear and there is no such day.
    """
    folded = _folded(text)
    for form in (_YEAR_FIRST, _CHINESE, _COMPACT):
        found = form.fullmatch(folded)
        if found:
            year = _year(int(found.group(1)))
            return _built(year, int(found.group(2)), int(found.group(3)), _clock(found, text), text)
    found = _NUMERIC.fullmatch(folded)
    if found:
        one, two, three = (int(part) for part in found.group(1, 2, 3))
        return Numeric((one, two, three), len(found.group(3)) == 4, _clock(found, text), text)
    return _named(folded, text)


def in_order(found: Numeric, order: DateOrder) -> datetime:
    """Return the moment of three numbers in an order; raises Fault when it is not settled."""
    if order == "" and differs(found):
        raise Fault("date_unsettled", text=found.text)
    fits = readings(found)
    if not fits or (order == "ymd" and found.four_digit_year):
        raise Fault("impossible_date", text=found.text)
    year, month, mday = (found.parts[place] for place in _HALF[order or fits[0]])
    return _built(_year(year), month, mday, found.clock, found.text)


def differs(found: Numeric) -> bool:
    """Return whether the order of the numbers matters: 2/2/2022 is the same either way."""
    one, two, three = found.parts
    return one != two or (not found.four_digit_year and two != three)


def readings(found: Numeric) -> tuple[DateOrder, ...]:
    """Return the orders in which three numbers are a real day."""
    orders: tuple[DateOrder, ...] = (
        ("mdy", "dmy") if found.four_digit_year else ("ymd", "mdy", "dmy")
    )
    return tuple(order for order in orders if _try(found, order) is not None)


def _try(found: Numeric, order: DateOrder) -> date | None:
    year, month, mday = (found.parts[place] for place in _HALF[order])
    try:
        return date(_year(year), month, mday)
    except ValueError:
        return None


def _named(folded: str, text: str) -> datetime | None:
    bare = _WEEKDAY.sub("", folded)
    for form, places in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2))):
        found = form.fullmatch(bare)
        if found:
            year, month, mday = (found.group(place) for place in places)
            if month[:3] not in _MONTHS:
                return None
            number = _MONTHS.index(month[:3]) + 1
            return _built(int(year), number, int(mday), _clock(found, text), text)
    return None


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().strip().strip("'")
    if "年" not in folded and "月" not in folded:
        return folded
    return _chinese_numerals("".join(folded.split()) if ":" not in folded else folded)


def _chinese_numerals(text: str) -> str:
    """Turn 二〇二六年十一月二十一日 into 2026年11月21日."""
    if "十" in text:
        text = re.sub(r"(?<![一二三四五六七八九])十", "一十", text)
        text = re.sub(r"十(?=[一二三四五六七八九])", "", text).replace("十", "0")
    return text.translate(_NUMERALS) if not text.isascii() else text


def _year(number: int) -> int:
    if number >= 100:
        return number
    return number + (2000 if number < 70 else 1900)


def _clock(found: re.Match[str], text: str) -> time:
    hour, minute, second, half = found.groups()[-4:]
    if hour is None:
        return time()
    hours = int(hour)
    if half == "pm" and hours < 12:
        hours += 12
    elif half == "am" and hours == 12:
        hours = 0
    try:
        return time(hours, int(minute), int(second or 0))
    except ValueError:
        raise Fault("impossible_date", text=text) from None


def _built(year: int, month: int, mday: int, clock: time, text: str) -> datetime:
    try:
        return datetime.combine(date(year, month, mday), clock)
    except ValueError:
        raise Fault("impossible_date", text=text) from None
