"""How far a long transaction has come, visible to others before it commits.

It is told as the name of the database session: PostgreSQL shows that to every session of the same
account at once, and it vanishes with the session, so a worker that died cannot look alive.
"""

from dataclasses import dataclass
from typing import Final, Literal

from django.db import connection

Stage = Literal["reading", "writing"]
What = Literal["import", "simulation"]
MARK = "cheji"
SILENT: Final = 30  # seconds after which a worker that says nothing is gone


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done of all; while a file is being read nobody knows how many rows there are: 0."""

    stage: Stage
    done: int
    total: int


def tell(number: int, stage: Stage, done: int = 0, total: int = 0, *, of: What = "import") -> None:
    """Say how far the work has come; outside a transaction it stays until `hush`."""
    _name(f"{MARK} {of} {number} {stage} {done}/{total}")


def hush() -> None:
    """The session is nobody's any more."""
    _name("cheji")


def _name(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", [text])


def heard(of: What = "import") -> dict[int, Progress]:
    """The imports or simulations that living sessions are at, by number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE %s",
            [f"{MARK} {of} %"],
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
    batch, stage, counts = text.split()[2:]
    done, total = counts.split("/")
    return int(batch), Progress(
        "writing" if stage == "writing" else "reading", int(done), int(total)
    )
