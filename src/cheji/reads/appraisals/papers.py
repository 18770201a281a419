"""One appraisal as its papers print it: terms with their standards, marks, the result, talks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby
from typing import Any, Final, cast

from cheji.engine.definitions import Scheme, SchemeItem
from cheji.engine.money import round_half_up
from cheji.engine.periods import Grain
from cheji.engine.scores import (
    WHOLE_DAYS,
    Days,
    aimed,
    days_words,
    prorated,
    scheme_words,
    standard,
)
from cheji.engine.scores.cycles import FINAL, NAMELESS
from cheji.reads.appraisals.figures import adding_in
from cheji.reads.appraisals.items import unit_of
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.headings import heading
from cheji.reads.seen import Where, Who, where, who
from cheji.records.appraised import SCALE, days_of, scheme_for, terms_digest
from cheji.records.models import (
    Appeal,
    Appraisal,
    AppraisalItem,
    Cycle,
    Evaluation,
)
from cheji.records.standing import Standing, standings
from cheji.records.visibility import Viewer, of, one

Said = tuple[str, str]
#: Days, None where there is one part; items and adjustments as the reason has them.
Part = tuple[int | None, Sequence[Mapping[str, Any]]]
PORTION: Final = "score_portion"
#: Fewer raters than these cannot hide among each other.
FEW: Final = 3


@dataclass(frozen=True, slots=True)
class TermSeen:
    """One item or work goal as it is agreed; figures in the unit that it is scored in.

    `aimless` has no target although it is scored against one.

    `standard` is the rule in words, sentence by sentence; a goal has none of its own. The aims of a
    KPI that adds up over time are for the days of the part, which `standard` then says.
    """

    item: str
    goal: str
    zh: str
    en: str
    group: str
    source: str
    unit: str
    decimals: int
    weight: Fraction
    target: Fraction | None
    base: Fraction | None
    stretch: Fraction | None
    text: str
    standard: tuple[Said, ...]
    aimless: bool = False


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """A mark that was handed in: a rating of 100, or the share of a goal that was reached."""

    item: str
    goal: str
    part: str
    mark: Fraction | None
    comment: str
    evidence: str


@dataclass(frozen=True, slots=True)
class TalkSeen:
    on: date
    kind: str
    kpi: str
    text: str
    agreed: str
    next_on: date | None
    by: str
    seen: bool


@dataclass(frozen=True, slots=True)
class PlannedSeen:
    """What was agreed to be improved, how it is measured, and until when."""

    text: str
    measure: str
    until: date


@dataclass(frozen=True, slots=True)
class AppealSeen:
    item: str
    text: str
    state: str
    on: date
    decision: str


@dataclass(frozen=True, slots=True)
class OutcomeSeen:
    """What follows from the result, with the rule's words; `state` is how it was answered."""

    kind: str
    rule: str
    zh: str
    en: str
    value: Mapping[str, Any]
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """An appraisal for print; `result` is None until it is published.

    `digest` is that of the terms as they stand, `agreed` that to which the two agreed. `parts` are
    those of the result that the reader sees, `elsewhere` the days of the others.
    """

    id: int
    cycle: int
    name: str
    state: str
    grain: str
    period: int
    group: str
    person: Who
    role: str
    outlet: Where
    team: str
    manager: str
    since: date
    until: date
    absent: int
    scheme: Said
    words: tuple[Said, ...]
    groups: tuple[tuple[str, str, str, Fraction], ...]
    grades: tuple[tuple[Fraction, str], ...]
    terms: tuple[TermSeen, ...]
    digest: str
    agreed: str
    person_agreed_at: datetime | None
    manager_agreed_at: datetime | None
    marks: tuple[MarkSeen, ...]
    talks: tuple[TalkSeen, ...]
    developments: tuple[PlannedSeen, ...]
    result: Standing | None
    parts: tuple[Part, ...]
    elsewhere: int
    appeal_until: date | None
    appeals: tuple[AppealSeen, ...]
    outcomes: tuple[OutcomeSeen, ...]


