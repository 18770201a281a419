"""Files that bring what happened in a closed month: counted, for the months that stay closed."""

from collections.abc import Iterator
from datetime import date

import pytest

from actions.test_imports import FEB, MARCH, Desk, Values
from beginnings import begun
from cast import AT
from cheji.actions import imports
from cheji.actions.imports import Report
from cheji.records import models as m
from cheji.records.seals import seal_of

FEBRUARY, LATER = 202602, date(2026, 3, 9)


def close_run(outlet: m.Unit, month: int) -> None:
    run = m.Run.objects.create(
        kind="score", outlet=outlet, period=month, definition="p", digest="d", mark=0, made_at=AT
    )
    run.state, run.closed_at, run.sealed = "closed", AT, seal_of(run)
    run.save()


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    """February is closed at the first outlet, March is open there; elsewhere nothing is."""
    with begun(Desk) as made:
        close_run(made.cast.outlet, FEBRUARY)
        m.Run.objects.create(
            kind="score", outlet=made.cast.outlet, period=202603, definition="p", digest="d",
            mark=0, made_at=AT,
        )  # fmt: skip
        sold = {"vehicle_price": 100, "vehicle_cost": 90, "consultant": (("ZHANG", 10_000),)}
        made.bring("orders", [{"order_no": no, "signed_on": FEB, **sold} for no in ("O1", "O2")])
        yield made


def late(desk: Desk, kind: str, *file: Values) -> tuple[int, list[int]]:
    """What the check of a file says of closed months, and its import after it."""
    told = imports.check(by=desk.by, kind=kind, entries=desk.entries(list(file)))
    said(told)
    batch, report = desk.bring(kind, list(file))
    kept = m.ImportBatch.objects.get(pk=batch.pk).report
    assert (kept["late"], kept["closed_months"]) == said(report) == said(told)
    return said(report)


def said(report: Report) -> tuple[int, list[int]]:
    assert [one.refusal.say("en") for one in report.troubles] == []
    return report.late, sorted(report.closed)


def test_late_deliveries_are_counted_with_the_months_that_stay_closed(desk: Desk) -> None:
    first = {"order_no": "O1", "on_date": FEB, "vin": "LVIN2"}
    second = {"order_no": "O2", "on_date": LATER, "vin": "LVIN3"}
    assert late(desk, "deliveries", first, second) == (1, [FEBRUARY])
    assert late(desk, "deliveries", first, second) == (0, [])
    moved = [{**first, "number": f"{FEB:%Y%m%d}-LVIN2", "on_date": MARCH}]
    assert late(desk, "deliveries", *moved) == (1, [FEBRUARY])


def test_a_late_cost_of_a_car_of_a_closed_month_is_counted(desk: Desk) -> None:
    open_ = {"order_no": "O3", "signed_on": date(2026, 1, 20), "vehicle_price": 100}
    assert late(desk, "orders", open_) == (0, [])
    assert late(desk, "orders", {**open_, "vehicle_cost": 80}) == (0, [])
    order = m.Order.objects.get(number="O3")
    m.Delivery.objects.create(order=order, number="D", on_date=FEB, units=1)
    assert late(desk, "orders", {**open_, "vehicle_cost": 70}) == (1, [FEBRUARY])


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("cancellations", {"order_no": "O1", "on_date": FEB}),
        ("visits", {"number": "V1", "on_date": FEB}),
        ("prospects", {"number": "C1", "opened_on": FEB, "level": "A", "customer_name": "庚"}),
        ("rebates", {"number": "R1", "accrued_on": FEB, "amount": 100}),
    ],
)
def test_whatever_is_dated_in_a_closed_month_is_counted(desk: Desk, kind: str, row: Values) -> None:
    assert late(desk, kind, row) == (1, [FEBRUARY])


def test_another_outlets_months_are_not_closed(desk: Desk) -> None:
    report = imports.check(
        by=desk.by, kind="visits",
        entries=[imports.Entry(2, {"outlet_code": "N2", "number": "V1", "on_date": FEB})],
    )  # fmt: skip
    assert (report.create, report.late) == (1, 0)


def undone(desk: Desk, kind: str, *file: Values) -> tuple[int, list[int]]:
    batch, report = desk.bring(kind, list(file))
    assert said(report) is not None
    return imports.late_if_undone(desk.by, batch.pk)


def test_before_an_import_is_undone_its_records_of_closed_months_are_counted(desk: Desk) -> None:
    """By their days now and before it; an order by that of its delivery too."""
    first = {"order_no": "O1", "on_date": FEB, "vin": "LVIN2"}
    assert undone(desk, "deliveries", first, {**first, "order_no": "O2", "vin": "V3"}) == (
        2, [FEBRUARY],
    )  # fmt: skip
    moved = {**first, "number": f"{FEB:%Y%m%d}-LVIN2", "on_date": MARCH}
    assert undone(desk, "deliveries", moved) == (1, [FEBRUARY])
    assert undone(desk, "visits", {"number": "V1", "on_date": MARCH}) == (0, [])
    assert undone(desk, "rebates", {"number": "R1", "accrued_on": FEB, "amount": 1}) == (
        1, [FEBRUARY],
    )  # fmt: skip
    order = {"order_no": "O3", "signed_on": date(2026, 1, 20), "vehicle_price": 100}
    assert undone(desk, "orders", order) == (0, [])
    made = m.Order.objects.get(number="O3")
    m.Delivery.objects.create(order=made, number="D", on_date=FEB, units=1)
    assert undone(desk, "orders", {**order, "vehicle_cost": 70}) == (1, [FEBRUARY])
    sold = {**order, "order_no": "O4", "signed_on": FEB}
    assert undone(desk, "orders", sold) == (1, [FEBRUARY])
    assert undone(desk, "cancellations", {"order_no": "O4", "on_date": MARCH}) == (0, [])


def test_what_has_no_day_lies_in_no_closed_month(desk: Desk) -> None:
    row = {"number": "K1", "name": "丁"}
    assert undone(desk, "customers", row) == (0, [])
