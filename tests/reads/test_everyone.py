"""All KPIs of a month for everyone at once, against the tables that work them out one by one."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from beginnings import begun
from cast import Cast, load_pack
from cheji.engine.kinds import KINDS
from cheji.facts import kept, mirror
from cheji.reads import kpis
from cheji.reads.kpis import By
from cheji.reads.kpis.everyone import LEVELS, everyone
from cheji.reads.kpis.ground import Ground
from cheji.records import models as m
from engines import BESIDE, MONTH
from reads.test_three_engines import made

pytestmark = pytest.mark.django_db
Figures = dict[str, dict[str, Fraction | None]]
NOBODY = ".p0"


class Group:
    """Facts of every kind in three outlets and their teams, and goals of two of the outlets."""

    def __init__(self) -> None:
        load_pack()
        self.cast, chance = Cast(), Random(5)
        teams = [None, self.cast.team.pk, self.cast.other_team.pk]
        facts = [made(kind, chance, self.cast) for kind, _ in product(KINDS, range(8))]
        for fact in facts:
            fact.team = chance.choice(teams) if fact.outlet == self.cast.outlet.pk else None
        self.half = facts[::2]
        m.Fact.objects.bulk_create(facts[1::2])
        for outlet, period in product((self.cast.outlet, self.cast.sister), (MONTH, MONTH + 1)):
            m.Target.objects.create(
                kpi="deliveries", unit=outlet, grain="month", period=period, value=50_000
            )

    def at_once(self, who: str) -> dict[By, Figures]:
        kept.SHELF.clear()
        ground = Ground(self.cast[who])
        return {
            level.by: {
                whose.text: {code: one.fractions()[place] for code, one in level.columns.items()}
                for place, whose in enumerate(level.slices)
            }
            for level in everyone(ground, MONTH)
        }

    def one_by_one(self, who: str) -> dict[By, Figures]:
        """The cells of tables, which open with the slice of their row."""
        viewer = self.cast[who]
        codes = [kpi.code for kpi in Ground(viewer).ruling("month", MONTH).ruling.kpis]
        found: dict[By, Figures] = {by: {} for by in LEVELS}
        for by in LEVELS:
            table = kpis.values(viewer, kpis=codes, by=by, grain="month", first=MONTH, last=MONTH)
            for row in table.rows:
                text = row.cells[0].key.partition(":")[0]
                if text:
                    cells = zip(codes, row.cells, strict=True)
                    found[by][text] = {code: cell.value for code, cell in cells}
        return found


@pytest.fixture
def group(db: None) -> Iterator[Group]:
    with begun(Group) as found:
        yield found


def differing(left: dict[By, Figures], right: dict[By, Figures]) -> dict[tuple[str, str], object]:
    """Rows that differ; a table has a row of nobody even where nothing happened."""
    found: dict[tuple[str, str], object] = {}
    for by in LEVELS:
        for text in left[by].keys() | right[by].keys():
            one, other = left[by].get(text), right[by].get(text)
            if one != other and not (one is None and text.endswith(NOBODY)):
                found[by, text] = (one, other)
    return found


@pytest.mark.parametrize("who", ["group_manager", "region_head", "operator"])
def test_everyones_figures_are_those_of_the_tables(group: Group, who: str) -> None:
    m.Fact.objects.bulk_create(group.half)
    found = group.at_once(who)
    assert differing(found, group.one_by_one(who)) == {}
    assert {by: len(rows) for by, rows in found.items() if by != "person"} == (
        {"team": 2, "outlet": 2, "region": 1, "nation": 0}
        if who == "region_head"
        else {"team": 2, "outlet": 3, "region": 2, "nation": 1}
    )


def test_an_outlet_with_definitions_of_its_own_counts_by_them(group: Group) -> None:
    old = m.DefinitionVersion.objects.get(kind="measure", code="orders_cycle")
    m.DefinitionVersion.objects.create(
        kind="measure", code=old.code, outlet=group.cast.far, valid_from=date(2026, 2, 1),
        body={**old.body, "spread": "p90"}, digest="1" * 64, state="published",
    )  # fmt: skip
    assert differing(group.at_once("group_manager"), group.one_by_one("group_manager")) == {}


@pytest.mark.parametrize("engine", BESIDE)
def test_every_engine_gives_everyone_the_same(
    group: Group, engine: str, tmp_path: Path, settings: Any
) -> None:
    """Half of the facts lie in the mirror's files, the others are still missing there."""
    settings.CHEJI_DATA = tmp_path
    mirror.append(mirror.folder())
    m.Fact.objects.bulk_create(group.half)
    found = []
    for settings.CHEJI_FACTS in ("database", engine):
        found.append(group.at_once("operator"))
    assert found[0] == found[1]
