"""What stands beside a pay statement: its signature, its plans, corrections, what was disputed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, Sum

from cheji.reads.appraisals import month_of
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.shapes import StatementSeen
from cheji.reads.pay.whom import held
from cheji.records.models import PayInput, PayLine, Run
from cheji.records.refusals import NotFound
from cheji.records.visibility import Scope, Viewer, of


@dataclass(frozen=True, slots=True)
class Signed:
    """When the person signed, and with what words; `same` while the statement is the one signed."""

    at: datetime
    note: str
    same: bool


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute about this month, or paid for in it; `line` is the one that it is about."""

    id: int
    kind: str
    state: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to a statement and is no part of it.

    Attributes:
        months: the month of each earlier run that a line of it puts right.
        later: what later runs posted about it, in fen by month.
        plans: (code, zh, en) of every plan that pays the person in this month.
    """

    signed: Signed | None = None
    months: Mapping[int, int] = field(default_factory=dict)
    later: tuple[tuple[int, int], ...] = ()
    disputes: tuple[Disputed, ...] = ()
    plans: tuple[tuple[str, str, str], ...] = ()


def around(viewer: Viewer, found: StatementSeen) -> Around:
    """What belongs to a statement that the viewer was shown."""
    scope = of(viewer)
    return Around(
        _signed(scope, found),
        _months(scope, found),
        _later(scope, found),
        _disputes(scope, found),
        _plans(viewer, found),
    )


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A closed statement that its person has not signed yet."""

    run: int
    month: int
    outlet: str
    plan: str


def unsigned(viewer: Viewer) -> Unsigned | None:
    """The viewer's own newest closed statement that waits for his signature."""
    scope = of(viewer)
    signed = scope.acknowledgements().filter(person=viewer.person).values("run")
    rows = scope.pay_rows(PayInput).filter(
        person=viewer.person, run__state__in=Run.FIXED, run__grain="month"
    )
    newest = rows.exclude(run__in=signed).order_by("-run__period", "-run")
    columns = ("run", "run__period", "run__outlet__code", "run__definition")
    found = newest.values_list(*columns).first()
    return Unsigned(*found) if found else None


def _signed(scope: Scope, found: StatementSeen) -> Signed | None:
    if found.run is None:
        return None
    row = scope.acknowledgements().filter(run=found.run, person=found.person.id).first()
    return Signed(row.at, row.note, row.digest == found.outcome) if row else None


def _months(scope: Scope, found: StatementSeen) -> dict[int, int]:
    runs = {line.origin[0] for line in found.lines if line.origin}
    if not runs:
        return {}
    rows = scope.pay_rows(PayInput).filter(run__in=runs, person=found.person.id)
    return dict(rows.values_list("run", "run__period"))


def _later(scope: Scope, found: StatementSeen) -> tuple[tuple[int, int], ...]:
    if found.run is None:
        return ()
    rows = scope.pay_rows(PayLine).filter(
        origin_run=found.run, person=found.person.id, run__state__in=Run.FIXED
    )
    sums = rows.order_by().values_list("run__period").annotate(Sum("fen"))
    return tuple(sorted((month, fen) for month, fen in sums if month != found.month))


def _disputes(scope: Scope, found: StatementSeen) -> tuple[Disputed, ...]:
    """Those about this month, and those of which this statement pays what was decided."""
    wanted = Q(outlet=found.outlet.id, person=found.person.id, period=found.month)
    if paid := [line.dispute.dispute.id for line in found.lines if line.dispute]:
        wanted |= Q(pk__in=paid)
    rows = scope.disputes().filter(wanted)
    columns = rows.order_by("id").values_list("id", "kind", "state", "line")
    return tuple(Disputed(*row) for row in columns)


def _plans(viewer: Viewer, found: StatementSeen) -> tuple[tuple[str, str, str], ...]:
    """Plans whose posts he holds; one alone is not worth a choice."""
    plans = found.catalogue.all.pay_plans
    if len(plans) < 2:
        return ()
    ground = Ground(viewer)
    asked = month_of(ground, ground.person(found.person.number, found.outlet.code), found.month)
    return tuple((plan.code, plan.zh, plan.en) for plan in held(asked, plans, found.person.id))


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a kept line stands: whose statement, and which of its component's lines it is."""

    number: str
    outlet: str
    month: int
    plan: str
    component: str
    place: int


def place_of(viewer: Viewer, line: int) -> LinePlace:
    """Where a kept line that the viewer may see stands.

    Raises:
        NotFound: there is none for him.
    """
    rows = of(viewer).pay_rows(PayLine).select_related("run__outlet", "person")
    row = rows.filter(pk=line).first()
    if row is None:
        raise NotFound(noun="pay line", key=line)
    own = PayLine.objects.filter(run=row.run_id, person=row.person_id, component=row.component)
    return LinePlace(
        row.person.number, row.run.outlet.code, row.run.period, row.run.definition,
        row.component, own.filter(pk__lte=row.pk).count(),
    )  # fmt: skip
