"""One run of pay as finance looks through it: who is paid what, what changed, what came late."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q

from cheji.engine.definitions import PayPlan, body_of
from cheji.engine.findings import Finding
from cheji.engine.pay import blocking, lint
from cheji.engine.periods import from_key
from cheji.reads.definitions import Catalogue, catalogue
from cheji.reads.pay.months import Block, blocks_of
from cheji.reads.pay.opened import Opened, opened_sources
from cheji.reads.pay.showing import names_of
from cheji.reads.runs import RunSeen, seen_by_id
from cheji.reads.seen import Link, Where, Who, where
from cheji.records.models import DefinitionVersion, PayInput, PayLine, Person, Run, RunStep
from cheji.records.refusals import NotFound
from cheji.records.visibility import Scope, Viewer, of


@dataclass(frozen=True, slots=True)
class PersonPaid:
    """What a run pays one person, fen; `calculated` by the calculation that it replaced.

    `last` is what he got the month before; each is None where there was nothing. `signed` is when
    he signed the statement, with his `note`.
    """

    person: Who
    payable: int | None
    calculated: int | None
    last: int | None
    signed: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LateLine:
    """A line that puts an earlier run right; `origin` is that run's id and month.

    `deal` is None where a line is for none, or for one that the viewer may not open; `model` is
    that of its car.
    """

    person: Who
    component: str
    zh: str
    en: str
    entry: str
    fen: int
    origin: int
    month: int
    deal: Link | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class OtherRun:
    """Another run of the same outlet and plan, to compare with."""

    id: int
    month: int
    state: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run with its people, what changed, and the runs that it can be compared with.

    `replaced` is the total of the calculation before this one, `last` that of the month before,
    `names` are those of the plan's components.
    """

    run: RunSeen
    outlet: Where
    zh: str
    en: str
    blocks: tuple[Block, ...]
    people: tuple[PersonPaid, ...]
    replaced: int | None
    last: int | None
    late: tuple[LateLine, ...]
    others: tuple[OtherRun, ...]
    names: Mapping[str, tuple[str, str]]


class Faulty(NamedTuple):
    """Findings of a plan's body, and the definitions that say what its parts are called."""

    catalogue: Catalogue
    body: Mapping[str, Any]
    findings: Sequence[Finding]


class PlanVersion(NamedTuple):
    """A version of a pay plan and from when it is in force."""

    id: int
    since: date


def plan_versions(before: RunSeen, after: RunSeen) -> tuple[PlanVersion, PlanVersion] | None:
    """The versions of one pay plan by which two runs were worked out; None where it is the same."""
    if before.digest == after.digest or before.definition != after.definition:
        return None
    found = _version(before), _version(after)
    return (found[0], found[1]) if found[0] and found[1] else None


def _version(run: RunSeen) -> PlanVersion | None:
    """The version that was in force: the same may be in force again later, or elsewhere."""
    rows = DefinitionVersion.objects.filter(
        Q(outlet=None) | Q(outlet=run.outlet), valid_from__lt=from_key("month", run.month).until,
        kind="pay_plan", state=DefinitionVersion.State.PUBLISHED,
        code=run.definition, digest=run.digest,
    )  # fmt: skip
    found = [
        (own is not None, since, pk)
        for pk, since, own in rows.values_list("id", "valid_from", "outlet")
    ]
    if not found:
        return None
    _own, since, pk = max(found)
    return PlanVersion(pk, since)


def run_page(viewer: Viewer, number: int) -> RunPage:
    """A pay run that the viewer sees whole.

    Raises:
        NotFound: it is not his to see.
    """
    run = seen_by_id(viewer, [number]).get(number)
    if run is None:
        raise NotFound(noun="run", key=number)
    scope = of(viewer)
    unit = scope.outlets().get(pk=run.outlet)
    names = _names(run)
    zh, en = names.get("", (run.definition, run.definition))
    others = _others(scope, run)
    replaced = _replaced(run.id)
    last = _last(others, run.month)
    return RunPage(
        run,
        where(unit),
        zh,
        en,
        blocks_of(viewer, [run]).get(run.id, ()),
        _people(scope, run.id, replaced, last),
        sum(replaced.values()) if replaced is not None else None,
        last.total if last else None,
        tuple(_late(scope, run, names)),
        tuple(OtherRun(one.pk, one.period, one.state) for one in others),
        names,
    )


