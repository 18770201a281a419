"""Many outlets are added up by the database, few in Python: the figures are the same."""

import pytest

from cast import load_pack
from cheji.facts import narrowing
from cheji.reads import kpis
from cheji.reads.cockpit import cockpit
from cheji.reads.kpis.ground import Ground, Slice
from reads.world import World

pytestmark = pytest.mark.django_db
CODES = ("visits", "orders", "deliveries", "gross", "new_conversion", "delivery_rate")
BY = ("nation", "region", "outlet", "team", "person", "model", "channel")


def everything(world: World) -> list[object]:
    """Every table, sheet and first screen of those who see many outlets."""
    found: list[object] = []
    for who in ("group_manager", "region_head", "manager"):
        viewer = world.cast[who]
        found += [
            kpis.values(viewer, kpis=CODES, by=by, grain=grain, first=first, last=last)
            for by in (BY if who == "group_manager" else BY[3:])
            for grain, first, last in (("month", 202512, 202604), ("week", 202601, 202610))
        ]
        found += [kpis.sheet(viewer, code="kpi", year=2026), cockpit(viewer)]
    return found


def test_wide_questions_give_the_same_figures(monkeypatch):
    load_pack()
    world = World()
    few = everything(world)
    monkeypatch.setattr(narrowing, "FEW", 0)
    assert Ground(world.cast["group_manager"]).narrow(Slice(world.cast.group.pk)).is_wide
    assert everything(world) == few
