"""Posting: what records should say is held against what they have said; the rest is added."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from cheji.records.bulk import copy, table_of
from cheji.records.models import Fact

from .book import Book
from .hanging import customers_of, dependents, every_dependent, hanging
from .rows import AMOUNTS, COLUMNS, Row
from .said import SAID
from .said.excess import PRICE, hold_prices, priced_by
from .said.fields import marked, with_fields

WRITTEN = (*COLUMNS, "reverses", "recorded_at")
REVERSED = ", ".join(f"-{name}" if name in AMOUNTS else name for name in COLUMNS)
WITHDRAW = f"""
INSERT INTO {table_of(Fact)} ({", ".join(WRITTEN)})
SELECT {REVERSED}, id, %s FROM {table_of(Fact)} said
 WHERE source_kind = %s AND source = ANY(%s::bigint[]) AND reverses IS NULL
   AND NOT EXISTS (SELECT FROM {table_of(Fact)} back WHERE back.reverses = said.id)
 ORDER BY id"""  # noqa: S608  names of our own columns


def post(
    noun: str, ids: Sequence[int], *, at: datetime, book: Book | None = None, fresh: bool = False
) -> int:
    """Add what the records of `noun` should say and have not said; returns how many facts.

    What hangs on the records follows. `fresh` promises that none of them has posted before, as in
    an import of new ones.
    """
    if not ids:
        return 0
    book = book or Book()
    said = SAID[noun](ids, book)
    if fresh:
        count = _write(((row, None) for row in said), at)
    else:
        wanted = Counter(said)  # first: deliveries wait here for prices, and what stands may move
        count = _write(difference(wanted.elements(), standing(noun, ids)), at)
    if noun == PRICE:
        return count + reprice(ids, at=at, book=book)
    nouns = dependents(noun)
    return count + (_follow(nouns, customers_of(noun, ids), at, book) if nouns else 0)


def reprice(ids: Sequence[int], *, at: datetime, book: Book | None = None) -> int:
    """Post the deliveries whose floor price these entries decide or decided; returns how many."""
    return post("delivery", priced_by(ids), at=at, book=book) if ids else 0


def say(noun: str, said: Iterator[Row], book: Book, at: datetime) -> int:
    """Post facts of new records, made without the database, while the server writes them."""
    fields = marked()
    rows = with_fields(noun, lambda _ids, _book: said)(None, book) if fields else said
    return _write(((row, None) for row in rows), at, streamed=not fields)


def follow(
    customers: Sequence[int],
    *,
    at: datetime,
    book: Book | None = None,
    nouns: Iterable[str] | None = None,
) -> int:
    """Post what hangs on records of these customers, of all nouns that can; returns how many."""
    wanted = every_dependent() if nouns is None else nouns
    return _follow(wanted, customers, at, book or Book()) if customers else 0


def _follow(nouns: Iterable[str], customers: Sequence[int], at: datetime, book: Book) -> int:
    with transaction.atomic(savepoint=False):
        return sum(
            _write(difference(SAID[noun](ids, book), standing(noun, ids)), at)
            for noun, ids in hanging(nouns, customers).items()
            if ids
        )


def withdraw(noun: str, ids: Sequence[int], *, at: datetime) -> int:
    """Reverse everything that the records have said; for records that are taken back."""
    if noun == "delivery":
        hold_prices()
    with connection.cursor() as cursor:
        cursor.execute(WITHDRAW, [at, noun, list(ids)])
        return cursor.rowcount


def standing(noun: str, ids: Sequence[int]) -> dict[Row, list[int]]:
    """The facts that records have said and not taken back, with their ids."""
    facts = Fact.objects.filter(source_kind=noun, source__among=ids).order_by("id")
    said: dict[int, Row] = {}
    for *columns, fact, reverses in facts.values_list(*COLUMNS, "id", "reverses"):
        if reverses is None:
            said[fact] = Row(*columns)
        else:
            del said[reverses]
    found: dict[Row, list[int]] = defaultdict(list)
    for fact, row in said.items():
        found[row].append(fact)
    return found


def difference(
    said: Iterable[Row], standing_: dict[Row, list[int]]
) -> Iterator[tuple[Row, int | None]]:
    """(row, id it reverses or None): reversals of what no longer holds, then what is new."""
    wanted = Counter(said)
    for row, facts in standing_.items():
        keep = min(wanted[row], len(facts))
        wanted[row] -= keep
        for fact in facts[keep:]:
            yield reversal(row), fact
    for row, count in wanted.items():
        for _ in range(count):
            yield row, None


def reversal(row: Row) -> Row:
    return row._replace(quantity=-row.quantity, fen=-row.fen, value=-row.value)


def _write(rows: Iterable[tuple[Row, int | None]], at: datetime, *, streamed: bool = False) -> int:
    facts = ((*row, reverses, at) for row, reverses in rows)
    return copy(table_of(Fact), WRITTEN, facts, streamed=streamed)
