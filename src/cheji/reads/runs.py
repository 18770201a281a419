"""Kept runs as a screen shows them: who kept, who closed, what seals them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from cheji.engine.periods import month_key
from cheji.reads.seen import Where, where
from cheji.records import closed_months as closed
from cheji.records.models import Fact, PayInput, Run, RunLine, User
from cheji.records.pay_states import barred, onward
from cheji.records.visibility import Scope, Viewer, of

KINDS = ("score", "pay")


@dataclass(frozen=True, slots=True)
class StepSeen:
    """Who brought a run into a state, when, and with what words."""

    state: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run of an outlet's month; `total` in fen, None for who sees only lines of his own.

    `state` is `open` or `closed`, of pay one of `records.pay_states`; `seal` is empty until it is
    closed; `mine` says that the viewer kept it, so that somebody else must close it. Of pay
    `parties` is what the viewer is to it, and `steps` who brought it where.
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
    order: str = ""
    version: int = 1
    parties: frozenset[str] = frozenset()
    steps: tuple[StepSeen, ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether nothing in it changes any more."""
        return self.state in Run.FIXED

    def verb(self, viewer: Viewer) -> str:
        """What of its way the viewer may do next with a pay run; empty for nothing."""
        after = onward(self.state) if self.kind == "pay" and self.order else None
        if after is None or not viewer.can(after.right):
            return ""
        return "" if barred(after.verb, self.state, self.parties) else after.verb


@dataclass(frozen=True, slots=True)
class OutletRuns:
    """An outlet and what is kept there for a month, newest first."""

    outlet: Where
    runs: tuple[RunSeen, ...]


def of_month(viewer: Viewer, kind: str, outlet: int, month: int) -> tuple[RunSeen, ...]:
    """The runs of an outlet's month that the viewer may see whole, or in which he has lines."""
    scope = of(viewer)
    rows = scope.runs(kind)
    if not scope.reach(f"{kind}_runs").over(outlet):
        own = scope.run_lines(kind).filter(person=viewer.person or 0).values("run")
        paid = scope.pay_rows(PayInput).filter(person=viewer.person or 0).values("run")
        seen = Q(id__in=rows.values("id")) | Q(id__in=own)
        rows = Run.objects.filter(seen | Q(id__in=paid) if kind == "pay" else seen)
    return _seen(scope, kind, rows.filter(outlet=outlet, grain="month", period=month))


def seen_by_id(viewer: Viewer, runs: Iterable[int]) -> dict[int, RunSeen]:
    """Pay runs that the viewer may see whole, by their ids."""
    scope = of(viewer)
    found = _seen(scope, "pay", scope.runs("pay").filter(id__in=list(runs)))
    return {run.id: run for run in found}


def closed_months(viewer: Viewer, outlet: int, days: Iterable[date]) -> tuple[int, ...]:
    """The months of these days of which a run is closed at an outlet of the viewer's."""
    unit = of(viewer).outlets().filter(pk=outlet).first()
    if unit is None:
        return ()
    months = {month_key(day, unit.closing_day) for day in days}
    return tuple(sorted(months & closed.closed_months([outlet]).get(outlet, set())))


def latest_own(viewer: Viewer) -> dict[str, tuple[int, str]]:
    """By kind of run the latest month that tells of the viewer himself, and the outlet's code."""
    found: dict[str, tuple[int, str]] = {}
    if viewer.person is None:
        return found
    scope = of(viewer)
    lines, paid = (scope.own_rows(model).order_by().values("run") for model in (RunLine, PayInput))
    rows = Run.objects.filter(pk__in=lines.union(paid), grain="month").order_by()
    for kind, outlet, code, month in rows.values_list("kind", "outlet", "outlet__code", "period"):
        if scope.sees_own(f"{kind}_runs", outlet):
            found[kind] = max(found.get(kind, (0, "")), (month, code))
    return found


def outdated(run: RunSeen) -> bool:
    """Whether its outlet has facts of its month or earlier that came after an open run was kept."""
    later = Fact.objects.filter(outlet=run.outlet, id__gt=run.mark, month__lte=run.month)
    return not run.fixed and later.exists()


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
    people = Count("lines__person", distinct=True) + Count("payinputs__person", distinct=True)
    found = list(rows.annotate(people=people).order_by("-id"))
    if not found:
        return ()
    whole = set(
        scope.runs(kind).filter(id__in=[run.pk for run in found]).values_list("id", flat=True)
    )
    names = _names(user for run in found for user in (run.made_by_id, run.closed_by_id))
    told = _told(scope, found) if kind == "pay" else {}
    return tuple(
        replace(_run(scope.viewer, run, names, whole=run.pk in whole), **told.get(run.pk, {}))
        for run in found
    )


def _told(scope: Scope, runs: Sequence[Run]) -> dict[int, dict[str, Any]]:
    """The way of pay runs, and what the viewer is to each."""
    viewer, ids = scope.viewer, [run.pk for run in runs]
    paid = PayInput.objects.filter(run__in=ids, person=viewer.person or 0)
    mine = set(paid.values_list("run", flat=True))
    rows = list(scope.pay_steps().filter(run__in=ids).order_by("id"))
    names = _names(step.by_id for step in rows)
    found = {}
    for run in runs:
        told = {
            "maker": viewer.user is not None and run.made_by_id == viewer.user,
            "reviewer": viewer.user is not None and run.reviewed_by_id == viewer.user,
            "paid": run.pk in mine,
        }
        steps = tuple(
            StepSeen(one.state, names[one.by_id], one.at, one.note)
            for one in rows
            if one.run_id == run.pk
        )
        parties = frozenset(party for party, is_ in told.items() if is_)
        found[run.pk] = {"parties": parties, "steps": steps}
    return found


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
        run.order,
        run.version,
    )


def _names(users: Iterable[int | None]) -> dict[int | None, str]:
    """Names of accounts; what the server's command line did has none."""
    ids = {user for user in users if user}
    rows = User.objects.filter(id__in=ids).select_related("person")
    return {None: "", **{user.pk: user.get_full_name() for user in rows}}
