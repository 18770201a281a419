"""The files of a closed month, read as 金蝶, 用友 and a payroll clerk would, against its lines."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import python_calamine

from beginnings import begun
from cheji.files.vouchers.month import VoucherAsked, payroll_file, voucher_file
from cheji.records import models as m
from paying import FEBRUARY, LATER, Sold, closed, planned

ACCOUNTS = {
    "expense": "660100000000001 销售费用", "component:gross_share": "0660.02 毛利提成",
    "payable": "2211.01 应付职工薪酬", "bank": "1002 银行存款", "book": "001", "department": "007",
    "maker": "王会计", "each_person": "yes",
}  # fmt: skip
NUMBERS = {"zhang": "007", "li": "12345678901234567890"}
PAID_ON = date(2026, 3, 9)


class Books:
    """February closed, with staff numbers and accounts that a program could take for numbers."""

    def __init__(self) -> None:
        sold = Sold()
        planned()
        people = sold.cast.people
        for who, number in NUMBERS.items():
            m.Person.objects.filter(pk=people[who].pk).update(number=number)
        m.VoucherAccounts.objects.create(unit=sold.cast.group, values=ACCOUNTS, changed_at=LATER)
        sold.car("li", date(2026, 2, 27), cost=9_499_993)  # a tenth of its gross ends in fen
        self.run, self.by = closed(sold.cast, FEBRUARY), sold.cast["finance"]

    def read(self, code: str, what: str = "accrual") -> bytes:
        asked = VoucherAsked(FEBRUARY, PAID_ON, "N1", what)  # type: ignore[arg-type]
        return voucher_file(self.by, asked, code)[0]


@pytest.fixture
def books(db: None) -> Iterator[Books]:
    with begun(Books) as made:
        yield made


def yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def by_component() -> dict[str, Decimal]:
    found: Counter[str] = Counter()
    for component, fen in m.PayLine.objects.values_list("component", "fen"):
        found[component] += fen
    return {component: yuan(fen) for component, fen in found.items() if fen}


def by_person() -> dict[str, Decimal]:
    rows = m.PayInput.objects.values_list("person__number", "payable")
    return {number: yuan(fen) for number, fen in rows if fen}


def rows_of(content: bytes) -> list[list[object]]:
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def money(cell: object) -> Decimal:
    """A cell's number: the yuan that it shows with two decimals, and nothing beyond them."""
    assert isinstance(cell, (int, float))
    shown = Decimal(f"{cell:.2f}")
    assert float(shown) == cell
    return shown


def expected(what: str) -> list[tuple[str, Decimal, Decimal, str]]:
    """Account, debit, credit and staff number, from the lines of the run alone."""
    none, whole = Decimal(0), sum(by_person().values(), Decimal(0))
    if what == "payment":
        return [
            *(("2211.01", sum_, none, number) for number, sum_ in by_person().items()),
            ("1002", none, whole, ""),
        ]
    accounts = {"unit_bonus": "660100000000001", "gross_share": "0660.02"}
    return [
        *((accounts[code], sum_, none, "") for code, sum_ in by_component().items()),
        *(("2211.01", none, sum_, number) for number, sum_ in by_person().items()),
    ]


def yonyou(content: bytes) -> list[tuple[str, Decimal, Decimal, str]]:
    head, *lines = content.decode("gbk").split("\r\n")[:-1]
    assert head == "填制凭证,V800"
    found = []
    for row in csv.reader(lines):
        on, mark, number, papers, text, code, debit, credit = row[:8]
        assert (mark, number, papers) == ("记", "1", "0")
        assert on in ("2026-02-28", "2026-03-09")
        assert 0 < len(text) <= 60
        assert re.fullmatch(r"[0-9.]{1,15}", code)
        assert all(re.fullmatch(r"-?\d{1,16}\.\d\d", side) for side in (debit, credit))
        assert row[11] == "王会计"
        assert row[15] == ("" if code == "1002" else "007")
        found.append((code, Decimal(debit), Decimal(credit), row[16]))
    return found


def kis(content: bytes) -> list[tuple[str, Decimal, Decimal, str]]:
    head, *rows = rows_of(content)
    found = []
    for row in rows:
        cell = dict(zip(head, row, strict=True))
        texts = [value for name, value in cell.items() if name not in ("借方", "贷方")]
        assert {type(text) for text in texts} == {str}
        assert cell["日期"] in ("2026-02-28", "2026-03-09")
        fixed = [cell[name] for name in ("凭证字", "凭证号", "附单据数", "币别", "汇率", "制单")]
        assert fixed == ["记", "1", "0", "RMB", "1", "王会计"]
        assert (cell["审核"], cell["过账"], bool(cell["科目名称"])) == ("", "", True)
        assert cell["部门"] == ("" if cell["科目代码"] == "1002" else "007")
        sides = money(cell["借方"]), money(cell["贷方"])
        found.append((str(cell["科目代码"]), *sides, str(cell["职员"])))
    return found


def cloud(content: bytes) -> list[tuple[str, Decimal, Decimal, str]]:
    body = json.loads(content, parse_float=pytest.fail)
    [model] = body["data"]["Model"]
    assert (body["formid"], model["FAccountBookID"]) == ("GL_VOUCHER", {"FNumber": "001"})
    year, month = (int(part) for part in model["FDate"].split("-")[:2])
    assert (model["FYEAR"], model["FPERIOD"], model["FVOUCHERGROUPID"]) == (
        year, month, {"FNumber": "PRE001"},
    )  # fmt: skip
    found = []
    for row in model["FEntity"]:
        assert (row["FCURRENCYID"], row["FEXCHANGERATE"]) == ({"FNumber": "PRE001"}, 1)
        debit, credit = Decimal(row["FDEBIT"]), Decimal(row["FCREDIT"])
        assert Decimal(row["FAMOUNTFOR"]) == debit + credit
        sides = row.get("FDetailID", {})
        person = sides.get("FDETAILID__FFLEX7", {"FNumber": ""})["FNumber"]
        found.append((row["FACCOUNTID"]["FNumber"], debit, credit, person))
    return found


@pytest.mark.parametrize("what", ["accrual", "payment"])
@pytest.mark.parametrize("program", [yonyou, kis, cloud])
def test_a_program_reads_the_run_to_the_fen(books: Books, program, what: str) -> None:
    code = {"cloud": "kingdee_cloud"}.get(program.__name__, program.__name__)
    rows = program(books.read(code, what))
    assert sorted(rows) == sorted(expected(what))
    debit, credit = (sum(row[side] for row in rows) for side in (1, 2))
    assert debit == credit == yuan(books.run.total)
    assert all(0 in row[1:3] for row in rows)


def test_the_payroll_list_keeps_numbers_as_text_and_pays_the_run(books: Books) -> None:
    head, *people, last = rows_of(payroll_file(books.by, FEBRUARY, "N1"))
    assert head[:3] + head[-1:] == ["门店", "工号", "姓名", "应发合计"]
    assert {row[1]: money(row[-1]) for row in people if row[-1]} == by_person()
    assert set(by_person()) == set(NUMBERS.values())
    for column in range(3, len(head)):
        assert sum(money(row[column]) for row in people) == money(last[column])
    assert [sum(map(money, row[3:-1])) for row in people] == [money(row[-1]) for row in people]
    assert money(last[-1]) == yuan(books.run.total)
