"""The maps that the handbook shows read real files of others without a problem."""

from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from cheji.engine.money import round_half_up
from cheji.files.maps import dumps, loads
from cheji.files.reading import read_book

REPO = Path(__file__).resolve().parents[2]
DATA = REPO.parent / "shared" / "data"
PLANS = {"used_car_sales_pay"}  # pay plans that stand beside the maps
MAPS = [p for p in sorted((REPO / "docs" / "maps").glob("*.yaml")) if p.stem not in PLANS]


@pytest.mark.parametrize("path", MAPS, ids=lambda path: path.stem)
def test_example_map_is_correct_and_comes_back_as_it_was(path):
    book, problems = loads(path.read_text(encoding="utf-8"))
    assert problems == []
    assert loads(dumps(book)) == (book, [])


def readings(name):
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip("the public data sets are not beside the repository")
    book, _ = loads((REPO / "docs" / "maps" / f"{name}.yaml").read_text(encoding="utf-8"))
    found = read_book(book, {path.name: path for path in folder.glob("*.csv")})
    assert [trouble.say("en") for one in found for trouble in one.all_problems()] == []
    return [(one.kind, [row.values for row in one.good]) for one in found]


def counts(found):
    return [(kind, len(rows)) for kind, rows in found]


def total(rows, column):
    return sum(row[column] for row in rows)


@pytest.mark.shared
def test_used_car_sales():
    found = readings("used_car_sales")
    assert counts(found) == [
        ("outlets", 21),
        ("people", 558),  # posts: each agent at each distributor that he sold for
        ("orders", 2166),
        ("deliveries", 2166),
    ]
    orders = found[2][1]
    assert (total(orders, "vehicle_price"), total(orders, "vehicle_cost")) == (
        1_487_776_100,
        1_460_054_400,
    )
    stated = [int(row["note"]) for row in orders]
    gross = [row["vehicle_price"] - row["vehicle_cost"] for row in orders]
    assert stated == [round_half_up(Fraction(max(fen, 0), 500)) for fen in gross]
    people = {row["number"] for row in found[1][1]}
    assert len(people) == 27
    assert {who for row in orders for who, _ in row["consultant"]} == people


@pytest.mark.shared
def test_car_sales_report():
    found = readings("car_sales_report")
    assert counts(found) == [("outlets", 28), ("orders", 23906), ("deliveries", 23906)]
    orders = found[1][1]
    assert total(orders, "vehicle_price") == 67_152_546_500
    assert min(row["signed_on"] for row in orders) == date(2022, 1, 2)
    assert max(row["signed_on"] for row in orders) == date(2023, 12, 31)
    assert Counter(row["note"] for row in orders)["Austin"] == 4135


@pytest.mark.shared
def test_classicmodels():
    found = readings("classicmodels")
    assert counts(found) == [
        ("outlets", 7),
        ("people", 3),  # head office
        ("people", 20),
        ("customers", 100),
        ("orders", 326),
        ("cancellations", 6),
        ("deliveries", 310),
    ]
    orders = found[4][1]
    assert total(orders, "vehicle_price") == 960_419_061
    by_outlet = Counter(row["outlet_code"] for row in orders)
    assert by_outlet["office-4"] == 106
    assert {who for row in orders for who, _ in row["consultant"]} <= {
        row["number"] for row in found[2][1]
    }


@pytest.mark.shared
def test_olist_funnel():
    found = readings("olist_funnel")
    assert counts(found) == [
        ("outlets", 1),
        ("people", 22),
        ("people", 32),
        ("leads", 8000),
        ("orders", 842),
    ]
    leads = found[3][1]
    assert Counter(row["state"] for row in leads) == {"new": 7158, "carded": 842}
    assert sum(row["source"] is None for row in leads) == 1159
    assert min(row["received_on"] for row in leads) == date(2017, 6, 14)
