"""Importing registers: one importer for each, made from its declaration."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

from cheji.actions.registers.rules import SALES, may_hold, settled
from cheji.records.encryption import blind, normal_phone
from cheji.records.models import TABLES, entries
from cheji.records.registers import REGISTERS, Register

from .counts import TooExact
from .floor import named_customer
from .given import ValueMissing
from .lookups import Lookups, held
from .plan import Entry, Importer, Planned
from .simple import Key, Resolved, Simple

SCALE = 10_000
#: Rights of offices to write, which allow the same by file; of others it takes the right to
#: import, for who sells or serves enters what is his own.
IN_BULK = {"payments.write", "trainings.write", "surveys.write", "stock.write", "manual.write"}


class Entries(Simple):
    """One row per entry; without a number what the register declares tells entries apart."""

    register: ClassVar[Register]

    def resolve(self, entry: Entry, look: Lookups) -> Resolved:
        given = entry.values
        outlet = look.outlet(given["outlet_code"])
        person = look.person(outlet, given.get("person"))
        on = self._day(given) or look.today
        number = given.get("number") or self._number(given)
        named: dict[str, tuple[str, Any]] = {"person": ("person_id", person)}
        named |= {name: (name, given.get(name) or "") for name in ("model", "note")}
        values = {
            "outlet_id": outlet.pk,
            "number": number,
            **{name: _kept(name, value) for name, value in given.items() if self._is_own(name)},
            **dict(named[name] for name in named if name in given),
        }
        owner = person if self.register.family in SALES else None
        first = min(on, look.today)
        customer = named_customer(outlet, given, "customer_name", first, owner, "other")
        viewer = look.scope.viewer.doing(self.register.right)
        may_hold(self.register, values, outlet, viewer)
        extra = {"zone": outlet.timezone, "today": look.today, "viewer": viewer}
        return Resolved((outlet.pk, number), values, customer, extra)

    def _is_own(self, name: str) -> bool:
        return name in self.register.field

    def _day(self, given: Mapping[str, Any]) -> date | None:
        """The day by which the entry is listed, as far as the row says it."""
        field = self.register.field[self.register.date]
        moment = given.get(field.of) if field.of else None
        found: date | None = moment.date() if moment is not None else given.get(field.code)
        return found

    def _number(self, given: Mapping[str, Any]) -> str:
        """A number made of what tells entries apart; a digest that only this house can make."""
        day = self._day(given)
        if day is None:
            field = self.register.field[self.register.date]
            raise ValueMissing(zh_name=field.zh, name=field.en, column=field.code)
        names = ("customer_name", "person", "model", *self.register.key)
        parts = [str(given.get(name) or "") for name in names]
        text = "|".join([str(day), normal_phone(given.get("phone") or ""), *parts])
        digest = blind(text, field="register")
        assert digest is not None  # the text is never empty
        return f"{day:%Y%m%d}-{digest.hex()[:12]}"

    def _planned(self, entry: Entry, resolved: Resolved, record: Any) -> Planned:
        """What the row says must hold together with what stands there already."""
        resolved.values |= self._settled(resolved, record)
        if record is not None:
            may_hold(self.register, vars(record), record.outlet, resolved.extra["viewer"])
        if self.register.person == "required" and self._lacks_person(resolved.values, record):
            words = {"zh_name": self.register.person_zh, "name": self.register.person_en}
            raise ValueMissing(**words, column="person")
        if self.register.model == "required" and not resolved.values.get(
            "model", getattr(record, "model", "")
        ):
            raise ValueMissing(zh_name="车型", name="Model", column="model")
        if record is None:
            return Planned(entry, "create", resolved)
        same = record.void or self._same(resolved, record)  # taken back by hand: stays so
        return Planned(entry, "same" if same else "update", resolved, record)

    def _settled(self, resolved: Resolved, record: Any) -> dict[str, Any]:
        """All fields of a new entry; of one that is there those that the row moves."""
        values, codes = resolved.values, self.register.field
        whole = {name: values.get(name, getattr(record, name, None)) for name in codes}
        zone, today = resolved.extra["zone"], resolved.extra["today"]
        fields = settled(self.register, whole, zone=zone, today=today)
        if record is None:
            return fields
        moved = {name for name, value in fields.items() if value != getattr(record, name)}
        return {name: fields[name] for name in fields if name in moved or name in values}

    def _lacks_person(self, values: Mapping[str, Any], record: Any) -> bool:
        return values.get("person_id", getattr(record, "person_id", None)) is None

    def existing(self, resolved: Sequence[Resolved]) -> dict[Key, Any]:
        rows = entries(self.register.code).filter(
            outlet__in={one.key[0] for one in resolved},
            number__among=list({one.key[1] for one in resolved}),
        )
        found = held(rows.select_related("customer", "outlet"))
        return {(row.outlet_id, row.number): row for row in found}


def _kept(name: str, value: Any) -> Any:
    """A file's value as the table keeps it: numbers in 1/10,000."""
    if not isinstance(value, Fraction):
        return value
    scaled = value * SCALE
    if scaled.denominator != 1:
        raise TooExact(value=value, column=name)
    return scaled.numerator


def _importer(register: Register) -> type[Importer]:
    body = {
        "__doc__": f"{register.en}.",
        "register": register,
        "right": register.right if register.right in IN_BULK else "imports.write",
        "noun": register.code,
        "facts": register.code,
        "model": TABLES[register.code],
    }
    return type("".join(register.plural.title().split("_")), (Entries,), body)


REGISTER_IMPORTERS: dict[str, type[Importer]] = {
    register.plural: _importer(register) for register in REGISTERS.values()
}
"""The importers of registers by kind of file."""
