"""One dispute about pay with its evidence, what each rule would say, and what came of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min

from cheji.engine.definitions import Cap
from cheji.engine.periods import month_key
from cheji.reads.appraisals import month_of
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.kpis.links import TEXT
from cheji.reads.pay.cases import CaseSeen, dispute_seen
from cheji.reads.pay.disputes_paid import component_called
from cheji.reads.pay.opened import links_of
from cheji.reads.pay.whom import plans_of
from cheji.reads.seen import Event, Link, Who, who
from cheji.records.calculations import any_of, split
from cheji.records.collisions import RULES, other_outlet, ruled, signed_by, timelines
from cheji.records.models import Dispute, Fact, Person, ProspectStep, Unit
from cheji.records.pay_codes import BY_HAND
from cheji.records.visibility import Scope, Viewer, one

Shares = tuple[tuple[Who, int], ...]
Side = tuple[Who, tuple[Event, ...]]
#: A moment of a timeline: noun and id of its record, and its kind.
Mark = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """One way to settle two claims; `shares` in 1/10,000, empty where somebody has to say them."""

    code: str
    zh: str
    en: str
    shares: Shares = ()


@dataclass(frozen=True, slots=True)
class EffectSeen:
    """What a decision asks for: fen for a person (`line`), or shares of the order's pay (`split`).

    `barred` is empty where the viewer may approve it, else why not: right, party or asked. `caps`
    are those of the pay plan that the fen go through.
    """

    kind: str
    id: int
    version: int
    state: str
    person: Who | None
    fen: int
    shares: Shares
    by: str
    barred: str
    caps: tuple[Cap, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A dispute as the viewer may read it.

    Attributes:
        order: the order that it is about; its id is 0 where the viewer may not open it.
        line: what was frozen of the pay line; None for whom it is not.
        component: what the line's component is called, in Chinese and English.
        sides: what each of the two did about the customer; empty until both were heard.
        rules: the ways to settle two claims, for who may decide.
        caps: what amounts for either side would go through, for who may decide.
        relative: who is said to be of the buyer's family; its id is 0 as the order's.
    """

    seen: CaseSeen
    order: Link | None
    line: Mapping[str, Any] | None
    sides: tuple[Side, ...]
    rules: tuple[RuleSeen, ...]
    effects: tuple[EffectSeen, ...]
    caps: tuple[Cap, ...] = ()
    relative: Link | None = None
    component: tuple[str, str] | None = None


def case(viewer: Viewer, dispute: int) -> CaseDetail:
    """A dispute in the viewer's reach, of his own, or against himself.

    Raises:
        NotFound: it is none of these.
    """
    ground = Ground(viewer)
    scope = ground.scope
    rows = scope.disputes().select_related("outlet", "person", "against", "run", "order")
    row = one(rows, "dispute", dispute, pk=dispute)
    seen = dispute_seen(viewer, row)
    people = {one.pk: one for one in (row.person, row.against) if one is not None}
    decides = viewer.can("pay.decide") and not seen.barred
    line = seen.frozen.get("line")
    return CaseDetail(
        seen,
        _order(scope, row, line),
        line,
        tuple(_sides(seen.frozen.get("timelines") or {}, people, row.outlet)),
        tuple(_rules(row, people)) if decides and seen.open else (),
        tuple(_effects(ground, row, people)),
        _caps_of_both(ground, row) if decides and seen.open else (),
        _relative(scope, row),
        component_called(row, line, {}),
    )


def _caps_of_both(ground: Ground, row: Dispute) -> tuple[Cap, ...]:
    """Each cap once; the other side of a sale across outlets is paid by his own."""
    home = other_outlet(row)
    plan = row.run.definition if row.run else ""
    found = _caps(ground, row.outlet_id, row.person_id, plan)
    if row.against_id is not None:
        outlet = home.pk if home else row.outlet_id
        found += _caps(ground, outlet, row.against_id, "" if home else plan)
    return tuple(dict.fromkeys(found))


def _caps(ground: Ground, outlet: int, person: int, plan: str) -> tuple[Cap, ...]:
    """The period caps through which a typed amount goes by the plan in force today."""
    month = month_key(ground.viewer.on, ground.places[outlet].closing_day)
    asked = month_of(ground, Slice(outlet), month)
    code = plan or plans_of(asked, [person])[person]
    plans = asked.catalogue.ruling.pay_plans
    caps = next((one.caps for one in plans if one.code == code), ())
    return tuple(cap for cap in caps if not cap.components or BY_HAND in cap.components)


def _order(scope: Scope, row: Dispute, line: Mapping[str, Any] | None) -> Link | None:
    """The order, and which of its cars the disputed line is about."""
    if row.order is None:
        return None
    source = (line["source_kind"], line["source"]) if line else ("", None)
    deal = links_of(scope, [source]).get((source[0], source[1] or 0))
    open_ = scope.orders().filter(pk=row.order.pk).values_list(TEXT["order"], flat=True).first()
    car = deal.car if deal else ""
    return Link("order", row.order_id or 0 if open_ else 0, row.order.number, car)


