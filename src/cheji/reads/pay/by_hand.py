"""What people ask for by hand: typed lines, splits of an order's pay, events of releases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from cheji.reads.asking import Asked, Listing, Page, equals, numbered
from cheji.reads.filters import in_outlet, of_person
from cheji.reads.pay.cases import names_of_users
from cheji.reads.pay.opened import links_of
from cheji.reads.seen import Link, Where, Who, where
from cheji.records.calculations import any_of
from cheji.records.calculations import split as source_of
from cheji.records.models import Delivery, ManualLine, Order, PayEvent, PaySplit, Person, Post
from cheji.records.pay_codes import events_of, names_of, plan_codes, typed_components
from cheji.records.pay_events import named_by
from cheji.records.refusals import NotFound
from cheji.records.visibility import Scope, Viewer, of, one

WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class TypedSeen:
    """An amount that somebody asked for; `barred` when the viewer asked for it or is paid by it."""

    id: int
    outlet: Where
    period: int
    person: Who
    plan: str
    component: str
    fen: int
    reason: str
    evidence: str
    state: str
    by: str
    at: datetime
    decided_by: str
    decision: str
    run: int | None
    version: int
    barred: bool


@dataclass(frozen=True, slots=True)
class SplitSeen:
    """Who is paid how much of an order, 1/10,000 each; `approved` is None while it waits.

    `dispute` is the number of the one that asked for it, 0 where somebody did.
    """

    id: int
    outlet: Where
    order: Link
    parts: tuple[tuple[Who, int], ...]
    reason: str
    approved: bool | None
    by: str
    at: datetime
    decided_by: str
    version: int
    barred: bool
    dispute: int = 0


@dataclass(frozen=True, slots=True)
class EventSeen:
    """An event of a deal that sets held money free."""

    id: int
    outlet: Where
    kind: str
    source: Link
    on: date
    evidence: str
    void: bool
    by: str
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be asked for at an outlet: components of typed lines, pay plans, events.

    `names` are what components and plans are called, in Chinese and English.
    """

    components: tuple[str, ...]
    plans: tuple[str, ...]
    events: tuple[str, ...]
    names: Mapping[str, tuple[str, str]]


def choices(outlet: int) -> Choices:
    return Choices(
        typed_components(outlet), plan_codes(outlet), events_of(outlet), names_of(outlet)
    )


def people_at(viewer: Viewer, outlet: int) -> list[Who]:
    """Who holds a post at an outlet on the viewer's day, without himself, by staff number."""
    posts = Post.objects.filter(
        Q(unit=outlet) | Q(unit__parent=outlet), Q(until=None) | Q(until__gt=viewer.on),
        since__lte=viewer.on,
    )  # fmt: skip
    people = of(viewer).people().filter(pk__in=posts.values("person"))
    rows = people.exclude(pk=viewer.person or 0).order_by("number")
    return [Who(row.pk, row.number, row.name) for row in rows]


def order_named(viewer: Viewer, outlet: int, number: str) -> int:
    """The id of an order of an outlet whose pay one sees, by its number.

    Raises:
        NotFound: there is none.
    """
    if not _seen_at(viewer, outlet):
        raise NotFound(noun="order", key=number)
    return one(Order.objects.filter(outlet=outlet), "order", number, number=number).pk


def _seen_at(viewer: Viewer, outlet: int) -> bool:
    reach = of(viewer).reach("pay_runs")
    return reach.everything or outlet in reach.outlets


def deal_named(viewer: Viewer, outlet: int, named: str) -> str:
    """What an event is about that names an order by its number, or one car of it by its VIN.

    An order is all of its cars, those that are handed over later too: `order:5`. One that is a
    single car, and one that is named by its VIN, are `delivery:12`; of a car that was sold twice it
    is the later deal.

    Raises:
        NotFound: there is no such order, and no such car was handed over.
    """
    cars = Delivery.objects.filter(order__outlet=outlet, void=False)
    try:
        order = order_named(viewer, outlet, named)
    except NotFound:
        found = cars.filter(vin__iexact=named).order_by("on_date", "pk").last() if named else None
        if found is None or not _seen_at(viewer, outlet):
            raise
        return f"delivery:{found.pk}"
    only = cars.filter(order=order, units=F("order__units")).first()
    return f"delivery:{only.pk}" if only else f"order:{order}"


# -- typed lines -------------------------------------------------------------------------------


def typed_lines(viewer: Viewer, asked: Asked) -> Page[TypedSeen]:
    """Typed lines in reach, those that wait first."""
    scope = of(viewer)
    return TYPED.page(scope, scope.manual_lines(), asked, _typed)


