"""Averages over the outlets of a region or nation, and the best of them: beyond one's reach.

An average is given only over three outlets or more, and only where subtracting what the viewer
sees anyway leaves more than a single outlet. A best out of reach is one outlet's column without its
name: it is given by deliveries alone, and only where no subtraction then leaves a single one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cheji.engine.benchmarks import band
from cheji.engine.kpis import Input, Inputs, mean_inputs
from cheji.engine.periods import from_key
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.gathering import Columns, Gathering, Span, filled, gather, kpi_values
from cheji.reads.kpis.ground import Ground, Place, Slice
from cheji.records.models import Post, Unit
from cheji.records.refusals import NotFound
from cheji.records.visibility import of, operator

FEWEST = 3
BEST_BY = "deliveries"
EACH = "each"
"""In place of a KPI: every line is the best one's of that line, and no outlet's as a whole."""
SIZES = (6, 11, 21)
"""From how many people who sell on an outlet counts as middling, large, very large."""
SELLING = (Post.Role.CONSULTANT, Post.Role.TEAM_LEAD)


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

    def mean(self, outlets: Iterable[int]) -> dict[int, dict[str, Input]]:
        """Inputs averaged over outlets, period by period."""
        columns = [self.column(outlet) for outlet in sorted(outlets)]
        return {key: mean_inputs([column[key] for column in columns]) for key in self.keys}

    def average(self, place: Place) -> dict[int, dict[str, Input]]:
        """Inputs averaged over the place's outlets, period by period."""
        return self.mean(self.of(place))

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

    def best_of_each(
        self, place: Place, kpis: Sequence[str], catalogue: Catalogue
    ) -> dict[str, tuple[int, Fraction]]:
        """By KPI that should rise or fall: the outlet that is best by it, and its value."""
        known = [code for code in kpis if code in catalogue.ruling.kpi]
        by_outlet = {
            outlet: kpi_values(catalogue, known, self.column(outlet), self.keys)
            for outlet in self.of(place)
        }
        found = {}
        for code in known:
            sign = {"up": 1, "down": -1}.get(catalogue.ruling.kpi[code].direction, 0)
            values = [
                (v, outlet) for outlet, of in by_outlet.items() if (v := of[code]) is not None
            ]
            if sign and values:
                value, outlet = max(values, key=lambda pair: (sign * pair[0], -pair[1]))
                found[code] = outlet, value
        return found


def field_of(
    ground: Ground, nation: Place, months: Sequence[int], measures: Sequence[str], *more: int
) -> Field:
    """The outlets of the nation, and further ones, over months."""
    narrow = ground.beyond(nation.outlets | set(more))
    span = Span("month", tuple(months))
    columns = gather(ground, Gathering(narrow, ("outlet",), span, tuple(measures)))
    moving = active(ground, nation.outlets, "month", span.keys)
    return Field(columns, span.keys, moving, tuple(measures))


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


def each_withheld(ground: Ground, place: Place, field: Field) -> bool:
    """Whether the best by line stays closed: it opens outlet after outlet, all or none."""
    outlets = set(field.of(place))
    return not outlets or bool(_hidden(ground, outlets))


def similar(ground: Ground, nation: Place, own: Place, month: int) -> frozenset[int]:
    """Outlets of the same brand and about as many people who sell, the own one left out.

    As they stood at the end of the month: who asks again later compares with the same ones.
    """
    rows = of(operator(ground.viewer.on)).units().filter(kind=Unit.Kind.OUTLET)
    brands = dict(rows.filter(id__in=nation.outlets | {own.id}).values_list("id", "brand"))
    bands = sizes(ground, brands, month)
    like = brands[own.id], bands[own.id]
    return frozenset(o for o in brands if (brands[o], bands[o]) == like) - {own.id}


def sizes(ground: Ground, outlets: Iterable[int], month: int) -> dict[int, int]:
    """How large outlets were at the end of a month, by people who sell: a band of `SIZES`."""
    until = from_key("month", month).until
    heads = dict.fromkeys(outlets, 0)
    posts = Post.objects.filter(role__in=SELLING, since__lt=until).exclude(until__lt=until)
    for unit in posts.values_list("unit", flat=True):
        for outlet in _stand_in(ground.places[unit]) & heads.keys():
            heads[outlet] += 1
    return {outlet: band(count, SIZES) for outlet, count in heads.items()}


def _stand_in(place: Place) -> frozenset[int]:
    """The outlet of an outlet or team; a post above them is in none."""
    return place.outlets if place.kind in ("outlet", "team") else frozenset()


def similar_withheld(ground: Ground, nation: Place, field: Field, month: int, own: Place) -> bool:
    """Whether the average of the similar outlets stays closed.

    Every group of hidden outlets that the averages given, the bests, and the similar ones of all
    of the viewer's outlets cut out together must hold two outlets or more.
    """
    alike = similar(ground, nation, own, month) & field.active
    hidden = _hidden(ground, set(alike))
    if not alike or (hidden and len(alike) < FEWEST):
        return True
    if not hidden:
        return False
    mine = [place for place in ground.places_in_reach("outlet") if place.id in nation.outlets]
    groups = [similar(ground, nation, place, month) & field.active for place in mine]
    return any(len(group) < FEWEST - 1 for group in _cut(ground, field, groups))


def _cut(ground: Ground, field: Field, groups: Sequence[frozenset[int]]) -> list[set[int]]:
    """The hidden outlets sorted by which of the given groups they belong to."""
    open_ = [
        place
        for place in ground.places.values()
        if may_compare(ground, Slice(place.id)) and not withheld(ground, place, field)
    ]
    given = [frozenset(field.of(place)) for place in open_]
    ruling = ground.ruling("month", field.keys[-1])
    opened = {field.best(place, BEST_BY, ruling) for place in open_}
    atoms: dict[tuple[bool, ...], set[int]] = {}
    for outlet in _hidden(ground, set(field.active)) - opened:
        inside = tuple(outlet in group for group in (*given, *groups))
        if any(inside):
            atoms.setdefault(inside, set()).add(outlet)
    return list(atoms.values())


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


def around(ground: Ground, outlet: Place) -> list[Place]:
    """Of the nation and the region with which an outlet is compared, those with others in them."""
    return [place for place in compared(ground, outlet) if place and place.outlets - {outlet.id}]


def may_compare(ground: Ground, whose: Slice) -> bool:
    """Whether a benchmark is open to the viewer: he sees an outlet under it as a whole."""
    place = ground.places.get(whose.unit)
    if place is None or place.kind not in ("group", "region"):
        return False
    return ground.whole(place) or bool(place.outlets & ground.outlets)
