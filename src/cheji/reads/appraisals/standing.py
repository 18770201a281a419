"""Where somebody stands in a cycle: live through the period, then as it was published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

from cheji.engine.definitions import Definitions, Scheme
from cheji.engine.money import rounded
from cheji.engine.periods import DAY, Grain
from cheji.engine.scores import Given, ScoreCard, prepared, thawed
from cheji.engine.scores.cycles import FINAL
from cheji.engine.targets import Progress, progress
from cheji.facts import mark
from cheji.reads.appraisals.figures import figures_of, slice_of
from cheji.reads.appraisals.items import KeyOf, adjustments_seen, heading_of, items_seen
from cheji.reads.appraisals.shapes import ScoreSeen
from cheji.reads.kept import detail, exact, parts
from cheji.reads.kpis.ground import Ground, Key
from cheji.reads.seen import where, who
from cheji.reads.targets.kept import sums_over_time
from cheji.records.appraised import givens_of, scheme_for
from cheji.records.models import Appraisal
from cheji.records.standing import inputs_of, standings
from cheji.records.visibility import Viewer

ZERO = Fraction(0)
#: Points are told in hundredths: less than half of one is nothing.
DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Weakest:
    """The item that lost the most points, and how many."""

    code: str
    zh: str
    en: str
    lost: Fraction


@dataclass(frozen=True, slots=True)
class Total:
    """One line of a board: total, grade, weakest item; `final` once it is published."""

    total: Fraction | None
    grade: str
    weakest: Weakest | None
    final: bool


def cards_now(viewer: Viewer, rows: Sequence[Appraisal]) -> dict[int, ScoreCard]:
    """Score cards as if the period ended today; rows are read with `cycle` and `scheme`."""
    givens = givens_of(rows, figures_of(viewer, rows))
    scorers: dict[int, Any] = {}
    found = {}
    for row in rows:
        if row.scheme_id not in scorers:
            scorers[row.scheme_id] = prepared(scheme_for(row))
        found[row.pk] = scorers[row.scheme_id].score(_shown(viewer, row, givens[row.pk]))
    return found


def _shown(viewer: Viewer, row: Appraisal, given: Given) -> Given:
    """Who is appraised sees others' marks once they are published."""
    if viewer.person != row.person_id or row.cycle.state in FINAL:
        return given
    goals = {
        code: tuple(replace(goal, done=None) for goal in goals)
        for code, goals in given.goals.items()
    }
    return replace(given, ratings={}, goals=goals)


def standing(viewer: Viewer, row: Appraisal) -> ScoreSeen:
    """One appraisal's score: live before publication, from what was published after it."""
    ground, scheme = Ground(viewer), scheme_for(row)
    if row.cycle.state not in FINAL:
        return _seen(ground, row, scheme, cards_now(viewer, [row])[row.pk], "estimate")
    held = {kept.appraisal_id: text for kept, text in inputs_of(row.cycle, row.person_id)}
    result = standings(row.cycle, [row.person_id]).get(row.person_id)
    if row.pk not in held or result is None:
        return _seen(ground, row, scheme, prepared(scheme).score(Given()), "estimate")
    part = _seen(ground, row, scheme, thawed(held[row.pk]), "closed")
    return replace(
        part,
        total=result.total,
        grade=result.grade,
        coefficient=result.coefficient,
        state="adjusted" if result.adjusted else "closed",
        run=result.run,
        reason=cast("dict[str, Any]", {**part.reason, "result": result.reason}),
    )


def _seen(ground: Ground, row: Appraisal, scheme: Scheme, card: ScoreCard, state: str) -> ScoreSeen:
    reason, ruling = card.reason.as_json(), _ruling(ground, row)
    return ScoreSeen(
        cast("Any", who(row.person)),
        where(row.outlet),
        row.cycle.period,
        scheme.code,
        scheme.zh,
        scheme.en,
        state,
        exact(reason["value"]),
        detail(reason, "grade") or "",
        exact(detail(reason, "coefficient")),
        tuple(items_seen(ruling, scheme, reason, _keys(ground, row, scheme))),
        reason,
        row.scheme.digest,
        mark(),
        ground.viewer.on,
        None,
        adjustments_seen(reason),
    )


def _ruling(ground: Ground, row: Appraisal) -> Definitions:
    return ground.ruling(cast("Grain", row.cycle.grain), row.cycle.period, row.outlet_id).ruling


def _keys(ground: Ground, row: Appraisal, scheme: Scheme) -> KeyOf:
    """A KPI's reason has an address where the part is the whole period, and is in reach."""
    cycle, whose = row.cycle, slice_of(row, scheme)
    whole = row.since <= cycle.since and row.until >= cycle.until
    if not whole or not ground.may(whose):
        return lambda _kpi: ""
    return lambda kpi: Key(whose, cast("Grain", cycle.grain), cycle.period, kpi).text


def totals(viewer: Viewer, rows: Sequence[Appraisal]) -> dict[int, Total]:
    """The board's lines of one cycle's appraisals; published ones as they were published."""
    if not rows:
        return {}
    ground, cycle = Ground(viewer), rows[0].cycle
    final = cycle.state in FINAL
    results = standings(cycle, [row.person_id for row in rows]) if final else {}
    cards = cards_now(viewer, [row for row in rows if row.person_id not in results])
    found = {}
    for row in rows:
        result = results.get(row.person_id)
        reason = result.reason if result else cards[row.pk].reason.as_json()
        found[row.pk] = Total(
            exact(reason["value"]),
            detail(reason, "grade") or "",
            weakest(_ruling(ground, row), scheme_for(row), reason),
            result is not None,
        )
    return found


def weakest(ruling: Definitions, scheme: Scheme, reason: Mapping[str, Any]) -> Weakest | None:
    """The item that lost the most points against its weight; None when none lost 0.01."""
    lost = {
        part["code"]: (exact(detail(part, "weight")) or ZERO) - (exact(part["value"]) or ZERO)
        for part in parts(reason)
        if part["kind"] == "score_item"
    }
    code = max(lost, key=lambda one: lost[one], default="")
    named = {item.key: item for item in scheme.items}
    if code not in named or rounded(lost[code], DECIMALS) <= 0:
        return None
    seen = heading_of(ruling, named[code])
    return Weakest(code, seen.zh, seen.en, lost[code])


def pacing(viewer: Viewer, row: Appraisal, found: ScoreSeen) -> Mapping[str, Progress]:
    """By item how far it has come against the days gone, for KPIs that add up over time."""
    ground = Ground(viewer)
    ruling = _ruling(ground, row)
    days = (row.until - row.since).days
    gone = min(max((viewer.on + DAY - row.since).days, 0), days)
    kpis = {item.key: item.kpi for item in scheme_for(row).items}
    return {
        item.code: progress(item.value, item.target, days_gone=gone, days=days)
        for item in found.items
        if item.value is not None and item.target and _adds_up(ruling, kpis.get(item.code, ""))
    }


def _adds_up(ruling: Definitions, kpi: str) -> bool:
    return kpi in ruling.kpi and sums_over_time(ruling, kpi)
