"""Which pay plans an outlet's month has somebody for, by the posts held there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from cheji.engine.definitions import PayPlan, heirs
from cheji.engine.kpis import unknown_kinds
from cheji.engine.periods import Period, from_key
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.deals import NOT_DEALS
from cheji.reads.pay.gathering import measures_of
from cheji.reads.pay.moved import Key
from cheji.reads.pay.whom import pays, period_of_month, plans_by_posts
from cheji.records.models import Delivery, Fact, ManualLine, PaySplit, Post, Run, Unit

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: A post as far as plans look at it: role, level, first day, day after the last.
Held = tuple[str, str, date, date | None]
#: Whose it is, and such a post.
Stood = tuple[int, Held]
#: People by outlet and kind of fact; 0 is nobody.
Sellers = dict[int, dict[str, set[int]]]


def due(
    ground: Ground, units: Sequence[Unit], months: Iterable[int]
) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Outlet, month, and the codes of the plans in force that are for a post held there then.

    Each of them has a run of its own once the month is calculated.
    """
    posts = _posts([unit.pk for unit in units])
    told: dict[tuple[int, str, frozenset[tuple[str, str]]], frozenset[str]] = {}
    for month in months:
        for unit in units:
            period = from_key("month", month, unit.closing_day)
            held = _held(posts.get(unit.pk, ()), period)
            plans = ground.ruling("month", month, unit.pk).ruling.pay_plans
            narrow = any(plan.outlets for plan in plans)
            key = id(plans), unit.code if narrow else "", held  # most outlets and months say one
            if key not in told:
                told[key] = frozenset(_for(plans, unit.code, held))
            yield unit.pk, month, told[key]


def for_nobody(
    ground: Ground, units: Sequence[Unit], month: int, keys: Collection[Key]
) -> set[Key]:
    """Of outlets and plans in force those that nobody is paid by in a month, nor was before.

    Nobody holds a post there that the plan is for, nothing typed waits for it, and nobody who
    comes from elsewhere sold there what it would pay. Once there was a run each month has one.
    """
    asked = {outlet for outlet, _plan in keys}
    places = [unit for unit in units if unit.pk in asked]
    held = {outlet: codes for outlet, _month, codes in due(ground, places, [month])}
    found = {key for key in keys if key[1] not in held[key[0]]}
    if not found:
        return found
    outlets = {outlet for outlet, _plan in found}
    runs = Run.objects.filter(kind="pay", grain="month", outlet__in=outlets, period__lt=month)
    typed = ManualLine.objects.filter(outlet__in=outlets, period__lte=month, run=None)
    waiting = typed.exclude(state=ManualLine.State.DECLINED)
    busy = {*runs.order_by().values_list("outlet", "definition").distinct()}
    busy |= {*waiting.values_list("outlet", "definition")}
    found = {key for key in found - busy if (key[0], "") not in busy}
    there = [unit for unit in places if unit.pk in outlets]
    return found - {*_visited(ground, there, month, found)}


def _visited(
    ground: Ground, units: Sequence[Unit], month: int, keys: Collection[Key]
) -> Iterator[Key]:
    """Those that look at what somebody did at the outlet without a post there that has a plan.

    The plan of each is that through which what he is paid there goes, once somebody decides so.
    What is nobody's (0) every plan that looks at it asks about.
    """
    sellers, stood = _sellers(units, month), _stood([unit.pk for unit in units])
    for unit in units:
        asked = Month(ground, ground.places[unit.pk], month, mark=0)  # what is looked at, no facts
        posts, own = stood.get(unit.pk, ()), sellers.get(unit.pk, {})
        plans = _lacking(asked, posts, {who for some in own.values() for who in some})
        doubted = [p for p in asked.catalogue.ruling.pay_plans if (unit.pk, p.code) in keys]
        for plan in doubted if plans else ():
            people = {who for kind in _kinds(asked, plan) for who in own.get(kind, ())}
            if 0 in people or any(plans.get(who) == plan.code for who in people):
                yield unit.pk, plan.code


