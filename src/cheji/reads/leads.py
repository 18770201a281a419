"""Leads: the list and one lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from cheji.reads.asking import EVERYTHING, Asked, Listing, Page, equals, since, until
from cheji.reads.filters import customer_matches, in_outlet, of_person
from cheji.reads.seen import CustomerSeen, Where, Who, customer_seen, known, where, who
from cheji.records.models import Lead
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One enquiry; `reason` says why it is invalid or a duplicate."""

    id: int
    number: str
    outlet: Where
    received_on: date
    received_at: datetime | None
    channel: str
    provider: str
    customer: CustomerSeen | None
    person: Who | None
    model: str
    state: str
    reason: str
    version: int


def leads(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[LeadRow]:
    """Leads, newest first; totals: valid.

    Filters: outlet, person, state, channel, provider, model, since, until. Sorts: received_on,
    number, state.
    """
    scope = of(viewer)
    return LEADS.page(scope, scope.leads(), asked, lambda rows: _ready(scope, rows))


def lead(viewer: Viewer, lead_id: int) -> LeadRow:
    """One lead.

    Raises:
        NotFound: it is not in scope.
    """
    scope = of(viewer)
    return _row(scope, one(_ready(scope, scope.leads()), "lead", lead_id, id=lead_id))


def _ready(scope: Scope, rows: "QuerySet[Lead]") -> "QuerySet[Lead]":
    joined = rows.select_related("outlet", "customer", "person")
    return joined.annotate(known=known(scope))


def _rows(scope: Scope, rows: Sequence[Lead]) -> list[LeadRow]:
    return [_row(scope, row) for row in rows]


def _row(scope: Scope, row: Lead) -> LeadRow:
    return LeadRow(
        row.pk,
        row.number,
        where(row.outlet),
        row.received_on,
        row.received_at,
        row.channel,
        row.provider,
        customer_seen(scope, row.customer, known=row.known),  # type: ignore[attr-defined]
        who(row.person),
        row.model,
        row.state,
        row.reason,
        row.version,
    )


def _totals(_scope: Scope, rows: "QuerySet[Lead]") -> tuple[tuple[str, int | None], ...]:
    bad = (Lead.State.INVALID, Lead.State.DUPLICATE)
    return (("valid", rows.aggregate(n=Count("id", filter=~Q(state__in=bad)))["n"]),)


LEADS = Listing[Lead, LeadRow](
    filters={
        "outlet": in_outlet(),
        "person": of_person("person"),
        "state": equals("state"),
        "channel": equals("channel"),
        "provider": equals("provider"),
        "model": equals("model"),
        "since": since("received_on"),
        "until": until("received_on"),
    },
    sorts={"received_on": ("received_on",), "number": ("number",), "state": ("state",)},
    default="-received_on",
    search=lambda scope, text: (
        Q(number__istartswith=text)
        | Q(model__icontains=text)
        | customer_matches(scope, text, "customer")
    ),
    show=_rows,
    totals=_totals,
)
