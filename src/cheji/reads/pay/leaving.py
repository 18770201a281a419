"""离职结算单: what one who leaves has earned, what is held of it, and what is still open.

Nothing is forfeited by leaving: what is held stays held until its event, and open orders are listed
with who signed them, so that what they bring later is still settled.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cheji.engine.pay import prepared
from cheji.engine.periods import month_key
from cheji.facts import mark
from cheji.reads.appraisals import Month, outlet_seen
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.gathered import Extra, plan_for
from cheji.reads.pay.gathering import all_seeing, gather
from cheji.reads.pay.late import corrections
from cheji.reads.pay.ledgers import Left, ledgers
from cheji.records.models import Order, PayInput, Person, Run, SettledRun
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer, of


@dataclass(frozen=True, slots=True)
class LeaverSheet:
    """What a settlement is drawn up with; fen. It pays `earned`; `due` is what he still owes.

    `body` lists earned (closed runs not paid, which the settlement takes up), running (what the
    month still open has brought, paid by its own run), held, carried, withheld, and open orders.
    """

    person: int
    outlet: int
    left_on: date
    earned: int
    held: int
    due: int
    body: dict[str, Any]


def leaver_sheet(
    viewer: Viewer, person: str, outlet: str, left_on: date, *, plan: str = ""
) -> LeaverSheet:
    """Worked out from closed runs not paid yet, the month still open, balances and open orders.

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
    asked = Month(whole, place, month, mark())
    chosen = asked.catalogue.pay_plan(plan)
    unpaid = _unpaid(place.id, who, chosen.code)
    running = _running(asked, who, plan) if not _closed(place.id, month, chosen.code) else []
    left, _ = ledgers(Month(whole, place, _after(month), mark()), chosen, [who]).get(who, Left())
    due = sum(left.drawn.values()) + left.due
    body = {
        "earned": unpaid,
        "running": running,
        "held": [
            {"holdback": one.holdback, "source": one.source, "fen": one.fen} for one in left.held
        ],
        "carried": [{"cap": code, "fen": fen} for code, fen in left.carried.items()],
        "withheld": [{"catch_up": code, "fen": fen} for code, fen in left.withheld.items()],
        "open": _orders(place.id, who),
        "due": due,
    }
    earned = sum(one["fen"] for one in unpaid)
    held = sum(one.fen for one in left.held)
    return LeaverSheet(who, place.id, left_on, earned, held, due, body)


def _after(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89


def _closed(outlet: int, month: int, plan: str) -> bool:
    rows = Run.objects.filter(kind="pay", outlet=outlet, period=month, definition=plan)
    return rows.filter(state__in=Run.FIXED).exists()


def _unpaid(outlet: int, who: int, plan: str) -> list[dict[str, Any]]:
    """What closed runs owe him that neither they nor a settlement paid out yet."""
    rows = (
        PayInput.objects.filter(
            run__outlet=outlet, run__definition=plan, run__state="closed", person=who
        )
        .exclude(run__settled__person=who)
        .exclude(payable=0)
        .order_by("run__period")
    )
    return [
        {"period": period, "run": run, "fen": fen}
        for period, run, fen in rows.values_list("run__period", "run", "payable")
    ]


def _running(asked: Month, who: int, plan: str) -> list[dict[str, Any]]:
    """What the month in which he leaves has brought so far."""
    chosen = asked.catalogue.pay_plan(plan)
    made = gather(asked, chosen, [who], Extra(corrections(asked, chosen, [who])))
    if who not in made.givens:
        return []
    paid = prepared(plan_for(made, who)).pay(made.givens[who], made.cards.get(who))
    return [{"period": asked.month, "run": None, "fen": paid.payable}]


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
