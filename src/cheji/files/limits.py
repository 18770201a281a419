"""How large and how odd a file may be before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one import file; sizes in bytes, times in seconds."""

    file_bytes: int = 20 * MIB
    parts: int = 2_000
    unpacked_bytes: int = 300 * MIB
    ratio: int = 150
    ratio_from_bytes: int = MIB
    rows: int = 200_000
    columns: int = 200
    cells: int = 5_000_000
    line_characters: int = 100_000
    memory_bytes: int = 1024 * MIB
    cpu_seconds: int = 60
    wall_seconds: int = 180


DEFAULT = Limits()
