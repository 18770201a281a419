"""The mirror held against the table: counts and sums of every kind and month."""

from dataclasses import dataclass

from django.db import connection

from cheji.records.bulk import table_of
from cheji.records.models import Fact

from .duck import connect, from_parquet
from .folder import Folder

Sums = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Unequal:
    """A kind and month where mirror and table differ: (count, quantity, fen, value) of each."""

    kind: str
    month: int
    mirror: Sums
    table: Sums


def check(folder: Folder) -> list[Unequal]:
    """Where the mirror differs from the facts that it should hold."""
    held = folder.held()
    text = """SELECT kind, month, COUNT(*), CAST(SUM(quantity) AS BIGINT),
      CAST(SUM(fen) AS BIGINT), CAST(SUM(value) AS BIGINT) FROM {source} GROUP BY kind, month"""
    with connect() as duck:
        files = duck.execute(text.format(source=from_parquet(folder.paths(held.parts)))).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(text.format(source=f"{table_of(Fact)} WHERE id <= {held.mark}"))
        facts = cursor.fetchall()
    ours = {(kind, month): tuple(sums) for kind, month, *sums in files}
    theirs = {(kind, month): tuple(sums) for kind, month, *sums in facts}
    nothing = (0, 0, 0, 0)
    return [
        Unequal(kind, month, ours.get((kind, month), nothing), theirs.get((kind, month), nothing))
        for kind, month in sorted(ours.keys() | theirs.keys())
        if ours.get((kind, month)) != theirs.get((kind, month))
    ]
