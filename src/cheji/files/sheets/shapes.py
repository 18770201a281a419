"""The stable JSON of what comes out: keys are codes, documented in docs/…/json.md."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cheji.engine.kpis import decimal_text
from cheji.files.sheets.changes import changes_of
from cheji.files.sheets.figures import figure_json
from cheji.files.sheets.labels import column_key
from cheji.reads.appraisals import ItemSeen, ScoreSeen
from cheji.reads.kpis import IdentitySeen, IdentitySide, KpiSeen, Line, Of, ReasonSeen, Sheet, Table
from cheji.reads.pay import PayLineSeen, StatementSeen, Tried
from cheji.reads.pay.loading import Cell
from cheji.reads.seen import Link, Where, Who

Opened = Callable[[str], ReasonSeen]
"""Opens the reason of a cell by its key."""


def sheet_json(sheet: Sheet, opened: Opened | None = None) -> dict[str, Any]:
    """A sheet: lines by KPI code, their values by column key; with `opened` also the reasons."""
    keys = [column_key(sheet, place) for place in range(len(sheet.columns))]
    return {
        "sheet": sheet.code,
        "by": sheet.by,
        "of": of_json(sheet.of),
        "year": sheet.year,
        "month": sheet.month,
        "on": sheet.on.isoformat(),
        "mark": sheet.mark,
        "columns": [
            {
                "key": key,
                "of": of_json(column.of),
                "grain": column.grain,
                "period": column.period,
                "withheld": column.withheld,
                "outlets": column.outlets,
            }
            for key, column in zip(keys, sheet.columns, strict=True)
        ],
        "lines": {
            line.kpi.code: {**_line(line, keys, opened), "changes": _changes(sheet, line)}
            for line in sheet.lines
        },
        "identities": {one.code: _identity(one, keys) for one in sheet.identities},
        "holds": sheet.holds,
    }


def of_json(of: Of) -> dict[str, Any]:
    return {"kind": of.kind, "code": of.code, "name": of.name}


def kpi_json(kpi: KpiSeen) -> dict[str, Any]:
    return {
        "zh": kpi.zh,
        "en": kpi.en,
        "unit": kpi.unit,
        "decimals": kpi.decimals,
        "direction": kpi.direction,
    }


def _line(line: Line, keys: list[str], opened: Opened | None) -> dict[str, Any]:
    cells = list(zip(keys, line.cells, strict=True))
    found = {
        "number": line.number,
        **kpi_json(line.kpi),
        "values": {key: figure_json(cell.value, line.kpi.unit) for key, cell in cells},
        "lights": {key: cell.light for key, cell in cells if cell.light},
        "adds_up": line.adds_up,
    }
    if opened is not None:
        found["reasons"] = {key: reason_json(opened(cell.key)) for key, cell in cells if cell.key}
    return found


def _changes(sheet: Sheet, line: Line) -> dict[str, Any]:
    """The year's and the latest month's, of a sheet month by month."""
    found = changes_of(sheet)
    return {one.code: figure_json(one.value(line), one.unit(line)) for one in found}


def _identity(identity: IdentitySeen, keys: list[str]) -> dict[str, Any]:
    sides = zip(keys, identity.sides, strict=True)
    return {
        "zh": identity.zh,
        "en": identity.en,
        "relation": identity.relation,
        "columns": {key: side and _side(side) for key, side in sides},
    }


def _side(side: IdentitySide) -> dict[str, Any]:
    return {
        "left": number_json(side.left),
        "right": number_json(side.right),
        "difference": number_json(side.difference),
        "holds": side.holds,
    }


def number_json(value: Fraction | None) -> Any:
    """A number without a unit: an integer where it is whole."""
    return figure_json(value, "")


def reason_json(reason: ReasonSeen) -> dict[str, Any]:
    """Why a cell shows its number, down to the measures of each month."""
    return {
        "key": reason.key,
        "formula_zh": reason.kpi.formula_zh,
        "formula_en": reason.kpi.formula_en,
        "value": figure_json(reason.value, reason.kpi.unit),
        "measures": {
            one.code: {
                "zh": one.zh,
                "en": one.en,
                "value": figure_json(one.value, one.unit),
                "over_time": one.over_time,
            }
            for one in reason.measures
        },
        "outlets": [place.code for place in reason.outlets],
        "digest": reason.digest,
        "mark": reason.mark,
        "reason": reason.reason.as_json(),
    }


def table_json(
    table: Table, outlets: Mapping[int, str], opened: Opened | None = None
) -> dict[str, Any]:
    """KPI values: one row per scope and period, values by KPI code.

    `outlets` are codes by id, to say in which outlet a person's or nobody's row is.
    """
    units = {kpi.code: kpi.unit for kpi in table.kpis}
    rows = []
    for row in table.rows:
        cells = dict(zip(units, row.cells, strict=True))
        found = {
            "of": of_json(row.of),
            "outlet": outlets.get(row.of.outlet or 0),
            "period": row.period,
            "values": {code: figure_json(cell.value, units[code]) for code, cell in cells.items()},
        }
        if opened is not None:
            reasons = {code: opened(cell.key) for code, cell in cells.items() if cell.key}
            found["reasons"] = {code: reason_json(one) for code, one in reasons.items()}
        rows.append(found)
    return {
        "by": table.by,
        "grain": table.grain,
        "periods": list(table.periods),
        "kpis": {kpi.code: kpi_json(kpi) for kpi in table.kpis},
        "rows": rows,
        "mark": table.mark,
    }


def score_json(card: ScoreSeen, *, explain: bool = False) -> dict[str, Any]:
    """A score card: items by KPI code."""
    found = {
        "person": who_json(card.person),
        "outlet": where_json(card.outlet),
        "month": card.month,
        "scheme": card.scheme,
        "state": card.state,
        "total": _points(card.total),
        "grade": card.grade,
        "coefficient": _points(card.coefficient),
        "items": {item.code: _item(item, explain=explain) for item in card.items},
        "digest": card.digest,
        "mark": card.mark,
        "run": card.run,
    }
    return {**found, "reason": card.reason} if explain else found


def _item(item: ItemSeen, *, explain: bool) -> dict[str, Any]:
    unit = item.kpi.unit
    found = {
        **kpi_json(item.kpi),
        "weight": _points(item.weight),
        "value": figure_json(item.value, unit),
        "target": figure_json(item.target, unit),
        "attainment": figure_json(item.attainment, "ratio"),
        "points": _points(item.points),
    }
    return {**found, "reason": item.reason} if explain else found


def _points(value: Fraction | None) -> Any:
    return figure_json(value, "ratio")


def statement_json(statement: StatementSeen, *, explain: bool = False) -> dict[str, Any]:
    """A pay statement; amounts are integer fen."""
    found = {
        "person": who_json(statement.person),
        "outlet": where_json(statement.outlet),
        "month": statement.month,
        "plan": statement.plan,
        "state": statement.state,
        "payable": {"fen": statement.payable, "unit": "yuan"},
        "coefficient": _points(statement.coefficient),
        "score": _points(statement.score),
        "lines": [_pay_line(line, explain=explain) for line in statement.lines],
        "digest": statement.digest,
        "mark": statement.mark,
        "run": statement.run,
        "after_open_months": list(statement.before),
    }
    return {**found, "reason": statement.reason} if explain else found


def _pay_line(line: PayLineSeen, *, explain: bool) -> dict[str, Any]:
    deal = line.deal
    found = {
        "component": line.component,
        "deal": deal and _link(deal),
        "dispute": line.dispute and _link(line.dispute.dispute),
        "shared": list(line.shared),
        "split": line.split and {"dispute": line.split.dispute and _link(line.split.dispute)},
        "on": line.on and line.on.isoformat(),
        "base": _decimal(line.base),
        "base_unit": line.unit,
        "rate": _decimal(line.rate),
        "amount": {"fen": line.fen, "unit": "yuan"},
    }
    return {**found, "reason": line.reason} if explain else found


def _link(record: Link) -> dict[str, Any]:
    return {"noun": record.noun, "id": record.id, "text": record.text}


def lacking_json(tried: Tried) -> dict[str, Any]:
    """Of a plan that was tried, whose targets and scores it lacked; None where nobody looked."""
    return {
        "without_target": _cells(tried.aimless),
        "without_score": _cells(tried.scoreless),
        "scheme_not_in_force": list(tried.schemeless),
    }


def _cells(cells: Sequence[Cell] | None) -> dict[str, Any] | None:
    if cells is None:
        return None
    places = sorted({(cell.outlet, cell.month) for cell in cells})
    return {
        "people": len({cell.person for cell in cells}),
        "person_months": len(cells),
        "places": [{"outlet": outlet, "month": month} for outlet, month in places],
    }


def _decimal(value: Fraction | None) -> str | None:
    return None if value is None else decimal_text(value)


def who_json(person: Who) -> dict[str, Any]:
    return {"number": person.number, "name": person.name}


def where_json(unit: Where) -> dict[str, Any]:
    return {"code": unit.code, "name": unit.name}
