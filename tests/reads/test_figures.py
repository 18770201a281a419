"""KPI values by every cut against an oracle over the facts; reasons, rows, and who sees them."""

from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from world import packed_world

from beginnings import begun
from cast import ON, ROLES, totals, unit
from cheji.engine import tallies as engine
from cheji.engine.kpis import measure_values, values_over
from cheji.facts import post
from cheji.reads import kpis
from cheji.reads.cockpit import cockpit
from cheji.reads.definitions import catalogue
from cheji.records import models as m
from cheji.records.refusals import NotFound

pytestmark = pytest.mark.django_db
KPIS = (
    "visits",
    "prospects_new",
    "prospects_open",
    "orders",
    "deliveries",
    "gross",
    "new_conversion",
)
MARCH = 202603
#: Whose figures each role may see as a whole, and whose alone.
OUTLETS = {
    "manager": {"N1"},
    "far_manager": {"S1"},
    "region_head": {"N1", "N2"},
    "group_manager": {"N1", "N2", "S1"},
    "finance": {"N1", "N2"},
    "hr": {"N1", "N2", "S1"},
    "marketing": {"N1"},
    "auditor": {"N1", "N2", "S1"},
    "operator": {"N1", "N2", "S1"},
}
OWN = {"zhang": {"ZHANG"}, "li": {"LI"}, "wang": {"WANG"}, "lead": {"LI", "ZHANG"}}


@pytest.fixture
def world(db):
    with begun(packed_world) as made:
        yield made


def oracle(fits, month=MARCH, codes=KPIS):
    """KPI values of the facts that fit, by the engine's slow grouping."""
    facts = [
        engine.Fact(
            f.kind, f.on_date, f.since, f.outlet, f.team, f.person, f.customer, f.model,
            f.channel, f.level, f.tags, f.quantity, f.fen, f.value, f.source,
        )
        for f in m.Fact.objects.all()
        if fits(f)
    ]  # fmt: skip
    rows = engine.tally(facts, scope=())
    rules = catalogue(ON).ruling
    values = measure_values(
        rules.measures,
        [row for row in rows if row.period == month],
        [row for row in rows if row.period < month],
        [month],
        scopes=[()],
    )
    inputs = {code: value for (_, _, code), value in values.items()}
    return values_over(rules, codes, [inputs])


def table(viewer, by, **more):
    return kpis.values(viewer, kpis=KPIS, by=by, grain="month", first=MARCH, last=MARCH, **more)


def shown(found):
    return {
        (row.of.kind, row.of.code, row.of.outlet): [cell.value for cell in row.cells]
        for row in found.rows
    }


@pytest.mark.parametrize("role", ROLES)
def test_every_cut_is_what_the_facts_in_reach_say(world, role):
    cast, viewer = world.cast, world.cast[role]
    units = {u.code: u for u in (cast.outlet, cast.sister, cast.far)}
    if role in ("administrator", "care", "stock"):
        with pytest.raises(NotFound):
            table(viewer, "outlet")
        return
    wanted = OUTLETS.get(role, set())
    assert shown(table(viewer, "outlet")) == {
        ("outlet", code, None): list(oracle(lambda f, u=units[code]: f.outlet == u.pk).values())
        for code in wanted
    }
    people = {
        ("person", p.number, units[code].pk): list(
            oracle(lambda f, p=p, u=units[code]: f.outlet == u.pk and f.person == p.pk).values()
        )
        for code, p in product(units, cast.people.values())
        if code in wanted or p.number in OWN.get(role, ())
        if m.Fact.objects.filter(outlet=units[code].pk, person=p.pk)
        .exclude(kind__in=("consultant_in", "consultant_out", "staff_in", "staff_out", "leaver"))
        .exists()
    }
    nobody = {
        ("unassigned", "", units[code].pk): list(
            oracle(lambda f, u=units[code]: f.outlet == u.pk and f.person is None).values()
        )
        for code in wanted
    }
    assert shown(table(viewer, "person")) == {**people, **nobody}


def test_units_above_are_sums_and_only_whole_ones_are_shown(world):
    cast = world.cast
    both = (cast.outlet.pk, cast.sister.pk)
    north = {("region", "N", None): list(oracle(lambda f: f.outlet in both).values())}
    assert shown(table(cast["region_head"], "region")) == north
    assert table(cast["region_head"], "nation").rows == ()
    nation = {("nation", "G", None): list(oracle(lambda _: True).values())}
    assert shown(table(cast["auditor"], "nation")) == nation
    teams = shown(table(cast["lead"], "team"))
    mine = oracle(lambda f: f.team == cast.team.pk)
    assert teams == {("team", "T1", None): list(mine.values())}


