"""A lookup of our own: `filter(column__among=values)` for thousands of values."""

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
        return f"{column} = ANY(%s::{kind}[])", (*parameters, list(self.rhs))
