"""Simulations that were asked for and kept: what may be chosen, the list, and one with its result.

A result holds no names: who looks sees those that he may know.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cheji.engine.definitions import PayPlan, as_json, body_of, digest, pay_plan_of
from cheji.engine.periods import series
from cheji.packs import load
from cheji.reads import versions
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.knobs import turned
from cheji.reads.pay.loading import Cell, Place
from cheji.reads.pay.simulating import Simulation, Tried
from cheji.reads.seen import Where, Who, where
from cheji.reads.versions import VersionSeen
from cheji.records.models import PaySimulation, Unit
from cheji.records.progress import Progress, heard, worker_lives
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer, of, one

PRESETS = ("presets", "published")
S = PaySimulation.State


class PlanHasFaults(Refused):
    """The pay plan {plan} cannot be tried: {why}."""

    zh = "提成方案 {plan} 不能试算：{why_zh}。"


class NobodyTried(Refused):
    """No person of yours has the staff number {numbers}. Correct it, or leave it out."""

    zh = "您范围内没有工号为 {numbers} 的人员。请更正或删除。"


@dataclass(frozen=True, slots=True)
class Choice:
    """A pay plan that may be tried: in force, published for later or before, a draft, a preset."""

    key: str
    code: str
    zh: str
    en: str
    state: str
    outlet: Where | None = None
    valid_from: date | None = None


def choices(viewer: Viewer) -> list[Choice]:
    """What is in force first, then drafts, then the newest of what else is published, presets."""
    seen = [one for one in _plans(viewer) if one.state != "declined"]
    found = [_choice(one, _state(one, seen, viewer.on)) for one in seen]
    order = {"in_force": 0, "draft": 1, "later": 2, "earlier": 3}
    found.sort(key=lambda one: order[one.state])
    return [*found, *_presets()]


def _plans(viewer: Viewer) -> tuple[VersionSeen, ...]:
    return versions.of_kind(viewer, "pay_plan")


def _state(version: VersionSeen, all_of_them: Sequence[VersionSeen], on: date) -> str:
    if version.state == "draft":
        return "draft"
    if version.valid_from > on:
        return "later"
    place = version.code, version.outlet
    newest = max(
        one.valid_from
        for one in all_of_them
        if (one.code, one.outlet) == place and one.state != "draft" and one.valid_from <= on
    )
    return "in_force" if version.valid_from == newest else "earlier"


def _choice(version: VersionSeen, state: str) -> Choice:
    key = f"version:{version.id}"
    return Choice(key, version.code, *version.name, state, version.outlet, version.valid_from)


def _presets() -> list[Choice]:
    return [
        Choice(f"preset:{plan.code}", plan.code, plan.zh, plan.en, "preset")
        for plan in _preset_plans().values()
    ]


def _preset_plans() -> dict[str, PayPlan]:
    """The plans of our packs of examples, without those that such a pack stands on."""
    found: dict[str, PayPlan] = {}
    for pack in map(load, PRESETS):
        own = {code for kind, code in pack.own if kind == "pay_plans"}
        found |= {plan.code: plan for plan in pack.definitions.pay_plans if plan.code in own}
    return found


@dataclass(frozen=True)
class PlanAsked:
    """A plan of a simulation as it is kept: where it came from, its body, what was changed in it.

    `before` is the body without the changes, `outlet` the id of the one whose own plan it is.
    """

    key: str
    body: Mapping[str, Any]
    before: Mapping[str, Any]
    changes: Mapping[str, str]
    outlet: int | None = None

    @property
    def version(self) -> int | None:
        """The id of the version that it is, unless something was changed in it."""
        noun, _, number = self.key.partition(":")
        return int(number) if noun == "version" and not self.changes else None

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def zh(self) -> str:
        return str(self.body["zh"])

    @property
    def en(self) -> str:
        return str(self.body["en"])

    def as_json(self) -> dict[str, Any]:
        """What is kept, with the digest of the body that is tried."""
        return {
            "key": self.key, "body": self.body, "before": self.before,
            "changes": dict(self.changes), "outlet": self.outlet, "digest": digest(self.body),
        }  # fmt: skip


def chosen(viewer: Viewer, key: str) -> PlanAsked:
    """The plan of a choice.

    Raises:
        NotFound: it is not the viewer's to see.
        PlanHasFaults: it is a draft that cannot be worked out.
    """
    noun, _, name = key.partition(":")
    outlet = None
    if noun == "preset" and name in _preset_plans():
        body = as_json(body_of(_preset_plans()[name]))
    elif noun == "version" and name.isdecimal():
        version = versions.version(viewer, int(name))
        if version.kind != "pay_plan":
            raise NotFound(noun="pay plan", key=key)
        body = dict(version.body)
        outlet = version.outlet.id if version.outlet else None
    else:
        raise NotFound(noun="pay plan", key=key)
    return changed(viewer, PlanAsked(key, body, body, {}, outlet), {})


def changed(viewer: Viewer, plan: PlanAsked, changes: Mapping[str, str]) -> PlanAsked:
    """The plan with other numbers in it; those that are as before are left out.

    Raises:
        PlanHasFaults: with them it is no pay plan.
    """
    body = turned(plan.before, changes)
    found = versions.faults_alone(
        "pay_plan", str(body.get("code")), body, on=viewer.on, outlet=plan.outlet
    )
    if found:
        first = found[0]
        raise PlanHasFaults(plan=body.get("code"), why=first.en, why_zh=first.zh)
    body = as_json(body_of(pay_plan_of(body))) if changes else body
    return PlanAsked(plan.key, body, plan.before, dict(changes), plan.outlet)


def outlets_tried(viewer: Viewer) -> tuple[Where, ...]:
    """The outlets of which the viewer may work pay out."""
    scope = of(viewer.doing("runs.make"))
    reach, rows = scope.reach("pay_runs"), scope.outlets().order_by("path")
    return tuple(where(row) for row in rows if reach.everything or row.pk in reach.outlets)


def known_people(viewer: Viewer, numbers: Sequence[str]) -> tuple[str, ...]:
    """The staff numbers, when all of them are of people within the viewer's reach.

    Raises:
        NobodyTried: some are not.
    """
    rows = of(viewer).people().filter(number__in=numbers) if numbers else ()
    known = {row.number for row in rows}
    if missing := [number for number in numbers if number not in known]:
        raise NobodyTried(field="people", numbers=", ".join(missing))
    return tuple(numbers)


# -- kept --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SimulationRow:
    """A simulation in the list; `mine` when the viewer asked for it. It is kept once it has a name.

    `version` is that of the row.
    """

    id: int
    name: str
    state: str
    by: str
    made_at: datetime
    outlets: tuple[Where, ...]
    first: int
    last: int
    plans: tuple[PlanAsked, ...]
    mine: bool
    version: int


@dataclass(frozen=True, slots=True)
class SimulationSeen:
    """One simulation; `found` once it is worked out.

    Attributes:
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
    """The viewer's own and those kept by others of outlets whose pay he sees, the newest first."""
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
    return SimulationSeen(
        seen,
        tuple(row.asked.get("people", ())),
        (ceiling[0], ceiling[1]),
        row.mark,
        _result(viewer, row, seen) if row.result is not None else None,
        row.fault or {},
        heard("simulation").get(row.pk),
        stuck=row.state == S.WAITING and not worker_lives(),
    )


