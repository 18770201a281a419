"""Importing outlets with their regions."""

from collections.abc import Mapping, Sequence
from typing import Any

from cheji.actions.locking import changed
from cheji.actions.outlets import zone_named
from cheji.actions.people import add_unit, repost
from cheji.records.models import Fact, Unit

from .given import require
from .lookups import Lookups, Units, UnknownOutlet
from .plan import Committing, Entry, Planned, decide
from .simple import snapshot

HEAD_OFFICE = ("GROUP", "集团")
REGION = ("R0", "未分区域")


def root() -> Unit:
    """The group at the top; made when the first outlet arrives."""
    found = Unit.objects.filter(kind=Unit.Kind.GROUP).first()
    return found or add_unit(Unit.Kind.GROUP, *HEAD_OFFICE, None)


class Outlets:
    """One row per outlet; a region that is not there yet is opened."""

    right = "imports.setup"

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        codes = [entry.values["outlet_code"] for entry in entries]
        known = Unit.objects.filter(code__in=codes).select_related("parent")
        by_code = {unit.code: unit for unit in known.exclude(kind=Unit.Kind.TEAM)}
        self.regions = _regions()

        def plan(entry: Entry) -> Planned:
            unit = by_code.get(entry.values["outlet_code"])
            if not self._ours(unit, entry.values, look):
                raise UnknownOutlet(code=entry.values["outlet_code"])
            return self._planned(entry, unit)

        return decide(((entry,) for entry in entries), look, plan, "outlet_code")

    def _ours(self, unit: Unit | None, given: Mapping[str, Any], look: Lookups) -> bool:
        """Whether the outlet, and the place to which it goes, are the viewer's to change."""
        over = look.scope.viewer.over
        if unit is not None and not (unit.kind == Unit.Kind.OUTLET and over(unit.path)):
            return False
        if unit is not None and self._stays(unit, given):
            return True
        above = self.regions.find(_region_of(given)) or Unit.objects.filter(parent=None).first()
        return above is None or over(above.path)

    def _stays(self, unit: Unit, given: Mapping[str, Any]) -> bool:
        """Whether the row leaves the outlet in its region."""
        if not given.keys() & {"region_code", "region_name"}:
            return True
        region = self.regions.find(_region_of(given))
        return region is not None and region.pk == unit.parent_id

    def _planned(self, entry: Entry, unit: Unit | None) -> Planned:
        require(entry.values, "outlet_name", record=unit)
        values = self._values(entry)
        if unit is None:
            return Planned(entry, "create", values)
        same = all(getattr(unit, name) == value for name, value in values.items())
        same = same and self._stays(unit, entry.values)
        return Planned(entry, "same" if same else "update", values, unit)

    def _values(self, entry: Entry) -> dict[str, Any]:
        given = entry.values
        values: dict[str, Any] = {}
        if "outlet_name" in given:
            values["name"] = given["outlet_name"]
        unset = Unit()
        for ours in ("closing_day", "city", "brand", "timezone"):
            if ours in given:
                values[ours] = given[ours] or getattr(unset, ours)
        if "timezone" in values:
            zone_named(values["timezone"])
        return values

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        for row in planned:
            if row.doing == "create":
                self._create(row, doing)
            elif row.doing == "update":
                self._update(row, doing)

    def _create(self, row: Planned, doing: Committing) -> None:
        given = row.entry.values
        region = self._region(given, doing)
        unit = add_unit(
            Unit.Kind.OUTLET,
            given["outlet_code"],
            row.payload["name"],
            region.pk,
            row.payload.get("closing_day", 0),
            row.payload.get("city", ""),
            row.payload.get("brand", ""),
        )
        if "timezone" in row.payload:
            changed(unit, timezone=row.payload["timezone"])
        doing.book.closing_days[unit.pk] = unit.closing_day
        doing.touch("unit", unit.pk)

    def _update(self, row: Planned, doing: Committing) -> None:
        outlet, given = row.record, row.entry.values
        before = snapshot(outlet)
        teams = [] if self._stays(outlet, given) else self._move(outlet, given, doing)
        for name, value in row.payload.items():
            setattr(outlet, name, value)
        outlet.version += 1
        outlet.save()
        for team in teams:
            _place(team, outlet, doing)
        doing.touch("unit", outlet.pk, before, outlet.version)
        doing.book.closing_days[outlet.pk] = outlet.closing_day
        if outlet.closing_day != before["closing_day"]:
            repost(Fact.objects.filter(outlet=outlet.pk), doing.at)

    def _move(self, outlet: Unit, given: Mapping[str, Any], doing: Committing) -> Sequence[Unit]:
        """Put the outlet under its new region, unsaved; returns its teams, which go with it."""
        region = self._region(given, doing)
        outlet.parent, outlet.path = region, f"{region.path}{outlet.pk}/"
        return list(Unit.objects.filter(parent=outlet))

    def _region(self, given: Mapping[str, Any], doing: Committing) -> Unit:
        code = _region_of(given)
        found = self.regions.find(code)
        if found:
            return found
        default = REGION[1] if code == REGION[0] else code
        unit = add_unit(Unit.Kind.REGION, code, given.get("region_name") or default, root().pk)
        doing.touch("unit", unit.pk)
        self.regions = _regions()
        return unit


def _regions() -> Units:
    return Units(Unit.objects.filter(kind=Unit.Kind.REGION))


def _region_of(given: Mapping[str, Any]) -> str:
    """What a row calls its region: the code, else the name."""
    return given.get("region_code") or given.get("region_name") or REGION[0]


def _place(team: Unit, outlet: Unit, doing: Committing) -> None:
    """A team follows its outlet."""
    before = snapshot(team)
    team.path, team.version = f"{outlet.path}{team.pk}/", team.version + 1
    team.save()
    doing.touch("unit", team.pk, before, team.version)
