"""After any sequence of verbs the facts equal a rebuild, and stocks equal what the rows say."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cast import AT, ON, Cast
from cheji import facts
from cheji.engine.definitions import switched
from cheji.engine.kpis import measure_values
from cheji.engine.periods import month_key
from cheji.facts import Narrow, rebuilding
from cheji.facts.said import SAID
from cheji.packs import load
from cheji.records import models as m
from cheji.records.visibility import Reach
from floor_of_work import START, VERBS, FloorOfWork

ALL = Narrow(Reach(everything=True))
K = m.ProspectStep.Kind
OPENS = {K.OPENED, K.REACTIVATED, K.RETURNED}
CLOSES = {K.ORDERED, K.LOST, K.DORMANT}
COMES = ("opened", "raised", "reactivated", "returned", "in", "brought")
GOES = ("out", "ordered", "lost", "dormant", "dropped")
Owner = int | None

steps = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 9_999)), min_size=8, max_size=15)
rich = st.tuples(
    st.tuples(st.just("open_card"), st.integers(0, 9_999)),
    st.tuples(st.just("sign"), st.integers(0, 9_999)),
    st.tuples(st.just("import_orders"), st.integers(0, 9_999)),
)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rich, steps)
def test_any_sequence(start: tuple[tuple[str, int], ...], more: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        floor = FloorOfWork(Cast())
        audited = m.AuditEntry.objects.count()
        for verb, number in [*start, *more]:
            floor.run(verb, number)
        holds()
        entries = m.AuditEntry.objects.exclude(refused=True).count() - audited
        assert entries == floor.done
        transaction.set_rollback(True)


def holds() -> None:
    rebuilding.rebuild()
    assert rebuilding.differences() == []
    for day in (START + timedelta(days=20), ON - timedelta(days=20), ON):
        for family, levels in (("prospect", "HABC"), ("intent", "HAB")):
            assert stock_of_cards(family, day) == open_cards(levels, day), (family, day)
        assert stock_of_orders(day) == open_orders(day), day
    never_negative()
    parts_add_up()
    posted_twice_adds_nothing()


def moves(family: str, comes: Iterable[str], goes: Iterable[str]) -> list[tuple[date, Owner, int]]:
    """(day, person, signed quantity) of the facts of single events."""
    signs = {f"{family}_{kind}": 1 for kind in comes} | {f"{family}_{kind}": -1 for kind in goes}
    if family == "order":
        signs["delivery"] = -1
    rows = m.Fact.objects.filter(kind__in=signs).exclude(source_kind="total")
    return [
        (on, person, signs[kind] * quantity)
        for kind, on, person, quantity in rows.values_list("kind", "on_date", "person", "quantity")
    ]


def stock(found: list[tuple[date, Owner, int]], day: date) -> dict[Owner, int]:
    sums: Counter[Owner] = Counter()
    for on, person, quantity in found:
        sums[person] += quantity if on <= day else 0
    return {person: total for person, total in sums.items() if total}


def stock_of_cards(family: str, day: date) -> dict[Owner, int]:
    return stock(moves(family, COMES, GOES), day)


def open_cards(levels: str, day: date) -> dict[Owner, int]:
    """By the steps alone: the last opening or closing decides, the last step names the rest."""
    found: Counter[Owner] = Counter()
    for card in m.Prospect.objects.all():
        done = list(card.steps.filter(on_date__lte=day).order_by("on_date", "id"))
        turns = [step.kind for step in done if step.kind in OPENS | CLOSES]
        if turns and turns[-1] in OPENS and done[-1].level in levels:
            found[done[-1].owner_id] += 10_000
    if day == ON:
        rows = m.Prospect.objects.filter(state="open", level__in=list(levels))
        now = Counter(rows.values_list("owner", flat=True))
        assert found == Counter({person: count * 10_000 for person, count in now.items()})
    return dict(found)


def stock_of_orders(day: date) -> dict[Owner, int]:
    return stock(moves("order", ("signed", "in", "brought"), ("out", "cancelled")), day)


def open_orders(day: date) -> dict[Owner, int]:
    """Units not handed over and not cancelled, by the shares in force."""
    found: Counter[Owner] = Counter()
    for order in m.Order.objects.filter(signed_on__lte=day):
        handed = order.deliveries.filter(void=False)
        left = order.units - sum(d.units for d in handed if d.on_date <= day)
        if order.cancelled_on and order.cancelled_on <= day:
            left = -sum(d.units for d in handed if d.on_date <= day)
            left += sum(d.units for d in handed)  # those still come, against the cancellation
        sets: dict[date, list[tuple[Owner, int]]] = defaultdict(list)
        for share in order.shares.order_by("since", "id"):
            sets[share.since].append((share.person_id, share.share))
        force = [parts for since, parts in sorted(sets.items()) if since <= day]
        for person, part in force[-1] if force else [(None, 10_000)]:
            found[person] += left * part
    return {person: total for person, total in found.items() if total}


def never_negative() -> None:
    for family in ("prospect", "intent"):
        running: Counter[Owner] = Counter()
        found = sorted(moves(family, COMES, GOES), key=lambda move: move[0])
        days = sorted({on for on, _, _ in found})
        for day in days:
            for on, person, quantity in found:
                running[person] += quantity if on == day else 0
            assert min(running.values()) >= 0, (family, day, running)


def parts_add_up() -> None:
    """Every measure of the pack: consultants with nobody make the outlet, teams with none too."""
    measures = switched(load("dealership").definitions).measures
    months = [month_key(START), month_key(START) + 1, month_key(ON)]
    sums = {}
    for scope in (("outlet",), ("outlet", "person"), ("outlet", "team")):
        rows = facts.tallies(ALL, first=months[0], last=months[-1], scope=scope)
        earlier = facts.before(ALL, first=months[0], scope=scope)
        values = measure_values(measures, rows, earlier, months)
        total: Counter[tuple[object, int, str]] = Counter()
        for (where, month, code), value in values.items():
            total[where[0], month, code] += value or 0  # type: ignore[assignment]
        sums[scope] = {key: value for key, value in total.items() if value}
    assert sums["outlet", "person"] == sums["outlet",]
    assert sums["outlet", "team"] == sums["outlet",]


def posted_twice_adds_nothing() -> None:
    for noun in SAID:
        sources = m.Fact.objects.filter(source_kind=noun).values_list("source", flat=True)
        assert facts.post(noun, sorted(set(sources)), at=AT) == 0, noun
