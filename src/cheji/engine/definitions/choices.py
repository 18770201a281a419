"""Filters on choices of one's own fields: how they stand in kinds and tags, and apart again."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from cheji.engine.kinds import KIND_CODES, OF

TOGETHER: Final = 3
"""Fields that one measure may ask for at once."""
_AND, _IS = "&", "="


def is_of(kind: str) -> bool:
    """Whether it is the kind of facts that are posted once more, of which."""
    return kind.endswith(OF) and kind in KIND_CODES


def plain(kind: str) -> str:
    """The kind of the events themselves."""
    return kind.removesuffix(OF) if is_of(kind) else kind


def tag_of(marks: Mapping[str, str]) -> str:
    """The tags of a fact posted once more: `a=x&b=y` in the order of the fields' codes."""
    return _AND.join(f"{code}{_IS}{choice}" for code, choice in sorted(marks.items()))


def marks_of(tags: str) -> dict[str, str]:
    """Field and choice of such tags; empty where they are no choices of fields."""
    pairs = [part.partition(_IS) for part in tags.split(_AND)]
    return {code: choice for code, _is, choice in pairs} if all(p[1] for p in pairs) else {}


def together(chosen: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The tags that hold in every field one of the choices; of no field none."""
    fields = sorted(code for code, choices in chosen.items() if choices)
    combined = product(*(chosen[code] for code in fields)) if fields else ()
    return tuple(tag_of(dict(zip(fields, one, strict=True))) for one in combined)


def apart(tags: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The choices of each field that `together` makes these tags of; empty where none does."""
    chosen: dict[str, dict[str, None]] = {}
    for tag in tags:
        for code, choice in marks_of(tag).items():
            chosen.setdefault(code, {})[choice] = None
    found = {code: tuple(choices) for code, choices in chosen.items()}
    return found if set(together(found)) == set(tags) else {}
