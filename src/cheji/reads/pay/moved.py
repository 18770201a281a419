"""Which closed runs to work out again: those of which something changed since the last one looked.

The last closed run before a month put right what earlier ones lacked, up to its own mark and
moment; only what came after counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max, Q

from cheji.engine.definitions import PayPlan
from cheji.engine.periods import from_key
from cheji.engine.tallies import NO_EXCESS
from cheji.reads.appraisals import Month
from cheji.reads.kept import YEAR
from cheji.records.calculations import any_of
from cheji.records.models import (
    Appraisal,
    Delivery,
    Fact,
    PayException,
    PayInput,
    PaySplit,
    Run,
    Unit,
)
from cheji.records.standing import CYCLE

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: An outlet's id and a plan's code.
Key = tuple[int, str]


class Paid(NamedTuple):
    """The months that runs of a plan paid at an outlet, with the runs' ids by month.

    `mark` and `at` say up to which fact and moment the last run looked.
    """

    runs: Mapping[int, int]
    mark: int
    at: datetime


Plans = Mapping[Key, Paid]


def moved(asked: Month, plan: PayPlan, people: Sequence[int] | None = None) -> list[Run]:
    """Closed runs of earlier months for which something came, for these people or for all."""
    runs = Run.objects.filter(
        kind="pay", outlet=asked.outlet.id, grain="month", definition=plan.code,
        period__lt=asked.month, state__in=Run.FIXED,
    ).exclude(order="").order_by("period")  # fmt: skip
    told = list(runs.values_list("period", "pk", "mark", "made_at"))
    if not told:
        return []
    *_, (_period, _run, mark, at) = told
    paid = Paid({period: run for period, run, *_ in told}, mark, at)
    plans = {(asked.outlet.id, plan.code): paid}
    months = {month for _, month in (*changed(plans), *left_out(plans, people))}
    return list(runs.filter(period__in=months)) if months else []


def changed(plans: Plans) -> Iterator[tuple[Key, int]]:
    """Each plan with the months that it paid and of which something came since."""
    if not plans:
        return
    for told in (_of_facts(plans), _of_cars(plans), _of_splits(plans), _of_scores(plans)):
        yield from ((key, month) for key, month in told if month in plans[key].runs)


def left_out(plans: Plans, people: Sequence[int] | None = None) -> Iterator[tuple[Key, int]]:
    """Months with something left out: it may have been put right without a new fact."""
    if not plans:
        return
    rows = PayException.objects.filter(
        outlet__in=_outlets(plans), definition__in={code for _, code in plans},
        state="decided", how="leave_out",
    )  # fmt: skip
    if people is not None:
        rows = rows.filter(Q(person=None) | Q(person__in=people))
    columns = ("outlet", "definition", "period", "source_kind", "source")
    found = list(rows.order_by().values_list(*columns))
    months = _months_of({(noun, record) for *_, noun, record in found}, plans)
    for outlet, code, period, noun, record in found:
        if (outlet, code) in plans:
            # Of a record that came late the decision was taken in a later month than its own.
            for month in {period, *months.get((outlet, noun, record), ())}:
                yield (outlet, code), month


def _outlets(plans: Plans) -> set[int]:
    return {outlet for outlet, _ in plans}


def _telling(plans: Plans) -> "QuerySet[Fact]":
    """The outlets' facts, but for the note of an excess that is not known: it changes no pay."""
    return Fact.objects.filter(outlet__in=_outlets(plans)).exclude(kind=NO_EXCESS).order_by()


def _of_facts(plans: Plans) -> Iterator[tuple[Key, int]]:
    months = {month for paid in plans.values() for month in paid.runs}
    oldest = min(paid.mark for paid in plans.values())
    rows = _telling(plans).filter(month__in=months, id__gt=oldest)
    newest = rows.values_list("outlet", "month").annotate(Max("id"))
    here = _here(plans)
    for outlet, month, fact in newest:
        yield from ((key, month) for key in here[outlet] if fact > plans[key].mark)


def _here(plans: Plans) -> dict[int, list[Key]]:
    """The plans of each outlet."""
    found: dict[int, list[Key]] = {}
    for key in plans:
        found.setdefault(key[0], []).append(key)
    return found


def _of_cars(plans: Plans) -> Iterator[tuple[Key, int]]:
    """Months of undone deliveries of whose order another was entered or undone since.

    What was kept of a car that came back is taken once it is paid as delivered anew.
    """
    beside = Delivery.objects.filter(order__deliveries__void=True)
    rows = _telling(plans).filter(
        source_kind="delivery", source__in=beside.values("pk"),
        id__gt=min(paid.mark for paid in plans.values()),
    )  # fmt: skip
    newest = dict(rows.values_list("source").annotate(Max("id")))
    undone = Delivery.objects.filter(void=True, order__deliveries__in=newest)
    since: dict[tuple[str, int], int] = {}
    for car, other in undone.values_list("pk", "order__deliveries") if newest else ():
        since["delivery", car] = max(newest.get(other, 0), since.get(("delivery", car), 0))
    here = _here(plans)
    for (outlet, noun, record), months in _months_of(since, plans).items():
        for key in here[outlet]:
            if since[noun, record] > plans[key].mark:
                yield from ((key, month) for month in months)


