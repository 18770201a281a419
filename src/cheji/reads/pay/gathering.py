"""Everything that one person's pay of a month is worked out from, put together for the engine."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q

from cheji.engine.definitions import Measure, PayPlan
from cheji.engine.pay import Event, Figures, Given, Group, Ledger, Member, Owed, Typed, prepared
from cheji.engine.periods import Period, from_key
from cheji.engine.scores import ScoreCard
from cheji.reads.appraisals import Month, final
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.pay.deals import Sold, Source, Split, deals, looks_at_deals, sold, splits_of
from cheji.reads.pay.figures import figures_of, spans_of
from cheji.reads.pay.ledgers import ledgers
from cheji.records.models import ManualLine, PayEvent, PayException, Post, Violation
from cheji.records.visibility import Viewer, operator

UNITS = "deliveries"
MONTHS_OF_YEAR = 12


def all_seeing(ground: Ground) -> Ground:
    """The ground on which pay is worked out: whole teams count, whoever looks at the result."""
    viewer: Viewer = operator(ground.viewer.on)
    found = Ground(viewer)
    found.shelf = ground.shelf
    return found


@dataclass
class Stint:
    """A person's days in posts that a pay plan is for, and the team he stood in last."""

    person: int
    number: str
    hired_on: date | None
    team: int | None = None
    days: set[date] = field(default_factory=set)


@dataclass(frozen=True)
class Extra:
    """What comes from elsewhere into a run: corrections by person, and people who left."""

    owed: Mapping[int, tuple[Owed, ...]] = field(default_factory=dict)
    typed: bool = True


def stints(asked: Month, plan: PayPlan) -> dict[int, Stint]:
    """Those whom a plan is for in an outlet and month, by staff number."""
    if plan.outlets and asked.outlet.code not in plan.outlets:
        return {}
    period = period_of_month(asked)
    posts = Post.objects.filter(
        Q(unit=asked.outlet.id) | Q(unit__parent=asked.outlet.id),
        Q(until=None) | Q(until__gt=period.start),
        role__in=plan.posts or (Post.Role.CONSULTANT.value,),
        since__lt=period.until,
    )
    found: dict[int, Stint] = {}
    columns = ("person", "person__number", "person__hired_on", "unit", "since", "until")
    rows = posts.order_by("person__number", "since", "id").values_list(*columns)
    for who, number, hired_on, unit, since, until in rows:
        one = found.setdefault(who, Stint(who, number, hired_on))
        one.team = unit if unit != asked.outlet.id else one.team
        first = max(since, period.start).toordinal()
        last = min(until or period.until, period.until).toordinal()
        one.days |= {date.fromordinal(day) for day in range(first, last)}
    return found


def period_of_month(asked: Month) -> Period:
    return from_key("month", asked.month, asked.outlet.closing_day)


