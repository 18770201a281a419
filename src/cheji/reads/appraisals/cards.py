"""Score cards: live from facts, or as a kept run has them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from cheji.engine.definitions import Scheme, SchemeItem
from cheji.engine.money import round_half_up
from cheji.engine.scores import standard
from cheji.reads.appraisals.live import live
from cheji.reads.appraisals.shapes import AdjustmentSeen, ItemSeen, ScoreSeen
from cheji.reads.appraisals.whom import (
    Month,
    allowed,
    appraised,
    measurable,
    measured,
    month_of,
    must_see,
    outlet_seen,
    own_scheme,
)
from cheji.reads.kept import Kept, KeptRow, detail, exact, lines_of, parts, run_of
from cheji.reads.kpis.ground import Ground, Key, Slice
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import KpiSeen
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

TOTAL = "total"
SCALE = 10_000


def score_card(
    viewer: Viewer, person: str, month: int, *, scheme: str = "", outlet: str = ""
) -> ScoreSeen:
    """The score card of a person, by staff number, in an outlet or the one he stands in.

    Without a scheme it is the first that is for his post.

    Raises:
        NotFound: the person's appraisal is not the viewer's to see.
    """
    ground = Ground(viewer)
    whose = ground.person(person, outlet)
    asked = month_of(ground, whose, month)
    must_see(ground, asked, whose)
    chosen = asked.catalogue.scheme(scheme or own_scheme(asked, whose))
    if not measurable(asked, whose, chosen):
        raise NotFound(noun="score card", key=whose.text)
    return _cards(asked, [whose], chosen)[0]


def score_cards(
    viewer: Viewer, outlet: str, month: int, *, scheme: str = ""
) -> tuple[ScoreSeen, ...]:
    """The score cards of an outlet's people that the viewer may see, best first.

    Whom the scheme is for; one that names no post is for consultants.

    Raises:
        NotFound: the viewer has nothing to do with the outlet.
    """
    ground = Ground(viewer)
    place = outlet_seen(ground, outlet)
    asked = month_of(ground, Slice(place.id), month)
    chosen = asked.catalogue.scheme(scheme)
    slices = [
        whose
        for whose in appraised(asked, chosen)
        if allowed(ground, asked, whose) and measurable(asked, whose, chosen)
    ]
    cards = _cards(asked, slices, chosen) if slices else []
    return tuple(sorted(cards, key=lambda card: (card.total is None, -(card.total or 0))))


def to_keep(viewer: Viewer, outlet: str, month: int, *, scheme: str = "") -> Kept:
    """What a score run of the outlet's month is kept with: a line per person, reason and all."""
    ground = Ground(viewer)
    place = ground.place(outlet)
    asked = month_of(ground, Slice(place.id), month)
    chosen = asked.catalogue.scheme(scheme)
    found = live(asked, appraised(asked, chosen), chosen)
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
        tuple(_items(basis, whose, reason)),
        reason,
        basis.digest,
        basis.mark,
        asked.ground.viewer.on,
        basis.run,
        tuple(
            AdjustmentSeen(part["code"], exact(part["value"]) or Fraction(0), part)
            for part in parts(reason)
            if part["kind"] == "score_adjustment"
        ),
    )


Names = Mapping[str, tuple[str, str]]


def _items(basis: Basis, whose: Slice, reason: dict[str, Any]) -> Iterator[ItemSeen]:
    """The items of a card; those that the scheme does not name any more are KPIs of old runs."""
    named = {item.key: item for item in basis.scheme.items}
    scope = measured(basis.asked, whose, basis.scheme)
    names = _names(basis)
    for part in parts(reason):
        if part["kind"] == "score_item":
            code = part["code"]
            item = named.get(code, SchemeItem(kpi=code, method=detail(part, "method") or "ratio"))
            yield _item(basis.asked, scope, item, part, names)


def _names(basis: Basis) -> dict[str, tuple[str, str]]:
    """What items are called that others need."""
    needed = {need.item for item in basis.scheme.items for need in item.needs}
    seen = {
        item.key: _heading(basis.asked, item) for item in basis.scheme.items if item.key in needed
    }
    return {code: (one.zh, one.en) for code, one in seen.items()}


def _heading(asked: Month, item: SchemeItem) -> KpiSeen:
    """A KPI's heading, with the item's own name where it has one."""
    if item.kpi not in asked.catalogue.ruling.kpi:
        own = item.zh or item.key, item.en or item.key
        return KpiSeen(item.key, *own, "point", 2, "up", "", "")
    found = heading(asked.catalogue.ruling, item.kpi)
    return replace(found, zh=item.zh or found.zh, en=item.en or found.en)


def _item(
    asked: Month, scope: Slice, item: SchemeItem, part: dict[str, Any], names: Names
) -> ItemSeen:
    """An item from its reason, which a run keeps and a live card makes alike."""
    seen = _heading(asked, item)
    return ItemSeen(
        seen,
        Key(scope, "month", asked.month, item.kpi).text if seen.formula_zh else "",
        exact(detail(part, "weight")) or Fraction(0),
        exact(detail(part, "actual")),
        exact(detail(part, "target")),
        exact(detail(part, "attainment")),
        exact(part["value"]) or Fraction(0),
        part,
        part["code"],
        detail(part, "method") or "",
        standard(item, rate=seen.unit == "ratio", names=names) if item.weight else (),
    )
