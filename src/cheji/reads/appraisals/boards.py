"""The calibration board: everybody's grade by score, by quota and as moved, and the nine-box."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final, cast

from django.db.models import QuerySet

from cheji.engine.definitions import Scheme, scheme_of
from cheji.engine.scores import Placed
from cheji.engine.scores.cycles import BEFORE, FINAL
from cheji.facts import mark
from cheji.reads.appraisals.pools import PoolSeen, circles, placed, pools
from cheji.reads.appraisals.scored import Scored, scored
from cheji.reads.seen import Where, Who, where, who
from cheji.records.collecting import without_collecting
from cheji.records.models import (
    Appraisal,
    CalibrationMove,
    Cycle,
    DefinitionVersion,
    Placement,
    Unit,
)
from cheji.records.parties import commands, cycle_duties, duties_open, parties_in, parties_of
from cheji.records.stamps import stamp_of, undecided
from cheji.records.visibility import Viewer, of, one

#: A board of more people is shown outlet by outlet, unless all are asked for.
MOST: Final = 200


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
class BoardSeen:
    """A board for each scheme of a cycle.

    `people` are on it at `outlets`; its `cards` are all of them, or those with whom the people of
    one `outlet` (by code) are graded, and `pools` are theirs.
    """

    scheme: str
    zh: str
    en: str
    digest: str
    grades: tuple[str, ...]
    cards: tuple[CardSeen, ...]
    pools: tuple[PoolSeen, ...]
    quota: bool
    people: int
    outlets: tuple[Where, ...]
    outlet: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """A cycle's boards with everything that publishing would freeze, and the `stamp` of it.

    `before` are the steps still to come before publication, `until` the day after the period.
    `undecided` violations keep it from being published; `over` says whether the viewer's post is
    one that publishes cycles of this unit.
    """

    cycle: int
    name: str
    state: str
    unit: Where
    version: int
    final: bool
    until: date
    before: tuple[str, ...]
    boards: tuple[BoardSeen, ...]
    moves: tuple[MoveSeen, ...]
    mark: int
    duties: frozenset[str]
    over: bool
    parties: frozenset[str]
    stamp: str
    undecided: int


@without_collecting()
def calibration(
    viewer: Viewer,
    number: int,
    person: str = "",
    *,
    scheme: str | None = None,
    outlet: str | None = None,
    most: int = MOST,
) -> Calibration:
    """The boards of a cycle for those in the viewer's reach, or for one of them by staff number.

    With a `scheme` the cards of its board alone, of one that there is not of the first. With an
    `outlet` (by code) the cards of those with whom its people are graded; where none is asked for,
    a board of more than `most` people shows its first, and empty asks for all. Alone a person is
    scored as among all, but not placed against the quota.

    Raises:
        NotFound: the cycle is not his to see.
    """
    row = one(of(viewer).cycles().select_related("unit"), "cycle", number, pk=number)
    seen = of(viewer).appraisals_in_reach().filter(cycle=row, left_out="")
    if person:
        seen = seen.filter(person__number=person)
    parties = parties_of(viewer, row)
    moves = _moves(viewer, row, seen)
    asked = _Asked(person, scheme, outlet, most)
    return Calibration(
        row.pk,
        row.name,
        row.state,
        where(row.unit),
        row.version,
        row.state in FINAL,
        row.until,
        _before(row),
        tuple(_boards(_Desk(viewer, row, seen, moves, asked))),
        tuple(reversed([move for own in moves.values() for move in own])),
        mark(),
        cycle_duties(viewer, row, parties),
        commands(viewer, "publish", row),
        frozenset(parties),
        stamp_of(row),
        undecided(row).count(),
    )


def _before(cycle: Cycle) -> tuple[str, ...]:
    """The steps that lie between a cycle's own and publication."""
    if cycle.state in FINAL:
        return ()
    later = BEFORE[BEFORE.index(cycle.state) + 1 :]
    return tuple(code for code in later if code not in cycle.settings["left_out"])


def _moves(viewer: Viewer, cycle: Cycle, rows: QuerySet[Appraisal]) -> dict[int, list[MoveSeen]]:
    """By person; one's own are told once they are published."""
    made = CalibrationMove.objects.filter(cycle=cycle, person__in=rows.values("person"))
    if cycle.state not in FINAL:
        made = made.exclude(person=viewer.person or 0)
    found: dict[int, list[MoveSeen]] = {}
    for move in made.order_by("id").select_related("person", "made_by__person"):
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


# -- boards ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """What of the boards is asked for; see `calibration`."""

    person: str
    scheme: str | None
    outlet: str | None
    most: int

    def outlet_of(self, codes: Collection[str], people: int) -> str:
        """The outlet to be shown, empty for all; of too many people the first, where none was."""
        if self.outlet is None and people > self.most:
            return min(codes)
        return self.outlet if self.outlet and self.outlet in codes else ""


@dataclass(frozen=True)
class _Desk:
    """Whose boards of which cycle are drawn, of whom, with whose grades moved."""

    viewer: Viewer
    cycle: Cycle
    rows: QuerySet[Appraisal]
    moves: Mapping[int, Sequence[MoveSeen]]
    asked: _Asked


@dataclass(frozen=True, slots=True)
class _Member:
    """Where somebody ended the period, and by which version of a scheme."""

    person: int
    outlet: int
    scheme: int


