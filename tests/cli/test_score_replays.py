"""`cheji score replay|diff|check`: what published scores can prove."""

import json
from datetime import date
from fractions import Fraction

import pytest
from django.db import connection

from appraisal_floor import Cycled
from cast import AT, ON, R
from cheji.actions import appraisals as act
from cheji.reads.appraisals.replays import replayed
from cheji.records import models as m
from cheji.records.visibility import operator
from cli.months import exports, rows, run, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The commands run on 20 March 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def test_replays_are_the_same_and_name_the_line_that_is_not(cast) -> None:
    Cycled(cast).published()
    (one,) = told("score", "replay", "--all")
    assert (one["scores"], one["broken"]) == (3, [])
    line = run("score", "replay", one["run"]).stdout.splitlines()[0]
    assert (one["period"], line.split()[2], "the same" in line) == (202602, "2026-02", True)
    assert [verb for verb, _who, _body in exports()] == ["export.score_replay"]
    line = m.RunLine.objects.get(code="teamwork", person=cast.people["zhang"])
    reason = {**line.reason, "value": "99/1"}
    with connection.cursor() as cursor:  # as who gets past the triggers would
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE records_runline SET reason = %s WHERE id = %s", [json.dumps(reason), line.pk]
        )
    (broken,) = told("score", "replay", one["run"], code=1)[0]["broken"]
    assert (broken["person"], broken["what"], broken["kept"]) == ("ZHANG", "teamwork", "99/1")
    run("score", "replay", 999, code=2)
    run("score", "replay", code=2)


def test_an_outcome_that_was_changed_is_told(cast) -> None:
    Cycled(cast).published()
    kept = m.RunInput.objects.get(appraisal__person=cast.people["li"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        text = kept.text.replace('"sales_units":"5/1"', '"sales_units":"9/1"')
        assert text != kept.text
        cursor.execute("UPDATE records_runinput SET text = %s WHERE id = %s", [text, kept.pk])
    found = told("score", "replay", "--all", code=1)[0]["broken"]
    assert [one["what"] for one in found] == ["sales_units", "total"]


def written(row, **values) -> None:
    """Values put into a row as who gets past the triggers would."""
    names = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {names} WHERE id = %s",
            [*(json.dumps(value) for value in values.values()), row.pk],
        )


def upheld(cast, cycled: Cycled) -> m.Adjustment:
    """An appeal of Zhang's that lifted one item."""
    made = act.appeal(
        by=cast["zhang"], at=AT, appraisal=cycled.of("zhang").pk, item="teamwork", text="打分偏低"
    )
    act.decide(
        by=cast["region_head"], at=AT, appeal=made.id, how="upheld", decision="属实",
        correction=act.Correction(ratings={"manager": [1_000_000]}),
    )  # fmt: skip
    return m.Adjustment.objects.get(appeal=made.id)


def total_of(cast, who: str) -> m.RunLine:
    return m.RunLine.objects.get(code="total", person=cast.people[who])


def broken() -> list[tuple[str, str]]:
    (found,) = replayed(operator(ON))
    return [(one.person, one.what) for one in found.broken]


def test_totals_grades_and_appeals_are_worked_out_again(cast) -> None:
    """Of calibrated people too, and of who moved within the period."""
    m.Post.objects.filter(person=cast.people["wang"]).update(until=date(2026, 2, 14))
    m.Post.objects.create(
        person=cast.people["wang"], unit=cast.team, role=R.CONSULTANT, since=date(2026, 2, 14)
    )
    cycled = Cycled(cast, left_out=("reviewing", "self", "peers"))
    for row in m.Appraisal.objects.filter(person=cast.people["wang"]):
        act.leave_out(by=cast["hr"], at=AT, appraisal=row.pk, why="")
    cycled.go("calibrating")
    for who in ("zhang", "wang"):
        act.calibrate(
            by=cast["region_head"], at=AT, cycle=cycled.id, person=cast.people[who].pk,
            from_grade="D", to_grade="A", why="带教新人",
        )  # fmt: skip
    cycled.publish()
    change = upheld(cast, cycled)
    assert broken() == []
    line = total_of(cast, "li")
    written(line, reason={**line.reason, "detail": {**line.reason["detail"], "grade": "A"}})
    assert broken() == [("LI", "outcome"), ("LI", "total")]
    written(line, reason=line.reason)
    after = change.reason_after
    written(change, reason_after={**after, "detail": {**after["detail"], "coefficient": "2/1"}})
    assert broken() == [("ZHANG", f"appeal {change.appeal_id}")]


def test_a_sentence_that_was_mended_changes_no_result(cast) -> None:
    """Words of a line are not compared; those of the whole stay as they were sealed."""
    Cycled(cast).published()
    line = m.RunLine.objects.get(code="teamwork", person=cast.people["zhang"])
    words = {**line.reason["detail"], "zh": "按评分", "en": "as it was marked"}
    written(line, reason={**line.reason, "detail": words})
    assert broken() == []
    line = total_of(cast, "zhang")
    written(line, reason={**line.reason, "detail": {**line.reason["detail"], "zh": "总分"}})
    assert broken() == [("ZHANG", "outcome")]


def test_two_runs_differ_item_by_item_and_add_up(cast) -> None:
    first = Cycled(cast).published()
    second = Cycled(cast, name="二月重评")
    second.go("manager")
    second.do_all()
    second.publish(sat_rate=Fraction(95, 100), new_customers=Fraction(20))
    runs = list(m.Run.objects.order_by("id").values_list("id", flat=True))
    assert run("score", "diff", runs[0], runs[0]).stdout == "Nothing differs.\n"
    found = told("score", "diff", *runs, code=1)
    assert first.id != second.id
    assert [one["number"] for one in found] == ["LI", "WANG", "ZHANG"]
    for one in found:
        points = sum(Fraction(change["points"]) for change in one["changes"])
        assert points == Fraction(one["points"]) != 0
    assert "actual" in found[0]["changes"][0]["causes"]
    table = rows(run("score", "diff", *runs, "--format", "csv", code=1).stdout_bytes)
    assert [row[2] for row in table if row[0] == "LI"][-1] == "total"
    assert [verb for verb, _who, _body in exports()] == ["export.score_difference"] * 2
    shown = run("score", "diff", *runs, "--person", "LI", code=1).stdout
    assert "Total" in shown
    assert "Satisfied" in shown
    because = "; ".join(row[-1] for row in table if row[0] == "LI")
    assert "how it counts as it is → capped" in because


SCHEME = """
schemes:
  - code: tried
    zh: 试
    en: Tried
    items: [{{kpi: deliveries, weight: {weight}, cap: 120%}}]
    grades: [{{from: 0, label: B}}, {{from: 60, label: A}}]
    coefficients: [{{from: 0, rate: 1}}]
"""


def test_a_scheme_is_checked_with_faults_and_what_to_think_about(cast, tmp_path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text(SCHEME.format(weight=90))
    faults = told("score", "check", file, code=1)
    assert [one["fault"] for one in faults] == [True] * len(faults) != []
    file.write_text(SCHEME.format(weight=100))
    notes = told("score", "check", file)
    assert [(one["fault"], one["code"]) for one in notes] == [(False, "no_target")]
    assert "1 schemes may be published." in run("score", "check", file).stdout
