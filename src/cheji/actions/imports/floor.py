"""Importing leads, visits, customers: what the showroom floor writes down."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from cheji.actions.customers import NewCustomer, identity_columns, keep, phone_columns
from cheji.actions.visits import recount
from cheji.records.encryption import blind, normal_identity, normal_phone
from cheji.records.initials import initials
from cheji.records.models import Customer, Lead, Unit, Visit
from cheji.records.refusals import Refused

from .given import not_cleared, only_given, require
from .lookups import Lookups, held
from .once import Once
from .plan import Committing, Entry, Planned, decide, resolve
from .simple import Key, Resolved, Simple, snapshot

BY_RULE = (Visit.Excluded.HOLDS_CARD, Visit.Excluded.HAS_ORDERED)


class PhoneIsAnothers(Refused):
    """The phone number of {name} belongs to another customer of the outlet. Check both."""

    zh = "{name} 的电话属于本店另一位客户。请核对两条资料。"


def numbered(model: Any, resolved: Sequence[Resolved]) -> dict[Key, Any]:
    """Records of a table by outlet and number."""
    numbers = {r.key[1] for r in resolved}
    outlets = {r.key[0] for r in resolved}
    rows = held(model.objects.filter(outlet__in=outlets, number__among=numbers))
    return {(row.outlet_id, row.number): row for row in rows.select_related("customer")}


def named_customer(
    outlet: Unit, given: Any, name: str, on: Any, owner: int | None = None, channel: str = "walk_in"
) -> NewCustomer | None:
    """The customer that a row names, if it names one.

    Raises:
        ValueMissing: the row clears who it is.
    """
    not_cleared(given, name, "phone")
    if not given.get(name) and not given.get("phone"):
        return None
    phone = given.get("phone") or ""
    return NewCustomer(outlet.pk, given.get(name) or "", on, phone, channel=channel, owner=owner)


def _moment(look: Lookups, outlet: Unit, at: Any) -> Any:
    """A time as a file writes it, in the outlet's zone."""
    if at is None:
        return None
    look.happened(at.date())
    return at.replace(tzinfo=ZoneInfo(outlet.timezone))


class Customers:
    """One row per customer, found by number, phone or name."""

    right = "imports.write"

    def __init__(self) -> None:
        self._once = Once()

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        pairs = resolve(entries, look, self._new, "owner")
        known = self._known([new for _, new in pairs])
        numbers: dict[Any, str] = {}

        def plan(entry: Entry, new: NewCustomer) -> Planned:
            self._one_number(new, numbers)
            told = {"owner": new.owner} if "owner" in entry.values else {}
            for key in _called(new):
                self._once.agree(key, entry, look, {**entry.values, **told})
            planned = self._planned(entry, new, known)
            for key in _called(new):
                self._once.remember(key, entry, {**entry.values, **told})
            return planned

        return decide(pairs, look, plan, "phone")

    def _one_number(self, new: NewCustomer, numbers: dict[Any, str]) -> None:
        """Two rows of one phone are one customer, so they do not bear two numbers."""
        index = blind(normal_phone(new.phone), field="phone")
        if index is None or not new.number:
            return
        if numbers.setdefault((new.outlet, index), new.number) != new.number:
            raise PhoneIsAnothers(name=new.name)

    def _new(self, entry: Entry, look: Lookups) -> NewCustomer:
        given = entry.values
        outlet = look.outlet(given["outlet_code"])
        return NewCustomer(
            outlet.pk,
            given.get("name") or "",
            look.today,
            given.get("phone") or "",
            given.get("number") or "",
            given.get("channel") or "walk_in",
            look.person(outlet, given.get("owner")),
            given.get("note") or "",
            given.get("id_no") or "",
        )

    def _known(self, rows: Sequence[NewCustomer]) -> dict[Any, Customer]:
        outlets = {row.outlet for row in rows}
        found: dict[Any, Customer] = {}
        for customer in Customer.objects.filter(outlet__in=outlets):
            for key in self._keys(customer):
                found[key] = customer
        return found

    def _keys(self, customer: Customer) -> list[Any]:
        keys: list[Any] = [(customer.outlet_id, "name", customer.name)]
        if customer.phone_index is not None:
            keys.append((customer.outlet_id, "phone", bytes(customer.phone_index)))
        if customer.number:
            keys.append((customer.outlet_id, "number", customer.number))
        return keys

    def _planned(self, entry: Entry, new: NewCustomer, known: dict[Any, Customer]) -> Planned:
        index = blind(normal_phone(new.phone), field="phone")
        keys: list[Any] = [(new.outlet, "number", new.number), (new.outlet, "phone", index)]
        if not new.number and index is None:
            keys.append((new.outlet, "name", new.name))
        record = next((known[key] for key in keys if key in known), None)
        require(entry.values, "name", record=record)
        if record is None:
            return Planned(entry, "create", new)
        other = known.get((new.outlet, "phone", index))
        if index is not None and other is not None and other.pk != record.pk:
            raise PhoneIsAnothers(name=new.name)
        if new.number and record.number not in ("", new.number):  # found by phone
            raise PhoneIsAnothers(name=new.name)
        values = self._values(entry, new, record)
        same = all(getattr(record, name) == value for name, value in values.items())
        return Planned(entry, "same" if same else "update", values, record)

    def _values(self, entry: Entry, new: NewCustomer, record: Customer) -> dict[str, Any]:
        values = {
            "number": new.number or record.number,
            "name": new.name,
            "initials": initials(new.name),
            "channel": new.channel,
            "owner_id": new.owner,
            "note": new.note,
        }
        called = {"initials": "name", "owner_id": "owner"}
        return {**self._sealed(entry, new, record), **only_given(values, entry.values, called)}

    def _sealed(self, entry: Entry, new: NewCustomer, record: Customer) -> dict[str, Any]:
        """The columns of a phone and an ID number that differ: sealed anew, they always would."""
        given = entry.values
        found: dict[str, Any] = {}
        phone = normal_phone(new.phone)
        if "phone" in given and not _is_held(record.phone_index, blind(phone, field="phone")):
            found |= phone_columns(phone, record.key)
        index = blind(normal_identity(new.identity), field="identity")
        if "id_no" in given and not _is_held(record.identity_index, index):
            found |= identity_columns(new.identity, record.key)
        return found

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        fresh = [row for row in planned if row.doing == "create"]
        for row, kept in zip(fresh, keep([row.payload for row in fresh]), strict=True):
            row.made = kept.id
            if kept.added:
                doing.touch("customer", kept.id)
        for row in planned:
            if row.doing == "update":
                before = snapshot(row.record)
                for name, value in row.payload.items():
                    setattr(row.record, name, value)
                row.record.version += 1
                row.record.save()
                doing.touch("customer", row.record.pk, before, row.record.version)


