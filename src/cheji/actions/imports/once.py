"""Rows of one file that are about one record: the first is taken, a later one is refused."""

from array import array
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from cheji.records.refusals import Refused

from .lookups import Lookups
from .plan import Entry, Planned

Told = Mapping[str, Any]
WORDS: Final = frozenset({"outlet_code", "unit_code", "scope"})
"""Columns that may call one place by several words."""


class SameAgain(Refused):
    """Row {row} of the file is about the same record. Leave one of them out."""

    zh = "与文件第 {row} 行指向同一记录。请只保留一行。"


class SaysOtherwise(Refused):
    """Row {row} of the file is about the same record and says otherwise here. Keep one of them."""

    zh = "与文件第 {row} 行指向同一记录，此处内容不同。请只保留一行。"


class Once:
    """What the rows taken so far say, chunk after chunk, by the record that they are about.

    A large file has millions of cells: of each a number is kept that equal ones have alike.
    """

    def __init__(self) -> None:
        self._last: dict[Any, int] = {}
        #: Of each row where the one before it about its record is, number, columns, and marks.
        self._kept = array("q")
        self._columns: dict[tuple[str, ...], int] = {}
        self._layouts: list[tuple[str, ...]] = []

    def plan(
        self,
        key: Any,
        entry: Entry,
        look: Lookups,
        do: Callable[[], Planned],
        told: Told = MappingProxyType({}),
    ) -> Planned:
        """What `do` plans of a row that is the first about its record.

        `told` are columns as they were resolved: a person's name and number are one thing.

        Raises:
            SaysOtherwise: an earlier row says something else.
            SameAgain: an earlier row was taken for the record.
        """
        values = {**entry.values, **told}
        self.agree(key, entry, look, values)
        if key in self._last:
            raise SameAgain(row=self._kept[self._last[key] + 1])
        planned = do()
        self.remember(key, entry, values)
        return planned

    def agree(self, key: Any, entry: Entry, look: Lookups, told: Told) -> None:
        """Refuse what an earlier row says otherwise.

        Raises:
            SaysOtherwise: with the first such column; `look` has the others.
        """
        said = self._said(key)
        other = [
            SaysOtherwise(row=said[column][0], column=column)
            for column, value in told.items()
            if column in said and column not in WORDS and said[column][1] != _mark(value)
        ]
        for refusal in other[1:]:
            look.refuse(entry.place, refusal.place["column"], refusal)
        if other:
            raise other[0]

    def remember(self, key: Any, entry: Entry, told: Told) -> None:
        """Keep what a row that was taken says."""
        said = self._said(key)
        columns = tuple(column for column in told if column not in said)
        if not columns and key in self._last:
            return
        layout = self._columns.setdefault(columns, len(self._columns))
        if layout == len(self._layouts):
            self._layouts.append(columns)
        before, self._last[key] = self._last.get(key, -1), len(self._kept)
        self._kept.extend((before, entry.row or entry.place, layout))
        self._kept.extend(_mark(told[column]) for column in columns)

    def _said(self, key: Any) -> dict[str, tuple[int, int]]:
        """By column which row said it, and the mark of what it said."""
        found: dict[str, tuple[int, int]] = {}
        at = self._last.get(key, -1)
        while at >= 0:
            before, row, layout = self._kept[at : at + 3]
            for place, column in enumerate(self._layouts[layout], start=at + 3):
                found[column] = row, self._kept[place]
            at = before
        return found


def _mark(value: object) -> int:
    """A number of 64 bits: equal values have the same, others hardly ever."""
    try:
        return hash((value, value == -1))  # for Python −1 and −2 are of one hash
    except TypeError:
        return hash(repr(value))
