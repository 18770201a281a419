"""Every way of writing a value: read exactly, or refused with its own reason."""

# ruff: noqa: RUF001, DTZ001  full-width digits and moments without zone are what is tested

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from cheji.actions.imports.given import CLEAR
from cheji.files.cells import BOOL, DATE, ENDLESS, ERROR, STALE, TIME
from cheji.files.kinds import CHANNELS, KINDS, Column
from cheji.files.spelled import spelled
from cheji.files.values import Fault, Spelling, convert
from cheji.files.values.orders import Settled, settle


def value(type_, cell, **spelling):
    """The value of a cell, or the code of the fault."""
    column = Column("x", "列", "X", type_, choices=CHANNELS, low=0, high=28, length=20)
    try:
        return convert(cell, column, Spelling(**spelling))
    except Fault as fault:
        return fault.code


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (128800, 12_880_000),
        (Decimal("0.30000000000000004"), 30),
        (Decimal("166864.5"), 16_686_450),
        ("１２３，４５６．７８", 12_345_678),
        ("12.88万", 12_880_000),
        ("12.88 万元", 12_880_000),
        ("12.88w", 12_880_000),
        ("1.2亿", 12_000_000_000),
        ("¥1,234.5", 123_450),
        ("￥１２万元", 12_000_000),
        ("$26,000 ", 2_600_000),
        ("1234元", 123_400),
        ("人民币1234.00", 123_400),
        ("(123)", -12_300),
        ("（5.10）", -510),
        ("-5", -500),
        ("−5", -500),
        ("5-", -500),
        ("-¥5", -500),
        ("+5", 500),
        ("'1234", 123_400),
        ("1e3", 100_000),
        ("", "not_number"),
        ("-", "not_number"),
        ("NA", "not_number"),
        ("abc", "not_number"),
        ("3台", "not_number"),
        ("60%", "not_number"),
        ("1,23", "separators"),
        ("1.234,56", "separators"),
        ("12,3456", "separators"),
        (Decimal("33.3333333333333"), "not_whole_fen"),
        ("0.001", "not_whole_fen"),
        (10**14, "too_big"),
        ("9" * 41, "too_big"),
        ("1e31", "too_big"),
        (ERROR + "#DIV/0!", "error_cell"),
        (STALE, "formula_no_value"),
        (ENDLESS + "nan", "number_not_finite"),
        (None, None),
    ],
)
def test_money(cell, fen):
    assert value("money", cell) == fen


def test_money_as_the_column_is_written():
    assert value("money", "1.234,56", decimal_comma=True) == 123_456
    assert value("money", "12,5", decimal_comma=True) == 1_250
    assert value("money", Decimal("33.335"), round=True) == 3_334
    assert value("money", "-33.335", round=True) == -3_334
    assert value("money", Decimal("12.88"), scale=Decimal(10_000)) == 12_880_000
    assert value("money", "12.88万", scale=Decimal(10_000)) == 12_880_000


