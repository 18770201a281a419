"""争议: somebody says that pay is wrong, is heard, and a third person decides with an effect.

The clock, the states and the verbs are those of an appeal against a score (`records.models.cases`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from cheji.actions import messages
from cheji.actions.deeds import Deed
from cheji.actions.locking import changed, locked
from cheji.actions.pay.ground import Done, pay_duty
from cheji.actions.pay.splits import SharesOfPay, check_fen, check_parts
from cheji.actions.pay.words import LONG, SHORT, checked, month_said
from cheji.records.collisions import (
    RULE_CODES,
    WINDOW,
    frozen,
    home_of,
    other_outlet,
    ruled,
    timelines,
)
from cheji.records.models import Dispute, ManualLine, Order, PayLine, PaySplit, Person, Unit
from cheji.records.models.cases import DECIDED, UPHELD
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer, one

DECIDE_DAYS = 7
#: The component under which what a dispute gives or takes is paid.
COMPONENT = "dispute"
K = Dispute.Kind
#: Two claim one deal: what each did about the customer is evidence.
CLAIMS = (K.COLLISION, K.CROSS_OUTLET)
COLUMNS = ("id", "component", "entry", "source_kind", "source", "amount", "scale", "rate", "fen")


class DisputeIsDecided(Refused):
    """This dispute is decided or withdrawn already."""

    logged = True
    zh = "该争议已裁决或已撤回。"


class PartyToDispute(Refused):
    """A dispute is decided by neither of the two, and not by who approved that run."""

    logged = True
    zh = "争议不得由当事人，或批准该计算的人裁决。"


class NothingWithCustomer(Refused):
    """You have no card, visit or order with this customer. Say it as a missing car instead."""

    zh = "您与该客户没有建卡、到店或订单记录。请改按“漏计车辆”提出。"


class IsAnswered(Refused):
    """This dispute is answered already; what was said stays as it was said."""

    zh = "该争议已答复，已作的答复不可更改。"


class OnlyTheOther(Refused):
    """Only the other side of the dispute answers it."""

    zh = "只有争议的另一方可以答复。"


class OnlyAcrossOutlets(Refused):
    """A colleague is named by staff number for a car sold across outlets; choose that kind."""

    zh = "按工号填写对方仅用于跨店销售，请选择“跨店”。"


class NotOfBoth(Refused):
    """No order has this number and a customer whom both you and this colleague served.

    Check the order number and the staff number.
    """

    zh = "没有您与该同事都接待过客户的这一订单。请核对订单号与工号。"


class OverBothOutlets(Refused):
    """A dispute of two outlets is decided by who decides over both."""

    logged = True
    zh = "两家门店之间的争议，须由同时管理两店的人裁决。"


class ByAmountsAlone(Refused):
    """A rule divides the pay of one outlet. Between two outlets say what each gets or gives."""

    zh = "撞单规则只分配一家门店的提成。两店之间请填写各自增减的金额。"


@dataclass(frozen=True, slots=True)
class Effect:
    """Fen that a decision gives to a person, or takes from him when negative."""

    person: int
    fen: int


@dataclass(frozen=True, slots=True)
class About:
    """What a dispute is about: a line of a statement, or an order by its number at an outlet.

    The other side is `against`, of the same outlet, or by staff number a `colleague` of another.
    """

    line: int | None = None
    outlet: int | None = None
    period: int | None = None
    order: str = ""
    against: int | None = None
    colleague: str = ""


def dispute(
    *, by: Viewer, at: datetime, kind: str, about: About, text: str, evidence: str = ""
) -> Done:
    """Say that one's own pay is wrong; what was there is frozen as evidence.

    Raises:
        SayWhy: without a word.
        NotFound: the line, outlet or order is not there for the viewer.
        NothingWithCustomer: who claims a deal never met its customer.
        OnlyAcrossOutlets: a colleague of another outlet in a dispute of another kind.
        NotOfBoth: the order is not one of the viewer and of that colleague.
    """
    with pay_duty("dispute", by=by, at=at, right="pay.join") as doing:
        if kind not in K.values or by.person is None:
            raise BadValue(field="kind", value=kind, why=" / ".join(K.values))
        said = checked("text", text, LONG)
        line = _line(doing, about.line) if about.line else None
        where, period = _place(doing, about, line)
        against, home, order = _other(where, about.against, by), where, None
        if about.colleague.strip():
            against, home, order = _across(where, about, kind, line, by)
        else:
            order = _order(where, about.order) if about.order else _order_of(line)
        sides = [by.person, *([against] if against else [])]
        made = Dispute.objects.create(
            outlet=where, period=period, kind=kind, person_id=by.person, against_id=against,
            against_outlet=home if against else None,
            run_id=line.run_id if line else None, line=line.pk if line else None, order=order,
            text=said, evidence=checked("evidence", evidence, SHORT, needed=False),
            made_by_id=by.user, made_at=at, due_on=by.on + timedelta(days=DECIDE_DAYS),
            frozen=_frozen(line, order, sides if kind in CLAIMS else ()),
        )  # fmt: skip
        deciders = _deciders(where, home, by)
        _tell(by, [against, *deciders], "disputed", made, at)
        doing.tell(subject=made.pk, outlet=where.pk, kind=kind, period=period, due_on=made.due_on)
        return Done(made.pk, made.version)


def _line(doing: Deed, line: int) -> PayLine:
    rows = doing.scope.pay_rows(PayLine).filter(person=doing.by.person)
    return one(rows, "pay line", line, pk=line)


def _place(doing: Deed, about: About, line: PayLine | None) -> tuple[Unit, int]:
    if line is not None:
        return line.run.outlet, line.run.period
    where = one(doing.scope.outlets(), "outlet", about.outlet, pk=about.outlet)
    return where, month_said("period", about.period, doing.by.on)


def _order(outlet: Unit, number: str) -> Order:
    """An order of the outlet by its number: who claims it may not see it."""
    found = Order.objects.filter(outlet=outlet, number=number).first()
    if found is None:
        raise NotFound(noun="order", key=number)
    return found


def _order_of(line: PayLine | None) -> Order | None:
    if line is None or line.source is None:
        return None
    if line.source_kind == "order":
        return Order.objects.filter(pk=line.source).first()
    if line.source_kind == "delivery":
        return Order.objects.filter(deliveries=line.source).first()
    return None


def _other(where: Unit, against: int | None, by: Viewer) -> int | None:
    """The other side, of the same outlet."""
    if against is None:
        return None
    units = [where.pk, *where.children.values_list("id", flat=True)]
    held = Person.objects.filter(pk=against, posts__unit__in=units)
    if against == by.person or not held.exists():
        raise NotFound(noun="person", key=against)
    return against


def _across(
    where: Unit, about: About, kind: str, line: PayLine | None, by: Viewer
) -> tuple[int, Unit, Order]:
    """A colleague of any outlet by staff number, his outlet, and the order that both worked on.

    One answer for whatever does not fit: staff and order numbers are not to be guessed with it.
    """
    if kind != K.CROSS_OUTLET:
        raise OnlyAcrossOutlets
    number = about.colleague.strip()
    person = Person.objects.filter(number=number).first()
    home = home_of(person.pk, by.on) if person and person.pk != by.person else None
    if person is None or home is None or by.person is None:
        raise NotOfBoth
    order = _order_at((where, home), about.order) if about.order else _order_of(line)
    if order is None or not all(timelines(order, (by.person, person.pk)).values()):
        raise NotOfBoth
    return person.pk, home, order


def _order_at(outlets: Sequence[Unit], number: str) -> Order | None:
    """The order of that number at the first of the outlets that has it."""
    rows = {row.outlet_id: row for row in Order.objects.filter(outlet__in=outlets, number=number)}
    return next((rows[outlet.pk] for outlet in outlets if outlet.pk in rows), None)


def _deciders(where: Unit, home: Unit, by: Viewer) -> list[int]:
    """Who decides over the outlets of both."""
    over, other = (messages.who_may("pay.decide", over=unit, on=by.on) for unit in (where, home))
    return [person for person in over if person in other]


def _frozen(line: PayLine | None, order: Order | None, people: Sequence[int]) -> dict[str, Any]:
    """The line, the order, and what these people did about its customer, who asks first."""
    kept: dict[str, Any] = {}
    if line is not None:
        kept["line"] = {name: getattr(line, name if name != "id" else "pk") for name in COLUMNS}
    if order is not None:
        kept["order"] = {"number": order.number, "signed_on": order.signed_on.isoformat()}
    if order is not None and people:
        lines = timelines(order, people)
        if not lines[people[0]]:
            raise NothingWithCustomer
        kept["timelines"] = frozen(lines)
    return kept


def _open(doing: Deed, dispute: int, version: int | None) -> Dispute:
    row = locked(doing.scope.disputes(), "dispute", dispute, version)
    doing.tell(subject=row.pk, outlet=row.outlet_id, kind=row.kind)
    if not row.decidable:
        raise DisputeIsDecided
    return row


def answer(
    *, by: Viewer, at: datetime, dispute: int, text: str, version: int | None = None
) -> Done:
    """What the other side says, once; both are heard with that and read the evidence.

    Raises:
        IsAnswered: he has said it, and would now fit his words to the evidence.
    """
    with pay_duty("answer", by=by, at=at, right="pay.join") as doing:
        row = _open(doing, dispute, version)
        if by.person is None or row.against_id != by.person:
            raise OnlyTheOther
        if row.answer:
            raise IsAnswered
        said = checked("text", text, LONG)
        changed(row, answer=said, state=Dispute.State.HEARD, heard_at=at)
        return Done(row.pk, row.version)


def hear(*, by: Viewer, at: datetime, dispute: int, version: int | None = None) -> Done:
    """Say that both sides were heard."""
    with pay_duty("hear", by=by, at=at, right="pay.decide") as doing:
        row = _open(doing, dispute, version)
        _third(doing, row)
        changed(row, state=Dispute.State.HEARD, heard_at=at)
        return Done(row.pk, row.version)


def withdraw(*, by: Viewer, at: datetime, dispute: int, version: int | None = None) -> Done:
    """Take one's own dispute back."""
    with pay_duty("withdraw", by=by, at=at, right="pay.join") as doing:
        row = _open(doing, dispute, version)
        if by.person is None or row.person_id != by.person:
            raise NotFound(noun="dispute", key=dispute)
        changed(row, state=Dispute.State.WITHDRAWN)
        _tell(by, [row.against_id], "withdrawn", row, at)
        return Done(row.pk, row.version)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows from a decision.

    Attributes:
        rule: of `RULES`, for two who claim one deal; `window` its days.
        shares: (person, 1/10,000) for the rules that leave them open.
        effects: amounts that the next open run pays or takes once approved.
    """

    rule: str = ""
    window: int = WINDOW
    shares: Mapping[int, int] | None = None
    effects: Sequence[Effect] = ()


def decide(
    *,
    by: Viewer,
    at: datetime,
    dispute: int,
    how: Literal["upheld", "partly", "rejected"],
    decision: str,
    ruling: Ruling | None = None,
    version: int | None = None,
) -> Done:
    """Decide a dispute of two others; its effect is paid once another approves it.

    By a rule a new split of the order's pay is asked for, and what earlier runs paid is put right
    by their replay; amounts given here are asked for as typed lines. A third person with
    `pay.approve` approves both.

    Raises:
        PartyToDispute: the viewer is one of the two, or approved that run.
        OverBothOutlets: one of the two stands in an outlet that the viewer does not decide over.
    """
    with pay_duty("decide", by=by, at=at, right="pay.decide") as doing:
        row = _open(doing, dispute, version)
        _third(doing, row)
        if how not in DECIDED:
            raise BadValue(field="how", value=how, why=" / ".join(DECIDED))
        said = checked("decision", decision, LONG)
        wanted = ruling or Ruling()
        if how in UPHELD:
            _take_effect(row, wanted, said, by, at)
        changed(
            row, state=how, decision=said, decided_by_id=by.user, decided_at=at,
            rule=wanted.rule, window=wanted.window if wanted.rule else None,
        )  # fmt: skip
        doing.tell(how=how, decision=said, rule=wanted.rule)
        _tell(by, [row.person_id, row.against_id], "decided", row, at)
        return Done(row.pk, row.version)


def _third(doing: Deed, row: Dispute) -> None:
    by = doing.by
    mine = by.person is not None and by.person in (row.person_id, row.against_id)
    approved = by.user is not None and row.run is not None and row.run.approved_by_id == by.user
    if mine or approved or (by.user is not None and row.made_by_id == by.user):
        raise PartyToDispute
    home = other_outlet(row)
    if home is not None and not doing.scope.reach("pay_runs").over(row.outlet_id, home.pk):
        raise OverBothOutlets


def _take_effect(row: Dispute, ruling: Ruling, decision: str, by: Viewer, at: datetime) -> None:
    home = other_outlet(row)
    if ruling.rule and home is not None:
        raise ByAmountsAlone
    if ruling.rule:
        _split(row, ruling, decision, by, at)
    for effect in ruling.effects:
        if effect.person not in (row.person_id, row.against_id):
            raise BadValue(field="effects", value=effect.person, why="person")
        check_fen(effect.fen)
        elsewhere = home if effect.person == row.against_id else None
        ManualLine.objects.create(
            outlet=elsewhere or row.outlet, period=row.period, person_id=effect.person,
            component=COMPONENT, fen=effect.fen,
            definition=row.run.definition if row.run and not elsewhere else "",
            reason=decision[:SHORT], dispute=row, asked_by_id=by.user, asked_at=at,
        )  # fmt: skip


def _split(row: Dispute, ruling: Ruling, decision: str, by: Viewer, at: datetime) -> None:
    """The order's pay by the rule, or as it is said; another approves it."""
    if ruling.rule not in RULE_CODES or row.order is None or row.against_id is None:
        raise BadValue(field="rule", value=ruling.rule, why=" / ".join(RULE_CODES))
    sides = (row.person_id, row.against_id)
    signed = row.order.shares.order_by("since", "-share").values_list("person", flat=True).first()
    lines = timelines(row.order, sides)
    shares = ruled(ruling.rule, lines, closer=signed, window=ruling.window) or ruling.shares
    if shares is None or not set(shares) <= set(sides):
        raise SharesOfPay(sum=0)
    parts = [[person, share] for person, share in shares.items() if share]
    check_parts(parts)
    PaySplit.objects.filter(order=row.order, approved__isnull=True).update(
        approved=False, decided_at=at, decided_by_id=None
    )
    PaySplit.objects.create(
        order=row.order, parts=parts, reason=decision[:SHORT], dispute=row, asked_by_id=by.user,
        asked_at=at,
    )  # fmt: skip


def _tell(by: Viewer, people: Sequence[int | None], what: str, row: Dispute, at: datetime) -> None:
    body = {
        "noun": "dispute", "id": row.pk, "outlet": row.outlet.code, "name": row.outlet.name,
        "period": row.period, "kind": row.kind,
    }  # fmt: skip
    messages.tell_others(by, people, f"pay.{what}", body, at)
