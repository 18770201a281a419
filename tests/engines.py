"""The engines that answer for many outlets, and every KPI of a viewer as each of them gives it."""

import shutil
from importlib.util import find_spec
from typing import Any

import pytest

from cheji.engine.kpis import needed_measures
from cheji.facts import kept, narrowing
from cheji.reads import kpis
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.shapes import By
from cheji.records.visibility import Viewer

SPARK = pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="no PySpark or no Java on this machine",
)
MONTH = 202602
BESIDE = ["duckdb", pytest.param("spark", marks=SPARK)]


def all_figures(viewer: Viewer, month: int, by: tuple[By, ...], *, earlier: bool) -> list[Any]:
    """Each KPI of the catalogue, spreads and windows too, of a month by these scopes.

    Without `earlier` none that reads other months by the same texts.
    """
    ruling = Ground(viewer).ruling("month", month).ruling
    codes = [
        kpi.code
        for kpi in ruling.kpis
        if earlier or not any(measure.ago for measure in needed_measures(ruling, [kpi.code]))
    ]
    found: list[Any] = []
    for scope in by:
        table = kpis.values(viewer, kpis=codes, by=scope, grain="month", first=month, last=month)
        found += [(row.of, kpi, cell.value) for row in table.rows
                  for kpi, cell in zip(codes, row.cells, strict=True)]  # fmt: skip
    return found


def agree(viewer: Viewer, engine: str, settings: Any, by: tuple[By, ...]) -> int:
    """Hold an engine against the database, each asked as if many outlets were; returns figures.

    A question costs Spark seconds: it is asked by outlet alone, and about one month.
    """
    found, spark = [], engine == "spark"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrowing, "FEW", 0)
        for settings.CHEJI_FACTS in ("database", engine):
            kept.SHELF.clear()
            figures = all_figures(viewer, MONTH, ("outlet",) if spark else by, earlier=not spark)
            found.append(figures)
    assert found[0] == found[1]
    return sum(value is not None for *_, value in found[0])
