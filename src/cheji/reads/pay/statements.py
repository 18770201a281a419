"""Pay statements: an estimate live from facts, or as a kept run has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from cheji.engine.definitions import PayPlan, digest
from cheji.engine.pay import (
    COEFFICIENT,
    ORDER_VERSION,
    REJECTED,
    WHY,
    OtherRules,
    PayLine,
    Rejected,
    Statement,
    opened,
    prepared,
    said,
)
from cheji.engine.scores import ScoreCard
from cheji.reads.appraisals import Month, consultants, month_of, outlet_seen
from cheji.reads.kept import closed_cards, detail, exact, lines_of, parts, run_of
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.kpis.links import TEXT
from cheji.reads.pay.gathering import Extra, all_seeing, gather, plan_for
from cheji.reads.pay.late import corrections
from cheji.reads.pay.shapes import PayLineSeen, RejectedSeen, StatementSeen
from cheji.reads.seen import Link
from cheji.records.calculations import lines_of as kept_lines
from cheji.records.calculations import origin_of, split
from cheji.records.models import PayInput, RejectedRow, Run, RunLine
from cheji.records.models import PayLine as LineRow
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

COEFFICIENT_NAMES = "考核系数", "Score coefficient"


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
    return _statements(asked, [whose], chosen(asked, plan))[0]


def chosen(asked: Month, plan: str | PayPlan) -> PayPlan:
    return plan if isinstance(plan, PayPlan) else asked.catalogue.pay_plan(plan)


def statements(
    viewer: Viewer, outlet: str, month: int, *, plan: str | PayPlan = ""
) -> tuple[StatementSeen, ...]:
    """The statements of those whom a plan is for that the viewer may see, by staff number.

    Raises:
        NotFound: the viewer has nothing to do with the outlet.
    """
    ground = Ground(viewer)
    place = outlet_seen(ground, outlet)
    asked = month_of(ground, Slice(place.id), month)
    pay_plan = chosen(asked, plan)
    slices = [whose for whose in _whom(asked, pay_plan) if allowed(asked, whose)]
    return tuple(_statements(asked, slices, pay_plan)) if slices else ()


def _whom(asked: Month, plan: PayPlan) -> list[Slice]:
    """Those in post, and those whom a run of the month pays though they left."""
    found = {whose.person or 0: whose for whose in consultants(asked, plan.posts)}
    run = run_of("pay", asked.outlet.id, asked.month, plan.code)
    if run is not None and run.order:
        paid = PayInput.objects.filter(run=run).order_by("id").values_list("person", flat=True)
        for who in paid:
            found.setdefault(who, Slice(asked.outlet.id, who))
    return list(found.values())


def allowed(asked: Month, whose: Slice) -> bool:
    """One's own pay always; otherwise that of the outlets whose pay one sees."""
    reach = asked.ground.scope.reach("pay_runs")
    inside = reach.everything or asked.outlet.id in reach.outlets
    return inside or (whose.person is not None and whose.person == asked.ground.viewer.person)


# -- as shown ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Basis:
    """What a statement stands on: live facts up to a mark, or a kept run."""

    state: str
    digest: str
    mark: int
    run: int | None = None
    order: str = ""


@dataclass(frozen=True)
class _Made:
    """A statement before it is shown; `ids` are those of its lines where they are kept."""

    basis: Basis
    plan: PayPlan
    lines: Sequence[PayLine]
    rejected: Sequence[Rejected]
    payable: int
    score: Fraction | None
    whole: Statement | None
    ids: Sequence[int] = ()
    outcome: str = ""


