"""What may be tried in a simulation: pay plans, outlets, people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Q

from cheji.engine.definitions import PayPlan, as_json, body_of, digest, heirs, pay_plan_of
from cheji.packs import load
from cheji.reads import versions
from cheji.reads.pay.knobs import turned
from cheji.reads.pay.whom import pays
from cheji.reads.seen import Where, where
from cheji.reads.versions import VersionSeen
from cheji.records.models import Post, Unit
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer, of
from cheji.records.words import Words

PRESETS = ("presets", "published")


class PlanHasFaults(Refused):
    """The pay plan “{plan}” cannot be tried: {why}."""

    zh = "提成方案“{plan}”不能试算：{why}。"


class NobodyTried(Refused):
    """No person of yours has the staff number {numbers}. Correct it, or leave it out."""

    zh = "您范围内没有工号为 {numbers} 的人员。请更正或删除。"


@dataclass(frozen=True, slots=True)
class Choice:
    """A pay plan that may be tried: in force, published for later or before, a draft, a preset."""

    key: str
    code: str
    zh: str
    en: str
    state: str
    outlet: Where | None = None
    valid_from: date | None = None

    @property
    def number(self) -> int | None:
        """The id of the version that it is."""
        return _number(self.key)


def _number(key: str) -> int | None:
    noun, _, number = key.partition(":")
    return int(number) if noun == "version" else None


def choices(viewer: Viewer) -> list[Choice]:
    """What is in force first, then drafts, then the newest of what else is published, presets."""
    seen = [one for one in _plans(viewer) if one.state != "declined"]
    found = [_choice(one, _state(one, seen, viewer.on)) for one in seen]
    order = {"in_force": 0, "draft": 1, "later": 2, "earlier": 3}
    found.sort(key=lambda one: order[one.state])
    return [*found, *_presets()]


def _plans(viewer: Viewer) -> tuple[VersionSeen, ...]:
    return versions.of_kind(viewer, "pay_plan")


def _state(version: VersionSeen, all_of_them: Sequence[VersionSeen], on: date) -> str:
    if version.state == "draft":
        return "draft"
    if version.valid_from > on:
        return "later"
    place = version.code, version.outlet
    newest = max(
        one.valid_from
        for one in all_of_them
        if (one.code, one.outlet) == place and one.state != "draft" and one.valid_from <= on
    )
    return "in_force" if version.valid_from == newest else "earlier"


def _choice(version: VersionSeen, state: str) -> Choice:
    key = f"version:{version.id}"
    return Choice(key, version.code, *version.name, state, version.outlet, version.valid_from)


def _presets() -> list[Choice]:
    return [
        Choice(f"preset:{plan.code}", plan.code, plan.zh, plan.en, "preset")
        for plan in _preset_plans().values()
    ]


def _preset_plans() -> dict[str, PayPlan]:
    """The plans of our packs of examples, without those that such a pack stands on."""
    found: dict[str, PayPlan] = {}
    for pack in map(load, PRESETS):
        own = {code for kind, code in pack.own if kind == "pay_plans"}
        found |= {plan.code: plan for plan in pack.definitions.pay_plans if plan.code in own}
    return found


# -- what others are held against --------------------------------------------------------------

Posted = Counter[tuple[str, str]]
"""How many people have a post and level."""


def held_against(viewer: Viewer, tried: str = "") -> str:
    """The key of the plan in force that others are held against at first; empty without one.

    The one that the tried choice is a version of or replaces; else the one that pays most people
    today in the outlets that may be tried.
    """
    bodies = {f"version:{one.id}": one.body for one in _plans(viewer)}
    offered = choices(viewer)
    ruling = [one for one in offered if one.state == "in_force"]
    for one in offered:
        if one.key == tried and (key := _followed(one, bodies.get(tried, {}), ruling)):
            return key
    paid = _paid(viewer, ruling, {one.key: pay_plan_of(bodies[one.key]) for one in ruling})
    return max((one.key for one in ruling), key=lambda key: paid[key], default="")


def _followed(tried: Choice, body: Mapping[str, Any], ruling: Sequence[Choice]) -> str:
    """What is in force of the same plan, the outlet's own first, else of one that it replaces."""
    replaced = body.get("replaces")
    codes = [tried.code, *(replaced if isinstance(replaced, list) else ())]
    near = sorted(ruling, key=lambda one: one.outlet != tried.outlet)
    places = (None, tried.outlet)
    return next(
        (one.key for code in codes for one in near if one.code == code and one.outlet in places), ""
    )


def _paid(viewer: Viewer, ruling: Sequence[Choice], plans: Mapping[str, PayPlan]) -> Counter[str]:
    """How many people each plan in force pays, by its key; an outlet's own goes before another."""
    found: Counter[str] = Counter()
    group_first = sorted(ruling, key=lambda one: one.outlet is not None)
    for place, posted in _posted(viewer).items():
        own = {one.code: one.key for one in group_first if one.outlet in (None, place)}
        here = [plans[key] for key in own.values()]
        for plan, key in zip(here, own.values(), strict=True):
            after = heirs(plan, here, place.code)
            for (role, level), people in posted.items():
                found[key] += people * pays(plan, after, place.code, role, level)
    return found


