"""The first deals of each day, week, weekend or month, for every cell at once."""

import numpy as np

from cheji.engine.definitions import Component
from cheji.engine.pay.columns.cells import Cells
from cheji.engine.pay.columns.exact import Whole
from cheji.engine.pay.firsts import sought

WEEK = 7
WEEKDAYS = 5
BEGINNING = np.datetime64("0001-01-01", "D")


def first_deals(part: Component, cells: Cells, fits: Whole) -> Whole:
    """Of the deals that fit those which come first of the person, his team or his outlet."""
    if part.among == "person":
        return _of_person(part, cells, fits)
    found = cells.deals.firsts.get((part.among, sought(part)))
    return fits & found if found is not None else np.zeros(fits.size, bool)


def _of_person(part: Component, cells: Cells, fits: Whole) -> Whole:
    """By day, then more of the ties, then as recorded: rows of a cell stand by day and record."""
    deals = cells.deals
    amount = deals.amounts.get(part.of)
    if amount is None:
        return np.zeros(fits.size, bool)
    paid = (deals.pay.num > 0) & (~amount.known | (amount.amount > 0))
    rows = np.flatnonzero(fits & paid & _inside(part.first, deals.day))
    spans = _spans(part.first, deals.day[rows])
    ties = [_figure(cells, code)[rows] for code in reversed(part.ties)]
    order = np.lexsort((*ties, deals.day[rows], spans, deals.cell[rows]))
    begins = np.ones(rows.size, bool)
    both = np.stack((deals.cell[rows], spans))[:, order]
    begins[1:] = (np.diff(both) != 0).any(axis=0)
    found = np.zeros(fits.size, bool)
    found[rows[order[begins]]] = True
    return found


def _figure(cells: Cells, code: str) -> Whole:
    """Dense places of the amounts, the most first; what is not known counts as nothing."""
    amount = cells.deals.amounts.get(code)
    if amount is None:
        return np.zeros(cells.deals.cell.size, np.int64)
    return -np.unique(np.where(amount.known, amount.amount, 0), return_inverse=True)[1]


def _inside(first: str, day: Whole) -> Whole:
    weekend = (day - 1) % WEEK >= WEEKDAYS
    return weekend if first == "weekend" else np.ones(day.size, bool)


def _spans(first: str, day: Whole) -> Whole:
    """A number for each day, week from Monday on, or month; the first day of all was a Monday."""
    if first == "day":
        return day
    if first == "month":
        return (BEGINNING + (day - 1)).astype("datetime64[M]").astype(np.int64)
    return (day - 1) // WEEK
