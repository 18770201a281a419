"""Verbs of registers: enter, amend and take back an entry of any of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cheji.actions.customers import NewCustomer, keep
from cheji.actions.deeds import Deed, amended, deed
from cheji.actions.locking import changed, locked, told
from cheji.actions.numbers import fresh
from cheji.actions.outlets import default_owner, in_post, outlet_of
from cheji.facts import post as post_facts
from cheji.records.models import TABLES, RegisterRow, Unit
from cheji.records.refusals import Refused
from cheji.records.registers import REGISTERS, Register
from cheji.records.visibility import Viewer

from .rules import SALES, FieldMissing, may_hold, settled


class EntryIsVoid(Refused):
    """Entry {number} was taken back and counts no longer. Enter a new one."""

    zh = "记录 {number} 已作废，不再计入。请另录一条。"


@dataclass(frozen=True)
class Done:
    id: int
    number: str


@dataclass(frozen=True, slots=True)
class About:
    """Whom and what an entry is about; a known customer by id, else by name and phone."""

    person: int | None = None
    customer: int | None = None
    name: str = ""
    phone: str = ""
    model: str = ""
    note: str = ""


NOBODY = About()


def enter(
    *,
    by: Viewer,
    at: datetime,
    register: str,
    outlet: int,
    values: Mapping[str, Any],
    about: About = NOBODY,
    number: str = "",
) -> Done:
    """Write down an entry; `values` by field of the register, money in fen, numbers in 1/10,000."""
    kind = REGISTERS[register]
    with deed("registers.enter", by=by, at=at, right=kind.right) as doing:
        where = outlet_of(doing.scope, outlet)
        fields = settled(kind, values, zone=where.timezone, today=by.on)
        may_hold(kind, fields, where, doing.scope.viewer)
        on: date = fields[kind.date]
        row = TABLES[register](
            outlet=where,
            number=number or fresh("R", on),
            person_id=_person(doing, kind, where, about.person, min(on, by.on)),
            model=_model(kind, about),
            note=about.note,
            **fields,
        )
        row.customer_id = _customer(doing, row, about, min(on, by.on))
        row.save()
        post_facts(register, [row.pk], at=at)
        doing.tell(subject=row.pk, outlet=outlet, register=register, number=row.number)
        return Done(row.pk, row.number)


def amend(
    *,
    by: Viewer,
    at: datetime,
    register: str,
    entry: int,
    version: int,
    reason: str,
    values: Mapping[str, Any],
    about: About = NOBODY,
) -> Done:
    """Correct an entry that stands, whole; its customer stays. What it said before is reversed."""
    kind = REGISTERS[register]
    with deed("registers.amend", by=by, at=at, right=kind.right) as doing:
        row = locked(doing.scope.register(kind), register, entry, version)
        if row.void:
            raise EntryIsVoid(number=row.number)
        fields = settled(kind, values, zone=row.outlet.timezone, today=by.on)
        person = about.person
        if person != row.person_id:
            person = in_post(person, row.outlet, min(fields[kind.date], by.on))
        _needs(kind, person)
        may_hold(kind, vars(row), row.outlet, doing.scope.viewer)
        may_hold(kind, fields, row.outlet, doing.scope.viewer)
        model = _model(kind, about)
        differs = changed(row, person_id=person, model=model, note=about.note, **fields)
        amended(reason, differs)
        post_facts(register, [entry], at=at)
        doing.tell(subject=entry, outlet=row.outlet_id, register=register, reason=reason)
        doing.tell(changes=_quiet(kind, told(differs)))
        return Done(entry, row.number)


def void(*, by: Viewer, at: datetime, register: str, entry: int, version: int, reason: str) -> Done:
    """Take an entry back: it stays with the reason and counts nowhere."""
    kind = REGISTERS[register]
    with deed("registers.void", by=by, at=at, right=kind.right) as doing:
        row = locked(doing.scope.register(kind), register, entry, version)
        if row.void:
            raise EntryIsVoid(number=row.number)
        may_hold(kind, vars(row), row.outlet, doing.scope.viewer)
        amended(reason, row)
        changed(row, void=True, note=reason)
        post_facts(register, [entry], at=at)
        doing.tell(subject=entry, outlet=row.outlet_id, register=register, reason=reason)
        return Done(entry, row.number)


def _person(doing: Deed, kind: Register, where: Unit, person: int | None, on: date) -> int | None:
    """The person named, else who enters it where that is his own work."""
    if kind.person == "none":
        return None
    if person is None and kind.family in SALES:
        person = default_owner(doing.scope, where, on)
    _needs(kind, person)
    return in_post(person, where, on)


def _model(kind: Register, about: About) -> str:
    if kind.model == "required" and not about.model.strip():
        raise FieldMissing(field="model", column="model", name="Model", zh_name="车型")
    return about.model.strip() if kind.model != "none" else ""


def _needs(kind: Register, person: int | None) -> None:
    if kind.person == "required" and person is None:
        raise FieldMissing(field="person", name=kind.person_en, zh_name=kind.person_zh)


def _customer(doing: Deed, row: RegisterRow, about: About, on: date) -> int | None:
    """The customer by id within the viewer's scope, or found or added by name and phone."""
    kind = REGISTERS[row.register]
    if kind.customer == "none":
        return None
    if about.customer is not None:
        rows = doing.scope.customers().filter(outlet=row.outlet)
        return locked(rows, "customer", about.customer).pk
    if about.name or about.phone:
        owner = row.person_id if kind.family in SALES else None
        new = NewCustomer(row.outlet_id, about.name, on, about.phone, channel="other", owner=owner)
        return keep([new])[0].id
    return None


def _quiet(kind: Register, differs: dict[str, list[object] | str]) -> dict[str, list[object] | str]:
    """Differences as the audit log keeps them: of a free text only that it changed."""
    texts = {field.code for field in kind.fields if field.type in ("text", "code")}
    return {name: "…" if name in texts else pair for name, pair in differs.items()}


__all__ = ["About", "Done", "EntryIsVoid", "amend", "enter", "settled", "void"]