def _members(rows: QuerySet[Appraisal]) -> list[_Member]:
    """Everybody once, by staff number."""
    told = rows.order_by("person__number", "since", "id")
    parts = told.values_list("person", "outlet", "scheme")
    return list({part[0]: _Member(*part) for part in parts}.values())


def _boards(desk: _Desk) -> list[BoardSeen]:
    by_scheme: dict[int, list[_Member]] = {}
    for member in _members(desk.rows):
        by_scheme.setdefault(member.scheme, []).append(member)
    versions = DefinitionVersion.objects.in_bulk(by_scheme)
    codes = [versions[key].code for key in by_scheme]
    wanted = desk.asked.scheme
    chosen = wanted if wanted is None or wanted in codes else codes[0]
    return [
        _board(desk, versions[key], own, filled=chosen in (None, versions[key].code))
        for key, own in by_scheme.items()
    ]


def _board(
    desk: _Desk, version: DefinitionVersion, own: Sequence[_Member], *, filled: bool
) -> BoardSeen:
    scheme = scheme_of(version.body)
    units = Unit.objects.in_bulk({member.outlet for member in own})
    by_code = {unit.code: unit for unit in units.values()}
    shown = desk.asked.outlet_of(by_code, len(own))
    results, places = (
        _placed(desk, scheme, own, (units, by_code.get(shown))) if filled else ([], {})
    )
    cards = _cards(desk, results, places)
    grades = {card.person.number: card.grade for card in cards}
    return BoardSeen(
        scheme.code,
        scheme.zh,
        scheme.en,
        version.digest,
        tuple(grade.label for grade in reversed(scheme.grades)),
        tuple(cards),
        tuple(pools(scheme.quota, grades, places)),
        scheme.quota is not None,
        len(own),
        tuple(where(by_code[code]) for code in sorted(by_code)),
        shown,
    )


def _placed(
    desk: _Desk,
    scheme: Scheme,
    own: Sequence[_Member],
    at: tuple[Mapping[int, Unit], Unit | None],
) -> tuple[list[Scored], dict[str, Placed]]:
    """Everybody's result and place; for one outlet those with whom its people are graded."""
    units, shown = at
    if desk.asked.person:
        return _results(desk, own), {}
    if shown is None:
        results = _results(desk, own)
        return results, placed(scheme.quota, results)
    results, places = [], {}
    for pool, there in circles(scheme.quota, shown, units.values()):
        results = _results(desk, [member for member in own if member.outlet in there])
        places = placed(scheme.quota, results)
        numbers = [one_.last.person.number for one_ in results if one_.last.outlet_id == shown.pk]
        if all(places[number].pool == pool for number in numbers if number in places):
            break
    return results, places


def _results(desk: _Desk, own: Sequence[_Member]) -> list[Scored]:
    rows = desk.rows.filter(person__in=[member.person for member in own])
    rows = rows.select_related("person", "outlet").order_by("person__number", "since", "id")
    # Joined, thousands of rows would each read and keep a scheme of their own.
    versions = DefinitionVersion.objects.in_bulk(set(rows.values_list("scheme", flat=True)))
    found = list(rows)
    for row in found:
        row.cycle, row.scheme = desk.cycle, versions[row.scheme_id]
    return scored(desk.viewer, desk.cycle, found)


# -- cards -------------------------------------------------------------------------------------


def _boxes(desk: _Desk, rows: Sequence[Appraisal]) -> dict[int, tuple[int, str]]:
    """By person his potential and why; nobody reads his own."""
    people = {row.person_id for row in rows} - {desk.viewer.person or 0}
    said = Placement.objects.filter(cycle=desk.cycle, person__in=people).order_by("id")
    return {one_.person_id: (one_.potential, one_.reason) for one_ in said}


def _cards(desk: _Desk, results: Sequence[Scored], places: Mapping[str, Placed]) -> list[CardSeen]:
    """The best first; who has no total last."""
    last = [one_.last for one_ in results]
    parties = parties_in(desk.viewer, desk.cycle, last)
    boxes = _boxes(desk, last)
    cards = []
    for one_ in results:
        held = places.get(one_.last.person.number)
        may = "place" in duties_open(desk.viewer, desk.cycle, parties[one_.last.pk])
        box = boxes.get(one_.last.person_id, (0, ""))
        cards.append(_card(desk, one_, held, box, may=may))
    cards.sort(key=lambda card: (card.total is None, -(card.total or 0), card.person.number))
    return cards


def _card(
    desk: _Desk, scored: Scored, held: Placed | None, box: tuple[int, str], *, may: bool
) -> CardSeen:
    row = scored.last
    own = tuple(desk.moves.get(row.person_id, ()))
    known = {grade.label for grade in scored.scheme.grades}
    holds = own and not scored.veto and own[-1].to_grade in known
    grade = own[-1].to_grade if holds else scored.grade
    return CardSeen(
        row.pk,
        cast("Who", who(row.person)),
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
        *box,
        row.person_id == desk.viewer.person,
        may,
    )


def _performance(scheme: Scheme, grade: str) -> int:
    """The row of the nine-box: the lowest grade is 1, the highest 3, all between are 2."""
    labels = [one_.label for one_ in scheme.grades]
    if grade not in labels:
        return 0
    at = labels.index(grade)
    return 3 if at == len(labels) - 1 else 1 if at == 0 else 2
