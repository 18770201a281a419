"""`cheji bench`: rows with stable keys, and a database of its own."""

import json
import sys
from datetime import UTC, datetime

import pytest
import typer

from cast import Cast
from cheji.cli import bench
from cheji.cli.bench import checking, closing, delivering, importing, scale, scoring, trying
from cheji.cli.bench.measuring import machine, measure, row
from cheji.config import program
from cheji.engine.pay import prepared
from cheji.engine.pay.columns import pay_plans
from cheji.facts import mirror
from cheji.records.models import Order, Run, RunInput, RunLine
from cli.months import run

AT = datetime(2026, 3, 20, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_the_import_is_measured_against_its_baselines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing.Bench.__init__, "__defaults__", (300, b"", None, 0))
    monkeypatch.setattr(importing, "SIGNED", 2)
    found = list(importing.rows(AT))
    assert [one.name for one in found] == [
        "import_read", "import_commit", "import", "import_undo",
    ]  # fmt: skip
    assert [list(one.as_json()) for one in found] == [list(bench.COLUMNS)] * 4
    read, commit, both, _ = found
    assert Order.objects.count() == 2  # those that were signed one by one
    assert read.runs == 3
    assert both.median_s == pytest.approx(read.median_s + commit.median_s, rel=0.2)
    assert commit.ratio < 1
    assert all(one.peak_mib > 10 for one in found)


def test_the_middle_of_the_runs_counts() -> None:
    done: list[int] = []
    timed = measure(lambda: done.append(1), runs=3)
    assert len(done) == 3
    assert row("x", "thing", timed, count=10, against=timed.seconds).ratio == 1
    assert row("x", "thing", timed).ratio is None


@pytest.mark.django_db
def test_a_delivery_is_right_on_the_estimate_that_is_measured() -> None:
    [one] = delivering.rows(AT, outlets=2, facts=1000)
    assert (one.name, one.runs, one.baseline) == ("delivery_to_estimate", 7, "200 ms")
    with pytest.raises(AssertionError):
        delivering.is_right(delivering.Bench(AT, 0), 0, b"1.00", 0)


@pytest.mark.django_db
def test_a_large_group_is_made_and_asked(settings, tmp_path, monkeypatch) -> None:
    """The mirror and the table hold the same facts, and a delivery counts on the next page."""
    settings.CHEJI_DATA = tmp_path
    monkeypatch.setattr(scale, "SELLERS", 3)
    monkeypatch.setattr(closing, "WORKERS", 1)  # others would not see what is not committed
    found = {one.name: one for one in scale.rows(AT, 4800, outlets=3)}
    assert list(found) == [
        "month_all_people", "month_all_people_sql", "months24_by_outlet",
        "months24_by_outlet_sql", "months24_by_person", "months24_by_person_sql",
        "catalogue_month", "outlet24_mirror", "outlet24_sql", "outlet24_spreadsheet",
        "sheet_year_first", "sheet_year_page", "group_page_first", "group_page",
        "new_delivery_fresh", "pay_statement_page", "pay_reason_page", "pay_estimate_fresh",
        "pay_month_calculate", "pay_runs_page", "pay_overview_page", "pay_month_close",
    ]  # fmt: skip
    runs = Run.objects.filter(kind="pay", period=202602)
    assert list(runs.values_list("state", flat=True)) == ["closed"] * 3
    held = mirror.folder().held()
    assert held.rows == held.mark - min(part.low for part in held.parts) + 1
    assert mirror.check(mirror.folder()) == []


@pytest.mark.django_db
def test_the_slowest_of_all_bodies_is_told_and_only_the_sound_one_passes() -> None:
    (found,) = checking.rows(AT)
    assert (found.name, found.runs, found.baseline) == ("definition_check", 7, "100 ms")
    faulty = {name for name, text in checking.BODIES.items() if checking.examined(text, AT)}
    assert faulty == checking.BODIES.keys() - {"sound"}


@pytest.mark.django_db
def test_a_cycle_of_many_is_opened_published_and_replayed(monkeypatch) -> None:
    monkeypatch.setattr(scoring.Bench.__init__, "__defaults__", (2, 0))
    monkeypatch.setattr(scoring, "SELLERS", 3)
    found = list(scoring.rows(AT))
    assert tuple(one.name for one in found) == scoring.NAMES
    assert RunInput.objects.count() == 6
    assert RunLine.objects.count() == 6 * 13


@pytest.mark.django_db
def test_the_machine_is_told() -> None:
    facts = machine()
    assert list(facts) == [
        "cores", "memory_mib", "load", "processor", "system", "python", "postgresql",
    ]  # fmt: skip
    assert json.loads(json.dumps(facts)) == facts
    assert facts["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}")


@pytest.mark.django_db
def test_it_keeps_away_from_data() -> None:
    Cast()
    assert "empty database" in run("bench", code=2).stderr
    assert "nothing called" in run("bench", "--only", "x", code=2).stderr


def test_each_of_several_subjects_is_measured_in_a_database_of_its_own(monkeypatch) -> None:
    """The demo's house and a made-up group use the same codes and accounts."""
    asked: list[list[str]] = []
    monkeypatch.setattr(bench, "_apart", lambda names: [asked.append(names)])
    list(bench._rows(AT, list(bench.NAMES)))
    assert [name for names in asked for name in names] == list(bench.NAMES)
    assert len(asked) == len(set(bench.NAMES.values()))
    for names in asked:
        assert len({bench.NAMES[name] for name in names}) == 1


def test_what_is_measured_apart_comes_back_as_rows_or_fails(monkeypatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")
    [one] = bench._apart(["definition_check"])
    assert (one.name, one.runs, one.baseline) == ("definition_check", 7, "100 ms")
    with pytest.raises(typer.Exit):
        list(bench._apart(["x"]))


@pytest.mark.django_db
def test_the_table_shows_every_figure_whole_however_long_its_words(capsys) -> None:
    words = "20 plans × 24 months × 8,000 people, 20 × 192,000 statements"
    bench._print(
        [bench.Row("simulate_decimal", words, 7, 338.909, 338.91, 1.5, 903.2, 88.46, words)]
    )
    told = capsys.readouterr().out
    for figure in ("simulate_decimal", "7", "338.909", "338.91", "1.5", "903.2", "88.46"):
        assert f" {figure} " in told
    assert "…" not in told


def test_it_works_in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEJI_DATA", "/home/somebody/data")
    monkeypatch.setenv("CHEJI_DATABASE_URL", "postgresql://real")
    program.use_a_folder_for_once()
    assert "cheji-bench-" in str(program.data_folder())
    assert program.outside_url() is None


def test_plans_are_tried_in_columns_and_held_against_the_plain_path(monkeypatch) -> None:
    for name, few in {"PEOPLE": 40, "MONTHS": 2, "OUTLETS": 2, "SAMPLE": 10}.items():
        monkeypatch.setattr(trying, name, few)
    fast, peer = trying.rows(AT)
    assert (fast.name, fast.baseline, peer.name) == ("simulate_plans", "10 s", "simulate_decimal")
    cells, payers = trying.made_up(40, 2), [prepared(plan) for plan in trying.tried()]
    found = pay_plans(payers, cells)
    trying.agree(cells, payers, found)
    found[0].payable[3] += 1
    with pytest.raises(AssertionError):
        trying.agree(cells, payers, found)