def test_models_and_channels_cover_the_whole_reach(world):
    by_channel = table(world.cast["manager"], "channel")
    deliveries = sum(row.cells[4].value for row in by_channel.rows)
    assert deliveries == 4
    own = table(world.cast["zhang"], "channel")
    assert sum(row.cells[4].value for row in own.rows) == 1


def test_grains_are_built_of_months_and_weeks_stand_alone(world):
    viewer = world.cast["manager"]
    asked = {"kpis": ["deliveries", "prospects_open"], "by": "outlet"}
    for grain, key in (("quarter", 20261), ("half", 20261), ("year", 2026)):
        found = kpis.values(viewer, grain=grain, first=key, last=key, **asked)
        assert [cell.value for cell in found.rows[0].cells] == [4, 0]
    week = kpis.values(viewer, grain="week", first=202611, last=202612, **asked)
    assert [[c.value for c in row.cells] for row in week.rows] == [[0, 4], [4, 4]]
    day = kpis.values(viewer, grain="day", first=20260320, last=20260320, **asked)
    assert [cell.value for cell in day.rows[0].cells] == [4, 4]


def test_an_outlet_out_of_reach_is_not_there(world):
    for role, code in (("manager", "S1"), ("manager", "N2"), ("zhang", "N1"), ("finance", "S1")):
        with pytest.raises(NotFound):
            table(world.cast[role], "outlet", outlets=[code])
    with pytest.raises(NotFound):
        kpis.values(
            world.cast["manager"],
            kpis=["nonsense"],
            by="outlet",
            grain="month",
            first=MARCH,
            last=MARCH,
        )


def test_every_cell_opens_to_its_own_value(world):
    viewer = world.cast["group_manager"]
    for by in ("nation", "region", "outlet", "person", "team", "channel"):
        for row, n in product(table(viewer, by).rows, range(len(KPIS))):
            cell = row.cells[n]
            if cell.key:
                opened = kpis.reason(viewer, cell.key)
                assert (opened.value, opened.of) == (cell.value, row.of)
    for by in ("month", "consultant", "benchmark"):
        for code in ("kpi", "structure"):
            sheet = kpis.sheet(viewer, code=code, year=2026, outlet="N1", by=by)
            keyed = [cell for line in sheet.lines for cell in line.cells if cell.key]
            assert keyed
            for cell in keyed:
                assert kpis.reason(viewer, cell.key).value == cell.value


@pytest.mark.parametrize("role", ROLES)
def test_a_key_out_of_reach_opens_nothing(world, role):
    """Keys travel in links: each of the group manager's, tried by every role."""
    cast = world.cast
    everything = [
        (row.of, row.cells[4].key)
        for by in ("nation", "region", "outlet", "team", "person")
        for row in table(cast["group_manager"], by).rows
        if row.cells[4].key
    ]
    allowed = {
        of
        for by in ("nation", "region", "outlet", "team", "person")
        for of in _seen(cast[role], by)
    }
    for of, key in everything:
        if of in allowed and role != "lead":
            assert kpis.reason(cast[role], key).of == of
        elif of not in allowed:
            for read in (kpis.reason, lambda v, k: kpis.fact_rows(v, k, measure="deliveries")):
                with pytest.raises(NotFound):
                    read(cast[role], key)


def _seen(viewer, by):
    try:
        return [row.of for row in table(viewer, by).rows]
    except NotFound:
        return []


def test_rows_are_those_counted_and_those_looked_at(world):
    cast, floor = world.cast, world.floor
    floor.visit(cast.outlet, cast.people["zhang"], first=False)
    floor.visit(cast.outlet, cast.people["zhang"], channel="phone")
    floor.visit(cast.outlet, cast.people["zhang"], excluded="void")
    key = f"u{cast.outlet.pk}.p{cast.people['zhang'].pk}:month:{MARCH}:visits"
    found = kpis.fact_rows(cast["zhang"], key, measure="visits")
    assert (found.total, found.counted_count) == (1, 1)
    assert [row.amount for row in found.counted] == [1]
    assert sorted(row.why_not for row in found.looked_at) == ["channel", "kind", "kind"]
    (row,) = found.counted
    visit = m.Visit.objects.get(pk=row.id)
    assert (row.noun, row.text, row.customer.name) == ("visit", visit.number, "客户outletzhang")
    assert row.customer.phone.startswith("138****")


