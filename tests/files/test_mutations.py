"""A workbook damaged at random is a reading with a reason, or rows; never a crash or a hang."""

import os
import random

import pytest

from cheji.files.reading import read
from cheji.files.sayings import SAYINGS
from files.workbooks import biff, cell, label, number, row, text, texts, xlsx

LINES = "".join(
    row(at, text(f"A{at}", "BJ01"), text(f"B{at}", "2026-11-01"), cell(f"C{at}", at))
    for at in range(2, 40)
)
SEEDS = {
    "a.xlsx": xlsx(texts(1, "门店代码", "日期", "金额") + LINES),
    "a.xls": biff(
        [
            *(label(0, at, head) for at, head in enumerate(("门店代码", "日期", "金额"))),
            *(label(at, 0, f"BJ{at}") for at in range(1, 20)),
            *(number(at, 1, 46000 + at) for at in range(1, 20)),
            *(number(at, 2, at) for at in range(1, 20)),
        ]
    ),
    "a.csv": "门店代码,日期,金额\nBJ01,2026-11-01,1\nBJ02,2026-11-01,2\n".encode("gb18030"),
}


def damaged(content, dice):
    """The content with some bytes changed, cut out, or written twice."""
    made = bytearray(content)
    for _ in range(dice.choice((1, 3, 20))):
        at = dice.randrange(len(made))
        what = dice.randrange(4)
        if what == 0:
            made[at] ^= 1 << dice.randrange(8)
        elif what == 1:
            made[at] = dice.randrange(256)
        elif what == 2 and len(made) > 50:
            del made[at : at + dice.randrange(1, 30)]
        else:
            made[at:at] = made[at : at + dice.randrange(1, 30)]
    return bytes(made)


def worked():
    """Seconds that this process and its children worked; a busy machine's waiting is not theirs."""
    return sum(os.times()[:4])


@pytest.mark.parametrize("name", SEEDS)
def test_damaged_files_are_told(name):
    dice = random.Random(20261121)
    for _ in range(25):
        before = worked()
        found = read(damaged(SEEDS[name], dice), name, "ad_spend")
        assert worked() - before < 5
        assert found.rows or found.problems
        assert all(one.code in SAYINGS and one.say("zh") for one in found.all_problems())