def _statements(asked: Month, slices: Sequence[Slice], plan: PayPlan) -> list[StatementSeen]:
    """Kept where there is a run that holds the person, else live."""
    published = plan in asked.catalogue.ruling.pay_plans
    run = run_of("pay", asked.outlet.id, asked.month, plan.code) if published else None
    people = [whose.person or 0 for whose in slices]
    if run is not None and not run.order:
        return _of_old_run(asked, slices, plan, run)
    kept = _kept(asked, run, people) if run and run.state != Run.State.OPEN else {}
    fresh = _live(asked, [who for who in people if who not in kept], plan, published=published)
    found = {who: kept.get(who) or fresh[who] for who in people}
    opened_ = _opened(asked.ground, [line for one in found.values() for line in one.lines])
    names = asked.ground.names(people)
    return [_seen(asked, plan, who, found[who], names, opened_) for who in people]


def _live(
    asked: Month, people: Sequence[int], plan: PayPlan, *, published: bool
) -> dict[int, _Made]:
    """Statements from the facts of the month as they are now."""
    if not people:
        return {}
    whole = Month(all_seeing(asked.ground), asked.outlet, asked.month, asked.mark)
    owed = corrections(whole, plan, people) if published else {}
    made = gather(whole, plan, people, Extra(owed, typed=published), also=people)
    digest_ = asked.catalogue.digests[("pay_plan", plan.code)] if published else digest(plan)
    basis = Basis("estimate", digest_, asked.mark, None, str(ORDER_VERSION))
    found = {}
    for who in people:
        own = plan_for(made, who)
        given = made.givens[who]
        paid = prepared(own).pay(given, made.cards.get(who))
        found[who] = _Made(basis, own, paid.lines, paid.rejected, paid.payable, given.score, paid)
    return found


def _kept(asked: Month, run: Run, people: Sequence[int]) -> dict[int, _Made]:
    """Statements as a run keeps them; their words come from working them out again."""
    scope = asked.ground.scope
    rows = {row.person_id: row for row in scope.pay_rows(PayInput).filter(run=run)}
    lines: dict[int, list[LineRow]] = {}
    for row in scope.pay_rows(LineRow).filter(run=run, person__in=people).order_by("id"):
        lines.setdefault(row.person_id, []).append(row)
    basis = Basis(run.state, run.digest, run.mark, run.pk, run.order)
    kept = _Kept(asked, basis, scope.pay_rows(RejectedRow))
    return {who: kept.thawed(rows[who], lines.get(who, [])) for who in people if who in rows}


class _Kept:
    """Statements of one run; the score cards behind them are read once."""

    def __init__(self, asked: Month, basis: Basis, rejected: "QuerySet[RejectedRow]") -> None:
        self.asked, self.basis, self.rejected = asked, basis, rejected
        self._cards: dict[str, dict[int, ScoreCard]] = {}

    def thawed(self, row: PayInput, lines: Sequence[LineRow]) -> _Made:
        """What was kept; with reasons where this program still works it out the same."""
        kept = [one.line for one in kept_lines(lines)]
        try:
            plan, given = opened(row.text)
            whole = prepared(plan).pay(given, self._card(plan, row.person_id, given.score))
        except OtherRules:
            return self._bare(row, kept, lines)
        same = [line[:-1] for line in whole.lines] == [line[:-1] for line in kept]
        return _Made(
            self.basis, plan, whole.lines if same else kept, whole.rejected, row.payable,
            given.score, whole if same else None, [line.pk for line in lines], row.outcome,
        )  # fmt: skip

    def _card(self, plan: PayPlan, who: int, score: Fraction | None) -> ScoreCard | None:
        """The closed card that the pay went by, for its reason."""
        if not plan.scheme or score is None:
            return None
        if plan.scheme not in self._cards:
            place, month = self.asked.outlet.id, self.asked.month
            self._cards[plan.scheme] = closed_cards(place, month, plan.scheme)[1]
        card = self._cards[plan.scheme].get(who)
        return card if card is not None and card.total == score else None

    def _bare(self, row: PayInput, kept: Sequence[PayLine], lines: Sequence[LineRow]) -> _Made:
        found = [
            Rejected(f"{one.source_kind}:{one.source}", one.component, one.code, ())
            for one in self.rejected.filter(run=row.run_id, person=row.person_id).order_by("id")
        ]
        plan, ids = PayPlan("", "", "", ()), [line.pk for line in lines]
        return _Made(self.basis, plan, kept, found, row.payable, None, None, ids, row.outcome)


