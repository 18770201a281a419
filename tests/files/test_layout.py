"""Sheets as people keep them: titles, totals, hidden sheets, two-line headers, units, months."""

# ruff: noqa: RUF001  full-width letters are what is tested

import pytest

from cheji.files.guesses import Guess, confidence, guess, header_digest
from cheji.files.kinds import KINDS
from cheji.files.names import simple, unit_scale
from cheji.files.reading import look, read
from files.workbooks import cell, row, text, texts, xlsx

HEADS = ("门店代码", "日期", "金额")


def spend(*rows, **more):
    return read(xlsx("".join(rows), **more), "广宣.xlsx", "ad_spend")


def line(number, outlet, day, amount):
    return texts(number, outlet, day, amount)


def amounts(reading):
    return [(one.place.row, one.values["amount"]) for one in reading.rows]


def notes(reading):
    return [note.code for note in reading.notes]


def test_header_below_titles_and_blank_rows():
    found = spend(
        texts(1, "2026年11月广宣投放明细表"),
        texts(2, "制表人：王五", None, "单位：元"),
        texts(4, *HEADS),
        line(5, "BJ01", "2026-11-01", "100"),
        line(8, "BJ01", "2026-11-02", "200"),
    )
    assert amounts(found) == [(5, 10_000), (8, 20_000)]
    assert found.problems == ()


def test_totals_footnotes_and_repeated_headers_are_left_out_and_told():
    found = spend(
        texts(1, *HEADS),
        line(2, "BJ01", "2026-11-01", "100"),
        texts(3, "小计", None, "100"),
        texts(4, *HEADS),
        line(5, "BJ02", "2026-11-01", "200"),
        texts(6, None, "本月合计", "300"),
        texts(7, "总　计", None, "300"),
        texts(8, "Grand Total", None, "300"),
        texts(9, "制表：王五"),
    )
    assert amounts(found) == [(2, 10_000), (5, 20_000)]
    assert [(one.code, dict(one.params)["rows"]) for one in found.notes] == [
        ("totals_left_out", "3, 6, 7, 8"),
        ("headers_repeated", "4"),
        ("footnotes_left_out", "9"),
    ]


def test_a_whole_row_that_only_mentions_a_total_stays():
    found = read(
        xlsx(
            texts(1, "门店代码", "订单号", "签单日期", "客户姓名", "车价")
            + texts(2, "BJ01", "D1", "2026-11-01", "合计", "1")
            + texts(3, "BJ01", "D2", "2026-11-01", "制表：王", "2")
        ),
        "a.xlsx",
        "orders",
    )
    assert [one.values["customer_name"] for one in found.rows] == ["合计", "制表：王"]


def test_a_row_that_lacks_a_value_is_a_problem_and_not_left_out():
    found = spend(
        texts(1, *HEADS), line(2, "BJ01", None, "100"), line(3, "BJ01", "2026-11-02", "5")
    )
    assert [(one.place.row, one.ok) for one in found.rows] == [(2, False), (3, True)]
    assert [(one.code, one.cell) for one in found.rows[0].problems] == [("required", "B2")]


def test_headers_over_two_rows():
    found = read(
        xlsx(
            texts(1, "门店代码", "日期", "费用")
            + texts(2, None, None, "金额", "补贴")
            + texts(3, "BJ01", "2026-11-01", "100", "20")
        ),
        "a.xlsx",
        "ad_spend",
    )
    assert found.rows[0].values == {
        "outlet_code": "BJ01",
        "on_date": found.rows[0].values["on_date"],
        "amount": 10_000,
        "subsidy": 2_000,
    }


def test_hidden_and_other_sheets_are_told_and_months_are_read_together():
    content = xlsx(
        {
            "10月": texts(1, *HEADS) + line(2, "BJ01", "2026-10-01", "1"),
            "11月": texts(3, *HEADS) + line(4, "BJ01", "2026-11-01", "2"),
            "旧": texts(1, *HEADS) + line(2, "BJ01", "2025-11-01", "3"),
            "字典": texts(1, "甲", "乙") + texts(2, "1", "2"),
        },
        hidden=("旧",),
    )
    found = read(content, "a.xlsx", "ad_spend")
    assert [(one.place.sheet, one.place.row) for one in found.rows] == [("10月", 2), ("11月", 4)]
    assert notes(found) == ["sheet_hidden", "sheet_skipped"]


def test_unit_in_the_header_scales_bare_numbers_once():
    found = spend(
        texts(1, "门店代码", "日期", "金额（万元）"),
        row(2, text("A2", "BJ01"), text("B2", "2026-11-01"), cell("C2", "12.88")),
        row(3, text("A3", "BJ02"), text("B3", "2026-11-01"), text("C3", "12.88万")),
    )
    assert amounts(found) == [(2, 12_880_000), (3, 12_880_000)]
    assert notes(found) == ["unit_applied"]


