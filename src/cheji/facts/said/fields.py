"""Facts once more, of which: those of records whose fields of the house's own are in KPIs."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, islice
from typing import Any, Final

from cheji.engine.definitions.choices import TOGETHER, tag_of
from cheji.engine.kinds import OF, OF_WHICH
from cheji.facts.book import Book
from cheji.facts.rows import Row
from cheji.records.models import Customer, CustomField, Delivery, Order, Prospect, Visit

Said = Callable[[Sequence[int] | None, Book], Iterator[Row]]
Marks = dict[int, dict[str, str]]
BATCH: Final = 5000
CODES: Final = {kind.code for kind in OF_WHICH}
TABLES: Final[dict[str, tuple[Any, str]]] = {
    "visit": (Visit, ""),
    "prospect": (Prospect, ""),
    "order": (Order, ""),
    "delivery": (Delivery, "order__"),
}
"""Noun of a source → its table, and the way to the record that has the fields."""


def with_fields(noun: str, said: Said) -> Said:
    """What a noun says, and each of it again for every marked field of its record or customer.

    The twin has the kind with `_of` behind it and the tags `field=choice`: a sum over one field
    leaves out records without it, and a sum over plain kinds counts none twice. Two or three fields
    that are filled in stand together in twins of their own, `a=x&b=y` in the order of their codes.
    """

    def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
        fields, plain = marked(), said(ids, book)
        while fields and (batch := list(islice(plain, BATCH))):
            yield from _both(noun, fields, batch)
        yield from plain

    return rows


def _both(noun: str, fields: Sequence[tuple[str, str]], batch: Sequence[Row]) -> Iterator[Row]:
    table, way = TABLES[noun]
    at = way.removesuffix("__") or noun
    own, shared = ([code for code, of in fields if of == name] for name in (at, "customer"))
    marks = _marks(table, way, own, {row.source for row in batch})
    customers = {row.customer for row in batch if row.customer is not None}
    theirs = _marks(Customer, "", shared, customers)
    for row in batch:
        yield row
        yield from _again(row, marks.get(row.source, {}) | theirs.get(row.customer or 0, {}))


def marked() -> list[tuple[str, str]]:
    """Fields whose choices stand in facts: (code, noun)."""
    rows = CustomField.objects.filter(in_kpis=True, retired=False).order_by("code")
    return list(rows.values_list("code", "noun"))


def _marks(table: Any, way: str, codes: Sequence[str], ids: set[int]) -> Marks:
    """By record what is chosen in these fields."""
    if not codes or not ids:
        return {}
    held = f"{way}custom"
    rows = table.objects.filter(id__among=ids, **{f"{held}__has_any_keys": list(codes)})
    return {
        record: {code: custom[code] for code in codes if code in custom}
        for record, custom in rows.order_by("id").values_list("id", held)
    }


def _again(row: Row, marks: dict[str, str]) -> Iterator[Row]:
    kind = row.kind + OF
    if kind in CODES:
        for count in range(1, TOGETHER + 1):
            for some in combinations(sorted(marks.items()), count):
                yield row._replace(kind=kind, tags=tag_of(dict(some)))
