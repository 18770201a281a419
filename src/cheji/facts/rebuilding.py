"""Posting everything anew into an empty table, and holding the facts against it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cheji.records import audit
from cheji.records.bulk import copy, table_of
from cheji.records.models import Fact
from cheji.records.visibility import Viewer

from .book import Book
from .posting import post
from .rows import AMOUNTS, COLUMNS
from .said import SAID

REBUILT = "fact_rebuilt"
DIMENSIONS = tuple(c for c in COLUMNS if c not in AMOUNTS)


@dataclass(frozen=True)
class Differs:
    """A record whose facts do not add up to what it should say."""

    noun: str
    source: int


def anything_said() -> bool:
    return Fact.objects.exists()


def rebuild(progress: Callable[[str, int], None] = lambda _noun, _count: None) -> int:
    """Post all records into an empty temporary table; returns how many facts."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {REBUILT}")
        cursor.execute(
            f"CREATE TEMP TABLE {REBUILT} AS SELECT {', '.join(COLUMNS)} "  # noqa: S608
            f"FROM {table_of(Fact)} WHERE 1 = 0"
        )
    book, total = Book(), 0
    for noun, said in SAID.items():
        count = copy(REBUILT, COLUMNS, said(None, book))
        progress(noun, count)
        total += count
    return total


def differences() -> list[Differs]:
    """Sources whose net facts differ from the rebuilt ones, after `rebuild`."""
    dimensions = ", ".join(DIMENSIONS)
    net = f"""
      SELECT {dimensions}, SUM(quantity) AS q, SUM(fen) AS f, SUM(value) AS v, SUM(n) AS n FROM (
        SELECT {dimensions}, quantity, fen, value,
               CASE WHEN reverses IS NULL THEN 1 ELSE -1 END AS n
          FROM {table_of(Fact)}
        UNION ALL
        SELECT {dimensions}, -quantity, -fen, -value, -1 FROM {REBUILT}) both_sides
      GROUP BY {dimensions}
      HAVING SUM(quantity) <> 0 OR SUM(fen) <> 0 OR SUM(value) <> 0 OR SUM(n) <> 0"""  # noqa: S608
    text = f"SELECT DISTINCT source_kind, source FROM ({net}) d ORDER BY source_kind, source"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text)
        return [Differs(*row) for row in cursor.fetchall()]


def repair(found: list[Differs], *, by: Viewer, at: datetime) -> int:
    """Post the difference of the records concerned, audited; returns how many facts were added."""
    by_noun: dict[str, list[int]] = {}
    for differs in found:
        by_noun.setdefault(differs.noun, []).append(differs.source)
    # Deliveries last: who holds floor prices for them must not ask to change the prices then.
    ordered = sorted(by_noun.items(), key=lambda one: one[0] == "delivery")
    added = sum(post(noun, ids, at=at) for noun, ids in ordered)
    body = {"records": len(found), "facts": added}
    audit.write(by=by, at=at, verb="facts.repair", body=body)
    return added


def nets() -> Iterator[tuple[object, ...]]:
    """The net facts by all dimensions, without ids and times: for comparing two databases."""
    dimensions = ", ".join(DIMENSIONS)
    text = (
        f"SELECT {dimensions}, SUM(quantity), SUM(fen), SUM(value) FROM {table_of(Fact)} "  # noqa: S608
        f"GROUP BY {dimensions} "
        "HAVING SUM(quantity) <> 0 OR SUM(fen) <> 0 OR SUM(value) <> 0 ORDER BY 1, 2, 20, 17"
    )
    with connection.cursor() as cursor:
        cursor.execute(text)
        yield from cursor.fetchall()
