"""A short text that changes with whatever publishing a cycle would freeze, facts excepted."""

import hashlib

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum

from .audit import canonical
from .models import Appraisal, Cycle, Evaluation, StepTask, Violation


def stamp_of(cycle: Cycle) -> str:
    """The stamp of a cycle as it stands: its people, marks, grades moved and violations.

    Rows are only added, or raise their version when they change: counts and sums tell of it.
    """
    inside = {"appraisal__cycle": cycle}
    tasks = StepTask.objects.filter(**inside).order_by("way")
    told = [
        cycle.version,
        cycle.moves.aggregate(last=Max("id")),
        cycle.appraisals.aggregate(people=Count("id"), changes=Sum("version")),
        Evaluation.objects.filter(task__in=tasks).aggregate(Count("id"), Sum("version")),
        list(tasks.values_list("way").annotate(Count("id"), Max("done_at"))),
        happened(cycle).aggregate(Count("id"), Sum("version")),
    ]
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def happened(cycle: Cycle) -> "QuerySet[Violation]":
    """Violations in a cycle's period of those who take part in it."""
    theirs = Appraisal.objects.filter(cycle=cycle, person=OuterRef("person"), left_out="")
    return Violation.objects.filter(
        Exists(theirs), on_date__gte=cycle.since, on_date__lt=cycle.until
    )


def undecided(cycle: Cycle) -> "QuerySet[Violation]":
    """Those of them that nobody has decided yet."""
    return happened(cycle).filter(state__in=(Violation.State.REPORTED, Violation.State.HEARD))
