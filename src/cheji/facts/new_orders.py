"""Facts of orders just written, from what was written: none of it is read back.

An import posts a hundred thousand of them, and reading them again cost more than saying the facts.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .book import Book
from .hanging import dependents
from .posting import follow, say
from .rows import Row
from .said import orders, prospects
from .said.orders import Signed
from .said.prospects import Card, Step
from .said.shares import Share, Sharing


@dataclass(frozen=True, slots=True)
class NewOrders:
    """Orders that were not there before, and the cards that they opened.

    `revenue` is in fen by order, `shares` are in force from the signing on, `steps` are those of
    the opened cards. `known` are the customers who were there before: of others nothing hangs.
    """

    orders: Sequence[Signed]
    revenue: Mapping[int, int]
    shares: Mapping[int, tuple[Share, ...]]
    cards: Sequence[Card]
    steps: Mapping[int, list[Step]]
    known: Collection[int]


def post_new_orders(new: NewOrders, *, at: datetime, book: Book) -> int:
    """Post the facts of new orders and their cards; returns how many, with what hangs on them."""
    count = say("prospect", _of_cards(new, book), book, at)
    count += say("order", _of_orders(new, book), book, at)
    nouns = sorted({*dependents("prospect"), *dependents("order")})
    return count + follow(sorted(new.known), at=at, book=book, nouns=nouns)


def _of_cards(new: NewOrders, book: Book) -> Iterator[Row]:
    return prospects.said(new.cards, new.steps, prospects.here_of(new.known), book)


def _of_orders(new: NewOrders, book: Book) -> Iterator[Row]:
    older = {order.prospect for order in new.orders if order.prospect} - new.steps.keys()
    background = orders.Background(
        revenue=new.revenue,
        sharings={
            order.id: [Sharing(order.signed_on, new.shares[order.id])]
            for order in new.orders
            if new.shares[order.id]
        },
        steps={**new.steps, **prospects.steps_of(sorted(older))},
        after=orders.after_of(new.known),
    )
    return orders.said(new.orders, background, book)


__all__ = ["Card", "NewOrders", "Share", "Signed", "Step", "post_new_orders"]
