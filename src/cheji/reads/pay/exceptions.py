"""Records that pay cannot rest on as they are, found while it is worked out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from django.db.models import Min, Q, Sum

from cheji.engine.definitions import Measure
from cheji.engine.kpis import needed_measures, unknown_kinds
from cheji.engine.tallies import ATTRIBUTES, NO_EXCESS
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Slice
from cheji.reads.pay.deals import NOT_DEALS, Amounts, Source, sold
from cheji.reads.pay.gathered import Gathered
from cheji.reads.pay.groups import group_measures, looked_kpis
from cheji.reads.pay.whom import plans_of, posted, unplanned
from cheji.records.calculations import Found
from cheji.records.models import Delivery, Fact, Order, OrderLine, VehicleModel


def found_in(asked: Month, made: Gathered) -> tuple[Found, ...]:
    """By kind: what is missing, sold below the floor price, wrong, in no post or without score."""
    return tuple(
        dict.fromkeys((*_unknown(asked, made), *_below_floor(asked, made), *_records(made),
                       *_nobody(asked, made), *_unscored(made)))
    )  # fmt: skip


def _unknown(asked: Month, made: Gathered) -> Iterator[Found]:
    """Deals of which an amount that pay rests on is not known: of cost, or of floor price."""
    behind = {whose: _behind(asked, made, whose) for whose in ("person", "team", "outlet")}
    measures = chain(made.measures, *behind.values())
    above = {m.code for m in measures if NO_EXCESS in m.looked_at}
    found = list(_rested_on(asked, made, behind))
    uncosted = _uncosted(source for _, source, unknown in found if unknown & above)
    for who, source, unknown in found:
        if unknown - above:
            yield Found("missing_cost", *source, who or None)
        if unknown & above:
            kind = "missing_cost" if source in uncosted else "missing_floor"
            yield Found(kind, *source, who or None)


def _behind(asked: Month, made: Gathered, whose: str) -> list[Measure]:
    """The measures of the KPIs that are looked at, as far as an amount of them may be unknown."""
    ruling = asked.catalogue.ruling
    kpis = [code for code in looked_kpis(made.plan, whose) if code in ruling.kpi]
    every = needed_measures(ruling, kpis) if kpis and made.stints else ()
    return [m for m in every if unknown_kinds(m) and not m.ago]


def _rested_on(
    asked: Month, made: Gathered, behind: Mapping[str, Sequence[Measure]]
) -> Iterator[tuple[int, Source, set[str]]]:
    """Whose deals lack which measures: of who is paid by them, or that count in others' totals."""
    lacking = _lacking(asked, made, list(chain(*behind.values())))
    own = {m.code for m in behind["person"]}
    of_deals = {m.code for m in made.measures}
    whole, teams = (_of_group(made, behind[whose], whose) for whose in ("outlet", "team"))
    inside = _in_teams(asked, made, {source for _, source in lacking}) if teams else set()
    for (who, source), codes in lacking.items():
        kept = whole | (teams if source in inside else set())
        if who in made.stints or who in made.visitors or source in made.splits:
            kept |= of_deals
        if who in made.stints:
            kept |= own
        if codes & kept:
            yield who, source, codes & kept


def _lacking(
    asked: Month, made: Gathered, more: Sequence[Measure]
) -> dict[tuple[int, Source], set[str]]:
    """Of each deal of the outlet the measures, `more` than those of the plan, without an amount."""
    known = {m.code for m in made.measures}
    others = [m for m in dict.fromkeys(more) if m.code not in known]
    amounts = [made.sold.amounts]
    if others:
        amounts.append(sold(asked, [Slice(asked.outlet.id)], others, until=made.until).amounts)
    found: dict[tuple[int, Source], set[str]] = {}
    for who, sums in chain.from_iterable(one.items() for one in amounts):
        for source, values in sums.items():
            codes = {code for code, amount in values.items() if amount is None}
            if codes and source[0] not in NOT_DEALS:
                found.setdefault((who, source), set()).update(codes)
    return found


def _of_group(made: Gathered, behind: Iterable[Measure], whose: str) -> set[str]:
    """The measures of which somebody's pay rests on a total of the team or outlet."""
    if not made.stints:
        return set()
    return group_measures(made.plan, whose) | {m.code for m in behind}


def _in_teams(asked: Month, made: Gathered, sources: AbstractSet[Source]) -> AbstractSet[Source]:
    """Those of the deals that facts of teams of the paid tell of; in no team is in the outlet."""
    teams = {one.team for one in made.stints.values()}
    if None in teams or not sources:
        return sources
    rows = Fact.objects.filter(
        outlet=asked.outlet.id, month=asked.month, team__in=teams,
        source__among=[record for _, record in sources],
    )  # fmt: skip
    return sources & {*rows.order_by().values_list("source_kind", "source").distinct()}


def _uncosted(sources: Iterable[Source]) -> set[Source]:
    """Those of which a cost of accessories keeps the excess profit from being known."""
    delivered = [record for noun, record in sources if noun == "delivery"]
    if not delivered:
        return set()
    lines = OrderLine.objects.filter(kind="accessory", cost=None)
    rows = Delivery.objects.filter(id__among=delivered, order__in=lines.values("order"))
    return {("delivery", record) for record in rows.order_by().values_list("id", flat=True)}


