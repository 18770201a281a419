"""Kinds that are one row of one table each: found by their key, compared, added or changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from cheji.actions.customers import NewCustomer, keep
from cheji.facts import post as post_facts
from cheji.records.bulk import insert
from cheji.records.encryption import blind, normal_phone

from .given import only_given, require
from .lookups import Lookups
from .once import Once
from .plan import Committing, Entry, Planned, decide, resolve

Key = tuple[Any, ...]


@dataclass(slots=True)
class Resolved:
    """The columns of a record as a row says them; `customer` when the row names one."""

    key: Key
    values: dict[str, Any]
    customer: NewCustomer | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def snapshot(row: Model) -> dict[str, Any]:
    """A record's columns as JSON values, to restore it by."""
    encoder = DjangoJSONEncoder()
    found = {}
    for column in row._meta.concrete_fields:  # noqa: SLF001  Django's documented model interface
        value = getattr(row, column.attname)
        if isinstance(value, bytes | memoryview):
            value = bytes(value).hex()
        elif value is not None and not isinstance(value, str | int | bool | dict | list):
            value = encoder.default(value)
        found[column.attname] = value
    return found


class Simple:
    """The shared way of kinds with one table; a kind says how to read a row and find its record."""

    right = "imports.write"
    noun = ""
    facts = ""
    model: type[Model]
    required: tuple[str, ...] = ()
    columns: Mapping[str, str] = {}
    """The columns of fields that are called otherwise; "" for what is part of the key."""

    def resolve(self, entry: Entry, look: Lookups) -> Resolved:
        raise NotImplementedError

    def __init__(self) -> None:
        self._once = Once()

    def existing(self, resolved: Sequence[Resolved]) -> dict[Key, Any]:
        """Records by key, in one query."""
        raise NotImplementedError

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        pairs = resolve(entries, look, self.resolve)
        known = self.existing([resolved for _, resolved in pairs])
        rows = ((entry, resolved, known.get(resolved.key)) for entry, resolved in pairs)

        def plan(entry: Entry, resolved: Resolved, record: Any) -> Planned:
            def do() -> Planned:
                return self._planned(entry, resolved, record)

            return self._once.plan(resolved.key, entry, look, do, self._told(entry, resolved))

        return decide(rows, look, plan)

    def _told(self, entry: Entry, resolved: Resolved) -> dict[str, Any]:
        """The columns that the row has, as they were resolved."""
        called = {
            name: self.columns.get(name) or name.removesuffix("_id") for name in resolved.values
        }
        return {
            column: resolved.values[name]
            for name, column in called.items()
            if column in entry.values
        }

    def _planned(self, entry: Entry, resolved: Resolved, record: Any) -> Planned:
        require(entry.values, *self.required, record=record)
        if record is None:
            return Planned(entry, "create", resolved)
        resolved.values = self._merged(entry, resolved, record)
        same = self._same(resolved, record)
        return Planned(entry, "same" if same else "update", resolved, record)

    def _merged(self, entry: Entry, resolved: Resolved, record: Any) -> dict[str, Any]:  # noqa: ARG002
        """What the row changes of an existing record: nothing that the file has no column for."""
        return only_given(resolved.values, entry.values.keys(), self.columns)

    def _same(self, resolved: Resolved, record: Any) -> bool:
        if any(getattr(record, name) != value for name, value in resolved.values.items()):
            return False
        return resolved.customer is None or is_customer(resolved.customer, record.customer)

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        self._customers(planned, doing)
        fresh = [row for row in planned if row.doing == "create"]
        new = insert(self.model, [row.payload.values for row in fresh])
        for row, pk in zip(fresh, new, strict=True):
            row.made = pk
            doing.touch(self.noun, pk)
        changed = [self._change(row, doing) for row in planned if row.doing == "update"]
        if self.facts:
            post_facts(self.facts, new, at=doing.at, book=doing.book, fresh=True)
            post_facts(self.facts, changed, at=doing.at, book=doing.book)

    def _customers(self, planned: Sequence[Planned], doing: Committing) -> None:
        rows = [row for row in planned if row.doing != "same" and row.payload.customer]
        fresh = [row for row in rows if not self._keeps_customer(row)]
        for row, kept in zip(fresh, keep([r.payload.customer for r in fresh]), strict=True):
            row.payload.values["customer_id"] = kept.id
            if kept.added:
                doing.touch("customer", kept.id)

    def _keeps_customer(self, row: Planned) -> bool:
        return row.record is not None and is_customer(row.payload.customer, row.record.customer)

    def _change(self, row: Planned, doing: Committing) -> int:
        record = row.record
        before = snapshot(record)
        for name, value in row.payload.values.items():
            setattr(record, name, value)
        record.version += 1
        record.save()
        doing.touch(self.noun, record.pk, before, record.version)
        return record.pk


def is_customer(new: NewCustomer, customer: Any) -> bool:
    """Whether a row names the customer that the record already has."""
    if customer is None:
        return False
    index = blind(normal_phone(new.phone), field="phone")
    if index is not None:
        return customer.phone_index is not None and bytes(customer.phone_index) == index
    return not new.name or customer.name == new.name
