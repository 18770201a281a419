"""What is typed into a verb of pay, checked before it is written."""

from datetime import date

from cheji.actions.deeds import SayWhy
from cheji.actions.fitting import must_be_short
from cheji.engine.periods import month_key, month_shifted
from cheji.records.refusals import BadValue
from cheji.records.words import between

LONG, SHORT = 2_000, 400
#: How many months ahead something can be said about.
AHEAD = 12
FIRST = 2000_01


def checked(field: str, text: str, most: int = SHORT, *, needed: bool = True) -> str:
    """The text without blanks around it.

    Raises:
        SayWhy: it is needed and empty.
        TextTooLong: it has more characters than its column takes.
    """
    said = text.strip()
    if needed and not said:
        raise SayWhy(field=field)
    must_be_short(field, said, most)
    return said


def month_said(field: str, period: int | None, on: date) -> int:
    """A calendar month that pay can be about: YYYYMM."""
    last = month_shifted(month_key(on), AHEAD)
    if period is None or not FIRST <= period <= last or not 1 <= period % 100 <= 12:
        raise BadValue(field=field, value=period or "", why=between(FIRST, last))
    return period
