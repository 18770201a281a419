"""Settlement sheets as finance and HR see them: the list, and one with its lists in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import staged
from cheji.engine.periods import from_key
from cheji.reads.asking import Asked, Listing, Page, equals
from cheji.reads.definitions import catalogue
from cheji.reads.filters import in_outlet
from cheji.reads.pay.cases import names_of_users
from cheji.reads.pay.opened import links_of
from cheji.reads.pay.showing import names_of
from cheji.reads.seen import Link, Where, Who, where
from cheji.records.calculations import split
from cheji.records.models import Person, Post, Settlement
from cheji.records.visibility import Scope, Viewer, of


@dataclass(frozen=True, slots=True)
class SettlementSeen:
    """A settlement sheet; fen. `barred` when the viewer drew it up or it is his own."""

    id: int
    person: Who
    outlet: Where
    left_on: date
    earned: int
    held: int
    due: int
    state: str
    digest: str
    by: str
    at: datetime
    approved_by: str
    version: int
    barred: bool
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwedSeen:
    """What a plan pays for a month, by its run where one is closed; fen."""

    zh: str
    en: str
    period: int
    run: int | None
    fen: int


@dataclass(frozen=True, slots=True)
class HeldSeen:
    """What is held, carried or withheld: under which name, of which component and deal, fen.

    `of` is what the components are called in Chinese and English; empty where it is of all.
    """

    kind: str
    zh: str
    en: str
    of: tuple[str, str]
    deal: Link | None
    fen: int


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """A sheet with its lists in words: what it pays, what still runs, what stays with the house."""

    row: SettlementSeen
    earned: tuple[OwedSeen, ...]
    running: tuple[OwedSeen, ...]
    held: tuple[HeldSeen, ...]


def settlements(viewer: Viewer, asked: Asked) -> Page[SettlementSeen]:
    """Sheets in reach, the latest first."""
    scope = of(viewer)
    return SETTLEMENTS.page(scope, scope.settlements(), asked, _placed)


def settlement(viewer: Viewer, number: int) -> SettlementSeen:
    """One sheet.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    scope = of(viewer)
    return SETTLEMENTS.row(scope, scope.settlements(), _placed, noun="settlement", key=number)


def sheet(viewer: Viewer, number: int) -> SheetSeen:
    """One sheet with its lists.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    row = settlement(viewer, number)
    plans = _plans(row)
    return SheetSeen(
        row, tuple(_owed(row, plans, "earned")), tuple(_owed(row, plans, "running")),
        tuple(_held(viewer, row, plans)),
    )  # fmt: skip


def leavers(viewer: Viewer, outlet: int) -> list[tuple[Who, date]]:
    """Whose posts at an outlet of the viewer's all have an end, with the last day, latest first."""
    posts = Post.objects.filter(Q(unit=outlet) | Q(unit__parent=outlet))
    still = posts.filter(until__isnull=True).values("person")
    ends = dict(posts.exclude(person__in=still).values_list("person").annotate(Max("until")))
    people = of(viewer).people().filter(id__in=ends).order_by("number")
    found = [
        (Who(pk, number, name), ends[pk] - timedelta(days=1))
        for pk, number, name in people.values_list("id", "number", "name")
    ]
    return sorted(found, key=lambda pair: pair[1], reverse=True)


def _owed(seen: SettlementSeen, plans: Sequence[PayPlan], key: str) -> Iterator[OwedSeen]:
    """What is `earned` or still `running`, with the names of the plans in force."""
    names = {plan.code: (plan.zh, plan.en) for plan in plans}
    for one_ in seen.body.get(key, []):
        zh, en = names.get(one_.get("plan", ""), (one_.get("plan", ""), one_.get("plan", "")))
        yield OwedSeen(zh, en, one_["period"], one_["run"], one_["fen"])


def _held(viewer: Viewer, seen: SettlementSeen, plans: Sequence[PayPlan]) -> Iterator[HeldSeen]:
    """What stays with the house until its event, with the names of the plans in force."""
    parts = {plan.code: _Parts(plan) for plan in plans}
    rows = [
        (kind, parts.get(row.get("plan", "")), row[key], row)
        for kind, key in (("held", "holdback"), ("carried", "cap"), ("withheld", "catch_up"))
        for row in seen.body.get(kind, [])
    ]
    deals = _deals(of(viewer), {row["source"] for *_, row in rows if row.get("source")})
    for kind, own, code, row in rows:
        zh, en = own.names.get(code, (code, code)) if own else (code, code)
        held_of = own.held_of(code, row.get("component", "")) if own else ("", "")
        yield HeldSeen(kind, zh, en, held_of, deals.get(row.get("source", "")), row["fen"])


class _Parts:
    """What the parts of a plan are called, and of which components each is."""

    def __init__(self, plan: PayPlan) -> None:
        self.names = names_of(plan)
        self._of = {one.code: one.components for one in (*plan.holdbacks, *staged(plan))}
        self._of |= {one.code: one.components for one in plan.caps}

    def held_of(self, code: str, component: str) -> tuple[str, str]:
        """The component that a sheet names; of one that names none all of the holdback or cap."""
        wanted = (component,) if component else self._of.get(code, ())
        named = [self.names.get(one_, (one_, one_)) for one_ in wanted]
        return "、".join(zh for zh, _en in named), ", ".join(en for _zh, en in named)


def _plans(seen: SettlementSeen) -> Sequence[PayPlan]:
    month = seen.left_on.year * 100 + seen.left_on.month
    return catalogue(from_key("month", month).start, seen.outlet.id).all.pay_plans


def _deals(scope: Scope, sources: Iterable[str]) -> dict[str, Link]:
    """Deals by the engine's key; without an id where the viewer may not open them."""
    parts = {source: split(source) for source in sources}
    links = links_of(scope, parts.values())
    return {
        source: links.get((noun, record or 0), Link(noun, 0, source))
        for source, (noun, record) in parts.items()
    }


def _placed(rows: "QuerySet[Settlement]") -> "QuerySet[Settlement]":
    return rows.select_related("outlet", "person")


def _seen(scope: Scope, rows: Sequence[Settlement]) -> list[SettlementSeen]:
    viewer = scope.viewer
    names = names_of_users({row.made_by_id for row in rows} | {row.approved_by_id for row in rows})
    return [
        SettlementSeen(
            row.pk, _who(row.person), where(row.outlet), row.left_on, row.earned, row.held,
            row.due, row.state, row.digest, names[row.made_by_id], row.made_at,
            names[row.approved_by_id], row.version,
            row.made_by_id == viewer.user or row.person_id == viewer.person, row.body,
        )
        for row in rows
    ]  # fmt: skip


def _who(person: Person) -> Who:
    return Who(person.pk, person.number, person.name)


SETTLEMENTS: Listing[Settlement, SettlementSeen] = Listing(
    filters={"outlet": in_outlet(), "state": equals("state")},
    sorts={"left_on": ("left_on",), "made_at": ("made_at",)},
    default="-made_at",
    search=lambda _scope, text: Q(person__name__contains=text) | Q(person__number=text),
    show=_seen,
)
