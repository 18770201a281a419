"""Draws that a pay plan does not take back, and an earlier plan or version of it gave: they go on.

Nothing is drawn any more, as after a draw's last period; what is above the amount that it leaves
is taken back as the plan said under which it was drawn.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from cheji.engine.definitions import Draw, PayPlan
from cheji.engine.pay import Ledger
from cheji.reads.pay.whom import NEVER
from cheji.records.models import PayInput, PayLine, Run
from cheji.records.pay_codes import plan_of

Draws = tuple[Draw, ...]


def older_draws(plan: PayPlan, ledgers: Mapping[int, Ledger]) -> dict[int, Draws]:
    """By person the draws of earlier plans by which something is still to be taken back."""
    own = {draw.code for draw in plan.draws if draw.recoverable}
    wanted = {who: one.drawn.keys() - own for who, one in ledgers.items()}
    runs = _drawn_in({who: codes for who, codes in wanted.items() if codes})
    plans = {digest: plan_of(digest) for digest in {digest for *_, digest in runs}}
    found: dict[int, dict[str, Draw]] = {}
    for who, code, digest in runs:
        old = plans[digest]
        for draw in old.draws if old else ():
            if draw.code == code and draw.recoverable:
                found.setdefault(who, {})[code] = _ended(draw)
    return {who: tuple(by_code.values()) for who, by_code in found.items()}


def _drawn_in(wanted: Mapping[int, Collection[str]]) -> list[tuple[int, str, str]]:
    """(person, draw, digest of the plan) of what each drew, from first to last."""
    if not wanted:
        return []
    inputs = PayInput.objects.filter(person__in=wanted, run__kind="pay", run__state__in=Run.FIXED)
    given = PayLine.objects.filter(
        run__in=set(inputs.values_list("run", flat=True)), person__in=wanted,
        component__in={code for codes in wanted.values() for code in codes},
        entry__in=("draw", "guarantee"), fen__gt=0,
    )  # fmt: skip
    columns = "person", "component", "run__digest"
    rows = given.order_by("run__period", "id").values_list(*columns)
    return [row for row in rows if row[1] in wanted[row[0]]]


def _ended(draw: Draw) -> Draw:
    keep = draw.amount if draw.keep is None else draw.keep
    return replace(draw, first=NEVER, until=0, keep=keep)