def paper_of(viewer: Viewer, appraisal: int) -> PaperSeen:
    """What an appraisal's papers print; who is appraised sees others' marks once it is published.

    Raises:
        NotFound: the appraisal is not the viewer's to see as a whole.
    """
    rows = (
        of(viewer)
        .appraisals_in_reach()
        .select_related("cycle__unit", "person", "outlet", "team", "manager", "scheme")
    )
    row = one(rows, "appraisal", appraisal, pk=appraisal)
    scheme, cycle = scheme_for(row), row.cycle
    final = cycle.state in FINAL
    person = cast("Who", who(row.person))
    held = standings(cycle, [row.person_id]) if final else {}
    mine = rows.filter(cycle=cycle, person=row.person_id).values_list("pk", flat=True)
    group = Ground(viewer).places[int(row.outlet.path.strip("/").split("/")[0])].name
    return PaperSeen(
        row.pk, cycle.pk, cycle.name, cycle.state, cycle.grain, cycle.period, group, person,
        row.role, where(row.outlet), row.team.name if row.team else "",
        row.manager.name if row.manager else "", row.since, row.until, row.absent,
        (scheme.zh, scheme.en), scheme_words(scheme),
        tuple((one.code, one.zh, one.en, one.weight) for one in scheme.groups),
        tuple((grade.start, grade.label) for grade in scheme.grades),
        tuple(_terms(viewer, row, scheme)), terms_digest(row), row.digest, row.person_agreed_at,
        row.manager_agreed_at,
        tuple(_marks(row, own=viewer.person == row.person_id, final=final)),
        tuple(_talks(viewer, row)), tuple(_planned(viewer, row)),
        held.get(row.person_id), *_parted(cycle, held, set(mine)),
        cycle.appeal_until, tuple(_appeals(row)), tuple(_outcomes(viewer, row)),
    )  # fmt: skip


def _parted(
    cycle: Cycle, held: Mapping[int, Standing], mine: set[int]
) -> tuple[tuple[Part, ...], int]:
    """The parts of one result that are among these appraisals, and the days of the others."""
    parts = parts_of(cycle, held) if held else {}
    elsewhere = sum(days or 0 for number, (days, _own) in parts.items() if number not in mine)
    return tuple(part for number, part in parts.items() if number in mine), elsewhere


def _terms(viewer: Viewer, row: Appraisal, scheme: Scheme) -> Iterator[TermSeen]:
    ground = Ground(viewer)
    ruling = ground.ruling(cast("Grain", row.cycle.grain), row.cycle.period, row.outlet_id).ruling
    items = {item.key: item for item in scheme.items}
    names: dict[str, tuple[Said, str, int]] = {}
    for key, item in items.items():
        own = (item.zh or key, item.en or key)
        names[key] = own, unit_of(item), 2
        if item.kpi in ruling.kpi:
            kpi = heading(ruling, item.kpi)
            names[key] = (item.zh or kpi.zh, item.en or kpi.en), kpi.unit, kpi.decimals
    said = {key: name for key, (name, _unit, _decimals) in names.items()}
    adding = adding_in(ruling, [item.kpi for item in scheme.items])
    rows = AppraisalItem.objects.filter(appraisal=row, superseded=False)
    for term in rows.order_by("position", "goal"):
        if term.item in items:
            item = items[term.item]
            days = days_of(row, term.days) if item.kpi in adding else WHOLE_DAYS
            yield _term(term, item, names[term.item], (said, days))


def _term(
    term: AppraisalItem,
    item: SchemeItem,
    name: tuple[Said, str, int],
    known: tuple[Mapping[str, Said], Days],
) -> TermSeen:
    ((zh, en), unit, decimals), (said, days) = name, known
    rule = standard(item, unit=unit, names=said)
    target, base, stretch = aims_of(term, item, days)
    of = days.period if term.target is None else days.agreed
    if target is not None and of != days.part:
        rule = (*rule, days_words(days.part, of))
    return TermSeen(
        term.item, term.goal, zh, en, item.group, item.source, unit, decimals,
        Fraction(term.weight, SCALE), target, base, stretch, term.text,
        () if term.goal else rule, aimed(item) and not term.goal and target is None,
    )  # fmt: skip


def aims_of(term: AppraisalItem, item: SchemeItem, days: Days) -> tuple[Fraction | None, ...]:
    """Target, base and stretch for the days that count: as agreed, else as the scheme has them."""
    agreed = (term.target, term.base, term.stretch)
    fixed = (None,) * 3 if term.goal else (item.target, item.base, item.stretch)
    return tuple(
        prorated(own, days.part, days.period)
        if aim is None
        else prorated(_exact(aim), days.part, days.agreed)
        for aim, own in zip(agreed, fixed, strict=True)
    )