Opened = Mapping[tuple[str, int], tuple[str, date | None]]


def _opened(ground: Ground, lines: Sequence[PayLine]) -> Opened:
    """What the deals are called, of those that the viewer may open."""
    return opened_sources(ground, {split(line.source) for line in lines if line.source})


def opened_sources(ground: Ground, sources: set[tuple[str, int | None]]) -> Opened:
    rows: dict[str, Any] = {"order": ground.scope.orders, "delivery": ground.scope.deliveries}
    days = {"order": "signed_on", "delivery": "on_date"}
    found: dict[tuple[str, int], tuple[str, date | None]] = {}
    for noun, query in rows.items():
        ids = {record for kind, record in sources if kind == noun}
        if ids:
            columns = query().filter(id__in=ids).values_list("id", TEXT[noun], days[noun])
            found |= {(noun, record): (text, on) for record, text, on in columns}
    return found


def _seen(
    asked: Month,
    plan: PayPlan,
    who: int,
    made: _Made,
    names: dict[int, tuple[str, str]],
    opened_: Opened,
) -> StatementSeen:
    called = names_of(plan)
    ids: Sequence[int | None] = made.ids or [None] * len(made.lines)
    coefficient = next((line for line in made.lines if line.component == COEFFICIENT), None)
    return StatementSeen(
        asked.who(names, who),
        asked.outlet.where,
        asked.month,
        plan.code,
        plan.zh,
        plan.en,
        made.basis.state,
        tuple(
            line_seen(line, called, opened_, pk) for line, pk in zip(made.lines, ids, strict=True)
        ),
        made.payable,
        (coefficient.rate or coefficient.factor) if coefficient else None,
        made.score,
        made.whole.reason.as_json() if made.whole else _flat(plan, made),
        made.basis.digest,
        made.basis.mark,
        asked.ground.viewer.on,
        made.basis.run,
        tuple(_rejected_seen(row, opened_) for row in made.rejected),
        made.outcome,
        made.basis.order,
    )


def _flat(plan: PayPlan, made: _Made) -> dict[str, Any]:
    return {"kind": "pay", "code": plan.code, "value": made.payable, "detail": {}, "parts": []}


def names_of(plan: PayPlan) -> dict[str, tuple[str, str]]:
    """What components, factors, gates and all else of a plan are called."""
    named: list[Any] = [
        *plan.components, *plan.factors, *plan.gates, *plan.caps, *plan.holdbacks,
        *plan.catch_ups, *plan.draws,
    ]  # fmt: skip
    return {
        COEFFICIENT: COEFFICIENT_NAMES,
        "balance": ("结转余额", "Balance carried"),
        "rounding": ("尾差", "Rounding"),
        "dispute": ("争议裁决", "Decided dispute"),
        "manual": ("手工项", "Typed line"),
        **{item.code: (item.zh, item.en) for item in named},
    }


def line_seen(
    line: PayLine, called: Mapping[str, tuple[str, str]], opened_: Opened, pk: int | None = None
) -> PayLineSeen:
    noun, record = split(line.source)
    text, on = opened_.get((noun, record or 0), ("", None))
    deal = Link(noun, (record or 0) if text else 0, text) if noun else None
    zh, en = called.get(line.component, (line.component, line.component))
    origin_run, origin = origin_of(line.origin) if line.origin else (None, None)
    return PayLineSeen(
        line.component,
        zh,
        en,
        deal,
        on,
        line.base,
        line.rate if line.rate is not None else line.factor,
        line.fen,
        reason_json(line),
        line.step,
        line.entry,
        pk,
        (origin_run, origin) if origin_run else None,
    )


