"""What an import will do with each row, and what stands in its way."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from cheji.facts.book import Book
from cheji.records.bulk import copy, table_of
from cheji.records.models import ImportBatch, ImportTouch
from cheji.records.refusals import Refused

from .lookups import Lookups

Doing = Literal["create", "update", "same"]
Mode = Literal["create", "update", "both"]
TOUCH_COLUMNS = ("batch_id", "noun", "record", "before", "version")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a file: `place` is its number there, `values` are typed as the kind's columns."""

    place: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row cannot be taken: the rule that refuses, and the column that it concerns."""

    place: int
    column: str
    refusal: Refused


@dataclass(slots=True)
class Planned:
    """One row resolved: what to do, with which values, to which record."""

    entry: Entry
    doing: Doing
    payload: Any
    record: Any = None


@dataclass
class Committing:
    """The transaction of a batch, as the kinds see it."""

    batch: ImportBatch
    at: datetime
    book: Book
    touches: list[tuple[Any, ...]] = field(default_factory=list)

    def touch(self, noun: str, pk: int, before: Any = None, version: int = 1) -> None:
        """Remember what happened to a record, so that the batch can be undone."""
        text = None if before is None else json.dumps(before, ensure_ascii=False)
        self.touches.append((self.batch.pk, noun, pk, text, version))

    def flush(self) -> None:
        copy(table_of(ImportTouch), TOUCH_COLUMNS, self.touches)
        self.touches.clear()


class Importer(Protocol):
    """How rows of one kind are planned and written."""

    right: str

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        """Resolve the rows; a row that cannot be taken becomes a trouble of `look`."""
        ...

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        """Write creations and updates, post their facts, touch the records."""
        ...
