"""Fields of the house's own: defined, filled in, posted with facts when they are in KPIs."""

from datetime import date
from typing import Any

import pytest

from cast import AT, Cast, Floor
from cheji.actions import fields, filling
from cheji.facts.rebuilding import differences, rebuild
from cheji.reads.fields import filled
from cheji.records import models as m
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 5)
INDUSTRY = fields.Terms(
    "行业", "Industry", (("fleet", "车队", "Fleet"), ("farm", "农业", "Farm")), in_kpis=True
)

#: The facts of a delivered order that say a quantity; no floor price is known for it.
OF_ORDER = ("order_signed", "delivery", "line_revenue", "excess_unknown")


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


def define(cast: Cast, noun: str, code: str, kind: str, terms: fields.Terms, by: str = "hr") -> int:
    return fields.define(by=cast[by], at=AT, noun=noun, code=code, kind=kind, terms=terms).id


def fill(cast: Cast, noun: str, record: Any, by: str = "manager", **values: str) -> None:
    record.refresh_from_db()
    fields.fill(
        by=cast[by], at=AT, noun=noun, record=record.pk, version=record.version, values=values
    )


def again(**where: object) -> dict[tuple[str, str], int]:
    """The net of the twins: by kind and tags the quantity."""
    found: dict[tuple[str, str], int] = {}
    for fact in m.Fact.objects.filter(kind__endswith="_of", **where):
        key = fact.kind, fact.tags
        found[key] = found.get(key, 0) + fact.quantity
    return {key: quantity for key, quantity in found.items() if quantity}


def as_rebuilt() -> list[object]:
    rebuild()
    return list(differences())


def bought(cast: Cast, floor: Floor) -> tuple[m.Customer, m.Order]:
    customer = floor.customer(cast.outlet, cast.people["zhang"])
    order = floor.order(cast.outlet, cast.people["zhang"], customer=customer, on=MARCH)
    floor.delivery(order, MARCH)
    return customer, order


def test_only_who_defines_for_the_group_adds_a_field(cast: Cast) -> None:
    for role in ("manager", "finance", "zhang"):
        with pytest.raises(NotYours):
            define(cast, "order", "industry", "choice", INDUSTRY, by=role)
    assert define(cast, "order", "industry", "choice", INDUSTRY, by="group_manager")


@pytest.mark.parametrize(
    ("code", "kind", "terms", "why"),
    [
        ("Industry", "choice", INDUSTRY, "小写字母"),
        ("a" * 21, "choice", INDUSTRY, "小写字母"),
        ("industry", "choice", fields.Terms("行业", "Industry"), "必须有选项"),
        ("industry", "choice", fields.Terms("行业", "Industry", (("a=b", "a", "a"),)), "小写字母"),
        ("industry", "choice", fields.Terms("行业", "Industry", (("a", "a", "a"),) * 2), "重复"),
        ("industry", "text", fields.Terms("行业", "Industry", in_kpis=True), "可用于指标"),
        ("industry", "text", fields.Terms(" ", "Industry"), "不能为空"),
    ],
)
def test_a_field_that_does_not_fit_is_refused_in_words(cast, code, kind, terms, why):
    with pytest.raises(BadValue) as refused:
        define(cast, "order", code, kind, terms)
    assert why in refused.value.say("zh-hans")
    assert m.CustomField.objects.count() == 0


def test_values_are_checked_by_their_type_and_kept(cast: Cast) -> None:
    for code, kind in (("words", "text"), ("size", "number"), ("since", "date")):
        define(cast, "customer", code, kind, fields.Terms(code, code))
    define(cast, "customer", "industry", "choice", INDUSTRY)
    customer = Floor().customer(cast.outlet, cast.people["zhang"])
    sound = {"words": " 老客户 ", "size": "12.5", "since": "2026-01-31", "industry": "farm"}
    fill(cast, "customer", customer, by="zhang", **sound)
    shown = {one.field.code: one.label for one in filled(cast["zhang"], "customer", customer.pk)}
    assert shown == {
        "words": ("老客户", "老客户"), "size": ("12.5", "12.5"),
        "since": ("2026-01-31", "2026-01-31"), "industry": ("农业", "Farm"),
    }  # fmt: skip
    wrong = {"words": "x" * 201, "size": "1e5", "since": "2026-02-30", "industry": "boats"}
    for code, value in wrong.items():
        with pytest.raises(filling.NotAValue):
            fill(cast, "customer", customer, **{code: value})
    with pytest.raises(BadValue):
        fill(cast, "customer", customer, colour="red")
    fill(cast, "customer", customer, words="")
    customer.refresh_from_db()
    assert customer.custom == {k: v for k, v in sound.items() if k != "words"}


def test_a_required_field_is_not_emptied_and_an_old_screen_is_refused(cast: Cast) -> None:
    define(cast, "visit", "how", "text", fields.Terms("方式", "How", required=True))
    visit = Floor().visit(cast.outlet, cast.people["zhang"], MARCH)
    with pytest.raises(filling.FieldMissing):
        fill(cast, "visit", visit, how=" ")
    with pytest.raises(ChangedMeanwhile):
        fields.fill(
            by=cast["manager"], at=AT, noun="visit", record=visit.pk, version=9, values={"how": "a"}
        )


