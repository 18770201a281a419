"""Vehicles in stock, and those that were, with their age in days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from cheji.reads.asking import EVERYTHING, Asked, Listing, Page, equals, since, until
from cheji.reads.filters import in_outlet
from cheji.reads.seen import Where, where
from cheji.records.models import Vehicle
from cheji.records.visibility import Scope, Viewer, of, one

AGED = 90
MODELS = 60


@dataclass(frozen=True, slots=True)
class VehicleRow:
    """A vehicle; `age` is days in stock until the day or until it left; cost in fen or None."""

    id: int
    vin: str
    model: str
    colour: str
    outlet: Where
    stocked_on: date
    left_on: date | None
    age: int
    aged: bool
    cost: int | None
    version: int


def vehicles(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[VehicleRow]:
    """Vehicles, oldest first; totals: in_stock, aged (over 90 days), cost (fen, of those in stock).

    Filters: outlet, model, colour, stock (in or out), older (days), since, until. Sorts:
    stocked_on, model, vin.
    """
    scope = of(viewer)
    return VEHICLES.page(scope, scope.vehicles(), asked, lambda rows: rows.select_related("outlet"))


def vehicle(viewer: Viewer, vehicle_id: int) -> VehicleRow:
    """One vehicle.

    Raises:
        NotFound: it is not in scope.
    """
    scope = of(viewer)
    rows = scope.vehicles().select_related("outlet")
    return _row(scope, one(rows, "vehicle", vehicle_id, id=vehicle_id))


def models(viewer: Viewer) -> tuple[str, ...]:
    """Models that stand or stood in the viewer's outlets or were ordered there: for suggestions."""
    scope = of(viewer)
    stocked = scope.vehicles().order_by().values_list("model").distinct()
    ordered = scope.orders().exclude(model="").order_by().values_list("model").distinct()
    return tuple(sorted({model for (model,) in [*stocked[:MODELS], *ordered[:MODELS]]}))


def cost_shown(scope: Scope) -> bool:
    """Purchase prices are for who keeps the stock or sees the outlet's spending."""
    return scope.viewer.sees("spend") or scope.viewer.can("stock.write")


def _rows(scope: Scope, rows: Sequence[Vehicle]) -> list[VehicleRow]:
    return [_row(scope, row) for row in rows]


def _row(scope: Scope, row: Vehicle) -> VehicleRow:
    age = ((row.left_on or scope.viewer.on) - row.stocked_on).days
    return VehicleRow(
        row.pk,
        row.vin,
        row.model,
        row.colour,
        where(row.outlet),
        row.stocked_on,
        row.left_on,
        age,
        row.left_on is None and age > AGED,
        row.cost if cost_shown(scope) else None,
        row.version,
    )


def _in_stock(on: date) -> Q:
    return Q(stocked_on__lte=on) & (Q(left_on=None) | Q(left_on__gt=on))


def _totals(scope: Scope, rows: "QuerySet[Vehicle]") -> tuple[tuple[str, int | None], ...]:
    on = scope.viewer.on
    held = _in_stock(on)
    old = held & Q(stocked_on__lt=on - timedelta(days=AGED))
    sums = rows.aggregate(
        n=Count("id", filter=held), old=Count("id", filter=old), cost=Sum("cost", filter=held)
    )
    cost = (sums["cost"] or 0) if cost_shown(scope) else None
    return ("in_stock", sums["n"]), ("aged", sums["old"]), ("cost", cost)


def _stock(scope: Scope, value: str) -> Q:
    held = _in_stock(scope.viewer.on)
    return held if value == "in" else ~held


def _older(scope: Scope, value: str) -> Q:
    days = int(value) if value.isdecimal() else 0
    return Q(stocked_on__lt=scope.viewer.on - timedelta(days=min(days, 36_500)))


VEHICLES = Listing[Vehicle, VehicleRow](
    filters={
        "outlet": in_outlet(),
        "model": equals("model"),
        "colour": equals("colour"),
        "stock": _stock,
        "older": _older,
        "since": since("stocked_on"),
        "until": until("stocked_on"),
    },
    sorts={"stocked_on": ("stocked_on",), "model": ("model",), "vin": ("vin",)},
    default="stocked_on",
    search=lambda _scope, text: Q(vin__iendswith=text) | Q(model__icontains=text),
    show=_rows,
    totals=_totals,
)
