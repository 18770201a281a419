"""KPIs: their definitions, values, sheets, and the rows behind a number."""

from dataclasses import asdict
from typing import Any, Literal, get_args

from django.http import HttpRequest
from ninja import Router

from cheji.api import lists
from cheji.api.callers import caller
from cheji.api.shapes import plain
from cheji.engine.definitions import as_json, body_of
from cheji.engine.periods import Grain
from cheji.files import sheets
from cheji.reads import kpis, people
from cheji.reads.definitions import catalogue
from cheji.records.refusals import NotFound

router = Router()
SCOPE = "kpis:read"
GRAINS = get_args(Grain)


@router.get("/kpis", response=dict[str, Any])
def definitions(request: HttpRequest) -> Any:
    """The definitions of KPIs and measures in force today, as their YAML has them, by code."""
    ruling = catalogue(caller(request).may(SCOPE).on).ruling
    return {
        "kpis": {one.code: as_json(body_of(one)) for one in ruling.kpis},
        "measures": {one.code: as_json(body_of(one)) for one in ruling.measures},
    }


@router.get("/kpis/{code}", response=dict[str, Any])
def definition(request: HttpRequest, code: str) -> Any:
    ruling = catalogue(caller(request).may(SCOPE).on).ruling
    if code not in ruling.kpi:
        raise NotFound(noun="KPI", key=code)
    return as_json(body_of(ruling.kpi[code]))


@router.get("/values", response=dict[str, Any])
def values(
    request: HttpRequest,
    kpi: str,
    first: int,
    last: int,
    by: kpis.By = "outlet",
    grain: Grain = "month",
    outlets: str = "",
) -> Any:
    """Values of KPIs (codes by commas) from the period `first` to `last`, both included."""
    viewer = caller(request).may(SCOPE)
    found = kpis.values(
        viewer,
        kpis=kpi.split(","),
        by=by,
        grain=grain,
        first=first,
        last=last,
        outlets=outlets.split(",") if outlets else None,
    )
    codes = {where.id: where.code for where in people.outlets(viewer)}
    body = sheets.table_json(found, codes)
    for row, told in zip(found.rows, body["rows"], strict=True):
        cells = zip(found.kpis, row.cells, strict=True)
        told["keys"] = {one.code: cell.key for one, cell in cells if cell.key}
    return body


@router.get("/sheets", response=list[dict[str, str]])
def sheet_list(request: HttpRequest) -> Any:
    ruling = catalogue(caller(request).may(SCOPE).on).ruling
    return [{"code": one.code, "zh": one.zh, "en": one.en} for one in ruling.sheets]


@router.get("/sheets/{code}", response=dict[str, Any])
def sheet(
    request: HttpRequest,
    code: str,
    year: int,
    outlet: str = "",
    person: str = "",
    by: Literal["month", "consultant", "benchmark"] = "month",
    month: int | None = None,
) -> Any:
    """A printed sheet, as `cheji sheet --format json` gives it."""
    viewer = caller(request).may(SCOPE)
    found = kpis.sheet(
        viewer, code=code, year=year, outlet=outlet, person=person, by=by, month=month
    )
    return sheets.sheet_json(found)


@router.get("/facts", response=dict[str, Any])
def facts(request: HttpRequest, key: str, measure: str, page: int = 1, size: int = 50) -> Any:
    """The rows behind a measure of a value: counted, and looked at but not counted with why."""
    viewer = caller(request).may(SCOPE)
    page, size = max(1, min(page, 10**6)), max(1, min(size, lists.MOST))
    found = kpis.fact_rows(viewer, key, measure=measure, page=page, size=size)
    lists.counted(request, len(found.counted) + len(found.looked_at))
    return plain(asdict(found))
