"""Targets as they are kept: by whose they are, in the KPI's unit, for many scopes at once."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from cheji.engine.definitions import Definitions
from cheji.engine.kpis import needed_measures
from cheji.engine.periods import MONTHS, Grain
from cheji.reads.kpis.ground import Ground, Slice, parts_of
from cheji.reads.kpis.shapes import KpiSeen, Of
from cheji.reads.kpis.sheets import additive
from cheji.records.models import Target
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

SCALE = 10_000
FEN = 100
#: Unit, person, outlet, model.
Where = tuple[int | None, int | None, int | None, str]


def key_of(row: Any) -> Where:
    """Whose a target, proposal or letter is."""
    model = getattr(row, "model", "")
    if row.unit_id:
        return row.unit_id, None, None, model
    return None, row.person_id, row.outlet_id, model


def where(ground: Ground, whose: Slice) -> Where:
    """A person's target is set in an outlet, whatever his team; nobody (0) has none."""
    model = whose.model or ""
    if whose.person is None:
        return whose.unit, None, None, model
    return None, whose.person, next(iter(ground.places[whose.unit].outlets)), model


def narrowed(ground: Ground, rows: "QuerySet[Any]", scopes: Iterable[Slice]) -> "QuerySet[Any]":
    """Of these rows, which the viewer may see, those of these scopes."""
    keys = [where(ground, whose) for whose in scopes]
    units = [unit for unit, *_ in keys if unit]
    people = {person for _, person, *_ in keys if person}
    outlets = {outlet for *_, outlet, _ in keys if outlet}
    return rows.filter(Q(unit__in=units) | Q(person__in=people, outlet__in=outlets))


def targets_of(ground: Ground, scopes: Iterable[Slice]) -> "QuerySet[Target]":
    """The targets of these scopes, without reserves, of all models."""
    return narrowed(ground, ground.scope.targets().filter(reserve=False), scopes)


def scale_of(unit: str) -> int:
    """Stored in fen for yuan, else in 1/10,000."""
    return FEN if unit == "yuan" else SCALE


def in_unit(value: int | None, unit: str) -> Fraction | None:
    """What is kept, in the KPI's unit."""
    return None if value is None else Fraction(value, scale_of(unit))


def value_of(row: Target, unit: str) -> Fraction:
    """The goal in the KPI's unit."""
    return Fraction(row.value, scale_of(unit))


def rests_on_stock(definitions: Definitions, kpi: str) -> bool:
    return any(measure.is_stock for measure in needed_measures(definitions, [kpi]))


def sums_over_time(definitions: Definitions, kpi: str) -> bool:
    """Whether the months' values of a KPI add up to the year's."""
    if kpi not in definitions.kpi:
        raise NotFound(noun="KPI", key=kpi)
    return additive(definitions, kpi) and not rests_on_stock(definitions, kpi)


def scope_of(viewer: Viewer, *, unit: str = "", person: str = "") -> Of:
    """Whom codes name: a unit, or a person in an outlet; without codes the viewer's own place.

    Raises:
        NotFound: it is not, as a whole, within the viewer's reach.
    """
    ground = Ground(viewer)
    return ground.seen(ground.whose(unit, person))


def targets_for(
    ground: Ground, scopes: Sequence[Slice], kpis: Sequence[KpiSeen], grain: Grain, period: int
) -> dict[tuple[Slice, str], Fraction]:
    """Targets of many scopes and KPIs in one period, in one query.

    Where a quarter, half or year has no target of its own, it is the sum of its months' targets,
    and a week that of its parts in two months; for KPIs that add up.
    """
    months = parts_of(grain, period) if grain in MONTHS and grain != "month" else []
    timed = Q(grain=grain, period=period) | Q(grain="month", period__in=months)
    rows = targets_of(ground, scopes).filter(timed, kpi__in=[kpi.code for kpi in kpis])
    own: dict[tuple[Where, str], Fraction] = {}
    parts: dict[tuple[Where, str], Fraction] = {}
    units = {kpi.code: kpi.unit for kpi in kpis}
    for row in rows:
        place, value = (key_of(row), row.kpi), value_of(row, units[row.kpi])
        if row.grain == grain and not row.within:
            own[place] = value
        else:
            parts[place] = parts.get(place, Fraction(0)) + value
    definitions = ground.ruling(grain, period).ruling
    adding = {k.code for k in kpis if sums_over_time(definitions, k.code)}
    found = {**{p: v for p, v in parts.items() if p[1] in adding}, **own}
    return {
        (whose, kpi.code): found[place]
        for whose in scopes
        for kpi in kpis
        if (place := (where(ground, whose), kpi.code)) in found
    }
