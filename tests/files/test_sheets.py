"""Sheets as workbooks: every number and every live formula gives what the read gives."""

import re
import zipfile
from datetime import date
from fractions import Fraction
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from cast import totals
from cheji.engine.formulas import parse
from cheji.files.sheets import csv_bytes, rows_xlsx, sheet_xlsx
from cheji.files.sheets.formulas import Live, Ref, text_of
from cheji.files.sheets.texts import Figure
from cheji.reads import kpis
from cli.months import by_consultant, two_months

NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
CELL = re.compile(r"([A-Z]+)(\d+)")


class Workbook:
    """The first worksheet of an xlsx with a small evaluator of the formulas that we write."""

    def __init__(self, content, place=1):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            page = ET.fromstring(archive.read(f"xl/worksheets/sheet{place}.xml"))
            texts = ET.fromstring(archive.read("xl/sharedStrings.xml"))
        shared = ["".join(one.itertext()) for one in texts.findall("m:si", NAMES)]
        self.formulas, self.values = {}, {}
        for cell in page.iterfind(".//m:c", NAMES):
            at, value = cell.get("r"), cell.findtext("m:v", None, NAMES)
            formula = cell.findtext("m:f", None, NAMES)
            if formula is not None:
                self.formulas[at] = formula
            elif value is not None:
                text = cell.get("t") == "s"
                self.values[at] = shared[int(value)] if text else Fraction(value)

    def __getitem__(self, at):
        """The recalculated value: a Fraction, a text, or None for a blank cell."""
        if at in self.formulas:
            return self.calculate(self.formulas[at])
        return self.values.get(at)

    def calculate(self, formula):
        if formula.startswith("IF("):
            test, _, otherwise = _arguments(formula)
            return "" if self.holds(test) else self.calculate(otherwise)
        text = re.sub(r"SUM\((\w+):(\w+)\)", lambda m: f"({self._sum(m[1], m[2])})", formula)
        return eval(CELL.sub(self._literal, text), {"Fraction": Fraction})

    def holds(self, test):
        if test.startswith("OR("):
            return any(self.holds(one) for one in _arguments(test))
        if test.endswith('=""'):
            return self[test[:-3]] in ("", None)
        return self.calculate(test.removesuffix("=0")) == 0

    def _sum(self, first, last):
        (left, row), (right, _) = CELL.fullmatch(first).groups(), CELL.fullmatch(last).groups()
        cells = [f"{_letters(n)}{row}" for n in range(_number(left), _number(right) + 1)]
        values = [self[cell] for cell in cells]
        return f"Fraction('{sum(v for v in values if isinstance(v, Fraction))}')"

    def _literal(self, found):
        value = self[found[0]]
        return f"Fraction('{0 if value is None else value}')"