def typed_line(viewer: Viewer, number: int) -> TypedSeen:
    """One typed line.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    scope = of(viewer)
    return TYPED.row(scope, scope.manual_lines(), _typed, noun="line", key=number)


def _typed(rows: "QuerySet[ManualLine]") -> "QuerySet[ManualLine]":
    return rows.select_related("outlet", "person")


def _typed_seen(scope: Scope, rows: Sequence[ManualLine]) -> list[TypedSeen]:
    viewer = scope.viewer
    names = names_of_users({row.asked_by_id for row in rows} | {row.decided_by_id for row in rows})
    return [
        TypedSeen(
            row.pk, where(row.outlet), row.period, Who(row.person_id, row.person.number,
            row.person.name), row.definition, row.component, row.fen, row.reason, row.evidence,
            row.state, names[row.asked_by_id], row.asked_at, names[row.decided_by_id],
            row.decision, row.run_id, row.version,
            row.asked_by_id == viewer.user or row.person_id == viewer.person,
        )
        for row in rows
    ]  # fmt: skip


TYPED: Listing[ManualLine, TypedSeen] = Listing(
    filters={
        "outlet": in_outlet(),
        "person": of_person("person"),
        "period": numbered("period"),
        "state": equals("state"),
    },
    sorts={"asked_at": ("asked_at",), "fen": ("fen",)},
    default="-asked_at",
    search=lambda _scope, text: Q(reason__contains=text) | Q(person__name__contains=text),
    show=_typed_seen,
)


# -- splits ------------------------------------------------------------------------------------


def splits(viewer: Viewer, asked: Asked) -> Page[SplitSeen]:
    """Splits of orders in reach, the latest first."""
    scope = of(viewer)
    return SPLITS.page(scope, scope.pay_splits(), asked, _split)


def split(viewer: Viewer, number: int) -> SplitSeen:
    """One split.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    scope = of(viewer)
    return SPLITS.row(scope, scope.pay_splits(), _split, noun="split", key=number)


def _split(rows: "QuerySet[PaySplit]") -> "QuerySet[PaySplit]":
    return rows.select_related("order__outlet")


def _splits_seen(scope: Scope, rows: Sequence[PaySplit]) -> list[SplitSeen]:
    viewer = scope.viewer
    names = names_of_users({row.asked_by_id for row in rows} | {row.decided_by_id for row in rows})
    people = Person.objects.in_bulk({who_ for row in rows for who_, _share in row.parts})
    orders = [row.order_id for row in rows]
    opened = set(scope.orders().filter(id__in=orders).values_list("id", flat=True))
    return [
        SplitSeen(
            row.pk,
            where(row.order.outlet),
            Link("order", row.order_id if row.order_id in opened else 0, row.order.number),
            tuple((Who(pk, people[pk].number, people[pk].name), share) for pk, share in row.parts),
            row.reason,
            row.approved,
            names[row.asked_by_id],
            row.asked_at,
            names[row.decided_by_id],
            row.version,
            row.asked_by_id == viewer.user or viewer.person in [pk for pk, _share in row.parts],
            row.dispute_id or 0,
        )
        for row in rows
    ]


SPLITS: Listing[PaySplit, SplitSeen] = Listing(
    filters={"outlet": in_outlet("order__outlet")},
    sorts={"asked_at": ("asked_at",)},
    default="-asked_at",
    search=lambda _scope, text: Q(order__number__contains=text) | Q(reason__contains=text),
    show=_splits_seen,
)


# -- events ------------------------------------------------------------------------------------


def events(viewer: Viewer, asked: Asked) -> Page[EventSeen]:
    """Events of releases in reach, the latest first."""
    scope = of(viewer)
    return EVENTS.page(scope, scope.pay_events(), asked, _event)


def event(viewer: Viewer, number: int) -> EventSeen:
    """One event.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    scope = of(viewer)
    return EVENTS.row(scope, scope.pay_events(), _event, noun="event", key=number)


def event_there(viewer: Viewer, kind: str, source: str) -> EventSeen | None:
    """The event of this kind that a deal, as `delivery:12`, or its order has; None if none has."""
    scope = of(viewer)
    named = any_of(named_by([source_of(source)]))
    rows = scope.pay_events().filter(named, kind=kind, void=False).order_by("id")
    return next(iter(_events_seen(scope, list(_event(rows)))), None)


def _event(rows: "QuerySet[PayEvent]") -> "QuerySet[PayEvent]":
    return rows.select_related("outlet")


def _events_seen(scope: Scope, rows: Sequence[PayEvent]) -> list[EventSeen]:
    names = names_of_users({row.made_by_id for row in rows})
    deals = links_of(scope, {(row.source_kind, row.source) for row in rows})
    return [
        EventSeen(
            row.pk, where(row.outlet), row.kind,
            deals.get((row.source_kind, row.source), Link(row.source_kind, 0, "")), row.on_date,
            row.evidence, row.void, names[row.made_by_id], row.made_at, row.version,
        )
        for row in rows
    ]  # fmt: skip


EVENTS: Listing[PayEvent, EventSeen] = Listing(
    filters={"outlet": in_outlet(), "kind": equals("kind")},
    sorts={"on": ("on_date",)},
    default="-on",
    search=lambda _scope, text: Q(evidence__contains=text) | Q(kind__contains=text),
    show=_events_seen,
)
