"""Rows of one file that are about one record: the first is taken, a later one is refused."""

from collections import defaultdict
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
    """What the rows taken so far say, chunk after chunk, by the record that they are about."""

    def __init__(self) -> None:
        self._said: dict[Any, dict[str, tuple[int, Any]]] = defaultdict(dict)

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
        if key in self._said:
            raise SameAgain(row=next(iter(self._said[key].values()))[0])
        planned = do()
        self.remember(key, entry, values)
        return planned

    def agree(self, key: Any, entry: Entry, look: Lookups, told: Told) -> None:
        """Refuse what an earlier row says otherwise.

        Raises:
            SaysOtherwise: with the first such column; `look` has the others.
        """
        said = self._said.get(key, {})
        other = [
            SaysOtherwise(row=said[column][0], column=column)
            for column, value in told.items()
            if column in said and column not in WORDS and said[column][1] != value
        ]
        for refusal in other[1:]:
            look.refuse(entry.place, refusal.place["column"], refusal)
        if other:
            raise other[0]

    def remember(self, key: Any, entry: Entry, told: Told) -> None:
        """Keep what a row that was taken says."""
        said = {column: (entry.row or entry.place, value) for column, value in told.items()}
        self._said[key] = {**said, **self._said[key]}
