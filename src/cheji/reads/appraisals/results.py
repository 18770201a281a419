"""Results of a cycle: who got what, what follows from it, and ranks where they are published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

from cheji.engine.periods import Grain
from cheji.engine.scores.cycles import BY_VERB, FINAL, barred
from cheji.reads.appraisals.items import adjustments_seen, items_seen
from cheji.reads.appraisals.papers import limits_of, parts_of
from cheji.reads.appraisals.shapes import AdjustmentSeen, ItemSeen
from cheji.reads.comparisons.rankings import FEWEST, rule_of
from cheji.reads.kpis.ground import Ground
from cheji.reads.seen import Where, Who, where, who
from cheji.records.appraised import scheme_for
from cheji.records.models import Appraisal, Cycle, Outcome, Person
from cheji.records.parties import duties_open, parties_of
from cheji.records.refusals import NotFound
from cheji.records.standing import Standing, standings, totals_of
from cheji.records.visibility import Viewer, of, one


@dataclass(frozen=True, slots=True)
class OutcomeSeen:
    """What follows from a result by a rule, in the rule's words; `may` answer it."""

    id: int
    person: Who
    kind: str
    rule: str
    zh: str
    en: str
    value: Mapping[str, Any]
    state: str
    reason: str
    answered_by: str
    may: bool
    version: int


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
class RankSeen:
    """A place in the outlet's ranking; without a name where the outlet shows none."""

    place: int
    name: str
    total: Fraction
    grade: str
    mine: bool


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
    """A cycle's results; `appeal_until` is the first day on which nobody appeals any more."""

    cycle: int
    name: str
    state: str
    grain: Grain
    period: int
    unit: Where
    appeal_until: date | None
    results: tuple[ResultSeen, ...]
    version: int


def results(viewer: Viewer, number: int) -> ResultsSeen:
    """Everybody's published result in the viewer's reach, best first; none before publication.

    Raises:
        NotFound: the cycle is not his to see.
    """
    row = _cycle(viewer, number)
    return _told(row, tuple(_results(viewer, row)))


def _cycle(viewer: Viewer, number: int) -> Cycle:
    return one(of(viewer).cycles().select_related("unit"), "cycle", number, pk=number)


def _told(row: Cycle, found: tuple[ResultSeen, ...]) -> ResultsSeen:
    return ResultsSeen(
        row.pk,
        row.name,
        row.state,
        cast("Grain", row.grain),
        row.period,
        where(row.unit),
        row.appeal_until,
        found,
        row.version,
    )


def _results(viewer: Viewer, cycle: Cycle) -> list[ResultSeen]:
    if cycle.state not in FINAL:
        return []
    rows = _last_parts(viewer, cycle)
    held = standings(cycle, rows)
    ranks = _ranks(cycle, rows.values())
    outcomes = _outcomes(viewer, cycle)
    found = [
        _seen(row, held[person], ranks.get(person, (0, 0)), outcomes.get(person, ()))
        for person, row in rows.items()
        if person in held
    ]
    return sorted(
        found, key=lambda one_: (one_.total is None, -(one_.total or 0), one_.person.number)
    )


def _last_parts(viewer: Viewer, cycle: Cycle) -> dict[int, Appraisal]:
    """By person the part in which he ended the period."""
    rows = of(viewer).appraisals_in_reach().filter(cycle=cycle, left_out="")
    ordered = rows.select_related("person", "outlet", "scheme").order_by("since", "id")
    return {row.person_id: row for row in ordered}


def _ranks(cycle: Cycle, rows: Collection[Appraisal]) -> dict[int, tuple[int, int]]:
    """Place and heads among all of the outlet and scheme, also those out of the viewer's reach.

    Equal totals share a place. Who ended the period elsewhere has his place there.
    """
    pools = _pools(cycle, {row.outlet_id for row in rows})
    found = {}
    for row in rows:
        pool = pools.get((row.outlet_id, row.scheme_id), {})
        mine = pool.get(row.person_id)
        if mine is not None:
            found[row.person_id] = (1 + sum(other > mine for other in pool.values()), len(pool))
    return found


