"""Deals of a month with what a pay plan is paid on, from the facts of an outlet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min

from cheji.engine.definitions import Measure, PayPlan
from cheji.engine.definitions.switching import Models
from cheji.engine.pay import Deal
from cheji.engine.tallies import KNOWN_COST, UNKNOWN, Tally
from cheji.facts import tallies
from cheji.reads.appraisals import Month
from cheji.reads.definitions import known
from cheji.reads.kpis.ground import Slice
from cheji.reads.pay.readings import Amounts, Reading, add
from cheji.reads.pay.sharing import shares_of
from cheji.records.models import Delivery, PaySplit, Vehicle

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cheji.records.models import Fact

NOT_DEALS = frozenset({"total", "spend", "vehicle"})
WHOLE = 10_000
Source = tuple[str, int]
Attributes = dict[str, str | int]


@dataclass
class Sold:
    """What an outlet's month holds: amounts by person and record, totals by team and outlet.

    `placed` are the amounts of a person and record by team, 0 is none, where it was asked for.
    """

    amounts: dict[int, dict[Source, Amounts]] = field(default_factory=dict)
    attributes: dict[Source, Attributes] = field(default_factory=dict)
    teams: dict[int, dict[str, int]] = field(default_factory=dict)
    outlet: dict[str, int] = field(default_factory=dict)
    dates: dict[Source, date] = field(default_factory=dict)
    placed: dict[tuple[int, Source], dict[int, dict[str, int]]] = field(default_factory=dict)

    def totals(
        self, person: int, measures: Sequence[Measure], but: AbstractSet[date] = frozenset()
    ) -> dict[str, int]:
        """Of a person by measure, without the deals of some days."""
        every = self.amounts.get(person, {}).items()
        kept = [sums for source, sums in every if self.dates.get(source) not in but]
        return {m.code: sum(sums.get(m.code) or 0 for sums in kept) for m in measures}


def looks_at_deals(plan: PayPlan) -> bool:
    """Whether a component asks for more of a deal than its amounts."""
    return any(part.where or part.ranges or part.rows for part in plan.components)


def sold(
    asked: Month,
    slices: Sequence[Slice],
    measures: Sequence[Measure],
    *,
    detailed: bool = False,
    by_team: bool = False,
    but: AbstractSet[Source] = frozenset(),
    until: int | None = None,
) -> Sold:
    """The facts of the month as deals, `but` those left out, also of totals, `until` a fact.

    `detailed` adds model, channel, level, tags, stock days, and what the model is; `by_team` in
    which team each was done.
    """
    found = Sold()
    grouped = _grouped(asked, slices, measures, detailed=detailed, until=until)
    apart = {(row.scope, row.tags) for row in grouped if row.kind == KNOWN_COST and row.count}
    reading = Reading(measures)
    for row in grouped:
        team, person, noun, record = row.scope
        source = (str(noun), int(record or 0))
        if source in but:
            continue
        sums = found.amounts.setdefault(int(person or 0), {}).setdefault(source, {})
        cost_known = bool(apart) and (row.scope, row.tags) in apart
        for code, added in add(sums, row, reading.of(row, cost_known=cost_known)):
            _count(found.outlet, code, added)
            if team is not None:
                _count(found.teams.setdefault(int(team), {}), code, added)
            if by_team:
                teams = found.placed.setdefault((int(person or 0), source), {})
                _count(teams.setdefault(int(team or 0), {}), code, added)
        if detailed and row.count:
            _note(found.attributes.setdefault(source, {}), row)
    nouns = {noun for sums in found.amounts.values() for noun, _ in sums}
    found.dates = _dates(asked, nouns, until)
    if detailed:
        _stock_days(found)
        _models(found, known(asked.ground.shelf.models))
    return found


def _count(sums: dict[str, int], code: str, amount: int) -> None:
    sums[code] = sums.get(code, 0) + amount


def _note(attributes: Attributes, row: Tally) -> None:
    """What a row that stands says of the deal; one that was taken back is what it was once."""
    for name in ("model", "channel", "level"):
        value = getattr(row, name)
        if value and not attributes.get(name):
            attributes[name] = value
    if row.tags and not row.kind.startswith("line_"):
        attributes.setdefault("tags", row.tags)


def _grouped(
    asked: Month,
    slices: Sequence[Slice],
    measures: Sequence[Measure],
    *,
    detailed: bool,
    until: int | None,
) -> list[Tally]:
    """Tallies of the month by team, person and record, of the units through which one looks."""
    kinds = {kind for measure in measures for kind, _ in measure.kinds} | {*UNKNOWN, KNOWN_COST}
    found: list[Tally] = []
    model = detailed or any(f.dimension == "model" for m in measures for f in m.where)
    for unit in dict.fromkeys(whose.unit for whose in slices):
        own = [whose for whose in slices if whose.unit == unit]
        narrow = asked.ground.narrow(own[0] if len(own) == 1 else Slice(unit))
        found += tallies(
            replace(narrow, kinds=frozenset(kinds), mark=until),
            first=asked.month,
            last=asked.month,
            scope=("team", "person", "source_kind", "source"),
            model=model,
            ahead=asked.ahead,
        )
    return found


def _dates(asked: Month, nouns: AbstractSet[str], until: int | None) -> dict[Source, date]:
    """The day of each record in the month, whoever it is credited to.

    It is the first of what stands in the month, of a record of which nothing does that of all.
    """
    rows = asked.ground.scope.facts().filter(
        outlet=asked.outlet.id, month=asked.month, source_kind__in=nouns - NOT_DEALS
    ).order_by()  # fmt: skip
    rows = rows if until is None else rows.filter(pk__lte=until)
    each = list(_firsts(rows).annotate(Count("reverses")))
    found = {(noun, record): on for noun, record, on, _ in each}
    changed = [record for _, record, _, back in each if back]
    if changed:
        own = rows.filter(source__among=changed)
        taken_back = own.exclude(reverses=None).values("reverses")
        standing = own.filter(reverses=None).exclude(pk__in=taken_back)
        found |= {(noun, record): on for noun, record, on in _firsts(standing)}
    return found


def _firsts(rows: "QuerySet[Fact]") -> "QuerySet[Fact, Any]":
    return rows.values_list("source_kind", "source").annotate(Min("on_date"))


def _stock_days(found: Sold) -> None:
    """How long a delivered vehicle stood in stock."""
    ids = {record for noun, record in found.attributes if noun == "delivery"}
    rows = Delivery.objects.filter(id__in=ids, vehicle__isnull=False)
    stocked = dict(rows.values_list("id", "vehicle"))
    days = dict(Vehicle.objects.filter(id__in=stocked.values()).values_list("id", "stocked_on"))
    for delivery, vehicle in stocked.items():
        source = ("delivery", delivery)
        if vehicle in days and source in found.dates:
            found.attributes[source]["stock_days"] = (found.dates[source] - days[vehicle]).days


def _models(found: Sold, models: Models) -> None:
    """What the house has told of a deal's model, as filters name it."""
    for attributes in found.attributes.values():
        told = models.get(str(attributes.get("model", "")), {})
        attributes.update({name: value for name, value in told.items() if value})


