"""Pinyin initials of names, for search: 张伟 → zw."""

from functools import lru_cache

# Family names read otherwise than the character's usual sound.
SURNAMES = {
    "曾": "z", "单": "s", "解": "x", "仇": "q", "查": "z", "盖": "g", "尉": "y",
    "区": "o", "任": "r", "冼": "x", "缪": "m", "朴": "p", "翟": "z", "乐": "y",
}  # fmt: skip


PERSON = 4  # names of people are no longer; in longer ones words decide how a character sounds


def initials(name: str) -> str:
    """Lower-case first letters; characters that are not Chinese stay as they are."""
    letters = "".join(map(_letters, name)) if len(name) <= PERSON else _letters(name)
    text = letters.lower().replace(" ", "")
    first = SURNAMES.get(name[:1])
    return (first + text[1:] if first and text else text)[:40]


@lru_cache(maxsize=8192)
def _letters(text: str) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  its words take long to read

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