def test_columns_that_are_not_used_are_told():
    found = spend(texts(1, *HEADS, "天气"), texts(2, "BJ01", "2026-11-01", "1", "晴"))
    assert [note.zh for note in found.notes] == ["未使用的列：天气"]


def test_no_header_at_all():
    found = spend(texts(1, "甲", "乙"), texts(2, "1", "2"))
    assert [(one.code, one.level) for one in found.problems] == [("header_missing", "error")]
    assert found.rows == ()


def test_missing_required_column_is_one_problem_and_no_rows():
    found = spend(texts(1, "门店代码", "日期"), texts(2, "BJ01", "2026-11-01"))
    assert [(one.code, one.column) for one in found.problems] == [("column_missing", "amount")]
    assert found.blocked


def test_a_partial_file_needs_only_its_keys():
    content = xlsx(
        texts(1, "门店代码", "订单号", "约定交车日") + texts(2, "BJ01", "D1", "2026-12-01")
    )
    found = read(content, "a.xlsx", "orders", partial=True)
    assert (len(found.good), found.problems) == (1, ())


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("车价（元）*", "车价"),
        ("Price ($)", "price"),
        (" ＶＩＮ 码 ", "vin码"),
        ("Sold Price-$", "soldprice"),
        ("销售额/万元", "销售额"),
        ("Dealer_No ", "dealerno"),
        ("（元）", "元"),
    ],
)
def test_headers_are_brought_to_one_form(header, form):
    assert simple(header) == form


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("车价(元)", 1),
        ("车价（万元）", 10_000),
        ("销售额/千元", 1_000),
        ("金额(单位:万元)", 10_000),
        ("a", 1),
    ],
)
def test_unit_of_a_header(header, scale):
    assert unit_scale(header) == scale


def test_guesses_in_both_languages_with_their_confidence():
    kind = KINDS["orders"]
    headers = ["Order No.", "合同签订日期", "dealer code", "成交价(元)", "颜色"]
    assert guess(kind, headers) == [
        Guess("order_no", "Order No.", 100),
        Guess("outlet_code", "dealer code", 90),
        Guess("vehicle_price", "成交价(元)", 90),
        Guess("signed_on", "合同签订日期", 64),
    ]


@pytest.mark.parametrize(
    "header", ["customer_id", "Customer ID", "CustomerId", "client no.", "客户代码", "客户号码"]
)
def test_a_number_of_a_customer_is_not_his_name(header):
    assert guess(KINDS["orders"], [header]) == []
    assert confidence(KINDS["customers"].column("name"), header) == 0


def test_a_customer_id_is_the_customers_number():
    headers = ["customer_id", "customer", "Paid", "客户代码"]
    assert guess(KINDS["customers"], headers) == [
        Guess("number", "customer_id", 90),
        Guess("name", "customer", 90),
    ]


def test_a_part_of_a_header_is_offered_but_not_used_unasked():
    phone = KINDS["orders"].column("phone")
    assert confidence(phone, "客户手机号") == 63
    assert confidence(phone, "手机号") == 100
    assert confidence(phone, "客户身份证号码") == 0


def test_look_shows_what_a_wizard_needs():
    content = xlsx(texts(1, "标题") + texts(2, *HEADS, "天气") + line(3, "BJ01", "2026-11-01", "1"))
    (found,) = look(content, "a.xlsx", "ad_spend")
    assert (found.header_row, found.headers, found.missing) == (2, (*HEADS, "天气"), ())
    assert found.samples == (("BJ01", "2026-11-01", "1", None),)
    assert {one.column: one.header for one in found.guesses} == {
        "outlet_code": "门店代码",
        "on_date": "日期",
        "amount": "金额",
    }


def test_digest_of_headers_does_not_depend_on_spelling():
    assert header_digest(["门店代码", "车价（元）"]) == header_digest([" 门店代码*", "车价", ""])


def test_look_offers_unknown_headers_for_mapping_by_hand():
    content = xlsx({"甲": texts(1, "报表") + texts(2, "a", "b", "c") + texts(3, "1", "x", "2")})
    (found,) = look(content, "a.xlsx", "ad_spend")
    assert (found.header_row, found.headers, found.guesses) == (2, ("a", "b", "c"), ())
    assert found.missing == ("outlet_code", "on_date", "amount")


def test_look_shows_the_fitting_sheet_first():
    content = xlsx({"甲": texts(1, "a", "b"), "乙": texts(1, *HEADS), "空": ""})
    assert [one.sheet for one in look(content, "a.xlsx", "ad_spend")] == ["乙", "甲"]
