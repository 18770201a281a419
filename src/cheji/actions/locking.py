"""Optimistic locking: a change names the version that it was made on."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from cheji.records.refusals import ChangedMeanwhile
from cheji.records.visibility import one

Row = TypeVar("Row", bound=Model)


def locked(rows: "QuerySet[Row]", noun: str, pk: int, version: int | None = None) -> Row:
    """The row, locked until commit. Raises NotFound out of scope, ChangedMeanwhile if outdated."""
    row = one(rows.select_for_update(of=("self",)), noun, pk, pk=pk)
    if version is not None and row.version != version:  # type: ignore[attr-defined]
        raise ChangedMeanwhile(noun=noun)
    return row


def changed(row: Model, **values: object) -> dict[str, list[object]]:
    """Set the values, raise the version and save; returns field → [before, after]."""
    differs: dict[str, list[object]] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            differs[name] = [before, value]
            setattr(row, name, value)
    if differs:
        row.version += 1  # type: ignore[attr-defined]
        row.save()
    return differs


def told(differs: dict[str, list[object]]) -> dict[str, list[object] | str]:
    """The differences as the audit log keeps them: of a note only that it changed."""
    return {name: "…" if name == "note" else pair for name, pair in differs.items()}
