"""Pay runs brought on their way by four of the cast, for tests that need one further on."""

from datetime import UTC, datetime

from cast import Cast
from cheji.actions import pay as verbs
from cheji.reads import pay
from cheji.records import models as m

LATER = datetime(2027, 1, 5, 9, tzinfo=UTC)
#: Who does what: nobody does two things that the table keeps apart.
DOES = {"review": "manager", "approve": "region_head", "close": "finance", "pay": "finance",
        "export": "finance"}  # fmt: skip


def calculated(
    cast: Cast, month: int, *, by: str = "hr", outlet: str = "N1", at: datetime = LATER
) -> m.Run:
    """A pay run of the outlet's month, as it is worked out now."""
    made = pay.calculation(cast[by], outlet, month)
    return m.Run.objects.get(pk=verbs.calculate(by=cast[by], at=at, made=made).id)


def decide_all(cast: Cast, *, by: str = "finance", at: datetime = LATER) -> None:
    """Decide every exception that waits: right as it stands."""
    for row in m.PayException.objects.filter(state="open"):
        verbs.decide_exception(
            by=cast[by], at=at, exception=row.pk, how="accept", decision="已核对"
        )


def brought(cast: Cast, run: m.Run, *steps: str, at: datetime = LATER) -> m.Run:
    """The run after these verbs; what waits is decided before it is approved."""
    if "approve" in steps:
        decide_all(cast, at=at)
    for verb in steps:
        getattr(verbs, verb)(by=cast[DOES[verb]], at=at, run=run.pk)
    run.refresh_from_db()
    return run


def closed(cast: Cast, month: int, *, outlet: str = "N1", at: datetime = LATER) -> m.Run:
    """A run of the month, reviewed, approved and sealed."""
    run = calculated(cast, month, outlet=outlet, at=at)
    return brought(cast, run, "review", "approve", "close", at=at)
