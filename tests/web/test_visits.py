"""The page of a visit: when the party left."""

import pytest

from cast import ON, Floor


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def test_the_page_of_a_visit_takes_the_stay(faces, cast):
    visit = Floor().visit(cast.outlet, cast.people["zhang"], on=ON)
    page = f"/visits/{visit.pk}"
    assert f"{page}/leave" in faces["zhang"].get(page).text
    given = {"came": "09:00", "left": "09:45", "version": "1"}
    assert faces["zhang"].post(f"{page}/leave", given).status_code == 302
    visit.refresh_from_db()
    assert (visit.left_at - visit.arrived_at).total_seconds() == 45 * 60
