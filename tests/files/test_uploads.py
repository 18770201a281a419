"""Uploads: values spelled so that they read back, mends and rows left out, troubles at rows."""

from datetime import date, datetime
from fractions import Fraction
from types import SimpleNamespace

import pytest

from cheji.actions.imports import Report, Trouble
from cheji.files.kinds import KINDS
from cheji.files.spelled import spelled
from cheji.files.uploads import LEFT_OUT, Upload, prepare, spot, told, with_troubles
from cheji.files.values import Spelling, convert
from cheji.records.refusals import BadValue

VALUES = {
    "text": "轩逸",
    "code": "BJ01",
    "int": 3,
    "quantity": 65_000,
    "money": 12_880_050,
    "number": Fraction(5, 2),
    "percent": Fraction(1, 8),
    "date": date(2026, 11, 21),
    "datetime": datetime(2026, 11, 21, 9, 30),  # noqa: DTZ001  such cells are local time
    "bool": True,
    "phone": "13800138000",
    "period": ("quarter", 20264),
    "shares": (("张三", 6000), ("李四", 4000)),
}
COLUMNS = {column.type: column for kind in KINDS.values() for column in kind.columns}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("type_", sorted(set(VALUES) & set(COLUMNS)))
def test_a_spelled_value_reads_back(type_: str, language: str) -> None:
    column = COLUMNS[type_]
    text = spelled(VALUES[type_], column, language)
    assert convert(text, column, Spelling()) == VALUES[type_]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_choices_and_periods_read_back(language: str) -> None:
    column = COLUMNS["choice"]
    for choice in column.choices:
        text = spelled(choice.code, column, language)
        assert convert(text, column, Spelling()) == choice.code
    for period in (("month", 202611), ("half", 20261), ("year", 2026)):
        text = spelled(period, COLUMNS["period"], language)
        assert convert(text, COLUMNS["period"], Spelling()) == period


CSV = (
    "门店代码,投放日期,投放媒体,金额,厂家补贴\n"
    "N1,2026-03-01,抖音,20000,5000\n"
    "N1,2026-03-02,户外,二万,0\n"
    "N1,2026-03-03,电台,300,0\n"
)


def upload(**mended: dict[str, str]) -> Upload:
    return Upload("ad_spend", "spend.csv", CSV.encode(), {}, mended)


def test_mended_and_left_out_rows() -> None:
    before = prepare(upload())
    faulty = spot(before.reading.faulty[0])
    last = spot(before.reading.rows[2])
    assert [row.values["amount"] for row in before.good] == [2_000_000, 30_000]
    after = prepare(upload(**{faulty: {"amount": "20,000"}, last: {LEFT_OUT: "1"}}))
    assert [row.values["amount"] for row in after.good] == [2_000_000, 2_000_000]
    assert [spot(row) for row in after.left_out] == [last]
    assert [entry.place for entry in after.entries()] == [1, 2]


def test_troubles_stand_at_their_rows_with_the_cells_as_read() -> None:
    given = upload()
    prepared = prepare(given)
    trouble = Trouble(2, "outlet_code", BadValue(field="门店", value="N1", why="不在"))
    shown = with_troubles(prepared, [trouble], given)
    assert [(spot(row), row.cells) for row in shown.faulty] == [
        (spot(prepared.reading.rows[1]), ("N1", "2026-03-02", "户外", "二万", "0")),
        (spot(prepared.reading.rows[2]), ("N1", "2026-03-03", "电台", "300", "0")),
    ]
    report = told(Report(create=1, troubles=[trouble]), prepared)
    assert report["skipped"] == 2
    assert [said["place"] for said in report["troubles"]] == ["!3", "!4"]
    assert SimpleNamespace(**report["troubles"][1]).column == "outlet_code"
