"""争议: somebody says that pay is wrong and is heard; a third person decides (`rulings`).

The clock, the states and the verbs are those of an appeal against a score (`records.models.cases`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cheji.actions import messages
from cheji.actions.deeds import Deed
from cheji.actions.locking import changed, locked
from cheji.actions.pay.ground import Done, pay_duty
from cheji.actions.pay.words import LONG, SHORT, checked, month_said
from cheji.records.collisions import (
    frozen,
    home_of,
    served,
    timelines,
)
from cheji.records.models import Customer, Dispute, Order, PayLine, Person, Unit
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer, one
from cheji.records.words import DISPUTES, one_of

DECIDE_DAYS = 7
K = Dispute.Kind
#: Two claim one deal: what each did about the customer is evidence.
CLAIMS = (K.COLLISION, K.CROSS_OUTLET)
COLUMNS = ("id", "component", "entry", "source_kind", "source", "amount", "scale", "rate", "fen")


class DisputeIsDecided(Refused):
    """This dispute is decided or withdrawn already."""

    logged = True
    zh = "该争议已裁决或已撤回。"


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


class OtherSideNeeded(Refused):
    """Say which colleague claims the car too: who decides hears both and sees what both did."""

    zh = "请写明对方是哪位同事：裁决须听取双方，并看双方的往来。"


class NotOfBoth(Refused):
    """No order has this number and a customer whom both you and this colleague served.

    Check the order number and the staff number.
    """

    zh = "没有您与该同事都接待过客户的这一订单。请核对订单号与工号。"


@dataclass(frozen=True, slots=True)
class About:
    """What a dispute is about: a line of a statement, or an order by its number at an outlet.

    The other side is `against`, of the same outlet, or by staff number a `colleague` of another.
    `relative` is the phone of a customer of one's own who is of the buyer's family: both count as
    one customer, and whether they are is for who decides.
    """

    line: int | None = None
    outlet: int | None = None
    period: int | None = None
    order: str = ""
    against: int | None = None
    colleague: str = ""
    relative: str = ""


def dispute(
    *, by: Viewer, at: datetime, kind: str, about: About, text: str, evidence: str = ""
) -> Done:
    """Say that one's own pay is wrong; what was there is frozen as evidence.

    Raises:
        SayWhy: without a word.
        NotFound: the line, outlet or order is not there for the viewer.
        NothingWithCustomer: who claims a deal never met its customer.
        OnlyAcrossOutlets: a colleague of another outlet in a dispute of another kind.
        OtherSideNeeded: two claim a deal, and the other is not named.
        NotOfBoth: the order is not one of the viewer and of that colleague.
    """
    with pay_duty("dispute", by=by, at=at, right="pay.join") as doing:
        if kind not in K.values or by.person is None:
            raise BadValue(field="kind", value=kind, why=one_of(DISPUTES))
        said = checked("text", text, LONG)
        _both_named(kind, about)
        line = _line(doing, about.line) if about.line else None
        where, period = _place(doing, about, line)
        against, home, order = _other(where, about.against, by), where, None
        relative = _relative(about.relative, by.person) if kind in CLAIMS else None
        if about.colleague.strip():
            against, home, order = _across(where, about, kind, line, relative, by)
        else:
            order = _order(where, about.order) if about.order else _order_of(line)
        sides = [by.person, *([against] if against else [])]
        made = Dispute.objects.create(
            outlet=where, period=period, kind=kind, person_id=by.person, against_id=against,
            against_outlet=home if against else None,
            run_id=line.run_id if line else None, line=line.pk if line else None, order=order,
            relative=relative, text=said,
            evidence=checked("evidence", evidence, SHORT, needed=False),
            made_by_id=by.user, made_at=at, due_on=by.on + timedelta(days=DECIDE_DAYS),
            frozen=_frozen(line, order, sides if kind in CLAIMS else (), relative),
        )  # fmt: skip
        deciders = _deciders(where, home, by)
        tell_sides(by, [against, *deciders], "disputed", made, at)
        doing.tell(subject=made.pk, outlet=where.pk, kind=kind, period=period, due_on=made.due_on)
        return Done(made.pk, made.version)


def _both_named(kind: str, about: About) -> None:
    if kind in CLAIMS and about.against is None and not about.colleague.strip():
        raise OtherSideNeeded(field="against" if kind == K.COLLISION else "colleague")


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
    where: Unit,
    about: About,
    kind: str,
    line: PayLine | None,
    relative: Customer | None,
    by: Viewer,
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
    if order is None or not all(timelines(order, (by.person, person.pk), relative).values()):
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


def _relative(phone: str, person: int) -> Customer | None:
    """A customer of one's own by phone; one that he never served is told from none by nothing."""
    if not phone.strip():
        return None
    found = served(phone, person)
    if found is None:
        raise NothingWithCustomer
    return found


def _frozen(
    line: PayLine | None, order: Order | None, people: Sequence[int], relative: Customer | None
) -> dict[str, Any]:
    """The line, the order, and what these people did about its customer, who asks first."""
    kept: dict[str, Any] = {}
    if line is not None:
        kept["line"] = {name: getattr(line, name if name != "id" else "pk") for name in COLUMNS}
    if order is not None:
        kept["order"] = {"number": order.number, "signed_on": order.signed_on.isoformat()}
    if order is not None and people:
        lines = timelines(order, people, relative)
        if not lines[people[0]]:
            raise NothingWithCustomer
        kept["timelines"] = frozen(lines)
    return kept


def open_dispute(doing: Deed, dispute: int, version: int | None) -> Dispute:
    """Lock one that is still to be decided, and tell it to the audit."""
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
        row = open_dispute(doing, dispute, version)
        if by.person is None or row.against_id != by.person:
            raise OnlyTheOther
        if row.answer:
            raise IsAnswered
        said = checked("text", text, LONG)
        changed(row, answer=said, state=Dispute.State.HEARD, heard_at=at)
        return Done(row.pk, row.version)


def withdraw(*, by: Viewer, at: datetime, dispute: int, version: int | None = None) -> Done:
    """Take one's own dispute back."""
    with pay_duty("withdraw", by=by, at=at, right="pay.join") as doing:
        row = open_dispute(doing, dispute, version)
        if by.person is None or row.person_id != by.person:
            raise NotFound(noun="dispute", key=dispute)
        changed(row, state=Dispute.State.WITHDRAWN)
        tell_sides(by, [row.against_id], "withdrawn", row, at)
        return Done(row.pk, row.version)


def tell_sides(
    by: Viewer, people: Sequence[int | None], what: str, row: Dispute, at: datetime
) -> None:
    """A message to the other people of a dispute."""
    body = {
        "noun": "dispute", "id": row.pk, "outlet": row.outlet.code, "name": row.outlet.name,
        "period": row.period, "kind": row.kind,
    }  # fmt: skip
    messages.tell_others(by, people, f"pay.{what}", body, at)
