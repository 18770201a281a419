"""What an editor asks for: one entry for each key of a body, part by part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["code", "text", "lines", "number", "share", "value", "basis", "rate", "flag",
               "choice", "many", "picks", "list"]  # fmt: skip
Row = Mapping[str, Any]
Fits = Callable[[Row], bool]
Ratios = frozenset[str]
"""Codes of the KPIs whose values are parts of 1 and are typed in percent."""
WORDS = ("code", "text", "lines", "choice")
"""Kinds whose text is taken as it is typed."""
SEVERAL = ("many", "picks")
"""Kinds of which several codes are chosen."""


@dataclass(frozen=True)
class Entry:
    """One input.

    A `share` is typed in percent; others are so where the editor says it of their subject. A
    choice at its first one is at its default. `many` are ticked, `picks` of a long list chosen one
    by one in their order. `offer` names the list of the page from which more
    choices come; with `by` it is that list of what stands in this other entry of the row. `fits`
    says for which subject it is there. `empty` is what holds in the body while nothing is typed.
    """

    name: str
    label: Any
    kind: Kind = "text"
    choices: tuple[tuple[str, Any], ...] = ()
    hint: Any = ""
    block: str = ""
    fits: Fits | None = None
    offer: str = ""
    empty: str = ""
    by: str = ""

    @property
    def usual(self) -> str:
        """What stands for a key that is not written."""
        return self.choices[0][0] if self.kind == "choice" and self.choices else ""


@dataclass(frozen=True)
class Part:
    """Something that there are several of: the items of a scheme, the bands of an item.

    A `card` has a heading and lists of its own, others are rows of inputs. What is typed into a
    `subject` decides which inputs it has and which of them are in percent, lists within included.
    """

    code: str
    label: Any
    entries: tuple[Entry, ...]
    parts: tuple["Part", ...] = ()
    fits: Fits | None = None
    hint: Any = ""
    card: bool = False
    subject: bool = False
    block: str = ""


@dataclass(frozen=True)
class Editor:
    """How one kind of definition is typed.

    Attributes:
        root: the definition's own inputs and lists.
        percent: whether an entry is typed in percent, by its subject.
        made: the body as a pack would write it; it refuses what cannot be read.
        new: what stands in a new row of a part before anything is typed.
        renews: entries on which other inputs depend, so that the editor is drawn again.
        ascending: parts that are put in order of their lower bounds.
        shaped: what the fields say in the shape of a body, where that is another one.
    """

    root: Part
    percent: Callable[[Entry, Row, Ratios], bool]
    made: Callable[[Mapping[str, Any]], dict[str, Any]]
    new: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    renews: frozenset[str] = frozenset()
    ascending: frozenset[str] = frozenset()
    shaped: Callable[[Mapping[str, Any]], dict[str, Any]] = dict

    @property
    def parts(self) -> dict[str, Part]:
        """Every part by its code."""
        found = {}
        ways = [self.root]
        while ways:
            part = ways.pop()
            found[part.code] = part
            ways += part.parts
        return found


class Both:
    """A name in the reader's language."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        from cheji.web.wording import named  # noqa: PLC0415

        return named(self)


def one_of(name: str, *wanted: str) -> Fits:
    """For subjects in which that entry is one of these."""
    return lambda row: row.get(name) in wanted
