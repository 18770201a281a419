"""Verbs of the models that the house sells: say what one is, and mend it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from cheji.records.models import VehicleModel
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer
from cheji.records.words import NOT_BLANK

from .deeds import NothingDiffers, deed
from .definitions import stands_over
from .locking import changed, locked

RIGHT = "definitions.write"


@dataclass(frozen=True)
class Done:
    id: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a model is; KPIs filter on it."""

    displacement: str = ""
    segment: str = ""
    key: bool = False


def describe(*, by: Viewer, at: datetime, name: str, terms: Terms) -> Done:
    """Say what a model is, by the name that orders and vehicles have."""
    with deed("vehicle_models.describe", by=by, at=at, right=RIGHT) as doing:
        stands_over(doing, None)
        if not name.strip():
            raise BadValue(field="name", value="", why=NOT_BLANK)
        _must_fit(terms)
        row = VehicleModel.objects.create(name=name.strip(), **asdict(terms))
        doing.tell(subject=row.pk, name=row.name, **asdict(terms))
        return Done(row.pk)


def amend(*, by: Viewer, at: datetime, model: int, version: int, terms: Terms) -> Done:
    """Mend what is told of a model: figures of earlier months follow, what was closed does not."""
    with deed("vehicle_models.amend", by=by, at=at, right=RIGHT) as doing:
        stands_over(doing, None)
        _must_fit(terms)
        row = locked(VehicleModel.objects.all(), "model", model, version)
        differs = changed(row, **asdict(terms))
        if not differs:
            raise NothingDiffers
        doing.tell(subject=model, name=row.name, changes=differs)
        return Done(model)


def _must_fit(terms: Terms) -> None:
    if terms.displacement and terms.displacement not in VehicleModel.Displacement:
        raise BadValue(
            field="displacement", value=terms.displacement, why=", ".join(VehicleModel.Displacement)
        )
