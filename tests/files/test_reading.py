"""Whole files: good rows are kept, bad ones are told, doubles are found, mends are read."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from cheji.files.faulty import faulty_rows
from cheji.files.guards import guarded_csv, guarded_xlsx, unguarded
from cheji.files.reading import mended, read, with_rows
from files.workbooks import biff, cell, error, label, number, row, text, texts, xlsx

HEADS = ["门店代码", "订单号", "签单日期", "销售顾问", "车价", "手机"]


def orders(*lines, **more):
    target = io.StringIO()
    csv.writer(target).writerows([HEADS, *lines])
    return read(target.getvalue().encode(), "订单.csv", "orders", **more)


def codes(reading):
    return {one.place.row: [trouble.code for trouble in one.problems] for one in reading.rows}


def test_a_dirty_file_loses_no_good_row_and_hides_no_bad_one():
    found = orders(
        ["BJ01", "D1", "2026-11-01", "张三:60;李四:40", "12.88万", "1.38E+10"],
        ["BJ01", "D2", "２０２６年１１月２日", "张三", "¥128,800.50", "138 0013 8000"],
        ["BJ01", "D3", "2026-02-30", "张三", "abc", ""],
        ["BJ01", "", "2026-11-03", "", "1", "138****8000"],
        ["BJ01", "D5", "2026-11-04", "", "1", "138****8000"],
    )
    assert codes(found) == {
        2: ["digits_lost"],
        3: [],
        4: ["impossible_date", "not_number"],
        5: ["phone_masked", "required"],
        6: ["phone_masked"],
    }
    assert [one.place.row for one in found.good] == [3, 6]
    assert [one.place.row for one in found.faulty] == [2, 4, 5]
    assert found.rows[1].values == {
        "outlet_code": "BJ01",
        "order_no": "D2",
        "signed_on": date(2026, 11, 2),
        "consultant": (("张三", 10_000),),
        "phone": "13800138000",
        "vehicle_price": 12_880_050,
    }


def test_problems_are_said_with_place_reason_and_mend_in_both_languages():
    found = orders(["BJ01", "D1", "2026-02-30", "", "1", ""])
    (trouble,) = found.all_problems()
    assert trouble.say("zh-hans") == "C2：没有这一天：2026-02-30；请改正日期"
    assert trouble.say("en") == "C2: there is no such day: 2026-02-30; correct the date"
    assert trouble.as_json() == {
        "code": "impossible_date",
        "level": "error",
        "sheet": "",
        "cell": "C2",
        "column": "signed_on",
        "zh": "没有这一天：2026-02-30",
        "en": "there is no such day: 2026-02-30",
        "mend_zh": "请改正日期",
        "mend_en": "correct the date",
    }


def test_doubles_of_a_natural_key():
    found = orders(
        ["BJ01", "D1", "2026-11-01", "", "1", ""],
        ["BJ02", "D1", "2026-11-01", "", "1", ""],
        ["BJ01", "D1", "2026-11-01", "", "1", ""],
        ["BJ01", "D1", "2026-11-01", "", "2", ""],
    )
    assert codes(found) == {2: [], 3: [], 4: ["row_twice"], 5: ["key_twice"]}
    assert [one.place.row for one in found.good] == [2, 3]
    twin = found.rows[3].problems[0]
    told = {"row": "2", "key": "BJ01 / D1", "zh_names": "车价", "names": "Vehicle price"}
    assert (twin.column, dict(twin.params)) == ("vehicle_price", told)


def test_the_date_order_of_a_column_is_asked_for_and_blocks():
    found = orders(
        ["BJ01", "D1", "1/2/2026", "", "1", ""], ["BJ01", "D2", "2026-11-01", "", "1", ""]
    )
    assert [(one.code, one.cell) for one in found.problems] == [("date_order_unknown", "C")]
    assert codes(found) == {2: ["date_unsettled"], 3: []}


def test_one_value_settles_the_date_order_of_all():
    found = orders(
        ["BJ01", "D1", "1/2/2026", "", "1", ""], ["BJ01", "D2", "13/2/2026", "", "1", ""]
    )
    assert [one.values["signed_on"] for one in found.rows] == [date(2026, 2, 1), date(2026, 2, 13)]


def test_trapped_cells_are_refused_at_their_address_and_never_zero():
    heads = texts(1, "门店代码", "日期", "金额")
    good = [text("A2", "BJ01"), text("B2", "2026-11-01")]
    content = xlsx(
        heads
        + row(2, *good, cell("C2", "#DIV/0!", type="e"))
        + row(3, text("A3", "BJ01"), text("B3", "2026-11-02"), cell("C3", None, formula="1+1"))
        + row(4, text("A4", "BJ01"), text("B4", "2026-11-03"), cell("C4", "NaN"))
        + row(5, text("A5", "BJ01"), cell("B5", "-5", style=1), cell("C5", "1"))
        + row(
            6, text("A6", "BJ01"), cell("B6", "46000", style=1), cell("C6", "0.30000000000000004")
        )
    )
    found = read(content, "a.xlsx", "ad_spend")
    assert [
        (one.problems[0].code, one.problems[0].sheet, one.problems[0].cell) for one in found.faulty
    ] == [
        ("error_cell", "S", "C2"),
        ("formula_no_value", "S", "C3"),
        ("number_not_finite", "S", "C4"),
        ("not_date", "S", "B5"),
    ]
    assert [one.values["amount"] for one in found.good] == [30]


def test_trapped_cells_of_an_old_workbook():
    cells = [label(0, at, head) for at, head in enumerate(("门店代码", "日期", "金额"))]
    cells += [label(1, 0, "BJ01"), label(1, 1, "2026-11-01"), error(1, 2, 0x2A)]
    cells += [label(2, 0, "BJ01"), number(2, 1, 46000), number(2, 2, 12.5)]
    found = read(biff(cells), "a.xls", "ad_spend")
    assert [(one.code, one.cell) for one in found.rows[0].problems] == [("error_cell", "C2")]
    assert found.rows[1].values["amount"] == 1_250


def test_a_refused_file_is_a_reading_with_its_reason():
    found = read(b"PK\x03\x04", "a.xlsx", "orders")
    assert ([one.code for one in found.problems], found.rows, found.blocked) == (
        ["file_damaged"],
        (),
        True,
    )


def test_a_file_without_rows_is_told():
    assert [one.code for one in orders().problems] == ["no_rows"]


def test_dates_that_cross_are_told():
    content = xlsx(
        texts(1, "人员编号", "姓名", "岗位", "门店代码", "任职开始", "任职结束")
        + texts(2, "E1", "张三", "销售顾问", "BJ01", "2026-11-01", "2026-10-01")
    )
    found = read(content, "a.xlsx", "people")
    [told] = found.rows[0].problems
    assert (told.code, told.cell) == ("dates_crossed", "F2")
    assert told.zh == "“任职结束”2026-10-01 早于“任职开始”2026-11-01"
    assert told.en == "“Until” 2026-10-01 is before “From” 2026-11-01"


@pytest.mark.parametrize("header", ["离职日期", "离职时间", "Left on", "End date", "最后工作日"])
def test_a_leaving_date_of_hr_is_the_last_day_worked(header):
    content = xlsx(
        texts(1, "人员编号", "姓名", "岗位", "门店代码", "入职日期", header, "任职结束")
        + texts(2, "E1", "张三", "销售顾问", "BJ01", "2026-03-01", "2026-03-31", "2026-04-01")
        + texts(3, "E2", "李四", "销售顾问", "BJ01", "2026-03-01", "2026-02-28", "")
    )
    first, second = read(content, "a.xlsx", "people").rows
    assert (first.values["last_day"], first.values["until"]) == (
        date(2026, 3, 31),
        date(2026, 4, 1),
    )
    assert [(one.code, one.cell) for one in second.problems] == [("dates_crossed", "F3")]


def test_a_row_is_mended_in_place():
    found = orders(
        ["BJ01", "D1", "2026-02-30", "", "abc", ""], ["BJ01", "D2", "2026-11-01", "", "1", ""]
    )
    bad = found.rows[0]
    half = mended(found, bad, {"signed_on": "2026-03-01"})
    assert [one.code for one in half.problems] == ["not_number"]
    whole = mended(found, half, {"vehicle_price": "12.88万"})
    assert (whole.ok, whole.values["vehicle_price"], whole.values["signed_on"]) == (
        True,
        12_880_000,
        date(2026, 3, 1),
    )
    worse = mended(found, whole, {"vehicle_price": "", "order_no": "D2"})
    assert [(one.code, one.cell) for one in worse.problems] == [("required", "E2")]
    again = with_rows(found, [found.rows[1], mended(found, whole, {"order_no": "D2"})])
    assert codes(again) == {3: [], 2: ["key_twice"]}


def test_faulty_rows_can_be_mended_and_read_again():
    found = orders(
        ["BJ01", "D1", "2026-02-30", "=cmd()", "abc", "13800138000"],
        ["BJ01", "D2", "2026-11-01", "", "1", ""],
        ["BJ01", "D3", "2026-11-01", "'-1", "x", ""],
    )
    again = read(faulty_rows(found), "a.xlsx", "orders")
    assert [one.values["order_no"] for one in again.rows] == ["D1", "D3"]
    assert [one.values["consultant"] for one in again.rows] == [
        (("=cmd()", 10_000),),
        (("-1", 10_000),),
    ]
    assert [[trouble.code for trouble in one.problems] for one in again.rows] == [
        ["impossible_date", "not_number"],
        ["not_number"],
    ]
    assert [note.params for note in again.notes] == [(("headers", "原行号、问题"),)]


def test_faulty_rows_keep_numbers_dates_and_marks():
    content = xlsx(
        texts(1, "门店代码", "日期", "金额", "备注")
        + row(
            2,
            cell("A2", "101"),
            cell("B2", "46000", style=1),
            cell("C2", "#N/A", type="e"),
            text("D2", "+x"),
        )
    )
    again = read(faulty_rows(read(content, "a.xlsx", "ad_spend"), "en"), "b.xlsx", "ad_spend")
    assert again.rows[0].values == {
        "outlet_code": "101",
        "on_date": date(2025, 12, 9),
        "amount": None,
        "note": "+x",
    }


@pytest.mark.parametrize(
    "given", ["=1+1", "+86", "-5", "@x", "\tx", "＝1", "'=1", "''", "'90", "'t", "x'", "普通", "'"]
)
def test_a_guarded_text_comes_back_as_it_was(given):
    assert unguarded(guarded_csv(given)) == given
    assert unguarded(guarded_xlsx(given)) == given
    assert not guarded_csv(given).startswith(("=", "+", "-", "@", "\t", "＝"))


def test_values_are_exact_to_the_last_fen():
    heads = texts(1, "门店代码", "日期", "金额")
    lines = "".join(
        row(
            at,
            text(f"A{at}", "B"),
            cell(f"B{at}", 46000 + at, style=1),
            cell(f"C{at}", f"{at / 100!r}"),
        )
        for at in range(2, 1_000)
    )
    found = read(xlsx(heads + lines), "a.xlsx", "ad_spend")
    assert [one.values["amount"] for one in found.rows] == list(range(2, 1_000))


def test_no_float_leaves_this_floor():
    found = orders(["BJ01", "D1", "2026-11-01", "张三", "1.5", ""])
    kinds = {type(value) for one in found.rows for value in one.values.values()}
    assert float not in kinds
    assert Decimal not in kinds


@pytest.mark.parametrize(
    ("text", "fen"),
    [("8,000元", 800_000), ("¥8000", 800_000), ("-¥8000", -800_000), ("0.8", 800_000),
     ("0.8万", 800_000), ("人民币 0.8万元", 800_000), ("0.8 ", 800_000)],
)  # fmt: skip
def test_a_cell_with_its_own_unit_is_not_multiplied_by_that_of_the_header(text, fen):
    target = io.StringIO()
    lines = [["门店代码", "日期", "费用(万元)"], ["BJ01", "2026-11-01", text]]
    csv.writer(target).writerows(lines)
    content = target.getvalue().encode()
    found = read(content, "费用.csv", "ad_spend")
    assert [row.values["amount"] for row in found.rows] == [fen]
    told = [one for one in found.notes if one.code == "unit_applied"]
    assert [(one.level, one.zh[:8]) for one in told] == [("note", "“费用(万元)”")]
    again = read(content, "费用.csv", "ad_spend", found.mapping)
    assert [one for one in again.notes if one.code == "unit_applied"] == told


def test_the_faulty_rows_hold_the_cells_of_doubles_and_of_rows_that_lack_a_value():
    lines = [
        ["BJ01", "D1", "2026-11-01", "张三", "1", ""],
        ["BJ01", "D1", "2026-11-02", "李四", "2", ""],
        ["BJ01", "", "2026-11-03", "王五", "3", ""],
    ]
    found = orders(*lines)
    assert codes(found) == {2: [], 3: ["key_twice"], 4: ["required"]}
    again = read(faulty_rows(found), "问题行.xlsx", "orders", found.mapping)
    assert [row.values["consultant"] for row in again.rows] == [
        (("李四", 10_000),),
        (("王五", 10_000),),
    ]
    assert again.rows[0].ok
