"""Pay plans that others replaced, where something of them is still to be settled.

What is held, owed or came late of such a plan goes through runs of its own until nothing is left.
"""

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Max

from cheji.engine.definitions import PayPlan, ended
from cheji.reads.appraisals import Month
from cheji.reads.pay.moved import of_splits, telling
from cheji.records.models import PayInput, PaySplit, Run

#: An outlet's id and a plan's code.
Key = tuple[int, str]
Months = Mapping[Key, Collection[int]]


def left_over(plans: Collection[PayPlan], month: int, outlet: int | None = None) -> set[Key]:
    """Where a replaced plan has something left for a month; at all outlets for None.

    Its last run before still had people, or something came later for a month that it paid.
    """
    replaced = {code for plan in plans for code in plan.replaces}
    if not replaced:
        return set()
    runs = Run.objects.filter(kind="pay", grain="month", definition__in=replaced, period__lt=month)
    if outlet is not None:
        runs = runs.filter(outlet=outlet)
    newest = runs.order_by("outlet", "definition", "-period").distinct("outlet", "definition")
    last = {(run.outlet_id, run.definition): run for run in newest}
    paid: dict[Key, set[int]] = {}
    people = PayInput.objects.filter(run__in=runs).order_by()
    columns = people.values_list("run__outlet", "run__definition", "run__period")
    for place, code, period in columns.distinct():
        paid.setdefault((place, code), set()).add(period)
    over = {key: run for key, run in last.items() if run.period not in paid.get(key, ())}
    return (last.keys() - over.keys()) | set(_moved(over, paid))


def tails(asked: Month) -> list[str]:
    """The plans that others replaced for everybody at an outlet, and of which something is left."""
    plans = asked.catalogue.all.pay_plans
    left = left_over(plans, asked.month, asked.outlet.id)
    return [
        plan.code
        for plan in plans
        if (asked.outlet.id, plan.code) in left and ended(plan, plans, asked.outlet.code)
    ]


def _moved(over: Mapping[Key, Run], paid: Months) -> Iterator[Key]:
    """Of runs with nobody those after which something came for a month that their plan paid."""
    facts = _facts(over, paid)
    split = _split(over)
    for key, run in over.items():
        months, outlet = paid.get(key, ()), run.outlet_id
        late = any(facts.get((outlet, month), 0) > run.mark for month in months)
        if late or (outlet in split and {*months} & {*of_splits(outlet, run.made_at)}):
            yield key


def _facts(over: Mapping[Key, Run], paid: Months) -> dict[tuple[int, int], int]:
    """The highest fact by outlet and month, of those after the oldest of these runs."""
    months = {month for key in over for month in paid.get(key, ())}
    if not months:
        return {}
    oldest = min(run.mark for run in over.values())
    rows = telling({outlet for outlet, _ in over}).filter(month__in=months, id__gt=oldest)
    found = rows.order_by().values_list("outlet", "month").annotate(Max("id"))
    return {(outlet, month): fact for outlet, month, fact in found}


def _split(over: Mapping[Key, Run]) -> set[int]:
    """The outlets of which an order's pay was split after the oldest of these runs."""
    if not over:
        return set()
    since = min(run.made_at for run in over.values())
    rows = PaySplit.objects.filter(approved=True, decided_at__gt=since)
    return set(rows.values_list("order__outlet", flat=True))
