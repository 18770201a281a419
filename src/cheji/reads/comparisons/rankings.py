"""Who stands where, among like ones: named, nameless or each for himself, as an outlet decides.

What a viewer does not see otherwise he is given here without names, and only where three or more
stand behind it; each KPI by itself, so that no row tells of one person by two figures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from cheji.engine.benchmarks import Place
from cheji.engine.definitions import Kpi
from cheji.engine.money import rounded
from cheji.engine.periods import from_key
from cheji.facts import mark
from cheji.reads.comparisons.runners import Group, Runner, outlets_running, people_running, placed
from cheji.reads.comparisons.sides import Question
from cheji.reads.kpis import benchmarks
from cheji.reads.kpis.ground import Ground, Key, Slice
from cheji.reads.kpis.ground import Place as Unit
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.lights import LEAST
from cheji.reads.kpis.shapes import Cell, KpiSeen, Of
from cheji.records.models import RankingRule
from cheji.records.refusals import BadValue, NotFound
from cheji.records.rights import SEES
from cheji.records.visibility import Viewer

USUAL = ("deliveries", "orders", "new_conversion", "delivery_rate")
FEWEST = benchmarks.FEWEST


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """How an outlet ranks: without a rule of its own each sees himself alone."""

    mode: str
    kpis: tuple[str, ...]
    least: int
    ramp: tuple[int, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row. `of` is None where the viewer is not told who it is; `rank` None says `why`.

    `counted` is the value by which a new starter is ranked, where that is not his own.
    """

    of: Of | None
    mine: bool
    rank: int | None
    cell: Cell
    counted: Fraction | None
    sample: Fraction | None
    why: str
    light: str


@dataclass(frozen=True, slots=True)
class Board:
    """One group of like ones; `withheld` when fewer than three unnamed ones are in it."""

    group: int
    rows: tuple[Ranked, ...]
    of: int
    withheld: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranking by one KPI; `kpis` are those that may be chosen, `models` those that sold."""

    of: Of
    by: str
    kpi: KpiSeen
    kpis: tuple[KpiSeen, ...]
    period: int
    group: Group
    mode: str
    rule: RuleSeen
    boards: tuple[Board, ...]
    mark: int
    on: date
    models: tuple[str, ...] = ()
    model: str = ""


def rule_of(outlet: int) -> RuleSeen:
    """An outlet's rule."""
    row = RankingRule.objects.filter(outlet=outlet).first()
    if row is None:
        return RuleSeen("self", USUAL, LEAST, (), 0)
    return RuleSeen(row.mode, tuple(row.kpis), row.least, tuple(row.ramp), row.version)


def ranking(
    viewer: Viewer,
    *,
    outlet: str = "",
    kpi: str = "",
    period: int | None = None,
    group: Group = "",
    model: str = "",
    wall: bool = False,
) -> Ranking:
    """The people of an outlet by a KPI of a month; without an outlet the viewer's own.

    `group` ranks by months of service, `model` counts one model alone. On the `wall` everybody is
    treated as a passer-by: names only where the outlet shows them.

    Raises:
        NotFound: it is not the viewer's outlet, or its rankings are off for him.
    """
    ground = Ground(viewer)
    ground.must_see()
    place = _outlet(ground, outlet)
    rule = rule_of(place.id)
    whole = ground.whole(place) and not wall
    shown = rule.mode in ("named", "anonymous") if wall else rule.mode != "off" or whole
    if not shown or (model and not whole):  # who alone sold a model would be recognised
        raise NotFound(noun="ranking", key=outlet)
    month = period or _this_month(viewer)
    asked = _asked(ground, place, month, kpi, rule)
    telling = Telling(
        ground, place.id, rule, wall, asked.catalogue.ruling.kpi[asked.kpis[0]], month
    )
    boards = _boards(telling, people_running(asked, rule.ramp, group, model))
    catalogue = asked.catalogue.ruling
    return Ranking(
        ground.seen(Slice(place.id)),
        "person",
        heading(catalogue, asked.kpis[0]),
        tuple(heading(catalogue, code) for code in rule.kpis if code in catalogue.kpi),
        month,
        group,
        rule.mode,
        rule,
        tuple(boards),
        mark(),
        viewer.on,
        _models(ground, place, month) if whole else (),
        model,
    )


