"""The showroom floor, day by day: leads, visits, cards, and what becomes of each card."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from .calendar import Calendar, days
from .history import Card, History
from .people import Seller, specialist
from .words import LOSSES, PROVIDERS, RESTS, RIVALS, model, name, phone

VISITS_A_DAY = 3.4
PHONES, LEADS, OTHERS, OUTREACH = 0.22, 0.9, 0.14, 0.05
"""Per first visit: calls, leads, visits that do not count, cards gained outside."""
DOCUMENTS, LEVEL_C = 0.62, 0.1
"""Of the first visits: those who leave level H/A/B and a phone, and those who are a C."""
BUYS_SOON, BUYS_LATER, RESTS_AFTER = 0.2, 0.165, 0.2
LEVELS = ("H", "A", "B")
LEVEL_MIX = (0.2, 0.38, 0.42)
EAGER = {"H": 1.7, "A": 1.05, "B": 0.6, "C": 0.15}
NO_PHONE, NO_OWNER = 0.03, 0.015
UP = {"C": "B", "B": "A", "A": "H", "H": "H"}
DOWN = {"H": "A", "A": "B", "B": "C", "C": "C"}
Coming = dict[date, list[tuple[str, str, Seller | None]]]


def live(history: History, calendar: Calendar) -> None:
    """Let the outlet live from its first day to today."""
    coming: Coming = defaultdict(list)
    span = (history.today - history.first).days
    every = days(history.first, history.today + timedelta(days=1))
    for place, on in enumerate(every):
        trend = 0.92 + 0.16 * place / max(1, span)
        expected = VISITS_A_DAY * history.outlet.size * calendar.weight(on) * trend
        _leads(history, on, expected, coming)
        _visits(history, on, expected)
        for who, mobile, seller in coming.pop(on, ()):
            _arrive(history, on, "online", who, mobile, seller)
        _others(history, on, expected)
    for card in history.cards:
        _write(history, card)


def _leads(history: History, on: date, expected: float, coming: Coming) -> None:
    for _ in range(history.some(expected * LEADS)):
        who, mobile = name(history.rng), phone(history.rng, history.phones)
        seller = history.one_of_us(on)
        comes = history.happens(0.16)
        state = "valid" if comes else history.rng.choices(
            ("contacted", "valid", "invalid", "duplicate", "new"), (40, 30, 18, 7, 5)
        )[0]  # fmt: skip
        if comes:
            coming[history.later(on, 3, 1, 14)].append((who, mobile, seller))
        caller = specialist(history.outlet.code, "internet_sales")
        number = history.number("L", on)
        history.rows["leads"].append({
            "outlet_code": history.outlet.code,
            "number": number,
            "received_on": on,
            "source": history.rng.choice(PROVIDERS),
            "name": who,
            "phone": mobile,
            "owner": caller if number[-1] in "369" else seller.number if seller else None,
            "model": model(history.rng).name,
            "state": state,
        })  # fmt: skip


def _visits(history: History, on: date, expected: float) -> None:
    show = on.day in (9, 10, 23, 24)
    for _ in range(history.some(expected)):
        _arrive(history, on, "walk_in")
    for _ in range(history.some(expected * 0.6) if show else 0):
        _arrive(history, on, "off_site")
    for _ in range(history.some(expected * PHONES)):
        _arrive(history, on, "phone")
    for _ in range(history.some(expected * OUTREACH)):
        _open(history, on, history.one_of_us(on), "outreach", "B")


def _arrive(
    history: History,
    on: date,
    contact: str,
    who: str = "",
    mobile: str = "",
    seller: Seller | None = None,
) -> None:
    """A first visit; it leaves a card when the consultant gets name and phone."""
    lazy = history.happens(NO_OWNER)
    seller = None if lazy else (seller if seller and seller.there(on) else history.one_of_us(on))
    level = _level(history, contact, seller)
    card = None
    if level:
        channel = {"off_site": "off_site", "online": "other", "phone": "other"}.get(contact)
        channel = channel or history.rng.choices(("walk_in", "owner", "other"), (80, 15, 5))[0]
        card = _open(history, on, seller, channel, level, who, mobile)
    _visit(history, on, seller, card=card, channel=contact)


def _level(history: History, contact: str, seller: Seller | None) -> str:
    """The level of the card that the visit leaves; empty when it leaves none."""
    skill = seller.skill.documents if seller else 0.5
    chance = DOCUMENTS * skill * history.outlet.documents * (0.2 if contact == "phone" else 1)
    if history.happens(min(0.93, chance)):
        return history.rng.choices(LEVELS, LEVEL_MIX)[0]
    return "C" if history.happens(LEVEL_C) else ""


def _visit(
    history: History, on: date, seller: Seller | None, card: Card | None = None, **more: Any
) -> None:
    given = {"customer_name": card.name, "phone": card.phone} if card else {}
    history.rows["visits"].append({
        "outlet_code": history.outlet.code,
        "number": history.number("V", on),
        "on_date": on,
        "consultant": seller.number if seller else None,
        "model": card.model.name if card else model(history.rng).name,
        "people_count": history.rng.choices((1, 2, 3, 4), (40, 38, 15, 7))[0],
        **given,
        **more,
    })  # fmt: skip


def _others(history: History, on: date, expected: float) -> None:
    """Owners for service, couriers, and people who hold a card and were written down again."""
    for _ in range(history.some(expected * OTHERS)):
        kind = history.rng.choices(("aftersales", "other", "buy"), (60, 25, 15))[0]
        more = {"purpose": kind} if kind != "buy" else {"counts": False}
        _visit(history, on, history.one_of_us(on), **more)


def _open(
    history: History,
    on: date,
    seller: Seller | None,
    channel: str,
    level: str,
    who: str = "",
    mobile: str = "",
) -> Card:
    bare = not mobile and history.happens(NO_PHONE)
    mobile = mobile or ("" if bare else phone(history.rng, history.phones))
    who = who or name(history.rng)
    number = history.number("P", on)
    card = Card(number, on, who, mobile, level, channel, model(history.rng), seller)
    history.cards.append(card)
    _decide(history, card)
    _return_visits(history, card)
    return card


def _decide(history: History, card: Card) -> None:
    """What becomes of a card, and when; nothing that lies after today is written."""
    skill = card.owner.skill if card.owner else None
    eager = EAGER[card.level] * bool(card.phone)
    if history.happens(BUYS_SOON * eager * (skill.new if skill else 0.5)):
        card.ends, card.ends_on = "ordered", history.later(card.opened_on, 4, 0, 18)
    else:
        card.ends_on = history.later(card.opened_on, 38, 4)
        if history.happens(BUYS_LATER * eager * (skill.open if skill else 0.4)):
            card.ends = "ordered"
        else:
            card.ends = "dormant" if history.happens(RESTS_AFTER) else "lost"
        _change_level(history, card)
    _hand_over(history, card)
    if card.ends_on > history.today:
        card.ends, card.ends_on = "", None


def _change_level(history: History, card: Card) -> None:
    """Half of the cards move once: towards the order, or away from it."""
    assert card.ends_on is not None
    life = (card.ends_on - card.opened_on).days
    if life < 14 or not history.happens(0.5):
        return
    on = card.opened_on + timedelta(days=history.rng.randrange(5, life - 2))
    on = on.replace(day=1)  # levels are looked through with each month
    new = UP[card.level] if card.ends == "ordered" else DOWN[card.level]
    if on > card.opened_on and new != card.level:
        card.moves.append((on, new, card.owner))


def _hand_over(history: History, card: Card) -> None:
    """The cards of somebody who leaves go to colleagues on his last day."""
    owner = card.owner
    while owner and owner.until and card.ends_on and card.opened_on < owner.until <= card.ends_on:
        on = owner.until
        successor = history.one_of_us(on, but=owner)
        if successor is None:
            return
        level = next((level for day, level, _ in reversed(card.moves) if day <= on), card.level)
        card.moves = [(day, to, successor if day >= on else who) for day, to, who in card.moves] + [
            (on, level, successor)
        ]
        card.moves.sort(key=lambda move: move[0])
        owner = successor


def _return_visits(history: History, card: Card) -> None:
    last = min(card.ends_on or history.today, history.today)
    on = history.later(card.opened_on, 9, 1)
    while on <= last and history.happens(0.62):
        _visit(history, on, card.seller(on), card=card, first=False, channel="walk_in")
        on = history.later(on, 14, 2)


def _write(history: History, card: Card) -> None:
    """The card's rows: its opening, its moves by day, and its loss."""
    code = history.outlet.code
    history.rows["prospects"].append(card.row(code, card.level, card.owner))
    level, owner = card.level, card.owner
    for on, new, whose in card.moves:
        if on <= history.today and (new, whose) != (level, owner):
            level, owner = new, whose
            history.moves[on].append(card.row(code, level, owner))
    if card.ends in ("lost", "dormant") and card.ends_on:
        lose(history, card, card.ends_on)


def lose(history: History, card: Card, on: date) -> None:
    """Write the end of a card that was not ordered, with its reason."""
    lost = card.ends != "dormant"
    reason = history.rng.choice(LOSSES if lost else RESTS)
    history.rows["losses"].append({
        "outlet_code": history.outlet.code,
        "number": card.number,
        "on_date": on,
        "kind": "lost" if lost else "dormant",
        "reason": reason,
        "rival": history.rng.choice(RIVALS) if reason == "选择竞品" else None,
    })  # fmt: skip
