"""What follows from published results by rules: suggestions, and who may answer them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from django.db.models import Count, QuerySet

from cheji.engine.scores.cycles import BY_VERB, barred
from cheji.reads.seen import Who, who
from cheji.records.models import Cycle, Outcome
from cheji.records.parties import parties_of
from cheji.records.visibility import Viewer, of, one

#: How many suggestions are shown at a time; answered ones make room for the next.
MOST_WAITING: Final = 50


@dataclass(frozen=True, slots=True)
class OutcomeSeen:
    """What follows from a result by a rule, in the rule's words; `may` answer it.

    `proposed` is how many targets were proposed when it was accepted.
    """

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
    proposed: int


@dataclass(frozen=True, slots=True)
class WaitingSeen:
    """The first suggestions that wait for an answer, and how many do; `kinds` are those there."""

    first: tuple[OutcomeSeen, ...]
    count: int
    kinds: tuple[str, ...]

    @property
    def may(self) -> bool:
        """Whether the viewer may answer one of them."""
        return any(one_.may for one_ in self.first)


def waiting(viewer: Viewer, cycle: Cycle, kind: str = "") -> WaitingSeen:
    """What waits for an answer, person by person; of one kind where one is named."""
    rows = of(viewer).outcomes().filter(cycle=cycle, state=Outcome.State.SUGGESTED)
    kinds = tuple(rows.order_by("kind").values_list("kind", flat=True).distinct())
    if kind in kinds:
        rows = rows.filter(kind=kind)
    ordered = rows.order_by("person__number", "kind", "rule", "id")
    return WaitingSeen(tuple(_told(viewer, cycle, ordered[:MOST_WAITING])), rows.count(), kinds)


def chosen(viewer: Viewer, number: int, ids: Collection[int]) -> list[OutcomeSeen]:
    """Those of a cycle's suggestions in the viewer's reach that were ticked, person by person."""
    cycle = one(of(viewer).cycles(), "cycle", number, pk=number)
    rows = of(viewer).outcomes().filter(cycle=cycle, pk__in=ids)
    return _told(viewer, cycle, rows.order_by("person__number", "kind", "rule", "id"))


def outcomes(viewer: Viewer, cycle: Cycle, people: Collection[int]) -> dict[int, list[OutcomeSeen]]:
    """By person what follows from his result."""
    rows = of(viewer).outcomes().filter(cycle=cycle, person__in=people)
    found: dict[int, list[OutcomeSeen]] = {}
    for one_ in _told(viewer, cycle, rows.order_by("kind", "rule", "id")):
        found.setdefault(one_.person.id, []).append(one_)
    return found


def _told(viewer: Viewer, cycle: Cycle, rows: "QuerySet[Outcome]") -> list[OutcomeSeen]:
    duty = BY_VERB["answer_outcome"]
    open_ = viewer.can(duty.right) and not barred(duty, cycle.state, parties_of(viewer, cycle))
    told = rows.select_related("person", "answered_by__person")
    return [
        OutcomeSeen(
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
            row.proposed,
        )
        for row in told.annotate(proposed=Count("proposals"))
    ]