def _models(ground: Ground, place: Unit, month: int) -> tuple[str, ...]:
    """What was sold of at a place in a month: by these it may be cut."""
    rows = ground.scope.facts().filter(outlet__in=place.outlets, month=month)
    return tuple(sorted(set(rows.exclude(model="").values_list("model", flat=True))))


def _outlet(ground: Ground, code: str) -> Unit:
    """The outlet of that code in which the viewer stands, or which he sees as a whole."""
    if not code:
        whose = ground.home()
        place = ground.places.get(whose.unit)
        outlet = next(iter(place.outlets)) if place and len(place.outlets) == 1 else None
        if outlet is None:
            raise BadValue(field="outlet", value="", why="outlet")
        return ground.places[outlet]
    found = ground.by_code.get(code)
    if (
        found is None
        or found.kind != "outlet"
        or not (ground.whole(found) or _stands(ground, found))
    ):
        raise NotFound(noun="outlet", key=code)
    return found


def _stands(ground: Ground, place: Unit) -> bool:
    """Whether a post of the viewer that sees figures is at the outlet or in a team of it."""
    posts = (g for g in ground.viewer.grants if "facts" in SEES[g.role])
    units = [ground.places[grant.unit] for grant in posts]
    return any(place.id in unit.outlets for unit in units if unit.kind in ("outlet", "team"))


def _asked(ground: Ground, place: Unit, month: int, kpi: str, rule: RuleSeen) -> Question:
    try:
        from_key("month", month)
    except (ValueError, OverflowError):
        raise BadValue(field="period", value=str(month), why="2026-11") from None
    asked = Question(ground, Slice(place.id), "month", month, ())
    known = [code for code in rule.kpis if code in asked.catalogue.ruling.kpi]
    chosen = kpi or next(iter(known), "")
    allowed = known if not ground.whole(place) else list(asked.catalogue.ruling.kpi)
    if chosen not in allowed:
        raise NotFound(noun="KPI", key=kpi)
    return Question(ground, Slice(place.id), "month", month, (chosen,))


# -- what the viewer is told of it ----------------------------------------------------------------


@dataclass(frozen=True)
class Telling:
    """How much a viewer is told: whose rows are his, and whether others have names."""

    ground: Ground
    outlet: int
    rule: RuleSeen
    wall: bool
    kpi: Kpi
    period: int

    @property
    def named(self) -> bool:
        return self.rule.mode == "named"

    def light(self, place: Place, value: Fraction | None) -> str:
        """Of a rate that rests on enough cases."""
        if place.why or not self.kpi.is_rate:
            return ""
        return self.ground.lights.of(self.kpi, value)

    def own(self, person: int) -> bool:
        """Whether his figures are the viewer's to see anyway."""
        if self.wall:
            return False
        members = self.ground.scope.reach("coaching").members
        return self.ground.may(Slice(self.outlet, person)) or (self.outlet, person) in members

    def few(self, people: Sequence[int]) -> bool:
        """Whether so few others are among them that a row without a name would still tell."""
        hidden = [person for person in people if not self.own(person)]
        return not self.named and 0 < len(hidden) < FEWEST


def _boards(telling: Telling, runners: Sequence[Runner]) -> list[Board]:
    """The groups; where one of them would tell of somebody, no group shows others.

    Otherwise the rows of all, less those of the other groups, would be his.
    """
    least = max(telling.rule.least, telling.kpi.least)
    places = placed(runners, telling.kpi, least)
    groups: dict[int, list[tuple[Place, Runner]]] = {}
    for place, runner in places:
        groups.setdefault(runner.group, []).append((place, runner))
    few = any(telling.few([one.key for _, one in listed]) for listed in groups.values())
    names = telling.ground.names(runner.key for runner in runners)
    return [_board(telling, group, groups[group], names, few=few) for group in sorted(groups)]


