"""Sums that were read once stay known in the process; facts added since are read and added.

What is kept is a pure function of the question and of a mark below which every fact is settled,
so that it never grows stale: each answer is the kept sums and those of the facts above the mark.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final

from django.db import connection

from cheji.records.bulk import table_of
from cheji.records.models import Fact

from . import mirror
from .asking import answer, engine
from .marks import mark
from .mirror.identity import NEWEST, database, digest
from .mirror.reading import Months
from .narrowing import Narrow

CELLS: Final = 2_000_000  # integers kept in a process, about 80 MB
SINCE: Final = 50_000  # facts above the mark from which everything is read anew
STANDING: Final = (
    "SELECT highest, COALESCE(current_setting('cheji.floor', true), '') = 'held', newest.* "  # noqa: S608
    f"FROM (SELECT COALESCE(MAX(id), 0) AS highest FROM {table_of(Fact)}) AS facts "
    f"LEFT JOIN ({NEWEST}) AS newest ON true"
)

Stretch = tuple[str, Months]
"""A condition on time, and the months that it can touch."""
Group = tuple[Any, ...]
Sums = Mapping[Group, tuple[int, ...]]


@dataclass(frozen=True)
class Portion:
    """A text for some of a question's sums: so many columns from `first` on."""

    text: Callable[[Narrow, str], str]
    first: int
    columns: int


@dataclass(frozen=True)
class Question:
    """A text over the facts whose first `keys` columns name a group; all others are sums.

    `text` writes it for any narrowing and stretch of time. `portions` together give the same sums
    by texts with fewer columns, and `pieces` make up the whole stretch, where no group lies in two
    of them: for the engine that is quicker with small questions.
    """

    narrow: Narrow
    text: Callable[[Narrow, str], str]
    keys: int
    stretch: Stretch
    pieces: tuple[Stretch, ...] = ()
    portions: tuple[Portion, ...] = ()

    def whole(self, narrow: Narrow) -> str:
        return self.text(narrow, self.stretch[0])

    def asked(self, narrow: Narrow, *, wide: bool) -> Sums:
        if self.portions and engine(wide=wide) == "duckdb":
            return self._by_portions(narrow)
        rows = answer(self.whole(narrow), self.stretch[1], wide=wide)
        return {tuple(row[: self.keys]): tuple(row[self.keys :]) for row in rows}

    def _by_portions(self, narrow: Narrow) -> Sums:
        """The sums of all portions side by side, with zeros where one has no such group."""
        stretches = self.pieces or (self.stretch,)
        asked = [(one, stretch) for one in self.portions for stretch in stretches]
        texts = [(one.text(narrow, when), months) for one, (when, months) in asked]
        nothing = [0] * sum(one.columns for one in self.portions)
        found: dict[Group, list[int]] = {}
        for (one, _), rows in zip(asked, mirror.rows(mirror.folder(), texts), strict=True):
            first, after = one.first, one.first + one.columns
            for row in rows:
                group = row[: self.keys]
                if group not in found:
                    found[group] = nothing.copy()
                found[group][first:after] = row[self.keys :]
        return {group: tuple(sums) for group, sums in found.items()}


@dataclass(frozen=True)
class Kept:
    """The sums of one database's facts up to a mark."""

    mark: int
    database: str
    sums: Sums

    @property
    def cells(self) -> int:
        return sum(len(group) + len(amounts) for group, amounts in self.sums.items())


class Shelf:
    """The sums that were asked for last, as many as `CELLS` allows; safe between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Kept, int]] = OrderedDict()
        self._lock = Lock()

    def find(self, text: str) -> Kept | None:
        with self._lock:
            if text not in self._kept:
                return None
            self._kept.move_to_end(text)
            return self._kept[text][0]

    def keep(self, text: str, kept: Kept) -> None:
        with self._lock:
            self._kept[text] = kept, kept.cells
            self._kept.move_to_end(text)
            while sum(cells for _, cells in self._kept.values()) > CELLS:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


SHELF: Final = Shelf()


def sums(question: Question) -> Sums:
    """The sums of every group as the facts stand now, with zeros where facts were taken back."""
    narrow = question.narrow
    if narrow.mark is not None:
        return question.asked(narrow, wide=narrow.is_wide)
    text = question.whole(narrow)
    kept = SHELF.find(text)
    highest, may_take_back, here = _standing(kept.mark if kept else 0)
    if not kept or highest - kept.mark > SINCE or kept.database != here:
        if may_take_back:
            return question.asked(narrow, wide=narrow.is_wide)
        kept = _read(question, text)
    if highest <= kept.mark:
        return kept.sums
    return added((kept.sums, question.asked(replace(narrow, above=kept.mark), wide=False)))


def is_kept(question: Question) -> bool:
    return SHELF.find(question.whole(question.narrow)) is not None


def read_ahead(whole: Question, each: Mapping[int, Question]) -> None:
    """Read a whole question once, so that the questions of its periods are answered from it.

    A group begins with its period. Nothing is kept that this transaction may take back, nor of
    questions up to a mark, which are always asked anew.
    """
    if whole.narrow.mark is not None or _standing(0)[1]:
        return
    top = mark()
    narrow, here = replace(whole.narrow, mark=top), database(top)
    parts: dict[int, dict[Group, tuple[int, ...]]] = {key: {} for key in each}
    for group, amounts in whole.asked(narrow, wide=narrow.is_wide).items():
        if group[0] in parts:
            parts[group[0]][group] = amounts
    for key, one in each.items():
        SHELF.keep(one.whole(one.narrow), Kept(top, here, parts[key]))


def added(parts: Iterable[Sums]) -> Sums:
    """Group by group the sums of several answers."""
    found: dict[Group, tuple[int, ...]] = {}
    for part in parts:
        for group, amounts in part.items():
            old = found.get(group)
            found[group] = amounts if old is None else tuple(map(int.__add__, old, amounts))
    return found


def _read(question: Question, text: str) -> Kept:
    top = mark()
    narrow = replace(question.narrow, mark=top)
    kept = Kept(top, database(top), question.asked(narrow, wide=narrow.is_wide))
    SHELF.keep(text, kept)
    return kept


def _standing(mark: int) -> tuple[int, bool, str]:
    """The highest id, whether this transaction may still take back facts, and `database(mark)`.

    The trigger of migration 0002 notes that a transaction posted facts.
    """
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [mark])
        highest, held, *newest = cursor.fetchone()
    return highest, held, digest(tuple(newest) if newest[0] else None)
