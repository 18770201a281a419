"""What one outlet has written down: the rows of each import kind, and what the verbs do later."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, NamedTuple

from .people import Outlet, Seller
from .words import Model

Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Card:
    """A card and its fate: `moves` are (day, level, owner), `ends` is what closes it and when."""

    number: str
    opened_on: date
    name: str
    phone: str
    level: str
    channel: str
    model: Model
    owner: Seller | None
    moves: list[tuple[date, str, Seller | None]] = field(default_factory=list)
    ends: str = ""
    ends_on: date | None = None

    def seller(self, on: date) -> Seller | None:
        """Whose the card is on a day."""
        owner = self.owner
        for day, _, new in self.moves:
            if day <= on:
                owner = new
        return owner

    def row(self, outlet: str, level: str, owner: Seller | None) -> dict[str, Any]:
        """The card as a row of the import kind `prospects`."""
        return {
            "outlet_code": outlet,
            "number": self.number,
            "opened_on": self.opened_on,
            "customer_name": self.name,
            "phone": self.phone,
            "level": level,
            "channel": self.channel,
            "owner": owner.number if owner else None,
            "model": self.model.name,
        }


class Hand(NamedTuple):
    """An open order that goes to another consultant on a day."""

    order: str
    on: date
    to: Seller


class Arrival(NamedTuple):
    """A vehicle that comes into stock; cost in fen."""

    on: date
    vin: str
    model: str
    cost: int
    colour: str


@dataclass
class History:
    """One outlet's time, as it is made up day by day."""

    outlet: Outlet
    sellers: tuple[Seller, ...]
    first: date
    today: date
    rng: Random
    rows: dict[str, Rows] = field(default_factory=lambda: defaultdict(list))
    moves: dict[date, Rows] = field(default_factory=lambda: defaultdict(list))
    again: Rows = field(default_factory=list)
    hands: list[Hand] = field(default_factory=list)
    stock: list[Arrival] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    phones: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def number(self, prefix: str, on: date) -> str:
        """The next number of a day: V260301-004."""
        key = f"{prefix}{on:%y%m%d}"
        self.numbers[key] += 1
        return f"{key}-{self.numbers[key]:03d}"

    def serial(self) -> int:
        """The next frame's running number; those of two outlets never meet."""
        self.numbers["vin"] += 1
        return self.outlet.index * 10_000 + self.numbers["vin"]

    def one_of_us(self, on: date, but: Seller | None = None) -> Seller | None:
        """A consultant who is there that day, the stronger ones more often."""
        there = [s for s in self.sellers if s.there(on) and s is not but]
        return self.rng.choices(there, [s.skill.pull for s in there])[0] if there else None

    def happens(self, chance: float) -> bool:
        return self.rng.random() < chance

    def some(self, expected: float) -> int:
        """How many of something happen (Poisson)."""
        limit, count, product = pow(2.718281828459045, -expected), 0, self.rng.random()
        while product > limit:
            count, product = count + 1, product * self.rng.random()
        return count

    def later(self, on: date, mean: float, least: int = 0, most: int = 200) -> date:
        """A day after `on`, about `mean` days later."""
        days = least + int(self.rng.expovariate(1 / mean))
        return date.fromordinal(on.toordinal() + min(days, most))
