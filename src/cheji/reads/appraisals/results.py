"""Results of a cycle: who got what, what follows from it, and ranks where they are published."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

from cheji.engine.periods import Grain
from cheji.engine.scores.cycles import FINAL
from cheji.reads.appraisals.items import adjustments_seen, items_seen
from cheji.reads.appraisals.outcomes import OutcomeSeen, WaitingSeen, outcomes, waiting
from cheji.reads.appraisals.papers import limits_of, parts_of
from cheji.reads.appraisals.places import RankSeen, places, ranking
from cheji.reads.appraisals.shapes import AdjustmentSeen, ItemSeen
from cheji.reads.asking import EVERYTHING, Asked, Page, paged
from cheji.reads.kpis.ground import Ground
from cheji.reads.seen import Where, Who, where, who
from cheji.records.appraised import grades_in, scheme_for
from cheji.records.models import Appraisal, Cycle
from cheji.records.parties import duties_open, parties_of
from cheji.records.refusals import NotFound
from cheji.records.standing import Standing, grades_of, standings, totals_of
from cheji.records.visibility import Viewer, of, one


@dataclass(frozen=True, slots=True)
class ResultSeen:
    """One person's published result; `rank` among those of the same scheme in the outlet."""

    person: Who
    outlet: Where
    role: str
    appraisal: int
    scheme: tuple[str, str]
    total: Fraction | None
    grade: str
    grade_scored: str
    coefficient: Fraction | None
    adjusted: bool
    rank: int
    of: int
    run: int
    outcomes: tuple[OutcomeSeen, ...]


@dataclass(frozen=True, slots=True)
class PartSeen:
    """One part of a person's result: its days and its items with their reasons."""

    appraisal: int
    outlet: Where
    since: date
    until: date
    days: int
    items: tuple[ItemSeen, ...]
    adjustments: tuple[AdjustmentSeen, ...]


@dataclass(frozen=True, slots=True)
class ResultDetail:
    """A result in full with the reason of its total.

    `parts` are those that the viewer sees, `adjustments` what vetoes took from the sum of several.
    """

    seen: ResultSeen
    parts: tuple[PartSeen, ...]
    adjustments: tuple[AdjustmentSeen, ...]
    reason: Mapping[str, Any]
    grades: tuple[tuple[Fraction, str], ...]
    coefficients: tuple[tuple[Fraction, Fraction], ...]
    digest: str
    ranking: tuple[RankSeen, ...]
    may_take_late: bool


@dataclass(frozen=True, slots=True)
class ResultsSeen:
    """A page of a cycle's results, how many have each grade, and suggestions that wait.

    `appeal_until` is the first day on which nobody appeals any more.
    """

    cycle: int
    name: str
    state: str
    grain: Grain
    period: int
    unit: Where
    appeal_until: date | None
    page: Page[ResultSeen]
    grades: tuple[tuple[str, int], ...]
    waiting: WaitingSeen
    version: int

    @property
    def results(self) -> tuple[ResultSeen, ...]:
        return self.page.rows


def results(viewer: Viewer, number: int, asked: Asked = EVERYTHING, kind: str = "") -> ResultsSeen:
    """Published results in the viewer's reach, best first, a page; none before publication.

    Of the suggestions that wait those of one `kind`, where one is named.

    Raises:
        NotFound: the cycle is not his to see.
    """
    row = _cycle(viewer, number)
    people = _ordered(viewer, row) if row.state in FINAL else []
    page = paged(people, asked, lambda found: _results(viewer, row, found))
    return _told(row, page, _graded(row, people), waiting(viewer, row, kind))


def _ordered(viewer: Viewer, cycle: Cycle) -> list[int]:
    """Everybody in reach who has a result, the best first."""
    rows = of(viewer).appraisals_in_reach().filter(cycle=cycle, left_out="")
    numbers = dict(rows.values_list("person", "person__number"))
    totals = totals_of(cycle, numbers)
    return sorted(totals, key=lambda one_: (-(totals[one_] or -1), numbers[one_]))


