"""What earlier runs left: advances due, money carried, held back or withheld."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Ledger
from cheji.engine.periods import from_key
from cheji.reads.appraisals import Month
from cheji.records.calculations import ledger_of
from cheji.records.models import PayBalance, PayInput, PayLine, Post, Run


def ledgers(asked: Month, plan: PayPlan, people: Sequence[int] | None) -> dict[int, Ledger]:
    """By person what closed runs before the month left; of everybody for None.

    The outlet's last run with the person counts. What another outlet's run left moves with him
    once he holds no post there any more, to where he was posted last, and is taken up once.
    """
    runs = _last_runs(asked, plan, people)
    if not runs:
        return {}
    pairs = [(run, who) for who, run in runs]
    wanted = Q(pk__in=[])
    for run in {run for run, _ in pairs}:
        wanted |= Q(run=run, person__in=[who for of, who in pairs if of == run])
    rows: dict[int, list[PayBalance]] = {}
    for row in PayBalance.objects.filter(wanted).order_by("id"):
        rows.setdefault(row.person_id, []).append(row)
    _with_origins(rows)
    return {who: ledger_of(own) for who, own in rows.items()}


def _last_runs(asked: Month, plan: PayPlan, people: Sequence[int] | None) -> list[tuple[int, int]]:
    """(person, run) whose balances count."""
    inputs = PayInput.objects.filter(
        run__kind="pay", run__definition=plan.code, run__grain="month",
        run__period__lt=asked.month, run__state__in=Run.FIXED,
    )  # fmt: skip
    if people is not None:
        inputs = inputs.filter(person__in=people)
    else:
        inputs = inputs.filter(run__outlet=asked.outlet.id)
    last: dict[tuple[int, int], tuple[int, int]] = {}
    columns = ("person", "run__outlet", "run__period", "run")
    for who, outlet, period, run in inputs.order_by("run__period").values_list(*columns):
        last[who, outlet] = (period, run)
    found = []
    moved = [who for who, outlet in last if outlet != asked.outlet.id]
    homes = _homes(asked, moved)
    for (who, outlet), (period, run) in last.items():
        own = last.get((who, asked.outlet.id), (0, 0))[0]
        if outlet == asked.outlet.id or (
            homes.get(who) == asked.outlet.id and period >= own and not _still(asked, who, outlet)
        ):
            found.append((who, run))
    return found


def _homes(asked: Month, people: Iterable[int]) -> dict[int, int]:
    """The outlet at which each stands by his latest post in the month."""
    from_, until = _days(asked)
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gt=from_), person__in=list(people), since__lt=until
    ).select_related("unit")
    found: dict[int, int] = {}
    for post in posts.order_by("since", "id"):
        outlet = post.unit_id if post.unit.kind == "outlet" else post.unit.parent_id
        found[post.person_id] = outlet or 0
    return found


def _still(asked: Month, who: int, outlet: int) -> bool:
    from_, until = _days(asked)
    posts = Post.objects.filter(Q(unit=outlet) | Q(unit__parent=outlet), person=who)
    return posts.filter(Q(until=None) | Q(until__gt=from_), since__lt=until).exists()


def _days(asked: Month) -> tuple[date, date]:
    period = from_key("month", asked.month, asked.outlet.closing_day)
    return period.start, period.until


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
