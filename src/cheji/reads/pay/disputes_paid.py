"""What a typed line pays: the dispute that was decided so, and the line that it was about."""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from cheji.reads.pay.opened import Opened, opened_sources
from cheji.reads.pay.shapes import DisputePaid
from cheji.reads.pay.showing import names_of
from cheji.reads.seen import Link
from cheji.records.models import Dispute, ManualLine, PayLine
from cheji.records.pay_codes import plan_of
from cheji.records.visibility import Scope

Names = Mapping[str, tuple[str, str]]


def disputes_paid(
    scope: Scope, sources: Iterable[tuple[str, int | None]]
) -> dict[int, DisputePaid]:
    """By typed line the dispute that it pays; its old line is told to whose pay it was.

    What the viewer may not open has no id: the other side of a dispute reads the order's number
    and month, and who sees neither of the two the number of the dispute alone.
    """
    ids = {record for noun, record in sources if noun == "manual" and record}
    if not ids:
        return {}
    typed = ManualLine.objects.filter(pk__in=ids, dispute__isnull=False)
    rows = list(typed.select_related("dispute__run", "dispute__order"))
    about = [row.dispute for row in rows if row.dispute]
    disputes = [one.pk for one in about]
    inside = set(scope.disputes().filter(pk__in=disputes).values_list("id", flat=True))
    lines = [one.line for one in about if one.line]
    kept = set(scope.pay_rows(PayLine).filter(pk__in=lines).values_list("id", flat=True))
    opened_ = opened_sources(scope, {key for one in about for key in _deals(one)})
    plans: dict[str, Names] = {}
    return {row.pk: _paid(row, inside, kept, opened_, plans) for row in rows}


def _paid(
    row: ManualLine, inside: Container[int], kept: Container[int], opened_: Opened,
    plans: dict[str, Names],
) -> DisputePaid:  # fmt: skip
    about = row.dispute
    assert about is not None
    if about.pk not in inside:
        return DisputePaid(Link("dispute", 0, str(about.pk)))
    own = row.person_id == about.person_id
    line = about.frozen.get("line") if own else None
    return DisputePaid(
        Link("dispute", about.pk, str(about.pk)),
        about.period,
        component_called(about, line, plans),
        about.line or 0 if line and about.line in kept else 0,
        _deal(about, opened_),
    )


def component_called(
    about: Dispute, line: Mapping[str, Any] | None, plans: dict[str, Names]
) -> tuple[str, str] | None:
    """What the plan of that run calls the component of the disputed line."""
    if line is None or about.run is None:
        return None
    digest, code = about.run.digest, str(line["component"])
    if digest not in plans:
        plan = plan_of(digest)
        plans[digest] = names_of(plan) if plan else {}
    return plans[digest].get(code, (code, code))


def _deals(about: Dispute) -> Iterator[tuple[str, int]]:
    """What it may be about: the deal of the line, else the order that was named."""
    line = about.frozen.get("line") or {}
    if line.get("source"):
        yield line["source_kind"], line["source"]
    if about.order_id:
        yield "order", about.order_id


def _deal(about: Dispute, opened_: Opened) -> Link | None:
    """The first that the viewer may open, else the order by its number."""
    for noun, record in _deals(about):
        if (noun, record) in opened_:
            deal = opened_[noun, record]
            return Link(noun, record, deal.text, deal.car)
    return Link("order", 0, about.order.number) if about.order else None
