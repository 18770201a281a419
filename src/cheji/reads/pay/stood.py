"""Returned deals as they stood last: what they amounted to, whose they were, and in which parts."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from cheji.engine.pay import Deal
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Slice
from cheji.reads.pay.deals import (
    Sold,
    Source,
    deals,
    looks_at_deals,
    shared_of,
    sold,
    splits_of,
    standing,
)
from cheji.reads.pay.gathered import Gathered
from cheji.reads.pay.whom import elsewhere
from cheji.records.calculations import any_of, split
from cheji.records.models import Delivery, Fact, PaySplit, Run


def stood(past: Month, made: Gathered, back: Iterable[str]) -> dict[int, list[Deal]]:
    """By person the deals that came `back`, by the facts before and the split approved last.

    `made` are the month's inputs as they are now. Who had no part of a deal any more has none here.
    """
    found: dict[int, list[Deal]] = {}
    away = elsewhere(past, made.plan, made.stints, made.rules) if back else {}
    for mark, sources in _points(back):
        was = _was(past, made, mark, sources)
        splits = splits_of(was, made.measures)
        parted = {**shared_of(was, made.measures), **standing(splits)}
        for who in {*was.amounts, *(who for one in parted.values() for who in one.pay)}:
            own = [one for one in deals(was, who, parted) if one.on_date not in away.get(who, ())]
            found[who] = [*found.get(who, ()), *own]
    return found


def _was(past: Month, made: Gathered, mark: int, sources: AbstractSet[Source]) -> Sold:
    """These deals alone, by the facts up to a mark."""
    detailed = looks_at_deals(made.plan)
    was = sold(past, [Slice(past.outlet.id)], made.measures, detailed=detailed, until=mark)
    amounts = {
        who: {source: sums for source, sums in own.items() if source in sources}
        for who, own in was.amounts.items()
    }
    return replace(was, amounts={who: own for who, own in amounts.items() if own})


def _points(back: Iterable[str]) -> Iterator[tuple[int, set[Source]]]:
    """Few facts up to which to look, with the deals that stood there as they did last."""
    spans = sorted((mark, known, source) for source, (known, mark) in _spans(back).items())
    while spans:
        point = spans[0][0]
        yield point, {source for _, known, source in spans if known <= point}
        spans = [span for span in spans if span[1] > point]


def _spans(back: Iterable[str]) -> dict[Source, tuple[int, int]]:
    """The last fact of each deal before all of it was written back, and the last one of any."""
    rows = Fact.objects.filter(any_of(map(split, back))).order_by("id")
    told: dict[Source, list[tuple[int, datetime, bool]]] = {}
    for noun, record, number, at, reverses in rows.values_list(
        "source_kind", "source", "id", "recorded_at", "reverses"
    ):
        told.setdefault((noun, record), []).append((number, at, reverses is not None))
    found = {}
    for source, facts in told.items():
        last = max((at for _, at, undoes in facts if undoes), default=None)
        ends = [number for number, at, undoes in facts if undoes and at == last]
        if ends:
            known = max((number for number, *_ in facts if number < ends[0]), default=0)
            found[source] = known, ends[0] - 1
    return found


def rests_on_others(run: Run, people: Sequence[int], paid: AbstractSet[str]) -> bool:
    """Whether these have a part of a returned car: of whom it was paid first tells what it was.

    So has who took over a car since the run that came back before another one paid it to him;
    `paid` are those that this run paid.
    """
    own = Fact.objects.filter(
        outlet=run.outlet_id, month=run.period, id__gt=run.mark, person__in=people,
        source_kind="delivery",
        source__in=Delivery.objects.filter(void=True).values("pk"),
    )  # fmt: skip
    cars = own.order_by().values_list("source", flat=True).distinct()
    if any(f"delivery:{car}" not in paid for car in cars):
        return True
    splits = PaySplit.objects.filter(approved=True, order__deliveries__void=True)
    return any(splits.filter(parts__contains=[[who]]).exists() for who in people)
