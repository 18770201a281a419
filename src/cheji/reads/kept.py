"""Kept runs: what a calculation would write down, and what one has written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from cheji.engine.definitions import Scheme
from cheji.engine.reasons import from_json
from cheji.engine.scores import ScoreCard
from cheji.reads.kpis.ground import Ground
from cheji.records.models import Appraisal, Cycle, Run, RunLine
from cheji.records.standing import standings

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: How long at most the result of a longer cycle is that of later months.
YEAR: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A line to keep: money in fen, other values in 1/10,000; the reason as JSON."""

    code: str
    reason: dict[str, Any]
    person: int | None = None
    fen: int | None = None
    value: int | None = None
    source_kind: str = ""
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that a run of an outlet and month is kept with."""

    kind: str
    outlet: int
    period: int
    definition: str
    digest: str
    mark: int
    lines: tuple[KeptRow, ...]
    total: int
    grain: str = "month"


def run_of(kind: str, outlet: int, month: int, definition: str) -> Run | None:
    """The kept run; `lines_of` says who may see which of its lines."""
    return _runs(kind, outlet, month, definition).first()


def _runs(kind: str, outlet: int, month: int, definition: str) -> "QuerySet[Run]":
    return Run.objects.filter(
        kind=kind, outlet=outlet, grain="month", period=month, definition=definition
    )


def lines_of(ground: Ground, run: Run, people: Iterable[int]) -> dict[int, list[RunLine]]:
    """The lines of these people that the viewer may see, in order."""
    rows = ground.scope.run_lines(run.kind).filter(run=run, person__in=list(people))
    found: dict[int, list[RunLine]] = {}
    for row in rows.order_by("position"):
        found.setdefault(row.person_id or 0, []).append(row)
    return found


def closed_cards(outlet: int, month: int, scheme: str) -> tuple[int, dict[int, ScoreCard]]:
    """The closed score run of an outlet's month, by its id (0: none), and its cards by person.

    For what rests on scores: whoever sees a pay statement sees the score behind it.
    """
    run = _runs("score", outlet, month, scheme).filter(state=Run.State.CLOSED)
    pk = run.values_list("pk", flat=True).first()
    if pk is None:
        return 0, {}
    lines = RunLine.objects.filter(run=pk, person__isnull=False).order_by("position")
    return pk, {line.person_id or 0: _card(scheme, line.reason) for line in lines}


def applied_cards(outlet: int, month: int, scheme: str) -> dict[int, ScoreCard]:
    """What applied cycles of the month say of the people who ended it in the outlet, by person.

    A person's result is the published one with the last adjustment, its grade as calibrated.
    """
    cycles = list(Cycle.objects.filter(grain="month", period=month, state="applied").order_by("id"))
    if not cycles:
        return {}
    parts = Appraisal.objects.filter(cycle__in=cycles, left_out="").order_by("since", "id")
    last = {
        (cycle, person): (place, code)
        for cycle, person, place, code in parts.values_list(
            "cycle", "person", "outlet", "scheme__code"
        )
    }
    found: dict[int, ScoreCard] = {}
    for cycle in cycles:
        own = [who for (one, who), at in last.items() if (one, at) == (cycle.pk, (outlet, scheme))]
        for person, held in standings(cycle, own).items():
            found[person] = _card(scheme, dict(held.reason))
    return found


def lasting_cards(scheme: Scheme, on: date, people: Collection[int]) -> dict[int, ScoreCard]:
    """What the last longer cycle by this scheme that ended by a day says of people, by person.

    It lasts until a later one is applied, and no longer than a year; it goes with who moves.
    """
    cycles = Cycle.objects.filter(
        grain__in=scheme.grains, state="applied", until__lte=on, until__gt=on - YEAR
    )
    parts = Appraisal.objects.filter(cycle__in=cycles, left_out="", person__in=people)
    ended = {
        (person, cycle): code
        for person, cycle, code in parts.order_by(
            "cycle__until", "cycle", "since", "id"
        ).values_list("person", "cycle", "scheme__code")
    }
    last = {person: cycle for (person, cycle), code in ended.items() if code == scheme.code}
    found: dict[int, ScoreCard] = {}
    for cycle in cycles.filter(pk__in=last.values()):
        own = [person for person, one in last.items() if one == cycle.pk]
        for person, held in standings(cycle, own).items():
            found[person] = _card(scheme.code, dict(held.reason))
    return found


def _card(scheme: str, reason: dict[str, Any]) -> ScoreCard:
    """A kept score as the engine gave it; its items are the parts of its reason."""
    return ScoreCard(
        scheme,
        exact(reason["value"]),
        detail(reason, "grade") or "",
        exact(detail(reason, "coefficient")),
        (),
        from_json(reason),
    )


def exact(written: Any) -> Fraction | None:
    """A number from a reason's JSON: a whole number or "num/den"; None stays None."""
    return None if written is None else Fraction(written)


def detail(reason: Mapping[str, Any], name: str) -> Any:
    found: Mapping[str, Any] = reason.get("detail", {})
    return found.get(name)


def parts(reason: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    return list(reason.get("parts", ()))