def _posted(viewer: Viewer) -> dict[Where, Posted]:
    """How many people have which post today in each outlet that may be tried, or in its teams."""
    found = {place: Posted() for place in outlets_tried(viewer)}
    places = {place.id: place for place in found}
    inside = Unit.objects.filter(Q(pk__in=places) | Q(parent__in=places))
    of_unit = {
        unit: places.get(unit) or places[parent or 0]
        for unit, parent in inside.values_list("id", "parent")
    }
    held = Q(until=None) | Q(until__gt=viewer.on)
    rows = Post.objects.filter(held, unit__in=list(of_unit), since__lte=viewer.on).order_by()
    counted = rows.values_list("unit", "role", "level").annotate(Count("person", distinct=True))
    for unit, role, level, people in counted:
        found[of_unit[unit]][role, level] += people
    return found


# -- what is tried -----------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanAsked:
    """A plan of a simulation as it is kept: where it came from, its body, what was changed in it.

    Attributes:
        before: the body without the changes.
        outlet: id of the one whose own plan it is.
        valid_from: the day in ISO form on which the version begins; empty for a preset.
        foreign: it is the own plan of an outlet that the viewer does not see: no number of it is
            shown to him.
    """

    key: str
    body: Mapping[str, Any]
    before: Mapping[str, Any]
    changes: Mapping[str, str]
    outlet: int | None = None
    valid_from: str = ""
    foreign: bool = False

    @property
    def number(self) -> int | None:
        """The id of the version that it came from."""
        return _number(self.key)

    @property
    def version(self) -> int | None:
        """The id of the version that it is, unless something was changed in it."""
        return None if self.changes else self.number

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def zh(self) -> str:
        return str(self.body["zh"])

    @property
    def en(self) -> str:
        return str(self.body["en"])

    def as_json(self) -> dict[str, Any]:
        """What is kept, with the digest of the body that is tried."""
        return {
            "key": self.key, "body": self.body, "before": self.before,
            "changes": dict(self.changes), "outlet": self.outlet, "digest": digest(self.body),
            "valid_from": self.valid_from,
        }  # fmt: skip


def chosen(viewer: Viewer, key: str) -> PlanAsked:
    """The plan of a choice.

    Raises:
        NotFound: it is not the viewer's to see.
        PlanHasFaults: it is a draft that cannot be worked out.
    """
    noun, _, name = key.partition(":")
    outlet, valid_from = None, ""
    if noun == "preset" and name in _preset_plans():
        body = as_json(body_of(_preset_plans()[name]))
    elif noun == "version" and name.isdecimal():
        version = versions.version(viewer, int(name))
        if version.kind != "pay_plan":
            raise NotFound(noun="pay plan", key=key)
        body = dict(version.body)
        outlet = version.outlet.id if version.outlet else None
        valid_from = version.valid_from.isoformat()
    else:
        raise NotFound(noun="pay plan", key=key)
    return changed(viewer, PlanAsked(key, body, body, {}, outlet, valid_from), {})


def changed(viewer: Viewer, plan: PlanAsked, changes: Mapping[str, str]) -> PlanAsked:
    """The plan with other numbers in it; those that are as before are left out.

    Raises:
        PlanHasFaults: with them it is no pay plan.
    """
    body = turned(plan.before, changes)
    found = versions.faults_alone(
        "pay_plan", str(body.get("code")), body, on=viewer.on, outlet=plan.outlet
    )
    if found:
        first = found[0]
        names = (str(body.get(one) or body.get("code")) for one in ("zh", "en"))
        raise PlanHasFaults(plan=Words(*names), why=Words(first.zh, first.en))
    body = as_json(body_of(pay_plan_of(body))) if changes else body
    return replace(plan, body=body, changes=dict(changes))


def is_open(viewer: Viewer, plan: PlanAsked) -> bool:
    """Whether the plan is a version that the viewer may look at."""
    if plan.version is None:
        return False
    try:
        versions.version(viewer, plan.version)
    except NotFound:
        return False
    return True


def outlets_tried(viewer: Viewer) -> tuple[Where, ...]:
    """The outlets of which the viewer may work pay out."""
    scope = of(viewer.doing("runs.make"))
    reach, rows = scope.reach("pay_runs"), scope.outlets().order_by("path")
    return tuple(where(row) for row in rows if reach.everything or row.pk in reach.outlets)


def known_people(viewer: Viewer, numbers: Sequence[str]) -> tuple[str, ...]:
    """The staff numbers, when all of them are of people within the viewer's reach.

    Raises:
        NobodyTried: some are not.
    """
    rows = of(viewer).people().filter(number__in=numbers) if numbers else ()
    known = {row.number for row in rows}
    if missing := [number for number in numbers if number not in known]:
        raise NobodyTried(field="people", numbers=", ".join(missing))
    return tuple(numbers)


def told_apart(words: Sequence[Sequence[str]]) -> list[str]:
    """The first words of each, and as many more as tell it from the others."""
    found = []
    for own in words:
        count = 1
        while count < len(own) and sum(other[:count] == own[:count] for other in words) > 1:
            count += 1
        found.append(" · ".join(own[:count]))
    return found