def _lacking(asked: Month, posts: Iterable[Stood], people: AbstractSet[int]) -> dict[int, str]:
    """Of people without a post at the outlet that a plan is for, the plan of each."""
    plans, code = asked.catalogue.ruling.pay_plans, asked.outlet.code
    period = period_of_month(asked)
    begun = [(who, post) for who, post in posts if who in people and post[2] < period.until]
    kinds = {post[:2] for _who, post in begun}
    paid = {kind for kind in kinds if any(_for(plans, code, [kind]))}
    planned = {who for who, post in begun if _held([post], period) & paid}
    left = [(who, *post[:2]) for who, post in begun if who not in planned]
    return plans_by_posts(plans, code, people - planned, left)


def _kinds(asked: Month, plan: PayPlan) -> Iterator[str]:
    """The kinds of facts that a plan's own numbers are of, or that leave one of them unknown."""
    for measure in measures_of(asked, plan):
        yield from (kind for kind, _sign in measure.kinds)
        yield from unknown_kinds(measure)


def _sellers(units: Sequence[Unit], month: int) -> Sellers:
    """Who has deals at outlets in a month, or a part of their pay, by outlet and kind of fact."""
    facts = Fact.objects.filter(outlet__in=[unit.pk for unit in units], month=month).order_by()
    columns = facts.exclude(source_kind__in=NOT_DEALS).values_list("outlet", "kind", "person")
    found: Sellers = {}
    for outlet, kind, person in chain(columns.distinct(), _parted(facts)):
        found.setdefault(outlet, {}).setdefault(kind, set()).add(person or 0)
    return found


def _parted(facts: "QuerySet[Fact]") -> Iterator[tuple[int, str, int]]:
    """Outlet and kind of facts of orders whose pay is split, and each who has a part of it."""
    approved = PaySplit.objects.filter(approved=True).order_by("decided_at", "id")
    parts = dict(approved.values_list("order", "parts"))  # the last one counts
    if not parts:
        return
    handed = Delivery.objects.filter(order__among=parts).values_list("id", "order")
    orders = {"order": {order: order for order in parts}, "delivery": dict(handed)}
    for noun, of in orders.items():
        rows = facts.filter(source_kind=noun, source__among=of)
        for outlet, kind, record in rows.values_list("outlet", "kind", "source").distinct():
            yield from ((outlet, kind, who) for who, _share in parts[of[record]])


def _stood(outlets: Sequence[int]) -> dict[int, list[Stood]]:
    """Who ever held which posts at outlets and in their teams, by outlet in order of beginning."""
    place = _places(outlets)
    rows = Post.objects.filter(unit__in=place).order_by("since", "id")
    found: dict[int, list[Stood]] = {}
    columns = rows.values_list("unit", "person", "role", "level", "since", "until")
    for unit, who, role, level, since, until in columns:
        found.setdefault(place[unit], []).append((who, (role, level, since, until)))
    return found


def _held(posts: Iterable[Held], period: Period) -> frozenset[tuple[str, str]]:
    """Role and level of those that are held on a day of a period."""
    return frozenset(
        (role, level)
        for role, level, since, until in posts
        if since < period.until and (until is None or until > period.start)
    )


def _for(plans: Sequence[PayPlan], outlet: str, held: Collection[tuple[str, str]]) -> Iterator[str]:
    for plan in plans:
        after = heirs(plan, plans, outlet)
        if any(pays(plan, after, outlet, role, level) for role, level in held):
            yield plan.code


def _posts(outlets: Sequence[int]) -> dict[int, list[Held]]:
    """The posts at outlets and in their teams, by outlet."""
    place = _places(outlets) if outlets else {}
    rows = Post.objects.filter(unit__in=place).order_by()
    found: dict[int, list[Held]] = {}
    columns = rows.values_list("unit", "role", "level", "since", "until").distinct()
    for unit, role, level, since, until in columns:
        found.setdefault(place[unit], []).append((role, level, since, until))
    return found


def _places(outlets: Sequence[int]) -> dict[int, int]:
    """The outlet of each of these and of their teams."""
    teams = Unit.objects.filter(kind=Unit.Kind.TEAM, parent__in=outlets)
    return {one: one for one in outlets} | {
        team: outlet for team, outlet in teams.values_list("id", "parent") if outlet
    }
