"""From facts to the records that posted them, as far as the viewer may open those."""

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

from cheji.reads.kpis.ground import Ground
from cheji.reads.seen import CustomerSeen, Who, customer_seen
from cheji.records.models import Fact
from cheji.records.registers import REGISTERS

TEXT = {
    "lead": "number",
    "visit": "number",
    "prospect": "number",
    "order": "number",
    "delivery": "order__number",
    "vehicle": "vin",
    "spend": "number",
    "total": "on_date",
    "coaching": "exercise",
}
PAGES = {"coaching": "coaching-task"}
"""Where a record's page is not called as what posts its facts."""


class Records:
    """The records, people and customers of a page of facts, each noun read once."""

    def __init__(self, ground: Ground, facts: Sequence[Fact]) -> None:
        self.ground = ground
        self.facts = facts

    @cached_property
    def texts(self) -> dict[tuple[str, int], str]:
        """What each openable record is called, by noun and id."""
        scope = self.ground.scope
        rows: dict[str, Any] = {
            "lead": scope.leads,
            "visit": scope.visits,
            "prospect": scope.prospects,
            "order": scope.orders,
            "delivery": scope.deliveries,
            "vehicle": scope.vehicles,
            "spend": scope.spend,
            "total": scope.totals,
            "coaching": scope.coaching,
            **{code: partial(scope.register, one) for code, one in REGISTERS.items()},
        }
        found = {}
        for noun in sorted({fact.source_kind for fact in self.facts} & rows.keys()):
            ids = [fact.source for fact in self.facts if fact.source_kind == noun]
            named = rows[noun]().filter(id__in=ids).values_list("id", TEXT.get(noun, "number"))
            for record, text in named:
                found[noun, record] = str(text)
        return found

    def link(self, fact: Fact) -> tuple[str, int | None, str]:
        """(noun, id, text); without id and text where the viewer may not open the record."""
        text = self.texts.get((fact.source_kind, fact.source))
        if text is None:
            return fact.source_kind, None, ""
        return PAGES.get(fact.source_kind, fact.source_kind), fact.source, text

    @cached_property
    def people(self) -> dict[int, tuple[str, str]]:
        return self.ground.names(fact.person for fact in self.facts if fact.person)

    def person(self, person: int | None) -> Who | None:
        if person is None or person not in self.people:
            return None
        return Who(person, *self.people[person])

    @cached_property
    def customers(self) -> dict[int, CustomerSeen]:
        scope = self.ground.scope
        ids = {fact.customer for fact in self.facts if fact.customer}
        rows = scope.customers().filter(id__in=ids)
        seen = (customer_seen(scope, customer, known=True) for customer in rows)
        return {customer.id: customer for customer in seen if customer}

    def customer(self, customer: int | None) -> CustomerSeen | None:
        return self.customers.get(customer or 0)
