"""Advertising spend (广宣投放): the list and one entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from cheji.reads.asking import EVERYTHING, Asked, Listing, Page, equals, flag, since, until
from cheji.reads.filters import in_outlet
from cheji.reads.seen import Where, where
from cheji.records.models import AdSpend
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class SpendRow:
    """One entry by spend date; fen. A void one does not count."""

    id: int
    number: str
    outlet: Where
    on: date
    channel: str
    amount: int
    subsidy: int
    net: int
    note: str
    void: bool
    version: int


def spend(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[SpendRow]:
    """Entries, newest first; totals: amount, subsidy, net, all without void ones.

    Filters: outlet, channel, void, since, until. Sorts: on, amount, number.
    """
    scope = of(viewer)
    return SPEND.page(scope, scope.spend(), asked, lambda rows: rows.select_related("outlet"))


def entry(viewer: Viewer, spend_id: int) -> SpendRow:
    """One entry.

    Raises:
        NotFound: it is not in scope.
    """
    rows = of(viewer).spend().select_related("outlet")
    return _row(one(rows, "spend", spend_id, id=spend_id))


def _rows(_scope: Scope, rows: Sequence[AdSpend]) -> list[SpendRow]:
    return [_row(row) for row in rows]


def _row(row: AdSpend) -> SpendRow:
    return SpendRow(
        row.pk,
        row.number,
        where(row.outlet),
        row.on_date,
        row.channel,
        row.amount,
        row.subsidy,
        row.amount - row.subsidy,
        row.note,
        row.void,
        row.version,
    )


def _totals(_scope: Scope, rows: "QuerySet[AdSpend]") -> tuple[tuple[str, int | None], ...]:
    sums = rows.filter(void=False).aggregate(amount=Sum("amount"), subsidy=Sum("subsidy"))
    amount, subsidy = sums["amount"] or 0, sums["subsidy"] or 0
    return ("amount", amount), ("subsidy", subsidy), ("net", amount - subsidy)


SPEND = Listing[AdSpend, SpendRow](
    filters={
        "outlet": in_outlet(),
        "channel": equals("channel"),
        "void": flag("void"),
        "since": since("on_date"),
        "until": until("on_date"),
    },
    sorts={"on": ("on_date",), "amount": ("amount",), "number": ("number",)},
    default="-on",
    search=lambda _scope, text: (
        Q(number__istartswith=text) | Q(channel__icontains=text) | Q(note__icontains=text)
    ),
    show=_rows,
    totals=_totals,
)