def _called(new: NewCustomer) -> list[Key]:
    """By what two rows are known to be about one customer."""
    phone = blind(normal_phone(new.phone), field="phone")
    keys = [(new.outlet, "number", new.number), (new.outlet, "phone", phone)]
    return [key for key in keys if key[2]] or [(new.outlet, "name", new.name)]


def _is_held(held: bytes | memoryview | None, index: bytes | None) -> bool:
    return index == (None if held is None else bytes(held))


class Leads(Simple):
    """One row per lead."""

    noun = facts = "lead"
    model = Lead
    required = ("received_on",)
    columns = {"outlet_id": "", "provider": "source", "person_id": "owner"}

    def resolve(self, entry: Entry, look: Lookups) -> Resolved:
        given = entry.values
        outlet = look.outlet(given["outlet_code"])
        on = look.happened(given.get("received_on"))
        owner = look.person(outlet, given.get("owner"))
        values = {
            "outlet_id": outlet.pk,
            "number": given["number"],
            "received_on": on,
            "provider": given.get("source") or "",
            "person_id": owner,
            "model": given.get("model") or "",
            "channel": given.get("channel") or "online",
            "state": given.get("state") or Lead.State.NEW.value,
            "received_at": _moment(look, outlet, given.get("received_at")),
            "first_attempt_at": _moment(look, outlet, given.get("first_attempt_at")),
            "contacted_on": look.happened(given.get("contacted_on")),
        }
        customer = named_customer(outlet, given, "name", on, owner, "other")
        return Resolved((outlet.pk, given["number"]), values, customer)

    def existing(self, resolved: Sequence[Resolved]) -> dict[Key, Any]:
        return numbered(Lead, resolved)


class Visits(Simple):
    """One row per party."""

    noun = facts = "visit"
    model = Visit
    required = ("on_date",)
    columns = {
        "outlet_id": "", "excluded": "", "counted": "counts", "person_id": "consultant",
        "people": "people_count",
    }  # fmt: skip

    def resolve(self, entry: Entry, look: Lookups) -> Resolved:
        given = entry.values
        outlet = look.outlet(given["outlet_code"])
        on = look.happened(given.get("on_date"))
        person = look.person(outlet, given.get("consultant"))
        values = {
            "outlet_id": outlet.pk,
            "number": given["number"],
            "on_date": on,
            "first": given.get("first") is not False,
            "purpose": given.get("purpose") or Visit.Purpose.BUY.value,
            "channel": given.get("channel") or Visit.Channel.WALK_IN.value,
            "counted": given.get("counts"),
            "excluded": self._excluded(given),
            "person_id": person,
            "model": given.get("model") or "",
            "people": given.get("people_count") or 1,
            "arrived_at": _moment(look, outlet, given.get("arrived_at")),
            "left_at": _moment(look, outlet, given.get("left_at")),
        }
        customer = named_customer(outlet, given, "customer_name", on, person)
        return Resolved((outlet.pk, given["number"]), values, customer)

    def _merged(self, entry: Entry, resolved: Resolved, record: Any) -> dict[str, Any]:
        excluded = record.excluded
        if excluded != Visit.Excluded.VOID and {"counts", "purpose"} & entry.values.keys():
            was = {"purpose": record.purpose, "counts": record.counted}
            excluded = self._excluded({**was, **entry.values}) or self._ruled(entry, record)
        return {**super()._merged(entry, resolved, record), "excluded": excluded}

    def _ruled(self, entry: Entry, record: Visit) -> str:
        """What the counting rules said, while nobody says otherwise."""
        said = entry.values.get("counts", record.counted)
        by_rule = record.counted is None and record.excluded in BY_RULE
        return record.excluded if said is None and by_rule else ""

    def _excluded(self, given: Any) -> str:
        if given.get("counts") is False:
            return Visit.Excluded.HOLDS_CARD.value
        buys = (given.get("purpose") or "buy") == Visit.Purpose.BUY
        return "" if buys else Visit.Excluded.NOT_BUYING.value

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        super().write(planned, doing)
        rows = [row for row in planned if row.doing != "same"]
        known = {row.payload.values.get("customer_id") for row in rows}
        known |= {row.record.customer_id for row in rows if row.record is not None}
        recount(known, doing.at, doing.book)

    def existing(self, resolved: Sequence[Resolved]) -> dict[Key, Any]:
        return numbered(Visit, resolved)
