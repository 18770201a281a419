"""KPIs of one month for thousands of scopes at once, column by column."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from cheji.engine.definitions import Definitions, Measure
from cheji.engine.formulas.columns import Column, column, evaluate_columns, of_pairs
from cheji.engine.kpis.measures import scale_of
from cheji.engine.spreads import Summary


def kpi_columns(
    definitions: Definitions, codes: Iterable[str], measured: Mapping[str, Column], size: int
) -> dict[str, Column]:
    """Each KPI as a column of so many rows; the values are those of `values_over`.

    Raises:
        KeyError: a measure that is needed has no column in `measured`.
    """
    known: dict[str, Column] = {}
    return {code: _kpi(definitions, code, (measured, known), size) for code in codes}


def summed_column(measure: Measure, found: Sequence[Summary | None]) -> Column:
    """A measure that keeps values apart, row by row; without a spread it is a sum, else 0."""
    scale = scale_of(measure)
    if not measure.spread:
        return column([one.weight if one else 0 for one in found], scale)
    shares = [one.share(measure.spread) if one else None for one in found]
    return of_pairs([(share[0], share[1] * scale) if share else None for share in shares])


def _kpi(
    definitions: Definitions,
    code: str,
    columns: tuple[Mapping[str, Column], dict[str, Column]],
    size: int,
) -> Column:
    measured, known = columns
    if code not in known:
        kpi = definitions.kpi[code]
        inputs = {
            name: measured[name]
            if name in definitions.measure
            else _kpi(definitions, name, columns, size)
            for name in kpi.formula.names
        }
        found = evaluate_columns(kpi.formula, inputs, size)
        known[code] = found if kpi.empty is None else _filled(found, [*inputs.values()], kpi.empty)
    return known[code]


def _filled(found: Column, inputs: Sequence[Column], empty: Fraction) -> Column:
    """What a KPI is worth where all inputs are known and there is no value."""
    unknown = [None in row for row in zip(*(column.above for column in inputs), strict=True)]
    unknown = unknown or [False] * len(found.above)
    pairs = [
        (empty.numerator, empty.denominator) if n is None and not blank else (n, d)
        for (n, d), blank in zip(found.pairs(), unknown, strict=True)
    ]
    bits = empty.numerator.bit_length() + empty.denominator.bit_length()
    return Column([n for n, _ in pairs], [d for _, d in pairs], max(found.bits, bits))
