"""How far a long transaction has come, visible to others before it commits.

It is told as the name of the database session: PostgreSQL shows that to every session of the same
account at once, and it vanishes with the session, so a worker that died cannot look alive.
"""

from dataclasses import dataclass
from typing import Final, Literal

from django.db import connection

Stage = Literal["reading", "writing"]
MARK = "cheji import"
SILENT: Final = 30  # seconds after which a worker that says nothing is gone


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows done of all rows; while the file is being read nobody knows how many there are: 0."""

    stage: Stage
    done: int
    total: int


def tell(batch: int, stage: Stage, done: int = 0, total: int = 0) -> None:
    """Say how far the import has come; outside a transaction it stays until `hush`."""
    _name(f"{MARK} {batch} {stage} {done}/{total}")


def hush() -> None:
    """The session is nobody's any more."""
    _name("cheji")


def _name(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", [text])


def heard() -> dict[int, Progress]:
    """The imports that living sessions are at, by batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE %s",
            [f"{MARK} %"],
        )
        return dict(_read(row[0]) for row in cursor.fetchall())


def worker_lives() -> bool:
    """Whether a worker has been heard of lately: each says so every ten seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [SILENT],
        )
        return bool(cursor.fetchone()[0])


def _read(text: str) -> tuple[int, Progress]:
    batch, stage, counts = text.removeprefix(MARK).split()
    done, total = counts.split("/")
    return int(batch), Progress(
        "writing" if stage == "writing" else "reading", int(done), int(total)
    )
