"""Records that pay cannot rest on as they are, found while it is worked out."""

from collections.abc import Iterator

from cheji.reads.appraisals import Month
from cheji.reads.pay.deals import NOT_DEALS
from cheji.reads.pay.gathering import Gathered
from cheji.records.calculations import Found
from cheji.records.models import Delivery, OrderLine, Post, VehicleModel


def found_in(asked: Month, made: Gathered) -> tuple[Found, ...]:
    """By kind: missing cost, unknown model, negative price, nobody in post, no score."""
    return tuple(
        dict.fromkeys((*_unknown(made), *_records(made), *_nobody(asked, made),
                       *_unscored(made)))
    )  # fmt: skip


def _unknown(made: Gathered) -> Iterator[Found]:
    for who, given in made.givens.items():
        for deal in given.deals:
            if None in deal.amounts.values():
                noun, _, record = str(deal.source).partition(":")
                yield Found("missing_cost", noun, int(record), who)


def _records(made: Gathered) -> Iterator[Found]:
    """Deliveries with a model that the house does not know, or a car sold below nothing."""
    owners = {
        record: who
        for who, sums in made.sold.amounts.items()
        for noun, record in sums
        if noun == "delivery"
    }
    rows = Delivery.objects.filter(id__in=owners, void=False)
    known = set(VehicleModel.objects.values_list("name", flat=True))
    orders = {}
    for delivery, order, model in rows.values_list("id", "order", "order__model"):
        orders[order] = delivery
        if not model or (known and model not in known):
            yield from _only_where_asked(made, delivery, owners[delivery])
    lines = OrderLine.objects.filter(order__in=orders, kind="vehicle", revenue__lt=0)
    for order in lines.values_list("order", flat=True).distinct():
        yield Found("negative_price", "delivery", orders[order], owners[orders[order]])


def _only_where_asked(made: Gathered, delivery: int, who: int) -> Iterator[Found]:
    """An unknown model matters to a plan that pays by model."""
    filters = [
        one.dimension
        for part in made.plan.components
        for one in (*part.where, *(f for row in part.rows for f in row.where))
    ]
    if "model" in filters:
        yield Found("unknown_model", "delivery", delivery, who)


def _nobody(asked: Month, made: Gathered) -> Iterator[Found]:
    """Deals of the month whose person holds no post there, or that are nobody's."""
    posted = set(
        Post.objects.filter(unit__path__startswith=asked.ground.places[asked.outlet.id].path)
        .values_list("person", flat=True)
    )  # fmt: skip
    for who, sums in made.sold.amounts.items():
        if who in posted:
            continue
        for noun, record in sums:
            if noun not in NOT_DEALS and any(amount != 0 for amount in sums[noun, record].values()):
                yield Found("no_post", noun, record, who or None)


def _unscored(made: Gathered) -> Iterator[Found]:
    """Who has no score under a plan that multiplies by it."""
    if not made.plan.scheme or not any(part.coefficient for part in made.plan.components):
        return
    for who in made.stints:
        card = made.cards.get(who)
        if who in made.givens and (card is None or card.coefficient is None):
            yield Found("no_score", "person", who, who)
