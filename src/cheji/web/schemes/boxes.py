"""What was typed into the editor of a scheme as inputs with their names, labels and choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .entries import ITEM, SCHEME, Entry, Part
from .typing import Ratios, Typed, percent


def anchor(place: str) -> str:
    """The id on the page of what has this place in the form."""
    return "s-" + place.replace(".", "-")


@dataclass(frozen=True)
class Box:
    """One input: its name in the form, what stands in it, and the sign behind it."""

    entry: Entry
    name: str
    value: Any
    sign: str = ""

    @property
    def id(self) -> str:
        return anchor(self.name)

    @property
    def choices(self) -> list[tuple[str, Any, bool]]:
        """Value, label, and whether it is chosen."""
        chosen = self.value if isinstance(self.value, list) else [self.value]
        return [(code, label, code in chosen) for code, label in self.entry.choices]

    @property
    def renews(self) -> bool:
        """Whether other inputs depend on it, so that the editor is drawn again."""
        return self.entry.name in {"source", "kpi", "method", "of", "scale", "coefficient", "quota"}


@dataclass(frozen=True)
class Line:
    """One row of inputs; `place` names it in the form."""

    place: str
    boxes: Sequence[Box]

    @property
    def id(self) -> str:
        return anchor(self.place)


@dataclass(frozen=True)
class Rows:
    """A list of parts as rows of inputs; `place` names it in the form."""

    part: Part
    place: str
    rows: Sequence[Line]


@dataclass(frozen=True)
class Item:
    """One item: its blocks of inputs and its lists."""

    place: str
    number: int
    name: str
    blocks: Mapping[str, Sequence[Box]]
    lists: Sequence[Rows]


@dataclass(frozen=True)
class Shown:
    """The whole editor: blocks of the scheme's own inputs, its lists, and its items."""

    blocks: Mapping[str, Sequence[Box]]
    lists: Mapping[str, Rows]
    items: Sequence[Item]


def shown(given: Typed, ratios: Ratios, names: Mapping[str, str]) -> Shown:
    """The editor of what was typed; `names` are those of KPIs by code."""
    lists = {
        part.code: _rows(part, given[part.code], part.code, given, ratios)
        for part in SCHEME.parts
        if part is not ITEM and (part.fits is None or part.fits(given))
    }
    items = [_item(row, number, ratios, names) for number, row in enumerate(given["items"])]
    return Shown(_blocks(SCHEME, given, "", given, ratios), lists, items)


def _item(row: Typed, number: int, ratios: Ratios, names: Mapping[str, str]) -> Item:
    place = f"items.{number}"
    lists = [
        _rows(part, row[part.code], f"{place}.{part.code}", row, ratios)
        for part in ITEM.parts
        if part.fits is None or part.fits(row)
    ]
    code = row.get("kpi") or row.get("code") or ""
    name = row.get("zh") or row.get("en") or names.get(code) or code
    return Item(place, number, name, _blocks(ITEM, row, f"{place}.", row, ratios), lists)


def _blocks(part: Part, given: Typed, at: str, item: Typed, ratios: Ratios) -> dict[str, list[Box]]:
    found: dict[str, list[Box]] = {}
    for entry in part.entries:
        if entry.fits is None or entry.fits(given):
            found.setdefault(entry.block, []).append(_box(entry, given, at, item, ratios))
    return found


def _box(entry: Entry, given: Typed, at: str, item: Typed, ratios: Ratios) -> Box:
    sign = "%" if percent(entry, item, ratios) else ""
    return Box(entry, at + entry.name, given.get(entry.name, ""), sign)


def _rows(part: Part, rows: Sequence[Typed], place: str, item: Typed, ratios: Ratios) -> Rows:
    return Rows(
        part,
        place,
        [
            Line(
                f"{place}.{number}",
                [
                    _box(entry, row, f"{place}.{number}.", item, ratios)
                    for entry in part.entries
                    if entry.fits is None or entry.fits(item)
                ],
            )
            for number, row in enumerate(rows)
        ],
    )
