"""Figures of appraisals: the same as the KPI sheet's, split by days, for a whole cycle at once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from world import packed_world

from appraisal_floor import Cycled
from beginnings import begun
from cheji.facts.kept import SHELF
from cheji.reads import appraisals, kpis
from cheji.records import models as m
from cheji.records.refusals import NotFound

pytestmark = pytest.mark.django_db
MARCH = 202603
KPIS = ("sales_amount", "sales_units", "sat_rate", "new_customers")


@pytest.fixture
def world(db):
    with begun(packed_world) as made:
        yield made


@pytest.fixture
def march(world):
    return Cycled(world.cast, unit="group", name="三月", period=MARCH)


def figures(cycle, who="hr"):
    return appraisals.cycle_figures(cycle.cast[who], cycle.id)


def test_everybodys_figures_are_those_of_the_table(world, march):
    found = figures(march)
    assert set(found.figures) == set(m.Appraisal.objects.values_list("id", flat=True))
    table = kpis.values(
        world.cast["hr"], kpis=KPIS, by="person", grain="month", first=MARCH, last=MARCH
    )
    for who in ("zhang", "wang", "far_consultant"):
        row = next(row for row in table.rows if row.of.id == world.cast.people[who].pk)
        values = [cell.value for cell in row.cells]
        assert found.figures[march.of(who).pk].values == dict(zip(KPIS, values, strict=True))
    assert found.figures[march.of("zhang").pk].values["sales_units"] == 1


def test_parts_of_a_month_hold_their_own_days(world, march):
    world.add("outlet", "zhang", date(2026, 3, 28))
    whole = march.of("zhang")
    amount = figures(march).figures[whole.pk].values["sales_amount"]
    m.Appraisal.objects.filter(pk=whole.pk).update(until=date(2026, 3, 25))
    later = m.Appraisal.objects.get(pk=whole.pk)
    later.pk, later.since, later.until = None, date(2026, 3, 25), date(2026, 4, 1)
    later.save()
    parts = figures(march).figures
    assert [parts[row.pk].values["sales_units"] for row in (whole, later)] == [1, 1]
    assert parts[whole.pk].values["sales_amount"] + parts[later.pk].values["sales_amount"] == amount
    assert figures(march, "group_manager").figures == parts


def test_a_cycle_out_of_reach_is_not_there(march):
    for who in ("stock", "administrator"):
        with pytest.raises(NotFound):
            figures(march, who)


def test_a_whole_cycle_takes_as_many_queries_as_one_person(march):
    def asked(rows):
        SHELF.clear()
        with CaptureQueriesContext(connection) as seen:
            appraisals.figures_of(march.cast["hr"], list(rows))
        return len(seen)

    rows = m.Appraisal.objects.select_related("cycle", "scheme").order_by("id")
    asked(rows)  # definitions are built once
    assert asked(rows) == asked(rows[:1]) > 0
