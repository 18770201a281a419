"""The records that a posting asks for."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def chosen(rows: "QuerySet[Row]", ids: Sequence[int] | None, column: str = "id") -> "QuerySet[Row]":
    """All rows, or those whose `column` is in ids; always in order of id."""
    found = rows if ids is None else rows.filter(**{f"{column}__among": ids})
    return found.order_by("id")
