"""A spreadsheet program, where one is installed, calculates the sheets' numbers itself."""

import csv
import re
import shutil
import subprocess
import zipfile
from datetime import date
from fractions import Fraction

import pytest

from cast import totals
from cheji.files.sheets import sheet_xlsx
from cheji.reads import kpis
from cli.months import by_consultant, two_months

SOFFICE = shutil.which("soffice")
FULL_DIGITS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
KEPT_VALUE = re.compile(rb"(</f>)<v>[^<]*</v>")

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice on this machine")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The program's settings: it is slow to make them."""
    return tmp_path_factory.mktemp("home")


def without_kept_values(content, path):
    """The workbook with formulas only, so that a cell has no number but a calculated one."""
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, KEPT_VALUE.sub(rb"\1", body) if "worksheets" in name else body)
    return path


def calculated(paths, folder, home):
    """Rows of every worksheet by file and worksheet, as the program calculates them."""
    settings = f"-env:UserInstallation={home.as_uri()}"
    how = ["--headless", "--convert-to", FULL_DIGITS, "--outdir", folder]
    command = [SOFFICE, settings, *how, *paths]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {
        tuple(path.stem.rsplit("-", 1)): list(csv.reader(path.open(encoding="utf-8-sig")))
        for path in folder.glob("*.csv")
    }


def number(text):
    if text == "":
        return None
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def same(found, value):
    """The program keeps 15 digits."""
    return found == value or (
        None not in (found, value) and abs(found - value) <= abs(value) / 10**12
    )


def differing(sheet, rows):
    return [
        (line.kpi.code, column, rows[3 + at][2 + column], cell.value)
        for at, line in enumerate(sheet.lines)
        for column, cell in enumerate(line.cells)
        if not same(number(rows[3 + at][2 + column]), cell.value)
    ]


def differences(sheet, rows):
    """The calculated differences of the identities that do not agree with the read's."""
    return [
        (identity.code, column)
        for at, identity in enumerate(sheet.identities)
        for column, side in enumerate(identity.sides)
        if not same(number(rows[3 + 3 * at][2 + column]), side.difference if side else None)
    ]


@pytest.mark.parametrize("by", ["month", "consultant", "benchmark"])
def test_a_spreadsheet_program_calculates_the_reads_values(cast, tmp_path, home, by):
    (two_months if by == "month" else by_consultant)(cast)
    totals(cast.outlet, date(2026, 1, 3), deliveries_owner=3, deliveries_second_tier=2, trade_ins=1)
    totals(cast.sister, date(2026, 1, 3), visits=7, intent_new=2, deliveries_owner=3)
    asked = {"year": 2026, "outlet": "N1", "by": by, "month": None if by == "month" else 202601}
    sheets = {
        code: kpis.sheet(cast["manager"], code=code, **asked) for code in ("kpi", "structure")
    }
    paths = [
        without_kept_values(sheet_xlsx(sheet, "zh-hans"), tmp_path / f"{code}.xlsx")
        for code, sheet in sheets.items()
    ]
    found = calculated(paths, tmp_path, home)
    for code, sheet in sheets.items():
        assert differing(sheet, found[code, sheet.zh]) == []
        if sheet.identities:
            assert differences(sheet, found[code, "核对"]) == []
