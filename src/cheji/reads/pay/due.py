"""Which pay plans an outlet's month has somebody for, by the posts held there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from cheji.engine.definitions import PayPlan, heirs
from cheji.engine.periods import from_key
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.whom import pays
from cheji.records.models import Post, Unit

#: A post as far as plans look at it: role, level, first day, day after the last.
Held = tuple[str, str, date, date | None]


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
            held = frozenset(
                (role, level)
                for role, level, since, until in posts.get(unit.pk, ())
                if since < period.until and (until is None or until > period.start)
            )
            plans = ground.ruling("month", month, unit.pk).ruling.pay_plans
            narrow = any(plan.outlets for plan in plans)
            key = id(plans), unit.code if narrow else "", held  # most outlets and months say one
            if key not in told:
                told[key] = frozenset(_for(plans, unit.code, held))
            yield unit.pk, month, told[key]


def _for(plans: Sequence[PayPlan], outlet: str, held: Collection[tuple[str, str]]) -> Iterator[str]:
    for plan in plans:
        after = heirs(plan, plans, outlet)
        if any(pays(plan, after, outlet, role, level) for role, level in held):
            yield plan.code


def _posts(outlets: Sequence[int]) -> dict[int, list[Held]]:
    """The posts at outlets and in their teams, by outlet."""
    teams = Unit.objects.filter(kind=Unit.Kind.TEAM, parent__in=outlets)
    place = {pk: parent or pk for pk, parent in teams.values_list("id", "parent")}
    rows = Post.objects.filter(unit__in=[*outlets, *place]).order_by()
    found: dict[int, list[Held]] = {}
    columns = rows.values_list("unit", "role", "level", "since", "until").distinct()
    for unit, role, level, since, until in columns:
        found.setdefault(place.get(unit, unit), []).append((role, level, since, until))
    return found
