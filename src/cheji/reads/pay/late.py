"""What closed runs owe: facts that came late, returns, splits decided since; by replay.

A closed run never changes. What its period would pay now, by its own plan and its own inputs with
the deals as they are now, less what was posted, becomes lines of the next open run.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Max

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import (
    Deal,
    Given,
    Held,
    Ledger,
    Owed,
    Posted,
    Return,
    adjusted,
    clawed,
    frozen,
    opened,
)
from cheji.reads.appraisals import Month
from cheji.reads.pay.gathering import Extra, gather
from cheji.reads.pay.ledgers import ledgers
from cheji.records.calculations import Kept, lines_of
from cheji.records.models import Adjustment, Fact, PayInput, PayLine, PaySplit, Run

KEEP = ("original_rate", "prorated")
#: What a run pays of earlier ones is theirs, not its own month's.
CORRECTIONS = ("adjustment", "clawback")
GIVEN_BACK = "reserve_back"  # what was held, not what was paid: no later run takes it again


def corrections(
    asked: Month, plan: PayPlan, people: Sequence[int] | None = None
) -> dict[int, tuple[Owed, ...]]:
    """By person what the outlet's closed runs of the plan owe him or he owes; of all for None."""
    found: dict[int, tuple[Owed, ...]] = {}
    held: dict[int, Ledger] | None = None
    for run in _moved(asked, plan):
        if held is None:
            held = ledgers(asked, plan, people)
        for who, owed in _of_run(asked, run, people, held).items():
            found[who] = (*found.get(who, ()), *owed)
    return found


def _moved(asked: Month, plan: PayPlan) -> list[Run]:
    """Closed runs of earlier months for which something came after they were worked out."""
    runs = list(
        Run.objects.filter(
            kind="pay", outlet=asked.outlet.id, grain="month", definition=plan.code,
            period__lt=asked.month, state__in=Run.FIXED,
        ).exclude(order="").order_by("period")
    )  # fmt: skip
    if not runs:
        return []
    facts = Fact.objects.filter(
        outlet=asked.outlet.id, month__in=[run.period for run in runs],
        id__gt=min(run.mark for run in runs),
    )  # fmt: skip
    last = dict(facts.order_by().values_list("month").annotate(Max("id")))
    splits = PaySplit.objects.filter(order__outlet=asked.outlet.id, approved=True)
    since = splits.aggregate(last=Max("decided_at"))["last"]
    scored = Adjustment.objects.filter(appraisal__outlet=asked.outlet.id)
    upheld = scored.aggregate(last=Max("made_at"))["last"]
    return [run for run in runs if last.get(run.period, 0) > run.mark or _after(run, since, upheld)]


def _after(run: Run, *moments: datetime | None) -> bool:
    return any(moment is not None and moment > run.made_at for moment in moments)


@dataclass(frozen=True)
class _Then:
    """What a closed run says of a person: the frozen input, and his lines with corrections."""

    text: str
    plan: PayPlan
    given: Given
    posted: list[Posted]
    corrected: list[Posted]

    @property
    def all(self) -> list[Posted]:
        return [*self.posted, *self.corrected]


def _of_run(
    asked: Month, run: Run, people: Sequence[int] | None, held: dict[int, Ledger]
) -> dict[int, tuple[Owed, ...]]:
    then = _then(run, asked.month, people)
    past = Month(asked.ground, asked.outlet, run.period, asked.mark)
    plan = next((one.plan for one in then.values() if one.plan.components), None)
    plan = plan or past.catalogue.pay_plan(run.definition)
    now = gather(past, plan, people, Extra(typed=False))
    returned = _returned_on(run, then)
    found = {}
    for who in dict.fromkeys([*then, *now.givens]):
        own = then.get(who) or _nothing(plan)
        if not own.plan.components:
            continue
        owed = _owed(run, own, now.givens.get(who, Given()), returned, held.get(who, Ledger()))
        if owed:
            found[who] = tuple(owed)
    return found


def _then(run: Run, until: int, people: Sequence[int] | None) -> dict[int, _Then]:
    inputs = PayInput.objects.filter(run=run)
    lines = PayLine.objects.filter(run=run)
    later = PayLine.objects.filter(
        origin_run=run.pk, run__state__in=Run.FIXED, run__period__lt=until
    )
    if people is not None:
        inputs = inputs.filter(person__in=people)
        lines, later = (rows.filter(person__in=people) for rows in (lines, later))
    posted: dict[int, list[Posted]] = {}
    for one in lines_of(lines.exclude(entry__in=CORRECTIONS).order_by("id")):
        posted.setdefault(one.person, []).append(_posted(one, f"{run.pk}:{one.id}"))
    corrected: dict[int, list[Posted]] = {}
    for one in lines_of(later.order_by("id")):
        if one.line.entry in CORRECTIONS and one.line.code != GIVEN_BACK:
            corrected.setdefault(one.person, []).append(_posted(one, one.line.origin))
    found = {}
    for row in inputs.order_by("id"):
        plan, given = opened(row.text)
        who = row.person_id
        found[who] = _Then(row.text, plan, given, posted.get(who, []), corrected.get(who, []))
    return found


