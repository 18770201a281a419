"""What waits on the cockpit, and what a consultant's month pays so far."""

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from cheji.reads import pay as pay_reads
from cheji.reads import prospects
from cheji.reads.asking import Asked
from cheji.reads.cockpit import Cockpit
from cheji.reads.kpis import Of
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.navigation import address, record_url
from cheji.web.pay_further import made_text
from cheji.web.templatetags import figures

DUE_SHOWN = 6
LEVEL_TONES = {"H": "is-warn", "A": "is-note"}


def waiting(found: Cockpit) -> list[dict[str, Any]]:
    """What waits today, each with the list that shows it."""
    today, narrow = found.today, _narrow(found.of)
    prospects_url, orders_url = address("prospects"), address("orders")
    return [
        _item(_("Follow-ups due"), today.due, prospects_url, {**narrow, "due": 1}, "clock"),
        _item(
            _("Overdue"), today.overdue, prospects_url, {**narrow, "overdue": 1}, "alert-triangle"
        ),
        _item(
            _("Orders past their promise"),
            today.late_orders,
            orders_url,
            {**_orders(narrow), "late": 1},
            "calendar-event",
        ),
    ]


def _narrow(of: Of) -> dict[str, str]:
    if of.kind == "person":
        return {"owner": of.code}
    return {"outlet": of.code} if of.kind in ("region", "outlet") else {}


def _orders(narrow: dict[str, str]) -> dict[str, str]:
    return {"person" if name == "owner" else name: value for name, value in narrow.items()}


def _item(label: str, count: int, url: str, query: dict[str, Any], icon: str) -> dict[str, Any]:
    bad = count and icon != "clock"
    return {
        "label": label,
        "count": count,
        "url": f"{url}?{urlencode(query)}" if url else "",
        "icon": icon,
        "state": "bad" if bad else "",
    }


def due(who: Viewer, found: Cockpit) -> list[dict[str, Any]]:
    """The follow-ups that wait longest."""
    question = Asked(
        filters=(("owner", found.of.code), ("due", "1")), sort="next_follow_up_on", size=DUE_SHOWN
    )
    return [
        {
            "row": row,
            "url": record_url("prospect", row.id),
            "name": row.customer.name if row.customer else row.number,
            "tone": LEVEL_TONES.get(row.level, ""),
        }
        for row in prospects.prospects(who, question).rows
    ]


def pay(who: Viewer, found: Cockpit) -> dict[str, Any] | None:
    """What the month pays so far, and one more car; nothing for whom pay is not to be seen."""
    if found.grain != "month":
        return None
    try:
        worth = pay_reads.what_if(who, found.of.code, found.period, models=False)
    except NotFound:
        return None
    url = address("pay-statement", found.of.code, found.period)
    gap = worth.next_from - worth.units if worth.next_from is not None else None
    units = figures.digits(worth.units, 2, trim=True)
    more, further = address("pay-what-if"), worth.cars[0]
    return {
        "worth": worth,
        "further": further.before[0],
        "made": made_text(further.before[0], further.unpaid_before),
        "url": url,
        "more": f"{more}?{urlencode({'person': found.of.code, 'period': found.period})}",
        "gap": gap,
        "units": units,
    }
