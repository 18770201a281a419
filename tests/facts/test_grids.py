"""Many measures summed by the database against the engine's slow clear form; three engines."""

import shutil
from dataclasses import replace
from importlib.util import find_spec

import hypothesis
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from cheji import facts
from cheji.engine.definitions import Filter, Measure
from cheji.engine.kpis import measure_values
from cheji.engine.tallies import NO_EXCESS, UNKNOWN, UNPRICED, Fact
from cheji.facts import Narrow, grids, mirror, ways
from facts.generated import EVERYTHING, checked, rows, store

SPARK = pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="no PySpark or no Java on this machine",
)
ENGINES = [("duckdb", 30), pytest.param("spark", 3, marks=SPARK)]
pytestmark = pytest.mark.django_db
SCOPES = ((), ("outlet",), ("person", "team"), ("channel",), ("model",))
KINDS = ("visit_first", "order_signed", "delivery")
MONTHS = (202512, 202601, 202602)
WORDS = ("", "walk_in", "A", "gift", "星越", "o'hara", 'a\\b"c')
filters = st.builds(
    Filter,
    dimension=st.sampled_from(["channel", "level", "tags", "model"]),
    inside=st.booleans(),
    values=st.lists(st.sampled_from(WORDS), max_size=3).map(tuple),
)
kinds = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from((1, -1))),
    min_size=1, max_size=3,
)  # fmt: skip
measures = st.lists(
    st.builds(
        Measure,
        code=st.uuids().map(lambda made: f"m{made.hex}"),
        zh=st.just("量"),
        en=st.just("Measure"),
        unit=st.just("vehicle"),
        kinds=kinds.map(tuple),
        column=st.sampled_from(["quantity", "fen", "value", "count"]),
        where=st.lists(filters, max_size=2).map(tuple),
        cohort=st.sampled_from(["any", "any", "new", "carried", "classified", "unclassified"]),
        over_time=st.sampled_from(["sum", "opening", "closing"]),
        looked_at=st.sampled_from([(), (UNPRICED,), UNKNOWN]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda measure: measure.code,
)


def by_engine(found: list[Measure], scope: tuple[str, ...]) -> dict[object, object]:
    """Each measure from tallies, as the engine adds them up."""
    counted = frozenset(kind for measure in found for kind, _ in measure.kinds) | {*UNKNOWN}
    stocks = frozenset(kind for m in found if m.is_stock for kind, _ in m.kinds)
    within, past = (Narrow(EVERYTHING, kinds=kinds) for kinds in (counted, stocks))
    tallies = facts.tallies(within, first=MONTHS[0], last=MONTHS[-1], scope=scope, model=True)
    before = facts.before(past, first=MONTHS[0], scope=scope, model=True)
    return measure_values(found, tallies, before, MONTHS)


def by_grid(found: list[Measure], scope: tuple[str, ...]) -> dict[object, object]:
    grid = grids.read(Narrow(EVERYTHING), found, first=MONTHS[0], last=MONTHS[-1], scope=scope)
    return {
        (at, period, code): value
        for at, periods in grid.values(found, MONTHS).items()
        for period, inputs in periods.items()
        for code, value in inputs.items()
    }


def unpriced(found: list[Fact]) -> list[Fact]:
    """The same facts, some of them of orders whose cost or excess profit is not known."""
    kinds = {"": UNPRICED, "A": NO_EXCESS}
    return [
        replace(fact, kind=kinds.get(fact.channel, UNPRICED)) if fact.level else fact
        for fact in found
    ]


@checked
@given(rows.map(unpriced) | rows, measures, st.sampled_from(SCOPES))
def test_a_grid_counts_as_the_engine_does(
    found: list[Fact], asked: list[Measure], scope: tuple[str, ...]
) -> None:
    with transaction.atomic():
        store(found)
        assert _known(by_grid(asked, scope)) == _known(by_engine(asked, scope))
        transaction.set_rollback(True)


@checked
@given(rows.map(unpriced), measures)
def test_a_grid_is_read_by_columns_and_rolled_up(found: list[Fact], asked: list[Measure]) -> None:
    with transaction.atomic():
        store(found)
        narrow = Narrow(EVERYTHING)
        fine, wide = (
            grids.read(narrow, asked, first=MONTHS[0], last=MONTHS[-1], scope=scope)
            for scope in (("outlet", "person"), ("outlet",))
        )
        rolled = fine.rolled(lambda scope: scope[:1])
        assert rolled.values(asked, MONTHS) == wide.values(asked, MONTHS)
        scopes, values = fine.scopes, fine.values(asked, MONTHS)
        assert set(scopes) == set(values)
        columns = fine.columns(asked, MONTHS[0], scopes)
        assert {code: column.fractions() for code, column in columns.items()} == {
            m.code: [values[scope][MONTHS[0]][m.code] for scope in scopes] for m in asked
        }
        transaction.set_rollback(True)


def _known(values: dict[object, object]) -> dict[object, object]:
    """A scope without facts may stand there with zeros, or not at all."""
    return {key: value for key, value in values.items() if value != 0}


@pytest.mark.parametrize(("engine", "times"), ENGINES)
def test_every_engine_fills_the_same_grid(engine, times, tmp_path, settings) -> None:
    """Half of the facts lie in the mirror's files, the others are still missing there."""
    settings.CHEJI_DATA = tmp_path

    @hypothesis.settings(checked, max_examples=times)
    @given(rows.map(unpriced), rows, measures, st.sampled_from(SCOPES))
    def same(
        old: list[Fact], new: list[Fact], asked: list[Measure], scope: tuple[str, ...]
    ) -> None:
        with transaction.atomic():
            store(old)
            mirror.append(mirror.folder())
            store(new)
            found = []
            for settings.CHEJI_FACTS in ("database", engine):
                found.append(by_grid(asked, scope))
            assert found[0] == found[1]
            transaction.set_rollback(True)

    same()


@given(measures)
def test_portions_take_each_way_once_and_share_no_kind(asked: list[Measure]) -> None:
    every = ways.ways_of(asked)
    found = ways.portions(every)
    assert sorted(map(repr, (way for portion in found for way in portion))) == sorted(
        map(repr, every)
    )
    kinds = [kind for portion in found for kind in ways.kinds_of(portion)]
    assert len(kinds) == len(set(kinds))