def _posted(one: Kept, key: str) -> Posted:
    line = one.line
    return Posted(
        key, line.step, line.component, line.entry, line.source, line.amount, line.scale,
        line.rate, line.fen,
    )  # fmt: skip


def _nothing(plan: PayPlan) -> _Then:
    """Somebody of whom the run knew nothing."""
    return _Then(frozen(plan, Given()), plan, Given(), [], [])


def _returned_on(run: Run, then: dict[int, _Then]) -> dict[str, date]:
    """When each deal that has come undone since was written back."""
    ids: dict[str, set[int]] = {}
    for own in then.values():
        for deal in own.given.deals:
            noun, _, record = str(deal.source).partition(":")
            ids.setdefault(noun, set()).add(int(record))
    found: dict[str, date] = {}
    for noun, records in ids.items():
        rows = Fact.objects.filter(
            source_kind=noun, source__in=records, reverses__isnull=False, id__gt=run.mark
        )
        for record, at in rows.order_by().values_list("source").annotate(Max("recorded_at")):
            found[f"{noun}:{record}"] = at.date()
    return found


def _owed(
    run: Run, own: _Then, now: Given, returned: dict[str, date], left: Ledger
) -> Iterable[Owed]:
    """The differences of one person; what a returned deal takes back goes by the plan's policy."""
    kept = {deal.source for deal in now.deals}
    gone = [deal for deal in own.given.deals if deal.source not in kept and _paid(deal)]
    still = _as_then(own.given, now)
    policy = own.plan.clawback
    found: list[Owed] = []
    spared: list[Deal] = []
    for deal in gone:
        days = (returned.get(str(deal.source), deal.on_date) - deal.on_date).days
        if policy is not None and (policy.policy in KEEP or days > policy.window > 0):
            spared.append(deal)
            if not any(one.source == deal.source and one.entry == "clawback"
                       for one in own.corrected):  # fmt: skip
                found += clawed(policy, Return(deal.source, max(days, 0)), own.posted, own.text)
    posted = own.all if not spared else _without_clawbacks(own, spared)
    found += adjusted(own.text, _with(still, spared), posted)
    sources = {deal.source for deal in gone}
    found += _given_back(left.held, sources)
    return [_placed(run, one, sources) for one in found if one.fen]


def _paid(deal: Deal) -> bool:
    return any(amount != 0 for amount in deal.amounts.values())


def _as_then(then: Given, now: Given) -> Given:
    """The period as it is now, with what is not for its facts to change as it was then."""
    figures = replace(
        now.figures if now.figures.values else then.figures,
        targets=then.figures.targets or now.figures.targets,
        bases=then.figures.bases or now.figures.bases,
        stretches=then.figures.stretches or now.figures.stretches,
    )
    return replace(
        now, ledger=then.ledger, owed=(), typed=then.typed, events=then.events,
        vetoes=then.vetoes, budgets=then.budgets, nth=then.nth, days=then.days or now.days,
        of_days=then.of_days or now.of_days, person=then.person or now.person,
        attributes=then.attributes or now.attributes, spans=then.spans, figures=figures,
        team=now.team or then.team, outlet=now.outlet or then.outlet,
    )  # fmt: skip


def _with(given: Given, spared: Sequence[Deal]) -> Given:
    """Returned deals stand in the period as they did: their policy does not pay it anew."""
    if not spared:
        return given
    totals = dict(given.totals)
    for deal in spared:
        for code, amount in deal.amounts.items():
            totals[code] = totals.get(code, 0) + int((amount or 0) * deal.pay)
    return replace(given, deals=(*given.deals, *spared), totals=totals)


def _without_clawbacks(own: _Then, spared: Sequence[Deal]) -> list[Posted]:
    sources = {deal.source for deal in spared}
    taken = [one for one in own.corrected if one.entry != "clawback" or one.source not in sources]
    return [*own.posted, *taken]


def _given_back(held: Iterable[Held], sources: AbstractSet[object]) -> list[Owed]:
    return [
        Owed("adjustment", one.holdback, one.source, one.fen, one.origin, GIVEN_BACK)
        for one in held
        if one.source in sources
    ]


def _placed(run: Run, owed: Owed, returned: AbstractSet[object]) -> Owed:
    """With the run as its origin where there was no line, and named for what it is."""
    entry = owed.entry
    if owed.source in returned and owed.fen < 0:
        entry = "clawback"
    return owed._replace(origin=owed.origin or f"{run.pk}:", entry=entry)
