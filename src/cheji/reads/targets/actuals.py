"""What a KPI was, for a place or for those right below it, by period."""

from collections.abc import Sequence

from cheji.engine.kpis import Input, Value
from cheji.engine.periods import MONTHS
from cheji.reads.kpis.gathering import Columns as Inputs
from cheji.reads.kpis.gathering import (
    Gathering,
    added,
    gather,
    kpi_values,
    measure_codes,
    span_of,
)
from cheji.reads.kpis.ground import Ground, Slice, parts_of
from cheji.records.models import Unit

from .shapes import Columns

Found = dict[tuple[Slice, int], Value]


def actuals(
    ground: Ground,
    around: Slice,
    scopes: Sequence[Slice],
    kpis: Sequence[str],
    over: Columns,
) -> dict[str, Found]:
    """Values by KPI, scope and period; the scopes are `around` itself, or all of a kind below it.

    The periods are in order; a week counts as a whole.
    """
    grain, keys = over.grain, over.keys
    span = span_of(grain, keys[0], keys[-1])
    codes: dict[str, None] = {}
    for key in (keys[0], keys[-1]):
        ruling = ground.ruling(grain, key).ruling
        codes |= dict.fromkeys(measure_codes(ruling, [k for k in kpis if k in ruling.kpi]))
    by = _by(ground, around, scopes)
    model = scopes[0].model if scopes else None
    dimensions = (*by, "model") if model else by
    columns = gather(ground, Gathering(ground.narrow(around), dimensions, span, tuple(codes)))
    found: dict[str, Found] = {kpi: {} for kpi in kpis}
    for whose in scopes:
        column = _column(ground, whose, by, columns)
        for key in keys:
            catalogue = ground.ruling_for(whose, grain, key)
            inside = parts_of(grain, key) if grain in MONTHS else [key]
            values = kpi_values(catalogue, kpis, column, inside, ground.parts(whose))
            for kpi, value in values.items():
                found[kpi][whose, key] = value
    return found


def _by(ground: Ground, around: Slice, scopes: Sequence[Slice]) -> tuple[str, ...]:
    """The columns that tell the scopes apart."""
    if all((whose.unit, whose.person) == (around.unit, around.person) for whose in scopes):
        return ()
    if scopes[0].person:
        inside = all(whose.unit == around.unit for whose in scopes)
        return ("person",) if inside else ("outlet", "person")
    return ("team",) if ground.places[scopes[0].unit].kind == Unit.Kind.TEAM else ("outlet",)


def _column(
    ground: Ground, whose: Slice, by: tuple[str, ...], columns: Inputs
) -> dict[int, dict[str, Input]]:
    """The inputs of one scope by period: of a unit the sum of its outlets."""
    keys: list[tuple[int | str | None, ...]] = [()]
    match by:
        case ("person",):
            keys = [(whose.person,)]
        case ("outlet", "person"):
            keys = [(whose.unit, whose.person)]
        case ("team",):
            keys = [(whose.unit,)]
        case ("outlet",):
            keys = [(outlet,) for outlet in ground.places[whose.unit].outlets]
    if whose.model:
        keys = [(*key, whose.model) for key in keys]
    return added(columns[key] for key in keys if key in columns)
