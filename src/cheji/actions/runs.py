"""Keeping and closing a calculation: KPI close and score cards; `actions.pay` has pay.

What is kept was calculated by the reads floor from facts up to a mark; here it is written down
once per scope and period, and sealed when it is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from cheji.engine.periods import Grain, from_key
from cheji.facts import mark as current_mark
from cheji.records.models import PayInput, Run, RunLine
from cheji.records.refusals import Refused
from cheji.records.seals import seal_of
from cheji.records.visibility import Viewer, one
from cheji.records.words import RUNS

from . import messages
from .deeds import deed
from .outlets import outlet_of


class RunIsClosed(Refused):
    """The {kind} run of {period} is closed and never changes. Post an adjustment next period."""

    logged = True
    zh = "{period} 的{kind}计算已关账，不可更改。请在下一周期登记调整。"


class PeriodIsRunning(Refused):
    """The period of this run ends with {last}. It can be closed from {since} on."""

    zh = "该计算的周期到 {last} 才结束，自 {since} 起可以关账。"


class RunIsEmpty(Refused):
    """There is nothing to keep: nobody has an amount in this period."""

    zh = "没有可保存的内容：该周期没有任何人员产生结果。"


class MarkAhead(Refused):
    """The calculation read facts that are not settled yet. Calculate again."""

    zh = "计算读取了尚未落定的事实。请重新计算。"


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One amount to keep: money in fen, other values in 1/10,000; the reason as JSON."""

    code: str
    reason: Any
    person: int | None = None
    fen: int | None = None
    value: int | None = None
    source_kind: str = ""
    source: int | None = None


@dataclass(frozen=True)
class Done:
    id: int
    lines: int


def keep(
    *,
    by: Viewer,
    at: datetime,
    kind: str,
    outlet: int,
    period: int,
    definition: str,
    digest: str,
    mark: int,
    lines: Sequence[KeptLine],
    total: int = 0,
    grain: str = "month",
) -> Done:
    """Write a calculation down; an open one of the same scope and period is replaced."""
    with deed("runs.keep", by=by, at=at, right="runs.make") as doing:
        where = outlet_of(doing.scope, outlet)
        if kind == Run.Kind.PAY:
            raise PayHasItsOwnWay
        if not lines:
            raise RunIsEmpty
        if mark > current_mark():
            raise MarkAhead
        scope = {
            "kind": kind, "outlet": where, "grain": grain, "period": period,
            "definition": definition,
        }  # fmt: skip
        _replace(scope)
        run = Run.objects.create(
            **scope, digest=digest, mark=mark, total=total, made_by_id=by.user, made_at=at
        )
        RunLine.objects.bulk_create(_rows(run, lines), batch_size=2000)
        doing.tell(subject=run.pk, outlet=outlet, kind=kind, period=period, mark=mark, total=total)
        return Done(run.pk, len(lines))


def _replace(scope: dict[str, Any]) -> None:
    old = Run.objects.select_for_update().filter(**scope).first()
    if old is None:
        return
    if old.state == Run.State.CLOSED:
        raise RunIsClosed(kind=RUNS[old.kind], period=old.when)
    old.delete()


def _rows(run: Run, lines: Sequence[KeptLine]) -> list[RunLine]:
    return [
        RunLine(
            run=run,
            position=position,
            person_id=line.person,
            code=line.code,
            source_kind=line.source_kind,
            source=line.source,
            fen=line.fen,
            value=line.value,
            reason=line.reason,
        )
        for position, line in enumerate(lines, start=1)
    ]


def close(*, by: Viewer, at: datetime, run: int) -> Done:
    """Close a run made by somebody else, of a period that is over: sealed over all it says."""
    with deed("runs.close", by=by, at=at, right="runs.close") as doing:
        rows = Run.objects.select_for_update().filter(outlet__in=doing.scope.outlets())
        row = one(rows, "run", run, pk=run)
        if row.kind == Run.Kind.PAY:
            raise PayHasItsOwnWay
        if row.state == Run.State.CLOSED:
            raise RunIsClosed(kind=RUNS[row.kind], period=row.when)
        if row.made_by_id is not None and row.made_by_id == by.user:
            raise MadeItYourself
        must_be_over(row, at)
        row.sealed = seal_of(row)
        row.state, row.closed_at, row.closed_by_id = Run.State.CLOSED, at, by.user
        row.save()
        tell_people(row, at)
        doing.tell(subject=run, outlet=row.outlet_id, kind=row.kind, seal=row.sealed)
        return Done(run, row.lines.count())


def must_be_over(run: Run, at: datetime) -> None:
    """Refuse while the run's period goes on where its outlet lies."""
    outlet = run.outlet
    period = from_key(cast("Grain", run.grain), run.period, outlet.closing_day)
    if at.astimezone(ZoneInfo(outlet.timezone)).date() < period.until:
        raise PeriodIsRunning(last=period.until - timedelta(days=1), since=period.until)


def tell_people(run: Run, at: datetime) -> None:
    """Everybody in the run can read his own card or statement now."""
    if run.kind == Run.Kind.KPI:
        return
    rows = PayInput.objects.filter(run=run) if run.kind == Run.Kind.PAY else run.lines
    people = rows.values_list("person", flat=True).distinct()
    body = {"outlet": run.outlet.code, "name": run.outlet.name, "period": run.period}
    messages.tell(people, f"runs.{run.kind}", {**body, "definition": run.definition}, at)


class PayHasItsOwnWay(Refused):
    """Pay is reviewed and approved before it is closed. Use the steps of a pay run."""

    zh = "提成须先复核、批准再关账，请使用提成计算的步骤。"


class MadeItYourself(Refused):
    """You made this run; a second person closes it."""

    zh = "该计算由您发起，须由第二人关账。"
