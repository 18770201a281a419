"""Values kept apart in SQL against the engine's slow clear form; what was taken back is gone."""

from collections import Counter
from dataclasses import replace
from typing import Literal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine import tallies as reference
from cheji.engine.spreads import spread_of
from cheji.facts import Narrow
from cheji.facts.spreads import spreads
from cheji.records import models as m
from facts.generated import CALENDARS, EVERYTHING, checked, rows, store

pytestmark = pytest.mark.django_db
ENDS = {"day": (20250101, 20270101), "week": (202501, 202701), "month": (202501, 202701)}
SCOPE = ("outlet", "person")


def clear(found: list[reference.Fact], grain: str, dated: str) -> Counter[reference.Tally]:
    counted: Counter[reference.Tally] = Counter()
    for outlet, close in CALENDARS.items():
        there = [fact for fact in found if fact.outlet == outlet]
        grouped = reference.tally(
            there,
            grain=grain,  # type: ignore[arg-type]
            scope=SCOPE,
            closing_day=close,
            by_model=True,
            by_value=True,
            dated=dated,  # type: ignore[arg-type]
        )
        counted.update(grouped)
    return counted


@checked
@given(rows, st.sampled_from(["day", "week", "month"]), st.booleans())
def test_sql_keeps_values_apart_as_the_engine_does(
    found: list[reference.Fact], grain: Literal["day", "week", "month"], begun: bool
) -> None:
    found = [replace(fact, value=fact.value % 5) for fact in found]
    first, last = ENDS[grain]
    with transaction.atomic():
        store(found)
        got = spreads(
            Narrow(EVERYTHING), first=first, last=last, scope=SCOPE, grain=grain, begun=begun
        )
        assert Counter(got) == clear(found, grain, "since" if begun else "on_date")
        transaction.set_rollback(True)


@checked
@given(rows, st.data())
def test_a_reversal_takes_its_value_out_of_the_spread(
    found: list[reference.Fact], data: st.DataObject
) -> None:
    with transaction.atomic():
        stored = store(found)
        gone = data.draw(st.sets(st.sampled_from(range(len(found))))) if found else set()
        m.Fact.objects.bulk_create(_reversal(stored[place]) for place in gone)
        got = spreads(Narrow(EVERYTHING), first=202501, last=202701, scope=())
        left = [fact for place, fact in enumerate(found) if place not in gone]
        assert spread_of((row.value, row.quantity) for row in got) == spread_of(
            (fact.value, fact.quantity) for fact in left
        )
        transaction.set_rollback(True)


def _reversal(fact: m.Fact) -> m.Fact:
    columns = ("kind", "on_date", "since", "week", "month", "since_week", "since_month", "outlet",
               "team", "person", "model", "channel", "level", "tags", "source_kind", "source",
               "recorded_at")  # fmt: skip
    same = {name: getattr(fact, name) for name in columns}
    amounts = {name: -getattr(fact, name) for name in ("quantity", "fen", "value")}
    return m.Fact(**same, **amounts, reverses=fact.id)


def test_only_known_columns_group() -> None:
    with pytest.raises(ValueError, match="customer"):
        spreads(Narrow(EVERYTHING), first=202601, last=202601, scope=("customer",))
