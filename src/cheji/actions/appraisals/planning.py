"""What a cycle of appraisals is opened with, checked before it is."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cheji.actions.targets import grain_of
from cheji.engine.periods import from_key
from cheji.engine.scores.cycles import OPTIONAL, ORDER, STEPS
from cheji.records.models import Post
from cheji.records.refusals import BadValue
from cheji.records.words import AT_LEAST_ONE, NO_PERIOD, NOT_BLANK, ROLES, one_of


@dataclass(frozen=True, slots=True)
class Plan:
    """What a cycle is opened with.

    Attributes:
        unit: whose people, by the unit's id: an outlet, a region or the group.
        schemes: the scheme's code by role.
        due: until when a step is due.
        left_out: optional steps that this cycle does without.
        appeal_days, decide_days: how long one may appeal, and how long a decision may take.
    """

    unit: int
    name: str
    grain: str
    period: int
    schemes: Mapping[str, str]
    due: Mapping[str, date] = field(default_factory=dict)
    left_out: Sequence[str] = ()
    appeal_days: int = 7
    decide_days: int = 10


def check(plan: Plan) -> None:
    """Refuse what no cycle can be opened with."""
    if not plan.name.strip():
        raise BadValue(field="name", value="", why=NOT_BLANK)
    for step in plan.left_out:
        if step not in OPTIONAL:
            raise BadValue(field="left_out", value=step, why=one_of(_steps(OPTIONAL)))
    for step in plan.due:
        if step not in ORDER:
            raise BadValue(field="due", value=step, why=one_of(_steps(ORDER)))
    for role in plan.schemes:
        if role not in Post.Role.values:
            raise BadValue(field="schemes", value=role, why=one_of(ROLES))
    try:
        from_key(grain_of(plan.grain), plan.period)
    except (ValueError, OverflowError) as wrong:
        raise BadValue(field="period", value=plan.period, why=NO_PERIOD) from wrong
    if plan.appeal_days < 1 or plan.decide_days < 1:
        raise BadValue(field="appeal_days", value=plan.appeal_days, why=AT_LEAST_ONE)


def _steps(codes: Container[str]) -> dict[str, tuple[str, str]]:
    """What these steps are called, in the order of the cycle."""
    return {step.code: (step.zh, step.en) for step in STEPS if step.code in codes}
