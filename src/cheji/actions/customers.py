"""Writing customers: found again by phone or number within the outlet, or added."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from cheji.records.bulk import copy, ids, table_of
from cheji.records.encryption import (
    blind,
    mask_phone,
    normal_identity,
    normal_phone,
    seal,
    unseal,
)
from cheji.records.initials import initials
from cheji.records.models import Channel, Customer, Unit
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer

from .deeds import Deed, deed
from .filling import Values, first, merged, moved, post_marked, write
from .locking import changed, locked
from .outlets import default_owner, outlet_of

COLUMNS = (
    "id", "key", "outlet_id", "number", "name", "initials", "company", "phone_cipher",
    "phone_index", "phone_tail_index", "identity_cipher", "identity_index", "channel", "owner_id",
    "note", "created_on", "version",
)  # fmt: skip


class NameMissing(Refused):
    """A customer needs a name or a phone number. Fill in at least one."""

    zh = "客户至少要有姓名或电话。请填写其一。"


class ReasonMissing(Refused):
    """Say why you need the full number; it is kept in the log."""

    zh = "请说明查看完整号码的原因，原因会记入日志。"


class NewCustomer(NamedTuple):
    """A customer as entered; phone and ID number as typed."""

    outlet: int
    name: str
    created_on: date
    phone: str = ""
    number: str = ""
    channel: str = Channel.WALK_IN
    owner: int | None = None
    note: str = ""
    identity: str = ""


class Kept(NamedTuple):
    """Where a customer was found or added."""

    id: int
    added: bool


def keep(rows: Sequence[NewCustomer]) -> list[Kept]:
    """The customer of each row, in order: found by number, else by phone, else added.

    Rows of the same phone are one customer. The caller runs the transaction and the audit.
    """
    phones = [normal_phone(row.phone) for row in rows]
    indexes = [blind(phone, field="phone") for phone in phones]
    known = _known(rows, indexes)
    found: list[Kept] = []
    fresh: list[tuple[NewCustomer, str, bytes | None]] = []
    places: list[int] = []
    for row, phone, index in zip(rows, phones, indexes, strict=True):
        keys = _keys(row, index)
        hit = next((known[key] for key in keys if key in known), None)
        if hit is None:
            hit = -len(fresh) - 1
            fresh.append((row, phone, index))
            places.append(len(found))
            known.update(dict.fromkeys(keys, hit))
            found.append(Kept(hit, added=True))
        else:
            found.append(Kept(hit, added=False))
    new = ids(Customer, len(fresh))
    copy(table_of(Customer), COLUMNS, _tuples(new, fresh), streamed=True)
    return [Kept(new[-kept.id - 1], kept.added) if kept.id < 0 else kept for kept in found]


def customer_of(
    doing: Deed, where: Unit, known: int | None, new: NewCustomer, own: Values | None
) -> int | None:
    """An entry's customer: one in scope by id, else found or added by name and phone, or none."""
    if known is not None:
        return locked(doing.scope.customers().filter(outlet=where), "customer", known).pk
    marked = new.name.strip() or normal_phone(new.phone)
    return keep_one(new, own, doing) if marked else None


def keep_one(new: NewCustomer, own: Values | None, doing: Deed) -> int:
    """The customer of an entry; one who is added gets his own fields, a known one keeps his."""
    kept = keep([new])[0]
    if kept.added:
        fill_first(kept.id, own, doing)
    return kept.id


def fill_first(customer: int, own: Values | None, doing: Deed) -> None:
    """Fill in the own fields of a customer who was just added."""
    if values := first("customer", own, doing.by):
        write("customer", {customer: values}, doing.at)


def _keys(row: NewCustomer, index: bytes | None) -> list[tuple[int, object]]:
    keys: list[tuple[int, object]] = []
    if row.number:
        keys.append((row.outlet, row.number))
    if index:
        keys.append((row.outlet, index))
    return keys


def _known(
    rows: Sequence[NewCustomer], indexes: Sequence[bytes | None]
) -> dict[tuple[int, object], int]:
    outlets = {row.outlet for row in rows}
    numbers = {row.number for row in rows if row.number}
    digests = {index for index in indexes if index}
    found: dict[tuple[int, object], int] = {}
    within = Customer.objects.filter(outlet__in=outlets)
    by_phone = within.filter(phone_index__among=digests)
    for pk, outlet, index in by_phone.values_list("id", "outlet", "phone_index"):
        found[outlet, bytes(index or b"")] = pk
    by_number = within.filter(number__among=numbers)
    for pk, outlet, number in by_number.values_list("id", "outlet", "number"):
        found[outlet, number] = pk
    return found


