"""Publishing among other versions: later ones, an outlet's own, and bodies under another code."""

from datetime import date

import pytest

from cast import AT, Cast, load_pack
from cheji.actions import definition_bundles, definitions
from cheji.actions.definition_starts import BeginsAlready, InClosedPeriod
from cheji.records import models as m
from cheji.records.refusals import BadValue
from cheji.records.words import RUNS, Words

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    load_pack(valid_from=date(2026, 1, 1))
    return Cast()


def draft(cast: Cast, code: str, outlet: m.Unit | None = None, inner: str = "") -> int:
    body = m.DefinitionVersion.objects.get(kind="kpi", code="orders", state="published").body
    return definitions.draft(
        by=cast["hr"], at=AT, kind="kpi", code=code, valid_from=date(2026, 3, 1),
        body={**body, "code": inner or code}, outlet=outlet.pk if outlet else None,
    ).id  # fmt: skip


def publish(cast: Cast, version: int) -> None:
    definitions.publish(by=cast["group_manager"], at=AT, version=version)


def test_a_definition_of_one_outlet_does_not_stand_in_the_groups_way(cast: Cast) -> None:
    publish(cast, draft(cast, "orders_local", cast.outlet))
    publish(cast, draft(cast, "orders"))
    march = m.DefinitionVersion.objects.get(kind="kpi", code="orders", valid_from=date(2026, 3, 1))
    assert march.state == "published"


def test_a_body_bears_the_code_of_its_version(cast: Cast) -> None:
    with pytest.raises(BadValue):
        draft(cast, "orders_new", inner="orders_other")


def closed_run(outlet: m.Unit, period: int) -> None:
    m.Run.objects.create(
        kind="score", outlet=outlet, grain="month", period=period, definition="consultant_pay",
        digest="0" * 64, mark=0, state="closed", made_at=AT, closed_at=AT, sealed="1" * 64,
    )  # fmt: skip


def test_a_version_that_would_hold_in_a_closed_period_is_refused(cast: Cast) -> None:
    closed_run(cast.far, 202602)
    assert draft(cast, "orders") > 0
    closed_run(cast.far, 202603)
    with pytest.raises(InClosedPeriod) as refused:
        draft(cast, "orders")
    assert refused.value.place == {
        "outlet": "南一店", "kind": RUNS["score"], "period": "2026-03", "start": date(2026, 4, 1),
        "field": "valid_from",
    }  # fmt: skip
    assert draft(cast, "orders", cast.outlet) > 0, "another outlet's close is not in its way"


def test_what_was_never_defined_before_changes_nothing_closed(cast: Cast) -> None:
    closed_run(cast.outlet, 202603)
    assert draft(cast, "orders_new") > 0


def test_a_period_closed_after_the_draft_is_refused_at_its_publishing(cast: Cast) -> None:
    version = draft(cast, "orders")
    closed_run(cast.outlet, 202603)
    with pytest.raises(InClosedPeriod):
        publish(cast, version)
    assert m.DefinitionVersion.objects.get(pk=version).state == "draft"


def test_of_two_drafts_from_the_same_day_one_alone_is_published(cast: Cast) -> None:
    first, second = draft(cast, "orders"), draft(cast, "orders")
    elsewhere = draft(cast, "orders", cast.outlet)
    publish(cast, first)
    with pytest.raises(BeginsAlready) as refused:
        publish(cast, second)
    assert refused.value.place == {
        "name": Words("本月产生订单合计数", "Orders"), "on": date(2026, 3, 1),
        "field": "valid_from",
    }  # fmt: skip
    assert m.DefinitionVersion.objects.get(pk=second).state == "draft"
    publish(cast, elsewhere)
    assert m.DefinitionVersion.objects.get(pk=elsewhere).state == "published"


def test_a_definition_is_no_longer_than_a_check_looks_through(cast: Cast) -> None:
    body = m.DefinitionVersion.objects.get(kind="kpi", code="orders", state="published").body
    with pytest.raises(definitions.TooLarge):
        definitions.draft(
            by=cast["hr"], at=AT, kind="kpi", code="orders", valid_from=date(2026, 3, 1),
            body={**body, "aliases": ["a" * 40] * 500},
        )  # fmt: skip


def test_several_definitions_are_drafted_together_and_the_same_ones_left(cast: Cast) -> None:
    orders, visits = (
        m.DefinitionVersion.objects.get(kind="kpi", code=code).body for code in ("orders", "visits")
    )
    place = definitions.Place(None, date(2026, 3, 1), "from a file")
    bodies = [("kpi", orders), ("kpi", {**visits, "decimals": 1})]
    done = definition_bundles.draft_all(by=cast["hr"], at=AT, bodies=bodies, place=place)
    assert (done.unchanged, [code for code, _ in done.drafts]) == (("orders",), ["visits"])
    row = m.DefinitionVersion.objects.get(pk=done.drafts[0][1].id)
    assert (row.state, row.note, row.body["decimals"]) == ("draft", "from a file", 1)
    wrong = [("kpi", {**visits, "decimals": 2}), ("kpi", {**orders, "aliases": ["a" * 20_000]})]
    with pytest.raises(definitions.TooLarge):
        definition_bundles.draft_all(by=cast["hr"], at=AT, bodies=wrong, place=place)
    assert m.DefinitionVersion.objects.filter(state="draft").count() == 1
