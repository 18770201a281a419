"""Files of every kind: taken once, changed, undone to the last row and fact, all or nothing."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from beginnings import begun
from cast import AT, LONG_AGO, ON, Cast, Floor, load_pack
from cheji.actions import imports
from cheji.actions.imports import Entry, Report
from cheji.actions.imports.batches import BatchIsDone, RowsRefused
from cheji.actions.imports.given import CLEAR
from cheji.actions.imports.kinds import IMPORTERS
from cheji.actions.imports.registers import REGISTER_IMPORTERS
from cheji.actions.imports.undoing import NotCommitted
from cheji.facts import rebuilding
from cheji.records import models as m
from cheji.records.visibility import Viewer
from killing import settle

Values = dict[str, Any]
FEB, MARCH = date(2026, 2, 10), date(2026, 3, 2)
PHONES = [f"1380000{n:04d}" for n in range(5)]

#: Kind → rows that are all new, and what the second file says differently of each.
KINDS: dict[str, tuple[list[Values], list[Values]]] = {
    "outlets": (
        [{"outlet_code": "X1", "outlet_name": "新店", "region_code": "E", "region_name": "东区",
          "closing_day": 25}, {"outlet_code": "X2", "outlet_name": "又一店", "region_code": "N"}],
        [{"outlet_name": "改名"}, {"closing_day": 20}],
    ),
    "people": (
        [{"number": "P1", "name": "石磊", "unit_code": "N1", "team": "新组", "role": "consultant",
          "level": "高级", "from": MARCH, "phone": PHONES[0]},
         {"number": "P2", "name": "江山", "unit_code": "N1", "role": "finance", "from": FEB,
          "until": ON}],
        [{"name": "石垒", "team": "T2", "level": "资深"}, {"until": CLEAR}],
    ),
    "customers": (
        [{"number": "K1", "name": "丁", "phone": PHONES[0], "owner": "ZHANG"},
         {"name": "丙", "phone": PHONES[1], "channel": "owner"}, {"name": "乙"}],
        [{"name": "丁丁", "phone": PHONES[2]}, {"owner": "LI"}, {"note": "老客户"}],
    ),
    "leads": (
        [{"number": "L1", "received_on": MARCH, "name": "戊", "phone": PHONES[0], "owner": "ZHANG"},
         {"number": "L2", "received_on": ON, "source": "汽车之家"}],
        [{"state": "invalid"}, {"received_on": MARCH, "model": "星越"}],
    ),
    "visits": (
        [{"number": "V1", "on_date": MARCH, "consultant": "张伟", "phone": PHONES[0],
          "customer_name": "己"}, {"number": "V2", "on_date": ON, "purpose": "aftersales"}],
        [{"first": False}, {"purpose": "buy", "consultant": "LI"}],
    ),
    "prospects": (
        [{"number": "C1", "opened_on": FEB, "level": "A", "customer_name": "庚", "phone": PHONES[0],
          "owner": "ZHANG"}, {"number": "C2", "opened_on": MARCH, "level": "C",
          "customer_name": "辛", "phone": PHONES[1]}],
        [{"level": "H", "owner": "LI"}, {"opened_on": FEB, "model": "星越"}],
    ),
    "losses": ([{"number": "OPEN", "on_date": ON, "kind": "lost", "reason": "价格"}], []),
    "orders": (
        [{"order_no": "O1", "signed_on": MARCH, "customer_name": "壬", "phone": PHONES[0],
          "vehicle_price": 10_000_000, "vehicle_cost": 9_000_000, "discount": 5_000, "units": 3,
          "consultant": (("ZHANG", 3_333), ("李娜", 6_667))},
         {"order_no": "O2", "signed_on": ON, "vehicle_price": 7, "phone": PHONES[4]}],
        [{"units": 2, "gift_cost": 9, "consultant": (("WANG", 10_000),)},
         {"signed_on": MARCH, "vehicle_price": 8}],
    ),
    "cancellations": ([{"order_no": "SIGNED", "on_date": ON, "reason": "退订"}], []),
    "deliveries": (
        [{"order_no": "SIGNED", "on_date": ON, "vin": "LVIN1", "units": 1, "trade_in": True},
         {"order_no": "SIGNED", "number": "D2", "on_date": ON, "units": 1}],
        [{"trade_in": False}, {"units": 2}],
    ),
    "ad_spend": (
        [{"number": "S1", "on_date": MARCH, "amount": 900, "subsidy": 300},
         {"on_date": ON, "amount": 5, "channel": "抖音"}],
        [{"amount": 901}, {"amount": 6}],
    ),
    "targets": (
        [{"kpi": "PLACE", "scope": "N1", "period": ("month", 202603), "value": Fraction(5, 2)},
         {"kpi": "PLACE", "scope": "LI", "period": ("month", 202603), "value": 3}],
        [{"value": 4}, {"value": 5}],
    ),
    "daily_totals": (
        [{"on_date": ON, "visits": 9, "deliveries_owner": 2, "ad_spend": 100},
         {"on_date": ON, "person": "ZHANG", "visits": 4, "opening_prospects": 7}],
        [{"visits": 8}, {"orders_new": 3}],
    ),
    "benchmarks": (
        [{"series": "通报", "scope": "G", "period": ("month", 202602), "kpi": "visits",
          "value": 210, "source": "二月通报"},
         {"series": "通报", "scope": "北区", "period": ("month", 202602), "kpi": "留档率",
          "value": Fraction(3, 5), "source": "二月通报"}],
        [{"value": 211}, {"source": "更正"}],
    ),
    "models": (
        [{"name": "悦动", "displacement": "upto_150", "key": True}, {"name": "远行"}],
        [{"key": False}, {"segment": "scooter"}],
    ),
}  # fmt: skip
TABLES = (
    m.Unit, m.Person, m.Post, m.Customer, m.Lead, m.Visit, m.DailyTotal, m.Prospect,
    m.ProspectStep, m.Order, m.OrderLine, m.OrderShare, m.Delivery, m.Vehicle, m.AdSpend, m.Target,
    m.TypedBenchmark, m.VehicleModel,
)  # fmt: skip
PARTS = (m.OrderLine, m.OrderShare)


class Desk:
    """Somebody who brings files, and a floor with a card, an order of three cars, a vehicle."""

    def __init__(self) -> None:
        self.cast, floor = Cast(), Floor()
        self.by = self.cast["operator"]
        load_pack()
        self.kpi = m.DefinitionVersion.objects.filter(kind="kpi").order_by("code")[0].code
        outlet, zhang = self.cast.outlet, self.cast.people["zhang"]
        self.card = floor.prospect(floor.customer(outlet, zhang, phone=PHONES[4]), on=FEB)
        m.Prospect.objects.filter(pk=self.card.pk).update(number="OPEN")
        other = floor.prospect(floor.customer(outlet, zhang, phone=PHONES[3]), on=FEB)
        order = floor.order(outlet, zhang, prospect=other, on=MARCH, units=3)
        m.Prospect.objects.filter(pk=other.pk).update(state="ordered", closed_on=MARCH)
        m.Order.objects.filter(pk=order.pk).update(number="SIGNED")
        vehicle = floor.vehicle(outlet, LONG_AGO)
        m.Vehicle.objects.filter(pk=vehicle.pk).update(vin="LVIN1")

    def entries(self, rows: list[Values]) -> list[Entry]:
        return [
            Entry(place, {"outlet_code": "N1", **row, **self.places(row)})
            for place, row in enumerate(rows, start=2)
        ]

    def places(self, row: Values) -> Values:
        return {"kpi": self.kpi} if row.get("kpi") == "PLACE" else {}

    def batch(self, kind: str, mode: str = "both", by: Viewer | None = None) -> m.ImportBatch:
        made = imports.start(by=by or self.by, at=AT, kind=kind, name="f.csv", content=b"x")
        return imports.accept(by=by or self.by, at=AT, batch=made.pk, mapping={}, mode=mode)  # type: ignore[arg-type]

    def bring(
        self, kind: str, rows: list[Values], *, mode: str = "both", skip: bool = False
    ) -> tuple[m.ImportBatch, Report]:
        batch = self.batch(kind, mode)
        report = imports.commit(
            by=self.by, at=AT, batch=batch, entries=self.entries(rows), skip=skip
        )
        return batch, report


def rows(*, versions: bool = False) -> dict[str, list[Values]]:
    """Every row of every table; without versions, which an undo raises."""
    found = {}
    for table in TABLES:
        hidden = {"id"} if table in PARTS else set()
        hidden |= set() if versions else {"version"}
        every = [
            {name: _plain(value) for name, value in row.items() if name not in hidden}
            for row in table.objects.values()
        ]
        found[table.__name__] = sorted(every, key=repr)
    return found


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.create, report.update, report.same, report.skipped


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with begun(Desk) as made:
        yield made
        rebuilding.rebuild()
        assert rebuilding.differences() == []


def test_every_kind_is_tried() -> None:
    """Registers are tried one by one in test_registers, from their declarations."""
    assert set(KINDS) | set(REGISTER_IMPORTERS) == set(IMPORTERS)
    assert set(KINDS) & set(REGISTER_IMPORTERS) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_from_first_file_to_undo(desk: Desk, kind: str) -> None:
    new, differs = KINDS[kind]
    changed = [{**row, **more} for row, more in zip(new, differs, strict=False)]
    empty, no_facts = rows(), list(rebuilding.nets())
    report = imports.check(by=desk.by, kind=kind, entries=desk.entries(new))
    assert (counts(report), report.troubles) == ((len(new), 0, 0, 0), [])
    assert desk.bring(kind, new, mode="update")[1].skipped == len(new)
    assert rows() == empty
    first, report = desk.bring(kind, new)
    assert (counts(report), report.troubles) == ((len(new), 0, 0, 0), [])
    filled, facts = rows(), list(rebuilding.nets())
    assert filled != empty
    exact, posted = rows(versions=True), m.Fact.objects.count()
    assert counts(desk.bring(kind, new)[1]) == (0, 0, len(new), 0)
    assert (rows(versions=True), m.Fact.objects.count()) == (exact, posted)
    if changed:
        assert counts(desk.bring(kind, changed, mode="create")[1]) == (0, 0, 0, len(changed))
        assert rows(versions=True) == exact
        second, report = desk.bring(kind, changed)
        assert (counts(report), report.troubles) == ((0, len(changed), 0, 0), [])
        assert rows() != filled
        rebuilding.rebuild()
        assert rebuilding.differences() == []
        assert counts(desk.bring(kind, changed)[1]) == (0, 0, len(changed), 0)
        imports.undo(by=desk.by, at=AT, batch=second.pk)
        assert rows() == filled
        assert list(rebuilding.nets()) == facts
    imports.undo(by=desk.by, at=AT, batch=first.pk)
    assert rows() == empty
    assert list(rebuilding.nets()) == no_facts


@pytest.mark.parametrize("kind", KINDS)
def test_an_undone_file_leaves_all_as_it_was(desk: Desk, kind: str) -> None:
    empty, no_facts = rows(), list(rebuilding.nets())
    for _ in range(2):
        batch, _ = desk.bring(kind, KINDS[kind][0])
        imports.undo(by=desk.by, at=AT, batch=batch.pk)
        assert rows() == empty
        assert list(rebuilding.nets()) == no_facts
        with pytest.raises(NotCommitted):
            imports.undo(by=desk.by, at=AT, batch=batch.pk)
        batch.refresh_from_db()
        with pytest.raises(BatchIsDone):
            imports.commit(by=desk.by, at=AT, batch=batch, entries=[])


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"outlets"}))
def test_an_outlet_may_be_called_by_its_name(desk: Desk, kind: str) -> None:
    named = {"unit_code": "北一店", "scope": " 北一店 "}
    given = desk.entries(KINDS[kind][0])
    called = [
        Entry(one.place, {
            **one.values,
            **{code: name for code, name in named.items() if one.values.get(code) == "N1"},
            **({"outlet_code": "北一 店"} if one.values.get("outlet_code") == "N1" else {}),
        })
        for one in given
    ]  # fmt: skip
    assert called != given
    imports.commit(by=desk.by, at=AT, batch=desk.batch(kind, "both"), entries=called)
    again = imports.check(by=desk.by, kind=kind, entries=given)
    assert (again.same, again.troubles) == (len(given), [])


def test_a_name_of_two_outlets_names_neither(desk: Desk) -> None:
    m.Unit.objects.filter(code="N2").update(name="北一店")
    rows = [Entry(1, {"outlet_code": "北一店", "number": "V1", "on_date": ON})]
    told = imports.check(by=desk.by, kind="visits", entries=rows).troubles
    assert [one.refusal.code for one in told] == ["UnknownOutlet"]


def test_one_record_called_by_code_and_by_name_is_one(desk: Desk) -> None:
    row = {"outlet_code": "N1", "number": "V1", "on_date": ON}
    rows = [Entry(1, row), Entry(2, {**row, "outlet_code": "北一店"})]
    told = imports.check(by=desk.by, kind="visits", entries=rows)
    assert told.create == 1


BAD: dict[str, tuple[Values, str, str]] = {
    "people": ({"number": "P9", "name": "某", "unit_code": "NONE", "role": "hr", "from": FEB},
               "UnknownUnit", "unit_code"),
    "customers": ({"name": "某", "owner": "NOBODY"}, "UnknownPerson", "owner"),
    "leads": ({"number": "L9", "received_on": date(2026, 3, 21)}, "InFuture", ""),
    "visits": ({"number": "V9", "on_date": ON, "outlet_code": "ZZ"}, "UnknownOutlet",
               "outlet_code"),
    "prospects": ({"number": "C9", "opened_on": ON, "level": "A"}, "CustomerMissing",
                  "customer_name"),
    "losses": ({"number": "NONE", "on_date": ON, "kind": "lost"}, "UnknownCard", "number"),
    "orders": ({"order_no": "O9", "signed_on": ON, "consultant": (("ZHANG", 9_000),)},
               "SharesDoNotAddUp", ""),
    "cancellations": ({"order_no": "NONE", "on_date": ON}, "UnknownOrder", "order_no"),
    "deliveries": ({"order_no": "SIGNED", "on_date": FEB}, "BeforeSigning", "on_date"),
    "ad_spend": ({"number": "S9", "on_date": ON, "amount": 1, "outlet_code": "ZZ"},
                 "UnknownOutlet", "outlet_code"),
    "targets": ({"kpi": "NONE", "scope": "N1", "period": ("month", 202603), "value": 1},
                "UnknownKpi", "kpi"),
    "daily_totals": ({"on_date": ON, "person": "NOBODY"}, "UnknownPerson", ""),
    "benchmarks": ({"series": "通报", "scope": "G", "period": ("month", 202602), "kpi": "visits",
                    "value": 1, "source": ""}, "NoSource", "source"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_one_bad_row_loses_no_good_one_and_hides_no_bad_one(desk: Desk, kind: str) -> None:
    bad, code, column = BAD[kind]
    good = KINDS[kind][0]
    file = [bad, *good, bad]
    empty = rows()
    with pytest.raises(RowsRefused) as refusal:
        desk.bring(kind, file)
    assert refusal.value.place == {"count": 2}
    assert rows() == empty
    report = imports.check(by=desk.by, kind=kind, entries=desk.entries(file))
    told = [(t.place, t.refusal.code, t.column) for t in report.troubles]
    assert told == [(2, code, column), (len(file) + 1, code, column)]
    _, report = desk.bring(kind, file, skip=True)
    assert counts(report) == (len(good), 0, 0, 0)
    assert [t.refusal.code for t in report.troubles] == [code, code]
    kept = rows()
    assert counts(desk.bring(kind, good)[1]) == (0, 0, len(good), 0)
    assert rows() == kept


@pytest.mark.parametrize("kind", ["deliveries", "cancellations", "orders", "losses"])
def test_an_outlet_out_of_reach_is_told_at_its_own_column(desk: Desk, kind: str) -> None:
    row = {**KINDS[kind][0][0], "outlet_code": "ZZ"}
    report = imports.check(by=desk.by, kind=kind, entries=desk.entries([row]))
    told = [(one.refusal.code, one.column) for one in report.troubles]
    assert told == [("UnknownOutlet", "outlet_code")]


def trouble(desk: Desk, kind: str, *file: Values) -> list[tuple[int, str]]:
    report = imports.check(by=desk.by, kind=kind, entries=desk.entries(list(file)))
    return [(t.place, t.refusal.code) for t in report.troubles]


def test_an_error_in_the_middle_leaves_nothing(desk: Desk) -> None:
    batch = desk.batch("visits")
    empty, facts, audited = rows(), m.Fact.objects.count(), m.AuditEntry.objects.count()

    def entries() -> Iterator[Entry]:
        yield from desk.entries(
            [{"number": f"V{n}", "on_date": ON} for n in range(10_001)]
        )  # one chunk is written by now
        raise OSError("the file is gone")

    with pytest.raises(OSError, match="the file is gone"):
        imports.commit(by=desk.by, at=AT, batch=batch, entries=entries())
    assert (rows(), m.Fact.objects.count(), m.AuditEntry.objects.count()) == (empty, facts, audited)


CHILD = """
import os, sys
import django
django.setup()
from datetime import date
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from cast import AT, ON
from cheji.actions import imports
from cheji.records.models import ImportBatch
from cheji.records.visibility import operator
def entries():
    for n in range(10_500):
        yield imports.Entry(n, {"outlet_code": "N1", "number": f"V{n}", "on_date": ON})
        if n == 10_400:
            print("written", flush=True)
            sys.stdin.read()
batch = ImportBatch.objects.get()
imports.commit(by=operator(ON), at=AT, batch=batch, entries=entries())
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing_and_can_be_done_again() -> None:
    cast = Cast()
    by = cast["operator"]
    batch = imports.start(by=by, at=AT, kind="visits", name="f", content=b"x")
    tests = str(Path(__file__).resolve().parents[1])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([tests, *sys.path])}
    environment["DJANGO_SETTINGS_MODULE"] = "settings_for_tests"
    name = connection.settings_dict["NAME"]
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), name],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "written\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    settle()
    assert (m.Visit.objects.count(), m.Fact.objects.filter(source_kind="visit").count()) == (0, 0)
    assert m.ImportTouch.objects.count() == 0
    assert list(m.AuditEntry.objects.values_list("verb", flat=True)) == ["imports.start"]
    entries = [Entry(2, {"outlet_code": "N1", "number": "V1", "on_date": ON})]
    assert imports.commit(by=by, at=AT, batch=batch, entries=entries).create == 1
