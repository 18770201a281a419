"""What runs took of a deal for which an amount was paid: it was returned, or passed to another."""

from collections.abc import Container, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from cheji.actions.pay.naming import order_of
from cheji.engine.money import round_half_up, yuan_text
from cheji.engine.pay import part_gone
from cheji.engine.pay.correcting import CORRECTIONS
from cheji.engine.pay.reserves import HELD_OF, Gone
from cheji.records.calculations import joined, split
from cheji.records.models import ManualLine, PayLine, Run
from cheji.records.pay_codes import because_of, event_in, held_until
from cheji.records.pay_reserves import OF_HELD, components_of, reserve_of
from cheji.records.refusals import Refused


class PutRightSince(Refused):
    """After this was asked for, the run of {period} put right what was paid for order {order}.

    The car was returned, or is a colleague's now. Of the {yuan} yuan {left} are still open. Decline
    this line; ask for what is still open as a new one, whose reason begins with “{named}”.
    """

    zh = (
        "该项申请之后，{period} 的提成计算已对订单 {order} 作了更正（退车，或已归同事）。"
        "{yuan} 元中尚有 {left} 元未处理。请拒绝该项；尚未处理的金额另行申请，原因以“{named}”开头。"
    )


def must_stand(line: ManualLine) -> None:
    """Refuse an amount for an event of a deal of which a run took something since it was asked for.

    Raises:
        PutRightSince: what is left of it is another amount by now.
    """
    named = event_in(line.reason)
    if named is None:
        return
    source, event = named
    lines = of_deal(source, line.person_id, line.definition)
    held = held_until(line.outlet_id, event)
    left = _still_his(abs(line.fen), lines, held, line.asked_at)
    if left == abs(line.fen):
        return
    raise PutRightSince(
        order=order_of(*split(source)), yuan=yuan_text(abs(line.fen)), left=yuan_text(left),
        period=max(one.run.when for one in lines if one.entry in CORRECTIONS),
        named=because_of(source, event),
    )  # fmt: skip


def of_deal(source: str, person: int, plan: str) -> list[PayLine]:
    """What closed runs of a plan said of a person's deal, in order."""
    noun, record = split(source)
    rows = PayLine.objects.filter(
        source_kind=noun, source=record, person=person, run__definition=plan,
        run__state__in=Run.FIXED,
    )  # fmt: skip
    return list(rows.select_related("run").order_by("id"))


def to_ask_back(fen: int, lines: Sequence[PayLine], holdbacks: Container[str]) -> int:
    """Of what these holdbacks released of a deal, and nobody asked back, what did not go with it.

    Args:
        fen: released.
        lines: what closed runs said of the person's deal.
        holdbacks: codes.
    """
    own = _held(lines, holdbacks)
    reserve = reserve_of(own)._replace(released=fen)
    return reserve.to_take(_gone(lines, components_of(own), _corrections(lines)))


def to_ask_again(fen: int, lines: Sequence[PayLine], holdbacks: Container[str]) -> int:
    """Of what was asked back of a deal what did not go with it since, nor was left out there."""
    reserve = reserve_of(_held(lines, holdbacks))
    return min(fen, reserve._replace(released=reserve.released - fen).unpaid)


def _held(lines: Iterable[PayLine], holdbacks: Container[str]) -> list[PayLine]:
    return [one for one in lines if one.component in holdbacks]


def _still_his(fen: int, lines: Sequence[PayLine], held: Container[str], since: datetime) -> int:
    """Of an amount for a deal what the corrections of runs closed since a moment left of it."""
    found = _corrections(lines)
    own = components_of(_held(lines, held))
    early = [one for one in found if not _closed_since(one.run, since)]
    before, now = (_gone(lines, own, some).whole for some in (early, found))
    if now <= before:
        return fen
    return fen - round_half_up(fen * (now - before) / (1 - before))


def _corrections(lines: Iterable[PayLine]) -> list[PayLine]:
    """Without what is of the part that was held: it goes with what was earned."""
    return [one for one in lines if one.entry in CORRECTIONS and one.code not in OF_HELD]


def _closed_since(run: Run, since: datetime) -> bool:
    return run.closed_at is not None and run.closed_at > since


def _gone(lines: Iterable[PayLine], of: AbstractSet[str], corrections: Iterable[PayLine]) -> Gone:
    """The part of a deal that corrections took, as its components `of` say; of none all do."""
    earned = [one for one in lines if one.entry in HELD_OF and (not of or one.component in of)]
    return part_gone(
        sum(one.fen for one in earned if one.fen > 0),
        [one for one in corrections if not of or one.component in of],
    )


def worked_in(run: Run) -> ManualLine | None:
    """The typed line about a deal of which the run takes something, approved after it was made."""
    taken = PayLine.objects.filter(run=run, entry__in=CORRECTIONS, source__isnull=False)
    columns = taken.order_by().values_list("person", "source_kind", "source").distinct()
    deals = {(who, joined(noun, record)) for who, noun, record in columns}
    rows = ManualLine.objects.filter(
        person__in={who for who, _ in deals}, definition=run.definition, state="approved",
        decided_at__gt=run.made_at,
    )  # fmt: skip
    for one in rows.select_related("person").order_by("pk"):
        named = event_in(one.reason)
        if named and (one.person_id, named[0]) in deals:
            return one
    return None
