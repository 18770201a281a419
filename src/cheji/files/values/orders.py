"""The order of day and month of a column, settled from all its values or left open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cheji.files.cells import DATE, MARK, Cell
from cheji.files.values.dates import Numeric, differs, parsed, readings
from cheji.files.values.faults import DateOrder, Fault


class Settled(NamedTuple):
    """The order of a column, or the saying that asks for it with sample texts."""

    order: DateOrder
    code: str = ""
    sample: str = ""
    other: str = ""


def settle(cells: Iterable[Cell]) -> Settled:
    """Return the one order in which every numeric date of a column is a real day."""
    left: set[DateOrder] = {"ymd", "mdy", "dmy"}
    decided: dict[DateOrder, str] = {}
    sample, real_days, late_real_day = "", False, False
    for cell in set(cells):
        if not isinstance(cell, str):
            continue
        if cell.startswith(DATE):
            real_days = True
            late_real_day |= cell[10:12] > "12"
            continue
        numbers = _numbers(cell)
        if numbers is None:
            continue
        fits = readings(numbers)
        if len(fits) == 1:
            decided.setdefault(fits[0], numbers.text)
        sample = max(sample, numbers.text) if differs(numbers) else sample
        left &= set(fits) or left
    return _conclusion(left, decided, sample, half=real_days and not late_real_day)


def _conclusion(
    left: set[DateOrder], decided: dict[DateOrder, str], sample: str, *, half: bool
) -> Settled:
    if not left or len(decided) > 1:
        texts = [*decided.values(), sample, sample]
        return Settled("", "date_order_mixed", texts[0], texts[1])
    if half and decided:
        return Settled("", "dates_half_converted", next(iter(decided.values())))
    if len(left) == 1:
        return Settled(next(iter(left)))
    return Settled("", "date_order_unknown", sample) if sample else Settled("")


def _numbers(cell: str) -> Numeric | None:
    if cell.startswith(MARK):
        return None
    try:
        found = parsed(cell)
    except Fault:
        return None
    return found if isinstance(found, Numeric) else None
