"""Pay statements: an estimate live from facts, or as a kept run has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Min

from cheji.engine.definitions import Measure, PayPlan, digest
from cheji.engine.kpis import keeps_unknown, why_not
from cheji.engine.pay import COEFFICIENT, Deal, Statement, pay
from cheji.engine.scores import ScoreCard
from cheji.engine.tallies import UNPRICED, Tally
from cheji.facts import tallies
from cheji.reads.appraisals import Month, consultants, final, month_of, outlet_seen
from cheji.reads.kept import Kept, KeptRow, detail, exact, lines_of, parts, run_of
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.kpis.links import TEXT
from cheji.reads.seen import Link, Where, Who
from cheji.records.models import RunLine
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

NOT_DEALS = frozenset({"total", "spend", "vehicle"})


@dataclass(frozen=True, slots=True)
class PayLineSeen:
    """One amount: component, the deal it is for (if one), base and rate, fen, reason as JSON.

    `deal.id` is 0 where the viewer may not open the record. Base is in units or yuan, None while
    the deal's cost is not known; the rate is None where several bands apply, or none.
    """

    component: str
    zh: str
    en: str
    deal: Link | None
    on: date | None
    base: Fraction | None
    rate: Fraction | None
    fen: int
    reason: dict[str, Any]

    @property
    def unpriced(self) -> bool:
        """Looked at and not paid: a cost of the deal is not known."""
        return self.base is None and self.component != COEFFICIENT


@dataclass(frozen=True, slots=True)
class StatementSeen:
    """A person's pay of a month; `state` is `estimate` (live), or a kept run's state."""

    person: Who
    outlet: Where
    month: int
    plan: str
    zh: str
    en: str
    state: str
    lines: tuple[PayLineSeen, ...]
    payable: int
    coefficient: Fraction | None
    score: Fraction | None
    reason: dict[str, Any]
    digest: str
    mark: int
    on: date
    run: int | None = None


def statement(
    viewer: Viewer, person: str, month: int, *, plan: str | PayPlan = "", outlet: str = ""
) -> StatementSeen:
    """The pay statement of a person, by staff number, in an outlet or the one he stands in.

    A plan that is not published may be given whole, to see what it would pay.

    Raises:
        NotFound: the person's pay is not the viewer's to see; a colleague's never is.
    """
    ground = Ground(viewer)
    whose = ground.person(person, outlet)
    asked = month_of(ground, whose, month)
    if not allowed(asked, whose):
        raise NotFound(noun="pay statement", key=person)
    return _statements(asked, [whose], _chosen(asked, plan))[0]


def _chosen(asked: Month, plan: str | PayPlan) -> PayPlan:
    return plan if isinstance(plan, PayPlan) else asked.catalogue.pay_plan(plan)


def statements(
    viewer: Viewer, outlet: str, month: int, *, plan: str | PayPlan = ""
) -> tuple[StatementSeen, ...]:
    """The statements of an outlet's consultants that the viewer may see, by staff number.

    Raises:
        NotFound: the viewer has nothing to do with the outlet.
    """
    ground = Ground(viewer)
    place = outlet_seen(ground, outlet)
    asked = month_of(ground, Slice(place.id), month)
    slices = [whose for whose in consultants(asked) if allowed(asked, whose)]
    return tuple(_statements(asked, slices, _chosen(asked, plan))) if slices else ()


def to_keep(viewer: Viewer, outlet: str, month: int, *, plan: str = "") -> Kept:
    """What a pay run of the outlet's month is kept with: every line of every statement.

    Raises:
        NotFound: the outlet's pay is not the viewer's to see.
    """
    ground = Ground(viewer)
    place = ground.place(outlet)
    asked = month_of(ground, Slice(place.id), month)
    chosen = asked.catalogue.pay_plan(plan)
    slices = [whose for whose in consultants(asked) if allowed(asked, whose)]
    found = _live(asked, slices, chosen)
    lines = tuple(
        _kept_line(line.component, line.fen, line.source, line.reason.as_json(), whose.person)
        for whose, made in found.items()
        for line in made.lines
    )
    total = sum(made.payable for made in found.values())
    known = asked.catalogue.digests[("pay_plan", chosen.code)]
    return Kept("pay", place.id, month, chosen.code, known, asked.mark, lines, total)


def _kept_line(
    component: str, fen: int, source: object, reason: dict[str, Any], person: int | None
) -> KeptRow:
    noun, record = _source(source)
    return KeptRow(component, reason, person, fen, None, noun, record)


def _source(source: object) -> tuple[str, int | None]:
    """`delivery:12` as noun and id."""
    if source is None:
        return "", None
    noun, _, record = str(source).partition(":")
    return noun, int(record)


def allowed(asked: Month, whose: Slice) -> bool:
    """One's own pay always; otherwise that of the outlets whose pay one sees."""
    reach = asked.ground.scope.reach("pay_runs")
    inside = reach.everything or asked.outlet.id in reach.outlets
    return inside or (whose.person is not None and whose.person == asked.ground.viewer.person)


