"""What lies behind a target: its versions, proposals for it, and the letters that were signed."""

from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import AT, Cast
from cheji.actions import target_letters, target_proposals
from cheji.actions import targets as actions
from cheji.actions.targets import Cell
from cheji.reads.targets import AimProposed, papers
from cheji.records import models as m
from cheji.records.refusals import NotFound

pytestmark = pytest.mark.django_db


def target(cast: Cast, value: int, who: str = "", /, **more: object) -> m.Target:
    """Deliveries of March 2026, in vehicles."""
    whose = {"person": cast.people[who], "outlet": cast.outlet} if who else {"unit": cast.outlet}
    values = {"kpi": "deliveries", "grain": "month", "period": 202603, "value": value * 10_000}
    return m.Target.objects.create(**{**values, **whose, **more})


def test_versions_are_told_newest_first(cast) -> None:
    for value in (10_000, 20_000):
        actions.set_cells(
            by=cast["manager"], at=AT, reason=str(value),
            cells=[Cell("deliveries", "month", 202603, value, unit=cast.outlet.pk)],
        )  # fmt: skip
    row = m.Target.objects.get()
    of, kpi, _row, found = papers.versions(cast["manager"], row.pk)
    assert (of.name, kpi.code) == ("北一店", "deliveries")
    assert [(v.value, v.version, v.reason, v.by, v.until is None) for v in found] == [
        (2, 2, "20000", "陈静", True), (1, 1, "10000", "陈静", False),
    ]  # fmt: skip
    for who in ("zhang", "far_manager"):
        with pytest.raises(NotFound):
            papers.versions(cast[who], row.pk)


def test_a_proposal_stands_beside_the_target_and_the_gap_above(cast) -> None:
    target(cast, 30)
    target(cast, 8, "zhang")
    target(cast, 9, "li")
    target_proposals.propose(
        by=cast["zhang"], at=AT, reason="新车",
        cells=[Cell("deliveries", "month", 202603, 120_000, person=cast.people["zhang"].pk,
                    outlet=cast.outlet.pk)],
    )  # fmt: skip
    (seen,) = papers.proposals(cast["manager"])
    assert (seen.of.name, seen.value, seen.standing, seen.gap, seen.may_decide, seen.own) == (
        "张伟", 12, 8, 30 - 12 - 9, True, False,
    )  # fmt: skip
    assert (seen.above, seen.changes) == (30, (AimProposed("value", Fraction(8), Fraction(12)),))
    target(cast, 2, unit=cast.outlet, reserve=True)
    assert papers.proposals(cast["manager"])[0].gap == 30 - 12 - 9 - 2
    (own,) = papers.proposals(cast["zhang"])
    assert (own.own, own.may_decide, own.above, own.gap) == (True, False, None, None)
    for who in ("li", "wang", "far_manager", "far_consultant"):
        assert papers.proposals(cast[who]) == ()


def test_a_letter_shows_what_moved_since(cast) -> None:
    target(cast, 8, "zhang")
    number = target_letters.issue(
        by=cast["manager"], at=AT, year=2026, person=cast.people["zhang"].pk, outlet=cast.outlet.pk
    )
    m.Target.objects.update(value=90_000, version=2)
    seen = papers.letter(cast["zhang"], number)
    assert (seen.issuer, seen.signer, seen.may_sign, seen.unit) == ("陈静", "", True, "北一店")
    assert [(line.value, line.now, line.moved) for line in seen.lines] == [(8, 9, True)]
    assert papers.letter(cast["lead"], number).may_sign is False
    assert [one.id for one in papers.letters(cast["manager"], year=2026)] == [number]
    for who in ("li", "far_manager"):
        assert papers.letters(cast[who], year=2026) == ()
        with pytest.raises(NotFound):
            papers.letter(cast[who], number)


def test_many_proposals_are_told_in_as_many_queries_as_one(cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            papers.proposals(cast["manager"])
        return len(seen)

    def propose(*who: str) -> None:
        for name in who:
            whose = {"person": cast.people[name].pk, "outlet": cast.outlet.pk}
            cell = Cell("deliveries", "month", 202603, 120_000, **whose)
            target_proposals.propose(by=cast[name], at=AT, cells=[cell], reason="新车")

    target(cast, 8, "zhang")
    propose("zhang")
    one = asked()
    target(cast, 9, "li")
    propose("li", "wang")
    assert asked() == one
    told = {seen.of.name: seen.standing for seen in papers.proposals(cast["manager"])}
    assert told == {"张伟": 8, "李娜": 9, "王芳": None}
