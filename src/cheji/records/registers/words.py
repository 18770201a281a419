"""Fields that many registers have."""

from .shapes import Choice, Field, Type

YES_NO = (Choice("yes", "是", "Yes"), Choice("no", "否", "No"))


def day(
    code: str,
    zh: str,
    en: str,
    *aliases: str,
    required: bool = False,
    of: str = "",
    example: str = "2026-11-20",
    note: tuple[str, str] = ("", ""),
) -> Field:
    """A date; words for other headers in either language."""
    return _field(
        code, zh, en, "date", aliases, required=required, of=of, example=example, note=note
    )


def moment(code: str, zh: str, en: str, *aliases: str, note: tuple[str, str] = ("", "")) -> Field:
    """A time of a day at the outlet."""
    return _field(code, zh, en, "moment", aliases, example="2026-11-20 10:30", note=note)


def money(code: str, zh: str, en: str, *aliases: str, **more: object) -> Field:
    """An amount in yuan."""
    return _field(code, zh, en, "money", aliases, **{"low": 0, "example": "1200", **more})


def whole(code: str, zh: str, en: str, *aliases: str, **more: object) -> Field:
    """A whole number, not negative."""
    return _field(code, zh, en, "int", aliases, **{"low": 0, "high": 1_000_000, **more})


def number(code: str, zh: str, en: str, *aliases: str, **more: object) -> Field:
    """A number with up to four decimals."""
    return _field(code, zh, en, "number", aliases, **more)


def yes_no(code: str, zh: str, en: str, *aliases: str, **more: object) -> Field:
    """Yes, no, or not known."""
    return _field(code, zh, en, "bool", aliases, **{"example": "是", "example_en": "yes", **more})


def text(code: str, zh: str, en: str, *aliases: str, **more: object) -> Field:
    return _field(code, zh, en, "text", aliases, **more)


def one_of(
    code: str,
    zh: str,
    en: str,
    *choices: Choice,
    aliases: tuple[str, ...] = (),
    required: bool = False,
    example: str = "",
) -> Field:
    """One of a few words."""
    return _field(
        code, zh, en, "choice", aliases, required=required, choices=choices,
        example=example or choices[0].zh, length=40,
    )  # fmt: skip


def vin(*, required: bool = True, note: tuple[str, str] = ("", "")) -> Field:
    """A frame number."""
    return Field(
        "vin", "车架号", "VIN", "code", required=required,
        aliases_zh=("VIN码", "车架号码", "底盘号"), aliases_en=("frame number", "chassis number"),
        example="LCJDA4C20TA000017", length=40, note_zh=note[0], note_en=note[1],
    )  # fmt: skip


def _field(
    code: str, zh: str, en: str, kind: Type, aliases: tuple[str, ...], **more: object
) -> Field:
    note = more.pop("note", ("", ""))
    return Field(
        code,
        zh,
        en,
        kind,
        aliases_zh=tuple(word for word in aliases if not word.isascii()),
        aliases_en=tuple(word for word in aliases if word.isascii()),
        note_zh=note[0],  # type: ignore[index]
        note_en=note[1],  # type: ignore[index]
        **more,  # type: ignore[arg-type]
    )
