"""离职结算单: what one who leaves has earned, what is held of it, and what is still open.

Nothing is forfeited by leaving: what is held stays held until its event, and open orders are listed
with who signed them, so that what they bring later is still settled.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from cheji.engine.pay import Ledger, Statement
from cheji.engine.periods import month_key
from cheji.facts import mark
from cheji.reads.appraisals import Month, outlet_seen
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.estimating import is_closed, running
from cheji.reads.pay.gathering import all_seeing
from cheji.reads.pay.ledgers import Left, components_held, ledgers
from cheji.records.models import Order, PayInput, Person, Run, SettledRun
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer, of

#: A plan, a month that is not closed, and what it pays by now.
Running = tuple[str, int, Statement]


@dataclass(frozen=True, slots=True)
class LeaverSheet:
    """What a settlement is drawn up with; fen. It pays `earned`; `due` is what he still owes.

    `body` lists earned (closed runs not paid, which the settlement takes up), running (what each
    month still open has brought, paid by its own run), held, carried, withheld, and open orders.
    """

    person: int
    outlet: int
    left_on: date
    earned: int
    held: int
    due: int
    body: dict[str, Any]


def leaver_sheet(viewer: Viewer, person: str, outlet: str, left_on: date) -> LeaverSheet:
    """Worked out from closed runs not paid yet, months still open, balances and open orders.

    Of all pay plans that paid him there, or would: each row names its own. Balances are those that
    the months still open will leave, with what they hold back and release.

    Raises:
        NotFound: the person or the outlet's pay is not the viewer's to see.
    """
    ground = Ground(viewer)
    place = outlet_seen(ground, outlet)
    reach = of(viewer).reach("pay_runs")
    who = Person.objects.filter(number=person).values_list("id", flat=True).first()
    if who is None or not (reach.everything or place.id in reach.outlets):
        raise NotFound(noun="person", key=person)
    whole = all_seeing(ground)
    month = month_key(left_on, place.closing_day)
    unpaid = _unpaid(place.id, who)
    still = list(_running(Month(whole, place, month, mark()), who))
    left = _left(Month(whole, place, _after(_last_closed(place.id, month)), mark()), who)
    left |= {plan: paid.after for plan, _month, paid in still}
    due = sum(sum(own.drawn.values()) + own.due for own in left.values())
    body: dict[str, Any] = {
        "earned": unpaid,
        "running": [
            {"plan": plan, "period": period, "run": None, "fen": paid.payable}
            for plan, period, paid in still
            if paid.payable
        ],
        "held": list(_held(left, still)),
        "carried": _listed("cap", {plan: own.carried for plan, own in left.items()}),
        "withheld": _listed("catch_up", {plan: own.withheld for plan, own in left.items()}),
        "open": _orders(place.id, who),
        "due": due,
    }
    earned, held = (sum(one["fen"] for one in body[key]) for key in ("earned", "held"))
    return LeaverSheet(who, place.id, left_on, earned, held, due, body)


def _left(asked: Month, who: int) -> dict[str, Ledger]:
    """By plan what its runs left him."""
    plans = asked.catalogue.all.pay_plans
    return {plan.code: ledgers(asked, plan, [who]).get(who, Left()).ledger for plan in plans}


def _held(left: Mapping[str, Ledger], running: Iterable[Running]) -> Iterator[dict[str, Any]]:
    """What stays held, with the component that the line of its closed run or open month names."""
    known = components_held(one for own in left.values() for one in own.held)
    held = defaultdict(list)
    for plan, _period, paid in running:
        for line in paid.lines:
            if line.entry == "reserve":
                held[plan, line.component, line.source].append(line.args[1])
    for plan, own in left.items():
        for one in own.held:
            new = held[plan, one.holdback, one.source] if not one.origin else []
            component = new.pop(0) if new else known.get(one.origin, "")
            yield {
                "plan": plan,
                "holdback": one.holdback,
                "component": component,
                "source": one.source,
                "fen": one.fen,
            }


def _listed(key: str, sums: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """Sums by plan and code as rows; the code stands under `key`."""
    return [
        {"plan": plan, key: code, "fen": fen}
        for plan, own in sums.items()
        for code, fen in own.items()
    ]


def _last_closed(outlet: int, month: int) -> int:
    """The last month that is closed there, from this one on: its run took up what earlier left."""
    rows = Run.objects.filter(
        kind="pay", outlet=outlet, grain="month", state__in=Run.FIXED, period__gt=month
    )
    return rows.order_by("-period").values_list("period", flat=True).first() or month


def _after(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89


def _unpaid(outlet: int, who: int) -> list[dict[str, Any]]:
    """What closed runs owe him that neither they nor a settlement paid out yet."""
    rows = PayInput.objects.filter(
        run__kind="pay", run__outlet=outlet, run__state="closed", person=who
    ).exclude(Q(run__settled__person=who) | Q(payable=0))
    columns = ("run__definition", "run__period", "run", "payable")
    return [
        {"plan": plan, "period": period, "run": run, "fen": fen}
        for plan, period, run, fen in rows.order_by("run__period", "run").values_list(*columns)
    ]


def _running(asked: Month, who: int) -> Iterator[Running]:
    """Plan, month and statement of months that are not closed, up to the one he leaves in."""
    for plan in asked.catalogue.all.pay_plans:
        for one in () if is_closed(asked, plan.code) else running(asked, plan.code, [who]):
            yield plan.code, one.month.month, one.paid[who]


def _orders(outlet: int, who: int) -> list[dict[str, Any]]:
    """Signed and not delivered: what they bring belongs to who signs and who hands over."""
    rows = Order.objects.filter(outlet=outlet, state="signed", shares__person=who).distinct()
    return [
        {"order": order, "number": number, "signed_on": on.isoformat()}
        for order, number, on in rows.order_by("id").values_list("id", "number", "signed_on")
    ]


def settled(run: int) -> dict[int, int]:
    """By person the fen of a run that settlements took up: its own pay-out leaves them out."""
    return dict(SettledRun.objects.filter(run=run).values_list("person", "fen"))
