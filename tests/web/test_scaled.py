"""The editable grid reckons in whole steps, never in binary floats."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")
SCALED = Path(__file__).resolve().parents[2] / "frontend/src/scaled.js"
PLAIN = """(_, v) =>
  typeof v === "bigint" ? `${v}n` : v === undefined ? "wrong" : v"""

pytestmark = pytest.mark.skipif(NODE is None, reason="needs Node on the path")


def run(expression):
    code = (
        f"import {{ amount, shown, sum }} from {json.dumps(SCALED.as_uri())};"
        f"console.log(JSON.stringify({expression}, {PLAIN}))"
    )
    call = [NODE, "--input-type=module", "-e", code]
    return json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize(
    ("pasted", "steps"),
    [
        ("6.5", "65n"),
        ("1,004", "10040n"),
        ("\uff13", "30n"),
        ("", None),
        ("6.50", "65n"),
        ("6.55", "wrong"),
        ("x", "wrong"),
        ("-2", "-20n"),
    ],
)
def test_an_amount_reads_as_a_spreadsheet_pastes_it(pasted, steps):
    assert run(f"[amount({json.dumps(pasted)}, 1)]") == [steps]


def test_sums_are_exact_and_shown_with_thousands():
    total = "shown(sum(['0.1', '0.2', '9999999.7'], 1), 1)"
    assert run(f"[{total}, shown(-5n, 1), shown(null, 1)]") == ["10,000,000", "-0.5", ""]
