"""What lies behind a target: its versions, proposals for it, and the letters that were signed."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from django.db.models import Q

from cheji.engine.definitions import Definitions
from cheji.engine.periods import Grain, from_key
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import KpiSeen, Of
from cheji.reads.kpis.sheets import additive
from cheji.records.models import Target, TargetLetter, TargetProposal, TargetVersion, User
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer, of, one

from .grids import children
from .kept import in_unit, sums_over_time, targets_of, where
from .shapes import Aim, AimProposed, LetterLine, LetterSeen, ProposalSeen, VersionSeen

MOST = 200
TIMED = ("kpi", "model", "grain", "period", "within")


def versions(viewer: Viewer, target: int) -> tuple[Of, KpiSeen, Target, tuple[VersionSeen, ...]]:
    """A target with all its versions, the one that holds first.

    Raises:
        NotFound: the target is not the viewer's to see.
    """
    ground = Ground(viewer)
    row = one(ground.scope.targets(), "target", target, pk=target)
    kpi = _heading(ground, row)
    before = TargetVersion.objects.filter(
        kpi=row.kpi, unit=row.unit_id, person=row.person_id, outlet=row.outlet_id,
        model=row.model, reserve=row.reserve, grain=row.grain, period=row.period,
        within=row.within,
    ).order_by("-id")  # fmt: skip
    listed: list[Any] = [row, *before]
    users = _names({u for one_ in listed for u in (_id(one_.made_by), _id(one_.approved_by)) if u})
    return _of(ground, row), kpi, row, tuple(_version(one_, kpi, users) for one_ in listed)


def _version(row: Any, kpi: KpiSeen, users: dict[int, str]) -> VersionSeen:
    return VersionSeen(
        in_unit(row.value, kpi.unit) or Fraction(0),
        in_unit(row.base, kpi.unit),
        in_unit(row.stretch, kpi.unit),
        row.version,
        row.reason,
        users.get(_id(row.made_by) or 0, ""),
        users.get(_id(row.approved_by) or 0, ""),
        row.made_at,
        getattr(row, "replaced_at", None),
    )


def _id(user: Any) -> int | None:
    return user.pk if isinstance(user, User) else user


def _names(users: Iterable[int]) -> dict[int, str]:
    rows = User.objects.filter(pk__in=set(users)).select_related("person")
    return {user.pk: user.get_full_name() for user in rows}


Names = dict[int, tuple[str, str]]


def _of(ground: Ground, row: Any, names: Names | None = None) -> Of:
    """Whose a target, proposal or letter is, as a heading."""
    if row.unit_id:
        return ground.seen(Slice(row.unit_id))
    return ground.seen(Slice(row.outlet_id, row.person_id), names)


def _heading(ground: Ground, row: Any) -> KpiSeen:
    return heading(_ruling(ground, row), row.kpi)


def _ruling(ground: Ground, row: Any) -> Definitions:
    """The definitions of the period of a target, proposal or letter."""
    grain: Grain = row.grain
    return ground.ruling(grain, row.period).ruling


# -- proposals ---------------------------------------------------------------------------------


def proposals(viewer: Viewer, *, state: str = "open") -> tuple[ProposalSeen, ...]:
    """The proposals in the viewer's scope, the newest first; of any state when it is empty."""
    ground = Ground(viewer)
    rows = ground.scope.target_proposals().order_by("-id")
    rows = rows.filter(state=state) if state else rows
    listed = list(rows.select_related("made_by__person", "outcome")[:MOST])
    decides = of(viewer.doing("targets.write"))
    below = set(decides.units_below().values_list("id", flat=True))
    gaps = _Gaps(ground, listed)
    return tuple(
        _proposal(ground, row, gaps, may=(row.unit_id or row.outlet_id) in below)
        for row in listed
        if row.kpi in _ruling(ground, row).kpi
    )


