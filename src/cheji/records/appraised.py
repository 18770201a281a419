"""An appraisal as the engine asks for it: its terms with their digest, and what it is scored on."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.db.models import Count, Q, QuerySet

from cheji.engine.definitions import Scheme, SchemeItem, scheme_of
from cheji.engine.scores import Days, Event, Given, Goal, aimed, corrected

from .audit import canonical
from .models import (
    Appraisal,
    AppraisalItem,
    Cycle,
    DefinitionVersion,
    Evaluation,
    EvidenceFile,
    StepTask,
    Violation,
)

SCALE: Final = 10_000
TERMS: Final = ("position", "item", "goal", "kind", "weight", "target", "base", "stretch", "text")
#: Why a violation that was looked at does not count.
NOT_COUNTED: Final = {"reported": "not_decided", "heard": "not_decided", "dismissed": "dismissed"}


@dataclass(frozen=True, slots=True)
class Figures:
    """KPI values of one appraisal's days by code; `adding` are KPIs that add up over time."""

    values: Mapping[str, Fraction | None] = field(default_factory=dict)
    adding: Collection[str] = ()


def scheme_for(appraisal: Appraisal) -> Scheme:
    """The scheme that the appraisal goes by, as it was published when the cycle began."""
    return _scheme(canonical(appraisal.scheme.body))


@lru_cache(maxsize=32)
def _scheme(body: str) -> Scheme:
    """A scheme as it is written, read once: thousands of appraisals go by the same one."""
    return scheme_of(json.loads(body))


def grades_in(cycle: Cycle) -> list[str]:
    """Every grade that the cycle's schemes know, the best first."""
    bodies = DefinitionVersion.objects.filter(pk__in=cycle.appraisals.values("scheme"))
    found = [
        grade.label
        for row in bodies.order_by("id")
        for grade in reversed(scheme_of(row.body).grades)
    ]
    return list(dict.fromkeys(found))


def terms(appraisal: Appraisal) -> list[dict[str, Any]]:
    """What holds now of what was agreed, in order."""
    rows = AppraisalItem.objects.filter(appraisal=appraisal, superseded=False)
    return list(rows.order_by("position", "item", "goal").values(*TERMS))


def terms_digest(appraisal: Appraisal) -> str:
    """SHA-256 over scheme, person, days and terms: what both sides agree to."""
    head = [appraisal.scheme.digest, appraisal.person_id, appraisal.since, appraisal.until]
    return hashlib.sha256(canonical([head, terms(appraisal)]).encode()).hexdigest()


def unaimed(appraisal: Appraisal) -> list[SchemeItem]:
    """Items that are scored against a target and have none, neither agreed nor in the scheme."""
    rows = AppraisalItem.objects.filter(appraisal=appraisal, superseded=False)
    given = set(rows.exclude(target=None).values_list("item", flat=True))
    return [item for item in _to_aim(scheme_for(appraisal)) if item.key not in given]


def _to_aim(scheme: Scheme) -> list[SchemeItem]:
    """Items that are scored against a target which the scheme leaves to people."""
    return [item for item in scheme.items if aimed(item) and item.target is None]


def with_unaimed(appraisals: QuerySet[Appraisal]) -> QuerySet[Appraisal]:
    """Those of them that have an item as `unaimed` tells."""
    found = Q(pk__in=())
    for version in DefinitionVersion.objects.filter(pk__in=appraisals.values("scheme")):
        keys = [item.key for item in _to_aim(_scheme(canonical(version.body)))]
        given = AppraisalItem.objects.filter(
            superseded=False, item__in=keys, target__isnull=False, appraisal__scheme=version
        )
        full = given.values("appraisal").annotate(held=Count("item")).filter(held=len(keys))
        if keys:
            found |= Q(scheme=version) & ~Q(pk__in=full.values("appraisal"))
    return appraisals.filter(found)


def rateable(item: SchemeItem, part: str) -> bool:
    """Whether a part gives a mark for an item: ratings by its raters, goals by the manager."""
    if item.source == "goal":
        return part in ("self", "manager")
    return item.source == "rating" and part in {rater.code for rater in item.raters}


def givens_of(appraisals: Sequence[Appraisal], figures: Mapping[int, Figures]) -> dict[int, Given]:
    """What appraisals, read with `cycle` and `scheme`, are scored on, in a few queries.

    All but the figures is from their own rows. Of what adds up over time the aims are for the days
    of the part.
    """
    schemes: dict[int, Scheme] = {}
    for row in appraisals:
        if row.scheme_id not in schemes:
            schemes[row.scheme_id] = scheme_for(row)
    ids = [row.pk for row in appraisals]
    rows, marks = _rows(ids), _marks(ids)
    scales, filed = _scales(appraisals, schemes), _filed(ids)
    happened = _happened(appraisals)
    covered = _covered(appraisals, happened)
    return {
        one.pk: _given(
            schemes[one.scheme_id],
            figures.get(one.pk, Figures()),
            Own(
                rows.get(one.pk, []),
                marks.get(one.pk, []),
                happened.get(one.person_id, []),
                scales,
                filed,
            ),
            covered.get(one.pk, (one,)),
        )
        for one in appraisals
    }


