"""Inputs of simulations in columns, kept in the process for as long as they are right.

A number that is changed in a plan leaves its inputs as they are: they are read again once a fact
of these outlets came, or a row that they rest on was changed. Kept are the last few, so many deals
in all; whoever asks has been found to see the pay of all these outlets.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cheji.engine.definitions import Component, PayPlan, body_of
from cheji.engine.money import round_half_up
from cheji.engine.pay import Given, sought
from cheji.engine.periods import from_key
from cheji.facts import mark
from cheji.facts.mirror.identity import database
from cheji.reads.appraisals import Month
from cheji.reads.kpis.gathering import Gathering, Span, kpi_values, measure_codes
from cheji.reads.kpis.gathering import gather as gather_measures
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.kpis.ground import Place as Unit
from cheji.reads.pay.aims import Aim, aims, as_of_month, unset
from cheji.reads.pay.deciding import decided_for
from cheji.reads.pay.gathered import Extra
from cheji.reads.pay.gathering import gather
from cheji.reads.pay.groups import firsts_of_groups
from cheji.reads.pay.resting import Stamp, newer, stamp
from cheji.reads.pay.volumes import VOLUMES, Counting, at_volume, counting, sold, with_one_more

if TYPE_CHECKING:
    from cheji.engine.pay.columns import Cells

FEN: Final = 100
GROSS: Final = "gross"
MOST_DEALS: Final = 200_000  # kept in a process; each takes about 2.7 kB, with the other volumes
FIGURES: Final = frozenset("0123456789.,%/-+ ")

Whom = tuple[tuple[str, ...], tuple[str, ...], str]
"""Posts, outlets and scheme of a plan."""
Place = tuple[str, int]
"""An outlet's code and a month's key."""
Progress = Callable[[int, int], None]


class Cell(NamedTuple):
    """A person in an outlet's month."""

    person: int
    outlet: str
    month: int


class Filled(NamedTuple):
    """A cell with what its pay is worked out from, and the KPIs in it that only count.

    `visits`: he is paid for his deals alone. `unset` are the aims that are not set for him;
    `schemed`: the scheme of the plans was in force.
    """

    cell: Cell
    given: Given
    counted: Counting
    visits: bool
    unset: frozenset[Aim] = frozenset()
    schemed: bool = True


@dataclass(frozen=True)
class Inputs:
    """The cells of all plans for the same people, as they were and in columns.

    `volumes` are by percent of deals more or fewer; `alone` are months with deals, each for
    itself, and `more` the same with one more deal; `selling` are their outlets, and what was sold.
    `aimless` are by aim the places of the cells for which it is not set, `scoreless` those of
    people without a score, `schemeless` the months in which the scheme was not in force.
    """

    cells: Sequence[Cell]
    columns: Cells
    volumes: Mapping[int, Cells] = field(default_factory=dict)
    alone: Cells | None = None
    more: Cells | None = None
    selling: Sequence[tuple[str, int]] = ()
    aimless: Mapping[Aim, Sequence[int]] = field(default_factory=dict)
    scoreless: Sequence[int] = ()
    schemeless: Sequence[int] = ()


@dataclass(frozen=True)
class Loaded:
    """What was read for plans, by whom they are for; `gross` of outlets' months in fen.

    `mark` is the highest fact id then and `database` whose it is, `stamp` what else it rested on.
    """

    inputs: Mapping[Whom, Inputs]
    gross: Mapping[Place, int]
    mark: int
    database: str
    stamp: Stamp

    @property
    def deals(self) -> int:
        return sum(one.columns.deals.cell.size for one in self.inputs.values())


