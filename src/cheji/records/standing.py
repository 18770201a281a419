"""Where people stand after a cycle: what was published, with what adjustments changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from .models import Adjustment, Cycle, RunInput, RunLine

TOTAL: Final = "total"
#: Begins the name under which the runs of a cycle are kept.
CYCLE: Final = "cycle:"


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's result: the reason as JSON; `adjusted` when something changed it later."""

    person: int
    total: Fraction | None
    grade: str
    coefficient: Fraction | None
    reason: Mapping[str, Any]
    run: int
    adjusted: bool = False

    @property
    def vetoed(self) -> bool:
        """Whether a veto holds, in one of several parts too; one that was dismissed does not."""
        cards = (self.reason, *(card for part in self.reason["parts"] for card in part["parts"]))
        told = (veto for card in cards for veto in card["detail"].get("vetoes", ()))
        return any(not veto["why_not"] for veto in told)


def definition_of(cycle: int) -> str:
    """Under which name the runs of a cycle are kept."""
    return f"{CYCLE}{cycle}"


def standings(cycle: Cycle, people: Iterable[int] | None = None) -> dict[int, Standing]:
    """By person what he was published with, and what holds now; of everybody, or of some."""
    lines = RunLine.objects.filter(
        run__kind="score", run__definition=definition_of(cycle.pk), code=TOTAL
    )
    if people is not None:
        lines = lines.filter(person__in=people)
    found = {
        line.person_id or 0: standing_in(line.person_id or 0, line.reason, line.run_id)
        for line in lines
    }
    changes = Adjustment.objects.filter(appraisal__cycle=cycle, appraisal__person__in=found)
    for change in changes.select_related("appraisal").order_by("id"):
        person = change.appraisal.person_id
        found[person] = standing_in(person, change.reason_after, found[person].run, adjusted=True)
    return found


def totals_of(cycle: Cycle, people: Iterable[int]) -> dict[int, int | None]:
    """By person the total that holds, in 1/10,000 points, without reading the reasons."""
    lines = RunLine.objects.filter(
        run__kind="score", run__definition=definition_of(cycle.pk), code=TOTAL, person__in=people
    )
    found = {person or 0: value for person, value in lines.values_list("person", "value")}
    changes = Adjustment.objects.filter(appraisal__cycle=cycle, appraisal__person__in=found)
    return found | dict(changes.order_by("id").values_list("appraisal__person", "after"))


def grades_of(cycles: Iterable[int], people: Iterable[int]) -> dict[int, str]:
    """By person the grade that holds; of somebody in several of the cycles the last published."""
    names = {definition_of(cycle): cycle for cycle in cycles}
    lines = RunLine.objects.filter(
        run__kind="score", run__definition__in=names, code=TOTAL, person__in=people
    )
    told = lines.order_by("run").values_list("person", "run__definition", "reason__detail__grade")
    found = {(person, names[name]): grade or "" for person, name, grade in told}
    changes = Adjustment.objects.filter(
        appraisal__cycle__in=names.values(), appraisal__person__in=people
    )
    for person, cycle, grade in changes.order_by("id").values_list(
        "appraisal__person", "appraisal__cycle", "grade_after"
    ):
        found[person, cycle] = grade
    return {person or 0: grade for (person, _cycle), grade in found.items()}


def standing_in(
    person: int, reason: Mapping[str, Any], run: int, *, adjusted: bool = False
) -> Standing:
    """Where a reason leaves a person."""
    detail = reason["detail"]
    value, rate = reason["value"], detail.get("coefficient")
    return Standing(
        person,
        None if value is None else Fraction(value),
        detail.get("grade") or "",
        None if rate is None else Fraction(rate),
        reason,
        run,
        adjusted,
    )


def text_before(change: Adjustment) -> str:
    """The frozen text of the part that an adjustment put right, as it held until then."""
    earlier = Adjustment.objects.filter(appraisal=change.appraisal_id, id__lt=change.pk)
    last = earlier.order_by("id").last() or RunInput.objects.get(appraisal=change.appraisal_id)
    return last.text


def inputs_of(cycle: Cycle, person: int) -> list[tuple[RunInput, str]]:
    """A person's parts in order of time, each with the frozen text that holds now."""
    rows = RunInput.objects.filter(appraisal__cycle=cycle, appraisal__person=person)
    found = []
    for row in rows.select_related("appraisal__scheme").order_by("appraisal__since", "id"):
        last = Adjustment.objects.filter(appraisal=row.appraisal_id).order_by("id").last()
        found.append((row, last.text if last else row.text))
    return found
