"""Visits (来店批次), and the daily totals of outlets that keep only counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum

from cheji.reads.asking import EVERYTHING, Asked, Listing, Page, equals, flag, since, until
from cheji.reads.filters import customer_matches, in_outlet, of_person
from cheji.reads.seen import CustomerSeen, Where, Who, customer_seen, known, own_seen, where, who
from cheji.records.models import DailyTotal, Visit
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One party; `excluded` says why it does not count as a batch."""

    id: int
    number: str
    outlet: Where
    on: date
    arrived_at: datetime | None
    left_at: datetime | None
    people: int
    first: bool
    purpose: str
    channel: str
    excluded: str
    person: Who | None
    customer: CustomerSeen | None
    model: str
    note: str
    version: int
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TotalRow:
    """The counts of one outlet and day, of a person or of nobody; money in fen."""

    id: int
    outlet: Where
    on: date
    person: Who | None
    counts: tuple[tuple[str, int], ...]
    version: int


def visits(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[VisitRow]:
    """Visits, newest first; totals: first, people.

    Filters: outlet, person, channel, purpose, first, excluded, model, since, until. Sorts: on,
    number.
    """
    scope = of(viewer)
    return VISITS.page(scope, scope.visits(), asked, lambda rows: _ready(scope, rows))


def visit(viewer: Viewer, visit_id: int) -> VisitRow:
    """One visit.

    Raises:
        NotFound: it is not in scope.
    """
    scope = of(viewer)
    return _row(scope, one(_ready(scope, scope.visits()), "visit", visit_id, id=visit_id))


def daily_totals(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[TotalRow]:
    """Daily totals, newest first. Filters: outlet, person, since, until. Sort: on."""
    scope = of(viewer)
    ready = scope.totals().select_related("outlet", "person")
    return TOTALS.page(scope, ready, asked)


def _ready(scope: Scope, rows: "QuerySet[Visit]") -> "QuerySet[Visit]":
    joined = rows.select_related("outlet", "customer", "person")
    return joined.annotate(known=known(scope))


def _rows(scope: Scope, rows: Sequence[Visit]) -> list[VisitRow]:
    return [_row(scope, row) for row in rows]


def _row(scope: Scope, row: Visit) -> VisitRow:
    return VisitRow(
        row.pk,
        row.number,
        where(row.outlet),
        row.on_date,
        row.arrived_at,
        row.left_at,
        row.people,
        row.first,
        row.purpose,
        row.channel,
        row.excluded,
        who(row.person),
        customer_seen(scope, row.customer, known=row.known),  # type: ignore[attr-defined]
        row.model,
        row.note,
        row.version,
        own_seen(scope, row.custom),
    )


def _sums(_scope: Scope, rows: "QuerySet[Visit]") -> tuple[tuple[str, int | None], ...]:
    counts = Q(first=True, excluded="", purpose=Visit.Purpose.BUY)
    sums = rows.aggregate(first=Count("id", filter=counts), people=Sum("people"))
    return ("first", sums["first"]), ("people", sums["people"] or 0)


def _total_rows(_scope: Scope, rows: Sequence[DailyTotal]) -> list[TotalRow]:
    return [
        TotalRow(
            row.pk,
            where(row.outlet),
            row.on_date,
            who(row.person),
            tuple(sorted(row.counts.items())),
            row.version,
        )
        for row in rows
    ]


VISITS = Listing[Visit, VisitRow](
    filters={
        "outlet": in_outlet(),
        "person": of_person("person"),
        "channel": equals("channel"),
        "purpose": equals("purpose"),
        "first": flag("first"),
        "excluded": equals("excluded"),
        "model": equals("model"),
        "since": since("on_date"),
        "until": until("on_date"),
    },
    sorts={"on": ("on_date", "arrived_at"), "number": ("number",)},
    default="-on",
    search=lambda scope, text: (
        Q(number__istartswith=text)
        | Q(model__icontains=text)
        | customer_matches(scope, text, "customer")
    ),
    show=_rows,
    totals=_sums,
    own="visit",
)
TOTALS = Listing[DailyTotal, TotalRow](
    filters={
        "outlet": in_outlet(),
        "person": of_person("person"),
        "since": since("on_date"),
        "until": until("on_date"),
    },
    sorts={"on": ("on_date",)},
    default="-on",
    search=lambda _scope, text: Q(person__name__icontains=text) | Q(person__number=text),
    show=_total_rows,
)
