"""A run says what the check of pay plans refuses by now in the plan that it is paid by."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils.html import escape

from beginnings import begun
from doors import signed_in
from paying import FEBRUARY, MARCH, Sold, calculated, closed, planned

TWICE = {"code": "unit_bonus", "zh": "月封顶", "en": "Month's cap", "amount": 9_000}


@pytest.fixture
def sold(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sold]:
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 3, 20))
    with begun(Sold) as made:
        planned()
        yield made


def told(run: int) -> list[tuple[str, str, str]]:
    page = signed_in("finance").get(f"/pay/runs/{run}")
    found: list[tuple[str, str, str]] = page.context["refused"]
    assert all(escape(reason) in page.content.decode() for _place, reason, _mend in found)
    return found


def test_a_run_tells_finance_of_a_plan_that_the_check_refuses_by_now(sold: Sold) -> None:
    """Until it is closed, and mended by a version that is published."""
    done = closed(sold.cast, FEBRUARY)
    run = calculated(sold.cast, MARCH)
    assert (told(done.pk), told(run.pk)) == ([], [])
    planned(caps=[TWICE])
    [(_place, reason, mend)] = told(run.pk)
    assert "have the same code unit_bonus" in reason
    assert mend == "Give the cap “Month's cap” a code of its own"
    assert told(done.pk) == []
    planned(caps=[{**TWICE, "code": "most"}])
    assert told(run.pk) == []
