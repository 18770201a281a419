"""The calibration board: everybody's grade by score, by quota and as moved, and the nine-box."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import cast

from cheji.engine.definitions import Quota, Scheme
from cheji.engine.scores import (
    Head,
    Placed,
    Portion,
    ScoreCard,
    Stint,
    combined,
    distribute,
    heads_of,
)
from cheji.engine.scores.cycles import FINAL
from cheji.facts import mark
from cheji.reads.appraisals.standing import cards_now
from cheji.reads.seen import Where, Who, where, who
from cheji.records.appraised import scheme_for
from cheji.records.collecting import without_collecting
from cheji.records.models import Appraisal, CalibrationMove, Cycle, Placement, Unit
from cheji.records.parties import commands, cycle_duties, duties_open, parties_in, parties_of
from cheji.records.stamps import stamp_of, undecided
from cheji.records.standing import Standing, standings
from cheji.records.visibility import Viewer, of, one


@dataclass(frozen=True, slots=True)
class MoveSeen:
    """A change of a grade with its reason."""

    id: int
    person: Who
    from_grade: str
    to_grade: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CardSeen:
    """Somebody on the board.

    `scored` is the grade of his total, `quota` what a forced distribution would give him, `grade`
    what holds: the last move, else the score. `box` is performance and potential, 1 to 3.
    """

    appraisal: int
    person: Who
    outlet: Where
    role: str
    total: Fraction | None
    scored: str
    grade: str
    quota: str
    place: int
    decided: str
    moves: tuple[MoveSeen, ...]
    veto: bool
    performance: int
    potential: int
    potential_why: str
    own: bool
    places: bool


@dataclass(frozen=True, slots=True)
class PoolSeen:
    """Heads that are graded together: by grade how many there are and how many the quota asks."""

    name: str
    heads: int
    small: bool
    counts: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class BoardSeen:
    """A board for each scheme of a cycle."""

    scheme: str
    zh: str
    en: str
    digest: str
    grades: tuple[str, ...]
    cards: tuple[CardSeen, ...]
    pools: tuple[PoolSeen, ...]
    quota: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """A cycle's boards with everything that publishing would freeze, and the `stamp` of it.

    `undecided` violations keep it from being published; `over` says whether the viewer's post is
    one that publishes cycles of this unit.
    """

    cycle: int
    name: str
    state: str
    unit: Where
    version: int
    final: bool
    boards: tuple[BoardSeen, ...]
    moves: tuple[MoveSeen, ...]
    mark: int
    duties: frozenset[str]
    over: bool
    parties: frozenset[str]
    stamp: str
    undecided: int


@without_collecting()
def calibration(viewer: Viewer, number: int, person: str = "") -> Calibration:
    """The boards of a cycle for those in the viewer's reach, or for one of them by staff number.

    Alone a person is scored as among all, but not placed against the quota.

    Raises:
        NotFound: the cycle is not his to see.
    """
    row = one(of(viewer).cycles().select_related("unit"), "cycle", number, pk=number)
    seen = of(viewer).appraisals_in_reach().filter(cycle=row, left_out="")
    if person:
        seen = seen.filter(person__number=person)
    related = seen.select_related("person", "outlet", "scheme", "cycle")
    rows = list(related.order_by("person__number", "since", "id"))
    parties = parties_of(viewer, row)
    moves = _moves(viewer, row, rows)
    return Calibration(
        row.pk,
        row.name,
        row.state,
        where(row.unit),
        row.version,
        row.state in FINAL,
        tuple(_boards(viewer, row, rows, moves, alone=bool(person))),
        tuple(reversed([move for own in moves.values() for move in own])),
        mark(),
        cycle_duties(viewer, row, parties),
        commands(viewer, "publish", row),
        frozenset(parties),
        stamp_of(row),
        undecided(row).count(),
    )


def _moves(viewer: Viewer, cycle: Cycle, rows: Sequence[Appraisal]) -> dict[int, list[MoveSeen]]:
    """By person; one's own are told once they are published."""
    people = {row.person_id for row in rows}
    if cycle.state not in FINAL:
        people -= {viewer.person or 0}
    found: dict[int, list[MoveSeen]] = {}
    made = CalibrationMove.objects.filter(cycle=cycle, person__in=people).order_by("id")
    for move in made.select_related("person", "made_by__person"):
        seen = MoveSeen(
            move.pk,
            cast("Who", who(move.person)),
            move.from_grade,
            move.to_grade,
            move.reason,
            move.made_by.get_full_name() if move.made_by else "",
            move.made_at,
        )
        found.setdefault(move.person_id, []).append(seen)
    return found


