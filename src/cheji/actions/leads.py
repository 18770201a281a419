"""Verbs of leads."""

from dataclasses import dataclass
from datetime import date, datetime

from cheji.facts import post as post_facts
from cheji.records.models import Lead
from cheji.records.visibility import Viewer

from . import messages
from .customers import NewCustomer, keep
from .dates import happened
from .deeds import deed
from .locking import changed, locked
from .numbers import fresh
from .outlets import in_post, outlet_of

REACHED = frozenset({Lead.State.CONTACTED.value, Lead.State.VALID.value, Lead.State.CARDED.value})


@dataclass(frozen=True)
class Done:
    id: int
    number: str


def receive(
    *,
    by: Viewer,
    at: datetime,
    outlet: int,
    received_on: date,
    name: str = "",
    phone: str = "",
    channel: str = "online",
    provider: str = "",
    model: str = "",
    person: int | None = None,
    number: str = "",
) -> Done:
    """Take in an enquiry; the same phone at the outlet is the same customer."""
    with deed("leads.receive", by=by, at=at, right="leads.write") as doing:
        where = outlet_of(doing.scope, outlet)
        happened(received_on, today=by.on, field="received_on")
        customer = None
        if name or phone:
            new = NewCustomer(outlet, name, received_on, phone, channel="other")
            customer = keep([new])[0].id
        lead = Lead.objects.create(
            outlet=where,
            number=number or fresh("L", received_on),
            received_on=received_on,
            received_at=at if received_on == by.on else None,
            channel=channel,
            provider=provider,
            customer_id=customer,
            person_id=in_post(person, where, received_on),
            model=model,
        )
        post_facts("lead", [lead.pk], at=at)
        body = {"noun": "lead", "id": lead.pk, "number": lead.number}
        messages.tell_others(by, [person], "leads.received", body, at)
        doing.tell(subject=lead.pk, outlet=outlet, number=lead.number, person=person)
        return Done(lead.pk, lead.number)


def settle(
    *, by: Viewer, at: datetime, lead: int, version: int, state: str, reason: str = ""
) -> Done:
    """Set what became of a lead: contacted, valid, invalid, duplicate.

    Who says it first has tried to reach the customer by now; contacted and valid mean reached.
    """
    with deed("leads.settle", by=by, at=at, right="leads.write") as doing:
        row = locked(doing.scope.leads(), "lead", lead, version)
        tried = row.first_attempt_at or (at if state != Lead.State.NEW else None)
        reached = row.contacted_on or (by.on if state in REACHED else None)
        differs = changed(
            row, state=Lead.State(state), reason=reason, first_attempt_at=tried,
            contacted_on=reached,
        )  # fmt: skip
        post_facts("lead", [lead], at=at)
        doing.tell(subject=lead, outlet=row.outlet_id, changes=differs)
        return Done(lead, row.number)
