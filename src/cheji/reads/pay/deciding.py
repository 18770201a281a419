"""What decided exceptions change: deals and people left out for now, deals of nobody in post."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q

from cheji.engine.definitions import PayPlan, paid_twice
from cheji.reads.appraisals import Month
from cheji.reads.pay.deals import Source
from cheji.reads.pay.exceptions import found_in
from cheji.reads.pay.gathered import Gathered
from cheji.reads.pay.whom import by_deals
from cheji.records.calculations import Found
from cheji.records.models import PayException

if TYPE_CHECKING:
    from django.db.models import QuerySet

Key = tuple[str, str, int]


def decided_for(asked: Month, plan: PayPlan) -> set[str]:
    """Codes of the plans in force whose decisions hold for one that is tried.

    It is the plan itself, or those in whose place it would pay the same people.
    """
    plans = asked.catalogue.ruling.pay_plans
    here = {one.code for one in plans}
    if plan.code in here:
        return {plan.code}
    return here & ({*plan.replaces} | {one.code for one in paid_twice(plan, plans)})


def decided(asked: Month, made: Gathered) -> set[Source]:
    """Take decided exceptions in; returns the deals that are left out.

    A decision holds while the record is as it was: what is put right since is paid as any other,
    by the next run where the month is closed. Of a record that came late it was taken later.
    """
    rows = _rows(asked, made).exclude(~Q(period=asked.month), source_kind="person")
    columns = rows.values_list("kind", "source_kind", "source", "how")
    how: dict[Key, str] = {(kind, noun, record): way for kind, noun, record, way in columns}
    if not how:
        return set()
    still = [
        (one, how.get((one.kind, one.source_kind, one.source))) for one in found_in(asked, made)
    ]
    left = {(one.source_kind, one.source) for one, way in still if way == "leave_out"}
    for noun, record in left:
        if noun == "person":
            made.stints.pop(record, None)
    accepted = {one.person for one, way in still if one.kind == "no_post" and way == "accept"}
    made.visitors = by_deals(asked, [who for who in accepted if who is not None])
    return {source for source in left if source[0] != "person"}


def undecided(asked: Month, made: Gathered) -> Iterator[Found]:
    """What is found of a closed month's records that nobody decided: they came after its close."""
    known = set(_rows(asked, made).values_list("kind", "source_kind", "source"))
    for one in found_in(asked, made):
        if one.source_kind != "person" and (one.kind, one.source_kind, one.source) not in known:
            yield one


def _rows(asked: Month, made: Gathered) -> "QuerySet[PayException]":
    return PayException.objects.filter(
        outlet=asked.outlet.id,
        definition__in=made.decided,
        period__gte=asked.month,
        state="decided",
    )