@dataclass(frozen=True)
class _Scored:
    """A person's parts with their card together."""

    rows: tuple[Appraisal, ...]
    scheme: Scheme
    total: Fraction | None
    grade: str
    points: Mapping[str, Fraction]
    veto: bool

    @property
    def last(self) -> Appraisal:
        return self.rows[-1]


def _boards(
    viewer: Viewer,
    cycle: Cycle,
    rows: Sequence[Appraisal],
    moves: Mapping[int, Sequence[MoveSeen]],
    *,
    alone: bool,
) -> list[BoardSeen]:
    scored = _scored(viewer, cycle, rows)
    parties = parties_in(viewer, cycle, [one.last for one in scored])
    boxes = _boxes(viewer, cycle, rows)
    found: dict[int, list[_Scored]] = {}
    for one_ in scored:
        found.setdefault(one_.last.scheme_id, []).append(one_)
    boards = []
    for own in found.values():
        scheme = own[0].scheme
        placed = {} if alone else _placed(scheme.quota, own)
        cards = [
            _card(viewer, cycle, one_, (placed, moves, boxes, parties[one_.last.pk]))
            for one_ in own
        ]
        cards.sort(key=lambda card: (card.total is None, -(card.total or 0), card.person.number))
        boards.append(
            BoardSeen(
                scheme.code,
                scheme.zh,
                scheme.en,
                own[0].last.scheme.digest,
                tuple(grade.label for grade in reversed(scheme.grades)),
                tuple(cards),
                tuple(_pools(scheme.quota, cards, placed)),
                scheme.quota is not None,
            )
        )
    return boards


def _scored(viewer: Viewer, cycle: Cycle, rows: Sequence[Appraisal]) -> list[_Scored]:
    """Everybody's result: live before publication, as published after it."""
    people: dict[int, list[Appraisal]] = {}
    for row in rows:
        people.setdefault(row.person_id, []).append(row)
    if cycle.state in FINAL:
        held = standings(cycle, people)
        return [_published(parts, held[who_]) for who_, parts in people.items() if who_ in held]
    cards = cards_now(viewer, rows)
    return [_live(parts, [cards[row.pk] for row in parts]) for parts in people.values()]


def _published(rows: Sequence[Appraisal], held: Standing) -> _Scored:
    detail = held.reason["detail"]
    grade = detail.get("grade_scored") or held.grade
    return _Scored(tuple(rows), scheme_for(rows[-1]), held.total, grade, {}, held.vetoed)


def _live(rows: Sequence[Appraisal], cards: Sequence[ScoreCard]) -> _Scored:
    scheme = scheme_for(rows[-1])
    points = {item.reason.code: item.points for card in cards for item in card.items}
    veto = any(card.vetoes for card in cards)
    if len(cards) == 1:
        return _Scored(tuple(rows), scheme, cards[0].total, cards[0].grade, points, veto)
    portions = [
        (
            Portion(
                Stint(row.since, row.until, row.role, scheme.code, str(row.manager_id or "")),
                row.days,
                row.absent,
            ),
            card,
        )
        for row, card in zip(rows, cards, strict=True)
    ]
    whole = combined(scheme, portions)
    return _Scored(tuple(rows), scheme, whole.total, whole.grade, points, veto)


