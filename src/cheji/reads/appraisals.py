"""Score cards: live from facts, or as a kept run has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q

from cheji.engine.definitions import Scheme
from cheji.engine.kpis import Inputs, Value
from cheji.engine.money import round_half_up
from cheji.engine.periods import from_key
from cheji.engine.scores import ScoreCard, score
from cheji.facts import mark
from cheji.reads.definitions import Catalogue
from cheji.reads.kept import Kept, KeptRow, closed_cards, detail, exact, lines_of, parts, run_of
from cheji.reads.kpis.gathering import Gathering, Span, gather, kpi_values, measure_codes
from cheji.reads.kpis.ground import Ground, Key, Place, Slice
from cheji.reads.kpis.headings import heading, headings
from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.seen import Where, Who
from cheji.reads.targets import targets_for
from cheji.records.models import Post
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer

TOTAL = "total"
SCALE = 10_000


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """One KPI of a scheme: value against target, attainment, points; the reason as JSON."""

    kpi: KpiSeen
    key: str
    weight: Fraction
    value: Fraction | None
    target: Fraction | None
    attainment: Fraction | None
    points: Fraction
    reason: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScoreSeen:
    """A person's score of a month; `state` is `estimate` (live), or a kept run's state."""

    person: Who
    outlet: Where
    month: int
    scheme: str
    zh: str
    en: str
    state: str
    total: Fraction | None
    grade: str
    coefficient: Fraction | None
    items: tuple[ItemSeen, ...]
    reason: dict[str, Any]
    digest: str
    mark: int
    on: date
    run: int | None = None


@dataclass(frozen=True)
class Month:
    """An outlet's month in which people are appraised or paid, with the definitions in force."""

    ground: Ground
    outlet: Place
    month: int
    mark: int

    @property
    def catalogue(self) -> Catalogue:
        return self.ground.ruling("month", self.month, self.outlet.id)

    @property
    def span(self) -> Span:
        return Span("month", (self.month,))

    def who(self, names: Mapping[int, tuple[str, str]], person: int) -> Who:
        return Who(person, *names.get(person, (f"#{person}", "")))


def score_card(
    viewer: Viewer, person: str, month: int, *, scheme: str = "", outlet: str = ""
) -> ScoreSeen:
    """The score card of a person, by staff number, in an outlet or the one he stands in.

    Raises:
        NotFound: the person's appraisal is not the viewer's to see.
    """
    ground = Ground(viewer)
    whose = ground.person(person, outlet)
    asked = month_of(ground, whose, month)
    _may(ground, asked, whose)
    return _cards(asked, [whose], asked.catalogue.scheme(scheme))[0]


def score_cards(
    viewer: Viewer, outlet: str, month: int, *, scheme: str = ""
) -> tuple[ScoreSeen, ...]:
    """The score cards of an outlet's consultants that the viewer may see, best first.

    Raises:
        NotFound: the viewer has nothing to do with the outlet.
    """
    ground = Ground(viewer)
    place = outlet_seen(ground, outlet)
    asked = month_of(ground, Slice(place.id), month)
    slices = [w for w in consultants(asked) if _allowed(ground, asked, w)]
    cards = _cards(asked, slices, asked.catalogue.scheme(scheme)) if slices else []
    return tuple(sorted(cards, key=lambda card: (card.total is None, -(card.total or 0))))


def to_keep(viewer: Viewer, outlet: str, month: int, *, scheme: str = "") -> Kept:
    """What a score run of the outlet's month is kept with: a line per person, reason and all."""
    ground = Ground(viewer)
    place = ground.place(outlet)
    asked = month_of(ground, Slice(place.id), month)
    chosen = asked.catalogue.scheme(scheme)
    found = live(asked, consultants(asked), chosen)
    lines = tuple(
        KeptRow(
            TOTAL,
            card.reason.as_json(),
            person=whose.person,
            value=None if card.total is None else round_half_up(card.total * SCALE),
        )
        for whose, card in found.items()
    )
    digest = asked.catalogue.digests[("scheme", chosen.code)]
    return Kept("score", place.id, month, chosen.code, digest, asked.mark, lines, 0)


# -- whose -------------------------------------------------------------------------------------


def month_of(ground: Ground, whose: Slice, month: int) -> Month:
    """The month of the slice's outlet."""
    try:
        from_key("month", month)
    except (ValueError, OverflowError):
        raise BadValue(field="month", value=str(month), why="YYYYMM") from None
    place = ground.places[next(iter(ground.places[whose.unit].outlets))]
    return Month(ground, place, month, mark())


def outlet_seen(ground: Ground, code: str) -> Place:
    """An outlet in which the viewer has a post, at, above or below it."""
    place = ground.by_code.get(code)
    if place is None or not ground.scope.outlets().filter(id=place.id).exists():
        raise NotFound(noun="outlet", key=code)
    return place


def consultants(asked: Month) -> list[Slice]:
    """Those who stood as consultants in the outlet in the month and are in the viewer's reach."""
    period = from_key("month", asked.month, asked.outlet.closing_day)
    posts = Post.objects.filter(
        Q(unit=asked.outlet.id) | Q(unit__parent=asked.outlet.id),
        Q(until=None) | Q(until__gt=period.start),
        since__lt=period.until,
        role=Post.Role.CONSULTANT,
    )
    found: dict[int, Slice] = {}
    for unit, person in posts.order_by("person__number", "since").values_list("unit", "person"):
        for whose in (Slice(asked.outlet.id, person), Slice(unit, person)):
            if person not in found and asked.ground.may(whose):
                found[person] = whose
    return list(found.values())


def _allowed(ground: Ground, asked: Month, whose: Slice) -> bool:
    reach = ground.scope.reach("score_runs")
    inside = reach.everything or asked.outlet.id in reach.outlets
    member = (asked.outlet.id, whose.person) in reach.members
    return inside or member or whose.person in reach.people