def _rows(viewer: Viewer, rows: Iterable[PaySimulation]) -> list[SimulationRow]:
    kept = list(rows)
    wanted = {outlet for row in kept for outlet in row.outlets}
    outlets = {unit.pk: where(unit) for unit in Unit.objects.filter(pk__in=wanted)}
    return [
        SimulationRow(
            row.pk,
            row.name,
            row.state,
            row.made_by.get_full_name() if row.made_by else "",
            row.made_at,
            tuple(outlets[outlet] for outlet in row.outlets),
            row.first,
            row.last,
            tuple(_asked(plan) for plan in row.asked["plans"]),
            row.made_by_id is not None and row.made_by_id == viewer.user,
            row.version,
        )
        for row in kept
    ]


def _asked(kept: Mapping[str, Any]) -> PlanAsked:
    outlet = kept.get("outlet")
    return PlanAsked(kept["key"], kept["body"], kept["before"], kept["changes"], outlet)


def as_result(found: Simulation) -> dict[str, Any]:
    """A simulation as it is kept: whole fen, people by id, outlets by code; cells once for all."""
    cells = list(dict.fromkeys(cell for tried in found.tried for cell in tried.by_cell))
    return {
        "gross": _places(found.gross),
        "cells": cells,
        "plans": [
            {
                "cost": tried.cost,
                "held": tried.held,
                "places": _places(tried.places),
                "people": [[who, fen, tried.counts[who]] for who, fen in tried.people.items()],
                "curve": tried.curve,
                "nexts": tried.nexts,
                "fens": [tried.by_cell.get(cell) for cell in cells],
            }
            for tried in found.tried
        ],
    }


def _places(fens: Mapping[Place, int]) -> list[list[Any]]:
    return [[outlet, month, fen] for (outlet, month), fen in fens.items()]


def _result(viewer: Viewer, row: PaySimulation, seen: SimulationRow) -> Simulation:
    kept = row.result or {}
    plans = kept["plans"]
    cells = [Cell(*cell) for cell in kept.get("cells", ())]
    tried = tuple(_tried(*both, cells) for both in zip(seen.plans, plans, strict=True))
    people = dict.fromkeys(who for plan in plans for who, _, _ in plan["people"])
    known = Ground(viewer).names(people)
    names = {who: Who(who, *known.get(who, (f"#{who}", ""))) for who in people}
    outlets = {outlet.code: outlet.name for outlet in seen.outlets}
    return Simulation(tried, names, outlets, row.mark or 0, _by_place(kept["gross"]))


def _tried(asked: PlanAsked, kept: Mapping[str, Any], cells: Sequence[Cell]) -> Tried:
    fens = zip(cells, kept.get("fens", ()), strict=False)
    return Tried(
        pay_plan_of(asked.body),
        kept["cost"],
        kept["held"],
        _by_place(kept["places"]),
        {who: fen for who, fen, _ in kept["people"]},
        {who: count for who, _, count in kept["people"]},
        tuple((percent, fen) for percent, fen in kept["curve"]),
        tuple((sold, months, fen) for sold, months, fen in kept["nexts"]),
        {cell: fen for cell, fen in fens if fen is not None},
    )


def _by_place(rows: Iterable[Sequence[Any]]) -> dict[Place, int]:
    return {(outlet, month): fen for outlet, month, fen in rows}
