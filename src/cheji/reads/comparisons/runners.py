"""Who takes part in a ranking: everybody who sells at an outlet, or the outlets of a unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from django.db.models import Min

from cheji.engine.benchmarks import Entrant, Place, band, ramped, rank, sample
from cheji.engine.definitions import Kpi
from cheji.engine.kpis import Inputs, Result, over
from cheji.engine.periods import from_key
from cheji.reads.comparisons.sides import Question
from cheji.reads.kpis.benchmarks import sizes
from cheji.reads.kpis.gathering import Gathering, filled, gather, span_of
from cheji.records.models import Person, Post

Group = Literal["", "tenure", "size"]
TENURE = (3, 12, 36)
"""Months of service from which a person counts as settled, seasoned, an old hand."""
LONG = 10_000
"""Months of service of who has no day of hiring."""


@dataclass(frozen=True)
class Runner:
    """A person's or outlet's id, its value and n, by what it is ranked, and its group of likes."""

    key: int
    result: Result
    sample: Fraction | None
    counted: Fraction | None
    group: int


def placed(runners: Sequence[Runner], kpi: Kpi, least: int) -> list[tuple[Place, Runner]]:
    """The runners in order of their places, those without one last; a count has no least n."""
    by_key = {str(one.key): one for one in runners}
    entrants = [
        Entrant(
            str(one.key),
            one.counted,
            Fraction(least) if one.sample is None else one.sample,
            str(one.group),
        )
        for one in runners
    ]
    falls = kpi.direction == "down"
    found = rank(entrants, direction="down" if falls else "up", least=least)
    return [(place, by_key[place.entrant.key]) for place in found]


def people_running(
    asked: Question, ramp: Sequence[int], group: Group, model: str = ""
) -> list[Runner]:
    """Everybody who held a consultant's post at the outlet in the month."""
    selling = _selling(asked)
    columns = _columns(asked, selling, model)
    hired, until = _hired(selling), from_key("month", asked.period).until
    found = []
    for person in selling:
        served = _months(hired.get(person), until)
        at = band(served, TENURE) if group == "tenure" else 0
        found.append(_runner(asked, person, columns[person], at, served, ramp))
    return found


def _runner(
    asked: Question,
    key: int,
    months: Sequence[Inputs],
    group: int,
    served: int = LONG,
    ramp: Sequence[int] = (),
) -> Runner:
    (code,) = asked.kpis
    kpi = asked.catalogue.ruling.kpi[code]
    result = over(asked.catalogue.ruling, code, months)
    rate = kpi.unit == "ratio" or "/" in kpi.unit
    counted = result.value if rate else ramped(result.value, served, ramp)
    return Runner(key, result, sample(kpi, result) if rate else None, counted, group)


def _columns(asked: Question, people: Iterable[int], model: str) -> dict[int, list[Inputs]]:
    outlet = frozenset({asked.whose.unit})
    span = span_of("month", asked.months[0], asked.months[-1])
    by = ("person", "model") if model else ("person",)
    columns = gather(asked.ground, Gathering(asked.ground.beyond(outlet), by, span, asked.measures))
    scopes = {one: (one, model) if model else (one,) for one in people}
    return {
        one: list(filled(columns.get(scope), asked.months, asked.measures))
        for one, scope in scopes.items()
    }


def _selling(asked: Question) -> list[int]:
    """By the month, not the day: who leaves in it stays, or his row would be the one that went."""
    month = from_key("month", asked.period, asked.place.closing_day)
    teams = [p.id for p in asked.ground.places.values() if p.parent == asked.whose.unit]
    posts = Post.objects.filter(unit__in=[asked.whose.unit, *teams], role=Post.Role.CONSULTANT)
    posts = posts.filter(since__lt=month.until).exclude(until__lte=month.start)
    return sorted(set(posts.values_list("person", flat=True)))


def _hired(people: Iterable[int]) -> dict[int, date]:
    """The day somebody was hired, or got his first post."""
    rows = Person.objects.filter(id__in=list(people)).annotate(first=Min("posts__since"))
    return {pk: day or first for pk, day, first in rows.values_list("id", "hired_on", "first")}


def _months(hired: date | None, until: date) -> int:
    """Full months of service at the end of a month."""
    if hired is None:
        return LONG
    months = (until.year - hired.year) * 12 + until.month - hired.month
    return max(months - (until.day < hired.day), 0)


def outlets_running(asked: Question, group: Group, model: str = "") -> list[Runner]:
    """The outlets of a unit that the viewer sees as a whole, by size where asked."""
    ground = asked.ground
    outlets = sorted(asked.place.outlets)
    span = span_of("month", asked.months[0], asked.months[-1])
    by = ("outlet", "model") if model else ("outlet",)
    columns = gather(ground, Gathering(ground.narrow(asked.whose), by, span, asked.measures))
    wanted = asked.months, asked.measures
    bands = sizes(ground, outlets, asked.period) if group == "size" else {}
    return [
        _runner(
            asked,
            outlet,
            list(filled(columns.get((outlet, model) if model else (outlet,)), *wanted)),
            bands.get(outlet, 0),
        )
        for outlet in outlets
    ]
