"""Returned deals as they stood last: what they amounted to, whose they were, and in which parts."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from django.db.models import Max, Min

from cheji.engine.pay import Deal
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Slice
from cheji.reads.pay.deals import Sold, deals, looks_at_deals, shared_of, sold, splits_of, standing
from cheji.reads.pay.gathered import Gathered
from cheji.reads.pay.whom import elsewhere
from cheji.records.calculations import any_of, split
from cheji.records.models import Fact, PaySplit


def stood(past: Month, made: Gathered, back: Iterable[str]) -> dict[int, list[Deal]]:
    """By person the deals that came `back`, by the facts before and the split approved last.

    `made` are the month's inputs as they are now. Who had no part of a deal any more has none here.
    """
    found: dict[int, list[Deal]] = {}
    away = elsewhere(past, made.plan, made.stints, made.rules) if back else {}
    for mark, sources in _last_marks(back).items():
        was = _was(past, made, mark, sources)
        splits = splits_of(was, made.measures)
        parted = {**shared_of(was, made.measures), **standing(splits)}
        for who in {*was.amounts, *(who for one in parted.values() for who in one.pay)}:
            own = [one for one in deals(was, who, parted) if one.on_date not in away.get(who, ())]
            found[who] = [*found.get(who, ()), *own]
    return found


def _was(past: Month, made: Gathered, mark: int, sources: AbstractSet[tuple[str, int]]) -> Sold:
    """These deals alone, by the facts up to a mark."""
    detailed = looks_at_deals(made.plan)
    was = sold(past, [Slice(past.outlet.id)], made.measures, detailed=detailed, until=mark)
    amounts = {
        who: {source: sums for source, sums in own.items() if source in sources}
        for who, own in was.amounts.items()
    }
    return replace(was, amounts={who: own for who, own in amounts.items() if own})


def _last_marks(back: Iterable[str]) -> dict[int, set[tuple[str, int]]]:
    """The fact before all of a deal was written back, with the deals."""
    rows = Fact.objects.filter(any_of(map(split, back)), reverses__isnull=False).order_by()
    deals = rows.values_list("source_kind", "source")
    last = {(noun, record): at for noun, record, at in deals.annotate(Max("recorded_at"))}
    found: dict[int, set[tuple[str, int]]] = {}
    for noun, record, at, first in deals.values_list(
        "source_kind", "source", "recorded_at"
    ).annotate(Min("id")):
        if at == last[noun, record]:
            found.setdefault(first - 1, set()).add((noun, record))
    return found


def rests_on_others(people: Sequence[int]) -> bool:
    """Whether these have a part of a returned car: of whom it was paid first tells what it was."""
    splits = PaySplit.objects.filter(approved=True, order__deliveries__void=True)
    return any(splits.filter(parts__contains=[[who]]).exists() for who in people)
