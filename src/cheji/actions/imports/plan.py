"""What an import will do with each row, and what stands in its way."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar, TypeVarTuple

from cheji.facts.book import Book
from cheji.records.bulk import copy, table_of
from cheji.records.models import ImportBatch, ImportTouch
from cheji.records.refusals import Refused

from .lookups import Lookups
from .touches import COLUMNS, Kept, runs

Doing = Literal["create", "update", "same"]
Mode = Literal["create", "update", "both"]
Made = TypeVar("Made")
Parts = TypeVarTuple("Parts")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a file: `values` are typed as the kind's columns.

    `place` is its number among the entries, `row` that in the file where it is another one.
    """

    place: int
    values: Mapping[str, Any]
    row: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row cannot be taken: the rule that refuses, and the column that it concerns."""

    place: int
    column: str
    refusal: Refused


@dataclass(slots=True)
class Planned:
    """One row resolved: what to do, with which values, to which record.

    `unpriced`: the record will be an order of which a cost is not known. `own` is what it will
    have in the house's own fields, None when that does not change; `made` is the id of a new one.
    `leaving`: the person left the house, or only holds no post any more.
    """

    entry: Entry
    doing: Doing
    payload: Any
    record: Any = None
    unpriced: bool = False
    own: dict[str, str] | None = None
    made: int | None = None
    leaving: Literal["", "left", "ended"] = ""


@dataclass
class Committing:
    """The transaction of a batch, as the kinds see it."""

    batch: ImportBatch
    at: datetime
    book: Book
    created: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    changed: list[Kept] = field(default_factory=list)

    def touch(self, noun: str, pk: int, before: Any = None, version: int = 1) -> None:
        """Remember what happened to a record, so that the batch can be undone."""
        if before is None:
            self.created[noun][pk] = version
        else:
            self.changed.append((self.batch.pk, noun, pk, pk, before, version))

    def flush(self) -> None:
        """Write what was touched since the last time."""
        for noun, versions in self.created.items():
            self.changed += runs(self.batch.pk, noun, versions)
        copy(table_of(ImportTouch), COLUMNS, self.changed)
        self.created.clear()
        self.changed.clear()


def attempt(
    rows: Iterable[tuple[Entry, *Parts]],
    look: Lookups,
    do: Callable[[Entry, *Parts], Made],
    column: str = "",
) -> list[tuple[Entry, Made]]:
    """What `do` makes of each row; one that it refuses becomes a trouble of `look`.

    `column` is the one at fault where the refusal names none.
    """
    made = []
    for row in rows:
        try:
            made.append((row[0], do(*row)))
        except Refused as refusal:
            look.refuse(row[0].place, refusal.place.get("column", column), refusal)
    return made


def resolve(
    entries: Iterable[Entry],
    look: Lookups,
    do: Callable[[Entry, Lookups], Made],
    column: str = "",
) -> list[tuple[Entry, Made]]:
    """The names and codes of each row resolved; of one that is refused every fault is told."""
    made = []
    for entry in entries:
        try:
            made.append((entry, do(entry, look)))
        except Refused as refusal:
            look.refuse(entry.place, refusal.place.get("column", column), refusal)
            _refuse_further(entry, look, do, refusal)
    return made


class _Untold(Exception):  # noqa: N818
    """Without this column nothing more can be said of a row."""


class _Rest(dict[str, Any]):
    def __missing__(self, column: str) -> Any:
        raise _Untold(column)


def _refuse_further(
    entry: Entry, look: Lookups, do: Callable[[Entry, Lookups], Made], refusal: Refused
) -> None:
    """What else is refused of a row: it is tried again without each column that was at fault."""
    rest = _Rest(entry.values)
    while column := column_at_fault(rest, refusal):
        rest.pop(column, None)
        try:
            do(replace(entry, values=rest), look)
        except _Untold:
            return
        except Refused as further:
            refusal, named = further, column_at_fault(rest, further)
            if named and named not in rest:  # it lacks what was taken away
                return
            look.refuse(entry.place, named, refusal)
        else:
            return


def column_at_fault(values: Mapping[str, Any], refusal: Refused) -> str:
    """The column of a row that a refusal names, else the one that holds its word; "" for none."""
    if refusal.place.get("column"):
        return str(refusal.place["column"])
    words = {key: word for key, word in refusal.place.items() if word not in (None, "")}
    where = words.pop("outlet", None)  # mostly where it was looked for, not what was
    return _holding(values, words.values()) or _holding(values, [where])


def _holding(values: Mapping[str, Any], words: Iterable[Any]) -> str:
    """The first column that holds one of these words; "" for none."""
    named = list(words)
    for code, value in values.items():
        held = [who for who, _part in value] if _are_shares(value) else [value]
        if any(word in named for word in held if word is not None):
            return code
    return ""


def _are_shares(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(part, tuple) for part in value)


def decide(
    rows: Iterable[tuple[Entry, *Parts]],
    look: Lookups,
    do: Callable[[Entry, *Parts], "Planned"],
    column: str = "",
) -> list["Planned"]:
    """What is to be done with each resolved row; see `attempt`.

    Where records are only updated, what would be refused as a `new` one is left to the mode.
    """

    def planned(entry: Entry, *parts: *Parts) -> Planned:
        try:
            return do(entry, *parts)
        except Refused as refusal:
            if look.updates_only and refusal.place.get("new"):
                return Planned(entry, "create", None)
            raise

    return [row for _, row in attempt(rows, look, planned, column)]


class Importer(Protocol):
    """How rows of one kind are planned and written."""

    right: str

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        """Resolve the rows; a row that cannot be taken becomes a trouble of `look`."""
        ...

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        """Write creations and updates, post their facts, touch the records."""
        ...