def refused(run: RunSeen) -> Faulty | None:
    """What the check would refuse by now in the plan of a run that may still change.

    A plan that was published before the check grew, or before what it rests on changed, stays in
    force and is paid as it stands.
    """
    found, plan = _in_force(run)
    if plan is None or run.state in Run.FIXED:
        return None
    findings = blocking(lint(plan, found.all))
    return Faulty(found, body_of(plan), findings) if findings else None


def _in_force(run: RunSeen) -> tuple[Catalogue, PayPlan | None]:
    """The definitions of a run's month, and its plan among them."""
    found = catalogue(from_key("month", run.month).start, run.outlet)
    plans = [one for one in found.all.pay_plans if one.code == run.definition]
    return found, next(iter(plans), None)


def _names(run: RunSeen) -> dict[str, tuple[str, str]]:
    """The plan's name under the empty code, and those of its components."""
    _found, plan = _in_force(run)
    return {"": (plan.zh, plan.en), **names_of(plan)} if plan else {}


def _others(scope: Scope, run: RunSeen) -> list[Run]:
    rows = scope.runs("pay").filter(outlet=run.outlet, grain="month", definition=run.definition)
    return list(rows.exclude(pk=run.id).order_by("-period")[:24])


def _last(others: Iterable[Run], month: int) -> Run | None:
    """The run of the month before."""
    before = month - 1 if month % 100 > 1 else month - 89
    return next((run for run in others if run.period == before), None)


def _replaced(run: int) -> dict[int, int] | None:
    """What the calculation before the present one paid, by person."""
    rows = RunStep.objects.filter(run=run, amounts__isnull=False).order_by("-id")
    found = list(rows.values_list("amounts", flat=True)[:2])
    amounts = found[1] if len(found) > 1 else None
    return None if amounts is None else {int(who): fen for who, fen in amounts.items()}


def _people(
    scope: Scope, run: int, replaced: Mapping[int, int] | None, last: Run | None
) -> tuple[PersonPaid, ...]:
    now = dict(PayInput.objects.filter(run=run).values_list("person", "payable"))
    then = PayInput.objects.filter(run=last).values_list("person", "payable") if last else ()
    before = dict(then)
    said = scope.acknowledgements().filter(run=run).values_list("person", "at", "note")
    signed = {who: (at, note) for who, at, note in said}
    rows = Person.objects.filter(id__in={*now, *(replaced or {})}).order_by("number")
    return tuple(
        PersonPaid(
            Who(pk, number, name),
            now.get(pk),
            (replaced or {}).get(pk),
            before.get(pk),
            *signed.get(pk, (None, "")),
        )
        for pk, number, name in rows.values_list("id", "number", "name")
    )


def _late(scope: Scope, run: RunSeen, names: Mapping[str, tuple[str, str]]) -> Iterable[LateLine]:
    lines = list(PayLine.objects.filter(run=run.id, origin_run__isnull=False).order_by("id"))
    months = dict(
        Run.objects.filter(id__in={line.origin_run for line in lines}).values_list("id", "period")
    )
    people = Person.objects.in_bulk({line.person_id for line in lines})
    opened = opened_sources(scope, {(line.source_kind, line.source) for line in lines})
    for line in lines:
        if line.origin_run in months and line.fen:
            person = people[line.person_id]
            zh, en = names.get(line.component, (line.component, line.component))
            yield LateLine(
                Who(person.pk, person.number, person.name), line.component, zh, en, line.entry,
                line.fen, line.origin_run, months[line.origin_run], *_deal(line, opened),
            )  # fmt: skip


def _deal(line: PayLine, opened: Opened) -> tuple[Link | None, str]:
    """The deal of a line and the model of its car, where the viewer may open it."""
    key = (line.source_kind, line.source or 0)
    if key not in opened:
        return None, ""
    deal = opened[key]
    return Link(*key, deal.text, deal.car), deal.model
