"""Import columns of the registers, made from their declarations."""

from __future__ import annotations

from cheji.files.kinds.columns import (
    Choice,
    Column,
    Kind,
    Type,
    customer_name,
    model,
    note,
    number,
    outlet_code,
    phone,
)
from cheji.records.registers import REGISTERS, Field, Register

_TYPES: dict[str, Type] = {"moment": "datetime", "minutes": "int"}
_PERSON = {
    "销售顾问": ("顾问", "业务员", "负责人", "工号", "人员编号"),
    "服务顾问": ("顾问", "接待", "工号", "人员编号"),
}


def _column(field: Field) -> Column:
    kind: Type = _TYPES.get(field.type) or field.type  # type: ignore[assignment]
    return Column(
        field.code,
        field.zh,
        field.en,
        kind,
        required=field.required and not field.of,
        aliases_zh=field.aliases_zh,
        aliases_en=field.aliases_en,
        choices=tuple(Choice(*choice) for choice in field.choices),
        example=field.example,
        example_en=field.example_en,
        note_zh=field.note_zh,
        note_en=field.note_en,
        length=field.length,
        low=field.low,
        high=field.high,
    )


def _person(register: Register) -> Column:
    return Column(
        "person",
        register.person_zh,
        register.person_en,
        "text",
        required=register.person == "required",
        aliases_zh=_PERSON.get(register.person_zh, ("姓名", "员工", "工号", "人员编号")),
        aliases_en=("staff number", "name", "salesperson"),
        example="E001",
        note_zh="人员编号，或本店内唯一的姓名",
        note_en="staff number, or a name that is unique in the outlet",
        length=80,
    )


def _kind(register: Register) -> Kind:
    about = [customer_name(), phone()] if register.customer != "none" else []
    if register.person != "none":
        about.append(_person(register))
    if register.model != "none":
        about.append(model(required=register.model == "required"))
    numbered = number("编号", "Number", required=False, example=f"{register.code[:2].upper()}001")
    columns = (outlet_code(), numbered, *map(_column, register.fields), *about, note())
    apart = ("customer_name", "phone", "person", "model", *register.key)
    known = {column.code for column in columns}
    key = ("outlet_code", register.date, *(code for code in apart if code in known))
    return Kind(
        register.plural,
        register.zh,
        register.en,
        keys=(("outlet_code", "number"), key),
        columns=columns,
        crossed=tuple(pair for pair in register.ordered if register.field[pair[0]].type == "date"),
        about_zh=register.about_zh,
        about_en=register.about_en,
    )


KINDS = tuple(_kind(register) for register in REGISTERS.values())
