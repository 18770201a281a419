"""Lookups of our own: `column__among=values` for thousands of values, `column__holds=text`."""

import re
from collections.abc import Callable
from typing import Any, Final

from django.db.models import Field, ForeignKey, Lookup


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`column = ANY(array)`: the values travel as one parameter, and the planner counts them.

    Thousands of parameters of their own, as `__in` sends them, cost Django and the driver longer
    than the answer takes.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The condition, with an array of the column's own type."""
        column, parameters = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", (*parameters, _array(list(self.rhs)))


LETTERS: Final = "regexp_split_to_array({}, '')"
"""The characters of a text, as the index on names has them."""


@Field.register_lookup
class Holds(Lookup):
    """A text somewhere in the column, in any case, by an index of the characters that occur in it.

    Names are short and their characters many: an index on three letters in a row, as others make,
    would not help with two characters of Chinese.
    """

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """All characters of the text, then the text itself."""
        column, parameters = self.process_lhs(compiler, connection)
        text = str(self.rhs)
        upper = f"UPPER({column}::text)"
        letters = f"{LETTERS.format(upper)} @> {LETTERS.format('UPPER(%s)')}"
        like = "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"
        return f"({letters} AND {upper} LIKE UPPER(%s))", (*parameters, text, *parameters, like)


def _array(values: list[Any]) -> Any:
    """Values of one plain type as an array's text: the driver takes four times as long for a list.

    Values of other types stay a list.
    """
    kinds = {type(value) for value in values}
    write = ELEMENT.get(kinds.pop()) if len(kinds) == 1 else None
    return f"{{{','.join(map(write, values))}}}" if write else values


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _hex(raw: bytes) -> str:
    return f'"\\\\x{raw.hex()}"'


#: How an array's text shows an element: https://www.postgresql.org/docs/current/arrays.html
ELEMENT: dict[type, Callable[[Any], str]] = {int: str, str: _quoted, bytes: _hex}
