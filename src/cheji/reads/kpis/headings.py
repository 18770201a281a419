"""KPIs as headings, and changes between their values."""

from collections.abc import Sequence
from fractions import Fraction

from cheji.engine.definitions import Definitions, Kpi
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.shapes import KpiSeen, kpi_seen
from cheji.records.refusals import NotFound


def heading(definitions: Definitions, code: str) -> KpiSeen:
    """A KPI's heading with its formula in words.

    Raises:
        NotFound: no such KPI is in force.
    """
    kpi = definitions.kpi.get(code)
    if kpi is None:
        raise NotFound(noun="KPI", key=code)
    return kpi_seen(kpi, (_formula(definitions, kpi, "zh"), _formula(definitions, kpi, "en")))


def headings(catalogue: Catalogue, codes: Sequence[str]) -> tuple[KpiSeen, ...]:
    return tuple(heading(catalogue.ruling, code) for code in codes)


def _formula(definitions: Definitions, kpi: Kpi, language: str) -> str:
    named = {**definitions.kpi, **definitions.measure}
    return kpi.formula.rewrite(
        {name: str(getattr(named[name], language)) for name in kpi.formula.names}
    )


def change(kpi: KpiSeen, value: Fraction | None, earlier: Fraction | None) -> Fraction | None:
    """For rates the difference (0.02 is 2 points), otherwise the relative change.

    None without either value, or from zero.
    """
    if value is None or earlier is None:
        return None
    if kpi.in_points:
        return value - earlier
    return (value - earlier) / abs(earlier) if earlier else None


def share(value: Fraction | None, of: Fraction | None) -> Fraction | None:
    return value / of if value is not None and of else None
