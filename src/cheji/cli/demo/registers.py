"""What an outlet writes down beside its sales, in the last months: rows of every register."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from .counts import REPAIRS, months
from .history import Card, History, Rows
from .people import specialist
from .words import LOSSES, MODELS

DAYS = 100  # how far back the registers go
MONTHS = 3
OPEN, CLOSE = 9, 18
MOTORCYCLES = {one.name for one in MODELS if one.displacement}
EXPENSES = (
    ("opex", 640_000), ("fixed_expense", 310_000), ("fees", 52_000), ("market_sales", 9_800_000),
    ("parts_stock", 420_000), ("dead_parts", 26_000), ("parts_used", 180_000),
    ("pretax_profit", 96_000), ("outlet_gross", 410_000), ("receivables", 130_000),
    ("stock_interest", 21_000),
)  # fmt: skip
COUNTS = (
    ("area_registrations", 420), ("own_registrations", 26),
    ("ordered_units", 34), ("supplied_units", 31), ("forecast_units", 29),
    ("second_tier_units", 3), ("key_account_visits", 6), ("bids", 1), ("brand_search", 18_500),
    ("followers", 7_200), ("door_swings", 260), ("via", 54), ("effort_hours", 320),
    ("active_base", 1_150), ("base_customers", 1_900), ("retained_customers", 1_240),
    ("partners", 8), ("gold_partners", 3), ("innovations_planned", 2), ("innovations_done", 2),
    ("new_products", 2), ("new_products_won", 1), ("staff_satisfaction", 86), ("teamwork", 88),
    ("attitude", 90), ("other", 1),
)  # fmt: skip


def keep(history: History) -> None:
    """Write the rows of every register, and when the leads were tried and reached."""
    since = history.today - timedelta(days=DAYS)
    cards = [c for c in history.cards if c.opened_on >= since and c.phone]
    sold = [row for row in history.rows["orders"] if row["signed_on"] >= since]
    _leads(history, since)
    rows = history.rows
    for card in cards:
        rows["test_drives"] += _drives(history, card)
        rows["quotes"] += _quotes(history, card)
        rows["follow_ups"] += _follow_ups(history, card)
        rows["used_cars"] += _used_car(history, card)
    for order in sold:
        rows["payments"] += _payments(history, order)
    _handed(history, since)
    _stayed(history, since)
    for month in months(history.today - timedelta(days=30 * MONTHS), history.today):
        _month(history, month)


def _row(history: History, prefix: str, on: date, **more: Any) -> dict[str, Any]:
    return {
        "outlet_code": history.outlet.code, "number": history.number(prefix, on), **more,
    }  # fmt: skip


def _whom(card: Card, on: date) -> dict[str, Any]:
    """The customer of a card, and whose he is that day."""
    seller = card.seller(on)
    return {
        "customer_name": card.name, "phone": card.phone,
        "person": seller.number if seller else None,
    }  # fmt: skip


def _clock(history: History, on: date) -> datetime:
    """A time of the working day."""
    return datetime.combine(on, time(history.rng.randrange(OPEN, CLOSE), history.rng.randrange(60)))


def _done(history: History, on: date, chance: float, mean: float) -> date | None:
    """The day on which something due was done; none where it was not, or not yet."""
    if not history.happens(chance):
        return None
    late = 0 if history.happens(0.8) else history.rng.randrange(1, 1 + int(mean))
    found = on + timedelta(days=late)
    return found if found <= history.today else None


# -- leads and calls ---------------------------------------------------------------------------


def _leads(history: History, since: date) -> None:
    for row in history.rows["leads"]:
        if row["received_on"] < since:
            continue
        came = _clock(history, row["received_on"])
        row["received_at"] = came
        if row["state"] != "new":
            tried = came + timedelta(minutes=2 + int(history.rng.expovariate(1 / 22)))
            row["first_attempt_at"] = tried
        if row["state"] in ("contacted", "valid"):
            row["contacted_on"] = row["received_on"]
        row["channel"] = "phone" if history.happens(0.15) else "online"
        history.rows["calls"] += _calls(history, row, came)
        if row["state"] == "valid":
            history.rows["appointments"] += _appointment(history, row)


def _lead_of(row: dict[str, Any]) -> dict[str, Any]:
    return {"customer_name": row["name"], "phone": row["phone"], "person": row["owner"]}


def _calls(history: History, row: dict[str, Any], came: datetime) -> Iterator[dict[str, Any]]:
    """Half of the leads leave a call in the register, every fifth of them rang up himself."""
    if not history.happens(0.5):
        return
    incoming = history.happens(0.2)
    yield _row(
        history, "T", came.date(), called_at=came, direction="in" if incoming else "out",
        purpose="buy" if history.happens(0.9) else "other",
        answered=history.happens(0.92 if incoming else 0.66),
        wait_seconds=history.rng.randrange(3, 40) if incoming else None, **_lead_of(row),
    )  # fmt: skip


def _appointment(history: History, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    made = row["received_on"]
    due = history.later(made, 4, 1, 12)
    state = "open" if due > history.today else "kept" if history.happens(0.6) else "missed"
    yield _row(
        history, "Y", made, set_on=made, due_on=due, purpose="visit", state=state,
        arrived_on=due if state == "kept" else None, **_lead_of(row),
    )  # fmt: skip


def _stayed(history: History, since: date) -> None:
    """When a party came and went; a card takes longer than a look round."""
    for row in history.rows["visits"]:
        if row["on_date"] >= since:
            row["arrived_at"] = came = _clock(history, row["on_date"])
            mean = 42 if row.get("phone") else 18
            stay = 4 + int(history.rng.expovariate(1 / mean))
            row["left_at"] = came + timedelta(minutes=min(stay, 240))


# -- cards -------------------------------------------------------------------------------------


def _drives(history: History, card: Card) -> Iterator[dict[str, Any]]:
    likely = 0.7 if card.ends == "ordered" else 0.34
    on = history.later(card.opened_on, 2, 0, 10)
    if on <= min(card.ends_on or history.today, history.today) and history.happens(likely):
        yield _row(
            history, "SJ", on, on_date=on, drive_minutes=history.rng.randrange(12, 40),
            model=card.model.name, **_whom(card, on),
        )  # fmt: skip


def _quotes(history: History, card: Card) -> Iterator[dict[str, Any]]:
    likely = 0.8 if card.ends == "ordered" else 0.25
    on = history.later(card.opened_on, 3, 0, 14)
    if on <= min(card.ends_on or history.today, history.today) and history.happens(likely):
        price = card.model.price * 100 - history.rng.randrange(0, 40) * 10_000
        yield _row(history, "BJ", on, on_date=on, price=price, model=card.model.name,
                   **_whom(card, on))  # fmt: skip


def _follow_ups(history: History, card: Card) -> Iterator[dict[str, Any]]:
    last = min(card.ends_on or history.today, history.today)
    due = card.opened_on + timedelta(days=1)
    if due <= last:
        ways = history.rng.choices(("phone", "wechat", "outlet", "home"), (50, 35, 12, 3))[0]
        yield _row(
            history, "GJ", due, due_on=due, done_on=_done(history, due, 0.86, 4), way=ways,
            planned=True, result=history.rng.choice(LOSSES) if history.happens(0.1) else "约再访",
            **_whom(card, due),
        )  # fmt: skip


def _used_car(history: History, card: Card) -> Iterator[dict[str, Any]]:
    """A customer's old car: appraised, sometimes bought, reconditioned and sold."""
    if not history.happens(0.09):
        return
    on = card.opened_on
    offer = history.rng.randrange(20_000, 90_000, 500) * 100
    found = _row(history, "ES", on, appraised_on=on, offer=offer, **_whom(card, on))
    bought = history.later(on, 4, 1, 15)
    if bought <= history.today and history.happens(0.45):
        found |= {"bought_on": bought, "price": offer, "recon": offer // 3_000 * 100}
        sold = history.later(bought, 24, 3, 90)
        if sold <= history.today:
            found |= {"sold_on": sold, "sold_price": offer * 112 // 100}
    yield found


# -- orders and what follows -------------------------------------------------------------------


def _payments(history: History, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    on, price = order["signed_on"], order["vehicle_price"]
    sellers = order["consultant"]
    whom = {name: order[name] for name in ("customer_name", "phone") if order.get("phone")}
    whom["person"] = sellers[0][0] if sellers else None
    deposit = 500_000
    yield _row(history, "SK", on, on_date=on, kind="deposit", amount=deposit,
               order_no=order["order_no"], **whom)  # fmt: skip
    paid = history.later(on, 9, 1, 40)
    if paid <= history.today and history.happens(0.94):
        yield _row(history, "SK", paid, on_date=paid, kind="balance", amount=price - deposit,
                   order_no=order["order_no"], **whom)  # fmt: skip


def _handed(history: History, since: date) -> None:
    """Call-backs and answers after each delivery, and the preparation before it."""
    orders = {row["order_no"]: row for row in (*history.rows["orders"], *history.again)}
    for delivery in history.rows["deliveries"]:
        on, order = delivery["on_date"], orders[delivery["order_no"]]
        if on < since or not order.get("phone"):
            continue
        sellers = order["consultant"]
        whom = {"customer_name": order["customer_name"], "phone": order["phone"],
                "person": sellers[0][0] if sellers else None}  # fmt: skip
        history.rows["preparations"] += _prepared(history, delivery, order["model"], "pdi")
        if order["model"] in MOTORCYCLES:
            history.rows["preparations"] += _prepared(history, delivery, order["model"], "assembly")
        history.rows["call_backs"] += _call_backs(history, on, whom)
        history.rows["answers"] += _answer(history, on, whom)


def _prepared(
    history: History, row: dict[str, Any], model: str, work: str
) -> Iterator[dict[str, Any]]:
    """The check of a vehicle, and of a motorcycle first its assembly."""
    due = row["on_date"] - timedelta(days=1)
    done = due if history.happens(0.9) else row["on_date"]
    yield _row(
        history, "ZB", due, due_on=due, done_on=done, vin=row["vin"], work=work,
        defects=int(history.happens(0.12)), model=model,
    )  # fmt: skip


def _call_backs(history: History, on: date, whom: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for days, chance in ((3, 0.95), (7, 0.9), (30, 0.5)):
        due = on + timedelta(days=days)
        if due > history.today:
            continue
        tried = _done(history, due, chance, 3)
        yield _row(
            history, "HF", due, due_on=due, day=str(days), delivered_on=on, attempted_on=tried,
            reached=history.happens(0.85) if tried else None, **whom,
        )  # fmt: skip


def _answer(history: History, on: date, whom: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every third buyer answers; the kinds of surveys take turns."""
    asked = history.later(on, 20, 3, 60)
    if asked > history.today or not history.happens(0.35):
        return
    survey = history.rng.choice(("ssi", "csi", "day3", "nps"))
    yield _row(
        history, "DJ", asked, answered_on=asked, delivered_on=on, survey=survey,
        score=history.rng.randrange(78, 101) * 10_000, full=1_000_000,
        recommend=history.rng.choices((10, 9, 8, 7, 5), (40, 25, 18, 9, 8))[0],
        promise_kept=history.happens(0.95), recommends=history.happens(0.86),
        satisfied=history.happens(0.92), **whom,
    )  # fmt: skip


# -- months ------------------------------------------------------------------------------------


def _month(history: History, month: date) -> None:
    """What comes round each month: workshop, renewals, rebates, trainings, checks, accounts."""
    rows, span = history.rows, range((min(_end(month), history.today) - month).days + 1)
    day = [month + timedelta(days=place) for place in span]
    sold = [row for row in rows["orders"] if row.get("phone")]
    for _ in range(round(REPAIRS * history.outlet.size)):
        rows["repair_orders"].append(_repair(history, history.rng.choice(day), sold))
    for _ in range(3):
        rows["cases"].append(_case(history, history.rng.choice(day)))
        rows["renewals"].append(_renewal(history, history.rng.choice(day)))
    moved = history.rng.choice(day)
    rows["vehicle_moves"].append(_row(
        history, "DB", moved, on_date=moved, vin=f"LCJDEMO{history.serial():010d}",
        way=history.rng.choice(("in", "out", "consigned", "returned", "demo")),
    ))  # fmt: skip
    rows["rebates"] += _rebates(history, month)
    rows["checks"] += _checks(history, day[-1])
    rows["manual_values"] += _manual(history, month)
    for seller in history.sellers:
        if seller.there(month):
            rows["attendances"].append(_attended(history, month, seller.number))
            rows["trainings"] += _trained(history, day[-1], seller.number)


def _end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _repair(history: History, on: date, sold: Rows) -> dict[str, Any]:
    """Every second order in the workshop is of a buyer of ours."""
    work = history.rng.choices(
        ("maintenance", "repair", "warranty", "accident", "bodyshop", "rework"),
        (48, 20, 12, 8, 10, 2),
    )[0]
    labour = history.rng.randrange(120, 1_600, 20) * 100
    parts = history.rng.randrange(150, 2_600, 10) * 100
    return _row(
        history, "GD", on, in_on=on - timedelta(days=history.rng.choice((0, 0, 0, 1, 3))),
        settled_on=on, work=work, labour=labour, parts=parts, cost=parts * 7 // 10,
        booked=history.happens(0.42), on_time=history.happens(0.91),
        fixed_first=history.happens(0.95), person=_adviser(history),
        **_buyer(history, on, sold),
    )  # fmt: skip


def _adviser(history: History) -> str:
    return specialist(history.outlet.code, "aftersales")


def _buyer(history: History, on: date, sold: Rows) -> dict[str, Any]:
    earlier = [row for row in sold if row["signed_on"] < on]
    if not earlier or not history.happens(0.5):
        return {}
    row = history.rng.choice(earlier)
    return {"customer_name": row["customer_name"], "phone": row["phone"]}


def _case(history: History, on: date) -> dict[str, Any]:
    opened = _clock(history, on)
    answered = opened + timedelta(minutes=history.rng.randrange(10, 900))
    solved = history.later(on, 2, 0, 12)
    late = answered.date() > history.today
    return _row(
        history, "KS", on, opened_at=opened, sort=history.rng.choice(
            ("complaint", "problem", "question")
        ),
        responded_at=None if late else answered,
        solved_on=solved if solved <= history.today and history.happens(0.95) else None,
        person=_adviser(history),
    )  # fmt: skip


def _renewal(history: History, on: date) -> dict[str, Any]:
    renewed = on - timedelta(days=history.rng.randrange(10)) if history.happens(0.62) else None
    return _row(
        history, "XB", on, due_on=on, renewed_on=renewed,
        premium=history.rng.randrange(2_400, 6_800, 20) * 100 if renewed else None,
    )  # fmt: skip


def _rebates(history: History, month: date) -> Rows:
    paid = month + timedelta(days=40)
    return [
        _row(
            history, "FL", month, accrued_on=month, title="提车返利",
            amount=history.rng.randrange(60_000, 180_000, 1_000) * 100,
            received_on=paid if paid <= history.today else None,
        )
    ]  # fmt: skip


def _checks(history: History, on: date) -> Rows:
    return [
        _row(history, "JC", on, on_date=on, sort=sort, title=title,
             points=history.rng.randrange(84, 100) * 10_000, full=1_000_000)
        for sort, title in (
            ("traffic", "展厅流量抽查"), ("records", "客户资料抽查"), ("mystery", "神秘访客"),
            ("5s", "6S 检查"),
        )
    ]  # fmt: skip


def _trained(history: History, on: date, number: str) -> Iterator[dict[str, Any]]:
    """An exam or a training a month; who fails sits the exam again."""
    score = history.rng.randrange(70, 101)
    scores = [("exam", score), ("retest", min(100, score + 8))] if score < 80 else [
        ("exam" if score < 90 else "training", score)
    ]  # fmt: skip
    for sort, reached in scores:
        yield _row(history, "PX", on, on_date=on, sort=sort, title="产品与流程", person=number,
                   score=reached * 10_000, passed=reached >= 80)  # fmt: skip


def _attended(history: History, month: date, number: str) -> dict[str, Any]:
    return _row(history, "KQ", month, on_date=month, person=number, due_days=220_000,
                present_days=220_000 - history.rng.choice((0, 0, 0, 5_000, 10_000)))  # fmt: skip


def _manual(history: History, month: date) -> Rows:
    """The month's accounts and counts, each a little different from the last."""
    size = history.outlet.size
    found = []
    for code, amount in EXPENSES:
        fen = int(amount * size * history.rng.uniform(0.92, 1.08)) * 100
        found.append(_row(history, "SG", month, on_date=month, code=code, amount=fen,
                          evidence="财务月报"))  # fmt: skip
    for code, value in COUNTS:
        number = max(1, round(value * history.rng.uniform(0.94, 1.06)))
        found.append(_row(history, "SG", month, on_date=month, code=code, value=number * 10_000,
                          evidence="月度统计"))  # fmt: skip
    return found