def _proposal(ground: Ground, row: TargetProposal, gaps: "_Gaps", *, may: bool) -> ProposalSeen:
    kpi = _heading(ground, row)
    mine = row.made_by_id is not None and row.made_by_id == ground.viewer.user
    own = mine and ground.viewer.can("targets.propose")
    whose = Slice(row.unit_id or row.outlet_id or 0, row.person_id, row.model or None)
    standing = gaps.standing(row)
    above, gap = gaps.of(row, whose, kpi)
    return ProposalSeen(
        row.pk,
        _of(ground, row, gaps.names),
        kpi,
        row.model,
        row.grain,  # type: ignore[arg-type]
        row.period,
        in_unit(row.value, kpi.unit),
        in_unit(standing.value if standing else None, kpi.unit),
        row.reason,
        row.state,
        row.answer,
        row.made_by.get_full_name() if row.made_by else "",
        row.made_at,
        may and not mine and row.state == TargetProposal.State.OPEN,
        own,
        _changes(row, standing, kpi.unit),
        in_unit(above, kpi.unit),
        in_unit(gap, kpi.unit),
        row.within,
        gaps.results.get(row.outcome_id or 0),
        (row.outcome.zh, row.outcome.en) if row.outcome else None,
    )


def _changes(row: TargetProposal, standing: Target | None, unit: str) -> tuple[AimProposed, ...]:
    decided = row.state != TargetProposal.State.OPEN
    aims: tuple[Aim, ...] = ("value", "base", "stretch")
    found = [(aim, getattr(standing, aim, None), getattr(row, aim)) for aim in aims]
    return tuple(
        AimProposed(aim, in_unit(before, unit), in_unit(after, unit))
        for aim, before, after in found
        if (after is not None if decided else before != after)
    )


Gap = tuple[int | None, int | None]


class _Gaps:
    """What a parent's target lacks, were all open proposals below it taken over.

    `names` are those of whom the proposals are for, `results` the cycle and staff number of the
    results that suggested them, by the suggestion's id.
    """

    def __init__(self, ground: Ground, listed: Sequence[TargetProposal]) -> None:
        self.ground = ground
        self._gaps: dict[tuple[Any, ...], Gap] = {}
        self.names = ground.names(row.person_id for row in listed if row.person_id)
        self._standing = {_named(row): row for row in self._proposed_for(listed)}
        suggested = {row.outcome_id for row in listed if row.outcome_id}
        seen = ground.scope.outcomes().filter(pk__in=suggested)
        told = seen.values_list("pk", "cycle", "person__number") if suggested else ()
        self.results = {pk: (cycle, number) for pk, cycle, number in told}

    def _proposed_for(self, listed: Sequence[TargetProposal]) -> Iterable[Target]:
        """The targets that these proposals are for, and perhaps some beside them."""
        among = {f"{name}__in": {getattr(row, name) for row in listed} for name in TIMED}
        whose = Q(unit__in={row.unit_id for row in listed if row.unit_id})
        whose |= Q(person__in={row.person_id for row in listed if row.person_id})
        return self.ground.scope.targets().filter(whose, reserve=False, **among)

    def standing(self, row: TargetProposal) -> Target | None:
        return self._standing.get(_named(row))

    def of(self, row: TargetProposal, whose: Slice, kpi: KpiSeen) -> Gap:
        """The parent's target, and what is missing to it; None where there is none."""
        place = self.ground.places[whose.unit]
        parent = place.id if row.person_id else place.parent
        if parent is None or not self.ground.whole(self.ground.places[parent]):
            return None, None
        key = (parent, row.kpi, row.model, row.grain, row.period, row.within)
        if key not in self._gaps:
            self._gaps[key] = self._gap(parent, row, kpi)
        return self._gaps[key]

    def _gap(self, parent: int, row: TargetProposal, kpi: KpiSeen) -> Gap:
        above = self._timed(
            targets_of(self.ground, [Slice(parent, model=row.model or None)]), row
        ).first()
        if above is None or not additive(_ruling(self.ground, row), kpi.code):
            return above.value if above else None, None
        year = from_key(row.grain, row.period).start.year  # type: ignore[arg-type]
        scopes = [
            Slice(one_.unit, one_.person, row.model or None)
            for one_ in children(self.ground, parent, year)
        ]
        given = {
            where_(one_): one_.value for one_ in self._timed(targets_of(self.ground, scopes), row)
        }
        wanted = [where(self.ground, scope) for scope in scopes]
        open_ = self.ground.scope.target_proposals().filter(state="open")
        for one_ in self._timed(open_, row):
            if where_(one_) in wanted:
                given[where_(one_)] = one_.value or 0
        reserve = self._timed(self.ground.scope.targets().filter(unit=parent, reserve=True), row)
        kept_back = sum(reserve.values_list("value", flat=True))
        return above.value, above.value - kept_back - sum(given.values())

    def _timed(self, rows: Any, row: TargetProposal) -> Any:
        return rows.filter(**{name: getattr(row, name) for name in TIMED})


