"""Averages over the outlets of a region or nation, and the best of them: beyond one's reach.

An average is given only over three outlets or more, and only where subtracting what the viewer
sees anyway leaves more than a single outlet. A best out of reach is one outlet's column without its
name: it is given by deliveries alone, and only where no subtraction then leaves a single one.
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
    hidden = _hidden(ground, outlets)
    if not hidden:
        return False
    return len(outlets) < FEWEST or len(_rest(ground, place, field)) == 1


def best_withheld(
    ground: Ground, place: Place, field: Field, kpi: str, catalogue: Catalogue
) -> bool:
    """Whether the column of the best outlet of a place stays closed; an open one has no name.

    Out of reach it is given by one KPI alone, or asking by every KPI would open outlet after
    outlet; and only where the average, less all that is given, still hides two outlets or more.
    `field` holds the whole nation.
    """
    best = field.best(place, kpi, catalogue)
    if best is None or withheld(ground, place, field):
        return True
    if not _hidden(ground, {best}):
        return False
    if kpi != BEST_BY:
        return True
    given = {
        field.best(other, BEST_BY, catalogue)
        for other in ground.places.values()
        if may_compare(ground, Slice(other.id)) and not withheld(ground, other, field)
    }
    piece = next(piece for piece in _pieces(ground, field) if best in piece)
    return len(piece - given) < FEWEST - 1


def _hidden(ground: Ground, outlets: set[int]) -> set[int]:
    return set() if ground.reach.everything else outlets - ground.reach.outlets


def _averaged(ground: Ground, place: Place, field: Field) -> Iterator[set[int]]:
    """The hidden outlets of each region of a place whose average the viewer is given."""
    for inner in ground.places.values():
        open_ = inner.parent == place.id and may_compare(ground, Slice(inner.id))
        if open_ and not withheld(ground, inner, field):
            yield _hidden(ground, set(field.of(inner)))


def _rest(ground: Ground, place: Place, field: Field) -> set[int]:
    """The hidden outlets of a place that no average of a region below it covers."""
    hidden = _hidden(ground, set(field.of(place)))
    return hidden.difference(*_averaged(ground, place, field))


def _pieces(ground: Ground, field: Field) -> Iterator[set[int]]:
    """The smallest groups of hidden outlets of which sums follow from the averages given."""
    for place in ground.places.values():
        if may_compare(ground, Slice(place.id)) and not withheld(ground, place, field):
            yield _rest(ground, place, field)


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
