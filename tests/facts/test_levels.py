"""Medians, means and windows at every level by SQL, against the engine's slow clear form."""

from dataclasses import replace

import hypothesis
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.definitions import Measure
from cheji.engine.kpis import Apart, measure_values, reduced
from cheji.engine.kpis.columns import summed_column
from cheji.engine.tallies import Fact
from cheji.facts import Narrow, levels, mirror
from cheji.facts.spreads import spreads
from facts.generated import EVERYTHING, checked, rows, store
from facts.test_grids import filters, kinds

pytestmark = pytest.mark.django_db
MONTH = 202601
REGIONS = {1: 90, 2: 90, 3: 91}
spread = st.sampled_from(["median", "p90", "mean"])
measures = st.lists(
    st.builds(
        Measure,
        code=st.uuids().map(lambda made: f"m{made.hex}"),
        zh=st.just("量"),
        en=st.just("Measure"),
        unit=st.just("vehicle"),
        kinds=kinds.map(tuple),
        column=st.just("value"),
        where=st.lists(filters, max_size=1).map(tuple),
        cohort=st.sampled_from(["any", "new", "carried"]),
        spread=spread,
        window=st.sampled_from([0, 0, 3]),
        begun=st.booleans(),
    )
    | st.builds(
        Measure,
        code=st.uuids().map(lambda made: f"m{made.hex}"),
        zh=st.just("量"),
        en=st.just("Measure"),
        unit=st.just("vehicle"),
        kinds=kinds.map(tuple),
        column=st.sampled_from(["quantity", "value", "count"]),
        window=st.integers(1, 5),
        begun=st.booleans(),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda measure: measure.code,
)


def small(found: list[Fact]) -> list[Fact]:
    """The same facts with values that meet, begun before they ended, and amounts that fit."""
    return [
        replace(
            fact,
            since=fact.since and min(fact.since, fact.on_date),
            value=fact.value % 7,
            quantity=fact.quantity % 9 * 10_000,
        )
        for fact in found
    ]


def by_levels(asked: list[Measure]) -> dict[object, object]:
    found = levels.summaries(Narrow(EVERYTHING), asked, month=MONTH, regions=REGIONS)
    return {
        (level, scope, measure.code): summed_column(measure, [seen[measure.code]]).fractions()[0]
        for level, scopes in found.items()
        for scope, seen in scopes.items()
        for measure in asked
        if measure.code in seen
    }


def by_engine(asked: list[Measure]) -> dict[object, object]:
    """Each level from tallies of its own, a region's from those of its outlets."""
    found = {}
    for level in levels.LEVELS:
        scope = ("outlet",) if level == ("region",) else level
        sides = [
            spreads(Narrow(EVERYTHING), first=MONTH, last=MONTH, scope=scope, begun=begun)
            for begun in (False, True)
        ]
        if level == ("region",):
            sides = [
                [row._replace(scope=(REGIONS[row.scope[0]],)) for row in side] for side in sides
            ]
        values = measure_values(asked, [], [], [MONTH], apart=Apart(*sides))
        by_code = {measure.code: measure for measure in asked}
        for (at, _, code), value in values.items():
            found[level, at, code] = reduced(by_code[code], value)
    return found


def known(found: dict[object, object]) -> dict[object, object]:
    """A scope where nothing counts may stand there with nothing, or not at all."""
    return {key: value for key, value in found.items() if value}


@checked
@given(rows.map(small), measures)
def test_levels_keep_values_apart_as_the_engine_does(
    found: list[Fact], asked: list[Measure]
) -> None:
    with transaction.atomic():
        store(found)
        assert known(by_levels(asked)) == known(by_engine(asked))
        transaction.set_rollback(True)


def test_the_mirror_finds_the_same_middles(tmp_path, settings) -> None:
    """Half of the facts lie in the mirror's files, the others are still missing there."""
    settings.CHEJI_DATA = tmp_path

    @hypothesis.settings(checked, max_examples=30)
    @given(rows.map(small), rows.map(small), measures)
    def same(old: list[Fact], new: list[Fact], asked: list[Measure]) -> None:
        with transaction.atomic():
            store(old)
            mirror.append(mirror.folder())
            store(new)
            found = []
            for settings.CHEJI_FACTS in ("database", "duckdb"):
                found.append(by_levels(asked))
            assert found[0] == found[1]
            transaction.set_rollback(True)

    same()
