"""How long a party stayed, by the clock of its outlet."""

from datetime import time

import pytest

from cast import AT, ON, Floor
from cheji.actions import visits
from cheji.actions.dates import InTheFuture, TooEarly
from cheji.records.models import Fact


def stays(visit):
    rows = Fact.objects.filter(kind="visit_stay", source=visit.pk).order_by("id")
    return list(rows.values_list("quantity", "value"))


def test_a_stay_counts_its_minutes_and_is_corrected_by_a_reversal(cast):
    visit = Floor().visit(cast.outlet, cast.people["zhang"], on=ON)
    terms = {"by": cast["zhang"], "at": AT, "visit": visit.pk, "came": time(9, 0)}
    visits.leave(**terms, version=1, left=time(9, 45))
    assert stays(visit) == [(10_000, 45)]
    visits.leave(**terms, version=2, left=time(9, 30))
    assert stays(visit) == [(10_000, 45), (-10_000, -45), (10_000, 30)]
    with pytest.raises(TooEarly):
        visits.leave(**terms, version=3, left=time(8, 59))
    with pytest.raises(InTheFuture):
        visits.leave(**terms, version=3, left=time(23, 59))
