"""Cycles as those who run them see them: where each stands, who is late, who takes part."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Count, F, Q, QuerySet

from cheji.engine.periods import DAY, Grain
from cheji.engine.scores.cycles import BY_VERB, FINAL, ORDER, barred, onward
from cheji.reads.asking import EVERYTHING, Asked, Page, paged
from cheji.reads.seen import Where, Who, where
from cheji.records.appraised import with_unaimed
from cheji.records.models import (
    Appeal,
    Appraisal,
    Cycle,
    CycleStep,
    DefinitionVersion,
    Person,
    StepTask,
)
from cheji.records.parties import cycle_duties, duties_open, parties_in, parties_of
from cheji.records.rights import ONES_OWN
from cheji.records.visibility import Viewer, of, one

OPEN = StepTask.Way.OPEN


@dataclass(frozen=True, slots=True)
class CycleSeen:
    """A cycle with what of it the viewer sees: people who take part, and tasks of its step."""

    id: int
    name: str
    unit: Where
    grain: Grain
    period: int
    since: date
    until: date
    state: str
    people: int
    tasks: int
    open: int
    due_on: date | None
    appeals: int
    version: int

    def late(self, on: date) -> bool:
        """Whether something of its step is open past its day."""
        return bool(self.open and self.due_on and self.due_on < on)


@dataclass(frozen=True, slots=True)
class StepSeen:
    """A step of a cycle: `state` is done, current, todo or left_out."""

    code: str
    state: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class OutletSeen:
    """How far an outlet is in the cycle's step."""

    outlet: Where
    people: int
    left_out: int
    tasks: int
    done: int
    skipped: int
    open: int
    no_manager: int
    no_target: int


@dataclass(frozen=True, slots=True)
class OwnerSeen:
    """Somebody with open tasks, himself or as a delegate."""

    person: Who
    open: int
    appraisals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """One appraisal of the cycle: who, where, when, under whom, and how far."""

    id: int
    person: Who
    role: str
    outlet: Where
    team: Where | None
    since: date
    until: date
    days: int
    absent: int
    scheme: tuple[str, str, str]
    manager: Who | None
    left_out: str
    open: tuple[tuple[int, str, Who], ...]
    done: int
    duties: frozenset[str]
    version: int


@dataclass(frozen=True, slots=True)
class CycleDetail:
    """A cycle in full; `schemes` are (role, code, zh, en), `duties` the verbs open to the viewer.

    `next` are the steps into which it may move, `barred` why publishing is not the viewer's,
    `appeal_last` the last day of appeals, `waiting` how many in his reach are not decided.
    """

    seen: CycleSeen
    steps: tuple[StepSeen, ...]
    next: tuple[str, ...]
    outlets: tuple[OutletSeen, ...]
    owners: tuple[OwnerSeen, ...]
    schemes: tuple[tuple[str, str, str, str], ...]
    settings: Mapping[str, Any]
    appeal_last: date | None
    waiting: int
    opened: tuple[str, datetime]
    moved: tuple[str, datetime]
    reminded_at: datetime | None
    duties: frozenset[str]
    barred: str


