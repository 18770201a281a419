"""A table for each register, made from its declaration."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from cheji.records.registers import REGISTERS, Field, Register

from .people import Person, Unit


class RegisterRow(models.Model):
    """What every entry of a register has; `number` is unique in the outlet, a void one counts not.

    A table of its own for each register adds the register's fields.
    """

    register: ClassVar[str] = ""

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey("records.Customer", models.PROTECT, null=True, related_name="+")
    model = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=400, blank=True)
    void = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


def _column(field: Field) -> "models.Field[Any, Any]":
    """The column of a field; what is not known is null, a text that is not there is empty."""
    if field.type in ("text", "code", "choice"):
        length = 40 if field.type == "choice" else field.length
        return models.CharField(max_length=length, blank=not field.required)
    types: dict[str, Any] = {
        "date": models.DateField,
        "moment": models.DateTimeField,
        "bool": models.BooleanField,
        "int": models.IntegerField,
        "minutes": models.IntegerField,
    }
    return types.get(field.type, models.BigIntegerField)(null=not field.required)


def _checks(register: Register) -> list[models.BaseConstraint]:
    """What the database itself refuses, whoever writes."""
    code = register.code
    found: list[models.BaseConstraint] = [
        models.UniqueConstraint(fields=["outlet", "number"], name=f"{code}_number_once")
    ]
    for field in register.fields:
        holds = _holds(field)
        if holds is not None:
            found.append(models.CheckConstraint(condition=holds, name=f"{code}_{field.code}_fits"))
    for first, second in register.ordered:
        after = Q(**{f"{second}__gte": F(first)}) | _lacks(first) | _lacks(second)
        name = f"{code}_{second}_after_{first}"
        found.append(models.CheckConstraint(condition=after, name=name))
    if register.person == "required":
        there = Q(person__isnull=False)
        found.append(models.CheckConstraint(condition=there, name=f"{code}_has_person"))
    if register.model == "required":
        found.append(models.CheckConstraint(condition=~Q(model=""), name=f"{code}_has_model"))
    return found


def _lacks(column: str) -> Q:
    return Q(**{f"{column}__isnull": True})


def _holds(field: Field) -> Q | None:
    """What a field's value must be, beyond its type."""
    if field.type == "choice":
        codes = [choice.code for choice in field.choices]
        return Q(**{f"{field.code}__in": codes if field.required else ["", *codes]})
    if field.required and field.type in ("text", "code"):
        return ~Q(**{field.code: ""})
    if field.low is None:
        return None
    least = Q(**{f"{field.code}__gte": field.low * field.scale})
    return least if field.required else least | _lacks(field.code)


def _table(register: Register) -> type[RegisterRow]:
    code = register.code
    name = "".join(word.capitalize() for word in code.split("_"))
    index = models.Index(fields=["outlet", f"-{register.date}"], name=f"{code}_outlet_date")
    meta = type("Meta", (), {"constraints": _checks(register), "indexes": [index]})
    columns = {field.code: _column(field) for field in register.fields}
    body = {"__module__": __name__, "__doc__": f"{register.en}.", "Meta": meta}
    body |= {"register": code, **columns}
    return type(name, (RegisterRow,), body)


TABLES: dict[str, type[RegisterRow]] = {code: _table(one) for code, one in REGISTERS.items()}
"""The tables by code of the register."""


def entries(code: str) -> Any:
    """All entries of a register, unfiltered: rows of a table whose fields no type knows."""
    return TABLES[code]._default_manager.all()  # noqa: SLF001  made by the factory: no `objects`
