"""Numbers that the product gives to records when a person types none: 2026-000123."""

from datetime import date

from django.db import connection

SEQUENCE = "cheji_number"


def fresh(prefix: str, on: date) -> str:
    """A number no record has: prefix, year and a running number of the installation."""
    return many(prefix, on, 1)[0]


def many(prefix: str, on: date, count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cheji_number') FROM generate_series(1, %s)", [count])
        return [f"{prefix}{on.year}-{row[0]:06d}" for row in cursor.fetchall()]
