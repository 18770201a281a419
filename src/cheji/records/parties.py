"""Who a viewer is to a cycle and to the appraisals in it, and so what he may do now."""

from collections.abc import Sequence

from django.db.models import Q

from cheji.engine.scores.cycles import BY_VERB, DUTIES, barred

from .models import Appraisal, Cycle, StepTask
from .visibility import Viewer


def parties_of(by: Viewer, cycle: Cycle, appraisal: Appraisal | None = None) -> set[str]:
    """What the viewer is to a cycle, and to one appraisal in it."""
    return parties_in(by, cycle, [appraisal])[appraisal.pk] if appraisal else _of_cycle(by, cycle)


def parties_in(by: Viewer, cycle: Cycle, appraisals: Sequence[Appraisal]) -> dict[int, set[str]]:
    """The same for many appraisals of a cycle, by their ids."""
    to_all = _of_cycle(by, cycle)
    found = {row.pk: set(to_all) for row in appraisals}
    if by.person is None:
        return found
    for row in appraisals:
        found[row.pk] |= {"person"} if row.person_id == by.person else set()
        found[row.pk] |= {"manager"} if row.manager_id == by.person else set()
    tasks = StepTask.objects.filter(appraisal__in=list(found)).filter(
        Q(owner=by.person) | Q(delegate=by.person) | Q(marks__made_by=by.user)
    )
    for task in tasks.distinct():
        found[task.appraisal_id] |= _by_task(by, cycle, task)
    return found


def _of_cycle(by: Viewer, cycle: Cycle) -> set[str]:
    found: set[str] = set()
    if by.user is not None and (
        cycle.moved_by_id == by.user or cycle.moves.filter(made_by=by.user).exists()
    ):
        found.add("maker")
    if by.person and cycle.appraisals.filter(person=by.person, left_out="").exists():
        found.add("appraised")
    return found


def _by_task(by: Viewer, cycle: Cycle, task: StepTask) -> set[str]:
    told = {"rater"} if task.part != "self" else set()
    mine = (task.delegate_id or task.owner_id) == by.person
    if mine and task.way == StepTask.Way.OPEN and task.step == cycle.state:
        told |= {"owner", "manager"} if task.part == "manager" else {"owner"}
    return told


def commands(by: Viewer, verb: str, cycle: Cycle) -> bool:
    """Whether a post that gives the verb's right stands at or above the cycle's unit.

    Another post up there, without the right, does not.
    """
    return by.doing(BY_VERB[verb].right).over(cycle.unit.path)


def cycle_duties(by: Viewer, cycle: Cycle, parties: set[str]) -> frozenset[str]:
    """The verbs open to a viewer that are about all of a cycle."""
    return frozenset(verb for verb in duties_open(by, cycle, parties) if commands(by, verb, cycle))


def duties_open(by: Viewer, cycle: Cycle, parties: set[str]) -> frozenset[str]:
    """The verbs of the table that are open to a viewer who is these parties, in its step."""
    return frozenset(
        duty.verb
        for duty in DUTIES
        if by.can(duty.right) and not barred(duty, cycle.state, parties)
    )
