"""违规: reported by one, the person heard, decided by another; only then does it count."""

from datetime import date, datetime

from cheji.actions import messages
from cheji.actions.appraisals.adjusting import adjust_for
from cheji.actions.appraisals.ground import Done, NotYourPart, OwnAppraisal
from cheji.actions.dates import happened
from cheji.actions.deeds import Deed, SayWhy, deed
from cheji.actions.locking import changed, locked
from cheji.actions.outlets import in_post
from cheji.engine.definitions import scheme_of
from cheji.records.models import DefinitionVersion, Violation
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import HEADS_ABOVE, Viewer, one
from cheji.records.words import one_of

OPEN = (Violation.State.REPORTED, Violation.State.HEARD)


class ViolationIsDecided(Refused):
    """This violation is decided or dismissed already; the person may appeal the score."""

    zh = "该违规已处理。当事人可对考核结果提出申诉。"


class NotHeard(Refused):
    """Write down first what the person says about it."""

    zh = "请先记录当事人的陈述。"


def report_violation(
    *, by: Viewer, at: datetime, outlet: int, person: int, on_date: date, code: str, text: str,
    evidence: str = "",
) -> Done:  # fmt: skip
    """Report what somebody of the outlet did; `code` stands in a scheme's deductions or vetoes."""
    with deed("violations.report", by=by, at=at, right="violations.report") as doing:
        where = one(doing.scope.units_appraised(), "outlet", outlet, pk=outlet)
        if person == by.person:
            raise OwnAppraisal
        if in_post(person, where, on_date) is None:
            raise NotFound(noun="person", key=person)
        happened(on_date, today=by.on, field="on_date")
        if code not in (known := _known()):
            raise BadValue(field="code", value=code, why=one_of(known))
        if not text.strip():
            raise SayWhy(field="text")
        made = Violation.objects.create(
            outlet=where, person_id=person, on_date=on_date, code=code, text=text,
            evidence=evidence, made_by_id=by.user, made_at=at,
        )  # fmt: skip
        doing.tell(subject=made.pk, outlet=outlet, person=person, code=code)
        _tell(by, [*_deciders(made, by), person], "reported", made, at)
        return Done(made.pk, made.version)


def _known() -> dict[str, tuple[str, str]]:
    """What all deductions and vetoes in published schemes are called, by code."""
    rows = DefinitionVersion.objects.filter(kind="scheme", state="published")
    schemes = [scheme_of(row.body) for row in rows]
    items = [item for scheme in schemes for item in scheme.items]
    deductions = {one.code: (one.zh, one.en) for item in items for one in item.deductions}
    vetoes = {one.code: (one.zh, one.en) for scheme in schemes for one in scheme.vetoes}
    return deductions | vetoes


def hear_violation(
    *, by: Viewer, at: datetime, violation: int, says: str, version: int | None = None
) -> Done:
    """Write down what the person says about it, below what was said before."""
    with deed("violations.hear", by=by, at=at, right="violations.decide") as doing:
        row = _open(doing, violation, version)
        if not says.strip():
            raise SayWhy(field="says")
        changed(row, state=Violation.State.HEARD, heard=_below(row.heard, by, says))
        return Done(row.pk, row.version)


def answer_violation(
    *, by: Viewer, at: datetime, violation: int, says: str, version: int | None = None
) -> Done:
    """Say oneself, as the person concerned, what there is to say; it counts as being heard."""
    with deed("violations.answer", by=by, at=at, right="appraisals.join") as doing:
        row = locked(doing.scope.violations(), "violation", violation, version)
        if row.person_id != by.person:
            raise NotYourPart
        if row.state not in OPEN:
            raise ViolationIsDecided
        if not says.strip():
            raise SayWhy(field="says")
        changed(row, state=Violation.State.HEARD, heard=_below(row.heard, by, says))
        doing.tell(subject=row.pk, outlet=row.outlet_id, person=row.person_id, code=row.code)
        _tell(by, _deciders(row, by), "answered", row, at)
        return Done(row.pk, row.version)


def _below(heard: str, by: Viewer, says: str) -> str:
    """What was said before stays; each statement is named after who wrote it down."""
    return "\n".join([*filter(None, [heard]), f"{by.name}：{says.strip()}"])


def decide_violation(
    *, by: Viewer, at: datetime, violation: int, proven: bool, decision: str,
    version: int | None = None,
) -> Done:  # fmt: skip
    """Decide as a second person that it counts, or dismiss it; a proven one was heard first.

    Results of its day that are published already are adjusted, as by an upheld appeal.
    """
    with deed("violations.decide", by=by, at=at, right="violations.decide") as doing:
        row = _open(doing, violation, version)
        if not decision.strip():
            raise SayWhy(field="decision")
        if proven and row.state != Violation.State.HEARD:
            raise NotHeard
        state = Violation.State.DECIDED if proven else Violation.State.DISMISSED
        changed(row, state=state, decision=decision, decided_by_id=by.user, decided_at=at)
        adjusted = adjust_for(row, by, at) if proven else []
        doing.tell(state=state, decision=decision, adjustments=adjusted)
        _tell(by, [row.person_id, *messages.owner_of(row.made_by_id)], str(state), row, at)
        return Done(row.pk, row.version)


def _deciders(row: Violation, by: Viewer) -> list[int]:
    """Who may decide on it; a head does not look at who stands beside him above outlets."""
    over = messages.who_may("violations.decide", over=row.outlet, on=by.on)
    beside = row.outlet.posts.filter(role__in=HEADS_ABOVE).values_list("person", flat=True)
    return [person for person in over if person not in set(beside)]


def _open(doing: Deed, violation: int, version: int | None) -> Violation:
    """An undecided violation in reach, of another, reported by another."""
    row = locked(doing.scope.violations(), "violation", violation, version)
    if row.person_id == doing.by.person or (row.made_by_id == doing.by.user and row.made_by_id):
        raise OwnAppraisal
    if row.state not in OPEN:
        raise ViolationIsDecided
    doing.tell(subject=row.pk, outlet=row.outlet_id, person=row.person_id, code=row.code)
    return row


def _tell(by: Viewer, people: list[int], what: str, row: Violation, at: datetime) -> None:
    body = {"noun": "violation", "id": row.pk, "code": row.code, "on_date": str(row.on_date)}
    messages.tell_others(by, people, f"violations.{what}", body, at)
