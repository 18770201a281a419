"""Simulations that were asked for and kept: the list, and one with its result.

A result holds no names: who looks sees those that he may know. Of a shared one everybody sees his
part: the outlets whose pay he sees, and nothing that adds others up.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cheji.engine.definitions import pay_plan_of
from cheji.engine.periods import series
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.choosing import PlanAsked
from cheji.reads.pay.loading import Cell, Place
from cheji.reads.pay.simulating import Simulation, Tried
from cheji.reads.seen import Where, Who, where
from cheji.records.models import PaySimulation, Unit
from cheji.records.progress import Progress, heard, worker_lives
from cheji.records.visibility import Reach, Viewer, of, one

S = PaySimulation.State


@dataclass(frozen=True, slots=True)
class SimulationRow:
    """A simulation in the list; `mine` when the viewer asked for it. It is kept once it has a name.

    `outlets` are those whose pay the viewer sees, of `all_outlets`; `version` is that of the row.
    """

    id: int
    name: str
    state: str
    by: str
    made_at: datetime
    outlets: tuple[Where, ...]
    all_outlets: int
    first: int
    last: int
    plans: tuple[PlanAsked, ...]
    mine: bool
    version: int

    @property
    def whole(self) -> bool:
        return len(self.outlets) == self.all_outlets


@dataclass(frozen=True, slots=True)
class SimulationSeen:
    """One simulation; `found` once it is worked out.

    Attributes:
        people: staff numbers of those alone who are tried; empty for everybody.
        ceiling: `month` and fen, or `share` and 1/10,000 of gross; empty without one.
        stuck: it waits and no worker lives.
    """

    row: SimulationRow
    people: tuple[str, ...]
    ceiling: tuple[str, int]
    mark: int | None
    found: Simulation | None
    fault: Mapping[str, str]
    progress: Progress | None
    stuck: bool

    @property
    def months(self) -> list[int]:
        return [month.key for month in series("month", self.row.first, self.row.last)]


def simulations(viewer: Viewer) -> list[SimulationRow]:
    """The viewer's own and those kept by others of an outlet whose pay he sees, newest first."""
    rows = of(viewer).pay_simulations().select_related("made_by__person").defer("result")
    return _rows(viewer, rows.order_by("-id")[:200])


def simulation_kept(viewer: Viewer, number: int) -> SimulationSeen:
    """One simulation.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    rows = of(viewer).pay_simulations().select_related("made_by__person")
    row = one(rows, "simulation", number, pk=number)
    [seen] = _rows(viewer, [row])
    ceiling = row.asked.get("ceiling") or ["", 0]
    found = _result(viewer, row, seen) if row.result is not None else None
    return SimulationSeen(
        seen,
        _people(row, seen, found),
        (ceiling[0], ceiling[1]),
        row.mark,
        found,
        row.fault or {},
        heard("simulation").get(row.pk),
        stuck=row.state == S.WAITING and not worker_lives(),
    )


def _people(row: PaySimulation, seen: SimulationRow, found: Simulation | None) -> tuple[str, ...]:
    """Staff numbers as they were asked for; of a part those who are in it."""
    asked = tuple(row.asked.get("people", ()))
    if seen.whole or not asked:
        return asked
    return tuple(who.number for who in found.names.values()) if found else ()


def _rows(viewer: Viewer, rows: Iterable[PaySimulation]) -> list[SimulationRow]:
    kept, reach = list(rows), of(viewer).reach("pay_runs")
    wanted = {outlet for row in kept for outlet in row.outlets if reach.over(outlet)}
    outlets = {unit.pk: where(unit) for unit in Unit.objects.filter(pk__in=wanted)}
    return [
        SimulationRow(
            row.pk,
            row.name,
            row.state,
            row.made_by.get_full_name() if row.made_by else "",
            row.made_at,
            tuple(outlets[outlet] for outlet in row.outlets if outlet in outlets),
            len(row.outlets),
            row.first,
            row.last,
            tuple(_asked(plan, reach) for plan in row.asked["plans"]),
            row.made_by_id is not None and row.made_by_id == viewer.user,
            row.version,
        )
        for row in kept
    ]


def _asked(kept: Mapping[str, Any], reach: Reach) -> PlanAsked:
    outlet = kept.get("outlet")
    return PlanAsked(
        kept["key"],
        kept["body"],
        kept["before"],
        kept["changes"],
        outlet,
        kept.get("valid_from", ""),
        foreign=not reach.over(outlet),
    )


# -- the result as it is kept -------------------------------------------------------------------


def as_result(found: Simulation) -> dict[str, Any]:
    """A simulation as it is kept: whole fen, people by id, outlets by code; cells once for all."""
    cells = list(dict.fromkeys(cell for tried in found.tried for cell in tried.by_cell))
    at = {cell: place for place, cell in enumerate(cells)}
    return {
        "gross": [[outlet, month, fen] for (outlet, month), fen in found.gross.items()],
        "cells": cells,
        "plans": [
            {
                "fens": [tried.by_cell.get(cell) for cell in cells],
                "held": tried.held_at,
                "curves": tried.curves,
                "worths": tried.worths,
                "aimless": [at[cell] for cell in tried.aimless or ()],
                "scoreless": [at[cell] for cell in tried.scoreless or ()],
                "schemeless": list(tried.schemeless),
            }
            for tried in found.tried
        ],
    }


def _result(viewer: Viewer, row: PaySimulation, seen: SimulationRow) -> Simulation:
    """What came of it at the outlets that the viewer sees, as if no other had been tried."""
    kept = row.result or {}
    outlets = {outlet.code: outlet.name for outlet in seen.outlets}
    cells = [Cell(*cell) for cell in kept["cells"]]
    tried = tuple(
        _tried(asked, plan, cells, outlets)
        for asked, plan in zip(seen.plans, kept["plans"], strict=True)
    )
    people = dict.fromkeys(who for plan in tried for who in plan.people)
    known = Ground(viewer).names(people)
    names = {who: Who(who, *known.get(who, (f"#{who}", ""))) for who in people}
    gross: dict[Place, int] = {
        (outlet, month): fen for outlet, month, fen in kept["gross"] if outlet in outlets
    }
    return Simulation(tried, names, outlets, row.mark or 0, gross)


def _tried(
    asked: PlanAsked, kept: Mapping[str, Any], cells: Sequence[Cell], outlets: Container[str]
) -> Tried:
    def here(by_outlet: Mapping[str, Any]) -> dict[str, Any]:
        return {code: own for code, own in by_outlet.items() if code in outlets}

    def named(key: str) -> tuple[Cell, ...] | None:
        places = kept.get(key)
        if places is None:
            return None
        return tuple(cells[at] for at in places if cells[at].outlet in outlets)

    fens = zip(cells, kept["fens"], strict=True)
    return Tried(
        pay_plan_of(asked.body),
        {cell: fen for cell, fen in fens if fen is not None and cell.outlet in outlets},
        here(kept["held"]),
        here(kept["curves"]),
        here(kept["worths"]),
        named("aimless"),
        named("scoreless"),
        tuple(kept.get("schemeless", ())),
    )