@dataclass(frozen=True)
class Wanted:
    """What is to be read: outlets, months, plans, ids of people (None is everybody)."""

    places: tuple[Unit, ...]
    months: tuple[int, ...]
    plans: tuple[PayPlan, ...]
    people: tuple[int, ...] | None
    deep: bool

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal where the same is to be read: other numbers in a plan make no difference."""
        forms = tuple(dict.fromkeys(_form(body_of(plan)) for plan in self.plans))
        places = tuple(place.id for place in self.places)
        firsts = tuple(dict.fromkeys(sought(one) for one in self.firsts(self.plans)))
        return places, self.months, forms, self.people, self.deep, firsts

    @staticmethod
    def firsts(plans: Iterable[PayPlan]) -> list[Component]:
        """Components that pay first deals of a team or outlet: what they seek is read by name."""
        return [part for plan in plans for part in firsts_of_groups(plan)]

    def stamp(self) -> Stamp:
        last = max(self.months)
        until = max(from_key("month", last, place.closing_day).until for place in self.places)
        return stamp([place.id for place in self.places], last, until)

    def is_right(self, kept: Loaded) -> bool:
        ids = [place.id for place in self.places]
        same = kept.database == database(kept.mark)
        return same and not newer(ids, max(self.months), kept.mark) and self.stamp() == kept.stamp


_KEPT: OrderedDict[tuple[Any, ...], Loaded] = OrderedDict()
_LOCK = Lock()


def loaded(ground: Ground, wanted: Wanted, progress: Progress) -> Loaded:
    """The inputs, as they were kept or read now; `ground` sees everything there."""
    key = wanted.key
    with _LOCK:
        kept = _KEPT.get(key)
    if kept is None or not wanted.is_right(kept):
        kept = _load(ground, wanted, progress)
    with _LOCK:
        _KEPT[key] = kept
        _KEPT.move_to_end(key)
        while sum(one.deals for one in _KEPT.values()) > MOST_DEALS:
            _KEPT.popitem(last=False)
    return kept


def forget() -> None:
    """Keep nothing."""
    with _LOCK:
        _KEPT.clear()


def _form(part: Any) -> Any:
    """A body with every number alike: what it asks for, and not how much of it."""
    if isinstance(part, Mapping):
        return tuple((name, _form(one)) for name, one in part.items())
    if isinstance(part, list | tuple):
        return tuple(map(_form, part))
    return "" if _is_figure(part) else part


def _is_figure(part: Any) -> bool:
    if isinstance(part, str):
        return bool(part) and set(part) <= FIGURES
    return not isinstance(part, bool) and part is not None


# -- read --------------------------------------------------------------------------------------


def _load(ground: Ground, wanted: Wanted, progress: Progress) -> Loaded:
    """The stamp and the mark come first: what changes while it is read makes it outdated."""
    before, now = wanted.stamp(), mark()
    months = wanted.months
    asked = [Month(ground, place, at, now, months) for place in wanted.places for at in months]
    cells = _cells(asked, wanted, progress)
    inputs = {}
    for one, own in cells.items():
        firsts = wanted.firsts(plan for plan in wanted.plans if whom(plan) == one)
        inputs[one] = _inputs(own, firsts, deep=wanted.deep)
    gross = _gross(ground, wanted) if wanted.deep else {}
    return Loaded(inputs, gross, now, database(now), before)


def whom(plan: PayPlan) -> Whom:
    """What decides for whom inputs are read, and with which scores."""
    return (*plan.posts, *plan.levels), plan.outlets, plan.scheme


def _cells(asked: Sequence[Month], wanted: Wanted, progress: Progress) -> dict[Whom, list[Filled]]:
    """Inputs read once for all plans that are for the same people, month by month.

    They are read outlet by outlet: what an outlet's months need is then read for all of them.
    """
    alike: dict[Whom, list[PayPlan]] = {}
    for plan in wanted.plans:
        alike.setdefault(whom(plan), []).append(plan)
    found: dict[Whom, list[Filled]] = {one: [] for one in alike}
    for done, month in enumerate(asked):
        progress(done, len(asked))
        for one, same in alike.items():
            found[one] += _month(month, same, wanted.people)
    for own in found.values():
        own.sort(key=lambda one: one.cell.month)
    return found


def _together(plans: Sequence[PayPlan]) -> PayPlan:
    """A plan that looks at everything that one of them looks at; no plan in force is like it."""
    return replace(
        plans[0],
        zh="",
        components=tuple(part for plan in plans for part in plan.components),
        factors=tuple(part for plan in plans for part in plan.factors),
        gates=tuple(part for plan in plans for part in plan.gates),
        catch_ups=tuple(part for plan in plans for part in plan.catch_ups),
        holdbacks=(),
        earned_at=(),
    )


def _month(
    asked: Month, plans: Sequence[PayPlan], people: Sequence[int] | None
) -> Iterator[Filled]:
    plan = as_of_month(asked, _together(plans))
    schemed = plan.scheme == plans[0].scheme
    codes = frozenset(code for one in plans for code in decided_for(asked, one))
    made = gather(asked, plan, people, Extra(runs=False, decided=codes))
    counted = counting(asked.catalogue, plan.kpis)
    looked = aims(plan)
    for who, given in made.givens.items():
        if who in made.stints or who in made.visitors:
            cell = Cell(who, asked.outlet.code, asked.month)
            visits = who not in made.stints
            none = frozenset[Aim]() if visits else unset(given, looked)
            yield Filled(cell, given, counted, visits, none, schemed)


def _gross(ground: Ground, wanted: Wanted) -> dict[Place, int]:
    """Gross of each outlet's month in fen, as its own KPI counts it."""
    found = {}
    for place in wanted.places:
        narrow, keys = ground.narrow(Slice(place.id)), wanted.months
        rulings = {key: ground.ruling("month", key, place.id) for key in keys}
        codes = {code for one in rulings.values() for code in measure_codes(one.ruling, [GROSS])}
        span = Span("month", keys)
        columns = gather_measures(ground, Gathering(narrow, (), span, tuple(codes))).get((), {})
        for key, ruling in rulings.items():
            value = kpi_values(ruling, [GROSS], columns, (key,)).get(GROSS)
            if value is not None:
                found[place.code, key] = round_half_up(value * FEN)
    return found


def _aimless(filled: Sequence[Filled]) -> dict[Aim, list[int]]:
    found: dict[Aim, list[int]] = {}
    for at, one in enumerate(filled):
        for own in one.unset:
            found.setdefault(own, []).append(at)
    return found


def _inputs(filled: Sequence[Filled], firsts: Sequence[Component], *, deep: bool) -> Inputs:
    """Budgets are spent by all outlets of a month together, unless a month stands for itself."""
    from cheji.engine.pay.columns import cells_of  # noqa: PLC0415  numpy is for simulations alone

    cells, given = [one.cell for one in filled], [one.given for one in filled]
    people, months = [cell.person for cell in cells], [cell.month for cell in cells]
    visits = [one.visits for one in filled]
    columns = cells_of(given, people, months, visits)
    scores = [at for at, one in enumerate(filled) if not one.visits and one.given.score is None]
    before = sorted({one.cell.month for one in filled if not one.schemed})
    plain = Inputs(cells, columns, aimless=_aimless(filled), scoreless=scores, schemeless=before)
    if not deep:
        return plain
    counted = [one.counted for one in filled]
    selling = [one for one in filled if one.given.deals]
    alone = [one.visits for one in selling]
    return replace(
        plain,
        volumes={
            percent: cells_of(at_volume(given, percent, counted, firsts), people, months, visits)
            for percent in VOLUMES
        },
        alone=cells_of([one.given for one in selling], visits=alone),
        more=cells_of([with_one_more(one.given, one.counted) for one in selling], visits=alone),
        selling=[(one.cell.outlet, sold(one.given)) for one in selling],
    )