def _relative(scope: Scope, row: Dispute) -> Link | None:
    if row.relative_id is None:
        return None
    open_ = scope.customers().filter(pk=row.relative_id).exists()
    return Link("customer", row.relative_id if open_ else 0, "")


def _sides(frozen: Mapping[str, Any], people: Mapping[int, Person], outlet: Unit) -> Iterator[Side]:
    written = _written([one for moments in frozen.values() for one in moments], outlet)
    for key, moments in frozen.items():
        person = who(people.get(int(key)))
        if person is not None:
            yield person, tuple(_event(moment, written) for moment in moments)


def _event(moment: Mapping[str, str], written: Mapping[Mark, date]) -> Event:
    noun, record = split(moment["source"])
    on = date.fromisoformat(moment["on"])
    at = written.get((noun, record or 0, moment["kind"]))
    return Event(
        on, noun, record or 0, moment["kind"], level=moment.get("level", ""),
        entered=at if at and at > on else None,
    )  # fmt: skip


def _written(moments: Iterable[Mapping[str, str]], outlet: Unit) -> dict[Mark, date]:
    """The day in the outlet's zone on which each of these was first written down.

    What somebody enters afterwards is evidence too; who decides is told when it was entered.
    """
    keys = {(*split(one["source"]), one["kind"]) for one in moments}
    facts = Fact.objects.filter(any_of({key[:2] for key in keys})).order_by()
    firsts = facts.values_list("source_kind", "source").annotate(Min("recorded_at"))
    cards = {record for noun, record, _kind in keys if noun == "prospect"}
    steps = ProspectStep.objects.filter(prospect__in=cards).order_by()
    of_steps = steps.values_list("prospect", "kind").annotate(Min("recorded_at"))
    at: dict[tuple[Any, ...], datetime] = {
        **{(noun, record): first for noun, record, first in firsts},
        **{("prospect", card, kind): first for card, kind, first in of_steps},
    }
    zone = ZoneInfo(outlet.timezone)
    found = {key: at.get(key) or at.get(key[:2]) for key in keys}
    return {
        (noun, record or 0, kind): first.astimezone(zone).date()
        for (noun, record, kind), first in found.items()
        if first is not None
    }


def _rules(row: Dispute, people: Mapping[int, Person]) -> Iterator[RuleSeen]:
    """What each rule would say today, as the decision works it out; between two outlets none."""
    if row.order is None or row.against_id is None or other_outlet(row) is not None:
        return
    lines = timelines(row.order, [row.person_id, row.against_id], row.relative)
    closer = signed_by(row.order)
    for code, zh, en in RULES:
        shares = ruled(code, lines, closer=closer) or {}
        if shares and not any(shares.values()):
            continue  # who signed is a third: it gives neither of them anything
        yield RuleSeen(code, zh, en, _shares(shares.items(), people))


def _shares(parts: Any, people: Mapping[int, Person]) -> Shares:
    told = ((who(people.get(person)), share) for person, share in parts)
    return tuple((person, share) for person, share in told if person is not None)


def _effects(ground: Ground, row: Dispute, people: Mapping[int, Person]) -> Iterator[EffectSeen]:
    """Typed lines and splits that the decision asked for; another's amount is not for a party."""
    viewer = ground.viewer
    party = viewer.person in (row.person_id, row.against_id)
    over = (
        ground.scope.reach("pay_runs").over if viewer.can("pay.approve") else lambda _outlet: False
    )
    for line in row.effects.select_related("person", "asked_by").order_by("id"):
        if party and line.person_id != viewer.person:
            continue
        by = line.asked_by.get_full_name() if line.asked_by else ""
        barred = _barred(viewer, row, line.asked_by_id, over=over(line.outlet_id))
        caps = _caps(ground, line.outlet_id, line.person_id, line.definition)
        yield EffectSeen(
            "line", line.pk, line.version, line.state, who(line.person), line.fen, (), by, barred,
            caps if line.fen > 0 else (),
        )  # fmt: skip
    for parted in row.splits.select_related("asked_by").order_by("id"):
        state = {None: "asked", True: "approved", False: "declined"}[parted.approved]
        by = parted.asked_by.get_full_name() if parted.asked_by else ""
        shares = _shares(parted.parts, people)
        barred = _barred(viewer, row, parted.asked_by_id, over=over(row.outlet_id))
        yield EffectSeen("split", parted.pk, parted.version, state, None, 0, shares, by, barred)


def _barred(viewer: Viewer, row: Dispute, asked_by: int | None, *, over: bool) -> str:
    if not over:
        return "right"
    if viewer.person in (row.person_id, row.against_id):
        return "party"
    return "asked" if viewer.user in (asked_by, row.decided_by_id) else ""
