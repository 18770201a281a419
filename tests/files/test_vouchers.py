"""Vouchers balance, come to the run's total, and are read back from each format as they were."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.money import fen_of
from cheji.files.vouchers import (
    FORMATS,
    Amount,
    PaidRun,
    Payee,
    accrual,
    payment,
    payroll_xlsx,
    written,
)
from cheji.files.vouchers.writing import CodeTooLong, SeveralBooks
from cheji.records.booking import Account, AccountMissing, Accounts, SumsDiffer, accounts_of

ACCOUNTS = Accounts(
    payable=Account("2211.01", "应付职工薪酬-工资"),
    bank=Account("1002.01", "银行存款"),
    expense=Account("6601.01", "销售费用-提成"),
    by_component={"insurance": Account("6601.05", "销售费用-保险提成")},
    book="001",
    department="D01",
    maker="王会计",
)
RUN = PaidRun(
    run=7,
    outlet="SH01",
    name="上海一店",
    title="2026年10月 上海一店 提成",
    last=date(2026, 10, 31),
    payees=(
        Payee(
            "A001",
            "张三",
            (
                Amount("units", "台数", 560_000),
                Amount("insurance", "保险", 85_200),
                Amount("fine", "扣罚", -15_000),
            ),
        ),
        Payee("A002", "=李四", (Amount("units", "台数", 100_001),)),
    ),
    total=730_201,
    seal="ab" * 32,
)


def test_expense_by_component_against_wages_payable():
    [voucher] = accrual([(RUN, ACCOUNTS)])
    rows = [(row.account.code, row.debit, row.credit, row.department) for row in voucher.rows]
    assert rows == [
        ("6601.01", 660_001, 0, "D01"),
        ("6601.05", 85_200, 0, "D01"),
        ("6601.01", -15_000, 0, "D01"),
        ("2211.01", 0, 730_201, "D01"),
    ]
    assert (voucher.on, voucher.mark, voucher.number) == (date(2026, 10, 31), "记", 1)


def test_payment_by_person():
    accounts = replace(ACCOUNTS, each_person=True)
    [voucher] = payment([(RUN, accounts)], date(2026, 11, 12))
    rows = [(row.account.code, row.debit, row.credit, row.person) for row in voucher.rows]
    assert rows == [
        ("2211.01", 630_200, 0, "A001"),
        ("2211.01", 100_001, 0, "A002"),
        ("1002.01", 0, 730_201, ""),
    ]


def test_a_run_that_comes_to_nothing_has_no_voucher_and_no_sum():
    none = replace(RUN, payees=(), total=0)
    assert [one.number for one in accrual([(none, ACCOUNTS), (RUN, ACCOUNTS)])] == [1]
    assert payment([(none, ACCOUNTS)], date(2026, 11, 12)) == []
    with zipfile.ZipFile(io.BytesIO(payroll_xlsx([none]))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_numbers_go_on_from_the_first_by_book_type_and_month():
    other, type_ = replace(ACCOUNTS, book="002"), replace(ACCOUNTS, mark="转")
    early = replace(RUN, last=date(2026, 9, 30))
    of_all = [(RUN, ACCOUNTS), (RUN, other), (RUN, type_), (early, ACCOUNTS), (RUN, ACCOUNTS)]
    assert [one.number for one in accrual(of_all, 12)] == [12, 12, 12, 12, 13]
    paid = payment(of_all, date(2026, 11, 12), 7)
    assert [one.number for one in paid] == [7, 7, 7, 8, 9]


def test_a_run_that_does_not_add_up_is_refused():
    with pytest.raises(SumsDiffer) as found:
        accrual([(replace(RUN, total=730_200), ACCOUNTS)])
    assert "7302.01" in found.value.say("zh")
    assert "7302.00" in found.value.say("zh")


def test_an_account_that_is_not_set_is_named():
    with pytest.raises(AccountMissing) as found:
        accrual([(RUN, accounts_of({"expense": "6601.01 销售费用"}))])
    assert "“应付职工薪酬科目（贷方）”" in found.value.say("zh")
    assert "“Wages payable account (credit)”" in found.value.say("en")


def test_cloud_takes_masters_by_number_and_money_as_text():
    accounts = replace(ACCOUNTS, mark="转", mark_code="PRE004", currency="PRE007")
    body = json.loads(written("kingdee_cloud", accrual([(RUN, accounts)])))
    [model] = body["data"]["Model"]
    assert body["formid"] == "GL_VOUCHER"
    assert model["FAccountBookID"] == {"FNumber": "001"}
    assert (model["FDate"], model["FYEAR"], model["FPERIOD"]) == ("2026-10-31", 2026, 10)
    assert [(row["FDEBIT"], row["FCREDIT"]) for row in model["FEntity"]] == [
        ("6600.01", "0.00"),
        ("852.00", "0.00"),
        ("-150.00", "0.00"),
        ("0.00", "7302.01"),
    ]
    assert model["FVOUCHERGROUPID"] == {"FNumber": "PRE004"}
    foreign = [
        (row["FCURRENCYID"], row["FEXCHANGERATETYPE"], row["FEXCHANGERATE"], row["FAMOUNTFOR"])
        for row in model["FEntity"]
    ]
    yuan = ({"FNumber": "PRE007"}, {"FNumber": "HLTX01_SYS"}, 1)
    assert foreign == [(*yuan, sum_) for sum_ in ("6600.01", "852.00", "-150.00", "7302.01")]
    assert model["FEntity"][0]["FDetailID"] == {"FDETAILID__FFLEX5": {"FNumber": "D01"}}


@pytest.mark.parametrize(
    ("said", "mark", "code"),
    [
        ({}, "记", "PRE001"),
        ({"mark": "转"}, "转", "PRE001"),
        ({"mark": "转", "mark_code": "PRE004"}, "转", "PRE004"),
        ({"mark": "PRE002"}, "PRE002", "PRE002"),
    ],
)
def test_cloud_is_given_the_number_of_a_voucher_type_and_others_its_character(said, mark, code):
    accounts = accounts_of(said)
    assert (accounts.mark, accounts.mark_code) == (mark, code)


def test_kis_is_a_worksheet_of_rows():
    accounts = replace(ACCOUNTS, mark="转", each_person=True)
    head, *rows = read(written("kis", accrual([(RUN, accounts)])))
    assert ",".join(head[:9]) == "日期,凭证字,凭证号,附单据数,摘要,科目代码,科目名称,借方,贷方"
    assert ",".join(head[9:]) == "币别,汇率,数量,单价,部门,职员,制单,审核,过账"
    assert {tuple(row[1:4]) for row in rows} == {("转", "1", "0")}
    assert {tuple(row[9:14]) for row in rows} == {("RMB", "1", "", "", "D01")}
    assert [row[14] for row in rows] == ["", "", "", "A001", "A002"]
    assert {tuple(row[15:]) for row in rows} == {("王会计", "", "")}
    assert [(row[0], row[5], row[7], row[8]) for row in rows] == [
        ("2026-10-31", "6601.01", 6600.01, 0),
        ("2026-10-31", "6601.05", 852, 0),
        ("2026-10-31", "6601.01", -150, 0),
        ("2026-10-31", "2211.01", 0, 6302),
        ("2026-10-31", "2211.01", 0, 1000.01),
    ]


def test_yonyou_is_gbk_text_with_a_line_for_each_row():
    run = replace(RUN, title="2026年10月, 上海\n一店 " + "长" * 60)
    text = written("yonyou", accrual([(run, ACCOUNTS)])).decode("gbk")
    head, *lines = text.removesuffix("\r\n").split("\r\n")
    assert head == "填制凭证,V800"
    cells = [line.split(",") for line in lines]
    assert {len(line) for line in cells} == {17}
    assert cells[0][4].startswith("计提 2026年10月， 上海 一店 长")
    assert max(len(line[4]) for line in cells) == 60
    assert [line[5:8] for line in cells][-1] == ["2211.01", "0.00", "7302.01"]
    assert [line[15] for line in cells] == ["D01"] * 4


def test_yonyou_refuses_a_code_that_it_would_cut():
    accounts = replace(ACCOUNTS, expense=Account("6" * 16, "提成"))
    with pytest.raises(CodeTooLong):
        written("yonyou", accrual([(RUN, accounts)]))


def test_vouchers_of_several_books_are_one_file_only_where_each_names_its_book():
    both = accrual([(RUN, ACCOUNTS), (RUN, replace(ACCOUNTS, book="002"))])
    models = json.loads(written("kingdee_cloud", both))["data"]["Model"]
    assert [one["FAccountBookID"]["FNumber"] for one in models] == ["001", "002"]
    for form in ("kis", "yonyou"):
        with pytest.raises(SeveralBooks) as found:
            written(form, both)
        assert "001, 002" in found.value.say("zh")
        assert written(form, both[1:])


def test_payroll_has_each_person_once_and_sums_below():
    head, first, second, last = read(payroll_xlsx([RUN]))
    assert head == ["门店", "工号", "姓名", "台数", "保险", "扣罚", "应发合计"]
    assert first == ["上海一店", "A001", "张三", 5600, 852, -150, 6302]
    assert second == ["上海一店", "A002", "=李四", 1000.01, 0, 0, 1000.01]
    assert last == ["合计", "", "", 6600.01, 852, -150, 7302.01]


def test_components_of_two_plans_with_one_code_have_columns_of_their_own():
    other = replace(RUN, payees=(Payee("A003", "王五", (Amount("units", "带队台数", 30_000),)),))
    head, *rows, last = read(payroll_xlsx([RUN, other]))
    assert head == ["门店", "工号", "姓名", "台数", "保险", "扣罚", "带队台数", "应发合计"]
    assert rows[2] == ["上海一店", "A003", "王五", 0, 0, 0, 300, 300]
    assert last == ["合计", "", "", 6600.01, 852, -150, 300, 7602.01]


def test_a_person_whom_two_runs_of_an_outlet_pay_is_in_one_row():
    """Of who leads since the middle of the month; at another outlet he is paid by other books."""
    led = (
        Payee("A001", "张三", (Amount("units", "带队台数", 30_000), Amount("units", "台数", 100))),
    )
    lead = replace(RUN, run=12, payees=led, total=30_100)
    away = replace(lead, run=13, outlet="N9", name="外店")
    head, *rows, last = read(payroll_xlsx([RUN, lead, away]))
    assert head == ["门店", "工号", "姓名", "台数", "保险", "扣罚", "带队台数", "应发合计"]
    assert rows == [
        ["上海一店", "A001", "张三", 5601, 852, -150, 300, 6603],
        ["上海一店", "A002", "=李四", 1000.01, 0, 0, 0, 1000.01],
        ["外店", "A001", "张三", 1, 0, 0, 300, 301],
    ]
    assert last == ["合计", "", "", 6602.01, 852, -150, 600, 7904.01]


AMOUNTS = st.lists(
    st.lists(
        st.tuples(st.sampled_from(["units", "insurance", "gross"]), st.integers(-(10**9), 10**9)),
        max_size=5,
    ),
    max_size=4,
)


@given(AMOUNTS, st.booleans())
def test_every_format_balances_to_the_runs_total(people, each_person):
    payees = tuple(
        Payee(f"A{at}", "某", tuple(Amount(code, code, fen) for code, fen in amounts))
        for at, amounts in enumerate(people)
    )
    run = replace(RUN, payees=payees, total=sum(payee.payable for payee in payees))
    accounts = replace(ACCOUNTS, each_person=each_person)
    vouchers = accrual([(run, accounts)] * 2)
    text = written("yonyou", vouchers).decode("gbk")
    cells = [line.split(",") for line in text.splitlines()[1:]]
    debit, credit = (sum(fen_of(line[at]) for line in cells) for at in (6, 7))
    assert (debit, credit) == (2 * run.total, 2 * run.total)
    assert all("0.00" in line[6:8] for line in cells)


def test_each_format_has_a_name_in_both_languages():
    assert all(one.zh and one.en and one.suffix for one in FORMATS.values())


def read(content):
    book = python_calamine.load_workbook(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()