# -- live --------------------------------------------------------------------------------------


def _live(asked: Month, slices: Sequence[Slice], plan: PayPlan) -> dict[Slice, Statement]:
    """Statements from the facts of the month, and the scores of its closed run where one is."""
    scores: Mapping[Slice, ScoreCard] = {}
    if plan.scheme:
        scores = final(asked, slices, asked.catalogue.scheme(plan.scheme))
    codes = {component.of for component in plan.components if component.of}
    measures = [m for m in asked.catalogue.ruling.measures if m.code in codes]
    found = {}
    for whose, (deals, totals) in deals_of(asked, slices, measures).items():
        found[whose] = pay(plan, deals, totals, scores.get(whose))
    return found


Sources = dict[tuple[str, int], dict[str, int | None]]


def deals_of(
    asked: Month, slices: Sequence[Slice], measures: Sequence[Measure]
) -> dict[Slice, tuple[list[Deal], dict[str, int]]]:
    """Each person's deals, and totals that also hold what is no single deal.

    What a measure cannot know of a deal is None: the gross, while a cost is missing.
    """
    people = {whose.person or 0: whose for whose in slices}
    amounts: dict[int, Sources] = {person: {} for person in people}
    for row in _grouped(asked, slices, measures):
        person, noun, record = row.scope
        if person in amounts:
            sums = amounts[person].setdefault((str(noun), int(record or 0)), {})
            for measure in measures:
                _add(sums, measure, row)
    dates = _dates(asked, slices, amounts)
    return {
        people[person]: (_single(sources, dates), _totals(sources, measures))
        for person, sources in amounts.items()
    }


def _add(sums: dict[str, int | None], measure: Measure, row: Tally) -> None:
    was = sums.get(measure.code, 0)
    if why_not(measure, row) is None and was is not None:
        sums[measure.code] = was + dict(measure.kinds)[row.kind] * getattr(row, measure.column)
    elif row.count and keeps_unknown(measure, row):
        sums[measure.code] = None


def _grouped(asked: Month, slices: Sequence[Slice], measures: Sequence[Measure]) -> Sequence[Tally]:
    """Tallies of the month by person and record, of the units through which people are seen."""
    kinds = frozenset(kind for measure in measures for kind, _ in measure.kinds) | {UNPRICED}
    rows: list[Tally] = []
    for unit in dict.fromkeys(whose.unit for whose in slices):
        own = [whose for whose in slices if whose.unit == unit]
        narrow = asked.ground.narrow(own[0] if len(own) == 1 else Slice(unit))
        rows += tallies(
            replace(narrow, kinds=kinds),
            first=asked.month,
            last=asked.month,
            scope=("person", "source_kind", "source"),
            model=any(f.dimension == "model" for m in measures for f in m.where),
        )
    return rows


def _dates(
    asked: Month, slices: Sequence[Slice], amounts: Mapping[int, Sources]
) -> dict[tuple[str, int], date]:
    """The day of each record in the month."""
    wanted = {source for sources in amounts.values() for source in sources}
    rows = asked.ground.scope.facts().filter(
        outlet=asked.outlet.id,
        month=asked.month,
        person__in=[whose.person for whose in slices],
        source__in={record for _, record in wanted},
    )
    firsts = rows.order_by().values_list("source_kind", "source").annotate(Min("on_date"))
    return {(noun, record): on for noun, record, on in firsts}


def _single(sources: Sources, dates: Mapping[tuple[str, int], date]) -> list[Deal]:
    """Records that are deals and amount to something, in order of their ids."""
    return [
        Deal(f"{noun}:{record}", dates[noun, record], sums)
        for (noun, record), sums in sorted(sources.items())
        if noun not in NOT_DEALS and any(amount != 0 for amount in sums.values())
    ]


def _totals(sources: Sources, measures: Sequence[Measure]) -> dict[str, int]:
    return {
        measure.code: sum(sums.get(measure.code) or 0 for sums in sources.values())
        for measure in measures
    }


# -- as shown ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Basis:
    """What a statement stands on: live facts up to a mark, or a kept run."""

    state: str
    digest: str
    mark: int
    run: int | None = None


