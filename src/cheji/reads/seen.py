"""Units, people, customers and events as a screen shows them: names and phones masked by scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from cheji.records.encryption import mask_identity, mask_name, mask_phone, unseal
from cheji.records.models import Customer, Person, Unit
from cheji.records.visibility import Scope


@dataclass(frozen=True, slots=True)
class Where:
    """A unit by id, kind (group, region, outlet, team), code and name."""

    id: int
    kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Who:
    """A person by id, staff number and name."""

    id: int
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class CustomerSeen:
    """A customer as this viewer may see him; `open` says whether he may open the record."""

    id: int
    name: str
    phone: str
    company: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One dated thing in a timeline; `noun` and `id` name the record that it opens.

    `entered` is the day on which it was written down, where that was later and is to be told.
    """

    on: date
    noun: str
    id: int
    kind: str
    text: str = ""
    level: str = ""
    who: Who | None = None
    entered: date | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A record that can be opened.

    `car` tells cars of one order apart, with what stands between it and the text: ` …00012345` is
    the end of a frame number.
    """

    noun: str
    id: int
    text: str
    car: str = ""

    @property
    def full(self) -> str:
        """The text, and of an order of several cars which of them it is."""
        return self.text + self.car


def where(unit: Unit) -> Where:
    return Where(unit.pk, unit.kind, unit.code, unit.name)


def who(person: Person | None) -> Who | None:
    return Who(person.pk, person.number, person.name) if person else None


def known(scope: Scope, column: str = "customer") -> Exists:
    """Whether the customer in a column is one that the viewer sees."""
    return Exists(scope.customers().filter(id=OuterRef(column)))


def customer_seen(scope: Scope, customer: Customer | None, *, known: bool) -> CustomerSeen | None:
    """Name in full only to who may read names and sees this customer; the phone always masked."""
    if customer is None:
        return None
    name = customer.name if known and scope.names_shown() else mask_name(customer.name)
    phone = phone_seen(customer) if known else ""
    return CustomerSeen(customer.pk, name, phone, customer.company, known)


def phone_seen(customer: Customer) -> str:
    sealed = customer.phone_cipher
    if sealed is None:
        return ""
    return mask_phone(unseal(sealed, field="customer.phone", row=str(customer.key)))


def identity_seen(customer: Customer) -> str:
    """The masked ID number; empty when there is none."""
    sealed = customer.identity_cipher
    return mask_identity(unseal(sealed, field="customer.identity", row=str(customer.key)))


def own_seen(scope: Scope, custom: Mapping[str, str]) -> dict[str, str]:
    """What a record has in the house's own fields; a text only to who may read names."""
    if not custom:
        return {}
    return {code: "***" if code in scope.hidden_fields else text for code, text in custom.items()}


def newest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    """Newest day first; on one day the later record first."""
    return tuple(sorted(events, key=lambda event: (event.on, event.id), reverse=True))
