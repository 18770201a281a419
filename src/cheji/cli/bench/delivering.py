"""A car is handed over, and its seller opens his estimate: of 400 outlets and 8,000 people.

From the verb to the page on which the right figure stands. What is right says the plainest peer:
one loop over the person's facts in Decimal.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from cheji.actions import accounts, deliveries, orders
from cheji.actions.orders import Line
from cheji.facts import mark
from cheji.records.visibility import of

from . import settling
from .measuring import Row, measure, row
from .pages import PASSWORD, opened, signed_in
from .scale import OUTLETS, SELLERS, WHOLE, Bench

FACTS: Final = 400_000  # of the running month: ten deals of a person
SELLER: Final = "00000"
RUNS: Final = 7
LIMIT: Final = 0.2  # seconds


def rows(at: datetime, *, outlets: int = OUTLETS, facts: int = FACTS) -> Iterator[Row]:
    """Deliveries of one seller, each time until his own statement page shows what it is worth."""
    bench = Bench(at, 0, outlets=outlets, table=False)
    settling.prepare(bench, bench.months[-1], facts)
    person = of(bench.by).people().get(number=SELLER).pk
    accounts.open_accounts(by=bench.by, at=at, people={SELLER: person}, password=PASSWORD)
    signed, client = _signed(bench, person), signed_in(SELLER)
    path = f"/pay/of/{SELLER}/{bench.months[-1]}"
    opened(client, path)
    seen: list[tuple[bytes, int]] = []

    def deliver() -> None:
        deliveries.deliver(by=bench.by, at=at, order=signed.pop(), on=at.date())
        seen.append((opened(client, path), mark()))

    done = measure(deliver, runs=RUNS)
    for page, fact in seen:
        is_right(bench, person, page, fact)
    unit = f"{outlets} outlets, {outlets * SELLERS:,} people"
    yield row("delivery_to_estimate", unit, done, against=LIMIT, baseline="200 ms")


def is_right(bench: Bench, person: int, page: bytes, fact: int) -> None:
    """Hold the page against what the peer works out of the facts up to this one.

    Raises:
        AssertionError: another figure stands there.
    """
    facts = of(bench.by).facts().filter(month=bench.months[-1], person=person, id__lte=fact)
    right = settling.paid_for(facts)
    if f"{right:,.2f}" not in page.decode():
        raise AssertionError(right)


def _signed(bench: Bench, person: int) -> list[int]:
    outlet = of(bench.by).outlets().order_by("code").values_list("id", flat=True)[0]
    return [
        orders.sign(
            by=bench.by, at=bench.at, outlet=outlet, on=bench.at.date(), name="测速",
            lines=[Line("vehicle", 12_880_000, 12_000_000)],
            phone=f"139000{place:05d}", shares=((person, WHOLE),),
        ).id
        for place in range(RUNS)
    ]  # fmt: skip
