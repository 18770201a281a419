"""A table becomes typed rows: column by column, then row by row, then group by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cheji.files.cells import Cell
from cheji.files.groups import grouped
from cheji.files.kinds import Column, Kind
from cheji.files.layout import Table, leave_out
from cheji.files.maps import Mapping, Source
from cheji.files.problems import Problem, letters, problem, refuse
from cheji.files.rows import Place, Row, row_problems
from cheji.files.sources import CellOf, cell_of, skipped
from cheji.files.values import Fault, Spelling, convert_all
from cheji.files.values.faults import DateOrder
from cheji.files.values.orders import settle

_DATES = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class Plan:
    """How one of our columns is filled from a table."""

    column: Column
    source: Source
    places: tuple[int, ...]
    spelling: Spelling

    @property
    def letters(self) -> str:
        return letters(self.places[0]) if self.places else ""


def typed_rows(
    table: Table, kind: Kind, mapping: Mapping, *, partial: bool = False
) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a table and the problems of whole columns.

    Args:
        table: header and data rows; rows that are no data are taken out of it.
        kind: what the rows are.
        mapping: where each column comes from.
        partial: see `row_problems`.
    """
    _skip_rows(table, mapping)
    plans = [_plan(table, kind.column(code), source) for code, source in mapping.columns]
    leave_out(table, _key_places(plans, mapping))
    found: list[Problem] = []
    plans = [_with_order(plan, table, mapping, found) for plan in plans]
    faults = dict(table.faults)
    columns = [_typed_column(plan, table, faults) for plan in plans]
    rows = _rows(table, plans, columns, faults)
    if mapping.group_by:
        rows = grouped(rows, table, mapping, kind)
    return _checked(rows, kind, plans, partial=partial), found


def _plan(table: Table, column: Column, source: Source) -> Plan:
    places = []
    for header in source.headers:
        place = table.place_of(header)
        if place < 0:
            raise refuse("source_missing", header=header, file=table.file)
        places.append(place)
    spelling = Spelling(
        date1904=table.date1904,
        decimal_comma=source.decimal_comma,
        scale=source.multiply,
        round=source.round,
    )
    return Plan(column, source, tuple(places), spelling)


def _key_places(plans: list[Plan], mapping: Mapping) -> list[int]:
    """Return the places of source columns that every data row has."""
    if any(plan.source.fill_down for plan in plans) or mapping.group_by:
        plans = [plan for plan in plans if not plan.source.fill_down]
    return [
        plan.places[0]
        for plan in plans
        if plan.column.required and plan.places and plan.source.default is None
    ]


def _skip_rows(table: Table, mapping: Mapping) -> None:
    before = len(table.rows)
    for skip in mapping.skip:
        place = table.place_of(skip.column)
        if place < 0:
            raise refuse("source_missing", header=skip.column, file=table.file)
        judged: dict[Cell, bool] = {}
        for _, cells in table.rows:
            if cells[place] not in judged:
                judged[cells[place]] = skipped(skip, cells[place])
        table.rows = [row for row in table.rows if not judged[row[1][place]]]
    if len(table.rows) < before:
        count = before - len(table.rows)
        table.notes.append(problem("skipped_by_map", sheet=table.sheet, count=count))


def _with_order(plan: Plan, table: Table, mapping: Mapping, found: list[Problem]) -> Plan:
    """Settle the date order of a column: by the map, or by all its values; else ask."""
    if plan.column.type not in _DATES or not plan.places:
        return plan
    order: DateOrder = plan.source.date_order or mapping.date_order
    if not order and len(plan.places) == 1:
        settled = settle(cells[plan.places[0]] for _, cells in table.rows)
        order = settled.order
        if settled.code:
            header = table.headers[plan.places[0]]
            words = {"header": header, "sample": settled.sample, "other": settled.other}
            where = {"sheet": table.sheet, "cell": plan.letters, "column": plan.column.code}
            found.append(problem(settled.code, **where, **words))
    spelling = Spelling(order, plan.spelling.date1904)
    return Plan(plan.column, plan.source, plan.places, spelling)


def _typed_column(plan: Plan, table: Table, faults: dict[int, list[Problem]]) -> list[Any]:
    """Return the values of one column; what cannot be read is None and noted in `faults`."""
    values, any_fault = convert_all(_made(plan, table), plan.column, _outer(plan))
    for place, value in enumerate(values) if any_fault else ():
        if isinstance(value, Fault):
            _note(value, plan, table, table.rows[place][0], faults)
            values[place] = None
    return values


def _made(plan: Plan, table: Table) -> list[Any]:
    """Return what the map makes of each row for one column, a Fault where it does not fit."""
    if plan.source.direct:
        place = plan.places[0]
        return [cells[place] for _, cells in table.rows]
    make = cell_of(plan.source, plan.places, plan.spelling)
    return [_attempt(make, cells) for _, cells in table.rows]


def _attempt(make: CellOf, cells: list[Cell]) -> Cell | Fault:
    try:
        return make(cells)
    except Fault as fault:
        return fault


def _outer(plan: Plan) -> Spelling:
    """Return the spelling for the converter: what arithmetic has scaled is not scaled again."""
    if plan.source.make not in ("product", "difference", "total"):
        return plan.spelling
    return Spelling(round=plan.spelling.round)


def _note(
    fault: Fault, plan: Plan, table: Table, number: int, faults: dict[int, list[Problem]]
) -> None:
    cell = f"{plan.letters}{number}"
    where = {"sheet": table.sheet, "cell": cell, "column": plan.column.code}
    faults.setdefault(number, []).append(problem(fault.code, **where, **fault.params))


def _rows(
    table: Table, plans: list[Plan], columns: list[list[Any]], faults: dict[int, list[Problem]]
) -> list[Row]:
    codes = [plan.column.code for plan in plans]
    rows = []
    by_row = zip(*columns, strict=True)
    for (number, cells), values in zip(table.rows, by_row, strict=True):
        place = Place(table.file, table.sheet, number)
        troubles = faults.get(number)
        typed = dict(zip(codes, values, strict=True))
        if troubles:
            rows.append(Row(place, typed, tuple(troubles), tuple(cells)))
        else:
            rows.append(Row(place, typed))
    return rows


def _checked(rows: list[Row], kind: Kind, plans: list[Plan], *, partial: bool) -> list[Row]:
    letters_of = {plan.column.code: plan.letters for plan in plans}
    checked = []
    for row in rows:
        place = row.place
        found = row_problems(kind, row.values, place=place, letters_of=letters_of, partial=partial)
        told = {one.column for one in row.problems}
        new = [one for one in found if one.code != "required" or one.column not in told]
        both = (*row.problems, *new)
        checked.append(Row(place, row.values, both, row.cells) if new else row)
    return checked