# -- one person's ------------------------------------------------------------------------------


def deals_of(
    asked: Month, slices: Sequence[Slice], measures: Sequence[Measure]
) -> dict[Slice, tuple[list[Deal], dict[str, int]]]:
    """Each person's deals, and totals that also hold what is no single deal.

    What a measure cannot know of a deal is None: the gross, while a cost is missing.
    """
    found = sold(asked, slices, measures)
    return {
        whose: (deals(found, whose.person or 0), found.totals(whose.person or 0, measures))
        for whose in slices
    }


def deals(found: Sold, person: int, splits: Mapping[Source, "Split"] | None = None) -> list[Deal]:
    """Records that are deals and amount to something, in order of their ids."""
    own = found.amounts.get(person, {})
    split = splits or {}
    wanted = {*own, *(source for source, one in split.items() if person in one.pay)}
    return [
        _split_deal(found, source, person, split[source])
        if source in split
        else _deal(found, source, own[source])
        for source in sorted(wanted)
        if source[0] not in NOT_DEALS
        and source in found.dates
        and (source in split or any(amount != 0 for amount in own[source].values()))
    ]


def whole_deals(found: Sold, people: Iterable[int]) -> list[Deal]:
    """What these people's deals are as a whole, each once, in order of their ids."""
    every: dict[Source, list[Amounts]] = {}
    for own in found.amounts.values():
        for source, sums in own.items():
            every.setdefault(source, []).append(sums)
    wanted = {source for who in people for source in found.amounts.get(who, {})}
    return [
        _deal(found, source, _added_up(every[source]))
        for source in sorted(wanted)
        if source[0] not in NOT_DEALS and source in found.dates
    ]


def _added_up(parts: Sequence[Amounts]) -> Amounts:
    codes = dict.fromkeys(code for sums in parts for code in sums)
    return {code: _sum([sums.get(code, 0) for sums in parts]) for code in codes}


def _sum(amounts: Sequence[int | None]) -> int | None:
    """None where one is not known."""
    return None if None in amounts else sum(one or 0 for one in amounts)


def _deal(found: Sold, source: Source, amounts: Amounts) -> Deal:
    attributes = found.attributes.get(source)
    name = f"{source[0]}:{source[1]}"
    if attributes:
        return Deal(name, found.dates[source], amounts, attributes)
    return Deal(name, found.dates[source], amounts)


