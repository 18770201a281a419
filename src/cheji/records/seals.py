"""The seal of a closed run: one digest over everything that it says."""

import hashlib

from .audit import canonical
from .models import Run

LINE = ("position", "person", "code", "source_kind", "source", "fen", "value", "reason")


def seal_of(run: Run) -> str:
    """SHA-256 over scope, definition's digest, mark, total and every line in order."""
    head = [run.kind, run.outlet_id, run.grain, run.period, run.definition, run.digest]
    lines = list(run.lines.order_by("position").values(*LINE))
    text = canonical([head, run.mark, run.total, lines])
    return hashlib.sha256(text.encode()).hexdigest()
