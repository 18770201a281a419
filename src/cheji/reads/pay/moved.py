"""Which closed runs to work out again: those of which something changed since the last one looked.

The last closed run before a month put right what earlier ones lacked, up to its own mark and
moment; only what came after counts.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from cheji.engine.definitions import PayPlan
from cheji.engine.periods import month_key
from cheji.reads.appraisals import Month
from cheji.records.models import Adjustment, Delivery, Fact, PayException, PaySplit, Run

if TYPE_CHECKING:
    from django.db.models import QuerySet


def moved(asked: Month, plan: PayPlan, people: Sequence[int] | None = None) -> list[Run]:
    """Closed runs of earlier months for which something came, for these people or for all."""
    runs = list(
        Run.objects.filter(
            kind="pay", outlet=asked.outlet.id, grain="month", definition=plan.code,
            period__lt=asked.month, state__in=Run.FIXED,
        ).exclude(order="").order_by("period")
    )  # fmt: skip
    if not runs:
        return []
    last, outlet = runs[-1], asked.outlet.id
    months = {
        *_facts(outlet).filter(month__in=[run.period for run in runs], id__gt=last.mark)
        .order_by().values_list("month", flat=True).distinct(),
        *_of_splits(outlet, last.made_at),
        *_of_scores(asked, last.made_at),
        *_of_left_out(asked, plan, people),
    }  # fmt: skip
    return [run for run in runs if run.period in months]


def _facts(outlet: int) -> "QuerySet[Fact]":
    return Fact.objects.filter(outlet=outlet)


def _of_splits(outlet: int, since: datetime) -> Iterable[int]:
    """Months of the facts of orders whose pay was split since."""
    rows = PaySplit.objects.filter(order__outlet=outlet, approved=True, decided_at__gt=since)
    orders = set(rows.values_list("order", flat=True))
    if not orders:
        return ()
    deliveries = Delivery.objects.filter(order__in=orders).values("pk")
    of_orders = Q(source_kind="order", source__in=orders)
    facts = _facts(outlet).filter(of_orders | Q(source_kind="delivery", source__in=deliveries))
    return facts.order_by().values_list("month", flat=True).distinct()


def _of_scores(asked: Month, since: datetime) -> Iterable[int]:
    """Months in which a score counts that was changed since."""
    rows = Adjustment.objects.filter(appraisal__outlet=asked.outlet.id, made_at__gt=since)
    closing = asked.outlet.closing_day
    for first, until in rows.values_list("appraisal__since", "appraisal__until"):
        on = first
        while on < until:
            yield month_key(on, closing)
            on += timedelta(days=1)


def _of_left_out(asked: Month, plan: PayPlan, people: Sequence[int] | None) -> Iterable[int]:
    """Months with something left out: it may have been put right without a new fact."""
    rows = PayException.objects.filter(
        outlet=asked.outlet.id,
        period__lt=asked.month,
        definition=plan.code,
        state="decided",
        how="leave_out",
    )
    if people is not None:
        rows = rows.filter(Q(person=None) | Q(person__in=people))
    return rows.values_list("period", flat=True)
