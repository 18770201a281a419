"""The catalogue of everything that can be wrong with a file: level, reason and mend, zh and en."""

from __future__ import annotations

from cheji.files.sayings.of_files import COLUMN, FILE
from cheji.files.sayings.of_rows import CELL, MAP, NOTE, ROW
from cheji.files.sayings.saying import Saying

SAYINGS: dict[str, Saying] = {**FILE, **COLUMN, **CELL, **ROW, **MAP, **NOTE}
"""Every saying by its code."""

__all__ = ["SAYINGS", "Saying"]
