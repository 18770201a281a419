"""The mirror's folder: which files hold which facts, by one small file swapped in one step."""

import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

LAYOUT: Final = 1
STATE: Final = "mirror.json"
KEPT_SECONDS: Final = 600  # how long a file that is no longer needed stays for its readers


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file: facts of one month with ids from `low` to `high`."""

    month: int
    file: str
    rows: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Held:
    """What the mirror holds: every fact of one database with an id up to `mark`.

    `database` tells that database from others, such as one restored from a backup.
    """

    mark: int = 0
    database: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)


class Folder:
    """The mirror's folder. Readers take the state once and open the files that it names."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def held(self) -> Held:
        """The state; nothing where there is none, another layout wrote it, or a file is gone."""
        try:
            found = json.loads((self.place / STATE).read_text("utf-8"))
        except FileNotFoundError:
            return Held()
        if found["layout"] != LAYOUT:
            return Held()
        held = Held(found["mark"], found["database"], tuple(Part(**p) for p in found["parts"]))
        return held if all(map(os.path.exists, self.paths(held.parts))) else Held()

    def keep(self, held: Held) -> None:
        """Make this the state: written beside, flushed, renamed."""
        self.make()
        beside = self.place / f"{STATE}.new"
        text = json.dumps({"layout": LAYOUT, **asdict(held)})
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.place / STATE)

    def make(self) -> None:
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, part: Part) -> str:
        return str(self.place / part.file)

    def paths(self, parts: Iterable[Part]) -> list[str]:
        return [self.path(part) for part in parts]

    def sweep(self, now: float | None = None) -> int:
        """Remove files that the state does not name and no reader can still need."""
        named = {part.file for part in self.held().parts}
        oldest = (time.time() if now is None else now) - KEPT_SECONDS
        found = [
            file
            for file in self.place.glob("*.*")
            if file.name != STATE and file.name not in named and file.stat().st_mtime < oldest
        ]
        for file in found:
            file.unlink(missing_ok=True)
        return len(found)


def folder() -> Folder:
    """The installation's mirror, in the data folder."""
    return Folder(settings.CHEJI_DATA / "mirror")
