"""What people ask for by hand: who is paid how much of an order, and typed amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cheji.actions.deeds import Deed
from cheji.actions.locking import changed, locked
from cheji.actions.outlets import outlet_of
from cheji.actions.pay.ground import Done, IsDecided, NeedsAccount, OwnPay, pay_duty
from cheji.actions.pay.taken import must_stand
from cheji.actions.pay.words import checked, month_said
from cheji.engine.money import yuan_text
from cheji.engine.pay import OWN_LINES
from cheji.records.models import Dispute, ManualLine, Order, PaySplit, Person
from cheji.records.pay_codes import BY_HAND, names_of, plan_codes, typed_components
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer, one
from cheji.records.words import Words, one_of

WHOLE = 10_000
MOST_FEN = 10_000_000_00


class SharesOfPay(Refused):
    """Shares of pay add up to 10,000 of 1/10,000, each person once; these add up to {sum}."""

    zh = "提成分成合计应为 10,000（万分之一），每人一次；现合计为 {sum}。"


class AskedAlready(Refused):
    """A split of this order is asked for already and waits for a decision."""

    zh = "该订单已有待批准的分成申请。"


class AskedItYourself(Refused):
    """You asked for this; a second person decides it."""

    logged = True
    zh = "该申请由您提出，须由第二人决定。"


def check_parts(parts: Sequence[Sequence[int]]) -> None:
    total = sum(share for _person, share in parts)
    people = [person for person, _share in parts]
    if total != WHOLE or len(set(people)) != len(people) or any(s <= 0 for _, s in parts):
        raise SharesOfPay(sum=total)


# -- splits ------------------------------------------------------------------------------------


def share_deal(
    *, by: Viewer, at: datetime, order: int, parts: Sequence[tuple[int, int]], reason: str
) -> Done:
    """Ask that an order's pay be split so, apart from whose order it is.

    Raises:
        SharesOfPay: they do not add up.
        AskedAlready: another split of the order waits.
    """
    with pay_duty("share_deal", by=by, at=at, right="pay.ask") as doing:
        row = _order_of(doing, order)
        said = checked("reason", reason)
        kept = [[person, share] for person, share in parts]
        check_parts(kept)
        _known(row, [person for person, _ in kept])
        if PaySplit.objects.filter(order=row, approved__isnull=True).exists():
            raise AskedAlready
        made = PaySplit.objects.create(
            order=row, parts=kept, reason=said, asked_by_id=by.user, asked_at=at
        )
        doing.tell(subject=row.pk, outlet=row.outlet_id, parts=kept, reason=said)
        return Done(made.pk, made.version)


def _order_of(doing: Deed, order: int) -> Order:
    """An order of an outlet whose pay one sees."""
    reach = doing.scope.reach("pay_runs")
    rows = Order.objects.all()
    if not reach.everything:
        rows = rows.filter(outlet__in=reach.outlets)
    return one(rows, "order", order, pk=order)


def _known(row: Order, people: Sequence[int]) -> None:
    units = [row.outlet_id, *row.outlet.children.values_list("id", flat=True)]
    held = Person.objects.filter(pk__in=people, posts__unit__in=units)
    strange = len(people) - held.distinct().count()
    if strange:
        at = row.outlet.name
        why = Words(f"有 {strange} 人从未在{at}任职", f"{strange} of them never had a post at {at}")
        raise BadValue(field="parts", value=len(people), why=why)


def decide_split(
    *, by: Viewer, at: datetime, split: int, approve: bool, version: int | None = None
) -> Done:
    """Approve or decline a split that somebody else asked for, and that does not pay oneself."""
    with pay_duty("decide_split", by=by, at=at, right="pay.approve") as doing:
        row = locked(doing.scope.pay_splits(), "split", split, version)
        doing.tell(subject=row.order_id, outlet=row.order.outlet_id, approved=approve)
        if row.approved is not None:
            raise IsDecided
        second_person(by, row.asked_by_id, [person for person, _ in row.parts])
        outside(by, row.dispute)
        changed(row, approved=approve, decided_by_id=by.user, decided_at=at)
        return Done(row.pk, row.version)


def second_person(by: Viewer, asked_by: int | None, people: Sequence[int]) -> None:
    """Refuse who asked for it, whom it pays, and the server's own account."""
    if by.user is None:
        raise NeedsAccount
    if asked_by == by.user:
        raise AskedItYourself
    if by.person is not None and by.person in people:
        raise OwnPay


