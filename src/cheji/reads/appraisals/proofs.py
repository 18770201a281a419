"""What proves a cycle's results: its kept runs, and the headings of their items."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Count, QuerySet

from cheji.engine.definitions import scheme_of
from cheji.engine.periods import Grain
from cheji.reads.appraisals.items import heading_of
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.seen import Where, where
from cheji.records.models import Cycle, DefinitionVersion, Run, RunInput
from cheji.records.refusals import NotFound
from cheji.records.standing import definition_of
from cheji.records.visibility import Viewer, of, one


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A published run of an outlet; `people` have a result in it, `mark` is its highest fact."""

    id: int
    cycle: int
    cycle_name: str
    outlet: Where
    grain: Grain
    period: int
    people: int
    mark: int
    by: str
    at: datetime | None


def published_runs(viewer: Viewer, cycle: int) -> tuple[str, tuple[RunSeen, ...]]:
    """A cycle's name, and its runs in the viewer's reach, outlet by outlet.

    Raises:
        NotFound: the cycle is not his to see.
    """
    row = one(of(viewer).cycles(), "cycle", cycle, pk=cycle)
    rows = _published(viewer).filter(definition=definition_of(row.pk))
    return row.name, tuple(_seen(rows.order_by("outlet__path", "id")))


def published_run(viewer: Viewer, run: int) -> RunSeen:
    """One published run.

    Raises:
        NotFound: there is none of this number that he sees.
    """
    found = list(_seen(_published(viewer).filter(pk=run)))
    if not found:
        raise NotFound(noun="run", key=run)
    return found[0]


def before_it(viewer: Viewer, run: RunSeen) -> tuple[RunSeen, ...]:
    """The published runs of the same outlet before a run, the newest first."""
    rows = _published(viewer).filter(outlet=run.outlet.id, pk__lt=run.id)
    return tuple(_seen(rows.order_by("-id")[:24]))


def headings(viewer: Viewer, runs: Iterable[RunSeen]) -> dict[str, KpiSeen]:
    """The headings of the items of published runs, by their codes."""
    ground, found = Ground(viewer), {}
    for run in runs:
        ruling = ground.ruling(run.grain, run.period, run.outlet.id).ruling
        inputs = RunInput.objects.filter(run=run.id)
        schemes = set(inputs.values_list("appraisal__scheme", flat=True))
        for version in DefinitionVersion.objects.filter(pk__in=schemes):
            for item in scheme_of(version.body).items:
                found[item.key] = heading_of(ruling, item)
    return found


def item_names(viewer: Viewer, *runs: int) -> dict[str, KpiSeen]:
    """The headings of the items of those of the runs that are published; others have none."""
    return headings(viewer, _seen(_published(viewer).filter(pk__in=runs)))


def _published(viewer: Viewer) -> "QuerySet[Run]":
    rows = of(viewer).runs("score").filter(definition__startswith=definition_of(0)[:-1])
    return rows.select_related("outlet", "closed_by__person")


def _seen(rows: "QuerySet[Run]") -> Iterable[RunSeen]:
    found = list(rows)
    numbers = {row.pk: int(row.definition.partition(":")[2]) for row in found}
    inputs = RunInput.objects.filter(run__in=numbers).values_list("run")
    people = dict(inputs.annotate(people=Count("appraisal__person", distinct=True)))
    names = dict(Cycle.objects.filter(pk__in=numbers.values()).values_list("pk", "name"))
    for row in found:
        yield RunSeen(
            row.pk, numbers[row.pk], names[numbers[row.pk]], where(row.outlet),
            cast("Grain", row.grain), row.period, people[row.pk], row.mark or 0,
            row.closed_by.get_full_name() if row.closed_by else "", row.closed_at,
        )  # fmt: skip