def cycles(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[CycleSeen]:
    """The cycles that the viewer has to do with, the newest period first."""
    rows = of(viewer).cycles().select_related("unit").order_by("-until", "-id")
    return paged(rows, asked, lambda found: _seen(viewer, found))


def oversees(viewer: Viewer) -> bool:
    """Whether cycles as a whole are his to see, and not just his own part in them."""
    return viewer.operator or any(
        viewer.only(role).sees("appraisals") for role in viewer.roles - {*ONES_OWN, "team_lead"}
    )


def _seen(viewer: Viewer, rows: Sequence[Cycle]) -> list[CycleSeen]:
    reach = of(viewer).appraisals_in_reach().filter(cycle__in=rows, left_out="")
    people = dict(reach.values_list("cycle").annotate(Count("person", distinct=True)))
    tasks = StepTask.objects.filter(appraisal__in=reach, step=F("appraisal__cycle__state"))
    counted = tasks.values("appraisal__cycle").annotate(
        given=Count("id"), open=Count("id", filter=Q(way=OPEN))
    )
    counts = {one_["appraisal__cycle"]: (one_["given"], one_["open"]) for one_ in counted}
    appeals = dict(_waiting(reach).values_list("appraisal__cycle").annotate(Count("id")))
    steps = CycleStep.objects.filter(cycle__in=rows, step=F("cycle__state"))
    due = dict(steps.values_list("cycle", "due_on"))
    return [
        CycleSeen(
            row.pk,
            row.name,
            where(row.unit),
            cast("Grain", row.grain),
            row.period,
            row.since,
            row.until,
            row.state,
            people.get(row.pk, 0),
            *counts.get(row.pk, (0, 0)),
            due.get(row.pk),
            appeals.get(row.pk, 0),
            row.version,
        )
        for row in rows
    ]


def _waiting(rows: "QuerySet[Appraisal]") -> "QuerySet[Appeal]":
    return Appeal.objects.filter(appraisal__in=rows, state__in=("open", "heard"))


def cycle(viewer: Viewer, number: int) -> CycleDetail:
    """One cycle with its progress by outlet and owner, as far as the viewer's reach goes.

    Raises:
        NotFound: it is not his to see.
    """
    row = one(of(viewer).cycles().select_related("unit"), "cycle", number, pk=number)
    reach = of(viewer).appraisals_in_reach().filter(cycle=row)
    parties = parties_of(viewer, row)
    reminded = row.steps.filter(step=row.state).first()
    return CycleDetail(
        _seen(viewer, [row])[0],
        _steps(row),
        onward(row.state, row.settings["left_out"]),
        _outlets(row, reach),
        _owners(row, reach),
        _schemes(row),
        row.settings,
        row.appeal_until - DAY if row.appeal_until else None,
        _waiting(reach).count() if row.state in FINAL else 0,
        (_named(row.opened_by), row.opened_at),
        (_named(row.moved_by), row.moved_at),
        reminded.reminded_at if reminded else None,
        cycle_duties(viewer, row, parties),
        barred(BY_VERB["publish"], row.state, parties),
    )


def _named(user: Any) -> str:
    return user.get_full_name() if user else ""


def _steps(row: Cycle) -> tuple[StepSeen, ...]:
    due = {step.step: step.due_on for step in row.steps.all()}
    now = ORDER.index(row.state)
    return tuple(
        StepSeen(
            code,
            "left_out"
            if code in row.settings["left_out"]
            else "done"
            if at < now
            else "current"
            if at == now
            else "todo",
            due.get(code),
        )
        for at, code in enumerate(ORDER)
    )


def _outlets(row: Cycle, reach: "QuerySet[Appraisal]") -> tuple[OutletSeen, ...]:
    taking = Q(left_out="")
    of_step = Q(tasks__step=row.state)
    counted = (
        reach.values("outlet")
        .annotate(
            people=Count("person", filter=taking, distinct=True),
            out=Count("id", filter=~taking, distinct=True),
            alone=Count("id", filter=taking & Q(manager=None), distinct=True),
            given=Count("tasks", filter=taking & of_step, distinct=True),
            done=Count("tasks", filter=taking & of_step & Q(tasks__way="done"), distinct=True),
            passed=Count("tasks", filter=taking & of_step & Q(tasks__way="skipped"), distinct=True),
        )
        .order_by("outlet__path")
    )
    aimless = with_unaimed(reach.filter(taking)).values_list("outlet")
    no_target = dict(aimless.annotate(Count("id")))
    places = {one.outlet_id: where(one.outlet) for one in reach.select_related("outlet")}
    return tuple(
        OutletSeen(
            places[one["outlet"]],
            one["people"],
            one["out"],
            one["given"],
            one["done"],
            one["passed"],
            one["given"] - one["done"] - one["passed"],
            one["alone"],
            no_target.get(one["outlet"], 0),
        )
        for one in counted
    )


def _owners(row: Cycle, reach: "QuerySet[Appraisal]") -> tuple[OwnerSeen, ...]:
    """Those with most open tasks first."""
    open_ = StepTask.objects.filter(
        appraisal__in=reach.filter(left_out=""), step=row.state, way=OPEN
    ).select_related("owner", "delegate")
    found: dict[int, list[int]] = {}
    names: dict[int, Who] = {}
    for task in open_.order_by("id"):
        person = task.delegate or task.owner
        names[person.pk] = _who(person)
        found.setdefault(person.pk, []).append(task.appraisal_id)
    order = sorted(found, key=lambda who: (-len(found[who]), names[who].number))
    return tuple(OwnerSeen(names[who], len(found[who]), tuple(found[who])) for who in order)


def _who(person: Person) -> Who:
    return Who(person.pk, person.number, person.name)


def _schemes(row: Cycle) -> tuple[tuple[str, str, str, str], ...]:
    """What each role is appraised by, by the versions that the appraisals hold."""
    versions = DefinitionVersion.objects.filter(
        pk__in=row.appraisals.values("scheme").distinct()
    ).order_by("outlet", "id")
    bodies = {one.code: one.body for one in versions}
    return tuple(
        (
            role,
            code,
            str(bodies.get(code, {}).get("zh", code)),
            str(bodies.get(code, {}).get("en", code)),
        )
        for role, code in row.schemes.items()
    )


def members(
    viewer: Viewer, number: int, asked: Asked = EVERYTHING, *, outlet: str = "", only: str = ""
) -> Page[MemberSeen]:
    """A cycle's appraisals in reach: all, `open`, `left_out`, `no_manager` or `no_target`."""
    row = one(of(viewer).cycles(), "cycle", number, pk=number)
    rows = of(viewer).appraisals_in_reach().filter(cycle=row)
    if outlet:
        rows = rows.filter(outlet__code=outlet)
    if only == "left_out":
        rows = rows.exclude(left_out="")
    elif only:
        rows = rows.filter(left_out="")
    if only == "no_manager":
        rows = rows.filter(manager=None)
    if only == "no_target":
        rows = with_unaimed(rows)
    if only == "open":
        waiting = StepTask.objects.filter(step=row.state, way=OPEN)
        rows = rows.filter(pk__in=waiting.values("appraisal"))
    return paged(_in_order(rows), asked, lambda found: _members(viewer, row, found))


def chosen_members(viewer: Viewer, number: int, ids: Collection[int]) -> list[MemberSeen]:
    """Those of a cycle's appraisals in the viewer's reach that were ticked."""
    row = one(of(viewer).cycles(), "cycle", number, pk=number)
    rows = of(viewer).appraisals_in_reach().filter(cycle=row, pk__in=ids)
    return _members(viewer, row, list(_in_order(rows)))


def managers_in(viewer: Viewer, number: int) -> list[Who]:
    """Who appraises others in a cycle, of those in the viewer's reach, by name."""
    rows = of(viewer).appraisals_in_reach().filter(cycle=number)
    people = Person.objects.filter(pk__in=rows.values("manager"))
    return [_who(person) for person in people.order_by("name", "number")]


def _in_order(rows: "QuerySet[Appraisal]") -> "QuerySet[Appraisal]":
    related = rows.select_related("person", "manager", "outlet", "team", "scheme", "cycle")
    return related.order_by("outlet__path", "person__number", "since", "id")


def _members(viewer: Viewer, row: Cycle, found: Sequence[Appraisal]) -> list[MemberSeen]:
    tasks = StepTask.objects.filter(appraisal__in=found, step=row.state)
    open_: dict[int, list[tuple[int, str, Who]]] = {}
    done: dict[int, int] = {}
    for task in tasks.select_related("owner", "delegate").order_by("id"):
        if task.way == OPEN:
            who = _who(task.delegate or task.owner)
            open_.setdefault(task.appraisal_id, []).append((task.pk, task.part, who))
        else:
            done[task.appraisal_id] = done.get(task.appraisal_id, 0) + 1
    parties = parties_in(viewer, row, found)
    return [
        MemberSeen(
            one.pk,
            _who(one.person),
            one.role,
            where(one.outlet),
            where(one.team) if one.team else None,
            one.since,
            one.until,
            one.days,
            one.absent,
            (one.scheme.code, str(one.scheme.body.get("zh")), str(one.scheme.body.get("en"))),
            _who(one.manager) if one.manager else None,
            one.left_out,
            tuple(open_.get(one.pk, ())),
            done.get(one.pk, 0),
            duties_open(viewer, row, parties[one.pk]),
            one.version,
        )
        for one in found
    ]