def outside(by: Viewer, dispute: Dispute | None) -> None:
    """What follows from a dispute is approved by none of the two, and not by its decider."""
    if dispute is None:
        return
    if by.person is not None and by.person in (dispute.person_id, dispute.against_id):
        raise OwnPay
    if dispute.decided_by_id == by.user:
        raise AskedItYourself


# -- typed amounts -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """An amount that is asked for by hand; fen, negative takes it off.

    `component` is one of `pay_codes.typed_components`, `plan` the pay plan under whose run it is
    paid; without one it is that of the person's post.
    """

    outlet: int
    period: int
    person: int
    fen: int
    reason: str
    evidence: str = ""
    component: str = BY_HAND
    plan: str = ""


class TypedAlready(Refused):
    """The same amount with the same reason waits for a decision. If it is another one, say so."""

    zh = "金额与原因相同的手工项已在等待批准。如确为另一笔，请在原因中写明区别。"


def ask_manual(*, by: Viewer, at: datetime, asked: Asked) -> Done:
    """Ask for an amount with its reason; a second person approves it.

    Raises:
        TypedAlready: it was asked for before, as by a button that was pressed twice.
    """
    with pay_duty("ask_manual", by=by, at=at, right="pay.ask") as doing:
        where = outlet_of(doing.scope, asked.outlet)
        reason, evidence = _said(asked, where.pk, by)
        people = Person.objects.filter(posts__unit__path__startswith=where.path)
        who = one(people, "person", asked.person, pk=asked.person)
        same = {
            "outlet": where, "period": asked.period, "person": who, "definition": asked.plan,
            "component": asked.component, "fen": asked.fen, "reason": reason,
        }  # fmt: skip
        Person.objects.select_for_update().get(pk=who.pk)  # of two at once one waits
        if ManualLine.objects.filter(**same, state=ManualLine.State.ASKED).exists():
            raise TypedAlready
        made = ManualLine.objects.create(
            **same, evidence=evidence, asked_by_id=by.user, asked_at=at
        )
        doing.tell(subject=made.pk, outlet=where.pk, person=who.pk, fen=asked.fen, reason=reason)
        return Done(made.pk, made.version)


def _said(asked: Asked, outlet: int, by: Viewer) -> tuple[str, str]:
    """Reason and evidence of an amount that can be asked for."""
    check_fen(asked.fen)
    month_said("period", asked.period, by.on)
    allowed = typed_components(outlet)
    names = {**OWN_LINES, **names_of(outlet)}
    if asked.component not in allowed:
        why = one_of({code: names[code] for code in allowed})
        raise BadValue(field="component", value=asked.component, why=why)
    plans = plan_codes(outlet)
    if asked.plan and asked.plan not in plans:
        why = one_of({code: names[code] for code in plans})
        raise BadValue(field="plan", value=asked.plan, why=why)
    return checked("reason", asked.reason), checked("evidence", asked.evidence, needed=False)


def check_fen(fen: int) -> None:
    """Refuse nothing at all, and more than anybody is ever given by hand."""
    if not 0 < abs(fen) <= MOST_FEN:
        most = yuan_text(MOST_FEN)
        why = Words(f"不能为 0，也不能超过 {most} 元", f"it is 0, or over {most} yuan")
        raise BadValue(field="fen", value=yuan_text(fen), why=why)


def approve_manual(
    *,
    by: Viewer,
    at: datetime,
    line: int,
    approve: bool = True,
    decision: str = "",
    version: int | None = None,
) -> Done:
    """Approve or decline an amount that somebody else asked for, for somebody else.

    Raises:
        PutRightSince: it is for an event of a deal of which a run took something since.
    """
    with pay_duty("approve_manual", by=by, at=at, right="pay.approve") as doing:
        row = locked(doing.scope.manual_lines(), "manual line", line, version)
        doing.tell(subject=row.pk, outlet=row.outlet_id, approved=approve, fen=row.fen)
        if row.state != ManualLine.State.ASKED:
            raise IsDecided
        second_person(by, row.asked_by_id, [row.person_id])
        outside(by, row.dispute)
        if approve:
            must_stand(row)
        said = checked("decision", decision, needed=not approve)
        state = ManualLine.State.APPROVED if approve else ManualLine.State.DECLINED
        changed(row, state=state, decision=said, decided_by_id=by.user, decided_at=at)
        return Done(row.pk, row.version)
