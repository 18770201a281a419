"""The definitions in force on a day: published versions, an outlet's own before the group's."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from cheji.engine.definitions import Definitions, PayPlan, Scheme, assembled, read_alone, switched
from cheji.engine.definitions.switching import Models
from cheji.engine.pay import units_as_names
from cheji.records.models import DefinitionVersion, VehicleModel
from cheji.records.refusals import NotFound

KINDS = {
    "switch": "switches",
    "measure": "measures",
    "kpi": "kpis",
    "sheet": "sheets",
    "scheme": "schemes",
    "pay_plan": "pay_plans",
}
Key = tuple[tuple[int, str], ...]
Carded = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Each model with what it is, so that it can be compared."""


@dataclass(frozen=True)
class Catalogue:
    """Definitions as one outlet reads them: `all` as published, `ruling` with its switches set.

    `digests` maps (kind, code) to the version's digest; `versions` are the ids it is built of.
    """

    all: Definitions
    ruling: Definitions
    digests: Mapping[tuple[str, str], str]
    versions: tuple[int, ...]

    @cached_property
    def names(self) -> Mapping[str, tuple[str, str]]:
        """What schemes, plans with their components, measures and KPIs are called, by code.

        And in which units figures are.
        """
        plans = self.all.pay_plans
        parts = [part for plan in plans for part in plan.components]
        figures: list[Any] = [*self.all.measures, *self.all.kpis]
        every: list[Any] = [*parts, *plans, *self.all.schemes, *figures]
        units = units_as_names({one.code: one.unit for one in figures})
        return MappingProxyType({one.code: (one.zh, one.en) for one in every} | units)

    @property
    def switches(self) -> dict[str, bool]:
        return {switch.code: switch.default for switch in self.all.switches}

    def scheme(self, code: str = "") -> Scheme:
        """The scheme of that code, or the first one."""
        found = [item for item in self.all.schemes if code in ("", item.code)]
        if not found:
            raise NotFound(noun="scheme", key=code)
        return found[0]

    def pay_plan(self, code: str = "") -> PayPlan:
        """The pay plan of that code, or the first one."""
        found = [item for item in self.all.pay_plans if code in ("", item.code)]
        if not found:
            raise NotFound(noun="pay plan", key=code)
        return found[0]


class Head(NamedTuple):
    """A published version without its body."""

    id: int
    kind: str
    code: str
    outlet: int | None
    valid_from: date
    digest: str


class Shelf:
    """All published versions, read once; any outlet's catalogue of any day stands on it."""

    def __init__(self) -> None:
        rows = DefinitionVersion.objects.filter(
            state=DefinitionVersion.State.PUBLISHED, kind__in=KINDS
        ).order_by("valid_from", "id")
        columns = ("id", "kind", "code", "outlet", "valid_from", "digest")
        self.heads = [Head._make(row) for row in rows.values_list(*columns)]
        self.special = {head.outlet for head in self.heads if head.outlet is not None}
        self.models = carded()
        self._starts = sorted({head.valid_from for head in self.heads})
        self._found: dict[tuple[int, int | None], Catalogue] = {}

    def catalogue(self, on: date, outlet: int | None = None) -> Catalogue:
        """In force on the day; an outlet without versions of its own shares the group's object."""
        own = outlet if outlet in self.special else None
        place = bisect_right(self._starts, on), own
        if place not in self._found:
            self._found[place] = built(self._key(on, own), self.models)
        return self._found[place]

    def in_force(self, on: date, outlet: int | None = None) -> dict[tuple[str, str], Head]:
        """By kind and code the version that rules on the day: an outlet's own, else the group's."""
        group: dict[tuple[str, str], Head] = {}
        own: dict[tuple[str, str], Head] = {}
        for head in self.heads:
            if head.valid_from <= on and head.outlet in (None, outlet):
                (group if head.outlet is None else own)[head.kind, head.code] = head
        return {**group, **own}

    def _key(self, on: date, outlet: int | None) -> Key:
        first = {
            name: place for place, name in enumerate(dict.fromkeys(h.code for h in self.heads))
        }
        chosen = sorted(self.in_force(on, outlet).values(), key=lambda head: first[head.code])
        return tuple((head.id, head.digest) for head in chosen)


def carded() -> Carded:
    """The models that the house has told something of, as filters name it."""
    rows = VehicleModel.objects.order_by("name").values_list(
        "name", "displacement", "segment", "key"
    )
    return tuple(
        (
            name,
            (
                ("displacement", displacement),
                ("segment", segment),
                ("key_model", "yes" if key else "no"),
            ),
        )
        for name, displacement, segment, key in rows
    )


def known(models: Carded) -> Models:
    """By name, as the engine reads them."""
    return {name: dict(found) for name, found in models}


@dataclass(frozen=True, slots=True)
class Kept:
    """A version with its body, which never changes and so is not compared."""

    id: int
    kind: str
    code: str
    digest: str
    body: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=256)
def built(key: Key, models: Carded) -> Catalogue:
    """A catalogue by the ids and digests of its versions, which never change."""
    columns = ("id", "kind", "code", "digest", "body")
    rows = DefinitionVersion.objects.filter(id__in=[version for version, _ in key])
    found = {row[0]: Kept(*row) for row in rows.values_list(*columns)}
    kept = [found[version] for version, _ in key]
    definitions = assembled(
        {
            plural: tuple(_read(one) for one in _first_first(kind, kept))
            for kind, plural in KINDS.items()
        }
    )
    return Catalogue(
        all=definitions,
        ruling=switched(definitions, models=known(models)),
        digests={(one.kind, one.code): one.digest for one in kept},
        versions=tuple(one.id for one in kept),
    )


@lru_cache(maxsize=4096)
def _read(one: Kept) -> Any:
    """Catalogues share what they read: of a new one only the versions that are new are read."""
    return read_alone(KINDS[one.kind], one.body)


def _first_first(kind: str, kept: Iterable[Kept]) -> list[Kept]:
    """Those of a kind; pay plans that another one replaced everywhere come last.

    The first one is that in force.
    """
    ours = [one for one in kept if one.kind == kind]
    bodies = [one.body for one in ours if kind == "pay_plan" and not one.body.get("outlets")]
    gone = {code for body in bodies for code in body.get("replaces", ())}
    return sorted(ours, key=lambda one: one.code in gone)


def catalogue(on: date, outlet_id: int | None = None) -> Catalogue:
    """The definitions in force on a day, for one outlet or for the group."""
    return Shelf().catalogue(on, outlet_id)


def without(found: Definitions, gone: Collection[tuple[str, str]]) -> Definitions:
    """What is left of definitions without those of these kinds and codes."""
    return Definitions(
        **{
            plural: tuple(one for one in getattr(found, plural) if (kind, one.code) not in gone)
            for kind, plural in KINDS.items()
        }
    )