def _statements(asked: Month, slices: Sequence[Slice], plan: PayPlan) -> list[StatementSeen]:
    """Kept where there is a run that holds the person, else live."""
    ground = asked.ground
    published = plan in asked.catalogue.ruling.pay_plans
    run = run_of("pay", asked.outlet.id, asked.month, plan.code) if published else None
    kept = lines_of(ground, run, [w.person or 0 for w in slices]) if run else {}
    fresh = _live(asked, [w for w in slices if w.person not in kept], plan)
    known = asked.catalogue.digests[("pay_plan", plan.code)] if published else digest(plan)
    basis = Basis("estimate", known, asked.mark)
    kept_basis = Basis(run.state, run.digest, run.mark, run.pk) if run else basis
    found: dict[Slice, tuple[Basis, list[KeptRow], dict[str, Any]]] = {}
    for whose in slices:
        if whose.person in kept:
            lines = [_from_run(line) for line in kept[whose.person]]
            found[whose] = kept_basis, lines, _reason_of(plan, lines)
        else:
            made = fresh[whose]
            lines = [
                _kept_line(line.component, line.fen, line.source, line.reason.as_json(), None)
                for line in made.lines
            ]
            found[whose] = basis, lines, made.reason.as_json()
    opened = _opened(ground, [line for _, lines, _ in found.values() for line in lines])
    names = ground.names(whose.person or 0 for whose in slices)
    return [
        _seen(asked, plan, asked.who(names, whose.person or 0), parts_, opened)
        for whose, parts_ in found.items()
    ]


def _from_run(line: RunLine) -> KeptRow:
    return KeptRow(
        line.code, line.reason, line.person_id, line.fen, None, line.source_kind, line.source
    )


def _reason_of(plan: PayPlan, lines: Sequence[KeptRow]) -> dict[str, Any]:
    """The whole statement's reason, from its kept lines."""
    total = sum(line.fen or 0 for line in lines)
    inner = [line.reason for line in lines]
    return {"kind": "pay", "code": plan.code, "value": total, "detail": {}, "parts": inner}


Opened = Mapping[tuple[str, int], tuple[str, date | None]]


def _opened(ground: Ground, lines: Sequence[KeptRow]) -> Opened:
    """What the deals are called, of those that the viewer may open."""
    rows: dict[str, Any] = {"order": ground.scope.orders, "delivery": ground.scope.deliveries}
    days = {"order": "signed_on", "delivery": "on_date"}
    found: dict[tuple[str, int], tuple[str, date | None]] = {}
    for noun, query in rows.items():
        ids = {line.source for line in lines if line.source_kind == noun}
        if ids:
            columns = query().filter(id__in=ids).values_list("id", TEXT[noun], days[noun])
            found |= {(noun, record): (text, on) for record, text, on in columns}
    return found


def _seen(
    asked: Month,
    plan: PayPlan,
    person: Who,
    parts_: tuple[Basis, Sequence[KeptRow], dict[str, Any]],
    opened: Opened,
) -> StatementSeen:
    basis, lines, reason = parts_
    last = next((line for line in lines if line.code == COEFFICIENT), None)
    scored = parts(last.reason)[0] if last and parts(last.reason) else None
    return StatementSeen(
        person,
        asked.outlet.where,
        asked.month,
        plan.code,
        plan.zh,
        plan.en,
        basis.state,
        tuple(_line(plan, line, opened) for line in lines),
        sum(line.fen or 0 for line in lines),
        exact(detail(last.reason, "coefficient")) if last else None,
        exact(scored["value"]) if scored else None,
        reason,
        basis.digest,
        basis.mark,
        asked.ground.viewer.on,
        basis.run,
    )


def _line(plan: PayPlan, line: KeptRow, opened: Opened) -> PayLineSeen:
    """A line from its reason, which a run keeps and a live statement makes alike."""
    named = next((c for c in plan.components if c.code == line.code), None)
    text, on = opened.get((line.source_kind, line.source or 0), ("", None))
    deal = Link(line.source_kind, line.source or 0, text) if line.source_kind else None
    if deal and not text:
        deal = Link(line.source_kind, 0, "")
    rates = {exact(band["rate"]) for band in detail(line.reason, "bands") or ()}
    return PayLineSeen(
        line.code,
        named.zh if named else "考核系数",
        named.en if named else "Score coefficient",
        deal,
        on,
        exact(detail(line.reason, "base") if named else _yuan(detail(line.reason, "before"))),
        rates.pop() if len(rates) == 1 else exact(detail(line.reason, "coefficient")),
        line.fen or 0,
        line.reason,
    )


def _yuan(fen: int | None) -> Fraction | None:
    return None if fen is None else Fraction(fen, 100)
