"""One queue of what people say is wrong: disputes about pay beside appeals against scores.

And the list of records that block a close. Both are told as they stand, oldest due first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, cast

from django.db.models import QuerySet

from cheji.engine.periods import Grain
from cheji.reads.appraisals.appeals import item_seen
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.pay.exception_sales import SaleSeen, sales, waiting_components
from cheji.reads.pay.opened import links_of
from cheji.reads.seen import Link, Where, Who, where, who
from cheji.records.collisions import other_outlet
from cheji.records.models import Appeal, Dispute, PayException, Person, User
from cheji.records.pay_codes import plans_called
from cheji.records.visibility import Viewer, of

OPEN = ("open", "heard")
SIZE = 20


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """One case; `about` is score or pay, `kind` the item of the score or the kind of dispute.

    `item` is the heading of that item; `period` is one of `grain`, of a dispute always a month.
    `barred` when the viewer is a party to it, or is not over the outlets of both; `left` are days
    until it is due, below 0 late.
    """

    about: str
    id: int
    kind: str
    person: Who | None
    against: Who | None
    outlet: Where
    period: int
    text: str
    evidence: str
    answer: str
    state: str
    made_at: datetime
    due_on: date
    left: int
    decision: str
    decided_by: str
    rule: str
    frozen: dict[str, Any]
    run: int | None
    line: int | None
    barred: bool
    version: int
    grain: Grain = "month"
    item: KpiSeen | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has decided or withdrawn it."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of the queue; pages count from 1, `total` are all cases asked for."""

    rows: tuple[CaseSeen, ...]
    page: int = 1
    pages: int = 1
    total: int = 0


