"""`cheji target`: what is set, split and followed, as tables and as JSON."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from cast import totals
from cheji.cli import load_commands
from cheji.records import models as m


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The commands run on 20 March 2026."""
    from cast import AT

    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(load_commands(), ["target", *words, "--lang", "en"])
    assert done.exit_code == code, done.output
    return done.output


def asked(*words: str):
    return json.loads(run(*words, "--format", "json"))


def test_a_year_is_set_split_to_months_and_listed(cast) -> None:
    run("set", "1000", "--unit", "N1", "--period", "2026", "--reason", "下达")
    weights = "7,5,9,8,8,9,8,8,10,9,9,10"
    year = ("--unit", "N1", "--year", "2026")
    done = asked("split", *year, "--over", "time", "--way", "weights", "--weights", weights)
    assert (done["applied"], done["unassigned"], m.Target.objects.count()) == (
        False, {"2026": "0"}, 1,
    )  # fmt: skip
    words = ("--over", "time", "--way", "weights", "--weights", weights, "--apply")
    values = [share["value"] for share in asked("split", *year, *words)["shares"]]
    assert values == ["70", "50", "90", "80", "80", "90", "80", "80", "100", "90", "90", "100"]
    listed = asked("list", *year)
    assert listed["rows"][0]["values"] == values
    run("split", *year, "--reserve", "10", "--apply")
    march = [row["values"][2] for row in asked("list", *year)["rows"]]
    assert march == ["90", "27", "27", "27", "9"]
    assert asked("list", *year)["unassigned"] == ["0"] * 12


def test_base_and_a_persons_target_are_set_and_cleared(cast) -> None:
    whose = ("--person", "ZHANG", "--period", "2026-03")
    run("set", "8", *whose)
    run("set", "6", *whose, "--aim", "base")
    run("set", "35%", *whose, "--kpi", "new_conversion")
    kept = {row.kpi: (row.base, row.value) for row in m.Target.objects.all()}
    assert kept == {"deliveries": (60_000, 80_000), "new_conversion": (None, 3_500)}
    run("set", "none", *whose)
    assert m.Target.objects.count() == 1


@pytest.mark.parametrize(
    "words",
    [
        ("x", "--unit", "N1", "--period", "2026-03"),
        ("5", "--unit", "N9", "--period", "2026-03"),
        ("5", "--unit", "N1", "--period", "2026-13"),
        ("5", "--unit", "N1", "--period", "2026-03", "--kpi", "nothing"),
        ("5", "--unit", "N1", "--period", "2026-03", "--as", "far_manager"),
        ("5", "--person", "ZHANG", "--period", "2026-03", "--as", "zhang"),
    ],
)
def test_what_cannot_be_set_is_refused(cast, words) -> None:
    run("set", *words, code=2)
    assert m.Target.objects.count() == 0


def test_progress_is_exact_in_json_and_told_in_a_table(cast) -> None:
    m.WorkWeek.objects.create(unit=cast.group, weekdays="1111110")
    run("set", "60", "--unit", "N1", "--period", "2026-03")
    totals(cast.outlet, date(2026, 3, 10), deliveries_walk_in=31)
    found = asked("progress", "--unit", "N1")
    assert (found["days_gone"], found["days"], found["order_cover"]) == (17, 26, None)
    (row,) = found["kpis"]
    assert (row["done"], row["done_share"], row["time_share"], row["gap"]) == (
        "31", "31/60", "17/26", "-107/780",
    )  # fmt: skip
    assert (row["pace"], row["landing"], row["method"], row["behind"]) == (
        "806/17", "806/17", "linear", True,
    )  # fmt: skip
    assert "51.67%" in run("progress", "--unit", "N1")


def test_a_proposal_is_made_listed_accepted_and_declined(cast) -> None:
    whose = ("--person", "ZHANG", "--period", "2026-Q1")
    run("set", "30", "--unit", "N1", "--period", "2026-Q1")
    run("propose", "8", *whose, "--reason", "新车", "--as", "zhang")
    (one,) = asked("proposals", "--as", "manager")
    assert (one["scope"], one["grain"], one["changes"], one["above"], one["left"]) == (
        "ZHANG", "quarter", {"value": [None, "8"]}, "30", "22",
    )  # fmt: skip
    assert "新车" in run("proposals", "--as", "manager")
    run("accept", str(one["id"]), "--as", "zhang", code=2)
    run("accept", str(one["id"]), "--as", "manager")
    run("propose", "9", *whose, "--as", "zhang")
    (one,) = asked("proposals", "--as", "manager")
    run("decline", str(one["id"]), "--reason", "不变", "--as", "manager")
    assert asked("proposals", "--as", "manager") == []
    row = m.Target.objects.get(person__number="ZHANG")
    assert (row.value, row.approved_by.username) == (80_000, "manager")
