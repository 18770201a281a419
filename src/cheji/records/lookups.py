"""A lookup of our own: `filter(column__among=values)` for thousands of values."""

from collections.abc import Callable
from typing import Any

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
