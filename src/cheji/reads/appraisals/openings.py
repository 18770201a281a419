"""What a cycle may be opened with: units and schemes within the viewer's reach."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cheji.engine.scores.cycles import RUN
from cheji.records.models import DefinitionVersion, Unit
from cheji.records.visibility import Viewer, of


@dataclass(frozen=True, slots=True)
class SchemeOffered:
    """A published scheme that a cycle may go by; no posts is consultants, no levels all."""

    code: str
    zh: str
    en: str
    posts: tuple[str, ...]
    levels: tuple[str, ...]
    grains: tuple[str, ...]


def units_to_run(viewer: Viewer) -> set[int]:
    """The units, teams aside, at and below the posts that let the viewer run cycles."""
    rows = of(viewer.doing(RUN)).units_below().exclude(kind=Unit.Kind.TEAM)
    return set(rows.values_list("id", flat=True))


def schemes_for(viewer: Viewer, on: date) -> tuple[SchemeOffered, ...]:
    """Published schemes that began by a day, of the group and of the viewer's outlets."""
    rows = DefinitionVersion.objects.filter(
        kind="scheme", state=DefinitionVersion.State.PUBLISHED, valid_from__lte=on
    )
    places = Q(outlet=None) | Q(outlet__in=of(viewer).outlets())
    latest = {row.code: row for row in rows.filter(places).order_by("valid_from", "id")}
    return tuple(
        SchemeOffered(
            row.code,
            str(row.body.get("zh", row.code)),
            str(row.body.get("en", row.code)),
            tuple(row.body.get("posts", ())) or ("consultant",),
            tuple(row.body.get("levels", ())),
            tuple(row.body.get("grains", ("month",))),
        )
        for row in sorted(latest.values(), key=lambda one: one.code)
    )
