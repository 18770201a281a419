"""Which closed runs to work out again: those of which something changed since the last one looked.

The last closed run before a month put right what earlier ones lacked, up to its own mark and
moment; only what came after counts.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from cheji.engine.definitions import PayPlan
from cheji.engine.periods import from_key
from cheji.engine.tallies import NO_EXCESS
from cheji.reads.appraisals import Month
from cheji.reads.kept import YEAR
from cheji.records.models import (
    Appraisal,
    Delivery,
    Fact,
    PayException,
    PayInput,
    PaySplit,
    Run,
)
from cheji.records.standing import CYCLE

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
        *telling([outlet]).filter(month__in=[run.period for run in runs], id__gt=last.mark)
        .order_by().values_list("month", flat=True).distinct(),
        *of_splits(outlet, last.made_at),
        *_of_scores(asked, runs, last.made_at),
        *_of_left_out(asked, plan, people),
    }  # fmt: skip
    return [run for run in runs if run.period in months]


def telling(outlets: Collection[int]) -> "QuerySet[Fact]":
    """The outlets' facts, but for the note of an excess that is not known: it changes no pay."""
    return Fact.objects.filter(outlet__in=outlets).exclude(kind=NO_EXCESS)


def of_splits(outlet: int, since: datetime) -> Iterable[int]:
    """Months of the facts of orders whose pay was split since."""
    rows = PaySplit.objects.filter(order__outlet=outlet, approved=True, decided_at__gt=since)
    orders = set(rows.values_list("order", flat=True))
    if not orders:
        return ()
    deliveries = Delivery.objects.filter(order__in=orders).values("pk")
    of_orders = Q(source_kind="order", source__in=orders)
    facts = telling([outlet]).filter(of_orders | Q(source_kind="delivery", source__in=deliveries))
    return facts.order_by().values_list("month", flat=True).distinct()


def _of_scores(asked: Month, runs: Sequence[Run], since: datetime) -> Iterator[int]:
    """Months whose pay goes by a score that was closed, applied or changed since."""
    alone = Run.objects.exclude(definition__startswith=CYCLE)  # a cycle's count once applied
    yield from alone.filter(
        kind="score", outlet=asked.outlet.id, grain="month", closed_at__gt=since
    ).values_list("period", flat=True)
    paid = PayInput.objects.filter(run__in=runs).values("person")
    rows = Appraisal.objects.filter(
        Q(adjustments__made_at__gt=since) | Q(cycle__state="applied", cycle__moved_at__gt=since),
        Q(outlet=asked.outlet.id) | Q(person__in=paid),
    )
    spans = [from_key("month", run.period, asked.outlet.closing_day) for run in runs]
    told = rows.values_list("cycle__grain", "since", "until", "cycle__until")
    for grain, first, until, end in told.order_by().distinct():
        # What a longer cycle says holds for the months after it.
        begin, stop = (first, until) if grain == "month" else (end, end + YEAR)
        yield from (span.key for span in spans if span.start < stop and span.until > begin)


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