def reason_json(line: PayLine) -> dict[str, Any]:
    """The line's reason; of a line whose plan is of other rules what was kept of it."""
    if line.rule is not None:
        found: dict[str, Any] = line.reason.as_json()
        return found
    words = WHY.get(line.code)
    zh, en = said(words, line.args) if words else (line.code, line.code)
    return {
        "kind": "line", "code": line.component, "value": line.fen, "parts": [],
        "detail": {"zh": zh, "en": en, "source": line.source, "step": line.step},
    }  # fmt: skip


def _rejected_seen(row: Rejected, opened_: Opened) -> RejectedSeen:
    noun, record = split(row.source)
    text, _ = opened_.get((noun, record or 0), ("", None))
    deal = Link(noun, (record or 0) if text else 0, text) if noun else None
    words = REJECTED.get(row.code)
    zh, en = said(words, row.args) if words else (row.code, row.code)
    return RejectedSeen(row.component, deal, row.code, zh, en)


# -- runs of before pay had lines of its own ---------------------------------------------------


def _of_old_run(
    asked: Month, slices: Sequence[Slice], plan: PayPlan, run: Run
) -> list[StatementSeen]:
    """Kept in lines with their reasons; who is not in it is worked out now."""
    ground = asked.ground
    people = [whose.person or 0 for whose in slices]
    kept = lines_of(ground, run, people)
    basis = Basis(run.state, run.digest, run.mark, run.pk)
    fresh = _live(asked, [who for who in people if who not in kept], plan, published=True)
    names = ground.names(people)
    live_opened = _opened(ground, [line for one in fresh.values() for line in one.lines])
    sources = {(line.source_kind, line.source) for own in kept.values() for line in own}
    opened_ = opened_sources(ground, sources)
    return [
        _seen(asked, plan, who, fresh[who], names, live_opened)
        if who in fresh
        else _old_seen(asked, plan, who, (basis, kept[who]), names, opened_)
        for who in people
    ]


def _old_seen(
    asked: Month,
    plan: PayPlan,
    who: int,
    kept: tuple[Basis, Sequence[RunLine]],
    names: dict[int, tuple[str, str]],
    opened_: Opened,
) -> StatementSeen:
    basis, lines = kept
    last = next((line for line in lines if line.code == COEFFICIENT), None)
    scored = parts(last.reason)[0] if last and parts(last.reason) else None
    total = sum(line.fen or 0 for line in lines)
    inner = [line.reason for line in lines]
    return StatementSeen(
        asked.who(names, who),
        asked.outlet.where,
        asked.month,
        plan.code,
        plan.zh,
        plan.en,
        basis.state,
        tuple(_old_line(names_of(plan), line, opened_) for line in lines),
        total,
        exact(detail(last.reason, "coefficient")) if last else None,
        exact(scored["value"]) if scored else None,
        {"kind": "pay", "code": plan.code, "value": total, "detail": {}, "parts": inner},
        basis.digest,
        basis.mark,
        asked.ground.viewer.on,
        basis.run,
    )


def _old_line(called: Mapping[str, tuple[str, str]], line: RunLine, opened_: Opened) -> PayLineSeen:
    text, on = opened_.get((line.source_kind, line.source or 0), ("", None))
    deal = Link(line.source_kind, line.source or 0, text) if line.source_kind else None
    if deal and not text:
        deal = Link(line.source_kind, 0, "")
    rates = {exact(band["rate"]) for band in detail(line.reason, "bands") or ()}
    zh, en = called.get(line.code, (line.code, line.code))
    base = detail(line.reason, "base")
    before = detail(line.reason, "before")
    return PayLineSeen(
        line.code,
        zh,
        en,
        deal,
        on,
        exact(base) if line.code != COEFFICIENT else Fraction(before or 0, 100),
        rates.pop() if len(rates) == 1 else exact(detail(line.reason, "coefficient")),
        line.fen or 0,
        line.reason,
    )
