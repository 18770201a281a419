"""The figure by which a band, a factor or a gate is found, for every cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from cheji.engine.definitions import Look
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay.columns.cells import Amounts, Cells, Side, members_of
from cheji.engine.pay.columns.exact import Ratio, Whole, quotient, unknown
from cheji.engine.tallies import QUANTITY_SCALE

BY_KPI: Final = frozenset({"kpi", "attainment"})
LEVELS: Final = {"target": "targets", "base": "bases", "stretch": "stretches"}


@dataclass(frozen=True, slots=True)
class Own:
    """A component's own base by cell: its measure, and its total in units or yuan."""

    code: str
    total: Ratio


def looked_up(look: Look, cells: Cells, totals: Mapping[str, Amounts], own: Own | None) -> Ratio:
    """The figure of each cell; `totals` are the person's, those that only deals give included."""
    side = cells.sides[look.whose]
    if look.by == "score":
        return side.score
    mine = look.whose == "person"
    found = totals if mine else side.totals
    if look.by in {"units", "money"}:
        scale = QUANTITY_SCALE if look.by == "units" else FEN_PER_YUAN
        return scaled(found, look.of, scale, cells.size)
    if look.by in {"average", "penetration"}:
        scale = FEN_PER_YUAN if look.by == "average" else QUANTITY_SCALE
        upper = scaled(found, look.of, scale, cells.size)
        return quotient(upper, scaled(found, look.per, QUANTITY_SCALE, cells.size))
    return kpi(look, side, own if mine else None)


def kpi(look: Look, side: Side, own: Own | None) -> Ratio:
    """The value of a KPI or of the own base, or its attainment."""
    code = look.of or (own.code if own else "")
    value = side.figure("values", code) if look.of else unknown(side.there.size)
    if own is not None and code == own.code:
        value = value.where_known(own.total)
    return value if look.by == "kpi" else quotient(value, side.figure(LEVELS[look.level], code))


def span_figure(look: Look, figures: Mapping[tuple[str, str], Ratio], size: int) -> Ratio:
    """The figure of a quarter, half or year."""
    none = np.zeros(size, bool)
    side = Side(none, {}, figures, unknown(size), {}, members_of((), ()))
    if look.by in BY_KPI:
        return kpi(look, side, None)
    return unknown(size)


def scaled(totals: Mapping[str, Amounts], code: str, scale: int, size: int) -> Ratio:
    """A total in units or yuan, not in lowest terms."""
    found = totals.get(code)
    if found is None:
        return unknown(size)
    num = np.where(found.there, found.amount, 0)
    return Ratio(num, np.where(found.there, scale, 1), found.there)


def total_of(totals: Mapping[str, Amounts], code: str, size: int) -> Whole:
    """Whole numbers of a measure; nothing where it is absent."""
    found = totals.get(code)
    return np.zeros(size, np.int64) if found is None else np.where(found.there, found.amount, 0)
