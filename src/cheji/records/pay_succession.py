"""How a pay plan stands to others that are published: whom it ends, and whom both would pay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cheji.engine.definitions import PayPlan, paid_twice, pay_plan_of
from cheji.engine.definitions.pay_plan_meeting import gave_way, no_such_plan, not_told
from cheji.engine.findings import Finding, Refused

from .models import DefinitionVersion


@dataclass(frozen=True, slots=True)
class _Begun:
    """A published version, and where and from when it holds."""

    plan: PayPlan
    outlet: int | None
    valid_from: date


def succession_faults(body: Any, valid_from: date, outlet: int | None = None) -> list[Finding]:
    """What keeps a pay plan from being published beside those that are, or will be, in force.

    Nobody is paid by two plans unless one of them says so: it replaces the other, or is paid
    besides it. A body that cannot be read has other faults, and none of these.
    """
    try:
        plan = pay_plan_of(body)
    except Refused:
        return []
    published = _published()
    found = [*_names(plan, _in_force(published, valid_from, outlet))]
    met: dict[str, Finding] = {}
    for day, place in _when_and_where(plan.code, published, valid_from, outlet):
        for other in paid_twice(plan, _in_force(published, day, place)):
            met.setdefault(other.code, not_told(plan, other, day.isoformat()))
    return [*found, *met.values()]


def _names(plan: PayPlan, others: Sequence[PayPlan]) -> Iterator[Finding]:
    codes = {one.code for one in others}
    for key in ("replaces", "beside"):
        for code in getattr(plan, key):
            if code not in codes:
                yield no_such_plan(plan, key, code)
    for one in others:
        if one.code != plan.code and plan.code in one.replaces:
            yield gave_way(plan, one)


def _published() -> list[_Begun]:
    rows = DefinitionVersion.objects.filter(kind="pay_plan", state="published")
    columns = rows.order_by("valid_from", "id").values_list("body", "outlet", "valid_from")
    return [_Begun(pay_plan_of(body), outlet, since) for body, outlet, since in columns]


def _in_force(published: Sequence[_Begun], on: date, outlet: int | None) -> list[PayPlan]:
    """By code the version that rules on the day: an outlet's own, else the group's."""
    group = {one.plan.code: one for one in published if one.outlet is None and one.valid_from <= on}
    own = {
        one.plan.code: one
        for one in published
        if outlet is not None and one.outlet == outlet and one.valid_from <= on
    }
    return [one.plan for one in {**group, **own}.values()]


def _when_and_where(
    code: str, published: Sequence[_Begun], since: date, outlet: int | None
) -> Iterator[tuple[date, int | None]]:
    """Every day on which another one begins while this version holds, where it holds."""
    later = [one for one in published if one.valid_from > since]
    next_own = [one.valid_from for one in later if (one.plan.code, one.outlet) == (code, outlet)]
    until = min(next_own, default=date.max)
    days = sorted({since, *(one.valid_from for one in later if one.valid_from < until)})
    places = {outlet} if outlet is not None else {None, *(one.outlet for one in published)}
    for day in days:
        for place in sorted(places, key=lambda one: one or 0):
            own = (one for one in published if one.plan.code == code and one.valid_from <= day)
            if place == outlet or all(one.outlet != place for one in own):
                yield day, place
