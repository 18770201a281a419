"""Which engine answers a text over the facts: the database, DuckDB or Spark on the mirror."""

from typing import Any, Final

from django.conf import settings
from django.db import connection

from . import mirror
from .marks import mark
from .mirror import spark
from .mirror.reading import EVERY, Months

LARGE: Final = 1_000_000  # facts from which a mirror pays


def answer(text: str, months: Months = EVERY, *, wide: bool) -> list[tuple[Any, ...]]:
    """The rows of a text over the facts; every engine gives the same, to the last fen.

    `months` are the month keys that the text can touch; `wide` says that it takes in many outlets.
    """
    match engine(wide=wide):
        case "duckdb":
            return mirror.rows(mirror.folder(), [(text, months)])[0]
        case "spark":
            return spark.rows(mirror.folder(), text, months)
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def engine(*, wide: bool) -> str:
    """`CHEJI_FACTS` when it is set; else DuckDB for many outlets of a large mirror."""
    if settings.CHEJI_FACTS:
        return str(settings.CHEJI_FACTS)
    large = wide and mirror.folder().held().rows >= LARGE
    return "duckdb" if large else "database"


def is_large() -> bool:
    """Whether there are facts enough for a mirror to pay; by their ids, which only grow."""
    return mark() >= LARGE