@dataclass(frozen=True, slots=True)
class Split:
    """Of one record: whose it is, and who is paid how much of it, in 1/10,000 by person."""

    credit: Mapping[int, Fraction]
    pay: Mapping[int, Fraction]
    whole: Mapping[str, int | None]


def _split_deal(found: Sold, source: Source, person: int, split: Split) -> Deal:
    shares = tuple(split.pay.values())
    place = list(split.pay).index(person) if person in split.pay else 0
    return Deal(
        f"{source[0]}:{source[1]}",
        found.dates[source],
        split.whole,
        found.attributes.get(source, {}),
        split.credit.get(person, Fraction(0)),
        split.pay.get(person, Fraction(0)),
        shares if person in split.pay else (),
        place,
    )


def splits_of(
    found: Sold, measures: Sequence[Measure], until: int | None = None
) -> dict[Source, Split]:
    """Records whose order's pay is split apart from whose order it is, as approved last.

    `until` is a split's id up to which one looks.
    """
    sources = {source for sums in found.amounts.values() for source in sums}
    orders = _orders_of(sources)
    if not orders:
        return {}
    rows = PaySplit.objects.filter(order__in=set(orders.values()), approved=True)
    if until is not None:
        rows = rows.filter(pk__lte=until)
    parts = dict(rows.order_by("decided_at", "id").values_list("order", "parts"))
    return {
        source: _split(found, source, parts[order], measures)
        for source, order in orders.items()
        if order in parts
    }


def standing(splits: Mapping[Source, Split]) -> dict[Source, Split]:
    """Those that still amount to something: one that was undone within the month is no deal."""
    return {
        source: one
        for source, one in splits.items()
        if any(amount != 0 for amount in one.whole.values())
    }


def _orders_of(sources: Iterable[Source]) -> dict[Source, int]:
    """The order of each record, of those orders whose pay was ever split."""
    split = set(PaySplit.objects.filter(approved=True).values_list("order", flat=True))
    if not split:
        return {}
    wanted = list(sources)
    found = {(noun, record): record for noun, record in wanted if noun == "order"}
    ids = {record for noun, record in wanted if noun == "delivery"}
    rows = Delivery.objects.filter(id__in=ids, order__in=split).values_list("id", "order")
    found |= {("delivery", delivery): order for delivery, order in rows}
    return {source: order for source, order in found.items() if order in split}


def shared_of(found: Sold, measures: Sequence[Measure]) -> dict[Source, Split]:
    """Records whose order is shared on its card: each as a whole, of which people have parts.

    One whose units lie otherwise, as when it was handed over within the month, is left as it is.
    """
    holders = Counter(chain.from_iterable(found.amounts.values()))
    several = [source for source, people in holders.items() if people > 1]
    several = [source for source in several if len(_amounting(_held(found, source))) > 1]
    made: dict[Source, Split] = {}
    for source, shares in shares_of(several).items() if several else ():
        parts = {share.person or 0: Fraction(share.part, WHOLE) for share in shares}
        held = _held(found, source)
        whole = _whole(held, measures)
        if _lies(held, parts, whole, measures):
            made[source] = Split(parts, parts, whole)
    return made


def _lies(
    held: Mapping[int, Amounts],
    parts: Mapping[int, Fraction],
    whole: Amounts,
    measures: Sequence[Measure],
) -> bool:
    """Whether the units that people have of a record are their parts of it."""
    counted = [m.code for m in measures if m.column == "quantity"]
    return sum(parts.values()) == 1 and all(
        person in parts and all(sums.get(c, 0) == (whole[c] or 0) * parts[person] for c in counted)
        for person, sums in _amounting(held).items()
    )


def _amounting(held: Mapping[int, Amounts]) -> dict[int, Amounts]:
    """Without those of whose part nothing is left."""
    return {who: sums for who, sums in held.items() if any(one != 0 for one in sums.values())}


def _held(found: Sold, source: Source) -> dict[int, Amounts]:
    return {person: sums[source] for person, sums in found.amounts.items() if source in sums}


def _whole(held: Mapping[int, Amounts], measures: Sequence[Measure]) -> Amounts:
    return {m.code: _sum([sums.get(m.code, 0) for sums in held.values()]) for m in measures}


def _split(
    found: Sold, source: Source, parts: Sequence[Sequence[int]], measures: Sequence[Measure]
) -> Split:
    held = _held(found, source)
    whole = _whole(held, measures)
    counted = next((m.code for m in measures if m.column == "quantity" and whole[m.code]), None)
    credit = {
        person: Fraction(sums.get(counted) or 0, whole[counted] or 1) if counted else Fraction(0)
        for person, sums in held.items()
    }
    return Split(credit, {person: Fraction(share, WHOLE) for person, share in parts}, whole)
