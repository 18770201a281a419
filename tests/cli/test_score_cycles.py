"""`cheji score cycle`: a cycle from the command line."""

import pytest

from appraisal_floor import Cycled
from cast import AT, totals
from cheji.actions import appraisals as act
from cheji.records import models as m
from cli.months import exports, rows, run, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The commands run on 20 March 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def test_a_cycle_is_opened_moved_published_and_applied(cast, tmp_path) -> None:
    words = ("--unit", "N1", "--period", "2026-02", "--scheme", "consultant=consultant_manual")
    steps = ("--without", "reviewing,self,peers,calibrating", "--due", "agreeing=2026-03-01")
    run("score", "cycle", "open", "二月", *words, *steps, "--as", "hr")
    cycled = Cycled.__new__(Cycled)
    cycled.cast, cycled.id = cast, m.Cycle.objects.get().pk
    run("score", "cycle", "advance", cycled.id, "--as", "hr")
    assert "5 people" in run("score", "cycle", "remind", cycled.id, "--as", "hr").stdout
    run("score", "cycle", "back", cycled.id, "--why", "改方案", "--as", "hr")
    run("score", "cycle", "advance", cycled.id, "--as", "hr")
    assert "0 appraisals" in run("score", "cycle", "renew", cycled.id, "--as", "hr").stdout
    for _ in range(2):
        cycled.do_all()
        run("score", "cycle", "advance", cycled.id, "--as", "hr")
    cycled.do_all()
    totals(cast.outlet, m.Cycle.objects.get().since, cast.people["zhang"], visits=4)
    assert run("score", "cycle", "publish", cycled.id, "--as", "hr", code=2).stdout == ""
    run("score", "cycle", "publish", cycled.id, "--as", "group_manager")
    (listed,) = told("score", "cycle", "list")
    assert (listed["state"], listed["people"], listed["due_on"]) == ("published", 3, None)
    shown = told("score", "cycle", "show", cycled.id)
    assert sorted(one["number"] for one in shown["results"]) == ["LI", "WANG", "ZHANG"]
    table = rows(run("score", "cycle", "show", cycled.id, "--format", "csv").stdout_bytes)
    assert [row[0] for row in table] == ["Number", "LI", "WANG", "ZHANG"]
    for words in (("paper", shown["appraisals"][0]["id"], "letter"), ("summary", cycled.id)):
        run("score", "cycle", *words, "-o", tmp_path / "a.pdf")
        assert (tmp_path / "a.pdf").read_bytes()[:5] == b"%PDF-"
    assert [verb for verb, _who, _body in exports()] == [
        "export.cycles", "export.cycle", "export.cycle", "export.paper", "export.cycle",
    ]  # fmt: skip
    act.advance(by=cycled.over(), at=AT, cycle=cycled.id, to="archived")
    run("score", "cycle", "apply", cycled.id, "--as", "lead", code=2)
    run("score", "cycle", "apply", cycled.id, "--as", "finance")
    assert told("score", "cycle", "list")[0]["state"] == "applied"
