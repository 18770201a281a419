"""What earlier runs left: advances due, money carried, held back or withheld.

A balance is taken up once. It stays with the outlet whose run left it while the person stands
there, or at no outlet in a post of the plan; from the first month on whose first day he stands at
another such outlet and no more at its own, the other one's run takes it up, and the old outlet's
runs write none of it any more. A run keeps whose balances it took. Where another plan replaced this
one for him, what he only owes goes on in that plan's run: of the old one nothing is paid any more.
What he drew goes on there if that plan has the draw, by its own rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Q

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Held, Ledger
from cheji.reads.appraisals import Month
from cheji.reads.pay.whom import stands
from cheji.records.calculations import ledger_of, origin_of
from cheji.records.models import PayBalance, PayInput, PayLine, Run

DUE, DRAWN = "due", "drawn"
#: By person runs with their outlets, or runs alone.
Sets = dict[int, list[tuple[int, int]]]
Runs = dict[int, tuple[int, ...]]


class Left(NamedTuple):
    """What runs left a person, and the ids of these runs."""

    ledger: Ledger = Ledger()
    runs: tuple[int, ...] = ()


def ledgers(asked: Month, plan: PayPlan, people: Iterable[int]) -> dict[int, Left]:
    """By person what a run of the outlet's month takes up."""
    wanted = list(people)
    sets = _waiting(asked, plan.code, wanted)
    runs = _kept_here(asked, sets, stands(asked, plan, sets))
    plans = asked.catalogue.all.pay_plans
    for heir in (one for one in plans if plan.code in one.replaces):
        passed = _owing(runs, heir) & _passed(asked, plan, heir, runs).keys()
        runs = {who: own for who, own in runs.items() if who not in passed}
    for old in (one for one in plans if one.code in plan.replaces):
        sets = _waiting(asked, old.code, wanted)
        homes = _passed(asked, old, plan, sets)
        left = _kept_here(asked, {who: sets[who] for who in homes}, homes)
        for who in _owing(left, plan):
            runs[who] = (*runs.get(who, ()), *left[who])
    rows = _rows(runs)
    return {who: Left(ledger_of(rows.get(who, ())), own) for who, own in runs.items() if own}


def _kept_here(asked: Month, sets: Sets, homes: Mapping[int, Sequence[int]]) -> Runs:
    """By person the runs whose balances this outlet takes up."""
    return {
        who: tuple(run for run, outlet in own
                   if keeper(outlet, homes.get(who, ())) == asked.outlet.id)
        for who, own in sets.items()
    }  # fmt: skip


def _passed(
    asked: Month, old: PayPlan, heir: PayPlan, people: Iterable[int]
) -> dict[int, list[int]]:
    """Where those of these people stand in a plan whom the one that it replaced pays no more."""
    there = list(people)
    still = stands(asked, old, there)
    return {who: homes for who, homes in stands(asked, heir, there).items() if who not in still}


def _owing(runs: Runs, heir: PayPlan) -> set[int]:
    """To whom these runs left nothing but debts, of draws those that the heir takes back too."""
    debts = {DUE: {""}, DRAWN: {draw.code for draw in heir.draws if draw.recoverable}}
    return {
        who for who, own in _rows(runs).items()
        if all(row.key in debts.get(row.kind, ()) for row in own)
    }  # fmt: skip


def keeper(outlet: int, homes: Sequence[int]) -> int:
    """The outlet that takes up what `outlet` left, of somebody who now stands at these."""
    return outlet if outlet in homes or not homes else homes[-1]


def paid_here(asked: Month, plan: PayPlan) -> set[int]:
    """Everybody who is in an earlier closed run of the outlet."""
    inputs = PayInput.objects.filter(
        run__kind="pay", run__outlet=asked.outlet.id, run__definition=plan.code,
        run__period__lt=asked.month, run__state__in=Run.FIXED,
    )  # fmt: skip
    return set(inputs.values_list("person", flat=True))


def _waiting(asked: Month, plan: str, people: Sequence[int]) -> Sets:
    """(run, outlet) of earlier closed runs of a plan that no closed run has taken up, by person."""
    inputs = PayInput.objects.filter(
        person__in=people, run__kind="pay", run__grain="month", run__state__in=Run.FIXED
    )
    columns = ("person", "run", "run__outlet", "run__period", "run__definition", "taken")
    rows = list(inputs.order_by("run__period", "run").values_list(*columns))
    taken = {(who, run) for who, *_, runs in rows for run in runs}
    found: Sets = {}
    for who, run, outlet, period, code, _ in rows:
        if code == plan and period < asked.month and (who, run) not in taken:
            found.setdefault(who, []).append((run, outlet))
    return found


def _rows(runs: Runs) -> dict[int, list[PayBalance]]:
    wanted = Q(pk__in=[])
    for run in {run for own in runs.values() for run in own}:
        wanted |= Q(run=run, person__in=[who for who, own in runs.items() if run in own])
    rows: dict[int, list[PayBalance]] = {}
    for row in PayBalance.objects.filter(wanted).order_by("id"):
        rows.setdefault(row.person_id, []).append(row)
    _with_origins(rows)
    return rows


def _with_origins(rows: dict[int, list[PayBalance]]) -> None:
    """Name the line that held each sum: it had no number yet when the run was worked out."""
    held = [one for own in rows.values() for one in own if one.kind == "held" and not one.origin]
    if not held:
        return
    runs = {one.run_id for one in held}
    lines = PayLine.objects.filter(run__in=runs, entry="reserve")
    columns = ("id", "run", "person", "component", "source_kind", "source")
    found: dict[tuple[int, int, str, str], list[int]] = {}
    for pk, run, who, component, noun, record in lines.order_by("id").values_list(*columns):
        found.setdefault((run, who, component, f"{noun}:{record}"), []).append(pk)
    for one in held:  # a deal is held of once for each component, in the order of the lines
        own = found.get((one.run_id, one.person_id, one.key, one.source))
        one.origin = f"{one.run_id}:{own.pop(0) if own else ''}"


def components_held(held: Iterable[Held]) -> dict[str, str]:
    """By origin the component of which a sum is held, as the line that held it says."""
    lines = {origin_of(one.origin)[1]: one.origin for one in held if one.origin}
    rows = PayLine.objects.filter(pk__in=[line for line in lines if line], entry="reserve")
    return {
        lines[pk]: str(args[1])
        for pk, args in rows.values_list("pk", "args")
        if args and len(args) > 1
    }
