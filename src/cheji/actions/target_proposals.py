"""Proposing targets from below, and changing agreed ones: a second person decides."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from cheji.records.models import Outcome, Post, Target, TargetProposal, Unit
from cheji.records.refusals import Refused
from cheji.records.rights import ONES_OWN
from cheji.records.visibility import Viewer, of, one

from . import messages
from .deeds import Deed, SayWhy, deed
from .target_locks import Locks
from .targets import AIMS, Aim, Cell, Terms, check, in_scope, put, stand

S = TargetProposal.State


class ProposalIsDecided(Refused):
    """This proposal is no longer open. Make a new one."""

    zh = "该提案已处理完毕。请另行提交。"


class DecidedByAnother(Refused):
    """A second person decides on a proposal. Ask somebody other than who made it."""

    zh = "提案须由第二人审批。请由提案人以外的人处理。"


class ProposedAlready(Refused):
    """Another proposal for {period} is open already. It is decided on first."""

    zh = "{period} 已有他人提交的提案待审批，请先处理该提案。"


class ProposesNothing(Refused):
    """The proposal for {period} is what stands there already."""

    zh = "{period} 的提案与现有目标相同。"


def propose(*, by: Viewer, at: datetime, cells: Sequence[Cell], reason: str = "") -> list[int]:
    """Propose targets of oneself or of those below; returns the proposals' ids.

    One that is open for the same target and by the same person is replaced by one that holds the
    goal, base and stretch of both. Changing an agreed target needs a reason.
    """
    with deed("targets.propose", by=by, at=at, right="targets.propose") as doing:
        for cell in cells:
            check(cell)
            _may_propose(doing, cell)
        made = [_propose(doing, cell, reason) for cell in cells]
        doing.tell(proposals=[row.pk for row in made], reason=reason)
        _tell_deciders(doing, made)
        return [row.pk for row in made]


def propose_suggested(doing: Deed, cells: Sequence[Cell], outcome: Outcome) -> list[int]:
    """Propose what an accepted suggestion asks for, with its rule as the reason.

    A second person decides as on any other; what stands or is proposed just so is left alone.
    """
    made = []
    for cell in cells:
        check(cell)
        with suppress(ProposesNothing):
            made.append(_propose(doing, cell, f"{outcome.zh} · {outcome.en}"[:400], outcome))
    _tell_deciders(doing, made)
    return [row.pk for row in made]


def _propose(
    doing: Deed, cell: Cell, reason: str, outcome: Outcome | None = None
) -> TargetProposal:
    Locks().refuse(cell.unit or cell.outlet or 0, cell.grain, cell.period, cell.within)
    standing = Target.objects.filter(**cell.where).first()
    if standing and standing.agreed_at and not reason.strip():
        raise SayWhy(field="reason")
    earlier = _own_open(doing, cell)
    wanted: dict[Aim, int | None] = {aim: getattr(earlier or standing, aim, None) for aim in AIMS}
    if wanted[cell.aim] == cell.value:
        raise ProposesNothing(period=cell.when)
    wanted[cell.aim] = cell.value
    if cell.aim == "value" and cell.value is None:
        wanted = dict.fromkeys(AIMS)
    stand(cell.when, wanted)
    if earlier:
        earlier.state, earlier.decided_at = S.WITHDRAWN, doing.at
        earlier.save()
    return TargetProposal.objects.create(
        **cell.where, **wanted, reason=reason, outcome=outcome, made_by_id=doing.by.user,
        made_at=doing.at,
    )  # fmt: skip


def _own_open(doing: Deed, cell: Cell) -> TargetProposal | None:
    """The open proposal for the same target, where it is one's own.

    Raises:
        ProposedAlready: somebody else made it.
    """
    row = TargetProposal.objects.select_for_update().filter(**cell.where, state=S.OPEN).first()
    if row and row.made_by_id != doing.by.user:
        raise ProposedAlready(period=cell.when)
    return row


def _may_propose(doing: Deed, cell: Cell) -> None:
    """One's own targets; for others and units, by posts above a consultant's."""
    if cell.person is not None and cell.person == doing.by.person:
        one(doing.scope.outlets(), "outlet", cell.outlet, pk=cell.outlet)
        return
    above = doing.by.only(*(doing.by.roles - {*ONES_OWN}))
    scope = of(above)
    if cell.person is None or not above.roles <= {Post.Role.TEAM_LEAD}:
        in_scope(scope, cell)
        return
    members = Post.objects.filter(unit__in=scope.units_below(), person=cell.person)
    one(members, "person", cell.person, unit__parent=cell.outlet)


def accept(*, by: Viewer, at: datetime, proposal: int) -> None:
    """Take a proposal over: it becomes the target's next version, approved by the second person."""
    with deed("targets.accept", by=by, at=at, right="targets.write") as doing:
        row = _open(doing, proposal)
        Locks().refuse(row.unit_id or row.outlet_id or 0, row.grain, row.period, row.within)
        terms = Terms(at, row.made_by_id, row.reason, by.user, proposed=True)
        told = put(_cell(row), {aim: getattr(row, aim) for aim in AIMS}, terms)
        _decide(doing, row, S.ACCEPTED)
        doing.tell(subject=row.pk, cells=[told])


