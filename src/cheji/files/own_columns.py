"""Columns of import files that a house adds: one for each of its own fields."""

from collections.abc import Iterator
from contextlib import contextmanager

from cheji.actions.filling import LONGEST
from cheji.actions.imports.own import NOUNS
from cheji.files.kinds import Choice, Column, added
from cheji.files.kinds.columns import Type
from cheji.reads.fields import FieldSeen, fields
from cheji.records.own import OWN

_TYPES: dict[str, Type] = {"number": "number", "date": "date", "choice": "choice"}
_EXAMPLES = {"number": "12.5", "date": "2026-11-21"}


@contextmanager
def own_columns() -> Iterator[None]:
    """Within it the kinds of files have the columns of the fields that are in use now."""
    found: dict[str, tuple[Column, ...]] = {}
    kinds = {noun: kind for kind, noun in NOUNS.items()}
    for field in fields():
        kind = kinds[field.noun]
        found[kind] = (*found.get(kind, ()), column(field))
    with added(found):
        yield


def column(field: FieldSeen) -> Column:
    """The column of a field.

    It is not one that a file must have: a new record without a required value is refused by row.
    """
    must = ("新增时必填", "a new record needs it") if field.required else ("", "")
    return Column(
        f"{OWN}{field.code}",
        field.zh,
        field.en,
        _TYPES.get(field.type, "text"),
        aliases_en=(field.code,),
        choices=tuple(Choice(*choice) for choice in field.choices),
        example=field.choices[0][1] if field.choices else _EXAMPLES.get(field.type, ""),
        note_zh=must[0],
        note_en=must[1],
        length=LONGEST,
    )