def test_rows_add_up_to_the_cell_for_every_measure(world):
    viewer = world.cast["manager"]
    _reverse_something(world)
    sheets = [
        kpis.sheet(viewer, code=code, year=2026, outlet="N1") for code in ("kpi", "structure")
    ]
    opened = 0
    for line in (line for sheet in sheets for line in sheet.lines):
        for cell in (line.cells[2], line.cells[-1]):
            for part in kpis.reason(viewer, cell.key).measures if cell.key else ():
                rows = kpis.fact_rows(viewer, cell.key, measure=part.code, size=500)
                assert rows.total == part.value
                assert sum((row.amount for row in rows.counted), Fraction(0)) == part.value
                opened += 1
    assert opened > 40


def _reverse_something(world):
    """A corrected visit: its first facts are reversed, and neither shows."""
    visit = m.Visit.objects.get(pk=world.made["visits"][0][2])
    visit.model = "博越"
    visit.save()
    post("visit", [visit.pk], at=ON_AT)
    order = m.Order.objects.get(pk=world.made["orders"][1][2])
    order.channel = "owner"
    order.save()
    post("order", [order.pk], at=ON_AT)
    post("delivery", list(order.deliveries.values_list("id", flat=True)), at=ON_AT)


ON_AT = datetime(2026, 3, 20, 10, tzinfo=UTC)


def test_links_open_only_what_the_viewer_may_open(world):
    key = f"u{world.cast.outlet.pk}:month:{MARCH}:deliveries"
    for role, opens in (("manager", True), ("finance", True), ("hr", False), ("marketing", False)):
        rows = kpis.fact_rows(world.cast[role], key, measure="deliveries").counted
        assert {row.id is not None for row in rows} == {opens}
        assert {row.customer is not None for row in rows} == {role == "manager"}


def test_averages_are_no_door_to_rows(world):
    sheet = kpis.sheet(
        world.cast["manager"], code="kpi", year=2026, outlet="N1", by="benchmark", month=MARCH
    )
    key = sheet.lines[1].cells[1].key
    assert kpis.reason(world.cast["manager"], key).measures[0].rows_open is False
    with pytest.raises(NotFound):
        kpis.fact_rows(world.cast["manager"], key, measure="visits")
    for role in ("zhang", "lead", "care", "administrator"):
        with pytest.raises(NotFound):
            kpis.reason(world.cast[role], key)


def test_no_single_outlet_is_left_when_what_one_sees_is_subtracted(world):
    """The north's head sees two of three; with a third in the north its average is known too."""
    nation = f"avg.u{world.cast.group.pk}:month:{MARCH}:visits"
    assert kpis.reason(world.cast["manager"], nation).value is not None
    with pytest.raises(NotFound):
        kpis.reason(world.cast["region_head"], nation)
    third = unit("outlet", "N3", world.cast.north)
    totals(third, date(2026, 3, 1), visits=9)
    north = f"avg.u{world.cast.north.pk}:month:{MARCH}:visits"
    assert kpis.reason(world.cast["manager"], north).value is not None
    with pytest.raises(NotFound):
        kpis.reason(world.cast["manager"], nation)
    far = unit("outlet", "S2", world.cast.south)
    totals(far, date(2026, 3, 1), visits=9)
    assert kpis.reason(world.cast["manager"], nation).value is not None


def test_a_benchmark_over_two_outlets_opens_nothing_either(world):
    north = f"u{world.cast.north.pk}:month:{MARCH}:visits"
    for key in (f"avg.{north}", f"best.deliveries.{north}"):
        with pytest.raises(NotFound):
            kpis.reason(world.cast["manager"], key)
        assert kpis.reason(world.cast["region_head"], key).value is not None


@pytest.mark.parametrize(
    "key",
    [
        "",
        "u1",
        "u1:month:202613:visits",
        "ux:month:202603:visits",
        "avg:month:202603:visits",
        "u1.p:month:202603:visits",
        "u9" * 40,
    ],
)
def test_a_broken_key_is_not_there(world, key):
    with pytest.raises(NotFound):
        kpis.reason(world.cast["operator"], key)


