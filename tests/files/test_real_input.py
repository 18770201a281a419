"""Public files that nobody here wrote, through the maps in docs/maps, against sums by csv alone.

Of the two large ones a part is taken, in which no kind of row is missing. `CHEJI_TEST_WHOLE=1`
takes all of them, which is a minute more.
"""

import csv
import json
import os
import re
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from beginnings import begun
from cast import load_pack
from cheji.cli.pay import plan_of
from cheji.reads import kpis, pay
from cheji.records.models import Fact, Order
from cheji.records.visibility import operator
from cli.months import run
from conftest import SHARED
from settings_for_tests import TEST_DATA

pytestmark = [pytest.mark.shared, pytest.mark.django_db]
MAPS = Path(__file__).resolve().parent.parent.parent / "docs" / "maps"
OPERATOR = operator(date(2026, 11, 21))


WHOLE = os.environ.get("CHEJI_TEST_WHOLE") == "1"
LARGE, EVERY, FEW = 5_000, 10, 100


def bring(folder, name=None, code=0):
    """Import every file of a folder through its map."""
    load_pack(valid_from=date(2000, 1, 1))
    return run("import", "all", *files(folder), "--map", MAPS / f"{name or folder}.yaml", code=code)


@cache
def bringing(folder):
    """What makes a beginning of a folder: one object for each, by which its database is kept."""

    def make():
        bring(folder)

    return make


@pytest.fixture
def brought(db):
    """brought(folder): what is in a house after its files, imported once for all tests of them."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(begun(bringing(folder)))


def files(folder):
    return [taken(path) for path in sorted((SHARED / folder).glob("*.csv"))]


def source(folder, file):
    return read(taken(SHARED / folder / file))


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def taken(path):
    """The file, or a part of it where it is large and stands alone; its bytes stay as they are."""
    rows = read(path)
    if WHOLE or len(rows) < LARGE or len(list(path.parent.glob("*.csv"))) > 1:
        return path
    head, *lines = path.read_bytes().splitlines(keepends=True)
    chosen = [line for line, wanted in zip(lines, sampled(rows), strict=True) if wanted]
    TEST_DATA.mkdir(exist_ok=True)
    part = TEST_DATA / path.name
    part.write_bytes(head + b"".join(chosen))
    return part


def sampled(rows):
    """For each row whether it is taken: every tenth, and the first of its kind in any column.

    A kind is the text itself in a column of few different texts, else its form: `$00,000`.
    """
    few = {name for name in rows[0] if len({row[name] for row in rows}) <= FEW}
    seen = set()
    for place, row in enumerate(rows):
        kinds = {(name, text if name in few else form(text)) for name, text in row.items()}
        yield place % EVERY == 0 or not kinds <= seen
        seen |= kinds


def form(text):
    """How a text is written: every digit as 0, every letter as a."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "0", text))


