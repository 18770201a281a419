"""Importing what models are: one row a model."""

from collections.abc import Sequence
from typing import Any

from cheji.actions.vehicle_models import RIGHT
from cheji.records.models import Unit, VehicleModel
from cheji.records.refusals import NotYours

from .lookups import Lookups, held
from .plan import Entry, Planned
from .simple import Key, Resolved, Simple


class Models(Simple):
    """One row per model, found by its name; only of who defines KPIs."""

    right = RIGHT
    noun = "model"
    model = VehicleModel
    columns = {"name": ""}

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        who = look.scope.viewer
        if not (who.operator or any(post.kind == Unit.Kind.GROUP for post in who.grants)):
            raise NotYours(verb=RIGHT)
        return super().plan(entries, look)

    def resolve(self, entry: Entry, look: Lookups) -> Resolved:  # noqa: ARG002
        given = entry.values
        values = {
            "name": given["name"],
            "displacement": given.get("displacement") or "",
            "segment": given.get("segment") or "",
            "key": given.get("key") is True,
        }
        return Resolved((given["name"],), values)

    def existing(self, resolved: Sequence[Resolved]) -> dict[Key, Any]:
        rows = VehicleModel.objects.filter(name__in={r.key[0] for r in resolved})
        return {(row.name,): row for row in held(rows)}
