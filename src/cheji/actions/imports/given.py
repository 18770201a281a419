"""What a row gives: a column that the file lacks, or a blank cell, leaves a record as it is.

A cell clears what a record holds only when it says so.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from cheji.records.refusals import Refused


class Word(Enum):
    """What a cell may say instead of a value."""

    CLEAR = "clear"


CLEAR = Word.CLEAR

#: The columns that a new record must have, as people call them.
REQUIRED = {
    "amount": ("金额", "Amount"),
    "customer_name": ("客户姓名", "Customer name"),
    "kind": ("结果", "Outcome"),
    "level": ("意向级别", "Level"),
    "name": ("姓名", "Name"),
    "on_date": ("日期", "Date"),
    "phone": ("电话", "Phone"),
    "vin": ("车架号", "VIN"),
    "opened_on": ("建卡日期", "Opened on"),
    "outlet_name": ("门店名称", "Outlet name"),
    "received_on": ("接收日期", "Received on"),
    "role": ("岗位", "Role"),
    "signed_on": ("签单日期", "Signed on"),
    "value": ("目标值", "Value"),
    "vehicle_price": ("车价", "Vehicle price"),
}


class ValueMissing(Refused):
    """“{name}” must be given: a new record needs it, and a record that is there keeps it."""

    zh = "必须填写“{zh_name}”：新增记录不可缺少，已有记录不可清空。"


class TwoEnds(Refused):
    """Last day worked {last_day}: the post ends the day after, not on {until}. Give only one."""

    zh = "最后工作日为 {last_day}，任职应于次日结束，而“任职结束”为 {until}。请更正，或只填一项。"


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a row that say something: None for those that are cleared."""
    return {
        name: None if value is CLEAR else value
        for name, value in values.items()
        if value is not None
    }


def not_cleared(given: Mapping[str, Any], *columns: str) -> None:
    """Refuse a row that clears what says whom or what it is about.

    Raises:
        ValueMissing: with the column at fault.
    """
    for column in columns:
        if given.get(column, "") is None:
            zh_name, name = REQUIRED[column]
            raise ValueMissing(zh_name=zh_name, name=name, column=column)


def require(given: Mapping[str, Any], *columns: str, record: Any = None) -> None:
    """Refuse a row that lacks what a new record needs, or clears it on an existing one.

    Raises:
        ValueMissing: with the column at fault; `new` when no record is there.
    """
    for column in columns:
        lacks = record is None or column in given
        if lacks and given.get(column) is None:
            zh_name, name = REQUIRED[column]
            raise ValueMissing(zh_name=zh_name, name=name, column=column, new=record is None)


def post_ended(values: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a post with its end as the first day away, though it says the last day worked.

    Raises:
        TwoEnds: it says both, and they are not one day apart.
    """
    given = dict(values)
    if "last_day" not in given:
        return given
    last = given.pop("last_day")
    until = last and last + timedelta(days=1)
    if given.get("until", until) != until:
        shown = {"last_day": last or "—", "until": given["until"] or "—"}
        raise TwoEnds(**shown, column="last_day")
    return {**given, "until": until}


def only_given(
    values: dict[str, Any], given: Collection[str], columns: Mapping[str, str]
) -> dict[str, Any]:
    """The values whose columns the row has.

    Args:
        values: by field of the record.
        given: the columns of the row.
        columns: the column of each field that is called otherwise; "" for a field of the key.
    """
    return {
        field: value
        for field, value in values.items()
        if (column := columns.get(field, field)) == "" or column in given
    }
