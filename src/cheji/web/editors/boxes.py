"""What was typed into an editor as inputs with their names, labels and choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cheji.web.wording import chinese

from .entries import Editor, Entry, Part, Ratios, Row
from .typing import Typed, listed, text_of

Offers = Mapping[str, Sequence[tuple[str, str]]]
"""Choices that depend on the page: by the name of the list, code and label."""
Names = Mapping[str, str]
NONE = (("", "—"),)
MOST_TICKS = 40
"""More choices of a list than this are typed, not ticked."""


def anchor(place: str) -> str:
    """The id on the page of what has this place in the form."""
    return "s-" + place.replace(".", "-")


@dataclass(frozen=True)
class Box:
    """One input: its name in the form, what stands in it, and the sign behind it.

    `empty` is what holds while nothing is typed, as it would be typed.
    """

    entry: Entry
    name: str
    value: Any
    sign: str = ""
    offered: Sequence[tuple[str, str]] = ()
    renews: bool = False
    empty: str = ""

    @property
    def id(self) -> str:
        return anchor(self.name)

    @property
    def numeric(self) -> bool:
        return self.entry.kind in ("number", "share", "value", "basis", "rate")

    @property
    def ticked(self) -> bool:
        """Whether it is ticked among choices rather than typed."""
        return self.entry.kind == "many" or (
            self.entry.kind == "list" and 0 < len(self.offered) <= MOST_TICKS
        )

    @property
    def chosen(self) -> list[str]:
        """What is chosen, in its order."""
        if self.entry.kind == "list":
            return listed(self.value)
        return self.value if isinstance(self.value, list) else [self.value]

    @property
    def choices(self) -> list[tuple[str, Any, bool]]:
        """Value, label, and whether it is chosen.

        What is chosen stays though nobody offers it, and in its order: the body keeps both.
        """
        chosen = self.chosen
        labels = dict([*self.entry.choices, *self.offered])
        kept = {code: code for code in chosen if code and code not in labels}
        every = {**labels, **kept}
        if [code for code in every if code in chosen] != chosen and self.ticked:
            every = {**{code: every[code] for code in chosen}, **every}
        return [(code, label, code in chosen) for code, label in every.items()]

    @property
    def picks(self) -> list["Box"]:
        """One choice for each code that was picked, and an empty one for the next."""
        one = replace(self.entry, kind="choice", choices=NONE)
        return [
            replace(self, entry=one, name=f"{self.name}.{number}", value=code)
            for number, code in enumerate([*filter(None, self.chosen), ""])
        ]

    @property
    def is_set(self) -> bool:
        """Whether something stands in it that is not there by itself."""
        return self.value not in ("", [], False, self.entry.usual)


@dataclass(frozen=True)
class Line:
    """One row of inputs; `place` names it in the form."""

    place: str
    boxes: Sequence[Box]

    @property
    def id(self) -> str:
        return anchor(self.place)

    @property
    def first(self) -> list[Box]:
        """The inputs that are always in sight."""
        return [box for box in self.boxes if box.entry.block != "more"]

    @property
    def more(self) -> list[Box]:
        """Those behind a further click."""
        return [box for box in self.boxes if box.entry.block == "more"]

    @property
    def is_open(self) -> bool:
        return any(box.is_set for box in self.more)


@dataclass(frozen=True)
class Rows:
    """A list of parts as rows of inputs; `place` names it in the form."""

    part: Part
    place: str
    rows: Sequence[Line]

    @property
    def id(self) -> str:
        return anchor(self.place)


@dataclass(frozen=True)
class Item:
    """One card: its blocks of inputs, its lists of rows, and cards within it."""

    part: Part
    place: str
    number: int
    name: str
    blocks: Mapping[str, Sequence[Box]]
    lists: Mapping[str, Rows]
    cards: Mapping[str, "Cards"]

    @property
    def id(self) -> str:
        return anchor(self.place)

    @property
    def set_in(self) -> dict[str, int]:
        """How many inputs and rows of each block are filled in."""
        found = {name: sum(box.is_set for box in boxes) for name, boxes in self.blocks.items()}
        every: list[Rows | Cards] = [*self.lists.values(), *self.cards.values()]
        for one in every:
            block = one.part.block
            found[block] = found.get(block, 0) + len(one.rows)
        return found


@dataclass(frozen=True)
class Cards:
    """All cards of one part; `place` names them in the form."""

    part: Part
    place: str
    rows: Sequence[Item]

    @property
    def id(self) -> str:
        return anchor(self.place)


@dataclass(frozen=True)
class Shown:
    """The whole editor: blocks of the definition's own inputs, its lists of rows, its cards."""

    blocks: Mapping[str, Sequence[Box]]
    lists: Mapping[str, Rows]
    cards: Mapping[str, Cards]