def cases(viewer: Viewer, *, state: str = "open", about: str = "", page: int = 1) -> CasePage:
    """What is in the viewer's reach, what he himself has said, and what is said against him.

    `state` is one of a case's states, `open` for those that wait, empty for all; `about` is `pay`
    or `score`, empty for both. What waits stands by the day on which it is due, the rest latest
    first.
    """
    scope = of(viewer)
    rows: dict[str, QuerySet[Any]] = {"pay": scope.disputes(), "score": scope.appeals()}
    found: list[tuple[date, str, int]] = []
    for kind, query in rows.items():
        if about in ("", kind):
            states = OPEN if state == "open" else (state,)
            narrowed = query.filter(state__in=states) if state else query
            found += [(due, kind, pk) for due, pk in narrowed.values_list("due_on", "id")]
    found.sort(reverse=state != "open")
    pages = max(-(-len(found) // SIZE), 1)
    at = min(max(page, 1), pages)
    shown = found[(at - 1) * SIZE : at * SIZE]
    seen = _seen(viewer, rows, [(kind, pk) for _due, kind, pk in shown])
    return CasePage(seen, at, pages, len(found))


def waiting(viewer: Viewer) -> int:
    """How many cases wait in the viewer's reach."""
    scope = of(viewer)
    rows: tuple[QuerySet[Any], ...] = (scope.disputes(), scope.appeals())
    return sum(query.filter(state__in=OPEN).count() for query in rows)


def _seen(
    viewer: Viewer, rows: Mapping[str, "QuerySet[Any]"], wanted: Sequence[tuple[str, int]]
) -> tuple[CaseSeen, ...]:
    ids = {kind: [pk for of_, pk in wanted if of_ == kind] for kind in rows}
    said = rows["pay"].filter(pk__in=ids["pay"])
    scored = rows["score"].filter(pk__in=ids["score"])
    found: dict[tuple[str, int], Any] = {
        ("pay", row.pk): row
        for row in said.select_related("outlet", "person", "against", "run", "order")
    }
    joined = scored.select_related(
        "appraisal__outlet", "appraisal__person", "appraisal__cycle", "appraisal__scheme"
    )
    found |= {("score", row.pk): row for row in joined}
    names = names_of_users({row.decided_by_id for row in found.values()})
    ground = Ground(viewer)
    told: dict[str, Any] = {"pay": _dispute, "score": partial(_appeal, ground)}
    return tuple(told[kind](viewer, found[kind, pk], names) for kind, pk in wanted)


def names_of_users(users: set[int | None]) -> dict[int | None, str]:
    """Names of accounts; what the server's command line did has none."""
    rows = User.objects.filter(id__in={user for user in users if user}).select_related("person")
    return {None: "", **{user.pk: user.get_full_name() for user in rows}}


def dispute_seen(viewer: Viewer, row: Dispute) -> CaseSeen:
    """One dispute of the viewer's reach; of two outlets who is not over both is barred too."""
    seen, home = _dispute(viewer, row, names_of_users({row.decided_by_id})), other_outlet(row)
    over = of(viewer).reach("pay_runs").over(row.outlet_id, home.pk if home else None)
    return replace(seen, barred=seen.barred or bool(home and not over))


def _dispute(viewer: Viewer, row: Dispute, names: dict[int | None, str]) -> CaseSeen:
    party = viewer.person is not None and viewer.person in (row.person_id, row.against_id)
    approved = row.run is not None and row.run.approved_by_id == viewer.user and viewer.user
    return CaseSeen(
        "pay", row.pk, row.kind, who(row.person), who(row.against), where(row.outlet), row.period,
        row.text, row.evidence, row.answer, row.state, row.made_at, row.due_on,
        (row.due_on - viewer.on).days, row.decision, names[row.decided_by_id], row.rule,
        _evidence(viewer, row), row.run_id, row.line, bool(party or approved), row.version,
    )  # fmt: skip


def _evidence(viewer: Viewer, row: Dispute) -> dict[str, Any]:
    """What was frozen, as far as the viewer may read it.

    Who decides reads all of it. The two read the timelines of both once they were heard, and the
    pay line is nobody's but his whose pay it is.
    """
    mine = viewer.person is not None and viewer.person == row.person_id
    other = viewer.person is not None and viewer.person == row.against_id
    hidden = set()
    if other:
        hidden.add("line")
    if (mine or other) and row.heard_at is None and row.decided_at is None:
        hidden.add("timelines")
    return {name: kept for name, kept in row.frozen.items() if name not in hidden}


def _appeal(ground: Ground, viewer: Viewer, row: Appeal, names: dict[int | None, str]) -> CaseSeen:
    appraisal = row.appraisal
    party = viewer.person is not None and viewer.person in (
        appraisal.person_id, appraisal.manager_id
    )  # fmt: skip
    return CaseSeen(
        "score", row.pk, row.item, who(appraisal.person), None, where(appraisal.outlet),
        appraisal.cycle.period, row.text, row.evidence, "", row.state, row.made_at, row.due_on,
        (row.due_on - viewer.on).days, row.decision, names[row.decided_by_id], "", row.frozen,
        None, None, party, row.version, cast("Grain", appraisal.cycle.grain),
        item_seen(ground, row),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExceptionSeen:
    """A record that pay cannot rest on; `source.id` is 0 where the viewer may not open it.

    `sale` is what is known of an order or a delivery that the viewer may open. `unpaid` are the
    components, in Chinese and in English, that pay nothing of it until it is known. `called` is
    what its pay plan is called in both: one car stands in the way of each plan that counts it.
    """

    id: int
    outlet: Where
    period: int
    kind: str
    source: Link
    person: Who | None
    state: str
    how: str
    decision: str
    found_at: datetime
    decided_by: str
    version: int
    plan: str = ""
    sale: SaleSeen | None = None
    unpaid: tuple[tuple[str, str], ...] = ()
    called: tuple[str, str] = ("", "")


def exceptions(
    viewer: Viewer, outlet: int, period: int, *, plan: str = "", open_only: bool = False
) -> tuple[ExceptionSeen, ...]:
    """What waits or was decided for an outlet's month under a plan or all, what is open first."""
    scope = of(viewer)
    rows = scope.pay_exceptions().filter(outlet=outlet, period=period).exclude(state="gone")
    if plan:
        rows = rows.filter(definition=plan)
    if open_only:
        rows = rows.filter(state="open")
    return exceptions_seen(viewer, rows.select_related("outlet", "person").order_by("-state", "id"))


def exceptions_seen(viewer: Viewer, rows: Iterable[PayException]) -> tuple[ExceptionSeen, ...]:
    """Rows in the viewer's reach, with the records that they are about."""
    found = list(rows)
    names = names_of_users({row.decided_by_id for row in found})
    links = _links(viewer, found)
    sold = sales(of(viewer), {(row.source_kind, row.source) for row in found})
    unpaid = waiting_components(of(viewer), found)
    plans = plans_called(row.definition for row in found)
    return tuple(
        ExceptionSeen(
            row.pk, where(row.outlet), row.period, row.kind, links[row.pk], who(row.person),
            row.state, row.how, row.decision, row.found_at, names[row.decided_by_id], row.version,
            row.definition, sold.get((row.source_kind, row.source)),
            unpaid.get(row.pk, ()), plans.get(row.definition, (row.definition,) * 2),
        )
        for row in found
    )  # fmt: skip


def _links(viewer: Viewer, rows: list[PayException]) -> dict[int, Link]:
    links = links_of(of(viewer), {(row.source_kind, row.source) for row in rows})
    people = [row.source for row in rows if row.source_kind == "person"]
    for pk, number in Person.objects.filter(id__in=people).values_list("id", "number"):
        links["person", pk] = Link("person", pk, number)
    return {
        row.pk: links.get((row.source_kind, row.source), Link(row.source_kind, 0, ""))
        for row in rows
    }
