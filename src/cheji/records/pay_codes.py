"""What published pay plans name: events that release held money, and components typed by hand."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.db.models import Q

from cheji.engine.definitions import PayPlan, pay_plan_of
from cheji.engine.reasons import canonical

from .models import DefinitionVersion

#: The component of a typed line that no pay plan has one for.
BY_HAND = "manual"


def events_of(outlet: int) -> tuple[str, ...]:
    """Events of holdbacks and stages of the outlet's pay plans, in order of their codes."""
    found = set()
    for plan in _plans(outlet):
        found |= {held.release for held in plan.holdbacks}
        found |= {stage.event for stage in plan.earned_at[1:]}
    return tuple(sorted(found))


def held_until(outlet: int, event: str) -> tuple[str, ...]:
    """Codes of what the outlet's pay plans hold until an event."""
    return tuple(sorted({code for plan in _plans(outlet) for code in _until(plan, event)}))


def plans_until(outlet: int, event: str) -> set[str]:
    """Codes of the outlet's pay plans that hold something until an event."""
    return {plan.code for plan in _plans(outlet) if any(_until(plan, event))}


def _until(plan: PayPlan, event: str) -> Iterator[str]:
    yield from (held.code for held in plan.holdbacks if held.release == event)
    stages = {stage.event for stage in plan.earned_at[1:]}
    yield from (f"earned_{event}",) if event in stages else ()


def because_of(source: str, event: str) -> str:
    """How the reason of a typed line begins that was asked for because of an event of a deal."""
    return f"{source} {event}: "


def event_in(reason: str) -> tuple[str, str] | None:
    """The deal and the event that such a reason names; None of any other reason."""
    named = re.match(r"((?:delivery|order):\d+) ([^ :]+): ", reason)
    return (named[1], named[2]) if named else None


def plan_codes(outlet: int) -> tuple[str, ...]:
    """Codes of the outlet's published pay plans."""
    return tuple(dict.fromkeys(plan.code for plan in _plans(outlet)))


def typed_components(outlet: int) -> tuple[str, ...]:
    """Components that a typed line may have: the general one, then those of kind manual."""
    codes = {
        part.code
        for plan in _plans(outlet)
        for part in plan.components
        if part.kind == "manual" and part.code != BY_HAND
    }
    return (BY_HAND, *sorted(codes))


def names_of(outlet: int) -> dict[str, tuple[str, str]]:
    """What the outlet's published pay plans and their typed components are called, by code."""
    found: dict[str, tuple[str, str]] = {}
    for plan in _plans(outlet):
        found |= {one.code: (one.zh, one.en) for one in plan.components if one.kind == "manual"}
        found[plan.code] = plan.zh, plan.en
    return found


def plans_called(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What the pay plans of these codes are called, in Chinese and English, as published last."""
    rows = DefinitionVersion.objects.filter(
        kind="pay_plan", state="published", code__in=set(codes)
    ).order_by("valid_from", "id")
    return {code: (zh, en) for code, zh, en in rows.values_list("code", "body__zh", "body__en")}


def components_of(digest: str) -> dict[str, tuple[str, str]]:
    """What the components of the pay plan with this digest are called, by code."""
    plan = plan_of(digest)
    return {part.code: (part.zh, part.en) for part in (plan.components if plan else ())}


def plan_of(digest: str) -> PayPlan | None:
    """The pay plan with this digest."""
    rows = DefinitionVersion.objects.filter(kind="pay_plan", digest=digest)
    body = rows.values_list("body", flat=True).first()
    return None if body is None else pay_plan_of(body)


def _plans(outlet: int) -> Iterator[PayPlan]:
    rows = DefinitionVersion.objects.filter(
        Q(outlet=outlet) | Q(outlet__isnull=True), kind="pay_plan", state="published"
    )
    for body in rows.order_by("id").values_list("body", flat=True):
        yield _plan(canonical(body))


@lru_cache(maxsize=64)
def _plan(body: str) -> PayPlan:
    """A plan as it is written, read once: every line of a list asks for the same ones."""
    return pay_plan_of(json.loads(body))