class Term(NamedTuple):
    """What was agreed of an item, or of a goal below it; figures as its row has them."""

    item: str
    goal: str
    text: str
    weight: int
    target: int | None
    base: int | None
    stretch: int | None
    days: int | None


#: Marks as corrected, by the id of the evaluation.
Scales = Mapping[int, Fraction]


class Own(NamedTuple):
    """What one appraisal's own rows say; `filed` are the marks beside which files stand."""

    rows: list[Term]
    marks: list[Evaluation]
    happened: list[Violation]
    scales: Scales
    filed: frozenset[int]


def _given(scheme: Scheme, figures: Figures, own: Own, covered: Sequence[Appraisal]) -> Given:
    rows, marks, happened, scales, filed = own
    inputs = {item.key: item.input for item in scheme.items}
    aims = {
        name: {
            inputs[row.item]: Fraction(value, SCALE)
            for row in rows
            if not row.goal and (value := getattr(row, name)) is not None
        }
        for name in ("target", "base", "stretch")
    }
    return Given(
        values=dict(figures.values),
        targets=aims["target"],
        bases=aims["base"],
        stretches=aims["stretch"],
        ratings=_ratings(scheme, marks, scales),
        goals=_goals(rows, marks),
        days=_days(covered[0], scheme, rows, figures.adding),
        events=tuple(_events(covered, scheme, happened)),
        evidence=_evidence(marks, filed),
    )


def _days(
    appraisal: Appraisal, scheme: Scheme, rows: Iterable[Term], adding: Collection[str]
) -> dict[str, Days]:
    set_for = {row.item: row.days for row in rows if not row.goal}
    found = {
        item.kpi: days_of(appraisal, set_for.get(item.key))
        for item in scheme.items
        if item.kpi in adding
    }
    return {kpi: days for kpi, days in found.items() if not days.part == days.agreed == days.period}


def days_of(appraisal: Appraisal, agreed: int | None) -> Days:
    """A part's days, those its aims were `agreed` for (None: as now), and the period's."""
    cycle = appraisal.cycle
    return Days(appraisal.days, agreed or appraisal.days, (cycle.until - cycle.since).days)


def _rows(appraisals: Sequence[int]) -> dict[int, list[Term]]:
    rows = AppraisalItem.objects.filter(appraisal__in=appraisals, superseded=False)
    ordered = rows.order_by("position", "goal").values_list("appraisal_id", *Term._fields)
    found: dict[int, list[Term]] = {}
    for appraisal, *term in ordered:
        found.setdefault(appraisal, []).append(Term(*term))
    return found


def _marks(appraisals: Sequence[int]) -> dict[int, list[Evaluation]]:
    """Marks that were handed in."""
    rows = Evaluation.objects.filter(
        task__appraisal__in=appraisals, task__way=StepTask.Way.DONE
    ).select_related("task")
    found: dict[int, list[Evaluation]] = {}
    for row in rows.order_by("item", "goal", "task__part", "task__owner"):
        found.setdefault(row.task.appraisal_id, []).append(row)
    return found


def _happened(appraisals: Sequence[Appraisal]) -> dict[int, list[Violation]]:
    """Violations of these people in the periods of these appraisals."""
    if not appraisals:
        return {}
    rows = Violation.objects.filter(
        person__in={row.person_id for row in appraisals},
        on_date__gte=min(row.cycle.since for row in appraisals),
        on_date__lt=max(row.cycle.until for row in appraisals),
    )
    found: dict[int, list[Violation]] = {}
    for row in rows.order_by("on_date", "id"):
        found.setdefault(row.person_id, []).append(row)
    return found


def _ratings(
    scheme: Scheme, marks: Iterable[Evaluation], scales: Scales
) -> dict[str, dict[str, tuple[Fraction, ...]]]:
    rated = {item.key for item in scheme.items if item.source == "rating"}
    found: dict[str, dict[str, tuple[Fraction, ...]]] = {}
    for one in marks:
        if one.item in rated and one.mark is not None:
            by = found.setdefault(one.item, {})
            mark = scales.get(one.pk, Fraction(one.mark, SCALE))
            by[one.task.part] = (*by.get(one.task.part, ()), mark)
    return found


