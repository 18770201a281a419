"""Orders of the cards that buy, with their lines; cancellations, deliveries, second tier, stock."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from .floor import lose
from .history import Arrival, Card, Hand, History
from .people import Seller, specialist
from .words import CANCELLED, COLOURS, MODELS, Model, model, vin

CANCELS, SHARED, TRADES_IN, FROM_STOCK, COMPANIES = 0.06, 0.04, 0.11, 0.4, 0.012
SECOND_TIER_A_MONTH = 2.6


class Sale(NamedTuple):
    """An order as it was signed."""

    number: str
    on: date
    seller: Seller | None
    channel: str
    model: Model
    units: int
    shared: bool


def sell(history: History) -> None:
    """Write the orders of the outlet and what followed each."""
    for card in history.cards:
        if card.ends == "ordered" and card.ends_on:
            _order(history, card, card.ends_on)
    _second_tier(history)
    _arrivals(history)


def _order(history: History, card: Card, on: date, *, again: bool = False) -> None:
    seller = card.seller(on)
    fleet = history.happens(COMPANIES)
    units = history.rng.randrange(2, 5) if fleet else 1
    partner = history.one_of_us(on, but=seller) if history.happens(SHARED) else None
    shares: tuple[tuple[str, int], ...] = ((seller.number, 10_000),) if seller else ()
    if seller and partner:
        part = history.rng.choice((5_000, 6_000, 7_000))
        shares = ((seller.number, part), (partner.number, 10_000 - part))
    number = history.number("D", on)
    sale = Sale(number, on, seller, card.channel, card.model, units, len(shares) > 1)
    row = {"customer_name": card.name, "phone": card.phone, "consultant": shares}
    rows = history.again if again else history.rows["orders"]
    rows.append({**_row(history, sale), **row})
    if not again and history.happens(CANCELS):
        _cancel(history, card, sale)
    else:
        _deliver(history, sale)


def _row(history: History, sale: Sale) -> dict[str, Any]:
    """The order as a row of the import kind `orders`; money in fen."""
    extras = sale.seller.skill.extras if sale.seller else 1.0
    return {
        "outlet_code": history.outlet.code,
        "order_no": sale.number,
        "signed_on": sale.on,
        "channel": sale.channel,
        "model": sale.model.name,
        "units": sale.units,
        "promised_on": sale.on + timedelta(days=history.rng.choice((7, 14, 21, 30))),
        **_vehicle(history, sale),
        **_extras(history, extras),
    }


def _yuan(history: History, low: int, high: int, step: int = 100) -> int:
    """An amount between two yuan amounts, in fen."""
    return history.rng.randrange(low, high + 1, step) * 100


def _vehicle(history: History, sale: Sale) -> dict[str, int]:
    price = sale.model.price * 100 * sale.units
    cost = sale.model.price * 100 * (1000 - sale.model.margin) // 1000 * sale.units
    tier = sale.channel == "second_tier"
    discount = price // 100 if tier else _yuan(history, 0, sale.model.price // 40) * sale.units
    found = {"vehicle_price": price, "vehicle_cost": cost}
    if discount:
        found["discount"] = discount
    if not tier and history.happens(0.5):
        found["gift_cost"] = _yuan(history, 200, 1_200)
    return found


def _extras(history: History, skill: float) -> dict[str, int]:
    """Accessories, insurance, finance, licence, warranty and trade-in of an order, in fen."""
    found: dict[str, int] = {}
    offers = (
        ("accessory", 0.68, 1_200, 6_800, 0.5),
        ("insurance", 0.66, 600, 1_800, 0.0),
        ("finance", 0.44, 1_500, 3_600, 0.1),
        ("licence", 0.8, 300, 800, 0.3),
        ("warranty", 0.12, 1_200, 3_000, 0.6),
        ("trade_in", 0.07, 800, 4_000, 0.2),
    )
    for kind, chance, low, high, cost in offers:
        if history.happens(min(0.95, chance * skill)):
            found[f"{kind}_revenue"] = _yuan(history, low, high)
            found[f"{kind}_cost"] = int(found[f"{kind}_revenue"] * cost) // 100 * 100
    return found


def _cancel(history: History, card: Card, sale: Sale) -> None:
    """The customer withdraws; some sign again, some are lost, some are open again."""
    on = history.later(sale.on, 7, 1, 30)
    _pass_on(history, sale, on)
    if on > history.today:
        return
    given = {"outlet_code": history.outlet.code, "order_no": sale.number, "on_date": on}
    given["reason"] = history.rng.choice(CANCELLED)
    history.rows["cancellations"].append(given)
    then = history.later(on, 14, 2)
    if then > history.today:
        return
    if history.happens(0.3):
        _order(history, card, then, again=True)
    elif history.happens(0.8):
        lose(history, card, then)


def _deliver(history: History, sale: Sale) -> None:
    slow = sale.seller.skill.slow if sale.seller else 1.0
    rush = 0.6 if sale.on.month == 12 else 1.0
    ready = history.happens(FROM_STOCK)
    on = history.later(sale.on, (3 if ready else 15) * slow * rush, 0 if ready else 3, 75)
    _pass_on(history, sale, on)
    if on > history.today:
        return
    late_papers = sale.units > 1 and history.happens(0.5)
    for place in range(sale.units if sale.units < 4 or late_papers else sale.units - 1):
        history.rows["deliveries"].append({
            "outlet_code": history.outlet.code,
            "order_no": sale.number,
            "number": f"{sale.number}-{place + 1}",
            "on_date": on,
            "vin": vin(history.serial(), on.year),
            "units": 1,
            "trade_in": sale.units == 1 and history.happens(TRADES_IN),
        })  # fmt: skip


def _pass_on(history: History, sale: Sale, closed: date) -> None:
    """The open orders of somebody who leaves go to a colleague on his last day."""
    seller = sale.seller
    while seller and seller.until and sale.on < seller.until <= min(closed, history.today):
        if sale.shared:
            return
        successor = history.one_of_us(seller.until, but=seller)
        if successor is None:
            return
        history.hands.append(Hand(sale.number, seller.until, successor))
        seller = successor


def _second_tier(history: History) -> None:
    """Cars that smaller dealers of the county take over; they have no card."""
    day = history.first
    chance = SECOND_TIER_A_MONTH * history.outlet.size / 30
    while day <= history.today:
        for _ in range(history.some(chance)):
            number = history.number("D", day)
            sale = Sale(number, day, None, "second_tier", model(history.rng), 1, False)
            shares = ((specialist(history.outlet.code, "second_tier"), 10_000),)
            history.rows["orders"].append({**_row(history, sale), "consultant": shares})
            _deliver(history, sale)
        day += timedelta(days=1)


def _arrivals(history: History) -> None:
    """The stock: cars that were sold lately, and cars that wait, some for very long."""
    orders = {row["order_no"]: row for row in (*history.rows["orders"], *history.again)}
    handed = sorted(history.rows["deliveries"], key=lambda row: row["on_date"])
    for row in handed[-8:]:
        came = row["on_date"] - timedelta(days=history.rng.randrange(3, 40))
        _arrive(history, came, row["vin"], orders[row["order_no"]]["model"])
    for _ in range(max(6, round(14 * history.outlet.size))):
        waits = history.rng.choices((15, 45, 75, 120, 220), (40, 25, 15, 12, 8))[0]
        came = history.today - timedelta(days=waits + history.rng.randrange(15))
        _arrive(history, came, vin(history.serial(), came.year), model(history.rng).name)


def _arrive(history: History, on: date, number: str, called: str) -> None:
    kind = next(one for one in MODELS if one.name == called)
    cost = kind.price * 100 * (1000 - kind.margin) // 1000
    history.stock.append(Arrival(on, number, kind.name, cost, history.rng.choice(COLOURS)))
