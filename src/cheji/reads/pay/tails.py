"""Pay plans that others replaced, where something of them is still to be settled.

What is held, owed or came late of such a plan goes through runs of its own until nothing is left.
"""

from collections.abc import Collection, Iterator, Mapping

from cheji.engine.definitions import PayPlan, ended
from cheji.facts import mark
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.gathering import all_seeing
from cheji.reads.pay.late import put_right
from cheji.reads.pay.moved import Key, Paid, changed, left_out
from cheji.records.models import ManualLine, PayInput, Run


def left_over(
    ground: Ground, plans: Collection[PayPlan], month: int, outlet: int | None = None
) -> set[Key]:
    """Where a replaced plan has something left for a month; at all outlets for None.

    Its last run before still had people, something came later for a month that it paid, or an
    amount typed for it waits. `ground` sees everything.
    """
    replaced = {code for plan in plans for code in plan.replaces}
    if not replaced:
        return set()
    runs = Run.objects.filter(kind="pay", grain="month", definition__in=replaced, period__lt=month)
    typed = ManualLine.objects.filter(
        definition__in=replaced, period__lte=month, state="approved", run=None
    )
    if outlet is not None:
        runs, typed = runs.filter(outlet=outlet), typed.filter(outlet=outlet)
    newest = runs.order_by("outlet", "definition", "-period").distinct("outlet", "definition")
    last = {(run.outlet_id, run.definition): run for run in newest}
    months: dict[Key, dict[int, int]] = {}
    people = PayInput.objects.filter(run__in=runs).order_by()
    columns = people.values_list("run__outlet", "run__definition", "run__period", "run")
    for place, code, period, number in columns.distinct():
        months.setdefault((place, code), {})[period] = number
    over = {
        key: Paid(months.get(key, {}), run.mark, run.made_at)
        for key, run in last.items()
        if run.period not in months.get(key, {})
    }
    waiting = set(typed.order_by().values_list("outlet", "definition"))
    return (last.keys() - over.keys()) | waiting | _moved(ground, over, month)


def _moved(ground: Ground, over: Mapping[Key, Paid], month: int) -> set[Key]:
    """Of plans with nobody those for which something came, or was put right and is owed."""
    found = {key for key, _ in changed(over)}
    asked = {key for key, _ in left_out(over)} - found
    return found | {key for key in asked if _owes(ground, key, month)}


def _owes(ground: Ground, key: Key, month: int) -> bool:
    outlet, code = key
    asked = Month(ground, ground.places[outlet], month, mark())
    return bool(put_right(asked, asked.catalogue.pay_plan(code)).owed)


def tails(asked: Month) -> Iterator[PayPlan]:
    """The plans that others replaced for everybody at an outlet, and of which something is left."""
    plans, outlet = asked.catalogue.all.pay_plans, asked.outlet
    gone = [plan for plan in plans if ended(plan, plans, outlet.code)]
    if gone:
        left = left_over(all_seeing(asked.ground), plans, asked.month, outlet.id)
        yield from (plan for plan in gone if (outlet.id, plan.code) in left)
