"""裁决: a third person decides a dispute; what follows is paid once another approves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from cheji.actions.deeds import Deed
from cheji.actions.locking import changed
from cheji.actions.pay.disputes import open_dispute, tell_sides
from cheji.actions.pay.ground import Done, pay_duty
from cheji.actions.pay.splits import SharesOfPay, check_fen, check_parts
from cheji.actions.pay.words import LONG, SHORT, checked
from cheji.records.collisions import (
    RULE_CODES,
    RULES,
    WINDOW,
    other_outlet,
    ruled,
    signed_by,
    timelines,
)
from cheji.records.models import Dispute, ManualLine, PaySplit
from cheji.records.models.cases import DECIDED, UPHELD
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer
from cheji.records.words import DECISIONS, Words, one_of

#: The component under which what a dispute gives or takes is paid.

NEITHER: Final = Words("须为争议双方之一", "it must be one of the two of the dispute")
COMPONENT = "dispute"


class PartyToDispute(Refused):
    """A dispute is decided by neither of the two, and not by who approved that run."""

    logged = True
    zh = "争议不得由当事人，或批准该计算的人裁决。"


class OverBothOutlets(Refused):
    """A dispute of two outlets is decided by who decides over both."""

    logged = True
    zh = "两家门店之间的争议，须由同时管理两店的人裁决。"


class ByAmountsAlone(Refused):
    """A rule divides the pay of one outlet. Between two outlets say what each gets or gives."""

    zh = "撞单规则只分配一家门店的提成。两店之间请填写各自增减的金额。"


@dataclass(frozen=True, slots=True)
class Effect:
    """Fen that a decision gives to a person, or takes from him when negative."""

    person: int
    fen: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows from a decision.

    Attributes:
        rule: of `RULES`, for two who claim one deal; `window` its days.
        shares: (person, 1/10,000) for the rules that leave them open.
        effects: amounts that the next open run pays or takes once approved.
    """

    rule: str = ""
    window: int = WINDOW
    shares: Mapping[int, int] | None = None
    effects: Sequence[Effect] = ()


def hear(*, by: Viewer, at: datetime, dispute: int, version: int | None = None) -> Done:
    """Say that both sides were heard."""
    with pay_duty("hear", by=by, at=at, right="pay.decide") as doing:
        row = open_dispute(doing, dispute, version)
        _third(doing, row)
        changed(row, state=Dispute.State.HEARD, heard_at=at)
        return Done(row.pk, row.version)


def decide(
    *,
    by: Viewer,
    at: datetime,
    dispute: int,
    how: Literal["upheld", "partly", "rejected"],
    decision: str,
    ruling: Ruling | None = None,
    version: int | None = None,
) -> Done:
    """Decide a dispute of two others; its effect is paid once another approves it.

    By a rule a new split of the order's pay is asked for, and what earlier runs paid is put right
    by their replay; amounts given here are asked for as typed lines. A third person with
    `pay.approve` approves both.

    Raises:
        PartyToDispute: the viewer is one of the two, or approved that run.
        OverBothOutlets: one of the two stands in an outlet that the viewer does not decide over.
    """
    with pay_duty("decide", by=by, at=at, right="pay.decide") as doing:
        row = open_dispute(doing, dispute, version)
        _third(doing, row)
        if how not in DECIDED:
            raise BadValue(field="how", value=how, why=one_of(DECISIONS))
        said = checked("decision", decision, LONG)
        wanted = ruling or Ruling()
        if how in UPHELD:
            doing.tell(replaced=_take_effect(row, wanted, said, by, at))
        changed(
            row, state=how, decision=said, decided_by_id=by.user, decided_at=at,
            rule=wanted.rule, window=wanted.window if wanted.rule else None,
        )  # fmt: skip
        doing.tell(how=how, decision=said, rule=wanted.rule)
        tell_sides(by, [row.person_id, row.against_id], "decided", row, at)
        return Done(row.pk, row.version)


def _third(doing: Deed, row: Dispute) -> None:
    by = doing.by
    mine = by.person is not None and by.person in (row.person_id, row.against_id)
    approved = by.user is not None and row.run is not None and row.run.approved_by_id == by.user
    if mine or approved or (by.user is not None and row.made_by_id == by.user):
        raise PartyToDispute
    home = other_outlet(row)
    if home is not None and not doing.scope.reach("pay_runs").over(row.outlet_id, home.pk):
        raise OverBothOutlets


def _take_effect(
    row: Dispute, ruling: Ruling, decision: str, by: Viewer, at: datetime
) -> list[int]:
    """Ask for what follows; the splits that waited for the same order and are declined by it."""
    home = other_outlet(row)
    if ruling.rule and home is not None:
        raise ByAmountsAlone
    replaced = _split(row, ruling, decision, by, at) if ruling.rule else []
    for effect in ruling.effects:
        if effect.person not in (row.person_id, row.against_id):
            raise BadValue(field="effects", value=effect.person, why=NEITHER)
        check_fen(effect.fen)
        elsewhere = home if effect.person == row.against_id else None
        ManualLine.objects.create(
            outlet=elsewhere or row.outlet, period=row.period, person_id=effect.person,
            component=COMPONENT, fen=effect.fen,
            definition=row.run.definition if row.run and not elsewhere else "",
            reason=decision[:SHORT], dispute=row, asked_by_id=by.user, asked_at=at,
        )  # fmt: skip
    return replaced


def _split(row: Dispute, ruling: Ruling, decision: str, by: Viewer, at: datetime) -> list[int]:
    """The order's pay by the rule, or as it is said; another approves it. What waited gives way."""
    if ruling.rule not in RULE_CODES or row.order is None or row.against_id is None:
        raise BadValue(
            field="rule", value=ruling.rule, why=one_of({code: (zh, en) for code, zh, en in RULES})
        )
    sides = (row.person_id, row.against_id)
    lines = timelines(row.order, sides, row.relative)
    shares = (
        ruled(ruling.rule, lines, closer=signed_by(row.order), window=ruling.window)
        or ruling.shares
    )
    if shares is None or not set(shares) <= set(sides):
        raise SharesOfPay(sum=0)
    parts = [[person, share] for person, share in shares.items() if share]
    check_parts(parts)
    waiting = PaySplit.objects.filter(order=row.order, approved__isnull=True)
    replaced = list(waiting.order_by("id").values_list("id", flat=True))
    waiting.update(approved=False, decided_at=at, decided_by_id=None)
    PaySplit.objects.create(
        order=row.order, parts=parts, reason=decision[:SHORT], dispute=row, asked_by_id=by.user,
        asked_at=at,
    )  # fmt: skip
    return replaced
