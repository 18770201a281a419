"""What earlier runs left: advances due, money carried, held back or withheld.

A balance is taken up once. It stays with the outlet whose run left it while the person stands
there, or at no outlet in a post of the plan; from the first month on whose first day he stands at
another such outlet and no more at its own, the other one's run takes it up, and the old outlet's
runs write none of it any more. A run keeps whose balances it took. Where another plan replaced this
one for him, his debts go on in that plan's run: of the old one he is paid no more than what it
still holds. What he drew goes by that plan's rule if it has the draw, else by the rule of then.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Q

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Held, Ledger
from cheji.reads.appraisals import Month
from cheji.reads.pay.whom import stands
from cheji.records.balances import DEBTS, Part, Taking, parts_of
from cheji.records.calculations import ledger_of, origin_of
from cheji.records.models import PayBalance, PayInput, PayLine, Run

#: By person runs with their outlets, or runs alone.
Sets = dict[int, list[tuple[int, int]]]
Runs = dict[int, tuple[int, ...]]


class Left(NamedTuple):
    """What runs left a person, and these runs as `PayInput.taken` names them."""

    ledger: Ledger = Ledger()
    runs: tuple[int, ...] = ()


class _Open(NamedTuple):
    """Earlier closed runs of a plan whose debts, and whose other balances, no closed run took."""

    debts: Sets
    rest: Sets


def ledgers(asked: Month, plan: PayPlan, people: Iterable[int]) -> dict[int, Left]:
    """By person what a run of the outlet's month takes up."""
    wanted = list(people)
    own = _open(asked, plan.code, wanted)
    homes = stands(asked, plan, {**own.rest, **own.debts})
    rest = _kept_here(asked, own.rest, homes)
    debts = _kept_here(asked, own.debts, homes)
    for heir in _heirs(asked, plan):
        passed = _passed(asked, plan, heir, debts)
        debts = {who: runs for who, runs in debts.items() if who not in passed}
    for old in asked.catalogue.all.pay_plans:
        if all(heir.code != plan.code for heir in _heirs(asked, old)):
            continue
        sets = _open(asked, old.code, wanted).debts
        homes = _first_of(asked, old, plan, sets)
        for who, runs in _kept_here(asked, {who: sets[who] for who in homes}, homes).items():
            debts[who] = (*debts.get(who, ()), *runs)
    return dict(_left(debts, rest))


def _heirs(asked: Month, plan: PayPlan) -> list[PayPlan]:
    """The plans that replaced this one, and those that replaced them."""
    found: dict[str, PayPlan] = {}
    codes = {plan.code}
    while codes:
        after = [one for one in asked.catalogue.all.pay_plans if codes & {*one.replaces}]
        codes = {one.code for one in after} - found.keys()
        found |= {one.code: one for one in after}
    return list(found.values())


def _first_of(
    asked: Month, old: PayPlan, plan: PayPlan, people: Iterable[int]
) -> dict[int, list[int]]:
    """Where those stand for whom this plan, first of those that replaced the old one, pays."""
    left = list(people)
    for heir in _heirs(asked, old):
        found = _passed(asked, old, heir, left)
        if heir.code == plan.code:
            return found
        left = [who for who in left if who not in found]
    return {}


def _left(debts: Runs, rest: Runs) -> Iterator[tuple[int, Left]]:
    """Of each person what the ledger takes up."""
    rows = _rows({who: (*debts.get(who, ()), *rest.get(who, ())) for who in {**debts, **rest}})
    for who in {**rest, **debts}:
        whole, owing = rest.get(who, ()), debts.get(who, ())
        kept = [
            row for row in rows.get(who, ())
            if row.run_id in (owing if row.kind in DEBTS else whole)
        ]  # fmt: skip
        alone = {row.run_id for row in kept} - {*whole}
        runs = (*whole, *(-run for run in owing if run in alone))
        if runs:
            yield who, Left(ledger_of(kept), runs)


def left_of(who: int, taken: Iterable[int]) -> Ledger:
    """What runs left a person, as `PayInput.taken` names them: of one below 0 the debts alone."""
    runs = list(taken)
    debts = {who: tuple(abs(run) for run in runs)}
    found = dict(_left(debts, {who: tuple(run for run in runs if run > 0)}))
    return found.get(who, Left()).ledger


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
    """Where those of these people stand in a plan whom an older one pays no more."""
    there = list(people)
    still = stands(asked, old, there)
    return {who: homes for who, homes in stands(asked, heir, there).items() if who not in still}


def passed_on(asked: Month, plan: PayPlan, people: Iterable[int]) -> set[int]:
    """Those of these people whose debts go on in a plan that replaced this one for them."""
    there = list(people)
    return {who for heir in _heirs(asked, plan) for who in _passed(asked, plan, heir, there)}


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


def _open(asked: Month, plan: str, people: Sequence[int]) -> _Open:
    """(run, outlet) of earlier closed runs of a plan by person, of which something is left."""
    inputs = PayInput.objects.filter(
        person__in=people, run__kind="pay", run__grain="month", run__state__in=Run.FIXED
    )
    columns = ("person", "run", "run__outlet", "run__period", "run__definition", "taken")
    rows = list(inputs.order_by("run__period", "run").values_list(*columns))
    codes = {run: code for _, run, _, _, code, _ in rows}
    replaced = any(plan in one.replaces for one in asked.catalogue.all.pay_plans)
    owing = _owing([run for run, code in codes.items() if code == plan]) if replaced else set()
    takings = [Taking(who, run, code, taken) for who, run, _, _, code, taken in rows]
    gone = {part for _, part in parts_of(takings, codes, owing)}
    found = _Open({}, {})
    for who, run, outlet, period, code, _ in rows:
        if code != plan or period >= asked.month:
            continue
        for sets, debts in ((found.debts, True), (found.rest, False)):
            if Part(who, run, debts) not in gone:
                sets.setdefault(who, []).append((run, outlet))
    return found


def _owing(runs: Sequence[int]) -> set[tuple[int, int]]:
    """(person, run) of whom these runs left debts."""
    rows = PayBalance.objects.filter(run__in=runs, kind__in=DEBTS).order_by()
    return set(rows.values_list("person", "run"))


def _rows(runs: Runs) -> dict[int, list[PayBalance]]:
    every = {run for own in runs.values() for run in own}
    if not every:
        return {}
    wanted = Q()
    for run in every:
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
