"""The newest kept page of one's own, which stands in the navigation."""

import pytest

from cast import AT, ON, Cast
from cheji.actions import people
from cheji.reads.runs import latest_own
from cheji.records import models as m
from cheji.records.visibility import viewer_of

pytestmark = pytest.mark.django_db
MANAGER = "manager"


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


def kept(cast: Cast, kind: str, period: int, outlet: m.Unit) -> None:
    """A run of which somebody has something kept."""
    run = m.Run.objects.create(
        kind=kind, outlet=outlet, period=period, definition="d", digest="d", mark=0, made_at=AT
    )
    who = cast.people[MANAGER]
    if kind == "pay":
        m.PayInput.objects.create(run=run, person=who, text="{}", payable=0)
    else:
        m.RunLine.objects.create(run=run, person=who, position=0, code="total", reason={})


def test_the_latest_of_each_kind_is_found_with_its_outlet(cast: Cast) -> None:
    viewer = viewer_of(m.User.objects.get(username=MANAGER), ON)
    assert latest_own(viewer) == {}
    for kind, period in (("pay", 202601), ("score", 202602), ("pay", 202602), ("score", 202601)):
        kept(cast, kind, period, cast.outlet)
    assert latest_own(viewer) == {
        "pay": (202602, cast.outlet.code), "score": (202602, cast.outlet.code)
    }  # fmt: skip


def test_where_no_post_reaches_any_more_nothing_is_found(cast: Cast) -> None:
    kept(cast, "score", 202601, cast.sister)
    assert latest_own(viewer_of(m.User.objects.get(username=MANAGER), ON)) == {}
    people.appoint(
        by=cast["administrator"], at=AT, person=cast.people[MANAGER].pk, unit=cast.sister.pk,
        role="outlet_manager", since=ON,
    )  # fmt: skip
    found = latest_own(viewer_of(m.User.objects.get(username=MANAGER), ON))
    assert found == {"score": (202601, cast.sister.code)}
