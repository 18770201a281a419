"""What an entry of a register must be, however it comes: typed on a form or read from a file."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cheji.actions.dates import InTheFuture, happened
from cheji.records.models import Unit
from cheji.records.refusals import Refused
from cheji.records.registers import Field, Register
from cheji.records.registers.shapes import TYPES_OF_NUMBERS
from cheji.records.visibility import Viewer

TEXTS = ("text", "code", "choice")
SALES = frozenset({"leads", "prospects", "orders", "vehicles"})
"""Families in which an entry is somebody's own work: his customer, and he by default."""


class FieldMissing(Refused):
    """“{name}” must be given."""

    zh = "必须填写“{zh_name}”。"


class NothingGiven(Refused):
    """At least one of these must be given: {names}."""

    zh = "以下至少填写一项：{zh_names}。"


class OutOfRange(Refused):
    """“{name}” is {value}; it must lie between {low} and {high}."""

    zh = "“{zh_name}”为 {value}，应在 {low} 至 {high} 之间。"


class WrongOrder(Refused):
    """“{name}” {on} lies before “{first}” {since}. Check both."""

    zh = "“{zh_name}”{on} 早于“{zh_first}”{since}。请核对。"


class WordUnknown(Refused):
    """“{name}” cannot be “{value}”. Choose one of: {known}."""

    zh = "“{zh_name}”不能是“{value}”。可选：{zh_known}。"


class OnlyFromAbove(Refused):
    """Only who looks after all outlets may enter what holds for all of them."""

    logged = True
    zh = "只有负责全部门店的人才能登记对全集团有效的内容。"


def may_hold(register: Register, values: Mapping[str, Any], where: Unit, viewer: Viewer) -> None:
    """Refuse what would hold for all outlets of whose post stands lower than the whole tree."""
    if register.wide and values.get(register.wide) == "group" and not viewer.over(root_of(where)):
        raise OnlyFromAbove(field=register.wide, column=register.wide)


def root_of(where: Unit) -> str:
    """The path of the tree in which a unit stands."""
    return "/".join(where.path.split("/")[:2]) + "/"


def settled(
    register: Register, values: Mapping[str, Any], *, zone: str, today: date
) -> dict[str, Any]:
    """All fields of an entry, complete and consistent; what is not there is empty or not known.

    `zone` is the outlet's, in which a moment without a zone is read and its day taken.

    Raises:
        Refused: the first rule that the values break, with the column and field at fault.
    """
    found: dict[str, Any] = {field.code: values.get(field.code) for field in register.fields}
    for field in register.fields:
        found[field.code] = _plain(field, found[field.code], ZoneInfo(zone))
    for field in register.fields:
        if field.of and found[field.of] is not None:
            found[field.code] = found[field.of].date()
    for field in register.fields:
        _fits(register, field, found[field.code], today)
    _in_order(register, found)
    if register.any_of and all(found[name] is None for name in register.any_of):
        fields = [register.field[name] for name in register.any_of]
        raise NothingGiven(
            names=", ".join(one.en for one in fields),
            zh_names="、".join(one.zh for one in fields),
            **_at(fields[0]),
        )
    return found


def _plain(field: Field, value: Any, zone: ZoneInfo) -> Any:
    if field.type in TEXTS:
        return str(value or "").strip()
    if field.type == "moment" and value is not None:
        return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
    return value


def _at(field: Field) -> dict[str, str]:
    """Where a refusal stands: on a form the field, in a file the column."""
    return {"field": field.code, "column": field.code, "name": field.en, "zh_name": field.zh}


def _fits(register: Register, field: Field, value: Any, today: date) -> None:
    if value is None or value == "":
        if field.required:
            raise FieldMissing(**_at(field))
        return
    if field.type == "choice":
        _known(field, value)
    elif field.type in TYPES_OF_NUMBERS:
        _within(field, value)
    elif field.type == "date" and field.code not in register.future:
        _past(field, value, today)
    elif field.type == "moment":
        _past(field, value.date(), today)


def _past(field: Field, value: date, today: date) -> None:
    try:
        happened(value, today=today, field=field.code)
    except InTheFuture as refusal:
        refusal.place["column"] = field.code
        raise


def _known(field: Field, value: str) -> None:
    if value not in {choice.code for choice in field.choices}:
        raise WordUnknown(
            value=value,
            known=", ".join(choice.en for choice in field.choices),
            zh_known="、".join(choice.zh for choice in field.choices),
            **_at(field),
        )


def _within(field: Field, value: int) -> None:
    too_low = field.low is not None and value < field.low * field.scale
    too_high = field.high is not None and value > field.high * field.scale
    if too_low or too_high:
        high = "∞" if field.high is None else field.high
        low = "−∞" if field.low is None else field.low
        shown = Decimal(value) / field.scale
        raise OutOfRange(value=f"{shown.normalize():f}", low=low, high=high, **_at(field))


def _in_order(register: Register, found: Mapping[str, Any]) -> None:
    for first, second in register.ordered:
        before, after = found[first], found[second]
        if before is not None and after is not None and after < before:
            one, two = register.field[first], register.field[second]
            raise WrongOrder(first=one.en, zh_first=one.zh, since=before, on=after, **_at(two))
