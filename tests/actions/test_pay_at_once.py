"""Two runs that are closed at one time: what an earlier run left is taken up by one of them."""

from datetime import date

import pytest

from actions.test_at_once import together
from cheji.actions import pay as verbs
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from paying import FEBRUARY, LATER, MARCH, Sold, brought, calculated, closed, planned

HELD = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
        "share": "20%", "release": "plates"}  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_outlets_do_not_both_take_up_what_a_mover_was_left() -> None:
    """His post is put right after his old outlet worked its month out: both runs hold him."""
    sold = Sold()
    planned(holdbacks=[HELD])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    first = closed(cast, FEBRUARY)
    old = brought(cast, calculated(cast, MARCH), "review", "approve")
    m.Post.objects.filter(person=zhang, until=None).update(until=date(2026, 3, 1))
    m.Post.objects.create(person=zhang, unit=cast.sister, role="consultant", since=date(2026, 3, 1))
    new = brought(cast, calculated(cast, MARCH, outlet="N2"), "review", "approve")
    taken = m.PayInput.objects.filter(run__in=[old, new], person=zhang)
    assert [row.taken for row in taken] == [[first.pk]] * 2
    by = cast["finance"]
    outcomes = together(
        *(lambda run=run: verbs.close(by=by, at=LATER, run=run.pk) for run in (old, new))
    )
    assert outcomes == ["OutOfDate", "done"]
    assert taken.filter(run__state="closed").count() == 1
    assert [one.broken for one in replayed(by)] == [()] * 3
