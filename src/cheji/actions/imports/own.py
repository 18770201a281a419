"""The house's own fields in files: what a row says of them, written with its record."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from cheji.actions.filling import Values, in_use, sound, write
from cheji.records.models import CustomField
from cheji.records.own import OWN

from .given import ValueMissing
from .lookups import Lookups
from .plan import Committing, Entry, Importer, Planned, decide

NOUNS: Final = {
    "customers": "customer",
    "prospects": "prospect",
    "orders": "order",
    "visits": "visit",
}
"""Kinds of files whose records have own fields."""
SCALE: Final = 10**6


def with_own(kind: str, importer: Importer) -> Importer:
    """The importer; one that fills in own fields as well, where the house has some of the noun."""
    noun = NOUNS.get(kind, "")
    fields = in_use(noun) if noun else {}
    return Filling(noun, fields, importer) if fields else importer


class Filling:
    """An importer around another: rows are planned and written by it, then filled in."""

    def __init__(self, noun: str, fields: Mapping[str, CustomField], inner: Importer) -> None:
        self.noun, self.fields, self.inner = noun, fields, inner
        self.right = inner.right

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        planned = self.inner.plan(entries, look)

        def filled(entry: Entry, row: Planned) -> Planned:
            row.own = self._own(entry, row, look)
            if row.own is not None and row.doing == "same":
                row.doing = "update"
            return row

        return decide(((row.entry, row) for row in planned), look, filled)

    def _own(self, entry: Entry, row: Planned, look: Lookups) -> dict[str, str] | None:
        """What the record will keep; None when the row changes nothing of it."""
        kept: Values = {} if row.doing == "create" else row.record.custom
        own = dict(kept)
        for code, field in self.fields.items():
            column = f"{OWN}{code}"
            text = _text(entry.values[column]) if column in entry.values else own.get(code, "")
            if field.required and not text and (row.doing == "create" or column in entry.values):
                names = {"zh_name": field.zh, "name": field.en}
                raise ValueMissing(**names, column=column, new=row.doing == "create")
            own[code] = sound(field, text, look.scope.viewer) if column in entry.values else text
        found = {code: text for code, text in own.items() if text}
        return None if found == kept else found

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        self.inner.write(planned, doing)
        values: dict[int, dict[str, str]] = {}
        for row in planned:
            if row.own is not None:
                pk = row.made or row.record.pk
                values[pk] = {**values.get(pk, {}), **row.own} if row.made else row.own
        write(self.noun, values, doing.at, doing.book)


def _text(value: Any) -> str:
    """A typed cell as the field keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return _decimal(value)
    return "" if value is None else str(value)


def _decimal(value: Fraction) -> str:
    """A number as decimal text; one with over six decimals stays a fraction, and is refused."""
    scaled = value * SCALE
    if scaled.denominator != 1:
        return str(value)
    whole, rest = divmod(abs(scaled.numerator), SCALE)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole}.{rest:06d}".rstrip("0").rstrip(".")
