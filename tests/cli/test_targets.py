"""`cheji target`: what is set, split and followed, as tables and as JSON."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from cast import totals
from cheji.cli import app
from cheji.records import models as m
from cli.months import exports


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The commands run on 20 March 2026."""
    from cast import AT

    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["target", *words, "--lang", "en"])
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


def test_a_week_inside_a_month_is_set_by_itself(cast) -> None:
    week = ("--unit", "N1", "--period", "2026-W14")
    run("set", "5", *week, "--within", "2026-03")
    run("set", "7", *week, "--within", "2026-04")
    kept = sorted(m.Target.objects.values_list("period", "within", "value"))
    assert kept == [(202614, 202603, 50_000), (202614, 202604, 70_000)]
    run("set", "7", *week, "--within", "2026-06", code=2)
    run("set", "7", "--unit", "N1", "--period", "2026-03", "--within", "2026-03", code=2)


def test_a_letter_is_issued_listed_and_signed(cast) -> None:
    run("set", "8", "--person", "ZHANG", "--period", "2026-03")
    run("letter", "issue", "--year", "2026", "--person", "ZHANG", "--as", "manager")
    (one,) = asked("letter", "list", "--year", "2026")
    assert (one["scope"], one["issuer"], one["signer"]) == ("ZHANG", "陈静", "")
    run("letter", "sign", one["id"], "--as", "manager", code=2)
    run("letter", "sign", one["id"], "--as", "zhang")
    assert "张伟" in run("letter", "list", "--year", "2026")


def test_a_month_is_locked_and_opened_again(cast) -> None:
    month = ("--unit", "N1", "--month", "2026-03")
    run("lock", "set", *month, "--reason", "已定", "--as", "manager")
    (one,) = asked("lock", "list", "--unit", "N1", "--year", "2026")
    assert one == {"month": 202603, "unit": "北一店", "by": "陈静", "reason": "已定"}
    run("set", "5", "--unit", "N1", "--period", "2026-W12", "--within", "2026-03", code=2)
    run("set", "5", "--unit", "N1", "--period", "2026-W14", "--within", "2026-04")
    run("lock", "clear", *month, "--as", "group_manager", code=2)
    run("lock", "clear", *month, "--reason", "误锁", "--as", "group_manager")
    assert asked("lock", "list", "--unit", "N1", "--year", "2026") == []


def test_the_calendar_is_set_and_shown(cast) -> None:
    of = ("--unit", "N1")
    run("calendar", "week", "1111110", *of)
    run("calendar", "day", "off", "--on", "2026-03-02", "--name", "盘点", *of)
    found = asked("calendar", "show", *of, "--year", "2026")
    assert (found["weekdays"], found["worked"][2], found["days"]) == (
        "1111110", 25, [{"on": "2026-03-02", "works": False, "name": "盘点"}],
    )  # fmt: skip
    run("calendar", "day", "rule", "--on", "2026-03-02", *of)
    run("calendar", "seed", *of, "--year", "2026")
    assert (
        len(asked("calendar", "show", *of, "--year", "2026")["days"]) == m.WorkDay.objects.count()
    )
    assert m.WorkDay.objects.filter(on__month=3).count() == 0


def test_what_leaves_as_json_is_audited_and_a_table_is_not(cast) -> None:
    run("set", "1000", "--unit", "N1", "--period", "2026")
    year = ("--unit", "N1", "--year", "2026")
    read = (
        ("list", *year), ("split", *year), ("progress", "--unit", "N1"), ("proposals",),
        ("letter", "list", "--year", "2026"),
    )  # fmt: skip
    for words in read:
        run(*words)
        asked(*words)
    assert [(verb, who) for verb, who, body in exports() if body["form"] == "json"] == [
        (f"export.{what}", "operator") for what in (
            "targets", "target_split", "target_progress", "target_proposals", "target_letters",
        )
    ]  # fmt: skip
