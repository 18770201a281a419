"""Pay statements: an estimate live from facts, or as a kept run has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from django.db.models import QuerySet

from cheji.engine.definitions import PayPlan, digest
from cheji.engine.pay import (
    COEFFICIENT,
    ORDER_VERSION,
    OtherRules,
    PayLine,
    Rejected,
    reopened,
)
from cheji.engine.pay.order import RULES
from cheji.engine.scores import ScoreCard
from cheji.reads.appraisals import Month, consultants, month_of, outlet_seen
from cheji.reads.kept import closed_cards, lines_of, run_of
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.pay.calculating import worked_out
from cheji.reads.pay.disputes_paid import disputes_paid
from cheji.reads.pay.estimating import drafted, estimated
from cheji.reads.pay.gathered import plan_for
from cheji.reads.pay.gathering import all_seeing
from cheji.reads.pay.old_runs import old_seen
from cheji.reads.pay.opened import opened_sources
from cheji.reads.pay.shapes import StatementSeen
from cheji.reads.pay.sharing import Sharing, others, sharing
from cheji.reads.pay.showing import Basis, Made, keys, seen
from cheji.reads.pay.tails import tails
from cheji.reads.pay.whom import held, stints
from cheji.records.calculations import ledger_of, split
from cheji.records.calculations import lines_of as kept_lines
from cheji.records.models import PayBalance, PayInput, RejectedRow, Run
from cheji.records.models import PayLine as LineRow
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer


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
    return _statements(asked, [whose], chosen(asked, plan or own_plan(asked, whose)))[0]


def own_plan(asked: Month, whose: Slice) -> str:
    """The plan that a run of the month pays the person by, else the first for one of his posts."""
    plans = asked.catalogue.all.pay_plans
    if len(plans) < 2 or whose.person is None:
        return ""
    kept = PayInput.objects.filter(
        person=whose.person, run__outlet=asked.outlet.id, run__period=asked.month,
        run__grain="month",
    )  # fmt: skip
    codes = {plan.code for plan in plans}
    for code in kept.order_by("id").values_list("run__definition", flat=True):
        if code in codes:
            return str(code)
    own = held(asked, plans, whose.person)
    return own[0].code if own else ""


def chosen(asked: Month, plan: str | PayPlan) -> PayPlan:
    return plan if isinstance(plan, PayPlan) else asked.catalogue.pay_plan(plan)


def statements(
    viewer: Viewer, outlet: str, month: int, *, plan: str | PayPlan = ""
) -> tuple[StatementSeen, ...]:
    """The statements of those whom a plan is for that the viewer may see, by staff number.

    Without a plan those of every plan of the outlet, one plan after the other.

    Raises:
        NotFound: the viewer has nothing to do with the outlet.
    """
    ground = Ground(viewer)
    place = outlet_seen(ground, outlet)
    asked = month_of(ground, Slice(place.id), month)
    every = asked.catalogue.all.pay_plans
    plans = every if every and not plan else (chosen(asked, plan),)
    ending = tuple(tails(asked))
    return tuple(one for pay_plan in plans for one in _of_plan(asked, pay_plan, ending))


def by_plan(found: Sequence[StatementSeen]) -> list[tuple[StatementSeen, ...]]:
    """The statements of each plan together, in their order."""
    return [tuple(part) for _plan, part in groupby(found, key=lambda one: one.plan)]


def component_names(found: Sequence[StatementSeen]) -> dict[str, tuple[str, str]]:
    """What anybody is paid by, in both languages: plan by plan, each in the plan's own order.

    What a plan adds beside its components follows by its step, the coefficient last.
    """
    names: dict[str, tuple[str, str]] = {}
    for part in by_plan(found):
        rules = next((one.rules for one in part if one.rules), None)
        codes = [one.code for one in rules.components] if rules else []
        lines = {line.component: line for one in part for line in one.lines}
        listed = sorted(
            lines.values(),
            key=lambda line: (
                line.component == COEFFICIENT,
                codes.index(line.component) if line.component in codes else len(codes),
                line.step,
                line.component,
            ),
        )
        names |= {line.component: (line.zh, line.en) for line in listed}
    return names


def _of_plan(asked: Month, plan: PayPlan, ending: Sequence[PayPlan]) -> list[StatementSeen]:
    slices = [whose for whose in _whom(asked, plan, ending) if allowed(asked, whose)]
    return _statements(asked, slices, plan) if slices else []


def _whom(asked: Month, plan: PayPlan, ending: Sequence[PayPlan]) -> list[Slice]:
    """Those in post, and those whom a run of the month pays though they left.

    Of a plan that was replaced and is to be settled those whom its run would pay.
    """
    inside = stints(asked, plan)
    seen_ = consultants(asked, plan.posts)
    found = {whose.person or 0: whose for whose in seen_ if whose.person in inside}
    run = run_of("pay", asked.outlet.id, asked.month, plan.code)
    paid: Iterable[int]
    if run is not None and run.order:
        paid = PayInput.objects.filter(run=run).order_by("id").values_list("person", flat=True)
    else:
        paid = _to_settle(asked, plan) if plan in ending else ()
    for who in paid:
        found.setdefault(who, Slice(asked.outlet.id, who))
    return list(found.values())


def _to_settle(asked: Month, plan: PayPlan) -> list[int]:
    whole = Month(all_seeing(asked.ground), asked.outlet, asked.month, asked.mark)
    return [one.person for one in worked_out(whole, plan.code).people]


def allowed(asked: Month, whose: Slice) -> bool:
    """One's own pay always; otherwise that of the outlets whose pay one sees."""
    reach = asked.ground.scope.reach("pay_runs")
    inside = reach.everything or asked.outlet.id in reach.outlets
    return inside or (whose.person is not None and whose.person == asked.ground.viewer.person)


