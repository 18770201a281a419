"""Results of a cycle: who got what, what follows from it, and ranks where they are published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

from cheji.engine.periods import Grain
from cheji.engine.scores.cycles import BY_VERB, FINAL, barred
from cheji.reads.appraisals.items import adjustments_seen, items_seen
from cheji.reads.appraisals.papers import items_of
from cheji.reads.appraisals.shapes import AdjustmentSeen, ItemSeen
from cheji.reads.comparisons.rankings import FEWEST, rule_of
from cheji.reads.kpis.ground import Ground
from cheji.reads.seen import Where, Who, where, who
from cheji.records.appraised import scheme_for
from cheji.records.models import Appraisal, Cycle, Outcome
from cheji.records.parties import duties_open, parties_of
from cheji.records.refusals import NotFound
from cheji.records.standing import Standing, standings
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
    """A result in full with the reason of its total."""

    seen: ResultSeen
    parts: tuple[PartSeen, ...]
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
    row = one(of(viewer).cycles().select_related("unit"), "cycle", number, pk=number)
    return ResultsSeen(
        row.pk,
        row.name,
        row.state,
        cast("Grain", row.grain),
        row.period,
        where(row.unit),
        row.appeal_until,
        tuple(_results(viewer, row)),
        row.version,
    )


def _results(viewer: Viewer, cycle: Cycle) -> list[ResultSeen]:
    if cycle.state not in FINAL:
        return []
    rows = _last_parts(viewer, cycle)
    held = standings(cycle, rows)
    ranks = _ranks(cycle, rows, held)
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


def _ranks(
    cycle: Cycle, rows: Mapping[int, Appraisal], held: Mapping[int, Standing]
) -> dict[int, tuple[int, int]]:
    """Place and heads among all of the outlet and scheme, also those out of the viewer's reach.

    Equal totals share a place.
    """
    everybody = {
        row.person_id: row for row in cycle.appraisals.filter(left_out="").order_by("since", "id")
    }
    all_held = held if set(everybody) <= set(held) else standings(cycle)
    pools: dict[tuple[int, int], list[Fraction]] = {}
    for person, row in everybody.items():
        total = all_held[person].total if person in all_held else None
        if total is not None:
            pools.setdefault((row.outlet_id, row.scheme_id), []).append(total)
    found = {}
    for person, row in rows.items():
        pool = pools.get((row.outlet_id, row.scheme_id), [])
        mine = held[person].total if person in held else None
        if mine is not None:
            found[person] = (1 + sum(other > mine for other in pool), len(pool))
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


def result(viewer: Viewer, number: int, person: str) -> ResultDetail:
    """One person's result, by staff number, with every item's reason.

    Raises:
        NotFound: it is not the viewer's to see, or not published.
    """
    cycle = one(of(viewer).cycles(), "cycle", number, pk=number)
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
    standing = held[rows[-1].person_id]
    last, scheme = rows[-1], scheme_for(rows[-1])
    ranks = _ranks(cycle, {last.person_id: last}, held)
    mode = rule_of(last.outlet_id).mode
    mine = last.person_id == viewer.person
    if mine and mode == "off":
        ranks = {}
    outcomes = _outcomes(viewer, cycle).get(last.person_id, ())
    return ResultDetail(
        _seen(last, standing, ranks.get(last.person_id, (0, 0)), outcomes),
        tuple(_parts(viewer, cycle, rows, standing)),
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
    rows = {
        row.person_id: row
        for row in cycle.appraisals.filter(left_out="", outlet=me.outlet_id, scheme=me.scheme_id)
        .select_related("person")
        .order_by("since", "id")
    }
    held = [one_ for one_ in standings(cycle, rows).values() if one_.total is not None]
    few = len(held) - 1 < FEWEST
    if mode not in ("named", "anonymous") or (mode == "anonymous" and few):
        return []
    totals = sorted((one_.total or Fraction(0) for one_ in held), reverse=True)
    found = [
        RankSeen(
            totals.index(one_.total or Fraction(0)) + 1,
            rows[one_.person].person.name if mode == "named" or one_.person == me.person_id else "",
            one_.total or Fraction(0),
            one_.grade,
            one_.person == me.person_id,
        )
        for one_ in held
    ]
    return sorted(found, key=lambda one_: (one_.place, not one_.mine, one_.name))


def _parts(
    viewer: Viewer, cycle: Cycle, rows: Sequence[Appraisal], held: Standing
) -> list[PartSeen]:
    """The parts in order of time, each with its items as they were published or adjusted."""
    ground = Ground(viewer)
    reasons = [{"parts": own} for _days, own in items_of(held.reason)]
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
        for row, reason in zip(rows, reasons, strict=False)
    ]