@pytest.mark.parametrize(
    ("type_", "cell", "found"),
    [
        ("int", "3台", 3),
        ("int", "２８", 28),
        ("int", Decimal("3.0"), 3),
        ("int", Decimal("2.5"), "not_whole"),
        ("int", 29, "out_of_range"),
        ("int", -1, "out_of_range"),
        ("quantity", "0.5", 5_000),
        ("quantity", "0.00001", "too_fine"),
        ("number", "60%", Fraction(3, 5)),
        ("number", "12.5", Fraction(25, 2)),
        ("percent", "60%", Fraction(3, 5)),
        ("percent", "６０％", Fraction(3, 5)),
        ("percent", Decimal("0.6"), Fraction(3, 5)),
        ("percent", 60, "percent_bare"),
    ],
)
def test_numbers(type_, cell, found):
    assert value(type_, cell) == found


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (DATE + "2026-11-21", date(2026, 11, 21)),
        (DATE + "2026-11-21T18:00:00", date(2026, 11, 21)),
        (46000, date(2025, 12, 9)),
        (Decimal("46000.75"), date(2025, 12, 9)),
        ("46000", date(2025, 12, 9)),
        (20261121, date(2026, 11, 21)),
        ("20261121", date(2026, 11, 21)),
        ("2026-11-21", date(2026, 11, 21)),
        ("2026/1/2", date(2026, 1, 2)),
        ("2026.1.2", date(2026, 1, 2)),
        ("２０２６－１１－２１", date(2026, 11, 21)),
        ("2026年11月21日", date(2026, 11, 21)),
        ("2026 年 1 月 2 日", date(2026, 1, 2)),
        ("2026年1月2号", date(2026, 1, 2)),
        ("26年1月2日", date(2026, 1, 2)),
        ("二〇二六年十一月二十一日", date(2026, 11, 21)),
        ("二〇二六年十月三十日", date(2026, 10, 30)),
        ("二零二六年一月十日", date(2026, 1, 10)),
        ("2026-11-21 星期六", date(2026, 11, 21)),
        ("2026-11-21T10:00:00.000Z", date(2026, 11, 21)),
        ("2026-11-21 10:05", date(2026, 11, 21)),
        ("21-Nov-2026", date(2026, 11, 21)),
        ("21st November 2026", date(2026, 11, 21)),
        ("Nov 21, 2026", date(2026, 11, 21)),
        ("Saturday, November 21, 2026", date(2026, 11, 21)),
        ("2/2/2022", date(2022, 2, 2)),
        ("1/2/2022", "date_unsettled"),
        ("13/2/2022", "date_unsettled"),
        ("2026-02-30", "impossible_date"),
        ("2026-13-45", "impossible_date"),
        ("2026年2月30日", "impossible_date"),
        ("2026-11-21 25:00", "impossible_date"),
        ("11月21日", "date_without_year"),
        ("2026年11月", "date_without_year"),
        ("2026-11", "date_without_year"),
        ("NA", "not_date"),
        (2026, "date_far"),
        (5, "not_date"),
        (99_999_999, "not_date"),
        (TIME + "00:00:00", "not_date"),
        ("1900-01-01", "date_far"),
        ("2101-01-01", "date_far"),
    ],
)
def test_dates(cell, day):
    assert value("date", cell) == day


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("1/2/2022", "mdy", date(2022, 1, 2)),
        ("1/2/2022", "dmy", date(2022, 2, 1)),
        ("26-02-2018 19:58", "dmy", date(2018, 2, 26)),
        ("1/2/22", "ymd", date(2001, 2, 22)),
        ("1/2/70", "mdy", date(1970, 1, 2)),
        ("13/2/2022", "mdy", "impossible_date"),
        ("1/2/2022", "ymd", "impossible_date"),
    ],
)
def test_dates_in_a_settled_order(cell, order, day):
    assert value("date", cell, date_order=order) == day


def test_serials_of_1904_and_clock_times():
    assert value("date", 44538, date1904=True) == date(2025, 12, 9)
    assert value("datetime", Decimal("46000.75")) == datetime(2025, 12, 9, 18)
    assert value("datetime", "11/21/2026 1:05 PM", date_order="mdy") == datetime(
        2026, 11, 21, 13, 5
    )


@pytest.mark.parametrize(
    ("cells", "settled"),
    [
        (["1/2/2022", "13/2/2022"], Settled("dmy")),
        (["1/2/2022", "2/13/2022"], Settled("mdy")),
        (["21/11/26", "26/11/21"], Settled("", "date_order_unknown", "26/11/21")),
        (["31/12/26"], Settled("", "date_order_unknown", "31/12/26")),
        (["31/12/99"], Settled("dmy")),
        (["99/12/13"], Settled("ymd")),
        (["1/2/2022", "3/4/2022"], Settled("", "date_order_unknown", "3/4/2022")),
        (["13/2/2022", "2/14/2022"], Settled("", "date_order_mixed", "13/2/2022", "2/14/2022")),
        (["2/2/2022", "3/3/2022"], Settled("")),
        (["2022-01-02", "x", None, 46000], Settled("")),
        (
            [DATE + "2022-02-01", DATE + "2022-03-04", "13/2/2022"],
            Settled("", "dates_half_converted", "13/2/2022"),
        ),
        ([DATE + "2022-02-21", "13/2/2022"], Settled("dmy")),
    ],
)
def test_date_order_is_settled_by_the_whole_column(cells, settled):
    found = settle(cells)
    if settled.code == "date_order_mixed":
        assert {found.sample, found.other} == {settled.sample, settled.other}
        settled = settled._replace(sample=found.sample, other=found.other)
    assert found == settled


