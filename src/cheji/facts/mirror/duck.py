"""DuckDB in the process: connections in memory over files, no database file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

MEMORY: Final = "2GB"

#: The mirror's columns in the order of its files, with types that DuckDB and Spark both know.
COLUMNS: Final[dict[str, str]] = {
    "id": "BIGINT",
    "kind": "VARCHAR",
    "on_date": "DATE",
    "since": "DATE",
    "week": "INTEGER",
    "month": "INTEGER",
    "since_week": "INTEGER",
    "since_month": "INTEGER",
    "outlet": "BIGINT",
    "team": "BIGINT",
    "person": "BIGINT",
    "customer": "BIGINT",
    "model": "VARCHAR",
    "channel": "VARCHAR",
    "level": "VARCHAR",
    "tags": "VARCHAR",
    "quantity": "BIGINT",
    "fen": "BIGINT",
    "value": "BIGINT",
    "source_kind": "VARCHAR",
    "source": "BIGINT",
    "reverses": "BIGINT",
}
ORDER: Final = "outlet, person, kind, id"


def connect() -> duckdb.DuckDBPyConnection:
    """A connection of its own to the process's instance; the caller closes it."""
    return _instance(os.getpid()).cursor()


@cache
def _instance(_process: int) -> duckdb.DuckDBPyConnection:
    """One for each process: it holds the memory limit, and what it knows of files."""
    import duckdb  # noqa: PLC0415  only groups of a size need it

    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(Path(gettempdir()) / f"cheji-duckdb-{_process}"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )


def from_parquet(paths: Sequence[str]) -> str:
    """A table expression over files; over none, the same columns without rows."""
    if not paths:
        columns = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in COLUMNS.items())
        return f"(SELECT {columns} WHERE 1 = 0)"
    return f"read_parquet([{', '.join(map(quoted, paths))}])"


def from_csv(path: str) -> str:
    """A table expression over what PostgreSQL copied out."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    return (
        f"read_csv({quoted(path)}, header=false, auto_detect=false, delim=',', quote='\"', "
        f"escape='\"', new_line='\\n', nullstr='\\N', columns={{{columns}}})"
    )


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