def _may(ground: Ground, asked: Month, whose: Slice) -> None:
    if not _allowed(ground, asked, whose):
        raise NotFound(noun="score card", key=whose.text)


# -- what pay goes by --------------------------------------------------------------------------


FROM_RUN = "；取自已关账的得分计算 {run}", "; from the closed score run {run}"
NOT_IN_RUN = (
    "；已关账的得分计算 {run} 中没有此人，按当前数据计算",
    "; calculated now: the closed score run {run} does not hold this person",
)
NO_RUN = "；得分尚未关账，按当前数据计算", "; calculated now: the scores are not closed yet"


def final(asked: Month, slices: Sequence[Slice], scheme: Scheme) -> dict[Slice, ScoreCard]:
    """The scores that pay goes by: the closed run's, else live; the reason says which."""
    run, kept = closed_cards(asked.outlet.id, asked.month, scheme.code)
    rest = [whose for whose in slices if whose.person not in kept]
    fresh = live(asked, rest, scheme) if rest else {}
    without = NOT_IN_RUN if run else NO_RUN
    return {
        whose: _noted(fresh[whose], without, run)
        if whose in fresh
        else _noted(kept[whose.person or 0], FROM_RUN, run)
        for whose in slices
    }


def _noted(card: ScoreCard, notes: tuple[str, str], run: int) -> ScoreCard:
    """The card with a further clause in the words of its reason."""
    clauses = dict(zip(("zh", "en"), notes, strict=True))
    told = tuple(
        (name, f"{text}{clauses[name].format(run=run)}" if name in clauses else text)
        for name, text in card.reason.detail
    )
    return replace(card, reason=replace(card.reason, detail=told))


# -- live --------------------------------------------------------------------------------------


def live(asked: Month, slices: Sequence[Slice], scheme: Scheme) -> dict[Slice, ScoreCard]:
    """Score cards from the facts of the month."""
    kpis = [item.kpi for item in scheme.items]
    columns = inputs(asked, slices, measure_codes(asked.catalogue.ruling, kpis))
    seen = headings(asked.catalogue, kpis)
    aims = targets_for(asked.ground, slices, seen, "month", asked.month)
    found = {}
    for whose in slices:
        parts = asked.ground.parts(whose)
        values = kpi_values(asked.catalogue, kpis, columns.get(whose), asked.span.keys, parts)
        targets: dict[str, Value] = {k: aims[whose, k] for k in kpis if (whose, k) in aims}
        found[whose] = score(scheme, values, targets)
    return found


def inputs(
    asked: Month, slices: Sequence[Slice], codes: Iterable[str]
) -> dict[Slice, dict[int, Inputs]]:
    """Measure inputs of many people: one grouping for each unit through which they are seen."""
    found: dict[Slice, dict[int, Inputs]] = {}
    for unit in dict.fromkeys(whose.unit for whose in slices):
        own = [whose for whose in slices if whose.unit == unit]
        narrow = asked.ground.narrow(own[0] if len(own) == 1 else Slice(unit))
        columns = gather(asked.ground, Gathering(narrow, ("person",), asked.span, tuple(codes)))
        found |= {whose: dict(columns.get((whose.person,), {})) for whose in own}
    return found


def _cards(asked: Month, slices: Sequence[Slice], scheme: Scheme) -> list[ScoreSeen]:
    """Kept where there is a run that holds the person, else live."""
    ground = asked.ground
    names = ground.names(whose.person or 0 for whose in slices)
    run = run_of("score", asked.outlet.id, asked.month, scheme.code)
    kept = lines_of(ground, run, [w.person or 0 for w in slices]) if run else {}
    fresh = live(asked, [w for w in slices if w.person not in kept], scheme)
    digest = asked.catalogue.digests[("scheme", scheme.code)]
    basis = Basis(asked, scheme, "estimate", digest, asked.mark)
    kept_basis = Basis(asked, scheme, run.state, run.digest, run.mark, run.pk) if run else basis
    return [
        _card(kept_basis, whose, names, kept[whose.person or 0][0].reason)
        if whose.person in kept
        else _card(basis, whose, names, fresh[whose].reason.as_json())
        for whose in slices
    ]


@dataclass(frozen=True)
class Basis:
    """What a card stands on: live facts up to a mark, or a kept run."""

    asked: Month
    scheme: Scheme
    state: str
    digest: str
    mark: int
    run: int | None = None


def _card(
    basis: Basis, whose: Slice, names: Mapping[int, tuple[str, str]], reason: dict[str, Any]
) -> ScoreSeen:
    asked, scheme = basis.asked, basis.scheme
    return ScoreSeen(
        asked.who(names, whose.person or 0),
        asked.outlet.where,
        asked.month,
        scheme.code,
        scheme.zh,
        scheme.en,
        basis.state,
        exact(reason["value"]),
        detail(reason, "grade") or "",
        exact(detail(reason, "coefficient")),
        tuple(_item(asked, whose, part) for part in parts(reason)),
        reason,
        basis.digest,
        basis.mark,
        asked.ground.viewer.on,
        basis.run,
    )


def _item(asked: Month, whose: Slice, part: dict[str, Any]) -> ItemSeen:
    """An item from its reason, which a run keeps and a live card makes alike."""
    return ItemSeen(
        heading(asked.catalogue.ruling, part["code"]),
        Key(whose, "month", asked.month, part["code"]).text,
        exact(detail(part, "weight")) or Fraction(0),
        exact(detail(part, "actual")),
        exact(detail(part, "target")),
        exact(detail(part, "attainment")),
        exact(part["value"]) or Fraction(0),
        part,
    )