def _graded(cycle: Cycle, people: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """How many have each grade, the best first; one that nobody has, too."""
    grades = grades_of([cycle.pk], people)
    counts = Counter(grades[one_] for one_ in people)
    known = grades_in(cycle) if people else []
    return tuple((grade, counts[grade]) for grade in dict.fromkeys([*known, *counts]))


def _cycle(viewer: Viewer, number: int) -> Cycle:
    return one(of(viewer).cycles().select_related("unit"), "cycle", number, pk=number)


NOBODY: Page[ResultSeen] = Page((), 0, 1, 1)
NOTHING = WaitingSeen((), 0, ())


def _told(
    row: Cycle,
    found: Page[ResultSeen] = NOBODY,
    grades: tuple[tuple[str, int], ...] = (),
    suggested: WaitingSeen = NOTHING,
) -> ResultsSeen:
    return ResultsSeen(
        row.pk,
        row.name,
        row.state,
        cast("Grain", row.grain),
        row.period,
        where(row.unit),
        row.appeal_until,
        found,
        grades,
        suggested,
        row.version,
    )


def _results(viewer: Viewer, cycle: Cycle, people: Sequence[int]) -> list[ResultSeen]:
    """The results of these people, in their order."""
    rows = _last_parts(viewer, cycle, people)
    held = standings(cycle, rows)
    ranks = places(viewer, cycle, rows.values())
    follows = outcomes(viewer, cycle, people)
    return [
        _seen(rows[one_], held[one_], ranks.get(one_, (0, 0)), follows.get(one_, ()))
        for one_ in people
    ]


def _last_parts(viewer: Viewer, cycle: Cycle, people: Sequence[int]) -> dict[int, Appraisal]:
    """By person the part in which he ended the period."""
    rows = of(viewer).appraisals_in_reach().filter(cycle=cycle, left_out="", person__in=people)
    ordered = rows.select_related("person", "outlet", "scheme").order_by("since", "id")
    return {row.person_id: row for row in ordered}


def _seen(
    row: Appraisal, held: Standing, rank: tuple[int, int], outcomes: Sequence[OutcomeSeen]
) -> ResultSeen:
    body = row.scheme.body
    return ResultSeen(
        cast("Who", who(row.person)),
        where(row.outlet),
        row.role,
        row.pk,
        (str(body.get("zh")), str(body.get("en"))),
        held.total,
        held.grade,
        str(held.reason["detail"].get("grade_scored") or ""),
        held.coefficient,
        held.adjusted,
        *rank,
        held.run,
        tuple(outcomes),
    )


def result(viewer: Viewer, number: int, person: str) -> tuple[ResultsSeen, ResultDetail]:
    """A cycle's heading, without its results, and one person's result by staff number.

    Raises:
        NotFound: it is not the viewer's to see, or not published.
    """
    cycle = _cycle(viewer, number)
    rows = list(
        of(viewer)
        .appraisals_in_reach()
        .filter(cycle=cycle, left_out="", person__number=person)
        .select_related("person", "outlet", "scheme", "cycle")
        .order_by("since", "id")
    )
    held = standings(cycle, [rows[-1].person_id]) if rows and cycle.state in FINAL else {}
    if not held:
        raise NotFound(noun="score card", key=person)
    return _told(cycle), _detail(viewer, cycle, rows, held)


def _detail(
    viewer: Viewer, cycle: Cycle, rows: Sequence[Appraisal], held: Mapping[int, Standing]
) -> ResultDetail:
    last, scheme = rows[-1], scheme_for(rows[-1])
    standing = held[last.person_id]
    rank = places(viewer, cycle, [last]).get(last.person_id, (0, 0))
    follows = outcomes(viewer, cycle, [last.person_id]).get(last.person_id, ())
    return ResultDetail(
        _seen(last, standing, rank, follows),
        tuple(_parts(viewer, cycle, rows, held)),
        adjustments_seen({"parts": limits_of(standing.reason)}),
        standing.reason,
        tuple((grade.start, grade.label) for grade in scheme.grades),
        tuple((tier.start, tier.rate) for tier in scheme.coefficients),
        last.scheme.digest,
        tuple(ranking(cycle, last)) if last.person_id == viewer.person else (),
        _may_take_late(viewer, cycle, last),
    )


def _may_take_late(viewer: Viewer, cycle: Cycle, row: Appraisal) -> bool:
    """Whether the window is over and the viewer may take in an appeal for the person."""
    over = cycle.appeal_until is not None and viewer.on >= cycle.appeal_until
    return over and "take_late" in duties_open(viewer, cycle, parties_of(viewer, cycle, row))


def _parts(
    viewer: Viewer, cycle: Cycle, rows: Sequence[Appraisal], held: Mapping[int, Standing]
) -> list[PartSeen]:
    """The parts in order of time, each with its items as they were published or adjusted."""
    ground, parts = Ground(viewer), parts_of(cycle, held)
    reasons = [{"parts": parts[row.pk][1]} for row in rows]
    return [
        PartSeen(
            row.pk,
            where(row.outlet),
            row.since,
            row.until,
            row.days,
            tuple(
                items_seen(
                    ground.ruling(cast("Grain", cycle.grain), cycle.period, row.outlet_id).ruling,
                    scheme_for(row),
                    reason,
                    lambda _kpi: "",
                )
            ),
            adjustments_seen(reason),
        )
        for row, reason in zip(rows, reasons, strict=True)
    ]