def _named(row: Any) -> tuple[Any, ...]:
    """What a target and a proposal for it have in common."""
    whose = row.unit_id, row.person_id, row.outlet_id
    return (*whose, *(getattr(row, name) for name in TIMED))


def where_(row: Any) -> tuple[Any, ...]:
    return (row.unit_id, row.person_id, row.outlet_id, row.model)


# -- letters -----------------------------------------------------------------------------------


def letters(viewer: Viewer, *, year: int) -> tuple[LetterSeen, ...]:
    """The letters of a year in the viewer's scope, the newest of each scope."""
    ground = Ground(viewer)
    rows = ground.scope.target_letters().filter(year=year).order_by("-number", "id")
    newest: dict[tuple[Any, ...], TargetLetter] = {}
    for row in rows.select_related("made_by__person", "signed_by__person"):
        newest.setdefault((row.unit_id, row.person_id, row.outlet_id), row)
    seen = [_letter(ground, row) for row in newest.values()]
    return tuple(sorted(seen, key=lambda one_: (one_.unit, one_.of.kind == "person", one_.of.code)))


def letter(viewer: Viewer, number: int) -> LetterSeen:
    """One letter.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    ground = Ground(viewer)
    rows = ground.scope.target_letters().select_related("made_by__person", "signed_by__person")
    return _letter(ground, one(rows, "target letter", number, pk=number))


def _letter(ground: Ground, row: TargetLetter) -> LetterSeen:
    whose = Slice(row.unit_id or row.outlet_id or 0, row.person_id)
    now = _standing(ground, whose)
    lines = [_line(ground, said, now) for said in row.body]
    return LetterSeen(
        row.pk,
        _of(ground, row),
        ground.places[whose.unit].name,
        row.year,
        row.number,
        tuple(line for line in lines if line),
        row.made_by.get_full_name() if row.made_by else "",
        row.made_at,
        row.signed_by.get_full_name() if row.signed_by else "",
        row.signed_at,
        row.signed_at is None and _signs(ground.viewer, row),
        row.digest,
    )


def _signs(viewer: Viewer, row: TargetLetter) -> bool:
    """Whether the letter waits for this viewer: it is his, or his unit's."""
    if row.made_by_id is not None and row.made_by_id == viewer.user:
        return False
    if row.person_id is not None:
        return row.person_id == viewer.person
    heads = {"team_lead", "outlet_manager", "region_head", "group_manager"}
    return any(grant.unit == row.unit_id and grant.role in heads for grant in viewer.grants)


Kept = tuple[str, str, str, int, int]


def _standing(ground: Ground, whose: Slice) -> dict[Kept, int]:
    """What holds by now, by KPI, model and period."""
    rows: Sequence[Target] = targets_of(ground, [whose])  # type: ignore[assignment]
    return {(r.kpi, r.model, r.grain, r.period, r.within): r.value for r in rows}


def _line(ground: Ground, said: dict[str, Any], now: dict[Kept, int]) -> LetterLine | None:
    """A line as the letter holds it; None when the KPI is not defined any more."""
    grain, period = said["grain"], said["period"]
    definitions = ground.ruling(grain, period).ruling
    try:
        kpi = heading(definitions, said["kpi"])
    except NotFound:
        return None
    key = (said["kpi"], said["model"], grain, period, said["within"])
    return LetterLine(
        kpi,
        said["model"],
        grain,
        period,
        in_unit(said["value"], kpi.unit) or Fraction(0),
        in_unit(said["base"], kpi.unit),
        in_unit(said["stretch"], kpi.unit),
        in_unit(now.get(key), kpi.unit),
        said["within"],
        sums_over_time(definitions, said["kpi"]),
    )
