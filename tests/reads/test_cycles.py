"""A cycle of several outlets, as far as the reach of who looks at it goes."""

import pytest

from appraisal_floor import Cycled
from cast import AT
from cheji.actions import appraisals as act
from cheji.reads.appraisals import cycles as reads
from reads.test_calibration_boards import HEADS, LEFT_OUT, everybody

pytestmark = pytest.mark.django_db


def test_appeals_that_wait_are_counted_within_ones_reach(cast) -> None:
    everybody()
    who, left_out = "sister_consultant", (*LEFT_OUT, "calibrating")
    cycled = Cycled(cast, unit="north", schemes=HEADS, left_out=left_out).published()
    act.appeal(
        by=cast[who], at=AT, appraisal=cycled.of(who).pk, item="teamwork", text="漏记两台",
        evidence="照片",
    )  # fmt: skip
    looking = ("hr", "region_head", "manager")
    found = {name: reads.cycle(cast[name], cycled.id) for name in looking}
    assert {name: (one.waiting, one.seen.appeals) for name, one in found.items()} == {
        "hr": (1, 1), "region_head": (1, 1), "manager": (0, 0),
    }  # fmt: skip
