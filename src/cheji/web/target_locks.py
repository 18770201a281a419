"""Locked months below the target grid: which there are, and locking and unlocking one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from cheji.actions import target_locks as locking
from cheji.actions.deeds import SayWhy
from cheji.engine.periods import from_key, months_of
from cheji.reads import targets as reads
from cheji.reads.targets import TargetGrid
from cheji.records.visibility import Viewer
from cheji.web.asked import posted
from cheji.web.labels import sentence
from cheji.web.viewers import now, viewer
from cheji.web.wording import month_text


def shown(who: Viewer, unit: str, found: TargetGrid) -> dict[str, Any]:
    """The locked months that hold here, and what this viewer may do about them."""
    held = reads.locks(who, unit=unit, year=found.year)
    taken = {one.month for one in held}
    free = [month for month in months_of(from_key("year", found.year)) if month not in taken]
    return {
        "rows": [(one, month_text(one.month)) for one in held],
        "months": [(key, month_text(key)) for key in free] if found.may_write else [],
        "unlocks": who.can("targets.unlock"),
        "unit": found.parent.of.id,
    }


def turn(request: HttpRequest, act: Callable[..., None], told: str) -> None:
    """Lock or unlock the month as posted, and say so, or what stands in the way."""
    given = request.POST
    unit, month = posted(given, "unit"), posted(given, "month")
    try:
        act(by=viewer(request), at=now(), unit=unit, month=month, reason=given.get("reason", ""))
    except (locking.LockedAlready, locking.NotLocked, SayWhy) as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, told.format(month=month_text(month)))
