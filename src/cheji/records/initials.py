"""Pinyin initials of names, for search: 张伟 → zw."""

from pypinyin import Style, lazy_pinyin

# Family names read otherwise than the character's usual sound.
SURNAMES = {
    "曾": "z", "单": "s", "解": "x", "仇": "q", "查": "z", "盖": "g", "尉": "y",
    "区": "o", "任": "r", "冼": "x", "缪": "m", "朴": "p", "翟": "z", "乐": "y",
}  # fmt: skip


def initials(name: str) -> str:
    """Lower-case first letters; characters that are not Chinese stay as they are."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER)
    text = "".join(letters).lower().replace(" ", "")
    first = SURNAMES.get(name[:1])
    return (first + text[1:] if first and text else text)[:40]