def _exact(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, SCALE)


def _marks(row: Appraisal, *, own: bool, final: bool) -> Iterator[MarkSeen]:
    """What was handed in; who is appraised sees others' marks once they are published.

    Of a part with few raters he then sees their mean alone: a comment would tell whose it is.
    """
    rows = Evaluation.objects.filter(task__appraisal=row, task__way="done")
    rows = rows if final or not own else rows.filter(task__part="self")
    found = rows.select_related("task").order_by("item", "goal", "task__part", "id")
    for (item, goal, part), given in groupby(found, lambda m: (m.item, m.goal, m.task.part)):
        marks = list(given)
        if own and part in NAMELESS and len(marks) < FEW:
            yield MarkSeen(item, goal, part, _exact(_mean(marks)), "", "")
            continue
        for mark in marks:
            yield MarkSeen(item, goal, part, _exact(mark.mark), mark.comment, mark.evidence)


def _mean(marks: Sequence[Evaluation]) -> int | None:
    """Of marks in 1/10,000, to a whole one."""
    known = [mark.mark for mark in marks if mark.mark is not None]
    return round_half_up(Fraction(sum(known), len(known))) if known else None


def _talks(viewer: Viewer, row: Appraisal) -> Iterator[TalkSeen]:
    """Talks with the person in the period and up to a month after it, the earliest first."""
    rows = of(viewer).talks().filter(person=row.person_id, outlet=row.outlet_id)
    rows = rows.filter(on_date__gte=row.since)
    for talk in rows.select_related("made_by__person").order_by("on_date", "id"):
        if talk.appraisal_id == row.pk or talk.on_date < row.until:
            by = talk.made_by.person.name if talk.made_by and talk.made_by.person else ""
            yield TalkSeen(
                talk.on_date, talk.kind, talk.kpi, talk.text, talk.agreed, talk.next_on, by,
                talk.seen_at is not None,
            )  # fmt: skip


def _planned(viewer: Viewer, row: Appraisal) -> Iterator[PlannedSeen]:
    for one_ in of(viewer).developments().filter(appraisal=row).order_by("until", "id"):
        yield PlannedSeen(one_.text, one_.measure, one_.until)


def _appeals(row: Appraisal) -> Iterator[AppealSeen]:
    for made in Appeal.objects.filter(appraisal=row).order_by("id"):
        yield AppealSeen(made.item, made.text, made.state, made.made_at.date(), made.decision)


def _outcomes(viewer: Viewer, row: Appraisal) -> Iterator[OutcomeSeen]:
    rows = of(viewer).outcomes().filter(cycle=row.cycle_id, person=row.person_id)
    for one_ in rows.order_by("id"):
        yield OutcomeSeen(
            one_.kind, one_.rule, one_.zh, one_.en, one_.value, one_.state, one_.reason
        )


def items_of(reason: Mapping[str, Any]) -> list[Part]:
    """Items and adjustments of a result: of one card (days None), or of each part with its days."""
    parts = reason["parts"]
    if not parts or parts[0]["kind"] != PORTION:
        return [(None, parts)]
    portions = [part for part in parts if part["kind"] == PORTION]
    return [(part["detail"]["days"], part["parts"][0]["parts"]) for part in portions]


def limits_of(reason: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What vetoes took from the sum of several parts; that of one card stands among its items."""
    parts = reason["parts"]
    several = parts and parts[0]["kind"] == PORTION
    return [part for part in parts if part["kind"] != PORTION] if several else []


def parts_of(cycle: Cycle, held: Mapping[int, Standing]) -> dict[int, Part]:
    """By appraisal its own part of these people's results."""
    rows = cycle.appraisals.filter(left_out="", person__in=held).order_by("since", "id")
    numbers: dict[int, list[int]] = {}
    for person, number in rows.values_list("person", "id"):
        numbers.setdefault(person, []).append(number)
    return {
        number: part
        for person, own in numbers.items()
        for number, part in zip(own, items_of(held[person].reason), strict=True)
    }
