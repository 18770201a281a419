"""Averages over the outlets of a region or nation, and the best of them: beyond one's reach.

An average, and a best without a name, are given only over three outlets or more, and only where
subtracting what the viewer sees anyway leaves more than a single outlet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cheji.engine.kpis import Inputs, Value, mean_inputs
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.gathering import Columns, filled, kpi_values
from cheji.reads.kpis.ground import Ground, Place, Slice
from cheji.records.refusals import NotFound
from cheji.records.visibility import of, operator

FEWEST = 3
BEST_BY = "deliveries"


@dataclass(frozen=True)
class Field:
    """The outlets that are compared over some grouping periods, with their inputs."""

    columns: Columns
    keys: tuple[int, ...]
    active: frozenset[int]
    codes: tuple[str, ...]

    def of(self, place: Place) -> list[int]:
        """The outlets of a place that have facts in the periods, by id."""
        return sorted(place.outlets & self.active)

    def column(self, outlet: int) -> Mapping[int, Inputs]:
        listed = filled(self.columns.get((outlet,)), self.keys, self.codes)
        return dict(zip(self.keys, listed, strict=True))

    def average(self, place: Place) -> dict[int, dict[str, Value]]:
        """Inputs averaged over the place's outlets, period by period."""
        columns = [self.column(outlet) for outlet in self.of(place)]
        return {key: mean_inputs([column[key] for column in columns]) for key in self.keys}

    def best(self, place: Place, kpi: str, catalogue: Catalogue) -> int | None:
        """The outlet that is best by a KPI; the first by id of equals."""
        falls = catalogue.ruling.kpi[kpi].direction == "down"
        found: tuple[object, int] | None = None
        for outlet in self.of(place):
            value = kpi_values(catalogue, [kpi], self.column(outlet), self.keys)[kpi]
            if value is None:
                continue
            ranked = -value if falls else value
            if found is None or ranked > found[0]:  # type: ignore[operator]
                found = (ranked, outlet)
        return found[1] if found else None


def active(
    ground: Ground, outlets: Iterable[int], grain: str, keys: Sequence[int]
) -> frozenset[int]:
    """Outlets with any fact in the periods: one that is closed or not yet open moves no average."""
    facts = of(operator(ground.viewer.on)).facts().filter(outlet__in=list(outlets))
    column = {"month": "month", "week": "week"}.get(grain)
    if column is None:
        return frozenset(outlets)
    facts = facts.filter(**{f"{column}__gte": keys[0], f"{column}__lte": keys[-1]})
    return frozenset(facts.order_by().values_list("outlet", flat=True).distinct())


def withheld(ground: Ground, place: Place, field: Field) -> bool:
    """Whether too few outlets stand behind a number that is not all the viewer's to see."""
    outlets = set(field.of(place))
    if not outlets:
        return True
    hidden = set() if ground.reach.everything else outlets - ground.reach.outlets
    if not hidden:
        return False
    if len(outlets) < FEWEST:
        return True
    return any(len(hidden - known) == 1 for known in (set(), *_averaged(ground, place, field)))


def _averaged(ground: Ground, place: Place, field: Field) -> Iterator[set[int]]:
    """The outlets of each region of a place whose average the viewer is given."""
    for inner in ground.places.values():
        open_ = inner.parent == place.id and may_compare(ground, Slice(inner.id))
        if open_ and not withheld(ground, inner, field):
            yield set(field.of(inner))


def compared(ground: Ground, outlet: Place) -> tuple[Place, Place | None]:
    """The nation and the region with which an outlet is compared.

    Raises:
        NotFound: the outlet's figures are not, as a whole, the viewer's to see.
    """
    if outlet.kind != "outlet" or not ground.whole(outlet):
        raise NotFound(noun="unit", key=outlet.code)
    above = [ground.places[int(part)] for part in outlet.path.strip("/").split("/")]
    nation = next(place for place in above if place.kind == "group")
    return nation, next((place for place in above if place.kind == "region"), None)


def may_compare(ground: Ground, whose: Slice) -> bool:
    """Whether a benchmark is open to the viewer: he sees an outlet under it as a whole."""
    place = ground.places.get(whose.unit)
    if place is None or place.kind not in ("group", "region"):
        return False
    return ground.whole(place) or bool(place.outlets & ground.outlets)