def _offer(entry: Entry, row: Typed) -> str:
    return f"{entry.offer}.{row.get(entry.by, '')}" if entry.by else entry.offer


def shown(
    editor: Editor, given: Typed, ratios: Ratios, names: Names, offers: Offers | None = None
) -> Shown:
    """The editor of what was typed; `names` are those of KPIs by code."""
    drawn = _Drawn(editor, ratios, names, offers or {})
    root = editor.root
    lists, cards = drawn.inside(root, given, "", given)
    return Shown(drawn.blocks(root, given, "", given), lists, cards)


@dataclass(frozen=True)
class _Drawn:
    editor: Editor
    ratios: Ratios
    names: Names
    offers: Offers

    def inside(
        self, part: Part, row: Typed, at: str, subject: Row
    ) -> tuple[dict[str, Rows], dict[str, Cards]]:
        """The lists and the cards of a part, as far as they fit it."""
        lists: dict[str, Rows] = {}
        cards: dict[str, Cards] = {}
        for inner in part.parts:
            if inner.fits is not None and not inner.fits(row):
                continue
            place = at + inner.code
            rows = enumerate(row[inner.code])
            if inner.card:
                found = [self.item(inner, one, (place, number), subject) for number, one in rows]
                cards[inner.code] = Cards(inner, place, found)
            else:
                lines = [
                    self.line(inner, one, f"{place}.{number}", subject) for number, one in rows
                ]
                lists[inner.code] = Rows(inner, place, lines)
        return lists, cards

    def item(self, part: Part, row: Typed, where: tuple[str, int], subject: Row) -> Item:
        place = f"{where[0]}.{where[1]}"
        own = row if part.subject else subject
        code = row.get("kpi") or row.get("code") or ""
        called = row.get("zh" if chinese() else "en") or row.get("zh") or row.get("en")
        name = called or self.names.get(code) or code
        lists, cards = self.inside(part, row, f"{place}.", own)
        blocks = self.blocks(part, row, f"{place}.", own)
        return Item(part, place, where[1], name, blocks, lists, cards)

    def line(self, part: Part, row: Typed, place: str, subject: Row) -> Line:
        own = row if part.subject else subject
        fitting = [one for one in part.entries if one.fits is None or one.fits(own)]
        return Line(place, [self.box(entry, row, f"{place}.", own) for entry in fitting])

    def blocks(self, part: Part, given: Typed, at: str, own: Row) -> dict[str, list[Box]]:
        found: dict[str, list[Box]] = {}
        for entry in part.entries:
            if entry.fits is None or entry.fits(own):
                found.setdefault(entry.block, []).append(self.box(entry, given, at, own))
        return found

    def box(self, entry: Entry, given: Typed, at: str, own: Row) -> Box:
        in_percent = self.editor.percent(entry, own, self.ratios)
        return Box(
            entry,
            at + entry.name,
            given.get(entry.name, ""),
            "%" if in_percent else "",
            self.offers.get(_offer(entry, given), ()),
            entry.name in self.editor.renews,
            text_of(entry, entry.empty, in_percent=in_percent) if entry.empty else "",
        )