def _scales(appraisals: Sequence[Appraisal], schemes: Mapping[int, Scheme]) -> Scales:
    """Marks corrected for how strictly each rater marks, where a scheme asks for it.

    Over all of a cycle that the raters of one part marked in an item; nobody's own marks.
    """
    ways = {
        (number, item.key): item.correction
        for number, scheme in schemes.items()
        for item in scheme.items
        if item.source == "rating" and item.correction != "none"
    }
    if not ways:
        return {}
    rows = Evaluation.objects.filter(
        task__appraisal__cycle__in={row.cycle_id for row in appraisals}, mark__isnull=False,
        task__appraisal__left_out="", task__way=StepTask.Way.DONE,
    ).exclude(task__part="self")  # fmt: skip
    whole: dict[tuple[Any, ...], dict[str, dict[str, Fraction]]] = {}
    for number, mark, rater, *place in rows.order_by("id").values_list(
        "pk", "mark", "task__owner", "task__appraisal__scheme", "item", "task__part",
        "task__appraisal__cycle",
    ):  # fmt: skip
        by = whole.setdefault(tuple(place), {}).setdefault(str(rater), {})
        by[str(number)] = Fraction(mark or 0, SCALE)
    return {
        int(number): mark
        for (scheme, item, *_place), marks in whole.items()
        if (scheme, item) in ways
        for given in corrected(marks, ways[scheme, item]).values()
        for number, mark in given.items()
    }


def _goals(rows: Iterable[Term], marks: Iterable[Evaluation]) -> dict[str, tuple[Goal, ...]]:
    """Goals as the manager judged them; one without his mark is not judged yet."""
    done = {
        (one.item, one.goal): Fraction(one.mark, SCALE)
        for one in marks
        if one.goal and one.mark is not None and one.task.part == "manager"
    }
    found: dict[str, tuple[Goal, ...]] = {}
    for row in rows:
        if row.goal:
            weight = Fraction(row.weight, SCALE)
            goal = Goal(row.goal, row.text, weight, done.get((row.item, row.goal)))
            found[row.item] = (*found.get(row.item, ()), goal)
    return found


def _filed(appraisals: Sequence[int]) -> frozenset[int]:
    """The marks of these appraisals beside which files stand."""
    rows = EvidenceFile.objects.filter(mark__task__appraisal__in=appraisals)
    return frozenset(pk for pk in rows.values_list("mark", flat=True) if pk is not None)


def _evidence(marks: Iterable[Evaluation], filed: Collection[int]) -> dict[str, tuple[str, ...]]:
    """What proves an item: marks that name a document, or beside which a file stands."""
    found: dict[str, tuple[str, ...]] = {}
    for one in marks:
        if one.evidence or one.pk in filed:
            found[one.item] = (*found.get(one.item, ()), f"evaluation:{one.pk}")
    return found


def _covered(
    appraisals: Sequence[Appraisal], happened: Collection[int]
) -> dict[int, list[Appraisal]]:
    """By the last part that counts: that part, and those left out, whose vetoes hold as well.

    Of people with violations alone; a part too short to be scored is not a time without rules.
    """
    cycles = {row.cycle_id for row in appraisals if row.person_id in happened}
    rows = Appraisal.objects.filter(cycle__in=cycles, person__in=happened)
    parts: dict[tuple[int, int], list[Appraisal]] = {}
    for row in rows.order_by("since", "id"):
        parts.setdefault((row.cycle_id, row.person_id), []).append(row)
    found = {}
    for own in parts.values():
        counted = [row for row in own if not row.left_out]
        if counted:
            found[counted[-1].pk] = [counted[-1], *(row for row in own if row.left_out)]
    return found


def events_of(cycle: Cycle, violation: Violation) -> Iterator[tuple[Appraisal, tuple[Event, ...]]]:
    """The parts of a cycle in which a violation counts, with what it is to each."""
    own = Appraisal.objects.filter(cycle=cycle, person=violation.person_id, left_out="")
    rows = list(own.select_related("cycle", "scheme").order_by("since", "id"))
    covered = _covered(rows, {violation.person_id})
    for row in rows:
        found = tuple(_events(covered.get(row.pk, (row,)), scheme_for(row), [violation]))
        if found:
            yield row, found


def _events(
    covered: Sequence[Appraisal], scheme: Scheme, happened: Iterable[Violation]
) -> Iterator[Event]:
    """Violations of the part's days, on each list that knows their code, and as vetoes.

    `covered` is the part itself, and parts left out, of which vetoes alone count.
    """
    vetoes = {veto.code for veto in scheme.vetoes}
    lists = {
        kind.code: item.key
        for item in scheme.items
        if item.source == "deductions"
        for kind in item.deductions
    }
    for row in happened:
        why = NOT_COUNTED.get(row.state, "")
        if row.code in lists and _in(covered[0], row):
            yield Event(lists[row.code], row.code, f"violation:{row.pk}", 1, why)
        if row.code in vetoes and any(_in(part, row) for part in covered):
            yield Event("", row.code, f"violation:{row.pk}", 1, why)


def _in(part: Appraisal, row: Violation) -> bool:
    return row.outlet_id == part.outlet_id and part.since <= row.on_date < part.until