# -- quota -------------------------------------------------------------------------------------


def _placed(quota: Quota | None, own: Sequence[_Scored]) -> dict[str, Placed]:
    if quota is None:
        return {}
    known = _names()
    heads = [
        Head(
            one_.last.person.number,
            one_.total,
            _pools_of(one_.last.outlet, known),
            one_.points,
            (one_.last.person.hired_on or date.max).toordinal(),
        )
        for one_ in own
        if one_.total is not None
    ]
    return {placed.person: placed for placed in distribute(quota, heads)}


def _names() -> dict[int, str]:
    rows = Unit.objects.exclude(kind=Unit.Kind.TEAM).values_list("id", "name")
    return dict(rows)


def _pools_of(outlet: Unit, known: Collection[int]) -> tuple[str, str, str]:
    """Outlet, region and group of an outlet, by id: two may have one name."""
    line = [part for part in outlet.path.strip("/").split("/") if int(part) in known]
    top, low = line[0], line[-1]
    return low, line[1] if len(line) > 2 else top, top


def _pools(
    quota: Quota | None, cards: Sequence[CardSeen], placed: Mapping[str, Placed]
) -> list[PoolSeen]:
    """Each pool with its heads by grade, as they stand and as the quota asks."""
    if quota is None:
        return []
    names = _names()
    pools: dict[str, list[CardSeen]] = {}
    for card in cards:
        if card.person.number in placed:
            pools.setdefault(placed[card.person.number].pool, []).append(card)
    return [
        PoolSeen(
            names[int(pool)],
            len(own),
            placed[own[0].person.number].small,
            tuple(
                (part.grade, sum(card.grade == part.grade for card in own), wanted)
                for part, wanted in zip(quota.parts, heads_of(quota, len(own)), strict=True)
            ),
        )
        for pool, own in pools.items()
    ]


# -- cards -------------------------------------------------------------------------------------


def _boxes(viewer: Viewer, cycle: Cycle, rows: Sequence[Appraisal]) -> dict[int, tuple[int, str]]:
    """By person his potential and why; nobody reads his own."""
    people = {row.person_id for row in rows} - {viewer.person or 0}
    placed = Placement.objects.filter(cycle=cycle, person__in=people).order_by("id")
    return {one_.person_id: (one_.potential, one_.reason) for one_ in placed}


def _card(
    viewer: Viewer,
    cycle: Cycle,
    scored: _Scored,
    around: tuple[
        Mapping[str, Placed],
        Mapping[int, Sequence[MoveSeen]],
        Mapping[int, tuple[int, str]],
        set[str],
    ],
) -> CardSeen:
    placed, moves, boxes, parties = around
    row = scored.last
    person = cast("Who", who(row.person))
    own = tuple(moves.get(row.person_id, ()))
    held = placed.get(person.number)
    known = {grade.label for grade in scored.scheme.grades}
    holds = own and not scored.veto and own[-1].to_grade in known
    grade = own[-1].to_grade if holds else scored.grade
    potential, why = boxes.get(row.person_id, (0, ""))
    return CardSeen(
        row.pk,
        person,
        where(row.outlet),
        row.role,
        scored.total,
        scored.grade,
        grade,
        held.grade if held else "",
        held.place if held else 0,
        held.decided if held else "",
        own,
        scored.veto,
        _performance(scored.scheme, grade),
        potential,
        why,
        row.person_id == viewer.person,
        "place" in duties_open(viewer, cycle, parties),
    )


def _performance(scheme: Scheme, grade: str) -> int:
    """The row of the nine-box: the lowest grade is 1, the highest 3, all between are 2."""
    labels = [one_.label for one_ in scheme.grades]
    if grade not in labels:
        return 0
    at = labels.index(grade)
    return 3 if at == len(labels) - 1 else 1 if at == 0 else 2