def _of_splits(plans: Plans) -> Iterator[tuple[Key, int]]:
    """Months of the facts of orders whose pay was split since."""
    rows = PaySplit.objects.filter(
        order__outlet__in=_outlets(plans), approved=True, decided_at__gt=_oldest(plans)
    )
    since = dict(rows.order_by("decided_at").values_list("order", "decided_at"))
    if not since:
        return
    handed = Delivery.objects.filter(order__in=since).values_list("pk", "order")
    sources = {("order", order): at for order, at in since.items()}
    sources |= {("delivery", delivery): since[order] for delivery, order in handed}
    here = _here(plans)
    for (outlet, noun, record), months in _months_of(sources, plans).items():
        at = sources[noun, record]
        for key in here[outlet]:
            if at and at > plans[key].at:
                yield from ((key, month) for month in months)


def _oldest(plans: Plans) -> datetime:
    return min(paid.at for paid in plans.values())


def _months_of(
    sources: Iterable[tuple[str, int]], plans: Plans
) -> dict[tuple[int, str, int], set[int]]:
    """The months of the facts of each of these records at each outlet."""
    if not sources:
        return {}
    rows = _telling(plans).filter(any_of(sources))
    found: dict[tuple[int, str, int], set[int]] = {}
    columns = ("outlet", "source_kind", "source", "month")
    for outlet, noun, record, month in rows.values_list(*columns).distinct():
        found.setdefault((outlet, noun, record), set()).add(month)
    return found


# -- scores --------------------------------------------------------------------------------------


def _of_scores(plans: Plans) -> Iterator[tuple[Key, int]]:
    """Months whose pay goes by a score that was closed, applied or changed since."""
    alone = Run.objects.exclude(definition__startswith=CYCLE)  # a cycle's count once applied
    closed = alone.filter(
        kind="score", outlet__in=_outlets(plans), grain="month", closed_at__gt=_oldest(plans)
    )
    here = _here(plans)
    for outlet, month, at in closed.order_by().values_list("outlet", "period", "closed_at"):
        yield from ((key, month) for key in here[outlet] if at and at > plans[key].at)
    yield from _of_appraisals(plans)


def _of_appraisals(plans: Plans) -> Iterator[tuple[Key, int]]:
    since, outlets = _oldest(plans), _outlets(plans)
    inputs = PayInput.objects.filter(
        run__in=[n for one in plans.values() for n in one.runs.values()]
    )
    rows = Appraisal.objects.filter(
        Q(adjustments__made_at__gt=since) | Q(cycle__state="applied", cycle__moved_at__gt=since),
        Q(outlet__in=outlets) | Q(person__in=inputs.values("person")),
    )
    told = list(rows.order_by().values_list(*_TOLD).distinct())
    if not told:
        return
    where = _places(inputs.filter(person__in={row[1] for row in told}))
    here, closing = _here(plans), dict(Unit.objects.values_list("id", "closing_day"))
    for outlet, person, changed_at, state, moved_at, *days in told:
        at = max(one for one in (changed_at, moved_at if state == "applied" else None) if one)
        for key in {*here.get(outlet, ()), *where.get(person, ())}:
            if at > plans[key].at:
                yield from ((key, month) for month in _within(plans[key], closing[key[0]], *days))


def _places(inputs: "QuerySet[PayInput]") -> dict[int, list[Key]]:
    """The outlet and plan of each run that holds a person, by person."""
    found: dict[int, list[Key]] = {}
    columns = ("person", "run__outlet", "run__definition")
    for person, outlet, code in inputs.order_by().values_list(*columns).distinct():
        found.setdefault(person, []).append((outlet, code))
    return found


_TOLD = (
    "outlet", "person", "adjustments__made_at", "cycle__state", "cycle__moved_at",
    "cycle__grain", "since", "until", "cycle__until",
)  # fmt: skip


def _within(
    paid: Paid, closing_day: int, grain: str, since: date, until: date, end: date
) -> Iterator[int]:
    """The months for which an appraisal of these days holds."""
    # What a longer cycle says holds for the months after it.
    begin, stop = (since, until) if grain == "month" else (end, end + YEAR)
    spans = (from_key("month", month, closing_day) for month in paid.runs)
    yield from (span.key for span in spans if span.start < stop and span.until > begin)
