"""Rules on dates that every verb shares."""

from datetime import date

from cheji.records.refusals import Refused


class InTheFuture(Refused):
    """{field} {on} lies in the future (today is {today}). Enter the day on which it happened."""

    zh = "{field} {on} 在未来（今天是 {today}）。请填写实际发生的日期。"


class TooEarly(Refused):
    """{field} {on} lies before {since}. Check the date."""

    zh = "{field} {on} 早于 {since}。请核对日期。"


def happened(on: date, *, today: date, field: str, since: date | None = None) -> None:
    """Refuse a day after today or before `since`."""
    if on > today:
        raise InTheFuture(field=field, on=on, today=today)
    if since is not None and on < since:
        raise TooEarly(field=field, on=on, since=since)
