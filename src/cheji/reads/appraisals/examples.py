"""A scheme on a real person: his month by a draft beside what is in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from cheji.engine.definitions import Scheme
from cheji.engine.scores import Difference, ScoreCard, difference
from cheji.reads.appraisals.live import live
from cheji.reads.appraisals.whom import appraised, measurable, month_of
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.seen import Who
from cheji.records.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Example:
    """One person's month by a draft; `old` and `change` are None where nothing is in force."""

    person: Who
    new: ScoreCard
    old: ScoreCard | None
    change: Difference | None


def candidates(viewer: Viewer, outlet: str, month: int, scheme: Scheme) -> tuple[Who, ...]:
    """Whom a scheme is for in an outlet and month, of those whose figures the viewer sees.

    Raises:
        NotFound: an outlet whose figures the viewer may not see.
    """
    ground = Ground(viewer)
    place = ground.place(outlet)
    asked = month_of(ground, Slice(place.id), month)
    slices = [one for one in appraised(asked, scheme) if measurable(asked, one, scheme)]
    names = ground.names(one.person or 0 for one in slices)
    return tuple(asked.who(names, one.person or 0) for one in slices)


def example(
    viewer: Viewer, outlet: str, month: int, schemes: Sequence[Scheme], person: int
) -> Example | None:
    """The month of one of the candidates by the first scheme, beside the second if there is one."""
    ground = Ground(viewer)
    place = ground.place(outlet)
    asked = month_of(ground, Slice(place.id), month)
    whose = [one for one in appraised(asked, schemes[0]) if one.person == person]
    if not whose or not measurable(asked, whose[0], schemes[0]):
        return None
    cards = [live(asked, whose, scheme)[whose[0]] for scheme in schemes[:2]]
    old = cards[1] if len(cards) > 1 else None
    change = difference(old.reason, cards[0].reason) if old else None
    names = ground.names([person])
    return Example(asked.who(names, person), cards[0], old, change)
