"""Kept runs as a screen shows them: who kept, who closed, what seals them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from cheji.engine.periods import month_key
from cheji.reads.seen import Where, where
from cheji.records.models import Fact, Run, User
from cheji.records.visibility import Scope, Viewer, of

KINDS = ("score", "pay")


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run of an outlet's month; `total` in fen, None for who sees only lines of his own.

    `state` is `open` or `closed`; `seal` is empty until it is closed; `mine` says that the viewer
    kept it, so that somebody else must close it.
    """

    id: int
    kind: str
    outlet: int
    month: int
    definition: str
    state: str
    digest: str
    mark: int
    total: int | None
    people: int
    made_by: str
    made_at: datetime
    closed_by: str
    closed_at: datetime | None
    seal: str
    mine: bool


@dataclass(frozen=True, slots=True)
class OutletRuns:
    """An outlet and what is kept there for a month, newest first."""

    outlet: Where
    runs: tuple[RunSeen, ...]


def of_month(viewer: Viewer, kind: str, outlet: int, month: int) -> tuple[RunSeen, ...]:
    """The runs of an outlet's month that the viewer may see whole, or in which he has lines."""
    scope = of(viewer)
    own = scope.run_lines(kind).filter(person=viewer.person or 0).values("run")
    rows = Run.objects.filter(Q(id__in=scope.runs(kind).values("id")) | Q(id__in=own))
    return _seen(scope, kind, rows.filter(outlet=outlet, grain="month", period=month))


def closed_months(viewer: Viewer, outlet: int, days: Iterable[date]) -> tuple[int, ...]:
    """The months of these days of which a run is closed at an outlet of the viewer's."""
    unit = of(viewer).outlets().filter(pk=outlet).first()
    if unit is None:
        return ()
    months = {month_key(day, unit.closing_day) for day in days}
    rows = Run.objects.filter(outlet=unit, grain="month", state__in=Run.FIXED)
    found = rows.filter(period__in=months).order_by("period")
    return tuple(found.values_list("period", flat=True).distinct())


def latest_own(viewer: Viewer, kind: str) -> tuple[int, str] | None:
    """The latest month with a kept line of the viewer's own, and the outlet's code."""
    if viewer.person is None:
        return None
    lines = of(viewer).run_lines(kind).filter(person=viewer.person, run__grain="month")
    newest = lines.order_by("-run__period", "-run_id")
    return newest.values_list("run__period", "run__outlet__code").first()


def outdated(run: RunSeen) -> bool:
    """Whether its outlet has facts of its month or earlier that came after an open run was kept."""
    later = Fact.objects.filter(outlet=run.outlet, id__gt=run.mark, month__lte=run.month)
    return run.state == Run.State.OPEN and later.exists()


def by_outlet(viewer: Viewer, kind: str, month: int) -> tuple[OutletRuns, ...]:
    """Every outlet whose runs the viewer may see whole, with those of a month."""
    scope = of(viewer)
    reach = scope.reach(f"{kind}_runs")
    outlets = scope.outlets().order_by("path")
    if not reach.everything:
        outlets = outlets.filter(id__in=reach.outlets)
    rows = scope.runs(kind).filter(grain="month", period=month)
    kept: dict[int, list[RunSeen]] = {}
    for run in _seen(scope, kind, rows):
        kept.setdefault(run.outlet, []).append(run)
    return tuple(OutletRuns(where(unit), tuple(kept.get(unit.pk, ()))) for unit in outlets)


def _seen(scope: Scope, kind: str, rows: "QuerySet[Run]") -> tuple[RunSeen, ...]:
    found = list(rows.annotate(people=Count("lines__person", distinct=True)).order_by("-id"))
    whole = set(
        scope.runs(kind).filter(id__in=[run.pk for run in found]).values_list("id", flat=True)
    )
    names = _names(user for run in found for user in (run.made_by_id, run.closed_by_id))
    return tuple(_run(scope.viewer, run, names, whole=run.pk in whole) for run in found)


def _run(viewer: Viewer, run: Run, names: Mapping[int | None, str], *, whole: bool) -> RunSeen:
    return RunSeen(
        run.pk,
        run.kind,
        run.outlet_id,
        run.period,
        run.definition,
        run.state,
        run.digest,
        run.mark,
        run.total if whole else None,
        run.people if whole else 1,  # type: ignore[attr-defined]
        names[run.made_by_id],
        run.made_at,
        names[run.closed_by_id] if run.closed_at else "",
        run.closed_at,
        run.sealed,
        run.made_by_id is not None and run.made_by_id == viewer.user,
    )


def _names(users: Iterable[int | None]) -> dict[int | None, str]:
    """Names of accounts; what the server's command line did has none."""
    ids = {user for user in users if user}
    rows = User.objects.filter(id__in=ids).select_related("person")
    return {None: "", **{user.pk: user.get_full_name() for user in rows}}