def _tuples(
    new: Sequence[int], fresh: Iterable[tuple[NewCustomer, str, bytes | None]]
) -> Iterable[tuple[object, ...]]:
    for pk, (row, phone, index) in zip(new, fresh, strict=True):
        key = uuid.uuid4()
        cipher, digest = identity_columns(row.identity, key).values()
        name = row.name or mask_phone(phone)
        yield (
            pk, key, row.outlet, row.number, name, initials(name), False,
            _sealed(phone, key), index, _tail(phone),
            cipher, digest, row.channel, row.owner, row.note, row.created_on, 1,
        )  # fmt: skip


def phone_columns(phone: str, key: uuid.UUID) -> dict[str, bytes | None]:
    """What a customer's row keeps of a normal phone number: sealed, and two blind indexes."""
    return {
        "phone_cipher": _sealed(phone, key),
        "phone_index": blind(phone, field="phone"),
        "phone_tail_index": _tail(phone),
    }


def _sealed(phone: str, key: uuid.UUID) -> bytes | None:
    return seal(phone, field="customer.phone", row=str(key)) if phone else None


def _tail(phone: str) -> bytes | None:
    """The blind index by which the last four digits find a customer."""
    return blind(phone[-4:], field="phone_tail") if len(phone) >= 4 else None


def identity_columns(identity: str, key: uuid.UUID) -> dict[str, bytes | None]:
    """What a customer's row keeps of an ID number as typed: sealed, and a blind index."""
    text = normal_identity(identity)
    return {
        "identity_cipher": seal(text, field="customer.identity", row=str(key)) if text else None,
        "identity_index": blind(text, field="identity"),
    }


def named(name: str, phone: str) -> None:
    """Refuse a customer without any mark."""
    if not name.strip() and not normal_phone(phone):
        raise NameMissing


class KnownAlready(Refused):
    """A customer of this outlet has that phone number already. Find him by it."""

    zh = "本店已有使用该电话的客户，请按电话查找。"


def add(
    *,
    by: Viewer,
    at: datetime,
    outlet: int,
    name: str,
    phone: str = "",
    note: str = "",
    own: Values | None = None,
) -> Kept:
    """Add a customer who neither came nor wishes to buy yet; he is who adds him's own."""
    with deed("customers.add", by=by, at=at, right="prospects.write") as doing:
        where = outlet_of(doing.scope, outlet)
        named(name, phone)
        owner = default_owner(doing.scope, where, by.on)
        new = NewCustomer(outlet, name, by.on, phone, owner=owner, note=note)
        kept = keep([new])[0]
        if not kept.added:
            raise KnownAlready(field="phone")
        fill_first(kept.id, own, doing)
        doing.tell(subject=kept.id, outlet=outlet)
        return kept


def amend(
    *,
    by: Viewer,
    at: datetime,
    customer: int,
    version: int,
    name: str | None = None,
    phone: str | None = None,
    note: str | None = None,
    own: Values | None = None,
) -> Kept:
    """Change a customer's name, phone, note or own fields; what is None stays."""
    with deed("customers.amend", by=by, at=at, right="prospects.write") as doing:
        row = locked(doing.scope.customers(), "customer", customer, version)
        digits = phone_of(row) if phone is None else normal_phone(phone)
        called = row.name if name is None else name
        named(called, digits)
        values: dict[str, object] = {"name": called, "initials": initials(called)}
        if note is not None:
            values["note"] = note
        custom = merged("customer", row.custom, own, by)
        filled = moved(row.custom, custom)
        if digits != phone_of(row):
            values |= phone_columns(digits, row.key)
        differs = changed(row, **values, custom=custom)
        post_marked("customer", [customer], filled, at)
        told = sorted({*differs, *filled} - {"custom"})
        doing.tell(subject=customer, outlet=row.outlet_id, fields=told)
        return Kept(customer, added=False)


def phone_of(customer: Customer) -> str:
    """The full phone number; only for the verbs here."""
    return unseal(customer.phone_cipher, field="customer.phone", row=str(customer.key))


def reveal_phone(*, by: Viewer, at: datetime, customer: int, reason: str) -> str:
    """The full number, with the reason kept in the audit log."""
    with deed("customers.reveal_phone", by=by, at=at, right="reveal.phone") as doing:
        if not reason.strip():
            raise ReasonMissing
        row = locked(doing.scope.customers(), "customer", customer)
        doing.tell(subject=customer, outlet=row.outlet_id, reason=reason)
        return phone_of(row)
