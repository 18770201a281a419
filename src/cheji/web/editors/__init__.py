"""What the editors of definitions have in common: fields by part, what was typed, how it shows."""

from cheji.web.editors.boxes import Box, Item, Rows, Shown, anchor, shown
from cheji.web.editors.entries import Both, Editor, Entry, Part, Ratios, Row, one_of
from cheji.web.editors.places import findings
from cheji.web.editors.typing import Body, Typed, changed, exact, read, said, text_of, typed

__all__ = [
    "Body",
    "Both",
    "Box",
    "Editor",
    "Entry",
    "Item",
    "Part",
    "Ratios",
    "Row",
    "Rows",
    "Shown",
    "Typed",
    "anchor",
    "changed",
    "exact",
    "findings",
    "one_of",
    "read",
    "said",
    "shown",
    "text_of",
    "typed",
]
