"""What the verbs of pay share: the run they are about, who the viewer is to it, who is told."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from cheji.actions import messages
from cheji.actions.deeds import Deed, deed
from cheji.actions.locking import locked
from cheji.records.holders import others_for
from cheji.records.models import PayInput, Run, RunStep
from cheji.records.pay_states import BY_CODE, BY_VERB, barred
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer

#: Marks the advisory locks of pay plans and accruals; 6783 to 6785 are those of facts and batches.
LOCK: Final = 6786


class WrongPayState(Refused):
    """This pay run is {en}; that is not done with it now."""

    logged = True
    zh = "该提成计算{zh}，此时不能执行该操作。"


class OwnPay(Refused):
    """Nobody approves or closes what he worked out or reviewed, or what pays himself."""

    logged = True
    zh = "不得批准或关账由本人计算、复核，或包含本人提成的计算，须由他人执行。"


class SomebodyElse(OwnPay):
    """Nobody approves or closes what he worked out or reviewed, or what pays himself.

    Others who may: {who}. Or send it back, and another works it out again.
    """

    zh = (
        "不得批准或关账由本人计算、复核，或包含本人提成的计算。其他有权者：{who_zh}；"
        "或退回，由他人重新计算。"
    )


class NeedsAccount(Refused):
    """Pay is approved and closed by a person. Name the account that does it."""

    logged = True
    zh = "提成须由具名账号批准和关账。请指定执行的账号。"


class NoReason(Refused):
    """Say why; it is kept with the run."""

    zh = "请说明原因，原因随计算一并保存。"


class IsDecided(Refused):
    """This is decided already; what was decided never changes. Ask for another line instead."""

    logged = True
    zh = "该事项已决定，不可更改。如需更正，请另行申请。"


@dataclass(frozen=True, slots=True)
class Done:
    """The id of what was changed, and its version where it has one."""

    id: int
    version: int = 0


def hold_plan(plan: str, *, alone: bool) -> None:
    """Close one run of a pay plan at a time, and keep none while one is closed.

    What one run takes up or spends is seen by the next: outlets share budgets and people. It is
    asked for with the run locked, and let go of as the transaction ends.
    """
    hold(plan, alone=alone)


def hold(key: str, *, alone: bool = True) -> None:
    """Wait until nobody else holds the key, then hold it as the transaction lasts."""
    kind = "" if alone else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{kind}(%s, hashtext(%s))", [LOCK, key])


@contextmanager
def pay_duty(verb: str, *, by: Viewer, at: datetime, right: str = "") -> Iterator[Deed]:
    """A verb of pay: its right, its audit entry, one transaction."""
    needed = right or BY_VERB[verb].right
    with deed(f"pay.{verb}", by=by, at=at, right=needed) as doing:
        yield doing


def run_for(doing: Deed, verb: str, run: int, version: int | None) -> Run:
    """The pay run, locked, where the table lets the viewer do this to it."""
    row = locked(doing.scope.runs("pay").select_related("outlet"), "run", run, version)
    doing.tell(subject=row.pk, outlet=row.outlet_id, period=row.period, was=row.state)
    allow(doing.by, verb, row)
    return row


def allow(by: Viewer, verb: str, run: Run) -> None:
    """Refuse what the table bars."""
    why = barred(verb, run.state, parties_of(by, run))
    if why == "state":
        state = BY_CODE[run.state]
        raise WrongPayState(zh=state.zh, en=state.en)
    if why == "account":
        raise NeedsAccount
    if why == "own":
        names = _others(by, verb, run)
        raise SomebodyElse(who=", ".join(names) or "nobody", who_zh="、".join(names) or "无")


def _others(by: Viewer, verb: str, run: Run) -> list[str]:
    """Who is left to do it: neither the viewer, nor who made or reviewed the run, nor is in it."""
    state = BY_VERB[verb]
    barred_ = {"maker": run.made_by_id, "reviewer": run.reviewed_by_id}
    accounts = {by.user, *(user for party, user in barred_.items() if party in state.never)}
    found = others_for(state.right, over=run.outlet, on=by.on, but=accounts - {None})  # type: ignore[arg-type]
    paid = PayInput.objects.filter(run=run).values("person")
    return list(found.exclude(id__in=paid).values_list("name", flat=True))


def parties_of(by: Viewer, run: Run) -> frozenset[str]:
    """What the viewer is to a run."""
    told = {
        "server": by.user is None,
        "maker": by.user is not None and run.made_by_id == by.user,
        "reviewer": by.user is not None and run.reviewed_by_id == by.user,
        "paid": by.person is not None
        and PayInput.objects.filter(run=run, person=by.person).exists(),
    }
    return frozenset(party for party, is_ in told.items() if is_)


def step(
    run: Run, *, by: Viewer, at: datetime, note: str = "", amounts: dict[int, int] | None = None
) -> None:
    """Say in the run's own history who brought it into its state."""
    RunStep.objects.create(
        run=run, state=run.state, by_id=by.user, at=at, note=note, amounts=amounts
    )


def move_on(run: Run, state: str, *, by: Viewer, at: datetime, note: str = "") -> None:
    """Bring a locked run into a state that the table allows, with a line in its history."""
    run.state = state
    run.version += 1
    run.save()
    step(run, by=by, at=at, note=note)


def tell(by: Viewer, people: Iterable[int | None], what: str, run: Run, at: datetime) -> None:
    """Messages about a run to others than the one who acts; never an amount."""
    body: dict[str, Any] = {
        "outlet": run.outlet.code, "name": run.outlet.name, "period": run.period,
        "definition": run.definition,
    }  # fmt: skip
    messages.tell_others(by, people, f"pay.{what}", body, at)
