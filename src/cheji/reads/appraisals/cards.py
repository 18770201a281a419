"""Score cards: live from facts, or as a kept run has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cheji.engine.definitions import Scheme
from cheji.engine.money import round_half_up
from cheji.reads.appraisals.items import KeyOf, adjustments_seen, items_seen
from cheji.reads.appraisals.live import live
from cheji.reads.appraisals.shapes import ScoreSeen
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
from cheji.reads.kept import Kept, KeptRow, detail, exact, lines_of, run_of
from cheji.reads.kpis.ground import Ground, Key, Slice
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
        tuple(items_seen(asked.catalogue.ruling, scheme, reason, _keys(asked, whose, scheme))),
        reason,
        basis.digest,
        basis.mark,
        asked.ground.viewer.on,
        basis.run,
        adjustments_seen(reason),
    )


def _keys(asked: Month, whose: Slice, scheme: Scheme) -> KeyOf:
    scope = measured(asked, whose, scheme)
    return lambda kpi: Key(scope, "month", asked.month, kpi).text
