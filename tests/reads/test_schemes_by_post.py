"""Schemes for other posts than consultants: the team's or the outlet's figures, and no KPIs."""

from fractions import Fraction

import pytest

from beginnings import begun
from cheji.cli.explaining import told
from cheji.reads import appraisals, kpis
from cheji.records.models import DefinitionVersion, Person, Post, Target
from cheji.records.refusals import NotFound
from reads.world import packed_world


@pytest.fixture
def cast(db):
    with begun(packed_world) as made:
        yield made.cast


def card(cast, role, number, **more):
    return appraisals.score_card(cast[role], number, 202603, outlet="N1", **more)


def values(found):
    return {item.code: item.value for item in found.items if item.key}


def test_a_manager_is_scored_by_his_outlets_figures(cast):
    found = card(cast, "region_head", "MANAGER")
    assert (found.scheme, found.person.number) == ("manager_quarterly", "MANAGER")
    assert found.items[0].key == f"u{cast.outlet.id}:month:202603:deliveries_all"
    people = appraisals.score_cards(cast["region_head"], "N1", 202603)
    lead = card(cast, "manager", "LEAD")
    team = sum(values(one)["deliveries"] for one in people if one.person.number != "WANG")
    assert (lead.scheme, values(lead)["deliveries"]) == ("lead_monthly", team)
    assert team > 0
    keys = [item.key for item in found.items if item.key]
    why = kpis.reasons(cast["region_head"], keys)
    assert [why[key].value for key in keys] == list(values(found).values())
    assert values(found)["gross"] > sum(values(one)["gross"] or 0 for one in people) > 0


def test_items_that_are_no_kpis_have_names_standards_and_no_rows_below(cast):
    found = {item.code: item for item in card(cast, "manager", "MANAGER").items}
    rules = found["rules"]
    assert (rules.kpi.zh, rules.key, rules.method) == ("制度执行", "", "deduct")
    assert rules.standard[0] == ("满分 5 分", "5 points to begin with")
    assert rules.reason["detail"]["effect"] == "none"
    assert found["ssi"].reason["detail"]["effect"] in {"left_out", "needs"}


def test_the_list_follows_the_scheme(cast):
    found = appraisals.score_cards(cast["manager"], "N1", 202603, scheme="lead_monthly")
    assert [one.person.number for one in found] == ["LEAD"]
    care = appraisals.score_cards(cast["manager"], "N1", 202603, scheme="care_monthly")
    assert [one.person.number for one in care] == ["CARE"]


def test_a_scheme_for_a_level_is_for_posts_of_that_level(cast):
    row = DefinitionVersion.objects.get(kind="scheme", code="consultant_manual")
    row.pk, row.code, row.digest = None, "a_senior", "a_senior"
    row.body = {**row.body, "code": "a_senior", "levels": ["高级"]}
    row.save()
    Post.objects.filter(person=cast.people["li"]).update(level="高级")
    found = appraisals.score_cards(cast["manager"], "N1", 202603, scheme="a_senior")
    assert [one.person.number for one in found] == ["LI"]
    own = {number: card(cast, "manager", number).scheme for number in ("LI", "ZHANG")}
    assert own == {"LI": "a_senior", "ZHANG": "consultant_monthly"}


def test_who_may_not_see_the_whole_outlet_sees_no_card_that_rests_on_it(cast):
    with pytest.raises(NotFound):
        card(cast, "zhang", "MANAGER")
    with pytest.raises(NotFound):
        card(cast, "zhang", "ZHANG", scheme="manager_quarterly")


def test_every_item_can_be_told_on_the_command_line(cast):
    found = card(cast, "manager", "MANAGER")
    lines = told(found.reason, names={item.code: item.kpi.zh for item in found.items})
    assert len(lines) == 1 + len(found.items) + len(found.adjustments)


def test_the_points_of_a_card_add_up(cast):
    for scheme in ("consultant_manual", "consultant_funnel", "consultant_composite"):
        found = card(cast, "manager", "ZHANG", scheme=scheme)
        lines = [*(item.points for item in found.items), *(a.points for a in found.adjustments)]
        assert sum(lines, Fraction(0)) == found.total


def test_base_and_stretch_of_a_persons_target_are_the_marks(cast):
    Target.objects.create(
        person=Person.objects.get(number="ZHANG"),
        outlet=cast.outlet,
        kpi="deliveries",
        grain="month",
        period=202603,
        value=100_0000,
        base=0,
        stretch=200_0000,
    )
    found = card(cast, "manager", "ZHANG", scheme="consultant_funnel")
    detail = found.items[0].reason["detail"]
    assert (detail["base"], detail["target"], detail["stretch"]) == ("0/1", "100/1", "200/1")
