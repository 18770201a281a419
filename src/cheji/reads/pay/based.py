"""What the base of a line is counted in: yuan, pieces of a measure, parts of 1, points."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from cheji.engine.definitions import Component, Look, PayPlan
from cheji.engine.kpis import Value, scale_of
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import (
    COEFFICIENT,
    EARNED,
    HELD_AGAINST,
    PayLine,
    held_against,
    units_as_names,
)
from cheji.reads.definitions import Catalogue
from cheji.reads.pay.shapes import LUMPS

YUAN: Final = "yuan"
#: What a figure that is looked at is counted in, whatever it is of.
_LOOKED: Final[Mapping[str, str]] = {
    "money": YUAN, "average": YUAN, "attainment": "ratio", "penetration": "ratio",
    "score": "point",
}  # fmt: skip


class Bases:
    """The bases of a plan's lines with their units."""

    def __init__(self, plan: PayPlan, found: Catalogue) -> None:
        self.parts = {part.code: part for part in plan.components}
        self.looks = {one.code: one.look for one in plan.gates}
        self.looks |= {one.code: one.look for one in plan.catch_ups}
        self.found = found

    def why(self, line: PayLine) -> tuple[str, str] | None:
        """Why a gate or catch-up acts or not, in the unit of what it looks at; None of others."""
        look = self.looks.get(line.component)
        if look is None or line.code not in HELD_AGAINST:
            return None
        units = units_as_names({look.of: self._measured(look.of)})
        return held_against(line.code, line.args, look, units)

    def of(self, line: PayLine) -> tuple[Value, str]:
        """The base of a line in its unit, and the unit; empty where nothing is known of it."""
        part = self.parts.get(line.component)
        if line.base is None or part is None or line.entry not in EARNED:
            return line.base, self.unit(line.component, line.scale)
        if part.kind == "prize":
            return self._mark(part, line.base)
        if part.kind in LUMPS:
            return self._figure(part, line.base)
        return line.base, self.unit(line.component, line.scale)

    def unit(self, code: str, scale: int) -> str:
        """Of what is multiplied: money, or pieces of the measure."""
        part = self.parts.get(code)
        if code == COEFFICIENT or scale == FEN_PER_YUAN or (part and part.kind == "share"):
            return YUAN
        return self._measured(part.of) if part else ""

    def _mark(self, part: Component, mark: Fraction) -> tuple[Value, str]:
        """What a prize ranks by: kept as whole numbers of its measure."""
        measure = self.found.all.measure.get(part.of)
        if measure is None:
            return mark, ""
        return mark / scale_of(measure), measure.unit

    def _figure(self, part: Component, figure: Fraction) -> tuple[Value, str]:
        """The figure that found an amount; None where none did: it is paid by itself."""
        if part.look is not None:
            return figure, self._looked(part.look)
        return (figure, self._measured(part.of)) if part.of else (None, "")

    def _looked(self, look: Look) -> str:
        return _LOOKED.get(look.by) or self._measured(look.of)

    def _measured(self, code: str) -> str:
        """The unit of a KPI or measure."""
        known = self.found.all.kpi.get(code) or self.found.all.measure.get(code)
        return known.unit if known is not None else ""
