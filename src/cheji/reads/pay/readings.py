"""How measures read rows of facts, and what a row adds to the sums of a deal."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cheji.engine.definitions import Measure
from cheji.engine.kpis import keeps_unknown, unknown_kinds, why_not
from cheji.engine.tallies import KNOWN_COST, UNPRICED, Tally

Amounts = dict[str, int | None]
KNOWN_AS = {UNPRICED: "line_revenue", KNOWN_COST: "line_cost"}
"""What lines of an order of unknown cost are to a measure that asks only for those it knows."""


class Said(NamedTuple):
    """What rows alike say: by measure how many times which column, and what nobody can know."""

    counted: tuple[tuple[str, int, str], ...]
    unknown: tuple[str, ...]


class Reading:
    """How measures read rows; what is the same for rows alike is worked out once."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self.measures = measures
        self.aged = any(measure.window for measure in measures)
        self.known: dict[tuple[str | int, ...], Said] = {}

    def of(self, row: Tally, *, cost_known: bool) -> Said:
        """`cost_known`: the gross of the row's own lines is known, if not of the whole order."""
        value = row.value if self.aged else 0
        like = (
            row.kind, row.channel, row.level, row.tags, row.cohort, row.model, value, cost_known
        )  # fmt: skip
        if like not in self.known:
            self.known[like] = self._said(row, KNOWN_AS if cost_known else {})
        return self.known[like]

    def _said(self, row: Tally, known_as: Mapping[str, str]) -> Said:
        counted, unknown = [], []
        for measure in self.measures:
            priced = UNPRICED in unknown_kinds(measure)
            told = row._replace(kind=known_as.get(row.kind, row.kind)) if priced else row
            if why_not(measure, told) is None:
                counted.append((measure.code, dict(measure.kinds)[told.kind], measure.column))
            elif keeps_unknown(measure, told):
                unknown.append(measure.code)
        return Said(tuple(counted), tuple(unknown))


def add(sums: Amounts, row: Tally, said: Said) -> list[tuple[str, int]]:
    """Add a row to a record's sums; what it adds by measure. A sum that became unknown stays so."""
    added = []
    for code, times, column in said.counted:
        amount = times * getattr(row, column)
        was = sums.get(code, 0)
        if was is not None:
            sums[code] = was + amount
        if amount:
            added.append((code, amount))
    if row.count:
        sums.update(dict.fromkeys(said.unknown))
    return added
