"""The values that a map is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cheji.files.values.faults import DateOrder

Make = Literal["", "product", "difference", "total", "slug", "hash", "hash_each"]
Take = Literal["same", "first", "last", "min", "max", "sum", "count", "list"]
Test = Literal["is", "not", "in", "not_in", "blank", "matches"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where one of our columns comes from.

    `headers` are the source columns; `make` says what is made of several: a text joined by
    `join`, a product, difference or total, or a generated code (slug, hash, hash_each). Then
    `blank` texts become empty, `split` takes one part, `values` translates, `default` fills
    what is empty. `fill_down` repeats the value above in blank cells (a merged column);
    `take` says how the rows of a group become one.
    """

    headers: tuple[str, ...] = ()
    constant: str | None = None
    make: Make = ""
    join: str | None = None
    prefix: str = ""
    blank: tuple[str, ...] = ()
    split: tuple[str, int] | None = None
    values: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    default: str | None = None
    date_order: DateOrder = ""
    decimal_comma: bool = False
    multiply: Decimal = Decimal(1)
    round: bool = False
    fill_down: bool = False
    take: Take = "same"

    @property
    def direct(self) -> bool:
        """Return whether the cell of one source column is taken as it stands."""
        plain = len(self.headers) == 1 and not self.make and self.constant is None
        worked = self.blank or self.split or self.values or self.prefix or self.fill_down
        return plain and not worked and self.default is None and self.otherwise is None


@dataclass(frozen=True, slots=True)
class Skip:
    """Rows to leave out: those whose cell in a source column passes a test."""

    column: str
    test: Test
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """A second file whose columns are put beside ours where keys are equal, as `name.header`."""

    file: str
    on: tuple[tuple[str, str], ...]
    name: str
    missing: Literal["problem", "blank"] = "problem"
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one file gives rows of one kind.

    `columns` pairs our column codes with their sources. `header_row` counts from 1; 0: look for it.
    """

    kind: str
    columns: tuple[tuple[str, Source], ...]
    file: str = ""
    sheet: str = ""
    header_row: int = 0
    date_order: DateOrder = ""
    skip: tuple[Skip, ...] = ()
    joins: tuple[Join, ...] = ()
    group_by: tuple[str, ...] = ()

    @property
    def group_headers(self) -> tuple[str, ...]:
        """Return the source columns that make the groups; none for `*`, one group of all rows."""
        return () if self.group_by == ("*",) else self.group_by

    def headers(self) -> tuple[str, ...]:
        """Return every source column that the map names, joined ones included, in order."""
        named = [header for _, source in self.columns for header in source.headers]
        named += [skip.column for skip in self.skip]
        named += [ours for join in self.joins for ours, _ in join.on]
        return tuple(dict.fromkeys([*named, *self.group_headers]))

    def own_headers(self) -> tuple[str, ...]:
        """Return the source columns that must be in the file itself, not in a joined one."""
        names = tuple(f"{join.name}." for join in self.joins)
        return tuple(one for one in self.headers() if not (names and one.startswith(names)))


@dataclass(frozen=True, slots=True)
class MapBook:
    """One map file: a title and one or more mappings, read in order."""

    maps: tuple[Mapping, ...]
    title: str = ""
