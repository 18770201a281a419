"""What runs took of a deal for which an amount was paid: it was returned, or passed to another."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from cheji.engine.money import round_half_up, yuan_text
from cheji.engine.pay.correcting import CORRECTIONS
from cheji.engine.pay.order import HOLDBACKS
from cheji.records.calculations import joined, split
from cheji.records.models import Delivery, ManualLine, Order, PayLine, Run
from cheji.records.pay_codes import because_of, event_in
from cheji.records.refusals import Refused

WHOLE, NOTHING = Fraction(1), Fraction(0)


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
    left = still_his(abs(line.fen), lines, since=line.asked_at)
    if left == abs(line.fen):
        return
    raise PutRightSince(
        order=_order_of(source), yuan=yuan_text(abs(line.fen)), left=yuan_text(left),
        period=max(one.run.period for one in lines if one.entry in CORRECTIONS),
        named=because_of(source, event),
    )  # fmt: skip


def _order_of(source: str) -> str:
    """The number of the order of a deal."""
    noun, record = split(source)
    if noun == "delivery":
        return Delivery.objects.values_list("order__number", flat=True).get(pk=record or 0)
    return Order.objects.values_list("number", flat=True).get(pk=record or 0)


def of_deal(source: str, person: int, plan: str) -> list[PayLine]:
    """What closed runs of a plan said of a person's deal, in order."""
    noun, record = split(source)
    rows = PayLine.objects.filter(
        source_kind=noun, source=record, person=person, run__definition=plan,
        run__state__in=Run.FIXED,
    )  # fmt: skip
    return list(rows.select_related("run").order_by("id"))


def still_his(fen: int, lines: Iterable[PayLine], since: datetime | None = None) -> int:
    """Of an amount paid for a deal what corrections (of runs closed since then) left of it, fen."""
    own = list(lines)
    found = [one for one in own if one.entry in CORRECTIONS and _closed_since(one.run, since)]
    taken = -sum(one.fen for one in found if one.fen < 0)
    return fen - min(round_half_up(fen * _part(own, found)), taken)


def _closed_since(run: Run, since: datetime | None) -> bool:
    return since is None or (run.closed_at is not None and run.closed_at > since)


def _part(lines: Iterable[PayLine], corrections: Iterable[PayLine]) -> Fraction:
    """The part of a deal that corrections took: by days, or all; what is his still is his whole."""
    clawed = [one for one in corrections if one.entry == "clawback"]
    if clawed:
        return max(_part_of_line(one, lines) for one in clawed)
    earned = sum(one.fen for one in lines if one.step < HOLDBACKS or one.entry in CORRECTIONS)
    return NOTHING if earned or not corrections else WHOLE


def _part_of_line(line: PayLine, lines: Iterable[PayLine]) -> Fraction:
    """By the days that it names; an older program's line has them in its amount alone."""
    if line.code == "clawback_days":
        left, window = line.args or (1, 1)
        return Fraction(left, window)
    paid = next((one.fen for one in lines if one.pk == line.origin), 0)
    if line.code == "clawback_prorated" and paid:
        return min(Fraction(-line.fen, paid), WHOLE)
    return WHOLE


def worked_in(run: Run) -> str | None:
    """The typed line about a deal of which the run takes something, approved after it was made."""
    taken = PayLine.objects.filter(run=run, entry__in=CORRECTIONS, source__isnull=False)
    columns = taken.order_by().values_list("person", "source_kind", "source").distinct()
    deals = {(who, joined(noun, record)) for who, noun, record in columns}
    rows = ManualLine.objects.filter(
        person__in={who for who, _ in deals}, definition=run.definition, state="approved",
        decided_at__gt=run.made_at,
    )  # fmt: skip
    for one in rows.order_by("pk"):
        named = event_in(one.reason)
        if named and (one.person_id, named[0]) in deals:
            return f"manual:{one.pk}"
    return None
