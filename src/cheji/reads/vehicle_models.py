"""The models that the house sells, and what is told of each."""

from dataclasses import dataclass

from cheji.records.models import VehicleModel
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

from .vehicles import models as seen_models

DISPLACEMENTS = tuple(VehicleModel.Displacement.values)


@dataclass(frozen=True, slots=True)
class ModelSeen:
    """A model; `id` is 0 of one that stands in records and of which nothing is told yet."""

    id: int
    name: str
    displacement: str
    segment: str
    key: bool
    version: int


def vehicle_models(viewer: Viewer) -> tuple[ModelSeen, ...]:
    """All that something is told of, and those in the records that the viewer sees."""
    told = tuple(_seen(row) for row in VehicleModel.objects.order_by("name"))
    names = {one.name for one in told}
    rest = (name for name in seen_models(viewer) if name not in names)
    return (*told, *(ModelSeen(0, name, "", "", key=False, version=0) for name in rest))


def vehicle_model(number: int) -> ModelSeen:
    """One by its id.

    Raises:
        NotFound: there is none.
    """
    row = VehicleModel.objects.filter(pk=number).first()
    if row is None:
        raise NotFound(noun="model", key=number)
    return _seen(row)


def _seen(row: VehicleModel) -> ModelSeen:
    return ModelSeen(row.pk, row.name, row.displacement, row.segment, row.key, row.version)