def fen(text):
    """Money as its file has it, in hundredths."""
    bare = text.replace("$", "").replace(",", "").strip()
    return int((Decimal(bare) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def yuan(value):
    return int(value * 100)


def table(codes, by, grain, first, last):
    """{(name, period): {kpi: value}} of everything that is not 0."""
    found = kpis.values(OPERATOR, kpis=codes, by=by, grain=grain, first=first, last=last)
    rows = {}
    for row in found.rows:
        values = {kpi.code: cell.value for kpi, cell in zip(found.kpis, row.cells, strict=True)}
        if any(values.values()):
            key = row.of.name or row.of.code, row.period
            assert key not in rows
            rows[key] = values
    return rows


def month(text, order="ymd"):
    parts = [int(part) for part in text.replace("/", "-").split(" ")[0].split("-")]
    named = dict(zip(order, parts, strict=True))
    return named["y"] * 100 + named["m"]


def test_used_car_commission_in_all_sold_rows(brought):
    brought("used_car_sales")
    sold = [r for r in source("used_car_sales", "used_car_sales.csv") if r["Sold Date"] > "1971"]
    assert len(sold) == (2166 if WHOLE else 261)
    plan = plan_of(str(MAPS / "used_car_sales_pay.yaml"), 202001)
    found = {}
    places = sorted({(outlet_code(r), month(r["Sold Date"])) for r in sold})
    for outlet, key in places:
        for one in pay.statements(OPERATOR, outlet, key, plan=plan):
            for line in one.lines:
                found[line.deal.text] = (one.person.name, line.fen)
    stated = {r["ID"]: (r["Sales Agent Name"], fen(r["Sales Commission-$"])) for r in sold}
    assert len(stated) == len(sold)
    made = {deal: value for deal, value in found.items() if value[1]}
    assert made == {deal: value for deal, value in stated.items() if value[1]}
    assert sum(amount for _, amount in found.values()) == sum(a for _, a in stated.values())
    # A car sold for just its price makes no line; every other sold row has one.
    silent = set(stated) - set(found)
    by_id = {r["ID"]: r for r in sold}
    assert [i for i in silent if by_id[i]["Sold Price-$"] != by_id[i]["Purchased Price-$"]] == []


def outlet_code(row):
    return row["Distributor Name"].strip().lower()


def test_used_cars_by_agent_and_year(brought):
    brought("used_car_sales")
    sold = [r for r in source("used_car_sales", "used_car_sales.csv") if r["Sold Date"] > "1971"]
    expected = defaultdict(lambda: [0, 0, 0])
    for row in sold:
        total = expected[row["Sales Agent Name"]]
        price, cost = fen(row["Sold Price-$"]), fen(row["Purchased Price-$"])
        total[0] += 1
        total[1] += price
        total[2] += price - cost
    found = defaultdict(lambda: [0, 0, 0])
    codes = ["deliveries_all", "revenue", "gross"]
    seen = kpis.values(OPERATOR, kpis=codes, by="person", grain="year", first=2015, last=2025)
    for row in (row for row in seen.rows if row.of.kind == "person"):
        cars, revenue, gross = (cell.value for cell in row.cells)
        total = found[row.of.name]
        total[0] += int(cars)
        total[1] += yuan(revenue)
        total[2] += yuan(gross)
    assert dict(found) == dict(expected)
    assert len(found) == 27


def test_classicmodels_orders_by_office_and_representative(brought):
    brought("classicmodels")
    folder = "classicmodels"
    reps = {r["employeeNumber"]: r for r in source(folder, "employees.csv")}
    customers = {r["customerNumber"]: r for r in source(folder, "customers.csv")}
    cities = {r["officeCode"]: r["city"] for r in source(folder, "offices.csv")}
    by_office, by_rep, cancelled = Counter(), Counter(), Counter()
    for order in source(folder, "orders.csv"):
        rep = reps[customers[order["customerNumber"]]["salesRepEmployeeNumber"]]
        year = int(order["orderDate"][:4])
        city = cities[rep["officeCode"]]
        by_office[city, year] += 1
        by_rep[f"{rep['firstName'].strip()} {rep['lastName'].strip()}", year] += 1
        cancelled[city, year] += order["status"] == "Cancelled"
    codes = ["orders_from_new", "orders_from_open", "orders_unclassified", "cancellations"]
    offices = table(codes, "outlet", "year", 2003, 2005)
    people = table(codes, "person", "year", 2003, 2005)
    assert signed(offices) == by_office
    assert signed(people) == by_rep
    assert sum(by_office.values()) == 326
    found = Counter({key: int(v["cancellations"]) for key, v in offices.items()})
    assert +found == +cancelled
    assert sum(found.values()) == 6


def signed(rows):
    """Orders of all cohorts by name and period."""
    orders = ("orders_from_new", "orders_from_open", "orders_unclassified")
    return +Counter({key: int(sum(v[code] for code in orders)) for key, v in rows.items()})


def test_classicmodels_revenue_of_what_was_shipped(brought):
    brought("classicmodels")
    lines = source("classicmodels", "orderdetails.csv")
    buying = {r["productCode"]: fen(r["buyPrice"]) for r in source("classicmodels", "products.csv")}
    orders = {r["orderNumber"]: r for r in source("classicmodels", "orders.csv")}
    revenue = cost = 0
    for line in lines:
        order = orders[line["orderNumber"]]
        if order["shippedDate"] in {"", "NULL"} or order["status"] == "Cancelled":
            continue
        revenue += int(line["quantityOrdered"]) * fen(line["priceEach"])
        cost += int(line["quantityOrdered"]) * buying[line["productCode"]]
    rows = table(["revenue", "gross", "deliveries_all"], "nation", "year", 2003, 2005)
    assert sum(yuan(v["revenue"]) for v in rows.values()) == revenue
    assert sum(yuan(v["gross"]) for v in rows.values()) == revenue - cost
    assert sum(v["deliveries_all"] for v in rows.values()) == 310


def test_car_sales_report_dealers_by_month():
    bring("car_sales_report")
    units, revenue, regions = Counter(), Counter(), Counter()
    for row in source("car_sales_report", "car_data.csv"):
        key = row["Dealer_Name"].strip(), month(row["Date"], "mdy")
        units[key] += 1
        revenue[key] += fen(row["Price ($)"])
        regions[row["Dealer_Region"]] += 1
    rows = table(["deliveries_all", "revenue"], "outlet", "month", 202201, 202312)
    assert {key: v["deliveries_all"] for key, v in rows.items()} == dict(units)
    assert {key: yuan(v["revenue"]) for key, v in rows.items()} == dict(revenue)
    assert (len({name for name, _ in rows}), len(rows)) == (28, len(units))
    assert sum(units.values()) == (23_906 if WHOLE else 2495)
    assert regions_of_orders() == regions


def regions_of_orders():
    """The region belongs to the sale: the map keeps it as the order's note."""
    return Counter(Order.objects.values_list("note", flat=True))


def test_olist_leads_to_wins_by_representative(brought):
    brought("olist_funnel")
    leads = source("olist_funnel", "olist_marketing_qualified_leads_dataset.csv")
    deals = source("olist_funnel", "olist_closed_deals_dataset.csv")
    won = Counter((f"Rep {deal['sr_id']}", month(deal["won_date"], "dmy")) for deal in deals)
    received = Counter(month(lead["first_contact_date"], "dmy") for lead in leads)
    codes = ["orders_from_new", "orders_from_open", "orders_unclassified"]
    people = table(codes, "person", "month", 201706, 201812)
    assert signed(people) == won
    assert (sum(won.values()), len({name for name, _ in won})) == (842, 22)
    outlet = table(["leads"], "outlet", "month", 201706, 201812)
    assert {period: v["leads"] for (_, period), v in outlet.items()} == dict(received)
    assert sum(received.values()) == 8000
    owners = Counter(deal["sr_id"] for deal in deals)
    mine = kpis.values(OPERATOR, kpis=["leads"], by="person", grain="year", first=2017, last=2018)
    found = Counter()
    for row in mine.rows:
        if row.of.kind == "person":
            found[row.of.code] += int(row.cells[0].value or Fraction(0))
    assert +found == owners


@pytest.mark.parametrize("folder", ["used_car_sales", "classicmodels", "olist_funnel"])
def test_the_same_files_twice_change_nothing(brought, folder):
    brought(folder)
    before = facts()
    again = bring_again(folder)
    assert {(one["create"], one["update"], one["refused"]) for one in again} == {(0, 0, 0)}
    assert facts() == before


def bring_again(folder):
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        words = ("--map", MAPS / f"{folder}.yaml", "--report", report)
        run("import", "all", *files(folder), *words)
        return json.loads(report.read_text())["imports"]


def facts():
    return Fact.objects.count()
