"""What earlier runs left: advances due, money carried, held back or withheld.

A balance is taken up once. It stays with the outlet whose run left it while the person stands
there, or at no outlet in a post of the plan; from the first month on whose first day he stands at
another such outlet and no more at its own, the other one's run takes it up, and the old outlet's
runs write none of it any more. A run keeps whose balances it took.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Ledger
from cheji.reads.appraisals import Month
from cheji.reads.pay.whom import stands
from cheji.records.calculations import ledger_of
from cheji.records.models import PayBalance, PayInput, PayLine, Run


class Left(NamedTuple):
    """What runs left a person, and the ids of these runs."""

    ledger: Ledger = Ledger()
    runs: tuple[int, ...] = ()


def ledgers(asked: Month, plan: PayPlan, people: Iterable[int]) -> dict[int, Left]:
    """By person what a run of the outlet's month takes up."""
    sets = _waiting(asked, plan, people)
    homes = stands(asked, plan, sets)
    runs = {
        who: tuple(run for run, outlet in own
                   if keeper(outlet, homes.get(who, ())) == asked.outlet.id)
        for who, own in sets.items()
    }  # fmt: skip
    rows = _rows(runs)
    return {who: Left(ledger_of(rows.get(who, ())), own) for who, own in runs.items() if own}


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


def _waiting(
    asked: Month, plan: PayPlan, people: Iterable[int]
) -> dict[int, list[tuple[int, int]]]:
    """(run, outlet) of earlier closed runs with each person that no closed run has taken up."""
    inputs = PayInput.objects.filter(
        person__in=list(people), run__kind="pay", run__definition=plan.code, run__grain="month",
        run__state__in=Run.FIXED,
    )  # fmt: skip
    columns = ("person", "run", "run__outlet", "run__period", "taken")
    rows = list(inputs.order_by("run__period", "run").values_list(*columns))
    taken = {(who, run) for who, _, _, _, runs in rows for run in runs}
    found: dict[int, list[tuple[int, int]]] = {}
    for who, run, outlet, period, _ in rows:
        if period < asked.month and (who, run) not in taken:
            found.setdefault(who, []).append((run, outlet))
    return found


def _rows(runs: dict[int, tuple[int, ...]]) -> dict[int, list[PayBalance]]:
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
    found = {
        (run, who, component, f"{noun}:{record}"): pk
        for pk, run, who, component, noun, record in lines.values_list(*columns)
    }
    for one in held:
        line = found.get((one.run_id, one.person_id, one.key, one.source))
        one.origin = f"{one.run_id}:{line or ''}"