@pytest.mark.parametrize(
    ("cell", "digits"),
    [
        (13800138000, "13800138000"),
        (Decimal("1.3800138000E+10"), "13800138000"),
        ("1.3800138000E+10", "13800138000"),
        ("1.38E+10", "digits_lost"),
        ("+86 138-0013-8000", "13800138000"),
        ("0086 138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("'13800138000", "13800138000"),
        ("010-12345678", "01012345678"),
        ("+33 14 723 4404", "+33147234404"),
        ("(1) 356-5555", "short_mobile"),
        ("1380013800", "short_mobile"),
        ("138001380000", "short_mobile"),
        ("+1 202 555 0100", "+12025550100"),
        ("138****8000", "phone_masked"),
        ("13800138000/13900139000", "two_phones"),
        ("13800138000、13900139000", "two_phones"),
        ("123", "not_phone"),
        ("无", "not_phone"),
    ],
)
def test_phones(cell, digits):
    assert value("phone", cell) == digits


@pytest.mark.parametrize(
    ("type_", "cell", "found"),
    [
        ("text", "  张三\u200b ", "张三"),
        ("text", 12, "12"),
        ("text", Decimal("1.50"), "1.5"),
        ("text", "x" * 21, "text_too_long"),
        ("text", "'=1+1", "=1+1"),
        ("text", "''quoted", "'quoted"),
        ("text", "'t Hooft", "'t Hooft"),
        ("code", " ＡＢ－１ ", "AB-1"),
        ("code", 20261121001, "20261121001"),
        ("code", "'0012", "0012"),
        ("code", "9E12", "9E12"),
        ("code", Decimal(123456789012345678), "digits_lost"),
        ("code", "123456789012345678", "123456789012345678"),
        ("bool", "是", True),
        ("bool", "N", False),
        ("bool", 1, True),
        ("bool", BOOL + "0", False),
        ("bool", "√", True),
        ("bool", "首次", True),
        ("bool", "二次", False),
        ("bool", "maybe", "not_bool"),
        ("choice", "来店", "walk_in"),
        ("choice", "Walk-In", "walk_in"),
        ("choice", "保客", "owner"),
        ("choice", "飞来", "not_choice"),
        ("shares", "张三", (("张三", 10_000),)),
        ("shares", "张三:60;李四:40", (("张三", 6_000), ("李四", 4_000))),
        ("shares", "张三：33.33％；李四：66.67", (("张三", 3_333), ("李四", 6_667))),
        ("shares", "E1、E2、E3", (("E1", 3_334), ("E2", 3_333), ("E3", 3_333))),
        ("shares", "张三:60;李四:30", "shares_sum"),
        ("shares", "张三:x;李四:40", "not_shares"),
        ("period", "2026-11", ("month", 202611)),
        ("period", "2026年11月", ("month", 202611)),
        ("period", 202611, ("month", 202611)),
        ("period", DATE + "2026-11-01", ("month", 202611)),
        ("period", "2026Q4", ("quarter", 20264)),
        ("period", "2026年第四季度", ("quarter", 20264)),
        ("period", "2026H2", ("half", 20262)),
        ("period", "2026年上半年", ("half", 20261)),
        ("period", 2026, ("year", 2026)),
        ("period", Decimal("2026.1"), "not_period"),
        ("period", "2026-13", "not_period"),
        ("period", DATE + "2026-11-21", "not_period"),
    ],
)
def test_words(type_, cell, found):
    assert value(type_, cell) == found


def test_a_cell_may_say_that_it_clears():
    note = KINDS["orders"].column("note")
    assert [convert(text, note, Spelling()) for text in ("清空", " (Clear) ", "（clear）")] == (
        [CLEAR] * 3
    )
    assert [spelled(CLEAR, note, language) for language in ("zh", "en")] == ["清空", "(clear)"]
    day, number = KINDS["orders"].column("promised_on"), KINDS["orders"].column("order_no")
    assert convert("清空", day, Spelling()) is CLEAR
    assert convert("清空", number, Spelling()) == "清空"  # what is required cannot be cleared
    assert convert("清空后再谈", note, Spelling()) == "清空后再谈"
    assert convert(None, note, Spelling()) is None
