"""What score cards and pay share: the month, the outlet asked for, addresses, replays."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.engine.periods import Period, from_key, month_key, month_shifted, period_of, preceding
from cheji.reads import people
from cheji.reads.replayed import Broken
from cheji.reads.seen import Where
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer
from cheji.records.words import MONTH
from cheji.web.asked import number
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Cell, Column, PeriodChoice, Row, Table
from cheji.web.wording import month_text

MONTHS_BACK = 24
#: People of a run that are shown at once; the others are counted.
MOST = 200


def month_asked(request: HttpRequest, today: date) -> int:
    """The month of the address, else the one that is running."""
    return checked_month(number(request, "period", month_key(today)))


def checked_month(key: int) -> int:
    """A month's key.

    Raises:
        BadValue: it is none.
    """
    try:
        from_key("month", key)
    except (ValueError, OverflowError):
        raise BadValue(field="period", value=key, why=MONTH) from None
    return key


def months(today: date, chosen: int, ahead: int = 0) -> PeriodChoice:
    """The months up to now and so many to come, and the one that is shown."""
    period: Period = period_of(today, "month")
    keys = {chosen, *(month_shifted(period.key, step + 1) for step in range(ahead))}
    for _step in range(MONTHS_BACK):
        keys.add(period.key)
        period = preceding(period)
    ordered = sorted(keys, reverse=True)
    at = ordered.index(chosen)
    return PeriodChoice(
        str(chosen),
        [(str(key), month_text(key)) for key in ordered],
        previous=str(ordered[at + 1]) if at + 1 < len(ordered) else None,
        next=str(ordered[at - 1]) if at else None,
    )


def running(tree: Tree, outlet: int, month: int) -> bool:
    """Whether the outlet's month has not ended on the viewer's day."""
    unit = tree.units.get(outlet)
    closing = unit.closing_day if unit else 0
    return tree.viewer.on < from_key("month", month, closing).until


def outlet_named(who: Viewer, wanted: str) -> Where | None:
    """The outlet of that code, or the only one; None for the overview of several.

    Raises:
        NotFound: it is not the viewer's.
    """
    found = people.outlets(who)
    for where in found:
        if wanted == where.code or (not wanted and len(found) == 1):
            return where
    if wanted or not found:
        raise NotFound(noun="outlet", key=wanted)
    return None


def address(name: str, *args: object, **query: object) -> str:
    kept = {key: value for key, value in query.items() if value not in ("", None)}
    url = reverse(name, args=args)
    return f"{url}?{urlencode(kept)}" if kept else url


def differing(broken: Sequence[Broken], words: Mapping[str, object] | None = None) -> Table | None:
    """What of a run is not as its frozen inputs give it; `words` say what differs by its code."""
    if not broken:
        return None
    columns = [
        Column("person", _("Person")),
        Column("what", _("What differs")),
        Column("kept", _("Kept")),
        Column("now", _("Worked out again")),
    ]
    rows = [
        Row([
            Cell(one.name or one.person or "—", note=one.person if one.name else ""),
            str((words or {}).get(one.what, one.what)), one.kept[:80], one.now[:80],
        ])
        for one in broken[:MOST]
    ]  # fmt: skip
    return Table(columns, rows, caption=_("What differs"), phone="cards", free=True)
