"""Verbs of simulations: ask for one, keep it under a name, let it go; none touches a run."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from cheji.actions.deeds import deed
from cheji.actions.locking import changed, locked
from cheji.actions.pay.ground import Done
from cheji.actions.pay.words import checked
from cheji.engine.periods import series
from cheji.records.models import PaySimulation
from cheji.records.progress import heard
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.records.words import MONTH, NOT_BLANK, Words

RIGHT = "runs.make"
NAME = 80
MONTHS_OF_YEAR = 12
MONTHS, PLANS, PLACES = 24, 20, 2_400
S = PaySimulation.State


class TooMuchAtOnce(Refused):
    """A simulation takes at most {limit} {what}; this asks for {count}. Choose fewer."""

    zh = "一次试算最多 {limit} {what_zh}，现为 {count}。请减少选择。"


class NotYourSimulation(Refused):
    """Only who made a simulation names it or lets it go. Copy it to go on from there."""

    zh = "试算只能由创建人命名或删除。如需继续，请另行试算。"


class NotDoneYet(Refused):
    """This simulation has no result yet. Keep it once it is worked out."""

    zh = "该试算尚无结果，请在完成后再保存。"


class SimulationBegun(Refused):
    """This simulation is worked out already, or another worker has it."""

    zh = "该试算已完成，或正由其他任务处理。"


@dataclass(frozen=True)
class Question:
    """What is tried: plans with their bodies, months (both included), staff numbers, a ceiling.

    `ceiling` is `month` with fen of an outlet's month, or `share` with 1/10,000 of its gross.
    """

    outlets: Sequence[int]
    first: int
    last: int
    plans: Sequence[Mapping[str, Any]]
    people: Sequence[str] = ()
    ceiling: tuple[str, int] = field(default=("", 0))


def simulate(*, by: Viewer, at: datetime, question: Question) -> Done:
    """Ask for a simulation; the caller queues the job in the same transaction.

    Raises:
        NotFound: the pay of an outlet is not the viewer's to see.
        TooMuchAtOnce: it takes too many months, plans or outlets' months.
    """
    with deed("pay.simulate", by=by, at=at, right=RIGHT) as doing:
        reach = doing.scope.reach("pay_runs")
        for outlet in question.outlets:
            if not (reach.everything or outlet in reach.outlets):
                raise NotFound(noun="outlet", key=outlet)
        _fits(question)
        row = PaySimulation.objects.create(
            outlets=list(question.outlets),
            first=question.first,
            last=question.last,
            asked={
                "plans": list(question.plans),
                "people": list(question.people),
                "ceiling": list(question.ceiling),
            },
            made_by_id=by.user,
            made_at=at,
        )
        doing.tell(subject=row.pk, plans=[plan["digest"] for plan in question.plans])
        return Done(row.pk, row.version)


def simulate_soon(*, by: Viewer, at: datetime, question: Question) -> Done:
    """Write a simulation down and queue its work together.

    Raises:
        NotFound, TooMuchAtOnce: as `simulate`.
    """
    with transaction.atomic():
        asked = simulate(by=by, at=at, question=question)
        _queue(asked.id, by)
        return asked


def simulate_again(*, by: Viewer, at: datetime, simulation: int) -> Done:
    """Queue a simulation that failed once more, as it was asked for; another stays as it is.

    Raises:
        NotFound, NotYourSimulation: it is not there for the viewer, or another's.
    """
    with deed("pay.simulate_again", by=by, at=at, right=RIGHT) as doing:
        row = _own(doing.scope.pay_simulations(), by, simulation, None)
        doing.tell(subject=row.pk, name=row.name)
        if row.state == S.FAILED:
            changed(row, state=S.WAITING, fault=None, ended_at=None)
            _queue(row.pk, by)
        return Done(row.pk, row.version)


def _queue(simulation: int, by: Viewer) -> None:
    """Under a lock: while a job of it waits for a worker there is no second one."""
    lock = f"pay.simulate {simulation}"
    job = queue.configure_task("pay.simulate", queue="pay", queueing_lock=lock)
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(simulation=simulation, user=by.user)


def _month(key: int) -> str:
    return f"{key // 100}-{key % 100:02d}"


AN_OUTLET: Final = Words("请至少选择一家门店", "choose at least one outlet")


def _not_before(first: int) -> Words:
    return Words(f"早于起始月 {_month(first)}", f"it is before the first month, {_month(first)}")


def _fits(question: Question) -> None:
    if not question.outlets:
        raise BadValue(field="outlets", value="", why=AN_OUTLET)
    for name, month in (("first", question.first), ("last", question.last)):
        if not 1 <= month % 100 <= MONTHS_OF_YEAR:
            raise BadValue(field=name, value=month, why=MONTH)
    if question.first > question.last:
        raise BadValue(field="last", value=_month(question.last), why=_not_before(question.first))
    months = len(series("month", question.first, question.last))
    for what, what_zh, count, limit in (
        ("months", "个月", months, MONTHS),
        ("pay plans", "个方案", len(question.plans), PLANS),
        ("outlets × months", "个门店月", months * len(question.outlets), PLACES),
    ):
        if count > limit:
            raise TooMuchAtOnce(what=what, what_zh=what_zh, count=count, limit=limit)


def keep_simulation(
    *, by: Viewer, at: datetime, simulation: int, name: str, version: int | None = None
) -> Done:
    """Give it a name: now everybody who sees the pay of one of its outlets sees his part."""
    with deed("pay.keep_simulation", by=by, at=at, right=RIGHT) as doing:
        row = _own(doing.scope.pay_simulations(), by, simulation, version)
        if row.state != S.DONE:
            raise NotDoneYet
        said = checked("name", name, NAME, needed=False)
        if not said:
            raise BadValue(field="name", value="", why=NOT_BLANK)
        changed(row, name=said)
        doing.tell(subject=row.pk, name=row.name)
        return Done(row.pk, row.version)


def drop_simulation(*, by: Viewer, at: datetime, simulation: int) -> Done:
    """Let it go for good; the audit log keeps that it was there."""
    with deed("pay.drop_simulation", by=by, at=at, right=RIGHT) as doing:
        row = _own(doing.scope.pay_simulations(), by, simulation, None)
        doing.tell(subject=row.pk, name=row.name)
        row.delete()
        return Done(simulation)


def _own(rows: Any, by: Viewer, number: int, version: int | None) -> PaySimulation:
    row: PaySimulation = locked(rows, "simulation", number, version)
    if row.made_by_id != by.user:
        raise NotYourSimulation
    return row


# -- worked out in the background --------------------------------------------------------------


def begin_simulation(*, simulation: int) -> None:
    """Take one that waits for a worker; of several that try, one gets it."""
    waiting = PaySimulation.objects.filter(pk=simulation, state=S.WAITING)
    if not waiting.update(state=S.RUNNING):
        raise SimulationBegun


def waiting_simulations() -> list[tuple[int, int]]:
    """Those that no worker has taken up, with who asked for them: the job of one may be lost."""
    rows = PaySimulation.objects.filter(state=S.WAITING, made_by__isnull=False).order_by("id")
    return [(number, user) for number, user in rows.values_list("id", "made_by") if user]


def end_simulation(*, simulation: int, at: datetime, mark: int, result: Mapping[str, Any]) -> None:
    """Write down what came of it."""
    rows = PaySimulation.objects.filter(pk=simulation, state=S.RUNNING)
    rows.update(state=S.DONE, mark=mark, result=result, ended_at=at)


def fail_simulation(*, simulation: int, at: datetime, fault: Mapping[str, str]) -> None:
    """Write down why nothing came of it."""
    rows = PaySimulation.objects.filter(pk=simulation, state__in=(S.WAITING, S.RUNNING))
    rows.update(state=S.FAILED, fault=fault, ended_at=at)


def release_simulations(*, fault: Mapping[str, str], at: datetime) -> int:
    """Fail those that no living worker is at."""
    running = set(PaySimulation.objects.filter(state=S.RUNNING).values_list("id", flat=True))
    lost: Iterable[int] = running - set(heard("simulation"))
    with transaction.atomic():
        for simulation in lost:
            fail_simulation(simulation=simulation, at=at, fault=fault)
    return len(list(lost))


def forget_simulations(*, before: datetime) -> int:
    """Let go of those that nobody has named."""
    return PaySimulation.objects.filter(name="", made_at__lt=before).delete()[0]