def _pools(cycle: Cycle, outlets: Collection[int]) -> dict[tuple[int, int], dict[int, int]]:
    """By outlet and scheme the totals of those who ended the period there, by person."""
    there = cycle.appraisals.filter(left_out="", outlet__in=outlets)
    rows = cycle.appraisals.filter(left_out="", person__in=there.values("person"))
    last = {
        person: (outlet, scheme)
        for person, outlet, scheme in rows.order_by("since", "id").values_list(
            "person", "outlet", "scheme"
        )
    }
    found: dict[tuple[int, int], dict[int, int]] = {}
    for person, total in totals_of(cycle, last).items():
        if total is not None:
            found.setdefault(last[person], {})[person] = total
    return found


def _outcomes(viewer: Viewer, cycle: Cycle) -> dict[int, list[OutcomeSeen]]:
    rows = of(viewer).outcomes().filter(cycle=cycle).order_by("kind", "rule", "id")
    duty = BY_VERB["answer_outcome"]
    open_ = viewer.can(duty.right) and not barred(duty, cycle.state, parties_of(viewer, cycle))
    found: dict[int, list[OutcomeSeen]] = {}
    for row in rows.select_related("person", "answered_by__person"):
        seen = OutcomeSeen(
            row.pk,
            cast("Who", who(row.person)),
            row.kind,
            row.rule,
            row.zh,
            row.en,
            row.value,
            row.state,
            row.reason,
            row.answered_by.get_full_name() if row.answered_by else "",
            open_ and row.state == Outcome.State.SUGGESTED and row.person_id != viewer.person,
            row.version,
        )
        found.setdefault(row.person_id, []).append(seen)
    return found


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
    return _told(cycle, ()), _detail(viewer, cycle, rows, held)


def _detail(
    viewer: Viewer, cycle: Cycle, rows: Sequence[Appraisal], held: Mapping[int, Standing]
) -> ResultDetail:
    last, scheme = rows[-1], scheme_for(rows[-1])
    standing = held[last.person_id]
    mode = rule_of(last.outlet_id).mode
    mine = last.person_id == viewer.person
    ranks = {} if mine and mode == "off" else _ranks(cycle, [last])
    outcomes = _outcomes(viewer, cycle).get(last.person_id, ())
    return ResultDetail(
        _seen(last, standing, ranks.get(last.person_id, (0, 0)), outcomes),
        tuple(_parts(viewer, cycle, rows, held)),
        adjustments_seen({"parts": limits_of(standing.reason)}),
        standing.reason,
        tuple((grade.start, grade.label) for grade in scheme.grades),
        tuple((tier.start, tier.rate) for tier in scheme.coefficients),
        last.scheme.digest,
        tuple(_ranking(cycle, last, mode)) if mine else (),
        _may_take_late(viewer, cycle, last),
    )


def _may_take_late(viewer: Viewer, cycle: Cycle, row: Appraisal) -> bool:
    """Whether the window is over and the viewer may take in an appeal for the person."""
    over = cycle.appeal_until is not None and viewer.on >= cycle.appeal_until
    return over and "take_late" in duties_open(viewer, cycle, parties_of(viewer, cycle, row))


def _ranking(cycle: Cycle, me: Appraisal, mode: str) -> list[RankSeen]:
    """The ranking as the outlet publishes it: with names, without, or none but one's own place.

    Among too few others a row without a name would still tell whose it is.
    """
    pool = _pools(cycle, [me.outlet_id]).get((me.outlet_id, me.scheme_id), {})
    names = dict(Person.objects.filter(pk__in=pool).values_list("pk", "name"))
    held = list(standings(cycle, pool).values())
    few = len(held) - 1 < FEWEST
    if mode not in ("named", "anonymous") or (mode == "anonymous" and few):
        return []
    totals = sorted((one_.total or Fraction(0) for one_ in held), reverse=True)
    found = [
        RankSeen(
            totals.index(one_.total or Fraction(0)) + 1,
            names[one_.person] if mode == "named" or one_.person == me.person_id else "",
            one_.total or Fraction(0),
            one_.grade,
            one_.person == me.person_id,
        )
        for one_ in held
    ]
    return sorted(found, key=lambda one_: (one_.place, not one_.mine, one_.name))


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