def decline(*, by: Viewer, at: datetime, proposal: int, reason: str) -> None:
    """Decline somebody else's proposal, saying why."""
    with deed("targets.decline", by=by, at=at, right="targets.write") as doing:
        row = _open(doing, proposal)
        if not reason.strip():
            raise SayWhy(field="reason")
        row.answer = reason[:400]
        _decide(doing, row, S.DECLINED)
        doing.tell(subject=row.pk, reason=reason)


def withdraw(*, by: Viewer, at: datetime, proposal: int) -> None:
    """Take one's own open proposal back."""
    with deed("targets.withdraw", by=by, at=at, right="targets.propose") as doing:
        rows = doing.scope.target_proposals().select_for_update(of=("self",))
        row = one(rows, "target proposal", proposal, pk=proposal, made_by_id=by.user)
        if row.state != S.OPEN:
            raise ProposalIsDecided
        row.state, row.decided_at = S.WITHDRAWN, at
        row.save()
        doing.tell(subject=row.pk)


def _open(doing: Deed, proposal: int) -> TargetProposal:
    """An open proposal of another, of what the viewer may set."""
    rows = doing.scope.target_proposals().select_for_update(of=("self",))
    row = one(rows, "target proposal", proposal, pk=proposal)
    in_scope(doing.scope, _cell(row))
    if row.state != S.OPEN:
        raise ProposalIsDecided
    if row.made_by_id is not None and row.made_by_id == doing.by.user:
        raise DecidedByAnother
    return row


def _cell(row: TargetProposal) -> Cell:
    return Cell(
        row.kpi, row.grain, row.period, row.value, row.unit_id, row.person_id, row.outlet_id,
        model=row.model, reserve=row.reserve, within=row.within,
    )  # fmt: skip


def _decide(doing: Deed, row: TargetProposal, state: str) -> None:
    row.state, row.decided_by_id, row.decided_at = state, doing.by.user, doing.at
    row.save()
    body = {"kpi": row.kpi, "period": row.period, "grain": row.grain, "answer": row.answer}
    kind = "targets.accepted" if state == S.ACCEPTED else "targets.declined"
    messages.tell_others(doing.by, messages.owner_of(row.made_by_id), kind, body, doing.at)


def _tell_deciders(doing: Deed, rows: Sequence[TargetProposal]) -> None:
    """One message to each who may decide, for all proposals made at once of one place."""
    for place in {row.unit_id or row.outlet_id for row in rows}:
        over = Unit.objects.get(pk=place or 0)
        people = messages.who_may("targets.write", over=over, on=doing.by.on)
        body = {"count": sum((r.unit_id or r.outlet_id) == place for r in rows), "unit": over.name}
        messages.tell_others(doing.by, sorted(set(people)), "targets.proposed", body, doing.at)
