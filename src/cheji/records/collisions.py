"""撞单: two who claim one customer, their timelines side by side, and what each rule would say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from django.db.models import Q, QuerySet

from .encryption import blind, normal_phone
from .models import Customer, Delivery, Dispute, Order, Post, Prospect, ProspectStep, Unit, Visit

#: The options in the order in which they are offered: code, zh, en.
RULES: Final = (
    ("first_valid", "首个有效建卡者，跟进未中断", "The first card, while it was followed up"),
    ("second", "成交者（首卡已失效）", "Who closed it: the first card had lapsed"),
    ("half", "两人各半", "Half each"),
    ("custom", "另行约定比例", "Shares of their own"),
    ("manager", "由主管裁决归一人", "One of them, as the manager decides"),
)
RULE_CODES: Final = tuple(code for code, _zh, _en in RULES)
WINDOW: Final = 15
"""Days without a follow-up after which a card no longer counts."""
WHOLE: Final = 10_000
OUTLET, TEAM = Unit.Kind.OUTLET, Unit.Kind.TEAM


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that somebody did about the customer."""

    on: date
    kind: str
    source: str
    level: str = ""

    def as_json(self) -> dict[str, str]:
        return {"on": self.on.isoformat(), "kind": self.kind, "source": self.source,
                "level": self.level}  # fmt: skip


def home_of(person: int, on: date) -> Unit | None:
    """The outlet of somebody's latest post at an outlet or in a team, up to a day."""
    posts = Post.objects.filter(person=person, since__lte=on, unit__kind__in=(OUTLET, TEAM))
    last = posts.select_related("unit__parent").order_by("-since", "-pk").first()
    if last is None:
        return None
    return last.unit if last.unit.kind == OUTLET else last.unit.parent


def other_outlet(dispute: Dispute) -> Unit | None:
    """The outlet of the other side as it was when the dispute was made, where two outlets do."""
    return None if dispute.against_outlet_id == dispute.outlet_id else dispute.against_outlet


def signed_by(order: Order) -> int | None:
    """Who signed it first, or of those of that day who has most of it."""
    return order.shares.order_by("since", "-share").values_list("person", flat=True).first()


def timelines(
    order: Order, people: Sequence[int], relative: Customer | None = None
) -> dict[int, list[Moment]]:
    """What each of these people did about the order's customer or his family, oldest first."""
    found: dict[int, list[Moment]] = {person: [] for person in people}
    buyers = _known_by(*[one for one in (order.customer, relative) if one is not None])
    for person, moment in (*_cards(buyers, people), *_visits(buyers, people)):
        found[person].append(moment)
    for share in order.shares.filter(person__in=people):
        found[share.person_id].append(Moment(share.since, "order", f"order:{order.pk}"))
    for delivery in Delivery.objects.filter(order=order, void=False):
        for person in people:
            if any(one.kind == "order" for one in found[person]):
                moment = Moment(delivery.on_date, "delivery", f"delivery:{delivery.pk}")
                found[person].append(moment)
    return {person: sorted(rows, key=lambda one: (one.on, one.source)) for person, rows in
            found.items()}  # fmt: skip


def _known_by(*customers: Customer) -> "QuerySet[Customer]":
    """These, at whatever outlet each is kept by the same phone or ID number."""
    known = Q(pk__in=[one.pk for one in customers])
    for one in customers:
        if one.phone_index is not None:
            known |= Q(phone_index=one.phone_index)
        if one.identity_index is not None:
            known |= Q(identity_index=one.identity_index)
    return Customer.objects.filter(known)


def served(phone: str, person: int) -> Customer | None:
    """The customer of a phone number who has a card or a visit with somebody."""
    for customer in Customer.objects.filter(phone_index=blind(normal_phone(phone), field="phone")):
        one = _known_by(customer)
        if any(_cards(one, (person,))) or any(_visits(one, (person,))):
            return customer
    return None


def _cards(buyers: "QuerySet[Customer]", people: Sequence[int]) -> Iterable[tuple[int, Moment]]:
    cards = Prospect.objects.filter(customer__in=buyers)
    steps = ProspectStep.objects.filter(prospect__in=cards).order_by("on_date", "id")
    for step in steps.select_related("prospect"):
        person = step.owner_id
        if person is not None and person in people:
            yield (
                person,
                Moment(step.on_date, step.kind, f"prospect:{step.prospect_id}", step.level or ""),
            )


def _visits(buyers: "QuerySet[Customer]", people: Sequence[int]) -> Iterable[tuple[int, Moment]]:
    rows = Visit.objects.filter(customer__in=buyers, person__in=people)
    for visit in rows.order_by("on_date", "id"):
        yield visit.person_id or 0, Moment(visit.on_date, "visit", f"visit:{visit.pk}")


def ruled(
    rule: str, lines: Mapping[int, Sequence[Moment]], *, closer: int | None, window: int = WINDOW
) -> dict[int, int] | None:
    """Shares in 1/10,000 by a rule; None where somebody has to say them.

    Args:
        rule: of `RULES`.
        lines: timelines of the two.
        closer: who signed the order.
        window: days within which a card must be followed up to count on.
    """
    people = list(lines)
    if rule == "half":
        first, second = _halves(people)
        return {people[0]: first, people[1]: second}
    if rule == "second":
        return {person: WHOLE if person == closer else 0 for person in people}
    if rule == "first_valid":
        winner = first_valid(lines, window) or closer
        return {person: WHOLE if person == winner else 0 for person in people}
    return None


def _halves(people: Sequence[int]) -> tuple[int, int]:
    half = Fraction(WHOLE, len(people))
    return int(half), WHOLE - int(half)


def first_valid(lines: Mapping[int, Sequence[Moment]], window: int) -> int | None:
    """Whose card came first and never went longer than the window without a touch."""
    ended = max((one.on for rows in lines.values() for one in rows), default=None)
    valid = {}
    for person, rows in lines.items():
        touches = [one.on for one in rows if one.kind != "delivery"]
        if not touches or ended is None:
            continue
        gaps = [(after - before).days for before, after in pairwise(touches)]
        last = (ended - touches[-1]).days
        if all(gap <= window for gap in [*gaps, *([] if _closed(rows) else [last])]):
            valid[person] = touches[0]
    return min(valid, key=lambda person: (valid[person], person), default=None)


def _closed(rows: Sequence[Moment]) -> bool:
    return any(one.kind == "order" for one in rows)


def frozen(lines: Mapping[int, Sequence[Moment]]) -> dict[str, list[dict[str, Any]]]:
    """Timelines as JSON, by person."""
    return {str(person): [one.as_json() for one in rows] for person, rows in lines.items()}