def everything_of(viewer):
    """All figures that a role reads, without the benchmarks that are meant to look beyond."""
    found = []
    for by in ("outlet", "team", "person", "channel"):
        try:
            found.append(table(viewer, by).rows)
        except NotFound:
            found.append(None)
    try:
        sheet = kpis.sheet(viewer, code="kpi", year=2026)
        found += [sheet.columns, sheet.lines, sheet.identities]
        seen = cockpit(viewer)
        found.append(seen)
    except NotFound:
        found.append(None)
    return found


@pytest.mark.parametrize("role", ["zhang", "lead", "manager", "region_head", "finance"])
def test_changes_out_of_reach_change_nothing(world, role):
    before = everything_of(world.cast[role])
    out_of_reach = {
        "zhang": [("outlet", "li"), ("outlet", None), ("far", "far_consultant")],
        "lead": [("outlet", "wang"), ("outlet", None), ("sister", "sister_consultant")],
        "manager": [("sister", "sister_consultant"), ("far", "far_consultant")],
        "region_head": [("far", "far_consultant")],
        "finance": [("far", "far_consultant")],
    }
    for place, owner in out_of_reach[role]:
        world.add(place, owner)
        outlet = getattr(world.cast, place)
        who = world.cast.people[owner] if owner else None
        totals(outlet, date(2026, 5, 1), who, visits=50, deliveries_owner=5)
    assert everything_of(world.cast[role]) == before


def test_an_outlets_own_switch_counts_only_there(world):
    cast = world.cast
    for outlet in (cast.outlet, cast.sister):
        world.floor.visit(outlet, None, channel="phone")
    switch = m.DefinitionVersion.objects.get(kind="switch", code="phone_counts")
    body = {**switch.body, "default": True}
    m.DefinitionVersion.objects.create(
        kind="switch", code="phone_counts", outlet=cast.outlet, valid_from=date(2026, 1, 1),
        body=body, digest="own", state="published",
    )  # fmt: skip
    visits = {row.of.code: row.cells[0].value for row in table(cast["operator"], "outlet").rows}
    assert visits == {"N1": 5, "N2": 1, "S1": 1}
    nation = table(cast["operator"], "nation").rows[0].cells[0]
    assert nation.value == 7
    assert kpis.reason(cast["operator"], nation.key).value == 7
    rows = kpis.fact_rows(cast["operator"], nation.key, measure="visits")
    assert (rows.total, rows.counted_count, rows.looked_at_count) == (7, 7, 1)
    assert kpis.sheet(cast["manager"], code="kpi", year=2026).lines[1].cells[2].value == 5


def test_a_new_version_holds_from_its_month_on(world):
    kpi = m.DefinitionVersion.objects.get(kind="kpi", code="orders")
    m.DefinitionVersion.objects.create(
        kind="kpi", code="orders", valid_from=date(2026, 3, 1), digest="new",
        body={**kpi.body, "formula": "10 * orders_from_open"}, state="published",
    )  # fmt: skip
    world.add("outlet", "zhang", date(2026, 2, 20))
    found = kpis.values(
        world.cast["manager"], kpis=["orders"], by="outlet", grain="month", first=202602, last=MARCH
    )
    assert [row.cells[0].value for row in found.rows] == [1, 40]


def test_the_reasons_of_a_column_are_gathered_once(world):
    viewer = world.cast["manager"]
    keys = [line.cells[2].key for line in kpis.sheet(viewer, code="kpi", year=2026).lines]
    counts = []
    for some in (keys[4:5], keys):  # the fifth line is a stock
        with CaptureQueriesContext(connection) as queries:
            found = kpis.reasons(viewer, some)
        counts.append(len(queries))
        assert found == {key: kpis.reason(viewer, key) for key in some}
    assert counts[0] == counts[1]


def test_sheets_and_tables_ask_as_often_for_many_as_for_few(world):
    def asked():
        counts = []
        for read in (
            lambda v: kpis.sheet(v, code="kpi", year=2026, outlet="N1"),
            lambda v: kpis.sheet(v, code="kpi", year=2026, outlet="N1", by="consultant"),
            lambda v: kpis.sheet(v, code="kpi", year=2026, outlet="N1", by="benchmark"),
            lambda v: table(v, "person"),
            cockpit,
        ):
            with CaptureQueriesContext(connection) as queries:
                read(world.cast["group_manager"])
            counts.append(len(queries))
        return counts

    world.add("outlet", None, date(2026, 1, 5))  # from here on no kept sums answer
    asked()  # the definitions are built once
    before = asked()
    for owner in ("zhang", "li", "wang"):
        world.add("outlet", owner, date(2026, 1, 5))
    assert asked() == before
    assert max(before) <= 22
