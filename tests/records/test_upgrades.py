"""What migrations do to rows that are there already."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from cast import AT, Cast
from cheji.actions import definitions
from cheji.actions.visits import recount
from cheji.engine.definitions import as_json, body_of, digest
from cheji.packs import load
from cheji.records.models import Customer, DefinitionVersion, Order, Prospect, Unit, Visit
from cheji.records.visibility import operator

pytestmark = pytest.mark.django_db
RENEWAL = import_module("cheji.records.migrations.0016_measures_of_unknown_costs")
CARDS = import_module("cheji.records.migrations.0008_cards_of_orders")
FROM = date(2000, 1, 1)
BEFORE: dict[tuple[str, str], dict[str, object]] = {
    ("measure", "revenue"): {"kinds": {"line_revenue": 1}},
    ("measure", "cost"): {"looked_at": None, "note_zh": None, "note_en": None},
    ("measure", "gross"): {"looked_at": None, "note_zh": None, "note_en": None},
    ("kpi", "gross_per_unit"): {
        "formula": "gross / deliveries_all", "note_zh": None, "note_en": None,
    },
}  # fmt: skip


def _in_pack() -> dict[tuple[str, str], object]:
    pack = load("dealership").definitions
    every = {("measure", one.code): one for one in pack.measures}
    return every | {("kpi", one.code): one for one in pack.kpis}


def _publish(kind: str, code: str, changes: dict[str, object], pack: str = "dealership") -> None:
    body = as_json(body_of(_in_pack()[kind, code])) | changes  # type: ignore[arg-type]
    body = {name: value for name, value in body.items() if value is not None}
    DefinitionVersion.objects.create(
        kind=kind, code=code, valid_from=FROM, body=body, digest=digest(body), state="published",
        pack=pack,
    )  # fmt: skip


def _published() -> set[tuple[str, str, date, str]]:
    rows = DefinitionVersion.objects.filter(valid_from__gt=FROM) | DefinitionVersion.objects.filter(
        code="units_priced"
    )
    return set(rows.values_list("kind", "code", "valid_from", "digest"))


def test_the_packs_money_measures_know_orders_of_unknown_cost() -> None:
    for (kind, code), changes in BEFORE.items():
        _publish(kind, code, changes)
    RENEWAL.renew(apps, None)
    pack = _in_pack()
    later = {(*one, date(2000, 2, 1), digest(pack[one])) for one in BEFORE}  # type: ignore[arg-type]
    units = ("measure", "units_priced", FROM, digest(pack["measure", "units_priced"]))  # type: ignore[arg-type]
    assert _published() == later | {units}
    RENEWAL.renew(apps, None)
    assert _published() == later | {units}


def test_what_a_group_published_itself_stays_its_own() -> None:
    for (kind, code), changes in BEFORE.items():
        _publish(kind, code, changes, pack="" if code == "gross_per_unit" else "dealership")
    RENEWAL.renew(apps, None)
    assert {code for _, code, _, _ in _published()} == {"revenue", "cost", "gross", "units_priced"}


def test_an_installation_of_today_needs_nothing() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    definitions.install(by=operator(at.date()), at=at, pack="dealership", valid_from=FROM)
    RENEWAL.renew(apps, None)
    assert {code for _, code, _, _ in _published()} == {"units_priced"}


def test_visits_that_the_rule_excludes_are_the_rules_to_count() -> None:
    """Migration 0008: of the others somebody said that they do not count."""
    Cast()
    outlet = Unit.objects.get(code="N1")
    early, day, late = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)
    holder, buyer, later = (
        Customer.objects.create(outlet=outlet, number=number, name="客", created_on=early)
        for number in ("K1", "K2", "K3")
    )
    for number, whose, opened in (("C1", holder, early), ("C3", later, day)):
        Prospect.objects.create(
            outlet=outlet, number=number, customer=whose, opened_on=opened, level="A"
        )
    Order.objects.create(outlet=outlet, number="O1", customer=buyer, signed_on=early)
    for number, whose, on, first in (
        ("V1", holder, day, True), ("V2", holder, day, False), ("V3", holder, early, True),
        ("V4", buyer, late, True), ("V5", later, day, True), ("V6", None, day, True),
    ):  # fmt: skip
        Visit.objects.create(
            outlet=outlet, number=number, on_date=on, first=first, customer=whose,
            excluded="holds_card",
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CARDS.NOT_COUNTED)
    found = dict(Visit.objects.values_list("number", "counted"))
    assert found == {"V1": None, "V2": False, "V3": False, "V4": None, "V5": False, "V6": False}
    recount([later.pk, holder.pk, buyer.pk], AT)
    assert Visit.objects.get(number="V4").excluded == "has_ordered"
