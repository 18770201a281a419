"""What a sale brought above its floor price (超额利润): its parts, and the prices in force."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Q

from cheji.records.models import Delivery, Fact, Order, Unit, entries

from .amounts import Amounts, amounts_of
from .chosen import chosen

PRICE, SHARED = "floor_price", "group"
LOCK: Final = 6785 << 48  # 6785 marks it among the advisory locks of the house


class Key(NamedTuple):
    """What a floor price is for: a model, or one vehicle of it, at an outlet or in a whole tree."""

    place: str
    model: str
    vin: str = ""


class Entered(NamedTuple):
    """An entry of the register: the day from which it holds, its id, and fen; None ends it."""

    since: date
    id: int
    price: int | None


class Floors:
    """Floor prices by what they are for, each with the days from which they hold."""

    def __init__(self, models: Sequence[str] | None = None) -> None:
        self._dated: dict[Key, list[Entered]] = defaultdict(list)
        rows = entries(PRICE).filter(void=False)
        if models is not None:
            rows = rows.filter(model__among=models)
        columns = ("outlet", "reach", "model", "vin", "since", "id", "price")
        for outlet, reach, model, vin, *dated in rows.values_list(*columns):
            place = self._trees[outlet] if reach == SHARED else str(outlet)
            self._dated[Key(place, model, vin.upper())].append(Entered(*dated))
        for prices in self._dated.values():
            prices.sort(key=lambda one: one[:2])

    @cached_property
    def _trees(self) -> dict[int, str]:
        return {pk: _tree(path) for pk, path in _outlets()}

    def on(self, day: date, outlet: int, model: str, vin: str) -> int | None:
        """The floor price of a vehicle in fen; None where none is known."""
        found = self.entry_on(day, outlet, model, vin)
        return found.price if found else None

    def entry_on(self, day: date, outlet: int, model: str, vin: str) -> Entered | None:
        """The entry that gives a vehicle its floor price.

        The vehicle's own goes before the model's, the outlet's before that of all outlets; one
        that ended leaves it to the next.
        """
        if not self._dated:
            return None
        places = (str(outlet), self._trees[outlet])
        names = dict.fromkeys((vin.upper(), ""))
        found = (self._of(Key(place, model, name), day) for name in names for place in places)
        return next((one for one in found if one is not None and one.price is not None), None)

    def _of(self, key: Key, day: date) -> Entered | None:
        prices = self._dated.get(key, [])
        place = bisect_right(prices, day, key=lambda one: one[0])
        return prices[place - 1] if place else None


def _outlets() -> Iterator[tuple[int, str]]:
    return Unit.objects.filter(kind=Unit.Kind.OUTLET).values_list("id", "path").iterator()


def _tree(path: str) -> str:
    """The unit at the top, as a place that no outlet's id can be."""
    return f"/{path.split('/')[1]}/"


def floors_for(deliveries: Sequence[int] | None) -> Floors:
    """The floor prices that these deliveries may need, held; all of them for None."""
    if deliveries is None:
        return Floors()
    hold_prices()
    models = (
        chosen(Delivery.objects.all(), deliveries).order_by().values_list("order__model", flat=True)
    )
    return Floors(list(models.distinct()))


def hold_prices() -> None:
    """Let who enters a floor price wait until this transaction ends; other deliveries do not."""
    _lock("pg_advisory_xact_lock_shared")


def parts_of(amounts: Amounts, floor: int | None, units: int) -> Mapping[str, int] | str:
    """The parts of an excess profit in fen, each with its sign; or what is missing.

    That is `floor`, or `accessory` where a cost of accessories is not known. The vehicle's cost
    does not matter.
    """
    if floor is None:
        return "floor"
    got = {kind: gained for kind, (gained, _) in amounts.items()}
    paid = {kind: cost for kind, (_, cost) in amounts.items()}
    accessories = paid.get("accessory", 0)
    if accessories is None:
        return "accessory"
    found = {
        "price": got.get("vehicle", 0) + got.get("discount", 0),
        "gift": -(paid.get("gift") or 0),
        "agent": -(paid.get("agent") or 0),
        "accessory": got.get("accessory", 0) - accessories,
        "floor": -floor * units,
    }
    return {part: fen for part, fen in found.items() if fen or part in ("price", "floor")}


def priced_by(ids: Sequence[int]) -> list[int]:
    """The deliveries whose floor price these entries decide, or did before they were changed.

    Whoever posts a delivery meanwhile has ended then, or waits for the new prices.
    """
    _lock("pg_advisory_xact_lock")
    said = Fact.objects.filter(source_kind=PRICE, source__among=ids)
    paths = dict(_outlets())
    asked = said.order_by().values_list("outlet", "tags", "model", "on_date").distinct()
    found: dict[str, tuple[set[str], list[date]]] = defaultdict(lambda: (set(), []))
    for outlet, reach, model, since in asked:
        models, days = found[_tree(paths[outlet]) if reach == SHARED else paths[outlet]]
        models.add(model)
        days.append(since)
    orders = Q(pk__in=[])
    for path, (models, days) in found.items():
        orders |= Q(outlet__path__startswith=path, model__in=models, signed_on__gte=min(days))
    rows = Delivery.objects.filter(void=False, order__in=Order.objects.filter(orders))
    return list(rows.order_by("id").values_list("id", flat=True))


class Margin(NamedTuple):
    """An order's floor price for all its units, and what it brings above it; None: not known."""

    floor: int | None
    excess: int | None


def margin_of(order: Order) -> Margin:
    """What an order brings above its floor price as it stands, delivered or not, in fen.

    Each unit handed over goes by the price of its vehicle, those to come by that of the model.
    """
    handed = list(order.deliveries.filter(void=False).values_list("vin", "units"))
    handed.append(("", order.units - sum(units for _, units in handed)))
    floors, place = Floors([order.model]), (order.signed_on, order.outlet_id, order.model)
    prices = [(floors.on(*place, vin), units) for vin, units in handed if units > 0]
    known = [price * units for price, units in prices if price is not None]
    whole = sum(known) if len(known) == len(prices) else None
    found = parts_of(amounts_of([order.pk])[order.pk], whole, 1)
    return Margin(whole, None if isinstance(found, str) else sum(found.values()))


def floor_entry(order: Order, vin: str) -> Entered | None:
    """The entry by which a vehicle of an order has its floor price."""
    return Floors([order.model]).entry_on(order.signed_on, order.outlet_id, order.model, vin)


def _lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [LOCK])
