"""The one GROUP BY in SQL against the engine's slow clear form, on generated facts."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from cheji import facts
from cheji.engine import tallies as reference
from cheji.engine.periods import month_key, period_of
from cheji.facts import Narrow
from cheji.records.visibility import Reach
from facts.generated import CALENDARS, EVERYTHING, checked, rows, store

pytestmark = pytest.mark.django_db


def clear(found: list[reference.Fact], grain: str, scope: tuple[str, ...], **more: bool) -> Counter:
    """The reference, each outlet by its own calendar."""
    counted: Counter[reference.Tally] = Counter()
    for outlet, close in CALENDARS.items():
        there = [fact for fact in found if fact.outlet == outlet]
        grouped = reference.tally(there, grain=grain, scope=scope, closing_day=close, **more)  # type: ignore[arg-type]
        counted.update(grouped)
    return counted


@checked
@given(rows, st.sampled_from(["day", "week", "month"]), st.booleans())
def test_sql_groups_as_the_engine_does(
    found: list[reference.Fact], grain: str, model: bool
) -> None:
    scope = ("outlet", "team", "person")
    with transaction.atomic():
        store(found)
        ends = {"day": (date(2025, 1, 1), date(2027, 1, 1)), "week": (202501, 202701)}
        first, last = ends.get(grain, (202501, 202701))
        got = facts.tallies(
            Narrow(EVERYTHING), first=first, last=last, scope=scope, grain=grain, model=model
        )
        assert Counter(got) == clear(found, grain, scope, by_model=model)
        transaction.set_rollback(True)


@checked
@given(
    rows,
    st.sampled_from([202511, 202512, 202601, 202602]),
    st.sampled_from([None, date(2025, 12, 9), date(2026, 1, 31)]),
)
def test_what_was_before_and_what_is_within_are_the_whole(
    found: list[reference.Fact], month: int, since: date | None
) -> None:
    with transaction.atomic():
        store(found)
        narrow = Narrow(EVERYTHING, since=since)
        within = facts.tallies(narrow, first=month, last=month)
        earlier = facts.before(narrow, first=month)
        sums: Counter[tuple[object, ...]] = Counter()
        expected: Counter[tuple[object, ...]] = Counter()
        for tally in earlier:
            assert (tally.period, tally.cohort) == (0, 0)
            sums[tally.scope, tally.kind, tally.channel, tally.level, tally.tags] += tally.fen
        for fact in found:
            close = CALENDARS[fact.outlet]  # type: ignore[index]
            passed = month_key(fact.on_date, close) < month
            if fact.on_date < since if since else passed:
                key = ((fact.outlet,), fact.kind, fact.channel, fact.level, fact.tags)
                expected[key] += fact.fen
        assert +sums == +expected
        assert -sums == -expected
        inside = [f for f in found if _month(f) == month and (not since or f.on_date >= since)]
        assert Counter(within) == clear(inside, "month", ("outlet",))
        transaction.set_rollback(True)


def _month(fact: reference.Fact) -> int:
    return period_of(fact.on_date, "month", CALENDARS[fact.outlet]).key  # type: ignore[index]


NARROWS = [
    (Reach(), {}),
    (Reach(outlets=frozenset({1})), {}),
    (Reach(teams=frozenset({10})), {}),
    (Reach(people=frozenset({100})), {}),
    (Reach(outlets=frozenset({2}), teams=frozenset({10}), people=frozenset({101})), {}),
    (EVERYTHING, {"outlets": frozenset({1, 3})}),
    (EVERYTHING, {"outlets": frozenset()}),
    (Reach(outlets=frozenset({1})), {"outlets": frozenset({2})}),
    (Reach(outlets=frozenset({1, 2})), {"people": frozenset({100}), "teams": frozenset({11})}),
    (EVERYTHING, {"kinds": frozenset({"delivery", "x' OR 1=1 --"})}),
    (EVERYTHING, {"kinds": frozenset()}),
    (EVERYTHING, {"mark": True}),
]


@checked
@given(rows, st.sampled_from(NARROWS))
def test_a_narrow_lets_through_what_it_says(
    found: list[reference.Fact], asked: tuple[Reach, dict[str, object]]
) -> None:
    reach, chosen = asked
    with transaction.atomic():
        stored = store(found)
        if "mark" in chosen:
            chosen = {"mark": sorted(row.pk for row in stored)[len(stored) // 2] if stored else 0}
        got = facts.tallies(Narrow(reach, **chosen), first=202501, last=202701)  # type: ignore[arg-type]
        kept = [f for f, row in zip(found, stored, strict=True) if lets(reach, chosen, f, row.pk)]
        assert Counter(got) == clear(kept, "month", ("outlet",))
        transaction.set_rollback(True)


def lets(reach: Reach, chosen: dict[str, object], fact: reference.Fact, pk: int) -> bool:
    columns = (("outlets", fact.outlet), ("teams", fact.team), ("people", fact.person))
    within = reach.everything or any(value in getattr(reach, name) for name, value in columns)
    picked = all(value in chosen[name] for name, value in columns if name in chosen)  # type: ignore[operator]
    kinds = "kinds" not in chosen or fact.kind in chosen["kinds"]  # type: ignore[operator]
    return within and picked and kinds and pk <= chosen.get("mark", pk)  # type: ignore[operator]


def test_a_reversed_fact_counts_for_nothing() -> None:
    (row,) = store([reference.Fact("delivery", date(2026, 1, 2), outlet=1, quantity=10_000, fen=5)])
    row.pk, row.reverses, row.quantity, row.fen = None, row.pk, -10_000, -5
    row.save()
    (tally,) = facts.tallies(Narrow(EVERYTHING), first=202601, last=202601)
    assert (tally.quantity, tally.fen, tally.count) == (0, 0, 0)


def test_one_groups_by_known_columns_alone() -> None:
    with pytest.raises(ValueError, match="cannot group by"):
        facts.tallies(Narrow(EVERYTHING), first=1, last=1, scope=("outlet; DROP TABLE x",))


def test_a_day_may_be_asked_by_date_or_key() -> None:
    day = date(2026, 1, 2)
    store([reference.Fact("delivery", day + timedelta(days=n), outlet=1) for n in range(3)])
    by_date = facts.tallies(Narrow(EVERYTHING), first=day, last=day, grain="day")
    by_key = facts.tallies(Narrow(EVERYTHING), first=20260102, last=20260102, grain="day")
    assert [tally.period for tally in by_date] == [20260102]
    assert by_date == by_key