# -- as shown ----------------------------------------------------------------------------------


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
    sources = {key for one in found.values() for key in keys(one)}
    opened_ = opened_sources(asked.ground.scope, sources)
    names = asked.ground.names(people)
    shared = {**_sharing(asked, kept, run), **_sharing(asked, fresh, None)}
    typed = {f"manual:{pk}": one for pk, one in disputes_paid(asked.ground.scope, sources).items()}
    told = {
        who: replace(_with_sharers(found[who], shared[who], who), disputes=typed) for who in people
    }
    return [seen(asked, plan, who, told[who], names, opened_) for who in people]


def _sharing(asked: Month, made: Mapping[int, Made], run: Run | None) -> dict[int, Sharing]:
    """By person how the deals of these statements are shared: as the run has it, or now."""
    sources = {key for one in made.values() for key in keys(one)}
    return dict.fromkeys(made, sharing(asked.ground.scope, sources, run))


def _with_sharers(made: Made, deals: Sharing, who: int) -> Made:
    named = {str(line.source): others(deals.people, split(line.source), who) for line in made.lines}
    return replace(made, shared=named, splits=deals.splits)


def _live(
    asked: Month, people: Sequence[int], plan: PayPlan, *, published: bool
) -> dict[int, Made]:
    """Statements from the facts of the month as they are now."""
    if not people:
        return {}
    whole = Month(all_seeing(asked.ground), asked.outlet, asked.month, asked.mark)
    if published:
        now, before = estimated(whole, plan.code, people)
    else:
        now, before = drafted(whole, plan, people), ()
    digest_ = asked.catalogue.digests[("pay_plan", plan.code)] if published else digest(plan)
    basis = Basis("estimate", digest_, asked.mark, None, str(ORDER_VERSION), before, RULES)
    found = {}
    for who, paid in now.paid.items():
        given = now.made.givens[who]
        found[who] = Made(
            basis, plan_for(now.made, who), paid.lines, paid.rejected, paid.payable, given.score,
            paid, given=given, after=paid.after,
        )  # fmt: skip
    return found


def _kept(asked: Month, run: Run, people: Sequence[int]) -> dict[int, Made]:
    """Statements as a run keeps them; their words come from working them out again."""
    scope = asked.ground.scope
    inputs = scope.pay_rows(PayInput).filter(run=run, person__in=people)
    rows = {row.person_id: row for row in inputs}
    lines: dict[int, list[LineRow]] = {}
    for row in scope.pay_rows(LineRow).filter(run=run, person__in=people).order_by("id"):
        lines.setdefault(row.person_id, []).append(row)
    left: dict[int, list[PayBalance]] = {}
    for one in scope.pay_rows(PayBalance).filter(run=run, person__in=people).order_by("id"):
        left.setdefault(one.person_id, []).append(one)
    basis = Basis(run.state, run.digest, run.mark, run.pk, run.order)
    kept = _Kept(asked, basis, scope.pay_rows(RejectedRow))
    return {
        who: replace(kept.thawed(rows[who], lines.get(who, [])), after=ledger_of(left.get(who, [])))
        for who in people
        if who in rows
    }


class _Kept:
    """Statements of one run; the score cards behind them are read once."""

    def __init__(self, asked: Month, basis: Basis, rejected: "QuerySet[RejectedRow]") -> None:
        self.asked, self.basis, self.rejected = asked, basis, rejected
        self._cards: dict[str, dict[int, ScoreCard]] = {}

    def thawed(self, row: PayInput, lines: Sequence[LineRow]) -> Made:
        """What was kept; with reasons where this program still works it out the same."""
        kept = [one.line for one in kept_lines(lines)]
        try:
            payer, given = reopened(row.text)
            plan = payer.plan
            whole = payer.pay(given, self._card(plan, row.person_id, given.score))
        except OtherRules:
            return self._bare(row, kept, lines)
        same = [line[:-1] for line in whole.lines] == [line[:-1] for line in kept]
        basis = replace(self.basis, rules=payer.version)
        return Made(
            basis, plan, whole.lines if same else kept, whole.rejected, row.payable,
            given.score, whole if same else None, [line.pk for line in lines], row.outcome, given,
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

    def _bare(self, row: PayInput, kept: Sequence[PayLine], lines: Sequence[LineRow]) -> Made:
        found = [
            Rejected(f"{one.source_kind}:{one.source}", one.component, one.code, ())
            for one in self.rejected.filter(run=row.run_id, person=row.person_id).order_by("id")
        ]
        plan, ids = PayPlan("", "", "", ()), [line.pk for line in lines]
        return Made(self.basis, plan, kept, found, row.payable, None, None, ids, row.outcome)


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
    live_opened = opened_sources(ground.scope, {key for one in fresh.values() for key in keys(one)})
    sources = {(line.source_kind, line.source) for own in kept.values() for line in own}
    opened_ = opened_sources(ground.scope, sources)
    return [
        seen(asked, plan, who, fresh[who], names, live_opened)
        if who in fresh
        else old_seen(asked, plan, who, (basis, kept[who]), names, opened_)
        for who in people
    ]
