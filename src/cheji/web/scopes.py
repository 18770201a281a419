"""The path nation / region / outlet / team / consultant, as far as the viewer may open it."""

from collections.abc import Callable
from functools import cached_property

from cheji.reads import people
from cheji.reads.kpis import Of
from cheji.reads.people import UnitSeen
from cheji.records.rights import ONES_OWN, SEES
from cheji.records.visibility import Viewer
from cheji.web.templatetags.parts import Step
from cheji.web.wording import of_text

#: The address of a scope: (code of the unit, staff number).
Address = Callable[[str, str], str]
MANY = 60


class Tree:
    """The viewer's organisation, and which of its units he may open: figures, or what is named."""

    def __init__(self, viewer: Viewer, noun: str = "facts") -> None:
        self.viewer, self.noun = viewer, noun

    @cached_property
    def units(self) -> dict[int, UnitSeen]:
        return {unit.id: unit for unit in people.organisation(self.viewer)}

    @cached_property
    def _posts(self) -> set[int]:
        """Units that a post opens as a whole, with everything below them."""
        return {
            grant.unit
            for grant in self.viewer.grants
            if self.noun in SEES[grant.role] and grant.role not in ONES_OWN
        }

    def opens(self, unit: UnitSeen) -> bool:
        """Whether a unit as a whole is the viewer's to see."""
        if self.viewer.operator:
            return True
        return any(above.id in self._posts for above in self.line(unit))

    def line(self, unit: UnitSeen) -> list[UnitSeen]:
        """The unit and those above it, from the top."""
        found = [unit]
        while found[0].parent in self.units:
            found.insert(0, self.units[found[0].parent])
        return found

    def code(self, unit: UnitSeen) -> str:
        """The code by which reads take a unit: a team's with its outlet's before it."""
        if unit.kind == "team" and unit.parent in self.units:
            return f"{self.units[unit.parent].code}/{unit.code}"
        return unit.code

    def beside(self, unit: UnitSeen) -> list[UnitSeen]:
        """Units of the same kind under the same parent that may be opened."""
        return [u for u in self.units.values() if u.parent == unit.parent and self.opens(u)]

    def path(self, of: Of, address: Address) -> list[Step]:
        """The steps down to a unit's or a person's figures; those out of reach are only named."""
        at = of.outlet if of.kind in ("person", "unassigned") else of.id
        unit = self.units.get(at or 0)
        steps = [self._step(above, address) for above in self.line(unit)] if unit else []
        if unit and of.kind == "person":
            steps.append(self._person(of, unit, address))
        elif of.kind == "unassigned":
            steps.append(Step(of_text(of)))
        return steps

    def below(self, of: Of) -> list[UnitSeen]:
        """The units right under one."""
        return [unit for unit in self.units.values() if unit.parent == of.id and self.opens(unit)]

    def _step(self, unit: UnitSeen, address: Address) -> Step:
        if not self.opens(unit):
            return Step(unit.name)
        others = self.beside(unit)
        siblings = [(u.name, address(self.code(u), "")) for u in others[:MANY]]
        return Step(unit.name, address(self.code(unit), ""), siblings if len(others) > 1 else ())

    def _person(self, of: Of, unit: UnitSeen, address: Address) -> Step:
        url = address("", of.code)
        if not self.opens(unit):
            return Step(of_text(of), url)
        outlet = self._outlet(unit).id
        units = [one.id for one in self.units.values() if outlet in (one.id, one.parent)]
        found = people.consultants_in(self.viewer, units)
        siblings = [(row.name, address("", row.number)) for row in found[:MANY]]
        return Step(of_text(of), url, siblings if len(siblings) > 1 else ())

    def _outlet(self, unit: UnitSeen) -> UnitSeen:
        return self.units[unit.parent or 0] if unit.kind == "team" else unit
