"""A definition that is not in force yet, on real data beside the one that is."""

from datetime import date
from fractions import Fraction

import pytest

from cast import Cast, Floor
from cheji.engine.findings import Refused as Unsound
from cheji.reads.supposing import Supposition, preview
from cheji.records import models as m
from cheji.records.refusals import BadValue, NotFound

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 5)


@pytest.fixture
def cast(cast) -> Cast:
    floor = Floor()
    for who in ("zhang", "zhang", "li"):
        floor.visit(cast.outlet, cast.people[who], MARCH)
    for who, channel in (("zhang", "phone"), ("li", "walk_in")):
        floor.visit(cast.outlet, cast.people[who], MARCH, channel=channel)
    floor.prospect(floor.customer(cast.outlet, cast.people["zhang"]), on=MARCH)
    return cast


HALVED = "prospects_new / visits / 2"


def body(kind: str, code: str) -> dict[str, object]:
    return m.DefinitionVersion.objects.get(kind=kind, code=code, state="published").body


def shown(rows):
    return {(row.of.code, row.kpi.code): (row.old, row.new, row.difference) for row in rows}


def looked(cast, kind, code, role="manager", months=(202603, 202603), **changed):
    supposed = Supposition(kind, str(changed.get("code", code)), {**body(kind, code), **changed})
    return preview(cast[role], supposed, outlet="N1", first=months[0], last=months[1])


def test_a_formula_is_shown_beside_the_old_one_for_outlet_and_people(cast):
    found = looked(cast, "kpi", "document_rate", formula=HALVED)
    outlet = (Fraction(1, 4), Fraction(1, 8), Fraction(-1, 8))
    assert shown(found.outlet) == {("N1", "document_rate"): outlet}
    assert shown(found.people)["ZHANG", "document_rate"] == (
        Fraction(1, 2), Fraction(1, 4), Fraction(-1, 4),
    )  # fmt: skip
    assert shown(found.people)["LI", "document_rate"] == (0, 0, 0)
    assert (found.counted.count, found.left_out.count) == (0, 0)


def test_a_measure_says_which_facts_are_counted_now_and_were_not(cast):
    kept = {"channel": {"in": ["phone"]}}
    found = looked(cast, "measure", "visits", where=kept)
    assert shown(found.outlet)["N1", "visits"] == (4, 1, -3)
    assert (found.counted.count, found.left_out.count) == (1, 4)
    assert [(row.channel, row.kind) for row in found.counted.rows] == [("phone", "visit_first")]
    assert {row.channel for row in found.left_out.rows} == {"walk_in"}


def test_a_switch_moves_every_kpi_that_rests_on_it(cast):
    found = looked(cast, "switch", "phone_counts", default=True)
    assert shown(found.outlet)["N1", "visits"] == (4, 5, 1)
    assert found.counted.count == 1


def test_a_new_definition_has_no_old_side(cast):
    new = {**body("kpi", "visits"), "code": "visits_doubled", "formula": "visits * 2"}
    supposed = Supposition("kpi", "visits_doubled", new)
    found = preview(cast["manager"], supposed, outlet="N1", first=202603, last=202603)
    assert shown(found.outlet) == {("N1", "visits_doubled"): (None, 8, None)}
    assert found.counted.count == 4


def test_a_draft_that_rests_on_a_newer_measure_is_shown_for_the_months_before_it_too(cast):
    m.DefinitionVersion.objects.create(
        kind="measure", code="arrivals", valid_from=date(2026, 3, 1), state="published", digest="x",
        body={**body("measure", "visits"), "code": "arrivals", "zh": "到店", "en": "Arrivals"},
    )  # fmt: skip
    new = {**body("kpi", "visits"), "code": "visits_doubled", "formula": "arrivals * 2"}
    supposed = Supposition("kpi", "visits_doubled", new)
    found = preview(cast["manager"], supposed, outlet="N1", first=202602, last=202603)
    assert {row.period: (row.old, row.new) for row in found.outlet} == {
        202602: (None, 0), 202603: (None, 8),
    }  # fmt: skip
    with pytest.raises(Unsound):  # by its own last month there was no such measure
        preview(cast["manager"], supposed, outlet="N1", first=202602, last=202602)


def test_what_holds_for_one_outlet_leaves_the_others(cast):
    new = {**body("measure", "visits"), "column": "value"}
    supposed = Supposition("measure", "visits", new, cast.outlet.pk)
    Floor().visit(cast.far, cast.people["far_consultant"], MARCH)
    ours = preview(cast["group_manager"], supposed, outlet="N1", first=202603, last=202603)
    theirs = preview(cast["group_manager"], supposed, outlet="S1", first=202603, last=202603)
    assert shown(ours.outlet)["N1", "visits"] == (4, 0, -4)
    assert shown(theirs.outlet)["S1", "visits"] == (1, 1, 0)


def test_nothing_is_published_and_the_figures_stay(cast):
    before = m.DefinitionVersion.objects.count()
    looked(cast, "kpi", "document_rate", formula=HALVED)
    assert m.DefinitionVersion.objects.count() == before
    again = shown(looked(cast, "kpi", "document_rate").outlet)
    assert again["N1", "document_rate"] == (Fraction(1, 4), Fraction(1, 4), 0)


def test_refusals(cast):
    with pytest.raises(NotFound):
        looked(cast, "kpi", "visits", role="far_manager")
    with pytest.raises(BadValue):
        looked(cast, "kpi", "visits", months=(202501, 202603))
    with pytest.raises(BadValue):
        looked(cast, "scheme", "consultant_monthly")
    with pytest.raises(Unsound):
        looked(cast, "kpi", "document_rate", formula="prospects_new / 0")
