"""A pay plan on a real person: his month by a draft beside the plan in force; nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from cheji.engine.definitions import Component, PayPlan
from cheji.engine.pay import Statement, no_target, prepared
from cheji.reads.appraisals import Month, month_of
from cheji.reads.kpis.ground import Ground, Place, Slice
from cheji.reads.pay.aims import as_of_month
from cheji.reads.pay.gathered import Extra, Gathered
from cheji.reads.pay.gathering import all_seeing, gather
from cheji.reads.pay.showing import names_of
from cheji.reads.pay.volumes import sold
from cheji.reads.pay.what_if import next_cars
from cheji.reads.pay.whom import held, stints
from cheji.reads.seen import Where, Who
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Sum:
    """What one part of a pay plan comes to, in fen; None where that plan has no such part."""

    code: str
    zh: str
    en: str
    new: int | None
    old: int | None


@dataclass(frozen=True, slots=True)
class Example:
    """One person's month by a draft, in fen.

    Attributes:
        person: whose month.
        deals: cars handed over in it.
        new, old: payable by the draft, and by the plan in force; None where none is for him.
        plan: the plan in force, as (zh, en).
        sums: part by part of both, those of the draft first.
        nexts: what the draft pays for one more car, and for each after it.
        aimless: the components of the draft that found no target, as (zh, en).
        schemeless: whether the draft's scheme was not in force then, so that nobody has a score.
    """

    person: Who
    deals: int
    new: int
    old: int | None
    plan: tuple[str, str] | None
    sums: tuple[Sum, ...]
    nexts: tuple[int, ...]
    aimless: tuple[tuple[str, str], ...] = ()
    schemeless: bool = False


def outlets(viewer: Viewer) -> tuple[Where, ...]:
    """The outlets whose pay the viewer sees."""
    return tuple(place.where for place in _places(Ground(viewer)))


def candidates(viewer: Viewer, outlet: str, month: int, plan: PayPlan) -> tuple[Who, ...]:
    """Whom a plan is for in an outlet and month.

    Raises:
        NotFound: an outlet whose pay the viewer does not see.
    """
    asked = _asked(viewer, outlet, month)
    found = stints(asked, plan)
    names = asked.ground.names(found)
    return tuple(asked.who(names, who) for who in found)


def example(viewer: Viewer, outlet: str, month: int, plan: PayPlan, person: int) -> Example:
    """The month of one of the candidates by a draft, beside the plan in force for him.

    Raises:
        NotFound: an outlet whose pay the viewer does not see, or nobody whom the plan is for.
    """
    asked = _asked(viewer, outlet, month)
    if not held(asked, [plan], person):
        raise NotFound(noun="pay statement", key=person)
    made = _made(asked, plan, person)
    new, given = _paid(made, person), made.givens[person]
    before = _in_force(asked, plan.code, person)
    old = _paid(_made(asked, before, person), person) if before else None
    names = asked.ground.names([person])
    return Example(
        asked.who(names, person),
        sold(given),
        new.payable,
        old.payable if old else None,
        (before.zh, before.en) if before else None,
        _sums(plan, new, before, old),
        next_cars(asked, made, person) if given.deals else (),
        tuple((part.zh, part.en) for part in plan.components if _aimless(part, new)),
        schemeless=plan.scored and as_of_month(asked, plan).scheme != plan.scheme,
    )


def _aimless(part: Component, statement: Statement) -> bool:
    """Whether nothing is set that a component is held against."""
    told = {(row.component, row.code) for row in statement.rejected}
    return (part.code, "no_target") in told or no_target(part.look, statement.looked.get(part.code))


def _places(ground: Ground) -> list[Place]:
    reach = ground.scope.reach("pay_runs")
    places = ground.places_in_reach("outlet")
    return [place for place in places if reach.everything or place.id in reach.outlets]


def _asked(viewer: Viewer, outlet: str, month: int) -> Month:
    """The month on a ground that sees everything: teams count whole, whoever looks."""
    ground = Ground(viewer)
    place = next((one for one in _places(ground) if one.code == outlet), None)
    if place is None:
        raise NotFound(noun="outlet", key=outlet)
    return month_of(all_seeing(ground), Slice(place.id), month)


def _made(asked: Month, plan: PayPlan, person: int) -> Gathered:
    return gather(asked, as_of_month(asked, plan), [person], Extra(typed=False))


def _paid(made: Gathered, person: int) -> Statement:
    return prepared(made.plan).pay(made.givens[person], made.cards.get(person))


def _in_force(asked: Month, code: str, person: int) -> PayPlan | None:
    """The plan of that code in force then, else the first one that is for the person."""
    plans = asked.catalogue.ruling.pay_plans
    same = sorted(plans, key=lambda plan: plan.code != code)
    return next(iter(held(asked, same, person)), None)


def _sums(
    plan: PayPlan, new: Statement, before: PayPlan | None, old: Statement | None
) -> tuple[Sum, ...]:
    news, olds = _by_part(new), _by_part(old) if old else {}
    called: Mapping[str, tuple[str, str]] = {
        **(names_of(before) if before else {}),
        **names_of(plan),
    }
    return tuple(
        Sum(code, *called.get(code, (code, code)), news.get(code), olds.get(code))
        for code in dict.fromkeys([*news, *olds])
    )


def _by_part(statement: Statement) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in statement.lines:
        found[line.component] = found.get(line.component, 0) + line.fen
    return found
