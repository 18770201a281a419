"""Facts of prospects: entering and leaving the stock of open ones, at any level and as intent.

Two parallel families of kinds: `prospect_*` counts every level, `intent_*` those that the source
calls 意向客户 (H/A/B). Both are walked from the same dated steps.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cheji.facts.book import Book
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import Prospect, ProspectStep, Visit, entries

from .chosen import chosen

K = ProspectStep.Kind
INTENT = frozenset("HAB")
FAMILIES = {"prospect": frozenset("HABC"), "intent": INTENT}
ENTERS: dict[str, str] = {
    K.OPENED: "opened",
    K.REACTIVATED: "reactivated",
    K.RETURNED: "returned",
    K.LEVEL: "raised",
}
LEAVES: dict[str, str] = {
    K.ORDERED: "ordered",
    K.LOST: "lost",
    K.DORMANT: "dormant",
    K.LEVEL: "dropped",
}
ENTERED = {*ENTERS.values(), "in"}
OLD = timedelta(days=91)  # older than 90 days
CLOSES = {K.ORDERED, K.LOST, K.DORMANT}
OPENS = {K.OPENED, K.REACTIVATED, K.RETURNED}
ORDERED, LOST = K.ORDERED.value, K.LOST.value  # an enum's member is slow to look up


class Card(NamedTuple):
    """What the facts of a prospect need of its own columns.

    `recorded_on` is the day on which it was written down; none of one that its order brought.
    """

    id: int
    outlet: int
    opened_on: date
    closed_on: date | None
    rival: str
    customer: int
    model: str
    channel: str
    recorded_on: date | None = None


class Step(NamedTuple):
    """One dated step; level and owner are those after it."""

    on_date: date
    kind: str
    level: str
    owner: int | None
    reason: str = ""


class Event(NamedTuple):
    """A move into, out of, or inside a family's stock; `since` starts the spell."""

    kind: str
    on_date: date
    owner: int | None
    level: str
    since: date


def walk(steps: Sequence[Step], levels: frozenset[str]) -> Iterator[Event]:
    """The moves of one prospect in the family of those levels, kinds without the family's prefix.

    An order makes a customer an intent customer: one of a lower level is raised on that day.
    """
    inside, is_open, owner, level = False, False, None, ""
    since = steps[0].on_date if steps else date.min
    for step in steps:
        opens = step.kind in OPENS or (is_open and step.kind not in CLOSES)
        wanted = opens and step.level in levels
        if step.kind == ORDERED and is_open and not inside:
            since = step.on_date
            yield Event("raised", step.on_date, step.owner, step.level, since)
            inside, owner, level = True, step.owner, step.level
        if wanted and not inside:
            since = since if step.kind == K.RETURNED else step.on_date
            yield Event(
                ENTERS.get(step.kind, "raised"), step.on_date, step.owner, step.level, since
            )
        elif inside and not wanted:
            yield Event(LEAVES.get(step.kind, "dropped"), step.on_date, owner, level, since)
        elif inside and owner != step.owner:
            yield Event("out", step.on_date, owner, level, since)
            yield Event("in", step.on_date, step.owner, step.level, since)
        inside, is_open, owner, level = wanted, opens, step.owner, step.level


def steps_of(ids: Sequence[int] | None) -> dict[int, list[Step]]:
    """The steps of each prospect in order of date and entry."""
    found: dict[int, list[Step]] = defaultdict(list)
    rows_ = chosen(ProspectStep.objects.exclude(kind=K.NOTE), ids, "prospect")
    columns = ("prospect", "on_date", "kind", "level", "owner", "reason")
    for prospect, *step in rows_.order_by("prospect", "on_date", "id").values_list(*columns):
        found[prospect].append(Step(*step))
    return found


def intent_since(steps: Sequence[Step], on: date) -> date | None:
    """The start of the intent spell in which an order of that day falls."""
    since = None
    for event in walk(steps, INTENT):
        if event.on_date <= on:
            since = event.since
    return since


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    cards = chosen(Prospect.objects.all(), ids)
    came = here_of(list(cards.order_by().values_list("customer", flat=True).distinct()))
    columns = cards.values_list(*Card._fields[:-1]).iterator(5000)
    recorded = _recorded(ids)
    made = (Card._make((*column, recorded.get(column[0]))) for column in columns)
    yield from said(made, steps_of(ids), came, book)


