"""`cheji pay voucher|payroll`: files of closed runs, and the state that says they went out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.engine.money import fen_of
from cheji.reads.pay.accruals import accrued, accrued_payouts
from cheji.records import models as m
from cli.months import exports, run
from paying import FEBRUARY, LATER, Sold, booked, brought, closed, planned


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned()
        yield made


def test_a_voucher_file_comes_to_the_run_and_marks_it(sold: Sold, tmp_path: Path) -> None:
    refused = run("pay", "voucher", "--format", "yonyou", "--month", "2026-02", code=2)
    assert "No run of 2026-02 is closed" in refused.output
    kept = brought(sold.cast, closed(sold.cast, FEBRUARY), "pay")
    missing = run("pay", "voucher", "--format", "yonyou", "--month", "2026-02", code=2)
    assert "No account is set" in missing.output
    values = {"expense": "6601 费用", "payable": "2211 薪酬", "bank": "1002 银行"}
    m.VoucherAccounts.objects.create(unit=sold.cast.group, values=values, changed_at=LATER)
    file = tmp_path / "v.txt"
    words = ("--format", "yonyou", "--month", "2026-02", "--what", "payment", "--on", "2026-03-09")
    run("pay", "voucher", *words, "--first", "86", "--exported", "-o", file, "--as", "finance")
    rows = [line.split(",") for line in file.read_bytes().decode("gbk").splitlines()[1:]]
    assert [row[2] for row in rows] == ["86", "86"]
    assert [(row[0], row[5]) for row in rows] == [("2026-03-09", "2211"), ("2026-03-09", "1002")]
    assert sum(fen_of(row[6]) for row in rows) == kept.total
    kept.refresh_from_db()
    assert kept.state == "exported"
    sheet = tmp_path / "p.xlsx"
    run("pay", "payroll", "--month", "2026-02", "--outlet", "N1", "-o", sheet)
    assert sheet.read_bytes()[:2] == b"PK"
    run("pay", "voucher", *words, "--as", "zhang", code=2)
    assert [(verb, who, body["form"]) for verb, who, body in exports()] == [
        ("export.voucher", sold.cast["finance"].name, "yonyou"),
        ("export.payroll", "operator", "xlsx"),
    ]


def test_an_accrual_is_marked_as_booked_and_so_is_what_takes_it_back(
    sold: Sold, tmp_path: Path
) -> None:
    booked(sold.cast.group)
    finance, file = sold.cast["finance"], tmp_path / "v.txt"
    verbs.accrue(by=finance, at=LATER, made=accrued(finance, "N1", FEBRUARY, "consultant_pay"))

    def total(what: str) -> int:
        words = ("--format", "yonyou", "--month", "2026-02", "--what", what, "--exported")
        run("pay", "voucher", *words, "-o", file, "--as", "finance")
        rows = [line.split(",") for line in file.read_bytes().decode("gbk").splitlines()[1:]]
        return sum(fen_of(row[6]) for row in rows)

    kept = m.PayAccrual.objects.get()
    assert (total("estimate"), total("reversal")) == (kept.total, -kept.total)
    kept.refresh_from_db()
    assert (kept.booked_at is not None, kept.reversed_at is not None) == (True, True)
    words = ("--format", "yonyou", "--month", "2026-02", "--as", "finance")
    for what, told in (("estimate", "waiting to be booked"), ("reversal", "marked as booked")):
        assert told in run("pay", "voucher", *words, "--what", what, code=2).output


def test_what_is_marked_is_what_the_file_has(
    sold: Sold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An accrual that is worked out while the file is made is neither in it nor marked."""
    booked(sold.cast.group)
    finance, file = sold.cast["finance"], tmp_path / "v.txt"
    sold.car("sister_consultant", date(2026, 2, 25), outlet=sold.cast.sister)

    def accrue(outlet: str) -> None:
        made = accrued(finance, outlet, FEBRUARY, "consultant_pay")
        verbs.accrue(by=finance, at=LATER, made=made)

    def looked(*asked: Any, **more: Any) -> Any:
        found = accrued_payouts(*asked, **more)
        accrue("N2")
        return found

    accrue("N1")
    monkeypatch.setattr("cheji.files.vouchers.month.accrued_payouts", looked)
    words = ("--format", "yonyou", "--month", "2026-02", "--what", "estimate", "--exported")
    run("pay", "voucher", *words, "-o", file, "--as", "finance")
    rows = [line.split(",") for line in file.read_bytes().decode("gbk").splitlines()[1:]]
    marked = m.PayAccrual.objects.filter(booked_at__isnull=False)
    assert sum(fen_of(row[6]) for row in rows) == sum(marked.values_list("total", flat=True))
    assert [row.outlet.code for row in marked] == ["N1"]


def test_what_no_post_of_his_pays_is_in_the_file_and_stays_unmarked(
    sold: Sold, tmp_path: Path
) -> None:
    booked(sold.cast.group)
    finance, person = sold.cast["finance"], sold.cast.people["finance"]
    sold.car("sister_consultant", date(2026, 2, 25), outlet=sold.cast.sister)
    for outlet in ("N1", "N2"):
        made = accrued(finance, outlet, FEBRUARY, "consultant_pay")
        verbs.accrue(by=finance, at=LATER, made=made)
    m.Post.objects.filter(person=person).update(unit=sold.cast.outlet)
    region = {"unit": sold.cast.north, "role": "region_head", "since": date(2020, 1, 1)}
    m.Post.objects.create(person=person, **region)
    words = ("--format", "yonyou", "--month", "2026-02", "-o", tmp_path / "v.txt")
    run("pay", "voucher", *words, "--what", "estimate", "--as", "zhang", code=2)
    told = run("pay", "voucher", *words, "--what", "estimate", "--exported", "--as", "finance")
    assert "Marked 1 accruals as booked." in told.output
    assert "Left 1 unmarked" in told.output
    [row] = m.PayAccrual.objects.filter(booked_at__isnull=False)
    assert row.outlet == sold.cast.outlet
    for outlet in ("N1", "N2"):
        brought(sold.cast, closed(sold.cast, FEBRUARY, outlet=outlet), "pay")
    told = run("pay", "voucher", *words, "--exported", "--as", "finance")
    assert "Marked 1 runs as exported." in told.output
    states = m.Run.objects.order_by("outlet__code").values_list("outlet__code", "state")
    assert [*states] == [("N1", "exported"), ("N2", "paid")]