def test_a_record_out_of_scope_is_not_there(cast: Cast) -> None:
    define(cast, "customer", "industry", "choice", INDUSTRY)
    customer = Floor().customer(cast.outlet, cast.people["zhang"])
    for role in ("far_manager", "li"):
        with pytest.raises(NotFound):
            fill(cast, "customer", customer, by=role, industry="farm")
        with pytest.raises(NotFound):
            filled(cast[role], "customer", customer.pk)


def test_what_a_customer_writes_stands_in_no_audit_entry(cast: Cast) -> None:
    define(cast, "customer", "words", "text", fields.Terms("说明", "Words"))
    customer = Floor().customer(cast.outlet, cast.people["zhang"])
    fill(cast, "customer", customer, words="his private words")
    entry = m.AuditEntry.objects.get(verb="fields.fill")
    assert entry.body == '{"fields":["words"],"noun":"customer"}'
    assert not m.Fact.objects.filter(tags__contains="private").exists()


def test_a_choice_in_kpis_is_posted_with_every_fact_of_its_record(cast: Cast) -> None:
    define(cast, "order", "industry", "choice", INDUSTRY)
    _, order = bought(cast, Floor())
    plain = dict(m.Fact.objects.values_list("kind", "quantity"))
    fill(cast, "order", order, industry="fleet")
    assert again() == {(f"{kind}_of", "industry=fleet"): plain[kind] for kind in OF_ORDER}
    money = m.Fact.objects.get(kind="line_cost_of")
    assert (money.fen, money.tags) == (9_500_000, "industry=fleet")
    assert money.person == order.shares.get().person_id
    assert as_rebuilt() == []
    fill(cast, "order", order, industry="farm")
    assert {tags for _, tags in again()} == {"industry=farm"}
    assert as_rebuilt() == []


def test_fields_that_are_both_filled_in_are_asked_for_together(cast: Cast) -> None:
    fuel = fields.Terms(
        "燃料", "Fuel", (("ev", "纯电", "Electric"), ("ice", "油", "Petrol")), in_kpis=True
    )
    define(cast, "order", "industry", "choice", INDUSTRY)
    define(cast, "customer", "fuel", "choice", fuel)
    customer, order = bought(cast, Floor())
    fill(cast, "order", order, industry="fleet")
    fill(cast, "customer", customer, fuel="ev")
    signed = {tags for kind, tags in again() if kind == "order_signed_of"}
    assert signed == {"industry=fleet", "fuel=ev", "fuel=ev&industry=fleet"}
    assert as_rebuilt() == []
    fill(cast, "order", order, industry="")
    assert {tags for kind, tags in again() if kind == "order_signed_of"} == {"fuel=ev"}
    assert as_rebuilt() == []


def test_a_customers_choice_stands_in_all_of_his_records(cast: Cast) -> None:
    define(cast, "customer", "industry", "choice", INDUSTRY)
    floor = Floor()
    customer, _ = bought(cast, floor)
    floor.visit(cast.outlet, cast.people["zhang"], MARCH, customer=customer)
    fill(cast, "customer", customer, industry="fleet")
    assert set(again()) == {(f"{kind}_of", "industry=fleet") for kind in (*OF_ORDER, "visit_first")}
    assert as_rebuilt() == []


def test_a_field_marked_later_is_posted_and_unmarked_again_reversed(cast: Cast) -> None:
    plain = fields.Terms(INDUSTRY.zh, INDUSTRY.en, INDUSTRY.choices)
    field = define(cast, "order", "industry", "choice", plain)
    _, order = bought(cast, Floor())
    fill(cast, "order", order, industry="fleet")
    assert again() == {}
    fields.amend(by=cast["hr"], at=AT, field=field, version=1, terms=INDUSTRY)
    assert {kind for kind, _ in again()} == {f"{kind}_of" for kind in OF_ORDER}
    assert as_rebuilt() == []
    fields.amend(by=cast["hr"], at=AT, field=field, version=2, terms=plain)
    assert again() == {}
    assert as_rebuilt() == []


def test_a_choice_in_use_is_renamed_but_not_taken_away(cast: Cast) -> None:
    field = define(cast, "order", "industry", "choice", INDUSTRY)
    _, order = bought(cast, Floor())
    fill(cast, "order", order, industry="fleet")
    less = fields.Terms("行业", "Industry", (("farm", "农业", "Farm"),), in_kpis=True)
    with pytest.raises(fields.ChoiceIsUsed):
        fields.amend(by=cast["hr"], at=AT, field=field, version=1, terms=less)
    unused = fields.Terms("行业", "Trade", (("fleet", "车队", "Fleets"),), in_kpis=True)
    fields.amend(by=cast["hr"], at=AT, field=field, version=1, terms=unused)
    row = m.CustomField.objects.get()
    assert (row.en, row.choices) == ("Trade", [["fleet", "车队", "Fleets"]])
