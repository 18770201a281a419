"""What the clock tells about cycles: steps near their day, the end of appeals, late decisions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from cheji.actions import messages
from cheji.actions.appraisals.ground import tell
from cheji.actions.appraisals.moving import remind
from cheji.actions.deeds import deed
from cheji.engine.scores.cycles import BEFORE
from cheji.records.models import Appeal, Appraisal, Cycle, Message
from cheji.records.visibility import Viewer

#: A step is reminded of from so long before its day on, every day until it is done.
SOON: Final = timedelta(days=2)
#: So long before its end the window for appeals is told of, once.
CLOSING: Final = timedelta(days=2)


def remind_due(*, by: Viewer, at: datetime) -> int:
    """Tell what is due in all cycles, each at most once a day; returns how many were told.

    Where no cycle is nothing is done: a house that nobody used yet keeps an empty audit log.
    """
    if not Cycle.objects.exists():
        return 0
    rows = Cycle.objects.filter(
        state__in=BEFORE, steps__step=F("state"), steps__due_on__lte=by.on + SOON
    )
    told = sum(remind(by=by, at=at, cycle=row.pk) for row in rows.order_by("id"))
    with deed("appraisals.remind_due", by=by, at=at, right="appraisals.run") as doing:
        told += _windows(by, at) + _over(by, at) + _undecided(by, at)
        doing.tell(told=told)
    return told


def _windows(by: Viewer, at: datetime) -> int:
    """Whoever may still appeal, before the window ends; also where a morning was missed."""
    ending = Cycle.objects.filter(
        state="published", appeal_until__gt=by.on, appeal_until__lte=by.on + CLOSING
    )
    told = 0
    for row in ending.order_by("id"):
        people = row.appraisals.filter(left_out="").values_list("person", flat=True)
        told += _once(by, people, "closing", row, at)
    return told


def _over(by: Viewer, at: datetime) -> int:
    """Who runs a cycle whose window is over: it can go on."""
    ended = Cycle.objects.filter(state="published", appeal_until__lte=by.on)
    return sum(
        _once(
            by, messages.who_may("appraisals.run", over=row.unit, on=by.on), "window_over", row, at
        )
        for row in ended.select_related("unit").order_by("id")
    )


def _undecided(by: Viewer, at: datetime) -> int:
    """Who may decide an appeal that is due tomorrow or late: every day."""
    rows = Appeal.objects.filter(state__in=("open", "heard"), due_on__lte=by.on + timedelta(days=1))
    told = 0
    for row in rows.select_related("appraisal__cycle", "appraisal__outlet").order_by("id"):
        mine = row.appraisal
        marked = mine.tasks.exclude(part="self").values_list("owner", "delegate")
        barred = {mine.person_id, mine.manager_id, *(who for pair in marked for who in pair)}
        may = messages.who_may("appraisals.decide", over=mine.outlet, on=by.on)
        told += _once(by, set(may) - barred, "appeal_due", mine, at, daily=True)
    return told


def _once(
    by: Viewer,
    people: Iterable[int],
    what: str,
    about: Cycle | Appraisal,
    at: datetime,
    *,
    daily: bool = False,
) -> int:
    """Tell people of a thing unless they were told of it, or of what is told daily, today.

    Returns how many.
    """
    told = Message.objects.filter(kind=f"appraisals.{what}", body__id=about.pk)
    told = told.filter(made_at__date=at.date()) if daily else told
    whom = set(people) - set(told.values_list("person", flat=True))
    tell(by, whom, what, about, at)
    return len(whom)
