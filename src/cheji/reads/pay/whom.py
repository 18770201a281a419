"""Whom a pay plan is for: by post, level of the post and outlet, day by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db.models import Min, Q

from cheji.engine.definitions import PayPlan, ended, heirs, is_for
from cheji.engine.definitions.pay_plan_meeting import posts_of
from cheji.engine.definitions.pay_plan_reading import MAX_PERIODS
from cheji.engine.pay.order import RULES
from cheji.engine.periods import Period, from_key, month_key
from cheji.reads.appraisals import Month
from cheji.records.models import Person, Post

if TYPE_CHECKING:
    from django.db.models import QuerySet

MONTHS_OF_YEAR = 12
#: A period that nobody comes to: the last one that a plan may name.
NEVER = MAX_PERIODS


@dataclass
class Stint:
    """A person's days in posts that a pay plan is for, by team too, and the team he stood in last.

    `nth` is the number of his period, from 1 in the month in which he came, `level` that of the
    last of these posts.
    """

    person: int
    number: str
    nth: int
    level: str = ""
    team: int | None = None
    days: set[date] = field(default_factory=set)
    of_teams: dict[int, set[date]] = field(default_factory=dict)

    def add(self, unit: int | None, days: Iterable[date]) -> None:
        """Days in a team of the outlet; None is the outlet itself."""
        self.days |= set(days)
        if unit is not None:
            self.team = unit
            self.of_teams.setdefault(unit, set()).update(days)


def period_of_month(asked: Month) -> Period:
    return from_key("month", asked.month, asked.outlet.closing_day)


def stints(asked: Month, plan: PayPlan) -> dict[int, Stint]:
    """Those whom a plan is for in an outlet and month, by staff number.

    A plan in force leaves those whom one that replaces it is for to that one.
    """
    if plan.outlets and asked.outlet.code not in plan.outlets:
        return {}
    period = period_of_month(asked)
    posts = _posts(asked).filter(_of_plan(plan))
    for heir in _heirs(asked, plan, asked.outlet.code):
        posts = posts.exclude(_of_plan(heir))
    columns = ("person__number", "since", "id", "until", "person", "unit", "level")
    rows = sorted(posts.values_list(*columns, "person__hired_on"), key=itemgetter(0, 1, 2))
    came = _came({who: on for *_, who, _unit, _level, on in rows})
    found: dict[int, Stint] = {}
    for number, since, _, until, who, unit, level, _ in rows:
        count = nth(came[who], asked.month, asked.outlet.closing_day)
        one = found.setdefault(who, Stint(who, number, count))
        one.level = level
        one.add(unit if unit != asked.outlet.id else None, _days(since, until, period))
    return found


def _days(since: date, until: date | None, period: Period) -> set[date]:
    """The days of a period in a post."""
    first = max(since, period.start).toordinal()
    last = min(until or period.until, period.until).toordinal()
    return {date.fromordinal(day) for day in range(first, last)}


def elsewhere(
    asked: Month, plan: PayPlan, inside: Mapping[int, Stint], rules: int = RULES
) -> dict[int, set[date]]:
    """Days of which another plan there pays the deals of people with several posts.

    Each deal is paid by the plan of the post on its day, of several the one begun last; without one
    by that of the last post. Rules 1 and 2 paid by each of several.
    """
    own = _ruled(asked, plan, inside)
    if rules < 3 or not any(part.by_deal for part in plan.components):
        own = {who: days | dict.fromkeys(inside[who].days, True) for who, days in own.items()}
    changed = [who for who, days in own.items() if not all(days.values())]
    last = plans_of(asked, changed) if changed else {}
    period = period_of_month(asked)
    every = {period.start + timedelta(n) for n in range((period.until - period.start).days)}
    return {
        who: {day for day in every if not own[who].get(day, last[who] == plan.code)}
        for who in changed
    }


def _ruled(asked: Month, plan: PayPlan, inside: Mapping[int, Stint]) -> dict[int, dict[date, bool]]:
    """By person and day of a post whether the plan pays his deals, or another one there does."""
    plans = [
        one for one in asked.catalogue.ruling.pay_plans
        if one.code != plan.code and any(part.by_deal for part in one.components)
    ]  # fmt: skip
    period, outlet = period_of_month(asked), asked.outlet.code
    found: dict[int, dict[date, bool]] = {}
    if not plans:
        return {}
    for post in _posts(asked).filter(person__in=list(inside)).order_by("since", "id"):
        own = _pays(asked, plan, outlet, post)
        if own or any(_pays(asked, one, outlet, post) for one in plans):
            days = dict.fromkeys(_days(post.since, post.until, period), own)
            found.setdefault(post.person_id, {}).update(days)
    return found


def held(asked: Month, plans: Iterable[PayPlan], person: int) -> list[PayPlan]:
    """Those of the plans that are for a post which somebody has at the outlet in the month."""
    code, posts = asked.outlet.code, list(_posts(asked).filter(person=person))
    return [plan for plan in plans if any(_pays(asked, plan, code, post) for post in posts)]


def _posts(asked: Month) -> "QuerySet[Post]":
    """Posts at the outlet or in its teams of which a day lies in the month."""
    period = period_of_month(asked)
    return Post.objects.filter(
        _at(asked), Q(until=None) | Q(until__gt=period.start), since__lt=period.until
    )


def _at(asked: Month) -> Q:
    """In the outlet or its teams, by their ids: asked for as a join every post would be read."""
    outlet = asked.outlet.id
    teams = (one.id for one in asked.ground.places.values() if one.parent == outlet)
    return Q(unit__in=[outlet, *teams])


def _of_plan(plan: PayPlan) -> Q:
    """The posts that a plan is for, wherever they are."""
    wanted = Q(role__in=posts_of(plan))
    return wanted & Q(level__in=plan.levels) if plan.levels else wanted


def _heirs(asked: Month, plan: PayPlan, outlet: str) -> list[PayPlan]:
    """What replaces a plan at an outlet; nothing replaces one that is only tried."""
    plans = asked.catalogue.ruling.pay_plans
    return heirs(plan, plans, outlet) if plan in plans else []


def _pays(asked: Month, plan: PayPlan, outlet: str, post: Post) -> bool:
    """Whether a plan is for a post at an outlet, and none that replaces it is."""
    return pays(plan, _heirs(asked, plan, outlet), outlet, post.role, post.level)


def pays(plan: PayPlan, after: Iterable[PayPlan], outlet: str, role: str, level: str) -> bool:
    """Whether a plan is for a post of this level at an outlet, and none of those after it is."""
    posted = (outlet, role, level)
    return is_for(plan, *posted) and not any(is_for(one, *posted) for one in after)


def _came(hired: Mapping[int, date | None]) -> dict[int, date | None]:
    """When each came: the day he was hired, or that of his first post where nobody wrote it."""
    unknown = [who for who, on in hired.items() if on is None]
    firsts: dict[int, date] = {}
    if unknown:
        posts = Post.objects.filter(person__in=unknown).order_by()
        firsts = dict(posts.values_list("person").annotate(Min("since")))
    return {who: on or firsts.get(who) for who, on in hired.items()}


def nth(came: date | None, month: int, closing_day: int = 0) -> int:
    """The number of a person's period, from 1 in the outlet's month in which he came."""
    if came is None:
        return 1
    return max(_count(month) - _count(month_key(came, closing_day)) + 1, 1)


def _count(month: int) -> int:
    return month // 100 * MONTHS_OF_YEAR + month % 100


def by_deals(asked: Month, people: Iterable[int]) -> dict[int, Stint]:
    """People without a day in a post of the plan, who are paid for deals all the same."""
    wanted = list(people)
    rows = list(Person.objects.filter(pk__in=wanted).order_by("number")) if wanted else []
    came = _came({row.pk: row.hired_on for row in rows})
    closing = asked.outlet.closing_day
    numbers = {row.pk: nth(came[row.pk], asked.month, closing) for row in rows}
    return {row.pk: Stint(row.pk, row.number, numbers[row.pk]) for row in rows}


# -- which plan a person belongs to --------------------------------------------------------------


def plans_of(asked: Month, people: Iterable[int]) -> dict[int, str]:
    """The code of the pay plan through which each person's odd amounts at the outlet go.

    It is the plan that is for his last post there; for who never had one that a plan is for, the
    first plan there, or the one in its place. So a typed line, or a deal of somebody who left, is
    in the run of one plan.
    """
    wanted = list(people)
    posts = Post.objects.filter(
        _at(asked), person__in=wanted, since__lt=period_of_month(asked).until
    )
    rows = posts.order_by("since", "id").values_list("person", "role", "level")
    return plans_by_posts(asked.catalogue.ruling.pay_plans, asked.outlet.code, wanted, rows)


def plans_by_posts(
    plans: Sequence[PayPlan],
    outlet: str,
    people: Iterable[int],
    posts: Iterable[tuple[int, str, str]],
) -> dict[int, str]:
    """The same from posts that people had there: person, role and level, in order of beginning."""
    here = [
        (plan, heirs(plan, plans, outlet))
        for plan in plans
        if not plan.outlets or outlet in plan.outlets
    ]
    # The first, else what came in its place, else any: nothing more begins in one that ended.
    first = [here[0][0], *here[0][1], *(one for one, _after in here)] if here else []
    going_on = (one.code for one in first if not ended(one, plans, outlet))
    found = dict.fromkeys(people, next(going_on, first[0].code if first else ""))
    for who, role, level in posts:
        codes = (one.code for one, after in here if pays(one, after, outlet, role, level))
        found[who] = next(codes, "") or found[who]
    return found


def posted(asked: Month) -> set[int]:
    """Everybody who has a post of any kind at the outlet in the month."""
    return set(_posts(asked).values_list("person", flat=True))


def unplanned(asked: Month) -> set[int]:
    """Who has a post at the outlet in the month, and no post of his has a pay plan."""
    plans, code = asked.catalogue.ruling.pay_plans, asked.outlet.code
    posts = list(_posts(asked))
    planned = {
        post.person_id for post in posts if any(_pays(asked, one, code, post) for one in plans)
    }
    return {post.person_id for post in posts} - planned


def stands(asked: Month, plan: PayPlan, people: Iterable[int]) -> dict[int, list[int]]:
    """The outlets at which people stand on the first of the month in posts that a plan is for.

    In order of the posts' beginnings. The calendar's first, so that outlets whose months begin on
    different days say the same.
    """
    wanted, first = list(people), date(asked.month // 100, asked.month % 100, 1)
    if not wanted:
        return {}
    posts = Post.objects.filter(
        _of_plan(plan), Q(until=None) | Q(until__gt=first), person__in=wanted,
        since__lte=first, unit__kind__in=("outlet", "team"),
    ).select_related("unit")  # fmt: skip
    places: Mapping[int, Any] = asked.ground.places
    found: dict[int, list[int]] = {}
    for post in posts.order_by("since", "id"):
        outlet = post.unit_id if post.unit.kind == "outlet" else post.unit.parent_id
        if outlet is not None and _pays(asked, plan, places[outlet].code, post):
            found.setdefault(post.person_id, []).append(outlet)
    return found


def last_teams(asked: Month) -> dict[int, int]:
    """The team in which each person of the outlet stood last in the month."""
    rows = _posts(asked).filter(unit__kind="team").order_by("since", "id")
    return dict(rows.values_list("person", "unit"))
