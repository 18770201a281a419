"""Papers as PDF: blocks of plain values, set by one Typst page with the font that comes along."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import pylopdf_fonts_zh_cn
import typst

PAGE: Final = Path(__file__).parent / "paper.typ"
Width = Literal["1fr", "1.5fr", "2fr", "3fr", "4fr", "auto"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its width, and whether its figures stand on the right."""

    text: str
    width: Width = "auto"
    right: bool = False


@dataclass
class Paper:
    """A paper being written; `blocks` are printed in order."""

    title: str
    house: str
    language: str
    subtitle: str = ""
    foot: str = ""
    wide: bool = False
    framed: bool = False
    blocks: list[dict[str, Any]] = field(default_factory=list)

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Labels with their values, two pairs beside each other; without a value left out."""
        self._add("facts", pairs=[pair for pair in pairs if pair[1]])

    def big(self, pairs: Sequence[tuple[str, str]]) -> None:
        """What the reader looks for first."""
        self._add("big", pairs=list(pairs))

    def praise(self, name: str, lines: Sequence[str], giver: str, seal: str) -> None:
        """Whom a certificate honours, for what, who gives it, and where its seal stands."""
        self._add("praise", name=name, lines=list(lines), giver=giver, seal=seal)

    def heading(self, text: str) -> None:
        self._add("heading", text=text)

    def lines(self, lines: Sequence[str]) -> None:
        self._add("lines", lines=list(lines))

    def rows(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        total: Sequence[str] | None = None,
    ) -> None:
        """A table whose headings are on every page."""
        heads = [{"text": c.text, "width": c.width, "right": c.right} for c in columns]
        self._add("rows", columns=heads, rows=[list(row) for row in rows], total=total)

    def signed(self, parties: Sequence[tuple[str, str, str]]) -> None:
        """Lines to sign on: as what, who, and what was signed on screen."""
        self._add("signed", parties=list(parties))

    def _add(self, kind: str, **more: Any) -> None:
        self.blocks.append({"kind": kind, **more})

    def pdf(self) -> bytes:
        """The same bytes for the same paper: no time and no machine is in them."""
        told = {
            "title": self.title, "house": self.house, "subtitle": self.subtitle,
            "foot": self.foot, "wide": self.wide, "framed": self.framed, "blocks": self.blocks,
            "lang": "zh" if self.language.startswith("zh") else "en",
        }  # fmt: skip
        text = json.dumps(told, ensure_ascii=False)
        return typst.compile(
            PAGE.read_bytes(), format="pdf", font_paths=_fonts(), ignore_system_fonts=True,
            sys_inputs={"paper": text},
        )  # fmt: skip


@cache
def _fonts() -> typst.Fonts:
    """The font, read once for the process."""
    folder = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])