def _board(
    telling: Telling,
    group: int,
    listed: Sequence[tuple[Place, Runner]],
    names: dict[int, tuple[str, str]],
    *,
    few: bool,
) -> Board:
    rows = []
    for place, one in listed:
        if telling.named or telling.own(one.key):
            rows.append(_known(telling, place, one, names, blind=few))
        elif telling.rule.mode == "anonymous" and not few and place.rank is not None:
            rows.append(_nameless(telling, place, one))
    return Board(group, tuple(rows), 0 if few else listed[0][0].of, few)


def _known(
    telling: Telling, place: Place, one: Runner, names: dict[int, tuple[str, str]], *, blind: bool
) -> Ranked:
    """A row with its name; among too few others its place would tell of them, and is not given."""
    whose = Slice(telling.outlet, one.key)
    opens = telling.ground.may(whose) and not telling.wall
    key = Key(whose, "month", telling.period, telling.kpi.code).text if opens else ""
    value = one.result.value
    return Ranked(
        telling.ground.seen(whose, names),
        one.key == telling.ground.viewer.person,
        None if blind else place.rank,
        Cell(value, key),
        one.counted if one.counted != value else None,
        one.sample,
        "too_few" if blind else place.why,
        telling.light(place, value),
    )


def _nameless(telling: Telling, place: Place, one: Runner) -> Ranked:
    """A row of somebody: coarse, since parts of a unit or of a percent tell of small numbers."""
    steps = 100 if telling.kpi.unit == "ratio" else 1
    value = None if one.counted is None else rounded(one.counted * steps, 0) / steps
    return Ranked(None, False, place.rank, Cell(value, ""), None, None, "", "")


# -- outlets -----------------------------------------------------------------------------------


def outlet_ranking(
    viewer: Viewer,
    *,
    unit: str = "",
    kpi: str = "",
    period: int | None = None,
    group: Group = "",
    model: str = "",
) -> Ranking:
    """The outlets below a unit that the viewer sees as a whole, by a KPI of a month.

    Raises:
        NotFound: no such unit, or he does not see it as a whole.
    """
    ground = Ground(viewer)
    ground.must_see()
    whose = ground.whose(unit, "")
    place = ground.places[whose.unit]
    if place.kind not in ("group", "region") or whose.person is not None:
        raise NotFound(noun="unit", key=unit)
    rule = RuleSeen("named", USUAL, LEAST, (), 0)
    asked = _asked(ground, place, period or _this_month(viewer), kpi, rule)
    catalogue = asked.catalogue.ruling
    chosen = catalogue.kpi[asked.kpis[0]]
    return Ranking(
        ground.seen(whose),
        "outlet",
        heading(catalogue, chosen.code),
        tuple(heading(catalogue, code) for code in USUAL if code in catalogue.kpi),
        asked.period,
        group,
        "named",
        rule,
        tuple(_boards_of_outlets(ground, asked, chosen, group, model)),
        mark(),
        viewer.on,
        _models(ground, place, asked.period),
        model,
    )


def _boards_of_outlets(
    ground: Ground, asked: Question, chosen: Kpi, group: Group, model: str
) -> Iterator[Board]:
    groups: dict[int, list[Ranked]] = {}
    for at, one in placed(outlets_running(asked, group, model), chosen, max(LEAST, chosen.least)):
        whose, value = Slice(one.key), one.result.value
        key = Key(replace(whose, model=model or None), "month", asked.period, chosen.code).text
        light = "" if at.why else ground.light(whose, "month", asked.period, chosen, value)
        cell = Cell(value, key)
        row = Ranked(ground.seen(whose), False, at.rank, cell, None, one.sample, at.why, light)
        groups.setdefault(one.group, []).append(row)
    for band_, rows in sorted(groups.items()):
        yield Board(band_, tuple(rows), sum(row.rank is not None for row in rows), withheld=False)


def _this_month(viewer: Viewer) -> int:
    return viewer.on.year * 100 + viewer.on.month