def _below_floor(asked: Month, made: Gathered) -> Iterator[Found]:
    """Cars sold below the floor price, where a plan looks at that: somebody has to approve it."""
    if not any(NO_EXCESS in measure.looked_at for measure in made.measures):
        return
    sold = {source: who for who, source, _ in _paid(made)}
    facts = Fact.objects.filter(
        kind="below_floor", source_kind="delivery", id__lte=asked.mark,
        source__among=[record for noun, record in sold if noun == "delivery"],
    )  # fmt: skip
    net = facts.order_by("source").values_list("source").annotate(Sum("quantity"))
    for delivery in (record for record, quantity in net if quantity):
        yield Found("below_floor", "delivery", delivery, sold["delivery", delivery])


def _paid(made: Gathered) -> Iterator[tuple[int, Source, Amounts]]:
    """Deals that the plan pays somebody for: who, the record, its amounts."""
    for who, sums in made.sold.amounts.items():
        for source, amounts in sums.items():
            paid = who in made.stints or who in made.visitors or source in made.splits
            if paid and source[0] not in NOT_DEALS:
                yield who, source, amounts


def _records(made: Gathered) -> Iterator[Found]:
    """Cars whose model the house does not know, or that are sold for nothing or less."""
    owners = dict(_sales(made))
    asked = _asked_of_models(made)
    known = set(VehicleModel.objects.values_list("name", flat=True)) if asked else set()
    listed = bool(known) or bool(asked - {"model"})
    orders: dict[int, list[Source]] = {}
    for source, order, model in _orders_of(owners):
        orders.setdefault(order, []).append(source)
        if asked and (not model or (listed and model not in known)):
            yield Found("unknown_model", *source, owners[source])
    for order in _unpaid_for(orders):
        for source in orders[order]:
            yield Found("negative_price", *source, owners[source])


def _sales(made: Gathered) -> Iterator[tuple[Source, int]]:
    """Deliveries, and the orders that a component is paid on, as on signing, each with whose."""
    paid_on = {code for part in made.plan.components for code in part.measures}
    for who, sums in made.sold.amounts.items():
        for source, amounts in sums.items():
            signed = source[0] == "order" and any(amounts.get(code, 0) != 0 for code in paid_on)
            if signed or source[0] == "delivery":
                yield source, who


def _orders_of(sources: Iterable[Source]) -> Iterator[tuple[Source, int, str]]:
    """Each with its order and the model on it, without deliveries that were taken back."""
    of: dict[str, list[int]] = {"delivery": [], "order": []}
    for noun, record in sources:
        of[noun].append(record)
    handed = Delivery.objects.filter(id__among=of["delivery"], void=False).order_by("id")
    for delivery, order, model in handed.values_list("id", "order", "order__model"):
        yield ("delivery", delivery), order, model
    signed = Order.objects.filter(id__among=of["order"]).order_by("id")
    for order, model in signed.values_list("id", "model") if of["order"] else ():
        yield ("order", order), order, model


def _unpaid_for(orders: Iterable[int]) -> Iterable[int]:
    """Orders whose cars bring nothing in all, or of which a line of a car is below nothing."""
    lines = OrderLine.objects.filter(order__among=orders, kind="vehicle").order_by("order")
    sums = lines.values("order").annotate(all=Sum("revenue"), least=Min("revenue"))
    return sums.filter(Q(all=0) | Q(least__lt=0)).values_list("order", flat=True)


def _asked_of_models(made: Gathered) -> set[str]:
    """What the plan or a measure of it asks of models; what an unknown one is nobody can say."""
    filters = [one for measure in made.measures for one in measure.where]
    for part in made.plan.components:
        filters += [*part.where, *(one for row in part.rows for one in row.where)]
    return {one.dimension for one in filters} & {"model", *ATTRIBUTES}


def _nobody(asked: Month, made: Gathered) -> Iterator[Found]:
    """Deals, or shares of deals, of who holds no post there in the month, or one without a plan."""
    found = sorted(_unpaid(made), key=lambda one: (one[1], one[0]))
    if not found:
        return
    people = {who for who, _ in found}
    here, plans = posted(asked), plans_of(asked, people - {0})
    lacking = unplanned(asked) if people & here else set()
    for who, source in found:
        if who in plans and plans[who] not in made.decided:
            continue
        if who not in here:
            yield Found("no_post", *source, who or None)
        elif who in lacking:
            yield Found("no_plan", *source, who)


def _unpaid(made: Gathered) -> set[tuple[int, Source]]:
    """(person, deal) of those whom the plan is not for; nobody is 0."""
    others = ((who, own) for who, own in made.sold.amounts.items() if who not in made.stints)
    pairs = {
        (who, source)
        for who, sums in others
        for source, amounts in sums.items()
        if source not in made.splits and any(amount != 0 for amount in amounts.values())
    }
    pairs |= {
        (who, source)
        for source, split in made.splits.items()
        for who in split.pay.keys() - made.stints.keys()
        if any(amount != 0 for amount in split.whole.values())
    }
    return {(who, source) for who, source in pairs if source[0] not in NOT_DEALS}


def _unscored(made: Gathered) -> Iterator[Found]:
    """Who has no score under a plan that multiplies by it."""
    if not made.plan.scheme or not any(part.coefficient for part in made.plan.components):
        return
    for who in made.stints:
        card = made.cards.get(who)
        if card is None or card.coefficient is None:
            yield Found("no_score", "person", who, who)
