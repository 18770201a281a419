"""Simulations of pay: what may be tried, asking for one, the list, a result and its people.

Nothing of it is part of a run; asked for and shown as on screens, by their rights and scope.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router

from cheji.actions import pay as actions
from cheji.actions.pay.simulating import RIGHT
from cheji.api import lists, shapes
from cheji.api.callers import caller, now, once
from cheji.api.shapes import plain
from cheji.files.sheets import lacking_json
from cheji.reads import pay as reads
from cheji.reads.pay import SimulationRow, SimulationSeen, Tried, choosing, knobs
from cheji.reads.pay.choosing import PlanAsked
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer

router = Router()
READ, WRITE = "simulations:read", "simulations:write"


@router.get("/simulations", response=dict[str, Any])
def simulation_list(request: HttpRequest) -> Any:
    """The caller's own and those kept by others of an outlet whose pay he sees, the newest 200."""
    rows = reads.simulations(caller(request).may(READ))
    return {"items": [_row(row) for row in rows]}


@router.get("/simulations/plans", response=dict[str, Any])
def plans(request: HttpRequest) -> Any:
    """The pay plans that may be tried, by the `key` under which one is asked for."""
    viewer = caller(request).may(WRITE)
    viewer.must(RIGHT)
    return {"items": [plain(asdict(one)) for one in choosing.choices(viewer)]}


@router.post("/simulations", response=shapes.Done)
def simulate(request: HttpRequest, payload: shapes.NewSimulation) -> Any:
    """Ask for one; the first plan is what the others are held against. A worker works it out."""
    viewer = caller(request).may(WRITE)
    question = _question(viewer, payload)
    return once(request, lambda: actions.simulate_soon(by=viewer, at=now(), question=question))


@router.get("/simulations/{id}", response=dict[str, Any])
def simulation(request: HttpRequest, id: shapes.Id) -> Any:  # noqa: A002  the address's own word
    """One, in fen; its plans have figures once `state` is `done`.

    Where `all_outlets` is more than `outlets` are named, everything is of these alone.
    """
    seen = reads.simulation_kept(caller(request).may(READ), id)
    told = seen.found.tried if seen.found else ()
    return {
        **_row(seen.row),
        "people": seen.people,
        "ceiling": {"kind": seen.ceiling[0], "value": seen.ceiling[1]} if seen.ceiling[0] else None,
        "mark": seen.mark,
        "fault": dict(seen.fault) or None,
        "progress": asdict(seen.progress) if seen.progress else None,
        "results": [_result(one) for one in told],
    }


@router.post("/simulations/{id}/again", response=shapes.Done)
def simulate_again(request: HttpRequest, id: shapes.Id) -> Any:  # noqa: A002
    """Try one that failed once more; one that did not stays as it is."""
    viewer = caller(request).may(WRITE)
    return once(request, lambda: actions.simulate_again(by=viewer, at=now(), simulation=id))


@router.get("/simulations/{id}/people", response=dict[str, Any])
def people(request: HttpRequest, id: shapes.Id) -> Any:  # noqa: A002
    """What each person has over all months, in fen, under each plan in its order."""
    found = _found(reads.simulation_kept(caller(request).may(READ), id))
    lists.counted(request, len(found.names))
    items = [
        {
            "number": who.number,
            "name": who.name,
            "months": max(one.counts.get(key, 0) for one in found.tried),
            "fen": [one.people.get(key) for one in found.tried],
        }
        for key, who in found.names.items()
    ]
    return {"items": sorted(items, key=lambda item: item["number"])}


def _found(seen: SimulationSeen) -> reads.Simulation:
    if seen.found is None:
        raise NotFound(noun="simulation", key=seen.row.id)
    return seen.found


def _row(row: SimulationRow) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "state": row.state, "by": row.by, "mine": row.mine,
        "made_at": row.made_at.isoformat(), "first": row.first, "last": row.last,
        "outlets": [one.code for one in row.outlets], "all_outlets": row.all_outlets,
        "plans": [_plan(one) for one in row.plans],
    }  # fmt: skip


def _plan(plan: PlanAsked) -> dict[str, Any]:
    return {
        "key": plan.key, "code": plan.code, "zh": plan.zh, "en": plan.en,
        "valid_from": plan.valid_from or None,
        "changes": {} if plan.foreign else dict(plan.changes),
    }  # fmt: skip


def _result(tried: Tried) -> dict[str, Any]:
    """What one plan costs: whole, by month, by outlet, at other volumes, and the next car.

    And of whom it lacked targets and scores that it goes by.
    """
    return {
        "cost": tried.cost,
        "held": tried.held,
        "months": {str(month): fen for month, fen in tried.months.items()},
        "outlets": tried.outlets,
        "curve": [{"percent": percent, "fen": fen} for percent, fen in tried.curve],
        "next": [{"sold": sold, "months": n, "fen": fen} for sold, n, fen in tried.nexts],
        **lacking_json(tried),
    }


def _question(viewer: Viewer, given: shapes.NewSimulation) -> actions.Question:
    places = {one.code: one.id for one in choosing.outlets_tried(viewer)}
    for code in given.outlets:
        if code not in places:
            raise NotFound(noun="outlet", key=code)
    tried = [choosing.chosen(viewer, one.key) for one in given.plans]
    turned = [
        _turned(viewer, plan, one.changes) for plan, one in zip(tried, given.plans, strict=True)
    ]
    ceiling = (given.ceiling.kind, given.ceiling.value) if given.ceiling else ("", 0)
    return actions.Question(
        [places[code] for code in given.outlets] or list(places.values()),
        given.first,
        given.last,
        [plan.as_json() for plan in turned],
        choosing.known_people(viewer, given.people),
        ceiling,
    )


def _turned(viewer: Viewer, plan: PlanAsked, changes: Mapping[str, str]) -> PlanAsked:
    """The plan with other numbers; each has to stand at its place."""
    places = {knob.place for knob in knobs.knobs(plan.body)}
    for place in changes:
        if place not in places:
            raise BadValue(field="changes", value=place, why=" / ".join(sorted(places)[:3]) + " …")
    return choosing.changed(viewer, plan, changes)