def said(
    cards: Iterable[Card],
    steps: Mapping[int, Sequence[Step]],
    came: Mapping[int, Sequence[date]],
    book: Book,
) -> Iterator[Row]:
    """The facts of cards; `came` has the days on which their customers were at the outlet."""
    for pk, outlet, opened, closed, rival, customer, model, channel, recorded in cards:
        closing_day = book.closing_days[outlet]
        source = Source("prospect", pk, outlet, closing_day, customer, model, channel)
        days = [*came.get(source.customer or 0, ()), *_ordered(steps[pk])]
        again = min((day for day in days if opened < day <= (closed or day)), default=None)
        if again is not None:
            whose = book.whose(_owner(steps[pk], again), outlet, again)
            yield source.row("visit_second", again, whose=whose, since=opened, quantity=WHOLE)
        if recorded is not None:
            late = max(0, (recorded - opened).days)
            whose = book.whose(_owner(steps[pk], opened), outlet, opened)
            yield source.row("card_recorded", opened, whose=whose, since=opened, quantity=WHOLE,
                             value=late)  # fmt: skip
        why = _why(steps[pk], rival)
        for family, levels in FAMILIES.items():
            events = list(walk(steps[pk], levels))
            for event in [*events, *(aged(events) if family == "intent" else ())]:
                yield source.row(
                    f"{family}_{event.kind}",
                    event.on_date,
                    whose=book.whose(event.owner, outlet, event.on_date),
                    since=event.since,
                    quantity=WHOLE,
                    value=_days(event),
                    level=event.level,
                    tags=why.get(event.on_date, "") if event.kind == "lost" else "",
                )


def _recorded(ids: Sequence[int] | None) -> dict[int, date]:
    """The day on which each card was written down, in the outlet's zone."""
    opened = ProspectStep.objects.filter(kind=K.OPENED, prospect__by_order=False)
    columns = ("prospect", "recorded_at", "prospect__outlet__timezone")
    return {
        card: at.astimezone(ZoneInfo(zone)).date()
        for card, at, zone in chosen(opened, ids, "prospect").values_list(*columns)
    }


def _why(steps: Sequence[Step], rival: str) -> dict[date, str]:
    """Of each day of a loss whether it is clear: to a `rival`, the last one, or for a `reason`."""
    found = {step.on_date: "reason" for step in steps if step.kind == LOST and step.reason}
    last = max((step.on_date for step in steps if step.kind == LOST), default=None)
    return found | ({last: "rival"} if last and rival else {})


def aged(events: Sequence[Event]) -> Iterator[Event]:
    """When a customer has stood open for more than 90 days, and when he leaves after that.

    The first is said in advance, so that the aged ones are a stock like the others.
    """
    for place, event in enumerate(events):
        if event.kind not in ENTERED:
            continue
        left = next((later for later in events[place + 1 :] if later.kind not in ENTERED), None)
        on = max(event.on_date, event.since + OLD)
        if left is None or on < left.on_date:
            yield event._replace(kind="aged_90", on_date=on)
            if left is not None:
                yield event._replace(kind="aged_90_out", on_date=left.on_date)


def _days(event: Event) -> int:
    """Days from the start of the spell to the order; 0 for all that is no order."""
    return (event.on_date - event.since).days if event.kind == "ordered" else 0


def _owner(steps: Sequence[Step], on: date) -> int | None:
    """Whose the card was on that day."""
    return next((step.owner for step in reversed(steps) if step.on_date <= on), None)


def _ordered(steps: Sequence[Step]) -> Iterator[date]:
    return (step.on_date for step in steps if step.kind == ORDERED)


def here_of(customers: Collection[int]) -> dict[int, list[date]]:
    """The days on which customers were at the outlet: visits, and talks held there."""
    visits = Visit.objects.filter(purpose=Visit.Purpose.BUY).exclude(excluded=Visit.Excluded.VOID)
    talks = entries("follow_up").filter(void=False, way="outlet", done_on__isnull=False)
    found: dict[int, list[date]] = defaultdict(list)
    for rows_, column in ((visits, "on_date"), (talks, "done_on")):
        theirs = rows_.filter(customer__among=customers).order_by()
        for customer, on in theirs.values_list("customer", column):
            found[customer].append(on)
    return found
