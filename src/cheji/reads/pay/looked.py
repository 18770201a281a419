"""Which figures found the bands of a statement's components, and the deals that they came from."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from cheji.engine.definitions import Look, PayPlan
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import Deal, Given, Looked
from cheji.engine.tallies import QUANTITY_SCALE, Key
from cheji.reads.pay.shapes import LookedDeal, LookedSeen
from cheji.reads.seen import Link

#: What a record is called and linked to, its day and its model.
Door = Callable[[Key], tuple[Link | None, date | None, str]]


def figures(
    plan: PayPlan, given: Given, looked: Mapping[str, Looked], door: Door
) -> dict[str, LookedSeen]:
    """By component the figure that found its band; an own average or penetration with its deals."""
    looks = {part.code: part.look for part in plan.components if part.look is not None}
    return {
        code: LookedSeen(found, tuple(_deals(looks[code], given, found, door)))
        for code, found in looked.items()
        if code in looks
    }


def sources(plan: PayPlan, given: Given) -> Iterator[Key]:
    """The deals that such a figure may come from."""
    for part in plan.components:
        if part.look is not None and _by_deals(part.look):
            yield from (deal.source for deal in given.deals if _tells(part.look, deal))


def _by_deals(look: Look) -> bool:
    return look.whose == "person" and look.by in {"average", "penetration"}


def _tells(look: Look, deal: Deal) -> bool:
    return any(deal.amounts.get(code, 0) != 0 for code in (look.of, look.per))


def _deals(look: Look, given: Given, found: Looked, door: Door) -> Iterator[LookedDeal]:
    if not _by_deals(look):
        return
    scale = FEN_PER_YUAN if look.by == "average" else QUANTITY_SCALE
    over = under = Fraction(0)
    for deal in sorted(given.deals, key=lambda one: one.on_date):
        if not _tells(look, deal):
            continue
        one = _part(deal, look.of, scale), _part(deal, look.per, QUANTITY_SCALE)
        over, under = over + (one[0] or 0), under + (one[1] or 0)
        yield LookedDeal(*door(deal.source), *one)
    rest = (found.over or 0) - over, (found.under or 0) - under
    if abs(rest[0]) * scale >= 1 or abs(rest[1]) * QUANTITY_SCALE >= 1:
        yield LookedDeal(None, None, "", *rest)


def _part(deal: Deal, code: str, scale: int) -> Fraction | None:
    """What is his of an amount of the deal; None while it is not known."""
    amount = deal.amounts.get(code, 0)
    return None if amount is None else Fraction(amount, scale) * deal.pay
