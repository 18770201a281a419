"""Every worked case of every pack."""

from itertools import chain

import pytest

from cheji import packs
from cheji.packs.cases import run_case

CASES = [
    pytest.param(packs.load(code), case, id=f"{code}:{case['code']}")
    for code in packs.codes()
    for case in packs.load(code).cases
]


@pytest.mark.parametrize(("pack", "case"), CASES)
def test_case(pack, case):
    assert run_case(pack, case) == []


@pytest.mark.parametrize("code", packs.codes())
def test_case_codes_are_unique_and_named_in_both_languages(code):
    cases = packs.load(code).cases
    assert len({case["code"] for case in cases}) == len(cases)
    assert all(set(case) >= {"zh", "en"} for case in cases)


@pytest.mark.parametrize("code", packs.codes())
def test_every_line_of_every_sheet_has_a_case(code):
    pack = packs.load(code)
    shown = {
        line
        for case in pack.cases
        if case["kind"] == "sheet"
        for expected in case["expect"]
        for line in expected.get("lines", {})
    }
    own = [sheet for sheet in pack.definitions.sheets if ("sheets", sheet.code) in pack.own]
    assert set(chain.from_iterable(sheet.lines for sheet in own)) <= shown