def nth(hired_on: date | None, month: int) -> int:
    """The number of a person's period, from 1 in the month in which he came."""
    if hired_on is None:
        return 1
    came = hired_on.year * MONTHS_OF_YEAR + hired_on.month
    return max(month // 100 * MONTHS_OF_YEAR + month % 100 - came + 1, 1)


def measures_of(asked: Month, plan: PayPlan) -> list[Measure]:
    codes = {*plan.measures, *([UNITS] if _groups(plan) else [])}
    return [m for m in asked.catalogue.ruling.measures if m.code in codes]


def _groups(plan: PayPlan) -> bool:
    """Whether somebody's pay rests on what others did."""
    if any(p.kind in ("pool", "prize") or p.whose != "person" or p.of_pay for p in plan.components):
        return True
    parts: list[Any] = [*plan.components, *plan.factors, *plan.gates, *plan.catch_ups]
    looks = [part.look for part in parts]
    than = any("average" in part.than for factor in plan.factors for part in factor.parts)
    return than or any(look is not None and look.whose != "person" for look in looks)


@dataclass
class Gathered:
    """Inputs by person, and what they were put together from."""

    plan: PayPlan
    measures: list[Measure]
    stints: dict[int, Stint]
    sold: Sold
    splits: dict[Source, Split]
    givens: dict[int, Given] = field(default_factory=dict)
    cards: dict[int, ScoreCard] = field(default_factory=dict)
    typed: list[int] = field(default_factory=list)


def gather(
    asked: Month,
    plan: PayPlan,
    people: Iterable[int] | None = None,
    extra: Extra | None = None,
    *,
    also: Iterable[int] = (),
) -> Gathered:
    """Inputs of an outlet's month under a plan, of everybody or of some; `asked` sees everything.

    People who are in no post that the plan is for have what is owed, held and typed alone; `also`
    are some who are paid by it all the same.
    """
    held = stints(asked, plan)
    for who in also:
        held.setdefault(who, Stint(who, "", None))
    wanted = held if people is None else {who: held[who] for who in people if who in held}
    measures = measures_of(asked, plan)
    slices = [Slice(asked.outlet.id, who) for who in held]
    whole = [*slices, Slice(asked.outlet.id)] if len(slices) == 1 else slices
    detailed = looks_at_deals(plan)
    found = sold(asked, whole, measures, detailed=detailed) if slices else Sold()
    made = Gathered(plan, measures, held, found, splits_of(found, measures))
    _leave_out(asked, made)
    more = extra or Extra()
    others = [who for who in more.owed if who not in held]
    _fill(asked, made, wanted, more)
    _fill_others(asked, made, others, more, all_of_them=people is None)
    return made


def _leave_out(asked: Month, made: Gathered) -> None:
    """Deals that somebody decided not to pay now."""
    rows = PayException.objects.filter(
        outlet=asked.outlet.id, period=asked.month, definition=made.plan.code, state="decided",
        how="leave_out",
    )  # fmt: skip
    for source in rows.values_list("source_kind", "source"):
        for sums in made.sold.amounts.values():
            sums.pop(source, None)


def _fill(asked: Month, made: Gathered, wanted: Mapping[int, Stint], extra: Extra) -> None:
    plan, people = made.plan, list(wanted)
    slices = {who: Slice(asked.outlet.id, who) for who in people}
    figures = figures_of(asked, list(slices.values()), plan.kpis)
    spans = spans_of(asked, list(slices.values()), plan)
    made.cards = _cards(asked, plan, slices)
    left = ledgers(asked, plan, people)
    typed = _typed(asked, made, people) if extra.typed else {}
    events, vetoes = _events(asked, made, left), _vetoes(asked, people)
    period = period_of_month(asked)
    group = _Groups(asked, made) if _groups(plan) else None
    for who, stint in wanted.items():
        own = deals(made.sold, who, made.splits)
        card = made.cards.get(who)
        ledger = left.get(who, Ledger())
        sources = {deal.source for deal in own} | {held.source for held in ledger.held}
        whose = slices[who]
        made.givens[who] = Given(
            deals=tuple(own),
            totals=_totals(made, who),
            figures=figures.get(whose, Figures()),
            score=card.total if card else None,
            coefficient=card.coefficient if card else None,
            person=f"person:{who}",
            attributes=_attributes(stint, asked.month),
            days=len(stint.days),
            of_days=(period.until - period.start).days,
            nth=nth(stint.hired_on, asked.month),
            spans=spans.get(whose, {}),
            team=group.of_team(stint.team) if group else None,
            outlet=group.of_outlet() if group else None,
            ledger=ledger,
            events=_releasing(events, sources, extra.owed.get(who, ())),
            owed=tuple(extra.owed.get(who, ())),
            typed=tuple(typed.get(who, ())),
            vetoes=vetoes.get(who, ()),
        )
    if group:
        group.averages()


def _fill_others(
    asked: Month, made: Gathered, others: Sequence[int], extra: Extra, *, all_of_them: bool
) -> None:
    """Who is in no such post any more but is owed something, or has a typed amount coming."""
    left = ledgers(asked, made.plan, None) if all_of_them else {}
    typed = _typed(asked, made, None) if all_of_them and extra.typed else {}
    people = dict.fromkeys([*others, *left, *typed])
    rest = [who for who in people if who not in made.stints]
    events = _events(asked, made, left)
    for who in rest:
        ledger = left.get(who, Ledger())
        sources = {held.source for held in ledger.held}
        made.givens[who] = Given(
            person=f"person:{who}",
            nth=0,
            ledger=ledger,
            events=_releasing(events, sources, extra.owed.get(who, ())),
            owed=tuple(extra.owed.get(who, ())),
            typed=tuple(typed.get(who, ())),
        )


def for_those_who_left(plan: PayPlan) -> PayPlan:
    """What is left of a plan for who is no longer paid by it: what is held, owed and due."""
    return replace(
        plan, components=(), factors=(), gates=(), caps=(), catch_ups=(), draws=(), scheme=""
    )


def plan_for(made: Gathered, person: int) -> PayPlan:
    return made.plan if person in made.stints else for_those_who_left(made.plan)


def _totals(made: Gathered, person: int) -> dict[str, int]:
    """Of the period by measure; of a split deal the part that is paid."""
    found = made.sold.totals(person, made.measures)
    for source, split in made.splits.items():
        own = made.sold.amounts.get(person, {}).get(source, {})
        share = split.pay.get(person, Fraction(0))
        if not own and not share:
            continue
        for code in found:
            found[code] += int((split.whole.get(code) or 0) * share) - (own.get(code) or 0)
    return found


def _attributes(stint: Stint, month: int) -> dict[str, str | int]:
    return {"seniority": nth(stint.hired_on, month)} if stint.hired_on else {}


def _cards(asked: Month, plan: PayPlan, slices: Mapping[int, Slice]) -> dict[int, ScoreCard]:
    """The scores that pay goes by: those of a closed run where there is one."""
    if not plan.scheme or not slices:
        return {}
    found = final(asked, list(slices.values()), asked.catalogue.scheme(plan.scheme))
    return {who: found[whose] for who, whose in slices.items() if whose in found}


def _typed(asked: Month, made: Gathered, people: Sequence[int] | None) -> dict[int, list[Typed]]:
    """Approved amounts that no closed run has paid, up to this month."""
    rows = ManualLine.objects.filter(
        outlet=asked.outlet.id, period__lte=asked.month, state="approved", run__isnull=True
    )
    if people is not None:
        rows = rows.filter(person__in=people)
    else:
        rows = rows.exclude(person__in=made.stints)
    found: dict[int, list[Typed]] = {}
    for row in rows.order_by("id"):
        line = Typed(row.component, row.fen, f"manual:{row.pk}", row.reason)
        found.setdefault(row.person_id, []).append(line)
        made.typed.append(row.pk)
    return found


def _events(asked: Month, made: Gathered, left: Mapping[int, Ledger]) -> list[Event]:
    """What happened to deals of the month, or of which something is held, up to its end."""
    until = period_of_month(asked).until
    rows = PayEvent.objects.filter(outlet=asked.outlet.id, void=False, on_date__lt=until)
    if not (made.plan.holdbacks or made.plan.earned_at or any(one.held for one in left.values())):
        return []
    columns = rows.order_by("id").values_list("source_kind", "source", "kind")
    return [Event(f"{noun}:{record}", kind) for noun, record, kind in columns]


def _releasing(
    events: Iterable[Event], sources: AbstractSet[Any], owed: Iterable[Owed]
) -> tuple[Event, ...]:
    """Events of a person's deals; what is given back with a returned deal is not released too."""
    back = {one.source for one in owed if one.code == "reserve_back"}
    return tuple(one for one in events if one.source in sources and one.source not in back)


def _vetoes(asked: Month, people: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Codes of violations that were decided as proven, of the month."""
    period = period_of_month(asked)
    rows = Violation.objects.filter(
        outlet=asked.outlet.id, person__in=people, state="decided", on_date__gte=period.start,
        on_date__lt=period.until,
    )  # fmt: skip
    found: dict[int, tuple[str, ...]] = {}
    for who, code in rows.order_by("code").values_list("person", "code").distinct():
        found[who] = (*found.get(who, ()), code)
    return found


class _Groups:
    """Teams and the outlet as the engine asks for them; each is put together once."""

    def __init__(self, asked: Month, made: Gathered) -> None:
        self.asked, self.made = asked, made
        self._found: dict[int, Group] = {}
        self.paid = paid_by_component(asked, made)

    def of_team(self, team: int | None) -> Group:
        if team is None:
            return self.of_outlet()
        return self._group(team, self.made.sold.teams.get(team, {}))

    def of_outlet(self) -> Group:
        return self._group(self.asked.outlet.id, self.made.sold.outlet)

    def _group(self, unit: int, totals: Mapping[str, int]) -> Group:
        if unit not in self._found:
            inside = [
                stint
                for stint in self.made.stints.values()
                if unit in (stint.team, self.asked.outlet.id)
            ]
            figures = figures_of(self.asked, [Slice(unit)], self.made.plan.kpis)
            paid: dict[str, int] = {}
            for who, sums in self.paid.items():
                if unit == self.asked.outlet.id or who in self._people(unit):
                    for code, fen in sums.items():
                        paid[code] = paid.get(code, 0) + fen
            self._found[unit] = Group(
                totals=dict(totals),
                figures=figures.get(Slice(unit), Figures()),
                paid=paid,
                members=tuple(self._member(stint) for stint in inside),
            )
        return self._found[unit]

    def _people(self, team: int) -> set[int]:
        period = period_of_month(self.asked)
        posts = Post.objects.filter(
            Q(until=None) | Q(until__gt=period.start), unit=team, since__lt=period.until
        )
        return set(posts.values_list("person", flat=True))

    def _member(self, stint: Stint) -> Member:
        totals = self.made.sold.totals(stint.person, self.made.measures)
        card = self.made.cards.get(stint.person)
        return Member(
            f"person:{stint.person}",
            totals.get(UNITS, 0),
            card.total if card else None,
            len(stint.days),
            totals,
        )

    def averages(self) -> None:
        """Give everybody his team's average beside his own figures."""
        kpis = self.asked.catalogue.ruling.kpi
        for who, given in self.made.givens.items():
            if given.team is None:
                continue
            count = len(given.team.members) or 1
            averages = {
                code: value
                if value is None or code not in kpis or kpis[code].is_rate
                else value / count
                for code, value in given.team.figures.values.items()
            }
            figures = replace(given.figures, averages=averages)
            self.made.givens[who] = replace(given, figures=figures)


def paid_by_component(asked: Month, made: Gathered) -> dict[int, dict[str, int]]:
    """What others earn by component under the plans that an override is paid on."""
    wanted = {code for part in made.plan.components for code in part.of_pay}
    found: dict[int, dict[str, int]] = {}
    for plan in asked.catalogue.ruling.pay_plans:
        own = {part.code for part in plan.components} & wanted
        if not own or plan.code == made.plan.code or any(p.of_pay for p in plan.components):
            continue
        for who, fens in _earned(asked, plan, own).items():
            sums = found.setdefault(who, {})
            for code, fen in fens.items():
                sums[code] = sums.get(code, 0) + fen
    return found


def _earned(asked: Month, plan: PayPlan, codes: set[str]) -> dict[int, dict[str, int]]:
    payer, found = prepared(plan), {}
    for who, given in gather(asked, plan).givens.items():
        sums: dict[str, int] = {}
        for line in payer.pay(given).lines:
            if line.component in codes:
                sums[line.component] = sums.get(line.component, 0) + line.fen
        found[who] = sums
    return found
