"""What does not fit into its column is refused in words that name the field, at every door."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.apps import apps
from django.db import DataError, connection, models

from cheji.records.refusals import BadValue

INSERTED: Final = re.compile(r'\s*INSERT INTO "(\w+)" \(([^)]*)\)')
UPDATED: Final = re.compile(r'\s*UPDATE "(\w+)" SET (.*?)(?: WHERE |$)', re.DOTALL)
COLUMN: Final = re.compile(r'"(\w+)"')
SET: Final = re.compile(r'"(\w+)" = %s')


class TextTooLong(BadValue):
    """{field}: the text has {length} characters, at most {most} are kept. Shorten it."""

    zh = "{field}：内容共 {length} 个字符，最多保存 {most} 个。请缩短后再提交。"


class NumberTooLarge(BadValue):
    """{field}: this number is too large or too small to be kept. Check its digits."""

    zh = "{field}：数字过大或过小，无法保存。请核对位数。"


class NotText(BadValue):
    """{field}: the text holds a character that cannot be kept. Type it anew instead of pasting."""

    zh = "{field}：内容含有无法保存的字符。请手工重新输入，不要粘贴。"


class DoesNotFit(BadValue):
    """A text is too long, or a number too large, to be kept. Shorten it or check its digits."""

    zh = "某项文字过长或数字过大，无法保存。请缩短文字或核对数字位数。"


def must_be_short(field: str, text: str, most: int = 400) -> None:
    """Refuse a text that only the audit log keeps, and that is too long for it."""
    if len(text) > most:
        raise TextTooLong(field=field, length=len(text), most=most)


def fits(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
) -> Any:
    """Run a statement for Django's `execute_wrapper`; the reason why a value does not fit it.

    Raises:
        TextTooLong, NumberTooLarge, NotText: with the name of the column.
        DoesNotFit: where the statement does not tell which column it is.
    """
    try:
        return execute(sql, params, many, context)
    except (DataError, UnicodeEncodeError) as wrong:
        rows = params if many else [params]
        found = (misfit(field, one) for row in rows for field, one in _written(sql, row or ()))
        raise next(filter(None, found), DoesNotFit()) from wrong


def misfit(field: "models.Field[Any, Any]", value: Any) -> BadValue | None:
    """Why a column cannot hold a value; None where it can."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
            return NotText(field=field.name)
        if field.max_length and len(value) > field.max_length:
            return TextTooLong(field=field.name, length=len(value), most=field.max_length)
    if isinstance(value, int) and isinstance(field, models.IntegerField):
        least, most = connection.ops.integer_field_range(field.get_internal_type())
        if not least <= value <= most:
            return NumberTooLarge(field=field.name)
    return None


def _written(sql: str, params: Sequence[Any]) -> Iterator[tuple["models.Field[Any, Any]", Any]]:
    """The columns that a statement writes, each with a value for it.

    Django inserts several rows column by column: then a parameter is the list of its values.
    """
    if inserted := INSERTED.match(sql):
        table, columns = inserted[1], COLUMN.findall(inserted[2])
    elif updated := UPDATED.match(sql):
        table, columns = updated[1], SET.findall(updated[2])
    else:
        return
    fields = _fields(table)
    for place, given in enumerate(params if inserted else params[: len(columns)]):
        field = fields.get(columns[place % len(columns)])
        for value in given if isinstance(given, list) else [given]:
            if field is not None:
                yield field, value


def _fields(table: str) -> dict[str | None, "models.Field[Any, Any]"]:
    """The fields of a table by column."""
    found = [model for model in apps.get_models() if model._meta.db_table == table]  # noqa: SLF001
    return {field.column: field for model in found for field in model._meta.concrete_fields}  # noqa: SLF001
