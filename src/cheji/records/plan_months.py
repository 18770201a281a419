"""Months for which a pay plan comes late: runs of those whom it is for are there already."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from cheji.engine.definitions import PayPlan, pay_plan_of
from cheji.engine.definitions.pay_plan_meeting import posts_of
from cheji.engine.findings import Refused
from cheji.engine.periods import Period, from_key

from .models import PayInput, Run


@dataclass(frozen=True, slots=True)
class MonthsRun:
    """Months of which runs hold people whom a plan is for: closed, or worked out and still open."""

    closed: tuple[int, ...]
    open: tuple[int, ...]
    people: int


def months_run(body: Any, valid_from: date, outlet: int | None = None) -> MonthsRun | None:
    """The months from its first day on for which people of a pay plan are in a run; None: none.

    They are paid by whatever plan had them. A body that cannot be read has other faults.
    """
    try:
        plan = pay_plan_of(body)
    except Refused:
        return None
    kept = _inputs(plan, outlet)
    columns = kept.values_list("run__period", "run__outlet__closing_day").distinct()
    spans = [(key, day, from_key("month", key, day)) for key, day in columns]
    rows = [
        row
        for key, day, span in spans
        if span.until > valid_from  # what is in force on its last day rules a month
        for row in _for_plan(kept.filter(run__period=key, run__outlet__closing_day=day), plan, span)
    ]
    if not rows:
        return None
    closed = {month for month, state, _ in rows if state in Run.FIXED}
    open_ = {month for month, state, _ in rows if state not in Run.FIXED}
    people = {person for *_, person in rows}
    return MonthsRun(tuple(sorted(closed)), tuple(sorted(open_)), len(people))


def _inputs(plan: PayPlan, outlet: int | None) -> "QuerySet[PayInput]":
    """Who is in a monthly run of the outlets for which the plan holds."""
    rows = PayInput.objects.filter(run__kind="pay", run__grain="month").order_by()
    if outlet is not None:
        rows = rows.filter(run__outlet=outlet)
    return rows.filter(run__outlet__code__in=plan.outlets) if plan.outlets else rows


def _for_plan(
    rows: "QuerySet[PayInput]", plan: PayPlan, span: Period
) -> "QuerySet[PayInput, tuple[int, str, int]]":
    """Month, state and person where he has a post at the run's outlet that the plan is for."""
    post = Q(
        Q(person__posts__until=None) | Q(person__posts__until__gt=span.start),
        Q(person__posts__unit=F("run__outlet")) | Q(person__posts__unit__parent=F("run__outlet")),
        person__posts__role__in=posts_of(plan),
        person__posts__since__lt=span.until,
    )
    if plan.levels:
        post &= Q(person__posts__level__in=plan.levels)
    return rows.filter(post).values_list("run__period", "run__state", "person").distinct()