def _arguments(call):
    inside, depth, parts = call[call.index("(") + 1 : -1], 0, [""]
    for sign in inside:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _number(text):
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number):
    return (_letters((number - 1) // 26) if number > 26 else "") + chr(65 + (number - 1) % 26)


def same(found, value):
    """Written numbers carry 16 digits; an average such as 160/3 is not written to its end."""
    if value is None or found in (None, ""):
        return value is None and found in (None, "")
    return abs(found - value) <= abs(value) / 10**12


def differing(sheet, workbook):
    """Cells whose recalculated value is not what the read gave."""
    return [
        (line.kpi.code, column, workbook[f"{_letters(3 + column)}{4 + at}"], cell.value)
        for at, line in enumerate(sheet.lines)
        for column, cell in enumerate(line.cells)
        if not same(workbook[f"{_letters(3 + column)}{4 + at}"], cell.value)
    ]


def made(cast, code, **more):
    sheet = kpis.sheet(cast["manager"], code=code, year=2026, outlet="N1", **more)
    return sheet, Workbook(sheet_xlsx(sheet, "zh-hans"))


@pytest.mark.parametrize("code", ["kpi", "structure"])
@pytest.mark.parametrize("by", ["month", "consultant", "benchmark"])
def test_recalculated_cells_are_the_reads_values(cast, code, by):
    (two_months if by == "month" else by_consultant)(cast)
    totals(cast.outlet, date(2026, 1, 3), deliveries_owner=3, deliveries_second_tier=2, trade_ins=1)
    totals(cast.sister, date(2026, 1, 3), visits=7, intent_new=2, deliveries_owner=3)
    sheet, workbook = made(cast, code, by=by, month=None if by == "month" else 202601)
    assert differing(sheet, workbook) == []
    assert len(workbook.formulas) > 0


def test_the_layout_is_the_sources(cast):
    two_months(cast)
    _, workbook = made(cast, "kpi")
    assert [workbook[f"B{row}"] for row in (3, 4, 5, 18)] == [
        "项目",
        "本月广宣投放(元)",
        "来店批次",
        "交车转化率",
    ]
    assert [workbook[f"{letter}3"] for letter in "CDNO"] == ["1月", "2月", "12月", "本年累计*"]
    assert [workbook[f"A{row}"] for row in (4, 18)] == [1, 15]


def test_ratios_and_sums_are_formulas_and_inputs_are_numbers(cast):
    two_months(cast)
    _, workbook = made(cast, "kpi")
    january = [workbook.formulas.get(f"C{row}") for row in range(4, 19)]
    assert january == [
        None,
        None,
        'IF(C5=0,"",C4/C5)',
        None,
        None,
        None,
        None,
        None,
        None,
        'IF(C5=0,"",C7/C5)',
        "C9+C10",
        "C11+C14",
        'IF(C8=0,"",C10/C8)',
        'IF(C7=0,"",C9/C7)',
        'IF(C15=0,"",C12/C15)',
    ]


def test_the_years_column_sums_flows_and_opens_with_january(cast):
    two_months(cast)
    _, workbook = made(cast, "kpi")
    year = {row: workbook.formulas[f"O{row}"] for row in (5, 8, 11, 14, 15, 16)}
    assert year == {
        5: "SUM(C5:N5)",
        8: "C8",
        11: "C11",
        14: "O9+O10",
        15: "O11+O14",
        16: 'IF(SUM(C8:N8)=0,"",O10/SUM(C8:N8))',
    }


def test_the_total_of_deliveries_is_the_sum_of_the_six_channels(cast):
    two_months(cast)
    _, workbook = made(cast, "structure")
    assert workbook.formulas["C16"] == "C4+C5+C6+C7+C8+C9"
    assert workbook.formulas["C10"] == 'IF(C16=0,"",C4/C16)'


def test_months_to_come_are_blank(cast):
    two_months(cast)
    sheet, workbook = made(cast, "kpi")
    assert sheet.lines[0].cells[11].value is None
    assert [workbook[f"N{row}"] for row in range(4, 19)] == [None] * 15


def test_a_name_is_never_a_formula(cast):
    cast.outlet.name = "=1+1"
    cast.outlet.save()
    cast.people["li"].name = "=2+2"
    cast.people["li"].save()
    by_consultant(cast)
    _, workbook = made(cast, "kpi", by="consultant", month=202601)
    assert "=2+2" in workbook.values.values()
    assert not any(text in {"1+1", "2+2"} for text in workbook.formulas.values())


def test_a_cell_that_may_be_empty_is_asked_for_before_it_is_used():
    live = Live(parse("a / 2 - (b - a)"), {"a": Ref(0, 0), "b": Ref(1, 0)})
    text = text_of(live, top=3, left=2, empty=[(1, 0)])
    assert text == '=IF(C5="","",C4/2-(C5-C4))'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＠"])
def test_csv_text_that_could_run_is_quoted_and_numbers_are_not(start):
    content = csv_bytes([[f"{start}1", Figure("-5"), -3, None, date(2026, 1, 2)]])
    assert content.decode() == f"\ufeff'{start}1,-5,-3,,2026-01-02\r\n"


def test_a_list_as_a_workbook_keeps_types():
    content = rows_xlsx("x", ["a", "b"], [["=1", Figure("1.5")], ["0012", 3]])
    workbook = Workbook(content)
    assert workbook.formulas == {}
    assert [workbook[at] for at in ("A2", "B2", "A3", "B3")] == ["=1", Fraction(3, 2), "0012", 3]
