"""Verbs of the stock of vehicles."""

from dataclasses import dataclass
from datetime import date, datetime

from cheji.facts import post as post_facts
from cheji.records.models import Vehicle
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer

from .dates import happened
from .deeds import deed
from .outlets import outlet_of


class VinInStock(Refused):
    """The frame number {vin} is already in stock at {outlet}. Check the number."""

    zh = "车架号 {vin} 已在 {outlet} 库存中。请核对。"


@dataclass(frozen=True)
class Done:
    id: int


def stock(
    *,
    by: Viewer,
    at: datetime,
    outlet: int,
    on: date,
    vin: str,
    model: str,
    cost: int = 0,
    colour: str = "",
) -> Done:
    """Take a vehicle into stock; cost in fen."""
    with deed("vehicles.stock", by=by, at=at, right="stock.write") as doing:
        where = outlet_of(doing.scope, outlet)
        happened(on, today=by.on, field="on")
        held = Vehicle.objects.filter(vin=vin, left_on__isnull=True).first()
        if held:
            raise VinInStock(vin=vin, outlet=held.outlet.name)
        row = Vehicle.objects.create(
            outlet=where, vin=vin, model=model, colour=colour, stocked_on=on, cost=cost
        )
        post_facts("vehicle", [row.pk], at=at)
        doing.tell(subject=row.pk, outlet=outlet, vin=vin, on=on)
        return Done(row.pk)
