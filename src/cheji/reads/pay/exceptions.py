"""Records that pay cannot rest on as they are, found while it is worked out."""

from collections.abc import Iterator

from cheji.reads.appraisals import Month
from cheji.reads.pay.deals import NOT_DEALS, Source
from cheji.reads.pay.gathered import Gathered
from cheji.reads.pay.whom import plans_of, posted
from cheji.records.calculations import Found
from cheji.records.models import Delivery, OrderLine, VehicleModel


def found_in(asked: Month, made: Gathered) -> tuple[Found, ...]:
    """By kind: missing cost, unknown model, negative price, nobody in post, no score."""
    return tuple(
        dict.fromkeys((*_unknown(made), *_records(made), *_nobody(asked, made),
                       *_unscored(made)))
    )  # fmt: skip


def _unknown(made: Gathered) -> Iterator[Found]:
    for who, sums in made.sold.amounts.items():
        for source, amounts in sums.items():
            paid = who in made.stints or who in made.visitors or source in made.splits
            if paid and source[0] not in NOT_DEALS and None in amounts.values():
                yield Found("missing_cost", *source, who)


def _records(made: Gathered) -> Iterator[Found]:
    """Deliveries with a model that the house does not know, or a car sold below nothing."""
    owners = {
        record: who
        for who, sums in made.sold.amounts.items()
        for noun, record in sums
        if noun == "delivery"
    }
    rows = Delivery.objects.filter(id__in=owners, void=False).order_by("id")
    known = set(VehicleModel.objects.values_list("name", flat=True))
    by_model = _looks_at_models(made)
    orders: dict[int, list[int]] = {}
    for delivery, order, model in rows.values_list("id", "order", "order__model"):
        orders.setdefault(order, []).append(delivery)
        if by_model and (not model or (known and model not in known)):
            yield Found("unknown_model", "delivery", delivery, owners[delivery])
    lines = OrderLine.objects.filter(order__in=orders, kind="vehicle", revenue__lt=0)
    for order in lines.order_by("order").values_list("order", flat=True).distinct():
        for delivery in orders[order]:
            yield Found("negative_price", "delivery", delivery, owners[delivery])


def _looks_at_models(made: Gathered) -> bool:
    """An unknown model matters to a plan that pays by model."""
    return any(
        one.dimension == "model"
        for part in made.plan.components
        for one in (*part.where, *(f for row in part.rows for f in row.where))
    )


def _nobody(asked: Month, made: Gathered) -> Iterator[Found]:
    """Deals, or shares of deals, whose person holds no post there in the month, or is nobody."""
    found = sorted(_unpaid(made), key=lambda one: (one[1], one[0]))
    people = {who for who, _ in found}
    here, plans = posted(asked), plans_of(asked, people - {0})
    for who, source in found:
        if who not in here and plans.get(who, made.plan.code) == made.plan.code:
            yield Found("no_post", *source, who or None)


def _unpaid(made: Gathered) -> set[tuple[int, Source]]:
    """(person, deal) of those whom the plan is not for; nobody is 0."""
    pairs = {
        (who, source)
        for who, sums in made.sold.amounts.items()
        for source, amounts in sums.items()
        if source not in made.splits and any(amount != 0 for amount in amounts.values())
    }
    pairs |= {
        (who, source)
        for source, split in made.splits.items()
        for who in split.pay
        if any(amount != 0 for amount in split.whole.values())
    }
    return {
        (who, source)
        for who, source in pairs
        if who not in made.stints and source[0] not in NOT_DEALS
    }


def _unscored(made: Gathered) -> Iterator[Found]:
    """Who has no score under a plan that multiplies by it."""
    if not made.plan.scheme or not any(part.coefficient for part in made.plan.components):
        return
    for who in made.stints:
        card = made.cards.get(who)
        if card is None or card.coefficient is None:
            yield Found("no_score", "person", who, who)
