"""Outlets whose month closes on another day: what counts when, and which version holds."""

from datetime import date

import pytest

from cast import Floor, totals
from cheji.reads import kpis, pay
from cheji.reads.cockpit import cockpit
from cheji.records import models as m

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(cast):
    m.Unit.objects.filter(pk=cast.outlet.pk).update(closing_day=15)
    return cast


def visits_of(cast, month):
    found = kpis.sheet(cast["manager"], code="kpi", year=month // 100)
    column = next(n for n, c in enumerate(found.columns) if c.period == month)
    return next(line for line in found.lines if line.kpi.code == "visits").cells[column].value


def test_the_day_after_the_close_is_the_next_months(cast):
    totals(cast.outlet, date(2026, 2, 15), visits=3)
    totals(cast.outlet, date(2026, 2, 16), visits=5)
    assert (visits_of(cast, 202602), visits_of(cast, 202603)) == (3, 5)


def test_after_the_close_the_running_month_is_the_next_one(cast):
    seen = cockpit(cast["manager"])  # on 20 March
    assert seen.period == 202604
    found = kpis.sheet(cast["manager"], code="kpi", year=2026)
    shown = {c.period: found.lines[1].cells[n].key != "" for n, c in enumerate(found.columns)}
    assert (shown[202604], shown[202605]) == (True, False)


def test_an_outlets_own_version_holds_from_its_own_first_day_on(cast):
    """A version of 16 March is April's: March, which closed the day before, keeps the old one."""
    floor = Floor()
    for on in (date(2026, 3, 10), date(2026, 3, 18)):
        floor.visit(cast.outlet, None, on, channel="phone")
    switch = m.DefinitionVersion.objects.get(kind="switch", code="phone_counts")
    m.DefinitionVersion.objects.create(
        kind="switch", code="phone_counts", outlet=cast.outlet, valid_from=date(2026, 3, 16),
        body={**switch.body, "default": True}, digest="own", state="published",
    )  # fmt: skip
    assert (visits_of(cast, 202603), visits_of(cast, 202604)) == (0, 1)


def test_pay_is_by_the_plan_of_the_closed_month(cast):
    plan = m.DefinitionVersion.objects.get(kind="pay_plan")
    m.DefinitionVersion.objects.create(
        kind="pay_plan", code=plan.code, outlet=cast.outlet, valid_from=date(2026, 3, 16),
        body=plan.body, digest="april", state="published",
    )  # fmt: skip
    digests = [pay.statement(cast["zhang"], "ZHANG", month).digest for month in (202603, 202604)]
    assert digests == [plan.digest, "april"]
